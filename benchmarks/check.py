"""`upgrader check` on a pair with 10,000 sessions: what it takes beside the device's own time.

The emulated pair works in this process: the CPU time in which it answers is a real device's, and
is measured apart. What is left is ours: reading, judging, reporting.

    python benchmarks/check.py            # 50 sessions, then 10,000
    python benchmarks/check.py --profile  # where our part goes
"""

import cProfile
import gc
import io
import pstats
import statistics
import sys
import time
from datetime import timedelta

from pairs import FIFTY, TEN_THOUSAND, pair_of, upgrade_of
from timing import say_yardstick

from upgrader.access.emulated.world import EmulatedWorld
from upgrader.cli.deeds import looking
from upgrader.cli.main import NEW_OBJECTS
from upgrader.model.names import Instant, Seat
from upgrader.model.report import Report
from upgrader.ports import Access, Clock, Console, Seats, World
from upgrader.views import report_json
from upgrader.views.text.report import write_report

LIMIT_MS = 1_000
RUNS = 9


class Metered:
    """A world that knows how long its device has worked."""

    def __init__(self, inner: World) -> None:
        self._inner = inner
        self.seconds = 0.0

    @property
    def access(self) -> Access:
        return _Doors(self, self._inner.access)

    @property
    def clock(self) -> Clock:
        return _Hands(self, self._inner.clock)

    @property
    def seats(self) -> Seats:
        return self._inner.seats

    def fork(self) -> World:
        return Metered(self._inner.fork())

    def close(self) -> None:
        self._inner.close()


class _Doors:
    def __init__(self, world: Metered, inner: Access) -> None:
        self._world, self._inner = world, inner

    def open(self, seat: Seat) -> Console:
        return _Line(self._world, self._inner.open(seat))


class _Hands:
    def __init__(self, world: Metered, inner: Clock) -> None:
        self._world, self._inner = world, inner

    def now(self) -> Instant:
        return self._inner.now()

    def sleep(self, duration: timedelta) -> None:
        begun = time.process_time()
        self._inner.sleep(duration)
        self._world.seconds += time.process_time() - begun


class _Line:
    def __init__(self, world: Metered, inner: Console) -> None:
        self._world, self._inner = world, inner

    @property
    def seat(self) -> Seat:
        return self._inner.seat

    @property
    def prompt(self) -> str:
        return self._inner.prompt

    def ask(self, line: str) -> str:
        begun = time.process_time()
        try:
            return self._inner.ask(line)
        finally:
            self._world.seconds += time.process_time() - begun

    def close(self) -> None:
        self._inner.close()


def measure(example: str, *, profile: bool) -> None:
    """Check one pair several times, each time on a world of its own."""
    pair = pair_of(example)
    wanted = upgrade_of(example)

    def once() -> tuple[float, float]:
        world = Metered(EmulatedWorld(pair.fork()))
        gc.collect()
        begun = time.process_time()
        report: Report = looking.check(wanted, world)
        write_report(report, io.StringIO(), {})
        report_json.render(report)
        whole = time.process_time() - begun
        return (whole - world.seconds) * 1_000, world.seconds * 1_000

    once()
    if profile:
        profiler = cProfile.Profile()
        profiler.runcall(once)
        pstats.Stats(profiler).sort_stats("tottime").print_stats(30)
        return
    taken = [once() for _ in range(RUNS)]
    ours = sorted(one for one, _ in taken)
    device = statistics.median(other for _, other in taken)
    print(
        f"check of {example:24} ours {statistics.median(ours):7.1f} ms (best {ours[0]:7.1f})"
        f"  target {LIMIT_MS} ms   the device's {device:7.1f} ms",
        flush=True,
    )


if __name__ == "__main__":
    gc.set_threshold(NEW_OBJECTS)  # as the command line does
    say_yardstick()
    for named in (FIFTY, TEN_THOUSAND):
        measure(named, profile="--profile" in sys.argv)
