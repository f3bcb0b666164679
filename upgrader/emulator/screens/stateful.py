"""The failover and state links, and what went over them: the lower part of `show failover`."""

from functools import lru_cache

from upgrader.emulator.machine.releases import release_of
from upgrader.emulator.settings import Settings
from upgrader.emulator.tables import Pair

_ROWS = (
    ("General", (0, 0)),
    ("sys cmd", (0, 0)),
    ("up time", (0, 0)),
    ("RPC services", (0, 0)),
    ("TCP conn", (0, 0)),
    ("UDP conn", (0, 0)),
    ("ARP tbl", (0, 0)),
    ("Xlate_Timeout", (0, 0)),
    ("IPv6 ND tbl", (0, 0)),
    ("VPN IKEv1 SA", (0, 0)),
    ("VPN IKEv1 P2", (0, 0)),
    ("VPN IKEv2 SA", (0, 0)),
    ("VPN IKEv2 P2", (0, 0)),
    ("VPN CTCP upd", (0, 0)),
    ("VPN SDI upd", (0, 0)),
    ("VPN DHCP upd", (0, 0)),
    ("SIP Session", (0, 0)),
    ("SIP Tx", (9, 0)),
    ("SIP Pinhole", (9, 0)),
    ("Route Session", (0, 0)),
    ("Router ID", (9, 0)),
    ("User-Identity", (0, 0)),
    ("CTS SGTNAME", (9, 0)),
    ("CTS PAC", (9, 0)),
    ("TrustSec-SXP", (9, 0)),
    ("IPv6 Route", (9, 0)),
    ("STS Table", (9, 3)),
    ("Umbrella Device-ID", (9, 12)),
)
"""Stateful objects and the release that first prints them. 8.6, 9.5, 9.6 and 9.12 are captured;
where a row begins in between is inferred."""

_RAGGED = {"SIP Tx": 8, "Umbrella Device-ID": 24}
"""Two rows are misaligned on real devices: their names are followed by a tab."""


def lan_condition(pair: Pair, settings: Settings) -> str:
    """The failover link as the screens show it: `up`, `down`, `administratively down`."""
    return _condition_of(settings, settings.failover.lan_port, cable=pair.link.lan_up)


def _state_condition(pair: Pair, settings: Settings) -> str:
    failover = settings.failover
    if failover.link_port is None or failover.link_port == failover.lan_port:
        return lan_condition(pair, settings)
    return _condition_of(settings, failover.link_port, cable=pair.link.state_up)


def _condition_of(settings: Settings, port: str | None, *, cable: bool) -> str:
    """`up`, `administratively down` (real screen), or `down` (inferred)."""
    if settings.is_shut(port):
        return "administratively down"
    return "up" if cable else "down"


def statistics(pair: Pair, u: int) -> str:
    """The part of `show failover` below the hosts."""
    unit = pair.units[u]
    failover = unit.settings.failover
    head = "Stateful Failover Logical Update Statistics\n        Link : "
    if failover.link_name is None:
        return f"{head}Unconfigured.\n"
    port = failover.link_port or failover.lan_port
    condition = _state_condition(pair, unit.settings)
    table = _table(release_of(unit.version), tuple(unit.counters.items()))
    return f"{head}{failover.link_name} {port} ({condition})\n{table}"


@lru_cache(maxsize=64)
def _table(release: tuple[int, int], counters: tuple[tuple[str, tuple[int, int]], ...]) -> str:
    """The counters; `General` is their sum. Few of them change between two looks."""
    known = dict(counters)
    totals = [0, 0]
    rows = []
    for name, since in _ROWS:
        if name == "General" or release < since:
            continue
        sent, received = known.get(name, (0, 0))
        totals[0] += sent
        totals[1] += received
        rows.append(_row(name, sent, received))
    lines = [
        "        Stateful Obj    xmit       xerr       rcv        rerr      ",
        _row("General", *totals),
        *rows,
        "",
        "        Logical Update Queue Information",
        "                        Cur     Max     Total",
        f"        Recv Q:         0       {min(12, totals[1]):<8d}{totals[1]}",
        f"        Xmit Q:         0       {min(29, max(totals)):<8d}{totals[0]}",
    ]
    return "\n".join(lines) + "\n"


def _row(name: str, sent: int, received: int) -> str:
    label = name.ljust(_RAGGED.get(name, 16))
    return f"        {label}{sent:<10d} 0          {received:<10d} 0         "
