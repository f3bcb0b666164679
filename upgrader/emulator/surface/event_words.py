"""The words of an event: its arguments, their types and allowed values, and how they are read.

Arguments come from a command line (texts) or from JSON (numbers and truth values too), and mean
the same from both.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from upgrader.emulator.tables import Pair

Value = str | int | bool
"""What an argument may be, from JSON as from a command line."""

Told = Mapping[str, object]
"""What an event says of what it did, as JSON would have it."""


class WrongEvent(ValueError):
    """There is no such event, or its arguments are not allowed. Nothing has happened."""

    def __init__(self, what: str, where: str, expected: str) -> None:
        self.what = what
        """What is wrong."""
        self.where = where
        """The event, or the argument of which event: `cut-link link`."""
        self.expected = expected
        """What is allowed there."""
        super().__init__(f"{where}: {what}; expected: {expected}")


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of an event."""

    name: str
    allowed: str
    """What it may be, in words: `a whole number from 1 to 100000`."""
    meaning: str
    read: Callable[[Value], Value | None]
    """What it stands for; None: it is not allowed."""
    default: Value | None = None
    """What it is where it is not given; None: it must be given."""
    may_be_left_out: bool = False
    """It may be absent, and then the event sees nothing of it."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a test may let happen to a pair."""

    name: str
    meaning: str
    arguments: tuple[Argument, ...]
    source: str
    """Which page or screen says how a pair takes it; or that it is our fault model."""
    does: Callable[[Pair, Mapping[str, Value]], Told]
    """Lets it happen, with every argument read; what it says of what it did.

    Raises:
        WrongEvent: the pair has nothing of that name, or it cannot happen now.
    """


def read_all(event: Event, given: Mapping[str, Value]) -> dict[str, Value]:
    """All arguments of an event, read, with their defaults.

    Raises:
        WrongEvent: one is missing, unknown, or not allowed.
    """
    names = [argument.name for argument in event.arguments]
    for name in given:
        if name not in names:
            what = f"there is no argument {name!r}{nearest(name, names)}"
            raise WrongEvent(what, event.name, ", ".join(names) or "no arguments")
    values: dict[str, Value] = {}
    for argument in event.arguments:
        where = f"{event.name} {argument.name}"
        if argument.name not in given:
            if argument.default is not None:
                values[argument.name] = argument.default
            elif not argument.may_be_left_out:
                raise WrongEvent("is missing", where, argument.allowed)
            continue
        value = argument.read(given[argument.name])
        if value is None:
            shown = given[argument.name]
            raise WrongEvent(f"{shown!r} is not allowed", where, argument.allowed)
        values[argument.name] = value
    return values


def nearest(word: str, known: Sequence[str]) -> str:
    """` (did you mean …?)` where something known is spelled nearly so."""
    close = get_close_matches(word, known, n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


# ── kinds of arguments ─────────────────────────────────────────────────────────────────


def choice(name: str, words: Sequence[str], meaning: str, default: str | None = None) -> Argument:
    """One of these words, in any case."""
    known = {word.lower(): word for word in words}

    def read(value: Value) -> Value | None:
        return known.get(value.lower()) if isinstance(value, str) else None

    return Argument(name, " | ".join(words), meaning, read, default)


def whole(
    name: str, least: int, most: int, meaning: str, *, default: int | None = None
) -> Argument:
    """A whole number in a range; from a command line, its digits."""

    def read(value: Value) -> Value | None:
        if isinstance(value, bool):
            return None
        if isinstance(value, str):
            digits = value.removeprefix("-")
            if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(most))):
                return None
            value = int(value)
        return value if least <= value <= most else None

    allowed = f"a whole number from {least} to {most}"
    return Argument(name, allowed, meaning, read, default)


def text(
    name: str, meaning: str, *, allowed: str = "a text", default: str | None = None
) -> Argument:
    """A text that is not empty and has no control characters."""

    def read(value: Value) -> Value | None:
        return value if isinstance(value, str) and value and value.isprintable() else None

    return Argument(name, allowed, meaning, read, default)


def may_lack(argument: Argument) -> Argument:
    """The same argument, which need not be given and has no default."""
    return Argument(
        argument.name, argument.allowed, argument.meaning, argument.read, may_be_left_out=True
    )


UNIT = choice("unit", ("primary", "secondary"), "which chassis, by its `failover lan unit`")
"""Which chassis."""


def unit_of(values: Mapping[str, Value]) -> int:
    """The index of the chassis that the argument `unit` names."""
    return 0 if values["unit"] == "primary" else 1
