"""The timeline as people read it: what befell many at once is one line.

A unit's states, its reloads and what was typed stand each for itself. What befalls persons comes
by the hundred and mixed (`tunnel closed`, `address freed`, `login`…): each kind is told once for
each burst, with how many and from when until when.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from upgrader.model.evidence import Place, What
from upgrader.model.failover import Role
from upgrader.model.night import Event, Kind, Night, Silence
from upgrader.views.postmortem.saying import said_of, words_for
from upgrader.views.wording import span

TIMES = "\u00d7"
"""The sign between how many and what."""
QUIET_MS = 30_000
"""So long without a word of anybody, and a burst is over. Our guess."""
SHORTEST_MS = 1_000
"""What is over sooner befell all at once."""
LONGEST_MS = 300_000
"""A burst that lasts longer is told in parts: a whole day is no burst. Our guess."""

_OF_PERSONS = frozenset({Kind.SESSION, Kind.ADDRESS})


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the timeline: one event, or many of a kind, or a silence."""

    at: int | None
    until: int | None
    unit: Role | None
    kind: Kind
    what: What
    text: str
    count: int
    places: tuple[Place, ...]
    """The first two of the first event are enough to find the others."""
    inferred: bool = False
    slack_ms: int = 0
    said: str = ""
    """The same in an operator's words; of a line that was typed only what was typed."""
    who: str = ""
    """Of a burst: the first names, so that a search for one finds it; begins with `: `."""


def brief(line: Line) -> str:
    """A line in plain words, and of whom."""
    return f"{line.said}{line.who}"


def lasting(line: Line) -> str:
    """A line in plain words, with how long it went on: `7 logins in 26 s`."""
    if line.at is None or line.until is None or line.until - line.at < SHORTEST_MS:
        return line.said
    return f"{line.said}, in {span(round((line.until - line.at) / 1_000))}"


def every_line(night: Night) -> Iterator[Line]:
    """Each event for itself, and the silences among them."""
    return _with_silences(night, map(_single, night.events))


def folded_lines(night: Night) -> list[Line]:
    """The timeline with bursts folded."""
    return list(_with_silences(night, _folded(night.events)))


def weightiest(lines: Sequence[Line], most: int, weight: Callable[[Line], int]) -> list[Line | int]:
    """At most that many lines, the lightest weights first, in their own order.

    A number stands where lines are left out: how many.
    """
    if len(lines) <= most:
        return [*lines]
    order = sorted(range(len(lines)), key=lambda place: (weight(lines[place]), place))
    kept = set(order[:most])
    shown: list[Line | int] = []
    missing = 0
    for place, line in enumerate(lines):
        if place not in kept:
            missing += 1
            continue
        if missing:
            shown.append(missing)
            missing = 0
        shown.append(line)
    return [*shown, missing] if missing else shown


def weight_of(cited: frozenset[Place]) -> Callable[[Line], int]:
    """How soon a line may be left out: those that a finding cites never, before others."""

    def weight(line: Line) -> int:
        is_cited = line.count == 1 and not cited.isdisjoint(line.places)
        if line.what in _TURNS:
            return 0 if is_cited else 1
        if line.kind is Kind.LOOK or (line.kind is Kind.COMMAND and changes_nothing(line.said)):
            return 4 if is_cited else 7
        if line.kind is Kind.COMMAND and any(word in line.said for word in OF_PAIRS):
            return 0
        return 1 if is_cited else _WEIGHTS.get(line.kind, 6) - (3 if line.count > 2 else 0)

    return weight


_TURNS = frozenset(
    {What.TO_ACTIVE, What.TO_FAILED, What.RELOADED_BY, What.CRASHED, What.SHUTTING_DOWN}
)
"""Where a night turns."""
_LOOKS = ("show ", "sh ", "ping ", "terminal ", "dir ", "more ", "verify ", "changeto ", "session ")
_STEPS = frozenset(
    {
        "",
        "enable",
        "en",
        "configure terminal",
        "conf t",
        "config t",
        "end",
        "exit",
        "quit",
        "logout",
    }
)
"""What is typed and changes nothing."""
OF_PAIRS = ("failover active", "failover reload", "reload", "write standby")
"""What stands in typed lines that move the pair."""


def changes_nothing(typed: str) -> bool:
    """Whether a typed line only shows something, or moves about in the terminal."""
    lower = f"{typed.strip().lower()} ".removeprefix("failover exec mate ")
    return lower.startswith(_LOOKS) or lower.strip() in _STEPS


_WEIGHTS = {
    Kind.ROLE: 2,
    Kind.RELOAD: 2,
    Kind.GAP: 2,
    Kind.LINK: 2,
    Kind.SYNC: 3,
    Kind.COMMAND: 2,
    Kind.VERSION: 4,
    Kind.INTERFACE: 4,
    Kind.SESSION: 5,
    Kind.ADDRESS: 6,
    Kind.LOOK: 7,
    Kind.OTHER: 7,
}


def _single(event: Event) -> Line:
    return Line(
        at=event.at,
        until=event.at,
        unit=event.unit,
        kind=event.kind,
        what=event.what,
        text=event.text,
        count=1,
        places=event.places,
        inferred=event.inferred,
        slack_ms=event.slack_ms,
        said=said_of(event),
    )


# ── bursts ─────────────────────────────────────────────────────────────────────────────


def _folded(events: Iterable[Event]) -> Iterator[Line]:
    burst: list[Event] = []
    for event in events:
        is_of_persons = event.kind in _OF_PERSONS
        if burst and not (is_of_persons and _goes_on(burst, event)):
            yield from _told(burst)
            burst = []
        if is_of_persons:
            burst.append(event)
        else:
            yield _single(event)
    yield from _told(burst)


def _goes_on(burst: Sequence[Event], event: Event) -> bool:
    """Whether an event belongs to the burst before it."""
    first, last = burst[0].at, burst[-1].at
    if event.at is None or first is None or last is None:
        return event.at == last
    return event.at - last <= QUIET_MS and event.at - first <= LONGEST_MS


def _told(burst: Sequence[Event]) -> Iterator[Line]:
    groups: dict[tuple[What, Role | None], list[Event]] = {}
    for event in burst:
        groups.setdefault((event.what, event.unit), []).append(event)
    for (what, unit), events in groups.items():
        first = events[0]
        if len(events) == 1:
            yield _single(first)
            continue
        told = f"{len(events):,} {TIMES} {words_for(what)}"
        yield Line(
            at=first.at,
            until=events[-1].at,
            unit=unit,
            kind=first.kind,
            what=what,
            text=told,
            said=told,
            count=len(events),
            places=first.places[:2],
            inferred=any(event.inferred for event in events),
            slack_ms=max(event.slack_ms for event in events),
            who=_of_whom(events),
        )


def _of_whom(events: Sequence[Event]) -> str:
    users = dict.fromkeys(e.fields["user"] for e in events if e.fields.get("user"))
    if not users:
        return ""
    named = ", ".join([*users][:3])
    return f": {named} …" if len(users) > 3 else f": {named}"


# ── silences ───────────────────────────────────────────────────────────────────────────


def _with_silences(night: Night, lines: Iterable[Line]) -> Iterator[Line]:
    """The silences at their places, unless the night tells them as events."""
    if any(event.kind is Kind.GAP for event in night.events):
        yield from lines
        return
    waiting = sorted(night.silences, key=lambda silence: silence.began)
    place = 0
    for line in lines:
        while place < len(waiting) and line.at is not None and waiting[place].began <= line.at:
            yield _silent(waiting[place])
            place += 1
        yield line
    yield from map(_silent, waiting[place:])


def _silent(silence: Silence) -> Line:
    told = f"nothing is known: {silence.why}"
    return Line(
        at=silence.began,
        until=silence.ended,
        unit=silence.unit,
        kind=Kind.GAP,
        what=What.LOG_LOST,
        text=told,
        said=told,
        count=1,
        places=(),
        inferred=True,
    )
