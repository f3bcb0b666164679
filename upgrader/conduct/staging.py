"""Staging: in the day, what the night needs is brought onto both flashes, and proved there.

Two halves, with a person's consent between them: `prepare` looks, and says what is to be brought
where; `porter` brings it. There is no journal: what was done is read from the flashes
themselves, by size and SHA-512, so that a second `stage` goes on from any byte at which the first
one ended. The standby comes first: nobody is served by it, and while its file is written the
active unit's is whole.

A file is written in place, under its own name. Not chosen: another name and `rename`, for a rename
on the active unit is replicated, as `delete` is (ASA failover guide, replicated commands), and
would take the standby's copy with it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from upgrader.conduct.eyes import Eyes
from upgrader.conduct.patience import reading
from upgrader.dialect import commands
from upgrader.dialect.replies.config import read_configuration
from upgrader.dialect.replies.digest import read_verify
from upgrader.dialect.replies.flash import read_dir
from upgrader.dialect.replies.packages import read_webvpn_anyconnect
from upgrader.judgement.staging.agenda import agenda, expected_bytes, search
from upgrader.model.names import Instant, Seat
from upgrader.model.plan import Target
from upgrader.model.staging import Agenda, Holding, Manifest, Objection, Search
from upgrader.model.unit import Depth, Snapshot, Unit
from upgrader.model.vpn import FileDigest, LoadedPackage
from upgrader.model.watch import StagingWatcher
from upgrader.ports import (
    Console,
    Dropped,
    Stock,
    Unparsed,
    World,
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person wants staged, and from where."""

    target: Target
    stock: Stock | None
    """None: there is no repository, and nothing is sent from here."""
    manifest: Manifest
    url: Callable[[str], str] | None = None
    """A file's name → the URL that is typed, with its password; None: files go by SCP."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is to be done, as seen now."""

    seen: Snapshot
    agenda: Agenda
    began: Instant

    @property
    def paths(self) -> tuple[str, ...]:
        """The files that may be brought, for the guard."""
        return tuple(dict.fromkeys(errand.path for errand in self.agenda.errands))


class Stop(Exception):
    """A person asked to stop, and says why; here any byte is a safe point."""


# ── looking ────────────────────────────────────────────────────────────────────────────


def prepare(
    wanted: Wanted, world: World, watcher: StagingWatcher, check: Callable[[], None]
) -> Prepared:
    """Look at both units and say what is to be brought. Nothing is changed.

    `check` is called between any two pieces of work, and may raise `Stop`.

    Raises:
        LineFault: a unit that answered does no more.
        UsageFault: a file of the repository cannot be read.
    """
    began = world.clock.now()
    eyes = Eyes(world.access, world.seats, world.clock)
    try:
        seen = eyes.look(Depth.GLANCE)
        standby = seen.standby
        if seen.active is None or not isinstance(standby, Unit):
            return Prepared(seen, Agenda((), (), (_not_both(seen),)), began)
        try:
            holdings = tuple(_holding(unit, eyes) for unit in (seen.active, standby))
            found, filled, local = _compare(wanted, holdings, eyes, watcher, check)
        except Unparsed as fault:
            objection = Objection(str(fault), "Look at that reply by hand; nothing was sent.")
            return Prepared(seen, Agenda((), (), (objection,)), began)
    finally:
        eyes.close()
    place = None if wanted.stock is None else wanted.stock.place
    drawn = agenda(
        *filled,
        found,
        local,
        wanted.target,
        wanted.manifest,
        place=place,
        fetches=wanted.url is not None,
    )
    return Prepared(seen, drawn, began)


def _not_both(seen: Snapshot) -> Objection:
    told = "; ".join(dark.sight for dark in seen.dark)
    return Objection(
        told or "not exactly one unit is active",
        "Both units must answer, one of them active. Stage again when they do.",
    )


def _holding(unit: Unit, eyes: Eyes) -> Holding:
    def look() -> Holding:
        console = eyes.console(unit.seat)
        try:
            running = read_configuration(console.ask(commands.SHOW_RUNNING))
            flash = read_dir(console.ask(commands.DIR))
            return Holding(unit, running, flash, loaded=_loaded(console))
        except Dropped:
            eyes.forget(unit.seat)
            raise

    return reading(look)


def _loaded(console: Console) -> tuple[LoadedPackage, ...] | None:
    """What the unit serves; None: its screen is not understood, which stops no copy."""
    try:
        return read_webvpn_anyconnect(console.ask(commands.SHOW_PACKAGES))
    except Unparsed:
        return None


def _compare(
    wanted: Wanted,
    holdings: tuple[Holding, ...],
    eyes: Eyes,
    watcher: StagingWatcher,
    check: Callable[[], None],
) -> tuple[Search, tuple[Holding, Holding], dict[str, str]]:
    """What is wanted, the digests of what the units have of it, and of what we have."""
    active, standby = holdings
    stock = wanted.stock
    found = search(
        active,
        standby,
        wanted.target,
        () if stock is None else stock.files(),
        wanted.manifest,
        fetches=wanted.url is not None,
    )
    local: dict[str, str] = {}
    for file in dict.fromkeys(s.stock for s in found.sought if s.stock is not None):
        assert stock is not None  # what was found in it is in it
        watcher.reading(file.name, file.bytes)

        def heard(so_far: int) -> None:
            watcher.moved(so_far)
            check()

        local[file.name] = stock.sha512(file, heard)
        watcher.ended(f"SHA-512 {local[file.name][:12]}…")
    filled = tuple(_with_digests(holding, found, eyes, watcher, check) for holding in holdings)
    return found, (filled[0], filled[1]), local


def _with_digests(
    holding: Holding,
    found: Search,
    eyes: Eyes,
    watcher: StagingWatcher,
    check: Callable[[], None],
) -> Holding:
    """What the unit computes of the files that are there; of a wrong size none is asked for."""
    digests = []
    for sought in found.sought:
        file, size = holding.file(sought.path), expected_bytes(sought)
        if holding.flash.lacks(sought.path) or (file and size is not None and file.bytes != size):
            continue
        check()
        watcher.tells(f"{holding.unit.name}: verify {sought.path}")
        digests.append(digest_at(holding.unit.seat, sought.path, eyes))
    return replace(holding, digests=tuple(digests))


def digest_at(seat: Seat, path: str, eyes: Eyes) -> FileDigest:
    """What the unit at that seat computes of a file; it reads the whole of it.

    Raises:
        LineFault: the line failed.
        Unparsed: the reply is neither a digest nor a missing file.
    """

    def look() -> FileDigest:
        try:
            return read_verify(path, eyes.console(seat).ask(commands.verify(path)))
        except Dropped:
            eyes.forget(seat)
            raise

    return reading(look)
