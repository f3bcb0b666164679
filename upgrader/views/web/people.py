"""The people of a night: what became of their sessions, in sums and one by one, worst first."""

from collections.abc import Sequence

from upgrader.model.aftermath import Aftermath, Fate, LedgerLine
from upgrader.model.failover import Role
from upgrader.model.words import clock
from upgrader.views.ledgering import counts_at_stages, groups_of, when, worst_first
from upgrader.views.web.parts import Cell, folded, table

LISTED = 500
"""Sessions in the page; `report.json` beside it has them all."""

FIRST = 12
"""Sessions that are shown at once; the others unfold."""

_TONES = {Fate.LOST: "bad", Fate.ENDED: "care", Fate.RECONNECTED: "", Fate.KEPT: "good"}


def people(told: Aftermath | None) -> str:
    """Fates, turning points, and the sessions themselves, worst first; empty without a night."""
    if told is None or not (told.ledger or told.newcomers):
        return ""
    lines = worst_first((*told.ledger, *told.newcomers))
    listed = lines[:LISTED]
    hidden = len(lines) - len(listed)
    rest = f"<p>… and {hidden:,} more in report.json.</p>" if hidden else ""
    more = _lines(listed[FIRST:], "Further sessions")
    return (
        _groups(told.ledger, "Sessions of before")
        + _groups(told.newcomers, "Logins of the night")
        + _stages(told)
        + _lines(listed[:FIRST], "Sessions, worst first")
        + folded(f"{len(listed) - FIRST} more", more)
        + rest
    )


def _groups(lines: Sequence[LedgerLine], name: str) -> str:
    rows = (
        (
            Cell(group.fate.value, _TONES[group.fate]),
            f"{group.count:,}",
            when(group.at),
            f"{group.again:,}",
            f"{group.rows:,}",
            f"{group.leases:,}",
        )
        for group in groups_of(lines)
    )
    heads = (name.lower(), "how many", "when", "logged in again", "orphaned rows", "stuck leases")
    return table(heads, rows, name=name)


def _stages(told: Aftermath) -> str:
    """At each turning point, rows with a tunnel and without, on both units."""
    rows: list[tuple[str | Cell, ...]] = []
    for stage, counts in zip(told.stages, counts_at_stages(told), strict=True):
        sides = ["not read" if c.unseen else f"{c.tunnels:,} + {c.rows:,}" for c in counts]
        place = 0 if stage.active is Role.PRIMARY else 1
        sides[place] += ", serves"
        rows.append((Cell(clock(stage.at), key=str(stage.at)), stage.name, *sides))
    heads = ("at", "turning point", "primary: with a tunnel + without", "secondary")
    return table(heads, rows, name="Where their rows stood")


def _lines(lines: Sequence[LedgerLine], name: str) -> str:
    heads = ("index", "user", "address", "by", "fate", "when", "again as", "left", "why")
    return table(heads, map(_line, lines), name=name)


def _line(line: LedgerLine) -> tuple[str | Cell, ...]:
    fate = line.fate.value if line.began is None else f"{line.fate.value} (new)"
    order = "" if line.at is None else str(line.at.by)
    return (
        str(line.index),
        line.user,
        "" if line.address is None else Cell(str(line.address), key=str(int(line.address))),
        line.means.value,
        Cell(fate, _TONES[line.fate]),
        Cell(when(line.at), key=order),
        "" if line.again is None else str(line.again.index),
        line.residue,
        line.why,
    )
