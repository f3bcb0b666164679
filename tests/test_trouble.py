"""What a night does when the pair does not do as it should, or says what nobody understands."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from failing_disk import Killed
from nights import Overheard
from nights_on_disk import Film, Night, lines_in, pair_text, stopped_before

from upgrader.conduct.patience import PATIENCE
from upgrader.conduct.wishes import Wishes
from upgrader.emulator.surface import faults
from upgrader.journal.entry import Receipt
from upgrader.journal.store import RunFolder
from upgrader.model.law import Phase
from upgrader.model.names import Seat
from upgrader.model.outcome import ExitCode, Outcome
from upgrader.model.report import Report
from upgrader.ports import World

RELOAD, SWITCH = "failover reload-standby", "no failover active"
LIMIT_S = PATIENCE[Phase.STANDBY_RELOADING].limit.total_seconds()
TWO_HOURS_MS = 7_200_000


# ── the standby ────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "says"),
    [
        (pair_text(timings="boot = 7200"), "does not answer"),
        pytest.param(
            pair_text(timings="sync_config = 7200"), "Sync Config", marks=pytest.mark.slow
        ),
        (pair_text(dud_on="secondary"), "came back on 9.12(4)"),
    ],
    ids=["never-back", "hangs-in-sync-config", "old-version"],
)
def test_a_standby_that_does_not_come_back_stops_the_night_and_the_active_serves_on(
    tmp_path: Path, text: str, says: str
) -> None:
    night, film = Night(tmp_path, text), Film(tmp_path / "home")
    report = night.run(run=film, world=film)
    assert (report.outcome, report.exit_code) == (Outcome.STOPPED, ExitCode.STOPPED)
    assert says in report.verdict
    assert report.next.commands
    assert report.next.lines
    assert report.device_seconds is not None
    assert report.device_seconds < LIMIT_S + 180
    assert_primary_serves_untouched(night)
    assert [line for line in lines_in(film.frames) if line in {RELOAD, SWITCH}] == [RELOAD]


def assert_primary_serves_untouched(night: Night) -> None:
    pair = night.last
    assert pair is not None
    primary = pair.units[0]
    assert (primary.state.value, primary.version) == ("Active", "9.12(4)")
    assert primary.booted_ms <= 0
    assert sum(row.carries(pair.now) for row in primary.rows.values()) == 3


@pytest.mark.slow
def test_resume_after_a_late_standby_neither_switches_nor_reloads_while_it_is_late(
    tmp_path: Path,
) -> None:
    night, film = Night(tmp_path, pair_text(timings="boot = 4000")), Film(tmp_path / "home")
    night.run(run=film, world=film)
    report = night.resume(run=film, world=film)
    assert report.exit_code is ExitCode.STOPPED
    assert_primary_serves_untouched(night)
    let_time_pass(night, minutes=60)
    night.changed(timings=replace(timings_of(night), boot_ms=40_000))
    report = night.resume(run=film, world=film)
    assert (report.outcome, report.exit_code) == (Outcome.UPGRADED, ExitCode.DONE)
    acts = [line for line in lines_in(film.frames) if line in {RELOAD, SWITCH}]
    assert acts == [RELOAD, SWITCH, RELOAD]


@pytest.mark.slow
def test_resume_waits_some_more_for_a_unit_that_is_only_slow(tmp_path: Path) -> None:
    """Between two commands no device time passes: waiting on is what resuming is for."""
    night = Night(tmp_path, pair_text(timings="boot = 1900"))
    assert night.run().exit_code is ExitCode.STOPPED
    halted = night.resume()
    assert halted.exit_code is ExitCode.NEEDS_PERSON, "the standby came; the former active is slow"
    assert night.resume().outcome is Outcome.UPGRADED


# ── the former active ──────────────────────────────────────────────────────────────────


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoil", "text", "says"),
    [
        (lambda t: replace(t, boot_ms=TWO_HOURS_MS), pair_text(), "does not answer"),
        pytest.param(
            lambda t: replace(t, sync_config_ms=TWO_HOURS_MS),
            pair_text(),
            "Sync Config",
            marks=pytest.mark.slow,
        ),
        (lambda t: t, pair_text(dud_on="primary"), "came back on 9.12(4)"),
    ],
    ids=["never-back", "hangs-in-sync-config", "old-version"],
)
def test_a_former_active_that_does_not_come_back_leaves_the_upgraded_one_serving(
    tmp_path: Path, spoil: Callable[[object], object], text: str, says: str
) -> None:
    night = Night(tmp_path, text)
    night.run(wishes=Wishes(stop_before="final-reload"))
    night.changed(timings=spoil(timings_of(night)))
    report = night.resume()
    assert (report.outcome, report.exit_code) == (Outcome.STOPPED, ExitCode.NEEDS_PERSON)
    assert says in report.verdict
    assert report.next.commands
    assert report.next.lines
    assert report.device_seconds is not None
    assert report.device_seconds < LIMIT_S + 900
    pair = night.last
    assert pair is not None
    secondary = pair.units[1]
    assert (secondary.state.value, secondary.version) == ("Active", "9.16(4)")
    assert sum(row.carries(pair.now) for row in secondary.rows.values()) == 3


@pytest.mark.slow
def test_a_fail_back_is_not_waited_for_without_end(tmp_path: Path) -> None:
    night = stopped_before(tmp_path, "fail-back", BRIEF, failback=True)
    with night._entered("a test", None) as world:
        faults.pull_power(world.pair, 0)
    report = night.resume()
    assert (report.outcome, report.exit_code) == (Outcome.STOPPED, ExitCode.NEEDS_PERSON)
    assert "no time for the fail-back" in report.verdict
    assert report.next.commands


def timings_of(night: Night) -> object:
    assert night.last is not None
    return night.last.scenario.timings


def let_time_pass(night: Night, *, minutes: int) -> None:
    with night._entered("a test", None) as world:
        world.clock.sleep(timedelta(minutes=minutes))


# ── text that nobody understands ───────────────────────────────────────────────────────

NOISE = "\x00\x7f#@! 4%&/()=?\nlorem ipsum\n"


@dataclass
class Garbling(Overheard):
    """A world in which some replies to one line are noise, from the n-th on."""

    line: str
    nth: int
    noise: str = NOISE
    times: int = 2
    heard: Counter[str] = field(default_factory=Counter)
    garbled_at: int | None = None

    def passed(self, line: str, reply: str) -> str:
        self.heard[line] += 1
        if line == self.line and self.nth <= self.heard[line] < self.nth + self.times:
            self.garbled_at = self.clock.now()
            return self.noise
        return reply


LOOKED = (
    "show version",
    "show failover",
    "show failover state",
    "show vpn-sessiondb",
    "show running-config",
    "show startup-config",
    "dir disk0:",
    "show vpn-sessiondb anyconnect",
    "show webvpn anyconnect",
    "show failover history",
    "show reload",
    "show conn count",
    "show ssh sessions",
    "show ip local pool VPN",
    "show running-config boot system",
    "show startup-config errors",
    "show interface ip brief",
    "show route",
    "show xlate count",
    "show module",
    "show clock",
    "show memory",
    "show cpu usage",
    "verify /sha-512 disk0:/asa9-16-4-lfbff-k8.SPA",
    "verify /sha-512 disk0:/anyconnect-win-4.10.07061-webdeploy-k9.pkg",
)
BRIEF = pair_text(timings="boot = 40")


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> Counter[str]:
    """How often each line is asked in an undisturbed night."""
    clear: list[Garbling] = []

    def listen(world: World) -> World:
        clear.append(Garbling(world, "", 0))
        return clear[0]

    report = Night(tmp_path_factory.mktemp("clear"), BRIEF).run(through=listen)
    assert report.outcome is Outcome.UPGRADED
    return clear[0].heard


@pytest.mark.slow
def test_every_line_that_is_looked_at_is_garbled_below(questions: Counter[str]) -> None:
    looked = {line for line in questions if line.startswith(("show", "dir", "verify"))}
    assert looked - {"show logging"} == set(LOOKED)


def garbled_night(folder: Path, line: str, nth: int) -> tuple[Report, Report | None, list[str]]:
    """The run's end, then what resume made of it (None: it was over), and all acts."""
    night, film = Night(folder, BRIEF), Film(folder / "home")
    report = night.run(run=film, world=film, through=lambda world: Garbling(world, line, nth))
    after = None
    if report.outcome is Outcome.STOPPED:
        after = night.resume(run=film, world=film)
    return report, after, [ln for ln in lines_in(film.frames) if ln in {RELOAD, SWITCH}]


def assert_never_fine(report: Report, after: Report | None, acts: list[str]) -> None:
    """Refused, or stopped and then finished, or waited out: never acted on."""
    assert acts in ([], [RELOAD, SWITCH, RELOAD])
    if report.outcome is Outcome.UPGRADED:
        assert [unit.reloads for unit in report.units] == [1, 1]
        return
    assert report.exit_code in {ExitCode.REFUSED, ExitCode.STOPPED, ExitCode.NEEDS_PERSON}
    assert report.verdict
    if report.outcome is Outcome.STOPPED:
        assert after is not None
        assert (after.outcome, after.exit_code) == (Outcome.UPGRADED, ExitCode.DONE)
        assert [unit.reloads for unit in after.units] == [1, 1]


@pytest.mark.slow
@pytest.mark.parametrize("line", LOOKED)
def test_noise_in_the_first_look_is_never_fine(tmp_path: Path, line: str) -> None:
    report, after, acts = garbled_night(tmp_path, line, 1)
    assert_never_fine(report, after, acts)


@pytest.mark.slow
@pytest.mark.parametrize("line", LOOKED)
def test_noise_at_any_later_moment_is_never_fine(
    tmp_path: Path, questions: Counter[str], line: str
) -> None:
    count = questions[line]
    for nth in sorted({1 + count * part // 4 for part in range(4)} - {1}):
        report, after, acts = garbled_night(tmp_path / str(nth), line, nth)
        try:
            assert_never_fine(report, after, acts)
        except AssertionError as fault:
            where = f"reply {nth} of {count} to {line!r}: {report.verdict!r}"
            raise AssertionError(f"{where}: {fault}") from fault


ASKED_AGAIN = [
    line
    for line in LOOKED
    # A digest is read line by line of its own; of the startup's errors any line is one.
    if not line.startswith("verify") and line != "show startup-config errors"
]


@pytest.mark.slow
@pytest.mark.parametrize("line", ASKED_AGAIN)
def test_noise_in_one_reply_costs_one_more_question_and_nothing_else(
    tmp_path: Path, questions: Counter[str], line: str
) -> None:
    for nth in sorted({1, questions[line] // 2, questions[line]} - {0}):
        worlds: list[Garbling] = []

        def listen(world: World, nth: int = nth, worlds: list[Garbling] = worlds) -> World:
            worlds.append(Garbling(world, line, nth, times=1))
            return worlds[0]

        report = Night(tmp_path / str(nth), BRIEF).run(through=listen)
        told = f"reply {nth} to {line!r}: {report.verdict!r}"
        assert (report.outcome, report.exit_code) == (Outcome.UPGRADED, ExitCode.DONE), told
        assert worlds[0].heard[line] == questions[line] + 1, told


@pytest.mark.slow
@pytest.mark.parametrize("line", ["show version", "show failover"])
def test_a_standby_that_nobody_understands_is_not_taken_for_one_that_reloads(
    tmp_path: Path, line: str
) -> None:
    night, film = Night(tmp_path, BRIEF), Film(tmp_path / "home")
    with pytest.raises(Killed):
        night.run(run=film, world=film, through=lambda world: Deadly(world, RELOAD))
    assert RELOAD not in lines_in(film.frames)
    report = night.resume(run=film, world=film, through=lambda world: Garbling(world, line, 2))
    assert (report.outcome, report.exit_code) == (Outcome.UPGRADED, ExitCode.DONE)
    entries = RunFolder(night.home.find_run(None)).read().entries()
    receipts = [e.body.outcome for e in entries if isinstance(e.body, Receipt)]
    assert receipts.count("never-arrived") == 1
    assert receipts.count("found-done") == 0
    acts = [ln for ln in lines_in(film.frames) if ln in {RELOAD, SWITCH}]
    assert acts == [RELOAD, SWITCH, RELOAD]


class Deadly(Garbling):
    """A world in which the process dies as it is about to type one line."""

    def __init__(self, inner: World, line: str) -> None:
        super().__init__(inner, line, 1)

    def about_to(self, seat: Seat, line: str) -> None:
        if line == self.line:
            raise Killed
