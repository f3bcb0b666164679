"""Entries of earlier releases, as today's code would have written them.

A key that an earlier release did not have is read as its default, which says so ("the journal is an
older one"). What a default cannot say is a step here, from one vocabulary to the next: pure, taken
after the chain was verified, and never written back.
"""

from collections.abc import Callable
from dataclasses import replace

from upgrader.journal.entry import VOCABULARY, Entry, Halted
from upgrader.model.outcome import ExitCode

_WISHES_OF_1 = ("stopped before ", "stopped at your word")
"""How 0.1.0 began the why of a halt that a person wanted; it wrote down nothing else of it."""


def _from_1(entry: Entry) -> Entry:
    match entry.body:
        case Halted(exit_code=ExitCode.STOPPED, why=why) as halted if why.startswith(_WISHES_OF_1):
            return replace(entry, body=replace(halted, wished=True))
        case _:
            return entry


def _as_it_is(entry: Entry) -> Entry:
    return entry


STEPS: dict[int, Callable[[Entry], Entry]] = {1: _from_1, 2: _as_it_is}
"""From each vocabulary to the next one."""


def as_today(entry: Entry, vocabulary: int) -> Entry:
    """The entry of a process of that vocabulary, in today's."""
    for step in range(vocabulary, VOCABULARY):
        entry = STEPS[step](entry)
    return entry
