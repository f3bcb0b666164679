"""What was understood of a device's text, for people: values by name, rows as tables."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import TextIO

from upgrader.model.failover import DeviceTime
from upgrader.model.version import Version
from upgrader.views.json_values import Json
from upgrader.views.text.page import Page

LISTED = 20
"""Rows of a table that are shown where not all are asked for."""


def as_read(value: object) -> Json:
    """A value of the model as plain JSON, its fields in their order; a version is `9.12(4)37`."""
    match value:
        case None | bool() | int() | float():
            return value
        case Version() | DeviceTime():
            return str(value)
        case Enum():
            return str(value.value)
        case frozenset():
            return [*sorted(str(as_read(inner)) for inner in value)]
        case tuple() | list():
            return [as_read(inner) for inner in value]
        case Mapping():
            return {str(key): as_read(inner) for key, inner in value.items()}
        case _ if is_dataclass(value):
            return {field.name: as_read(getattr(value, field.name)) for field in fields(value)}
        case _:
            return str(value)


def write_reading(
    command: str, value: Json, unknown: Sequence[str], stream: TextIO, *, every: bool
) -> None:
    """The value as a tree of names, and the lines that nobody knows."""
    page = Page(stream)
    page.line(command, style="bold")
    _write(page, value, indent=2, every=every)
    if unknown:
        lines = "1 line is" if len(unknown) == 1 else f"{len(unknown)} lines are"
        page.line(f"{lines} not known, and passed over:", style="yellow")
        page.typed(unknown, indent=2)
    else:
        page.line("every line is known", style="dim")


def _write(page: Page, value: Json, *, indent: int, every: bool) -> None:
    match value:
        case dict():
            scalars = [(_named(k), _told(v)) for k, v in value.items() if _is_scalar(v)]
            if scalars:
                page.values(scalars, indent=indent)
            for name, inner in value.items():
                if not _is_scalar(inner):
                    page.line(_named(name), indent=indent, style="dim")
                    _write(page, inner, indent=indent + 2, every=every)
        case list() if not value:
            page.line("none", indent=indent)
        case list() if all(isinstance(row, Mapping) and _is_flat(row) for row in value):
            _table(page, [row for row in value if isinstance(row, dict)], indent, every=every)
        case list():
            shown = value if every else value[:LISTED]
            for inner in shown:
                _write(page, inner, indent=indent, every=every)
                if isinstance(inner, dict):
                    page.gap()
            _rest(page, len(value) - len(shown), indent)
        case _:
            page.line(_told(value), indent=indent)


def _table(page: Page, rows: Sequence[dict[str, Json]], indent: int, *, every: bool) -> None:
    """Records of single values: as a table where it fits, else one after the other."""
    heads = list(rows[0])
    shown = rows if every else rows[:LISTED]
    cells = [[_told(row.get(head)) for head in heads] for row in shown]
    widths = [max(map(len, column)) + 2 for column in zip(heads, *cells, strict=True)]
    if sum(widths) + indent <= page.console.width and len({tuple(row) for row in rows}) == 1:
        blank = " " * indent
        first = [f"{blank}{_named(heads[0])}", *map(_named, heads[1:])]
        body = [[f"{blank}{row[0]}", *row[1:]] for row in cells]
        page.rows(first, body, [""] * len(body))
    else:
        for row in shown:
            page.values([(_named(k), _told(v)) for k, v in row.items()], indent=indent)
            page.gap()
    _rest(page, len(rows) - len(shown), indent)


def _rest(page: Page, hidden: int, indent: int) -> None:
    if hidden:
        page.line(f"… and {hidden:,} more: --all shows them", indent=indent, style="dim")


def _is_scalar(value: Json) -> bool:
    return not isinstance(value, dict | list) or value == []


def _is_flat(row: Mapping[str, Json]) -> bool:
    return all(_is_scalar(value) or _is_words(value) for value in row.values())


def _is_words(value: Json) -> bool:
    """A short list of words is shown in one cell."""
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def _told(value: Json) -> str:
    match value:
        case None:
            return "-"
        case True:
            return "yes"
        case False:
            return "no"
        case list():
            return ", ".join(str(word) for word in value) or "none"
        case _:
            return str(value)


def _named(name: str) -> str:
    return name.replace("_", " ")
