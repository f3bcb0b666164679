"""How a run ended: its exit code, its outcome, a sentence, and what goes on from there."""

from upgrader.judgement.moves import advice
from upgrader.judgement.moves.progress import Progress
from upgrader.model.aftermath import Aftermath, Fate
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.plan import Plan, Purpose, ReloadStandby, SwitchOver
from upgrader.model.words import many


def how_it_ended(
    plan: Plan, progress: Progress, aftermath: Aftermath | None, *, aborted: bool
) -> tuple[ExitCode, Outcome, str, Next]:
    """Exit code, outcome, verdict, and what goes on from there.

    `aborted`: a person ended it for good; `aftermath` None: the pair was not seen whole before.
    """
    finished, halted = progress.phase.is_end, progress.halted
    if halted is not None:
        outcome = Outcome.REFUSED if halted.exit_code is ExitCode.REFUSED else Outcome.STOPPED
        if halted.exit_code is ExitCode.OUTAGE:
            outcome = Outcome.FAILED
        if aborted:
            goes_on = advice.after_abort(plan, progress, halted.next)
            goes_on = advice.with_open_hold(plan, progress, goes_on)
            return halted.exit_code, Outcome.ABORTED, halted.why, goes_on
        goes_on = advice.with_way_back(plan, progress, halted.next)
        goes_on = advice.with_open_hold(plan, progress, goes_on)
        return halted.exit_code, outcome, halted.why, goes_on
    if not finished:
        why = "the run is unfinished: its process ended without a halt"
        goes_on = advice.with_way_back(plan, progress, advice.go_on())
        goes_on = advice.with_open_hold(plan, progress, goes_on)
        return ExitCode.STOPPED, Outcome.STOPPED, why, goes_on
    done = _DONE[plan.purpose]
    if aftermath is None:
        why = "who was cut off is not known: the pair was not seen whole before the first act"
        return ExitCode.NEEDS_PERSON, done, why, Next(commands=("upgrader sessions {pair}",))
    lost, foretold = aftermath.count(Fate.LOST), _foretold(plan)
    what = _what_is_done(plan)
    left = []
    if aftermath.residue:
        orphans, leases = len(aftermath.orphans), len(aftermath.leases)
        stand = "is" if orphans + leases == 1 else "are"
        told = f"{many(orphans, 'orphaned session')} and {many(leases, 'stuck lease')}"
        left.append(f"{told} {stand} left")
    if aftermath.suspects:
        rows = many(len(aftermath.suspects), "row without a tunnel is", "rows without a tunnel are")
        left.append(f"{rows} suspect")
    if lost > foretold and plan.purpose is not Purpose.CLEANUP:
        left.append(f"{many(lost, 'session was', 'sessions were')} lost, {foretold} foretold")
    if not left:
        told = (
            f", and {many(lost, 'session was', 'sessions were')} lost as foretold" if lost else ""
        )
        return ExitCode.DONE, done, f"{what}{told}", advice.onward(plan)
    return (
        ExitCode.NEEDS_PERSON,
        done,
        f"{what}; {'; '.join(left)}",
        _after(plan, aftermath),
    )


_DONE = {
    Purpose.UPGRADE: Outcome.UPGRADED,
    Purpose.CLEANUP: Outcome.CLEANED,
    Purpose.ROLLBACK: Outcome.ROLLED_BACK,
}
"""How a run that came to its end is called, by what it was for."""


def _what_is_done(plan: Plan) -> str:
    match plan.purpose:
        case Purpose.UPGRADE:
            return f"both units run {plan.target.version}"
        case Purpose.CLEANUP:
            return "every proven orphan was logged off"
        case Purpose.ROLLBACK:
            steps = [planned.step for planned in plan.steps]
            moved = any(isinstance(step, ReloadStandby | SwitchOver) for step in steps)
            again = f": both units run {plan.target.version} again" if moved else ""
            return f"the pair is as run {plan.undoes} found it{again}"


def _foretold(plan: Plan) -> int:
    return 0 if plan.prediction is None else plan.prediction.lost


def _after(plan: Plan, aftermath: Aftermath) -> Next:
    """What clears what is left: ours first; the ladder for a person where ours cannot."""
    if plan.purpose is not Purpose.CLEANUP and (aftermath.residue or aftermath.suspects):
        return Next(commands=("upgrader cleanup {pair}", "upgrader replay {run}"))
    if plan.purpose is not Purpose.CLEANUP:
        return Next(commands=("upgrader replay {run}", "upgrader sessions {pair}"))
    nobodys = tuple(lease for lease in aftermath.leases if lease.holder is None)
    lines: tuple[str, ...] = ()
    if nobodys:
        pools = sorted({lease.pool for lease in nobodys})
        lines = (
            (
                "addresses that no session holds cannot be freed one by one on an ASA; in a quiet "
                "hour, with equal AnyConnect images on both units:"
            ),
            "on the active unit: failover reload-standby  (wait for Standby Ready)",
            "on the active unit: no failover active",
            "on the new active unit: failover reload-standby",
            *(f"then on each unit: show ip local pool {pool}" for pool in pools),
        )
    return Next(commands=("upgrader sessions {pair}", "upgrader cleanup {pair}"), lines=lines)
