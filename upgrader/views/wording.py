"""Words that every view shares: spans of time, counts, steps, verdicts."""

from upgrader.model.finding import Finding, Severity
from upgrader.model.names import Instant
from upgrader.model.plan import (
    Backup,
    EvictSession,
    FailBack,
    Harvest,
    ReloadStandby,
    SaveConfiguration,
    SetAsdm,
    SetBootOrder,
    Step,
    SwitchOver,
)
from upgrader.model.report import SessionCounts
from upgrader.model.words import many


def span(seconds: float | None) -> str:
    """`11 min 34 s`, `0.8 s`, `2 h 05 min`; `not known` for None."""
    if seconds is None:
        return "not known"
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds % 1 else f"{seconds:.0f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def clock(at: Instant) -> str:
    """An instant of a run: `0:04:33` since it began."""
    seconds = at // 1000
    return f"{seconds // 3600}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"


def counts_line(counts: SessionCounts) -> str:
    """The ledger in a line."""
    parts = [
        f"{counts.kept:,} kept",
        f"{counts.reconnected:,} reconnected",
        f"{counts.ended:,} ended by themselves",
        f"{counts.lost:,} lost",
    ]
    beside = f"{counts.orphaned:,} orphaned"
    suspect = f", {counts.suspect:,} suspect" if counts.suspect else ""
    return f"{many(counts.before, 'session')} before: {', '.join(parts)}; {beside}{suspect}"


def title(step: Step) -> str:
    """What a step does, in a few words."""
    match step:
        case Backup():
            return "Save the running-config on both flashes"
        case SetBootOrder():
            return "Set the boot order"
        case SetAsdm():
            return "Set the ASDM image"
        case SaveConfiguration():
            return "Save the configuration on both units"
        case Harvest(serial=serial):
            return f"Read from {serial} what its reload erases"
        case ReloadStandby(serial=serial, final=True):
            return f"Reload the former active unit {serial}"
        case ReloadStandby(serial=serial):
            return f"Reload the standby unit {serial}"
        case SwitchOver(to=to):
            return f"Switch over to {to}"
        case FailBack(to=to):
            return f"Fail back to {to}"
        case EvictSession(index=index, user=user):
            return f"Log off the orphaned session {index} of {user}"


def verdict_of(finding: Finding) -> str:
    """`BLOCKER`, `BLOCKER, waived`, `WARNING`, `NOTE`, `UNKNOWN`."""
    word = finding.severity.value.upper()
    return word if finding.waived is None else f"{word}, waived"


def gravity(finding: Finding) -> tuple[int, str]:
    """What sorts findings: what stops first, then by name."""
    order = (Severity.BLOCKER, Severity.UNKNOWN, Severity.WARNING, Severity.NOTE)
    return (order.index(finding.severity) + (10 if finding.waived else 0), finding.rule)
