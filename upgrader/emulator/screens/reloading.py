"""`show reload`."""

from upgrader.emulator.tables import Pair
from upgrader.emulator.wall import date_of, wall_of


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
