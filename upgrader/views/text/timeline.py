"""The night, line by line, and the steps that were carried out."""

from collections.abc import Sequence

from upgrader.model.report import Story, TimelineKind, TimelineLine
from upgrader.views.text.page import Page, cell, columns
from upgrader.views.wording import clock

_STYLES = {
    TimelineKind.PHASE: "bold",
    TimelineKind.STATE: "",
    TimelineKind.SESSIONS: "red",
    TimelineKind.ACT: "cyan",
    TimelineKind.WAIT: "dim",
    TimelineKind.FINDING: "yellow",
    TimelineKind.NOTE: "",
}


def write_timeline(page: Page, timeline: Sequence[TimelineLine]) -> None:
    """Instants since the run began, the unit, and what happened there."""
    if not timeline:
        return
    page.heading("Timeline")
    table = columns(">at", "unit", "what")
    table.columns[0].no_wrap = True
    table.columns[1].max_width = 22
    for line in timeline:
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
