"""Twins: emulated pairs, made of what a world shows."""

from dataclasses import asdict
from pathlib import Path

from upgrader.access.captures import Captures, read_captures
from upgrader.access.emulated.world import EmulatedWorld
from upgrader.access.twin.draw import HEAD, PAIR_FILE, draw
from upgrader.cli.pairfile.pair import PairFile, pair_of, scenario_of
from upgrader.cli.pairfile.target import TargetHints
from upgrader.conduct.portrait import portray
from upgrader.emulator.pair import EmulatedPair
from upgrader.model.portrait import Likeness, Portrait, TwinNote
from upgrader.ports import NoTwin, UsageFault, World


def twin_of(world: World, name: str, origin: str) -> tuple[EmulatedWorld, tuple[TwinNote, ...]]:
    """An emulated pair made of what a world shows, and what became of what was seen.

    Raises:
        NoTwin: none can be made; the message says what is missing.
    """
    likeness = draw(portray(world, origin), name)
    pair = EmulatedPair.from_scenario(scenario_of(twin_file(likeness, f"the twin of {origin}")))
    return EmulatedWorld(pair), likeness.notes


def twin_file(likeness: Likeness, label: str) -> PairFile:
    """The pair file of a twin, as if it were read.

    Raises:
        NoTwin: the emulator cannot run such a pair.
    """
    made = pair_of(likeness.files, PAIR_FILE, label)
    try:
        scenario_of(made)
    except UsageFault as fault:
        raise NoTwin(f"the emulator cannot run such a pair: {fault}") from fault
    return made


def likeness_of(
    world: World, name: str, origin: str, target: TargetHints
) -> tuple[Portrait, Likeness]:
    """What a world shows, and the files of its twin, with the same `[target]`.

    Raises:
        NoTwin: as `twin_of`.
    """
    portrait = portray(world, origin)
    told = {key: value for key, value in asdict(target).items() if value is not None}
    return portrait, draw(portrait, name, told)


def is_twin(folder: Path) -> bool:
    """Whether the folder holds a twin that this tool has written."""
    try:
        with (folder / PAIR_FILE).open(encoding="utf-8") as stream:
            return stream.readline().startswith(HEAD)
    except (OSError, ValueError):
        return False


def captured(folder: Path) -> Captures:
    """The pair whose output was saved in a folder.

    Raises:
        UsageFault: there is no such folder, or nothing in it.
    """
    return read_captures(folder)
