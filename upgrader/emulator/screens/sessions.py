"""The session database: `show vpn-sessiondb` and `show vpn-sessiondb anyconnect`.

Layout: real rows of 9.x (ntc-templates' captures). Ten thousand rows are printed by one f-string
each; what depends on the day only is cached.
"""

from collections.abc import Collection
from functools import lru_cache

from upgrader.emulator.machine.hardware import hardware_of
from upgrader.emulator.screens.failover import holds_active
from upgrader.emulator.state import Row
from upgrader.emulator.tables import Pair
from upgrader.emulator.wall import Wall, shared_wall

_NONE = "INFO: There are presently no active sessions"
NONE_OF_TYPE = "INFO: There are presently no active sessions of the type specified\n"

# A value that does not fit its column pushes the second one to a line of its own; seen with 25
# characters, not with 22.
_COLUMN = 22

_WITH_TUNNELS = (
    "Protocol     : AnyConnect-Parent SSL-Tunnel DTLS-Tunnel\n"
    "License      : AnyConnect Premium\n"
    "Encryption   : AnyConnect-Parent: (1)none  SSL-Tunnel: (1)AES-GCM-256"
    "  DTLS-Tunnel: (1)AES-GCM-256\n"
    "Hashing      : AnyConnect-Parent: (1)none  SSL-Tunnel: (1)SHA384  DTLS-Tunnel: (1)SHA384\n"
)
_PARENT_ONLY = (
    "Protocol     : AnyConnect-Parent\n"
    "License      : AnyConnect Premium\n"
    "Encryption   : AnyConnect-Parent: (1)none\n"
    "Hashing      : AnyConnect-Parent: (1)none\n"
)
_TWO_DIGITS = tuple(f"{number:02d}" for number in range(60))
_DASHES = "-" * 75
_SUB_DASHES = " " * 29 + "-" * 46


def show_vpn_sessiondb_anyconnect(pair: Pair, u: int, user: str | None = None) -> str:
    """Every row, or one user's. On the standby no row has a tunnel: sockets never move."""
    known = pair.units[u].rows
    if user is None:
        rows = [known[index] for index in sorted(known)]
    else:
        rows = [row for row in known.values() if row.user == user]
        rows.sort(key=lambda row: row.index)
    return listing(pair, u, rows)


def listing(pair: Pair, u: int, rows: list[Row]) -> str:
    """These rows in their order; none of them is said in a line of its own."""
    if not rows:
        return NONE_OF_TYPE
    active = holds_active(pair.units[u])
    texts = ["\nSession Type: AnyConnect\n\n"]
    texts += row_texts(rows, pair.now, shared_wall(pair, u), active=active)
    return "".join(texts)


def row_texts(rows: list[Row], now: int, wall: Wall, *, active: bool) -> list[str]:
    """One text a row, in one loop: a call a field would cost as much as the field.

    `ljust` takes a third of the time of a format's width.
    """
    texts: list[str] = []
    dates: dict[int, str] = {}
    two = _TWO_DIGITS
    offset_ms = wall.offset_ms
    for row in rows:
        up_from, login_ms = row.up_from, row.login_ms
        sent = 0
        inactivity = "0h:00m:00s"
        tunnels = _PARENT_ONLY
        if active:
            since = login_ms if up_from is None else up_from
            if up_from is not None and up_from <= now:
                tunnels, until = _WITH_TUNNELS, now
            else:
                until = row.inactive_from
                inactivity = _span((now - until) // 1_000 if now > until else 0)
            if until > since:
                sent = row.rate * (until - since) // 1_000
        day, second = divmod((offset_ms + login_ms) // 1_000, 86_400)
        date = dates.get(day)
        if date is None:
            date = dates[day] = f" {wall.zone} {wall.date(day)}"
        up = (now - login_ms) // 1_000 if now > login_ms else 0
        hours = up // 3_600
        duration = f"{hours}h:{two[up // 60 % 60]}m:{two[up % 60]}s"
        if hours >= 24:
            duration = f"{hours // 24}d {hours % 24}h:{two[up // 60 % 60]}m:{two[up % 60]}s"
        user = row.user
        name = f"{user.ljust(_COLUMN)} " if len(user) <= _COLUMN else f"{user}\n"
        texts.append(
            f"Username     : {name}Index        : {row.index}\n"
            f"Assigned IP  : {dotted(row.address).ljust(_COLUMN)} Public IP    : {row.public}\n"
            f"{tunnels}"
            f"Bytes Tx     : {str(sent).ljust(_COLUMN)} Bytes Rx     : {sent // 3}\n"
            f"{_policy_lines(row.group_policy, row.tunnel_group)}"
            f"Login Time   : {_time(second)}{date}\n"
            f"Duration     : {duration}\n"
            f"Inactivity   : {inactivity}\n"
            f"VLAN Mapping : N/A                    VLAN         : none\n"
            f"Audt Sess ID : {row.audit}\n"
            f"Security Grp : none\n\n"
        )
    return texts


@lru_cache(maxsize=256)
def _policy_lines(policy: str, tunnel_group: str) -> str:
    first = f"{policy:22} " if len(policy) <= _COLUMN else f"{policy}\n"
    return f"Group Policy : {first}Tunnel Group : {tunnel_group}\n"


@lru_cache(maxsize=65_536)
def dotted(address: int) -> str:
    """An address as four numbers."""
    return f"{address >> 24}.{address >> 16 & 255}.{address >> 8 & 255}.{address & 255}"


@lru_cache(maxsize=86_400)
def _time(second: int) -> str:
    minute, second = divmod(second, 60)
    hour, minute = divmod(minute, 60)
    return f"{hour:02d}:{minute:02d}:{second:02d}"


def span(ms: int) -> str:
    """`13h:56m:11s`, and `1d 1h:36m:09s` from a day on."""
    return _span(max(0, ms) // 1_000)


@lru_cache(maxsize=65_536)
def _span(seconds: int) -> str:
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    if hours < 24:
        return f"{hours}h:{minute:02d}m:{second:02d}s"
    day, hour = divmod(hours, 24)
    return f"{day}d {hour}h:{minute:02d}m:{second:02d}s"


def show_vpn_sessiondb(pair: Pair, u: int) -> str:
    """The summary. A row without tunnel counts as inactive; so all rows of a standby do."""
    unit = pair.units[u]
    total = len(unit.rows)
    cumulative = max(unit.cumulative.get("cumulative", 0), total)
    if total == 0 and cumulative == 0:
        return f"{_NONE}\n"
    carried = _carried(unit.rows.values(), pair.now) if holds_active(unit) else 0
    peak = max(unit.cumulative.get("peak", 0), total)
    return _summary(carried, total, cumulative, peak, hardware_of(pair.scenario.model).sessions)


def _carried(rows: Collection[Row], now: int) -> int:
    """How many rows have a tunnel: counted at every look, and so without a call for each row."""
    carried = 0
    for row in rows:
        up_from = row.up_from
        if up_from is not None and up_from <= now:
            carried += 1
    return carried


@lru_cache(maxsize=64)
def _summary(carried: int, total: int, cumulative: int, peak: int, capacity: int) -> str:
    """The screen; between two looks few sessions come or go."""
    counts = f":{carried:7d} :{cumulative:11d} :{peak:12d} :{total - carried:9d}"
    tunnels = f":{carried:7d} :{cumulative:11d} :{peak:16d}"
    lines = [
        _DASHES,
        "VPN Session Summary",
        _DASHES,
        " " * 31 + "Active : Cumulative : Peak Concur : Inactive",
        _SUB_DASHES,
        f"{'AnyConnect Client':29}{counts}",
        f"{'  SSL/TLS/DTLS':29}{counts}",
        _DASHES,
        f"Total Active and Inactive    :{total:7d}             Total Cumulative :{cumulative:7d}",
        f"Device Total VPN Capacity    :{capacity:7d}",
        f"Device Load                  :{_percent(total, capacity):6d}%",
        _DASHES,
        "",
        _DASHES,
        "Tunnels Summary",
        _DASHES,
        " " * 31 + "Active : Cumulative : Peak Concurrent",
        _SUB_DASHES,
        f"{'AnyConnect-Parent':29}:{total:7d} :{cumulative:11d} :{peak:16d}",
        f"{'SSL-Tunnel':29}{tunnels}",
        f"{'DTLS-Tunnel':29}{tunnels}",
        _DASHES,
        f"{'Totals':29}:{total + 2 * carried:7d} :{3 * cumulative:11d}",
        _DASHES,
    ]
    return "".join(f"{line}\n" for line in ["", *lines, ""])


def _percent(part: int, whole: int) -> int:
    return min(100, (100 * part + whole - 1) // whole)
