"""The night, line by line, and the steps that were carried out."""

from collections.abc import Sequence

from upgrader.model.report import Story, TimelineKind, TimelineLine
from upgrader.views.text.page import Page, cell, columns
from upgrader.views.wording import clock

LONGEST = 60
"""Lines of a timeline, where not all of it is wanted: its beginning and its end."""
_TAIL = 15

_STYLES = {
    TimelineKind.PHASE: "bold",
    TimelineKind.STATE: "",
    TimelineKind.SESSIONS: "red",
    TimelineKind.ACT: "cyan",
    TimelineKind.WAIT: "dim",
    TimelineKind.FINDING: "yellow",
    TimelineKind.NOTE: "",
}


def write_timeline(page: Page, timeline: Sequence[TimelineLine], *, waits: bool) -> None:
    """Instants since the run began, the unit, and what happened there.

    `waits`: also what was waited for; progress showed it while it lasted. Findings stand above.
    """
    silent = set() if waits else {TimelineKind.WAIT, TimelineKind.FINDING}
    shown = [line for line in timeline if line.kind not in silent]
    if not shown:
        return
    page.heading("Timeline")
    cut = len(shown) - LONGEST if not waits else 0
    if cut > 0:
        shown = [*shown[: LONGEST - _TAIL], *shown[-_TAIL:]]
    table = columns(">at", "unit", "what")
    table.columns[0].no_wrap = True
    table.columns[1].max_width = 22
    for number, line in enumerate(shown):
        if cut > 0 and number == LONGEST - _TAIL:
            table.add_row("…", "", cell(f"{cut:,} more (`upgrader replay` tells all)", "dim"))
        style = _STYLES[line.kind]
        table.add_row(clock(line.at), cell(line.unit or ""), cell(line.text, style))
    page.table(table)


def write_cause(page: Page, story: Story) -> None:
    """Why somebody was harmed, and which rule would have stopped it."""
    if story.divergence is not None:
        page.heading("Diverged")
        page.line(story.divergence, indent=2, style="yellow")
    if story.cause is not None:
        page.heading("Cause")
        page.line(story.cause, indent=2)
        stopper = story.prevented_by
        page.line(
            "No rule of ours would have stopped it."
            if stopper is None
            else f"The rule `{stopper}` would have stopped it: `upgrader explain {stopper}`.",
            indent=2,
        )
