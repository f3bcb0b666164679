"""The only place where a world is built, and armed: guarded, and taped where a journal lasts."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from upgrader.access.clock import WallClock
from upgrader.access.emulated import EmulatedWorld, Pace
from upgrader.access.guarded import Charter, GuardedWorld
from upgrader.access.holding import is_held, is_served
from upgrader.access.recorded import RecordedWorld
from upgrader.access.redaction import Redactor
from upgrader.access.taped import TapedWorld
from upgrader.access.transcript import Transcripts
from upgrader.access.world_store import WorldKey, WorldStore, stem
from upgrader.cli.pairfile import PairFile, scenario_of
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.surface.control import Control
from upgrader.journal.disk import Disk
from upgrader.journal.entry import Recollection
from upgrader.journal.store import JournalFile, RunFolder
from upgrader.model.plan import Plan, Purpose
from upgrader.ports import Seats, World

if TYPE_CHECKING:
    from upgrader.access.serving import Spot, Where

WALL = WallClock()
"""The time of this machine: for names, dates and how long something took, never for judging."""


def look_at(
    pair: PairFile, worlds: Path, *, fresh: bool = False, pace: float | None = None
) -> EmulatedWorld:
    """A fork of the pair's world, for commands that change nothing.

    `worlds` is the folder in which worlds persist. `fresh`: as the pair's files describe it,
    whatever happened to it since; nothing is removed.

    Time goes on by itself where the pair is served, and is not written down at each moment: a
    note on standard error says so.

    Raises:
        UsageFault: the pair file does not describe a pair, or has changed since its world was
            made.
    """
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


def enter(
    pair: PairFile,
    worlds: Path,
    *,
    command: str,
    fresh: bool = False,
    pace: float | None = None,
    disk: Disk | None = None,
) -> EmulatedWorld:
    """The pair's world itself, held until it is closed. `disk`: None is this machine's.

    Raises:
        WorldHeld: another process holds it.
        UsageFault: as `look_at`.
    """
    return WorldStore(worlds, disk).enter(
        _key(pair),
        lambda: _start(pair),
        command=command,
        fresh=fresh,
        pace=None if pace is None else _pace(pace),
    )


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
    from upgrader.access.serving import Serving, serve_world  # noqa: PLC0415  asyncssh is heavy

    serving = Serving(
        where=where,
        rate=rate,
        host_keys=worlds / f"{stem(pair.name)}.hostkeys",
        files=worlds / _key(pair).folder / "files",
        control=control,
        syslog=syslog,
    )
    serve_world(world, serving, ready, say, broken)


def is_held_now(pair_name: str, worlds: Path) -> bool:
    """Whether some process holds the pair of that name."""
    return is_held(WorldStore(worlds).lock_of(pair_name))


def guarded(world: World, plan: Plan) -> GuardedWorld:
    """The world, with a guard that lets nothing pass but what such a plan may be about."""
    return GuardedWorld(world, _charter(plan))


def taped(world: World, journal: JournalFile, folder: RunFolder) -> tuple[TapedWorld, str]:
    """The world with the tape running, and the tag of the key that hides its secrets."""
    redactor = Redactor(folder.redaction_key())
    transcripts = Transcripts(folder.transcripts, folder.disk)
    return TapedWorld(world, journal, redactor, transcripts), redactor.tag


def recorded(plan: Plan, night: Recollection, sitting: int) -> GuardedWorld:
    """The world of a process of that night, made of its tape; guarded as it was then."""
    return guarded(RecordedWorld(night, Seats(*plan.seats), sitting), plan)


def _charter(plan: Plan) -> Charter:
    match plan.purpose:
        case Purpose.UPGRADE:
            return Charter(plan.serials, plan.target.version)
        case Purpose.CLEANUP:
            return Charter(plan.serials, None, may_log_off=True)


def _start(pair: PairFile) -> EmulatedPair:
    return EmulatedPair.from_scenario(scenario_of(pair))


def _key(pair: PairFile) -> WorldKey:
    return WorldKey(pair.name, pair.digest, pair.path)


def _pace(device_seconds: float) -> Pace:
    return Pace(device_seconds, WALL.sleep)
