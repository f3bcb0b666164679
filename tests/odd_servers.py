"""Pairs behind SSH servers that are not ours: an emulated pair thinks, and an odd tongue speaks.

    with odd(Tongue(speaks=without_cr)) as pair:
        assert Shell(tmp_path, monkeypatch)("check", pair.file(tmp_path)).code == 0

What a unit answers is the emulator's; how it comes over the wire is a test's: echo, prompt, pieces,
pauses. Of the emulator's own servers nothing is used.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh
import worlds
from doors import key

from upgrader.access.ssh.loop import EventThread
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.shell import shell
from upgrader.emulator.talk import Answer, Expects

USER, PASSWORD = "admin", "s3cret-of-the-night"
SEATS = ("active", "standby", "primary", "secondary")
RATE = 1_200.0

Speech = Iterable[bytes | float]
"""Pieces, and seconds of silence between them."""


@dataclass(frozen=True)
class Turn:
    """A line that was typed, and what the unit answers."""

    seat: str
    unit: int
    before: str
    """The prompt that it was typed behind; or a question."""
    line: str
    text: str
    after: str
    hidden: bool
    """Whether what was typed is a secret."""

    @property
    def echo(self) -> bytes:
        return b"*" * len(self.line) if self.hidden else self.line.encode()

    @property
    def reply(self) -> bytes:
        return self.text.replace("\n", "\r\n").encode()

    @property
    def prompt(self) -> bytes:
        """With a carriage return before it, as ASAs draw it; a question has none."""
        return (b"\r" if self.after.rstrip()[-1:] in "#>" else b"") + self.after.encode()


def plainly(turn: Turn) -> Speech:
    """As a real 9.12 does, byte for byte."""
    yield turn.echo + b"\r\n" + turn.reply + turn.prompt


def as_it_is(_: Turn) -> None:
    """The emulator's own answer."""


@dataclass
class Tongue:
    """How a server speaks."""

    speaks: Callable[[Turn], Speech] = plainly
    greets: Callable[[str], Speech] = lambda prompt: (b"\r" + prompt.encode(),)
    says: Callable[[Turn], str | None] = as_it_is
    """Another answer than the emulator's."""
    renames: Callable[[str], str] = str
    """Another prompt than the emulator's."""
    hangs_up_after: Callable[[Turn], bool] = lambda _: False
    dead: frozenset[str] = frozenset()
    """Seats where nobody listens."""
    answers_for: dict[str, str] = field(default_factory=dict)
    """Seats at which the unit of another seat answers."""
    lines: tuple[str, ...] = ()
    """Of the configuration."""
    listens: str = "127.0.0.1"
    options: dict[str, Any] = field(default_factory=dict)
    """Of the SSH server."""
    host_keys: Callable[[str], asyncssh.SSHKey] = lambda _: key("odd")


@dataclass
class OddPair:
    """A pair that is served."""

    pair: EmulatedPair
    tongue: Tongue
    ports: dict[str, int] = field(default_factory=dict)
    typed: list[tuple[int, str]] = field(default_factory=list)
    """Chassis and line, for each that a unit took in."""
    logins: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    begins: int = 0

    def __post_init__(self) -> None:
        self.begins = self.pair.now

    def file(self, folder: Path, *seats: str, host: str = "127.0.0.1", more: str = "") -> str:
        """A pair file for it; two addresses, or those of the seats."""
        where = "\n".join(
            f'{seat} = "{host}:{self.ports[seat]}"' for seat in seats or ("active", "standby")
        )
        path = folder / "odd.toml"
        path.write_text(
            'name = "odd"\n[target]\nversion = "9.16(4)"\n'
            f'[ssh]\n{where}\nuser = "{USER}"\npassword = "env:ODD_PASSWORD"\n'
            f'host_keys = "first-use"\nconfig = "/dev/null"\nrate = {RATE:g}\n{more}\n'
        )
        return str(path)

    def heard(self, line: str) -> int:
        """How often a unit took that line in."""
        return sum(typed == line for _, typed in self.typed)

    def settle(self) -> None:
        """Let the pair's time catch up with ours."""
        to = self.begins + int((time.monotonic() - self.began) * 1_000 * RATE)
        self.pair.advance(max(self.pair.now, to))


class _Server(asyncssh.SSHServer):
    def password_auth_supported(self) -> bool:
        return True

    def begin_auth(self, username: str) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return password == PASSWORD


class _Shell:
    """One session."""

    def __init__(self, site: OddPair, seat: str, process: Any) -> None:
        self.site, self.seat, self.process = site, seat, process
        site.logins.append(seat)
        site.settle()
        pair = site.pair
        conversation = pair.log_in(site.tongue.answers_for.get(seat, seat), USER, "192.0.2.9")
        assert conversation is not None, "asked before"
        self.number, self.unit = conversation.number, conversation.unit
        self.at = self.prompt(conversation)
        self.hidden = False

    def prompt(self, conversation: Any) -> str:
        return self.site.tongue.renames(shell.prompt(self.site.pair, conversation))

    async def serve(self) -> None:
        tongue, process = self.site.tongue, self.process
        await self.say(tongue.greets(self.at))
        pending = b""
        while data := await process.stdin.read(1024):
            pending += data
            while pending:
                if self.at.rstrip().endswith("[confirm]"):
                    line, pending = pending[:1], pending[1:]
                    if line.strip():
                        await self.turn(line.decode())
                    continue
                line, newline, rest = pending.replace(b"\r", b"\n").partition(b"\n")
                if not newline:
                    break
                pending = rest
                if not await self.turn(line.decode(errors="replace")):
                    return

    async def turn(self, line: str) -> bool:
        site, pair = self.site, self.site.pair
        site.settle()
        conversation = pair.conversations.get(self.number)
        owner = pair.owner_of(site.tongue.answers_for.get(self.seat, self.seat))
        if conversation is None or owner != self.unit:
            return False
        if not self.hidden:
            site.typed.append((self.unit, line))
        answer: Answer = pair.receive(self.number, line)
        while pair.now < answer.due:
            await asyncio.sleep(0.002)
            site.settle()
        conversation = pair.conversations.get(self.number)
        gone = answer.dropped or conversation is None
        asks = conversation is not None and conversation.dialogue is not None
        after = answer.prompt if asks or conversation is None else self.prompt(conversation)
        turn = Turn(self.seat, self.unit, self.at, line, answer.text, after, self.hidden)
        other = site.tongue.says(turn)
        if other is not None:
            turn = Turn(self.seat, self.unit, self.at, line, other, after, self.hidden)
        self.at, self.hidden = after, answer.expects is Expects.HIDDEN
        if answer.silent:
            return True
        await self.say(site.tongue.speaks(turn))
        return not gone and not site.tongue.hangs_up_after(turn)

    async def say(self, pieces: Speech) -> None:
        for piece in pieces:
            if isinstance(piece, float):
                await asyncio.sleep(piece)
            else:
                self.process.stdout.write(piece)
                await self.process.stdout.drain()


@contextmanager
def odd(tongue: Tongue | None = None, **words: Any) -> Iterator[OddPair]:
    """Serve it on loopback, each seat at a free port; `words` are those of `worlds.scenario`."""
    tongue = tongue or Tongue()
    said = ("prompt hostname priority state", f"enable password {PASSWORD}", *tongue.lines)
    lines = (*worlds.config(), *said)
    pair = EmulatedPair.from_scenario(worlds.scenario(**({"lines": lines} | words)))
    site = OddPair(pair, tongue)
    thread = EventThread()
    open_ones: set[asyncssh.SSHServerConnection] = set()

    def serving(seat: str) -> Callable[[Any], Any]:
        async def serve(process: Any) -> None:
            open_ones.add(process.channel.get_connection())
            shell: _Shell | None = None
            try:
                if pair.owner_of(tongue.answers_for.get(seat, seat)) is not None:
                    shell = _Shell(site, seat, process)
                    await shell.serve()
            except (asyncssh.Error, OSError):
                pass
            if shell is not None and shell.number in pair.conversations:
                pair.hang_up(shell.number)  # an ASA takes five, and this one has ended
            process.channel.get_connection().abort()

        return serve

    async def begin() -> list[asyncssh.SSHAcceptor]:
        acceptors = []
        for seat in SEATS:
            if seat in tongue.dead:
                site.ports[seat] = 1
                continue
            acceptor = await asyncssh.create_server(
                _Server,
                tongue.listens,
                0,
                server_host_keys=[tongue.host_keys(seat)],
                process_factory=serving(seat),
                encoding=None,
                line_editor=False,
                **tongue.options,
            )
            site.ports[seat] = acceptor.get_port()
            acceptors.append(acceptor)
        return acceptors

    acceptors = thread.run(begin())
    try:
        yield site
    finally:

        async def end() -> None:
            for acceptor in acceptors:
                acceptor.close()
            for connection in open_ones:
                connection.abort()
            await asyncio.sleep(0.01)  # transports close in the loop's next turns

        thread.run(end())
        thread.stop()
