"""Lines for tests: to an emulated pair through real bytes, dying ones, and peers that talk rubbish.

    firewall = Wired.of(pair(sessions=3))
    night = firewall.upgraded()          # every byte of it went through two terminals

No sockets, no real time: `receive` lets the pair's own time pass, a second of it for a second of
waiting.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain
from math import ceil

from nights import Firewall, Listening, Watch

from upgrader.access.emulated.world import EmulatedWorld
from upgrader.access.ssh.console import Manners, TerminalConsole, enter
from upgrader.access.ssh.line import Line, LineClosed
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.shell import shell
from upgrader.emulator.sshd.terminal import (
    EndWanted,
    HelpWanted,
    LeftConfiguration,
    Terminal,
    Typed,
)
from upgrader.emulator.talk import Answer
from upgrader.model.names import Seat
from upgrader.ports import Clock, NoAnswer, Seats, World

USER, PASSWORD = "admin", "cisco"
SOON = timedelta(milliseconds=20)


class PairLine:
    """A shell on a unit of an emulated pair, as `emulator/sshd` serves it, without a network."""

    def __init__(self, host: "WiredAccess", seat: str, columns: int = 0) -> None:
        pair = host.pair
        conversation = pair.log_in(seat, host.user, "192.0.2.9")
        assert conversation is not None, "asked before"
        self.number, self.seat, self.unit = conversation.number, seat, conversation.unit
        self._host, self._pair, self._columns = host, pair, columns
        self._terminal = Terminal()
        self._out = b""
        self._later: Answer | None = None
        self._gone = False
        """The unit has said good-bye, or its address is another's."""
        self._silent = False
        self._width()
        text, conversation.unasked = conversation.unasked, ""
        self._terminal.answer(text, shell.prompt(pair, conversation))

    def send(self, data: bytes) -> None:
        """What the tool types."""
        self.settle()
        if self._gone and not self._silent:
            raise LineClosed("connection reset by peer")
        if not self._gone:
            self._terminal.receive(data)
            self._go_on()

    def receive(self, seconds: float) -> bytes:
        """What has come; the pair's time passes until something has."""
        ends = self._pair.now + ceil(seconds * 1_000)
        while True:
            self.settle()
            data, self._out = self._out + self._terminal.data_to_send(), b""
            if data:
                return data
            if self._gone and not self._silent:
                raise LineClosed("connection reset by peer")
            now = self._pair.now
            if now >= ends:
                return b""
            dues = [ends, self._pair.next_timer()]
            dues += [] if self._later is None else [self._later.due]
            to = min(at for at in dues if at is not None)
            self._host.clock.sleep(timedelta(milliseconds=max(1, to - now)))

    def close(self) -> None:
        """Hang up."""
        if not self._gone:
            self._gone = True
            self._pair.hang_up(self.number)
        self._host.lines.pop(self.number, None)

    def settle(self) -> None:
        """Take up what the unit printed by itself, what is due, and whether it is there at all."""
        if self._gone:
            return
        conversation = self._pair.conversations.get(self.number)
        if conversation is None or self._pair.owner_of(self.seat) != self.unit:
            self._pair.conversations.pop(self.number, None)
            self._gone = True
            self._silent = self._pair.scenario.ssh.session_fate == "hang"
            return
        if conversation.unasked:
            text, conversation.unasked = conversation.unasked, ""
            if self._pair.scenario.ssh.console_lines or conversation.monitors:
                asks = conversation.dialogue is not None
                prompt = None if asks else shell.prompt(self._pair, conversation)
                self._terminal.unasked(text, prompt)
        if self._later is not None and self._later.due <= self._pair.now:
            answer, self._later = self._later, None
            self._show(answer)
            self._go_on()

    def _go_on(self) -> None:
        while not self._gone and (event := self._terminal.next_event()) is not None:
            match event:
                case Typed(line=line):
                    self._carry_out(line)
                case LeftConfiguration():
                    self._carry_out("end")
                case HelpWanted():
                    self._terminal.help("")
                case EndWanted():
                    self._terminal.complete("")

    def _carry_out(self, line: str) -> None:
        self._host.heard.append((self.unit, line))
        answer = self._pair.receive(self.number, line)
        if answer.silent:
            return
        if answer.due > self._pair.now:
            self._later = answer
        else:
            self._show(answer)

    def _show(self, answer: Answer) -> None:
        conversation = self._pair.conversations.get(self.number)
        if answer.dropped or conversation is None:
            self._terminal.answer(answer.text, "", asks=True)
            self._gone = True
            return
        asks = conversation.dialogue is not None
        prompt = answer.prompt if asks else shell.prompt(self._pair, conversation)
        self._width()
        page = conversation.pager
        self._terminal.answer(answer.text, prompt, answer.expects, asks=asks, page=page)

    def _width(self) -> None:
        conversation = self._pair.conversations[self.number]
        self._terminal.width = max(self._columns, conversation.width)


Wrap = Callable[[Line], Line]


def bare(line: Line) -> Line:
    return line


@dataclass
class WiredAccess:
    """An access whose consoles are terminals at both ends."""

    pair: EmulatedPair
    clock: Clock
    seats: Seats
    wrap: Wrap = bare
    manners: Manners = field(default_factory=Manners)
    columns: int = 0
    lines: dict[int, PairLine] = field(default_factory=dict)
    heard: list[tuple[int, str]] = field(default_factory=list)
    """Chassis and line, for each that a unit took in."""
    logins: int = 0
    user: str = USER
    password: str = PASSWORD

    def open(self, seat: Seat) -> TerminalConsole:
        name = "active" if seat == self.seats.active else "standby"
        if self.pair.owner_of(name) is None or self.pair.sessions_full(name):
            self.clock.sleep(timedelta(seconds=5))
            raise NoAnswer(seat, None, "nobody answers")
        self.logins += 1
        line = PairLine(self, name, self.columns)
        self.lines[line.number] = line
        return enter(
            self.wrap(line),
            seat,
            enable=lambda: self.password,
            manners=self.manners,
            monotonic=lambda: self.pair.now / 1_000,
        )


@dataclass
class WiredWorld:
    """An emulated world whose consoles are terminals."""

    inner: EmulatedWorld
    access: WiredAccess

    @property
    def clock(self) -> Clock:
        return self.inner.clock

    @property
    def seats(self) -> Seats:
        return self.inner.seats

    def fork(self) -> World:
        return self.inner.fork()

    def close(self) -> None:
        self.inner.close()


class Wired(Firewall):
    """An emulated pair with the tool in front of it, and terminals in between."""

    def __init__(
        self,
        pair: EmulatedPair,
        wrap: Wrap = bare,
        manners: Manners | None = None,
        columns: int = 0,
    ) -> None:
        self.pair = pair
        inner = EmulatedWorld(pair)
        self.access = WiredAccess(
            pair, inner.clock, inner.seats, wrap, manners or Manners(), columns
        )
        self.world = Listening(WiredWorld(inner, self.access))
        self.watch = Watch(pair)

    def heard(self, line: str) -> int:
        """How often a unit took in that line, whoever typed it."""
        return sum(heard == line for _, heard in self.access.heard)

    def console(self, seat: str = "active") -> TerminalConsole:
        return self.access.open(getattr(self.world.seats, seat))


# ── lines that die ─────────────────────────────────────────────────────────────────────


@dataclass
class Doom:
    """When a line of a night dies: that which carries the first byte once it is armed.

    Its bytes of both directions are counted together.
    """

    at: int
    how: str
    """`hang`: nothing comes any more; `reset`: the other side is gone."""
    clock: Clock
    passed: int = 0
    died: bool = False
    on: "DyingLine | None" = None

    def arm(self, at: int) -> None:
        """From now on bytes are counted."""
        self.at, self.passed, self.on = at, 0, None


class DyingLine:
    """A line that dies at a byte, in either direction; the one that it is wrapped around stays."""

    def __init__(self, inner: Line, doom: Doom) -> None:
        self._inner = inner
        self._doom = doom
        self._dead = False

    def send(self, data: bytes) -> None:
        if self._dead:
            self._fails()
            return
        through = self._through(data)
        if through:
            self._inner.send(through)
        if self._dead:
            self._fails()

    def receive(self, seconds: float) -> bytes:
        if self._dead:
            self._waits(seconds)
            return b""
        data = self._inner.receive(seconds)
        through = self._through(data)
        if self._dead and not through:
            self._waits(seconds)
        return through

    def close(self) -> None:
        """Hang up; of a line that hangs the other side hears nothing, and its session stays."""
        if not (self._dead and self._doom.how == "hang"):
            self._inner.close()

    def _through(self, data: bytes) -> bytes:
        doom = self._doom
        if data and doom.on is None:
            doom.on = self
        if doom.on is not self or doom.died:
            return data
        if doom.passed + len(data) > doom.at:
            data = data[: doom.at - doom.passed]
            self._dead = doom.died = True
        doom.passed += len(data)
        return data

    def _fails(self) -> None:
        if self._doom.how == "reset":
            raise LineClosed("connection reset by peer")

    def _waits(self, seconds: float) -> None:
        self._fails()
        self._doom.clock.sleep(timedelta(seconds=seconds))


class MuteLine:
    """A line whose other side is there until it is asked one thing, and silent from then on."""

    def __init__(self, inner: Line, at: bytes) -> None:
        self._inner = inner
        self._at = at
        self._is_mute = False

    def send(self, data: bytes) -> None:
        self._is_mute = self._is_mute or data.startswith(self._at)
        if not self._is_mute:
            self._inner.send(data)

    def receive(self, seconds: float) -> bytes:
        data = self._inner.receive(seconds)
        return b"" if self._is_mute else data

    def close(self) -> None:
        self._inner.close()


# ── peers that are written down ────────────────────────────────────────────────────────


class Peer:
    """Somebody at the other end who says what a test tells him, in virtual time.

    `says(data)` is asked for each packet that the tool sends; what it yields comes back piece by
    piece: bytes, or a number of seconds of silence.
    """

    def __init__(
        self, says: Callable[[bytes], Iterator[bytes | float]], greets: bytes = b""
    ) -> None:
        self._says = says
        self._coming: Iterator[bytes | float] = iter((greets,))
        self._ready = 0.0
        """When the next piece comes."""
        self.now = 0.0
        self.sent: list[bytes] = []
        self.is_closed = False

    def send(self, data: bytes) -> None:
        assert not self.is_closed, "a closed line is never sent to"
        self.sent.append(data)
        self._coming = chain(self._coming, self._says(data))

    def receive(self, seconds: float) -> bytes:
        assert not self.is_closed, "a closed line is never listened to"
        ends = self.now + seconds
        while True:
            if self._ready > ends:
                self.now = ends
                return b""
            self.now = max(self.now, self._ready)
            piece = next(self._coming, None)
            if piece is None:
                self.now = ends
                return b""
            if isinstance(piece, float):
                self._ready = self.now + piece
            elif piece:
                return piece

    def wait(self, seconds: float) -> None:
        """Between two lines time passes."""
        self.now += seconds

    def close(self) -> None:
        self.is_closed = True

    @property
    def typed(self) -> bytes:
        return b"".join(self.sent)

    def enter(self, **words: object) -> TerminalConsole:
        return enter(self, Seat("10.1.1.1"), **{"monotonic": lambda: self.now, **words})
