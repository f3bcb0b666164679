"""A configuration as text: from what was pasted to the lines that configure, and their tree."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from upgrader.emulator.config.files import with_settled_path

# `ciscoasa# show running-config`, `fw/pri/act#`: an echoed prompt is one word that ends in # or >.
_PROMPT = re.compile(r"^[^\s#>]+(\(config[\w-]*\))?[#>](\s.*)?$")
_MORE = re.compile(r"<--- More --->[\s\x08]*")
_FRAME = re.compile(r"^(:.*|(ASA|PIX) Version .*|Cryptochecksum:.*|Result of the command.*)$")
_CLOSERS = frozenset({"quit", "exit", "exit-address-family"})
_ALWAYS_BELOW = frozenset({"nameif", "security-level"})
"""What is said of an interface only, and so stands below its line, wherever it is printed."""
_WORD = re.compile(r'"[^"]*"|\S+')


class ConfigFault(Exception):
    """A line that cannot be accepted: which, what is wrong with it, what is expected.

    `number` counts from 1; None: the line was typed. A secret in `line` is masked.
    The problem of a typed line is the device's own error, worded as far as it is known.
    """

    def __init__(
        self, problem: str, *, line: str = "", expected: str = "", number: int | None = None
    ) -> None:
        self.problem = problem
        self.line = line
        self.expected = expected
        self.number = number
        super().__init__(problem)

    def __str__(self) -> str:
        if self.number is None and self.problem.startswith("ERROR:"):
            return self.problem
        where = f"line {self.number}: " if self.number is not None else ""
        expected = f"; expected {self.expected}" if self.expected else ""
        return f"{where}`{self.line}`: {self.problem}{expected}"


class InvalidInput(ConfigFault):
    """A typed line that no configuration mode knows; the shell points at it with its caret."""


class SetupGap(ConfigFault):
    """Failover is enabled, and something that it needs is missing."""


@dataclass(frozen=True, slots=True)
class Block:
    """A line with the lines below it."""

    index: int
    """Its place in the lines, from 0."""
    line: str
    """Without indentation."""
    words: tuple[str, ...]
    """Quoted text is one word, without its quotes."""
    children: tuple["Block", ...] = ()


@lru_cache(maxsize=4_096)
def words_of(line: str) -> tuple[str, ...]:
    """The words of a line; `"Windows NT"` is one word and loses its quotes."""
    if '"' not in line:
        return tuple(line.split())
    return tuple(word.strip('"') for word in _WORD.findall(line))


def numbered_lines(text: str) -> tuple[tuple[int, str], ...]:
    """The lines that configure, each with its number in the text, counted from 1.

    Accepts a startup-config and a pasted `show running-config` with its frame (`: Saved`,
    `ASA Version`, `Cryptochecksum`, `: end`, echoed prompts, `<--- More --->`). Indentation
    becomes one blank a level, whatever the paste has made of it; an image on `flash:` stands on
    `disk0:`, as the device keeps it.
    """
    kept: list[tuple[int, str]] = []
    widths: list[int] = []
    for number, raw in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        line = _MORE.sub("", raw).expandtabs(8).rstrip()
        body = line.lstrip()
        if not body or body.startswith("!") or _FRAME.match(body) or _PROMPT.match(line):
            continue
        width = len(line) - len(body)
        if body in _CLOSERS and widths:
            # It ends a block of hexadecimal text, or a family of addresses, and is no line.
            continue
        while widths and widths[-1] >= width:
            widths.pop()
        kept.append((number, " " * len(widths) + with_settled_path(body)))
        widths.append(width)
    return tuple(kept)


def read_lines(text: str) -> tuple[str, ...]:
    """The lines that configure, one blank of indentation a level; see `numbered_lines`."""
    return tuple(line for _, line in numbered_lines(text))


def at_margin(lines: Sequence[str]) -> int | None:
    """Where the first line stands that has lost its blank: nobody knows what it belongs to.

    An index from 0; None: no line has. A page or a mail may eat the blanks of what is pasted.
    """
    below = (i for i, line in enumerate(lines) if line.partition(" ")[0] in _ALWAYS_BELOW)
    return next(below, None)


@lru_cache(maxsize=4_096)  # Each edit measures the whole configuration.
def level_of(line: str) -> int:
    """How deep a line stands: 0 for a global one."""
    return len(line) - len(line.lstrip(" "))


def end_of(lines: Sequence[str], start: int) -> int:
    """The index behind the section that begins at `start`."""
    deeper = " " * (level_of(lines[start]) + 1)
    end = start + 1
    while end < len(lines) and lines[end].startswith(deeper):
        end += 1
    return end


def _children(lines: Sequence[str], start: int, end: int) -> Iterator[Block]:
    index = start
    while index < end:
        behind = end_of(lines, index)
        line = lines[index].strip()
        below = tuple(_children(lines, index + 1, behind))
        yield Block(index, line, words_of(line), below)
        index = behind


def blocks_of(lines: Sequence[str]) -> tuple[Block, ...]:
    """The lines as a tree."""
    return tuple(_children(lines, 0, len(lines)))


@dataclass(slots=True)
class Reading:
    """A configuration being read, and which of its lines have been understood so far."""

    blocks: tuple[Block, ...]
    understood: set[int]

    @classmethod
    def of(cls, lines: Sequence[str]) -> "Reading":
        """Start reading; nothing is understood yet."""
        return cls(blocks_of(lines), set())

    def mark(self, block: Block) -> None:
        """Count a line as modelled."""
        self.understood.add(block.index)


def fault_at(block: Block, problem: str, expected: str, shown: str | None = None) -> ConfigFault:
    """A fault of that line; `shown` stands for a line that holds a secret."""
    return ConfigFault(
        problem,
        line=block.line if shown is None else shown,
        expected=expected,
        number=block.index + 1,
    )
