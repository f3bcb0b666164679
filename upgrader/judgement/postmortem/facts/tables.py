"""What the screens of a night show of sessions, pools, packages and links, unit by unit.

A transcript often has no clock: then only the order of its screens counts. What a table shows is
taken for its moment, and never for another.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from upgrader.dialect import commands
from upgrader.judgement.postmortem.facts.shown import Shown, all_of
from upgrader.judgement.postmortem.facts.told import MINUTE
from upgrader.model.evidence import Screen
from upgrader.model.failover import Role
from upgrader.model.vpn import AddressPool, Session

TOGETHER_SECONDS = 10  # "Within seconds" of one another; our guess.
ROLES = (Role.PRIMARY, Role.SECONDARY)


@dataclass(frozen=True)
class Listing:
    """A session table of one unit, at its place in the order; no slots: what is found is kept."""

    number: int
    """Of the screen, in the order of the night."""
    screen: Screen
    unit: Role
    rows: tuple[Session, ...]

    @property
    def serves(self) -> bool:
        """Whether any row has a tunnel: tunnels stand on the active unit only."""
        return any(row.has_tunnel for row in self.rows)

    @cached_property
    def by_login(self) -> dict[tuple[str, str, str], Session]:
        """Its rows by what names a login."""
        return {row.login: row for row in self.rows}


@dataclass(frozen=True, slots=True)
class Orphan:
    """A row without a tunnel, and what tells it from a sleeping laptop."""

    unit: Role
    row: Session
    screen: Screen
    since: int | None
    """When it went silent, on the night's clock; None: the screen has no instant."""
    marks: tuple[str, ...]

    @property
    def is_proven(self) -> bool:
        """Never by one mark alone."""
        return len(self.marks) > 1


@dataclass(frozen=True)
class Tables(Shown):
    """The tables of a night, and whatever else its screens show."""

    # ── sessions ───────────────────────────────────────────────────────────────────────

    @cached_property
    def listings(self) -> tuple[Listing, ...]:
        """Every session table whose unit is known, in order."""
        return tuple(
            Listing(number, screen, screen.unit, rows)
            for number, screen in enumerate(self.told.night.screens)
            if screen.command == commands.SHOW_SESSIONS and screen.unit is not None
            for rows in (all_of(screen.value, Session),)
            if rows is not None
        )

    def last_listing(self, unit: Role) -> Listing | None:
        """The last session table of that unit."""
        mine = [known for known in self.listings if known.unit is unit]
        return mine[-1] if mine else None

    @cached_property
    def first_serving(self) -> Listing | None:
        """The first table of a unit that served."""
        return next((known for known in self.listings if known.serves), None)

    @cached_property
    def last_serving(self) -> Listing | None:
        """The last table of the unit that serves at the end."""
        active = self.told.last_active
        if active is not None and (mine := self.last_listing(active)) is not None:
            return mine
        serving = [known for known in self.listings if known.serves]
        return serving[-1] if serving else None

    @cached_property
    def standby_listings(self) -> tuple[Listing, ...]:
        """The tables of a unit that stood by."""
        found = []
        for known in self.listings:
            active = self._serving_at(known)
            if active is not None and active is not known.unit:
                found.append(known)
        return tuple(found)

    def _serving_at(self, listing: Listing) -> Role | None:
        at = listing.screen.at
        if listing.serves:
            return listing.unit
        if at is not None and (active := self.told.night.active_at(at)) is not None:
            return active
        near = [k for k in self.listings if k.serves and k.unit is not listing.unit]
        return near[0].unit if near else None

    def _served(self, listing: Listing) -> bool:
        """Whether its unit served when it was taken: on a standby no row has a tunnel."""
        at = listing.screen.at
        active = None if at is None else self.told.night.active_at(at)
        return listing.serves or (active or self.told.last_active) is listing.unit

    @cached_property
    def silent(self) -> tuple[Orphan, ...]:
        """The rows without a tunnel at the end, with their marks; sleepers have one or none."""
        found: list[Orphan] = []
        for unit in ROLES:
            last = self.last_listing(unit)
            if last is None:
                continue
            if self._served(last):
                found.extend(self._graded(last))
            else:
                found.extend(self._on_the_standby_alone(last))
        return tuple(found)

    def together(self, silent: Sequence[Session]) -> tuple[Session, ...]:
        """The largest group of rows that went silent within seconds of one another."""
        groups = [
            tuple(
                r
                for r in silent
                if abs(r.inactivity_seconds - row.inactivity_seconds) <= TOGETHER_SECONDS
            )
            for row in silent
        ]
        return max(groups, key=len, default=())

    @cached_property
    def orphans(self) -> tuple[Orphan, ...]:
        """The rows that nobody vouches for, as far as two marks prove it."""
        return tuple(orphan for orphan in self.silent if orphan.is_proven)

    def _on_the_standby_alone(self, standby: Listing) -> Iterable[Orphan]:
        """Rows of a standby that the active unit has not, and whose person has a newer one."""
        active = self.last_serving
        if active is None or active.unit is standby.unit or not _copies(active, standby):
            return
        if self._mate_after_the_join(active) is not standby:
            return
        for row in standby.rows:
            if _holds(active, row):
                continue
            marks = ["its row stands on one unit only"]
            if any(
                (other.user, other.public) == (row.user, row.public) and other.has_tunnel
                for other in active.rows
            ):
                marks.append("its person has a newer row")
            yield Orphan(standby.unit, row, standby.screen, None, tuple(marks))

    def _graded(self, last: Listing) -> Iterable[Orphan]:
        silent = [row for row in last.rows if not row.has_tunnel]
        mates = self._mate_after_the_join(last)
        for row in silent:
            if self._slept_before(last, row):
                continue
            yield Orphan(
                last.unit,
                row,
                last.screen,
                _since(last.screen, row),
                tuple(self._marks(last, row, silent, mates)),
            )

    def _marks(
        self, last: Listing, row: Session, silent: Sequence[Session], mate: Listing | None
    ) -> Iterable[str]:
        if mate is not None and _copies(last, mate) and not _holds(mate, row):
            yield "its row stands on one unit only"
        if any(_is_newer(other, row) for other in last.rows):
            yield "its person has a newer row"
        alike = [
            r
            for r in silent
            if abs(r.inactivity_seconds - row.inactivity_seconds) <= TOGETHER_SECONDS
        ]
        if len(alike) > 2:
            yield f"it went silent together with {len(alike) - 1} others"
        since = _since(last.screen, row)
        if since is not None and self._at_the_mate(since):
            yield "it went silent when the mate went away or came back"
        if self._had_tunnel_since_the_roles_moved(last, row):
            yield "it had a tunnel on this unit before the last reload"

    def _at_the_mate(self, at: int) -> bool:
        # A screen counts whole seconds, and is read some seconds after it is printed.
        return any(
            self.told.in_departure(a, near) or self.told.in_return(a, near)
            for a in self.told.absences
            for near in (at - 5_000, at, at + 5_000)
        )

    def _mate_after_the_join(self, last: Listing) -> Listing | None:
        """The mate's table, if it was taken when the mate had been back for a while."""
        mate = self.last_listing(last.unit.other)
        if mate is None or mate.serves:
            return None
        back = [a for a in self.told.absences if a.unit is mate.unit]
        at = mate.screen.at
        if back and at is not None:
            final = back[-1]
            if final.back is None or at < (final.synced or final.back + MINUTE):
                return None
        if back and at is None and mate.number < last.number - 40:
            return None  # Without a clock, far apart in the order is another moment.
        return mate

    def _slept_before(self, last: Listing, row: Session) -> bool:
        """Whether an earlier table shows it without a tunnel already, its silence going on."""
        slept = False
        for known in self.listings:
            if known.number >= last.number or known.unit is not last.unit:
                continue
            if not self._served(known):
                continue
            other = known.by_login.get(row.login)
            if other is None:
                continue
            grown = row.inactivity_seconds - other.inactivity_seconds
            is_silent = not other.has_tunnel and other.inactivity_seconds > 0 and grown > 0
            # Whoever has a tunnel again in between slept another time.
            slept = not other.has_tunnel and (slept or (is_silent and self._before_reload(known)))
        return slept

    def _before_reload(self, listing: Listing) -> bool:
        """Whether the table was taken before the last unit left."""
        at = listing.screen.at
        if at is None or not self.told.absences:
            return False
        return at < self.told.absences[-1].left

    def _had_tunnel_since_the_roles_moved(self, last: Listing, row: Session) -> bool:
        if not self.told.absences or not self.told.switchovers:
            return False
        return any(
            other.login == row.login and other.has_tunnel
            for known in self.listings
            if known.number < last.number and known.unit is last.unit
            if known.screen.at is None or self._before_reload(known)
            for other in known.rows
        )

    @cached_property
    def gone(self) -> tuple[tuple[Session, tuple[Session, ...]], ...]:
        """Rows that had a tunnel once and have none in the end, or are not there any more.

        Each with those that its person has anew in the end, from the same place.
        """
        last = self.last_serving
        if last is None:
            return ()
        living = {row.login for row in last.rows if row.has_tunnel}
        found: dict[tuple[str, str, str], tuple[Session, tuple[Session, ...]]] = {}
        for known in self.listings:
            if known.number >= last.number or not known.serves:
                continue
            here = {row.login for row in known.rows}
            for row in known.rows:
                if not row.has_tunnel or row.login in living:
                    continue
                anew = tuple(
                    other
                    for other in last.rows
                    if (other.user, other.public) == (row.user, row.public)
                    and other.has_tunnel
                    and other.login not in here
                )
                found[row.login] = (row, anew)
        return tuple(found.values())

    # ── addresses ──────────────────────────────────────────────────────────────────────

    @cached_property
    def pools(self) -> tuple[tuple[Screen, Role, AddressPool], ...]:
        """Every pool that was shown, with its unit, in order."""
        return tuple(
            (screen, screen.unit, screen.value)
            for screen in self.told.night.screens
            if isinstance(screen.value, AddressPool) and screen.unit is not None
        )

    @cached_property
    def last_pools(self) -> tuple[tuple[Screen, Role, AddressPool], ...]:
        """The last sight of each pool of each unit."""
        found: dict[tuple[str, str], tuple[Screen, Role, AddressPool]] = {}
        for screen, unit, pool in self.pools:
            found[(unit.value, pool.name)] = (screen, unit, pool)
        return tuple(found[key] for key in sorted(found))

    @cached_property
    def unheld(self) -> tuple[tuple[Screen, Role, AddressPool, str], ...]:
        """Addresses in use that no row of the same unit has, at the end."""
        found: list[tuple[Screen, Role, AddressPool, str]] = []
        for screen, unit, pool in self.last_pools:
            listing = self.last_listing(unit)
            if listing is None or not _same_moment(screen, listing.screen):
                continue
            held = {row.address for row in listing.rows}
            found.extend((screen, unit, pool, str(a)) for a in pool.in_use if a not in held)
        return tuple(found)


def _holds(listing: Listing, row: Session) -> bool:
    return row.login in listing.by_login


def _copies(listing: Listing, mate: Listing) -> bool:
    """Whether replication works at all: the mate has most of the rows that live."""
    living = [row for row in listing.rows if row.has_tunnel]
    return bool(living) and 2 * sum(_holds(mate, row) for row in living) > len(living)


def _since(screen: Screen, row: Session) -> int | None:
    return None if screen.at is None else screen.at - 1_000 * row.inactivity_seconds


def _is_newer(other: Session, row: Session) -> bool:
    """Whether it is a later login of the same person from the same place, and lives."""
    if (other.user, other.public) != (row.user, row.public) or not other.has_tunnel:
        return False
    if other.login == row.login:
        return False
    return other.duration_seconds < row.duration_seconds or other.index > row.index


def _same_moment(one: Screen, other: Screen) -> bool:
    """Whether two screens show one moment: within two minutes, or side by side in one file."""
    if one.at is not None and other.at is not None:
        return abs(one.at - other.at) <= 2 * MINUTE
    near = abs(one.place.line - other.place.line) < 2_000
    return one.moment == other.moment and (near or one.place.file != other.place.file)
