"""How many people had a tunnel, instant by instant: what the picture draws as a curve."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from upgrader.model.night import Ending, Life, Night

FINEST = 600
"""Parts of a night that a curve tells apart: a picture has no more columns to draw them in."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many there were from an instant on."""

    at: int
    carried: int
    """Sessions with a tunnel."""
    bare: int
    """Rows without one: cut and never cleaned up, or asleep."""


def counts_of(night: Night) -> list[Count]:
    """From the night's beginning to its end; empty where nobody was seen."""
    changes: dict[int, list[int]] = {}
    for life in night.lives:
        for at, carried, bare in _steps(life, night.began, night.ended):
            if at > night.ended:
                continue  # who lives at the end is drawn to it, and not taken down there
            change = changes.setdefault(max(at, night.began), [0, 0])
            change[0] += carried
            change[1] += bare
    if not changes:
        return []
    counts: list[Count] = []
    carried = bare = 0
    for at in sorted({night.began, *changes}):
        up, aside = changes.get(at, (0, 0))
        carried, bare = carried + up, bare + aside
        counts.append(Count(at, carried, bare))
    counts.append(Count(night.ended, carried, bare))
    return _thinned(counts, night.began, night.ended)


def _steps(life: Life, began: int, ended: int) -> Iterator[tuple[int, int, int]]:
    """When it changes, and by how much: with a tunnel, without."""
    start = began if life.began is None else life.began
    stop = _stops(life, ended)
    if stop <= start:
        return
    yield start, 1, 0
    asleep = False
    turns = [(at, True) for at in life.suspended] + [(at, False) for at in life.resumed]
    for at, sleeps in sorted(turns):
        if start <= at < stop and sleeps is not asleep:
            yield (at, -1, 1) if sleeps else (at, 1, -1)
            asleep = sleeps
    stays = life.ending is Ending.CUT and not life.freed
    gone = (0, -1) if asleep else (-1, 0)
    yield stop, gone[0], gone[1] + (1 if stays else 0)


def _stops(life: Life, ended: int) -> int:
    match life.ending:
        case Ending.CUT:
            at = life.cut_at if life.cut_at is not None else life.ended
        case Ending.CLEAN | Ending.MOVED | Ending.OPEN | Ending.UNKNOWN:
            at = life.ended
    return ended + 1 if at is None else at


def _thinned(counts: Sequence[Count], began: int, ended: int) -> list[Count]:
    """At most four a part: how it came in, its least and its most, and how it went out."""
    if len(counts) <= 4 * FINEST:
        return [*counts]
    parts: dict[int, list[Count]] = {}
    length = max(ended - began, 1)
    for count in counts:
        parts.setdefault((count.at - began) * FINEST // length, []).append(count)
    thinned: list[Count] = []
    for part in parts.values():
        least = min(part, key=lambda count: count.carried)
        most = max(part, key=lambda count: count.carried)
        kept = {id(count) for count in (part[0], least, most, part[-1])}
        thinned += [count for count in part if id(count) in kept]
    return thinned
