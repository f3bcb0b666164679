"""SSH servers on loopback for a client that blocks: each a door with a manner of its own.

    with door(Manner(password="right")) as at:
        line = dialler(at, folder, password="right").dial(at)

They run in a thread of their own; so does a served pair: `with served_pair() as site`.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import asyncssh
from served import Site, served

from upgrader.access.ssh.client import AsyncsshDialler
from upgrader.access.ssh.faults import Limits
from upgrader.access.ssh.loop import EventThread
from upgrader.access.ssh.secrets import Secrets, Surroundings
from upgrader.model.reach import Address, FromEnvironment, HostKeys, Reach, Unsaid

USER = "admin"
HASTY = Limits(connect_s=1.0, login_s=2.0)
PAGE = b"x" * 65_536
STALLS_S = 0.3
"""After so long a client that has taken nothing is said to wait."""


@cache
def key(name: str, kind: str = "ssh-ed25519") -> asyncssh.SSHKey:
    """A key pair of that name; the same one in all tests."""
    return asyncssh.generate_private_key(kind, comment=name)


@dataclass
class Manner:
    """How a door treats whoever knocks."""

    password: str | None = None
    questions: tuple[tuple[tuple[str, bool], ...], ...] = ()
    """Rounds of keyboard-interactive questions: (question, echo)."""
    answers: tuple[str, ...] = ()
    client_key: asyncssh.SSHKey | None = None
    banner: str = ""
    host_keys: tuple[asyncssh.SSHKey, ...] = ()
    forwards: bool = False
    greeting: bytes = b"fw> "
    flood_bytes: int = 0
    """So many bytes are sent after the greeting."""
    scp: Callable[[asyncssh.SSHServerProcess[bytes]], Any] | None = None
    options: dict[str, Any] = field(default_factory=dict)
    open_ones: list[asyncssh.SSHServerConnection] = field(default_factory=list)
    knocks: list[str] = field(default_factory=list)
    """What was tried, in order."""
    sent: list[int] = field(default_factory=lambda: [0])
    stalled: threading.Event = field(default_factory=threading.Event)
    """Set once the client takes nothing more of them."""


class _Server(asyncssh.SSHServer):
    def __init__(self, manner: Manner) -> None:
        self.manner = manner
        self.connection: asyncssh.SSHServerConnection | None = None
        self.round = 0

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self.connection = conn
        self.manner.open_ones.append(conn)
        self.manner.knocks.append("connection")

    def begin_auth(self, username: str) -> bool:
        if self.manner.banner and self.connection is not None:
            self.connection.send_auth_banner(self.manner.banner)
        self.manner.knocks.append(f"user {username}")
        return True

    def password_auth_supported(self) -> bool:
        return self.manner.password is not None

    def validate_password(self, username: str, password: str) -> bool:
        self.manner.knocks.append("password")
        return password == self.manner.password

    def kbdint_auth_supported(self) -> bool:
        return bool(self.manner.questions)

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> Any:
        self.manner.knocks.append("keyboard-interactive")
        return "", "", "", list(self.manner.questions[0])

    def validate_kbdint_response(self, username: str, responses: list[str]) -> Any:
        self.round += 1
        if tuple(responses) != self.manner.answers:
            return False
        if self.round < len(self.manner.questions):
            return "", "", "", list(self.manner.questions[self.round])
        return True

    def public_key_auth_supported(self) -> bool:
        return self.manner.client_key is not None

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        self.manner.knocks.append(f"key {key.get_comment() or key.get_fingerprint()}")
        mine = self.manner.client_key
        return mine is not None and key.public_data == mine.public_data

    def connection_requested(self, *where: Any) -> bool:
        self.manner.knocks.append("forward")
        return self.manner.forwards


async def _serve_shell(manner: Manner, process: asyncssh.SSHServerProcess[bytes]) -> None:
    if process.command is not None:
        if manner.scp is not None:
            await manner.scp(process)
        process.exit(0)
        return
    process.stdout.write(manner.greeting)
    try:
        while manner.sent[0] < manner.flood_bytes:
            process.stdout.write(PAGE)
            await _drained(manner, process)
            manner.sent[0] += len(PAGE)
        while data := await process.stdin.read(1024):
            process.stdout.write(data)
    except (asyncssh.Error, OSError):
        pass
    process.exit(0)


async def _drained(manner: Manner, process: asyncssh.SSHServerProcess[bytes]) -> None:
    """Until the client takes more; whoever waits to hear of it is told that it does not."""
    try:
        await asyncio.wait_for(process.stdout.drain(), STALLS_S)
    except TimeoutError:
        manner.stalled.set()
        await process.stdout.drain()


@contextmanager
def door(manner: Manner) -> Iterator[Address]:
    """Open it, at a free port; yields where."""
    thread = EventThread()

    async def begin() -> asyncssh.SSHAcceptor:
        return await asyncssh.create_server(
            lambda: _Server(manner),
            "127.0.0.1",
            0,
            server_host_keys=list(manner.host_keys or (key("host"),)),
            process_factory=lambda process: _serve_shell(manner, process),
            encoding=None,
            line_editor=False,
            **manner.options,
        )

    acceptor = thread.run(begin())
    try:
        yield Address("127.0.0.1", acceptor.get_port())
    finally:

        async def end() -> None:
            acceptor.close()
            for connection in manner.open_ones:
                connection.abort()
                await connection.wait_closed()
            await asyncio.sleep(0.01)  # transports close in the loop's next turns

        thread.run(end())
        thread.stop()


@contextmanager
def mute(words: bytes = b"", *, close: bool = False) -> Iterator[Address]:
    """Something that takes connections, says these words and no others, and may hang up."""
    thread = EventThread()
    open_ones: list[asyncio.StreamWriter] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_ones.append(writer)
        if words:
            writer.write(words)
            await writer.drain()
        if close:
            writer.close()
            return
        await reader.read()

    async def begin() -> asyncio.Server:
        return await asyncio.start_server(answer, "127.0.0.1", 0)

    server = thread.run(begin())
    try:
        yield Address("127.0.0.1", server.sockets[0].getsockname()[1])
    finally:

        async def end() -> None:
            server.close()
            for writer in open_ones:
                writer.transport.abort()
            await asyncio.sleep(0.01)  # transports close in the loop's next turns

        thread.run(end())
        thread.stop()


@contextmanager
def served_pair(**words: Any) -> Iterator[Site]:
    """A pair that is served, for a client that blocks; `served.served` says the words."""
    thread = EventThread()
    serving = served(**words)
    site = thread.run(serving.__aenter__())
    try:
        yield site
    finally:
        thread.run(serving.__aexit__(None, None, None))
        thread.stop()


def dialler(
    at: Address, folder: Path, *, password: str | None = None, limits: Limits = HASTY, **words: Any
) -> AsyncsshDialler:
    """A client of the pair at that address; `words` are those of `Reach`."""
    given: dict[str, Any] = {
        "active": at,
        "user": USER,
        "password": Unsaid() if password is None else FromEnvironment("LAB"),
        "host_keys": HostKeys.FIRST_USE,
        "config": Path("/dev/null"),
    }
    reach = Reach(**(given | words))
    around = Surroundings({} if password is None else {"LAB": password})
    return AsyncsshDialler(reach, Secrets(reach, "lab", around), folder / "keys" / "lab", limits)
