"""The nights in `fixtures/incidents`: staged anew, and what they leave behind.

`python tests/incidents.py [NAME …]` writes `collector.log` and `console.txt` of each anew.
"""

import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from upgrader.access.emulated.testbed import EmulatedTestbed, with_sender
from upgrader.access.emulated.world import EmulatedWorld
from upgrader.cli.pairfile.pair import read_pair, scenario_of
from upgrader.conduct.reenacting.staged import Staged, stage_night
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.talk import Datagram
from upgrader.model.script import Came, Script

FOLDER = Path(__file__).resolve().parent.parent / "fixtures" / "incidents"

RAW = frozenset({"pool-full"})
"""Nights whose collector writes down what it gets and nothing else."""

STAMPED = frozenset({"http-replication-off", "crash-on-new-code"})
"""Nights whose terminal stamps each line."""


@dataclass(frozen=True)
class Night:
    """A staged night, and the pair as it is in the end."""

    script: Script
    staged: Staged
    came: Came
    pair: EmulatedPair


def as_sent(datagram: Datagram, received: str) -> str:
    """As a collector files that adds nothing: `<166>Mar 14 2026 22:00:00 branch : %ASA-6-…`."""
    del received
    return datagram.payload


def names() -> list[str]:
    return sorted(path.parent.name for path in FOLDER.glob("*/pair.toml"))


@cache
def night(name: str) -> Night:
    """Stage a night."""
    file = read_pair(str(FOLDER / name / "pair.toml"))
    assert file.script is not None
    world = EmulatedWorld(EmulatedPair.from_scenario(scenario_of(file)))
    testbed = EmulatedTestbed(world, as_sent if name in RAW else with_sender)
    staged = stage_night(testbed, file.script, testbed.starts_ms, stamped=name in STAMPED)
    return Night(file.script, staged, testbed.came(), world.pair)


def left_behind(name: str) -> dict[str, str]:
    """What a night leaves behind, by file."""
    staged = night(name).staged
    return {"collector.log": staged.collected, "console.txt": staged.console}


if __name__ == "__main__":
    for one in sys.argv[1:] or names():
        for file, text in left_behind(one).items():
            (FOLDER / one / file).write_text(text)
        sys.stdout.write(f"{one}\n")
