"""What became of every session of a run, read from its journal: no pair is opened."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from upgrader.cli.planfile import decode_plan
from upgrader.cli.runs.conducting import same_plan
from upgrader.conduct import night
from upgrader.journal.store import RunFolder
from upgrader.model.aftermath import Fate, LedgerLine
from upgrader.model.outcome import Next
from upgrader.model.report import Report


def sessions_of(folder: Path) -> Report:
    """How a run ended, and its ledger: its totals, and every session.

    Raises:
        BrokenChain: the journal, or the plan, is not what it was.
        UsageFault: there is no run in that folder.
    """
    kept = RunFolder(folder)
    plan = decode_plan(kept.plan)
    past = kept.read()
    same_plan(kept, past)
    told = night.report_of("sessions", plan, past)
    verdict = told.verdict if told.aftermath is not None else f"{told.verdict}: nobody was followed"
    return Report(
        command="sessions",
        outcome=told.outcome,
        exit_code=told.exit_code,
        pair=told.pair,
        verdict=verdict,
        run=told.run,
        units=told.units,
        sessions=told.sessions,
        outage_seconds=told.outage_seconds,
        device_seconds=told.device_seconds,
        next=Next(commands=(f"upgrader replay {told.run or folder.name}",)),
        aftermath=told.aftermath,
        ledger=() if told.aftermath is None else _all(told),
    )


def chosen(report: Report, user: str | None, fates: Collection[Fate]) -> Report:
    """The report with those of its sessions only; the totals stay those of the night."""
    if report.ledger is None or (user is None and not fates):
        return report
    lines = tuple(
        line
        for line in report.ledger
        if (user is None or line.user == user) and (not fates or line.fate in fates)
    )
    note = f"{len(lines):,} of {len(report.ledger):,} sessions and logins are shown"
    if user is not None and all(line.user != user for line in report.ledger):
        note = f"nobody called {user!r} was there: {note}"
    return replace(report, ledger=lines, notes=(*report.notes, note))


def _all(told: Report) -> tuple[LedgerLine, ...]:
    assert told.aftermath is not None, "asked only where somebody was followed"
    return (*told.aftermath.ledger, *told.aftermath.newcomers)
