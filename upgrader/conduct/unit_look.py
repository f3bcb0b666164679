"""One unit's part of a look: its replies, turned into a Unit, or why there is none."""

from dataclasses import dataclass, replace
from functools import lru_cache, partial

from upgrader.conduct.questions import Questions, shortened
from upgrader.conduct.surroundings import look_around
from upgrader.dialect import commands
from upgrader.dialect.refusals import is_unauthorized, unpermitted
from upgrader.dialect.replies.administrators import read_ssh_sessions
from upgrader.dialect.replies.config import read_configuration
from upgrader.dialect.replies.connections import read_conn_count
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
from upgrader.model.names import Seat, Serial
from upgrader.model.unit import (
    Configuration,
    Depth,
    FullLook,
    Unit,
    VersionReport,
)
from upgrader.model.vpn import AddressPool
from upgrader.model.wide import WideLook
from upgrader.ports import Clock, Console, Unparsed

OF_CONTEXTS = "answers in multiple context mode, and only pairs in single context mode are upgraded"

# Between two looks most screens do not change, and the answer to the same characters is the same.
# Not remembered: what tells the time (`show version`), and what is long (sessions).
_state = lru_cache(maxsize=64)(read_show_failover_state)
_summary = lru_cache(maxsize=64)(read_session_summary)
_configuration = lru_cache(maxsize=16)(read_configuration)
_flash = lru_cache(maxsize=16)(read_dir)
_packages = lru_cache(maxsize=16)(read_webvpn_anyconnect)
_history = lru_cache(maxsize=16)(read_show_failover_history)
_pool = lru_cache(maxsize=16)(read_pool)
_administrators = lru_cache(maxsize=16)(read_ssh_sessions)
_reload = lru_cache(maxsize=16)(read_show_reload)
_connections = lru_cache(maxsize=16)(read_conn_count)


@dataclass(frozen=True, slots=True)
class Absent:
    """Why there is no unit at a seat."""

    why: str
    answered: bool = False
    """Somebody is there, and is no unit that can be looked at."""


class UnitLook:
    """The questions of one pass to one unit, on one console."""

    def __init__(self, console: Console, clock: Clock) -> None:
        self._console = console
        self._clock = clock
        self._questions = Questions(console)
        self._failover: Failover | None = None

    @property
    def seat(self) -> Seat:
        """Where the unit is asked."""
        return self._console.seat

    def again(self, before: Unit, *, is_steady: bool) -> Unit | None:
        """The same unit, with its version as it was read before; None: all of it must be read.

        An active unit whose mate is not ready; where it `is_steady`, either one for which nothing
        has changed: chassis, role, both states, both versions.
        """
        try:
            failover = self._questions.understood(commands.SHOW_FAILOVER, read_show_failover)
        except Unparsed:
            return None
        self._failover = failover
        this, mate = failover.this_host, failover.other_host
        if failover.our_serial != before.serial or this is None or mate is None:
            return None
        if this.role is not before.role:
            return None
        is_alone = this.state is FailoverState.ACTIVE
        is_alone = is_alone and mate.state is not FailoverState.STANDBY_READY
        if not is_alone and not (is_steady and _is_as_before(failover, before)):
            return None
        summary = self._questions.read(commands.SHOW_SESSION_SUMMARY, _summary)
        unread = self._questions.unread
        return Unit(
            before.serial,
            before.role,
            before.seat,
            before.version,
            failover,
            None,
            summary,
            None,
            unread,
        )

    def unit(self, depth: Depth) -> Unit | Absent:
        """All that belongs to a look of that depth but digests; what is not understood is Unread.

        Raises:
            Dropped, NoAnswer: the conversation ended, and half a unit is none.
        """
        try:
            version = self._questions.understood(commands.SHOW_VERSION, read_show_version)
            if self._questions.read_again(commands.SHOW_VERSION, is_of_contexts):
                return Absent(OF_CONTEXTS, answered=True)
            failover = self._failover
            if failover is None:
                failover = self._questions.understood(commands.SHOW_FAILOVER, read_show_failover)
        except Unparsed as fault:
            if is_unauthorized(fault.text):
                return Absent(f"answers, but {unpermitted(fault.line)}", answered=True)
            why = f"answers, but {fault}: {shortened(fault.text)!r}"
            return Absent(why, answered=True)
        who = _identity(version, failover)
        if isinstance(who, str):
            return Absent(who, answered=True)
        serial, role = who
        summary = self._questions.read(commands.SHOW_SESSION_SUMMARY, _summary)
        states, full = None, None
        if depth.is_full:
            states = self._questions.read(commands.SHOW_FAILOVER_STATE, _state)
            full = self._full(is_wide=depth is Depth.WIDE)
        elif depth is Depth.FILES:
            full = self._files()
        return Unit(
            serial,
            role,
            self._console.seat,
            version,
            failover,
            states,
            summary,
            full,
            self._questions.unread,
        )

    def _files(self) -> FullLook:
        """What says which files matter; all else is not asked, and so is not unread either."""
        return FullLook(
            sessions=None,
            pools=None,
            flash=self._questions.read(commands.DIR, _flash),
            digests=(),
            running=self._questions.read(commands.SHOW_RUNNING, _configuration),
            saved=None,
            loaded=self._questions.read(commands.SHOW_PACKAGES, _packages),
            history=None,
            reload_scheduled=None,
            connections=None,
        )

    def _full(self, *, is_wide: bool) -> FullLook:
        read = self._questions.read
        running = read(commands.SHOW_RUNNING, _configuration)
        saved = read(commands.SHOW_STARTUP, _configuration)
        flash = read(commands.DIR, _flash)
        asked = self._clock.now()
        sessions = read(commands.SHOW_SESSIONS, read_sessions)
        listed = (asked, self._clock.now())
        return FullLook(
            sessions=sessions,
            pools=None if running is None else self._pools(running),
            flash=flash,
            digests=(),
            running=running,
            saved=saved,
            loaded=read(commands.SHOW_PACKAGES, _packages),
            history=read(commands.SHOW_FAILOVER_HISTORY, _history),
            reload_scheduled=read(commands.SHOW_RELOAD, _reload),
            connections=read(commands.SHOW_CONN_COUNT, _connections),
            administrators=read(commands.SHOW_SSH_SESSIONS, _administrators),
            wide=self._around() if is_wide else None,
            listed=listed,
        )

    def _around(self) -> WideLook:
        """The surroundings. That its clock was asked a few lines ago matters to nobody."""
        wide = look_around(self._questions)
        if wide.clock is None:
            return wide
        return replace(wide, clock=replace(wide.clock, asked=self._clock.now()))

    def _pools(self, running: Configuration) -> tuple[AddressPool, ...] | None:
        pools = []
        for line in running.pools:
            pool = self._questions.read(commands.show_pool(line.name), partial(_pool, line.name))
            if pool is None:
                return None
            pools.append(pool)
        return tuple(pools)


def _is_as_before(failover: Failover, before: Unit) -> bool:
    this, mate, then = failover.this_host, failover.other_host, before.failover
    states = None if this is None or mate is None else (this.state, mate.state)
    if states != (before.state, before.peer_state):
        return False
    return (failover.ours, failover.mate) == (then.ours, then.mate)


def _identity(version: VersionReport, failover: Failover) -> tuple[Serial, Role] | str:
    serial = version.serial or failover.our_serial
    if serial is None:
        return "answers, but tells no serial number: nobody knows which chassis this is"
    role = failover.unit if failover.this_host is None else failover.this_host.role
    if role is None:
        return f"{serial} answers, but does not say whether it is Primary or Secondary"
    return serial, role
