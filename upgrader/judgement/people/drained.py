"""Whom a run logged off itself, in the ledger: lost, as foretold, and not ended by themselves.

The tables show only that row and address were released. That it was the run that ended them, and
not the person, stands in the journal.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from ipaddress import IPv4Address

from upgrader.journal.entry import Entry, Intended, Receipt
from upgrader.model.aftermath import Aftermath, Fate, LedgerLine
from upgrader.model.drain import DoomedRow, LogOffBatch

WHY = "logged off by the run before the final reload; row and address were released"

_Login = tuple[str, int, str, IPv4Address | None]


def with_drained(aftermath: Aftermath, entries: Sequence[Entry]) -> Aftermath:
    """The aftermath, with those whom the run logged off as lost."""
    logged_off = _logged_off(entries)
    if not logged_off:
        return aftermath
    return replace(
        aftermath,
        ledger=_judged(aftermath.ledger, logged_off),
        newcomers=_judged(aftermath.newcomers, logged_off),
    )


def is_drained(line: LedgerLine) -> bool:
    """Whether it was the run that ended this session."""
    return line.fate is Fate.LOST and line.why.startswith(WHY)


def _logged_off(entries: Iterable[Entry]) -> set[_Login]:
    """The logins of every batch, without those that were spared.

    A batch without a receipt may have been typed in part: whoever it did not reach is there still,
    and is left to the next batch.
    """
    logins: set[_Login] = set()
    batch: tuple[DoomedRow, ...] = ()
    for entry in entries:
        match entry.body:
            case Intended(step=LogOffBatch(rows=rows)):
                batch = rows
                logins |= {_login(row) for row in rows}
            case Intended():
                batch = ()
            case Receipt(spared=spared):
                logins -= {_login(row) for row in batch if row.index in spared}
            case _:
                pass
    return logins


def _judged(lines: Sequence[LedgerLine], logged_off: set[_Login]) -> tuple[LedgerLine, ...]:
    return tuple(
        replace(line, fate=Fate.LOST, why=WHY + _again(line))
        if _login(line) in logged_off and line.fate in {Fate.ENDED, Fate.LOST} and not line.residue
        else line
        for line in lines
    )


def _again(line: LedgerLine) -> str:
    return "" if line.again is None else f"; logged in again (index {line.again.index})"


def _login(row: LedgerLine | DoomedRow) -> _Login:
    """What names a login in both: the audit id, or what there is where a release prints none."""
    if row.audit_id:
        return (row.audit_id, 0, "", None)
    return ("", row.index, row.user, row.address)
