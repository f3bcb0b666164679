"""Which release a unit ran, and when: from what it and its mate say of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from upgrader.judgement.postmortem.telling.leavings import Leave
from upgrader.judgement.postmortem.telling.merging import Happened
from upgrader.model.evidence import Screen, What
from upgrader.model.failover import UNHEARD, Failover, Role
from upgrader.model.unit import VersionReport

_DIFFER = (What.VERSIONS_DIFFER, What.VERSIONS_INCOMPATIBLE)
_TELLS_LATE_MS = 120_000


@dataclass(slots=True)
class Releases:
    """What is known of both units' releases, by instants, in order."""

    known: dict[Role, list[tuple[int, str]]]
    by_absence: frozenset[tuple[Role, int]] = frozenset()
    """Units and returns of which nothing is told but that no 103007 is written."""

    def of(
        self, unit: Role, at: int | None, *, since: int | None = None, until: int | None
    ) -> str | None:
        """The last known release before `at`, or the first one from `since` until `until`.

        None: it is not known.
        """
        if at is not None:
            before = [version for instant, version in self.known[unit] if instant <= at]
            return before[-1] if before else None
        for instant, version in self.known[unit]:
            if since is not None and instant < since - 2_000:
                continue
            if until is not None and instant >= until:
                break
            return version
        return None

    def first(self, unit: Role) -> str | None:
        """The first release that is known of it."""
        return self.known[unit][0][1] if self.known[unit] else None

    def last(self, unit: Role) -> str | None:
        """The last release that is known of it."""
        return self.known[unit][-1][1] if self.known[unit] else None


def releases_of(
    happened: Sequence[Happened],
    screens: Iterable[tuple[int, Screen]],
    leaves: Sequence[Leave],
) -> Releases:
    """Which release ran where; `screens` with their places in the night."""
    told: list[tuple[int, Role, str]] = []
    differing: list[int] = []
    for h in happened:
        event, unit = h.event, h.event.unit
        if event.between is not None and _went_between(event.between, leaves):
            continue  # By which of two releases it was said is not known.
        if event.what in _DIFFER:
            differing.append(h.placed)
            if unit is not None:
                told += _spelled(h.placed, unit, event.fields.get("ours"))
                told += _spelled(h.placed, unit.other, event.fields.get("theirs"))
        elif event.what is What.RUNS and unit is not None:
            placed = _told_at(event.at, h.placed, unit, leaves)
            told += _spelled(placed, unit, event.fields.get("version"))
    for at, screen in screens:
        unit, value = screen.unit, screen.value
        placed = _told_at(screen.at, at, unit, leaves)
        if isinstance(value, VersionReport) and unit is not None:
            told.append((placed, unit, str(value.running)))
        elif isinstance(value, Failover):
            unit = value.unit or unit
            if unit is not None and value.ours is not None:
                told.append((placed, unit, str(value.ours)))
            heard = value.other_host is not None and value.other_host.state not in UNHEARD
            # With the mate gone its last known version stands there: no proof of anything.
            if unit is not None and value.mate is not None and heard:
                mates = _told_at(screen.at, at, unit.other, leaves)
                told.append((mates, unit.other, str(value.mate)))
    told.sort(key=lambda one: one[0])
    concluded = _equal_after_join(told, differing, leaves)
    by_absence = frozenset(
        (unit, back)
        for back, unit, _ in concluded
        if not any(
            back <= at < _next_left(leaves, unit, back) and who is unit for at, who, _ in told
        )
    )
    told += concluded
    told.sort(key=lambda one: one[0])
    known: dict[Role, list[tuple[int, str]]] = {role: [] for role in Role}
    for placed, unit, version in told:
        known[unit].append((placed, version))
    known = {unit: _backward(known[unit], [x for x in leaves if x.unit is unit]) for unit in Role}
    return Releases(known, by_absence)


def _next_left(leaves: Sequence[Leave], unit: Role, after: int) -> int:
    return min((x.left for x in leaves if x.unit is unit and x.left > after), default=2**62)


def _went_between(span: tuple[int, int], leaves: Sequence[Leave]) -> bool:
    began, ended = span
    return any(began <= x.left < ended and not x.link for x in leaves)


def _told_at(at: int | None, placed: int, unit: Role | None, leaves: Sequence[Leave]) -> int:
    """When a line told of a unit's release: without an instant not while it was away, but after."""
    if at is not None or unit is None:
        return placed
    backs = [
        x.back
        for x in leaves
        if x.unit is unit and not x.link and x.back is not None and x.left < placed < x.back
    ]
    return max(backs, default=placed)


def _spelled(placed: int, unit: Role, version: str | None) -> list[tuple[int, Role, str]]:
    return [(placed, unit, version.rstrip("."))] if version else []


def _equal_after_join(
    told: Sequence[tuple[int, Role, str]],
    differing: Sequence[int],
    leaves: Sequence[Leave],
) -> list[tuple[int, Role, str]]:
    """A join without 103007 is one of equals, where an earlier one of the night had it.

    Told only where a join that differed was logged: else the message may be filtered out.
    """
    found = []
    for leave in leaves:
        if leave.link or leave.back is None or not differing or leave.synced is None:
            continue
        end = leave.synced + _TELLS_LATE_MS
        if any(leave.back - 5_000 <= at <= end for at in differing):
            continue
        mates = [version for at, unit, version in told if unit is leave.unit.other and at <= end]
        if mates:
            found.append((leave.back, leave.unit, mates[-1]))
    return found


def _backward(told: Sequence[tuple[int, str]], leaves: Sequence[Leave]) -> list[tuple[int, str]]:
    """A release that was told ran since the unit was last away; from the start, if it was not."""
    found: list[tuple[int, str]] = []
    for at, version in told:
        backs = [x.back for x in leaves if not x.link and x.back is not None and x.back <= at]
        since = max(backs, default=None)
        begun = -(2**62) if since is None else since
        if not any(instant == begun for instant, _ in found):
            found.append((begun, version))
        found.append((at, version))
    return sorted(found, key=lambda one: one[0])
