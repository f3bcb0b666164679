"""The wall clock, and how fast virtual time may fly. Nothing else here reads the wall clock."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache

from upgrader.model.names import Instant
from upgrader.ports import Clock


class WallClock:
    """The time of this machine."""

    def now_local(self) -> datetime:
        """The present moment, aware, in the zone of this machine."""
        return datetime.now().astimezone()

    def now_utc(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds on an axis that only runs forward; for measuring, never for dates."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Really wait."""
        time.sleep(seconds)


class LiveClock:
    """The time of a live pair: this machine's, `rate` times as fast as it goes by here.

    All of it is multiplied, and not only what goes by: two processes of one run agree on it. Within
    a process it goes by the monotonic clock, so that whoever sets the machine's time moves nothing.
    """

    def __init__(self, rate: float = 1.0) -> None:
        """`rate`: device seconds in a second of ours; other than 1 for a pair that is emulated."""
        assert rate > 0  # the pair file's reader refuses all else
        self._rate = rate

    def now(self) -> Instant:
        """Milliseconds of the epoch, times the rate."""
        return Instant(int((_epoch() + time.monotonic()) * 1_000 * self._rate))

    def sleep(self, duration: timedelta) -> None:
        """Really wait until so much of the pair's time has gone by."""
        seconds = duration.total_seconds() / self._rate
        if seconds > 0:
            time.sleep(seconds)


@cache
def _epoch() -> float:
    """Seconds of the epoch at which the monotonic clock stood at 0, as of our first look."""
    return time.time() - time.monotonic()


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
