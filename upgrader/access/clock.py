"""The wall clock, and how fast virtual time may fly. Nothing else here reads the wall clock."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from upgrader.model.names import Instant
from upgrader.ports import Clock


class WallClock:
    """The time of this machine."""

    def now_local(self) -> datetime:
        """The present moment, aware, in the zone of this machine."""
        return datetime.now().astimezone()

    def monotonic(self) -> float:
        """Seconds on an axis that only runs forward; for measuring, never for dates."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Really wait."""
        time.sleep(seconds)


class PacedClock:
    """A virtual clock slowed down for a person who watches: `pace` device seconds a second."""

    def __init__(self, inner: Clock, pace: float, wait: Callable[[float], None]) -> None:
        assert pace > 0  # the command line refuses all else
        self._inner = inner
        self._pace = pace
        self._wait = wait

    def now(self) -> Instant:
        """This instant of the world."""
        return self._inner.now()

    def sleep(self, duration: timedelta) -> None:
        """Let virtual time pass, then really wait the paced part of it."""
        self._inner.sleep(duration)
        self._wait(duration.total_seconds() / self._pace)
