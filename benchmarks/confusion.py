"""Cause given, cause found: random nights with noise, loss and skew, each told from syslog alone.

python benchmarks/confusion.py            # 1,080 nights
python benchmarks/confusion.py 180        # fewer
python benchmarks/confusion.py 180 7      # from another seed

Every built-in night is staged again and again, each time with other people, hours, clocks and log
settings; then its log fares ill. What is found is the likeliest cause, if it is called likely.
"""

import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from noise import Weather, weathered  # noqa: E402  it lies with the tests

from upgrader.access.emulated.testbed import EmulatedTestbed  # noqa: E402  likewise
from upgrader.cli.pairfile.pair import pair_of  # noqa: E402  behind the path
from upgrader.cli.worlds.emulated import stage_for  # noqa: E402  likewise
from upgrader.cli.worlds.testbeds import collected_records  # noqa: E402  likewise
from upgrader.conduct.staged import stage_night  # noqa: E402  likewise
from upgrader.dialect.toml import dumps  # noqa: E402  likewise
from upgrader.judgement.postmortem.causes.judge import judge  # noqa: E402  likewise
from upgrader.judgement.postmortem.telling.night import tell  # noqa: E402  likewise
from upgrader.model.cause import CauseName, Likelihood  # noqa: E402  likewise
from upgrader.model.script import Befalls, Script  # noqa: E402  likewise
from upgrader.ports import UsageFault  # noqa: E402  likewise

NIGHTS = ROOT / "fixtures" / "incidents"
GUIDES = CauseName.ANYCONNECT_DIFFERS.value
NONE = "none"
BELIEVED = (Likelihood.CERTAIN, Likelihood.LIKELY)


@dataclass(frozen=True, slots=True)
class Held:
    """One night, judged."""

    given: str
    """A cause, or `none`."""
    found: tuple[str, ...]
    """All that are called likely or certain, the likeliest first."""
    certain: bool
    """Whether the guide's incident is called certain."""
    informational: bool
    """Whether level 6 was on, and the log had no gap."""
    harmed: int
    """Sessions lost, by the emulator's books."""


def variant(name: str, chance: Random) -> tuple[dict[str, Any], bool]:
    """The pair file of one more such night, and whether its log has level 6."""
    folder = NIGHTS / name
    table = tomllib.loads((folder / "pair.toml").read_text())
    pair = table["emulated"]
    config = (folder / pair["config"]).read_text().splitlines()
    informational = chance.random() < 0.85
    if not informational:
        config = [
            line.replace("logging trap informational", "logging trap notifications")
            for line in config
        ]
    if chance.random() < 0.2 and "logging standby" not in config:
        config.insert(config.index("logging enable") + 1, "logging standby")
    if chance.random() < 0.2:
        config = [
            "logging timestamp rfc5424" if line == "logging timestamp" else line for line in config
        ]
    pair["seed"] = chance.randrange(1, 1_000_000)
    pair["starts_at"] = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(
        days=chance.randrange(365), minutes=chance.randrange(1_440)
    )
    clients = pair["clients"]
    if name != "pool-full":  # there the pool has room for so many and no more
        clients["count"] += chance.randrange(0, 25)
        config = [_with_room(line) for line in config]
    pair["config"] = "\n".join(config) + "\n"
    for habit in ("sleeps_per_hour", "wakes_per_hour", "logoffs_per_hour"):
        clients.setdefault(habit, chance.choice((0, 0, 2, 6)))
    for unit in pair["unit"]:
        if chance.random() < 0.4:
            unit.setdefault("health", {}).setdefault("clock_off", chance.randrange(-300, 300))
    if name == GUIDES:
        pair["incident"] = {
            "kill_at": chance.choice(("peer-departure", "peer-rejoin")),
            "client_requests_old_address": chance.random() < 0.7,
            "index_allocator": chance.choice(("shared", "per-unit")),
        }
    # What is looked at stands in the terminal's log, and here is none.
    table["incident"]["act"] = [
        act for act in table["incident"]["act"] if not str(act.get("types", "")).startswith("show")
    ]
    return table, informational


def _with_room(line: str) -> str:
    """A pool for more people than the night was written for."""
    if not line.startswith("ip local pool"):
        return line
    return line.replace("-10.20.8.40 ", "-10.20.8.240 ")


def weather_of(chance: Random) -> Weather:
    """How the log of one night fares."""
    begins = chance.random() * 0.8
    return Weather(
        lost=chance.choice((0, 0, 0.001, 0.01, 0.05)),
        doubled=chance.choice((0, 0, 0.01, 0.3)),
        late=chance.choice((0, 0, 2, 6)),
        chatter=chance.choice((0, 0.5, 2)),
        gap=(begins, begins + 0.2) if chance.random() < 0.1 else None,
        cut=chance.random() < 0.2,
    )


def held(task: tuple[str, int]) -> Held:
    """Stage one night, weather its log, and judge it."""
    name, seed = task
    chance = Random(f"{name} {seed}")
    table, informational = variant(name, chance)
    weather = weather_of(chance)
    label = str(NIGHTS / name)
    pair = pair_of({"pair.toml": dumps(table)}, "pair.toml", label)
    assert pair.script is not None
    assert pair.script.expected is not None
    bed = stage_for(pair)
    staged = stage_night(bed, _possible(bed, pair.script), bed.starts_ms)
    log = weathered(staged.collected, chance, weather)
    causes = judge(tell(collected_records(log)))
    found = tuple(cause.name.value for cause in causes if cause.likelihood in BELIEVED)
    guides = next(cause for cause in causes if cause.name is CauseName.ANYCONNECT_DIFFERS)
    return Held(
        given=pair.script.expected.cause or NONE,
        found=found,
        certain=guides.likelihood is Likelihood.CERTAIN,
        informational=informational and weather.gap is None,
        harmed=bed.came().lost,
    )


def _possible(bed: EmulatedTestbed, script: Script) -> Script:
    """The night without what cannot befall people who, by chance, are asleep or gone by then."""
    while True:
        try:
            stage_night(bed.fork(), script, bed.starts_ms)
        except UsageFault as fault:
            left = [a for a in script.acts if not (isinstance(a, Befalls) and _names(a, fault))]
            if len(left) == len(script.acts):
                raise
            script = replace(script, acts=tuple(left))
        else:
            return script


def _names(act: Befalls, fault: UsageFault) -> bool:
    return str(act.arguments.get("user", "-")) in str(fault)


def tasks(count: int, seed: int) -> Iterator[tuple[str, int]]:
    """So many nights, of each kind as many."""
    names = sorted(path.parent.name for path in NIGHTS.glob("*/pair.toml"))
    for number in range(count):
        yield names[number % len(names)], seed + number // len(names)


def main(count: int, seed: int) -> None:
    """Stage, judge, print the table."""
    with ProcessPoolExecutor(2) as pool:
        nights = list(pool.map(held, tasks(count, seed), chunksize=9))
    print(f"{len(nights)} nights, from syslog alone")
    for title, part in (
        ("level 6 on, no gap", [n for n in nights if n.informational]),
        ("level 5 only, or a gap of a fifth", [n for n in nights if not n.informational]),
    ):
        print_table(title, part)
    whole = [n for n in nights if n.informational]
    theirs = [n for n in whole if n.given == GUIDES and n.harmed]
    right = sum(n.found[:1] == (GUIDES,) for n in theirs)
    print(f"the guide's incident: found in {right} of {len(theirs)} with level-6 logs")
    others = [n for n in nights if n.given != GUIDES]
    wrong = sum(GUIDES in n.found for n in others)
    print(f"  called likely on {wrong} of {len(others)} nights of other causes")
    print(f"  called certain on {sum(n.certain for n in nights)} of {len(nights)}: never, by a log")


def print_table(title: str, nights: list[Held]) -> None:
    """A row for each cause that was given: how often it was found, and what else was."""
    print(f"\n{title}: {len(nights)} nights")
    print(f"{'given':26} {'nights':>6} {'found':>6} {'share':>6}  found instead")
    for given in sorted({n.given for n in nights}):
        mine = [n for n in nights if n.given == given]
        firsts = Counter(n.found[0] if n.found else NONE for n in mine)
        right = firsts.pop(given, 0)
        instead = ", ".join(f"{name} {times}" for name, times in firsts.most_common())
        print(f"{given:26} {len(mine):6} {right:6} {right / len(mine):6.1%}  {instead}")


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 1_080,
        int(sys.argv[2]) if len(sys.argv) > 2 else 1,
    )
