"""Why a unit was away, and what it came back as."""

from bisect import bisect_left
from collections.abc import Sequence

from upgrader.judgement.postmortem.clocks.moments import command_of
from upgrader.judgement.postmortem.telling.leavings import Leave
from upgrader.judgement.postmortem.telling.lines_typed import reloads
from upgrader.judgement.postmortem.telling.merging import Happened
from upgrader.judgement.postmortem.telling.releases import Releases
from upgrader.model.evidence import What
from upgrader.model.night import ACTIVE, AWAY, UNKNOWN, Absence, Band, Event, Leaving

_ORDERED_BEFORE_MS = 300_000
_UNSTAMPED_BEFORE_MS = 900_000
_ORDERED_AFTER_MS = 60_000
_MARKS_MS = 900_000
_SERVED_MS = 30_000
_REFUSED_TO_THE_ACTIVE = "reload-standby"
"""`failover reload-standby` reloads whichever unit stands by, and never the one that serves."""


def absences_of(
    leaves: Sequence[Leave],
    happened: Sequence[Happened],
    bands: Sequence[Band],
    releases: Releases,
) -> tuple[Absence, ...]:
    """The absences of both units, in order."""
    typed = [h for h in happened if h.event.what is What.COMMAND]
    crashes = [h for h in happened if h.event.what is What.CRASHED]
    found = []
    for leave in sorted(leaves, key=lambda leave: leave.left):
        order = None if leave.link else _order(leave, typed)
        crash = _crash(leave, crashes)
        # Of unstamped lines both may have one place: what was said there is of before, or of after.
        is_moment = leave.back is not None and leave.back <= leave.left
        places = list(leave.places)
        if order is not None:
            places += order.places
        if crash is not None:
            places += crash.places
        found.append(
            Absence(
                unit=leave.unit,
                left=leave.left,
                back=leave.back,
                synced=leave.synced,
                why=_why(leave, order, crash),
                order=order,
                places=tuple(dict.fromkeys(places)),
                was_active=_was_active(leave, order, bands),
                version_before=releases.of(leave.unit, leave.left - is_moment, until=None),
                version_after=None
                if leave.back is None
                else releases.of(leave.unit, None, since=leave.back, until=_next(leave, leaves)),
                version_inferred=leave.back is not None
                and (leave.unit, leave.back) in releases.by_absence,
                is_left_known=leave.is_left_known,
                is_back_known=leave.is_back_known,
            )
        )
    return tuple(found)


def _next(leave: Leave, leaves: Sequence[Leave]) -> int | None:
    later = [x.left for x in leaves if x.unit is leave.unit and x.left > leave.left]
    return min(later, default=None)


def _order(leave: Leave, typed: Sequence[Happened]) -> Event | None:
    first = bisect_left(typed, leave.left - _UNSTAMPED_BEFORE_MS, key=lambda h: h.placed)
    found: Event | None = None
    for h in typed[first:]:
        if h.placed > leave.left + _ORDERED_AFTER_MS:
            break
        if h.placed < leave.left - _ORDERED_BEFORE_MS and h.event.at is not None:
            continue
        line = command_of(h.event.fields.get("command", h.event.text))
        is_reload, unit = reloads(line, h.event.unit)
        # Who typed it may be concluded from roles that moved unseen: the unit that goes then tells.
        follows = h.event.inferred and leave.left - _ORDERED_AFTER_MS <= h.placed <= leave.left
        if not is_reload or (unit is not None and unit is not leave.unit and not follows):
            continue
        if found is None or h.placed <= leave.left + 2 * h.event.slack_ms:
            found = h.event
    return found


def _crash(leave: Leave, crashes: Sequence[Happened]) -> Event | None:
    end = leave.back if leave.back is not None else leave.left
    for h in crashes:
        of_it = h.event.unit in (None, leave.unit)
        if of_it and leave.left - _ORDERED_AFTER_MS <= h.placed <= end + _MARKS_MS / 5:
            return h.event
    return None


def _why(leave: Leave, order: Event | None, crash: Event | None) -> Leaving:
    if leave.link:
        return Leaving.LINK
    forced = order is not None and "crashinfo" in order.text
    if forced or ((leave.crashed or crash is not None) and order is None and not leave.ordered):
        return Leaving.CRASH
    if order is not None or leave.ordered:
        return Leaving.ORDERED
    return Leaving.UNANNOUNCED


def _was_active(leave: Leave, order: Event | None, bands: Sequence[Band]) -> bool | None:
    """Whether the unit served until it left: its last state before, or its mate's taking over."""
    if not leave.is_left_known and leave.back is None:
        return None  # Of what it was told before, and when, the order alone is known.
    if order is not None and _REFUSED_TO_THE_ACTIVE in command_of(order.text):
        return False
    of_unit = [band for band in bands if band.unit is leave.unit]
    before = [
        band
        for band in of_unit
        if (band.began is None or band.began < leave.left) and band.state not in (UNKNOWN, AWAY)
    ]
    if before:
        last = before[-1]
        if last.ended is None or last.ended >= leave.left - _SERVED_MS:
            return last.state == ACTIVE
    mate = [band for band in bands if band.unit is leave.unit.other and band.state == ACTIVE]
    for band in mate:
        if (band.began is None or band.began < leave.left - _SERVED_MS) and (
            band.ended is None or band.ended > leave.left
        ):
            return False
        if band.began is not None and abs(band.began - leave.left) <= 2 * _SERVED_MS:
            return True
    return None
