"""The ways to a unit over SSH: its seat's address, its own address, and through its mate.

A seat is where somebody answers now; a session to it says nothing of the unit behind it. So when
one way is silent the next is tried, and who was found there says his serial number himself:
whoever looks asks for it on the very console.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress

from upgrader.access.ssh.line import Dialler
from upgrader.access.ssh.logins import Converse, Logins, Refusal, Tally
from upgrader.access.ssh.mate import MateConsole, MateFirst
from upgrader.access.ssh.talks import Lease, Talks
from upgrader.dialect import commands
from upgrader.dialect.replies.failover import read_show_failover
from upgrader.model.failover import FailoverState, Host, Role
from upgrader.model.names import Seat
from upgrader.model.reach import Address, Reach
from upgrader.ports import Clock, Console, Dropped, LineFault, NoAnswer, NoEntry, Seats, Unparsed


def seats_of(reach: Reach) -> Seats:
    """The two seats; with one address, the standby is `mate of …`."""
    active = Seat(str(reach.active))
    standby = f"mate of {active}" if reach.standby is None else str(reach.standby)
    return Seats(active, Seat(standby))


class SshAccess:
    """The ways to the two units of a live pair."""

    def __init__(self, dialler: Dialler, reach: Reach, converse: Converse, clock: Clock) -> None:
        self.seats = seats_of(reach)
        self._logins = Logins(dialler, converse, clock, reach.rate)
        self._talks = Talks(self._logins, clock, reach.rate)
        self._addresses: dict[Seat, Address | None] = {
            self.seats.active: reach.active,
            self.seats.standby: reach.standby,
        }
        self._missed: dict[Seat, str] = {}
        self._own = {Role.PRIMARY: reach.primary, Role.SECONDARY: reach.secondary}

    @property
    def tally(self) -> Tally:
        """What the pair has cost so far."""
        return self._logins.tally

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Where nobody let us in, and why, oldest first."""
        return self._logins.refusals

    @property
    def missed(self) -> Mapping[Seat, str]:
        """The seats that were reached by another way than their address, and why not by that."""
        return dict(self._missed)

    def open(self, seat: Seat) -> Console:
        """Open a console with whoever is at that seat, by the first way that leads there.

        Raises:
            NoAnswer: no way does; the reason names each.
            NoEntry: no way does, and at one of them we were not let in.
        """
        if seat not in self._addresses:
            raise NoAnswer(seat, None, "it is no seat of this pair")
        if self._may_spare_login(seat):
            return MateFirst(self._mate(seat), lambda fault: self._past_mate(seat, fault))
        return self._first_way(seat)

    def close(self) -> None:
        """Hang up everywhere."""
        self._talks.close()

    def _may_spare_login(self, seat: Seat) -> bool:
        """Whether the standby is asked through its mate first.

        Its session ended with a reload, or as roles moved; to log in to it anew tells no more than
        the unit that serves passes on.
        """
        serving = self._addresses[self.seats.active]
        if seat != self.seats.standby or serving is None or not self._talks.has_acted:
            return False
        known = self._addresses[seat]
        own = [address for address in self._own.values() if address is not None]
        ways = own if known is None else [known]
        is_lost = not any(self._talks.is_open(address) for address in ways)
        return bool(ways) and is_lost and self._talks.is_open(serving)

    def _past_mate(self, seat: Seat, silent: NoAnswer) -> Console:
        """Another way there, after its mate has passed nothing on.

        Raises:
            NoAnswer, NoEntry: as `open`.
        """
        serving = self._addresses[self.seats.active]
        if serving is not None and any(self._own.values()):
            # Own addresses are told apart by who serves; his conversation may have ended with it.
            with suppress(NoAnswer):
                self._talks.lease(serving, self.seats.active).close()
        return self._first_way(seat, silent)

    # ── the ways, in order ──────────────────────────────────────────────────────────────

    def _first_way(self, seat: Seat, silent_mate: NoAnswer | None = None) -> Console:
        """The first way that leads there; `silent_mate`: why it is not asked through the other.

        Raises:
            NoAnswer, NoEntry: as `open`.
        """
        faults: list[NoAnswer] = []
        for way in self._ways(seat, faults, by_mate=silent_mate is None):
            try:
                console = way()
            except NoAnswer as fault:
                faults.append(fault)
                continue
            self._missed.pop(seat, None)
            if faults and self._addresses[seat] is not None:
                self._missed[seat] = faults[0].why
            return console
        faults += [] if silent_mate is None else [silent_mate]
        kind = NoEntry if any(isinstance(fault, NoEntry) for fault in faults) else NoAnswer
        raise kind(seat, None, _told(faults) or "no way leads there")

    def _ways(
        self, seat: Seat, faults: Sequence[NoAnswer], *, by_mate: bool
    ) -> Iterator[Callable[[], Console]]:
        """The ways there; `faults` says, when the last one is gone, why the others were none."""
        address = self._addresses[seat]
        if address is not None:
            yield lambda: self._talks.lease(address, seat)
        if any(self._own.values()):
            yield lambda: self._at_own_address(seat)
        if by_mate:
            yield lambda: self._mate(seat, _told(faults))

    def _at_own_address(self, seat: Seat) -> Console:
        """A chassis' own address: of the chassis that belongs at that seat now."""
        neighbour = self._neighbour(seat)
        whys = []
        for role, address in self._own.items():
            if address is None or (neighbour is not None and role is neighbour.role):
                continue
            if neighbour is not None:
                return self._talks.lease(address, seat)
            lease, host = self._introduced(address, seat)
            is_active = host is not None and host.state is FailoverState.ACTIVE
            if host is not None and is_active == (seat == self.seats.active):
                return lease
            lease.close()
            state = "tells no state" if host is None else f"is {host.state.value}"
            whys.append(f"{role.value} at {address} {state}")
        raise NoAnswer(seat, None, "; ".join(whys) or "the other chassis has no address of its own")

    def _introduced(self, address: Address, seat: Seat) -> tuple[Lease, Host | None]:
        """A share in the conversation with that address, and what the unit there says of itself.

        A conversation that was kept may have died unseen: where it ends another is begun, once.

        Raises:
            NoAnswer: we are let in, and the question is not answered; or as `Talks.lease`.
        """
        with suppress(Dropped):
            return self._asked_who(address, seat)
        try:
            return self._asked_who(address, seat)
        except Dropped as fault:
            why = f"{address} lets us in and does not answer: {fault.why}"
            raise NoAnswer(seat, None, why) from fault

    def _asked_who(self, address: Address, seat: Seat) -> tuple[Lease, Host | None]:
        lease = self._talks.lease(address, seat)
        try:
            return lease, _host_at(lease)
        except BaseException:
            lease.close()
            raise

    def _neighbour(self, seat: Seat) -> Host | None:
        """Who is at the other seat, as far as a conversation with him is open."""
        address = self._addresses[self._other(seat)]
        if address is None or not self._talks.is_open(address):
            return None
        lease = self._talks.lease(address, self._other(seat))
        try:
            return _host_at(lease)
        except LineFault:
            return None
        finally:
            lease.close()

    def _mate(self, seat: Seat, no_other_way: str = "") -> MateConsole:
        """The unit at the other seat passes lines on."""
        other = self._other(seat)
        address = self._addresses[other]
        if address is None:
            raise NoAnswer(seat, None, f"{other} has no address to be asked at")
        return MateConsole(self._talks.lease(address, other), seat, no_other_way)

    def _other(self, seat: Seat) -> Seat:
        return self.seats.standby if seat == self.seats.active else self.seats.active


def _told(faults: Sequence[NoAnswer]) -> str:
    """Why each way was none; what two of them say is said once."""
    whys: list[str] = []
    for each in faults:
        # The second way may have been barred for what happened on the first.
        if not any(each.why.startswith(why) for why in whys):
            whys.append(each.why)
    return "; ".join(whys)


def _host_at(console: Console) -> Host | None:
    """What the unit there says of itself; None: it says nothing that is understood."""
    try:
        return read_show_failover(console.ask(commands.SHOW_FAILOVER)).this_host
    except Unparsed:
        return None
