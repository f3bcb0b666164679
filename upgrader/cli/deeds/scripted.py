"""`rehearse` of a scripted night: it comes again, and is held against how it must end."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from shlex import quote

from upgrader.cli.deeds.wanted import is_plan
from upgrader.cli.pairfile.pair import PairFile, read_pair
from upgrader.cli.worlds.emulated import stage_for
from upgrader.cli.worlds.evidence import collected_records
from upgrader.cli.worlds.wall import WALL
from upgrader.conduct.reenacting.regression import retold
from upgrader.conduct.reenacting.staged import Staged, differences, stage_night
from upgrader.dialect.scripts import instant_text
from upgrader.model.evidence import What
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.report import Report
from upgrader.model.script import Came, Script
from upgrader.model.words import many
from upgrader.ports import UsageFault
from upgrader.views.postmortem.saying import words_for


def scripted(argument: str) -> PairFile | None:
    """The pair file that the argument means, if it tells a night; None: an upgrade is meant.

    Raises:
        UsageFault: as `read_pair`.
    """
    if is_plan(argument):
        return None
    pair = read_pair(argument)
    return None if pair.script is None else pair


def refuse_options(pair: PairFile, given: Mapping[str, object]) -> None:
    """Refuse the options of an upgrade beside a script; `given`: by option, what was typed.

    Raises:
        UsageFault: there is one.
    """
    for option, value in given.items():
        if value:
            raise UsageFault(
                f"{option} belongs to an upgrade, and {pair.path} tells a night that comes again "
                "as it was ([incident]): nothing is planned there"
            )


def rehearse(pair: PairFile, pace: float | None = None) -> Report:
    """Stage the night that a pair file tells, and say whether it came as told.

    By the books of the emulator, who was lost and what is left; by the night's own log, read as
    any other, the cause and the story.

    Raises:
        UsageFault: the file describes no emulated pair, or an event cannot happen when told.
    """
    script = pair.script
    assert script is not None  # asked for a file that has one
    begun = WALL.monotonic()
    testbed = stage_for(pair, pace)
    staged = stage_night(testbed, script, testbed.starts_ms)
    came = testbed.came()
    unlike: tuple[str, ...] = ()
    confirmed = True
    if script.expected is not None:
        ends_ms = testbed.starts_ms + script.lasts_ms
        read = partial(collected_records, modified=ends_ms)
        by_its_log = retold(script, testbed.starts_ms, read)(staged, script.expected)
        unlike = (*differences(script.expected, came), *by_its_log.unlike)
        confirmed = by_its_log.confirmed
    ended = _Ended(staged, came, unlike, confirmed)
    return _report(pair, script, ended, WALL.monotonic() - begun)


@dataclass(frozen=True, slots=True)
class _Ended:
    """A night that has come again."""

    staged: Staged
    came: Came
    unlike: tuple[str, ...]
    confirmed: bool
    """Whether its log speaks for the cause that is told."""


def _report(pair: PairFile, script: Script, ended: _Ended, seconds: float) -> Report:
    came, unlike = ended.came, ended.unlike
    counts = (
        f"{came.lost} lost, {came.orphaned:,} orphaned, "
        f"{many(came.leaked, 'address', 'addresses')} leaked"
    )
    how = "nothing is said of how it must end"
    if script.expected is not None:
        how = "not as it is told" if unlike else "as it is told"
        if not unlike and not ended.confirmed:
            how = f"{how}, but its log does not confirm that the cause is {script.expected.cause}"
    return Report(
        command="rehearse",
        outcome=Outcome.DIVERGED if unlike else Outcome.REPLAYED,
        exit_code=ExitCode.NEEDS_PERSON if unlike else ExitCode.DONE,
        pair=pair.name,
        verdict=f"{script.title}: the night came again, {how} ({counts})",
        surprises=unlike,
        device_seconds=script.lasts_ms / 1_000,
        wall_seconds=seconds,
        next=Next(commands=(f"upgrader rehearse {quote(pair.path)}",) if unlike else ()),
        notes=tuple(_notes(script, ended)),
    )


def _notes(script: Script, ended: _Ended) -> list[str]:
    staged = ended.staged
    lines = staged.collected.count("\n")
    notes = [f"{many(len(script.acts), 'act')}, {many(lines, 'line')} of syslog"]
    if not ended.confirmed and script.expected is not None:
        notes.append(
            f"cause = {script.expected.cause!r} is taken from the file: nothing in the log of the "
            "night speaks for it more than for others"
        )
    notes += [
        f"{instant_text(at)} nobody answered, and this was not typed: {line}"
        for at, line in staged.untyped
    ]
    if script.expected is not None:
        notes += [
            f"{instant_text(line.at_ms)} {line.unit or 'the pair'}: {words_for(What(line.what))}"
            + (f" ({line.who})" if line.who else "")
            for line in script.expected.story
        ]
    return notes
