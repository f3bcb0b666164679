"""An emulated pair's world behind an SSH face: its ports, its keys, and where its files lie.

    worlds/edge.hostkeys/primary-ssh-ed25519   a unit's host key, made once: known_hosts stays true
    worlds/edge-1f0c…/files/4f2a…              the bytes of a file that came by SCP

What is served is the world itself: everything that is typed is kept before it is answered.
"""

import errno
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from upgrader.access.emulated.shelf import FileShelf
from upgrader.access.emulated.world import EmulatedWorld
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.sshd.control import ControlFault
from upgrader.emulator.sshd.offer import OFFERS, new_key
from upgrader.emulator.sshd.station import Wanted, serve
from upgrader.emulator.surface.events import WrongEvent
from upgrader.emulator.surface.inputs import Happened, Input
from upgrader.journal.disk import DiskFault, write_atomically
from upgrader.ports import UsageFault

UNITS = ("primary", "secondary")
"""A chassis' own seats, in the order of the units."""

Where = Mapping[str, tuple[str, int]]
"""(address, port) by seat: `active`, `standby`, `primary`, `secondary`."""


@dataclass(frozen=True, slots=True)
class Spot:
    """An address that is served."""

    seat: str
    host: str
    port: int
    who: str
    """Who answers there now; empty: nobody."""


@dataclass(frozen=True, slots=True)
class Serving:
    """How a world is to be served."""

    where: Where
    rate: float
    """Device seconds in a real one."""
    host_keys: Path
    """The folder of the units' host keys."""
    files: Path
    """The folder of what comes by SCP."""
    control: Path | None = None
    """The control socket; None: there is none."""
    syslog: tuple[str, int] | None = None
    """The collector that all syslog goes to; None: those on loopback."""


def serve_world(
    world: EmulatedWorld,
    serving: Serving,
    ready: Callable[[tuple[Spot, ...]], None],
    say: Callable[[str], None],
    broken: Callable[[Exception], None],
) -> None:
    """Serve the world until Ctrl-C or SIGTERM. `ready` is told what is served.

    `say` is told what a person has to know, `broken` of faults of ours; both may come at any time.

    Raises:
        UsageFault: a port cannot be taken, a key cannot be read or written, or the configuration
            does not take the addresses.
        DiskFault: an input could not be kept; nothing went in after it.
    """
    pair = world.pair
    wanted = Wanted(
        pair=pair,
        keep=world.keeper.took,
        save=world.keeper.save,
        rate=serving.rate,
        where=serving.where,
        host_keys=[_host_keys(serving.host_keys, pair, unit) for unit in UNITS],
        first=_addresses_shown(world, serving.where),
        shelf=FileShelf(serving.files),
        control=serving.control,
        syslog=serving.syslog,
        say=say,
        broken=broken,
    )
    try:
        serve(wanted, lambda where: ready(_spots(pair, where)))
    except WrongEvent as fault:
        raise UsageFault(
            f"the pair cannot be managed there: {fault}. Say other addresses with --listen"
        ) from fault
    except OSError as fault:
        raise UsageFault(_port_problem(fault)) from fault
    except ControlFault as fault:
        raise UsageFault(str(fault)) from fault


def _spots(pair: EmulatedPair, where: Where) -> tuple[Spot, ...]:
    spots = []
    for seat, (host, port) in where.items():
        u = pair.owner_of(seat)
        who = ""
        if u is not None:
            unit = pair.units[u]
            who = f"{unit.role.value}, {unit.state.value}"
        spots.append(Spot(seat, host, port, who))
    return tuple(spots)


def _addresses_shown(world: EmulatedWorld, where: Where) -> list[Callable[[int], Input]]:
    """What lets the configuration show the addresses that are served; empty: it does already.

    Two seats at one address, told apart by their ports, cannot stand in a configuration, nor can
    an address that means every one.
    """
    active, standby = where["active"][0], where["standby"][0]
    can_stand = all(
        ip_address(host).version == 4 and not ip_address(host).is_unspecified
        for host in (active, standby)
    )
    if active == standby or not can_stand or _shown(world) == (active, standby):
        return []
    arguments = {"active": active, "standby": standby}
    return [lambda at: Happened(at, "set-addresses", arguments)]


def _shown(world: EmulatedWorld) -> tuple[str, str]:
    return world.seats.active, world.seats.standby


def _host_keys(folder: Path, pair: EmulatedPair, unit: str) -> list[bytes]:
    """The unit's host keys, made where there are none yet."""
    offer = OFFERS[pair.scenario.ssh.algorithms]
    return [_host_key(folder / f"{unit}-{kind}", kind) for kind in offer.key_kinds]


def _host_key(path: Path, kind: str) -> bytes:
    try:
        with suppress(FileNotFoundError):
            return path.read_bytes()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = new_key(kind)
        write_atomically(path, key)
    except (OSError, DiskFault) as fault:
        raise UsageFault(f"the host key {path} cannot be read or written: {fault}") from fault
    return key


def _port_problem(fault: OSError) -> str:
    """What is wrong with an address, and what to type."""
    place = fault.filename or "an address"
    match fault.errno:
        case errno.EADDRINUSE:
            return f"{place} is in use. Say another port, like --port 2223"
        case errno.EADDRNOTAVAIL:
            return (
                f"{place} is no address of this machine. Say others with --listen and "
                "--unit-listen, like --listen 127.0.0.1:2201,127.0.0.1:2202 "
                "--unit-listen 127.0.0.1:2203,127.0.0.1:2204"
            )
        case errno.EACCES:
            return f"{place} may not be taken by you. Say a port above 1023, like --port 2222"
        case _:
            return f"{place} cannot be served: {fault.strerror or fault}"
