"""A report as one HTML file: no network; prints well; dark where the reader is.

What a change board reads comes first: the verdict, the outage, the people, the hash that was
approved and by whom, what was waived and why. The evidence follows.
"""

from upgrader.model.approval import ApprovalLine
from upgrader.model.finding import CheckLine, Finding, RuleOutcome
from upgrader.model.outcome import ExitCode
from upgrader.model.report import Report, SessionCounts, UnitLine
from upgrader.model.words import many
from upgrader.views.escape import html
from upgrader.views.web import evidence
from upgrader.views.web.changes import changes
from upgrader.views.web.document import document, headline, sections, sums
from upgrader.views.web.foretold import foretold
from upgrader.views.web.night import draw
from upgrader.views.web.parts import Cell, folded, table, typed, values
from upgrader.views.web.people import people
from upgrader.views.wording import counts_line, gravity, span, verdict_of

_TONES = {
    RuleOutcome.READY: "good",
    RuleOutcome.WARNING: "care",
    RuleOutcome.BLOCKER: "bad",
    RuleOutcome.UNKNOWN: "unknown",
    RuleOutcome.NOT_APPLICABLE: "",
}


def render(report: Report) -> str:
    """The whole page."""
    story = report.story
    titled = (
        ("The night", _picture(report)),
        ("Cause", _cause(report)),
        ("Hops", _hops(report)),
        ("Foretold", foretold(report.prediction)),
        ("Approvals", _approvals(report)),
        ("Waivers", _waivers(report)),
        ("Drifted since the plan was drawn", _drift(report)),
        ("Findings", "".join(_finding(f) for f in sorted(report.findings, key=gravity))),
        ("Checks", _checks(report.checks)),
        ("People", people(report.aftermath)),
        ("Residue", evidence.residues(report)),
        ("Before and after", changes(report.diff)),
        ("What was typed", evidence.steps(story.steps) if story else ""),
        ("Timeline", evidence.timeline(story.timeline) if story else ""),
        ("Next", typed([*report.next.commands, *report.next.lines])),
    )
    parts = (_head(report), _sums(report), _facts(report), sections(titled))
    return document(f"{report.pair}: {report.outcome.value}", parts)


def _head(report: Report) -> str:
    tone = {ExitCode.DONE: "good", ExitCode.REFUSED: "bad", ExitCode.OUTAGE: "bad"}.get(
        report.exit_code, "care"
    )
    kicker = f"upgrader {report.command} · {report.pair}"
    return headline(kicker, report.outcome.value, report.verdict, tone=tone)


def _sums(report: Report) -> str:
    """The numbers that are asked for first."""
    shown = [("outage", span(report.outage_seconds))]
    if report.sessions is not None:
        shown = [*_people(report.sessions), *shown]
    if report.device_seconds is not None:
        shown.append(("device time", span(report.device_seconds)))
    return sums(shown)


def _people(counts: SessionCounts) -> list[tuple[str, str]]:
    told = [
        ("sessions before", counts.before),
        ("kept", counts.kept),
        ("reconnected", counts.reconnected),
        ("ended by themselves", counts.ended),
        ("lost", counts.lost),
        ("orphaned rows", counts.orphaned),
    ]
    if counts.suspect:
        told.append(("suspect rows", counts.suspect))
    return [(name, f"{number:,}") for name, number in told]


def _facts(report: Report) -> str:
    rows = [(unit.role.value, _unit(unit)) for unit in report.units]
    rows.append(("Exit code", str(int(report.exit_code))))
    if report.run is not None:
        rows.append(("Run", report.run))
    if report.plan is not None:
        plan = report.plan
        rows += [
            ("Target", str(plan.target.version)),
            *((("Plan", report.plan_hash),) if report.plan_hash is not None else ()),
            *(("Approved by", _approver(line)) for line in report.approvals if line.counts),
            *(("Window", window) for window in plan.windows),
            *(("Waived", _waiver(w.rule, w.reason, w.by)) for w in plan.waivers),
        ]
    rows += [("Not as foretold", surprise) for surprise in report.surprises]
    return values(rows)


def _approver(line: ApprovalLine) -> str:
    comment = f": {line.comment}" if line.comment else ""
    return f"{line.by}, {line.at}{comment}"


def _approvals(report: Report) -> str:
    """Who signed which hash."""
    rows = (
        (
            Cell(line.by, "digest"),
            Cell("counts" if line.counts else "does not count", "good" if line.counts else "bad"),
            line.at,
            Cell(line.plan, "digest"),
            Cell(line.fingerprint, "digest"),
            line.comment,
            line.why_not,
        )
        for line in report.approvals
    )
    heads = ("by", "verdict", "at", "plan", "key", "says", "why not")
    return table(heads, rows, name="Approvals")


def _waivers(report: Report) -> str:
    """Which rule was overridden, by whom, why, and on which evidence."""
    waivers = () if report.plan is None else report.plan.waivers
    rows = (
        (w.rule, w.by or "nobody says", w.reason, w.evidence, Cell(w.facts, "digest"))
        for w in waivers
    )
    return table(("rule", "by", "why", "evidence", "facts"), rows, name="Waivers")


def _hops(report: Report) -> str:
    rows = (
        (
            str(hop.number),
            f"{hop.start} to {hop.end}",
            "not begun" if hop.outcome is None else hop.outcome.value,
            "" if hop.sessions is None else counts_line(hop.sessions),
            span(hop.outage_seconds) if hop.outcome is not None else "",
            hop.run or "",
        )
        for hop in report.hops
    )
    return table(("hop", "releases", "outcome", "people", "outage", "run"), rows, name="Hops")


def _waiver(rule: str, reason: str, by: str) -> str:
    return f"{rule}: {reason} ({by})" if by else f"{rule}: {reason}"


def _unit(unit: UnitLine) -> str:
    parts = [unit.serial or "serial not known", unit.state, unit.version or "version not known"]
    if unit.reloads is not None:
        parts.append(many(unit.reloads, "reload"))
    return " · ".join(parts)


def _picture(report: Report) -> str:
    story = report.story
    if story is None:
        return ""
    drawn = draw(story.bands, story.looks, story.steps)
    if not drawn:
        return ""
    return f'<div class="wide" role="region" tabindex="0" aria-label="The night">{drawn}</div>'


def _drift(report: Report) -> str:
    rows = ((d.unit, d.field, d.planned, d.seen) for d in report.drift)
    return table(("unit", "field", "planned", "seen"), rows, name="Drift")


def _cause(report: Report) -> str:
    if report.story is None or report.story.cause is None:
        return ""
    stopper = report.story.prevented_by
    more = f"<p>The rule <code>{html(stopper)}</code> would have stopped it.</p>" if stopper else ""
    return f"<p>{html(report.story.cause)}</p>{more}"


def _finding(finding: Finding) -> str:
    rows = [("Seen", finding.evidence)]
    if finding.observed not in finding.evidence:
        rows.append(("Observed", finding.observed))
    if finding.expected:
        rows.append(("Expected", finding.expected))
    remedy, *lines = finding.remedy.split("\n")
    rows += [("Consequence", finding.consequence), ("Remedy", remedy)]
    if finding.waived is not None:
        rows.append(("Waived", finding.waived))
    grade = "note" if finding.waived is not None else finding.severity.value
    return (
        f'<article class="{grade}"><h3>{html(finding.rule)} '
        f"<small>{html(verdict_of(finding))}</small></h3>{values(rows)}{typed(lines)}</article>"
    )


def _checks(checks: tuple[CheckLine, ...]) -> str:
    """Every rule that was asked; what does not apply unfolds."""
    heads = ("check", "outcome", "when", "observed", "expected", "why")
    asked = [c for c in checks if c.outcome is not RuleOutcome.NOT_APPLICABLE]
    spared = [c for c in checks if c.outcome is RuleOutcome.NOT_APPLICABLE]
    rest = table(
        ("check", "why"), ((c.rule, c.why) for c in spared), name="Checks that do not apply"
    )
    return table(heads, map(_check, asked), name="Checks") + folded(
        f"{len(spared)} that do not apply", rest
    )


def _check(check: CheckLine) -> tuple[str | Cell, ...]:
    seen = "; ".join(f.observed for f in check.findings if f.observed)
    order = str(list(RuleOutcome).index(check.outcome))
    return (
        check.rule,
        Cell(check.outcome.value, _TONES[check.outcome], order),
        check.moment.value,
        seen,
        check.expected,
        check.why,
    )
