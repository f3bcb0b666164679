"""Emulated pairs: a fork to look at, the world itself to change, and to serve over SSH."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from upgrader.access.emulated.store import WorldKey, WorldStore
from upgrader.access.emulated.testbed import EmulatedTestbed
from upgrader.access.emulated.world import EmulatedWorld, Pace
from upgrader.access.holding import is_served
from upgrader.cli.pairfile.pair import PairFile, refuse_live, scenario_of
from upgrader.cli.worlds.wall import WALL
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.surface.control import Control
from upgrader.journal.disk import Disk
from upgrader.model.words import file_stem

if TYPE_CHECKING:
    from upgrader.access.emulated.serving import Spot, Where

ONLY_EMULATED = "only an emulated pair can be served, or have something happen to it"


def look_at_emulated(
    pair: PairFile, worlds: Path, *, fresh: bool = False, pace: float | None = None
) -> EmulatedWorld:
    """A fork of an emulated pair's world.

    `worlds` is the folder in which worlds persist. `fresh`: as the pair's files describe it,
    whatever happened to it since; nothing is removed.

    Time goes on by itself where the pair is served, and is not written down at each moment: a
    note on standard error says so.

    Raises:
        UsageFault: the pair file does not describe an emulated pair, or has changed since its
            world was made.
    """
    refuse_live(pair, ONLY_EMULATED)
    if fresh:
        world = EmulatedWorld(_start(pair))
    else:
        store = WorldStore(worlds)
        world = store.look(_key(pair), lambda: _start(pair))
        if is_served(store.lock_of(pair.name)):
            sys.stderr.write(
                f"upgrader: NOTE: {pair.name} is being served by `upgrader emulate`; what is "
                "looked at is the pair as last written down, which may be minutes ago\n"
            )
    return world if pace is None else world.paced(_pace(pace))


def enter_emulated(
    pair: PairFile,
    worlds: Path,
    *,
    command: str,
    fresh: bool = False,
    pace: float | None = None,
    disk: Disk | None = None,
) -> EmulatedWorld:
    """An emulated pair's world itself, held until it is closed. `disk`: None is this machine's.

    Raises:
        WorldHeld: another process holds it.
        UsageFault: as `look_at_emulated`.
    """
    refuse_live(pair, ONLY_EMULATED)
    return WorldStore(worlds, disk).enter(
        _key(pair),
        lambda: _start(pair),
        command=command,
        fresh=fresh,
        pace=None if pace is None else _pace(pace),
    )


def stage_for(pair: PairFile, pace: float | None = None) -> EmulatedTestbed:
    """The pair as its files describe it, to stage a night in; whatever befalls it is forgotten.

    Raises:
        UsageFault: the pair file does not describe an emulated pair.
    """
    refuse_live(pair, ONLY_EMULATED)
    world = EmulatedWorld(_start(pair))
    return EmulatedTestbed(world if pace is None else world.paced(_pace(pace)))


def controlled(world: EmulatedWorld) -> Control:
    """The control surface of a world, over which things may be let happen to it."""
    return Control(world)


def serve(
    world: EmulatedWorld,
    pair: PairFile,
    worlds: Path,
    where: "Where",
    rate: float,
    control: Path | None,
    syslog: tuple[str, int] | None,
    ready: "Callable[[tuple[Spot, ...]], None]",
    say: Callable[[str], None],
    broken: Callable[[Exception], None],
) -> None:
    """Serve the pair's world over SSH until Ctrl-C or SIGTERM; `serve_world` says more."""
    from upgrader.access.emulated.serving import (  # noqa: PLC0415  asyncssh is heavy
        Serving,
        serve_world,
    )

    serving = Serving(
        where=where,
        rate=rate,
        host_keys=worlds / f"{file_stem(pair.name)}.hostkeys",
        files=files_folder(pair, worlds),
        control=control,
        syslog=syslog,
    )
    serve_world(world, serving, ready, say, broken)


def files_folder(pair: PairFile, worlds: Path) -> Path:
    """Where the bytes of files lie that came to an emulated pair."""
    return worlds / _key(pair).folder / "files"


def _start(pair: PairFile) -> EmulatedPair:
    return EmulatedPair.from_scenario(scenario_of(pair))


def _key(pair: PairFile) -> WorldKey:
    return WorldKey(pair.name, pair.digest, pair.path)


def _pace(device_seconds: float) -> Pace:
    return Pace(device_seconds, WALL.sleep)
