"""Addresses of the pools of one unit: free, in use, or held for the reuse delay."""

from collections.abc import Iterable
from heapq import heappop, heappush
from itertools import count, filterfalse

from upgrader.emulator.settings import Pool
from upgrader.emulator.state import Lease, Row, Unit
from upgrader.emulator.tables import Pair
from upgrader.emulator.timers import schedule


def pool_of(unit: Unit, address: int) -> Pool | None:
    """The pool that an address belongs to."""
    for pool in unit.settings.pools:
        if pool.first <= address <= pool.last:
            return pool
    return None


def holder(unit: Unit, address: int) -> Lease | None:
    """The lease of an address; None: it is free, or of no pool."""
    pool = pool_of(unit, address)
    return None if pool is None else unit.leases.get(pool.name, {}).get(address)


def lowest_free(unit: Unit, names: Iterable[str]) -> int | None:
    """The lowest free address of the first of these pools that has one; None: all are full."""
    for name in names:
        pool = _named(unit, name)
        if pool is None:
            continue
        taken = unit.leases.get(name, {})
        freed = unit.freed.get(name, [])
        while freed and (freed[0] in taken or freed[0] < pool.first):
            heappop(freed)
        if freed and freed[0] <= pool.last:
            return freed[0]
        lowest = max(pool.first, unit.floors.get(name, pool.first))
        # Thousands may stand in a row: the search is left to C.
        address = next(filterfalse(taken.__contains__, count(lowest)))
        unit.floors[name] = address
        if address <= pool.last:
            return address
    return None


def begin_anew(unit: Unit) -> None:
    """Forget what is known of where free addresses are: the next search looks at all of them.

    `floors` and `freed` are true only of each other, and of the pools as they were.
    """
    unit.floors, unit.freed = {}, {}


def use(unit: Unit, address: int, index: int) -> Pool | None:
    """Mark an address as in use by that row; the pool that it belongs to."""
    pool = pool_of(unit, address)
    if pool is not None:
        unit.leases.setdefault(pool.name, {})[address] = Lease(index)
    return pool


def take(unit: Unit, address: int, index: int) -> bool:
    """Mark an address as in use by that row, unless it is another's; whether it is."""
    pool = pool_of(unit, address)
    if pool is None:
        return True
    leases = unit.leases.setdefault(pool.name, {})
    held = leases.get(address)
    if held is not None and held.held_until is None and held.index != index:
        return False
    leases[address] = Lease(index)
    return True


def use_all(unit: Unit, rows: Iterable[Row]) -> None:
    """Mark the addresses of these rows as in use; one that is another row's stays so."""
    pool: Pool | None = None
    for row in rows:
        if pool is None or not pool.first <= row.address <= pool.last:
            pool = pool_of(unit, row.address)
        if pool is not None:
            unit.leases.setdefault(pool.name, {}).setdefault(row.address, Lease(row.index))


def release(pair: Pair, u: int, address: int, index: int) -> Pool | None:
    """Let a row give its address back: free at once, or held for the reuse delay.

    An address that is another row's stays as it is. Answers with the pool that it belongs to.
    """
    unit = pair.units[u]
    pool = pool_of(unit, address)
    if pool is None:
        return None
    leases = unit.leases.get(pool.name)
    lease = None if leases is None else leases.get(address)
    if leases is None or lease is None or lease.index != index:
        return pool
    delay_ms = unit.settings.reuse_delay_min * 60_000
    if delay_ms:
        leases[address] = Lease(None, pair.now + delay_ms)
        schedule(pair, pair.now + delay_ms, "address-freed", u, address)
        return pool
    _free(unit, pool, address)
    return pool


def end_hold(pair: Pair, u: int, address: int) -> None:
    """The reuse delay of an address has run out."""
    unit = pair.units[u]
    lease = holder(unit, address)
    pool = pool_of(unit, address)
    if lease is None or pool is None or lease.held_until is None or lease.held_until > pair.now:
        return
    _free(unit, pool, address)


def pass_on(unit: Unit, address: int, index: int) -> None:
    """A row without ticket is gone: where another row has its address too, it is that row's.

    That happens where an orphan stands on a standby that never knew of the later session.
    """
    pool, lease = pool_of(unit, address), holder(unit, address)
    if pool is None or lease is None or lease.index != index:
        return
    heir = next((i for i, row in unit.rows.items() if row.address == address), None)
    if heir is not None:
        unit.leases[pool.name][address] = Lease(heir)


def leak(unit: Unit, address: int, index: int) -> None:
    """The row goes and its address stays In Use, of nobody."""
    pool, lease = pool_of(unit, address), holder(unit, address)
    if pool is not None and lease is not None and lease.index == index:
        unit.leases[pool.name][address] = Lease(None)


def _named(unit: Unit, name: str) -> Pool | None:
    for pool in reversed(unit.settings.pools):
        if pool.name == name:
            return pool
    return None


def _free(unit: Unit, pool: Pool, address: int) -> None:
    name = pool.name
    del unit.leases[name][address]
    floor = unit.floors.get(name, pool.first)
    if address >= floor:
        return
    freed = unit.freed.setdefault(name, [])
    heappush(freed, address)
    if len(freed) > 2 * (floor - pool.first):
        # Most of them are in use again: the next search begins anew.
        unit.floors[name] = pool.first
        freed.clear()
