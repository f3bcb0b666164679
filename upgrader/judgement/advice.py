"""What goes on from a halt: our commands, and the lines for a person (rollback table, domain).

`{run}` and `{pair}` stand for names that the caller knows. The lines follow the abort table of
the procedure: what is cheap at which point of the night.
"""

from upgrader.model.outcome import Next
from upgrader.model.plan import Plan

RESUME = "upgrader resume {run}"
STATUS = "upgrader status {run}"
REPLAY = "upgrader replay {run}"


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
        "on the active unit:",
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
