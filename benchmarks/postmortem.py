"""A postmortem of a collector's file of 1,000,000 lines, whole: read, told, judged, run again.

    python benchmarks/postmortem.py                  # 7,300 sessions, 1,000,000 lines
    python benchmarks/postmortem.py 1000             # so many sessions
    python benchmarks/postmortem.py 1000 200000      # and so many lines
    python benchmarks/postmortem.py 3500 500000 --profile

The night is the guide's incident on a pair that serves so many people; nine lines of ten are about
connections and concern nobody. `upgrader replay FILE -o DIR` runs in a process of its own.
"""

import cProfile
import os
import pstats
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from noise import CHATTER  # noqa: E402  it lies with the tests
from reenactments import setting, upgrade  # noqa: E402  likewise
from timing import say_yardstick  # noqa: E402  likewise

from upgrader.cli.worlds.testbeds import rebuilt_testbed  # noqa: E402  behind the path
from upgrader.conduct.reenacting.staged import stage_night  # noqa: E402  likewise
from upgrader.judgement.postmortem.rebuilding.paper import dotted, written  # noqa: E402  likewise
from upgrader.judgement.postmortem.rebuilding.setting import (  # noqa: E402  likewise
    Image,
    Package,
    Seated,
    Unit,
)
from upgrader.model.failover import Role  # noqa: E402  likewise
from upgrader.model.script import Script  # noqa: E402  likewise

SESSIONS = 7_300
LINES = 1_000_000
SECONDS = 30
MEGABYTES = 300
MINUTES = 40
OLD = "disk0:/asa9-12-4-smp-k8.bin"
NEW = "disk0:/asa9-16-4-smp-k8.bin"
WIN = "disk0:/anyconnect-win-4.10.07061-webdeploy-k9.pkg"
MACOS = "disk0:/anyconnect-macos-4.10.07061-webdeploy-k9.pkg"
_POOL = 10 << 24 | 20 << 16 | 10


def staged(sessions: int) -> list[str]:
    """What the collector of such a night files."""
    people = tuple(
        Seated(
            f"person{n}",
            f"198.{18 + n // 65_536}.{n // 256 % 256}.{n % 256}",
            dotted(_POOL + n),
            n,
            "win" if n % 5 else "macos",
            3_600,
        )
        for n in range(1, sessions + 1)
    )
    pair = replace(
        setting(0),
        model="ASAv100",
        units=tuple(Unit(role, f"JAD2026{role.value[:3]}", "9.12(4)", OLD) for role in Role),
        images=(Image(OLD, "9.12(4)"), Image(NEW, "9.16(4)")),
        boots=(NEW, OLD),
        packages=(Package("win", WIN, "ours", "others"), Package("macos", MACOS, "mac", "mac")),
        pool=(dotted(_POOL + 1), 2 * sessions + 100),
        seated=people,
    )
    script = Script("a night", MINUTES * 60_000, upgrade())
    return stage_night(rebuilt_testbed(written(pair), pair.name), script).collected.splitlines()


def busy(lines: list[str], many: int, chance: Random) -> list[str]:
    """The same file of a firewall that has other things to do: so many lines in all."""
    heads = [head for line in lines if (head := line.partition("%ASA-")[0]) != line]
    others, rest = divmod(max(0, many - len(lines)), max(1, len(heads)))
    made: list[str] = []
    for n, line in enumerate(lines):
        made.append(line)
        head = line.partition("%ASA-")[0]
        made += [head + _chatter(chance) for _ in range(others + (n < rest))]
    return made


def _chatter(chance: Random) -> str:
    return chance.choice(CHATTER).format(
        n=chance.randrange(10_000, 9_999_999),
        b=chance.randrange(1, 250),
        p=chance.randrange(1_024, 65_000),
    )


def written_night(log: Path, sessions: int, many: int) -> int:
    """Write such a file; how many of its lines concern an upgrade."""
    ours = staged(sessions)
    log.write_text("\n".join(busy(ours, many, Random(7))) + "\n")
    return len(ours)


def measured(log: Path, folder: Path) -> tuple[float, float, float]:
    """Wall and CPU seconds, and the most memory in megabytes, of a replay of its own process."""
    begun = time.monotonic()
    with (folder / "said.txt").open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "upgrader", "replay", str(log), "-o", str(folder / "out")],
            cwd=ROOT,
            env={**os.environ, "UPGRADER_HOME": str(folder / "home")},
            stdout=said,
        )
        # Of this child alone: the most that any child had was that of the one who made the log.
        _, status, used = os.wait4(process.pid, 0)
    wall = time.monotonic() - begun
    print("\n".join((folder / "said.txt").read_text().splitlines()[:6]))
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"it ended with {process.returncode}")
    divisor = 1_048_576 if sys.platform == "darwin" else 1_024
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / divisor


def profiled(log: Path, folder: Path) -> None:
    """Where the time goes, in this process."""
    from upgrader.cli.deeds.postmortem_folder import write  # noqa: PLC0415  only then
    from upgrader.cli.deeds.postmortems import Asked, hold  # noqa: PLC0415  only then
    from upgrader.cli.runs.home import Home  # noqa: PLC0415  likewise

    profile = cProfile.Profile()
    profile.enable()
    write(hold(Asked((str(log),)), Home(folder / "home")), folder / "out")
    profile.disable()
    shown = pstats.Stats(profile)
    shown.sort_stats("cumulative").print_stats(70)
    shown.sort_stats("tottime").print_stats(45)


def main(sessions: int, many: int, *, profile: bool) -> None:
    """Make the night, replay it, say what it took."""
    say_yardstick()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        log = folder / "collector.log"
        # A process that starts another one hands it its own peak of memory: this one stays small.
        with ProcessPoolExecutor(1) as pool:
            ours = pool.submit(written_night, log, sessions, many).result()
        size = log.stat().st_size / 1_000_000
        print(
            f"{sessions:,} sessions, {max(many, ours):,} lines ({size:.0f} MB), "
            f"{ours:,} of which concern an upgrade",
            flush=True,
        )
        if profile:
            profiled(log, folder)
            return
        wall, cpu, peak = measured(log, folder)
        print(f"wall      {wall:8.1f} s   target {SECONDS} s")
        print(f"CPU       {cpu:8.1f} s")
        print(f"memory    {peak:8.0f} MB  target {MEGABYTES} MB")


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdecimal()]
    main(*(numbers + [SESSIONS, LINES][len(numbers) :]), profile="--profile" in sys.argv)
