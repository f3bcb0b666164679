"""Testbeds: emulated pairs in which a night is staged; and the records that are read of any."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from upgrader.access.emulated.testbed import EmulatedTestbed
from upgrader.access.emulated.world import EmulatedWorld
from upgrader.access.evidence.opening import gather
from upgrader.access.evidence.syslog import read_text
from upgrader.cli.pairfile.pair import pair_of, scenario_of
from upgrader.emulator.pair import EmulatedPair
from upgrader.model.evidence import Evidence
from upgrader.ports import Testbed


def rebuilt_testbed(files: Mapping[str, str], name: str) -> Testbed:
    """A testbed of a pair file, `pair.toml`, and what it names; `name` is what errors call it.

    Raises:
        UsageFault: the emulator cannot run such a pair.
    """
    made = pair_of(files, "pair.toml", name)
    return EmulatedTestbed(EmulatedWorld(EmulatedPair.from_scenario(scenario_of(made))))


def records_of(
    sources: Sequence[str],
    hosts: Sequence[str],
    since: int | None,
    until: int | None,
    runs: Callable[[str], Path | None],
) -> Evidence:
    """All that the named sources say; `access.evidence.opening.gather` says more."""
    return gather(sources, hosts=hosts, since=since, until=until, runs=runs)


def collected_records(text: str, modified: int | None = None) -> Evidence:
    """What a collector's file says, read as any other.

    `modified`: when it was written, in milliseconds since 1970; it dates stamps without a year.
    """
    return read_text("collector.log", text, modified)
