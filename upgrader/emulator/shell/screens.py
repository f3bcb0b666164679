"""How a screen becomes what a typed line does."""

from collections.abc import Callable

from upgrader.emulator.shell.talk import Deed, Spoken, Talk, prompt
from upgrader.emulator.shell.words import invalid
from upgrader.emulator.tables import Pair

Shows = tuple[tuple[str, Deed], ...]
"""Patterns, and what a line does that fits one."""


def screen(show: Callable[[Pair, int], str]) -> Deed:
    """A show without arguments."""

    def deed(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
        del arguments
        return Spoken(show(talk.pair, talk.u))

    return deed


def screen_of(show: Callable[[Pair, int, str], str | None]) -> Deed:
    """A show of the thing that the last word names; None: the device does not know it."""

    def deed(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
        text = show(talk.pair, talk.u, arguments[-1])
        return unknown(talk) if text is None else Spoken(text)

    return deed


def text(printed: str) -> Deed:
    """A line that always prints the same."""

    def deed(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
        del talk, arguments
        return Spoken(printed)

    return deed


def unknown(talk: Talk, at: int = len("show ")) -> Spoken:
    """The device's error, for a word that only looks like one it knows.

    `at`: where the word begins; in an abbreviated line the caret stands a little off.
    """
    return Spoken(invalid(prompt(talk.pair, talk.conversation), at))
