"""Terminal logs as evidence."""

from upgrader.access.evidence.part import Part
from upgrader.dialect.terminals.reading import read_terminal
from upgrader.model.evidence import SourceKind, SourceRead


def read_transcript(name: str, text: str, modified: int | None = None) -> Part:
    """Read what a terminal showed.

    `modified`: when the file was last written, in milliseconds since 1970; it tells the day and
    the year of stamps that have none. Whatever the text is, nothing is raised.
    """
    log = read_terminal(name, text, modified)
    source = SourceRead(
        name,
        SourceKind.TRANSCRIPT,
        log.lines,
        len(log.records) + len(log.past),
        len(log.screens),
        sum(unread.last - unread.first + 1 for unread in log.unread),
        note="; ".join(log.notes),
    )
    return Part(log.records + log.past, log.screens, log.clocks, log.coverage, log.unread, source)
