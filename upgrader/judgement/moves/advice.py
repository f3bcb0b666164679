"""What goes on from a halt: our commands, and the lines for a person (rollback table, domain).

`{run}` and `{pair}` stand for names that the caller knows. The lines follow the abort table of
the procedure: what is cheap at which point of the night.
"""

from dataclasses import replace
from shlex import quote

from upgrader.dialect.commands import changing_lines
from upgrader.judgement.moves.progress import Progress
from upgrader.model.drain import ReleaseLogins
from upgrader.model.law import Phase
from upgrader.model.outcome import Next
from upgrader.model.plan import Plan, Purpose

RESUME = "upgrader resume {run}"
STATUS = "upgrader status {run}"
REPLAY = "upgrader replay {run}"
ROLLBACK = "upgrader rollback {run}"
ABORT = "upgrader abort {run}"

CHEAP = frozenset(
    {
        Phase.PLANNED,
        Phase.PREPARED,
        Phase.STANDBY_RELOADING,
        Phase.STANDBY_LATE,
        Phase.STANDBY_UPGRADED,
        Phase.SWITCHING,
        Phase.SWITCH_LATE,
        Phase.SWITCHED,
        Phase.DRAINING,
        Phase.DRAIN_LATE,
        Phase.DRAINED,
    }
)
"""Where an upgrade can still be taken back cheaply: the old code is on one unit at least."""


def with_way_back(plan: Plan, progress: Progress, goes_on: Next) -> Next:
    """What goes on from here, and the way back where there may be one."""
    if plan.purpose is not Purpose.UPGRADE or progress.phase not in CHEAP or not progress.acted:
        return goes_on
    if ROLLBACK in goes_on.commands:
        return goes_on
    ahead = goes_on.commands.index(RESUME) + 1 if RESUME in goes_on.commands else 0
    commands = (*goes_on.commands[:ahead], ROLLBACK, *goes_on.commands[ahead:])
    return replace(goes_on, commands=commands)


def with_open_hold(plan: Plan, progress: Progress, goes_on: Next) -> Next:
    """The same, and how people are let in again, where logins are or may be held closed."""
    held = progress.held
    if held is None:
        return goes_on
    policies = ", ".join(one.policy for one in held.policies)
    again = ReleaseLogins(held.serial, held.policies)
    told = (
        f"nobody can log in to {policies}: `upgrader resume`, `rollback` and `abort` open them "
        f"again; by hand, on the active unit of {plan.pair}, and without `write memory` before it:"
    )
    return replace(
        goes_on,
        lines=(
            told,
            *changing_lines(again),
            *goes_on.lines,
        ),
    )


def named(goes_on: Next, run: str, plan: Plan) -> Next:
    """The commands with the names that they stand for, as a shell takes them."""
    known = {"run": run, "pair": quote(plan.pair_path)}
    return replace(goes_on, commands=tuple(c.format(**known) for c in goes_on.commands))


def onward(plan: Plan) -> Next:
    """What follows a hop that has ended well: the next hop, where there is one."""
    if not plan.journey:
        return Next()
    return Next(commands=(f"upgrader run {{pair}} --to '{plan.goal}'",))


def after_abort(plan: Plan, progress: Progress, said: Next) -> Next:
    """Nothing resumes a run that was ended for good: the way back, or a new plan.

    `said`: what its last entry names, if that is anything but to resume.
    """
    if RESUME not in said.commands:
        return said
    match plan.purpose:
        case Purpose.CLEANUP:
            anew = "upgrader cleanup {pair}"
        case Purpose.ROLLBACK:
            anew = f"upgrader rollback {plan.undoes}"
        case Purpose.UPGRADE:
            anew = f"upgrader plan {{pair}} --to '{plan.goal}'"
    return with_way_back(plan, progress, Next(commands=(anew, REPLAY)))


def go_on() -> Next:
    """Nothing is wrong that time or a person will not mend: resume."""
    return Next(commands=(STATUS, RESUME))


def mend_and_go_on(*lines: str) -> Next:
    """Something for a person to do first."""
    return Next(commands=(STATUS, RESUME, REPLAY), lines=lines)


def old_image_back(plan: Plan, old: tuple[str, ...]) -> Next:
    """Before the switchover the old code still serves: put its boot order back, reload the mate."""
    image = plan.image or "disk0:/NEW"
    typed = [
        "what `upgrader rollback` types on the active unit:",
        "configure terminal",
        f"no boot system {image}",
        *(f"boot system {path}" for path in old if path != image),
        "end",
        "write memory",
        "failover reload-standby",
    ]
    return Next(commands=(STATUS, RESUME, REPLAY), lines=tuple(typed))


def console_to(name: str) -> Next:
    """A unit that does not come back wants a console."""
    return Next(
        commands=(STATUS, RESUME, REPLAY),
        lines=(
            f"on the console of {name}: look for rommon, a boot loop or `show crashinfo`",
            "on the active unit: show failover",
            "on the active unit: show failover history",
        ),
    )


def roles_back() -> Next:
    """The unit that was reloaded serves, and the other one should have."""
    return Next(
        commands=(STATUS, RESUME, REPLAY),
        lines=(
            "on both units: show failover history",
            "on the unit that should serve, once it is Standby Ready: failover active",
        ),
    )


def split_brain() -> Next:
    """Two actives: keep the one that carries traffic, mend the link before the data ports."""
    return Next(
        commands=(STATUS,),
        lines=(
            "on both units: show failover state",
            "on the unit that carries no traffic: no failover",
            "mend the failover link, then on that unit: failover",
        ),
    )


def outage() -> Next:
    """Nobody is active."""
    return Next(
        commands=(STATUS,),
        lines=(
            "on each unit's console: show failover state",
            "on the unit that shall serve: failover active",
        ),
    )
