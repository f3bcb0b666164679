"""Where something is written, and what it adds up to: what all views of a postmortem share."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from upgrader.model.cause import Cause, Likelihood
from upgrader.model.evidence import Place
from upgrader.model.night import UNKNOWN, Absence, Leaving, Night, UnitKnown
from upgrader.model.postmortem import Postmortem
from upgrader.model.words import many

PLAUSIBLE = (Likelihood.CERTAIN, Likelihood.LIKELY, Likelihood.POSSIBLE)
"""What is told with all its marks; the rest is told in a line."""

SURE = (Likelihood.CERTAIN, Likelihood.LIKELY)

TONES = {
    Likelihood.CERTAIN: "bad",
    Likelihood.LIKELY: "care",
    Likelihood.POSSIBLE: "",
    Likelihood.UNKNOWN: "unknown",
    Likelihood.UNLIKELY: "",
    Likelihood.EXCLUDED: "good",
}
"""How a likelihood looks on a page."""


@dataclass(frozen=True, slots=True)
class Citing:
    """How places are cited: files by so much of their names as tells them apart."""

    names: Mapping[str, str]
    stems: Mapping[str, str] = field(default_factory=dict)
    """The same without their endings; a file whose stem is another's too is not there."""

    def told(self, places: Sequence[Place], most: int = 2) -> str:
        """`fw1.log:123, fw2.log:7 and 4 more`; empty without one."""
        if not places:
            return ""
        named = ", ".join(map(self.one, places[:most]))
        hidden = len(places) - most
        return f"{named} and {hidden:,} more" if hidden > 0 else named

    def one(self, place: Place) -> str:
        """`fw1.log:123`."""
        return f"{self.file(place.file)}:{place.line}"

    def short(self, place: Place) -> str:
        """`fw1:123`: without the ending that every log has, where that tells files apart still."""
        return f"{self.stems.get(place.file) or self.file(place.file)}:{place.line}"

    def spelt(self, place: str) -> str:
        """The same of a place that is spelt already."""
        file, colon, line = place.rpartition(":")
        return f"{self.file(file)}{colon}{line}"

    def clock(self, name: str) -> str:
        """A clock's name, which begins with its file's."""
        for file, short in self.names.items():
            if name.startswith(file):
                return f"{short}{name.removeprefix(file)}"
        return name

    def file(self, name: str) -> str:
        """A source, or a file of one, by its short name."""
        return self.names.get(name, name)


def citing(night: Night) -> Citing:
    """Short names for the files of a night; the list of sources has them whole."""
    files = {source.name for source in night.sources}
    files |= {one.file for one in night.coverage} | {part.file for part in night.unread}
    files |= {place.file for event in night.events for place in event.places}
    parts = {file: PurePath(file).parts for file in sorted(files)}
    names = dict.fromkeys(parts, "")
    for count in range(1, max(map(len, parts.values()), default=0) + 1):
        ends = {file: mine[-count:] for file, mine in parts.items()}
        shared = Counter(ends.values())
        for file, end in ends.items():
            if not names[file] and (shared[end] == 1 or count >= len(parts[file])):
                names[file] = str(PurePath(*end))
    return Citing(names, _stems(names))


def _stems(names: Mapping[str, str]) -> dict[str, str]:
    stems = {file: name.removesuffix(PurePath(name).suffix) for file, name in names.items()}
    shared = Counter(stems.values())
    return {
        file: stem
        for file, stem in stems.items()
        if shared[stem] == 1 and PurePath(names[file]).suffix in _ENDINGS
    }


_ENDINGS = frozenset({".log", ".txt", ".syslog", ".out", ".session", ".jsonl"})


def plausible(causes: Iterable[Cause]) -> list[Cause]:
    """The causes that are told with all their marks."""
    return [cause for cause in causes if cause.likelihood in PLAUSIBLE]


def implausible(causes: Iterable[Cause]) -> list[tuple[Likelihood, list[Cause]]]:
    """The others, by how little is to be believed."""
    others = [cause for cause in causes if cause.likelihood not in PLAUSIBLE]
    grades = [grade for grade in Likelihood if grade not in PLAUSIBLE]
    groups = [(grade, [cause for cause in others if cause.likelihood is grade]) for grade in grades]
    return [(grade, found) for grade, found in groups if found]


def cited(postmortem: Postmortem) -> frozenset[Place]:
    """The places on which the likeliest cause and the breaches rest."""
    marks = [
        mark
        for cause in plausible(postmortem.causes)[:1]
        for mark in (*cause.speaks_for, *cause.speaks_against)
    ]
    return frozenset(
        [place for mark in marks for place in mark.places[:3]]
        + [place for breach in postmortem.breaches for place in breach.places[:3]]
        + [place for move in postmortem.night.switchovers for place in move.places[:1]]
        + [place for absence in postmortem.night.absences for place in absence.places[:1]]
    )


def name_of(night: Night) -> str:
    """Whose night it is: the units' names, or the first source's."""
    names = list(dict.fromkeys(unit.hostname for unit in night.units if unit.hostname))
    if names:
        return " / ".join(names)
    if not night.sources:
        return "no source"
    first, *others = night.sources
    name = PurePath(first.name).name or first.name
    return f"{name} and {many(len(others), 'more', 'more')}" if others else name


def notes_of(postmortem: Postmortem) -> list[str]:
    """What a person should know of the whole, each thing once."""
    return [*dict.fromkeys((*postmortem.notes, *postmortem.night.notes))]


def unit_told(known: UnitKnown, night: Night, *, whole: bool = True) -> str:
    """A unit in a line: its name, serial, releases, how it ended, how often it was away.

    `whole`: with its model and its host name, which both units share.
    """
    parts = [part for part in (known.hostname, known.model, known.serial) if part and whole]
    first, last = known.version_first, known.version_last
    if first and last and first != last:
        parts.append(f"{first} → {last}")
    elif last or first:
        parts.append(str(last or first))
    state = last_state(night, known)
    reloads = len(reloads_of(night, known))
    if state not in ("", UNKNOWN):
        parts.append(f"at the end {state}")
    if not parts and not reloads:
        return "not seen"
    return " · ".join([*parts, many(reloads, "reload")])


def last_state(night: Night, known: UnitKnown) -> str:
    """The last state in which a unit was seen; empty: in none."""
    states = [band.state for band in night.bands if band.unit is known.role]
    return states[-1] if states else ""


def reloads_of(night: Night, known: UnitKnown) -> list[Absence]:
    """The stretches in which a unit was truly away."""
    return [
        absence
        for absence in night.absences
        if absence.unit is known.role and absence.why is not Leaving.LINK
    ]


def harmed_from(postmortem: Postmortem) -> int | None:
    """When the harm began: that of the cause, where one is sure; else the first of anybody.

    None: nobody was harmed, or the records do not tell when.
    """
    first = next((cause for cause in postmortem.causes if cause.likelihood in SURE), None)
    if first is not None and first.harm_at is not None:
        return first.harm_at
    return postmortem.impact.harmed_from


def told_beside(postmortem: Postmortem) -> list[str]:
    """The summary where the verdict stands above it already."""
    return [line for line in postmortem.summary if line != postmortem.verdict]
