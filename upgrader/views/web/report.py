"""A report as one HTML file: no network, no script; prints well; dark where the reader is."""

from collections.abc import Iterable, Sequence

from upgrader.model.aftermath import OrphanedSession, Residue, StuckLease
from upgrader.model.finding import Finding
from upgrader.model.outcome import ExitCode
from upgrader.model.report import Report, StepLine, TimelineLine, UnitLine
from upgrader.model.words import many
from upgrader.views.escape import block, html
from upgrader.views.web.picture import draw
from upgrader.views.web.style import STYLE
from upgrader.views.wording import clock, counts_line, gravity, span, verdict_of

LISTED = 200
"""Rows of residue in the page; `report.json` beside it has them all."""

FIRST = 12
"""Rows of residue that are shown at once; the others unfold."""


def render(report: Report) -> str:
    """The whole page."""
    story = report.story
    parts = [
        _head(report),
        _numbers(report),
        _drift(report),
        _section("The night", draw(story.bands, story.looks) if story else ""),
        _cause(report),
        _section("Findings", "".join(_finding(f) for f in sorted(report.findings, key=gravity))),
        _section("Residue", _residues(report)),
        _section("What was typed", _steps(story.steps) if story else ""),
        _section("Timeline", _timeline(story.timeline) if story else ""),
        _section("Next", _next(report)),
    ]
    title = html(f"{report.pair}: {report.outcome.value}")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head>\n<body>\n"
        + "\n".join(part for part in parts if part)
        + "\n</body></html>\n"
    )


def _head(report: Report) -> str:
    tone = {ExitCode.DONE: "good", ExitCode.REFUSED: "bad", ExitCode.OUTAGE: "bad"}.get(
        report.exit_code, "care"
    )
    return (
        f'<header class="{tone}"><p>upgrader {html(report.command)} · {html(report.pair)}</p>'
        f"<h1>{html(report.outcome.value)}</h1><p>{html(report.verdict)}</p></header>"
    )


def _numbers(report: Report) -> str:
    rows = [(unit.role.value, _unit(unit)) for unit in report.units]
    if report.sessions is not None:
        rows.append(("Sessions", counts_line(report.sessions)))
    rows += [
        ("Outage", span(report.outage_seconds)),
        ("Device time", span(report.device_seconds)),
        ("Exit code", str(int(report.exit_code))),
    ]
    if report.run is not None:
        rows.append(("Run", report.run))
    if report.plan is not None:
        rows += [
            ("Target", str(report.plan.target.version)),
            ("Drawn from", report.plan.drawn_from.digest),
            *(("Waived", f"{w.rule}: {w.reason}") for w in report.plan.waivers),
        ]
    rows += [("Not as foretold", surprise) for surprise in report.surprises]
    shown = "".join(f"<dt>{html(name)}</dt><dd>{html(value)}</dd>" for name, value in rows)
    return f"<dl>{shown}</dl>"


def _unit(unit: UnitLine) -> str:
    parts = [unit.serial or "serial not known", unit.state, unit.version or "version not known"]
    if unit.reloads is not None:
        parts.append(many(unit.reloads, "reload"))
    return " · ".join(parts)


def _drift(report: Report) -> str:
    rows = ((d.unit, d.field, d.planned, d.seen) for d in report.drift)
    table = _table(("unit", "field", "planned", "seen"), rows)
    return _section("Drifted since the plan was drawn", table)


def _cause(report: Report) -> str:
    if report.story is None or report.story.cause is None:
        return ""
    stopper = report.story.prevented_by
    more = f"<p>The rule <code>{html(stopper)}</code> would have stopped it.</p>" if stopper else ""
    return _section("Cause", f"<p>{html(report.story.cause)}</p>{more}")


def _finding(finding: Finding) -> str:
    rows = [
        ("Seen", finding.evidence),
        ("Consequence", finding.consequence),
        ("Remedy", finding.remedy),
    ]
    if finding.waived is not None:
        rows.append(("Waived", finding.waived))
    shown = "".join(
        f"<dt>{name}</dt>" + "".join(f"<dd>{html(line)}</dd>" for line in value.split("\n"))
        for name, value in rows
    )
    grade = "note" if finding.waived is not None else finding.severity.value
    return (
        f'<article class="{grade}"><h3>{html(finding.rule)} '
        f"<small>{html(verdict_of(finding))}</small></h3><dl>{shown}</dl></article>"
    )


def _residues(report: Report) -> str:
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
    more = _table(heads, rows[FIRST:])
    if more:
        more = f"<details><summary>{len(rows) - FIRST} more</summary>{more}</details>"
    return _table(heads, rows[:FIRST]) + more + rest


def _residue(left: Residue) -> tuple[str, str, str, str, str]:
    match left:
        case OrphanedSession():
            who = f"index {left.index}, {left.user}"
            address = "-" if left.address is None else str(left.address)
            return ("orphaned session", left.serial, who, address, left.evidence)
        case StuckLease():
            holder = "nobody's" if left.holder is None else f"orphan {left.holder}"
            return ("stuck lease", left.serial, holder, str(left.address), f"pool {left.pool}")


def _steps(steps: Sequence[StepLine]) -> str:
    if not steps:
        return ""
    return "<ol>" + "".join(_step(step) for step in steps) + "</ol>"


def _step(step: StepLine) -> str:
    lines = "\n".join(html(shown) for line in step.lines for shown in block(line))
    typed = f"<pre>{lines}</pre>" if lines else ""
    return (
        f"<li><b>{html(step.name)}</b> at {clock(step.at)} on {html(step.where)}, "
        f"{html(step.outcome)}: {html(step.why)}{typed}</li>"
    )


def _timeline(timeline: Sequence[TimelineLine]) -> str:
    rows = ((clock(t.at), t.unit or "", t.kind.value, t.text) for t in timeline)
    return _table(("at", "unit", "kind", "what"), rows)


def _next(report: Report) -> str:
    lines = [*report.next.commands, *report.next.lines]
    return "<pre>" + "\n".join(html(line) for line in lines) + "</pre>" if lines else ""


def _section(title: str, inner: str) -> str:
    return f"<section><h2>{html(title)}</h2>{inner}</section>" if inner else ""


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    body = "".join(
        "<tr>" + "".join(f"<td>{html(value)}</td>" for value in row) + "</tr>" for row in rows
    )
    if not body:
        return ""
    head = "".join(f"<th>{html(name)}</th>" for name in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
