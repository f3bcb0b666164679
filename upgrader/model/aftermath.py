"""The aftermath: who was cut off, and what is left on the units."""

from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Address
from typing import TypeAlias

from upgrader.model.names import Serial


class Fate(Enum):
    """What became of a session of the baseline. Exactly one each; they add up."""

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
class LedgerLine:
    """One session of the baseline, followed through the night."""

    index: int
    user: str
    address: IPv4Address | None
    audit_id: str
    fate: Fate
    why: str


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
    residue: tuple[Residue, ...]
    suspects: tuple[Suspect, ...]
    outage_seconds: float | None
    """From both units' failover history; None where it cannot be derived, never 0 by default."""

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
