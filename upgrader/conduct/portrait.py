"""A portrait: one wide look at a pair, and in the very text what a reading of it is not enough for.

Nothing is typed that a look does not type, but for which system the clients run where a unit
offers packages for several.
"""

from upgrader.conduct.eyes import Eyes
from upgrader.dialect import commands
from upgrader.dialect.versions import asdm_version_in_file_name, version_in_file_name
from upgrader.model.names import Seat
from upgrader.model.portrait import Portrait
from upgrader.model.unit import Configuration, Depth, Flash, Snapshot, path_key
from upgrader.ports import Access, Console, LineFault, World

_KEPT = frozenset(
    {
        commands.SHOW_RUNNING,
        commands.SHOW_STARTUP,
        commands.SHOW_CLOCK,
        commands.SHOW_CLIENT_SYSTEMS,
    }
)
"""Of the other lines the reading is enough, and some replies are megabytes."""


def portray(world: World, origin: str) -> Portrait:
    """Look at the pair widely, with the digests of all files that a night may touch.

    Raises:
        NoEntry: somebody answers and does not let us in.
    """
    noting = _NotingAccess(world.access)
    eyes = Eyes(noting, world.seats, world.clock)
    try:
        for seat in (world.seats.active, world.seats.standby):
            _ask(eyes, seat, commands.SHOW_CLOCK)
        seen = eyes.look(Depth.WIDE, files_that_matter)
        _ask_for_systems(eyes, seen)
    finally:
        eyes.close()
    return Portrait(seen, noting.texts, origin)


def files_that_matter(running: Configuration | None, flash: Flash | None) -> tuple[str, ...]:
    """The files of whose bytes something depends: images, ASDM images, configured packages."""
    named: list[str] = []
    if running is not None:
        asdm = () if running.asdm_image is None else (running.asdm_image,)
        named += [*running.boot, *asdm, *(package.path for package in running.packages)]
    there = () if flash is None else flash.files
    named += [
        file.path
        for file in there
        if version_in_file_name(file.path) is not None
        or asdm_version_in_file_name(file.path) is not None
    ]
    paths = {path_key(path): path for path in reversed(named)}
    return tuple(
        path for path in reversed(paths.values()) if flash is None or not flash.lacks(path)
    )


def _ask_for_systems(eyes: Eyes, seen: Snapshot) -> None:
    """Which system each client runs, where that decides which package it came in under."""
    active = seen.active
    full = None if active is None else active.full
    if active is None or full is None or not full.sessions:
        return
    if len({package.platform for package in full.loaded or ()}) > 1:
        _ask(eyes, active.seat, commands.SHOW_CLIENT_SYSTEMS)


def _ask(eyes: Eyes, seat: Seat, line: str) -> None:
    """Ask a line whose reply is kept by the way; who does not answer is seen by the look."""
    try:
        eyes.console(seat).ask(line)
    except LineFault:
        eyes.forget(seat)


class _NotingAccess:
    """An access that keeps the last reply to the lines whose text is wanted."""

    def __init__(self, inner: Access) -> None:
        self._inner = inner
        self.texts: dict[Seat, dict[str, str]] = {}

    def open(self, seat: Seat) -> Console:
        return _NotingConsole(self._inner.open(seat), self.texts.setdefault(seat, {}))


class _NotingConsole:
    """A console that keeps them."""

    def __init__(self, inner: Console, kept: dict[str, str]) -> None:
        self._inner = inner
        self._kept = kept

    @property
    def seat(self) -> Seat:
        return self._inner.seat

    @property
    def prompt(self) -> str:
        return self._inner.prompt

    def ask(self, line: str) -> str:
        reply = self._inner.ask(line)
        if line == commands.SHOW_CLOCK:
            # The first one: by it is told how long before the look anything was.
            self._kept.setdefault(line, reply)
        elif line in _KEPT:
            self._kept[line] = reply
        return reply

    def close(self) -> None:
        self._inner.close()
