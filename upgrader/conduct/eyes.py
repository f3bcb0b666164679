"""Looking: the pair in one pass of `show` commands, turned into a Snapshot.

Whoever does not answer is Dark; a reply that is not understood is Unread; neither is fine. A pass
in which the roles moved is void and is taken again, for its two halves never were one state.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import TypeVar

from upgrader.conduct.digests import Digests
from upgrader.conduct.patience import reading
from upgrader.dialect import commands
from upgrader.dialect.refusals import is_unauthorized, unpermitted
from upgrader.dialect.replies.administrators import read_ssh_sessions
from upgrader.dialect.replies.config import read_configuration
from upgrader.dialect.replies.connections import read_conn_count
from upgrader.dialect.replies.digest import read_verify
from upgrader.dialect.replies.failover import read_show_failover
from upgrader.dialect.replies.failover_state import read_show_failover_state
from upgrader.dialect.replies.flash import read_dir
from upgrader.dialect.replies.history import read_show_failover_history
from upgrader.dialect.replies.packages import read_webvpn_anyconnect
from upgrader.dialect.replies.pool import read_pool
from upgrader.dialect.replies.reload import read_show_reload
from upgrader.dialect.replies.sessions import read_session_summary, read_sessions
from upgrader.dialect.replies.version import read_show_version
from upgrader.dialect.versions import is_of_contexts
from upgrader.model.failover import Failover, FailoverState, Role
from upgrader.model.names import Instant, Seat, Serial
from upgrader.model.unit import (
    Configuration,
    Dark,
    Depth,
    Flash,
    FullLook,
    Snapshot,
    Unit,
    Unread,
    VersionReport,
)
from upgrader.model.vpn import AddressPool, FileDigest
from upgrader.ports import (
    Access,
    Clock,
    Console,
    Dropped,
    LineFault,
    NoAnswer,
    NoEntry,
    Seats,
    Unparsed,
)

T = TypeVar("T")

WantedFiles = Callable[[Configuration | None, Flash | None], tuple[str, ...]]
"""Which files' digests matter, given what a unit's configuration and flash hold."""

OF_CONTEXTS = "answers in multiple context mode, and only pairs in single context mode are upgraded"
EVIDENCE_CHARACTERS = 400
PASSES = 3

NOT_THERE = frozenset(
    {
        *(FailoverState.FAILED, FailoverState.NOT_DETECTED, FailoverState.NEGOTIATION),
        *(FailoverState.COLD_STANDBY, FailoverState.SYNC_CONFIG, FailoverState.SYNC_FILE_SYSTEM),
        *(FailoverState.APP_SYNC, FailoverState.BULK_SYNC),
    }
)
"""As which a mate sees a unit that boots or comes up: whether its own address answers by then is
not known, and the mate says all that is waited for."""
ASK_AGAIN_MS = 60_000
"""How often a unit is asked that was dark, and that its mate sees gone: each time may cost a
log-in that is refused, and a locked account. Never is too seldom: two units that do not hear each
other call each other Failed, and both may be active."""
STILL_TRUE_MS = 60_000
"""How long the active unit's version and uptime are taken as read, while its mate is away or
coming up: its state and its sessions are asked for on every look."""

# Between two looks most screens do not change, and the answer to the same characters is the same.
# Not remembered: what tells the time (`show version`), and what is long (sessions).
_state = lru_cache(maxsize=64)(read_show_failover_state)
_summary = lru_cache(maxsize=64)(read_session_summary)
_configuration = lru_cache(maxsize=16)(read_configuration)
_flash = lru_cache(maxsize=16)(read_dir)
_packages = lru_cache(maxsize=16)(read_webvpn_anyconnect)
_history = lru_cache(maxsize=16)(read_show_failover_history)
_pool = lru_cache(maxsize=16)(read_pool)
_verify = lru_cache(maxsize=32)(read_verify)
_administrators = lru_cache(maxsize=16)(read_ssh_sessions)


def no_files(_running: Configuration | None, _listing: Flash | None) -> tuple[str, ...]:
    """No digest matters in this look."""
    return ()


class Eyes:
    """Consoles at both seats, kept open between looks, and what was learnt of who is who."""

    def __init__(self, access: Access, seats: Seats, clock: Clock) -> None:
        self._access = access
        self._seats = seats
        self._clock = clock
        self._consoles: dict[Seat, Console] = {}
        self._known: dict[Role, Serial] = {}
        self._verified = Digests()
        self._met: set[Seat] = set()
        """Seats at which somebody has answered."""
        self._tried: Instant | None = None
        """When the standby seat was last asked, if nobody answered there; None: somebody did."""
        self._read: tuple[Instant, Unit] | None = None
        """The unit at the active seat, when all of it was last read."""

    def console(self, seat: Seat) -> Console:
        """The open console at that seat, opened if need be.

        Raises:
            NoAnswer: nobody answers there.
        """
        console = self._consoles.get(seat)
        if console is None:
            console = self._access.open(seat)
            self._consoles[seat] = console
        return console

    def forget(self, seat: Seat) -> None:
        """Hang up: the next question opens a new conversation."""
        console = self._consoles.pop(seat, None)
        if console is not None:
            console.close()

    def close(self) -> None:
        """Hang up everywhere."""
        for seat in tuple(self._consoles):
            self.forget(seat)

    def look(self, depth: Depth, wanted: WantedFiles = no_files) -> Snapshot:
        """One pass over both units."""
        snapshot = self._pass(depth, wanted)
        for _ in range(PASSES - 1):
            if not _is_void(snapshot):
                break
            if len(snapshot.units) == 1:
                self.close()
            snapshot = self._pass(depth, wanted)
        return snapshot

    def _pass(self, depth: Depth, wanted: WantedFiles) -> Snapshot:
        at = self._clock.now()
        first = self._unit(self._seats.active, depth, wanted)
        second = self._second(first, depth, wanted)
        seen = {u.role: u for u in (first, second) if isinstance(u, Unit)}
        for role, unit in seen.items():
            self._known[role] = unit.serial
        absent = {
            seat: u
            for seat, u in ((self._seats.active, first), (self._seats.standby, second))
            if isinstance(u, _Absent)
        }
        return Snapshot(
            at,
            seen.get(Role.PRIMARY) or self._dark(Role.PRIMARY, seen, absent),
            seen.get(Role.SECONDARY) or self._dark(Role.SECONDARY, seen, absent),
            depth,
        )

    def _dark(
        self, role: Role, seen: Mapping[Role, Unit], absent: Mapping[Seat, "_Absent"]
    ) -> Dark:
        mate = seen.get(role.other)
        serial = self._known.get(role)
        if mate is not None and serial is None:
            serial = mate.failover.mate_serial
        for seat, why in absent.items():
            if mate is None or seat != mate.seat:
                return Dark(role, serial, seat, why.why, why.answered)
        seat = self._seats.standby if mate is None else mate.seat
        return Dark(role, serial, seat, "the same chassis answered at both seats", answered=True)

    def _second(
        self, first: "Unit | _Absent", depth: Depth, wanted: WantedFiles
    ) -> "Unit | _Absent":
        """The unit at the standby seat; one that was dark is watched through its mate."""
        now, tried = self._clock.now(), self._tried
        if tried is not None and isinstance(first, Unit) and depth is Depth.GLANCE:
            state = first.peer_state
            if state in NOT_THERE and now - tried < ASK_AGAIN_MS:
                return _Absent(f"its mate sees it {state.value}; it is asked once a minute")
        found = self._unit(self._seats.standby, depth, wanted)
        is_silent = isinstance(found, _Absent) and not found.answered
        self._tried = self._clock.now() if is_silent else None
        return found

    def _unit(self, seat: Seat, depth: Depth, wanted: WantedFiles) -> "Unit | _Absent":
        """The unit at that seat, or why there is none.

        Raises:
            NoEntry: nobody has answered there yet, and we are not let in.
        """

        def look_once() -> Unit | _Absent:
            is_kept = seat in self._consoles
            console = self.console(seat)
            try:
                look = _Look(console, self._clock, self._verified)
                return self._looked(look, depth, wanted)
            except (Dropped, NoAnswer) as fault:
                self.forget(seat)
                if is_kept and isinstance(fault, NoAnswer):
                    # An old session that is silent says nothing of who is there now.
                    raise Dropped(seat, fault.line, fault.why) from fault
                raise

        try:
            found = reading(look_once)
        except NoAnswer as fault:
            if isinstance(fault, NoEntry) and seat not in self._met:
                raise
            self.forget(seat)
            return _Absent(fault.why)
        except LineFault as fault:
            return _Absent(fault.why)
        self._met.add(seat)
        return found

    def _looked(self, look: "_Look", depth: Depth, wanted: WantedFiles) -> "Unit | _Absent":
        """One unit's part; of an active unit whose mate is away only what may have changed."""
        if look.seat != self._seats.active:
            return look.unit(depth, wanted)
        if depth is Depth.GLANCE and self._read is not None:
            at, before = self._read
            if self._clock.now() - at < STILL_TRUE_MS:
                same = look.again(before)
                if same is not None:
                    return same
        found = look.unit(depth, wanted)
        self._read = (self._clock.now(), found) if isinstance(found, Unit) else None
        return found


@dataclass(frozen=True, slots=True)
class _Absent:
    """Why there is no unit at a seat."""

    why: str
    answered: bool = False


def _is_void(snapshot: Snapshot) -> bool:
    """Two units that answered and do not make one active: the roles moved, or are amiss."""
    if len(snapshot.units) == 1 and snapshot.dark[0].why.startswith("the same chassis"):
        return True
    return len(snapshot.units) == 2 and len(snapshot.actives) != 1


class _Look:
    """One unit's part of a pass."""

    def __init__(self, console: Console, clock: Clock, verified: Digests) -> None:
        self._console = console
        self._clock = clock
        self._verified = verified
        self._unread: list[Unread] = []
        self._failover: Failover | None = None

    @property
    def seat(self) -> Seat:
        return self._console.seat

    def again(self, before: Unit) -> Unit | None:
        """The same active unit, whose mate is still not ready; None: all of it must be read."""
        try:
            failover = read_show_failover(self._console.ask(commands.SHOW_FAILOVER))
        except Unparsed:
            return None
        self._failover = failover
        this, mate = failover.this_host, failover.other_host
        if failover.our_serial != before.serial or this is None or mate is None:
            return None
        away = mate.state is not FailoverState.STANDBY_READY
        if this.state is not FailoverState.ACTIVE or not away or this.role is not before.role:
            return None
        summary = self._read(commands.SHOW_SESSION_SUMMARY, _summary)
        unread = tuple(self._unread)
        return replace(
            before, failover=failover, states=None, summary=summary, full=None, unread=unread
        )

    def unit(self, depth: Depth, wanted: WantedFiles) -> Unit | _Absent:
        try:
            told = self._console.ask(commands.SHOW_VERSION)
            version = read_show_version(told)
            if is_of_contexts(told):
                return _Absent(OF_CONTEXTS, answered=True)
            failover = self._failover
            if failover is None:
                failover = read_show_failover(self._console.ask(commands.SHOW_FAILOVER))
        except Unparsed as fault:
            if is_unauthorized(fault.text):
                return _Absent(f"answers, but {unpermitted(fault.line)}", answered=True)
            why = f"answers, but {fault}: {_shortened(fault.text)!r}"
            return _Absent(why, answered=True)
        who = _identity(version, failover)
        if isinstance(who, str):
            return _Absent(who, answered=True)
        serial, role = who
        summary = self._read(commands.SHOW_SESSION_SUMMARY, _summary)
        states, full = None, None
        if depth is Depth.FULL:
            states = self._read(commands.SHOW_FAILOVER_STATE, _state)
            full = self._full(serial, wanted)
        return Unit(
            serial,
            role,
            self._console.seat,
            version,
            failover,
            states,
            summary,
            full,
            tuple(self._unread),
        )

    def _read(self, line: str, reader: Callable[[str], T]) -> T | None:
        text = self._console.ask(line)
        try:
            return reader(text)
        except Unparsed as fault:
            why = unpermitted(line) if is_unauthorized(text) else fault.why
            self._unread.append(Unread(line, _shortened(text), why))
            return None

    def _full(self, serial: Serial, wanted: WantedFiles) -> FullLook:
        running = self._read(commands.SHOW_RUNNING, _configuration)
        saved = self._read(commands.SHOW_STARTUP, _configuration)
        flash = self._read(commands.DIR, _flash)
        return FullLook(
            sessions=self._read(commands.SHOW_SESSIONS, read_sessions),
            pools=None if running is None else self._pools(running),
            flash=flash,
            digests=self._digests(serial, flash, wanted(running, flash)),
            running=running,
            saved=saved,
            loaded=self._read(commands.SHOW_PACKAGES, _packages),
            history=self._read(commands.SHOW_FAILOVER_HISTORY, _history),
            reload_scheduled=self._read(commands.SHOW_RELOAD, read_show_reload),
            connections=self._read(commands.SHOW_CONN_COUNT, read_conn_count),
            administrators=self._read(commands.SHOW_SSH_SESSIONS, _administrators),
        )

    def _pools(self, running: Configuration) -> tuple[AddressPool, ...] | None:
        pools = []
        for line in running.pools:
            pool = self._read(commands.show_pool(line.name), partial(_pool, line.name))
            if pool is None:
                return None
            pools.append(pool)
        return tuple(pools)

    def _digests(
        self, serial: Serial, flash: Flash | None, paths: tuple[str, ...]
    ) -> tuple[FileDigest, ...]:
        found = []
        for path in paths:
            ask = partial(self._read, commands.verify(path), partial(_verify, path))
            digest = self._verified.asked(serial, path, flash, self._clock.now(), ask)
            if digest is not None:
                found.append(digest)
        return tuple(found)


def _identity(version: VersionReport, failover: Failover) -> tuple[Serial, Role] | str:
    serial = version.serial or failover.our_serial
    if serial is None:
        return "answers, but tells no serial number: nobody knows which chassis this is"
    role = failover.unit if failover.this_host is None else failover.this_host.role
    if role is None:
        return f"{serial} answers, but does not say whether it is Primary or Secondary"
    return serial, role


def _shortened(text: str) -> str:
    return text if len(text) <= EVIDENCE_CHARACTERS else f"{text[:EVIDENCE_CHARACTERS]}…"
