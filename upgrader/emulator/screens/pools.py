"""`show ip local pool NAME`.

Free, held and in use add up to the pool's size. Layout: the 8.x/9.x command reference; that held
addresses are counted and not listed is inferred.
"""

from functools import lru_cache

from upgrader.emulator.screens.sessions import dotted
from upgrader.emulator.settings import Pool
from upgrader.emulator.tables import Pair


def show_ip_local_pool(pair: Pair, u: int, name: str) -> str:
    """The pool as this unit has it. An address that no row claims is in use all the same."""
    unit = pair.units[u]
    pool = next((p for p in unit.settings.pools if p.name == name), None)
    if pool is None:
        return f"ERROR: IP pool {name} does not exist\n"
    leases = unit.leases.get(name, {})
    now = pair.now
    used: list[int] = []
    held: list[int] = []
    for address, lease in leases.items():
        if lease.held_until is None:
            used.append(address)
        elif lease.held_until > now:
            held.append(address)
    return _listing(pool, frozenset(used), frozenset(held))


@lru_cache(maxsize=8)  # Two units, and between two looks few addresses come or go.
def _listing(pool: Pool, used: frozenset[int], held: frozenset[int]) -> str:
    size = pool.last - pool.first + 1
    free = size - len(held) - len(used)
    mask = pool.mask or "255.255.255.255"
    ends = f"{dotted(pool.first):15} {dotted(pool.last):15}"
    lines = [
        "Begin           End             Mask            Free     Held     In use",
        f"{ends} {mask:15} {free:5d} {len(held):8d} {len(used):8d}",
        "",
        "Available Addresses:",
    ]
    taken = held | used
    lines += [dotted(a) for a in range(pool.first, pool.last + 1) if a not in taken]
    lines += ["", "In Use Addresses:", *map(dotted, sorted(used)), ""]
    return "\n".join(lines) + "\n"
