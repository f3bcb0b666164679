"""A run of ours and its postmortem, together: for `replay RUN --json`."""

from pathlib import Path

from upgrader.journal.entry import Started
from upgrader.journal.store import RunFolder
from upgrader.model.postmortem import Postmortem
from upgrader.views.postmortem.of_run import Journal

JOURNAL = "journal.jsonl"
_DATED = 978_307_200_000
"""Milliseconds since 1970 of the year 2001: an axis that begins earlier is an emulated world's."""


def journal_of(folder: Path, told: Postmortem) -> Journal:
    """Where the run's instants stand in its journal; `told` has read it as its only source.

    Raises:
        BrokenChain: the journal is not what it was.
    """
    entries = tuple(RunFolder(folder).read().entries())
    file = next((f"{source.name}/{JOURNAL}" for source in told.night.sources), JOURNAL)
    if not entries:
        return Journal(file, None, ())
    began, body = entries[0].at, entries[0].body
    is_dated = isinstance(body, Started) and body.origin >= _DATED
    origin = body.origin + began if isinstance(body, Started) and is_dated else None
    return Journal(file, origin, tuple(entry.at - began for entry in entries))
