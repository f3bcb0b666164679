"""The only place where a world is built, and armed: guarded, and taped where a journal lasts."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from upgrader.access.captures import Captures, read_captures
from upgrader.access.clock import WallClock
from upgrader.access.emulated import EmulatedWorld, Pace
from upgrader.access.guarded import Charter, GuardedWorld
from upgrader.access.holding import hold, hold_briefly, is_held, is_served
from upgrader.access.read_only import ReadOnlyWorld
from upgrader.access.recorded import RecordedWorld
from upgrader.access.redaction import Redactor
from upgrader.access.taped import TapedWorld
from upgrader.access.transcript import Transcripts
from upgrader.access.twin.draw import HEAD, PAIR_FILE, draw
from upgrader.access.world_store import WorldKey, WorldStore, stem
from upgrader.cli.pairfile import PairFile, TargetHints, pair_of, refuse_live, scenario_of
from upgrader.conduct.portrait import portray
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.surface.control import Control
from upgrader.journal.disk import Disk
from upgrader.journal.entry import Recollection
from upgrader.journal.store import JournalFile, RunFolder
from upgrader.model.plan import Plan, Purpose
from upgrader.model.portrait import Likeness, NoteKind, Portrait, TwinNote
from upgrader.ports import NoAnswer, NoEntry, NotReached, NoTwin, Seats, UsageFault, World

if TYPE_CHECKING:
    from upgrader.access.live import LiveWorld
    from upgrader.access.serving import Spot, Where

WALL = WallClock()
"""The time of this machine: for names, dates and how long something took, never for judging."""

ONLY_EMULATED = "only an emulated pair can be served, or have something happen to it"

_HOLDER = "holder"
"""The file in a run's folder that is locked by the process which conducts the run."""


def look_at(
    pair: PairFile, worlds: Path, *, fresh: bool = False, pace: float | None = None
) -> World:
    """The pair for commands that change nothing: whatever could, raises before a byte is sent.

    A live pair is entered at once, at its active seat, so that a command which cannot look says so
    and does not list everything as unknown. An emulated one is a fork, as `look_at_emulated` says.

    Raises:
        NotReached: nobody answers at the active seat, or nobody lets us in.
        UsageFault: as `look_at_emulated`; or `fresh` or `pace` of a live pair.
    """
    if not pair.is_live:
        return ReadOnlyWorld(look_at_emulated(pair, worlds, fresh=fresh, pace=pace))
    _refuse_for_live(pair, fresh=fresh, pace=pace)
    world = _live(pair, worlds, lambda: None)
    _greet(world)
    return ReadOnlyWorld(world)


def enter(
    pair: PairFile,
    worlds: Path,
    *,
    command: str,
    fresh: bool = False,
    pace: float | None = None,
    disk: Disk | None = None,
    must_answer: bool = True,
) -> World:
    """The pair's world itself, held until it is closed. `disk`: None is this machine's.

    `must_answer`: whether a live pair whose active seat is silent is refused; who resumes a run
    goes on and looks. Where nobody lets us in, it is refused in any case.

    Raises:
        WorldHeld: another process holds it.
        NotReached: as `look_at`.
        UsageFault: as `look_at`.
    """
    if not pair.is_live:
        return enter_emulated(pair, worlds, command=command, fresh=fresh, pace=pace, disk=disk)
    _refuse_for_live(pair, fresh=fresh, pace=pace)
    held = hold(_live_lock(pair.name, worlds), pair.name, command)
    try:
        world = _live(pair, worlds, held.release)
        _greet(world, must_answer=must_answer)
    except BaseException:
        held.release()
        raise
    return world


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
        files=files_folder(pair, worlds),
        control=control,
        syslog=syslog,
    )
    serve_world(world, serving, ready, say, broken)


def files_folder(pair: PairFile, worlds: Path) -> Path:
    """Where the bytes of files lie that came to an emulated pair."""
    return worlds / _key(pair).folder / "files"


def is_held_now(pair_name: str, worlds: Path) -> bool:
    """Whether some process holds the pair of that name, emulated or live."""
    locks = (WorldStore(worlds).lock_of(pair_name), _live_lock(pair_name, worlds))
    return any(is_held(lock) for lock in locks)


@contextmanager
def conducting(run: Path, pair_name: str, command: str) -> Iterator[None]:
    """This process conducts the run in that folder, and no other does, while the block runs.

    Raises:
        WorldHeld: another process conducts it.
    """
    held = hold(run / _HOLDER, pair_name, command)
    try:
        yield
    finally:
        held.release()


def is_running(run: Path) -> bool:
    """Whether a living process conducts the run in that folder."""
    return is_held(run / _HOLDER)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """No other process runs a block under that lock at the same time; it is waited for."""
    held = hold_briefly(path)
    try:
        yield
    finally:
        held.release()


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
        case Purpose.UPGRADE | Purpose.ROLLBACK:
            return Charter(plan.serials, plan.target.version)
        case Purpose.CLEANUP:
            return Charter(plan.serials, None, may_log_off=True)


# ── live pairs ─────────────────────────────────────────────────────────────────────────


def _live(pair: PairFile, worlds: Path, let_go: Callable[[], None]) -> "LiveWorld":
    from upgrader.access.ssh.pair import live_world  # noqa: PLC0415  asyncssh is heavy

    assert pair.reach is not None  # the pair is live
    learnt = worlds.parent / "hostkeys" / stem(pair.name)
    asked = person_asked()
    world = live_world(pair.reach, pair.name, learnt, asked, lambda: _twin(world, pair), let_go)
    return world


def _greet(world: "LiveWorld", *, must_answer: bool = True) -> None:
    """Log in at the active seat; the conversation stays open for whoever looks next."""
    try:
        world.access.open(world.seats.active).close()
    except NoAnswer as fault:
        if must_answer or isinstance(fault, NoEntry):
            world.close()
            raise NotReached(fault) from fault
    except BaseException:
        world.close()
        raise


def person_asked() -> Callable[[str], str] | None:
    """How a person is asked for a secret; None: nobody is at a terminal."""
    if not sys.stdin.isatty():
        return None
    from getpass import getpass  # noqa: PLC0415  only where somebody may be asked

    return getpass


def _live_lock(pair_name: str, worlds: Path) -> Path:
    """The lock of a live pair, beside the folder of the emulated ones' worlds."""
    return worlds.parent / "locks" / f"{stem(pair_name)}.lock"


def _refuse_for_live(pair: PairFile, *, fresh: bool, pace: float | None) -> None:
    if fresh:
        refuse_live(pair, "--fresh starts a pair anew")
    if pace is not None:
        refuse_live(pair, "--pace slows virtual time down")


def _twin(world: World, pair: PairFile) -> EmulatedWorld:
    """A twin of a live pair, for a rehearsal; what it is without is said on standard error."""
    made, notes = twin_of(ReadOnlyWorld(world), pair.name, str(world.seats.active))
    short = sum(note.kind is not NoteKind.TAKEN for note in notes)
    sys.stderr.write(
        f"upgrader: NOTE: {pair.name} is rehearsed on a twin of it; {short} things of it were "
        f"assumed, are missing or not carried: `upgrader twin {pair.path} -o twin/` lists them\n"
    )
    return made


# ── twins ──────────────────────────────────────────────────────────────────────────────


def twin_of(world: World, name: str, origin: str) -> tuple[EmulatedWorld, tuple[TwinNote, ...]]:
    """An emulated pair made of what a world shows, and what became of what was seen.

    Raises:
        NoTwin: none can be made; the message says what is missing.
    """
    likeness = draw(portray(world, origin), name)
    return EmulatedWorld(_start(twin_file(likeness, f"the twin of {origin}"))), likeness.notes


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


def _start(pair: PairFile) -> EmulatedPair:
    return EmulatedPair.from_scenario(scenario_of(pair))


def _key(pair: PairFile) -> WorldKey:
    return WorldKey(pair.name, pair.digest, pair.path)


def _pace(device_seconds: float) -> Pace:
    return Pace(device_seconds, WALL.sleep)
