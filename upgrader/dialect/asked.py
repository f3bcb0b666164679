"""A line whose reply is asked for once more where nobody understands it."""

from collections.abc import Callable
from typing import TypeVar

from upgrader.dialect.refusals import refusal_in
from upgrader.ports import NotAsked, Unparsed

T = TypeVar("T")


def understood(ask: Callable[[str], str], line: str, reader: Callable[[str], T]) -> T:
    """What a unit answers to a line that only looks.

    It is asked twice at most: a log line in the middle of a reply is gone the second time. What the
    device refuses, it would refuse again. That a reply is this line's is for the access to say.

    Raises:
        Unparsed: not understood twice, or refused.
        Dropped, NoAnswer: the conversation ended.
        NotAsked: on the tape of an earlier release that did not ask it.
    """
    text = ask(line)
    try:
        return reader(text)
    except Unparsed:
        if refusal_in(text) is not None:
            raise
        try:
            again = ask(line)
        except NotAsked:
            again = text  # That release asked once.
        return reader(again)
