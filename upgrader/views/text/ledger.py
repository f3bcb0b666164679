"""The session ledger of a run, for a person: fates and turning points, then those that matter."""

from collections.abc import Sequence

from upgrader.model.aftermath import Aftermath, Fate, LedgerLine, Trace
from upgrader.model.failover import Role
from upgrader.model.words import clock, many
from upgrader.views.ledgering import (
    FateGroup,
    StageCount,
    counts_at_stages,
    groups_of,
    when,
    worst_first,
)
from upgrader.views.text.page import Page

SHOWN = 25
"""Lines of sessions, unless all are asked for."""
TOLD_WHOLE = 5
"""Up to so many sessions are told one by one, with what was seen of each."""

_STYLES = {Fate.LOST: "red", Fate.ENDED: "", Fate.RECONNECTED: "dim", Fate.KEPT: "dim"}


def write_ledger(page: Page, told: Aftermath, shown: Sequence[LedgerLine], *, every: bool) -> None:
    """The totals of the whole night; then the sessions that are wanted, 25 unless `every`."""
    page.heading("What became of them")
    _write_groups(page, "session", groups_of(told.ledger))
    if told.newcomers:
        page.heading(f"Beside them, {many(len(told.newcomers), 'login')} of the night")
        _write_groups(page, "login", groups_of(told.newcomers))
    _write_stages(page, told)
    if len(shown) <= TOLD_WHOLE:
        for line in shown:
            _tell(page, line, told)
        return
    _write_lines(page, worst_first(shown), every=every)


def _write_groups(page: Page, what: str, groups: Sequence[FateGroup]) -> None:
    heads = ("fate", f">{what}s", "when", ">again", "left behind")
    rows = [
        (
            group.fate.value,
            f"{group.count:,}",
            when(group.at),
            f"{group.again:,}" if group.fate in (Fate.LOST, Fate.ENDED) else "-",
            _left(group),
        )
        for group in groups
    ]
    page.rows(heads, rows, [_STYLES[group.fate] for group in groups])


def _left(group: FateGroup) -> str:
    left = [many(group.rows, "row")] if group.rows else []
    left += [many(group.leases, "lease")] if group.leases else []
    return ", ".join(left) or "-"


def _write_stages(page: Page, told: Aftermath) -> None:
    page.heading("Where their rows stood: with a tunnel + without")
    rows = [
        (clock(stage.at), stage.name, *_sides(stage.active, counts))
        for stage, counts in zip(told.stages, counts_at_stages(told), strict=True)
    ]
    if rows:
        page.rows((">at", "what was seen", "primary", "secondary"), rows, [""] * len(rows))


def _sides(active: Role, counts: tuple[StageCount, StageCount]) -> tuple[str, str]:
    primary, secondary = (
        "not read" if count.unseen else f"{count.tunnels:,} + {count.rows:,}" for count in counts
    )
    if active is Role.PRIMARY:
        return f"{primary}, serves", secondary
    return primary, f"{secondary}, serves"


def _write_lines(page: Page, lines: Sequence[LedgerLine], *, every: bool) -> None:
    shown = lines if every else lines[:SHOWN]
    page.heading("One by one, worst first")
    heads = (">index", "user", "address", "fate", "when", "again", "left")
    page.rows(heads, [_cells(line) for line in shown], [_STYLES[line.fate] for line in shown])
    hidden = len(lines) - len(shown)
    if hidden:
        page.line(f"… and {hidden:,} more (--all; --user or --fate for some)")


def _cells(line: LedgerLine) -> tuple[str, ...]:
    """What fits 80 columns: the rest of a line is told with `--user`."""
    again = "-" if line.again is None else f"{line.again.index}"
    left = [word for word in ("row", "lease") if word in line.residue]
    return (
        str(line.index),
        line.user,
        "-" if line.address is None else str(line.address),
        line.fate.value if line.began is None else f"{line.fate.value} (new)",
        when(line.at),
        again,
        "+".join(left) or "-",
    )


def _tell(page: Page, line: LedgerLine, told: Aftermath) -> None:
    """One session, whole."""
    address = "no address" if line.address is None else str(line.address)
    page.heading(f"Session {line.index} of {line.user}, {line.means.value}, {address}")
    values = [("fate", line.fate.value), ("why", line.why)]
    if line.began is not None:
        values.append(("logged in", when(line.began)))
    if line.at is not None:
        values.append(("when", when(line.at)))
    if line.evidence not in line.why:
        values.append(("evidence", line.evidence))
    if line.again is not None:
        values.append(("again", f"as session {line.again.index}, at {when(line.again.began)}"))
    if line.residue:
        values.append(("left behind", line.residue))
    if line.audit_id:
        values.append(("audit id", line.audit_id))
    values += [
        (clock(stage.at), f"{stage.name}: {_traced(traces)}")
        for stage, traces in zip(told.stages, line.stages, strict=False)
    ]
    page.values(values)


def _traced(traces: tuple[Trace, Trace]) -> str:
    words = {
        Trace.TUNNEL: "tunnel",
        Trace.ROW: "row without a tunnel",
        Trace.GONE: "no row",
        Trace.UNSEEN: "table not read",
    }
    primary, secondary = traces
    return f"primary {words[primary]}, secondary {words[secondary]}"
