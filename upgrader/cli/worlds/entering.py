"""The way into a pair's world, emulated or live: to look only, or to hold it."""

from pathlib import Path

from upgrader.access.guard.read_only import ReadOnlyWorld
from upgrader.cli.pairfile.pair import PairFile, refuse_live
from upgrader.journal.disk import Disk
from upgrader.ports import World


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
        from upgrader.cli.worlds.emulated import look_at_emulated  # noqa: PLC0415  as in `enter`

        return ReadOnlyWorld(look_at_emulated(pair, worlds, fresh=fresh, pace=pace))
    _refuse_for_live(pair, fresh=fresh, pace=pace)
    from upgrader.cli.worlds.live import look_at_live  # noqa: PLC0415  as in `enter`

    return ReadOnlyWorld(look_at_live(pair, worlds))


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
        from upgrader.cli.worlds.emulated import (  # noqa: PLC0415  a live pair needs no emulator
            enter_emulated,
        )

        return enter_emulated(pair, worlds, command=command, fresh=fresh, pace=pace, disk=disk)
    _refuse_for_live(pair, fresh=fresh, pace=pace)
    from upgrader.cli.worlds.live import enter_live  # noqa: PLC0415  nor an emulated one asyncssh

    return enter_live(pair, worlds, command=command, must_answer=must_answer)


def _refuse_for_live(pair: PairFile, *, fresh: bool, pace: float | None) -> None:
    if fresh:
        refuse_live(pair, "--fresh starts a pair anew")
    if pace is not None:
        refuse_live(pair, "--pace slows virtual time down")
