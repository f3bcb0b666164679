"""A night's timeline at a terminal: its story in a few lines, or each event as it is written."""

from textwrap import wrap

from upgrader.model.evidence import What
from upgrader.model.postmortem import Postmortem
from upgrader.model.words import many
from upgrader.views.escape import plain
from upgrader.views.postmortem.folding import Line, every_line, lasting
from upgrader.views.postmortem.instants import Instants
from upgrader.views.postmortem.sourcing import Citing
from upgrader.views.postmortem.story import story
from upgrader.views.text.page import Page


def write_timeline(
    page: Page, postmortem: Postmortem, when: Instants, cite: Citing, *, every: bool
) -> None:
    """`every`: each event with its text; else the story, whose long lines go on below."""
    events = postmortem.night.events
    if every:
        page.heading("Timeline")
        lines = [*every_line(postmortem.night)]
        page.plain_rows([_cells(x, when, cite) for x in lines], [_style(x) for x in lines])
        return
    lines = story(postmortem)
    all_of_it = (
        f"; all {many(len(events), 'event')} with --all" if lines else ": no event is told of"
    )
    page.heading(f"Timeline{all_of_it}")
    at = max((len(when.told(line.at)) for line in lines), default=0)
    unit = max((len(_unit(line)) for line in lines), default=0)
    room = max(page.console.width - at - unit - 4, 30)
    rows: list[tuple[str, str, str]] = []
    styles: list[str] = []
    for line in lines:
        told = plain(_told_shortly(line, cite))
        first, *rest = wrap(told, room, break_on_hyphens=False) or [""]
        rows += [(when.told(line.at), _unit(line), first), *(("", "", f"  {one}") for one in rest)]
        styles += [_style(line)] * (1 + len(rest))
    page.plain_rows(rows, styles)


def _told_shortly(line: Line, cite: Citing) -> str:
    where = f" ({cite.short(line.places[0])})" if line.places else ""
    return f"{lasting(line)}{line.who}{where}"


def _cells(line: Line, when: Instants, cite: Citing) -> tuple[str, str, str]:
    """Its columns, with the text as it stands in the source."""
    until = f", until {when.told(line.until)}" if line.until != line.at else ""
    where = f" ({cite.one(line.places[0])})" if line.places else ""
    return (when.told(line.at), _unit(line), plain(f"{line.text}{until}{line.who}{where}"))


def _unit(line: Line) -> str:
    return "" if line.unit is None else line.unit.value + ("?" if line.inferred else "")


def _style(line: Line) -> str:
    if line.what in (What.CLOSING, What.CRASHED):
        return "red"
    return _LINE_STYLES.get(line.kind.value, "")


_LINE_STYLES = {"role": "bold", "reload": "bold", "command": "cyan", "gap": "magenta"}
