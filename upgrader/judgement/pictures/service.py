"""What a picture tells of the active and of the standby unit: it goes where the role goes."""

from collections import Counter
from collections.abc import Iterator

from upgrader.judgement.pictures.chassis import NOT_PRINTED, Told, failover_ports
from upgrader.model.failover import FailoverState
from upgrader.model.picture import ALL_OF_IT, Area
from upgrader.model.unit import FullLook, Unit
from upgrader.model.wide import InterfaceLine, RouteLine, WideLook

AREAS = (
    *(Area.INTERFACES, Area.ROUTES, Area.NAT, Area.CONNECTIONS, Area.SESSIONS, Area.POOLS),
    Area.CONFIGURATION,
)
"""The areas in which a role is told of; CONFIGURATION is told of the pair besides."""

VPN = "V"
"""The code of routes to VPN clients: one a session, so that they are counted and not listed."""


def told_of_service(unit: Unit) -> Iterator[Told]:
    """All that a picture says of the unit in that role."""
    full, wide = unit.full, None if unit.full is None else unit.full.wide
    yield Area.FAILOVER, "state", unit.state.value
    yield from _interfaces(unit, wide)
    yield from _routes(unit, None if wide is None else wide.routes)
    yield Area.NAT, "translations", None if wide is None else wide.translations
    yield Area.CONNECTIONS, "in use", None if full is None else full.connections
    yield from _sessions(unit, full, wide)
    yield from _pools(full)
    yield Area.CONFIGURATION, "saved", _is_saved(full)


def address_of_chassis(unit: Unit) -> Iterator[Told]:
    """The ports that keep their addresses when the roles move."""
    wide = None if unit.full is None else unit.full.wide
    if wide is not None and wide.interfaces is not None:
        own = failover_ports(unit)
        for line in wide.interfaces:
            if line.port in own:
                yield Area.INTERFACES, line.port, _interface(line)


# ── interfaces and routes ──────────────────────────────────────────────────────────────


def _interfaces(unit: Unit, wide: WideLook | None) -> Iterator[Told]:
    host = unit.failover.this_host
    for monitored in () if host is None else host.interfaces:
        condition = f"{monitored.condition} ({monitored.monitoring or NOT_PRINTED})"
        yield Area.INTERFACES, f"monitored {monitored.name}", condition
    if wide is None or wide.interfaces is None:
        yield Area.INTERFACES, ALL_OF_IT, None
        return
    own = failover_ports(unit)
    for line in wide.interfaces:
        if line.port not in own:
            yield Area.INTERFACES, line.port, _interface(line)


def _interface(line: InterfaceLine) -> str:
    """The method is left out: a boot makes `CONFIG` of `manual`."""
    return f"{line.status}/{line.protocol}, {line.address}"


def _routes(unit: Unit, routes: tuple[RouteLine, ...] | None) -> Iterator[Told]:
    """The active unit's routes one by one; of both units how many there are by code."""
    if routes is None:
        yield Area.ROUTES, ALL_OF_IT, None
        return
    for code, number in Counter(route.code for route in routes).items():
        yield Area.ROUTES, f"counted {code}", number
    if unit.state is not FailoverState.ACTIVE:
        return
    ways: dict[str, list[str]] = {}
    for route in routes:
        if route.code != VPN:
            way = f"{route.via}, {route.interface}" if route.interface else route.via
            ways.setdefault(f"{route.code} {route.prefix}", []).append(way)
    for key, found in ways.items():
        yield Area.ROUTES, key, "; ".join(sorted(found))


# ── people ─────────────────────────────────────────────────────────────────────────────


def _sessions(unit: Unit, full: FullLook | None, wide: WideLook | None) -> Iterator[Told]:
    yield Area.SESSIONS, "all", None if unit.summary is None else unit.summary.total
    kinds = None if wide is None else wide.kinds
    if kinds is None:
        yield Area.SESSIONS, f"kind {ALL_OF_IT}", None
    for kind in kinds or ():
        yield Area.SESSIONS, f"kind {kind.name}", kind.active
        if kind.inactive:
            yield Area.SESSIONS, f"kind {kind.name}, inactive", kind.inactive
    rows = None if full is None else full.sessions
    if rows is None:
        yield Area.SESSIONS, f"group policy {ALL_OF_IT}", None
        yield Area.SESSIONS, "with a tunnel", None
        return
    for policy, number in Counter(row.group_policy for row in rows).items():
        yield Area.SESSIONS, f"group policy {policy}", number
    yield Area.SESSIONS, "with a tunnel", sum(1 for row in rows if row.has_tunnel)


def _pools(full: FullLook | None) -> Iterator[Told]:
    if full is None or full.pools is None:
        yield Area.POOLS, ALL_OF_IT, None
        return
    for pool in full.pools:
        yield Area.POOLS, f"{pool.name} size", pool.size
        yield Area.POOLS, f"{pool.name} free", pool.free
        yield Area.POOLS, f"{pool.name} held", pool.held
        yield Area.POOLS, f"{pool.name} in use", len(pool.in_use)


def _is_saved(full: FullLook | None) -> str | None:
    if full is None or full.running is None or full.saved is None:
        return None
    return "yes" if full.running.digest == full.saved.digest else "no"
