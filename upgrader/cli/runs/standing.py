"""Where the runs stand, read from their folders alone: `status` opens no pair."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from upgrader.cli.planfile import decode_plan
from upgrader.cli.runs.home import Home
from upgrader.cli.runs.requests import asked
from upgrader.cli.worlds.held import is_running
from upgrader.journal.entry import Entry, Finished, Intended, Looked, Started, is_aborted, is_sealed
from upgrader.journal.store import RunFolder
from upgrader.judgement.moves import advice
from upgrader.judgement.moves.progress import Progress, fold
from upgrader.judgement.story import tell
from upgrader.model.names import Instant
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.plan import Plan, step_name
from upgrader.model.report import DARK, RunLine, StatusReport, Story, UnitPoint
from upgrader.ports import BrokenChain, UsageFault

NEVER_BEGAN = frozenset({Outcome.REFUSED, Outcome.ALREADY_THERE})
"""Ends before the first act: there is nothing to resume, and the journal is sealed."""


def status_of(place: Home, wanted: str | None) -> StatusReport:
    """All runs, newest first; or the one that is wanted, with its units.

    Raises:
        UsageFault: there is no such run.
    """
    if wanted is None:
        return StatusReport(tuple(_standing(run)[0] for run in place.all_runs()))
    line, units = _standing(place.find_run(wanted))
    return StatusReport((line,), units)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a run whose process stopped at once."""

    told: str
    exit_code: ExitCode
    next: Next


def known_of(run: Path) -> Known:
    """Where a run stands that nobody conducts any more, from its journal alone."""
    try:
        kept = RunFolder(run)
        entries, plan = kept.read().entries(), decode_plan(kept.plan)
    except (BrokenChain, UsageFault) as fault:
        told = f"stopped at once. {run.name} had not begun, or cannot be read: {fault}"
        return Known(told, ExitCode.OUTAGE, Next(commands=("upgrader status",)))
    progress = fold(plan, entries)
    if is_sealed(entries):
        told = f"stopped at once. {run.name} had ended already, in phase {progress.phase.value}"
        return Known(told, ExitCode.STOPPED, Next(commands=(advice.STATUS,)))
    look = next((e for e in reversed(entries) if isinstance(e.body, Looked)), None)
    serves = look is not None and isinstance(look.body, Looked) and look.body.active is not None
    parts = [
        f"stopped at once, not at a safe point. {run.name} is in phase {progress.phase.value}",
        *_may_have_been_typed(progress, entries),
        *(_sights(look, entries[0].at) if look is not None else ["no look at the pair was taken"]),
    ]
    if not serves:
        parts.append("nobody is known to serve: look at both units now")
    goes_on = advice.with_way_back(plan, progress, advice.go_on())
    goes_on = advice.with_open_hold(plan, progress, goes_on)
    return Known(
        "\n".join(parts),
        ExitCode.STOPPED if serves else ExitCode.OUTAGE,
        advice.named(goes_on, run.name, plan),
    )


def _may_have_been_typed(progress: Progress, entries: Sequence[Entry]) -> list[str]:
    intent = progress.open_intent
    if intent is None:
        return ["nothing is open: each line that was typed has its receipt"]
    bodies = (e.body for e in reversed(entries))
    lines = next((b.lines for b in bodies if isinstance(b, Intended)), ())
    return [
        f"{step_name(intent.step)} was about to be typed, and nobody wrote down whether it was: "
        + "; ".join(lines or ("nothing",)),
        "look at both units: show failover, show version. `upgrader resume` finds out by itself",
    ]


def _sights(look: Entry, origin: Instant) -> list[str]:
    assert isinstance(look.body, Looked), "a look"
    ago = f"at the last look, {(look.at - origin) // 1_000} s after the run began"
    return [
        f"{ago}: {unit.role.value} {unit.serial or ''} "
        + ("did not answer" if unit.dark else f"{unit.state}, {unit.version}")
        for unit in look.body.units
    ]


def _standing(run: Path) -> tuple[RunLine, tuple[UnitPoint, ...]]:
    kept = RunFolder(run)
    try:
        entries = kept.read().entries()
        plan = decode_plan(kept.plan)
    except (BrokenChain, UsageFault) as fault:
        return _broken(run, str(fault)), ()
    progress = fold(plan, entries)
    state = _state(run, entries, progress)
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
        last=_last(run, state, story),
        next=_next(run, state, plan, progress, aborted=is_aborted(entries)),
    )
    return line, _units(entries)


def _state(run: Path, entries: Sequence[Entry], progress: Progress) -> str:
    if is_sealed(entries):
        return "finished"
    if is_running(run):
        return "running"
    return "unfinished" if progress.halted is None else "stopped"


def _exit_code(finished: object, progress: Progress, state: str) -> int | None:
    if isinstance(finished, Finished):
        return int(finished.exit_code)
    if progress.halted is not None and state != "running":
        return int(progress.halted.exit_code)
    return None


def _last(run: Path, state: str, story: Story) -> str:
    """The last thing that is known; of a run that is asked to stop and has not yet, who asks."""
    request = None if state == "finished" else asked(run)
    if request is not None and state == "running":
        return f"{request.sentence}: it has not stopped yet"
    if request is not None:
        return f"{request.sentence}: its process ended before it heard"
    return story.timeline[-1].text if story.timeline else "nothing was done yet"


def _next(run: Path, state: str, plan: Plan, progress: Progress, *, aborted: bool) -> Next:
    replay = f"upgrader replay {run.name}"
    match state:
        case "finished" if aborted:
            halted = advice.go_on() if progress.halted is None else progress.halted.next
            goes_on = advice.after_abort(plan, progress, halted)
            goes_on = advice.with_open_hold(plan, progress, goes_on)
            return advice.named(goes_on, run.name, plan)
        case "finished":
            return Next(commands=(replay,))
        case "running":
            return Next(commands=(f"upgrader pause {run.name}", f"upgrader abort {run.name}"))
        case _:
            goes_on = Next(commands=(advice.RESUME, advice.ABORT, advice.REPLAY))
            goes_on = advice.with_way_back(plan, progress, goes_on)
            goes_on = advice.with_open_hold(plan, progress, goes_on)
            return advice.named(goes_on, run.name, plan)


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
