"""A run of ours as one JSON object: what its report says, and beside it what its postmortem says.

Where both have a key, the report's stands: scripts that read it find what they found before. Each
line of its timeline says in addition when it was, and which line of the journal tells of it.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from upgrader.model.postmortem import Postmortem
from upgrader.model.report import Report
from upgrader.views import report_json
from upgrader.views.json_values import Json, spelt_in_pieces
from upgrader.views.postmortem import objects
from upgrader.views.postmortem.instants import instants_of

_LONG = ("timeline", "residue", "lives", "unread")


@dataclass(frozen=True, slots=True)
class Journal:
    """Where a run is written down."""

    file: str
    """As its source was named: `20261122-night/journal.jsonl`."""
    began: int | None
    """When the run began, in milliseconds since 1970; None: its axis has no date."""
    instants: Sequence[int]
    """When each of its lines was written, in milliseconds since the run began."""

    def line_of(self, at: int) -> int | None:
        """The first line of that instant, or the last before it; None: there is none."""
        later = bisect_right(self.instants, at)
        if later == 0:
            return None
        return self.instants.index(self.instants[later - 1]) + 1


def render(report: Report, told: Postmortem, journal: Journal) -> str:
    """The object as text that ends with a newline; ASCII only."""
    shown = as_object(report, told, journal)
    head = {name: value for name, value in shown.items() if name not in _LONG}
    return "".join(spelt_in_pieces(head, ((name, _rows(shown[name])) for name in _LONG)))


def _rows(value: Json) -> list[Json]:
    assert isinstance(value, list), "what may be long is a list"
    return value


def as_object(report: Report, told: Postmortem, journal: Journal) -> dict[str, Json]:
    """Both as plain JSON values."""
    shown = report_json.as_object(report)
    when = instants_of(told.night)
    timeline = shown.get("timeline")
    if isinstance(timeline, list):
        shown["timeline"] = [
            _dated(line, when.iso(_since_1970(journal, _instant(line))), journal)
            for line in timeline
        ]
    return objects.as_object(told) | shown


def _since_1970(journal: Journal, at: int) -> int | None:
    return None if journal.began is None else journal.began + at


def _dated(line: Json, at: str | None, journal: Journal) -> Json:
    assert isinstance(line, Mapping), "a line of a timeline is an object"
    number = journal.line_of(_instant(line))
    source: list[Json] = [] if number is None else [{"file": journal.file, "line": number}]
    return {"at": at, **line, "source": source}


def _instant(line: Json) -> int:
    at = line.get("at_ms") if isinstance(line, Mapping) else None
    return at if isinstance(at, int) else 0
