"""Cause given, cause found: random nights with noise, loss and skew, each told from syslog alone.

python benchmarks/confusion.py            # 1,080 nights
python benchmarks/confusion.py 180        # fewer
python benchmarks/confusion.py 180 7      # from another seed
python benchmarks/confusion.py 440 1001 anyconnect-images-differ    # of these causes only

Every built-in night is staged again and again, each time with other people, hours, clocks and log
settings; then its log fares ill. What is found is the likeliest cause, if it is called likely.
"""

import sys
from collections import Counter
from collections.abc import Collection, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "benchmarks")]

from harsher import GUIDES, disturbed, night_before, variant  # noqa: E402  beside this one
from noise import Weather, weathered  # noqa: E402  it lies with the tests

from upgrader.access.emulated.testbed import EmulatedTestbed, with_sender  # noqa: E402  likewise
from upgrader.access.emulated.world import EmulatedWorld  # noqa: E402  likewise
from upgrader.access.evidence.opening import gather  # noqa: E402  likewise
from upgrader.cli.pairfile.pair import pair_of, scenario_of  # noqa: E402  likewise
from upgrader.conduct.reenacting.staged import stage_night  # noqa: E402  likewise
from upgrader.dialect.toml import dumps  # noqa: E402  likewise
from upgrader.emulator.pair import EmulatedPair  # noqa: E402  likewise
from upgrader.emulator.talk import Datagram  # noqa: E402  likewise
from upgrader.judgement.postmortem.causes.judge import judge  # noqa: E402  likewise
from upgrader.judgement.postmortem.telling.night import tell  # noqa: E402  likewise
from upgrader.model.cause import CauseName, Likelihood  # noqa: E402  likewise
from upgrader.model.night import Night  # noqa: E402  likewise
from upgrader.model.script import Befalls, Script  # noqa: E402  likewise
from upgrader.ports import UsageFault  # noqa: E402  likewise

NIGHTS = ROOT / "fixtures" / "incidents"
NONE = "none"
MARKS = {
    "aaa-down": ("113014:",),
    "operator-logged-off": ("Administrator Reset",),
    "pool-full": ("737007:", "722020:"),
    "sleeping-clients": ("Idle Timeout",),
    "certificate-differs": ("725006:",),
    "feature-removed": ("725006:",),
    "http-replication-off": ("106015:",),
}
"""Of which some must be written, else the cause had, by chance, nobody to harm."""
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
    task: tuple[str, int]
    """Whose night it is, and its seed: `held(task)` stages it again."""


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
    table, seen = variant(NIGHTS / name, chance)
    weather = weather_of(chance)
    night = staged(name, table)
    lines = night.lines
    if seen.with_night_before:
        lines = [*staged(name, night_before(table)).lines, *lines]
    active = str(table["emulated"].get("active", "primary")).capitalize()
    # Lines are lost and late on their way: one is sorted by its sender when it has come.
    sent = disturbed(lines, seen.disturbance, active, chance)
    arrived = weathered("".join(f"{unit}{line}\n" for unit, line in sent), chance, weather)
    by_file: dict[str, list[str]] = {}
    for line in arrived.splitlines():
        file = f"unit-{line[:1]}" if seen.by_unit else "collector"
        by_file.setdefault(file, []).append(line[1:])
    logs = {file: "\n".join(its) + "\n" for file, its in sorted(by_file.items())}
    causes = judge(read(logs))
    guides = next(cause for cause in causes if cause.name is CauseName.ANYCONNECT_DIFFERS)
    return Held(
        given=night.cause,
        found=tuple(cause.name.value for cause in causes if cause.likelihood in BELIEVED),
        certain=guides.likelihood is Likelihood.CERTAIN,
        informational=seen.informational and weather.gap is None,
        harmed=night.lost,
        task=task,
    )


@dataclass(frozen=True, slots=True)
class Staged:
    """What a night has sent, and what came of it."""

    lines: list[tuple[str, str]]
    """By which unit, and the line as filed; in the order of arrival."""
    lost: int
    """Sessions lost, by the emulator's books."""
    cause: str
    """`none` where, by chance, the cause had nobody to harm."""


def staged(name: str, table: dict[str, Any]) -> Staged:
    """Stage a night."""
    pair = pair_of({"pair.toml": dumps(table)}, "pair.toml", str(NIGHTS / name))
    assert pair.script is not None
    assert pair.script.expected is not None
    bed = EmulatedTestbed(EmulatedWorld(EmulatedPair.from_scenario(scenario_of(pair))), _with_unit)
    told = stage_night(bed, _possible(bed, pair.script), bed.starts_ms).collected
    lines = [(line[:1], line[1:]) for line in told.splitlines()]
    cause = pair.script.expected.cause or NONE
    marks = MARKS.get(cause, ()) if "-6-" in told else ()
    happened = not marks or any(mark in told for mark in marks)
    came = cause if happened else NONE
    # Whom an operator logs off beside a clean night has lost his session by that.
    if came == NONE and "Administrator Reset" in told:
        came = CauseName.LOGGED_OFF.value
    return Staged(lines, bed.came().lost, came)


def _with_unit(datagram: Datagram, received: str) -> str:
    """The line as a collector files it, behind the number of the unit that sent it."""
    return f"{datagram.unit}{with_sender(datagram, received)}"


def read(logs: dict[str, str]) -> Night:
    """What the files tell."""
    with TemporaryDirectory() as folder:
        for name, log in logs.items():
            (Path(folder) / f"{name}.log").write_text(log)
        return tell(gather([str(Path(folder) / f"{name}.log") for name in logs]))


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


def tasks(count: int, seed: int, only: Collection[str] = ()) -> Iterator[tuple[str, int]]:
    """So many nights, of each kind as many; `only`: of these built-in nights, else of all."""
    names = sorted(path.parent.name for path in NIGHTS.glob("*/pair.toml"))
    if unknown := set(only) - set(names):
        raise SystemExit(f"no such night: {', '.join(sorted(unknown))}; one of {', '.join(names)}")
    names = [name for name in names if not only or name in only]
    for number in range(count):
        yield names[number % len(names)], seed + number // len(names)


def main(count: int, seed: int, only: Collection[str]) -> None:
    """Stage, judge, print the table."""
    with ProcessPoolExecutor(2) as pool:
        nights = list(pool.map(held, tasks(count, seed, only), chunksize=9))
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
    for n in nights:
        if n.found[:1] not in ((n.given,), ()) or (n.informational and not _is_right(n)):
            print("   ", n.task, n.informational, n.given, "->", *n.found)
    print(f"  called certain on {sum(n.certain for n in nights)} of {len(nights)}: never, by a log")


def _is_right(night: Held) -> bool:
    return night.found[:1] == (() if night.given == NONE else (night.given,))


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
        sys.argv[3:],
    )
