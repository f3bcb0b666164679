"""What the unit spends: memory, processors, blocks, resources, dropped packets.

The figures follow from the sessions, the connections and the role; how much each of them costs is
invented. Layout: Cisco technical note 113185 (8.3 and later), the command reference, and the
captures of ntc-templates and genieparser.
"""

from upgrader.emulator.draws import mixed
from upgrader.emulator.machine.hardware import hardware_of
from upgrader.emulator.pairing.states import active_ms
from upgrader.emulator.screens.failover import holds_active
from upgrader.emulator.screens.identity import sessions_of
from upgrader.emulator.screens.routes import routes_of
from upgrader.emulator.syslog.notes import lines_of
from upgrader.emulator.tables import Pair
from upgrader.emulator.traffic.flows import KINDS, hosts_in_use

_MB = 1 << 20
_SETTLES_MS = 600_000
"""A booting unit is busy for a while."""


def show_memory(pair: Pair, u: int) -> str:
    """Free, used and total."""
    total = pair.scenario.ram_mb * _MB
    used = memory_used(pair, u)
    share = 100 * used // total
    return (
        f"Free memory:{total - used:18d} bytes ({100 - share}%)\n"
        f"Used memory:{used:18d} bytes ({share}%)\n"
        "-------------     ------------------\n"
        f"Total memory:{total:17d} bytes (100%)\n"
    )


def memory_used(pair: Pair, u: int) -> int:
    """Bytes: the system's share, and what sessions, connections and packages take."""
    unit, share = pair.units[u], pair.scenario.units[u].health.memory_used
    if share is not None:
        return pair.scenario.ram_mb * _MB * share // 100
    base = pair.scenario.ram_mb * _MB // 5
    sizes = (unit.flash[p.path.lower()].bytes for p in unit.loaded if p.path.lower() in unit.flash)
    return base + len(unit.rows) * 40_960 + connections_in_use(pair, u) * 2_048 + sum(sizes)


def connections_in_use(pair: Pair, u: int) -> int:
    """How many connections the unit carries or holds."""
    return sum(pair.units[u].connections.values())


def cpu_percent(pair: Pair, u: int, window: int) -> float:
    """Over the last five seconds (0), minute (1), five minutes (2): of all processors."""
    unit, share = pair.units[u], pair.scenario.units[u].health.cpu
    if share is not None:
        return float(share)
    load = 0.4
    if holds_active(unit):
        load += (connections_in_use(pair, u) + 8 * len(unit.rows)) / 1_500
    if pair.now - unit.booted_ms < _SETTLES_MS:
        load += 12.0 - 3 * window
    wobble = mixed(pair.scenario.seed, f"cpu {u} {window}", pair.now // 5_000) % 100 / 100
    return min(99.0, load + (wobble if window == 0 else wobble / (2 * window)))


def show_cpu_usage(pair: Pair, u: int) -> str:
    """`CPU utilization for 5 seconds = 1%; 1 minute: 0%; 5 minutes: 0%`."""
    now, minute, five = (round(cpu_percent(pair, u, window)) for window in range(3))
    return f"CPU utilization for 5 seconds = {now}%; 1 minute: {minute}%; 5 minutes: {five}%\n"


def show_cpu_detailed(pair: Pair, u: int) -> str:
    """By core; the first one also works for the control point."""
    all_cores = [cpu_percent(pair, u, window) for window in range(3)]
    control = [round(part / 3, 1) for part in all_cores]
    lines = [
        "",
        "Break down of per-core data path versus control point cpu usage:",
        "Core         5 sec              1 min              5 min",
    ]
    for core in range(_cores(hardware_of(pair.scenario.model).cpu)):
        shares = (
            _share(part, own if core == 0 else 0.0)
            for part, own in zip(all_cores, control, strict=True)
        )
        lines.append(f"Core {core:<8d}" + "  ".join(shares))
    elapsed, total = (_three(parts) for parts in (control, all_cores))
    lines += [
        "",
        "Current control point elapsed versus the maximum control point elapsed for:",
        f"     {elapsed}",
        "",
        "CPU utilization of external processes for:",
        f"     {_three([0.0, 0.0, 0.0])}",
        "",
        "Total CPU utilization for:",
        f"     {total}",
        "",
    ]
    return "".join(f"{line}\n" for line in lines)


def _share(data: float, control: float) -> str:
    data, control = round(data, 1), round(control, 1)
    return f"{data + control:.1f} ({data:.1f} + {control:.1f})".ljust(17)


def _three(parts: list[float]) -> str:
    now, minute, five = parts
    return f"5 seconds = {now:.1f}%; 1 minute: {minute:.1f}%; 5 minutes: {five:.1f}%"


def _cores(cpu: str) -> int:
    """Of `Atom C2000 series 2416 MHz, 1 CPU (8 cores)`."""
    words = cpu.rpartition("(")[2].split()
    return int(words[0]) if words and words[0].isdigit() else 1


_BLOCKS = (
    (0, 2950),
    (4, 900),
    (80, 2500),
    (256, 6302),
    (1550, 12_285),
    (2048, 2100),
    (2560, 8152),
    (4096, 100),
    (8192, 100),
    (9344, 2000),
    (16_384, 154),
    (65_536, 16),
)


def show_blocks(pair: Pair, u: int) -> str:
    """Free buffers by size: the most, the fewest since boot, and now."""
    spent = min(400, connections_in_use(pair, u) // 200 + len(pair.units[u].rows) // 400)
    lines = ["  SIZE    MAX    LOW    CNT"]
    for size, most in _BLOCKS:
        now = most - min(most // 2, spent if size in (256, 1550) else spent // 50)
        lines.append(f"{size:6d} {most:6d} {now - now // 50:6d} {now:6d}")
    return "".join(f"{line}\n" for line in lines)


def show_resource_usage(pair: Pair, u: int) -> str:
    """Current, peak, limit and denied, by resource."""
    unit = pair.units[u]
    using = connections_in_use(pair, u)
    most = max(using, unit.cumulative.get("connections", 0))
    hosts = hosts_in_use(pair, u)
    people = len(sessions_of(pair, u))
    rate = using // 60 if holds_active(unit) else 0
    routes = len(routes_of(pair, u))
    peak_rate = most // 45
    rows = (
        ("SSH", people, people, "5"),
        ("Syslogs [rate]", 0, len(lines_of(unit)) // 8, "N/A"),
        ("Conns", using, most, "N/A"),
        ("Hosts", hosts, hosts, "N/A"),
        ("Conns [rate]", rate, peak_rate, "N/A"),
        ("Inspects [rate]", rate // 3, peak_rate // 3, "N/A"),
        ("Routes", routes, routes, "unlimited"),
    )
    lines = ["Resource              Current         Peak      Limit        Denied Context"]
    lines += [
        f"{name:20} {now:8d} {peak:12d} {limit:>10} {0:13d} System"
        for name, now, peak, limit in rows
    ]
    return "".join(f"{line}\n" for line in lines)


def show_perfmon(pair: Pair, u: int) -> str:
    """Rates a second, now and on average. Layout: genieparser's capture."""
    unit = pair.units[u]
    rates = {kind: unit.connections.get(kind, 0) // 60 for kind in KINDS}
    if not holds_active(unit):
        rates = dict.fromkeys(KINDS, 0)
    tcp, udp = rates["tcp"] + rates["http"], rates["udp"]
    rows = (
        ("Xlates", 0),
        ("Connections", tcp + udp),
        ("TCP Conns", tcp),
        ("UDP Conns", udp),
        ("URL Access", rates["http"]),
        ("URL Server Req", 0),
        ("TCP Fixup", 0),
        ("TCP Intercept Established Conns", 0),
        ("TCP Intercept Attempts", 0),
        ("TCP Embryonic Conns Timeout", 0),
        ("FTP Fixup", 0),
        ("AAA Authen", 0),
        ("AAA Author", 0),
        ("AAA Account", 0),
        ("HTTP Fixup", 0),
    )
    lines = ["", f"{'PERFMON STATS:':35}{'Current':7}{'Average':>13}"]
    lines += [f"{name:35}{f'{rate}/s':>7}{f'{rate}/s':>13}" for name, rate in rows]
    lines += [
        "",
        f"{'VALID CONNS RATE in TCP INTERCEPT:':38}Current      Average",
        f"{'N/A':>45}{'N/A':>13}",
        "",
        "SETUP RATES:",
        f"Connections for 1 minute = {tcp + udp}/s; 5 minutes = {tcp + udp}/s",
        f"TCP Conns for 1 minute = {tcp}/s; 5 minutes = {tcp}/s",
        f"UDP Conns for 1 minute = {udp}/s; 5 minutes = {udp}/s",
    ]
    return "".join(f"{line}\n" for line in lines)


# How many are dropped in an hour of a thousand connections. Invented.
_FRAME_DROPS = (
    ("No route to host (no-route)", 2),
    ("Flow is denied by configured rule (acl-drop)", 90),
    ("First TCP packet not SYN (tcp-not-syn)", 40),
    ("TCP failed 3 way handshake (tcp-3whs-failed)", 4),
    ("TCP RST/FIN out of order (tcp-rstfin-ooo)", 25),
    ("Slowpath security checks failed (sp-security-failed)", 12),
    ("FP L2 rule drop (l2_acl)", 30),
)
_FLOW_DROPS = (
    ("Inspection failure (inspect-fail)", 1),
    ("SSL handshake failed (ssl-handshake-failed)", 2),
)


def show_asp_drop(pair: Pair, u: int) -> str:
    """Dropped packets and connections since boot, by reason: only an active unit drops."""
    busy_h = active_ms(pair.units[u], pair.now) / 3_600_000
    spec = pair.scenario.clients
    load = busy_h * max(1, spec.tcp + spec.udp + spec.http) / 1_000
    lines = ["", "Frame drop:", *_drops(_FRAME_DROPS, load), "", "Last clearing: Never", ""]
    lines += ["Flow drop:", *_drops(_FLOW_DROPS, load), "", "Last clearing: Never"]
    return "".join(f"{line}\n" for line in lines)


def _drops(reasons: tuple[tuple[str, int], ...], load: float) -> list[str]:
    counted = ((reason, round(rate * load)) for reason, rate in reasons)
    return [f"  {reason:60} {count:16d}" for reason, count in counted if count]


def show_checkheaps(pair: Pair, u: int) -> str:
    """The self-test of memory runs each minute. Layout: command reference."""
    up = max(0, pair.now - pair.units[u].booted_ms) // 1_000
    runs = up // 60
    return (
        "Checkheaps stats from buffer validation runs\n"
        "--------------------------------------------\n"
        f"Time elapsed since last run     : {up % 60} secs\n"
        "Duration of last run            : 0 millisecs\n"
        f"Number of buffers created       : {8_000 + runs % 97}\n"
        f"Number of buffers allocated     : {7_800 + runs % 89}\n"
        f"Number of buffers free          : {200 + runs % 7}\n"
        f"Total memory in use             : {memory_used(pair, u)} bytes\n"
        f"Total memory in free buffers    : {87_000 + runs % 71 * 16} bytes\n"
        f"Total number of runs            : {runs}\n"
    )
