"""The sheet that text is written on: width, colour, indentation, and lines that never wrap."""

import os
from collections.abc import Mapping, Sequence
from typing import IO, TextIO, cast

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from upgrader.views.escape import plain

WIDTH = 80
"""Columns where there is no terminal to ask, and `COLUMNS` does not say."""
NARROWEST = 40
"""A `COLUMNS` below that is no width that anybody reads at."""
WIDEST = 110
"""Lines longer than that are hard to read."""


def console_on(stream: TextIO, environment: Mapping[str, str] = os.environ) -> Console:
    """A console that is plain where the stream is no terminal, or `NO_COLOR` is set."""
    is_terminal = stream.isatty()
    quiet = not is_terminal or bool(environment.get("NO_COLOR"))
    console = Console(
        file=stream if is_terminal else cast("IO[str]", _Trimmed(stream)),
        force_terminal=is_terminal,
        no_color=quiet or None,
        color_system=None if quiet else "auto",
        highlight=False,
        markup=False,
        emoji=False,
        _environ=environment,
    )
    is_told = environment.get("COLUMNS", "").isdecimal() and console.width >= NARROWEST
    console.width = min(console.width, WIDEST) if is_terminal or is_told else WIDTH
    return console


class _Trimmed:
    """A stream without blanks at the ends of lines: cells are padded, files need not be."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    @property
    def encoding(self) -> str:
        return self._stream.encoding or "utf-8"

    def write(self, text: str) -> int:
        self._stream.write("\n".join(line.rstrip(" ") for line in text.split("\n")))
        return len(text)

    def flush(self) -> None:
        self._stream.flush()


class Page:
    """Writes paragraphs, named values and typed lines; makes all text safe to show."""

    def __init__(self, stream: TextIO, environment: Mapping[str, str] = os.environ) -> None:
        self.console = console_on(stream, environment)

    def heading(self, text: str) -> None:
        """A heading with an empty line before it."""
        self.console.print()
        self.console.print(Text(plain(text), style="bold"))

    def line(self, text: str, *, indent: int = 0, style: str = "") -> None:
        """A paragraph, wrapped, with a hanging indent."""
        self.console.print(Padding(Text(plain(text), style=style), (0, 0, 0, indent)))

    def typed(self, lines: Sequence[str], *, indent: int) -> None:
        """Lines to type on a device or in a shell: never wrapped, so that they can be copied."""
        for line in lines:
            shown = Text(" " * indent + plain(line), style="cyan")
            self.console.print(shown, soft_wrap=True)

    def values(self, rows: Sequence[tuple[str, str]], *, indent: int = 2) -> None:
        """Names and values in two columns; values wrap within theirs."""
        grid = Table.grid(padding=(0, 2))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        for name, value in rows:
            grid.add_row(Text(plain(name), style="dim"), Text(plain(value)))
        self.console.print(Padding(grid, (0, 0, 0, indent)))

    def gap(self) -> None:
        """An empty line."""
        self.console.print()

    def rows(
        self, heads: Sequence[str], rows: Sequence[Sequence[str]], styles: Sequence[str]
    ) -> None:
        """Many rows of short cells, aligned and never wrapped; one style a row.

        A head that begins with `>` aligns its column to the right. Ten thousand rows take a
        tenth of a second here, and ten seconds in a table that measures and wraps each cell.
        """
        names = [head.removeprefix(">") for head in heads]
        right = [head.startswith(">") for head in heads]
        self.plain_rows([names, *rows], ["dim", *styles], right)

    def plain_rows(
        self,
        rows: Sequence[Sequence[str]],
        styles: Sequence[str],
        right: Sequence[bool] = (),
    ) -> None:
        """Rows without heads, aligned and never wrapped; `right`: columns aligned to the right."""
        cells = [[plain(cell) for cell in row] for row in rows]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        to_right = right or [False] * len(widths)
        for row, style in zip(cells, styles, strict=True):
            padded = [
                cell.rjust(width) if is_right else cell.ljust(width)
                for cell, width, is_right in zip(row, widths, to_right, strict=True)
            ]
            line = "  ".join(padded).rstrip()
            if style and self.console.color_system is not None:
                self.console.print(Text(line, style=style), soft_wrap=True)
            else:
                self.console.file.write(f"{line}\n")

    def table(self, table: Table) -> None:
        """A table."""
        self.console.print(table)


def columns(*names: str) -> Table:
    """An unboxed table with headings."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for name in names:
        right = name.startswith(">")
        table.add_column(
            name.removeprefix(">"), justify="right" if right else "left", overflow="fold"
        )
    return table


def cell(text: str, style: str = "") -> Text:
    """A table's cell, safe to show."""
    return Text(plain(text), style=style)
