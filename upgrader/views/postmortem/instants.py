"""Instants of a night in words: on its own clock, or since it began where the day is not known."""

from dataclasses import dataclass
from functools import lru_cache

from upgrader.model.night import Night
from upgrader.model.words import day_of

_DAY_MS = 86_400_000
_NO_INSTANT = "-"
_TO = "\u2013"


@dataclass(frozen=True, slots=True)
class Instants:
    """How the instants of one night are told."""

    zero: int
    """Where it began, in milliseconds since 1970 on the night's clock."""
    has_date: bool
    is_utc: bool
    tells_days: bool
    """Whether the time of day alone would be two instants."""

    def since(self, at: int | None) -> int | None:
        """Milliseconds since the night began; None where the instant is not known."""
        return None if at is None else at - self.zero

    def iso(self, at: int | None) -> str | None:
        """`2026-11-22T01:14:05Z`, without the letter where the zone is not known to be UTC.

        None: the instant is not known, or not the day.
        """
        if at is None or not self.has_date:
            return None
        told = _iso(at)
        return f"{told}Z" if told and self.is_utc else told

    def told(self, at: int | None) -> str:
        """`01:14:05`; `22 Nov 01:14:05` in a long night; `+0:04:33` where no day is known."""
        if at is None:
            return _NO_INSTANT
        day = day_of(at) if self.has_date else None
        if day is None:
            return _elapsed(at - self.zero)
        time = f"{day:%H:%M:%S}"
        return f"{day.day:2d} {day:%b} {time}" if self.tells_days else time

    def stretch(self, began: int | None, ended: int | None) -> str:
        """`01:14:05` to `01:14:09`, with a dash between; one instant where both are told alike."""
        first, last = self.told(began), self.told(ended)
        return first if first == last else f"{first}{_TO}{last}"

    def day(self, at: int) -> str:
        """`22 Nov 2026, 01:14:05`; since the beginning where no day is known."""
        day = day_of(at) if self.has_date else None
        if day is None:
            return _elapsed(at - self.zero)
        return f"{day.day} {day:%b %Y, %H:%M:%S}"


def about(told: str, *, is_exact: bool) -> str:
    """`about 01:14:05`, where no line stamps that instant."""
    return told if is_exact else f"about {told}"


def instants_of(night: Night) -> Instants:
    """Those of a night."""
    return Instants(
        zero=night.began,
        has_date=night.has_date,
        is_utc=night.zone == "UTC",
        tells_days=night.ended - night.began >= _DAY_MS,
    )


@lru_cache(maxsize=4_096)
def _iso(at: int) -> str | None:
    """Many lines are of one second."""
    day = day_of(at)
    fraction = "milliseconds" if at % 1_000 else "seconds"
    return None if day is None else day.isoformat(timespec=fraction)


def _elapsed(milliseconds: int) -> str:
    sign = "-" if milliseconds < 0 else "+"
    seconds = abs(milliseconds) // 1_000
    return f"{sign}{seconds // 3600}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"
