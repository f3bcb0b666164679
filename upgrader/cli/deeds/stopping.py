"""`pause`, `abort`: stop a run from another terminal; nothing is looked at, and nothing typed."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from upgrader.cli.pairfile.pair import PairFile, read_pair
from upgrader.cli.planfile import decode_plan
from upgrader.cli.runs import requests
from upgrader.cli.runs.claims import holding_runs
from upgrader.cli.runs.conducting import end_for_good, same_plan, take_up
from upgrader.cli.runs.home import Home
from upgrader.cli.runs.requests import Wish, request_now
from upgrader.cli.worlds.held import conducting, is_running
from upgrader.conduct.night import report_of
from upgrader.conduct.wishes import Wishes
from upgrader.journal.disk import Disk
from upgrader.journal.entry import Entry, is_sealed
from upgrader.journal.store import RunFolder
from upgrader.judgement.moves import advice
from upgrader.judgement.moves.progress import Progress, fold
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.plan import Plan, step_name
from upgrader.model.report import Report
from upgrader.model.watch import Unwatched
from upgrader.ports import UsageFault, World

SHOWN = 5


def run_or_the_open_one(place: Home, wanted: str | None) -> Path:
    """The run that is meant: the one that was named, else the only one that is open.

    Raises:
        UsageFault: there is no such run; or none is named, and not exactly one is open.
    """
    if wanted is not None:
        return place.find_run(wanted)
    runs = [run for run, _ in holding_runs(place)]
    match runs:
        case [run]:
            return run
        case []:
            raise UsageFault(
                f"no run is open in {place.runs}: all of them have ended. "
                "Name the one that you mean; `upgrader status` lists them"
            )
        case _:
            names = ", ".join(run.name for run in runs[:SHOWN])
            raise UsageFault(f"more than one run is open; name the one that you mean: {names}")


def pause(folder: Path, disk: Disk | None = None) -> Report:
    """Ask a living run to stop at its next safe point.

    Raises:
        BrokenChain: its journal is not what it was.
        UsageFault: there is no run in that folder; it has ended.
    """
    kept, plan, entries = _read(folder, disk)
    if not is_running(folder):
        return Report(
            command="pause",
            outcome=Outcome.STOPPED,
            exit_code=ExitCode.DONE,
            pair=plan.pair,
            run=folder.name,
            verdict=(
                f"no process conducts {folder.name}: it stands still in phase "
                f"{fold(plan, entries).phase.value}, and there is nobody to ask"
            ),
            next=advice.named(_ways_on(plan, fold(plan, entries)), folder.name, plan),
            notes=_open_intent(fold(plan, entries)),
        )
    requests.leave(kept, request_now(Wish.PAUSE))
    return Report(
        command="pause",
        outcome=Outcome.STOPPED,
        exit_code=ExitCode.DONE,
        pair=plan.pair,
        run=folder.name,
        verdict=f"{folder.name} was asked to stop at its next safe point; `resume` will go on",
        next=Next(commands=(f"upgrader status {folder.name}", f"upgrader resume {folder.name}")),
    )


def abort(
    place: Home,
    folder: Path,
    disk: Disk | None = None,
    enter: Callable[[PairFile], World] | None = None,
) -> Report:
    """End a run for good: a living one at its next safe point, any other now.

    `enter` opens the pair, where its logins are held closed: they are opened first, and nothing
    else is typed. None: it cannot be opened here, and the report says how a person does it.

    Raises:
        BrokenChain: its journal is not what it was.
        UsageFault: there is no run in that folder; it has ended.
    """
    kept, plan, entries = _read(folder, disk)
    request = request_now(Wish.ABORT)
    if is_running(folder):
        requests.leave(kept, request)
        return Report(
            command="abort",
            outcome=Outcome.ABORTED,
            exit_code=ExitCode.DONE,
            pair=plan.pair,
            run=folder.name,
            verdict=f"{folder.name} was asked to stop at its next safe point, for good",
            next=Next(commands=(f"upgrader status {folder.name}",)),
        )
    if enter is not None and fold(plan, entries).held is not None:
        _let_in(place, kept, plan, enter, request.sentence)
        entries = kept.read().entries()
    with conducting(folder, plan.pair, "upgrader abort"):
        report = end_for_good("abort", kept, place, f"aborted: {request.sentence}")
    return _ended(report, _open_intent(fold(plan, entries)))


def _let_in(
    place: Home, kept: RunFolder, plan: Plan, enter: Callable[[PairFile], World], why: str
) -> None:
    """Take the run up and stop it at once: whatever stops with closed logins opens them."""
    wishes = Wishes(should_stop=lambda: f"aborted: {why}")
    with closing(enter(read_pair(plan.pair_path))) as world:
        take_up("abort", plan, world, place, kept, Unwatched(), wishes)


def _ended(report: Report, notes: Sequence[str]) -> Report:
    """The same report; the command itself has done what it was asked for."""
    return replace(report, exit_code=ExitCode.DONE, notes=(*report.notes, *notes))


def _read(folder: Path, disk: Disk | None) -> tuple[RunFolder, Plan, Sequence[Entry]]:
    kept = RunFolder(folder, disk)
    past = kept.read()
    plan = decode_plan(kept.plan)
    same_plan(kept, past)
    if is_sealed(past.entries()):
        told = report_of("status", plan, past)
        raise UsageFault(
            f"{folder.name} has ended before ({told.outcome.value}): there is nothing to stop. "
            f"`upgrader status {folder.name}` tells how"
        )
    return kept, plan, past.entries()


def _ways_on(plan: Plan, progress: Progress) -> Next:
    goes_on = Next(commands=(advice.STATUS, advice.RESUME, advice.ABORT))
    return advice.with_way_back(plan, progress, goes_on)


def _open_intent(progress: Progress) -> tuple[str, ...]:
    """What may have been typed, where nobody wrote down whether it was."""
    intent = progress.open_intent
    if intent is None:
        return ()
    what = f"{step_name(intent.step)} may have been typed just before the process ended"
    return (f"{what}, and nobody wrote down whether it was. Look: show failover, show version",)
