"""A night that can be run again: what is typed and what befalls a pair, each at its instant."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Argument: TypeAlias = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Typed:
    """A line that somebody types on a console."""

    at_ms: int
    """Since the night's beginning."""
    on: str
    """`active`, `standby`, `primary`, `secondary`."""
    line: str


@dataclass(frozen=True, slots=True)
class Befalls:
    """An event of the emulator's control surface: a cable is cut, somebody logs in."""

    at_ms: int
    event: str
    """`cut-link`; see the page of the control surface."""
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    number: int = field(default=0, compare=False)
    """Which act of its file it is, from 1; 0: it is of none."""


Act: TypeAlias = Typed | Befalls


@dataclass(frozen=True, slots=True)
class StoryLine:
    """An event that must come again, as an operator would tell it."""

    at_ms: int
    """Since the night's beginning; the order counts, and the instant only about."""
    unit: str
    """`Primary`, `Secondary`; empty: the pair."""
    what: str
    """A value of `model.evidence.What`."""
    who: str = ""
    """The user whom it is about; empty: nobody's."""


@dataclass(frozen=True, slots=True)
class Expected:
    """How the night must end."""

    cause: str | None
    """A value of `model.cause.CauseName`; None: nobody was harmed."""
    lost: int
    orphaned: int
    leaked: int
    story: tuple[StoryLine, ...] = ()
    """Of the pair only, not of each person; (): it is not compared."""


@dataclass(frozen=True, slots=True)
class Script:
    """A night to be run again."""

    title: str
    lasts_ms: int
    """From its beginning to when nothing more is looked at."""
    acts: tuple[Act, ...]
    """By their instants."""
    expected: Expected | None = None


@dataclass(frozen=True, slots=True)
class Came:
    """What has come of a staged night, by the books of whoever staged it."""

    lost: int
    """Sessions that ended without their person's wish."""
    orphaned: int
    """Rows without a ticket, on either unit."""
    leaked: int
    """Addresses in use on the active unit that no living session holds."""
