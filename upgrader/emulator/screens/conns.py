"""`show conn` and `show xlate`: the connections that a unit carries, as rows.

Rows: Cisco technical note 113602 (ASA 8.4) and the command reference; the rows are as many as the
count says.
"""

from collections.abc import Callable, Iterator

from upgrader.emulator.config import section
from upgrader.emulator.remembered import of_the_same
from upgrader.emulator.screens.sessions import dotted
from upgrader.emulator.tables import Pair
from upgrader.emulator.traffic.flows import Flow, flows_of

Wanted = Callable[[Flow], bool]

_LEGEND = """Flags: A - awaiting responder ACK to SYN, a - awaiting initiator ACK to SYN,
       B - TCP probe for server certificate, b - TCP state-bypass or nailed,
       f - initiator FIN, F - responder FIN,
       I - initiator data, i - incomplete,
       O - responder data, R - initiator acknowledged FIN, r - responder acknowledged FIN,
       S - awaiting responder SYN, s - awaiting initiator SYN, U - up
"""


def show_conn_count(pair: Pair, u: int) -> str:
    """`12340 in use, 50000 most used`."""
    unit = pair.units[u]
    using = sum(unit.connections.values())
    return f"{using} in use, {max(using, unit.cumulative.get('connections', 0))} most used\n"


def show_conn(pair: Pair, u: int, wanted: Wanted | None = None) -> str:
    """A line a connection."""
    lines = [_line(flow) for flow in _chosen(pair, u, wanted)]
    return show_conn_count(pair, u) + "".join(f"{line}\n" for line in lines)


def show_conn_detail(pair: Pair, u: int, wanted: Wanted | None = None) -> str:
    """Two lines a connection."""
    texts = [
        f"{_ends(flow, ': ', '/')},\n    {_particulars(flow)}\n"
        for flow in _chosen(pair, u, wanted)
    ]
    return show_conn_count(pair, u) + _LEGEND + "\n" + "".join(texts)


def show_conn_long(pair: Pair, u: int, wanted: Wanted | None = None) -> str:
    """As `detail` in one line, each end with its translated address, which is its own here."""
    texts = []
    for flow in _chosen(pair, u, wanted):
        outer = f"{dotted(flow.outer_address)}/{flow.outer_port}"
        inner = f"{dotted(flow.inner_address)}/{flow.inner_port}"
        texts.append(
            f"{flow.protocol} {flow.outer}: {outer} ({outer}) {flow.inner}: {inner} ({inner}), "
            f"{_particulars(flow)}\n"
        )
    return show_conn_count(pair, u) + _LEGEND + "\n" + "".join(texts)


def has_address(first: int, last: int) -> Wanted:
    """Connections of which one end is within these addresses."""
    return lambda f: first <= f.outer_address <= last or first <= f.inner_address <= last


def has_port(first: int, last: int) -> Wanted:
    """Connections of which one end is within these ports."""
    return lambda f: first <= f.outer_port <= last or first <= f.inner_port <= last


def has_protocol(protocol: str) -> Wanted:
    """TCP or UDP connections."""
    return lambda f: f.protocol == protocol.upper()


def _chosen(pair: Pair, u: int, wanted: Wanted | None) -> Iterator[Flow]:
    return (flow for flow in flows_of(pair, u) if wanted is None or wanted(flow))


def _line(flow: Flow) -> str:
    return (
        f"{_ends(flow, ' ', ':')}, idle {clock(flow.idle_ms)}, bytes {flow.bytes}, "
        f"flags {flow.flags} "
    )


def _ends(flow: Flow, after_name: str, before_port: str) -> str:
    return (
        f"{flow.protocol} {flow.outer}{after_name}{dotted(flow.outer_address)}{before_port}"
        f"{flow.outer_port} {flow.inner}{after_name}{dotted(flow.inner_address)}{before_port}"
        f"{flow.inner_port}"
    )


def _particulars(flow: Flow) -> str:
    return (
        f"flags {flow.flags}, idle {lapse(flow.idle_ms)}, uptime {lapse(flow.up_ms)}, "
        f"timeout {lapse(flow.timeout_ms)}, bytes {flow.bytes}"
    )


def clock(ms: int) -> str:
    """`0:00:29`."""
    minutes, second = divmod(ms // 1_000, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}"


def lapse(ms: int) -> str:
    """`45s`, `3m7s`, `1h0m`: the two largest units."""
    seconds = ms // 1_000
    if seconds < 60:
        return f"{seconds}s"
    minutes, second = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes}m{second}s"
    hours, minute = divmod(minutes, 60)
    return f"{hours}h{minute}m"


def show_xlate_count(pair: Pair, u: int) -> str:
    """`5 in use, 5 most used`."""
    using = len(_translations(pair, u))
    return f"{using} in use, {using} most used\n"


def show_xlate(pair: Pair, u: int) -> str:
    """The static rules, which stand as long as they are configured. Layout: a real screen."""
    rows = _translations(pair, u)
    idle = clock(max(0, pair.now - pair.units[u].booted_ms))
    texts = [f"{row}\n    flags sIT idle {idle} timeout 0:00:00\n" for row in rows]
    return (
        show_xlate_count(pair, u)
        + "Flags: D - DNS, i - dynamic, r - portmap, s - static, I - identity, T - twice\n"
        + "e - extended\n"
        + "".join(texts)
    )


def _translations(pair: Pair, u: int) -> list[str]:
    """Of twice-NAT rules between two interfaces, as `NAT from IF:REAL to IF:MAPPED`."""
    return _static_rules(pair.units[u].running)


@of_the_same
def _static_rules(running: tuple[str, ...]) -> list[str]:
    nets = _networks(running)
    rows = []
    for line in section(running, "nat"):
        words = line.replace(",", " ").replace("(", " ").replace(")", " ").split()
        match words:
            case ("nat", inner, outer, "source", "static", real, mapped, *rest):
                rows.append(_row(inner, outer, nets.get(real), nets.get(mapped)))
                match rest:
                    case ("destination", "static", far_mapped, far_real, *_):
                        rows.append(_row(outer, inner, nets.get(far_real), nets.get(far_mapped)))
                    case _:
                        pass
            case _:
                pass
    return [row for row in rows if row]


def _row(source: str, target: str, real: str | None, mapped: str | None) -> str:
    if real is None or mapped is None:
        return ""
    return f"NAT from {source}:{real} to {target}:{mapped}"


def _networks(running: tuple[str, ...]) -> dict[str, str]:
    """`object network` by name: `10.60.0.0/24`, or one address; `any` is all."""
    nets = {"any": "0.0.0.0/0"}
    name = ""
    for line in running:
        if line.startswith("object network "):
            name = line.split()[2]
        words = line.split()
        if not name or not line.startswith(" "):
            continue
        if words[0] == "subnet" and len(words) == 3:
            bits = sum(int(part).bit_count() for part in words[2].split("."))
            nets[name] = f"{words[1]}/{bits}"
        elif words[0] == "host" and len(words) == 2:
            nets[name] = words[1]
    return nets
