"""Terminal logs as evidence."""

from collections.abc import Sequence
from dataclasses import replace

from upgrader.access.evidence.files import Opened
from upgrader.access.evidence.part import Part, part_of
from upgrader.dialect.terminals.reading import read_terminal
from upgrader.dialect.terminals.thinning import thinned
from upgrader.model.evidence import SourceKind, UnreadLines

MOST_TEXT = 16 << 20
"""A log that is longer is thinned out; a night's is a hundredth of it."""
_MOST_RANGES = 500


def read_long_transcript(file: Opened) -> Part:
    """Read a log of any length; of a very long one without the middle of its longest replies.

    Raises:
        UsageFault: it cannot be read.
    """
    log = thinned(file.chunks(), MOST_TEXT)
    part = read_transcript(file.name, log.text, file.modified, log.numbers)
    if not log.complete:
        file.notes.append(f"only its first {log.numbers[-1]} lines were read")
    if not log.left:
        return part
    lines = sum(last - first + 1 for first, last, _ in log.left)
    file.notes.append(f"{lines} lines in the middle of long replies were left out")
    why = "in the middle of a long reply"
    unread = tuple(
        UnreadLines(file.name, first, last, why, sample)
        for first, last, sample in log.left[:_MOST_RANGES]
    )
    source = replace(
        part.source, lines=part.source.lines + lines, unread=part.source.unread + lines
    )
    found = tuple(sorted((*part.unread, *unread), key=lambda each: each.first))
    return replace(part, unread=found, source=source)


def read_transcript(
    name: str,
    text: str,
    modified: int | None = None,
    numbers: Sequence[int] | None = None,
) -> Part:
    """Read what a terminal showed.

    `modified`: when the file was last written, in milliseconds since 1970; it tells the day and
    the year of stamps that have none. `numbers`: which lines of the file these are; None: all of
    them. Whatever the text is, nothing is raised.
    """
    return part_of(name, SourceKind.TRANSCRIPT, read_terminal(name, text, modified, numbers))
