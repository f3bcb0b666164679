"""Pairs being served: each with its clock, addresses, control socket and syslog, in one loop."""

import asyncio
import logging
import signal
import warnings
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.sshd.addresses import Addresses
from upgrader.emulator.sshd.collector import Collector
from upgrader.emulator.sshd.control import ControlSocket, LiveHost
from upgrader.emulator.sshd.hosting import LivePair
from upgrader.emulator.sshd.scp import Shelf
from upgrader.emulator.sshd.server import SLOWED_S
from upgrader.emulator.surface import inputs
from upgrader.emulator.surface.control import Control

GOOD_BYE_S = 1.0
"""Real seconds that clients have to hear that their connections are closed. Our choice."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a pair is to be served."""

    pair: EmulatedPair
    keep: Callable[[inputs.Input], None]
    """Keeps an input before anything comes of it."""
    save: Callable[[EmulatedPair], None]
    """Writes the pair down whole."""
    rate: float
    """Device seconds in a real one."""
    where: Mapping[str, tuple[str, int]]
    """(host, port) by seat; port 0: any."""
    host_keys: Sequence[Sequence[bytes]]
    """Of each unit."""
    first: Sequence[Callable[[int], inputs.Input]] = ()
    """Inputs that go in once the ports are taken, made of the instant at which they do."""
    shelf: Shelf | None = None
    """Where files go that come by SCP; None: none are taken."""
    control: Path | None = None
    """The control socket; None: there is none."""
    syslog: tuple[str, int] | None = None
    """The collector that all goes to; None: those on loopback."""
    broken: Callable[[Exception], None] | None = None
    """Is told of a fault of ours, after which the pair is written down; None: it is raised."""
    say: Callable[[str], None] = lambda _: None
    """Is told what a person has to know."""
    slowed_s: float = SLOWED_S
    """What a wrong password costs, in real seconds."""

    def told(self, fault: Exception) -> None:
        """A fault of ours: tell it, and write the pair down as it is."""
        if self.broken is None:
            raise fault
        self.broken(fault)
        self.save(self.pair)


class Station:
    """One pair, served from `open` to `close`."""

    def __init__(self, wanted: Wanted) -> None:
        """Take the ports.

        Raises:
            OSError: a port is in use, or an address is none of this machine.
            ValueError: a host key cannot be read.
            WrongEvent: the pair refuses one of the first inputs.
        """
        self.live = LivePair(wanted.pair, wanted.keep, wanted.rate, wanted.told)
        self.addresses = Addresses(
            self.live,
            wanted.where,
            wanted.host_keys,
            shelf=wanted.shelf,
            slowed_s=wanted.slowed_s,
            say=wanted.say,
        )
        for make in wanted.first:
            self.live.give(make)
        self._collector = Collector(self.live, self.addresses.where, wanted.syslog)
        self._control: ControlSocket | None = None
        if wanted.control is not None:
            control = Control(LiveHost(self.live, wanted.save))
            self._control = ControlSocket(wanted.control, control)

    async def open(self) -> None:
        """Answer from now on.

        Raises:
            OSError: a port cannot be listened on.
            ControlFault: the control socket cannot be served.
        """
        await self.addresses.open()
        if self._control is not None:
            await self._control.open()

    async def close(self) -> None:
        """Answer no more; the pair stands as it is now."""
        await self.addresses.close()
        if self._control is not None:
            await self._control.close()
        await self.live.dismiss(GOOD_BYE_S)
        self._collector.close()
        self.live.close()


def serve(wanted: Wanted, ready: Callable[[Mapping[str, tuple[str, int]]], None]) -> None:
    """Serve a pair until SIGINT or SIGTERM. `ready` is told (host, port) by seat.

    Raises:
        OSError, ValueError, ControlFault: as `Station`.
        Exception: whatever keeping an input raised; nothing went into the pair after it.
    """
    # Clients hang up in the middle of a word; asyncio would tell the terminal each time.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    # Old key exchanges are what the pair file asks for; that they are old is no news to anybody.
    warnings.filterwarnings("ignore", message="Diffie-Hellman over finite fields")
    asyncio.run(_serve(wanted, ready))


async def _serve(wanted: Wanted, ready: Callable[[Mapping[str, tuple[str, int]]], None]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    station = Station(wanted)
    try:
        await station.open()
        ready(station.addresses.where)
        await _first(stop.wait(), station.live.failed)
    finally:
        await station.close()


async def _first(stopped: Awaitable[object], failed: "asyncio.Future[None]") -> None:
    """Return when a person stops it; raise when it failed."""
    waiting = asyncio.ensure_future(stopped)
    try:
        await asyncio.wait((waiting, failed), return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
    if failed.done():
        failed.result()
