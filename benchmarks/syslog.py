"""A collector's file as it streams by: lines a second, memory, and others' readers beside ours.

Nine lines of ten tell of connections and concern nobody; the tenth is about people or the pair.

    python benchmarks/syslog.py           # 200 MB
    python benchmarks/syslog.py 2000      # so many megabytes: bounded memory
"""

import gc
import itertools
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from timing import peak_mb, say, say_yardstick, timed

from upgrader.access.evidence.opening import gather
from upgrader.cli.main import NEW_OBJECTS
from upgrader.dialect.syslog.scan import Scanner
from upgrader.model.evidence import Evidence

LINES = 200_000
PER_SECOND = 300
PIECE = 60_000
CHUNK = 1 << 20

CONNECTIONS = """\
%ASA-6-302013: Built outbound TCP connection {n} for outside:192.0.2.11/443 (192.0.2.11/443) to \
inside:10.{a}.{b}.7/49579 (10.{a}.{b}.7/49579)
%ASA-6-302014: Teardown TCP connection {n} for outside:192.0.2.11/443 to inside:10.{a}.{b}.7/49579 \
duration 0:00:31 bytes 5120 TCP FINs
%ASA-6-305011: Built dynamic TCP translation from inside:10.{a}.{b}.7/49580 to outside:192.0.2.1/49580
%ASA-4-106023: Deny udp src dmz:10.{a}.{b}.7/123 dst outside:192.0.2.90/123 by access-group "dmz" \
[0x0, 0x0]""".splitlines()
PEOPLE = """\
%ASA-6-722022: Group <Staff> User <user{u}> IP <198.51.100.{b}> TCP SVC connection established \
without compression
%ASA-6-737026: IPAA: Session=0x{n:08x}, Client assigned 10.99.{a}.{b} from local pool VPN
%ASA-4-113019: Group = Staff, Username = user{u}, IP = 198.51.100.{b}, Session disconnected. \
Session Type: SSL, Duration: 0h:39m:20s, Bytes xmt: 52, Bytes rcv: 61, Reason: Idle Timeout
%ASA-1-105005: (Primary) Lost Failover communications with mate on interface dmz{a}""".splitlines()
SWITCHOVER = "%ASA-1-104001: (Secondary) Switching to ACTIVE - Set by the config command."


def lines_from(first: int, many: int, per_second: int) -> bytes:
    """So many lines of one night after another, the same each time."""
    made = []
    for n in range(first, first + many):
        second = n // per_second
        day, rest = divmod(second, 86_400)
        clock = f"{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"
        kinds = PEOPLE if n % 10 == 3 else CONNECTIONS
        text = SWITCHOVER if n % 1_000_003 == 500_000 else kinds[n // 10 % 4]
        told = text.format(n=n, a=n * 7 % 251, b=n * 13 % 241, u=n % 5_000)
        made.append(f"<166>Mar {1 + day % 28:02d} 2026 {clock} fw1 : {told}\n")
    return "".join(made).encode()


def scan(data: bytes) -> int:
    """Our reader, in pieces."""
    scanner = Scanner("fw.log")
    for start in range(0, len(data), CHUNK):
        scanner.feed(data[start : start + CHUNK])
    return scanner.close().lines


_ONE_PATTERN = re.compile(
    r"^<(?P<priority>\d+)>(?P<stamp>\w{3} +\d+ \d{4} [\d:]+) (?P<host>\S+) : "
    r"%ASA-(?P<severity>\d)-(?P<id>\d{6}): (?P<text>.*)$"
)


def plain_loop(data: bytes) -> int:
    """One pattern and a loop, for this one shape: what one writes in an evening."""
    ids: dict[str, int] = {}
    for line in data.decode().splitlines():
        found = _ONE_PATTERN.match(line)
        if found is not None:
            ids[found["id"]] = ids.get(found["id"], 0) + 1
    return sum(ids.values())


def grok() -> object | None:
    """pygrok with logstash's own pattern of this shape; None: it is not installed."""
    try:
        from pygrok import Grok  # noqa: PLC0415  only where it is installed
    except ImportError:
        return None
    return Grok(
        "<%{POSINT:priority}>%{MONTH} +%{MONTHDAY} %{YEAR} %{TIME:time} %{NOTSPACE:host} : "
        "%ASA-%{INT:severity}-%{INT:id}: %{GREEDYDATA:text}"
    )


def big_file(path: Path, megabytes: int) -> None:
    """Write a file of that size piece by piece; a piece is made once, and dated anew each time."""
    with path.open("wb") as file:
        for number in itertools.count():
            if file.tell() >= megabytes << 20:
                return
            file.write(lines_from(number * PIECE, PIECE, PER_SECOND))


def pieces(data: bytes, many: int) -> Iterator[bytes]:
    """The first lines of it."""
    yield from itertools.islice(data.splitlines(), many)


if __name__ == "__main__":
    gc.set_threshold(NEW_OBJECTS)  # As the command line does.
    say_yardstick()
    for per_second in (PER_SECOND, 10, 1):
        data = lines_from(0, LINES, per_second)
        ours = timed(lambda data=data: scan(data), 9)
        say(f"{LINES:,} lines, {per_second} a second", ours, 1_000)
        print(f"  {LINES / ours.median * 1_000:,.0f} lines/s (best {LINES / ours.best * 1e3:,.0f})")
    data = lines_from(0, LINES, PER_SECOND)
    ours = timed(lambda: scan(data), 7)
    loop = timed(lambda: plain_loop(data), 7)
    say("the same by one pattern in a loop, ids only", loop)
    print(f"  {loop.median / ours.median:.1f} times our time")
    matcher = grok()
    if matcher is not None:
        few = [line.decode() for line in pieces(data, 5_000)]
        theirs = timed(lambda: [matcher.match(line) for line in few], 5)
        say("5,000 lines by pygrok", theirs)
        print(f"  {theirs.median / 5_000 / (ours.median / LINES):.0f} times our time a line")
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    before = peak_mb()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.log"
        big_file(path, size)
        found: list[Evidence] = []
        taken = timed(lambda: found.append(gather([str(path)])), 1, warm=False)
    evidence = found[0]
    say(f"{size} MB gathered, the night chosen", taken)
    print(f"  {evidence.sources[0].lines:,} lines, {len(evidence.records):,} records kept")
    print(f"  peak memory {peak_mb():.0f} MB (before {before:.0f} MB)")
    for note in evidence.notes:
        print(f"  {note}")
