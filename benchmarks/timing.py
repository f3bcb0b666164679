"""What the benchmarks share: medians of CPU time, and the peak of memory.

CPU time of this process, not time on the wall: other work on the machine disturbs it less, though
not little. Each benchmark prints a yardstick, a fixed loop of plain Python, with which figures of
two days or two machines may be compared.
"""

import gc
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

YARDSTICK_ROUNDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Timed:
    """Some runs of one thing, in milliseconds of CPU time."""

    runs: tuple[float, ...]

    @property
    def median(self) -> float:
        """The run in the middle."""
        return statistics.median(self.runs)

    @property
    def best(self) -> float:
        """The run that was disturbed least."""
        return min(self.runs)


def timed(action: Callable[[], object], runs: int = 9, *, warm: bool = True) -> Timed:
    """CPU time of an action; `warm`: once beforehand, unmeasured."""
    if warm:
        action()
    taken = []
    for _ in range(runs):
        gc.collect()
        begun = time.process_time()
        result = action()
        taken.append((time.process_time() - begun) * 1_000)
        del result
    return Timed(tuple(taken))


def peak_mb() -> float:
    """The most memory that this process has held so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1_048_576 if sys.platform == "darwin" else 1_024)


def say(what: str, measured: Timed, limit_ms: float | None = None) -> None:
    """Print a line: median, best, and the target where there is one."""
    line = f"{what:52} {measured.median:9.1f} ms  (best {measured.best:9.1f})"
    if limit_ms is not None:
        line += f"  target {limit_ms:g} ms"
    print(line, flush=True)


def say_yardstick() -> None:
    """Print whose Python this is, and how fast this machine is now.

    The same release differs by a third: one that was compiled with a profile of itself, as
    distributions do, is that much quicker than one compiled without.
    """

    def loop() -> int:
        total = 0
        for number in range(YARDSTICK_ROUNDS):
            total += number * number & 7
        return total

    print(f"Python {' '.join(sys.version.split())}")
    say(f"yardstick: {YARDSTICK_ROUNDS:,} rounds of a plain loop", timed(loop, 5))
