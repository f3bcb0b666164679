"""What was worked out of a value once, for as long as somebody asks about that same value."""

from collections.abc import Callable
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")

_KEPT = 64  # Two units, a few configurations each: more is another pair.


def of_the_same(work: Callable[[K], V]) -> Callable[[K], V]:
    """The function, which works a value out once for one object and remembers it.

    Right where objects are replaced and never altered. Objects are told apart by which they are,
    and not by what they hold: to compare whole settings costs more than the work that is saved.
    An object that is remembered is held, so that no other takes its place in memory.
    """
    known: dict[int, tuple[K, V]] = {}

    def remembered(value: K) -> V:
        try:
            return known[id(value)][1]
        except KeyError:
            if len(known) >= _KEPT:
                known.clear()
            made = work(value)
            known[id(value)] = (value, made)
            return made

    return remembered
