"""What became of the units, a line each: who was what, who went and came back, who took over."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from upgrader.model.evidence import What
from upgrader.model.failover import Role
from upgrader.model.night import UNKNOWN, Absence, Event, Kind, Leaving, Night, Switchover
from upgrader.views.postmortem.folding import Line
from upgrader.views.postmortem.placed import Order, Told, line_of
from upgrader.views.postmortem.saying import reason_told
from upgrader.views.postmortem.surety import Stamps

_AWAY = {
    Leaving.ORDERED: "goes down: its reload was ordered",
    Leaving.CRASH: "goes down: it crashed",
    Leaving.UNANNOUNCED: "is gone; no order to reload is seen",
    Leaving.LINK: "is not heard: the link between the units is down",
}


def edges(night: Night) -> Iterator[Told]:
    """Who was what at the beginning and at the end of the records."""
    first = {band.unit: band.state for band in reversed(night.bands)}
    last = {band.unit: band.state for band in night.bands if band.ended is None}
    for words, at, states, key in (
        ("the records begin", night.began, first, (night.began, -1)),
        ("the records end", night.ended, last, (night.ended + 1, len(night.events))),
    ):
        named = [f"{unit.value} {_named(states[unit])}" for unit in Role if unit in states]
        is_known = any(states.get(unit, UNKNOWN) != UNKNOWN for unit in Role)
        text = f"{words}: {', '.join(named)}" if is_known else words
        yield Told(-1, key, line_of(at, None, Kind.OTHER, What.OPAQUE, text))


def _named(state: str) -> str:
    return "not yet known" if state == UNKNOWN else state


def reloads(night: Night, order: Order) -> Iterator[Told]:
    """Each time that a unit was away: when it went and why, when it was back, when ready."""
    for away in night.absences:
        left = line_of(
            away.left_at,
            *(away.unit, Kind.RELOAD, What.PEER_ABSENT, _left(away), away.places[:1]),
        )
        yield Told(0, order.of(away.left, away.places[:1]), left)
        if away.back is not None:
            back = line_of(
                away.back_at, away.unit, Kind.RELOAD, What.PEER_PRESENT, _back(away, night)
            )
            yield Told(0, order.of_return(away), _with_place(back, night.events))
        if away.synced is not None and away.synced != away.back:
            synced = line_of(
                away.synced, away.unit, Kind.SYNC, What.BULK_ENDED, "is ready: bulk sync completed"
            )
            yield Told(0, order.of(away.synced, ()), _with_place(synced, night.events))


def _left(away: Absence) -> str:
    served = "; it was active" if away.was_active else ""
    return f"{_AWAY[away.why]}{served}"


def _back(away: Absence, night: Night) -> str:
    if away.why is Leaving.LINK:
        return "is heard again"
    after = away.version_after
    # Where neither instant is known, which release it ran then is none of this line's.
    if after is None or (away.back == away.left and not away.is_back_known):
        return "is back"
    is_old = after == away.version_before == night.unit(away.unit).version_first
    return f"is back on {after}, as before" if is_old else f"is back on {after}"


_WITNESSES = {
    What.PEER_PRESENT: frozenset({What.PEER_PRESENT, What.PEER_UP, What.STARTUP_END}),
    What.BULK_ENDED: frozenset({What.BULK_ENDED, What.BULK_RECEIVED}),
}


def _with_place(line: Line, events: Sequence[Event]) -> Line:
    """The line with the place of the event that tells of it."""
    wanted = _WITNESSES[line.what]
    for event in events:
        if line.at is not None and event.what in wanted and event.at == line.at:
            return replace(line, places=event.places[:2])
    return line


def switches(night: Night, order: Order, stamps: Stamps) -> Iterator[Told]:
    """Each move of the active role."""
    for move in night.switchovers:
        at = move.at if stamps.is_exact(move.at, move.places) else None
        line = line_of(at, move.to, Kind.ROLE, What.TO_ACTIVE, _moved(move), move.places[:1])
        yield Told(0, order.of(move.at, move.places[:1]), line)


def _moved(move: Switchover) -> str:
    why = f": {reason_told(move.reason)}" if move.reason else ""
    early = "" if move.ready is not False or not move.gave_way else ", before it was ready"
    return f"becomes active{early}{why}"
