"""Shows of interfaces, routes, neighbours and connections: patterns and what they print."""

from collections.abc import Callable
from functools import partial
from ipaddress import AddressValueError, IPv4Address

from upgrader.emulator.screens import addresses, conns, interfaces, routes, rules
from upgrader.emulator.screens.conns import (
    Wanted,
    has_address,
    has_port,
    has_protocol,
    show_conn_count,
)
from upgrader.emulator.screens.identity import show_inspected
from upgrader.emulator.shell.screens import Shows, screen, screen_of, unknown
from upgrader.emulator.shell.talk import Deed, Spoken, Talk
from upgrader.emulator.tables import Pair

_Listing = Callable[[Pair, int, Wanted | None], str]
_LAST_PORT = 65_535


def _conns(show: _Listing, read: Callable[[tuple[str, ...]], Wanted | None]) -> Deed:
    """Connections that fit what was typed; the device refuses what it cannot read."""

    def deed(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
        wanted = read(arguments)
        if wanted is None:
            return unknown(talk, len("show conn "))
        return Spoken(show(talk.pair, talk.u, wanted))

    return deed


def _all(show: _Listing) -> Deed:
    return screen(lambda pair, u: show(pair, u, None))


def _address(arguments: tuple[str, ...]) -> Wanted | None:
    """`A`, `A-B`, or `A netmask M`."""
    first, _, last = arguments[0].partition("-")
    try:
        begin, end = int(IPv4Address(first)), int(IPv4Address(last or first))
        if len(arguments) > 1:
            mask = int(IPv4Address(arguments[1]))
            begin, end = begin & mask, begin | ~mask & 0xFFFFFFFF
    except AddressValueError:
        return None
    return has_address(begin, end)


def _port(arguments: tuple[str, ...]) -> Wanted | None:
    """`443`, or `1000-2000`."""
    first, _, last = arguments[0].partition("-")
    numbers = [int(word) for word in (first, last or first) if word.isdigit()]
    if len(numbers) < 2 or max(numbers) > _LAST_PORT:
        return None
    return has_port(*numbers)


def _protocol(arguments: tuple[str, ...]) -> Wanted | None:
    """`tcp` or `udp`; others exist, and have no connection here."""
    word = arguments[0].lower()
    return has_protocol(word) if word in {"tcp", "udp", "icmp", "sctp"} else None


def _of_connections() -> Shows:
    forms = (
        ("", conns.show_conn),
        (" all", conns.show_conn),
        (" detail", conns.show_conn_detail),
        (" long", conns.show_conn_long),
    )
    shows: list[tuple[str, Deed]] = []
    for word, show in forms:
        head = f"show conn{word}"
        shows += [
            (head, _all(show)),
            (f"{head} address <address>", _conns(show, _address)),
            (f"{head} address <address> netmask <mask>", _conns(show, _address)),
            (f"{head} port <port>", _conns(show, _port)),
            (f"{head} protocol <protocol>", _conns(show, _protocol)),
        ]
    return tuple(shows)


NETWORK_SHOWS: Shows = (
    *_of_connections(),
    ("show conn count", screen(show_conn_count)),
    ("show xlate", screen(conns.show_xlate)),
    ("show xlate count", screen(conns.show_xlate_count)),
    ("show ip", screen(addresses.show_ip_address)),
    ("show ip address", screen(addresses.show_ip_address)),
    ("show interface", screen(interfaces.show_interface)),
    ("show interface detail", screen(interfaces.show_interface_detail)),
    ("show interface stats", screen(interfaces.show_interface_stats)),
    ("show interface summary", screen(interfaces.show_interface_summary)),
    ("show interface ip brief", screen(addresses.show_interface_ip_brief)),
    ("show interface <name>", screen_of(interfaces.show_one_interface)),
    (
        "show interface <name> detail",
        screen_of(partial(interfaces.show_one_interface, is_detailed=True)),
    ),
    ("show nameif", screen(interfaces.show_nameif)),
    ("show traffic", screen(interfaces.show_traffic)),
    ("show route", screen(routes.show_route)),
    ("show route summary", screen(routes.show_route_summary)),
    ("show arp", screen(routes.show_arp)),
    ("show access-list", screen(lambda pair, u: rules.show_access_list(pair, u) or "")),
    ("show access-list <name>", screen_of(rules.show_access_list)),
    ("show nat", screen(rules.show_nat)),
    ("show service-policy", screen(show_inspected)),
)
