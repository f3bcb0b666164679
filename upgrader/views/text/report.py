"""A report for a person: the verdict first, then why, then what to type next."""

import os
from collections.abc import Mapping, Sequence
from typing import TextIO

from upgrader.model.aftermath import OrphanedSession, Residue, StuckLease
from upgrader.model.outcome import ExitCode, Outcome
from upgrader.model.report import Report, StatusReport, UnitLine
from upgrader.model.words import many
from upgrader.views.text.artefact import write_approvals, write_artefact
from upgrader.views.text.checks import write_checks
from upgrader.views.text.difference import write_diff
from upgrader.views.text.files import write_files
from upgrader.views.text.findings import write_findings
from upgrader.views.text.hops import write_hops
from upgrader.views.text.ledger import write_ledger
from upgrader.views.text.page import Page
from upgrader.views.text.plan import write_plan, write_prediction
from upgrader.views.text.tables import write_lines_of, write_sessions, write_status
from upgrader.views.text.timeline import write_cause, write_timeline
from upgrader.views.wording import counts_line, span

_NO_SWITCHOVER = frozenset({Outcome.ALREADY_THERE, Outcome.CLEANED, Outcome.ROLLED_BACK})
"""Ends of runs that may ask nothing of the traffic: of these no outage is told as unknown."""
_NIGHT_AGAIN = frozenset({Outcome.REPLAYED, Outcome.DIVERGED})
"""Ends of a rehearsal of a scripted night, in which no probe asks the traffic."""

SHOWN_RESIDUE = 12
"""Orphans and leases listed before the rest is only counted; `report.json` has them all."""


def write_report(
    report: Report,
    stream: TextIO,
    environment: Mapping[str, str] = os.environ,
    *,
    every: bool = False,
) -> None:
    """The whole report; `every`: no list is cut short."""
    page = Page(stream, environment)
    style = {ExitCode.DONE: "bold green", ExitCode.REFUSED: "bold red"}.get(
        report.exit_code, "bold yellow"
    )
    page.line(f"{report.pair}: {report.outcome.value} (exit {int(report.exit_code)})", style=style)
    page.line(report.verdict)
    _write_numbers(page, report)
    write_files(page, report)
    write_hops(page, report)
    if report.drift:
        page.heading("Drifted since the plan was drawn")
        for drift in report.drift:
            page.line(f"{drift.unit} {drift.field}", indent=2, style="bold")
            page.values([("planned", drift.planned), ("seen", drift.seen)], indent=4)
    if report.findings or report.checked:
        write_findings(page, report.findings, () if report.checks else report.checked)
    if report.checks:
        hint = "; `check --all` lists them" if report.command == "check" else ""
        write_checks(page, report.checks, every=every, hint=hint)
    _write_plan(page, report)
    if report.prediction is not None:
        write_prediction(page, report.prediction)
    if report.story is not None:
        write_timeline(page, report.story.timeline, waits=every or report.command == "replay")
        write_cause(page, report.story)
    if report.aftermath is not None and report.ledger is not None:
        write_ledger(page, report.aftermath, report.ledger, every=every)
    if report.table is not None:
        write_sessions(page, report.table, every=every)
    if report.diff is not None:
        write_diff(page, report.diff, every=every, whole=report.command == "diff")
    _write_residue(page, report, every=every)
    if report.surprises:
        told = report.outcome is Outcome.DIVERGED  # a scenario, which says how it must end
        page.heading(
            "Not as the scenario says"
            if told
            else "Not as foretold (a defect of ours; please report it)"
        )
        for surprise in report.surprises:
            page.line(surprise, indent=2)
    if report.notes:
        page.gap()
        for note in report.notes:
            page.line(note)
    said = {line for finding in report.findings for line in finding.remedy.split("\n")}
    lines = tuple(line for line in report.next.lines if line not in said)
    write_lines_of(page, report.next.commands, lines)


def write_runs(status: StatusReport, stream: TextIO) -> None:
    """`upgrader status`."""
    write_status(Page(stream), status)


def _write_numbers(page: Page, report: Report) -> None:
    values = [(unit.role.value, _unit(unit)) for unit in report.units]
    if report.run is not None:
        values.append(("run", report.run))
    if report.sessions is not None:
        values.append(("sessions", counts_line(report.sessions)))
    if report.device_seconds is not None:
        scripted = report.command == "rehearse" and report.outcome in _NIGHT_AGAIN
        asks_nothing = report.outcome in _NO_SWITCHOVER or report.files is not None or scripted
        if report.outage_seconds is not None or not asks_nothing:
            values.append(("outage", span(report.outage_seconds)))
        values.append(("device time", span(report.device_seconds)))
    if report.diff is not None and report.command != "diff":
        values.append(("changes", report.diff.verdict))
    if values:
        page.values(values)


def _unit(unit: UnitLine) -> str:
    parts = [unit.serial or "serial not known", unit.state, unit.version or "version not known"]
    if unit.reloads is not None:
        parts.append(many(unit.reloads, "reload"))
    if unit.sessions is not None:
        parts.append(many(unit.sessions, "session"))
    return " · ".join(parts)


def _write_plan(page: Page, report: Report) -> None:
    """What would be done, and who has approved it; of a run, only which plan it was."""
    plan = report.plan
    if plan is not None and report.story is None:
        # After a run the timeline tells the steps, as they were really carried out.
        write_plan(page, plan, report.plan_hash)
        if report.command == "show":
            write_artefact(page, plan)
    elif report.plan_hash is not None:
        page.line(f"plan {report.plan_hash}", indent=2)
    write_approvals(page, report.approvals, 0 if plan is None else plan.demand.required)


def _write_residue(page: Page, report: Report, *, every: bool) -> None:
    """What is left; the reasons once, for they are the same for many."""
    if report.residue:
        orphans = sum(1 for left in report.residue if isinstance(left, OrphanedSession))
        leases = len(report.residue) - orphans
        page.heading(f"Residue: {many(orphans, 'orphaned session')}, {many(leases, 'stuck lease')}")
        listed = [left for left in report.residue if not _is_in_table(left, report)]
        _write_list(page, [_residue(left) for left in listed], every=every)
        page.values(sorted({("why", r.evidence) for r in listed if isinstance(r, OrphanedSession)}))
    if report.suspects:
        rows = many(len(report.suspects), "row")
        page.heading(f"Suspect: {rows} without tunnel, nothing proven; left alone")
        told = [f"session {s.index} of {s.user} on {s.serial}: {s.why}" for s in report.suspects]
        _write_list(page, told, every=every)


def _is_in_table(left: Residue, report: Report) -> bool:
    """Whether the session table above shows it: orphans, and the leases that they hold."""
    return report.table is not None and not (isinstance(left, StuckLease) and left.holder is None)


def _write_list(page: Page, lines: Sequence[str], *, every: bool) -> None:
    shown = lines if every else lines[:SHOWN_RESIDUE]
    for line in shown:
        page.line(line, indent=2)
    if len(lines) > len(shown):
        page.line(f"… and {len(lines) - len(shown):,} more (--json lists all)", indent=2)


def _residue(left: Residue) -> str:
    match left:
        case OrphanedSession():
            address = left.address or "no address"
            return f"orphaned session {left.index} of {left.user}, {address}, on {left.serial}"
        case StuckLease(holder=None):
            return f"stuck lease {left.address} of pool {left.pool} on {left.serial}: nobody's"
        case StuckLease():
            return (
                f"stuck lease {left.address} of pool {left.pool} on {left.serial}: "
                f"held by orphan {left.holder}"
            )
