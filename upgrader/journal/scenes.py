"""Scenes: the tape of a sitting, cut where something was seen, intended or received.

A night of an earlier release is not asked again question by question: today's code asks more, less
and in another order. It is asked look by look. All that was asked before a look was written down
belongs to that look, and likewise what was asked before an intent, and what was typed on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from upgrader.journal.entry import (
    Entry,
    Halted,
    Intended,
    Looked,
    Receipt,
)
from upgrader.journal.tape import Frame, tape_of
from upgrader.model.names import Instant

Milestone: TypeAlias = Looked | Intended | Receipt | Halted


@dataclass(frozen=True, slots=True)
class Scene:
    """What was asked and slept until something was written down of it."""

    frames: tuple[Frame, ...]
    ends: Milestone | None
    """None: the process ended before it wrote anything down."""
    number: int
    """Of its last entry."""
    at: Instant
    """When it ended."""


def scenes_of(part: Sequence[Entry]) -> tuple[Scene, ...]:
    """Cut one process's entries; the last scene may have no end, and no frames."""
    scenes, begins = [], 0
    for n, entry in enumerate(part):
        if isinstance(entry.body, Milestone):
            frames = tape_of(part[begins:n])
            scenes.append(Scene(frames, entry.body, entry.number, entry.at))
            begins = n + 1
    last = part[-1]
    return (*scenes, Scene(tape_of(part[begins:]), None, last.number, last.at))


def is_same(today: Milestone, then: Milestone | None) -> bool:
    """Whether both are the same thing, in whatever words a release tells it."""
    match today, then:
        case Looked(), Looked():
            return today.depth.is_full == then.depth.is_full
        case Intended(), Intended():
            return today.lines == then.lines
        case Receipt(), Receipt():
            return today.outcome == then.outcome
        case Halted(), Halted():
            return today.exit_code == then.exit_code
        case _:
            return False


def told(milestone: Milestone | None) -> str:
    """What was written down, in a phrase."""
    match milestone:
        case Looked(depth=depth):
            return "a full look" if depth.is_full else "a glance"
        case Intended(lines=lines):
            return f"the intent to type {'; '.join(lines) or 'nothing'}"
        case Receipt(outcome=outcome):
            return f"a step that is {outcome}"
        case Halted(exit_code=code, why=why):
            return f"a halt with {code.value}: {why}"
        case None:
            return "nothing more"
