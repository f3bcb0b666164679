"""What will happen, as values: the near in a heap, the rest by the minute in which it is due.

Most of what is set will happen in hours, and a good part of it never: in a heap of thousands each
of them would be in the way of what happens now.
"""

from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from itertools import chain

from upgrader.emulator.state import Timer
from upgrader.emulator.tables import Pair

PAIR = -1
"""The `unit` of a timer that belongs to neither."""

_MINUTE_MS = 60_000


def schedule(pair: Pair, at: int, event: str, unit: int = PAIR, argument: int = 0) -> None:
    """Let the event happen at that instant, or at once where it has passed."""
    pair.sequence = sequence = pair.sequence + 1
    if at < pair.now:  # noqa: PLR1730  `max` takes twice as long, and this is asked all the time
        at = pair.now
    timer = Timer(at, sequence, event, unit, argument)
    if at < pair.near:
        heappush(pair.timers, timer)
        return
    minute = at // _MINUTE_MS
    together = pair.later.get(minute)
    if together is None:
        pair.later[minute] = [timer]
    else:
        together.append(timer)


def forget(pair: Pair, unit: int, *events: str) -> None:
    """Drop the unit's timers of these kinds; of all kinds where none is named."""

    def kept(timers: list[Timer]) -> list[Timer]:
        return [t for t in timers if t.unit != unit or (events and t.event not in events)]

    near = kept(pair.timers)
    if len(near) != len(pair.timers):
        heapify(near)
        pair.timers = near
    later = {minute: kept(together) for minute, together in pair.later.items()}
    pair.later = {minute: together for minute, together in later.items() if together}


def is_set(pair: Pair, unit: int, event: str) -> bool:
    """Whether such a timer runs."""
    return any(t.unit == unit and t.event == event for t in waiting(pair))


def waiting(pair: Pair) -> Iterator[Timer]:
    """All that will happen, in no order."""
    return chain(pair.timers, *pair.later.values())


def count(pair: Pair) -> int:
    """How many things will happen."""
    return len(pair.timers) + sum(map(len, pair.later.values()))


def next_at(pair: Pair) -> int | None:
    """When the next thing happens; None: nothing will."""
    near = pair.timers
    if near and near[0].at < pair.near:
        return near[0].at
    soonest = pair.later[min(pair.later)] if pair.later else []
    return min((t.at for t in chain(near[:1], soonest)), default=None)


def due(pair: Pair, to: int) -> Iterator[Timer]:
    """The timers that are due by `to`, in order, each removed as it comes.

    What one of them sets or drops counts for those behind it.
    """
    while True:
        near = pair.timers
        if not near or near[0].at >= pair.near:
            _draw_near(pair)
            if not near:
                return
        if near[0].at > to:
            return
        yield heappop(near)


def _draw_near(pair: Pair) -> None:
    """The next minute has come in which anything happens."""
    near, later = pair.timers, pair.later
    minutes = (*later, near[0].at // _MINUTE_MS) if near else later
    if not minutes:
        return
    minute = min(minutes)
    pair.near = (minute + 1) * _MINUTE_MS
    near += later.pop(minute, ())
    heapify(near)
