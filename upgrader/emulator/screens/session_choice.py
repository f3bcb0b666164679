"""Which rows of the session database are meant: `filter …`, `sort …`, `index N`.

Keywords: ASA command reference, `show vpn-sessiondb`. That a row without tunnel is `inactive` is
what the summary counts.
"""

from collections.abc import Callable

from upgrader.emulator.screens.failover import holds_active
from upgrader.emulator.screens.sessions import dotted
from upgrader.emulator.state import Row
from upgrader.emulator.tables import Pair

Choice = Callable[[Row], bool]

FILTERS: dict[str, Callable[[str], Choice]] = {
    "name": lambda wanted: lambda row: row.user == wanted,
    "ipaddress": lambda wanted: lambda row: wanted in (dotted(row.address), row.public),
    "a-ipaddress": lambda wanted: lambda row: dotted(row.address) == wanted,
    "p-ipaddress": lambda wanted: lambda row: row.public == wanted,
    "tunnel-group": lambda wanted: lambda row: row.tunnel_group == wanted,
}
"""By keyword: what is wanted in, whether a row is that out."""

SORTS: dict[str, Callable[[Row], tuple[int | str, ...]]] = {
    "name": lambda row: (row.user, row.index),
    "ipaddress": lambda row: (row.address, row.index),
    "a-ipaddress": lambda row: (row.address, row.index),
    "p-ip-address": lambda row: (row.public, row.index),
    "tunnel-group": lambda row: (row.tunnel_group, row.index),
}
"""By keyword: what rows are put in order by."""


def chosen(pair: Pair, u: int, choice: Choice | None = None, sort: str | None = None) -> list[Row]:
    """The unit's rows that are meant, by index where no order is asked for.

    `inactivity` puts those first that have been without tunnel for longest.
    """
    unit = pair.units[u]
    rows = list(filter(choice, unit.rows.values())) if choice else list(unit.rows.values())
    rows.sort(key=lambda row: row.index)
    if sort == "inactivity":
        return sorted(rows, key=lambda row: (inactive_since(pair, u, row), row.index))
    return rows if sort is None else sorted(rows, key=SORTS[sort])


def is_inactive(pair: Pair, u: int, row: Row) -> bool:
    """Whether it is without tunnel on that unit; on a standby all are."""
    return not (holds_active(pair.units[u]) and row.carries(pair.now))


def inactive_since(pair: Pair, u: int, row: Row) -> int:
    """The instant from which it shows inactivity: now for one that has a tunnel."""
    if not holds_active(pair.units[u]) or row.carries(pair.now):
        return pair.now
    return min(pair.now, row.inactive_from)
