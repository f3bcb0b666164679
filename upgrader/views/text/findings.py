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

TOLD_ALONE = 3
"""Rules that are unknown for one and the same reason, and still told one by one."""

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
    folded = _folded(findings)
    for finding in sorted(findings, key=gravity):
        is_unseen = finding.severity is Severity.UNKNOWN
        rules = folded.get(_sight(finding)) if is_unseen else None
        if rules is not None:
            if rules:
                _write_unknowns(page, rules, [s for s, same in folded.items() if same == rules])
                folded = {sight: () if same == rules else same for sight, same in folded.items()}
            continue
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


_Sight = tuple[str, str]
"""What was seen in place of an answer, and the remedy."""


def _sight(finding: Finding) -> _Sight:
    return (finding.evidence, finding.remedy)


def _folded(findings: Sequence[Finding]) -> dict[_Sight, tuple[str, ...]]:
    """The rules that are unknown for one and the same reason, sorted, where they are many."""
    found: dict[_Sight, set[str]] = {}
    for finding in findings:
        if finding.severity is Severity.UNKNOWN:
            found.setdefault(_sight(finding), set()).add(finding.rule)
    return {s: tuple(sorted(rules)) for s, rules in found.items() if len(rules) > TOLD_ALONE}


def _write_unknowns(page: Page, rules: Sequence[str], sights: Sequence[_Sight]) -> None:
    """One cause, told once: a unit in the dark leaves every rule unknown."""
    unknown = Severity.UNKNOWN
    page.line(
        f"{unknown.value.upper()}  {many(len(rules), 'rule')}", indent=2, style=_STYLES[unknown]
    )
    rows = [
        *(("seen", evidence) for evidence, _ in sights),
        ("rules", ", ".join(rules)),
        ("consequence", "It is not known whether what they ask for holds."),
        *(("remedy", remedy) for remedy in dict.fromkeys(remedy for _, remedy in sights)),
    ]
    page.values(rows, indent=4)


def _values(finding: Finding) -> tuple[tuple[str, str], ...]:
    """What was seen against what should have been, in values; a note expects nothing."""
    if finding.severity is Severity.NOTE or not finding.observed:
        return ()
    expected = ("expected", finding.expected)
    if finding.observed in finding.evidence:
        return (expected,)  # the line above says it already
    return (("observed", finding.observed), expected)
