"""`show clock` and `show ntp …`: the unit's time, and where it comes from.

The layout of the latter: command reference, not compared with it.
"""

from upgrader.emulator.config import section
from upgrader.emulator.remembered import of_the_same
from upgrader.emulator.tables import Pair
from upgrader.emulator.wall import wall_of


def show_clock(pair: Pair, u: int) -> str:
    """`12:40:33.800 UTC Wed Aug 16 2017`."""
    return f"{wall_of(pair, u).clock(pair.now)}\n"


def show_clock_detail(pair: Pair, u: int) -> str:
    """As `show clock`, with where the time comes from."""
    follows = _time_servers(pair, u) and pair.scenario.units[u].health.ntp
    source = "NTP" if follows else "hardware calendar"
    return f"{show_clock(pair, u)}Time source is {source}\n"


def _time_servers(pair: Pair, u: int) -> list[str]:
    return _servers_in(pair.units[u].running)


@of_the_same
def _servers_in(running: tuple[str, ...]) -> list[str]:
    lines = section(running, "ntp server")
    return [line.split()[2] for line in lines if len(line.split()) > 2]


def show_ntp_associations(pair: Pair, u: int) -> str:
    """A row a configured server; the first is the one that is followed."""
    head = "      address         ref clock     st  when  poll reach  delay  offset    disp\n"
    rows = []
    follows = pair.scenario.units[u].health.ntp
    for n, server in enumerate(_time_servers(pair, u)):
        when = (pair.now // 1_000 + 17 * n) % 64
        mark = " ~" if not follows else "*~" if n == 0 else "+~"
        rows.append(
            f"{mark}{server:16} .GNSS.           1 {when:5d}    64  377     1.2    0.10     0.8\n"
        )
    legend = " * master (synced), # master (unsynced), + selected, - candidate, ~ configured\n"
    return head + "".join(rows) + legend


def show_ntp_status(pair: Pair, u: int) -> str:
    """Whether the clock follows a server."""
    servers = _time_servers(pair, u)
    if not servers or not pair.scenario.units[u].health.ntp:
        return (
            "Clock is unsynchronized, stratum 16, no reference clock\n"
            "nominal freq is 99.9984 Hz, actual freq is 99.9984 Hz, precision is 2**6\n"
            "reference time is 00000000.00000000 (06:28:16.000 UTC Thu Feb 7 2036)\n"
            "clock offset is 0.0000 msec, root delay is 0.00 msec\n"
            "root dispersion is 0.00 msec, peer dispersion is 0.00 msec\n"
        )
    at = pair.now - pair.now % 64_000
    wall = wall_of(pair, u)
    seconds = pair.scenario.starts_at + at // 1_000 + 2_208_988_800
    return (
        f"Clock is synchronized, stratum 2, reference is {servers[0]}\n"
        "nominal freq is 99.9984 Hz, actual freq is 99.9984 Hz, precision is 2**6\n"
        f"reference time is {seconds & 0xFFFFFFFF:08x}.00000000 ({wall.clock(at)})\n"
        "clock offset is 0.1000 msec, root delay is 1.20 msec\n"
        "root dispersion is 15.60 msec, peer dispersion is 0.80 msec\n"
    )
