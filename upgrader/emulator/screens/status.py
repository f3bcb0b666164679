"""Small shows: clock, reload, connections, log."""

from upgrader.emulator.screens.wall import date_of, wall_of
from upgrader.emulator.tables import Pair


def show_clock(pair: Pair, u: int) -> str:
    """`12:40:33.800 UTC Wed Aug 16 2017`."""
    return f"{wall_of(pair, u).clock(pair.now)}\n"


def show_reload(pair: Pair, u: int) -> str:
    """Whether a reload is scheduled, and for when."""
    at = pair.units[u].reload_at
    if at is None:
        return "No reload is scheduled.\n"
    wall = wall_of(pair, u)
    day, time, _ = wall.parts(at)
    weekday, month, date, _ = date_of(day)
    hours, minutes = divmod(max(0, at - pair.now) // 60_000, 60)
    when = f"{time} {wall.zone} {weekday} {month} {date}"
    left = f"{_count(hours, 'hour')} and {_count(minutes, 'minute')}"
    return f"Reload scheduled for {when} (in {left})\n"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def show_conn_count(pair: Pair, u: int) -> str:
    """`12340 in use, 50000 most used`."""
    unit = pair.units[u]
    using = sum(unit.connections.values())
    return f"{using} in use, {max(using, unit.cumulative.get('connections', 0))} most used\n"
