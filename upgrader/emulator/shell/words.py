"""The grammar of typed lines: words, their abbreviations, and what is wrong with a line.

A pattern is words: `show failover history`. `<name>` stands for one word of any kind, `...` at
the end for all that is left. A word may be abbreviated as long as no other word fits at its
place; a word written out always wins (`show failover` is not `show failover-lan`).
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeAlias, TypeVar

from upgrader.emulator.shell.patterns import Search, compiled

_WORD = re.compile(r"\S+")
_REST = "..."
_REMEMBERED = 256

Deed = TypeVar("Deed")


@dataclass(frozen=True, slots=True)
class Understood(Generic[Deed]):
    """A line that a pattern fits: what to do, and the words that stood for `<name>` and `...`."""

    deed: Deed
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Invalid:
    """No pattern has this word at its place."""

    at: int
    """Where the word begins in the line, from 0."""


@dataclass(frozen=True, slots=True)
class Incomplete:
    """More words are needed."""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """An abbreviation that several words fit."""

    text: str
    """The line up to it."""


Meaning: TypeAlias = Understood[Deed] | Invalid | Incomplete | Ambiguous


@dataclass(slots=True)
class _Node(Generic[Deed]):
    words: dict[str, "_Node[Deed]"] = field(default_factory=dict)
    argument: "_Node[Deed] | None" = None
    deed: Deed | None = None
    rest: Deed | None = None


class Grammar(Generic[Deed]):
    """A table of patterns, read word by word."""

    def __init__(self, table: Iterable[tuple[str, Deed]]) -> None:
        self._root: _Node[Deed] = _Node()
        self._known: dict[str, Meaning[Deed]] = {}
        for pattern, deed in table:
            self._add(pattern.split(), deed)

    def _add(self, words: list[str], deed: Deed) -> None:
        node = self._root
        for word in words:
            if word == _REST:
                node.rest = deed
                return
            if word.startswith("<"):
                if node.argument is None:
                    node.argument = _Node()
                node = node.argument
            else:
                node = node.words.setdefault(word, _Node())
        node.deed = deed

    def read(self, line: str) -> Meaning[Deed]:
        """What a line means. The same few lines are typed again and again: they are remembered."""
        meaning = self._known.get(line)
        if meaning is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            meaning = self._known[line] = self._read(line)
        return meaning

    def written_out(self, line: str) -> tuple[str, ...]:
        """The words of a line that is understood, shortened ones whole; what is left, as typed."""
        node = self._root
        whole: list[str] = []
        for word in line.split():
            fits = _fits(node.words, word.lower())
            if fits:
                node = node.words[fits[0]]
            elif node.argument is not None:
                node = node.argument
            else:
                return (*whole, *line.split()[len(whole) :])
            whole.append(fits[0] if fits else word)
        return tuple(whole)

    def next_words(self, line: str) -> tuple[str, ...]:
        """What may stand behind the line, or complete its last word; in order."""
        *before, last = ["", *line.split()] if not line.endswith(" ") else [*line.split(), ""]
        node = self._root
        for word in [word for word in before if word]:
            fits = _fits(node.words, word.lower())
            if len(fits) == 1:
                node = node.words[fits[0]]
            elif not fits and node.argument is not None:
                node = node.argument
            else:
                return ()
        found = [word for word in node.words if word.startswith(last.lower())]
        return tuple(sorted(found)) + (("WORD",) if node.argument is not None else ())

    def _read(self, line: str) -> Meaning[Deed]:
        node = self._root
        arguments: list[str] = []
        for found in _WORD.finditer(line):
            word = found[0]
            fits = _fits(node.words, word.lower())
            if len(fits) > 1:
                return Ambiguous(line[: found.end()].strip())
            if fits:
                node = node.words[fits[0]]
            elif node.argument is not None:
                node = node.argument
                arguments.append(word)
            elif node.rest is not None:
                return Understood(node.rest, (*arguments, line[found.start() :].strip()))
            else:
                return Invalid(found.start())
        if node.deed is None:
            return Incomplete()
        return Understood(node.deed, tuple(arguments))


def _fits(words: Iterable[str], typed: str) -> list[str]:
    known = list(words)
    if typed in known:
        return [typed]
    return [word for word in known if word.startswith(typed)]


def filtered(text: str, pipe: str) -> str | None:
    """What `| include X`, `exclude`, `begin` and `grep [-v]` leave of a text; None: no such filter.

    `count [X]` and `grep -c X` print only how many lines there are. X is a regular expression; one
    that cannot be read is taken letter by letter.
    """
    kind, _, pattern = pipe.strip().partition(" ")
    chosen = _fits(_FILTERS, kind.lower())
    pattern = pattern.strip()
    if len(chosen) != 1 or not (pattern or chosen[0] == "count"):
        return None
    keep = _FILTERS[chosen[0]]
    counts = chosen[0] == "count"
    if chosen[0] == "grep" and pattern.startswith(("-v ", "-c ")):
        counts = pattern.startswith("-c ")
        keep, pattern = _with if counts else _without, pattern[len("-v ") :].strip()
    kept = keep(text.splitlines(), compiled(pattern))
    if counts:
        # ASA command reference, not compared with it.
        return f"Number of lines which match regexp = {len(kept)}\n"
    return "".join(f"{line}\n" for line in kept)


def filters(typed: str) -> tuple[str, ...]:
    """The filters that may stand where this was typed behind `|`; none behind their first word."""
    word = typed.lstrip().lower()
    return () if " " in word else tuple(sorted(_fits(_FILTERS, word)))


def lacks_pattern(pipe: str) -> bool:
    """Whether what stands behind `|` goes on: it names no filter, or not what to look for.

    The error for such is the device's for a line that goes on; that it fits here is inferred.
    """
    words = pipe.split()
    chosen = _fits(_FILTERS, words[0].lower()) if words else []
    return not words or (len(words) == 1 and len(chosen) == 1 and chosen[0] != "count")


def _with(lines: list[str], wanted: Search) -> list[str]:
    return [line for line in lines if wanted(line)]


def _without(lines: list[str], unwanted: Search) -> list[str]:
    return [line for line in lines if not unwanted(line)]


def _from(lines: list[str], wanted: Search) -> list[str]:
    first = next((n for n, line in enumerate(lines) if wanted(line)), len(lines))
    return lines[first:]


_FILTERS: dict[str, Callable[[list[str], Search], list[str]]] = {
    "include": _with,
    "exclude": _without,
    "begin": _from,
    "count": _with,
    "grep": _with,
}


def invalid(prompt: str, at: int) -> str:
    """The device's error, its caret under the word as the terminal shows it after the prompt."""
    return f"{' ' * (len(prompt) + at)}^\n{INVALID_INPUT}\n"


INVALID_INPUT = "ERROR: % Invalid input detected at '^' marker."
UNAUTHORIZED = "ERROR: Command authorization failed\n"
"""Below an INVALID_INPUT: the user's level does not suffice (real 9.1(3) session)."""
INCOMPLETE = "ERROR: % Incomplete command\n"
UNRECOGNIZED = "ERROR: % Unrecognized command\n"
"""What `?` says behind a word that nothing begins with. Inferred: no release is known of the
session that shows it."""


def ambiguous(text: str) -> str:
    """The device's error for an abbreviation that several words fit."""
    return f'ERROR: % Ambiguous command:  "{text}"\n'
