"""`show route`, `show route summary`, `show arp`: what a unit reaches, and by whom.

Routes are made of the interfaces that are up, of the static routes of the configuration, and of
the VPN clients' addresses. A standby has the active unit's routes, with its own addresses where
it is connected (ASA configuration guide). Layout: ntc-templates' captures.
"""

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network
from itertools import islice

from upgrader.emulator.config import section
from upgrader.emulator.machine.hardware import burned_in
from upgrader.emulator.machine.releases import release_of
from upgrader.emulator.pairing.macs import mac_of
from upgrader.emulator.remembered import of_the_same
from upgrader.emulator.screens.ports import Port, is_named, ports_of
from upgrader.emulator.screens.sessions import dotted
from upgrader.emulator.tables import Pair
from upgrader.emulator.traffic.flows import flows_of

_CODES = """Codes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP
       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area 
       N1 - OSPF NSSA external type 1, N2 - OSPF NSSA external type 2
       E1 - OSPF external type 1, E2 - OSPF external type 2, V - VPN
       i - IS-IS, su - IS-IS summary, L1 - IS-IS level-1, L2 - IS-IS level-2
       ia - IS-IS inter area, * - candidate default, U - per-user static route
       o - ODR, P - periodic downloaded static route, + - replicated route
"""  # noqa: W291  the blanks are the screen's own


_HEADS = "Route Source    Networks    Subnets     Replicates  Overhead    Memory (bytes)"


_MOST_LOOKED_AT = 64
"""How many connections are looked through for neighbours."""


@dataclass(frozen=True, slots=True)
class Route:
    """A row of the routing table."""

    code: str
    """`C`, `L`, `S`, `V`."""
    network: str
    mask: str
    interface: str
    gateway: str | None = None
    metric: str = "1"


def routes_of(pair: Pair, u: int) -> tuple[Route, ...]:
    """The routing table, default route first, VPN clients last."""
    return (*_lasting(pair, u), *_to_clients(*_clients(pair, u)))


def _lasting(pair: Pair, u: int) -> tuple[Route, ...]:
    """Those of interfaces and of the configuration."""
    unit, ports = pair.units[u], ports_of(pair, u)
    known, at = _known(ports), (_route_lines(unit.running), release_of(unit.version))
    routes = known.get(at)
    if routes is None:
        routes = known[at] = tuple(_worked_out(ports, *at))
    return routes


@of_the_same
def _known(
    _ports: tuple[Port, ...],
) -> dict[tuple[tuple[str, ...], tuple[int, int]], tuple[Route, ...]]:
    """The routes by these ports, by the configured ones and the release."""
    return {}


def _worked_out(
    ports: tuple[Port, ...], lines: tuple[str, ...], release: tuple[int, int]
) -> list[Route]:
    named = {port.name: port for port in ports if is_named(port)}
    static = _static(lines, named)
    found = [route for route in static if route.network == route.mask]
    for port in named.values():
        found += _connected(port, release)
    return found + [route for route in static if route.network != route.mask]


def _static(lines: tuple[str, ...], ports: dict[str | None, Port]) -> list[Route]:
    routes = []
    for line in lines:
        words = line.split()
        if len(words) < 5 or words[1] not in ports or not ports[words[1]].is_up:
            continue
        _, name, network, mask, gateway, *rest = words
        metric = rest[0] if rest and rest[0].isdigit() else "1"
        routes.append(Route("S", _whole(network), _whole(mask), name, gateway, metric))
    return routes


@of_the_same
def _route_lines(running: tuple[str, ...]) -> tuple[str, ...]:
    return section(running, "route")


def _whole(address: str) -> str:
    """`0` stands for `0.0.0.0` in a route."""
    return "0.0.0.0" if address == "0" else address  # noqa: S104  the default route


def _connected(port: Port, release: tuple[int, int]) -> list[Route]:
    if not port.is_up or port.address is None or port.mask is None or port.name is None:
        return []
    routes = [Route("C", _network(port.address, port.mask), port.mask, port.name)]
    if release >= (9, 3):
        routes.append(Route("L", port.address, "255.255.255.255", port.name))
    return routes


@lru_cache(maxsize=256)
def _network(address: str, mask: str) -> str:
    return str(IPv4Network(f"{address}/{mask}", strict=False).network_address)


def _clients(pair: Pair, u: int) -> tuple[frozenset[int], str]:
    """The VPN clients' addresses, and the interface at which they come in; none without one."""
    unit = pair.units[u]
    where = next(iter(unit.settings.webvpn.enabled_on), None)
    if where is None:
        return frozenset(), ""
    return frozenset([row.address for row in unit.rows.values()]), where


@lru_cache(maxsize=8)  # They are thousands, and between two looks few come or go.
def _to_clients(addresses: frozenset[int], where: str) -> tuple[Route, ...]:
    """A host route for each of them, as long as its session stands."""
    return tuple(Route("V", dotted(a), "255.255.255.255", where) for a in sorted(addresses))


def show_route(pair: Pair, u: int) -> str:
    """The routing table."""
    routes = _lasting(pair, u)
    last = next((r for r in routes if r.network == r.mask and r.gateway), None)
    gateway = "Gateway of last resort is not set"
    if last is not None:
        gateway = f"Gateway of last resort is {last.gateway} to network 0.0.0.0"
    return f"\n{_CODES}{gateway}\n\n{_lasting_rows(routes)}{_client_rows(*_clients(pair, u))}"


@lru_cache(maxsize=8)
def _client_rows(addresses: frozenset[int], where: str) -> str:
    return _rows(_to_clients(addresses, where))


@of_the_same
def _lasting_rows(routes: tuple[Route, ...]) -> str:
    return _rows(routes)


def _rows(routes: tuple[Route, ...]) -> str:
    return "".join(f"{_row(route)}\n" for route in routes)


def _row(route: Route) -> str:
    code = route.code + ("*" if route.network == route.mask else "")
    head = f"{code:8} {route.network} {route.mask}"
    match route.code:
        case "S":
            return f"{head} [{route.metric}/0] via {route.gateway}, {route.interface}"
        case "V":
            return f"{head} connected by VPN (advertised), {route.interface}"
        case _:
            return f"{head} is directly connected, {route.interface}"


def show_route_summary(pair: Pair, u: int) -> str:
    """How many routes there are of each source. Layout: command reference, not compared."""
    routes = routes_of(pair, u)
    lines = [
        "",
        "IP routing table maximum-paths is 3",
        _HEADS,
    ]
    connected = sum(r.code in "CL" for r in routes)
    static = sum(r.code in "SV" for r in routes)
    for name, count in (("connected", connected), ("static", static)):
        lines.append(_summary(name, count))
    return "".join(f"{line}\n" for line in [*lines, _summary("Total", connected + static)])


def _summary(name: str, count: int) -> str:
    return f"{name:16}{0:<12d}{count:<12d}{0:<12d}{count * 88:<12d}{count * 284}"


def show_arp(pair: Pair, u: int) -> str:
    """Neighbours: the mate, the gateways, and hosts that connections lead to."""
    lines = []
    for port in ports_of(pair, u):
        if not port.is_up or port.name is None or port.address is None or port.mask is None:
            continue
        mates = _mates(pair, u, port)
        neighbours = dict.fromkeys((*mates, *_hosts(pair, u, port)))
        for n, address in enumerate(neighbours):
            if address in mates:
                mac = mac_of(pair, 1 - u, port.port)
            else:
                mac = burned_in(f"neighbour {address}", int(address.rpartition(".")[2]))
            age = 1 + (pair.now // 1_000 + n * 1_777) % 14_400
            lines.append(f"\t{port.name} {address} {mac} {age}")
    return "".join(f"{line}\n" for line in lines)


def _mates(pair: Pair, u: int, port: Port) -> list[str]:
    """The mate's address there, as long as it is heard."""
    settings = pair.units[u].settings
    if not pair.units[u].peer.heard:
        return []
    pairs = [(i.address, i.standby) for i in settings.interfaces if i.port == port.port]
    if port.is_failover_link:
        pairs = [(a, b) for name, a, _, b in settings.failover.addresses if name == port.name]
    both = {address for addresses in pairs for address in addresses if address is not None}
    return sorted(both - {port.address}) if port.address in both else []


def _hosts(pair: Pair, u: int, port: Port) -> list[str]:
    """In the order in which they are met; a standby talks to gateways only."""
    unit = pair.units[u]
    found: dict[str, None] = {}
    for line in section(unit.running, "route"):
        words = line.split()
        if len(words) > 4 and words[1] == port.name:
            found[words[4]] = None
    if unit.active_since is not None:
        for flow in islice(flows_of(pair, u), _MOST_LOOKED_AT):
            if flow.inner == port.name:
                found[dotted(flow.inner_address)] = None
    return list(found)
