"""The hours in which a pair may be touched: `Sat 22:00-02:00 Europe/Berlin`."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAILY = frozenset(range(7))
_WORDS = {"daily": _DAILY, "workdays": frozenset(range(5)), "weekend": frozenset((5, 6))}
EXAMPLE = "Sat 22:00-02:00 Europe/Berlin"


@dataclass(frozen=True, slots=True)
class Window:
    """Hours that come again each week, on a place's wall clock.

    Where that clock is set forward or back in a window, the window is an hour shorter or longer.
    """

    days: frozenset[int]
    """On which it opens; 0 is Monday."""
    opens: time
    closes: time
    """On the next day where it is not later than `opens`."""
    zone: str
    """`Europe/Berlin`, of the tz database."""

    def __str__(self) -> str:
        """As it is read, days in the order of the week."""
        days = "daily" if self.days == _DAILY else ",".join(DAYS[day] for day in sorted(self.days))
        return f"{days} {self.opens:%H:%M}-{self.closes:%H:%M} {self.zone}"

    def is_open(self, at: datetime) -> bool:
        """Whether that instant (aware) lies within it; the minute in which it closes does not."""
        return self.closes_at(at) is not None

    def closes_at(self, at: datetime) -> datetime | None:
        """When the window closes that is open at that instant; None: none is."""
        there = at.astimezone(ZoneInfo(self.zone))
        for opening in (there.date() - timedelta(days=1), there.date()):
            if opening.weekday() not in self.days:
                continue
            begins, ends = self._on(opening, there.tzinfo)
            if begins <= there < ends:
                return ends
        return None

    def opens_next(self, at: datetime) -> datetime:
        """When it opens next, after that instant."""
        there = at.astimezone(ZoneInfo(self.zone))
        days = (there.date() + timedelta(days=n) for n in range(9))
        openings = (self._on(day, there.tzinfo)[0] for day in days if day.weekday() in self.days)
        return next(begins for begins in openings if begins > there)

    def _on(self, day: date, zone: tzinfo | None) -> tuple[datetime, datetime]:
        """When the window of that day opens and closes."""
        last = day if self.closes > self.opens else day + timedelta(days=1)
        return datetime.combine(day, self.opens, zone), datetime.combine(last, self.closes, zone)


def read_window(text: str) -> Window:
    """Read `DAYS HH:MM-HH:MM ZONE`; days are `Sat`, `Sat,Sun`, `Mon-Fri`, `daily`, `weekend`.

    Raises:
        ValueError: which part is wrong, and what was expected.
    """
    parts = text.split()
    if len(parts) != 3:
        raise ValueError(f"a window has three parts, days, hours and zone, like {EXAMPLE!r}")
    days, hours, zone = parts
    begin, dash, end = hours.partition("-")
    if not dash:
        raise ValueError(f"{hours!r}: hours are said like 22:00-02:00")
    opens, closes = _time(begin), _time(end)
    if opens == closes:
        raise ValueError(f"{hours!r}: it opens and closes in the same minute")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(
            f"{zone!r} is no zone of the tz database, like Europe/Berlin or UTC"
        ) from None
    return Window(_days(days), opens, closes, zone)


def _time(text: str) -> time:
    hour, colon, minute = text.partition(":")
    if colon and hour.isdecimal() and minute.isdecimal() and len(hour) <= 2 and len(minute) == 2:
        if int(hour) < 24 and int(minute) < 60:
            return time(int(hour), int(minute))
        if (int(hour), int(minute)) == (24, 0):
            return time(0, 0)
    raise ValueError(f"{text!r} is no time of day, like 22:00")


def _days(text: str) -> frozenset[int]:
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    found: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        begin = _day(first)
        end = _day(last) if dash else begin
        found |= {(begin + n) % 7 for n in range((end - begin) % 7 + 1)}
    return frozenset(found)


def _day(text: str) -> int:
    for number, name in enumerate(_NAMES):
        if len(text) >= 3 and name.startswith(text.lower()):
            return number
    known = ", ".join(DAYS)
    raise ValueError(f"{text!r} is no day; days are {known}, Mon-Fri, daily, workdays, weekend")
