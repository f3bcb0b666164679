"""A page as one file: its head, its policy, its style, and what every page begins with."""

from collections.abc import Iterable, Sequence

from upgrader.views.escape import html
from upgrader.views.web.parts import anchor_of, section
from upgrader.views.web.script import SCRIPT, policy
from upgrader.views.web.style import STYLE


def document(title: str, parts: Iterable[str], *, script: str = SCRIPT, style: str = "") -> str:
    """The whole file; `style` is added to what all pages share, `script` is the only one."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{html(policy(script))}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="data:,"><title>{html(title)}</title>'
        f"<style>{STYLE}{style}</style></head>\n"
        "<body>\n" + "\n".join(part for part in parts if part) + "\n"
        f"<script>{script}</script>\n</body></html>\n"
    )


def headline(kicker: str, title: str, verdict: str, *, tone: str) -> str:
    """What the page says at once; `tone`: `good`, `care` or `bad`."""
    return (
        f'<header class="{tone}"><p>{html(kicker)}</p>'
        f"<h1>{html(title)}</h1><p>{html(verdict)}</p></header>"
    )


def sums(rows: Iterable[tuple[str, str]]) -> str:
    """The numbers that are asked for first: what each is, and how many."""
    shown = "".join(f"<li><b>{html(v)}</b><span>{html(name)}</span></li>" for name, v in rows)
    return f'<ul class="sums">{shown}</ul>'


def sections(titled: Sequence[tuple[str, str]]) -> str:
    """The sections that have something in them, after links to each."""
    shown = [(title, inner) for title, inner in titled if inner]
    links = "".join(f'<a href="#{html(anchor_of(t))}">{html(t)}</a>' for t, _ in shown)
    contents = f'<nav aria-label="Contents">{links}</nav>' if links else ""
    return "\n".join([contents, *(section(title, inner) for title, inner in shown)])
