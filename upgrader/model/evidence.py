"""What was written down on a night, by whom and where: records, screens, and where nothing is.

Evidence has its own clocks and believes nothing: a record says what a line says. Which unit wrote
it, what the time was, and what it means for people is told by the night (`model.night`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from upgrader.model.failover import DeviceTime, Role
from upgrader.model.filling import filled_then_frozen


class SourceKind(Enum):
    """What a source is, told by its content."""

    SYSLOG = "syslog"
    """A collector's file, or the lines of `show logging`."""
    TRANSCRIPT = "transcript"
    """What a terminal showed: prompts, typed lines, replies."""
    SCREENS = "screens"
    """Saved replies, one or several a file; `show tech-support`."""
    RUN = "run"
    """A run's folder: a journal of ours and its tape."""


@filled_then_frozen
@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something is written."""

    file: str
    """As the source was named; a file of a folder as `folder/file`."""
    line: int
    """From 1."""

    def __str__(self) -> str:
        """Spell it as compilers do: `fw1.log:123`."""
        return f"{self.file}:{self.line}"


class What(Enum):
    """What a record tells of. The syslog table, consoles and journals speak of the same things.

    The comments name message ids of the ASA syslog guide; which id means which of these is the
    table's to say (`dialect.syslog.messages`).
    """

    __hash__ = object.__hash__  # One object each: an Enum's own hash is its name's, in Python.

    # ── roles ──
    TO_ACTIVE = "to-active"  # 104001; fields: reason
    TO_STANDBY = "to-standby"  # 104002; fields: reason
    TO_FAILED = "to-failed"  # 104003
    TO_OK = "to-ok"  # 104004
    STATE = "state"  # 720027, 721002, a screen, a prompt; fields: state
    PEER_STATE = "peer-state"  # 720028, 721002, a screen; fields: state
    CLIENT_TO_ACTIVE = "client-to-active"  # 720039
    CLIENT_TO_STANDBY = "client-to-standby"  # 720040
    FLAPPING = "flapping"  # 105037
    # ── the mate ──
    PEER_ABSENT = "peer-absent"  # 720023 not present
    PEER_PRESENT = "peer-present"  # 720023 present
    NO_RESPONSE = "no-response"  # 103001; fields: code
    REPORTED_FAILED = "reported-failed"  # 103003, 103004, 103005; fields: reason
    PEER_UP = "peer-up"  # 105034: the mate has booted
    # ── links between the units ──
    LINK_DOWN = "failover-link-down"  # 105032, 105035, 105043
    LINK_UP = "failover-link-up"  # 105031, 105042
    CONTROL_DOWN = "control-channel-down"  # 720024
    CONTROL_UP = "control-channel-up"  # 720024
    DATA_DOWN = "data-channel-down"  # 720025: the state link
    DATA_UP = "data-channel-up"  # 720025
    # ── interfaces; fields: interface ──
    HELLOS_LOST = "hellos-lost"  # 105005
    TESTING = "testing"  # 105008
    TESTED = "tested"  # 105009; fields: outcome
    INTERFACE_DOWN = "interface-down"  # 105007, 411002…
    INTERFACE_UP = "interface-up"  # 105006
    MONITOR_WAITING = "monitor-waiting"  # 105003
    MONITOR_NORMAL = "monitor-normal"  # 105004
    ADDRESS_COLLISION = "address-collision"  # 405001, 405003; fields: address, interface
    # ── failover itself ──
    FAILOVER_OFF = "failover-off"  # 105001
    FAILOVER_ON = "failover-on"  # 105002
    VERSIONS_DIFFER = "versions-differ"  # 103007; fields: theirs, ours
    VERSIONS_INCOMPATIBLE = "versions-incompatible"  # 103006, 105040; fields: theirs, ours
    MATE_UNLIKE = "mate-unlike"  # 105038, 105044 to 105050, 103008; fields: reason
    RUNS = "runs"  # a screen or journal: the release that a unit runs; fields: version
    # ── configuration sync ──
    SYNC_SENDING = "sync-sending"  # 709003
    SYNC_SENT = "sync-sent"  # 709004
    SYNC_RECEIVING = "sync-receiving"  # 709005
    SYNC_RECEIVED = "sync-received"  # 709006
    SYNC_SKIPPED = "sync-skipped"  # 709009, 709012
    SYNC_FAILED = "sync-failed"  # 105020, 105021, 105022, 709007, 709013; fields: reason
    NOT_REPLICATED = "not-replicated"  # 709001, 709002, 709008; fields: command
    # ── VPN state between the units ──
    BULK_STARTED = "bulk-started"  # 720029, 720062 on the active
    BULK_ENDED = "bulk-ended"  # 720030, 720063 on the active
    BULK_RECEIVING = "bulk-receiving"  # 720045 on the joiner
    BULK_RECEIVED = "bulk-received"  # 720046 on the joiner
    REPLICATION_OFF = "replication-off"  # 720056, 720058, 720060: no failover key
    REPLICATION_ON = "replication-on"  # 720057, 720059, 720061
    REPLICATION_TROUBLE = "replication-trouble"  # 720026, 33, 36, 38, 43, 44, 68; 210xxx
    WEB_SESSION_COPIED = "web-session-copied"  # 721016 on the standby; fields: user, public
    WEB_SESSION_REFUSED = "web-session-refused"  # 721017
    WEB_SESSION_DELETED = "web-session-deleted"  # 721018
    WEB_SESSION_NOT_DELETED = "web-session-not-deleted"  # 721019
    # ── reloads ──
    RELOADED_BY = "reloaded-by"  # 199001; fields: source, reason
    STARTUP_BEGIN = "startup-begin"  # 199005
    STARTUP_END = "startup-end"  # 199002
    CRASHED = "crashed"  # 199010, 199011, 199012, 199020, 199021; fields: reason
    SHUTTING_DOWN = "shutting-down"  # a console: START GRACEFUL SHUTDOWN
    # ── people at the console ──
    COMMAND = "command"  # 111008, 111009, 111010, a transcript; fields: command, user, source
    REFUSED_COMMAND = "refused-command"  # a transcript: the device refused it; fields: command
    SAVED = "saved"  # 111001, 111004, 111005, a console's [OK]
    ADMIN_IN = "admin-in"  # 605005, 611101; fields: user, source
    ADMIN_OUT = "admin-out"  # 315011, 611103
    ADMIN_REFUSED = "admin-refused"  # 605004, 611102, 308001
    # ── sessions; fields: user, public, group ──
    LOGGED_IN = "logged-in"  # 113039, 716001, 751025 (which gives the address too)
    ADDRESS_GIVEN = "address-given"  # 722051; fields: address
    FIRST_TUNNEL = "first-tunnel"  # 722033; fields: kind
    TUNNEL_UP = "tunnel-up"  # 722022; fields: kind
    TUNNEL_DOWN = "tunnel-down"  # 722023; fields: kind
    TUNNEL_AGAIN = "tunnel-again"  # 722034: a reconnect; fields: kind
    TUNNEL_REPLACED = "tunnel-replaced"  # 722032; fields: kind
    STALE_CLOSED = "stale-closed"  # 722028
    CLOSING = "closing"  # 722037, 722012, 722038; fields: reason
    SUSPENDED = "suspended"  # 716058: connection lost, waiting to resume
    RESUMED = "resumed"  # 716059
    ENDED = "ended"  # 113019, 716002; fields: reason, duration
    EVICTED = "evicted"  # 716060: inactive session ended at the licence limit
    IMAGE_REFUSED = "image-refused"  # 113035, 722047, 722049
    LIMIT_REFUSED = "limit-refused"  # 113029
    RELOAD_REFUSED = "reload-refused"  # 113037: reboot pending
    TOO_MANY_LOGINS = "too-many-logins"  # 113013
    NO_ADDRESS = "no-address"  # 722020, 722041
    CLIENT_REFUSED = "client-refused"  # 722046, 722053, 722056, 722015 to 722019; fields: reason
    AAA_ACCEPTED = "aaa-accepted"  # 113004, 113012
    AAA_REJECTED = "aaa-rejected"  # 113005, 113015
    AAA_DOWN = "aaa-down"  # 113001, 113014, 113022; fields: server
    TLS_REFUSED = "tls-refused"  # 725006, 725014; fields: reason
    CLIENTLESS_REFUSED = "clientless-refused"  # 716007, 716023…; inferred
    NO_CONNECTION = "no-connection"  # 106015: a packet of a connection that is not known; port
    # ── addresses; fields: address, pool, handle ──
    ASSIGNED = "assigned"  # 737026, 737036, 737010
    FREED = "freed"  # 737014, 737015, 737016
    NOT_FREED = "not-freed"  # 737013, 737402
    POOL_EMPTY = "pool-empty"  # 737007, 737012, 737019
    IN_USE_ALREADY = "in-use-already"  # 737024, 737038
    QUARANTINED = "quarantined"  # 737025, 737033
    COPIED_TO_STANDBY = "copied-to-standby"  # 737029
    STANDBY_UNREACHED = "standby-unreached"  # 737028
    STANDBY_HAS_IT = "standby-has-it"  # 737030
    TAKEN_FROM_STANDBY = "taken-from-standby"  # 737031
    STANDBY_LACKS_IT = "standby-lacks-it"  # 737032
    # ── the log itself ──
    LOG_LOST = "log-lost"  # 201008, 414001 to 414008, a gap in sequence numbers
    CLOCK_SET = "clock-set"  # 111008 of `clock set`, 771002
    OPAQUE = "opaque"
    """A message of which the table knows nothing, or nothing that concerns an upgrade."""


NO_FIELDS: Mapping[str, str] = {}


@filled_then_frozen
@dataclass(frozen=True, slots=True)
class Record:
    """One thing that one line says."""

    what: What
    text: str
    """The message behind its id, a typed line, a notice: as it stands there."""
    place: Place
    clock: str
    """By which clock it is stamped: the name of one of `Evidence.clocks`."""
    at: int | None
    """Milliseconds since 1970, the printed digits taken for UTC unless the zone is known; None: it
    has no stamp, and only its order counts."""
    unit: Role | None = None
    """Whom the text itself names, `(Primary)`; None: nobody."""
    number: int | None = None
    """The syslog id; None: no message."""
    severity: int | None = None
    """As printed, which is not always the guide's."""
    fields: Mapping[str, str] = field(default_factory=lambda: NO_FIELDS)
    """What the text names: `user`, `public`, `address`, `reason`…; see `What`."""
    host: str = ""
    """Who sent it: a name or an address before the message; a seat, and no unit."""
    received: int | None = None
    """When a collector says that it came, in milliseconds by the clock `received_by`."""
    received_by: str = ""


@dataclass(frozen=True, slots=True)
class Stamped:
    """A clock that records are stamped by."""

    name: str
    """`fw1.log fw1`, unique in the evidence: the file, and whose clock it is."""
    host: str
    precision_ms: int
    """1,000 where no fraction of a second is printed."""
    has_zone: bool
    """Whether the digits are UTC, for a zone was printed."""
    has_date: bool = True
    """Whether it is known which day it was; else instants count from the first record."""
    collector: bool = False
    """Whether it is the collector's clock and not a device's."""


@dataclass(frozen=True, slots=True)
class CrashSeen:
    """`show crashinfo`, as far as a night needs it; an old one may lie there for years."""

    at: DeviceTime | None
    """`Crashinfo collected on …`; None: it does not say, or nothing was saved."""
    version: str | None
    """The release that crashed."""
    thread: str
    """`Thread Name`; empty: none is told."""
    saved: bool = True
    """Whether there is one at all."""


@dataclass(frozen=True, slots=True)
class Screen:
    """A reply to a line that shows something, as it was understood."""

    command: str
    """As the tool types it: `show failover`."""
    value: object
    """What `dialect.reading` reads from it."""
    text: str
    """The reply itself; empty where it is longer than 64 KiB and was understood."""
    place: Place
    """Where the line was typed."""
    clock: str
    at: int | None
    """As in `Record`."""
    unit: Role | None
    """Who answered, as far as the prompt or the screen itself tells."""
    host: str = ""
    ends: int = 0
    """The last line of the reply, in the same file."""
    moment: str = ""
    """`before`, `after`, or empty: what the folder's or the file's name says."""


@dataclass(frozen=True, slots=True)
class Minute:
    """How much one host wrote in one minute."""

    lines: int
    informational: int
    """Lines of level 6 and 7 among them: whether the level was on."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What reached a file from one host, whether or not it concerns us: for reading absence."""

    file: str
    host: str
    clock: str
    minutes: Mapping[int, Minute]
    """By minute since 1970 on that clock; a minute that is not here had no line."""
    ids: Mapping[int, int]
    """How often each message id stands there."""
    lines: int
    unit: Role | None = None
    """Whose lines they are, where the source says so: `show logging` typed on a unit."""

    def owners(self, hosts: Mapping[Role, Sequence[str]]) -> frozenset[Role]:
        """Whose lines they may be, by the names and addresses of each; empty: not known."""
        if self.unit is not None:
            return frozenset({self.unit})
        return frozenset(role for role, names in hosts.items() if self.host in names)


@dataclass(frozen=True, slots=True)
class UnreadLines:
    """Lines in a row that say nothing to us."""

    file: str
    first: int
    last: int
    why: str
    """`no message of a firewall`, `cut short`, `no text`, …"""
    sample: str
    """The beginning of the first of them, at most 120 characters, secrets masked."""

    @property
    def lines(self) -> int:
        """How many they are."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class SourceRead:
    """A source, and what was made of it."""

    name: str
    kind: SourceKind
    lines: int
    records: int
    screens: int = 0
    unread: int = 0
    duplicates: int = 0
    """Lines that stand there more than once, and count once."""
    note: str = ""
    """What else a person should know of it: `gzip`, `no year is printed: taken for 2026`."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that was given."""

    sources: tuple[SourceRead, ...]
    records: tuple[Record, ...]
    """Source by source, each in the order of its lines."""
    screens: tuple[Screen, ...] = ()
    clocks: tuple[Stamped, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    unread: tuple[UnreadLines, ...] = ()
    notes: tuple[str, ...] = ()
    """What a person should know of the whole: which window of a long log was taken, and why."""
