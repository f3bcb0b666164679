"""How long a night takes, and when its turning points come.

A table of minutes, each with its source or marked as a guess; nothing of it is measured by us.
"""

from dataclasses import dataclass

from upgrader.judgement.aim import Aim
from upgrader.model.plan import Failback
from upgrader.model.unit import Unit

# (hardware, minutes from the order to reload until the unit boots into failover).
# Sources: 429 s at most for a 5525-X in the real 9.2(2)4 → 9.5(2) transcript, 2016; 4 to 5 min a
# device in an operator's public FAQ; the vendor's test library waits 420 s for a Firepower 2100
# and 300 s to connect to an ASAv, whose 2 min are inferred.
_BOOT_MINUTES: tuple[tuple[tuple[str, ...], int, str], ...] = (
    (("ASAv",), 2, "an ASAv"),
    (("FPR",), 8, "a Firepower"),
)
_BOOT_HARDWARE = (5, "an ASA 5500-X")
_SYNC_MINUTES = 1  # 46 s from Cold Standby to Standby Ready were captured.
_PREPARE_MINUTES = 1  # Backup, boot order, `write memory`: seconds each in the transcript.
_SOAK_MINUTES = 2  # Our choice: the soak after the switchover, and the gate.
_VERIFY_MINUTES = 2  # Two looks a minute apart, and `write memory`.
_FAILBACK_MINUTES = 3


@dataclass(frozen=True, slots=True)
class NightTimes:
    """When, in minutes from now, the night's turning points come, and in how many it is over."""

    switchover: int
    final_reload: int
    verified: int
    minutes: int
    why: str
    away: int = 0
    """How long a unit is away that reloads, its sync included."""


def night_times(active: Unit, standby: Unit, aim: Aim, failback: Failback) -> NightTimes:
    """When an upgrade that begins now would switch over, reload the last unit, and be verified."""
    boot, what = _boot_of(active.version.hardware)
    target = aim.target.version
    reload = boot + _SYNC_MINUTES
    first = _PREPARE_MINUTES + (0 if standby.running == target else reload)
    final = first + _SOAK_MINUTES
    verified = final + reload + _VERIFY_MINUTES
    if active.running == target:
        final = _PREPARE_MINUTES
        verified = final if standby.running == target else final + reload + _VERIFY_MINUTES
    back = _FAILBACK_MINUTES if failback is Failback.ALWAYS else 0
    reloads = (standby.running != target) + (active.running != target)
    why = (
        f"{reloads} reloads of {what} at {boot} min and {_SYNC_MINUTES} min of sync each, "
        f"{_PREPARE_MINUTES} min before, {_SOAK_MINUTES} min of soak, {_VERIFY_MINUTES} min after"
    )
    return NightTimes(first, final, verified, verified + back if reloads else 0, why, reload)


def _boot_of(hardware: str) -> tuple[int, str]:
    for prefixes, minutes, what in _BOOT_MINUTES:
        if any(hardware.lower().startswith(prefix.lower()) for prefix in prefixes):
            return minutes, what
    return _BOOT_HARDWARE
