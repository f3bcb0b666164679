"""Looking: the pair in one pass of `show` commands, turned into a Snapshot.

Whoever does not answer is Dark; a reply that is not understood is Unread; neither is fine. A pass
in which the roles moved is void and is taken again, for its two halves never were one state.
"""

from collections.abc import Mapping

from upgrader.conduct.digests import Digests, WantedFiles, no_files, verified
from upgrader.conduct.patience import reading
from upgrader.conduct.unit_look import Absent, UnitLook
from upgrader.model.failover import FailoverState, Role
from upgrader.model.names import Instant, Seat, Serial
from upgrader.model.unit import (
    Dark,
    Depth,
    Snapshot,
    Unit,
)
from upgrader.ports import (
    Access,
    Clock,
    Console,
    Dropped,
    LineFault,
    NoAnswer,
    NoEntry,
    NotAsked,
    Seats,
)

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
"""How long a unit's version and uptime are taken as read while neither a reload nor a change of
roles is awaited, and the active unit's while its mate is away or coming up: state and sessions are
asked for on every look."""


class Eyes:
    """Consoles at both seats, kept open between looks, and what was learnt of who is who."""

    def __init__(
        self,
        access: Access,
        seats: Seats,
        clock: Clock,
        *,
        thrifty: bool = True,
        digests: Digests | None = None,
    ) -> None:
        """Open nothing yet.

        `digests`: what has been verified lately; None: nothing.
        `thrifty`: what hardly changes, or costs a log-in, is not asked on every look. Otherwise
        each look takes what there is: on the tape of an earlier release, whatever that one asked.
        """
        self._thrifty = thrifty
        self._access = access
        self._seats = seats
        self._clock = clock
        self._consoles: dict[Seat, Console] = {}
        self._known: dict[Role, Serial] = {}
        self._digests = Digests() if digests is None else digests
        self._is_broken = False
        """A conversation ended in the last pass, when all but digests had been read."""
        self._met: set[Seat] = set()
        """Seats at which somebody has answered."""
        self._tried: Instant | None = None
        """When the standby seat was last asked, if nobody answered there; None: somebody did."""
        self._read: dict[Seat, tuple[Instant, Unit]] = {}
        """The unit at each seat, when all of it was last read."""
        self._is_steady = False

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

    def look(
        self, depth: Depth, wanted: WantedFiles = no_files, *, is_steady: bool = False
    ) -> Snapshot:
        """One pass over both units.

        `is_steady`: neither a reload nor a change of roles is awaited, so that nobody's uptime is
        wanted. Who says the same of himself and of his mate as before is not asked for it again.
        """
        self._is_steady = is_steady
        snapshot = self._pass(depth, wanted)
        for _ in range(PASSES - 1):
            if not (_is_void(snapshot) or self._is_broken):
                break
            if len(snapshot.units) == 1:
                self.close()
            snapshot = self._pass(depth, wanted)
        return snapshot

    def _pass(self, depth: Depth, wanted: WantedFiles) -> Snapshot:
        at = self._clock.now()
        first = self._unit(self._seats.active, depth)
        second = self._second(first, depth)
        self._is_broken = False
        if depth.is_full:
            first, second = self._verified(first, second, wanted)
        seen = {u.role: u for u in (first, second) if isinstance(u, Unit)}
        for role, unit in seen.items():
            self._known[role] = unit.serial
        absent = {
            seat: u
            for seat, u in ((self._seats.active, first), (self._seats.standby, second))
            if isinstance(u, Absent)
        }
        return Snapshot(
            at,
            seen.get(Role.PRIMARY) or self._dark(Role.PRIMARY, seen, absent),
            seen.get(Role.SECONDARY) or self._dark(Role.SECONDARY, seen, absent),
            depth,
        )

    def _verified(
        self, first: Unit | Absent, second: Unit | Absent, wanted: WantedFiles
    ) -> tuple[Unit | Absent, Unit | Absent]:
        """Both with the digests that are wanted; half a unit is none."""
        units = [(u, self._consoles[u.seat]) for u in (first, second) if isinstance(u, Unit)]
        came = verified(units, self._digests, self._clock, wanted)

        def of(one: Unit | Absent) -> Unit | Absent:
            if isinstance(one, Absent):
                return one
            match came[one.seat]:
                case Unit() as unit:
                    return unit
                case LineFault() as fault:
                    self.forget(one.seat)
                    self._is_broken = True
                    return Absent(fault.why)

        return of(first), of(second)

    def _dark(self, role: Role, seen: Mapping[Role, Unit], absent: Mapping[Seat, Absent]) -> Dark:
        mate = seen.get(role.other)
        serial = self._known.get(role)
        if mate is not None and serial is None:
            serial = mate.failover.mate_serial
        for seat, why in absent.items():
            if mate is None or seat != mate.seat:
                return Dark(role, serial, seat, why.why, why.answered)
        seat = self._seats.standby if mate is None else mate.seat
        return Dark(role, serial, seat, "the same chassis answered at both seats", answered=True)

    def _second(self, first: Unit | Absent, depth: Depth) -> Unit | Absent:
        """The unit at the standby seat; one that was dark is watched through its mate."""
        now, tried = self._clock.now(), self._tried
        may_spare = self._thrifty and depth is Depth.GLANCE
        if tried is not None and isinstance(first, Unit) and may_spare:
            host = first.failover.other_host
            if host is not None and host.state in NOT_THERE and now - tried < ASK_AGAIN_MS:
                return Absent(f"its mate sees it {host.state_told}; it is asked once a minute")
        found = self._unit(self._seats.standby, depth)
        is_silent = isinstance(found, Absent) and not found.answered
        self._tried = self._clock.now() if is_silent else None
        return found

    def _unit(self, seat: Seat, depth: Depth) -> Unit | Absent:
        """The unit at that seat, or why there is none.

        Raises:
            NoEntry: nobody has answered there yet, and we are not let in.
        """

        def look_once() -> Unit | Absent:
            is_kept = seat in self._consoles
            console = self.console(seat)
            try:
                return self._looked(UnitLook(console, self._clock), depth)
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
            return Absent(fault.why)
        except LineFault as fault:
            return Absent(fault.why)
        except NotAsked:
            return Absent("the release that looked did not ask it at this look")
        self._met.add(seat)
        return found

    def _looked(self, look: UnitLook, depth: Depth) -> Unit | Absent:
        """One unit's part; where nothing has moved, only what may have changed."""
        at, before = self._read.get(look.seat, (None, None))
        if before is not None and at is not None and self._may_be_spared(look.seat, depth, at):
            same = look.again(before, is_steady=self._is_steady)
            if same is not None:
                return same
        try:
            found = look.unit(depth)
        except NotAsked:
            same = None if before is None else look.again(before, is_steady=True)
            if same is None:
                raise
            return same
        self._read.pop(look.seat, None)
        if isinstance(found, Unit):
            self._read[look.seat] = (self._clock.now(), found)
        return found

    def _may_be_spared(self, seat: Seat, depth: Depth, read: Instant) -> bool:
        """Whether version and uptime need not be asked for; the active unit's mate may be away."""
        if not self._thrifty or depth is not Depth.GLANCE:
            return False
        if seat != self._seats.active and not self._is_steady:
            return False
        return self._clock.now() - read < STILL_TRUE_MS


def _is_void(snapshot: Snapshot) -> bool:
    """Two units that answered and do not make one active: the roles moved, or are amiss."""
    answered = len(snapshot.units)
    if answered == 1 and snapshot.dark[0].why.startswith("the same chassis"):
        return True
    return answered == 2 and len(snapshot.actives) != 1
