"""Digests that a unit computed a moment ago: it need not compute them again.

`verify` reads the whole file, tens of seconds for a flash's worth, and a night looks closely seven
times. What was verified within the last hour of this process, and has the same size and date in
the unit's own listing, is taken as it was; where the plan was drawn by this very process, what its
look verified, too. Another process, and a new file, verify anew.

Two units compute at the same time, where each has a console of its own.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import zip_longest

from upgrader.conduct.questions import Questions
from upgrader.dialect import commands
from upgrader.dialect.replies.digest import read_verify
from upgrader.model.names import Instant, Seat
from upgrader.model.unit import Configuration, Flash, FlashFile, Unit, Verified, path_key
from upgrader.model.vpn import FileDigest
from upgrader.ports import Clock, Console, LineFault, foretell

FRESH_MS = 3_600_000
"""Our choice: longer than most nights, so that a night verifies once, before anything is booted."""

WantedFiles = Callable[[Configuration | None, Flash | None], tuple[str, ...]]
"""Which files' digests matter, given what a unit's configuration and flash hold."""

_verify = lru_cache(maxsize=32)(read_verify)


def no_files(_running: Configuration | None, _listing: Flash | None) -> tuple[str, ...]:
    """No digest matters in this look."""
    return ()


class Digests:
    """What was verified, by unit and path."""

    def __init__(self, before: Iterable[Verified] = ()) -> None:
        """`before`: what was verified before the run that this process has just begun.

        Of a unit that has booted since, none of it is believed.
        """
        self._known = {(one.serial, path_key(one.file.path)): one for one in before}
        self._unseen = set(self._known)
        """What no look of this run has found as it was."""

    def find(self, unit: Unit, path: str, now: Instant) -> FileDigest | None:
        """The digest of a file; None: not known, or no longer fresh."""
        key = (unit.serial, path_key(path))
        known, row = self._known.get(key), _row(unit, path)
        if known is None or row is None or row.written is None or row != known.file:
            return None
        if now - known.at >= FRESH_MS:
            return None
        if key in self._unseen:
            up = unit.version.uptime_seconds
            if up is None or known.uptime is None or up < known.uptime:
                return None
            self._unseen.discard(key)
        return known.digest

    def keep(self, unit: Unit, path: str, digest: FileDigest, now: Instant) -> None:
        """Remember what the unit has just computed; nothing of a file that it does not list."""
        row = _row(unit, path)
        if row is not None:
            key = (unit.serial, path_key(path))
            uptime = unit.version.uptime_seconds
            self._known[key] = Verified(unit.serial, row, digest, now, uptime)
            self._unseen.discard(key)

    def since(self, origin: Instant) -> tuple[Verified, ...]:
        """What is known, for a run that begins at `origin`."""
        return tuple(
            replace(one, at=Instant(one.at - origin)) for _, one in sorted(self._known.items())
        )


@dataclass(slots=True)
class _Asking:
    """One unit's part: what is still to be computed, and what came of it."""

    unit: Unit
    console: Console
    questions: Questions
    paths: tuple[str, ...]
    found: dict[str, FileDigest]
    fault: LineFault | None = None

    @property
    def missing(self) -> list[str]:
        return [path for path in self.paths if path not in self.found]

    @property
    def result(self) -> Unit | LineFault:
        full = self.unit.full
        if self.fault is not None or full is None:
            return self.fault or self.unit
        digests = tuple(self.found[path] for path in self.paths if path in self.found)
        unread = (*self.unit.unread, *self.questions.unread)
        return replace(self.unit, full=replace(full, digests=digests), unread=unread)


def verified(
    units: Sequence[tuple[Unit, Console]], known: Digests, clock: Clock, wanted: WantedFiles
) -> dict[Seat, Unit | LineFault]:
    """The units of a full look, with the digests that are wanted; or why there are none.

    File by file: each unit is given its next one before the first one's answer is waited for.
    """
    all_of = [_asking(unit, console, known, clock, wanted) for unit, console in units]
    for files in tuple(zip_longest(*(asking.missing for asking in all_of))):
        now = [(asking, path) for asking, path in zip(all_of, files, strict=True) if path]
        for asking, path in now if len(now) > 1 else ():
            foretell(asking.console, commands.verify(path))
        for asking, path in now:
            _ask(asking, path, known, clock)
    return {asking.unit.seat: asking.result for asking in all_of}


def _asking(
    unit: Unit, console: Console, known: Digests, clock: Clock, wanted: WantedFiles
) -> _Asking:
    full = unit.full
    paths = () if full is None else wanted(full.running, full.flash)
    now = clock.now()
    found = {path: digest for path in paths if (digest := known.find(unit, path, now)) is not None}
    return _Asking(unit, console, Questions(console), paths, found)


def _ask(asking: _Asking, path: str, known: Digests, clock: Clock) -> None:
    if asking.fault is not None:
        return
    try:
        digest = asking.questions.read(commands.verify(path), partial(_verify, path))
    except LineFault as fault:
        asking.fault = fault
        return
    if digest is not None:
        asking.found[path] = digest
        known.keep(asking.unit, path, digest, clock.now())


def _row(unit: Unit, path: str) -> FlashFile | None:
    flash = None if unit.full is None else unit.full.flash
    return None if flash is None else flash.find(path)
