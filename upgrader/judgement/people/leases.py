"""Leases: addresses In Use that no living row of that unit holds: an orphan's, or nobody's."""

from collections.abc import Sequence

from upgrader.model.aftermath import OrphanedSession, StuckLease
from upgrader.model.failover import FailoverState
from upgrader.model.names import Serial
from upgrader.model.unit import Snapshot, Unit


def stuck_leases(
    looks: Sequence[Snapshot], orphans: Sequence[OrphanedSession], apart_ms: int
) -> tuple[StuckLease, ...]:
    """The stuck leases of the last of these full looks, given the orphans found in it.

    An orphan's address is stuck as soon as the orphan is proven; one without any row wants two
    looks so far apart, for a login may have taken it between two listings.
    """
    stuck = []
    for unit in looks[-1].units:
        pools = None if unit.full is None else unit.full.pools
        holders = {o.address: o.index for o in orphans if o.serial == unit.serial}
        nobodys = _nobodys(looks, unit.serial, apart_ms)
        if not holders and not nobodys:
            continue
        for pool in pools or ():
            for address in pool.in_use:
                if address in holders or int(address) in nobodys:
                    holder = holders.get(address)
                    stuck.append(StuckLease(unit.serial, pool.name, address, holder))
    return tuple(stuck)


def _nobodys(looks: Sequence[Snapshot], serial: Serial, apart_ms: int) -> set[int]:
    """Addresses In Use on that unit without any row, in looks far enough apart and in between."""
    last = looks[-1]
    candidates = rowless(last.unit(serial))
    for look in reversed(looks[:-1]):
        if not candidates:
            break
        candidates &= rowless(look.unit(serial))
        if last.at - look.at >= apart_ms:
            return candidates
    return set()


def rowless(unit: Unit | None) -> set[int]:
    """Addresses In Use that no listed row holds; empty where other sessions may hold them all.

    The AnyConnect listing does not show sessions of other kinds, which take addresses from the
    same pools; the summary counts them.
    """
    if unit is None or unit.full is None:
        return set()
    if unit.state not in {FailoverState.ACTIVE, FailoverState.STANDBY_READY}:
        return set()
    rows, pools = unit.full.sessions, unit.full.pools
    if rows is None or pools is None:
        return set()
    # As integers: an IPv4Address hashes its hexadecimal spelling, and there may be 10,000.
    held = {int(row.address) for row in rows if row.address is not None}
    left = {int(address) for pool in pools for address in pool.in_use} - held
    others = 0 if unit.summary is None else unit.summary.total - len(rows)
    return left if len(left) > others else set()
