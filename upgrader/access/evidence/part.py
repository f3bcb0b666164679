"""What one file or folder gives to the evidence."""

from dataclasses import dataclass

from upgrader.dialect.terminals.reading import TerminalLog
from upgrader.model.evidence import (
    Coverage,
    Record,
    Screen,
    SourceKind,
    SourceRead,
    Stamped,
    UnreadLines,
)

MOST_NAMED = 6
"""Names that are listed in one message."""


@dataclass(frozen=True, slots=True)
class Part:
    """One source as it was read; several make `model.evidence.Evidence`."""

    records: tuple[Record, ...]
    screens: tuple[Screen, ...]
    clocks: tuple[Stamped, ...]
    coverage: tuple[Coverage, ...]
    unread: tuple[UnreadLines, ...]
    source: SourceRead


def part_of(name: str, kind: SourceKind, log: TerminalLog) -> Part:
    """What a terminal's log gives, or saved replies that were read as one."""
    records = log.records + log.past
    source = SourceRead(
        name,
        kind,
        log.lines,
        len(records),
        len(log.screens),
        sum(unread.lines for unread in log.unread),
        note="; ".join(log.notes),
    )
    return Part(records, log.screens, log.clocks, log.coverage, log.unread, source)
