"""The connections that a unit carries, one by one, as they stand at an instant.

A unit's table holds counts and since when none of a kind was lost; which connections these are
follows from the seed, from the sessions and from the time, and is worked out when somebody looks.
Each place in the table is taken by one connection after the other. A place of the same number
holds the same connection on both units as long as both have had it all the time; what was lost
and opened anew is another connection.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import NamedTuple

from upgrader.emulator.draws import mixed
from upgrader.emulator.remembered import of_the_same
from upgrader.emulator.scenario import ClientsSpec
from upgrader.emulator.settings import Interface, Pool, Settings
from upgrader.emulator.state import Unit
from upgrader.emulator.tables import Pair

KINDS = ("tcp", "udp", "http")

# Servers of the Internet stand in the network that is set aside for benchmarks (RFC 2544).
_FAR_FIRST, _FAR_SIZE = 198 << 24 | 18 << 16, 1 << 17
_TCP_PORTS = (443, 443, 443, 443, 8443, 993, 22, 3389, 445, 587)
_UDP_PORTS = (53, 53, 53, 443, 443, 123, 161, 5060)
_TIMEOUT_MS = {"tcp": 3_600_000, "udp": 120_000, "http": 3_600_000}
# How long connections of a kind last at the least and, beyond it, at the most.
_LASTS_MS = {
    "tcp": (60_000, 7_140_000),
    "udp": (5_000, 235_000),
    "http": (2_000, 118_000),
}
_EACH = 12
"""About how many connections a person has who is connected by VPN. Invented."""
_MOST_HOSTS = 4_096
_MOST_COUNTED = 20_000
_MASK = (1 << 64) - 1


class Flow(NamedTuple):
    """A connection through the unit. A tuple, for there may be hundreds of thousands."""

    protocol: str
    """`TCP` or `UDP`."""
    outer: str
    """The interface of the lower security level (`nameif`), where `show conn` begins."""
    outer_address: int
    outer_port: int
    inner: str
    inner_address: int
    inner_port: int
    idle_ms: int
    up_ms: int
    timeout_ms: int
    bytes: int
    from_outside: bool
    """Whether the outer side opened it: people who are connected by VPN do."""

    @property
    def flags(self) -> str:
        """`UIO`, `UIOB`; `-` of UDP."""
        if self.protocol == "UDP":
            return "-"
        return "UIOB" if self.from_outside else "UIO"


@dataclass(frozen=True, slots=True)
class _People:
    """Those who are connected by VPN, as far as connections are theirs."""

    first: int
    """Where their addresses begin."""
    size: int
    """Among how many addresses to look."""
    places: int
    """How many connections there are in all, whoever has them."""
    theirs: int
    """How many of these would be theirs, if each address had a session."""
    connected: frozenset[int]
    """The addresses that have one."""


@dataclass(frozen=True, slots=True)
class _Network:
    """The hosts behind an interface."""

    name: str
    first: int
    """The network's own address."""
    hosts: int
    """How many of its addresses hosts may have, at most a few thousand."""
    taken: frozenset[int]
    """The unit's own addresses."""


@dataclass(frozen=True, slots=True)
class _Sides:
    """Between which interfaces people talk."""

    outer: str
    inner: tuple[_Network, ...]


def flows_of(pair: Pair, u: int) -> Iterator[Flow]:
    """What the unit carries, or holds in its state table: as many as its counts say."""
    for kind in KINDS:
        yield from flows_of_kind(pair, u, kind)


def flows_of_kind(pair: Pair, u: int, kind: str) -> Iterator[Flow]:
    """Those of one kind."""
    unit = pair.units[u]
    sides = _sides(unit.settings)
    if sides is None:
        return
    people = _people(unit, pair.scenario.clients)
    seed = pair.scenario.seed
    since = unit.connected_since.get(kind, 0)
    for place in range(unit.connections.get(kind, 0)):
        yield _flow(kind, place, seed, pair.now, since, sides, people)


def _flow(
    kind: str,
    place: int,
    seed: int,
    now: int,
    since: int,
    sides: _Sides,
    people: _People,
) -> Flow:
    fixed = mixed(seed, f"place of {kind}", place)
    least, more = _LASTS_MS[kind]
    lasts = least + fixed % more
    turn, up = divmod(now + (fixed >> 16) % lasts, lasts)
    if up > now - since > 0:
        # It was lost and has been opened anew before its turn was over.
        turn, up = -since, now - since
    z = mixed(seed, f"turn of {kind}", place * 1_000_003 + turn & _MASK)
    person = people.first + (z >> 8) % people.size
    is_vpn = z % people.places < people.theirs and person in people.connected
    inner = sides.inner[(z >> 4) % len(sides.inner)]
    near = inner.first + (z >> 20) % inner.hosts + 1
    if near in inner.taken:
        near = _free_host(inner, near)
    port = 80 if kind == "http" else _port(kind, z >> 40)
    far = _FAR_FIRST + (z >> 24) % _FAR_SIZE
    caller = 49_152 + (z >> 44) % 16_384
    idle = z % max(1, min(up, _TIMEOUT_MS[kind] // 4, 30_000))
    return Flow(
        protocol="UDP" if kind == "udp" else "TCP",
        outer=sides.outer,
        outer_address=person if is_vpn else far,
        outer_port=caller if is_vpn else port,
        inner=inner.name,
        inner_address=near,
        inner_port=port if is_vpn else caller,
        idle_ms=idle,
        up_ms=up,
        timeout_ms=_TIMEOUT_MS[kind],
        bytes=120 + (up - idle) * (8 + (z >> 50) % 4_000) // 1_000,
        from_outside=is_vpn,
    )


def _port(kind: str, draw: int) -> int:
    ports = _UDP_PORTS if kind == "udp" else _TCP_PORTS
    return ports[draw % len(ports)]


def _people(unit: Unit, spec: ClientsSpec) -> _People:
    pool: Pool | None = next(iter(unit.settings.pools), None)
    if pool is None:
        return _People(0, 1, 1, 0, frozenset())
    size = min(pool.last - pool.first + 1, max(1, spec.count))
    places = max(1, spec.tcp + spec.udp + spec.http)
    theirs = min(places // 2, size * _EACH)
    connected = frozenset(row.address for row in unit.rows.values())
    return _People(pool.first, size, places, theirs, connected)


@of_the_same
def _sides(settings: Settings) -> _Sides | None:
    """None: no data interface has an address."""
    own = {settings.failover.lan_port, settings.failover.link_port}
    usable = [
        i
        for i in settings.interfaces
        if i.name and i.address and not i.management_only and i.port not in own
    ]
    if not usable:
        return None
    outer = next((i for i in usable if (i.name or "").lower() == "outside"), usable[0])
    inner = tuple(i for i in usable if i is not outer) or (outer,)
    return _Sides(outer.name or "", tuple(_network(i) for i in inner))


def _network(interface: Interface) -> _Network:
    address, mask = _number(interface.address), _number(interface.mask)
    size = (~mask & 0xFFFFFFFF) + 1
    hosts = max(1, min(size, _MOST_HOSTS) - 2)
    taken = frozenset({address, _number(interface.standby)})
    return _Network(interface.name or "", address & mask, hosts, taken)


def _free_host(network: _Network, address: int) -> int:
    """The next address that is not the unit's own; the same one in a network without another."""
    after = (network.first + (address - network.first + n) % network.hosts + 1 for n in range(3))
    return next((found for found in after if found not in network.taken), address)


def _number(dotted: str | None) -> int:
    return 0 if dotted is None else int(IPv4Address(dotted))


def hosts_in_use(pair: Pair, u: int) -> int:
    """How many hosts behind the unit have a connection.

    Of very many connections nobody is told apart: every host has one then.
    """
    unit = pair.units[u]
    if sum(unit.connections.values()) <= _MOST_COUNTED:
        return len({(flow.inner, flow.inner_address) for flow in flows_of(pair, u)})
    sides = _sides(unit.settings)
    networks = () if sides is None else sides.inner
    own = (_own_hosts(network) for network in networks)
    return sum(network.hosts - taken for network, taken in zip(networks, own, strict=True))


def _own_hosts(network: _Network) -> int:
    last = network.first + network.hosts
    return sum(network.first < address <= last for address in network.taken)
