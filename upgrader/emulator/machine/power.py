"""A unit is told to go down."""

from upgrader.emulator.state import Power
from upgrader.emulator.syslog import log
from upgrader.emulator.tables import Pair
from upgrader.emulator.timers import schedule
from upgrader.emulator.wall import wall_of

BY_ACTIVE = "requested by active unit"
"""As a standby says on its console that is told to reload (real 9.2(2)4 → 9.5(2) transcript)."""


def order_stop(pair: Pair, u: int, reason: str = "Reload command") -> None:
    """Reload now: the unit still answers until it goes dark, `shutdown_ms` later.

    The log's form of the time, and the reason of one that a person has ordered, are inferred.
    """
    unit = pair.units[u]
    if unit.power is not Power.UP:
        return
    user, _ = log.typist(pair)
    log.tell(pair, u, 199_001, time=wall_of(pair, u).stamp(pair.now), user=user, reason=reason)
    unit.power, unit.reload_at = Power.STOPPING, None
    schedule(pair, pair.now + pair.scenario.timings.shutdown_ms, "dark", u)
