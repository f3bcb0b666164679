"""`show xlate count`: how many address translations are in use."""

import re

from upgrader.dialect.commands import SHOW_XLATE_COUNT
from upgrader.dialect.replies.screen import lines_of
from upgrader.ports import Unparsed

_COUNT = re.compile(r"(\d{1,18}) in use, \d+ most used", re.ASCII)


def read_xlate_count(text: str) -> int:
    """Read `show xlate count`, or the beginning of `show xlate`: translations in use.

    Raises:
        Unparsed: no count, or two that differ.

    Source: a capture of `show xlate`, which begins with that line.
    """
    lines = lines_of(SHOW_XLATE_COUNT, text)
    counts = {int(found[1]) for found in map(_COUNT.fullmatch, lines) if found is not None}
    if len(counts) != 1:
        raise Unparsed(SHOW_XLATE_COUNT, text, "no count of translations in use")
    return counts.pop()
