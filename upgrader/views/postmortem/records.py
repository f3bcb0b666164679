"""Sections of a postmortem's page: what was written down, by which clocks, what was not read."""

from collections.abc import Sequence
from itertools import islice

from upgrader.model.evidence import What
from upgrader.model.night import Night
from upgrader.model.postmortem import Postmortem
from upgrader.model.words import many
from upgrader.views.escape import html
from upgrader.views.postmortem.folding import (
    Line,
    brief,
    every_line,
    folded_lines,
    lasting,
    weight_of,
    weightiest,
)
from upgrader.views.postmortem.instants import Instants
from upgrader.views.postmortem.sourcing import Citing, cited
from upgrader.views.postmortem.story import NOT_STAMPED, story
from upgrader.views.web.parts import Cell, folded, table

EACH = 1_000
"""Nights with so many events are told event by event; of busier ones bursts are folded."""
LISTED = 2_500
"""Lines of the timeline in the page; the JSON beside it has every event."""
LONGEST = 400
"""Letters of an event's text in the page."""
UNREAD = 200
"""Stretches of unread lines in the page; so many clocks, gaps, hosts and sources at most."""


def all_events(postmortem: Postmortem, when: Instants, cite: Citing) -> str:
    """The timeline: sorts, and can be searched; of a busy night what matters most."""
    night = postmortem.night
    total = len(night.events)
    lines = [*every_line(night)] if total <= EACH else folded_lines(night)
    chosen = weightiest(lines, LISTED, weight_of(cited(postmortem)))
    shown = [line for line in chosen if isinstance(line, Line)]
    rows = (
        (
            Cell(when.told(line.at), key="" if line.at is None else str(line.at)),
            _until(line, when),
            _unit(line),
            line.kind.value,
            _what(line),
            cite.told(line.places),
        )
        for line in shown
    )
    heads = ("at", "until", "unit", "kind", "what", "source")
    told = table(heads, rows, name="All events", filters=True)
    hidden = len(lines) - len(shown)
    notes = [
        "What befell many is one line." if total > EACH else "",
        f"{hidden:,} lines of less weight stand in postmortem.json only." if hidden else "",
        "A unit with a question mark is concluded from who was active then."
        if any(line.inferred and line.unit for line in shown)
        else "",
        NOT_STAMPED if any(line.at is None for line in shown) else "",
    ]
    note = " ".join(filter(None, notes))
    return folded(many(total, "event"), f"<p>{html(note)}</p>{told}" if note else told)


def happened(postmortem: Postmortem, when: Instants, cite: Citing) -> str:
    """The story: what a person would tell of the night."""
    lines = story(postmortem)
    rows = (
        (
            Cell(when.told(line.at), key="" if line.at is None else str(line.at)),
            _unit(line),
            Cell(f"{lasting(line)}{line.who}", "bad" if line.what is What.CLOSING else ""),
            cite.told(line.places, 1),
        )
        for line in lines
    )
    told = table(("at", "unit", "what happened", "source"), rows, name="Timeline")
    return told + (f"<p>{NOT_STAMPED}</p>" if any(line.at is None for line in lines) else "")


def _what(line: Line) -> Cell:
    """In plain words; below them what stands in the source."""
    written = "" if line.text in (line.said, brief(line)) else _cut(line.text)
    return Cell(_cut(brief(line)), more=written)


def _until(line: Line, when: Instants) -> Cell:
    if line.until == line.at or line.until is None:
        return Cell("")
    return Cell(when.told(line.until), key=str(line.until))


def _unit(line: Line) -> str:
    return "" if line.unit is None else line.unit.value + ("?" if line.inferred else "")


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


# ── clocks, gaps, sources ──────────────────────────────────────────────────────────────


def clocks_and_gaps(night: Night, when: Instants, cite: Citing) -> str:
    """Skew and its uncertainty, where nothing is known, and how far each log reaches."""
    clocks = table(
        ("clock", "added to its stamps", "may be wrong by", "how it is known"),
        (
            (
                cite.clock(clock.name),
                f"{clock.offset_ms / 1_000:+.1f} s" if clock.known else "not laid",
                f"{clock.uncertainty_ms / 1_000:.1f} s" if clock.known else "",
                clock.how,
            )
            for clock in night.clocks[:UNREAD]
        ),
        name="Clocks",
    )
    silences = table(
        ("from", "until", "unit", "why"),
        (
            (
                Cell(when.told(silence.began), key=str(silence.began)),
                Cell(when.told(silence.ended), key=str(silence.ended)),
                "both" if silence.unit is None else silence.unit.value,
                silence.why,
            )
            for silence in islice(night.silences, UNREAD)
        ),
        name="Gaps",
    )
    standby = {
        True: "<p>The lines of a standby unit reach these files.</p>",
        False: "<p>A standby unit's lines do not reach these files: what it alone saw is not "
        "known.</p>",
        None: "",
    }[night.standby_logs]
    return clocks + silences + standby + _coverage(night, cite)


def _coverage(night: Night, cite: Citing) -> str:
    rows = [
        (
            cite.file(one.file),
            one.host,
            "" if one.unit is None else one.unit.value,
            f"{one.lines:,}",
            f"{len(one.minutes):,}",
            f"{sum(1 for minute in one.minutes.values() if minute.informational):,}",
        )
        for one in night.coverage[:UNREAD]
    ]
    heads = ("file", "host", "unit", "lines", "minutes", "minutes with level 6")
    return folded("How far each log reaches", table(heads, rows, name="Coverage"))


def sources(night: Night, cite: Citing) -> str:
    """What was given, and the lines that say nothing to us."""
    given = table(
        ("source", "kind", "lines", "records", "screens", "not read", "twice", "note"),
        (
            (
                source.name,
                source.kind.value,
                *_counts((source.lines, source.records, source.screens)),
                *_counts((source.unread, source.duplicates)),
                source.note,
            )
            for source in night.sources[:UNREAD]
        ),
        name="Sources",
    )
    listed = night.unread[:UNREAD]
    unread = table(
        ("file", "first line", "last line", "why", "it begins"),
        ((cite.file(p.file), str(p.first), str(p.last), p.why, p.sample) for p in listed),
        name="Lines that were not read",
    )
    hidden = len(night.unread) - len(listed)
    more = f"<p>… and {hidden:,} more places in postmortem.json.</p>" if hidden else ""
    lines = sum(part.lines for part in night.unread)
    return given + folded(f"{lines:,} lines that were not read", unread + more)


def _counts(numbers: Sequence[int]) -> list[str]:
    return [f"{number:,}" for number in numbers]
