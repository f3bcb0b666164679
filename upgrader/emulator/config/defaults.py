"""What holds although nobody configured it: `show running-config all`."""

import tomllib
from functools import lru_cache
from pathlib import Path

from upgrader.emulator.config.modes import everywhere, mode_of
from upgrader.emulator.config.order import (
    NEGATIVE,
    SINGLE,
    insert_global,
    insert_inside,
    key_of,
    negative_of,
)
from upgrader.emulator.config.text import end_of, level_of, words_of

_DATA = Path(__file__).parents[1] / "data" / "defaults.toml"

Lines = tuple[str, ...]


@lru_cache(maxsize=1)
def default_lines() -> tuple[tuple[Lines, str], ...]:
    """The groups of the data file: lines, and where they come from."""
    rows = tomllib.loads(_DATA.read_text(encoding="utf-8"))["default"]
    return tuple((tuple(row["lines"]), row["source"]) for row in rows)


@lru_cache(maxsize=16)
def with_defaults(lines: Lines) -> Lines:
    """The lines, and what holds besides them, each where the device would print it."""
    header = ""
    for group, _ in default_lines():
        for line in group:
            if level_of(line):
                lines = _add_below(lines, header, line)
                continue
            header = line
            if line not in lines and not _stands(lines, line, SINGLE, NEGATIVE):
                lines = insert_global(lines, line)
    return lines


def _add_below(lines: Lines, header: str, line: str) -> Lines:
    start = lines.index(header) + 1
    end = end_of(lines, start - 1)
    mode = mode_of((header,)) or everywhere()
    if _stands(lines[start:end], line.strip(), mode.single, mode.negative):
        return lines
    return insert_inside(lines, start, end, line, header.split(maxsplit=1)[0])


def _stands(lines: Lines, line: str, single: tuple[str, ...], negative: tuple[str, ...]) -> bool:
    """Whether something says what that line would say, or the opposite."""
    words = words_of(line)
    key, denied = key_of(words, single), negative_of(words, negative)
    for other in lines:
        said = words_of(other)
        meant = said[1:] if said[0] == "no" else said
        if meant == words or (key is not None and key_of(meant, single) == key):
            return True
        if denied is not None and negative_of(meant, negative) == denied:
            return True
    return False
