"""Saved output of a device: terminal logs, `show tech-support`, and replies on their own.

A log is taken apart at its prompts, a `show tech-support` at its headings. What was typed is
spelled out as the tool types it, so that `sh ver` answers `show version`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from upgrader.dialect import commands
from upgrader.dialect.prompts import Prompt
from upgrader.dialect.refusals import refusal_in
from upgrader.dialect.replies.screen import plain
from upgrader.dialect.spelling import spelled_out
from upgrader.dialect.terminals.marks import marks_of
from upgrader.model.unit import path_key

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_STAMP = re.compile(r"^\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?Z?\]?:? ", re.MULTILINE)
_MATE = re.compile(r"fail(?:o|ov|ove|over)?\s+ex(?:e|ec)?\s+mate\s+(?P<line>\S.*)", re.IGNORECASE)

_MOST_MARKS = 5_000


@dataclass(frozen=True, slots=True)
class Exchange:
    """A line that somebody typed, and what came back."""

    line: str
    """As the tool types it."""
    reply: str
    prompt: Prompt | None
    """None: there was none (`show tech-support`, or a reply on its own)."""
    for_mate: bool = False
    """Whether the other unit answered it."""


def cleaned(text: str) -> str:
    """The text without escape sequences, the marks of a pager, and what loggers add."""
    text = text.removeprefix("\ufeff").replace("\x00", "")
    if "\x1b" in text:
        text = _ESCAPES.sub("", text)
    return _STAMP.sub("", plain(text))


def read_log(text: str) -> Iterator[Exchange]:
    """The exchanges of a cleaned log, as far as the tool has a use for them.

    What the device refused is left out, and what a filter has cut; of an endless log the end is
    read, for the later reply counts.
    """
    lines = text.split("\n")
    begins = [0, *accumulate(len(line) + 1 for line in lines)]
    marks = marks_of(lines)[-_MOST_MARKS:]
    for number, mark in enumerate(marks):
        ends = begins[marks[number + 1].row] if number + 1 < len(marks) else len(text)
        passed_on = _MATE.fullmatch(mark.typed)
        line = spelled_out(passed_on["line"] if passed_on else mark.typed)
        if line is None:
            continue
        reply = text[begins[mark.row + 1] : ends]
        # A unit that has no such file says so, and one tells of errors: those are answers too.
        answers = line.startswith(("verify", commands.SHOW_STARTUP_ERRORS))
        refused = not answers and refusal_in(reply[:2_000]) is not None
        if reply.strip() and not refused:
            yield Exchange(line, reply, mark.prompt, for_mate=passed_on is not None)


# ── replies on their own ───────────────────────────────────────────────────────────────

_DIGEST = re.compile(
    r"verify /SHA-512 \((?P<path>[^()\s]{1,200})\) = [0-9a-fA-F]{128}", re.IGNORECASE
)


def digests_in(text: str) -> Iterator[Exchange]:
    """The digests that stand in a text, whatever stands around them: each names its file."""
    for found in _DIGEST.finditer(text):
        yield Exchange(commands.verify(path_key(found["path"])), found[0], None)
