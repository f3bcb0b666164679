"""Live pairs: reached over SSH, and logged in to at once."""

import sys
from collections.abc import Callable
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from upgrader.access.guard.read_only import ReadOnlyWorld
from upgrader.access.holding import hold
from upgrader.cli.pairfile.pair import PairFile
from upgrader.model.portrait import NoteKind
from upgrader.model.words import file_stem
from upgrader.ports import NoAnswer, NoEntry, NotReached, World

if TYPE_CHECKING:
    from upgrader.access.live import LiveWorld


def look_at_live(pair: PairFile, worlds: Path) -> "LiveWorld":
    """A live pair that nobody is kept out of; who may only look wraps it.

    Raises:
        NotReached: nobody answers at the active seat, or nobody lets us in.
    """
    world = _reached(pair, worlds, lambda: _say_what_was_missed(world))
    _greet(world)
    return world


def enter_live(pair: PairFile, worlds: Path, *, command: str, must_answer: bool) -> "LiveWorld":
    """A live pair, held on this machine until it is closed.

    Raises:
        WorldHeld: another process holds it.
        NotReached: as `look_at_live`; of a silent active seat, only where it must answer.
    """
    held = hold(_lock_of(pair.name, worlds), pair.name, command)
    try:
        world = _reached(pair, worlds, held.release)
        _greet(world, must_answer=must_answer)
    except BaseException:
        held.release()
        raise
    return world


def person_asked() -> Callable[[str], str] | None:
    """How a person is asked for a secret; None: nobody is at a terminal."""
    if not sys.stdin.isatty():
        return None
    from getpass import getpass  # noqa: PLC0415  only where somebody may be asked

    return getpass


def _lock_of(pair_name: str, worlds: Path) -> Path:
    """The lock of a live pair, beside the folder of the emulated ones' worlds."""
    return worlds.parent / "locks" / f"{file_stem(pair_name)}.lock"


def _reached(pair: PairFile, worlds: Path, let_go: Callable[[], None]) -> "LiveWorld":
    from upgrader.access.ssh.pair import live_world  # noqa: PLC0415  asyncssh is heavy

    assert pair.reach is not None  # the pair is live
    learnt = worlds.parent / "hostkeys" / file_stem(pair.name)
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


def _say_what_was_missed(world: "LiveWorld") -> None:
    """On standard error: an address that does not answer is easily mistyped, and found at night."""
    for seat, why in world.missed.items():
        sys.stderr.write(
            f"upgrader: NOTE: {seat} was not reached ({why}); who is there was asked another way\n"
        )


def _twin(world: World, pair: PairFile) -> World:
    """A twin of a live pair, for a rehearsal; what it is without is said on standard error."""
    from upgrader.cli.worlds.twins import twin_of  # noqa: PLC0415  only here is an emulator needed

    made, notes = twin_of(ReadOnlyWorld(world), pair.name, str(world.seats.active))
    short = sum(note.kind is not NoteKind.TAKEN for note in notes)
    sys.stderr.write(
        f"upgrader: NOTE: {pair.name} is rehearsed on a twin of it; {short} things of it were "
        f"assumed, are missing or not carried: `upgrader twin {quote(pair.path)} -o twin/` lists "
        "them\n"
    )
    return made
