"""The session table of a pair: both units' rows merged, each graded, and the pools beside them."""

from shlex import quote

from upgrader.conduct.tidy import Found
from upgrader.judgement.plan import PairName
from upgrader.model.aftermath import Grade, OrphanedSession, StuckLease
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.report import (
    PoolUse,
    Report,
    SessionLine,
    SessionTable,
    unit_lines,
)
from upgrader.model.unit import Snapshot, Unit
from upgrader.model.vpn import Session
from upgrader.model.words import many


def sessions_report(pair: PairName, found: Found) -> Report:
    """How `upgrader sessions` ends: exit 5 where residue or suspects stand, 6 unseen."""
    residue, suspects = found.residues.residue, found.residues.suspects
    seen = found.seen
    orphans = sum(isinstance(r, OrphanedSession) for r in residue)
    leases = len(residue) - orphans
    if seen.active is None:
        code, outcome = ExitCode.OUTAGE, Outcome.FAILED
        verdict = "not exactly one unit is active: the session tables cannot be compared"
    elif residue or suspects:
        code, outcome = ExitCode.NEEDS_PERSON, Outcome.NOT_READY
        verdict = ", ".join(
            (
                many(orphans, "orphaned session"),
                many(leases, "stuck lease"),
                many(len(suspects), "suspect"),
            )
        )
    else:
        code, outcome = ExitCode.DONE, Outcome.CLEAN
        verdict = "every row has somebody behind it, and every lease a row"
    return Report(
        command="sessions",
        outcome=outcome,
        exit_code=code,
        pair=pair.name,
        verdict=verdict,
        units=unit_lines(seen),
        residue=residue,
        suspects=suspects,
        next=Next(
            commands=(f"upgrader cleanup {quote(pair.path)}",) if residue or suspects else ()
        ),
        table=_table(found),
    )


def _table(found: Found) -> SessionTable:
    seen = found.seen
    orphaned = {
        (r.serial, r.index): r.evidence
        for r in found.residues.residue
        if isinstance(r, OrphanedSession)
    }
    suspect = {(s.serial, s.index): s.why for s in found.residues.suspects}
    rows: dict[tuple[object, ...], tuple[Session, list[Unit]]] = {}
    ordered = sorted(seen.units, key=lambda unit: unit is not seen.active)
    for unit in ordered:
        full = unit.full
        for row in () if full is None or full.sessions is None else full.sessions:
            rows.setdefault((row.index, *row.login), (row, []))[1].append(unit)
    lines = []
    for row, units in rows.values():
        grade, why = Grade.HEALTHY if row.has_tunnel else Grade.INACTIVE, ""
        for unit in units:
            if (unit.serial, row.index) in orphaned:
                grade, why = Grade.ORPHAN, orphaned[unit.serial, row.index]
            elif (unit.serial, row.index) in suspect:
                grade, why = Grade.SUSPECT, suspect[unit.serial, row.index]
        lines.append(
            SessionLine(
                row.index,
                row.user,
                None if row.address is None else str(row.address),
                tuple(unit.name for unit in units),
                tuple(sorted(tunnel.value for tunnel in row.tunnels)),
                row.login_time,
                row.inactivity_seconds,
                grade,
                why,
            )
        )
    worst_first = (Grade.ORPHAN, Grade.SUSPECT, Grade.INACTIVE, Grade.HEALTHY)
    lines.sort(key=lambda line: (worst_first.index(line.grade), line.user, line.index))
    return SessionTable(tuple(lines), _pools(seen, found))


def _pools(seen: Snapshot, found: Found) -> tuple[PoolUse, ...]:
    leases = [r for r in found.residues.residue if isinstance(r, StuckLease)]
    uses = []
    for unit in seen.units:
        full = unit.full
        for pool in () if full is None or full.pools is None else full.pools:
            stuck = sum(r.serial == unit.serial and r.pool == pool.name for r in leases)
            uses.append(
                PoolUse(
                    unit.name, pool.name, pool.size, pool.free, pool.held, len(pool.in_use), stuck
                )
            )
    return tuple(uses)
