"""The parts of a page: sections, named values, tables whose columns sort."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from upgrader.views.escape import html


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that looks otherwise than plain text, or sorts by something else."""

    text: str
    tone: str = ""
    """A class of the style sheet: `good`, `care`, `bad`, `unknown`; `digest` may break anywhere."""
    key: str = ""
    """What it sorts by; empty: by its text, numbers as numbers."""
    more: str = ""
    """What stands below it in small letters."""


def anchor_of(title: str) -> str:
    """The name by which a section is linked to: `before-and-after`."""
    return "".join(c for c in title.lower().replace(" ", "-") if c.isalnum() or c == "-")


def section(title: str, inner: str) -> str:
    """A section with its heading; empty where there is nothing in it."""
    if not inner:
        return ""
    return f'<section id="{html(anchor_of(title))}"><h2>{html(title)}</h2>{inner}</section>'


def values(rows: Iterable[tuple[str, str]]) -> str:
    """Names and values, in two columns."""
    shown = "".join(f"<dt>{html(name)}</dt><dd>{html(value)}</dd>" for name, value in rows)
    return f"<dl>{shown}</dl>" if shown else ""


def table(
    heads: Sequence[str],
    rows: Iterable[Sequence[str | Cell]],
    *,
    name: str,
    filters: bool = False,
) -> str:
    """A table that sorts by each of its columns; empty without rows. `name`: for a reader's ear.

    `filters`: a script may offer to show only the rows with some words in them.
    """
    names = [html(head) for head in heads]
    body = "".join(
        f"<tr>{''.join(_cell(c, n) for c, n in zip(row, names, strict=True))}</tr>" for row in rows
    )
    if not body:
        return ""
    head = "".join(f'<th scope="col"><button type="button">{n}</button></th>' for n in names)
    kind = "sorts filters" if filters else "sorts"
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{html(name)}">'
        f'<table class="{kind}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def folded(summary: str, inner: str) -> str:
    """Something that unfolds; empty where there is nothing in it."""
    return f"<details><summary>{html(summary)}</summary>{inner}</details>" if inner else ""


def prose(text: str) -> str:
    """A sentence in which what stands between backticks is a line to type."""
    parts = html(text).split("`")
    if len(parts) % 2 == 0:
        return "`".join(parts)
    return "".join(f"<code>{p}</code>" if n % 2 else p for n, p in enumerate(parts))


def typed(lines: Iterable[str]) -> str:
    """Lines to type or that were typed, as they are; empty without one."""
    shown = "\n".join(html(line) for line in lines)
    return f"<pre>{shown}</pre>" if shown else ""


def _cell(cell: str | Cell, head: str) -> str:
    """A cell, with its column's name: on a narrow screen it stands beside the value."""
    match cell:
        case Cell(text=text, tone=tone, key=key, more=more):
            tone = f' class="{html(tone)}"' if tone else ""
            key = f' data-key="{html(key)}"' if key else ""
            more = f"<small>{html(more)}</small>" if more else ""
            return f'<td data-head="{head}"{tone}{key}>{html(text)}{more}</td>'
        case str():
            return f'<td data-head="{head}">{html(cell)}</td>'
