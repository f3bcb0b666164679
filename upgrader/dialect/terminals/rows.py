r"""A terminal's log, row by row: what the screen showed, which line of the file it was, and when.

Backspaces, `\r` and escape sequences are obeyed, so that a corrected line reads as it was sent;
what a pager left is taken away.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from upgrader.dialect.terminal import drawn
from upgrader.dialect.terminals.stamps import (
    Stamping,
    first_day,
    header_in,
    stamped,
    stamping_of,
)
from upgrader.dialect.terminals.wraps import unwrapped

_PAGER = re.compile(r"<--- More --->(?: {14})?")
_PASSWORD = re.compile(
    r"(?i)((?:enable )?pass(?:word|phrase|code)(?: for [\w@.-]+)?: ?)(?!\*+$)\S.*"
)
_HEAD = 20
"""Lines in which a header is looked for that tells the day of stamps without one."""
_LONGEST = 65_536
"""Characters of one line; what is longer is cut, and said to be."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file."""

    number: int
    """From 1."""
    text: str
    """What it shows, without the logger's stamp and trailing blanks."""
    at: int | None
    """By the terminal's clock, in milliseconds since 1970; None: no stamp reaches it."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A log as it was shown."""

    rows: tuple[Row, ...]
    stamping: Stamping
    cut: int = 0
    """Lines that were too long, and of which the beginning was read."""


def rows_of(text: str, modified: int | None = None, numbers: Sequence[int] | None = None) -> Rows:
    """Read the text of a log; `modified`: when its file was written, in ms since 1970.

    `numbers`: which lines of the file these are; None: all of them.
    """
    text = text.removeprefix("\ufeff").replace("\x00", "")
    if "\n" not in text and "\r" in text:
        text = text.replace("\r", "\n")
    lines = text.split("\n")
    if lines and not lines[-1].strip("\r"):
        lines.pop()
    cut = sum(len(line) > _LONGEST for line in lines)
    shown = unwrapped([_shown(line[:_LONGEST]) for line in lines])
    stamping = stamping_of(shown, modified)
    told = list(stamped(shown, stamping, modified))
    instants = [at for _, at in told if at is not None]
    day = 0
    if instants and stamping.form == "time only":
        begun = [h.at for line in shown[:_HEAD] if (h := header_in(line)) and h.at is not None]
        day = first_day(instants[-1], begun[0] if begun else None, modified)
        if begun:
            stamping = replace(stamping, has_date=True, notes=())
    rows = tuple(
        Row(number, _veiled(line.rstrip()), None if at is None else at + day)
        for number, (line, at) in zip(numbers or range(1, len(told) + 1), told, strict=False)
    )
    return Rows(rows, stamping, cut)


def _veiled(line: str) -> str:
    """The line without a password that was typed at a prompt for one, and shown."""
    return _PASSWORD.sub(r"\1*****", line) if "ass" in line or "ASS" in line else line


def _shown(line: str) -> str:
    shown = drawn(line)
    if "<--- More --->" in shown:
        shown = _PAGER.sub("", shown)
    return shown.expandtabs() if "\t" in shown else shown
