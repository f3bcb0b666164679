"""`emulate`: an emulated pair that people and their tools log in to over SSH."""

import sys
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from upgrader.cli.commands.options import AsJson, Fresh, PairArgument, positive

# Adapters, views and whatever they bring are imported inside the commands: `--help` needs none.
# ruff: noqa: PLC0415

if TYPE_CHECKING:
    from upgrader.access.emulated.serving import Spot
    from upgrader.cli.pairfile.pair import PairFile

LISTEN = "127.0.0.11,127.0.0.12"
UNIT_LISTEN = "127.0.0.13,127.0.0.14"


def emulate(
    pair: PairArgument,
    rate: Annotated[
        float,
        typer.Option(
            "--rate", metavar="N", callback=positive, help="Device seconds in a real second."
        ),
    ] = 60.0,
    fresh: Fresh = False,
    listen: Annotated[
        str,
        typer.Option(
            "--listen",
            metavar="ACTIVE,STANDBY",
            help="The management addresses, whose owners swap at a failover; the configuration "
            "shows them. Each may have its :PORT.",
        ),
    ] = LISTEN,
    unit_listen: Annotated[
        str,
        typer.Option(
            "--unit-listen",
            metavar="PRIMARY,SECONDARY",
            help="An address of each chassis, whatever its role. Each may have its :PORT.",
        ),
    ] = UNIT_LISTEN,
    port: Annotated[
        int,
        typer.Option(
            "--port",
            metavar="N",
            min=0,
            max=65535,
            help="The port of each address that names none of its own; 0: any that is free.",
        ),
    ] = 2222,
    control: Annotated[
        str | None,
        typer.Option(
            "--control",
            metavar="SOCKET",
            help="A Unix socket to be made, over which tests let things happen to the pair.",
        ),
    ] = None,
    syslog: Annotated[
        str | None,
        typer.Option(
            "--syslog",
            metavar="ADDRESS:PORT",
            help="Where all syslog goes that the units send to collectors. Without it only "
            "collectors on this machine get theirs.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Serve the emulated pair over SSH, until Ctrl-C, which saves it."""
    from ipaddress import ip_address
    from pathlib import Path

    from upgrader.cli.pairfile.pair import read_pair
    from upgrader.cli.runs.conducting import made_anew
    from upgrader.cli.runs.home import home
    from upgrader.cli.worlds.emulated import enter_emulated, serve

    wanted, worlds = read_pair(pair), home().worlds
    addresses = (*_two("--listen", listen, port), *_two("--unit-listen", unit_listen, port))
    where = dict(zip(("active", "standby", "primary", "secondary"), addresses, strict=True))
    _refuse_twice(addresses)
    collector = None if syslog is None else _address("--syslog", syslog, 514, "127.0.0.1:514")
    outside = {host for host, _ in where.values() if not ip_address(host).is_loopback}
    for host in sorted(outside):
        _warn(
            f"{host} is no loopback address: whoever reaches it can log in to this pair, "
            "with a password that everybody knows"
        )
    world = enter_emulated(wanted, worlds, command="upgrader emulate", fresh=fresh)
    if fresh:
        made_anew(home(), wanted)
    with closing(world):
        login = world.pair.scenario.login

        def ready(spots: "tuple[Spot, ...]") -> None:
            user = (login.user, login.password, login.enable)
            if as_json:
                _write_json(wanted, rate, spots, user, control)
            else:
                _write_table(wanted, rate, spots, user, control)

        socket = None if control is None else Path(control)
        serve(world, wanted, worlds, where, rate, socket, collector, ready, _warn, _fault)
    if not as_json:
        sys.stderr.write(f"upgrader: {wanted.name} is saved\n")
    return 0


def _two(option: str, text: str, port: int) -> "list[tuple[str, int]]":
    from upgrader.ports import UsageFault

    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 2:
        raise UsageFault(f"{option} {text!r}: say two addresses, like {option} {LISTEN}")
    return [_address(option, part, port) for part in parts]


def _refuse_twice(addresses: "tuple[tuple[str, int], ...]") -> None:
    """Refuse two seats at one address and port; port 0 is another one each time."""
    from upgrader.ports import UsageFault

    for host, port in addresses:
        if port and addresses.count((host, port)) > 1:
            raise UsageFault(
                f"{host} port {port} is named for two seats: each needs an address or a port of "
                "its own, like 127.0.0.1:2201,127.0.0.1:2202"
            )


def _address(
    option: str, text: str, port: int, like: str = "127.0.0.11 or 127.0.0.11:2201"
) -> tuple[str, int]:
    """Read `127.0.0.11`, `127.0.0.11:2201`, `::1` or `[::1]:2201`."""
    from ipaddress import ip_address

    from upgrader.ports import UsageFault

    host, said = text, ""
    if text.startswith("["):
        host, _, said = text[1:].partition("]")
        said = said.removeprefix(":")
    elif text.count(":") == 1:
        host, _, said = text.partition(":")
    fault = UsageFault(f"{option} {text!r}: is no address with or without port; say it like {like}")
    if said and not (said.isascii() and said.isdigit() and int(said) <= 65_535):
        raise fault
    try:
        return str(ip_address(host)), int(said) if said else port
    except ValueError:
        raise fault from None


def _write_table(
    pair: "PairFile",
    rate: float,
    spots: "tuple[Spot, ...]",
    login: tuple[str, str, str],
    control: str | None,
) -> None:
    """What is served, for a person at 80 columns."""
    user, password, enable = login
    lines = [
        f"{pair.name} answers over SSH; {rate:g} device seconds go by in a second.",
        "",
        f"{'address':<16} {'port':>5}  {'seat':<10} {'who answers there now'}",
    ]
    lines += [
        f"{spot.host:<16} {spot.port:>5}  {spot.seat:<10} {spot.who or 'nobody'}" for spot in spots
    ]
    lines += [
        "",
        f"user {user}, password {password}, enable password {enable}"
        if login == ("admin", "cisco", "cisco")
        else f"user {user}; passwords as in the pair file",
    ]
    if control is not None:
        lines.append(f"control socket {control}")
    first = spots[0]
    lines += [
        "",
        f"Log in:  ssh -p {first.port} {user}@{first.host}",
        "Stop:    Ctrl-C here; the pair is saved, and goes on from there next time.",
        "",
    ]
    sys.stdout.write("\n".join(lines))
    sys.stdout.flush()


def _write_json(
    pair: "PairFile",
    rate: float,
    spots: "tuple[Spot, ...]",
    login: tuple[str, str, str],
    control: str | None,
) -> None:
    from os import getpid

    from upgrader.views.json_values import SCHEMA, Json, dumps

    shown: dict[str, Json] = {
        "schema": SCHEMA,
        "command": "emulate",
        "exit_code": 0,
        "pair": pair.name,
        "process": getpid(),
        "rate": rate,
        "user": login[0],
        "control": control,
        "seats": [
            {"seat": s.seat, "address": s.host, "port": s.port, "answers": s.who or None}
            for s in spots
        ],
    }
    sys.stdout.write(dumps(shown))
    sys.stdout.flush()


def _fault(fault: Exception) -> None:
    """A fault of ours in the pair: who met it has lost his connection, the rest goes on."""
    from upgrader.cli.speaking import own_fault

    _warn(own_fault(fault))


def _warn(text: str) -> None:
    sys.stderr.write(f"upgrader: WARNING: {text}\n")
    sys.stderr.flush()
