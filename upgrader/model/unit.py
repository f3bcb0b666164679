"""A unit, a pair, and what one pass of looking saw of them."""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from upgrader.model.failover import (
    Failover,
    FailoverState,
    FailoverStateView,
    HistoryRow,
    Role,
)
from upgrader.model.filling import filled_then_frozen
from upgrader.model.names import Digest, Instant, Seat, Serial
from upgrader.model.version import Version
from upgrader.model.vpn import (
    AddressPool,
    ConfiguredPackage,
    FileDigest,
    LoadedPackage,
    Session,
    SessionSummary,
)
from upgrader.model.wide import WideLook

_ACTIVE = FailoverState.ACTIVE
"""Compared with many times in every look; a member costs five times as much by its class."""


class Depth(Enum):
    """How closely to look: a glance at every beat, a full look where something depends on it."""

    __hash__ = object.__hash__  # One object each: an Enum's own hash is its name's, in Python.

    GLANCE = "glance"
    FILES = "files"
    """A glance, and what tells which files matter: running-config, flash, what is loaded. It reads
    no session: of ten thousand that is the most work of all."""
    FULL = "full"
    WIDE = "wide"
    """A full look, and the surroundings: what rules, snapshots and reports need besides."""

    @property
    def is_full(self) -> bool:
        """Whether sessions, pools, flash and configurations are looked at."""
        return self in _FULL


_FULL = frozenset({Depth.FULL, Depth.WIDE})


@dataclass(frozen=True, slots=True)
class Unread:
    """A reply that our grammar did not understand: an unknown, with the text as evidence."""

    line: str
    """The line that was asked."""
    text: str
    """The reply, or its beginning."""
    why: str


@filled_then_frozen
@dataclass(frozen=True, slots=True)
class VersionReport:
    """`show version`: who this is and what it runs now."""

    running: Version
    hostname: str | None
    hardware: str
    """`ASA5516`, `ASAv`: the family as printed, without the RAM."""
    ram_mb: int | None
    serial: Serial | None
    uptime_seconds: int | None
    """As coarse as it is printed; only a fall proves anything."""
    image: str | None
    """`disk0:/asa9-12-4-lfbff-k8.SPA`; None where the platform prints no image file."""
    asdm: str | None
    """`7.18(1)152`: the ASDM that is loaded."""


@lru_cache(maxsize=1_024)  # A night knows some dozen files, and compares each of them with all.
def path_key(path: str) -> str:
    """A path as the ASA compares it: without regard to case, `flash:` is `disk0:`.

    `flash:/x`, `disk0:x` and `DISK0:/X` are one file; a bare name lies on disk0.
    """
    device, colon, rest = path.lower().partition(":")
    if not colon:
        device, rest = "disk0", device
    return f"{'disk0' if device == 'flash' else device}:/{rest.lstrip('/')}"


@dataclass(frozen=True, slots=True)
class FlashFile:
    """A file of `dir`."""

    path: str
    """`disk0:/asa9-16-4-lfbff-k8.SPA`."""
    bytes: int
    written: str | None = None
    """When, as it is printed (`06:43:00 Jun 30 2018`); None: that is not told."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A file whose digest a unit has computed, and what the unit listed of it then."""

    serial: Serial
    file: FlashFile
    digest: FileDigest
    at: Instant
    """When; before 0 on a run's axis, where the plan's look had it computed."""
    uptime: int | None
    """How long the unit had been up by then, in seconds; None: it does not tell."""


@dataclass(frozen=True, slots=True)
class Flash:
    """`dir disk0:`."""

    files: tuple[FlashFile, ...]
    total_bytes: int | None
    free_bytes: int

    def find(self, path: str) -> FlashFile | None:
        """The file of that path, which is compared as the ASA does: see `path_key`."""
        wanted = path_key(path)
        for file in self.files:
            if path_key(file.path) == wanted:
                return file
        return None

    def lacks(self, path: str) -> bool:
        """Whether the listing shows that there is no such file.

        False also where it does not speak of the place: another device, or a folder.
        """
        device, _, rest = path_key(path).partition(":/")
        return device == "disk0" and "/" not in rest and self.find(path) is None


@dataclass(frozen=True, slots=True)
class PoolLine:
    """`ip local pool VPN 10.1.8.1-10.1.8.254 mask 255.255.255.0`."""

    name: str
    first: str
    last: str
    mask: str | None


@dataclass(frozen=True, slots=True)
class FailoverLines:
    """The failover section of a configuration. Keys are never held, only whether there is one."""

    enabled: bool
    unit: Role | None
    lan_interface: str | None
    link_interface: str | None
    """The logical name of the state link; None: no Stateful Failover."""
    keyed: bool
    """`failover key …` or `failover ipsec pre-shared-key …` is present."""
    replicates_http: bool
    lines: tuple[str, ...]
    """The section's lines, secrets masked, for the fingerprint."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What we read of a running-config or startup-config."""

    boot: tuple[str, ...]
    """`boot system` in the order in which it is tried."""
    asdm_image: str | None
    packages: tuple[ConfiguredPackage, ...]
    webvpn_lines: tuple[str, ...]
    anyconnect_enabled: bool
    failover: FailoverLines
    pools: tuple[PoolLine, ...]
    reuse_delay_minutes: int
    """`vpn-addr-assign local reuse-delay`; 0 where not set."""
    idle_timeout_minutes: tuple[tuple[str, int | None], ...]
    """Group policy → `vpn-idle-timeout`; None: `none`. Policies that inherit are left out."""
    config_register: str | None
    digest: Digest
    """Of the lines that both units should share: without unit role, serial, times, checksum."""
    simultaneous_logins: tuple[tuple[str, int], ...] = ()
    """Group policy → `vpn-simultaneous-logins`. Policies that inherit are left out."""
    rest: Digest = Digest("")
    """As `digest`, without boot order and ASDM image, which an upgrade moves; empty: not known."""


@dataclass(frozen=True, slots=True)
class Administrator:
    """Somebody who is logged in to a unit itself, over SSH; this tool is one of them."""

    user: str
    source: str
    """The address from which they came."""

    def __str__(self) -> str:
        """`admin from 10.1.9.4`."""
        return f"{self.user} from {self.source}"


@filled_then_frozen
@dataclass(frozen=True, slots=True)
class FullLook:
    """What only a full look asks for. None: the reply was not understood (see `unread`)."""

    sessions: tuple[Session, ...] | None
    pools: tuple[AddressPool, ...] | None
    flash: Flash | None
    digests: tuple[FileDigest, ...]
    running: Configuration | None
    saved: Configuration | None
    loaded: tuple[LoadedPackage, ...] | None
    history: tuple[HistoryRow, ...] | None
    reload_scheduled: str | None
    """The device's sentence; None: no reload is scheduled. Unknown is in `unread`."""
    connections: int | None
    """`show conn count`: connections in use."""
    administrators: tuple[Administrator, ...] | None = None
    """Each once, sorted."""
    wide: WideLook | None = None
    """None: not asked for in this look."""
    listed: tuple[Instant, Instant] | None = None
    """When the session table was asked for, and when it had come; None: of an older journal."""

    def digest_of(self, path: str) -> FileDigest | None:
        """The digest that was asked for; None: nobody asked."""
        wanted = path_key(path)
        for digest in self.digests:
            if path_key(digest.path) == wanted:
                return digest
        return None

    def is_without(self, path: str) -> bool:
        """Whether the unit is known not to have that file: by its listing, or its own `verify`."""
        if self.flash is not None and self.flash.lacks(path):
            return True
        asked = self.digest_of(path)
        return asked is not None and asked.digest is None


@filled_then_frozen
@dataclass(frozen=True, slots=True)
class Unit:
    """One chassis as it described itself in one pass of `show` commands."""

    serial: Serial
    role: Role
    seat: Seat
    """Where it answered in this pass."""
    version: VersionReport
    failover: Failover
    states: FailoverStateView | None
    """None: only glanced at, or `show failover state` was not understood (see `unread`)."""
    summary: SessionSummary | None
    full: FullLook | None
    """None: only glanced at."""
    unread: tuple[Unread, ...] = ()

    @property
    def state(self) -> FailoverState:
        """Its own opinion of itself; `Disabled` when failover is off."""
        host = self.failover.this_host
        return FailoverState.DISABLED if host is None else host.state

    @property
    def peer_state(self) -> FailoverState:
        """Its opinion of the other: two witnesses may disagree."""
        host = self.failover.other_host
        return FailoverState.NOT_DETECTED if host is None else host.state

    @property
    def running(self) -> Version:
        """What it runs now, not what it is configured to boot."""
        return self.version.running

    @property
    def name(self) -> str:
        """How a person calls it: `Primary JAD…`."""
        return f"{self.role.value} {self.serial}"

    def __repr__(self) -> str:
        """`<Unit JAD1 Primary Active 9.12(4) · 41 sessions>`."""
        rows = "sessions unknown" if self.summary is None else f"{self.summary.total} sessions"
        state = self.state.value
        return f"<Unit {self.serial} {self.role.value} {state} {self.running} · {rows}>"


@filled_then_frozen
@dataclass(frozen=True, slots=True)
class Dark:
    """A chassis that does not answer. Reloading or dead: from outside, the same sight."""

    role: Role
    serial: Serial | None
    """From the last look, or from the mate."""
    seat: Seat
    why: str
    answered: bool = False
    """Something did answer there, but not what tells its state: no evidence that it is away."""

    @property
    def name(self) -> str:
        """How a person calls it."""
        return f"{self.role.value} {self.serial}" if self.serial else self.role.value

    @property
    def sight(self) -> str:
        """What was seen of it, in a sentence: who, where and why."""
        if self.answered:
            return f"{self.name} at {self.seat}: {self.why}"
        return f"{self.name} does not answer at {self.seat}: {self.why}"


@filled_then_frozen
@dataclass(frozen=True, slots=True)
class Snapshot:
    """The pair in one pass, keyed by what cannot move. All judgement is a function of it."""

    at: Instant
    primary: Unit | Dark
    secondary: Unit | Dark
    depth: Depth

    @property
    def units(self) -> tuple[Unit, ...]:
        """The units that answered, Primary first."""
        one, other = self.primary, self.secondary
        if isinstance(one, Unit):
            return (one, other) if isinstance(other, Unit) else (one,)
        return (other,) if isinstance(other, Unit) else ()

    @property
    def dark(self) -> tuple[Dark, ...]:
        """The units that did not."""
        return tuple(u for u in (self.primary, self.secondary) if isinstance(u, Dark))

    @property
    def actives(self) -> tuple[Unit, ...]:
        """One is well; none or two is not."""
        # One by one, and no list: it is asked many times of every look.
        one, other = self.primary, self.secondary
        is_other = isinstance(other, Unit) and other.state is _ACTIVE
        if isinstance(one, Unit) and one.state is _ACTIVE:
            return (one, other) if isinstance(other, Unit) and is_other else (one,)
        return (other,) if isinstance(other, Unit) and is_other else ()

    @property
    def active(self) -> Unit | None:
        """The one active unit; None if there are none or two."""
        # As `actives` it is asked many times of every look.
        one, other = self.primary, self.secondary
        is_other = isinstance(other, Unit) and other.state is _ACTIVE
        if isinstance(one, Unit) and one.state is _ACTIVE:
            return None if is_other else one
        return other if isinstance(other, Unit) and is_other else None

    @property
    def standby(self) -> Unit | Dark | None:
        """The mate of the one active unit, whatever its state; None without one active unit."""
        active = self.active
        return None if active is None else self.mate_of(active)

    def mate_of(self, unit: Unit) -> Unit | Dark:
        """The other chassis."""
        return self.secondary if unit.role is Role.PRIMARY else self.primary

    def unit(self, serial: Serial) -> Unit | None:
        """The unit of that serial number, if it answered."""
        return next((u for u in self.units if u.serial == serial), None)
