"""A picture: what is kept of a pair at an instant, to be compared with another.

It is smaller than a look: a row of a table becomes an item, ten thousand sessions become counts.
What belongs to the service is told of the *active* and the *standby* unit, what belongs to a
chassis of the *Primary* and the *Secondary*, so that two pictures can be compared when the roles
have moved between them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from upgrader.model.failover import Role
from upgrader.model.filling import filled_then_frozen
from upgrader.model.names import Instant, Serial

SCHEMA = 1
"""Of the files that hold pictures."""

ALL_OF_IT = "*"
"""The key of an item that stands for everything of its kind: nobody could look."""

BEFORE = "before"
"""The moment of a run's first picture; those after it are called by their phase."""
AFTER = "after"
"""How a run's last picture is called, whatever its phase."""


class Area(Enum):
    """What a picture is divided into. An area's name begins the patterns of tolerances."""

    __hash__ = object.__hash__  # One object each: an Enum's own hash is its name's, in Python.

    UNITS = "units"
    FAILOVER = "failover"
    INTERFACES = "interfaces"
    ROUTES = "routes"
    NAT = "nat"
    CONNECTIONS = "connections"
    SESSIONS = "sessions"
    POOLS = "pools"
    LICENCES = "licences"
    MODULES = "modules"
    ANYCONNECT = "anyconnect"
    CONFIGURATION = "configuration"


class Whose(Enum):
    """Of what an item tells: a role that moves, a chassis that does not, or both together."""

    __hash__ = object.__hash__  # One object each: an Enum's own hash is its name's, in Python.

    ACTIVE = "active"
    STANDBY = "standby"
    PRIMARY = "Primary"
    SECONDARY = "Secondary"
    PAIR = "pair"

    @classmethod
    def of(cls, role: Role) -> "Whose":
        """The chassis of that role."""
        return cls.PRIMARY if role is Role.PRIMARY else cls.SECONDARY


@filled_then_frozen
@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was seen: `in use` of the active unit's connections, 5,213."""

    key: str
    whose: Whose
    value: int | str | None
    """A number is compared by its size; None: nobody could look, and that is never fine."""


@dataclass(frozen=True, slots=True)
class AreaSeen:
    """An area with its items."""

    area: Area
    items: tuple[Item, ...]
    """Sorted by key and whose they are; each pair of these once."""


@dataclass(frozen=True, slots=True)
class UnitPictured:
    """Who was seen: enough to know two pictures for the same pair."""

    role: Role
    serial: Serial | None
    """None: it never said."""
    state: str
    """The device's word, or `dark`."""
    version: str | None
    """None: dark."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far two values of an item may lie apart. Nothing said: they must be equal.

    A change is let pass if any of `absolute` and `percent` lets it pass. What is not there counts
    as 0 where numbers are compared.
    """

    pattern: str
    """`routes`, `routes/S*`, `connections/in use@standby`: area, key, whose; see `judgement`."""
    absolute: int | None = None
    """By how much a number may differ."""
    percent: int | None = None
    """By how much of the former number, in per cent."""
    ignore: bool = False
    """Its value does not matter."""
    must_exist: bool = False
    """What was there must be there still; what is new is welcome."""
    source: str = ""
    """The file that says so; empty: the defaults."""


@dataclass(frozen=True, slots=True)
class LinesSeen:
    """A unit's configuration, without what units and releases do not share, and masked."""

    whose: Whose
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A pair at an instant, as `upgrader snapshot` writes it."""

    schema: int
    pair: str
    """The pair's name."""
    at: Instant
    """Milliseconds on the world's clock."""
    device_time: str
    """What the active unit's clock showed, for people; empty: not known. It is not compared."""
    moment: str
    """`snapshot`; of a picture of a run the phase in which it was seen: `standby-upgraded`."""
    units: tuple[UnitPictured, UnitPictured]
    """Primary, Secondary."""
    areas: tuple[AreaSeen, ...]
    """All of them, in the order of `Area`."""
    configurations: tuple[LinesSeen, ...]
    """The active unit's; the standby's too where it is another one."""
    tolerances: tuple[Tolerance, ...] = ()
    """What pair and site said when it was taken, the pair's last; the defaults are not among
    them."""

    def area(self, area: Area) -> AreaSeen:
        """That area."""
        return next(seen for seen in self.areas if seen.area is area)

    def value(self, area: Area, key: str, whose: Whose) -> int | str | None:
        """An item's value; None: nobody could look, or there is no such item."""
        items = self.area(area).items
        return next((i.value for i in items if (i.key, i.whose) == (key, whose)), None)

    def lines(self, whose: Whose) -> tuple[str, ...] | None:
        """A unit's configuration; None: it was not kept."""
        return next((seen.lines for seen in self.configurations if seen.whose is whose), None)

    @property
    def unseen(self) -> Iterator[tuple[Area, Item]]:
        """What nobody could look at."""
        for seen in self.areas:
            for item in seen.items:
                if item.value is None:
                    yield seen.area, item
