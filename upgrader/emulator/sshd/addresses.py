"""The addresses of a pair: each listens while a unit owns it, with that unit's keys.

While nobody owns an address its port is kept, but not listened on: a client is refused.
"""

import asyncio
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import asyncssh

from upgrader.emulator.sshd.hosting import LivePair, owners
from upgrader.emulator.sshd.offer import OFFERS, options_of
from upgrader.emulator.sshd.scp import Shelf
from upgrader.emulator.sshd.server import SLOWED_S, Visitor

BACKLOG = 256
"""Clients that may knock at the same moment."""

AGAIN_S = 1.0
"""Real seconds until a port that somebody else has taken meanwhile is tried again."""


@dataclass(slots=True)
class _Door:
    """A port of one seat."""

    seat: str
    host: str
    port: int
    held: socket.socket | None
    """Bound and not listened on, while nobody owns the address."""
    owner: int | None = None
    acceptor: asyncssh.SSHAcceptor | None = None


class Addresses:
    """The listeners of one pair."""

    def __init__(
        self,
        live: LivePair,
        where: Mapping[str, tuple[str, int]],
        host_keys: Sequence[Sequence[bytes]],
        *,
        shelf: Shelf | None = None,
        slowed_s: float = SLOWED_S,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`where`: (host, port) by seat, port 0 for any; `host_keys`: of each unit.

        `say` is told what a person has to know. Ports are taken here.

        Raises:
            OSError: a port is in use, or an address is none of this machine; `filename` names it.
            ValueError: a host key cannot be read.
        """
        offer = OFFERS[live.pair.scenario.ssh.algorithms]
        self._options = [options_of(offer, keys) for keys in host_keys]
        self._live = live
        self._visitor = partial(Visitor, live, shelf=shelf, slowed_s=slowed_s)
        self._say = say
        self._work: asyncio.Task[None] | None = None
        self._closed = False
        self._doors: list[_Door] = []
        try:
            for seat, (host, port) in where.items():
                held = _bound(host, port)
                self._doors.append(_Door(seat, host, held.getsockname()[1], held))
        except OSError:
            self._let_go()
            raise

    @property
    def where(self) -> Mapping[str, tuple[str, int]]:
        """(host, port) by seat."""
        return {door.seat: (door.host, door.port) for door in self._doors}

    async def open(self) -> None:
        """Listen wherever somebody is, and go on doing so as the addresses move.

        Raises:
            OSError: a port cannot be listened on.
        """
        await self._follow()
        self._live.watchers.append(self._look)

    async def close(self) -> None:
        """Listen no more. Open connections stay."""
        self._closed = True
        if self._look in self._live.watchers:
            self._live.watchers.remove(self._look)
        if self._work is not None:
            self._work.cancel()
        for door in self._doors:
            if door.acceptor is not None:
                door.acceptor.close()
        self._let_go()

    def _let_go(self) -> None:
        for door in self._doors:
            if door.held is not None:
                door.held.close()
                door.held = None

    def _look(self) -> None:
        """Whether an address has moved; who was connected to it is told."""
        live = self._live
        now = owners(live.pair)
        if all(door.owner == now[door.seat] for door in self._doors):
            return
        for visitor in [v for v in live.visitors if now[v.seat] != v.unit]:
            visitor.lost()
        if self._work is None or self._work.done():
            self._work = asyncio.get_running_loop().create_task(self._keep_up())

    async def _keep_up(self) -> None:
        """Follow the addresses until each listens where it belongs."""
        while not self._closed:
            try:
                await self._follow()
            except OSError as fault:
                self._say(f"an address cannot be listened on, it is tried again: {fault}")
                await asyncio.sleep(AGAIN_S)
            else:
                return

    async def _follow(self) -> None:
        while True:
            now = owners(self._live.pair)
            moved = next((d for d in self._doors if d.owner != now[d.seat]), None)
            if moved is None:
                return
            await self._move(moved, now[moved.seat])

    async def _move(self, door: _Door, owner: int | None) -> None:
        if door.acceptor is not None:
            door.acceptor.close()
            door.acceptor = None
            door.owner = None
        if door.held is None:
            door.held = _bound(door.host, door.port)
        if owner is None:
            return
        door.acceptor = await asyncssh.listen(
            sock=door.held,
            backlog=BACKLOG,
            options=self._options[owner],
            server_factory=partial(self._visitor, seat=door.seat, unit=owner),
        )
        door.held = None
        door.owner = owner


def _bound(host: str, port: int) -> socket.socket:
    """A socket with that address, not listened on yet."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE | socket.AI_NUMERICHOST
    )[0]
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.settimeout(0)
        bound.bind(address)
    except OSError as fault:
        bound.close()
        raise OSError(fault.errno, fault.strerror, f"{host} port {port}") from fault
    return bound
