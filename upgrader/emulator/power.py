"""A unit is told to go down."""

from upgrader.emulator.state import Power
from upgrader.emulator.tables import Pair
from upgrader.emulator.timers import schedule


def order_stop(pair: Pair, u: int) -> None:
    """Reload now: the unit still answers until it goes dark, `shutdown_ms` later."""
    unit = pair.units[u]
    if unit.power is not Power.UP:
        return
    unit.power, unit.reload_at = Power.STOPPING, None
    schedule(pair, pair.now + pair.scenario.timings.shutdown_ms, "dark", u)
