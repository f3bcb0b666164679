"""What is said of a night in plain words: verdict, summary, what went well, what to change."""

from collections.abc import Sequence

from upgrader.judgement.postmortem.facts.steps import Steps
from upgrader.judgement.postmortem.facts.tables import Tables
from upgrader.judgement.postmortem.facts.told import Told
from upgrader.judgement.postmortem.lessons.impact import impact
from upgrader.judgement.postmortem.lessons.procedure import breaches
from upgrader.judgement.postmortem.lessons.remedies import AFTER_A_BREACH, AFTER_A_CAUSE
from upgrader.model.cause import Breach, Cause, Likelihood
from upgrader.model.night import Night
from upgrader.model.postmortem import Impact
from upgrader.model.words import many

BELIEVED = (Likelihood.CERTAIN, Likelihood.LIKELY)


def believed(causes: Sequence[Cause]) -> tuple[Cause, ...]:
    """The causes that are more than possible, the likeliest first."""
    return tuple(cause for cause in causes if cause.likelihood in BELIEVED)


def verdict(night: Night, causes: Sequence[Cause], of: Impact) -> str:
    """The night in one sentence."""
    named = believed(causes)
    if not named:
        return _no_cause(night, causes, of)
    first = named[0]
    how = "" if first.likelihood is Likelihood.CERTAIN else "Likely: "
    rest = [cause.name.value for cause in named[1:]]
    beside = f" Beside it: {', '.join(rest)}." if rest else ""
    return f"{how}{first.says}{beside}"


def _no_cause(night: Night, causes: Sequence[Cause], of: Impact) -> str:
    unseen = [cause for cause in causes if cause.likelihood is Likelihood.UNKNOWN]
    if not of.lost and not of.orphaned and not of.leaked and not of.outage_seconds:
        if not night.events:
            return "The records say nothing of a pair of firewalls."
        if of.unknown or len(unseen) > len(causes) // 2:
            return "Nobody is seen to have been harmed, as far as these records reach."
        return "Nobody was harmed."
    possible = [c.name.value for c in causes if c.likelihood is Likelihood.POSSIBLE]
    if possible:
        return f"No cause is more than possible; what remains: {', '.join(possible)}."
    return "People were harmed, and these records do not tell why."


def summary(night: Night, causes: Sequence[Cause], of: Impact) -> tuple[str, ...]:
    """A few sentences for somebody who was not there."""
    told = Told(night)
    found = breaches(night)
    lines = [_course(told)]
    lines.append(_people(of))
    if of.outage_seconds is None:
        lines.append("How long nobody served is not known.")
    elif of.outage_seconds >= 1:
        lines.append(f"Nobody served for {of.outage_seconds:.0f} seconds.")
    else:
        lines.append("One unit served all the time.")
    lines.append(verdict(night, causes, of))
    if found:
        lines.append(f"The first deviation from the procedure: {found[0].says}.")
    else:
        lines.append("No deviation from the procedure is seen.")
    open_ = [c for c in believed(causes) if c.likelihood is not Likelihood.CERTAIN]
    if open_ and open_[0].settled_by:
        lines.append(f"What would settle it: {open_[0].settled_by[0]}.")
    return tuple(line for line in lines if line)


def _course(told: Told) -> str:
    reloads, moves = len(told.absences), len(told.switchovers)
    versions = sorted(
        {
            version
            for unit in told.night.units
            for version in (unit.version_first, unit.version_last)
            if version is not None
        }
    )
    between = f" between {versions[0]} and {versions[-1]}" if len(versions) > 1 else ""
    return (
        f"{many(reloads, 'reload')} and {many(moves, 'switchover')} are seen{between},"
        f" {many(len(told.night.lives), 'session')} in all."
    )


def _people(of: Impact) -> str:
    if not of.sessions:
        return "Nobody's session is seen."
    parts = [f"{many(of.lost, 'session')} lost", f"{of.kept:,} kept", f"{of.ended:,} ended"]
    if of.unknown:
        parts.append(f"{of.unknown:,} unknown")
    line = f"Of {many(of.sessions, 'session')}: {', '.join(parts)}."
    if of.user_minutes:
        line += f" People were without service for {of.user_minutes:,.0f} minutes in all"
        line += ", counted to their next login or to the end of the records."
    if of.orphaned or of.leaked:
        rows = many(of.orphaned, "row")
        addresses = many(of.leaked, "address", "addresses")
        line += f" Left behind: {rows}, {addresses}."
    return line


def went_well(
    night: Night, causes: Sequence[Cause], found: Sequence[Breach] = ()
) -> tuple[str, ...]:
    """What was as it should be: only what is seen, and nothing by default."""
    steps = Steps(Tables(Told(night)))
    told = steps.told
    of = impact(night, causes)
    broken = {breach.name for breach in found}
    lines = []
    ready = [s for s in told.switchovers if s.command is not None]
    if ready and all(s.ready for s in ready):
        lines.append("Each switchover went to a unit that was Standby Ready, its sync completed.")
    resumed = [len(parted.resumed) for _, parted in told.partings]
    if sum(resumed):
        lines.append(
            f"{many(max(resumed), 'person', 'people')} came back after a switchover with the"
            " session they had."
        )
    if told.absences and not broken & {"both-units-away", "nobody-active"}:
        lines.append("The two units were never away together.")
    if of.outage_seconds == 0:
        lines.append("One unit served all the time.")
    if told.absences and all(a.back is not None for a in told.absences):
        lines.append("Every unit that left came back.")
    if of.sessions and not of.orphaned and not of.leaked and told.informs_at_all:
        lines.append("No row and no address is seen to have been left behind.")
    first, boot = steps.first_act, steps.boot_lines
    reloads = first is not None and steps.is_reload(first)
    if boot and first is not None and reloads and steps.saved_between(boot[-1], first):
        lines.append("The boot order was saved before the first reload.")
    if steps.sees_everything and steps.first_act is not None:
        early = steps.until(steps.first_act)
        if any(line.startswith("show vpn-sessiondb") for line in early):
            lines.append("The people were counted before the first act.")
        if any(line.startswith("verify ") for line in early):
            lines.append("Files were verified before the first reload.")
    return tuple(lines)


def to_change(night: Night, causes: Sequence[Cause], found: Sequence[Breach]) -> tuple[str, ...]:
    """What to do otherwise, each with the command of ours that does it; causes first."""
    lines = [AFTER_A_CAUSE[cause.name] for cause in believed(causes)]
    lines += [AFTER_A_BREACH[breach.name] for breach in found]
    told = Told(night)
    if told.has_log and not told.informs_at_all:
        lines.append(
            "Log at level 6 to the collector: without 113039, 722023 and 737016 nobody can tell who"
            " lost what; rule logs-kept."
        )
    if night.standby_logs is False:
        lines.append(
            "Harvest a unit's log and tables before its reload, for a standby writes nothing to the"
            " collector: `upgrader run` does, or type logging standby."
        )
    return tuple(dict.fromkeys(lines))
