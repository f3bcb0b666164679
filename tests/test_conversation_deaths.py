"""The session dies, at any byte of any act, by silence or by a reset; the night ends the same.

One undisturbed night is walked through, and the pair and the run are kept as they were when each
step began. From there it is taken up again over a line that dies at one byte, of what is typed or
of what comes back, and goes on over new ones. Everything goes through terminals at both ends.

Before the next step is typed, pair and run must be what they were there in the undisturbed night:
whatever comes after has then been seen. At some bytes the night is played to its end all the same.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from functools import cache

import pytest
from wires import Doom, DyingLine, Wired
from worlds import NEW_IMAGE, OLD_IMAGE, mismatched, pair

from upgrader.conduct.tidy import plan_cleanup
from upgrader.conduct.wishes import Wishes
from upgrader.dialect.commands import LineKind, classify
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.scenario import Timings
from upgrader.journal.entry import Intended
from upgrader.journal.memory import MemoryJournal
from upgrader.judgement.moves.progress import fold
from upgrader.model.outcome import ExitCode, Outcome
from upgrader.model.plan import EvictSession, Plan, Step, step_name
from upgrader.model.report import Report

RELOAD = "failover reload-standby"
SWITCH = "no failover active"
WIDE = 511
"""Columns that our client asks for; an echo is drawn but once then."""
NOBODY = 1 << 40
"""A byte that no night gets to."""


class Kept(MemoryJournal):
    """A journal of which there may be a second that goes on by itself."""

    def copied(self) -> "Kept":
        twin = copy(self)
        twin._entries = list(self._entries)
        twin._blobs, twin._names = dict(self._blobs), dict(self._names)
        twin._looks = dict(self._looks)
        return twin


@dataclass(frozen=True)
class Moment:
    """A step about to be typed."""

    pair: EmulatedPair
    journal: Kept
    lines: tuple[str, ...]
    heard: tuple[str, ...]
    """What was typed before."""

    @property
    def step(self) -> Step:
        body = self.journal.entries()[-1].body
        assert isinstance(body, Intended)
        return body.step


@dataclass(frozen=True)
class Night:
    """One that nothing disturbed."""

    plan: Plan
    report: Report
    moments: tuple[Moment, ...]

    def after(self, moment: Moment) -> Moment | None:
        """The next step's; None: nothing is typed after it, or what it is cannot be foreseen."""
        rest = self.moments[self.moments.index(moment) + 1 :]
        return rest[0] if rest and not isinstance(rest[0].step, EvictSession) else None


@dataclass(frozen=True)
class Trial:
    """How it went on from a moment, over a line that died at a byte."""

    report: Report
    pair: EmulatedPair
    journal: Kept
    heard: tuple[str, ...]
    passed: int
    """Bytes of the exchange, up to its death or its end."""
    died: bool


def walked(plan: Plan, start: EmulatedPair) -> Night:
    journal = Kept()
    night = Wired(start.fork(), columns=WIDE)
    moments: dict[int, Moment] = {}

    def keep(line: str) -> None:
        entries = journal.entries()
        step = entries[-1].body if entries else None
        if not isinstance(step, Intended) or len(entries) in moments:
            return
        if line in step.lines:
            left = night.pair.fork()
            for number in tuple(left.conversations):
                left.hang_up(number)
            typed = tuple(heard for _, heard in night.access.heard)
            moments[len(entries)] = Moment(left, journal.copied(), step.lines, typed)

    night.world.before = keep
    report = night.conducted(plan, journal=journal)
    return Night(plan, report, tuple(moments.values()))


@cache
def upgrade() -> Night:
    """A short night with every step of a long one."""
    start = pair(sessions=2, timings=Timings(boot_ms=40_000)).pair
    return walked(Wired(start.fork()).planned(), start)


@cache
def cleanup() -> Night:
    """The morning after the incident: what was left is logged off."""
    firewall = Wired.of(mismatched(sessions=2, timings=Timings(boot_ms=40_000)))
    firewall.upgraded(in_spite_of="anyconnect-images-match")
    firewall.wait(10)
    start = firewall.pair
    return walked(plan_cleanup(firewall.name, firewall.residue(wait=True)), start)


def tried(
    night: Night, moment: Moment, nth: int, at: int, how: str, until: Moment | None = None
) -> Trial:
    """Go on from there; the line dies at a byte of the exchange of the step's nth line.

    `until`: stop before that step; None: not before the end.
    """
    going = Wired(moment.pair.fork(), columns=WIDE)
    journal = moment.journal.copied()
    doom = Doom(NOBODY, how, going.world.clock)
    passed: list[int] = []

    def arm(line: str) -> None:
        if doom.died or passed:
            return
        step = journal.entries()[-1].body
        if doom.at < NOBODY:
            passed.append(doom.passed)
            doom.arm(NOBODY)
        elif isinstance(step, Intended) and line == step.lines[nth]:
            doom.arm(at)

    going.access.wrap = lambda line: DyingLine(line, doom)
    going.world.before = arm
    wishes = Wishes(stop_before=None if until is None else step_name(until.step))
    report = going.conducted(night.plan, journal=journal, wishes=wishes)
    if not has_come(report, until):
        report = going.conducted(night.plan, journal=journal, wishes=wishes)
    heard = moment.heard + tuple(line for _, line in going.access.heard)
    far = passed[0] if passed else doom.passed
    return Trial(report, going.pair, journal, heard, far, doom.died)


def has_come(report: Report, until: Moment | None) -> bool:
    """Whether it went as far as it should."""
    if until is None:
        return report.exit_code is not ExitCode.STOPPED
    return report.verdict.startswith(f"stopped before {step_name(until.step)}")


@cache
def lengths(of: Callable[[], Night]) -> tuple[tuple[Moment, int, int], ...]:
    """Every line of every step that acts, with the bytes of its exchange."""
    night = of()
    return tuple(
        (moment, nth, tried(night, moment, nth, NOBODY - 1, "hang", night.after(moment)).passed)
        for moment in night.moments
        for nth, line in enumerate(moment.lines)
        if classify(line) is not LineKind.SHOW
    )


def known(pair: EmulatedPair) -> list[object]:
    """What a pair has become: all that a step may change, without its hours."""
    return [
        (
            (unit.serial, unit.power, unit.state, unit.version, unit.booted_ms > 0),
            (unit.running, unit.startup),
            {path: (file.bytes, file.content) for path, file in unit.flash.items()},
            {(row.index, row.user, row.token is None) for row in unit.rows.values()},
        )
        for unit in pair.units
    ]


def assert_as_undisturbed(trial: Trial, plan: Plan, next_: Moment) -> None:
    """As the undisturbed night was when its next step began: pair, run, and what was ordered."""
    assert known(trial.pair) == known(next_.pair)
    now, then = (fold(plan, journal.entries()) for journal in (trial.journal, next_.journal))
    assert now.phase is then.phase
    assert now.open_intent is None
    assert set(map(step_name, now.done)) == set(map(step_name, then.done))
    assert len(now.reloads) == len(then.reloads)
    for order in (RELOAD, SWITCH):
        assert trial.heard.count(order) == next_.heard.count(order)


def assert_upgraded(trial: Trial, before: Report) -> None:
    """As if nothing had died: in what is told, and in what the pair itself has been through."""
    report = trial.report
    assert (report.outcome, report.exit_code) == (Outcome.UPGRADED, ExitCode.DONE)
    assert report.sessions == before.sessions
    assert report.residue == ()
    assert [unit.reloads for unit in report.units] == [1, 1]
    assert (trial.heard.count(RELOAD), trial.heard.count(SWITCH)) == (2, 1)
    units = trial.pair.units
    assert [unit.version for unit in units] == ["9.16(4)", "9.16(4)"]
    assert [unit.state.value for unit in units] == ["Standby Ready", "Active"]
    for unit in units:
        boot = [line for line in unit.running if line.startswith("boot system")]
        assert boot == [f"boot system {NEW_IMAGE}", f"boot system {OLD_IMAGE}"]
        assert unit.startup == unit.running


def assert_cleaned(trial: Trial, before: Report) -> None:
    assert (trial.report.outcome, trial.report.exit_code) == (before.outcome, before.exit_code)
    logoffs = [line for line in trial.heard if line.startswith("vpn-sessiondb logoff")]
    assert len(logoffs) == len(set(logoffs))
    assert not any(row.token is None for unit in trial.pair.units for row in unit.rows.values())


ENDS = {upgrade: assert_upgraded, cleanup: assert_cleaned}


def dies(of: Callable[[], Night], how: str, every: int, first: int, *, whole: bool) -> None:
    """At every n-th byte, beginning with the first that is named.

    `whole`: the night goes on to its end; else to the next step.
    """
    night = of()
    places = [(moment, nth, at) for moment, nth, size in lengths(of) for at in range(size)]
    assert places
    for moment, nth, at in places[first::every]:
        until = None if whole else night.after(moment)
        trial = tried(night, moment, nth, at, how, until)
        try:
            assert (trial.died, trial.passed) == (True, at)
            if until is None:
                ENDS[of](trial, night.report)
            else:
                assert_as_undisturbed(trial, night.plan, until)
        except AssertionError as fault:
            where = f"{how} at byte {at} of {moment.lines[nth]!r}: {trial.report.verdict}"
            raise AssertionError(f"{where}: {fault}") from fault


@pytest.mark.slow
def test_every_step_of_a_night_is_one_that_a_session_may_die_in():
    typed = [line for moment in upgrade().moments for line in moment.lines]

    assert typed.count(RELOAD) == 2
    assert typed.count(SWITCH) == 1
    assert {"write memory", "configure terminal", "end"} <= set(typed)
    assert any("copy /noconfirm running-config" in line for line in typed)
    assert all(size > 10 for _, _, size in lengths(upgrade))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("night", "how"),
    [
        (upgrade, "hang"),
        pytest.param(upgrade, "reset", marks=pytest.mark.slow),
        pytest.param(cleanup, "hang", marks=pytest.mark.slow),
        (cleanup, "reset"),
    ],
)
def test_a_session_that_dies_at_some_bytes_of_an_act_changes_nothing_in_the_end(
    night: Callable[[], Night], how: str
):
    dies(night, how, every=331, first=7, whole=True)


@pytest.mark.slow
@pytest.mark.parametrize("part", [0, 3, 5, 6])
@pytest.mark.parametrize("night", [upgrade, cleanup])
def test_a_session_that_dies_at_any_byte_of_any_act_is_made_up_for_before_the_next(
    night: Callable[[], Night], part: int
):
    """Four bytes of eight, by turns in one way and in the other; at some bytes below, in both."""
    dies(night, "reset" if part in (3, 6) else "hang", every=8, first=part, whole=False)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["hang", "reset"])
def test_a_session_that_dies_at_many_bytes_of_an_act_changes_nothing_in_the_end(how: str):
    dies(upgrade, how, every=61, first=3, whole=True)
