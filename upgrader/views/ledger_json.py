"""The session ledger as JSON: in every run's report its totals, and whole where it is asked for."""

from collections.abc import Iterable
from typing import Any

from upgrader.model.aftermath import Aftermath, LedgerLine, Span, Trace
from upgrader.views.ledgering import FateGroup, groups_of

Row = dict[str, Any]

_LETTERS = {Trace.TUNNEL: "T", Trace.ROW: "r", Trace.GONE: "-", Trace.UNSEEN: "?"}
"""What a unit's table shows of a session, in its `stages`: the primary's, then the secondary's."""


def totals_object(told: Aftermath) -> Row:
    """Turning points, and the fates in numbers."""
    return {
        "stages": [{"name": s.name, "at_ms": s.at, "active": s.active.value} for s in told.stages],
        "fates": [_group(group) for group in groups_of(told.ledger)],
        "newcomers": [_group(group) for group in groups_of(told.newcomers)],
        "letters": {letter: trace.value for trace, letter in _LETTERS.items()},
    }


def lines_object(lines: Iterable[LedgerLine]) -> list[Row]:
    """The sessions, one by one."""
    return [_line(line) for line in lines]


def _line(line: LedgerLine) -> Row:
    """What has no value is left out but for what every session has."""
    row: Row = {
        "index": line.index,
        "user": line.user,
        "address": None if line.address is None else str(line.address),
        "audit_id": line.audit_id,
        "means": line.means.value,
        "fate": line.fate.value,
        "why": line.why,
    }
    if line.evidence not in line.why:
        row["evidence"] = line.evidence
    if line.began is not None:
        row["began_ms"] = _span(line.began)
    if line.at is not None:
        row["at_ms"] = _span(line.at)
    if line.again is not None:
        row["again"] = {"index": line.again.index, "began_ms": _span(line.again.began)}
    if line.residue:
        row["residue"] = line.residue
    row["stages"] = " ".join(_LETTERS[one] + _LETTERS[other] for one, other in line.stages)
    return row


def _span(span: Span) -> list[int]:
    return [span.after, span.by]


def _group(group: FateGroup) -> Row:
    return {
        "fate": group.fate.value,
        "sessions": group.count,
        "at_ms": None if group.at is None else _span(group.at),
        "again": group.again,
        "orphaned_rows": group.rows,
        "stuck_leases": group.leases,
    }
