"""What the commands that conduct a run do: begin, take up, clean up, play back."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shlex import quote

from upgrader.cli.deeds.approving import unapproved
from upgrader.cli.deeds.looking import drawn_or_refused, name_of, timed
from upgrader.cli.deeds.wanted import Drawn, Upgrade
from upgrader.cli.pairfile.pair import PairFile, read_pair
from upgrader.cli.planfile import decode_plan
from upgrader.cli.runs.claims import claimed, refusal, serials_in
from upgrader.cli.runs.conducting import begin, same_plan, take_up
from upgrader.cli.runs.home import Home
from upgrader.cli.worlds.arming import only_looking, recorded, recorded_earlier
from upgrader.cli.worlds.wall import WALL
from upgrader.conduct import night
from upgrader.conduct.digests import Digests
from upgrader.conduct.inventory import sessions_report
from upgrader.conduct.replaying import replay as replaying
from upgrader.conduct.tidy import Found, NotFit, find, plan_cleanup
from upgrader.conduct.wishes import Wishes
from upgrader.journal.disk import Disk
from upgrader.journal.entry import Started, is_sealed
from upgrader.journal.store import RunFolder
from upgrader.judgement.plan import PairName
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.plan import Plan, step_name
from upgrader.model.report import Report
from upgrader.model.watch import Watcher
from upgrader.model.words import many
from upgrader.ports import UsageFault, World

Agreed = Callable[[Plan], None]
"""Asks a person before the first change of a live pair. Raises `Declined`, or comes back."""


def unasked(_plan: Plan) -> None:
    """Nobody is asked: the pair is emulated."""


def run(
    wanted: Upgrade | Drawn,
    world: World,
    place: Home,
    watcher: Watcher,
    wishes: Wishes,
    *,
    agreed: Agreed = unasked,
    disk: Disk | None = None,
) -> Report:
    """Draw the plan, if there is none yet, and conduct it on the pair itself.

    `disk` holds the run's folder and the key; None: this machine's.

    Raises:
        Declined: who was asked (`agreed`) does not want it. Nothing was typed.
        UsageFault: it shall stop before a step that the plan does not have.
    """
    begun = WALL.monotonic()
    refused = unapproved("run", wanted)
    if refused is not None:
        return timed(refused, begun)
    held = claimed(place, wanted.pair, disk=disk)
    if held is not None:
        return timed(refusal("run", wanted.pair.name, held), begun)
    digests = Digests()
    plan = drawn_or_refused("run", wanted, only_looking(world), digests)
    if isinstance(plan, Report):
        held = claimed(place, wanted.pair, serials_in(plan), disk=disk)
        return timed(plan if held is None else refusal("run", plan.pair, held), begun)
    held = claimed(place, wanted.pair, plan.serials, disk=disk)
    if held is not None:
        return timed(refusal("run", plan.pair, held), begun)
    stops_at_a_step(plan, wishes)
    agreed(plan)
    return timed(begin("run", plan, world, place, watcher, wishes, disk, digests), begun)


def stops_at_a_step(plan: Plan, wishes: Wishes) -> None:
    """Be content if the run can stop where it shall.

    Raises:
        UsageFault: the plan has no such step; the run would go on to its end.
    """
    names = tuple(dict.fromkeys(step_name(planned.step) for planned in plan.steps))
    if wishes.stop_before is not None and wishes.stop_before not in names:
        raise UsageFault(
            f"--stop-before {wishes.stop_before}: the plan has no such step, and nothing would "
            f"stop it; its steps: {', '.join(names)}. Nothing was changed"
        )


def windows_of(folder: Path) -> tuple[str, ...]:
    """The hours that a run was begun with, as they were said.

    Raises:
        BrokenChain: the journal is not what it was.
        UsageFault: there is no run in that folder.
    """
    entries = RunFolder(folder).read().entries()
    first = entries[0].body if entries else None
    return first.windows if isinstance(first, Started) else ()


def resume(
    folder: Path,
    world: World,
    place: Home,
    watcher: Watcher,
    wishes: Wishes,
    *,
    disk: Disk | None = None,
) -> Report:
    """Go on with a run; a finished one only tells again how it ended. `disk` as in `run`.

    Raises:
        BrokenChain: the journal, or the plan, is not what it was. Nothing was typed.
        UsageFault: there is no run in that folder.
    """
    begun = WALL.monotonic()
    kept = RunFolder(folder, disk)
    plan = decode_plan(kept.plan)
    past = kept.read()
    same_plan(kept, past)
    if is_sealed(past.entries()):
        told = night.report_of("resume", plan, past)
        note = "this run has ended before: nothing was looked at, and nothing typed"
        return timed(replace(told, notes=(*told.notes, note)), begun)
    held = claimed(place, read_pair(plan.pair_path), plan.serials, disk=disk)
    if held is not None and held.claim.run != folder.name:
        return timed(refusal("resume", plan.pair, held), begun)
    return timed(take_up("resume", plan, world, place, kept, watcher, wishes), begun)


def cleanup(
    pair: PairFile,
    world: World,
    place: Home,
    watcher: Watcher,
    wishes: Wishes,
    *,
    wait: bool,
    agreed: Agreed = unasked,
    disk: Disk | None = None,
) -> Report:
    """Find what is left on the pair, and clear it; `wait` until suspects are decided.

    `agreed` and `disk` as in `run`.
    """
    begun = WALL.monotonic()
    held = claimed(place, pair, disk=disk)
    if held is not None:
        return timed(refusal("cleanup", pair.name, held), begun)
    found = find(only_looking(world), watcher, wait=wait)
    name = name_of(pair, world)
    try:
        plan = plan_cleanup(name, found)
    except NotFit as fault:
        return timed(
            _nothing_typed(name, found, Outcome.REFUSED, ExitCode.REFUSED, str(fault)), begun
        )
    held = claimed(place, pair, plan.serials, disk=disk)
    if held is not None:
        return timed(refusal("cleanup", pair.name, held), begun)
    if not found.residues.residue:
        left = len(found.residues.suspects)
        code, verdict = ExitCode.DONE, "nothing to clean up"
        if left:
            code = ExitCode.NEEDS_PERSON
            rows = many(left, "row is", "rows are")
            verdict = f"nothing is proven to be residue; {rows} suspect, and left alone"
        return timed(_nothing_typed(name, found, Outcome.CLEAN, code, verdict), begun)
    agreed(plan)
    return timed(begin("cleanup", plan, world, place, watcher, wishes, disk), begun)


def replay(folder: Path, *, strict: bool) -> Report:
    """Play a run back from its journal; `strict`: a divergence is exit 1.

    Raises:
        BrokenChain: the journal, or the plan, is not what it was.
        UsageFault: there is no run in that folder.
    """
    begun = WALL.monotonic()
    kept = RunFolder(folder)
    plan = decode_plan(kept.plan)
    past = kept.read()
    same_plan(kept, past)
    report = replaying.replay(
        plan,
        past,
        lambda sitting: recorded(plan, past, sitting),
        lambda sitting: recorded_earlier(plan, past, sitting),
    )
    if strict and report.outcome is Outcome.DIVERGED:
        report = replace(report, exit_code=ExitCode.FAULT)
    return timed(report, begun)


def _nothing_typed(
    name: PairName, found: Found, outcome: Outcome, code: ExitCode, verdict: str
) -> Report:
    """A clean-up that typed nothing: what was seen, and why."""
    goes_on = (f"upgrader sessions {quote(name.path)}", f"upgrader cleanup {quote(name.path)}")
    return replace(
        sessions_report(name, found),
        command="cleanup",
        outcome=outcome,
        exit_code=code,
        verdict=verdict,
        next=Next(commands=goes_on if code else ()),
        table=None,
    )
