"""The pictures of a run: before, after each phase that moved something, and after all of it.

They are taken from the wide looks that the journal keeps, so that nothing is asked for them. A
phase in which nobody looked widely has no picture. A clean-up looks widely only once: of what it
left its picture knows the sessions, the pools and what else a full look sees.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import overload

from upgrader.journal.entry import Arrived, Baseline, Entry, Looked
from upgrader.judgement.pictures.comparing import diff
from upgrader.judgement.pictures.taking import picture_of
from upgrader.model.difference import Diff
from upgrader.model.names import Digest
from upgrader.model.picture import BEFORE, Picture
from upgrader.model.plan import Plan, Purpose
from upgrader.model.unit import Depth, Snapshot


def moments(plan: Plan, entries: Sequence[Entry]) -> tuple[tuple[str, Digest], ...]:
    """Of which looks there are pictures, oldest first: the moment, and the look's blob.

    It is the last wide look of each phase; of those before the first act the baseline.
    """
    found: list[tuple[str, Digest]] = []
    moment, is_based = BEFORE, False
    enough = {Depth.WIDE, Depth.FULL} if plan.purpose is Purpose.CLEANUP else {Depth.WIDE}
    for body in (entry.body for entry in entries):
        if isinstance(body, Arrived):
            moment = body.phase.value
        elif isinstance(body, Baseline):
            is_based = True  # It was the look before it; the picture of before stands.
        elif isinstance(body, Looked) and body.snapshot is not None and body.depth in enough:
            if is_based and moment == BEFORE:
                continue
            if found and found[-1][0] == moment:
                found.pop()
            found.append((moment, body.snapshot))
    return tuple(found)


class Album(Sequence[Picture]):
    """Pictures, each taken when it is first looked at: a rehearsal's are hardly ever."""

    def __init__(self, takes: Sequence[Callable[[], Picture]]) -> None:
        self._takes = tuple(takes)
        self._taken: dict[int, Picture] = {}

    def __len__(self) -> int:
        """How many there are, taken or not."""
        return len(self._takes)

    @overload
    def __getitem__(self, at: int) -> Picture: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Picture, ...]: ...

    def __getitem__(self, at: int | slice) -> Picture | tuple[Picture, ...]:
        """A picture, or several of them, as of a tuple."""
        places = range(len(self._takes))[at]
        return self._at(places) if isinstance(places, int) else tuple(map(self._at, places))

    def __iter__(self) -> Iterator[Picture]:
        """All of them, oldest first."""
        return map(self._at, range(len(self._takes)))

    def __eq__(self, other: object) -> bool:
        """Equal to whatever holds the same pictures."""
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        """As of the tuple of its pictures."""
        return hash(tuple(self))

    def _at(self, place: int) -> Picture:
        picture = self._taken.get(place)
        if picture is None:
            picture = self._taken[place] = self._takes[place]()
        return picture


def album(plan: Plan, entries: Sequence[Entry], look: Callable[[Digest], Snapshot]) -> Album:
    """The pictures; `look` brings the full look of a blob."""

    def take(moment: str, blob: Digest) -> Picture:
        return picture_of(plan.pair, look(blob), moment, plan.tolerances)

    return Album([partial(take, moment, blob) for moment, blob in moments(plan, entries)])


def before_and_after(plan: Plan, pictures: Sequence[Picture]) -> Diff | None:
    """What a night changed; None: no after, or a clean-up, which looks at sessions only."""
    if len(pictures) < 2 or plan.purpose is Purpose.CLEANUP:
        return None
    return diff(pictures[0], pictures[-1])
