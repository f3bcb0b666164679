"""`rollback`: take a run back where it is cheap, in a run of its own."""

from dataclasses import replace
from pathlib import Path
from shlex import quote

from upgrader.cli.deeds.looking import name_of, timed
from upgrader.cli.deeds.nights import Agreed, stops_at_a_step, unasked
from upgrader.cli.pairfile.pair import PairFile
from upgrader.cli.planfile import decode_plan
from upgrader.cli.runs.claims import claimed, refusal
from upgrader.cli.runs.conducting import begin, end_for_good, same_plan
from upgrader.cli.runs.home import Home
from upgrader.cli.worlds.arming import only_looking
from upgrader.cli.worlds.held import is_running
from upgrader.cli.worlds.wall import WALL
from upgrader.conduct.undo import WayFound, find_way_back
from upgrader.conduct.wishes import Wishes
from upgrader.journal.disk import Disk
from upgrader.journal.entry import is_sealed
from upgrader.journal.store import RunFolder
from upgrader.judgement.moves import advice
from upgrader.judgement.moves.progress import fold
from upgrader.judgement.way_back import AsFound, NoWay
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.plan import Plan, Purpose
from upgrader.model.report import Report, unit_lines
from upgrader.model.watch import Watcher
from upgrader.ports import UsageFault, World, WorldHeld


def rollback(
    folder: Path,
    pair: PairFile,
    world: World,
    place: Home,
    watcher: Watcher,
    wishes: Wishes,
    *,
    agreed: Agreed = unasked,
    disk: Disk | None = None,
) -> Report:
    """Put the pair back as the run in that folder found it, if that is cheap from here.

    Raises:
        BrokenChain: the run's journal, or its plan, is not what it was. Nothing was typed.
        Declined: who was asked does not want it.
        UsageFault: there is no run in that folder, or none that changed images; or it shall stop
            before a step that the way back does not have.
        WorldHeld: its process lives.
    """
    begun = WALL.monotonic()
    kept = RunFolder(folder, disk)
    plan = decode_plan(kept.plan)
    past = kept.read()
    same_plan(kept, past)
    _can_be_undone(folder, plan)
    held = claimed(place, pair, plan.serials, disk=disk)
    if held is not None and held.claim.run != folder.name:
        return timed(refusal("rollback", plan.pair, held), begun)
    name = name_of(pair, world)
    found = find_way_back(only_looking(world), folder.name, plan, past, name, watcher)
    match found.way:
        case NoWay(why=why, next=goes_on):
            goes_on = advice.with_open_hold(plan, fold(plan, past.entries()), goes_on)
            return timed(_refused(plan, folder, found, why, goes_on), begun)
        case AsFound(why=why):
            if not is_sealed(past.entries()):
                end_for_good("rollback", kept, place, f"{why}; `upgrader rollback` ended the run")
            return timed(_as_found(plan, folder, found, why), begun)
        case Plan() as back:
            pass
    if back.stopped_by:
        rules = ", ".join(finding.rule for finding in back.stopped_by)
        lines = tuple(line for f in back.stopped_by for line in f.remedy.split("\n"))
        goes_on = Next(commands=(advice.STATUS, advice.ROLLBACK), lines=lines)
        why = f"refused by {rules}: {back.stopped_by[0].evidence}"
        refused = _refused(plan, folder, found, why, goes_on)
        return timed(
            replace(refused, findings=back.findings, plan=back, prediction=back.prediction), begun
        )
    stops_at_a_step(back, wishes)
    agreed(back)
    return timed(begin("rollback", back, world, place, watcher, wishes, disk), begun)


def _can_be_undone(folder: Path, plan: Plan) -> None:
    """Be content if it is an upgrade, whose process is gone."""
    match plan.purpose:
        case Purpose.CLEANUP:
            raise UsageFault(
                f"{folder.name} is a clean-up: it logged rows off, and there is no way back to them"
            )
        case Purpose.ROLLBACK:
            raise UsageFault(
                f"{folder.name} is a rollback itself. `upgrader resume {folder.name}` goes on with "
                f"it; `upgrader plan {quote(plan.pair_path)} --to VERSION` leads forward again"
            )
        case Purpose.UPGRADE:
            pass
    if is_running(folder):
        raise WorldHeld(
            f"run {folder.name} is under way in another process; nothing was changed. "
            f"`upgrader abort {folder.name}` stops it at its next safe point; then roll it back"
        )


def _refused(plan: Plan, folder: Path, found: WayFound, why: str, goes_on: Next) -> Report:
    return Report(
        command="rollback",
        outcome=Outcome.REFUSED,
        exit_code=ExitCode.REFUSED,
        pair=plan.pair,
        verdict=f"no rollback of {folder.name}, and nothing was changed: {why}",
        units=() if found.seen is None else unit_lines(found.seen),
        next=advice.named(goes_on, folder.name, plan),
    )


def _as_found(plan: Plan, folder: Path, found: WayFound, why: str) -> Report:
    anew = f"upgrader plan {quote(plan.pair_path)} --to '{plan.goal}'"
    return Report(
        command="rollback",
        outcome=Outcome.ALREADY_THERE,
        exit_code=ExitCode.DONE,
        pair=plan.pair,
        verdict=why,
        units=() if found.seen is None else unit_lines(found.seen),
        next=Next(commands=(f"upgrader status {folder.name}", anew)),
    )
