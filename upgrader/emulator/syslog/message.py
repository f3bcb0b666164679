"""A syslog message of the catalogue: its id, its severity, and the form of its text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from string import Formatter


class NotInCatalogue(ValueError):
    """No message has that id, or its text has other fields than were given."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as the device writes it.

    `{unit}` in a text is the role of the unit that writes, and is never given by the caller.
    """

    number: int
    severity: int
    text: str
    """`({unit}) Lost Failover communications with mate on interface {interface}`."""
    source: str
    older: tuple[tuple[tuple[int, ...], str], ...] = ()
    """(release, text): releases before that one write this text; oldest first."""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The only values that a field may have."""
    can_be_disabled: bool = True
    """Whether `no logging message ID` silences it."""

    @property
    def fields(self) -> frozenset[str]:
        """The names of what stands between braces, without `unit`."""
        return _fields_of(self.text)

    @property
    def least(self) -> int:
        """How many characters its text has at least."""
        return len("".join(_pieces_of(self.text)))

    def text_in(self, version: tuple[int, ...]) -> str:
        """The text's form in a release, given as its numbers; () stands for a new one."""
        for until, text in self.older:
            if version and version < until:
                return text
        return self.text

    def fits(self, text: str) -> bool:
        """Whether a text has this message's form, of any release."""
        forms = (self.text, *(older for _, older in self.older))
        return any(_fits(_pieces_of(form), text) for form in forms)

    def written(self, version: tuple[int, ...], unit: str, given: Mapping[str, object]) -> str:
        """The text with its fields filled in.

        Raises:
            NotInCatalogue: other fields are given than the text has, or another value than one
                of its `choices`.
        """
        if given.keys() != self.fields:
            wanted = ", ".join(sorted(self.fields)) or "none"
            raise NotInCatalogue(f"message {self.number} has the fields: {wanted}")
        for name, allowed in self.choices.items():
            if given[name] not in allowed:
                raise NotInCatalogue(f"message {self.number}: {name} is one of {allowed}")
        text = self.text_in(version) if self.older else self.text
        return text.format_map({"unit": unit, **given})


@lru_cache(maxsize=512)
def _fields_of(text: str) -> frozenset[str]:
    names = (name for _, name, _, _ in Formatter().parse(text) if name is not None)
    return frozenset(names) - {"unit"}


@lru_cache(maxsize=512)
def _pieces_of(text: str) -> tuple[str, ...]:
    """What stands between the fields, from the first to the last; empty where nothing does."""
    pieces = [""]
    for literal, name, _, _ in Formatter().parse(text):
        pieces[-1] += literal
        if name is not None:
            pieces.append("")
    return tuple(pieces)


def _fits(pieces: tuple[str, ...], text: str) -> bool:
    if len(pieces) == 1:
        return text == pieces[0]
    if not (text.startswith(pieces[0]) and text.endswith(pieces[-1])):
        return False
    at, end = len(pieces[0]), len(text) - len(pieces[-1])
    for piece in pieces[1:-1]:
        found = text.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return at <= end
