"""A fork of a world with 10,000 sessions, beside `copy.deepcopy` of the same pair.

python benchmarks/fork.py
"""

from copy import deepcopy

from pairs import TEN_THOUSAND, pair_of
from timing import peak_mb, say, say_yardstick, timed

from upgrader.access.emulated.world import EmulatedWorld

if __name__ == "__main__":
    say_yardstick()
    pair = pair_of(TEN_THOUSAND)
    world = EmulatedWorld(pair)
    ours = timed(world.fork, 25)
    theirs = timed(lambda: deepcopy(pair), 7)
    say("fork of 10,000 sessions", ours, 10)
    say("copy.deepcopy of the same pair", theirs)
    print(f"  {theirs.median / ours.median:.0f} times as fast; peak memory {peak_mb():.0f} MB")
