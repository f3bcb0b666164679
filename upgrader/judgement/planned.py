"""What every plan says alike: a step with the lines that it means, and a boot order that fits.

Of a plan that comes from a file it is asked again: what is shown to people must be what is typed.
"""

from collections.abc import Sequence

from upgrader.dialect.commands import changing_lines, harvest_lines, log_off, show_sessions_of
from upgrader.model.drain import HEEDED, HoldLogins, LoginLimit, LogOffBatch, ReleaseLogins
from upgrader.model.names import Serial
from upgrader.model.plan import (
    Backup,
    EvictSession,
    FailBack,
    Harvest,
    Plan,
    PlannedStep,
    ReloadStandby,
    SaveConfiguration,
    SetAsdm,
    SetBootOrder,
    Step,
    SwitchOver,
    TypedLines,
    step_name,
)
from upgrader.model.unit import path_key

_MOST_BOOT_LINES = 4
_SINGLE_BOOT_LINE = tuple(
    f"FPR{dash}{series}" for dash in ("-", "") for series in ("1", "2", "3", "42")
)
"""Firepower 1000/2100, Secure Firewall 3100/4200: one `boot system` line only, so that there is no
fallback entry (ASA upgrade guide)."""


def planned(step: Step, where: str, why: str) -> PlannedStep:
    """A step, the lines that are typed for it, where, and why it is taken."""
    return PlannedStep(step, TypedLines(where, _lines_of(step)), why)


def belied(plan: Plan) -> str | None:
    """What a plan does beside what it shows to whoever reads or signs it; None: nothing."""
    for one in plan.steps:
        name = step_name(one.step)
        if one.typed.lines != _lines_of(one.step):
            return f"{name} would type other lines than the plan shows"
        strangers = sorted(_chassis_of(one.step) - set(plan.serials))
        if strangers:
            return f"{name} is for {strangers[0]}, and the plan for {' and '.join(plan.serials)}"
        match one.step:
            case SetBootOrder(wanted=wanted) if wanted[:1] != (plan.image,):
                return f"{name} would boot another image than {plan.image}"
            case SetAsdm(image=image) if image != plan.asdm:
                return f"{name} would set another image than {plan.asdm}"
            case LogOffBatch(rows=rows) if rows:
                return f"{name} names sessions: who is logged off is seen in the night"
            case _:
                pass
    held, opened = (_policies(plan, kind) for kind in (HoldLogins, ReleaseLogins))
    if held != opened:
        return "the logins that it closes are not those that it opens again"
    return _belied_drain(plan, {type(one.step) for one in plan.steps})


def _belied_drain(plan: Plan, kinds: set[type]) -> str | None:
    """What its drain does beside what its steps and its waivers say; None: nothing."""
    drain = plan.drain
    if drain is None:
        if any(waiver.reason.startswith(HEEDED) for waiver in plan.waivers):
            return "a finding is heeded by a drain, and the plan has none"
    elif drain.batch < 1 or (drain.below is not None and drain.below < 1):
        return "its drain would never end: it is of fewer than one session"
    logs_off = drain is not None and drain.below is None
    holds = drain is not None and drain.hold_logins
    if (LogOffBatch in kinds, HoldLogins in kinds) != (logs_off, holds):
        return "its steps are not those of its drain"
    return None


def _lines_of(step: Step) -> tuple[str, ...]:
    """The lines of a step, as a plan shows them."""
    match step:
        case Harvest():
            return harvest_lines(step)
        case EvictSession(user=user):
            return (show_sessions_of(user), *changing_lines(step))
        case LogOffBatch():
            return (show_sessions_of("USER"), log_off(0).replace(" 0 ", " N "))
        case _:
            return changing_lines(step)


def _chassis_of(step: Step) -> set[Serial]:
    match step:
        case SwitchOver(to=to, from_=from_) | FailBack(to=to, from_=from_):
            return {to, from_}
        case (
            Backup(serial=serial)
            | SetBootOrder(serial=serial)
            | SetAsdm(serial=serial)
            | SaveConfiguration(serial=serial)
            | Harvest(serial=serial)
            | ReloadStandby(serial=serial)
            | EvictSession(serial=serial)
            | HoldLogins(serial=serial)
            | LogOffBatch(serial=serial)
            | ReleaseLogins(serial=serial)
        ):
            return {serial}


def _policies(
    plan: Plan, kind: type[HoldLogins] | type[ReleaseLogins]
) -> list[tuple[LoginLimit, ...]]:
    steps = (one.step for one in plan.steps)
    return [step.policies for step in steps if isinstance(step, kind)]


def boot_order(hardware: str, first: str, others: Sequence[str]) -> tuple[str, ...]:
    """That image first and the others behind it, without it, as many as the hardware takes."""
    if hardware.upper().startswith(_SINGLE_BOOT_LINE):
        return (first,)
    rest = [path for path in others if path_key(path) != path_key(first)]
    return (first, *rest)[:_MOST_BOOT_LINES]
