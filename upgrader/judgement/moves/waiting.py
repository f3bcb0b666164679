"""Waiting for a unit or a role: what is still missing, in a sentence the operator reads."""

from upgrader.judgement.moves import advice
from upgrader.judgement.moves.progress import Progress
from upgrader.model.failover import FailoverState
from upgrader.model.move import Arrive, Halt, Wait
from upgrader.model.names import Serial
from upgrader.model.outcome import ExitCode
from upgrader.model.plan import FailBack, Plan, SwitchOver
from upgrader.model.unit import Dark, Snapshot, Unit
from upgrader.model.words import many

READY_LOOKS = 3  # Stable over several looks: 3 polls are practice (gate G4), not a vendor's number.
READY_MS = 20_000  # Our guess: a monitored interface is Waiting for about so long after a sync.
SETTLED_MS = 4_000
"""Where both units say of every monitored interface that it is Normal and Monitored, there is no
Waiting left to outlast. Our guess: four hellos of a second, so that the looks are not one look."""
SETTLED_SINCE = 2
"""The first vocabulary that waits no longer than that."""


def sight(unit: Unit | Dark) -> str:
    """What was seen of a unit; of one that is Failed, which interfaces it says are broken."""
    match unit:
        case Dark():
            return unit.sight
        case Unit():
            host = unit.failover.this_host
            return f"{unit.name} is {unit.state.value if host is None else host.state_told}"


def usurper(
    seen: Snapshot, serial: Serial, when: str = "while its reload was awaited"
) -> str | None:
    """Why a unit is no longer reloaded, or waited for: it is active itself; None: it is not."""
    active = seen.active
    if active is None or active.serial != serial:
        return None
    return (
        f"{active.name} has become active on {active.running} {when} "
        f"({sight(seen.mate_of(active))}); the roles are not the plan's any more"
    )


def await_reload(
    plan: Plan, progress: Progress, seen: Snapshot, serial: Serial
) -> Wait | Halt | None:
    """What is missing until a reloaded unit counts as ready.

    None: it is back at its version, and stays so. Halt: it is back on another version.
    """
    unit = seen.unit(serial)
    if unit is None:
        return Wait(f"{serial} does not answer: reloading and dead look alike from outside")
    reload = progress.reload_of(serial)
    assert reload is not None, "an awaited reload was ordered"
    if not reload.proven:
        return Wait(f"{unit.name} has not gone down yet: it answers, and its uptime grows")
    witness = seen.active
    told = unit.state.value if witness is None else witness.peer_state.value
    ready = unit.state is FailoverState.STANDBY_READY
    if ready and unit.running != plan.target.version:
        return Halt(
            ExitCode.STOPPED,
            f"{unit.name} came back on {unit.running}, not on {plan.target.version}: "
            "it did not boot the image that was wanted",
            advice.go_on(),
        )
    if not ready or told != FailoverState.STANDBY_READY.value:
        return Wait(f"{sight(unit)}, and its mate sees it {told}")
    settled = progress.vocabulary >= SETTLED_SINCE and is_settled_between(seen)
    wanted = SETTLED_MS if settled else READY_MS
    steady = progress.ready_since is not None and seen.at - progress.ready_since >= wanted
    if progress.ready_looks < READY_LOOKS or not steady:
        return Wait(
            f"{unit.name} is Standby Ready at {unit.running} in "
            f"{many(progress.ready_looks, 'look')}: {READY_LOOKS} over {wanted // 1_000} s "
            "are wanted"
        )
    return None


def is_settled_between(seen: Snapshot) -> bool:
    """Whether both units hear each other on every interface that is monitored, and say so.

    A release that prints no word of it has said nothing.
    """
    for unit in seen.units:
        for host in (unit.failover.this_host, unit.failover.other_host):
            said = () if host is None else host.interfaces
            watched = [i for i in said if i.monitoring != "Not-Monitored"]
            heard = [i.monitoring == "Monitored" and i.condition == "Normal" for i in watched]
            if not heard or not all(heard):
                return False
    return len(seen.units) == 2


def await_last(
    plan: Plan,
    progress: Progress,
    seen: Snapshot,
    serial: Serial,
    *,
    called: str,
    console: str,
    server: str,
) -> Wait | Halt | None:
    """What is missing of the unit that reloads last; None: it is ready.

    Where its time is over a person is wanted, and is told: `called`, that unit; `console`, whose
    console to look at; `server`, who serves alone.
    """
    waited = await_reload(plan, progress, seen, serial)
    match waited:
        case None:
            return None
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
            if not late or is_only_confirmed(progress, seen, serial):
                return waited
            return Halt(
                ExitCode.NEEDS_PERSON,
                f"{called} has not come back ready in its time ({waited.why}); {server} serves "
                f"alone on {plan.target.version}",
                advice.console_to(console),
            )


def is_over(progress: Progress, seen: Snapshot) -> bool:
    """Whether patience has ended, and what a `resume` has added to it, too."""
    if not progress.phase.is_late:
        return False
    return progress.deadline is None or seen.at >= progress.deadline


def is_only_confirmed(progress: Progress, seen: Snapshot, serial: Serial) -> bool:
    """Whether a reloaded unit is back and ready, and only more looks that say so are wanted.

    It may be waited for even where patience has ended: each look brings the end nearer.
    """
    reload, witness = progress.reload_of(serial), seen.active
    if reload is None or not reload.proven or witness is None or progress.ready_looks == 0:
        return False
    return witness.peer_state is FailoverState.STANDBY_READY


def await_roles(seen: Snapshot, to: Serial, from_: Serial) -> Wait | None:
    """What is missing until the roles have moved; None: they have."""
    active = seen.active
    if active is None or active.serial != to:
        name = "nobody" if active is None else active.name
        return Wait(f"{name} is active; {to} is wanted")
    mate = seen.unit(from_)
    if mate is None:
        return Wait(f"{from_} does not answer yet at the standby seat")
    if mate.state is not FailoverState.STANDBY_READY:
        return Wait(f"{sight(mate)}, not Standby Ready yet")
    return None


def await_move(
    progress: Progress,
    seen: Snapshot,
    step: SwitchOver | FailBack,
    arrived: Arrive,
    late: str,
    code: ExitCode = ExitCode.STOPPED,
) -> Arrive | Halt | Wait:
    """What follows from roles that were told to move: `arrived` once they have.

    `late` is said, and why, where they have not when patience is over; `code` is how that ends.
    """
    waited = await_roles(seen, step.to, step.from_)
    if waited is None:
        return arrived
    if is_over(progress, seen):
        line = "on the active unit: show failover history"
        return Halt(code, f"{late}: {waited.why}", advice.mend_and_go_on(line))
    return waited
