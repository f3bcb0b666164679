"""Pairs that are served over SSH on loopback, on ports that are free, and people at their consoles.

async with served() as site:
    person = await site.log_in("active")
    assert "up" in await person.types("show version")
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncssh
import worlds

from upgrader.access.emulated.shelf import FileShelf
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.scenario import SshSpec
from upgrader.emulator.sshd.offer import OFFERS, new_key
from upgrader.emulator.sshd.station import Station, Wanted
from upgrader.emulator.surface import inputs

USER, PASSWORD = "admin", "cisco"
SEATS = ("active", "standby", "primary", "secondary")


@cache
def keys(algorithms: str) -> tuple[bytes, ...]:
    """Host keys, made once for all tests."""
    return tuple(new_key(kind) for kind in OFFERS[algorithms].key_kinds)


@dataclass
class Person:
    """Somebody at a console."""

    connection: asyncssh.SSHClientConnection
    process: asyncssh.SSHClientProcess

    async def reads(self, until: bytes = b"# ", within_s: float = 5.0) -> str:
        """What comes up to that end; what came, where nothing more does."""
        got = b""
        try:
            async with asyncio.timeout(within_s):
                while not got.endswith(until):
                    piece = await self.process.stdout.read(65_536)
                    if not piece:
                        break
                    got += piece
        except TimeoutError:
            pass
        return got.decode(errors="replace")

    async def types(self, line: str, until: bytes = b"# ", within_s: float = 5.0) -> str:
        """A line, and what comes of it."""
        self.process.stdin.write(line.encode() + b"\n")
        return await self.reads(until, within_s)

    async def hangs_up(self) -> None:
        self.connection.close()
        await self.connection.wait_closed()


@dataclass
class Site:
    """A pair that is served."""

    station: Station
    kept: list[inputs.Input]
    shelf: Path
    people: list[Person] = field(default_factory=list)

    @property
    def pair(self) -> EmulatedPair:
        return self.station.live.pair

    @property
    def where(self) -> Mapping[str, tuple[str, int]]:
        return self.station.addresses.where

    async def connect(self, seat: str, **words: object) -> asyncssh.SSHClientConnection:
        host, port = self.where[seat]
        given = {"username": USER, "password": PASSWORD, "known_hosts": None, "config": None}
        given |= {"client_keys": None, "agent_path": None, **words}
        return await asyncssh.connect(host, port, **given)

    async def log_in(self, seat: str, *, enabled: bool = True, **words: object) -> Person:
        connection = await self.connect(seat, **words)
        process = await connection.create_process(encoding=None, term_type="vt100")
        person = Person(connection, process)
        self.people.append(person)
        await person.reads(b"> ")
        if enabled:
            await person.types("enable", b"Password: ")
            await person.types("cisco")
            await person.types("terminal pager 0")
        return person

    async def until(self, claim: Callable[[], bool], within_s: float = 10.0) -> None:
        async with asyncio.timeout(within_s):
            while not claim():  # noqa: ASYNC110  nothing in a pair tells of itself
                await asyncio.sleep(0.01)


@asynccontextmanager
async def served(
    *,
    rate: float = 600.0,
    ssh: SshSpec | None = None,
    extra: tuple[str, ...] = ("ssh scopy enable",),
    keep: Callable[[inputs.Input], None] | None = None,
    syslog: tuple[str, int] | None = None,
    **words: object,
) -> AsyncIterator[Site]:
    """Serve a pair as `worlds.scenario` tells it, with `prompt hostname priority state`."""
    lines = (*worlds.config(), "prompt hostname priority state", *extra)
    told = worlds.scenario(lines=words.pop("lines", lines), **words)
    told = replace(told, ssh=ssh or SshSpec())
    kept: list[inputs.Input] = []
    with TemporaryDirectory() as folder:
        shelf = Path(folder) / "files"
        wanted = Wanted(
            pair=EmulatedPair.from_scenario(told),
            keep=keep or kept.append,
            save=lambda _: None,
            rate=rate,
            where=dict.fromkeys(SEATS, ("127.0.0.1", 0)),
            host_keys=[keys(told.ssh.algorithms)] * 2,
            shelf=FileShelf(shelf),
            syslog=syslog,
            slowed_s=0.0,
        )
        station = Station(wanted)
        await station.open()
        site = Site(station, kept, shelf)
        try:
            yield site
        finally:
            for person in site.people:
                person.connection.abort()
            await station.close()
