"""What must hold of any pair at any instant: an observer's view, which nothing here relies on."""

from collections import Counter
from collections.abc import Iterator

from upgrader.emulator.pairing.health import ailment
from upgrader.emulator.pairing.link import hear
from upgrader.emulator.pairing.monitoring import is_watching, monitored
from upgrader.emulator.sessions.ground import taker
from upgrader.emulator.sessions.packages import stamps
from upgrader.emulator.sessions.pools import holder, pool_of
from upgrader.emulator.state import Home, State, Unit
from upgrader.emulator.tables import Pair


def check(pair: Pair) -> tuple[str, ...]:
    """The sentences about firewalls that are not true of this pair now; empty: all is well."""
    return tuple(_violations(pair))


def _violations(pair: Pair) -> Iterator[str]:
    for unit in pair.units:
        name = unit.role.value
        for violation in (*_pools(unit), *_tables(pair, unit)):
            yield f"{name}: {violation}"
    yield from _roles(pair)
    yield from _health(pair)
    yield from _copies(pair)


def _pools(unit: Unit) -> Iterator[str]:
    """Free + held + in use is the pool's size."""
    for pool in unit.settings.pools:
        leases = unit.leases.get(pool.name, {})
        used = sum(lease.held_until is None for lease in leases.values())
        held = sum(lease.held_until is not None for lease in leases.values())
        free = sum(address not in leases for address in range(pool.first, pool.last + 1))
        if free + held + used != pool.last - pool.first + 1:
            yield f"pool {pool.name}: {free} free + {held} held + {used} in use is not its size"
        if any(
            lease.held_until is not None and lease.index is not None for lease in leases.values()
        ):
            yield f"pool {pool.name}: an address is held and in use"
        floor = unit.floors.get(pool.name, pool.first)
        freed = unit.freed.get(pool.name, [])
        if any(address >= floor for address in freed):
            yield f"pool {pool.name}: an address is noted as freed and not below {floor}"
        known = {*leases, *freed}
        if any(address not in known for address in range(pool.first, min(floor, pool.last + 1))):
            yield f"pool {pool.name}: an address below {floor} is free, and not known to be"


def _tables(pair: Pair, unit: Unit) -> Iterator[str]:
    """Rows, tickets and leases belong together."""
    addresses = Counter(row.address for row in unit.rows.values() if row.token is not None)
    for address, count in sorted(addresses.items()):
        if count > 1:
            yield f"{count} sessions share the address {address}"
    for index, row in unit.rows.items():
        if row.index != index:
            yield f"row {row.index} stands under {index}"
        if pool_of(unit, row.address) is not None and holder(unit, row.address) is None:
            yield f"the address of row {index} is free"
        if row.token is not None and row.token not in unit.tickets:
            yield f"row {index} names a ticket that is not there"
        if row.token is None and row.up_from is not None:
            yield f"orphan {index} has a tunnel"
        if index >= unit.next_index:
            yield f"index {index} would be given again"
    for token, ticket in unit.tickets.items():
        row_of = unit.rows.get(ticket.index)
        if row_of is None or row_of.token != token:
            yield f"ticket {token} has no row"
    if unit.active_since is not None:
        own = stamps(pair.scenario.incident, unit.loaded)
        leaning = [t for t, k in unit.tickets.items() if k.home is Home.PEER and k.admitted in own]
        if leaning:
            yield f"tickets {leaning} lean although their package is loaded"


def _roles(pair: Pair) -> Iterator[str]:
    """Never two actives while the units hear each other; a state for every role."""
    actives = [u for u in (0, 1) if pair.units[u].active_since is not None]
    # Two that find each other settle it at once, so the hold time need not be waited for; while
    # one of them still negotiates, it has not finished booting or enabling failover.
    negotiating = any(unit.state is State.NEGOTIATION for unit in pair.units)
    if len(actives) == 2 and hear(pair) and not negotiating:
        yield "two units are active and hear each other"
    for u, unit in enumerate(pair.units):
        mate = pair.units[1 - u]
        if unit.peer.heard and hear(pair) and unit.peer.state is not mate.state:
            known, state = unit.peer.state.value, mate.state.value
            yield f"{unit.role.value} takes its mate for {known}, which is {state}"
        serves = unit.active_since is not None
        if unit.state is State.ACTIVE and not serves:
            yield f"{unit.role.value} says Active and serves nobody"
        if serves and unit.state not in (State.ACTIVE, State.DISABLED, State.NEGOTIATION):
            yield f"{unit.role.value} serves in state {unit.state.value}"


def _health(pair: Pair) -> Iterator[str]:
    """Who is well and who is not, as long as the units compare themselves."""
    for unit in pair.units:
        strangers = unit.watches.keys() - {i.port for i in monitored(unit.settings)}
        if strangers and pair.answers(pair.units.index(unit)):
            yield f"{unit.role.value} watches {sorted(strangers)}, which do not count"
    if not is_watching(pair):
        return
    active = 0 if pair.units[0].active_since is not None else 1
    standby = pair.units[1 - active]
    is_ready, is_ill = standby.state is State.STANDBY_READY, ailment(pair, 1 - active) is not None
    if is_ready is is_ill:
        yield f"{standby.role.value} is {standby.state.value} and {'not ' * is_ready}well"
    if ailment(pair, active) is not None and is_ready:
        yield f"{standby.role.value} is healthier and not active"


def _copies(pair: Pair) -> Iterator[str]:
    """While updates flow, the standby has exactly the active unit's tickets."""
    standby = taker(pair)
    if standby is None:
        return
    ours, theirs = pair.units[1 - standby], pair.units[standby]
    if set(ours.tickets) != set(theirs.tickets):
        extra = sorted(set(theirs.tickets) - set(ours.tickets))
        missing = sorted(set(ours.tickets) - set(theirs.tickets))
        yield f"the standby lacks the tickets {missing} and has {extra} that nobody sent"
    for token, ticket in ours.tickets.items():
        copy = theirs.tickets.get(token)
        shared = pair.scenario.incident.index_allocator == "shared"
        if copy is not None and shared and copy.index != ticket.index:
            yield f"session {ticket.index} is {copy.index} on the standby"
        if copy is not None and theirs.rows[copy.index].address != ours.rows[ticket.index].address:
            yield f"ticket {token} has another address on the standby"
