"""Tables: the session database of both units, pools, and the runs that there are."""

from upgrader.model.aftermath import Grade
from upgrader.model.report import SessionLine, SessionTable, StatusReport, UnitPoint
from upgrader.model.words import many
from upgrader.views.text.page import Page, cell, columns
from upgrader.views.wording import span

SHOWN = 25
"""Rows of a session table, unless all are asked for."""

_ORDER = (Grade.ORPHAN, Grade.SUSPECT, Grade.INACTIVE, Grade.HEALTHY)
_PARENT = "Parent"
_STYLES = {
    Grade.ORPHAN: "red",
    Grade.SUSPECT: "yellow",
    Grade.INACTIVE: "dim",
    Grade.HEALTHY: "",
}


def write_sessions(page: Page, table: SessionTable, *, every: bool) -> None:
    """The rows, worst first; 25 of them unless `every`; then the pools."""
    by_grade = ", ".join(
        f"{sum(1 for row in table.rows if row.grade is grade):,} {grade.value}"
        for grade in reversed(_ORDER)
    )
    page.heading(f"{many(len(table.rows), 'session')}: {by_grade}")
    ordered = sorted(table.rows, key=_gravity)
    shown = ordered if every else ordered[:SHOWN]
    if shown:
        heads = (">index", "user", "address", "units", "tunnels", ">idle", "grade")
        page.rows(heads, [_cells(row) for row in shown], [_STYLES[row.grade] for row in shown])
    hidden = len(ordered) - len(shown)
    if hidden:
        page.line(f"… and {hidden:,} more (--all)")
    whys = sorted({(row.grade.value, row.why) for row in shown if row.why})
    page.values(whys)
    if table.pools:
        page.heading("Address pools")
        pools = columns("unit", "pool", ">size", ">free", ">held", ">in use", ">stuck")
        for use in table.pools:
            numbers = (use.size, use.free, use.held, use.in_use, use.stuck)
            pools.add_row(cell(use.unit), cell(use.pool), *(f"{n:,}" for n in numbers))
        page.table(pools)


def write_status(page: Page, status: StatusReport) -> None:
    """Runs, newest first; of a single run its units and what goes on from there."""
    if not status.runs:
        page.line("No runs yet. `upgrader run PAIR` makes one.")
        return
    if len(status.runs) == 1:
        run = status.runs[0]
        state = run.state if run.outcome is None else f"{run.state}: {run.outcome}"
        code = "" if run.exit_code is None else f" (exit {run.exit_code})"
        page.line(f"Run {run.run}", style="bold")
        page.values(
            [
                ("pair", run.pair or "not known"),
                ("state", f"{state}{code}"),
                ("phase", run.phase or "not known"),
                ("device time", span(run.device_seconds)),
                ("last", run.last),
            ]
        )
    else:
        listing = columns("run", "pair", "state", "phase", ">exit")
        for run in status.runs:
            code = "-" if run.exit_code is None else str(run.exit_code)
            state = run.outcome or run.state
            listing.add_row(
                cell(run.run), cell(run.pair or "-"), cell(state), cell(run.phase or "-"), code
            )
        page.table(listing)
    grid = columns("unit", "state", "version", "sessions at the last look")
    for unit in status.units:
        name = f"{unit.role.value} {unit.serial or ''}".rstrip()
        version = unit.version or "not known"
        grid.add_row(cell(name), cell(unit.state), cell(version), cell(_tunnels(unit)))
    if status.units:
        page.gap()
        page.table(grid)
    if len(status.runs) == 1:
        write_lines_of(page, status.runs[0].next.commands, status.runs[0].next.lines)


def _tunnels(unit: UnitPoint) -> str:
    """A standby holds rows and no tunnel: the two are told apart, as in the timeline."""
    if unit.sessions is None:
        return "not known"
    return f"{unit.sessions:,} with a tunnel, {unit.inactive or 0:,} without"


def write_lines_of(page: Page, commands: tuple[str, ...], lines: tuple[str, ...]) -> None:
    """What goes on from here: our commands, and lines for a person."""
    if not commands and not lines:
        return
    page.heading("Next")
    page.typed(commands, indent=2)
    if lines:
        page.line("for a person:", indent=2, style="dim")
        page.typed(lines, indent=4)


def _cells(row: SessionLine) -> tuple[str, ...]:
    """What fits 80 columns: the parent goes without saying where there is a tunnel beside it."""
    tunnels = sorted((_short(t) for t in row.tunnels), key=lambda t: (t != _PARENT, t))
    return (
        str(row.index),
        row.user,
        row.address or "-",
        "both" if len(row.units) > 1 else ", ".join(_role(unit) for unit in row.units),
        ", ".join(tunnels[1:] if len(tunnels) > 1 else tunnels),
        span(row.inactivity_seconds) if row.inactivity_seconds else "-",
        row.grade.value,
    )


def _gravity(row: SessionLine) -> tuple[int, int, str]:
    return (_ORDER.index(row.grade), row.index, row.user)


def _role(unit: str) -> str:
    """`Primary` of `Primary JAD…`: the table has two units, and the roles tell them apart."""
    return unit.partition(" ")[0]


def _short(tunnel: str) -> str:
    """`SSL` of `SSL-Tunnel`, `Parent` of `AnyConnect-Parent`: the table is narrow."""
    return tunnel.removesuffix("-Tunnel").removeprefix("AnyConnect-")
