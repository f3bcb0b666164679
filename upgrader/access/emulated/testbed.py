"""A testbed: an emulated pair in which a night is staged, and what its collector files.

People come in as they do: over SSH at the two management addresses, with a name and from an
address, and are greeted; `primary` and `secondary` are the chassis' serial consoles, which live on
when roles move.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol

from upgrader.access.emulated.world import (
    SILENCE_MS,
    EmulatedAccess,
    EmulatedConsole,
    EmulatedWorld,
)
from upgrader.emulator.sessions.books import booked
from upgrader.emulator.state import Ending, Lease, Row
from upgrader.emulator.surface.event_words import Value, WrongEvent
from upgrader.emulator.surface.inputs import Happened, LoggedIn, Opened, Received
from upgrader.emulator.talk import Conversation, Datagram
from upgrader.emulator.wall import shared_wall
from upgrader.model.names import Seat
from upgrader.model.script import Argument, Came
from upgrader.ports import Clock, NoAnswer, Seats, UsageFault

SEATS = ("active", "standby")
SERIALS = ("primary", "secondary")

DESK = "192.0.2.77"
"""The address that people administer from: of the documentation's own (RFC 5737)."""


_MOST_SENT = 2_000
"""So many datagrams wait until they are filed."""

BY_WISH = frozenset({"User Requested", "Idle Timeout", "Max Time Exceeded"})
"""How sessions end by their person's wish, or by their own time."""


class Filing(Protocol):
    """How a collector writes what it got down."""

    def __call__(self, datagram: Datagram, received: str) -> str:
        """The line without its end; `received`: the collector's own time, `Mar 14 22:00:00`."""
        ...


def with_sender(datagram: Datagram, received: str) -> str:
    """`Mar 14 22:00:00 10.20.0.1 <as sent>`: when it came and from where, and then the message.

    As syslog-ng files with `keep-hostname(no)`, and rsyslog with `%rawmsg-after-pri%`.
    """
    return f"{received} {datagram.source} {datagram.payload.partition('>')[2]}"


class EmulatedTestbed:
    """An emulated pair behind `ports.Testbed`. It takes what its pair sends to collectors."""

    def __init__(
        self, world: EmulatedWorld, filing: Filing = with_sender, filed: tuple[str, ...] = ()
    ) -> None:
        self._world = world
        self._filing = filing
        self._filed = list(filed)

    @property
    def world(self) -> EmulatedWorld:
        """The pair's world: for who knows the emulator, and wants the truth."""
        return self._world

    @property
    def access(self) -> EmulatedAccess:
        """The way to the units, for the tool."""
        return self._world.access

    @property
    def clock(self) -> Clock:
        """The pair's own time."""
        return self._world.clock

    @property
    def seats(self) -> Seats:
        """The two management addresses."""
        return self._world.seats

    @property
    def starts_ms(self) -> int:
        """What instant 0 is, in milliseconds since 1970."""
        return self._world.pair.scenario.starts_at * 1_000

    def console(self, on: str) -> EmulatedConsole:
        """A console in privileged EXEC, with no pager; what greets a person is its first reply.

        Raises:
            NoAnswer: nobody answers there now, or five sessions are open.
        """
        conversation = self._came_in(on)
        if conversation is None:
            self.clock.sleep(timedelta(milliseconds=SILENCE_MS))
            raise NoAnswer(Seat(on), None, "nobody answers")
        return EmulatedConsole(
            self._world.pair, conversation, Seat(on), self.clock, self._world.keeper
        )

    def happen(self, event: str, arguments: Mapping[str, Argument]) -> None:
        """Let something befall the pair.

        Raises:
            UsageFault: there is no such event, or it cannot happen now. Nothing has happened.
        """
        values: dict[str, Value] = {}
        for name, value in arguments.items():
            if isinstance(value, float):
                raise UsageFault(f"{event}: `{name} = {value}`: no event takes a fraction")
            values[name] = value
        try:
            self._world.give(lambda at: Happened(at, event, values))
            if len(self._world.pair.outbox) > _MOST_SENT:
                self._file()
        except WrongEvent as wrong:
            raise UsageFault(str(wrong)) from wrong

    def collected(self) -> str:
        """What a collector has received so far, a line each, in the order of arrival."""
        self._file()
        text = "".join(self._filed)
        self._filed = [text]
        return text

    def _file(self) -> None:
        """Write down what has come: of a big pair's night a line takes less room than a datagram.

        What is filed is filed in blocks.
        """
        pair = self._world.pair
        wall = shared_wall(pair, 0)
        lines = []
        for datagram in pair.outbox:
            # `Mar 14 2026 22:00:00`: a collector's traditional stamp has no year.
            month, day, _, time = wall.log(datagram.at).split()
            received = f"{month} {int(day):2d} {time}"
            lines.append(f"{self._filing(datagram, received)}\n")
        pair.outbox.clear()
        if lines:
            self._filed.append("".join(lines))

    def came(self) -> Came:
        """What has come of the night by now, by the emulator's own books."""
        pair = self._world.pair
        active = pair.active_unit()
        leases = () if active is None else tuple(active.leases.values())
        rows = {} if active is None else active.rows
        return Came(
            lost=sum(one.ending is not None and _is_lost(one.ending) for one in booked(pair)),
            orphaned=sum(row.token is None for unit in pair.units for row in unit.rows.values()),
            leaked=sum(_is_nobodys(rows, lease) for pool in leases for lease in pool.values()),
        )

    def fork(self) -> "EmulatedTestbed":
        """A twin that shares nothing."""
        return EmulatedTestbed(self._world.fork(), self._filing, tuple(self._filed))

    def close(self) -> None:
        """Hand the pair to its keeper, and let go."""
        self._world.close()

    def _came_in(self, on: str) -> Conversation | None:
        if on in SERIALS:
            opened = self._world.give(lambda at: Opened(at, on))
            return opened if isinstance(opened, Conversation) else None
        if on not in SEATS:
            return None
        login = self._world.pair.scenario.login
        entered = self._world.give(lambda at: LoggedIn(at, on, login.user, DESK))
        if not isinstance(entered, Conversation):
            return None
        greeting, entered.unasked = entered.unasked, ""
        number = entered.number
        lines = ["terminal pager 0"]
        if entered.mode == "exec":
            lines = ["enable", login.enable, *lines]
        for line in lines:
            self._world.give(lambda at, line=line: Received(at, number, line))  # type: ignore[misc]
        entered.unasked = greeting + entered.unasked
        return entered


def _is_lost(ending: Ending) -> bool:
    return ending.why not in BY_WISH


def _is_nobodys(rows: Mapping[int, Row], lease: Lease) -> bool:
    """Whether an address is in use, and no session that lives has it."""
    if lease.held_until is not None:
        return False
    row = None if lease.index is None else rows.get(lease.index)
    return row is None or row.token is None
