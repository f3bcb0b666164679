"""Where the runs stand, read from their folders alone: `status` opens no pair."""

from collections.abc import Sequence
from pathlib import Path

from upgrader.cli.home import Home
from upgrader.cli.wanted import decode_plan
from upgrader.cli.worlds import is_held_now
from upgrader.journal.entry import Entry, Finished, Looked, Started, is_sealed
from upgrader.journal.store import RunFolder
from upgrader.judgement.progress import Progress, fold
from upgrader.judgement.story import tell
from upgrader.model.outcome import Next
from upgrader.model.plan import Plan
from upgrader.model.report import DARK, RunLine, StatusReport, UnitPoint
from upgrader.ports import BrokenChain, UsageFault


def status_of(place: Home, wanted: str | None) -> StatusReport:
    """All runs, newest first; or the one that is wanted, with its units.

    Raises:
        UsageFault: there is no such run.
    """
    if wanted is None:
        return StatusReport(tuple(_standing(run, place)[0] for run in place.all_runs()))
    line, units = _standing(place.find_run(wanted), place)
    return StatusReport((line,), units)


def _standing(run: Path, place: Home) -> tuple[RunLine, tuple[UnitPoint, ...]]:
    kept = RunFolder(run)
    try:
        entries = kept.read().entries()
        plan = decode_plan(kept.plan)
    except (BrokenChain, UsageFault) as fault:
        return _broken(run, str(fault)), ()
    progress = fold(plan, entries)
    state = _state(entries, progress, plan, place)
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


def _exit_code(finished: object, progress: Progress, state: str) -> int | None:
    if isinstance(finished, Finished):
        return int(finished.exit_code)
    if state == "stopped" and progress.halted is not None:
        return int(progress.halted.exit_code)
    return None


def _next(run: Path, state: str) -> Next:
    replay = f"upgrader replay {run.name}"
    match state:
        case "finished":
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
