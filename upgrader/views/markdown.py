"""A report for a change ticket: Markdown, short enough to be read there."""

from itertools import groupby

from upgrader.model.finding import RuleOutcome
from upgrader.model.outcome import ExitCode
from upgrader.model.report import Report, UnitLine
from upgrader.model.words import many
from upgrader.views.escape import plain
from upgrader.views.wording import clock, counts_line, gravity, span, verdict_of

FINDINGS = 10
"""A ticket is not the report: that many findings, and how many more there are."""

_MARKS = str.maketrans({c: f"\\{c}" for c in "\\`*_{}[]<>#|~"})


def render(report: Report) -> str:
    """The summary, ends with a newline."""
    code = ExitCode(report.exit_code)
    parts = [
        f"## {text(report.pair)}: {report.outcome.value}",
        "",
        f"{text(report.verdict)} (exit code {int(code)})",
        "",
        *_facts(report),
        *_findings(report),
        *_checks(report),
        *_diff(report),
        *_steps(report),
        *_next(report),
    ]
    return "\n".join(parts) + "\n"


def text(said: str) -> str:
    """Words of a device or a person that cannot be markup."""
    return plain(said).translate(_MARKS)


def prose(said: str) -> str:
    """A sentence in which what stands between backticks is a line to type; the rest as `text`.

    Where the backticks are no such pairs, or a table's bar stands between them, all is text.
    """
    parts = plain(said).split("`")
    inner = parts[1:-1]
    if len(parts) % 2 == 0 or any(not part.strip() or "|" in part for part in inner):
        return text(said)
    return "".join(f"`{part}`" if n % 2 else text(part) for n, part in enumerate(parts))


def _facts(report: Report) -> list[str]:
    rows = [("Outage", span(report.outage_seconds))]
    if report.sessions is not None:
        rows.append(("Sessions", counts_line(report.sessions)))
    rows += [(unit.role.value, _unit(unit)) for unit in report.units]
    if report.device_seconds is not None:
        rows.append(("Device time", span(report.device_seconds)))
    plan = report.plan
    if plan is not None:
        rows.append(("Target", str(plan.target.version)))
        if report.plan_hash is not None:
            rows.append(("Plan", report.plan_hash))
        rows += [("Approved by", f"{a.by}, {a.at}") for a in report.approvals if a.counts]
        rows += [("Window", window) for window in plan.windows]
        rows += [
            ("Waived", f"{w.rule}: {w.reason}" + (f" ({w.by})" if w.by else ""))
            for w in plan.waivers
        ]
    if report.run is not None:
        rows.append(("Run", report.run))
    return ["| | |", "|---|---|", *(f"| {name} | {text(value)} |" for name, value in rows), ""]


def _unit(unit: UnitLine) -> str:
    parts = [unit.serial or "serial not known", unit.state, unit.version or "version not known"]
    if unit.reloads is not None:
        parts.append(many(unit.reloads, "reload"))
    return ", ".join(parts)


def _findings(report: Report) -> list[str]:
    found = sorted(report.findings, key=gravity)
    if not found:
        return []
    shown = [
        f"- **{text(f.rule)}** ({verdict_of(f)}): {text(f.evidence)}"
        + (f" — waived: {text(f.waived)}" if f.waived is not None else "")
        for f in found[:FINDINGS]
    ]
    hidden = len(found) - len(shown)
    rest = [f"- and {hidden} more in the report"] if hidden else []
    return ["### Findings", "", *shown, *rest, ""]


def _checks(report: Report) -> list[str]:
    if not report.checks:
        return []
    counts = {o: sum(1 for c in report.checks if c.outcome is o) for o in RuleOutcome}
    told = ", ".join(f"{number} {o.value}" for o, number in counts.items() if number)
    return [f"Checks: {told}.", ""]


def _diff(report: Report) -> list[str]:
    return [] if report.diff is None else [f"Before and after: {text(report.diff.verdict)}.", ""]


def _steps(report: Report) -> list[str]:
    """What was done; a clean-up's many log-offs, one after the other, are one row."""
    steps = () if report.story is None else report.story.steps
    if not steps:
        return []
    rows: list[str] = []
    for (name, where, outcome), alike in groupby(steps, lambda s: (s.name, s.where, s.outcome)):
        first, *more = alike
        times = f", {len(more) + 1} times" if more else ""
        rows.append(f"| {clock(first.at)} | {name}{times} | {text(where)} | {outcome} |")
    return [
        "### What was done",
        "",
        "| at | step | where | outcome |",
        "|---|---|---|---|",
        *rows,
        "",
    ]


def _next(report: Report) -> list[str]:
    lines = [*report.next.commands, *report.next.lines]
    if not lines:
        return []
    return ["### Next", "", *(f"    {plain(line)}" for line in lines), ""]
