"""The SSH face beside FakeNOS 1.2.1, by one asyncssh client: both serve 50 devices.

pip install -e '.[test,bench]'
python benchmarks/serving.py           # start, memory, commands, logins, beside FakeNOS
python benchmarks/serving.py --alone   # ours only

Server CPU is read from /proc (Linux), so it includes logins and key exchange; a client that is
busy disturbs what is measured by the clock on the wall.
"""

import asyncio
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncssh
from timing import say_yardstick

HERE = Path(__file__).parent
DEVICES = 50
COMMANDS = 20
IN_ONE_SESSION = 200
LINE = "show version"
FAKENOS_FIRST_PORT = 26_100
IMAGE_BYTES = 80_000_000
USER, PASSWORD = "admin", "cisco"


@dataclass(frozen=True, slots=True)
class Server:
    """A child that serves, and what it said of its start."""

    pid: int
    ready_s: float
    """From its birth until it was ready, on the wall."""
    imported_ms: float
    started_ms: float
    ports: tuple[int, ...]
    host: str = "127.0.0.1"

    def cpu_ms(self) -> float:
        """CPU time so far, user and system."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) * 1_000 / os.sysconf("SC_CLK_TCK")

    def memory_mb(self, what: str = "VmHWM") -> float:
        """The most that it has held so far (`VmHWM`), or what it holds (`VmRSS`)."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(what):
                return int(line.split()[1]) / 1_024
        raise LookupError(what)


@contextmanager
def child(*line: str, home: str | None = None) -> Iterator[Server]:
    """Start a server; it prints one JSON value when it is ready, and is killed in the end."""
    begun = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, *line],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | ({"UPGRADER_HOME": home} if home else {}),
    )
    try:
        shown = ""
        for piece in process.stdout:
            shown += piece
            try:
                told = json.loads(shown)
            except ValueError:
                continue
            break
        ready = time.monotonic() - begun
        seats = {seat["seat"]: seat for seat in told.get("seats", ())}
        yield Server(
            process.pid,
            ready,
            told.get("imported_ms", 0.0),
            told.get("started_ms", 0.0),
            tuple(told.get("ports", ())) or (seats["active"]["port"],),
            seats["active"]["address"] if seats else "127.0.0.1",
        )
    finally:
        process.kill()
        process.wait()


async def until(process, *ends: str) -> int:
    """Read until the text ends so; how many characters came."""
    tail, count = "", 0
    while not tail.rstrip().endswith(ends):
        piece = await asyncio.wait_for(process.stdout.read(1 << 18), 120)
        if not piece:
            raise EOFError(tail)
        count += len(piece)
        tail = (tail + piece)[-200:]
    return count


def connect(server: Server, port: int):
    return asyncssh.connect(
        server.host, port, username=USER, password=PASSWORD, known_hosts=None, config=None
    )


async def privileged(connection):
    """A shell in privileged EXEC, without pager."""
    shell = await connection.create_process(term_type="vt100", term_size=(200, 24))
    await until(shell, ">", "#")
    shell.stdin.write("enable\n")
    # FakeNOS asks for no password, and takes this for a command that it does not know.
    await until(shell, "#", "assword:")
    shell.stdin.write(f"{PASSWORD}\n")
    await until(shell, "#")
    shell.stdin.write("terminal pager 0\n")
    await until(shell, "#")
    return shell


async def asks(server: Server, port: int, times: int) -> float:
    """So many commands in a session of its own; commands a second."""
    async with connect(server, port) as connection:
        shell = await privileged(connection)
        begun = time.monotonic()
        for _ in range(times):
            shell.stdin.write(f"{LINE}\n")
            await until(shell, "#")
        return times / (time.monotonic() - begun)


async def commands(server: Server) -> tuple[float, float]:
    """(server CPU a command over 50 sessions at once, commands a second in one session)."""
    await asks(server, server.ports[0], 2)
    before = server.cpu_ms()
    await asyncio.gather(*(asks(server, port, COMMANDS) for port in server.ports))
    each = (server.cpu_ms() - before) / (COMMANDS * len(server.ports))
    rates = [await asks(server, server.ports[0], IN_ONE_SESSION // 4) for _ in range(4)]
    return each, statistics.median(rates)


async def logins(server: Server, runs: int = 15) -> float:
    """Milliseconds from the connection's begin to the first prompt, median."""
    taken = []
    for _ in range(runs):
        begun = time.monotonic()
        async with connect(server, server.ports[0]) as connection:
            shell = await connection.create_process(term_type="vt100")
            await until(shell, ">", "#")
            taken.append((time.monotonic() - begun) * 1_000)
    return statistics.median(taken)


async def scp(server: Server, folder: Path) -> tuple[float, float]:
    """(MB a second of a file of 80 MB sent to the unit, MB by which its server's peak grew)."""
    image = folder / "image.bin"
    image.write_bytes(hashlib.shake_128(b"image").digest(IMAGE_BYTES))
    async with connect(server, server.ports[0]) as connection:
        shell = await privileged(connection)
        for line in ("configure terminal", "ssh scopy enable", "end"):
            shell.stdin.write(f"{line}\n")
            await until(shell, "#")
    peak = server.memory_mb()
    rates = []
    for number in range(3):
        async with connect(server, server.ports[0]) as connection:
            begun = time.monotonic()
            await asyncssh.scp(image, (connection, f"disk0:/image{number}.bin"), block_size=1 << 18)
            rates.append(IMAGE_BYTES / 1e6 / (time.monotonic() - begun))
    return statistics.median(rates), server.memory_mb() - peak


async def ten_thousand(server: Server) -> tuple[float, float]:
    """(MB a second of 10,000 rows, the longest that another console waited meanwhile, in ms)."""
    waits = []
    async with connect(server, server.ports[0]) as one, connect(server, server.ports[0]) as other:
        rows, clock = await privileged(one), await privileged(other)
        done = asyncio.Event()

        async def ticks() -> None:
            while not done.is_set():
                begun = time.monotonic()
                clock.stdin.write("show clock\n")
                await until(clock, "#")
                waits.append((time.monotonic() - begun) * 1_000)
                await asyncio.sleep(0.02)

        ticking = asyncio.create_task(ticks())
        rates = []
        for _ in range(3):
            begun = time.monotonic()
            rows.stdin.write("show vpn-sessiondb anyconnect\n")
            count = await until(rows, "#")
            rates.append(count / 1e6 / (time.monotonic() - begun))
        done.set()
        await ticking
    return statistics.median(rates), max(waits)


def emulated(example: str, folder: str):
    """`upgrader emulate`, as a person starts it, on four ports of 127.0.0.1."""
    line = ["-m", "upgrader", "emulate", example, "--fresh", "--json", "--port", "0"]
    line += ["--listen", "127.0.0.1,127.0.0.1", "--unit-listen", "127.0.0.1,127.0.0.1"]
    return child(*line, home=folder)


def row(what: str, ours: str, theirs: str = "", target: str = "") -> None:
    print(f"{what:50} {ours:>12} {theirs:>12}  {target}", flush=True)


def beside() -> None:
    """Ours and FakeNOS's, one after the other in one run."""
    row("", "ours", "FakeNOS")
    with child(str(HERE / "fifty_pairs.py"), str(DEVICES)) as ours:
        mine = (ours, ours.memory_mb(), *asyncio.run(commands(ours)), asyncio.run(logins(ours)))
    theirs: Sequence[object] | None = None
    if "--alone" not in sys.argv:
        line = (str(HERE / "fifty_fakenos.py"), str(DEVICES), str(FAKENOS_FIRST_PORT))
        with child(*line) as peer:
            theirs = (peer, peer.memory_mb(), *asyncio.run(commands(peer)))
    other = None if theirs is None else theirs[0]

    def of(value: object, form: str) -> str:
        return "" if theirs is None else form.format(value)

    row(
        "50 devices started, CPU (imports not counted)",
        f"{ours.started_ms:.0f} ms",
        of(other and other.started_ms, "{:.0f} ms"),
        "target 1,000 ms",
    )
    row(
        "  from the child's birth, on the wall",
        f"{ours.ready_s:.2f} s",
        of(other and other.ready_s, "{:.2f} s"),
    )
    row("  memory", f"{mine[1]:.0f} MB", of(theirs and theirs[1], "{:.0f} MB"), "target 100 MB")
    ratio = "" if theirs is None else f"{theirs[2] / mine[2]:.1f} times ours; target 2.5"
    row(
        "server CPU a command, 50 sessions at once",
        f"{mine[2]:.2f} ms",
        of(theirs and theirs[2], "{:.2f} ms"),
        ratio,
    )
    ratio = "" if theirs is None else f"{mine[3] / theirs[3]:.0f} times theirs; target 20"
    row(
        "commands a second in one session",
        f"{mine[3]:.0f}",
        of(theirs and theirs[3], "{:.1f}"),
        ratio,
    )
    row("login, asyncssh client, to the first prompt", f"{mine[4]:.1f} ms", "", "target 30 ms")


if __name__ == "__main__":
    say_yardstick()
    beside()
    with tempfile.TemporaryDirectory() as folder:
        with emulated("example:matched", folder) as server:
            rate, grown = asyncio.run(scp(server, Path(folder)))
            row("SCP of 80 MB to a unit", f"{rate:.0f} MB/s", "", "target 40 MB/s")
            row("  by which the server's peak grew", f"{grown:.0f} MB", "", "target below 80 MB")
        with emulated("example:ten-thousand", folder) as server:
            rate, wait = asyncio.run(ten_thousand(server))
            row("10,000 rows streamed", f"{rate:.1f} MB/s", "", "target 5 MB/s")
            row("  the longest wait of another console", f"{wait:.0f} ms")
