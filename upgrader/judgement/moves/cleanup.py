"""Clean-up: what to log off, in which order, and when it is done. The same beat, another aim.

Only proven orphans are logged off: by index, on the unit named, the row read again directly
before. Never by name, never by address, never all: a person may sit behind the next row.
"""

from dataclasses import dataclass

from upgrader.judgement.moves import advice
from upgrader.judgement.moves.progress import Progress
from upgrader.judgement.planned import planned
from upgrader.model.aftermath import OrphanedSession
from upgrader.model.failover import FailoverState
from upgrader.model.law import Phase, Signal
from upgrader.model.move import Arrive, Do, Halt, Look, Move, Wait
from upgrader.model.outcome import ExitCode
from upgrader.model.plan import EvictSession, Plan, PlannedStep
from upgrader.model.unit import Snapshot, Unit

LOOKS_APART_MS = 60_000


@dataclass(frozen=True, slots=True)
class Fitness:
    """Whether the pair is in a state in which cleaning is safe; None: it is."""

    why_not: str | None


def fit_for_cleanup(seen: Snapshot) -> Fitness:
    """Both units well and on equal versions, and no sync going on."""
    active, standby = seen.active, seen.standby
    if active is None:
        return Fitness("not exactly one unit is active")
    if not isinstance(standby, Unit):
        assert standby is not None, "an active unit has a mate"
        return Fitness(standby.sight)
    if standby.state is not FailoverState.STANDBY_READY:
        return Fitness(f"{standby.name} is {standby.state.value}, not Standby Ready")
    if active.running != standby.running:
        return Fitness(
            f"the versions differ: {active.name} runs {active.running}, "
            f"{standby.name} {standby.running}"
        )
    return Fitness(None)


def evictions(orphans: tuple[OrphanedSession, ...], seen: Snapshot) -> tuple[PlannedStep, ...]:
    """A step for every proven orphan, on the unit that holds it."""
    steps = []
    for orphan in orphans:
        unit = seen.unit(orphan.serial)
        name = orphan.serial if unit is None else unit.name
        step = EvictSession(
            orphan.serial, orphan.index, orphan.user, orphan.address, orphan.login_time
        )
        steps.append(planned(step, name, orphan.evidence))
    return tuple(steps)


def decide_cleanup(plan: Plan, progress: Progress, seen: Snapshot) -> Move:
    """The one next thing of a clean-up."""
    fitness = fit_for_cleanup(seen)
    if fitness.why_not is not None:
        return Halt(
            ExitCode.STOPPED if progress.acted else ExitCode.REFUSED,
            f"no clean-up now: {fitness.why_not}",
            advice.mend_and_go_on("on the active unit: show failover"),
        )
    match progress.phase:
        case Phase.RESIDUE_KNOWN:
            for planned in plan.steps:
                if not progress.has_done(planned.step):
                    return Do(planned.step, None, planned.why)
            return Arrive(Signal.EVICTIONS_DONE, "every proven orphan was logged off")
        case Phase.EVICTED:
            return _look_twice(plan, progress, seen)
        case _:
            raise AssertionError(f"a clean-up decides nothing in phase {progress.phase.value}")


def _look_twice(plan: Plan, progress: Progress, seen: Snapshot) -> Move:
    if progress.full_looks == 0:
        return Look(None, "what is left: a first look at rows and pools of both units")
    last = progress.last_full
    assert last is not None, "a full look has an instant"
    delay_ms = plan.reuse_delay_minutes * 60_000
    if seen.at - last < LOOKS_APART_MS:
        return Wait("what is left is judged from two looks, a minute apart")
    if progress.done and seen.at - progress.since < delay_ms + LOOKS_APART_MS:
        return Wait(f"freed addresses wait out the reuse delay of {plan.reuse_delay_minutes} min")
    if progress.full_looks == 1:
        return Look(None, "what is left: the second look")
    return Arrive(Signal.CLEAN, "looked twice")
