"""Emulated pairs that are reached as live ones are: by address, through terminals, in few log-ins.

firewall = Reached.of(pair(sessions=3))                 # two addresses
firewall = Reached.of(pair(sessions=3), ONE)            # one: the standby through its mate
night = firewall.upgraded()
assert firewall.tally.logins < 10
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from nights import Firewall, Listening, Watch
from wires import USER, MuteLine, PairLine, WiredAccess

from upgrader.access.emulated.world import EmulatedWorld
from upgrader.access.ssh.console import Manners, TerminalConsole, enter
from upgrader.access.ssh.line import Line
from upgrader.access.ssh.logins import Tally
from upgrader.access.ssh.ways import SshAccess
from upgrader.emulator.pair import EmulatedPair
from upgrader.model.names import Seat
from upgrader.model.reach import Address, Reach
from upgrader.ports import Clock, NoAnswer, NoEntry, Seats, World

ACTIVE, STANDBY = Address("10.1.1.1"), Address("10.1.1.2")
PRIMARY, SECONDARY = Address("10.1.1.3"), Address("10.1.1.4")
NAMES = {ACTIVE: "active", STANDBY: "standby", PRIMARY: "primary", SECONDARY: "secondary"}

ONE = Reach(active=ACTIVE, user=USER)
TWO = Reach(active=ACTIVE, user=USER, standby=STANDBY)
FOUR = Reach(ACTIVE, USER, STANDBY, PRIMARY, SECONDARY)
OWN_ONLY = Reach(active=ACTIVE, user=USER, primary=PRIMARY, secondary=SECONDARY)


@dataclass
class PairDialler:
    """Sets up lines to an emulated pair; a test may shut an address, or let it bar us."""

    host: WiredAccess
    shut: set[Address] = field(default_factory=set)
    barring: set[Address] = field(default_factory=set)
    mute: set[Address] = field(default_factory=set)
    """Who lets us in there, and does not answer when he is asked who he is."""
    dialled: list[tuple[int, Address]] = field(default_factory=list)
    """When which address was dialled."""

    def dial(self, address: Address) -> Line:
        self.dialled.append((self.host.pair.now, address))
        seat, name = Seat(str(address)), NAMES[address]
        if address in self.barring:
            raise NoEntry(seat, None, f"{address} refuses the password of {USER}")
        if address in self.shut or self.host.pair.owner_of(name) is None:
            self.host.clock.sleep(timedelta(milliseconds=100))
            raise NoAnswer(seat, None, f"nobody answers at {address}")
        assert not self.host.pair.sessions_full(name), "few log-ins, and none is left open"
        line = PairLine(self.host, name)
        self.host.lines[line.number] = line
        return MuteLine(line, b"show failover") if address in self.mute else line

    def put(
        self, address: Address, source: Path, path: str, progress: Callable[[int], None]
    ) -> None:
        raise AssertionError(f"no file is copied here: {source} to {path} at {address}")


@dataclass
class ReachedWorld:
    """An emulated world behind the ways of a live one."""

    inner: EmulatedWorld
    access: SshAccess

    @property
    def clock(self) -> Clock:
        return self.inner.clock

    @property
    def seats(self) -> Seats:
        return self.access.seats

    def fork(self) -> World:
        return self.inner.fork()

    def close(self) -> None:
        self.access.close()
        self.inner.close()


class Reached(Firewall):
    """An emulated pair with the tool in front of it, and the ways over SSH in between."""

    def __init__(self, pair: EmulatedPair, reach: Reach = TWO) -> None:
        self.pair = pair
        inner = EmulatedWorld(pair)
        self.host = WiredAccess(pair, inner.clock, inner.seats)
        self.dialler = PairDialler(self.host)
        self.access = SshAccess(self.dialler, reach, self._converse, inner.clock)
        self.world = Listening(ReachedWorld(inner, self.access))
        self.watch = Watch(pair)

    @classmethod
    def of(cls, world: object, reach: Reach = TWO) -> "Reached":
        return cls(world.pair, reach)

    def _converse(self, line: Line, seat: Seat) -> TerminalConsole:
        return enter(
            line,
            seat,
            enable=lambda: self.host.password,
            manners=Manners(),
            monotonic=lambda: self.pair.now / 1_000,
        )

    @property
    def tally(self) -> Tally:
        return self.access.tally

    def dials(self, address: Address) -> list[int]:
        """When that address was dialled."""
        return [at for at, dialled in self.dialler.dialled if dialled == address]

    def heard(self, line: str) -> int:
        """How often a unit took in that line, whoever typed it."""
        return sum(heard == line for _, heard in self.host.heard)
