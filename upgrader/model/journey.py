"""A journey: the hops from one release to another, each a hitless upgrade of its own."""

from dataclasses import dataclass
from typing import TypeAlias

from upgrader.model.version import Version


@dataclass(frozen=True, slots=True)
class Hop:
    """From one release to the next."""

    start: Version
    end: Version
    why: str
    """Why this one, in a phrase."""


@dataclass(frozen=True, slots=True)
class Path:
    """The way is known; () hops: the unit is there already."""

    hops: tuple[Hop, ...]


@dataclass(frozen=True, slots=True)
class NoPath:
    """There is none, and it is known why."""

    why: str
    instead: tuple[Version, ...] = ()
    """Releases near the target that can be reached."""


@dataclass(frozen=True, slots=True)
class UnknownPath:
    """It is not known whether there is one."""

    why: str


Way: TypeAlias = Path | NoPath | UnknownPath
