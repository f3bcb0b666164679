"""A report as one JSON object: what scripts rely on. Keys may be added, never renamed."""

import json

from upgrader.model.aftermath import OrphanedSession, Residue, StuckLease, Suspect
from upgrader.model.finding import CheckLine, Finding
from upgrader.model.outcome import Next
from upgrader.model.plan import Drift
from upgrader.model.prediction import Prediction
from upgrader.model.report import (
    Report,
    RunLine,
    SessionTable,
    StatusReport,
    Story,
    UnitLine,
    UnitPoint,
)
from upgrader.model.staging import FileLine
from upgrader.views.difference_json import diff_object, learned_object
from upgrader.views.hops_json import hop_object
from upgrader.views.json_values import SCHEMA, Json, counts_object, dumps, next_object
from upgrader.views.ledger_json import lines_object, totals_object
from upgrader.views.plan_json import approval_object, plan_object

_LONG = ("residue", "suspects", "lines")
"""Lists that may have ten thousand rows, and be half as long again if each were indented."""
_MARK = "on lines of their own"
"""Stands for such a list until it is filled in: no quoted line break can stand within a text."""


def render(report: Report) -> str:
    """The object as text that ends with a newline."""
    shown = as_object(report)
    long = {name: shown[name] for name in _LONG if name in shown}
    text = dumps({name: _MARK if name in long else value for name, value in shown.items()})
    for name, rows in long.items():
        text = text.replace(f'\n  "{name}": "{_MARK}"', f'\n  "{name}": {_one_a_line(rows)}', 1)
    return text


def _one_a_line(rows: Json) -> str:
    """A list, each of its objects on a line of its own."""
    assert isinstance(rows, list), "what may be long is a list"
    encode = json.JSONEncoder(ensure_ascii=True).encode
    inner = ",\n".join(f"    {encode(row)}" for row in rows)
    return f"[\n{inner}\n  ]" if inner else "[]"


def as_object(report: Report) -> dict[str, Json]:
    """The report as plain JSON values."""
    shown: dict[str, Json] = {
        "schema": SCHEMA,
        "command": report.command,
        "outcome": report.outcome.value,
        "exit_code": int(report.exit_code),
        "verdict": report.verdict,
        "run": report.run,
        "pair": report.pair,
        "units": [_unit(u) for u in report.units],
        "sessions": None if report.sessions is None else counts_object(report.sessions),
        "residue": [_residue(r) for r in report.residue],
        "suspects": [_suspect(s) for s in report.suspects],
        "findings": [_finding(f) for f in report.findings],
        "checked": list(report.checked),
        "checks": [_check(line) for line in report.checks],
        "outage_seconds": report.outage_seconds,
        "device_seconds": report.device_seconds,
        "wall_seconds": report.wall_seconds,
        "next": next_object(report.next),
        "drift": [_drift(d) for d in report.drift],
        "prediction": None if report.prediction is None else _prediction(report.prediction),
        "surprises": list(report.surprises),
        "not_modelled": list(report.not_modelled),
        "notes": list(report.notes),
    }
    if report.plan is not None:
        shown["plan"] = plan_object(report.plan)
    if report.plan_hash is not None:
        shown["plan_hash"] = report.plan_hash
        shown["approvals"] = [approval_object(line) for line in report.approvals]
    if report.files is not None:
        shown["files"] = [_file(line) for line in report.files]
    if report.hops or report.way:
        shown["hops"] = [hop_object(hop) for hop in report.hops]
    if report.way:
        shown["way"] = report.way
    if report.story is not None:
        shown |= _story(report.story)
    if report.aftermath is not None:
        shown["ledger"] = totals_object(report.aftermath)
    if report.ledger is not None:
        lines: list[Json] = [*lines_object(report.ledger)]
        shown["lines"] = lines
    if report.table is not None:
        shown |= _table(report.table)
    if report.diff is not None:
        shown["diff"] = diff_object(report.diff)
    if report.learned is not None:
        shown["learned"] = learned_object(report.learned)
    return shown


def status_object(status: StatusReport) -> dict[str, Json]:
    """`upgrader status` as plain JSON values."""
    return {
        "schema": SCHEMA,
        "command": "status",
        "runs": [_run(run) for run in status.runs],
        "units": [_point(unit) for unit in status.units],
    }


def fault_object(
    command: str, outcome: str, exit_code: int, message: str, goes_on: Next
) -> dict[str, Json]:
    """The object of a command that came to no report: wrong usage, a held pair, a fault."""
    return {
        "schema": SCHEMA,
        "command": command,
        "outcome": outcome,
        "exit_code": exit_code,
        "verdict": message,
        "error": message,
        "run": None,
        "pair": None,
        "units": [],
        "sessions": None,
        "residue": [],
        "findings": [],
        "outage_seconds": None,
        "device_seconds": None,
        "wall_seconds": None,
        "next": next_object(goes_on),
    }


# ── the parts ──────────────────────────────────────────────────────────────────────────


def _unit(unit: UnitLine) -> Json:
    return {
        "serial": unit.serial,
        "role": unit.role.value,
        "state": unit.state,
        "version": unit.version,
        "reloads": unit.reloads,
        "sessions": unit.sessions,
    }


def _residue(left: Residue) -> Json:
    match left:
        case OrphanedSession():
            return {
                "kind": "orphaned-session",
                "unit": left.serial,
                "index": left.index,
                "user": left.user,
                "address": None if left.address is None else str(left.address),
                "login_time": left.login_time,
                "evidence": left.evidence,
            }
        case StuckLease():
            return {
                "kind": "stuck-lease",
                "unit": left.serial,
                "pool": left.pool,
                "address": str(left.address),
                "holder": left.holder,
            }


def _suspect(suspect: Suspect) -> Json:
    return {
        "unit": suspect.serial,
        "index": suspect.index,
        "user": suspect.user,
        "address": None if suspect.address is None else str(suspect.address),
        "login_time": suspect.login_time,
        "why": suspect.why,
    }


def _finding(finding: Finding) -> Json:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "evidence": finding.evidence,
        "consequence": finding.consequence,
        "remedy": finding.remedy,
        "waived": finding.waived,
        "facts": [{"name": fact.name, "value": fact.value} for fact in finding.facts],
        "observed": finding.observed,
        "expected": finding.expected,
        "unit": finding.unit,
    }


def _check(line: CheckLine) -> Json:
    return {
        "rule": line.rule,
        "family": line.family,
        "moment": line.moment.value,
        "outcome": line.outcome.value,
        "expected": line.expected,
        "why": line.why,
    }


def _drift(drift: Drift) -> Json:
    return {
        "field": drift.field,
        "unit": drift.unit,
        "planned": drift.planned,
        "seen": drift.seen,
    }


def _prediction(told: Prediction) -> Json:
    return {
        "before": told.before,
        "reconnected": told.reconnected,
        "kept": told.kept,
        "lost": told.lost,
        "orphaned": told.orphaned,
        "stuck_leases": told.stuck_leases,
        "suspects": told.suspects,
        "reasons": [{"fate": r.fate, "count": r.count, "why": r.why} for r in told.reasons],
        "connections": told.connections,
        "minutes": told.minutes,
        "minutes_why": told.minutes_why,
        "exact": told.exact,
        "ways": [
            {
                "way": way.name,
                "interrupted": way.interrupted,
                "orphaned": way.orphaned,
                "closed_minutes": way.closed_minutes,
                "minutes": way.minutes,
                "sure": way.sure,
                "why": way.why,
            }
            for way in told.ways
        ],
    }


def _file(line: FileLine) -> Json:
    return {
        "unit": line.unit,
        "path": line.path,
        "bytes": line.bytes,
        "sha512": line.sha512,
        "did": line.did.value,
        "why": line.why,
    }


def _story(story: Story) -> dict[str, Json]:
    return {
        "phases": [
            {"phase": b.phase, "began_ms": b.began, "ended_ms": b.ended, "why": b.why}
            for b in story.bands
        ],
        "steps": [
            {
                "number": s.number,
                "step": s.name,
                "where": s.where,
                "lines": list(s.lines),
                "why": s.why,
                "outcome": s.outcome,
                "at_ms": s.at,
            }
            for s in story.steps
        ],
        "timeline": [
            {"at_ms": t.at, "unit": t.unit, "kind": t.kind.value, "text": t.text}
            for t in story.timeline
        ],
        "cause": story.cause,
        "prevented_by": story.prevented_by,
        "divergence": story.divergence,
    }


def _table(table: SessionTable) -> dict[str, Json]:
    return {
        "rows": [
            {
                "index": row.index,
                "user": row.user,
                "address": row.address,
                "units": list(row.units),
                "tunnels": list(row.tunnels),
                "login_time": row.login_time,
                "inactivity_seconds": row.inactivity_seconds,
                "grade": row.grade.value,
                "why": row.why,
            }
            for row in table.rows
        ],
        "pools": [
            {
                "unit": use.unit,
                "pool": use.pool,
                "size": use.size,
                "free": use.free,
                "held": use.held,
                "in_use": use.in_use,
                "stuck": use.stuck,
            }
            for use in table.pools
        ],
    }


def _run(run: RunLine) -> Json:
    return {
        "run": run.run,
        "pair": run.pair,
        "phase": run.phase,
        "state": run.state,
        "outcome": run.outcome,
        "exit_code": run.exit_code,
        "device_seconds": run.device_seconds,
        "last": run.last,
        "next": next_object(run.next),
    }


def _point(unit: UnitPoint) -> Json:
    return {
        "role": unit.role.value,
        "serial": unit.serial,
        "state": unit.state,
        "version": unit.version,
        "sessions": unit.sessions,
        "inactive": unit.inactive,
    }
