"""What to do this beat: a pure function of plan, progress and what is seen now.

The idea: each beat asks "given where the run is and what the pair says, what is the one next
thing?" Start and resume are the same question. The journal is asked only for what was intended;
whether it has happened, the pair says. Every answer carries its why, "nothing yet" too.

Not taken: a list of steps with a pointer. After a crash the pointer is wrong by one, and a
switchover typed twice puts the old image back in charge.
"""

from dataclasses import dataclass
from typing import TypeVar

from upgrader.judgement import advice, cleanup, settle
from upgrader.judgement.progress import Progress
from upgrader.judgement.waiting import (
    await_reload,
    await_roles,
    is_only_confirmed,
    is_over,
    sight,
    usurper,
)
from upgrader.model.finding import Finding, Moment
from upgrader.model.law import Phase, Signal
from upgrader.model.move import Arrive, Do, Halt, Look, Move, Wait
from upgrader.model.outcome import ExitCode
from upgrader.model.plan import (
    Backup,
    FailBack,
    Harvest,
    Plan,
    Purpose,
    ReloadStandby,
    SaveConfiguration,
    SetAsdm,
    SetBootOrder,
    SwitchOver,
)
from upgrader.model.unit import Snapshot

SOAK_MS = 60_000  # Our guess: longer than dead-peer detection (30 s) plus a reconnect.
HEADLESS_MS = 60_000  # Our guess: hold time (15 s, at most 45 s) plus a role change.
FAILBACK_WAIT_MS = 600_000  # Our guess: the unit was ready moments ago; a resync takes one minute.
LOOKS_APART_MS = 60_000  # Two looks at what is left: at least a minute apart.


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a full look was for, and what the rules said. No Verdict: only a glance was taken."""

    moment: Moment | None
    findings: tuple[Finding, ...] = ()

    @property
    def stops(self) -> tuple[Finding, ...]:
        """The findings after which nothing may be done."""
        return tuple(finding for finding in self.findings if finding.stops)


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
            return _upgrade(plan, progress, seen, verdict)


def _upgrade(plan: Plan, progress: Progress, seen: Snapshot, verdict: Verdict | None) -> Move:
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
            return _reload_former(plan, progress, seen, verdict)
        case Phase.FORMER_RELOADING | Phase.FORMER_LATE:
            return _await_former(plan, progress, seen)
        case Phase.BOTH_UPGRADED:
            return _verify_and_save(plan, progress, seen, verdict)
        case Phase.SAVED:
            return _finish(plan, progress, seen)
        case Phase.FAILING_BACK | Phase.FAILBACK_LATE:
            return _await_failback(plan, progress, seen)
        case Phase.UPGRADED | Phase.CLEANED | Phase.RESIDUE_KNOWN | Phase.EVICTED:
            raise AssertionError(f"an upgrade decides nothing in phase {progress.phase.value}")


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
    if len(seen.actives) > 1:
        both = " and ".join(unit.name for unit in seen.actives)
        return Halt(
            ExitCode.OUTAGE,
            f"{both} both say that they are active: the units do not hear each other",
            advice.split_brain(),
        )
    if seen.actives:
        return None
    since = progress.headless_since
    if since is not None and seen.at - since >= HEADLESS_MS:
        sights = "; ".join(sight(unit) for unit in (seen.primary, seen.secondary))
        return Halt(ExitCode.OUTAGE, f"no unit says that it is active: {sights}", advice.outage())
    return Wait("no unit says that it is active: a role may be moving, so look again")


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
    halt = _gate(verdict, Moment.BEFORE_STANDBY_RELOAD, progress)
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
    step = _step(plan, SwitchOver)
    if step is None:
        return Arrive(Signal.SWITCHED_OVER, "the upgraded unit is active already")
    halt = _gate(verdict, Moment.BEFORE_SWITCHOVER, progress)
    return halt or Do(
        step,
        Signal.SWITCHOVER_SENT,
        "the standby is ready at the target version and holds the sessions: the roles move",
    )


def _await_switch(plan: Plan, progress: Progress, seen: Snapshot) -> Move:
    step = _step(plan, SwitchOver)
    assert step is not None, "a switchover is awaited only after it was ordered"
    waited = await_roles(seen, step.to, step.from_)
    if waited is None:
        return Arrive(Signal.SWITCHED_OVER, f"{step.to} is Active and {step.from_} Standby Ready")
    if is_over(progress, seen):
        moved = seen.active is not None and seen.active.serial == step.to
        what = (
            "the former active has not become ready"
            if moved
            else "the switchover did not come about"
        )
        return Halt(
            ExitCode.STOPPED,
            f"{what} in its time: {waited.why}",
            advice.mend_and_go_on("on the active unit: show failover history"),
        )
    return waited


# ── the final reload ───────────────────────────────────────────────────────────────────


def _reload_former(plan: Plan, progress: Progress, seen: Snapshot, verdict: Verdict | None) -> Move:
    step = final_reload(plan)
    assert step is not None, "a plan that switches reloads the former active"
    usurped = usurper(seen, step.serial, "before its reload was ordered")
    if usurped is not None:
        return Halt(ExitCode.STOPPED, usurped, advice.roles_back())
    if progress.full_looks == 0:
        return Look(None, "who was carried over: the tables of both units after the switchover")
    soaked = seen.at - progress.since
    if soaked < SOAK_MS and _step(plan, SwitchOver) is not None:
        return Wait(
            f"soaking: {soaked // 1_000} of {SOAK_MS // 1_000} s on the new version, while the "
            "former active could still take over again"
        )
    harvest = _step(plan, Harvest)
    if harvest is not None and not progress.has_done(harvest):
        return Do(harvest, None, "the reload erases its log buffer, history and tables")
    halt = _gate(verdict, Moment.BEFORE_FINAL_RELOAD, progress)
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
    waited = await_reload(plan, progress, seen, step.serial)
    if waited is None:
        return Arrive(
            Signal.FORMER_READY, f"the former active is Standby Ready at {plan.target.version}"
        )
    match waited:
        case Halt():
            return Halt(
                ExitCode.NEEDS_PERSON,
                f"{waited.why}; the pair serves on {plan.target.version}",
                advice.mend_and_go_on(
                    "on the active unit: show running-config boot system",
                    "on the standby's console: show bootvar",
                ),
            )
        case Wait():
            late = is_over(progress, seen)
            if not late or is_only_confirmed(progress, seen, step.serial):
                return waited
            return Halt(
                ExitCode.NEEDS_PERSON,
                f"the former active has not come back ready in its time ({waited.why}); the "
                f"upgraded unit serves alone on {plan.target.version}",
                advice.console_to(f"former active {step.serial}"),
            )


# ── afterwards ─────────────────────────────────────────────────────────────────────────


def _verify_and_save(
    plan: Plan, progress: Progress, seen: Snapshot, verdict: Verdict | None
) -> Move:
    if verdict is None or verdict.moment is not Moment.AFTER:
        if progress.full_looks == 0:
            return Look(Moment.AFTER, "what the night left: a first look at both units")
        if progress.full_looks == 1:
            last = progress.last_full
            assert last is not None, "a full look has an instant"
            if seen.at - last < LOOKS_APART_MS:
                return Wait("what is left is judged from two looks, a minute apart")
            return Look(Moment.AFTER, "what the night left: the second look")
    elif verdict.stops:
        return _halt_on(verdict, ExitCode.NEEDS_PERSON)
    if progress.full_looks < 2:
        return Wait("what is left is judged from two looks, a minute apart")
    saves = [p.step for p in plan.steps if isinstance(p.step, SaveConfiguration)]
    assert saves, "an upgrade ends with `write memory`"
    save = saves[-1]
    return Do(save, Signal.SAVED, "after a sync the standby's configuration is only in RAM")


def _finish(plan: Plan, progress: Progress, seen: Snapshot) -> Move:
    step = _step(plan, FailBack)
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


def _await_failback(plan: Plan, progress: Progress, seen: Snapshot) -> Move:
    step = _step(plan, FailBack)
    assert step is not None, "a fail-back is awaited only after it was ordered"
    waited = await_roles(seen, step.to, step.from_)
    if waited is None:
        return Arrive(Signal.FAILED_BACK, f"{step.to} is Active again")
    if is_over(progress, seen):
        return Halt(
            ExitCode.NEEDS_PERSON,
            f"both units are upgraded, but the fail-back did not come about: {waited.why}",
            advice.mend_and_go_on("on the active unit: show failover history"),
        )
    return waited


# ── shared ─────────────────────────────────────────────────────────────────────────────


def _gate(verdict: Verdict | None, moment: Moment, progress: Progress) -> Look | Halt | None:
    """None: the rules of that moment were asked just now, and let pass."""
    if verdict is None or verdict.moment is not moment:
        return Look(moment, f"the rules {moment.value} want a full look")
    if verdict.stops:
        return _halt_on(verdict, ExitCode.STOPPED if progress.acted else ExitCode.REFUSED)
    return None


def _halt_on(verdict: Verdict, code: ExitCode) -> Halt:
    rules = ", ".join(finding.rule for finding in verdict.stops)
    first = verdict.stops[0]
    where = "" if verdict.moment is None else f" {verdict.moment.value}"
    return Halt(
        code,
        f"stopped{where} by {rules}: {first.evidence}",
        advice.mend_and_go_on(
            *(line for finding in verdict.stops for line in finding.remedy.split("\n"))
        ),
    )


T = TypeVar("T")


def _step(plan: Plan, kind: type[T]) -> T | None:
    return next((p.step for p in plan.steps if isinstance(p.step, kind)), None)


def first_reload(plan: Plan) -> ReloadStandby | None:
    """The standby's reload; None: it runs the target version already."""
    steps = (p.step for p in plan.steps)
    return next((s for s in steps if isinstance(s, ReloadStandby) and not s.final), None)


def final_reload(plan: Plan) -> ReloadStandby | None:
    """The former active's reload."""
    steps = (p.step for p in plan.steps)
    return next((s for s in steps if isinstance(s, ReloadStandby) and s.final), None)


def _old_boot(plan: Plan) -> tuple[str, ...]:
    for planned in plan.steps:
        if isinstance(planned.step, SetBootOrder):
            return planned.step.seen
    return ()
