"""The records of a night: what the named sources say, and what a collector's file does."""

from collections.abc import Callable, Sequence
from pathlib import Path

from upgrader.access.evidence.files import unheard
from upgrader.access.evidence.opening import gather
from upgrader.access.evidence.syslog import read_text
from upgrader.model.evidence import Evidence


def records_of(
    sources: Sequence[str],
    hosts: Sequence[str],
    since: int | None,
    until: int | None,
    runs: Callable[[str], Path | None],
    heard: Callable[[str, int, int], None] = unheard,
) -> Evidence:
    """All that the named sources say; `access.evidence.opening.gather` says more."""
    return gather(sources, hosts=hosts, since=since, until=until, runs=runs, heard=heard)


def collected_records(text: str, modified: int | None = None) -> Evidence:
    """What a collector's file says, read as any other.

    `modified`: when it was written, in milliseconds since 1970; it dates stamps without a year.
    """
    return read_text("collector.log", text, modified)
