"""Findings: what was seen, what it would do to people, what helps."""

from collections.abc import Sequence

from upgrader.model.finding import Finding, Severity
from upgrader.model.words import many
from upgrader.views.text.page import Page
from upgrader.views.wording import gravity, verdict_of

_STYLES = {
    Severity.BLOCKER: "bold red",
    Severity.UNKNOWN: "bold magenta",
    Severity.WARNING: "yellow",
    Severity.NOTE: "",
}

_VALUES_BEGIN = 4 + len("consequence") + 2
"""The column in which the values stand, and the lines that belong to a remedy."""


def write_findings(page: Page, findings: Sequence[Finding], checked: Sequence[str]) -> None:
    """All findings, those that stop first; a sentence where there are none."""
    asked = f"; {many(len(checked), 'rule')} asked" if checked else ""
    if not findings:
        page.heading(f"Findings: none{asked}")
        return
    stopping = sum(1 for finding in findings if finding.stops)
    stops = {0: "none of them stops", 1: "1 of them stops"}.get(
        stopping, f"{stopping} of them stop"
    )
    page.heading(f"Findings: {len(findings)}, {stops} the upgrade{asked}")
    for finding in sorted(findings, key=gravity):
        style = _STYLES[finding.severity] if finding.waived is None else "dim"
        page.line(f"{verdict_of(finding)}  {finding.rule}", indent=2, style=style)
        remedy, *lines = finding.remedy.split("\n")
        rows = [
            ("seen", finding.evidence),
            *((name, value) for name, value in _values(finding) if value),
            ("consequence", finding.consequence),
            ("remedy", remedy),
        ]
        page.values(rows, indent=4)
        page.typed(lines, indent=_VALUES_BEGIN)
        if finding.waived is not None:
            page.values([("waived".ljust(len("consequence")), finding.waived)], indent=4)


def _values(finding: Finding) -> tuple[tuple[str, str], ...]:
    """What was seen against what should have been, in values; a note expects nothing."""
    if finding.severity is Severity.NOTE or not finding.observed:
        return ()
    return (("observed", finding.observed), ("expected", finding.expected))
