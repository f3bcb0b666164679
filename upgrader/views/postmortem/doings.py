"""What was typed, and what was refused or failed: many of a kind are one line of a story."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from upgrader.model.evidence import What
from upgrader.model.failover import Role
from upgrader.model.night import Event, Kind, Leaving, Night
from upgrader.model.words import many
from upgrader.views.postmortem.folding import OF_PAIRS, TIMES, Line, changes_nothing
from upgrader.views.postmortem.placed import Key, Order, Told, line_of
from upgrader.views.postmortem.saying import said_of, words_for
from upgrader.views.postmortem.waves import named

_APART_MS = 300_000
"""So long without another of its kind, and what befell many is told anew. Our guess."""
_TWICE_MS = 10_000
"""So near each other two sources may tell of one typed line. Our guess."""

_TROUBLE = frozenset(
    {
        *(What.TO_FAILED, What.FLAPPING, What.REPORTED_FAILED, What.CRASHED),
        *(What.LINK_DOWN, What.CONTROL_DOWN, What.DATA_DOWN, What.INTERFACE_DOWN),
        *(What.ADDRESS_COLLISION, What.FAILOVER_OFF, What.FAILOVER_ON),
        *(What.VERSIONS_INCOMPATIBLE, What.MATE_UNLIKE, What.SYNC_FAILED, What.NOT_REPLICATED),
        *(What.REPLICATION_OFF, What.REPLICATION_TROUBLE, What.REFUSED_COMMAND),
        *(What.EVICTED, What.IMAGE_REFUSED, What.LIMIT_REFUSED, What.RELOAD_REFUSED),
        *(What.TOO_MANY_LOGINS, What.NO_ADDRESS, What.CLIENT_REFUSED, What.AAA_REJECTED),
        *(What.AAA_DOWN, What.TLS_REFUSED, What.CLIENTLESS_REFUSED, What.NO_CONNECTION),
        *(What.POOL_EMPTY, What.IN_USE_ALREADY, What.NOT_FREED, What.QUARANTINED),
        *(What.LOG_LOST, What.CLOCK_SET),
    }
)
"""What is told wherever it stands, many of a kind in one line."""

_Found = tuple[Key, Event]


def typed(night: Night, order: Order) -> Iterator[Told]:
    """The lines that do something; each once, whether a log, a console or both tell of it."""
    found: list[_Found] = [
        (order.of_event(event, number), event)
        for number, event in enumerate(night.events)
        if event.what is What.COMMAND and not changes_nothing(said_of(event))
    ]
    for run in _runs(_once(found)):
        (key, first), *_ = run
        text = said_of(first)
        if len(run) > 1:
            telling = [said for _, event in run if not _is_beside(said := said_of(event))]
            text = f"{(telling or [text])[0]}, and {many(len(run) - 1, 'line')} more"
        line = line_of(
            first.at, first.unit, Kind.COMMAND, What.COMMAND, text, first.places,
            until=run[-1][1].at, count=len(run), inferred=first.inferred,
        )  # fmt: skip
        yield Told(1 if _moves(first) else 3, key, line)


def _is_beside(typed: str) -> bool:
    """Whether another line tells better what was done."""
    return typed.startswith(("no ", "write", "copy running"))


def _moves(event: Event) -> bool:
    return any(word in said_of(event) for word in OF_PAIRS)


def _once(
    found: Sequence[_Found],
) -> list[_Found]:
    """Without those that another source tells of; who typed it is taken from the surer one."""
    kept: list[_Found] = []
    by_text: dict[str, list[int]] = {}
    for key, event in sorted(found, key=lambda one: (one[1].at is None, one[0])):
        told = said_of(event)
        place = next((n for n in by_text.get(told, ()) if _is_twice(kept[n][1], event)), None)
        if place is None:
            by_text.setdefault(told, []).append(len(kept))
            kept.append((key, event))
            continue
        # Each source tells of it once: a third line of the same words is another one.
        where, first = kept[place]
        sure = event if first.inferred or first.unit is None else first
        merged = replace(
            first, unit=sure.unit, inferred=sure.inferred, places=(*first.places, *event.places)
        )
        kept[place] = (where, merged)
    return sorted(kept, key=lambda one: one[0])


def _is_twice(first: Event, second: Event) -> bool:
    if not {place.file for place in first.places}.isdisjoint(place.file for place in second.places):
        return False
    if first.at is None or second.at is None:
        return second.at is None
    return abs(first.at - second.at) <= _TWICE_MS


def _runs(
    found: Iterable[_Found],
) -> Iterator[list[_Found]]:
    """Lines of configuration, typed one after the other, together; the others alone."""
    run: list[_Found] = []
    for key, event in found:
        near = bool(run) and key[0] - run[-1][0][0] <= _APART_MS
        if run and (_moves(event) or _moves(run[-1][1]) or not near):
            yield run
            run = []
        run.append((key, event))
    if run:
        yield run


def troubles(night: Night, order: Order) -> Iterator[Told]:
    """Refusals, links, failures: of each kind one line, until it is quiet for long."""
    open_: dict[tuple[What, Role | None], list[_Found]] = {}
    done: list[list[_Found]] = []
    for number, event in enumerate(night.events):
        if event.what not in _TROUBLE or _is_known(event, night):
            continue
        key = order.of_event(event, number)
        group = open_.get((event.what, event.unit))
        if group is not None and key[0] - group[-1][0][0] <= _APART_MS:
            group.append((key, event))
            continue
        open_[event.what, event.unit] = fresh = [(key, event)]
        done.append(fresh)
    for group in done:
        yield Told(1 if len(group) > 2 else 2, group[0][0], _of_many([e for _, e in group]))


def _of_many(events: Sequence[Event]) -> Line:
    first = events[0]
    text = said_of(first)
    who = ""
    if len(events) > 1:
        text = f"{len(events):,} {TIMES} {words_for(first.what)}"
        who = named([e.fields["user"] for e in events if e.fields.get("user")])
    line = line_of(
        first.at, first.unit, first.kind, first.what, text, first.places,
        until=events[-1].at, count=len(events), inferred=first.inferred,
    )  # fmt: skip
    return replace(line, who=who)


def _is_known(event: Event, night: Night) -> bool:
    """Whether it is a crash that stands there already, as why a unit went down."""
    return event.what is What.CRASHED and any(
        away.why is Leaving.CRASH
        and away.unit is event.unit
        and (event.at is None or abs(away.left - event.at) <= _APART_MS)
        for away in night.absences
    )
