"""The evidence of a report: what is left, what was typed, what happened when."""

from collections.abc import Sequence

from upgrader.model.aftermath import OrphanedSession, Residue, StuckLease
from upgrader.model.report import Report, StepLine, TimelineLine
from upgrader.views.escape import block, html
from upgrader.views.web.parts import Cell, folded, table, typed
from upgrader.views.wording import clock

LISTED = 200
"""Rows of residue in the page; `report.json` beside it has them all."""

FIRST = 12
"""Rows of residue that are shown at once; the others unfold."""


def residues(report: Report) -> str:
    """Orphans, stuck leases and suspects, as far as a person reads them."""
    rows = [_residue(left) for left in report.residue[:LISTED]]
    rows += [
        (
            "suspect, left alone",
            s.serial,
            f"index {s.index}, {s.user}",
            str(s.address or "-"),
            s.why,
        )
        for s in report.suspects[:LISTED]
    ]
    hidden = len(report.residue) + len(report.suspects) - len(rows)
    rest = f"<p>… and {hidden:,} more in report.json.</p>" if hidden else ""
    heads = ("what", "unit", "who", "address", "evidence")
    more = table(heads, rows[FIRST:], name="Further residue")
    more = folded(f"{len(rows) - FIRST} more", more)
    return table(heads, rows[:FIRST], name="Residue") + more + rest


def _residue(left: Residue) -> tuple[str, str, str, str, str]:
    match left:
        case OrphanedSession():
            who = f"index {left.index}, {left.user}"
            address = "-" if left.address is None else str(left.address)
            return ("orphaned session", left.serial, who, address, left.evidence)
        case StuckLease():
            holder = "nobody's" if left.holder is None else f"orphan {left.holder}"
            return ("stuck lease", left.serial, holder, str(left.address), f"pool {left.pool}")


def steps(lines: Sequence[StepLine]) -> str:
    """What was typed, where, and what became of it."""
    return "<ol>" + "".join(map(_step, lines)) + "</ol>" if lines else ""


def _step(step: StepLine) -> str:
    return (
        f'<li value="{step.number}"><b>{html(step.name)}</b> at {clock(step.at)} on '
        f"{html(step.where)}, {html(step.outcome)}: {html(step.why)}"
        f"{typed(shown for line in step.lines for shown in block(line))}</li>"
    )


def timeline(lines: Sequence[TimelineLine]) -> str:
    """What happened when, on which unit."""
    rows = ((Cell(clock(t.at), key=str(t.at)), t.unit or "", t.kind.value, t.text) for t in lines)
    return table(("at", "unit", "kind", "what"), rows, name="Timeline")
