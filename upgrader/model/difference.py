"""How two pictures of a pair differ, and whether that is more than was allowed."""

from dataclasses import dataclass
from enum import Enum

from upgrader.model.names import Instant
from upgrader.model.picture import Area, Tolerance, Whose


class How(Enum):
    """What became of an item between two pictures."""

    CHANGED = "changed"
    NEW = "new"
    GONE = "gone"
    UNSEEN = "unseen"
    """In one of the two nobody could look, or in both."""


class Bounds(Enum):
    """What a difference comes to."""

    IGNORED = "ignored"
    """A tolerance says that its value does not matter."""
    WITHIN = "within"
    """Not more than a tolerance allows."""
    BEYOND = "beyond"
    UNKNOWN = "unknown"
    """Nobody could look: it is never fine."""

    @property
    def wants_a_person(self) -> bool:
        """Whether somebody should look at it."""
        return self in {Bounds.BEYOND, Bounds.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Difference:
    """An item that is not the same in both pictures."""

    area: Area
    key: str
    whose: Whose
    how: How
    before: int | str | None
    """None: it was not there, or nobody could look."""
    after: int | str | None
    bounds: Bounds
    allowed: str
    """What would have passed: `equal`, `±5 % or ±2`, `any value, if it is there`."""
    source: str
    """Who said so: a file; empty: the defaults."""


@dataclass(frozen=True, slots=True)
class AreaDiff:
    """An area of both pictures."""

    area: Area
    equal: int
    """How many items are the same in both."""
    differences: tuple[Difference, ...]
    """Sorted by key and whose they are."""

    def count(self, bounds: Bounds) -> int:
        """How many differences come to that."""
        return sum(1 for difference in self.differences if difference.bounds is bounds)

    @property
    def bounds(self) -> Bounds | None:
        """The gravest of its differences; None: it is the same in both."""
        found = {difference.bounds for difference in self.differences}
        return next((b for b in _GRAVEST_FIRST if b in found), None)


_GRAVEST_FIRST = (Bounds.BEYOND, Bounds.UNKNOWN, Bounds.WITHIN, Bounds.IGNORED)


@dataclass(frozen=True, slots=True)
class LinesDiff:
    """How a unit's configuration differs, as a unified diff without its two head lines."""

    whose: Whose
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """One of the two pictures of a diff: which one it is."""

    moment: str
    at: Instant
    device_time: str
    named: str = ""
    """The file or run that it came from, as it was typed; empty: the report's own run."""


@dataclass(frozen=True, slots=True)
class Diff:
    """Two pictures of one pair, compared area by area."""

    before: Compared
    after: Compared
    areas: tuple[AreaDiff, ...]
    """All of them, in the order of `Area`."""
    configuration: tuple[LinesDiff, ...] = ()
    """Empty where the lines are the same, or were not seen."""
    cautions: tuple[str, ...] = ()
    """Why the comparison may mean little: other chassis, another pair."""

    def count(self, bounds: Bounds) -> int:
        """How many differences come to that."""
        return sum(area.count(bounds) for area in self.areas)

    @property
    def wants_a_person(self) -> bool:
        """Whether anything is beyond tolerance, or could not be compared."""
        return any(d.bounds.wants_a_person for area in self.areas for d in area.differences)

    @property
    def verdict(self) -> str:
        """In a phrase: `2 beyond tolerance, 14 within`, `the same`."""
        found = sum(len(area.differences) for area in self.areas)
        beyond, unknown = self.count(Bounds.BEYOND), self.count(Bounds.UNKNOWN)
        within = found - beyond - unknown
        told = [
            *([f"{beyond} beyond tolerance"] if beyond else []),
            *([f"{unknown} not seen"] if unknown else []),
            *([f"{within} within tolerance"] if within else []),
        ]
        return ", ".join(told) or "the same"


@dataclass(frozen=True, slots=True)
class Learned:
    """A tolerance that is proposed, and what it was learnt from."""

    tolerance: Tolerance
    why: str
    """`5,200 in monday.json, 5,320 in friday.json`."""
