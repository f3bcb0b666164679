"""How a unit stands at the start, where its last boot does not say: seen on a unit that lives."""

from dataclasses import dataclass
from typing import Literal

BY_DIGEST = "sha512:"
"""How a word for bytes begins of which nothing but the SHA-512 is known; that follows."""

StandbyState = Literal[
    "Cold Standby", "Sync Config", "Sync File System", "Bulk Sync", "Standby Ready"
]
"""What the unit that does not serve may be; that it has failed follows from its interfaces."""

Tunnel = Literal["up", "down", "soon"]


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """An AnyConnect package in the unit's memory."""

    path: str
    order: int
    content: str
    """Stands for the bytes as they were when it was loaded."""
    regex: str | None = None
    """None: the platform's."""
    built: str | None = None
    """Its build time as the unit prints it; None: drawn from its content."""


@dataclass(frozen=True, slots=True)
class SeenSession:
    """A row of the session database. Times in ms before the start."""

    index: int
    user: str
    address: int
    """0: none."""
    public: str
    group_policy: str
    tunnel_group: str
    login: int
    tunnel: Tunnel
    """`soon`: its person was cut off a moment ago and comes back."""
    idle: int
    """For how long it has been without tunnel."""
    audit: str
    bytes: int
    platform: str
    """`win`, `macos`, `linux64`."""
    admitted: str
    """The content of the package under which it was admitted; empty: what the unit serves."""
    is_orphan: bool


@dataclass(frozen=True, slots=True)
class SeenLease:
    """An address of a pool that is not free."""

    pool: str
    address: int
    index: int | None
    """The row that has it; None: nobody's, or held."""
    held: int | None
    """For how many ms it is held yet; None: it is in use."""


@dataclass(frozen=True, slots=True)
class Standing:
    """`[emulated.unit.now]`."""

    running: tuple[str, ...] | None = None
    """Its running-config's lines; None: its startup-config's."""
    version: str | None = None
    """The release that it runs; None: what it would boot."""
    image: str | None = None
    """The file that it booted from."""
    state: StandbyState = "Standby Ready"
    sync: tuple[str, ...] | None = None
    """The configuration state of `show failover state`; None: `Sync Done`."""
    moved_ms: int | None = None
    """How long ago the roles moved last; None: at its last boot."""
    active_ms: int | None = None
    """How long its last spell as the active unit has lasted, or lasted."""
    reload_in_ms: int | None = None
    """When it reloads by itself; None: it does not."""
    loaded: tuple[LoadedFile, ...] | None = None
    """None: what its configuration and flash say."""
    sessions: tuple[SeenSession, ...] = ()
    leases: tuple[SeenLease, ...] = ()
