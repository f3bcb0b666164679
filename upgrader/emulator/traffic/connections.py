"""Connections through the pair, as counts by kind; which they are, `flows` works out.

TCP and UDP connections survive a switchover when the state link is up and bulk sync is done;
HTTP only with `failover replication http` (ASA 5500 ASDM guide).
"""

from ipaddress import IPv4Address
from itertools import islice

from upgrader.emulator.pairing.link import state_flows
from upgrader.emulator.state import State, Unit
from upgrader.emulator.syslog import log
from upgrader.emulator.tables import Pair
from upgrader.emulator.timers import forget, schedule
from upgrader.emulator.traffic.flows import flows_of_kind

# How soon people have opened anew what they lost. Our guess.
_REGROWN_AFTER_MS = 30_000

_DENIED = 8
"""Of how many connections of a kind it is told that they are denied. Our choice."""

_OBJECTS = {"tcp": "TCP conn", "udp": "UDP conn", "http": "TCP conn"}


def begin(pair: Pair, u: int) -> None:
    """The unit carries all that there is to carry."""
    spec, unit = pair.scenario.clients, pair.units[u]
    since = pair.now or unit.booted_ms  # What stands when the scenario starts is older than that.
    for kind, count in (("tcp", spec.tcp), ("udp", spec.udp), ("http", spec.http)):
        if kind not in unit.connections:
            unit.connected_since[kind] = since
        unit.connections[kind] = count
    _remember_most(unit)


def copy(pair: Pair, active: int, standby: int) -> None:
    """Fill the standby's state table, at the end of bulk sync and whenever updates flow again."""
    ours, theirs = pair.units[active], pair.units[standby]
    theirs.connections = {}
    if not state_flows(pair):
        return
    for kind, count in ours.connections.items():
        if kind == "http" and not ours.settings.failover.replicates_http:
            continue
        theirs.connections[kind] = count
        theirs.connected_since[kind] = ours.connected_since.get(kind, 0)
        name = _OBJECTS[kind]
        for unit, (sent, received) in ((ours, (count, 0)), (theirs, (0, count))):
            before = unit.counters.get(name, (0, 0))
            unit.counters[name] = (before[0] + sent, before[1] + received)
    _remember_most(theirs)


def tell_denied(pair: Pair, u: int) -> None:
    """What unit u, which takes over, writes of connections that it holds no copies of.

    Their people go on sending into them; of each kind the first few are told. That they are denied
    at once, and how many write, is inferred.
    """
    held = pair.units[u].connections
    mate = pair.units[1 - u]
    for kind in ("tcp", "http"):
        if not mate.connections.get(kind) or held.get(kind):
            continue
        for flow in islice(flows_of_kind(pair, 1 - u, kind), _DENIED):
            log.tell(
                pair,
                u,
                106_015,
                source=IPv4Address(flow.inner_address),
                port=flow.inner_port,
                target=IPv4Address(flow.outer_address),
                service=flow.outer_port,
                flags="PSH ACK",
                interface=flow.inner,
            )


def take_over(pair: Pair, u: int) -> None:
    """The unit carries what it held copies of; the rest is opened anew by and by."""
    forget(pair, u, "connections-regrown")
    schedule(pair, pair.now + _REGROWN_AFTER_MS, "connections-regrown", u)


def regrow(pair: Pair, u: int) -> None:
    """People have opened anew what they lost."""
    if pair.units[u].active_since is None:
        return
    begin(pair, u)
    if pair.units[1 - u].state in (State.STANDBY_READY, State.FAILED):
        copy(pair, u, 1 - u)


def _remember_most(unit: Unit) -> None:
    """`most used` of `show conn` goes up and never down until the unit boots."""
    using = sum(unit.connections.values())
    unit.cumulative["connections"] = max(using, unit.cumulative.get("connections", 0))
