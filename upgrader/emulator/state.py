"""The tables of an emulated pair: plain data, replaced and never mutated row by row.

Rows are frozen values, so that a fork copies containers only. Ten thousand sessions are state,
evaluated when looked at: a row carries the instant from which its tunnels are up. Those of which
there are thousands are structs: one is made, and replaced, in a tenth of a dataclass's time. All
instants are whole milliseconds since the scenario's start; what happened before it is negative.
"""

from dataclasses import dataclass, field
from enum import Enum

from msgspec import Struct

from upgrader.emulator.settings import Settings
from upgrader.emulator.watches import Watch


class Role(Enum):
    """`failover lan unit`."""

    __hash__ = object.__hash__  # As `State`.

    PRIMARY = "Primary"
    SECONDARY = "Secondary"


class State(Enum):
    """Failover states, spelled as `show failover history` does."""

    __hash__ = object.__hash__  # One object each: an Enum's own hash is its name's, in Python.

    NOT_DETECTED = "Not Detected"
    DISABLED = "Disabled"
    NEGOTIATION = "Negotiation"
    COLD_STANDBY = "Cold Standby"
    SYNC_CONFIG = "Sync Config"
    SYNC_FILE_SYSTEM = "Sync File System"
    BULK_SYNC = "Bulk Sync"
    STANDBY_READY = "Standby Ready"
    JUST_ACTIVE = "Just Active"
    ACTIVE_DRAIN = "Active Drain"
    ACTIVE_APPLYING_CONFIG = "Active Applying Config"
    ACTIVE_CONFIG_APPLIED = "Active Config Applied"
    ACTIVE = "Active"
    FAILED = "Failed"


class Power(Enum):
    """What a chassis is doing, seen from inside."""

    UP = "up"
    STOPPING = "stopping"
    """Told to reload; still answers."""
    BOOTING = "booting"
    OFF = "off"
    """Without power, or stuck in rommon."""


@dataclass(frozen=True, slots=True)
class File:
    """A file on flash. Its bytes are named, not held."""

    bytes: int
    content: str
    version: str | None
    """The release that boots from it; None: not an ASA image, or none boots."""
    written_ms: int
    md5: str | None = None
    """Of bytes that really arrived; None: `content` stands for the bytes."""
    sha512: str | None = None
    """As `md5`."""
    text: str | None = None
    """What `more` prints of it; None: it is no text, or nobody holds its bytes."""


@dataclass(frozen=True, slots=True)
class Writing:
    """A file that is being written to flash, where only a part of it stands as yet."""

    file: File
    """What it will be."""
    began: int
    due: int


@dataclass(frozen=True, slots=True)
class Package:
    """An AnyConnect package in RAM: what the unit serves, whatever lies on flash now."""

    order: int
    path: str
    regex: str | None
    content: str
    platform: str
    """`win`, `macos`, `linux64`: from the file's name."""


class Home(Enum):
    """Where a ticket stands: on its own unit's package, or leaning on the other unit."""

    OWN = "own"
    PEER = "peer"


class Ticket(Struct, frozen=True, gc=False):
    """A web ticket: with it a client resumes without logging in."""

    index: int
    admitted: str
    """The package that it was admitted under: its content, or other identity (`mismatch_key`)."""
    platform: str
    home: Home


class Row(Struct, frozen=True, gc=False):
    """A row of the session database: `show vpn-sessiondb`."""

    index: int
    client: int
    """The client that it stands for."""
    user: str
    address: int
    public: str
    group_policy: str
    tunnel_group: str
    login_ms: int
    token: int | None
    """Its ticket in `tickets`; None: an orphan."""
    up_from: int | None
    """The instant from which its tunnels are up on the active unit; None: parent only."""
    inactive_from: int
    """Since when it is without tunnel, where it is."""
    audit: str
    """`Audt Sess ID`: the same on both units."""
    rate: int
    """Bytes a second that its person moves while a tunnel is up."""

    def carries(self, now: int) -> bool:
        """Whether a tunnel is up at that instant (on the active unit)."""
        return self.up_from is not None and self.up_from <= now


class Login(Struct, frozen=True, gc=False):
    """A login, in the books, which no unit has."""

    client: int
    index: int
    """On the unit that let it in."""
    audit: str
    began_ms: int


class Ending(Struct, frozen=True, gc=False):
    """The end of a login's session, in the books."""

    at_ms: int
    why: str
    """`User Requested`, `Idle Timeout`, …, or in words of ours."""
    orphaned: bool = False
    """Its row was left."""


class Lease(Struct, frozen=True, gc=False):
    """An address of a pool that is not free."""

    index: int | None
    """In use by this row; None: held until `until`, or nobody's."""
    held_until: int | None = None
    """Not None: waits out the reuse delay."""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A row of `show failover history`."""

    at: int
    before: State
    after: State
    reason: str
    details: tuple[str, ...] = ()
    """Lines below the reason: which interfaces have failed."""


class LogLine(Struct, frozen=True, gc=False):
    """A syslog message in a unit's buffer. A struct: thousands are made in one instant."""

    at: int
    severity: int
    number: int
    text: str


class Note(Struct, frozen=True, gc=False):
    """Messages about a session whose text nobody has asked for yet."""

    at: int
    numbers: tuple[int, ...]
    """Their ids, in order; one that stands twice is said of TCP and then of UDP."""
    row: Row
    """The session as it was then."""
    reason: str = ""
    """Why it ends, in the words of 113019."""
    pool: str = ""
    """The pool of its address."""


@dataclass(slots=True)
class Sheet:
    """Notes in order, and how the unit wrote when they came. Written up before that changes."""

    settings: Settings
    version: str | None
    serves: bool
    most: int
    """How many notes may wait here, unless the oldest are thrown away."""
    notes: list[Note] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PeerKnowledge:
    """What a unit last heard of its mate; stale while the mate is away."""

    heard: bool = False
    """Whether it is heard now."""
    state: State = State.NOT_DETECTED
    version: str | None = None
    serial: str | None = None
    active_ms: int = 0
    """How long it had been active when it was last heard; read only while it is not heard."""
    interfaces_known: bool = False
    """Whether its interface conditions are known since it was last heard."""


@dataclass(frozen=True, slots=True)
class Visits:
    """An administrator's log-ins to a unit since it booted."""

    count: int = 0
    last_ms: int | None = None
    source: str = ""
    """Where the last one came from."""
    failed: int = 0
    """Wrong passwords since the last one."""


@dataclass(slots=True)
class Unit:
    """One chassis. The containers are its own; the rows in them are frozen."""

    role: Role
    serial: str
    power: Power
    version: str | None
    """What it runs; None while it does not."""
    image: str | None
    """The file it booted from."""
    booted_ms: int
    state: State
    peer: PeerKnowledge
    running: tuple[str, ...]
    """The running-config, line by line, as `config` normalises it."""
    startup: tuple[str, ...]
    settings: Settings
    """Read from `running`."""
    flash: dict[str, File]
    """By lower-case path."""
    paths: dict[str, str]
    """Lower-case path → as written."""
    loaded: tuple[Package, ...]
    tickets: dict[int, Ticket] = field(default_factory=dict)
    """By token."""
    rows: dict[int, Row] = field(default_factory=dict)
    """By index."""
    leases: dict[str, dict[int, Lease]] = field(default_factory=dict)
    """By pool name, then address."""
    history: tuple[HistoryEntry, ...] = ()
    log: list[LogLine] = field(default_factory=list)
    log_bytes: int = 0
    """What the messages in `log` take of the buffer."""
    sheet: Sheet | None = None
    """What comes after `log` and is not written up; None: nothing."""
    logged: dict[str, int] = field(default_factory=dict)
    """Messages since it booted: by destination (`trap`), and by collector (`inside 10.1.1.5`)."""
    active_ms: int = 0
    """How long its last spell as active lasted; each begins at 0 (real 9.23(1) screens)."""
    active_since: int | None = None
    last_failover_ms: int | None = None
    last_failure: tuple[str, int] | None = None
    """`Comm Failure`, `Ifc Failure` and when, as it saw its mate fail: sticky."""
    last_failure_lines: tuple[str, ...] = ()
    """`inside: Failed`: below that reason."""
    own_failure: tuple[str, int] | None = None
    """As `last_failure`, of itself."""
    own_failure_lines: tuple[str, ...] = ()
    sync: tuple[str, ...] = ()
    """`Sync Done` …: the configuration state lines of `show failover state`."""
    interfaces_since: int = 0
    """Since when its monitored interfaces are being heard: Waiting, then Monitored."""
    connections: dict[str, int] = field(default_factory=dict)
    """tcp, udp, http: what this unit carries or holds in its state table."""
    connected_since: dict[str, int] = field(default_factory=dict)
    """By kind: since when none of those connections was lost."""
    counters: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Stateful objects: (xmit, rcv)."""
    cumulative: dict[str, int] = field(default_factory=dict)
    """Counters of `show vpn-sessiondb`: cumulative and peak, by kind."""
    reload_at: int | None = None
    """A scheduled reload (`reload in`)."""
    modified: bool = False
    """Whether the running-config changed since it was saved."""
    written: tuple[str, int] | None = None
    """Who saved the startup-config last, and when; None: nobody since the scenario's start."""
    changed: tuple[str, int] | None = None
    """Who changed the running-config last, and when; None: nobody since the last boot."""
    startup_errors: tuple[str, ...] = ()
    """Lines that failed when the configuration was executed at boot."""
    next_index: int = 1
    """Highest session index seen since boot, and one."""
    floors: dict[str, int] = field(default_factory=dict)
    """By pool name: below this address none is free that is not in `freed`. Both are hints."""
    freed: dict[str, list[int]] = field(default_factory=dict)
    """By pool name: a heap of what was given back below the floor; some may be in use again."""
    visits: dict[str, Visits] = field(default_factory=dict)
    """By user name: who has logged in to administer, for the text that greets him."""
    writing: dict[str, Writing] = field(default_factory=dict)
    """By lower-case path: files on flash that are not whole yet."""
    flash_other: int = 0
    """Bytes of disk0 that are taken by what no listing shows."""
    folders: tuple[str, ...] = ()
    """Directories that were made on flash, as written: `disk0:/old`."""
    watches: dict[str, Watch] = field(default_factory=dict)
    """By port: the interfaces on which something is wrong."""
    failed_modules: tuple[int, ...] = ()
    """Slots of service cards that do not respond."""
    config_lock: str | None = None
    """Who keeps the configuration locked, and with it a sync."""
    stuck: bool = False
    """Whether its next boot ends nowhere (fault)."""
    crash: tuple[str, int] | None = None
    """What it ran at its last crash, and when; on flash. None: it has never crashed."""


class Mind(Enum):
    """What a client is doing."""

    __hash__ = object.__hash__  # As `State`.

    CONNECTED = "connected"
    ASLEEP = "asleep"
    RETURNING = "returning"
    """Lost its ticket; logs in again at a known instant."""
    AWAY = "away"
    REFUSED = "refused"
    """No address available, or no package for it."""


class Client(Struct, frozen=True, gc=False):
    """A person's computer, as the pair cannot see it."""

    number: int
    user: str
    public: str
    platform: str
    mind: Mind
    index: int | None
    token: int | None
    wanted: int | None
    """The address it had, and asks for again."""
    past: tuple[int, ...] = ()
    """Indices of the sessions it has had, as far as their rows may still stand."""


class Timer(Struct, frozen=True, order=True, gc=False):
    """Something that will happen: a value, never a callback. Ordered by (at, sequence)."""

    at: int
    sequence: int
    event: str
    unit: int
    """0 or 1 (Primary, Secondary); -1: the pair."""
    argument: int = 0


@dataclass(slots=True)
class LinkState:
    """The failover link, the state link and the data interfaces, as cables."""

    lan_up: bool = True
    state_up: bool = True
    unplugged: tuple[tuple[int, str], ...] = ()
    """(unit, port) of data cables that are out."""
    silenced: tuple[tuple[int, str], ...] = ()
    """(unit, port) whose switch port passes nothing, though the link is up."""
    split: tuple[str, ...] = ()
    """Ports whose segment is broken between the units: each half has traffic of its own."""
    stalls: bool = False
    """Whether configuration syncs make no progress (fault)."""
    sealed: int = 0
    """How many messages have passed under a key."""
    sequence: int = 0
