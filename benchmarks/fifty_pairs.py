"""Serve many copies of an example in one process, in memory; says so in one JSON line.

python benchmarks/fifty_pairs.py 50 [EXAMPLE]
"""

import asyncio
import json
import sys
import time

BEGUN = time.process_time()

from pairs import FIFTY  # noqa: E402  what is imported is part of the start

from upgrader.cli.pairfile.pair import read_pair, scenario_of  # noqa: E402
from upgrader.emulator.pair import EmulatedPair  # noqa: E402
from upgrader.emulator.sshd.offer import OFFERS, new_key  # noqa: E402
from upgrader.emulator.sshd.station import Station, Wanted  # noqa: E402

SEATS = ("active", "standby", "primary", "secondary")
RATE = 60.0


async def serve(count: int, example: str) -> None:
    imported = time.process_time()
    stations = [_station(example) for _ in range(count)]
    for station in stations:
        await station.open()
    ready = {
        "imported_ms": (imported - BEGUN) * 1_000,
        "started_ms": (time.process_time() - imported) * 1_000,
        "ports": [station.addresses.where["active"][1] for station in stations],
        "standby_ports": [station.addresses.where["standby"][1] for station in stations],
    }
    print(json.dumps(ready), flush=True)
    await asyncio.Event().wait()


def _station(example: str) -> Station:
    """As `upgrader emulate` makes it, but for a world on disk: keys of its own, four ports."""
    pair = EmulatedPair.from_scenario(scenario_of(read_pair(example)))
    kinds = OFFERS[pair.scenario.ssh.algorithms].key_kinds
    return Station(
        Wanted(
            pair=pair,
            keep=lambda _: None,
            save=lambda _: None,
            rate=RATE,
            where=dict.fromkeys(SEATS, ("127.0.0.1", 0)),
            host_keys=[[new_key(kind) for kind in kinds] for _ in range(2)],
        )
    )


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else FIFTY))
