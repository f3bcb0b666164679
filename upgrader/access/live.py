"""A live pair behind the ports: the same face as an emulated one, and no way to move its time."""

from collections.abc import Callable, Mapping
from pathlib import Path

from upgrader.access.ssh.line import Dialler
from upgrader.dialect import commands
from upgrader.dialect.replies.failover import read_show_failover
from upgrader.model.failover import Role
from upgrader.model.names import Seat
from upgrader.model.reach import Address, Reach
from upgrader.ports import Access, Carrier, Clock, LineFault, NoAnswer, Seats, Unparsed, World


class LiveWorld:
    """A pair over SSH. What happens to it is not ours to undo."""

    def __init__(
        self,
        access: Access,
        clock: Clock,
        seats: Seats,
        carrier: Carrier,
        twin: Callable[[], World],
        let_go: Callable[[], None],
        missed: Callable[[], Mapping[Seat, str]],
    ) -> None:
        """`twin` makes an emulated pair of what is seen; `let_go` hangs up and drops locks."""
        self._access = access
        self._clock = clock
        self._seats = seats
        self._carrier = carrier
        self._twin = twin
        self._let_go = let_go
        self._missed = missed

    def __repr__(self) -> str:
        """`<LiveWorld 10.1.1.1 and 10.1.1.2>`."""
        return f"<LiveWorld {self._seats.active} and {self._seats.standby}>"

    @property
    def access(self) -> Access:
        """The way to the units."""
        return self._access

    @property
    def clock(self) -> Clock:
        """Real time, or a served emulator's."""
        return self._clock

    @property
    def seats(self) -> Seats:
        """The two management addresses; with one, the standby's is called after it."""
        return self._seats

    @property
    def carrier(self) -> Carrier:
        """Brings files to the units' flash."""
        return self._carrier

    @property
    def missed(self) -> Mapping[Seat, str]:
        """The seats that were reached by another way than their address, and why not by that."""
        return self._missed()

    def fork(self) -> World:
        """An emulated twin, made of what the pair shows. Nothing is changed on the pair.

        Raises:
            UsageFault: none can be made of it.
        """
        return self._twin()

    def close(self) -> None:
        """Hang up, and let go of the lock."""
        self._let_go()


class SshCarrier:
    """Brings files to the units of a live pair by SCP, each at an address of its own."""

    def __init__(self, dialler: Dialler, reach: Reach, access: Access, seats: Seats) -> None:
        self._dialler = dialler
        self._reach = reach
        self._access = access
        self._seats = seats

    def put(self, seat: Seat, source: Path, path: str, progress: Callable[[int], None]) -> None:
        """Copy a local file to `disk0:/…` of whoever answers at that seat.

        Raises:
            NoAnswer: nobody answers there, not with SCP, or there is no address to send it to.
            Dropped: the copy broke off; what arrived of it may lie there.
            Refused: the device would not take it.
            UsageFault: the file cannot be read.
        """
        address = self._address_of(seat)
        if address is None:
            raise NoAnswer(
                seat,
                None,
                "it has no address to copy a file to: say `standby`, or `primary` and "
                "`secondary`, in [ssh] of the pair file",
            )
        self._dialler.put(address, source, path, progress)

    def _address_of(self, seat: Seat) -> Address | None:
        """The seat's, else that of the chassis which is there now; None: it has none."""
        if seat == self._seats.active:
            return self._reach.active
        if self._reach.standby is not None:
            return self._reach.standby
        match self._role_at(seat):
            case Role.PRIMARY:
                return self._reach.primary
            case Role.SECONDARY:
                return self._reach.secondary
            case None:
                return None

    def _role_at(self, seat: Seat) -> Role | None:
        """Which chassis is there, as it says itself; None: it does not."""
        console = self._access.open(seat)
        try:
            host = read_show_failover(console.ask(commands.SHOW_FAILOVER)).this_host
        except (LineFault, Unparsed):
            return None
        finally:
            console.close()
        return None if host is None else host.role
