"""`show module`: the cards in the chassis, in five tables."""

import re
from itertools import pairwise

from upgrader.dialect.commands import SHOW_MODULES
from upgrader.dialect.replies.screen import screen_of
from upgrader.model.wide import ModuleLine
from upgrader.ports import Unparsed

_RULE = re.compile(r"-+(?: +-+)+")
_DASHES = re.compile(r"-+")
_NUMBER = re.compile(r" *(?:\d{1,2}|[a-z]{3,4})\s", re.ASCII)
_NONE = ("", "N/A")

Rows = dict[str, list[str]]
"""The cells behind the first one, by the first one."""


def read_modules(text: str) -> tuple[ModuleLine, ...]:
    """Read `show module`, in the device's order.

    Columns are where the line of dashes says. A card whose status is not told has none.

    Raises:
        Unparsed: no table of cards, no table of states, a card without model, a table whose
            heading is torn off, or columns that are not below their headings.

    Source: four captures, 8.4 to 9.x.
    """
    tables = _tables(text)
    cards, states = tables.get("Card Type"), tables.get("Status")
    if not cards or states is None:
        raise Unparsed(SHOW_MODULES, text, "no table of cards and their states")
    software = tables.get("MAC Address Range", {})
    found = []
    for number, cells in cards.items():
        if len(cells) < 3 or not cells[1]:
            raise Unparsed(SHOW_MODULES, text, f"card {number} has no model")
        runs, state = software.get(number, [""]), states.get(number, [""])
        found.append(
            ModuleLine(
                number=number,
                card=cells[0],
                model=cells[1],
                serial=cells[2],
                software=None if runs[-1] in _NONE else runs[-1],
                status=state[0] or None,
            )
        )
    return tuple(found)


def _tables(text: str) -> dict[str, Rows]:
    """The rows of each table, by the heading of its second column."""
    tables: dict[str, Rows] = {}
    rows: Rows | None = None
    spans: list[tuple[int, int | None]] = []
    lines = screen_of(SHOW_MODULES, text).split("\n")
    for above, line in pairwise(["", *lines]):
        if not line.strip():
            rows = None
        elif _RULE.fullmatch(line.rstrip()):
            if not above.lstrip().startswith("Mod "):
                raise Unparsed(SHOW_MODULES, text, "a table without its heading")
            starts = [found.start() for found in _DASHES.finditer(line)]
            spans = [(start, end - 1) for start, end in pairwise(starts)] + [(starts[-1], None)]
            title = above[starts[1] :].strip().split("  ")[0]
            rows = tables[title] = {}
        elif rows is not None and _NUMBER.match(line):
            if any(line[start - 1 : start].strip() for start, _ in spans[1:]):
                raise Unparsed(SHOW_MODULES, text, f"{line.strip()[:60]!r} leaves its columns")
            number, *cells = (line[start:end].strip() for start, end in spans)
            rows[number] = cells
    return tables
