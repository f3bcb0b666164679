"""What one file or folder gives to the evidence."""

from dataclasses import dataclass

from upgrader.model.evidence import (
    Coverage,
    Record,
    Screen,
    SourceRead,
    Stamped,
    UnreadLines,
)


@dataclass(frozen=True, slots=True)
class Part:
    """One source as it was read; several make `model.evidence.Evidence`."""

    records: tuple[Record, ...]
    screens: tuple[Screen, ...]
    clocks: tuple[Stamped, ...]
    coverage: tuple[Coverage, ...]
    unread: tuple[UnreadLines, ...]
    source: SourceRead
