"""The moves of a rollback: the roles back first, then the boot order, then the new code goes.

Only the two cheap ways back are taken (see `way_back`): the unit with the old code serves, or it
is ready to take over again at once. The order is the reverse of the night's: as long as the unit
that is reloaded last has not gone, the pair can go either way.
"""

from upgrader.judgement.moves import advice
from upgrader.judgement.moves.gates import (
    SOAK_MS,
    Verdict,
    final_reload,
    first_reload,
    gate,
    step_of,
    verify_and_save,
)
from upgrader.judgement.moves.progress import Progress
from upgrader.judgement.moves.waiting import (
    await_last,
    await_move,
    usurper,
)
from upgrader.model.drain import ReleaseLogins
from upgrader.model.finding import Moment
from upgrader.model.law import Phase, Signal
from upgrader.model.move import Arrive, Do, Halt, Look, Move, Wait
from upgrader.model.outcome import ExitCode
from upgrader.model.plan import (
    Harvest,
    Plan,
    ReloadStandby,
    SaveConfiguration,
    SetAsdm,
    SetBootOrder,
    SwitchOver,
)
from upgrader.model.unit import Snapshot


def decide_rollback(
    plan: Plan, progress: Progress, seen: Snapshot, verdict: Verdict | None
) -> Move:
    """The one next thing of a rollback, by the phase that it is in."""
    match progress.phase:
        case Phase.ROLLBACK_PLANNED:
            return _switch_back(plan, progress, verdict)
        case Phase.SWITCHING_BACK | Phase.SWITCH_BACK_LATE:
            return _await_switch_back(plan, progress, seen)
        case Phase.OLD_SERVES:
            return _restore(plan, progress)
        case Phase.RESTORED:
            return _reload(plan, progress, seen, verdict)
        case Phase.RETURNING | Phase.RETURN_LATE:
            return _await_return(plan, progress, seen)
        case Phase.BOTH_OLD:
            return verify_and_save(plan, progress, seen, verdict)
        case _:
            raise AssertionError(f"a rollback decides nothing in phase {progress.phase.value}")


# ── the roles move back ────────────────────────────────────────────────────────────────


def _switch_back(plan: Plan, progress: Progress, verdict: Verdict | None) -> Move:
    step = step_of(plan, SwitchOver)
    if step is None:
        return Arrive(Signal.SWITCHED_OVER, "the unit with the old code serves: no role moves")
    halt = gate(verdict, Moment.BEFORE_SWITCHOVER, progress)
    return halt or Do(
        step,
        Signal.SWITCHOVER_SENT,
        f"{step.to} still runs {plan.target.version} and is ready: it takes over again",
    )


def _await_switch_back(plan: Plan, progress: Progress, seen: Snapshot) -> Move:
    step = step_of(plan, SwitchOver)
    assert step is not None, "a switchover is awaited only after it was ordered"
    return await_move(
        progress,
        seen,
        step,
        Arrive(Signal.SWITCHED_OVER, f"{step.to} is Active again on {plan.target.version}"),
        "the roles have not moved back in their time",
    )


# ── boot order and ASDM as they were ───────────────────────────────────────────────────


def _restore(plan: Plan, progress: Progress) -> Move:
    for planned in plan.steps:
        match planned.step:
            case ReleaseLogins() | SetBootOrder() | SetAsdm() | SaveConfiguration():
                if not progress.has_done(planned.step):
                    return Do(planned.step, None, planned.why)
            case _:
                pass
    return Arrive(Signal.PREPARED, "boot order and ASDM are as the run found them, and saved")


# ── the unit with the new code ─────────────────────────────────────────────────────────


def _reload(plan: Plan, progress: Progress, seen: Snapshot, verdict: Verdict | None) -> Move:
    step = _reload_of(plan)
    if step is None:
        return _finish_without_reload(progress)
    usurped = usurper(seen, step.serial, "before its reload was ordered")
    if usurped is not None:
        return Halt(ExitCode.STOPPED, usurped, advice.mend_and_go_on())
    switched = step_of(plan, SwitchOver) is not None
    if switched and progress.full_looks == 0:
        return Look(None, "who was carried back: the tables of both units after the switchover")
    soaked = seen.at - progress.since
    if switched and soaked < SOAK_MS:
        return Wait(
            f"soaking: {soaked // 1_000} of {SOAK_MS // 1_000} s on the old version, while "
            f"{step.serial} could still take over again"
        )
    harvest = step_of(plan, Harvest)
    if harvest is not None and not progress.has_done(harvest):
        return Do(harvest, None, "the reload erases its log buffer, history and tables")
    moment = Moment.BEFORE_FINAL_RELOAD if step.final else Moment.BEFORE_STANDBY_RELOAD
    halt = gate(verdict, moment, progress)
    return halt or Do(
        step,
        Signal.FINAL_RELOAD_SENT if step.final else Signal.STANDBY_RELOAD_SENT,
        f"the old code serves: {step.serial} reloads, back onto {plan.target.version}",
    )


def _finish_without_reload(progress: Progress) -> Move:
    if progress.full_looks == 0:
        return Look(None, "what was put back, seen on both units")
    assert not progress.reloads, "nothing was reloaded"
    return Arrive(Signal.FINISHED, "nothing had been reloaded yet: nothing is reloaded now")


def _await_return(plan: Plan, progress: Progress, seen: Snapshot) -> Move:
    step = _reload_of(plan)
    assert step is not None, "a unit is awaited only after its reload"
    usurped = usurper(seen, step.serial)
    if usurped is not None:
        return Halt(ExitCode.NEEDS_PERSON, usurped, advice.mend_and_go_on())
    waited = await_last(
        plan,
        progress,
        seen,
        step.serial,
        called=step.serial,
        console=step.serial,
        server="the other unit",
    )
    return waited or Arrive(
        Signal.STANDBY_READY, f"{step.serial} is Standby Ready at {plan.target.version} again"
    )


def _reload_of(plan: Plan) -> ReloadStandby | None:
    """The one reload of a rollback; None: no unit has booted the new code yet."""
    return first_reload(plan) or final_reload(plan)
