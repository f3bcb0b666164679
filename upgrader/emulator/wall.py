"""How a device writes an instant and a release."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from upgrader.emulator.settings import Settings
from upgrader.emulator.tables import Pair

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@lru_cache(maxsize=4_096)
def date_of(day: int) -> tuple[str, str, int, int]:
    """(weekday, month, day of month, year) of a day counted from 1970-01-01."""
    date = _EPOCH + timedelta(days=day)
    return _DAYS[date.weekday()], _MONTHS[date.month - 1], date.day, date.year


def _parts(local_ms: int) -> tuple[int, str, int]:
    seconds, ms = divmod(local_ms, 1_000)
    day, second = divmod(seconds, 86_400)
    minute, second = divmod(second, 60)
    hour, minute = divmod(minute, 60)
    return day, f"{hour:02d}:{minute:02d}:{second:02d}", ms


@lru_cache(maxsize=256)  # The few instants that a history is about are printed at every look.
def stamped(local_ms: int, zone: str) -> str:
    """`10:34:53 EDT Apr 29 2016`, of milliseconds since 1970 in the unit's zone."""
    day, time, _ = _parts(local_ms)
    _, month, date, year = date_of(day)
    return f"{time} {zone} {month} {date} {year}"


@lru_cache(maxsize=64)  # When the configuration was changed last is printed at every look.
def _clock(local_ms: int, zone: str) -> str:
    day, time, ms = _parts(local_ms)
    weekday, month, date, year = date_of(day)
    return f"{time}.{ms:03d} {zone} {weekday} {month} {date} {year}"


@lru_cache(maxsize=256)
def file_stamp(local_ms: int) -> str:
    """`06:43:00 Jun 30 2018`, of milliseconds since 1970 in the unit's zone."""
    day, time, _ = _parts(local_ms)
    _, month, date, year = date_of(day)
    return f"{time} {month} {date:02d} {year}"


@lru_cache(maxsize=256)  # A mass event is thousands of lines of a few seconds.
def _log_stamp(local_s: int) -> str:
    day, time, _ = _parts(local_s * 1_000)
    _, month, date, year = date_of(day)
    return f"{month} {date:02d} {year} {time}"


class Wall:
    """A unit's own clock, in its configured zone."""

    __slots__ = ("offset_ms", "starts_ms", "zone")

    def __init__(self, starts_ms: int, zone: str, zone_offset_min: int) -> None:
        self.zone = zone
        self.starts_ms = starts_ms
        self.offset_ms = starts_ms + zone_offset_min * 60_000

    def parts(self, at: int) -> tuple[int, str, int]:
        """(day since 1970, `hh:mm:ss`, milliseconds) at an instant."""
        return _parts(self.offset_ms + at)

    def date(self, day: int) -> str:
        """`Thu Dec 29 2022` of a day since 1970."""
        weekday, month, date, year = date_of(day)
        return f"{weekday} {month} {date} {year}"

    def stamp(self, at: int) -> str:
        """`10:34:53 EDT Apr 29 2016`: failover screens."""
        return stamped(self.offset_ms + at, self.zone)

    def login(self, at: int) -> str:
        """`02:21:42 GMT/BST Thu Dec 29 2022`: session rows."""
        day, time, _ = self.parts(at)
        weekday, month, date, year = date_of(day)
        return f"{time} {self.zone} {weekday} {month} {date} {year}"

    def clock(self, at: int) -> str:
        """`12:40:33.800 UTC Wed Aug 16 2017`: `show clock`."""
        return _clock(self.offset_ms + at, self.zone)

    def file(self, at: int) -> str:
        """`06:43:00 Jun 30 2018`: `dir`."""
        return file_stamp(self.offset_ms + at)

    def log(self, at: int) -> str:
        """`Aug 15 2019 13:44:38`: a syslog message's time stamp."""
        return _log_stamp((self.offset_ms + at) // 1_000)

    def emblem(self, at: int) -> str:
        """`Oct 09 15:19:43 MSK`: a syslog message's time stamp in EMBLEM form."""
        day, time, _ = self.parts(at)
        _, month, date, _ = date_of(day)
        return f"{month} {date:02d} {time} {self.zone}"

    def rfc5424(self, at: int) -> str:
        """`2024-07-22T23:10:56Z`: a syslog message's time stamp, in UTC whatever the zone."""
        seconds = (self.starts_ms + at) // 1_000
        return f"{_EPOCH + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"


def wall_of(pair: Pair, u: int) -> Wall:
    """The clock of that unit."""
    off_ms = pair.scenario.units[u].health.clock_off_ms
    return _wall(pair.scenario.starts_at * 1_000 + off_ms, pair.units[u].settings)


def shared_wall(pair: Pair, u: int) -> Wall:
    """The pair's clock, as that unit writes it: of what is replicated with its time (inferred)."""
    return _wall(pair.scenario.starts_at * 1_000, pair.units[u].settings)


def _wall(starts_ms: int, settings: Settings) -> Wall:
    return _of_zone(starts_ms, settings.zone, settings.zone_offset_min)


_of_zone = lru_cache(maxsize=64)(Wall)  # Two units' clocks, read at every look.
