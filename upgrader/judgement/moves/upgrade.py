"""The moves of an upgrade: standby first, then the roles, then the former active.

The order is the vendor's, and every act stands behind a gate. Until the former active reloads,
the old code can take over again in a second: the soak is what that second is bought with.
"""

from upgrader.judgement.moves import advice
from upgrader.judgement.moves.drain import decide_drain, open_again
from upgrader.judgement.moves.gates import (
    SOAK_MS,
    Verdict,
    final_reload,
    first_reload,
    gate,
    halt_on,
    step_of,
    verify_and_save,
)
from upgrader.judgement.moves.progress import Progress
from upgrader.judgement.moves.waiting import (
    await_last,
    await_move,
    await_reload,
    is_only_confirmed,
    is_over,
    usurper,
)
from upgrader.model.finding import Moment
from upgrader.model.law import Phase, Signal
from upgrader.model.move import Arrive, Do, Halt, Look, Move, Wait
from upgrader.model.outcome import ExitCode
from upgrader.model.plan import (
    Backup,
    FailBack,
    Harvest,
    Plan,
    SaveConfiguration,
    SetAsdm,
    SetBootOrder,
    SwitchOver,
)
from upgrader.model.unit import Snapshot

RETURN_MS = 90_000  # Our guess: dead-peer detection (30 s) twice, and a reconnect.
FAILBACK_WAIT_MS = 600_000  # Our guess: the unit was ready moments ago; a resync takes one minute.


def decide_upgrade(plan: Plan, progress: Progress, seen: Snapshot, verdict: Verdict | None) -> Move:
    """The one next thing of an upgrade, by the phase that it is in."""
    match progress.phase:
        case Phase.PLANNED:
            return _prepare(plan, progress)
        case Phase.PREPARED:
            return _reload_standby(plan, progress, verdict)
        case Phase.STANDBY_RELOADING | Phase.STANDBY_LATE:
            return _await_standby(plan, progress, seen)
        case Phase.STANDBY_UPGRADED:
            return _switch(plan, progress, verdict)
        case Phase.SWITCHING | Phase.SWITCH_LATE:
            return _await_switch(plan, progress, seen)
        case Phase.SWITCHED:
            return _soak(plan, progress, seen, verdict)
        case Phase.DRAINING | Phase.DRAIN_LATE:
            return decide_drain(plan, progress, seen, verdict)
        case Phase.DRAINED:
            return _reload_former(plan, progress, seen, verdict)
        case Phase.FORMER_RELOADING | Phase.FORMER_LATE:
            return _await_former(plan, progress, seen)
        case Phase.BOTH_UPGRADED:
            opened = open_again(progress, seen)
            return opened or verify_and_save(plan, progress, seen, verdict)
        case Phase.SAVED:
            return _finish(plan, progress, seen)
        case Phase.FAILING_BACK | Phase.FAILBACK_LATE:
            return _await_failback(plan, progress, seen, verdict)
        case _:
            raise AssertionError(f"an upgrade decides nothing in phase {progress.phase.value}")


# ── standby first ──────────────────────────────────────────────────────────────────────


def _prepare(plan: Plan, progress: Progress) -> Move:
    for planned in plan.steps:
        match planned.step:
            case Backup() | SetBootOrder() | SetAsdm() | SaveConfiguration():
                if not progress.has_done(planned.step):
                    return Do(planned.step, None, planned.why)
            case _:
                break
    return Arrive(Signal.PREPARED, "backup, boot order and ASDM are set and saved")


def _reload_standby(plan: Plan, progress: Progress, verdict: Verdict | None) -> Move:
    step = first_reload(plan)
    if step is None:
        return Arrive(Signal.STANDBY_READY, "the standby runs the target version already")
    halt = gate(verdict, Moment.BEFORE_STANDBY_RELOAD, progress)
    return halt or Do(
        step,
        Signal.STANDBY_RELOAD_SENT,
        "everything is in place: the standby reloads, nobody is served by it",
    )


def _await_standby(plan: Plan, progress: Progress, seen: Snapshot) -> Move:
    step = first_reload(plan)
    assert step is not None, "a standby is awaited only after its reload"
    usurped = usurper(seen, step.serial)
    if usurped is not None:
        return Halt(ExitCode.STOPPED, usurped, advice.roles_back())
    late = is_over(progress, seen) and not is_only_confirmed(progress, seen, step.serial)
    waited = await_reload(plan, progress, seen, step.serial)
    if isinstance(waited, Halt):
        old = _old_boot(plan)
        return Halt(ExitCode.STOPPED, waited.why, advice.old_image_back(plan, old))
    if waited is None:
        return Arrive(
            Signal.STANDBY_READY,
            f"the standby is Standby Ready at {plan.target.version} in "
            f"{progress.ready_looks} looks running",
        )
    if late:
        unit = seen.unit(step.serial)
        name = f"Standby {step.serial}" if unit is None else unit.name
        return Halt(
            ExitCode.STOPPED,
            f"the standby has not come back ready in its time ({waited.why}); the active unit "
            "was not touched and serves",
            advice.console_to(name)
            if unit is None
            else advice.old_image_back(plan, _old_boot(plan)),
        )
    return waited


# ── the roles move ─────────────────────────────────────────────────────────────────────


def _switch(plan: Plan, progress: Progress, verdict: Verdict | None) -> Move:
    step = step_of(plan, SwitchOver)
    if step is None:
        return Arrive(Signal.SWITCHED_OVER, "the upgraded unit is active already")
    halt = gate(verdict, Moment.BEFORE_SWITCHOVER, progress)
    return halt or Do(
        step,
        Signal.SWITCHOVER_SENT,
        "the standby is ready at the target version and holds the sessions: the roles move",
    )


def _await_switch(plan: Plan, progress: Progress, seen: Snapshot) -> Move:
    step = step_of(plan, SwitchOver)
    assert step is not None, "a switchover is awaited only after it was ordered"
    moved = seen.active is not None and seen.active.serial == step.to
    what = (
        "the former active has not become ready" if moved else "the switchover did not come about"
    )
    return await_move(
        progress,
        seen,
        step,
        Arrive(Signal.SWITCHED_OVER, f"{step.to} is Active and {step.from_} Standby Ready"),
        f"{what} in its time",
    )


# ── the final reload ───────────────────────────────────────────────────────────────────


def _soak(plan: Plan, progress: Progress, seen: Snapshot, verdict: Verdict | None) -> Move:
    usurped = _usurped(plan, seen)
    if usurped is not None:
        return usurped
    if progress.full_looks == 0:
        return Look(None, "who was carried over: the tables of both units after the switchover")
    soaked = seen.at - progress.since
    if soaked < SOAK_MS and step_of(plan, SwitchOver) is not None:
        return Wait(
            f"soaking: {soaked // 1_000} of {SOAK_MS // 1_000} s on the new version, while the "
            "former active could still take over again"
        )
    if plan.drain is not None:
        return Arrive(Signal.DRAIN_BEGUN, "people are carried over: those who lean are drained")
    return _reload_former(plan, progress, seen, verdict)


def _usurped(plan: Plan, seen: Snapshot) -> Halt | None:
    step = final_reload(plan)
    assert step is not None, "a plan that switches reloads the former active"
    usurped = usurper(seen, step.serial, "before its reload was ordered")
    return None if usurped is None else Halt(ExitCode.STOPPED, usurped, advice.roles_back())


def _reload_former(plan: Plan, progress: Progress, seen: Snapshot, verdict: Verdict | None) -> Move:
    step = final_reload(plan)
    assert step is not None, "a plan that switches reloads the former active"
    usurped = _usurped(plan, seen)
    if usurped is not None:
        return usurped
    harvest = step_of(plan, Harvest)
    if harvest is not None and not progress.has_done(harvest):
        return Do(harvest, None, "the reload erases its log buffer, history and tables")
    halt = gate(verdict, Moment.BEFORE_FINAL_RELOAD, progress)
    return halt or Do(
        step,
        Signal.FINAL_RELOAD_SENT,
        "the upgraded unit serves: the former active reloads, the final reload of the night",
    )


def _await_former(plan: Plan, progress: Progress, seen: Snapshot) -> Move:
    step = final_reload(plan)
    assert step is not None, "a former active is awaited only after its reload"
    usurped = usurper(seen, step.serial)
    if usurped is not None:
        return Halt(ExitCode.NEEDS_PERSON, usurped, advice.roles_back())
    waited = await_last(
        plan,
        progress,
        seen,
        step.serial,
        called="the former active",
        console=f"former active {step.serial}",
        server="the upgraded unit",
    )
    return waited or Arrive(
        Signal.FORMER_READY, f"the former active is Standby Ready at {plan.target.version}"
    )


def _finish(plan: Plan, progress: Progress, seen: Snapshot) -> Move:
    step = step_of(plan, FailBack)
    if step is None:
        return Arrive(Signal.FINISHED, "both units run the target version, and it is saved")
    waited = await_reload(plan, progress, seen, step.to)
    if waited is not None:
        late = seen.at - progress.since >= FAILBACK_WAIT_MS
        if late and not is_only_confirmed(progress, seen, step.to):
            return Halt(
                ExitCode.NEEDS_PERSON,
                f"both units are upgraded, and it is no time for the fail-back: {waited.why}",
                advice.mend_and_go_on("on the active unit: show failover"),
            )
        return waited
    return Do(step, Signal.FAILBACK_SENT, "the plan wants the unit active that was so before")


def _await_failback(
    plan: Plan, progress: Progress, seen: Snapshot, verdict: Verdict | None
) -> Move:
    """The roles, and then the people: whoever was carried over once is carried over again."""
    step = step_of(plan, FailBack)
    assert step is not None, "a fail-back is awaited only after it was ordered"
    moved = await_move(
        progress,
        seen,
        step,
        Arrive(Signal.FAILED_BACK, f"{step.to} is Active again"),
        "both units are upgraded, but the fail-back did not come about",
        ExitCode.NEEDS_PERSON,
    )
    if not isinstance(moved, Arrive):
        return moved
    if verdict is None or verdict.moment is not Moment.AFTER:
        soaked = seen.at - progress.since
        if soaked < RETURN_MS:
            return Wait(
                f"{step.to} is Active again: {soaked // 1_000} of {RETURN_MS // 1_000} s for the "
                "people to come back"
            )
        return Look(Moment.AFTER, "what the fail-back left: the tables of both units")
    return halt_on(verdict, ExitCode.NEEDS_PERSON) if verdict.stops else moved


def _old_boot(plan: Plan) -> tuple[str, ...]:
    for planned in plan.steps:
        if isinstance(planned.step, SetBootOrder):
            return planned.step.seen
    return ()
