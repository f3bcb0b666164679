"""What to do this beat: a pure function of plan, progress and what is seen now.

The idea: each beat asks "given where the run is and what the pair says, what is the one next
thing?" Start and resume are the same question. The journal is asked only for what was intended;
whether it has happened, the pair says. Every answer carries its why, "nothing yet" too.

Not taken: a list of steps with a pointer. After a crash the pointer is wrong by one, and a
switchover typed twice puts the old image back in charge.
"""

from upgrader.judgement.moves import advice, cleanup, rollback, settle, upgrade
from upgrader.judgement.moves.gates import Verdict
from upgrader.judgement.moves.progress import Progress
from upgrader.judgement.moves.waiting import sight
from upgrader.model.move import Halt, Move, Wait
from upgrader.model.outcome import ExitCode
from upgrader.model.plan import Plan, Purpose
from upgrader.model.unit import Snapshot

HEADLESS_MS = 60_000  # Our guess: hold time (15 s, at most 45 s) plus a role change.


def decide(plan: Plan, progress: Progress, seen: Snapshot, verdict: Verdict | None) -> Move:
    """The one next thing."""
    odd = _strangers(plan, seen) or _heads(progress, seen)
    if odd is not None:
        return odd
    if progress.open_intent is not None:
        settled = settle.settle(progress.open_intent, seen)
        if settled is not None:
            return settled
    followed = settle.follow(progress)
    if followed is not None:
        return followed
    match plan.purpose:
        case Purpose.CLEANUP:
            return cleanup.decide_cleanup(plan, progress, seen)
        case Purpose.UPGRADE:
            return upgrade.decide_upgrade(plan, progress, seen, verdict)
        case Purpose.ROLLBACK:
            return rollback.decide_rollback(plan, progress, seen, verdict)


# ── before anything else ───────────────────────────────────────────────────────────────


def _strangers(plan: Plan, seen: Snapshot) -> Halt | None:
    for unit in seen.units:
        if unit.serial not in plan.serials:
            return Halt(
                ExitCode.STOPPED,
                f"{unit.name} answers at {unit.seat}, and the plan names only "
                f"{' and '.join(plan.serials)}: this is another chassis",
                advice.mend_and_go_on("find out which chassis answers: show version"),
            )
    return None


def _heads(progress: Progress, seen: Snapshot) -> Halt | Wait | None:
    """Two actives end the night at once; none is waited for, briefly."""
    actives = seen.actives
    if len(actives) > 1:
        both = " and ".join(unit.name for unit in actives)
        return Halt(
            ExitCode.OUTAGE,
            f"{both} both say that they are active: the units do not hear each other",
            advice.split_brain(),
        )
    if actives:
        return None
    since = progress.headless_since
    if since is not None and seen.at - since >= HEADLESS_MS:
        sights = "; ".join(sight(unit) for unit in (seen.primary, seen.secondary))
        return Halt(ExitCode.OUTAGE, f"no unit says that it is active: {sights}", advice.outage())
    return Wait("no unit says that it is active: a role may be moving, so look again")
