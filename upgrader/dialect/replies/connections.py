"""`show conn count`: how many connections pass through."""

import re

from upgrader.dialect.commands import SHOW_CONN_COUNT
from upgrader.dialect.replies.screen import lines_of
from upgrader.ports import Unparsed

_COUNT = re.compile(r"(\d{1,18}) in use, \d+ most used", re.ASCII)


def read_conn_count(text: str) -> int:
    """Read `show conn count`: connections in use.

    Raises:
        Unparsed: no count, or two that differ.

    Source: the same line of `show xlate count` in a capture.
    """
    lines = lines_of(SHOW_CONN_COUNT, text)
    counts = {int(found[1]) for found in map(_COUNT.fullmatch, lines) if found is not None}
    if len(counts) != 1:
        raise Unparsed(SHOW_CONN_COUNT, text, "no count of connections in use")
    return counts.pop()
