"""The session ledger: every session of the night, followed from look to look.

A session of the baseline met exactly one fate, so that they add up; a login of the night is
followed alike, beside the sum. What happened between two looks is told as having happened between
them, and no more narrowly, but for rows that print since when they are silent.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address

from upgrader.judgement.people.fates import AT_ONCE_MS, Found, Judge
from upgrader.judgement.people.logins import LoginKey, login_key
from upgrader.judgement.people.residue import TOGETHER_ROWS, Events, Residues
from upgrader.judgement.people.sights import Sight, means_of
from upgrader.judgement.people.stages import Turns
from upgrader.model.aftermath import (
    Again,
    Fate,
    LedgerLine,
    Means,
    OrphanedSession,
    Span,
    StuckLease,
)
from upgrader.model.names import Instant
from upgrader.model.vpn import Session
from upgrader.model.words import clock

_Place = tuple[str, str]
"""A user at a public address."""

_OVER = (Fate.LOST, Fate.ENDED)


@dataclass(frozen=True, slots=True)
class Followed:
    """The lines of the baseline, and those of the logins of the night."""

    baseline: tuple[LedgerLine, ...] = ()
    newcomers: tuple[LedgerLine, ...] = ()


def follow(
    sights: Sequence[Sight],
    residues: Residues,
    events: Events,
    turns: Turns,
    origin: Instant,
    *,
    of_portal: bool = False,
) -> Followed:
    """Follow every row of these sights, in each of which one kind of session was listed.

    Times of the lines count from `origin`.
    """
    if not sights:
        return Followed()
    first: dict[LoginKey, int] = {}
    for number, sight in enumerate(sights):
        for key in sight.rows:
            first.setdefault(key, number)
    night = _Night(sights, residues, events, turns, origin, first, of_portal=of_portal)
    followed = [night.line(key, number) for key, number in first.items()]
    lines = tuple(night.with_logins_again(followed))
    before = len(sights[0].rows)
    return Followed(lines[:before], lines[before:])


@dataclass(frozen=True, slots=True)
class _Line:
    """A line before anybody has looked who logged in again."""

    line: LedgerLine
    place: _Place
    whole: int
    """The last sight in which nothing had befallen the session."""


class _Night:
    """One kind of session, through one night."""

    def __init__(
        self,
        sights: Sequence[Sight],
        residues: Residues,
        events: Events,
        turns: Turns,
        origin: Instant,
        first: dict[LoginKey, int],
        *,
        of_portal: bool,
    ) -> None:
        self._sights = sights
        self._traces = turns.traces(of_portal=of_portal)
        self._origin = origin
        self._first = first
        self._of_portal = of_portal
        self._events = events
        self._judge = Judge(sights, events, first, of_portal=of_portal)
        self._orphans = {
            login_key(left): left.evidence
            for left in residues.residue
            if isinstance(left, OrphanedSession)
        }
        self._leases: dict[IPv4Address, set[int | None]] = {}
        for left in residues.residue:
            if isinstance(left, StuckLease):
                self._leases.setdefault(left.address, set()).add(left.holder)
        self._doubts = {login_key(suspect): suspect.why for suspect in residues.suspects}
        served = _before_fail_back(sights)
        self._proven = len(served) - 1
        """The sight in which residue was proven: the last one before a fail-back."""
        self._silences = sorted(
            served[-1].silent_since(row)[0]
            for key, row in served[-1].rows.items()
            if key in self._orphans
        )
        self._serves_from = _serves_from(served)
        self._told: dict[tuple[str, int, int], str] = {}

    def line(self, key: LoginKey, first: int) -> _Line:
        """One session, from the sight in which it was first seen."""
        row = self._sights[first].rows[key]
        orphaned = self._orphans.get(key)
        found = self._judge.left_before(key, row) if first == 0 else None
        if found is None and orphaned is not None:
            found = self._orphaned(key, first, orphaned)
        if found is None:
            found = self._judge.fate(key, first)
        if key in self._doubts:
            found = _doubted(found, self._doubts[key])
        line = LedgerLine(
            row.index,
            row.user,
            row.address,
            row.audit_id,
            found.fate,
            found.why,
            Means.CLIENTLESS if self._of_portal else means_of(row),
            None if first == 0 else self._began(key, first),
            None if found.at is None else self._span(found.at),
            found.evidence or self._evidence(found),
            None,
            self._traces(key),
            self._left(row, found.fate, is_orphan=orphaned is not None),
        )
        return _Line(line, (row.user, row.public), found.whole)

    def with_logins_again(self, lines: Sequence[_Line]) -> Iterator[LedgerLine]:
        """The lines; of those that were lost or ended, who has logged in anew since.

        A later login of the same user from the same public address: each is told once.
        """
        logins: dict[_Place, list[tuple[int, LedgerLine]]] = {}
        for one, number in zip(lines, self._first.values(), strict=True):
            if number:
                logins.setdefault(one.place, []).append((number, one.line))
        for one in lines:
            yield _with_login_again(one, logins.get(one.place, []))

    # ── when ───────────────────────────────────────────────────────────────────────────

    def _span(self, at: tuple[int, int]) -> Span:
        after, by = at
        return Span(Instant(after - self._origin), Instant(max(after, by) - self._origin))

    def _began(self, key: LoginKey, first: int) -> Span | None:
        """By its own duration, as far as the looks agree: a role change may restart that.

        None: before the night. A row may have stood on the standby alone until the roles moved.
        """
        known = self._known_since(key, first)
        if known == 0:
            return None
        if known < first:
            seen = self._sights[known]
            return self._span((self._sights[known - 1].asked, max(seen.read, seen.mate_read)))
        before, sight = self._sights[first - 1], self._sights[first]
        lower, upper = sight.begun(sight.rows[key])
        if before.active.serial == sight.active.serial and upper >= before.asked:
            return self._span((max(lower, before.asked), upper))
        return self._span((before.asked, sight.read))

    def _known_since(self, key: LoginKey, first: int) -> int:
        """The first sight in which either unit shows it; `first`: the active one does."""
        known = first
        while known > 0 and key in (self._sights[known - 1].mate or {}):
            known -= 1
        return known

    def _orphaned(self, key: LoginKey, first: int, evidence: str) -> Found:
        """Between the last look that shows it whole and the last that shows its row.

        A row on one unit only may be a sleeper's for a while, who wakes, and is harmed later: only
        its present silence bounds that. Narrower where it went silent in the same moment as others,
        at an event of the mate; not where that was the role change itself, which silences
        everybody and harms nobody.
        """
        proven = self._sights[self._proven]
        whole = self._judge.last_whole(key, first, self._proven)
        if whole < first:
            # No look shows it whole: begun and orphaned before the first that shows it at all.
            whole = self._known_since(key, first) - 1
        after: int = self._sights[max(whole, 0)].asked
        by: int = max(proven.read, proven.mate_read)
        row = proven.rows.get(key)
        if row is not None:
            lower, upper = proven.silent_since(row)
            if lower >= max(after, self._serves_from):
                after = lower
                low = bisect_left(self._silences, lower - AT_ONCE_MS)
                high = bisect_right(self._silences, lower + AT_ONCE_MS)
                if high - low >= TOGETHER_ROWS and self._events.near(upper):
                    by = upper + AT_ONCE_MS
        return Found(Fate.LOST, f"orphaned: {evidence}", (after, by), whole, evidence)

    # ── what says so ───────────────────────────────────────────────────────────────────

    def _evidence(self, found: Found) -> str:
        """The looks on which a fate stands: one text for all sessions that share them."""
        key = (found.fate.value, found.whole, found.missed)
        told = self._told.get(key)
        if told is None:
            told = self._told[key] = self._tell(found)
        return told

    def _tell(self, found: Found) -> str:
        last = self._sights[-1]
        if found.at is None:
            return f"on {last.active.name} at {self._at(last.read)}, the last look"
        whole, missed = self._sights[found.whole], self._sights[found.missed]
        if found.fate is Fate.RECONNECTED:
            return (
                f"a tunnel on {whole.active.name} at {self._at(whole.asked)}, and one on "
                f"{missed.active.name} at {self._at(missed.read)}"
            )
        return (
            f"on {whole.active.name} at {self._at(whole.asked)}, not on {missed.active.name} "
            f"at {self._at(missed.read)}"
        )

    def _at(self, instant: int) -> str:
        return clock(instant - self._origin)

    def _left(self, row: Session, fate: Fate, *, is_orphan: bool) -> str:
        """What is left of it on a unit."""
        left = ["orphaned row"] if is_orphan else []
        # An address is hashed as its spelling: it is not looked up where nothing is stuck.
        holders = None
        if self._leases and row.address is not None:
            holders = self._leases.get(row.address)
        if holders is not None and (row.index in holders or (fate in _OVER and None in holders)):
            left.append("stuck lease")
        return ", ".join(left)


def _before_fail_back(sights: Sequence[Sight]) -> Sequence[Sight]:
    """The looks until the unit that was active at first is so again; all, where it never is."""
    first = sights[0].active.serial
    away = [n for n, sight in enumerate(sights) if sight.active.serial != first]
    return sights[: away[-1] + 1] if away else sights


def _serves_from(sights: Sequence[Sight]) -> int:
    """When the unit that served at the end was first seen to serve without a break."""
    last = sights[-1]
    for sight in reversed(sights):
        if sight.active.serial != last.active.serial:
            break
        last = sight
    return last.asked


def _with_login_again(one: _Line, logins: list[tuple[int, LedgerLine]]) -> LedgerLine:
    """The line with the first login that came after; that one is taken from `logins`."""
    line = one.line
    if line.fate not in _OVER:
        return line
    over = None if line.at is None else line.at.after
    for place, (number, login) in enumerate(logins):
        began = login.began
        if number <= one.whole or began is None or login is line:
            continue
        if over is None or began.by >= over:
            del logins[place]
            return replace(line, again=Again(login.index, began))
    return line


def _doubted(found: Found, doubt: str) -> Found:
    """A fate of somebody whose row is suspect at the end: harmed perhaps, and not proven so."""
    match found.fate:
        case Fate.KEPT:
            return replace(found, why=f"not proven lost: {doubt}")
        case Fate.RECONNECTED:
            return replace(found, why=f"{found.why}; since then not proven lost: {doubt}")
        case Fate.ENDED | Fate.LOST:
            return found
