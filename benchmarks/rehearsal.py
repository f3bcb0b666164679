"""A whole rehearsal: fork, conduct, report. Not the start of the process, nor its first run.

python benchmarks/rehearsal.py            # 50 sessions, then 10,000
python benchmarks/rehearsal.py --profile  # where the time goes
"""

import cProfile
import gc
import pstats
import sys

from pairs import FIFTY, TEN_THOUSAND, drawn, pair_of, upgrade_of
from timing import peak_mb, say, say_yardstick, timed

from upgrader.access.emulated.world import EmulatedWorld
from upgrader.cli.main import NEW_OBJECTS
from upgrader.cli.worlds.arming import guarded
from upgrader.conduct.rehearse import rehearse
from upgrader.conduct.wishes import Wishes
from upgrader.model.outcome import Outcome
from upgrader.model.report import Report
from upgrader.model.watch import Unwatched


def measure(example: str, runs: int, limit_ms: float, *, profile: bool) -> None:
    """Draw a plan once, and rehearse it several times."""
    world = EmulatedWorld(pair_of(example))
    wanted = upgrade_of(example)
    plan = drawn(wanted, world)

    def once() -> Report:
        report = rehearse(plan, guarded(world.fork(), plan), Unwatched(), Wishes())
        assert report.outcome is Outcome.UPGRADED, report.verdict
        assert not report.surprises, report.surprises
        return report

    if profile:
        once()
        profiler = cProfile.Profile()
        profiler.runcall(once)
        for order in ("tottime", "cumtime"):
            pstats.Stats(profiler).sort_stats(order).print_stats(35)
        return
    say(f"rehearsal of {example}", timed(once, runs), limit_ms)
    say("  and what comes before it: the plan", timed(lambda: drawn(wanted, world), runs))
    print(f"  peak memory so far: {peak_mb():.0f} MB")


if __name__ == "__main__":
    profiling = "--profile" in sys.argv
    gc.set_threshold(NEW_OBJECTS)  # as the command line does
    say_yardstick()
    measure(FIFTY, 15, 50, profile=profiling)
    measure(TEN_THOUSAND, 7, 3_000, profile=profiling)
