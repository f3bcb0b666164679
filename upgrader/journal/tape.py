"""The tape: the part of a journal with every question and its answer, for replay.

A run that was killed and resumed was asked by several processes, one after another. Each of them
observed afresh, so each is replayed by itself: a *sitting*. It begins with `Started` or `Resumed`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from upgrader.journal.entry import (
    LET_IN,
    VOCABULARY,
    Asked,
    Body,
    Entry,
    Halted,
    Moved,
    NotAnswered,
    Opened,
    Resumed,
    Slept,
    Started,
    TapeBody,
    is_aborted,
    is_sealed,
)
from upgrader.model.names import Instant


@dataclass(frozen=True, slots=True)
class Frame:
    """One thing on the tape: what was asked or slept, and when its answer was there."""

    number: int
    """The entry's."""
    at: Instant
    body: TapeBody


@dataclass(frozen=True, slots=True)
class Sitting:
    """What one process asked, from its first entry to its end."""

    begins: int
    """Number of its first entry: `Started` or `Resumed`."""
    starts_at: Instant
    frames: tuple[Frame, ...]
    vocabulary: int
    """Of the code that conducted it."""
    complete: bool
    """The run came to its end in it. Otherwise the process may have died with a question open."""


def tape_of(entries: Sequence[Entry]) -> tuple[Frame, ...]:
    """Pick the tape out of the entries, in order."""
    return tuple(
        Frame(entry.number, entry.at, entry.body)
        for entry in entries
        if isinstance(entry.body, Opened | Asked | NotAnswered | Slept)
    )


def _is_whole(part: Sequence[Entry]) -> bool:
    """Whether the process asked all that it wanted to: an aborted run is sealed in the midst."""
    return is_sealed(part) and not is_aborted(part)


def until_told_to_stop(part: Sequence[Entry]) -> Sequence[Entry]:
    """One process's entries, without what it typed once a person had told it to stop.

    Nobody tells today's process so: it goes on where that one opened logins, and stopped.
    """
    halts = [entry.body for entry in part if isinstance(entry.body, Halted)]
    if not halts or not halts[-1].wished:
        return part
    opens = (
        n
        for n, entry in enumerate(part)
        if isinstance(entry.body, Moved) and entry.body.move_kind == LET_IN
    )
    return part[: next(opens, len(part))]


def sittings(entries: Sequence[Entry]) -> tuple[Sitting, ...]:
    """Cut a journal where a new process took over; empty for an empty journal."""
    begins = [n for n, entry in enumerate(entries) if n == 0 or isinstance(entry.body, Resumed)]
    parts = [entries[a:b] for a, b in pairwise([*begins, len(entries)])]
    return tuple(
        Sitting(
            part[0].number,
            part[0].at,
            tape_of(until_told_to_stop(part)),
            _vocabulary_of(part[0].body),
            complete=_is_whole(part),
        )
        for part in parts
    )


def part_of(entries: Sequence[Entry], sitting: Sitting) -> Sequence[Entry]:
    """The entries of one sitting, from its first to the one before the next sitting."""
    first = sitting.begins - 1
    ends = (n for n in range(first + 1, len(entries)) if isinstance(entries[n].body, Resumed))
    return entries[first : next(ends, len(entries))]


def _vocabulary_of(first: Body) -> int:
    """A journal that begins with neither was written by no release: by today's code, in a test."""
    return first.vocabulary if isinstance(first, Started | Resumed) else VOCABULARY
