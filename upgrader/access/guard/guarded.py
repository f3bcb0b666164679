"""The guard: a monitor at the text seam, below `act` and above the adapter.

It knows what may never happen to a pair, and nothing of what is planned for the night. Whatever
is about to be typed, it classifies; before a line that changes anything it takes a short look of
its own, and refuses before a byte is sent. It shares no state with plan or decide: when they lie,
it still holds. `failover exec mate X` is what X is.

The invariants: reload only a unit seen Standby Ready, Cold Standby or Failed, whose mate is Active
and well; switch only to a unit seen Standby Ready, in sync and at the version that the charter
wants active; never an act with two actives or none; never on a chassis that the charter does not
name; a session is logged off by its index only, and only while both units are well and equal, or,
for a drain, on the upgraded active unit whose mate is ready; logins are closed or opened only in
group policies that the charter names, and nothing is saved while they are closed; a file is
fetched or taken away only if the charter names it, and no unit runs from it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from upgrader.access.through import ConsoleThrough, WorldThrough
from upgrader.dialect import commands
from upgrader.dialect.asked import understood
from upgrader.dialect.commands import LineKind, Verb, classify, verb_of
from upgrader.dialect.replies.config import read_configuration
from upgrader.dialect.replies.failover import read_show_failover
from upgrader.dialect.replies.failover_state import read_show_failover_state
from upgrader.dialect.replies.version import read_show_version
from upgrader.model.failover import Failover, FailoverState
from upgrader.model.names import Seat, Serial
from upgrader.model.unit import VersionReport, path_key
from upgrader.model.version import Version
from upgrader.ports import Access, Console, LineFault, Seats, Unlawful, Unparsed, World

T = TypeVar("T")

RELOADABLE = frozenset(
    {FailoverState.STANDBY_READY, FailoverState.COLD_STANDBY, FailoverState.FAILED}
)
SYNCED = ("Sync Done", "Sync Skipped")
_CHANGING = LineKind.CHANGING  # Asked of each line; a member costs a look-up by name in 3.11.


@dataclass(frozen=True, slots=True)
class Charter:
    """What a run is allowed to be about. Drawn once, from the plan, and never changed."""

    serials: tuple[Serial, Serial]
    wanted_active: Version | None
    """The version that a switchover must lead to; None: this run may not move roles or reload."""
    may_log_off: bool = False
    may_drain: bool = False
    """Sessions may be logged off on the active unit at the wanted version, its mate being ready."""
    may_hold: tuple[str, ...] = ()
    """The group policies whose logins may be closed and opened."""
    may_stage: tuple[str, ...] = ()
    """The files that may be brought to flash, or taken from the standby's: `disk0:/x`."""


def not_to_be_staged(path: str, charter: Charter) -> str | None:
    """Why a file of that path may not be touched; None: the charter names it."""
    if path_key(path) in {path_key(known) for known in charter.may_stage}:
        return None
    return f"{path} is none of the files that are staged"


def runs_from(path: str, version: VersionReport) -> bool:
    """Whether a unit has booted from that file."""
    return version.image is not None and path_key(version.image) == path_key(path)


class GuardedWorld(WorldThrough["GuardedAccess"]):
    """A world whose every line passes the guard; time changes nothing that the guard keeps."""

    def __init__(self, inner: World, charter: Charter) -> None:
        super().__init__(inner, GuardedAccess(inner.access, inner.seats, charter))
        self._charter = charter

    def fork(self) -> "GuardedWorld":
        """A guarded twin."""
        return GuardedWorld(self._inner.fork(), self._charter)


class GuardedAccess:
    """An access whose consoles refuse what must never be typed."""

    def __init__(self, inner: Access, seats: Seats, charter: Charter) -> None:
        self._inner = inner
        self._seats = seats
        self._charter = charter

    def open(self, seat: Seat) -> "GuardedConsole":
        """Open a guarded console."""
        return GuardedConsole(self._inner.open(seat), self._charter, self._state_at_other(seat))

    def _state_at_other(self, seat: Seat) -> Callable[[], FailoverState | None]:
        other = self._seats.standby if seat == self._seats.active else self._seats.active

        def look() -> FailoverState | None:
            """What the unit at the other seat says of itself; None: nobody answers there."""
            try:
                console = self._inner.open(other)
            except LineFault:
                return None
            try:
                told = understood(console.ask, commands.SHOW_FAILOVER, read_show_failover)
            except (LineFault, Unparsed):
                return None
            finally:
                console.close()
            return None if told.this_host is None else told.this_host.state

        return look


class GuardedConsole(ConsoleThrough):
    """A console that looks before it lets a changing line pass."""

    def __init__(
        self, inner: Console, charter: Charter, other: Callable[[], FailoverState | None]
    ) -> None:
        super().__init__(inner)
        self._charter = charter
        self._other = other

    def ask(self, line: str) -> str:
        """Type a line, if it may be typed now.

        Raises:
            Unlawful: it may not; not a byte of it was sent.
        """
        if classify(line) is _CHANGING:
            self._look_first(line)
        return self._inner.ask(line)

    def _read(self, line: str, reader: Callable[[str], T]) -> T:
        return understood(self._inner.ask, line, reader)

    def _look_first(self, line: str) -> None:
        verb = verb_of(line)
        if verb is None:
            raise self._no(line, "it is none of the lines that a run may type")
        try:
            version = self._read(commands.SHOW_VERSION, read_show_version)
            failover = self._read(commands.SHOW_FAILOVER, read_show_failover)
        except Unparsed as fault:
            raise self._no(line, str(fault)) from fault
        serial = version.serial or failover.our_serial
        if serial not in self._charter.serials:
            raise self._no(line, f"{serial} is not one of {', '.join(self._charter.serials)}")
        this, mate = failover.this_host, failover.other_host
        if not failover.enabled or this is None or mate is None:
            raise self._no(line, "failover is off")
        actives = (this.state, self._other()).count(FailoverState.ACTIVE)
        if actives != 1:
            raise self._no(line, f"{actives} units say that they are active, and not one")
        if verb is Verb.LOGINS:
            # Letting people in again must work while the mate is gone, and its link with it.
            self._may_limit_logins(line, failover)
            return
        link = failover.lan_interface
        if mate.state is FailoverState.FAILED and (link is None or not link.is_up):
            # Behind a cut failover link the mate looks failed and may well be active.
            raise self._no(line, "the failover link is down: the other unit may be active unheard")
        match verb:
            case Verb.RELOAD_STANDBY:
                self._may_reload(line, failover)
            case Verb.GIVE_UP_ACTIVE:
                self._may_switch(line, failover)
            case Verb.LOG_OFF_INDEX:
                self._may_log_off(line, failover)
            case Verb.PREPARE:
                self._must_be_active(line, failover)
                if line == "write memory":
                    self._must_be_open(line)
            case Verb.STAGE | Verb.UNSTAGE:
                self._must_be_active(line, failover)
                self._may_stage(line, verb, version)

    def _must_be_active(self, line: str, failover: Failover) -> None:
        this = failover.this_host
        assert this is not None, "checked before"
        if this.state is not FailoverState.ACTIVE:
            raise self._no(line, f"this unit is {this.state.value}, not Active")

    def _may_stage(self, line: str, verb: Verb, version: VersionReport) -> None:
        path = commands.staged_path(line)
        why = not_to_be_staged(path, self._charter)
        if why is not None:
            raise self._no(line, why)
        if commands.is_for_mate(line):
            try:
                line_of_mate = commands.on_mate(commands.SHOW_VERSION)
                version = self._read(line_of_mate, read_show_version)
            except Unparsed as fault:
                raise self._no(line, str(fault)) from fault
            if version.serial is not None and version.serial not in self._charter.serials:
                raise self._no(line, f"the mate is {version.serial}")
        if runs_from(path, version):
            raise self._no(line, f"the unit runs from {path}")
        if verb is Verb.UNSTAGE:
            boot = self._inner.ask(commands.SHOW_BOOT).lower()
            if path.lower().rpartition("/")[2] in boot:
                raise self._no(line, "a boot line names it")

    def _may_reload(self, line: str, failover: Failover) -> None:
        this, mate = failover.this_host, failover.other_host
        assert this is not None, "checked before"
        assert mate is not None, "checked before"
        if self._charter.wanted_active is None:
            raise self._no(line, "this run may not reload anything")
        if this.state is not FailoverState.ACTIVE:
            raise self._no(line, f"this unit is {this.state.value}: nobody would serve")
        failed = [i.name for i in this.interfaces if i.condition == "Failed"]
        if failed:
            raise self._no(line, f"the active unit is not well: {', '.join(failed)} failed")
        if mate.state not in RELOADABLE:
            raise self._no(line, f"the other unit is {mate.state.value}: it is busy coming up")

    def _may_switch(self, line: str, failover: Failover) -> None:
        this, mate = failover.this_host, failover.other_host
        assert this is not None, "checked before"
        assert mate is not None, "checked before"
        wanted = self._charter.wanted_active
        if wanted is None:
            raise self._no(line, "this run may not move roles")
        if this.state is not FailoverState.ACTIVE:
            raise self._no(line, f"this unit is {this.state.value}, not Active")
        if mate.state is not FailoverState.STANDBY_READY:
            raise self._no(line, f"the other unit is {mate.state.value}, not Standby Ready")
        if failover.mate != wanted:
            raise self._no(line, f"the other unit runs {failover.mate}, and not {wanted}")
        try:
            told = self._read(commands.SHOW_FAILOVER_STATE, read_show_failover_state)
        except Unparsed as fault:
            raise self._no(line, str(fault)) from fault
        if not any(sync.startswith(SYNCED) for sync in told.configuration):
            raise self._no(line, f"not in sync: {told.configuration or 'no word of a sync'}")

    def _may_limit_logins(self, line: str, failover: Failover) -> None:
        if not self._charter.may_hold:
            raise self._no(line, "this run may not close or open logins")
        policy = commands.policy_of(line)
        if policy is not None and policy not in self._charter.may_hold:
            raise self._no(line, f"{policy} is none of {', '.join(self._charter.may_hold)}")
        self._must_be_active(line, failover)

    def _must_be_open(self, line: str) -> None:
        """Nothing is saved while logins are closed: a reboot must open them."""
        if not self._charter.may_hold:
            return
        try:
            shown = self._read(commands.SHOW_GROUP_POLICIES, read_configuration)
        except Unparsed as fault:
            raise self._no(line, str(fault)) from fault
        for policy, limit in shown.simultaneous_logins:
            if policy in self._charter.may_hold and limit == 0:
                raise self._no(line, f"logins of {policy} are held closed, and would stay so")

    def _may_log_off(self, line: str, failover: Failover) -> None:
        this, mate = failover.this_host, failover.other_host
        assert this is not None, "checked before"
        assert mate is not None, "checked before"
        if not (self._charter.may_log_off or self._charter.may_drain):
            raise self._no(line, "this run may not log anybody off")
        states = {this.state, mate.state}
        if states != {FailoverState.ACTIVE, FailoverState.STANDBY_READY}:
            words = " and ".join(sorted(state.value for state in states))
            raise self._no(line, f"the units are {words}")
        if self._charter.may_drain:
            self._must_be_active(line, failover)
            if failover.ours != self._charter.wanted_active:
                raise self._no(line, f"this unit runs {failover.ours}: its own would be logged off")
            return
        if failover.ours != failover.mate:
            raise self._no(line, f"the versions differ: {failover.ours} and {failover.mate}")

    def _no(self, line: str, why: str) -> Unlawful:
        return Unlawful(f"not typed at {self.seat}: {line!r}: {why}")
