"""The ledger in few lines, for every view: the fates, and the turning points in numbers."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from upgrader.model.aftermath import Aftermath, Fate, LedgerLine, Span, Trace
from upgrader.model.words import clock

ORDER = (Fate.LOST, Fate.ENDED, Fate.RECONNECTED, Fate.KEPT)
"""Worst first."""


@dataclass(frozen=True, slots=True)
class FateGroup:
    """All sessions that met one fate."""

    fate: Fate
    count: int
    at: Span | None
    """From the first of them to the last; None: nothing befell any."""
    again: int
    """How many of these people have logged in again."""
    rows: int
    """Orphaned rows that are left of them."""
    leases: int
    """Stuck leases."""


@dataclass(frozen=True, slots=True)
class StageCount:
    """The sessions of the baseline in one unit's table, at one stage."""

    tunnels: int
    rows: int
    """Without a tunnel."""
    gone: int
    unseen: bool
    """The table was not read."""


def groups_of(lines: Iterable[LedgerLine]) -> tuple[FateGroup, ...]:
    """The fates that somebody met, worst first."""
    met: dict[Fate, list[LedgerLine]] = {fate: [] for fate in ORDER}
    for line in lines:
        met[line.fate].append(line)
    return tuple(
        FateGroup(
            fate,
            len(those),
            _whole([line.at for line in those if line.at is not None]),
            sum(line.again is not None for line in those),
            sum("orphaned row" in line.residue for line in those),
            sum("stuck lease" in line.residue for line in those),
        )
        for fate, those in met.items()
        if those
    )


def counts_at_stages(told: Aftermath) -> tuple[tuple[StageCount, StageCount], ...]:
    """At each stage: in the table of the primary, and of the secondary."""
    columns = [Counter[tuple[Trace, Trace]]() for _ in told.stages]
    for line in told.ledger:
        for column, traces in zip(columns, line.stages, strict=False):
            column[traces] += 1
    return tuple((_side(column, 0), _side(column, 1)) for column in columns)


def _side(column: Counter[tuple[Trace, Trace]], side: int) -> StageCount:
    seen = Counter[Trace]()
    for traces, count in column.items():
        seen[traces[side]] += count
    total = sum(seen.values())
    return StageCount(
        seen[Trace.TUNNEL],
        seen[Trace.ROW],
        seen[Trace.GONE],
        unseen=total > 0 and seen[Trace.UNSEEN] == total,
    )


def _whole(spans: Sequence[Span]) -> Span | None:
    if not spans:
        return None
    return Span(min(span.after for span in spans), max(span.by for span in spans))


def when(at: Span | None) -> str:
    """`0:06:10-0:07:40`; one instant where no more than two seconds lie between; `-` for none."""
    if at is None:
        return "-"
    if at.by - at.after <= 2_000:
        return clock(at.by)
    return f"{clock(at.after)}-{clock(at.by)}"


def worst_first(lines: Sequence[LedgerLine]) -> list[LedgerLine]:
    """Lost, ended, reconnected, kept; who is doubtful before who is not; then by user."""
    return sorted(
        lines,
        key=lambda line: (
            ORDER.index(line.fate),
            not line.residue,
            "not proven lost" not in line.why,
            line.user,
            line.index,
        ),
    )
