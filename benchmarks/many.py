"""Many live pairs in one process: each logged in to at both seats, looked at closely, and kept open.

python benchmarks/many.py [200]

The pairs (50 people each) are served by other processes. Memory is this process's own peak; what
it had before the first login, mostly imports, is said beside it.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from timing import peak_mb, say_yardstick

from upgrader.access.ssh.pair import live_world
from upgrader.conduct.eyes import Eyes
from upgrader.model.reach import Address, FromEnvironment, HostKeys, Reach
from upgrader.model.unit import Depth

HERE = Path(__file__).parent
A_CHILD = 50
RATE = 60.0


def served(count: int, home: ExitStack) -> list[tuple[int, int]]:
    """Ports of the active and standby seats of so many pairs."""
    ports: list[tuple[int, int]] = []
    for _ in range(0, count, A_CHILD):
        line = [sys.executable, str(HERE / "fifty_pairs.py"), str(min(A_CHILD, count))]
        child = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        home.callback(child.kill)
        told = json.loads(child.stdout.readline())
        ports += zip(told["ports"], told["standby_ports"], strict=True)
    return ports[:count]


def reach_of(active: int, standby: int) -> Reach:
    return Reach(
        active=Address("127.0.0.1", active),
        standby=Address("127.0.0.1", standby),
        user="admin",
        password=FromEnvironment("UPGRADER_PASSWORD"),
        host_keys=HostKeys.FIRST_USE,
        rate=RATE,
    )


def no_twin():
    raise AssertionError("nobody rehearses here")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    os.environ["UPGRADER_PASSWORD"] = "cisco"
    say_yardstick()
    with ExitStack() as home:
        ports = served(count, home)
        folder = Path(home.enter_context(tempfile.TemporaryDirectory()))
        before = peak_mb()
        begun, cpu = time.monotonic(), time.process_time()
        kept, sessions = [], 0
        for number, (active, standby) in enumerate(ports):
            name = f"pair{number}"
            learnt = folder / name
            world = live_world(reach_of(active, standby), name, learnt, None, no_twin, lambda: None)
            eyes = Eyes(world.access, world.seats, world.clock)
            seen = eyes.look(Depth.FULL)
            sessions += sum(len(unit.full.sessions) for unit in seen.units)
            assert len(seen.units) == 2, seen
            kept.append((world, eyes, seen))
        took, used = time.monotonic() - begun, time.process_time() - cpu
        logins = sum(world.access.tally.logins for world, _, _ in kept)
        print(f"{count} pairs, {logins} logins, all open; {sessions:,} session rows kept")
        print(f"peak {peak_mb():.0f} MB, {before:.0f} MB of it before the first login")
        print(
            f"{used / count * 1_000:.0f} ms of CPU a pair, {took / count * 1_000:.0f} ms on the wall"
        )


if __name__ == "__main__":
    main()
