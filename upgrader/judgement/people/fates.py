"""What became of one session: kept, reconnected, ended, lost, and between which two looks.

- kept: it is there, and nothing cut its tunnel on the way;
- reconnected: an SSL tunnel that was up on one chassis was up on the other afterwards, for such
  tunnels never move; or a tunnel of any kind was seen to be gone, and then up again;
- ended: its own timer ran out, or row and address were both released while its unit served;
- lost: gone from the new active unit though the old one held it, or forced to log in anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address

from upgrader.judgement.people.logins import LoginKey, idle_limit_seconds, is_newer, login_key
from upgrader.judgement.people.residue import DEPARTURE_SLACK_MS, Events
from upgrader.judgement.people.sights import SSL, Sight
from upgrader.model.aftermath import Fate
from upgrader.model.filling import filled_then_frozen
from upgrader.model.names import Serial
from upgrader.model.version import Version
from upgrader.model.vpn import CARRIERS, Session

RELOGIN_MS = 180_000  # Our guess: notices after 60 s at most, logs in within a minute.
AT_ONCE_MS = 2_000  # Rows that one event silenced: `Inactivity` prints whole seconds.
WITHOUT_PORTAL = Version(9, 17, 1)  # ASA 9.17 release notes: clientless SSL VPN is not supported.

_Place = tuple[str, str]
"""A user at a public address."""


@filled_then_frozen
@dataclass(frozen=True, slots=True)
class Found:
    """A fate, and the sights on which it stands."""

    fate: Fate
    why: str
    at: tuple[int, int] | None
    """Not before, and by when, on the looks' own axis; None: nothing befell it."""
    whole: int
    """The last sight in which nothing had befallen it."""
    evidence: str = ""
    """Empty: the sights `whole` and `missed`."""
    missed: int = 0
    """The first sight that shows what befell it."""


class Judge:
    """Judges the rows of one kind of session by the sights of a night."""

    def __init__(
        self,
        sights: Sequence[Sight],
        events: Events,
        first: Mapping[LoginKey, int],
        *,
        of_portal: bool,
    ) -> None:
        self._sights = sights
        self._events = events
        self._first = first
        self._of_portal = of_portal
        self._last: dict[LoginKey, int] = {}
        for number, sight in enumerate(sights):
            self._last |= dict.fromkeys(sight.rows, number)
        self._served = [(sight.rows, sight.active.serial) for sight in sights]
        """Who stood in the table of which unit, sight by sight."""
        self._newest: dict[int, dict[_Place, Session]] = {}
        self._stuck: dict[int, frozenset[IPv4Address]] = {}

    def left_before(self, key: LoginKey, row: Session) -> Found | None:
        """A row that was residue already: replication works, and yet the mate has not got it."""
        mate = self._sights[0].mate
        if row.has_tunnel or not mate or key in mate or self._of_portal:
            return None
        if any(key in s.rows and s.rows[key].has_tunnel for s in self._sights[1:]):
            return None
        why = "without a tunnel and on one unit only before the night began"
        return Found(Fate.ENDED, why, None, 0)

    def fate(self, key: LoginKey, first: int) -> Found:
        """What became of a row that is no orphan, from the sight in which it was first seen."""
        last = self._last[key]
        if last == len(self._sights) - 1:
            return self._there(key, first)
        fate, why = self._gone_portal(last) if self._of_portal else self._gone(key, last)
        whole = last
        if fate is Fate.LOST and not self._of_portal:
            # A silent row may have been left for a while already, on one unit or on both: whether
            # somebody slept there or nobody could come back, no table tells. One that was silent
            # when it was first seen may have been so since its login.
            carried = (n for n in range(last, first - 1, -1) if self._has_tunnel(key, n))
            whole = next(carried, max(first - 1, 0))
        at = (self._sights[whole].asked, self._sights[last + 1].read)
        return Found(fate, why, at, whole, missed=last + 1)

    def last_whole(self, key: LoginKey, first: int, last: int) -> int:
        """The last of these sights that shows a tunnel, or the row on both units; else `first` - 1.

        A look at which the mate's table was not read shows a row whole by a tunnel only.
        """
        for number in range(last, first - 1, -1):
            sight = self._sights[number]
            row = sight.rows.get(key)
            if row is None:
                continue
            if row.has_tunnel or (sight.mate is not None and key in sight.mate):
                return number
        return first - 1

    # ── there at the end ───────────────────────────────────────────────────────────────

    def _there(self, key: LoginKey, first: int) -> Found:
        number = len(self._sights) - 1
        sight = self._sights[number]
        row = sight.rows[key]
        if self._of_portal:
            return Found(
                Fate.KEPT, "its row is there: whether its cookie still serves, none tells", None, 0
            )
        again = self._newest_at(number).get((row.user, row.public))
        if again is not None and not row.has_tunnel and is_newer(again, row):
            silent = sight.silent_since(row)
            if self._events.near(silent[1]) and self._was_forced(again, sight):
                seen = self._first.get(login_key(again), number)
                why = (
                    f"silent since the reload, after which {row.user} had to log in anew "
                    f"(index {again.index}); the row is left"
                )
                evidence = f"without a tunnel on {sight.active.name}, beside the newer row"
                whole = max(
                    (n for n in range(first, number) if self._has_tunnel(key, n)), default=0
                )
                return Found(Fate.LOST, why, (silent[0], self._sights[seen].read), whole, evidence)
        broken = self._came_back(key, first)
        if broken is not None:
            whole, back = broken
            at = (self._sights[whole].asked, self._sights[back].read)
            why = "the tunnel was rebuilt under the same login"
            return Found(Fate.RECONNECTED, why, at, whole, missed=back)
        if row.has_tunnel:
            return Found(Fate.KEPT, "there, with its tunnel", None, 0)
        why = "there, without a tunnel: it can come back under the same login"
        return Found(Fate.KEPT, why, None, 0)

    def _has_tunnel(self, key: LoginKey, number: int) -> bool:
        row = self._sights[number].rows.get(key)
        return row is not None and row.has_tunnel

    def _came_back(self, key: LoginKey, first: int) -> tuple[int, int] | None:
        """Between which sights a tunnel broke and was up again: on another chassis, or here.

        IPsec tunnels are replicated whole: on another chassis they are the same ones.
        """
        began = self._sights[first].rows[key]
        is_ssl = not began.tunnels.isdisjoint(SSL)
        kinds = SSL if is_ssl else CARRIERS
        if began.tunnels.isdisjoint(kinds):
            return None
        carrier: Serial | None = None
        carried = first
        broke = False
        for number in range(first, len(self._served)):
            rows, serial = self._served[number]
            row = rows.get(key)
            if row is None:
                continue
            if row.tunnels.isdisjoint(kinds):
                broke = carrier is not None
            elif carrier is not None and (broke or (is_ssl and carrier != serial)):
                return carried, number
            else:
                carrier, carried = serial, number
        return None

    # ── gone before the end ────────────────────────────────────────────────────────────

    def _gone(self, key: LoginKey, number: int) -> tuple[Fate, str]:
        last, after = self._sights[number], self._sights[number + 1]
        row = last.rows[key]
        running = None if last.active.full is None else last.active.full.running
        limit = idle_limit_seconds(running, row.group_policy)
        silent = row.inactivity_seconds + (after.read - last.asked) // 1_000
        moved = last.active.serial != after.active.serial
        # Left behind on the other chassis when the roles moved: nothing has ended it there.
        left = moved and key in (after.mate or {})
        if not (left or row.has_tunnel) and limit is not None and silent >= limit:
            return Fate.ENDED, f"its idle time of {limit // 60} min ran out"
        if moved:
            carried = last.mate is not None and key in last.mate
            if carried and after.mate is not None and key not in after.mate:
                return Fate.ENDED, "it had been replicated, and both units released it"
            return Fate.LOST, (
                f"{last.active.name} held it before the switchover, {after.active.name} not after"
            )
        again = self._newest_at(number + 1).get((row.user, row.public))
        # Between units with the same images nobody is forced (ASDM guide, p. 66-7): there a new
        # login soon after the reload is a person who came back by themselves.
        is_new = again is not None and login_key(again) not in last.rows and is_newer(again, row)
        forced = is_new and not last.matched
        if again is not None and forced and self._was_forced(again, after):
            return (
                Fate.LOST,
                f"{row.user} had to log in anew (index {again.index}) after the reload",
            )
        if row.address is not None and row.address in self._stuck_at(number + 1):
            return Fate.LOST, f"the row is gone, and {row.address} is still in use by nobody"
        return Fate.ENDED, f"{after.active.name} released row and address while it served"

    def _gone_portal(self, number: int) -> tuple[Fate, str]:
        last, after = self._sights[number], self._sights[number + 1]
        if last.active.serial == after.active.serial:
            return Fate.ENDED, f"{after.active.name} released its row while it served"
        if after.active.running >= WITHOUT_PORTAL:
            return Fate.LOST, f"{after.active.running} has no clientless SSL VPN"
        return Fate.LOST, (
            f"{last.active.name} held it before the switchover, {after.active.name} not after"
        )

    def _newest_at(self, number: int) -> dict[_Place, Session]:
        """The newest row of each user at each public address, in that sight."""
        newest = self._newest.get(number)
        if newest is None:
            newest = self._newest[number] = {}
            for row in self._sights[number].rows.values():
                held = newest.get((row.user, row.public))
                if held is None or is_newer(row, held):
                    newest[row.user, row.public] = row
        return newest

    def _stuck_at(self, number: int) -> frozenset[IPv4Address]:
        """The addresses that are in use by nobody, in that sight."""
        stuck = self._stuck.get(number)
        if stuck is None:
            sight = self._sights[number]
            pools = None if sight.active.full is None else sight.active.full.pools
            used = {address for pool in pools or () for address in pool.in_use}
            owned = {row.address for row in sight.rows.values()}
            stuck = self._stuck[number] = frozenset(used - owned)
        return stuck

    def _was_forced(self, login: Session, sight: Sight) -> bool:
        """Whether somebody logged in within minutes of an event of the mate."""
        began = sight.read - login.duration_seconds * 1_000
        return any(
            -DEPARTURE_SLACK_MS <= began - at <= RELOGIN_MS
            for at in (*self._events.departures, *self._events.returns)
        )
