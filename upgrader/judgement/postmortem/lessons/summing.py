"""What is said of a night in plain words: verdict, summary, what went well, what to change."""

from collections.abc import Sequence

from upgrader.judgement.postmortem.facts.steps import Steps
from upgrader.judgement.postmortem.facts.stretches_served import both_served
from upgrader.judgement.postmortem.facts.tables import Tables
from upgrader.judgement.postmortem.facts.told import SECOND, Told
from upgrader.judgement.postmortem.lessons.course import course, instant
from upgrader.judgement.postmortem.lessons.procedure import breaches
from upgrader.judgement.postmortem.lessons.remedies import AFTER_A_BREACH, AFTER_A_CAUSE
from upgrader.model.cause import Breach, Cause, CauseName, Likelihood
from upgrader.model.night import Night
from upgrader.model.postmortem import NOT_SEEN, SPARED, Impact
from upgrader.model.words import first_of, many

_MOST_NAMED = 3
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
    harmless = first.name is CauseName.SLEEPING_CLIENTS and len(named) == 1
    if harmless and not (of.lost or of.orphaned or of.leaked):
        return f"{SPARED}. {first.says}"
    how = "" if first.likelihood is Likelihood.CERTAIN else "Likely: "
    rest = [cause.name.value for cause in named[1:]]
    beside = f" Beside it: {', '.join(rest)}." if rest else ""
    return f"{how}{first.says}{beside}"


_COST_SERVICE = ("reloaded-the-active-unit", "both-units-away", "nobody-active")


def _no_cause(night: Night, causes: Sequence[Cause], of: Impact) -> str:
    unseen = [cause for cause in causes if cause.likelihood is Likelihood.UNKNOWN]
    if not of.lost and not of.orphaned and not of.leaked and not of.outage_seconds:
        if not night.events:
            return "The records say nothing of a pair of firewalls."
        # A cause that harms by what only a line of level 6 shows may have harmed unseen.
        hidden = any(c.likelihood is Likelihood.POSSIBLE for c in causes) and not (
            Told(night).informs_at_all
        )
        if not of.sessions or of.unknown or hidden or len(unseen) > len(causes) // 2:
            return f"{NOT_SEEN}, as far as these records reach."
        return f"{SPARED}."
    if not of.lost and not of.orphaned and not of.leaked and not of.unknown and of.outage_seconds:
        why = [one.says for one in breaches(night) if one.name in _COST_SERVICE]
        told = f": {why[0]}" if why else ""
        return f"No session was lost, but nobody served for {of.outage_seconds:,.0f} s{told}."
    possible = [c.name.value for c in causes if c.likelihood is Likelihood.POSSIBLE]
    if possible:
        return f"No cause is more than possible; what remains: {', '.join(possible)}."
    return "People were harmed, and these records do not tell why."


def summary(
    night: Night, causes: Sequence[Cause], of: Impact, found: Sequence[Breach]
) -> tuple[str, ...]:
    """A few sentences for somebody who was not there: what was done, to whom, why, what is left.

    The verdict is one of them, word by word. `found`: what `breaches` has.
    """
    named = believed(causes)
    lines = [
        course(night),
        _people(night, of, named[0].harm_at if named else None),
        verdict(night, causes, of),
        _left(of),
    ]
    if found:
        lines.append(f"The first deviation from the procedure: {found[0].says}.")
    elif night.events:
        lines.append("No deviation from the procedure is seen.")
    open_ = [cause for cause in named if cause.likelihood is not Likelihood.CERTAIN]
    if open_ and open_[0].settled_by:
        lines.append(f"What would settle it: {open_[0].settled_by[0]}.")
    change = to_change(night, causes, found)
    if named and change:
        lines.append(f"To do before the next one: {change[0]}")
    return tuple(line for line in lines if line)


def _people(night: Night, of: Impact, harm_at: int | None) -> str:
    """What became of people, and of the service."""
    if not of.sessions:
        return f"Nobody's session is seen. {_service(night, of)}"
    if of.lost:
        parts = [f"{of.lost:,} of {many(of.sessions, 'session')} {_were(of.lost)} lost"]
    elif of.users:
        parts = [f"No session was lost, but {many(len(of.users), 'person', 'people')} suffered"]
    else:
        parts = [f"None of {many(of.sessions, 'session')} was lost"]
    if of.users:
        parts[0] += f" ({first_of(of.users, _MOST_NAMED)})"
        began = of.harmed_from if harm_at is None else harm_at
        if began is not None:
            parts[0] += f", from {instant(night, began)} on"
    parts.append(f"{of.kept:,} {_were(of.kept)} kept")
    if of.ended:
        parts.append(f"{of.ended:,} ended on {'its' if of.ended == 1 else 'their'} own")
    if of.unknown:
        parts.append(f"of {of.unknown:,} it is not known")
    line = f"{parts[0]}; {_joined(parts[1:])}."
    if of.user_minutes and of.users:
        minutes = max(round(of.user_minutes), 1)
        line += f" Together these people were without service for {many(minutes, 'minute')}"
        line += ", counted to their next login or to the end of the records."
    return f"{line} {_service(night, of)}"


def _service(night: Night, of: Impact) -> str:
    both = sum(ended - began for began, ended, _ in both_served(night))
    if both and not of.outage_seconds:
        return f"Both units were active for {_spell(both / SECOND)}."
    if of.outage_seconds is None:
        return "How long nobody served is not known."
    if of.outage_seconds < 1:
        return "One unit served all the time."
    beside = f"; both were active for {_spell(both / SECOND)}" if both else ""
    return f"Nobody served for {_spell(of.outage_seconds)}{beside}."


def _spell(seconds: float) -> str:
    if seconds >= 120:
        return many(round(seconds / 60), "minute")
    return many(round(seconds), "second")


def _left(of: Impact) -> str:
    if not of.orphaned and not of.leaked:
        return ""
    rows = many(of.orphaned, "row without a tunnel", "rows without a tunnel")
    held = many(of.leaked, "address that nobody uses", "addresses that nobody uses")
    return (
        f"Left behind: {_joined([rows, held])}. `upgrader sessions` tells which can go,"
        " `upgrader cleanup` logs them off."
    )


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _joined(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def went_well(night: Night, of: Impact, found: Sequence[Breach]) -> tuple[str, ...]:
    """What was as it should be: only what is seen, and nothing by default."""
    steps = Steps(Tables(Told(night)))
    told = steps.told
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
    # A transcript that breaks off after an order does not show what it did.
    shown = told.has_log or of.outage_seconds is not None
    if told.absences and shown and not broken & {"both-units-away", "nobody-active"}:
        lines.append("The two units were never away together.")
    if of.outage_seconds == 0 and not both_served(night):
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
            " collector: `upgrader run` does, or type `logging standby`."
        )
    return tuple(dict.fromkeys(lines))
