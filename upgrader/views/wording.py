"""Words that every view shares: spans of time, counts, steps, verdicts."""

from upgrader.model.drain import HEEDED, Drain, HoldLogins, LogOffBatch, ReleaseLogins
from upgrader.model.finding import Finding, RuleOutcome, Severity
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
from upgrader.model.words import clock, many

__all__ = ["clock", "counts_line", "gravity", "span", "title", "verdict_of"]


TYPED_FOR = {
    "stage": "upgrader stage",
    "drain": "--drain anyconnect",
    "drain-hold": "--drain … --hold-logins",
    "drain-below": "--drain-below",
    "waive": "--waive",
}
"""What a person types for each way."""


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
        case HoldLogins() | LogOffBatch() | ReleaseLogins():
            return _of_drain(step)


def _of_drain(step: HoldLogins | LogOffBatch | ReleaseLogins) -> str:
    match step:
        case HoldLogins(policies=policies):
            return f"Close {many(len(policies), 'group policy', 'group policies')} for logins"
        case LogOffBatch(rows=()):
            return "Log off the sessions of before the switchover"
        case LogOffBatch(rows=rows):
            return f"Log off {many(len(rows), 'session')} of before the switchover"
        case ReleaseLogins(policies=policies):
            return f"Open {many(len(policies), 'group policy', 'group policies')} for logins again"


def drained(drain: Drain) -> str:
    """How people are drained, in a phrase."""
    told = (
        f"{drain.batch} sessions at a time are logged off before the final reload"
        if drain.below is None
        else f"waits until fewer than {drain.below} doomed sessions remain"
    )
    return f"{told}; nobody logs in until the former active is back" if drain.hold_logins else told


def verdict_of(finding: Finding) -> str:
    """`BLOCKER`, `BLOCKER, waived`, `BLOCKER, drained`, `WARNING`, `NOTE`, `UNKNOWN`."""
    word = finding.severity.value.upper()
    if finding.waived is None:
        return word
    return f"{word}, drained" if finding.waived.startswith(HEEDED) else f"{word}, waived"


def outcome_of(outcome: RuleOutcome) -> str:
    """`ready`, `not applicable`."""
    return outcome.value.replace("-", " ")


def gravity(finding: Finding) -> tuple[int, str]:
    """What sorts findings: what stops first, then by name."""
    order = (Severity.BLOCKER, Severity.UNKNOWN, Severity.WARNING, Severity.NOTE)
    return (order.index(finding.severity) + (10 if finding.waived else 0), finding.rule)


def value_told(value: int | str | None) -> str:
    """A value of a snapshot: `5,213`, `up/up, 10.1.1.1`; a digest by its first twelve digits."""
    match value:
        case None:
            return "not there"
        case int():
            return f"{value:,}"
        case str():
            kind, colon, digits = value.partition(":")
            is_digest = colon and kind in {"sha256", "sha512"}
            return f"{kind}:{digits[:12]}…" if is_digest else value
