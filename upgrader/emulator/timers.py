"""What will happen, as values in a heap."""

from heapq import heapify, heappop, heappush

from upgrader.emulator.state import Timer
from upgrader.emulator.tables import Pair

PAIR = -1
"""The `unit` of a timer that belongs to neither."""


def schedule(pair: Pair, at: int, event: str, unit: int = PAIR, argument: int = 0) -> None:
    """Let the event happen at that instant, or at once where it has passed."""
    pair.sequence = sequence = pair.sequence + 1
    heappush(pair.timers, Timer(max(at, pair.now), sequence, event, unit, argument))


def forget(pair: Pair, unit: int, *events: str) -> None:
    """Drop the unit's timers of these kinds; of all kinds where none is named."""
    kept = [t for t in pair.timers if t.unit != unit or (events and t.event not in events)]
    if len(kept) != len(pair.timers):
        heapify(kept)
        pair.timers = kept


def is_set(pair: Pair, unit: int, event: str) -> bool:
    """Whether such a timer runs."""
    return any(t.unit == unit and t.event == event for t in pair.timers)


def next_at(pair: Pair) -> int | None:
    """When the next thing happens; None: nothing will."""
    return pair.timers[0].at if pair.timers else None


def take(pair: Pair, to: int) -> Timer | None:
    """The next timer that is due by `to`, removed; None: none is."""
    waiting = pair.timers
    return heappop(waiting) if waiting and waiting[0].at <= to else None
