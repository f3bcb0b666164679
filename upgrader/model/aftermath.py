"""The aftermath: who was cut off, and what is left on the units."""

from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Address
from typing import TypeAlias

from upgrader.model.failover import Role
from upgrader.model.filling import filled_then_frozen
from upgrader.model.names import Instant, Serial


class Fate(Enum):
    """What became of a session. Exactly one each; those of the baseline add up."""

    KEPT = "kept"
    RECONNECTED = "reconnected"
    ENDED = "ended"
    LOST = "lost"


class Grade(Enum):
    """What a row of the session database is, as far as it can be known (domain, 8.4)."""

    HEALTHY = "healthy"
    INACTIVE = "inactive"
    SUSPECT = "suspect"
    ORPHAN = "orphan"


@dataclass(frozen=True, slots=True)
class Span:
    """When something happened, as narrowly as what was seen bounds it; on the run's axis."""

    after: Instant
    """Not before."""
    by: Instant
    """And not later."""


class Trace(Enum):
    """What one unit's table shows of a session."""

    __hash__ = object.__hash__  # One object each: an Enum's own hash is its name's, in Python.

    TUNNEL = "tunnel"
    ROW = "row"
    """A row without a tunnel; of a portal session, its row."""
    GONE = "gone"
    UNSEEN = "unseen"
    """The table was not read."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A turning point of the night, at the first full look that shows it."""

    name: str
    """`before`, `standby reloaded`, `switched over`, `former active reloaded`, `failed back`,
    `end`; two that came between the same looks are joined by `and`."""
    at: Instant
    active: Role
    """Who served at that look."""


class Means(Enum):
    """By what a person is connected."""

    ANYCONNECT = "AnyConnect"
    IKEV2 = "IKEv2"
    IPSEC = "IPsec"
    CLIENTLESS = "clientless"
    """A browser at the portal: no address, no tunnel."""


@dataclass(frozen=True, slots=True)
class Again:
    """A later login of somebody whose session went: same user, same place."""

    index: int
    began: Span


@filled_then_frozen
@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One session, followed through the night."""

    index: int
    user: str
    address: IPv4Address | None
    audit_id: str
    fate: Fate
    why: str
    means: Means = Means.ANYCONNECT
    began: Span | None = None
    """When it was begun; None: before the night."""
    at: Span | None = None
    """When it met its fate; None: nothing befell it."""
    evidence: str = ""
    """Which looks say so."""
    again: Again | None = None
    """Of one that was lost or ended: that its person has logged in again."""
    stages: tuple[tuple[Trace, Trace], ...] = ()
    """At each of `Aftermath.stages`: in the table of the primary, and of the secondary."""
    residue: str = ""
    """`orphaned row`, `stuck lease`, both, or nothing is left of it."""


@dataclass(frozen=True, slots=True)
class OrphanedSession:
    """A row that no client can use again, on a named unit."""

    serial: Serial
    index: int
    user: str
    address: IPv4Address | None
    login_time: str
    audit_id: str
    evidence: str


@dataclass(frozen=True, slots=True)
class StuckLease:
    """An address In Use that no living session holds: an orphan's, or nobody's."""

    serial: Serial
    pool: str
    address: IPv4Address
    holder: int | None
    """The orphan's index; None: nobody's."""


Residue: TypeAlias = OrphanedSession | StuckLease


@dataclass(frozen=True, slots=True)
class Suspect:
    """A row without a tunnel of which nothing is proven: reported, never evicted."""

    serial: Serial
    index: int
    user: str
    address: IPv4Address | None
    login_time: str
    why: str
    audit_id: str = ""
    """Names the login on both units; empty where the release prints none."""


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What `verify` says of a night."""

    before: int
    ledger: tuple[LedgerLine, ...]
    """The sessions of the baseline: as many as `before`."""
    residue: tuple[Residue, ...]
    suspects: tuple[Suspect, ...]
    outage_seconds: float | None
    """From both units' failover history; None where it cannot be derived, never 0 by default."""
    newcomers: tuple[LedgerLine, ...] = ()
    """The logins of the night, beside the sum; who came and went between two looks is not seen."""
    stages: tuple[Stage, ...] = ()

    def count(self, fate: Fate) -> int:
        """How many sessions of the baseline met that fate."""
        return sum(1 for line in self.ledger if line.fate is fate)

    @property
    def orphans(self) -> tuple[OrphanedSession, ...]:
        """The orphaned rows."""
        return tuple(r for r in self.residue if isinstance(r, OrphanedSession))

    @property
    def leases(self) -> tuple[StuckLease, ...]:
        """The stuck leases."""
        return tuple(r for r in self.residue if isinstance(r, StuckLease))
