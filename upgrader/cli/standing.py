"""Where the runs stand, read from their folders alone: `status` opens no pair."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from upgrader.cli.home import Home
from upgrader.cli.wanted import decode_plan
from upgrader.cli.worlds import is_held_now
from upgrader.journal.entry import Entry, Finished, Looked, Started, is_sealed
from upgrader.journal.store import RunFolder
from upgrader.judgement.progress import Progress, fold
from upgrader.judgement.story import tell
from upgrader.model.outcome import Next, Outcome
from upgrader.model.plan import Plan
from upgrader.model.report import DARK, Report, RunLine, StatusReport, UnitPoint
from upgrader.ports import BrokenChain, UsageFault

NEVER_BEGAN = frozenset({Outcome.REFUSED, Outcome.ALREADY_THERE})
"""Ends before the first act: there is nothing to resume, and the journal is sealed."""


def status_of(place: Home, wanted: str | None) -> StatusReport:
    """All runs, newest first; or the one that is wanted, with its units.

    Raises:
        UsageFault: there is no such run.
    """
    if wanted is None:
        return StatusReport(tuple(_standing(run, place)[0] for run in place.all_runs()))
    line, units = _standing(place.find_run(wanted), place)
    return StatusReport((line,), units)


def point_to_open_run(report: Report, place: Home) -> Report:
    """A refusal, with the pair's newest run if that came to no end: `resume` goes on with it."""
    if report.outcome is not Outcome.REFUSED:
        return report
    left = _open_run(report.pair, place)
    if left is None:
        return report
    commands = (f"upgrader status {left}", f"upgrader resume {left}")
    goes_on = replace(report.next, commands=(*commands, *report.next.commands))
    note = f"run {left} of this pair has come to no end; `upgrader resume` goes on with it"
    return replace(report, notes=(*report.notes, note), next=goes_on)


def _open_run(pair: str, place: Home) -> str | None:
    """The newest run of the pair that did begin, unless it has ended."""
    for run in place.all_runs():
        try:
            entries = RunFolder(run).read().entries()
        except (BrokenChain, UsageFault):
            continue
        if not any(isinstance(e.body, Started) and e.body.pair == pair for e in entries[:1]):
            continue
        end = entries[-1].body
        if isinstance(end, Finished) and end.outcome in NEVER_BEGAN:
            continue
        return None if is_sealed(entries) else run.name
    return None


def _standing(run: Path, place: Home) -> tuple[RunLine, tuple[UnitPoint, ...]]:
    kept = RunFolder(run)
    try:
        entries = kept.read().entries()
        plan = decode_plan(kept.plan)
    except (BrokenChain, UsageFault) as fault:
        return _broken(run, str(fault)), ()
    progress = fold(plan, entries)
    state = _state(entries, progress, plan, place)
    newer = _newer_run(run, plan, place) if state in {"stopped", "unfinished"} else None
    if newer is not None:
        state = f"superseded by {newer}"
    finished = entries[-1].body if is_sealed(entries) else None
    story = tell(plan, entries)
    line = RunLine(
        run=run.name,
        pair=next((e.body.pair for e in entries if isinstance(e.body, Started)), plan.pair),
        phase=progress.phase.value,
        state=state,
        outcome=finished.outcome.value if isinstance(finished, Finished) else None,
        exit_code=_exit_code(finished, progress, state),
        device_seconds=(entries[-1].at - entries[0].at) / 1_000 if entries else None,
        last=story.timeline[-1].text if story.timeline else "nothing was done yet",
        next=_next(run, state),
    )
    return line, _units(entries)


def _state(entries: Sequence[Entry], progress: Progress, plan: Plan, place: Home) -> str:
    if is_sealed(entries):
        return "finished"
    if progress.halted is not None:
        return "stopped"
    return "running" if is_held_now(plan.pair, place.worlds) else "unfinished"


def _newer_run(run: Path, plan: Plan, place: Home) -> str | None:
    """The pair's newest run of the same purpose, if it began after this one; None: it did not."""
    runs = place.all_runs()
    for other in runs[: runs.index(run)] if run in runs else ():
        kept = RunFolder(other)
        try:
            entries = kept.read().entries()
            theirs = decode_plan(kept.plan)
        except (BrokenChain, UsageFault):
            continue
        end = entries[-1].body if entries else None
        if isinstance(end, Finished) and end.outcome in NEVER_BEGAN:
            continue
        if (theirs.pair, theirs.purpose) == (plan.pair, plan.purpose):
            return other.name
    return None


def _exit_code(finished: object, progress: Progress, state: str) -> int | None:
    if isinstance(finished, Finished):
        return int(finished.exit_code)
    if progress.halted is not None and state != "running":
        return int(progress.halted.exit_code)
    return None


def _next(run: Path, state: str) -> Next:
    replay = f"upgrader replay {run.name}"
    match state:
        case "finished":
            return Next(commands=(replay,))
        case _ if state.startswith("superseded"):
            return Next(commands=(replay,))
        case "running":
            return Next()
        case _:
            return Next(commands=(f"upgrader resume {run.name}", replay))


def _units(entries: Sequence[Entry]) -> tuple[UnitPoint, ...]:
    """Both units at the last look."""
    last = next((e.body for e in reversed(entries) if isinstance(e.body, Looked)), None)
    if last is None:
        return ()
    return tuple(
        UnitPoint(
            unit.role,
            unit.serial,
            DARK if unit.dark else unit.state,
            unit.version,
            unit.sessions,
            unit.inactive,
        )
        for unit in last.units
    )


def _broken(run: Path, why: str) -> RunLine:
    return RunLine(
        run=run.name,
        pair=None,
        phase=None,
        state="broken",
        outcome=None,
        exit_code=None,
        device_seconds=None,
        last=why,
    )
