"""The addresses of a rebuilt night: which pool held those that were seen."""

from collections.abc import Callable, Sequence

from upgrader.dialect.dotted import dotted, is_dotted, number_of
from upgrader.judgement.postmortem.rebuilding.setting import Seated
from upgrader.model.cause import Cause, CauseName
from upgrader.model.evidence import What
from upgrader.model.night import Life, Night

_DEFAULT_POOL = "10.20.8.10"
_WIDEST = 65_536
"""Of a pool that is rebuilt: addresses further apart are of several pools."""
_ROOM = 50
"""How many addresses a pool has beyond those that were seen. Our choice."""


def pool_of(
    night: Night,
    seated: Sequence[Seated],
    lives: Sequence[Life],
    causes: Sequence[Cause],
    note: Callable[[str], None],
) -> tuple[str, int]:
    """The first address of a pool that holds all that were seen, and how many it has.

    Just these, where it ran out. `note` hears what is assumed.
    """
    near = neighbours(lives)
    numbers = [number_of(one.address) for one in seated] or [near[0]]
    first, last = min(*numbers, near[0]), max(*numbers, near[1])
    ran_out = any(
        event.what in (What.POOL_EMPTY, What.NO_ADDRESS) for event in night.events
    ) or any(cause.name is CauseName.POOL_FULL for cause in causes)
    if ran_out:
        note("the pool ends with the last address that was seen, for it ran out")
        first = min(first, last - _held_when_empty(night, lives) + 1)
        return dotted(first), last - first + 1
    note(f"the pool has {_ROOM} addresses more than were seen")
    return dotted(first), last - first + 1 + _ROOM + len(lives)


def neighbours(lives: Sequence[Life]) -> tuple[int, int]:
    """The first and the last address of the greatest group that one pool may hold."""
    numbers = sorted(
        number_of(life.address) for life in lives if life.address and is_dotted(life.address)
    )
    if not numbers:
        return number_of(_DEFAULT_POOL), number_of(_DEFAULT_POOL)
    best, begins = (0, 0), 0
    for ends, number in enumerate(numbers):
        while number - numbers[begins] >= _WIDEST:
            begins += 1
        if ends - begins > best[1] - best[0]:
            best = begins, ends
    return numbers[best[0]], numbers[best[1]]


def _held_when_empty(night: Night, lives: Sequence[Life]) -> int:
    """How many sessions there were when the pool had no address left; 0: that is not seen."""
    empty = (
        event.at
        for event in night.events
        if event.what in (What.POOL_EMPTY, What.NO_ADDRESS) and event.at is not None
    )
    at = min(empty, default=None)
    if at is None:
        return 0
    return sum(
        (life.began is None or life.began < at) and (life.ended is None or life.ended >= at)
        for life in lives
    )
