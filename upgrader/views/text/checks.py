"""The rules that were asked: how many came out how, and each of them on request."""

from collections import Counter
from collections.abc import Sequence

from upgrader.model.finding import CheckLine, RuleOutcome
from upgrader.model.selection import LEFT_OUT
from upgrader.views.text.page import Page, cell, columns
from upgrader.views.wording import outcome_of

_STYLES = {
    RuleOutcome.READY: "green",
    RuleOutcome.WARNING: "yellow",
    RuleOutcome.BLOCKER: "bold red",
    RuleOutcome.UNKNOWN: "bold magenta",
    RuleOutcome.NOT_APPLICABLE: "dim",
}


def write_checks(page: Page, checks: Sequence[CheckLine], *, every: bool, hint: str = "") -> None:
    """A line with the counts; `every`: each check by its family, with what it saw or expected.

    `hint` says how to see each of them, where only the counts are shown.
    """
    counted = Counter(line.outcome for line in checks)
    told = ", ".join(f"{n} {outcome_of(o)}" for o in RuleOutcome if (n := counted[o]))
    page.heading(f"Checks: {told}{'' if every else hint}")
    left_out = [line.rule for line in checks if line.why == LEFT_OUT]
    if not every:
        if left_out:
            page.line(f"{LEFT_OUT}: {', '.join(left_out)}", indent=2)
        return
    table = columns("", "", "")
    table.show_header = False
    for column in table.columns[:2]:
        column.no_wrap = True
    for family in dict.fromkeys(line.family for line in checks):
        table.add_row(cell(family or "older rules", "bold"), "", "")
        for line in checks:
            if line.family == family:
                table.add_row(
                    cell(f"  {outcome_of(line.outcome)}", _STYLES[line.outcome]),
                    cell(line.rule),
                    cell(_told(line)),
                )
    page.table(table)


def _told(line: CheckLine) -> str:
    """Of what is ready: what that means, or what was noted all the same."""
    if line.outcome is not RuleOutcome.READY:
        return line.why
    return f"noted: {line.why}" if line.why else line.expected
