"""What a key of `[emulated]` is: its name, what may stand there, what it means."""

from dataclasses import dataclass
from enum import Enum
from typing import Any


class Kind(Enum):
    """What a value is, as the reference page calls it."""

    TEXT = "text"
    TEXTS = "list of texts"
    WHOLE = "whole number"
    NUMBER = "number"
    FLAG = "true or false"
    SECONDS = "seconds"
    SPAN = "[first, last] in seconds"
    DELAYS = "[first, last] in seconds, or two of them"
    CHOICE = "one of"
    SHARES = "table of shares"
    INSTANT = "date and time"
    DIGEST = "128 hexadecimal digits"


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a table of the pair file."""

    name: str
    kind: Kind
    meaning: str
    source: str = ""
    """Where the default comes from."""
    field: str | None = None
    """The field that it sets; None: `name`."""
    default: str | None = None
    """How the reference writes the default; None: the field's own."""
    least: int = 0
    most: int = 1_000_000_000_000
    choices: tuple[str, ...] = ()
    required: bool = False

    @property
    def target(self) -> str:
        """The field of the scenario that it sets."""
        return self.name if self.field is None else self.field

    @property
    def allowed(self) -> str:
        """What may stand there, in words."""
        match self.kind:
            case Kind.CHOICE:
                return ", ".join(f'"{choice}"' for choice in self.choices)
            case Kind.WHOLE | Kind.NUMBER | Kind.SECONDS:
                return f"{self.kind.value}, {self.least} to {self.most}"
            case Kind.SPAN | Kind.DELAYS:
                return f"{self.kind.value}, each {self.least} to {self.most}"
            case Kind.SHARES:
                return f"shares above 0 of {', '.join(self.choices)}"
            case Kind.INSTANT:
                return "a TOML date and time, or such a text: 2026-03-14T22:00:00Z"
            case Kind.TEXT | Kind.TEXTS | Kind.FLAG | Kind.DIGEST:
                return f"{self.kind.value}"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the pair file: its keys, the tables below it, and what it is."""

    path: str
    meaning: str
    keys: tuple[Key, ...]
    tables: tuple[str, ...] = ()
    """Names of the tables below, which are read on their own."""
    defaults: type[Any] | None = None
    """The dataclass whose defaults hold where a key is absent."""
