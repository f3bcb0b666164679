"""A night as its records tell it: both units on one clock, and what became of people.

Nothing here is certain because it is written down: each part names the places that say so, and
what is not known is None, or is told as a silence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from upgrader.model.evidence import Coverage, Place, Screen, SourceRead, UnreadLines, What
from upgrader.model.failover import FailoverState, Role
from upgrader.model.filling import filled_then_frozen


@dataclass(frozen=True, slots=True)
class ClockLine:
    """A clock of the evidence, laid onto the night's."""

    name: str
    offset_ms: int
    """What is added to its stamps."""
    uncertainty_ms: int
    """By how much that may be wrong, either way."""
    how: str
    """`the night's own`, `by 12 events that both report`, `a zone of +2 h`, `not known: …`."""
    known: bool = True
    """Whether it could be laid at all; else its records are ordered among themselves only."""


class Kind(Enum):
    """What an event is about: the rows of a picture."""

    __hash__ = object.__hash__  # One object each: an Enum's own hash is its name's, in Python.

    ROLE = "role"
    RELOAD = "reload"
    SYNC = "sync"
    LINK = "link"
    INTERFACE = "interface"
    VERSION = "version"
    SESSION = "session"
    ADDRESS = "address"
    COMMAND = "command"
    LOOK = "look"
    GAP = "gap"
    OTHER = "other"


@filled_then_frozen
@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, however many lines tell of it."""

    at: int | None
    """Milliseconds since 1970 on the night's clock; None: only its place in the order is known."""
    unit: Role | None
    """Who did it, or whom it befell; None: not known, or the pair."""
    kind: Kind
    what: What
    text: str
    places: tuple[Place, ...]
    """All lines that tell of it; the first is the best witness."""
    fields: Mapping[str, str] = field(default_factory=dict)
    number: int | None = None
    slack_ms: int = 0
    """By how much `at` may be wrong, either way."""
    inferred: bool = False
    """Whether `unit` is concluded (who was active then), and not written in the text."""
    between: tuple[int, int] | None = None
    """Where `at` is None: the instants of what stands before it and behind it, as far as both are
    known."""


ACTIVE = FailoverState.ACTIVE.value
AWAY = "away"
"""Of a unit that was reloading, dead or without power."""
UNKNOWN = "unknown"
"""Of a unit of which nothing tells."""


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch in which a unit was in one state."""

    unit: Role
    state: str
    """The device's word, `AWAY` or `UNKNOWN`."""
    began: int | None
    """None: before all records."""
    ended: int | None
    """None: still at their end."""
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Switchover:
    """A move of the active role."""

    at: int
    to: Role
    command: Event | None
    """The line that was typed for it; None: nobody is seen to have typed one."""
    reason: str
    """The device's words; empty: none was written down."""
    places: tuple[Place, ...]
    ready: bool | None
    """Whether the unit that took over is seen to have been Standby Ready, its bulk sync completed;
    None: not known."""
    gave_way: bool | None
    """Whether the other let go of it (104002); False: it was active still, or dead; None: its log
    would not show it."""


class Leaving(Enum):
    """Why a unit went away, as far as the records tell."""

    ORDERED = "reload ordered"
    CRASH = "crash"
    UNANNOUNCED = "unannounced"
    """No order and no crash mark: power, crash or link."""
    LINK = "link"
    """It lived, and only the link between the units was gone."""


@dataclass(frozen=True, slots=True)
class Absence:
    """A stretch in which one unit was away, for its mate or in truth."""

    unit: Role
    left: int
    back: int | None
    """When its mate heard it again; None: it did not come back."""
    synced: int | None
    """When the VPN bulk sync at its join was completed; None: not seen."""
    why: Leaving
    order: Event | None
    """The typed line; None: none was seen."""
    places: tuple[Place, ...]
    was_active: bool | None
    """Whether it served until then."""
    version_before: str | None = None
    version_after: str | None = None
    version_inferred: bool = False
    """Whether `version_after` is concluded from a message that is missing: 103007."""
    is_left_known: bool = True
    """Whether `left` is when it went; else it is a bound: the line before an unstamped order."""
    is_back_known: bool = True
    """Whether `back` is when it was heard; else it is a bound: an unstamped screen."""

    @property
    def left_at(self) -> int | None:
        """When it went; None: that is not known, and `left` is a bound."""
        return self.left if self.is_left_known else None

    @property
    def back_at(self) -> int | None:
        """When it was heard again; None: that is not known, or it did not come back."""
        return self.back if self.is_back_known else None


class Ending(Enum):
    """How a session came to its end."""

    __hash__ = object.__hash__  # One object each: an Enum's own hash is its name's, in Python.

    CLEAN = "clean"
    """The end-of-session routine ran: 113019 or 716002, its address freed."""
    CUT = "cut"
    """Its tunnels were closed, and nothing of the routine is written, where it would be."""
    MOVED = "moved"
    """It was not there any more after a switchover: its person logged in anew."""
    OPEN = "open"
    """It lived at the end of the records, as far as they tell."""
    UNKNOWN = "unknown"
    """Its end fell where the log does not reach."""


@dataclass(frozen=True, slots=True)
class Life:
    """One session of one person, from login to end."""

    user: str
    public: str
    address: str | None
    """None: none was seen."""
    began: int | None
    """None: before the records."""
    ended: int | None
    ending: Ending
    reason: str
    """The device's: `Idle Timeout`, `Administrator Reset`, `Transport closing`; empty: none."""
    places: tuple[Place, ...]
    """Login, end, and what decides between them."""
    cut_at: int | None = None
    """When its last tunnel was closed with nothing following; None: that is not how it was."""
    resumed: tuple[int, ...] = ()
    """When its client came back with the same ticket."""
    suspended: tuple[int, ...] = ()
    """When its client is said to sleep."""
    freed: bool | None = None
    """Whether its address was given back; None: the log would not show it."""
    again: int | None = None
    """When the same person logged in anew; None: not seen."""
    unit: Role | None = None
    """Who served it at its end."""
    group: str = ""
    handle: str = ""
    """737xxx's `Session=`."""
    index: int | None = None
    """Its row, where a screen names it or the short handle tells (inferred)."""


@dataclass(frozen=True, slots=True)
class Silence:
    """A stretch of which nothing is known of a unit, while others were heard, or nobody was."""

    unit: Role | None
    """None: no source has anything."""
    began: int
    ended: int
    why: str


@dataclass(frozen=True, slots=True)
class UnitKnown:
    """A unit, as far as the records name it."""

    role: Role
    serial: str | None = None
    hostname: str | None = None
    model: str | None = None
    version_first: str | None = None
    version_last: str | None = None
    hosts: tuple[str, ...] = ()
    """By which names and addresses it was heard."""


@dataclass(frozen=True, slots=True)
class Night:
    """All that the records tell."""

    began: int
    """The first stamped record, in milliseconds since 1970 on the night's clock."""
    ended: int
    has_date: bool
    """Whether the day is known; else instants count from `began`."""
    zone: str
    """How the night's clock is to be named: `UTC`, or `as fw1 printed it`."""
    units: tuple[UnitKnown, UnitKnown]
    """Primary and secondary."""
    events: tuple[Event, ...]
    """In the order in which they happened; those without an instant where they stand between
    others. Everything is here, each thing once; opaque messages are counted in `coverage`."""
    bands: tuple[Band, ...]
    switchovers: tuple[Switchover, ...]
    absences: tuple[Absence, ...]
    lives: tuple[Life, ...]
    """By their beginnings."""
    silences: tuple[Silence, ...]
    clocks: tuple[ClockLine, ...]
    screens: tuple[Screen, ...]
    """In order, `at` on the night's clock, `unit` as it was found out."""
    coverage: tuple[Coverage, ...]
    """With `minutes` on the night's clock."""
    sources: tuple[SourceRead, ...]
    unread: tuple[UnreadLines, ...]
    notes: tuple[str, ...] = ()
    standby_logs: bool | None = None
    """Whether a standby's lines reach the files (`logging standby`, or its own buffer)."""

    def unit(self, role: Role) -> UnitKnown:
        """What is known of one unit."""
        return next(known for known in self.units if known.role is role)

    def active_at(self, at: int) -> Role | None:
        """Who served then; None: not known, nobody, or both."""
        serving = [
            band.unit
            for band in self.bands
            if band.state == ACTIVE
            and (band.began is None or band.began <= at)
            and (band.ended is None or at < band.ended)
        ]
        return serving[0] if len(serving) == 1 else None
