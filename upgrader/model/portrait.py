"""A portrait of a pair: what one full look saw of it, and the texts that it was seen in."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from upgrader.model.names import Seat
from upgrader.model.unit import Dark, Snapshot, Unit


@dataclass(frozen=True, slots=True)
class Portrait:
    """What is needed to make a twin of a pair."""

    seen: Snapshot
    texts: Mapping[Seat, Mapping[str, str]]
    """By seat and line: the replies in the very text, as far as a reading of them is not enough."""
    origin: str
    """Where it was taken: `10.1.1.1`, `captures/`."""

    def text(self, unit: Unit | Dark, line: str) -> str | None:
        """What that unit answered to the line; None: nobody asked, or nothing came."""
        told = self.texts.get(unit.seat, {}).get(line)
        return told if told is not None and told.strip() else None


class NoteKind(Enum):
    """What became of something that was seen of a pair, or should have been."""

    TAKEN = "taken over"
    ASSUMED = "assumed"
    """It was not seen, and something was taken for it."""
    LEFT = "not carried"
    """It was seen, and the emulator cannot carry it."""
    MISSING = "missing"
    """It was not seen, and the twin is without it."""


@dataclass(frozen=True, slots=True)
class TwinNote:
    """A line of what was taken over and what not."""

    kind: NoteKind
    what: str
    """`sessions of Primary JAD1`."""
    told: str
    """A sentence."""
    line: str = ""
    """The line to type on that unit, to complete it; empty: none helps."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """The files of a twin, by name, and what was taken over into them."""

    files: Mapping[str, str]
    notes: tuple[TwinNote, ...]


@dataclass(frozen=True, slots=True)
class TwinReport:
    """How `upgrader twin` ends."""

    pair: str
    origin: str
    folder: str
    """Where it was written."""
    files: tuple[str, ...]
    notes: tuple[TwinNote, ...]
    not_modelled: tuple[str, ...]
    """Lines of the configuration that the emulated units keep and show, but do not act on."""
    wall_seconds: float
    units: tuple[str, ...] = ()
    """A line a unit: `Primary JAD1 Active 9.12(4), 41 sessions`."""
    has_target: bool = False
    """Whether its pair file says which release is wanted, as the pair's own did."""
