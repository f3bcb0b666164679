"""Which of today's checks would have stopped a night, and when: the answer, in a sentence."""

from collections.abc import Sequence
from contextlib import closing

from upgrader.conduct.reenacting.rerun import Build, is_heavy
from upgrader.conduct.reenacting.todays_checks import Gatekeeper, asked_at_rest
from upgrader.judgement.postmortem.changing.whatif import healthy
from upgrader.judgement.postmortem.facts.told import spoken
from upgrader.judgement.postmortem.rebuilding.paper import written
from upgrader.judgement.postmortem.rebuilding.rebuild import believed_causes
from upgrader.judgement.postmortem.rebuilding.setting import NotRebuilt, Rebuilt, Setting
from upgrader.model.cause import Cause
from upgrader.model.evidence import What
from upgrader.model.finding import Finding, Severity
from upgrader.model.night import Event, Night
from upgrader.model.postmortem import Stop, TodaysChecks
from upgrader.model.script import Typed
from upgrader.model.words import many, time_of_day

_OF_RELEASES = frozenset({"version-compatible"})
"""What is judged by the releases alone, which the records name."""


def answer(
    night: Night,
    rebuilt: Rebuilt,
    gatekeeper: Gatekeeper,
    causes: Sequence[Cause],
    build: Build,
) -> TodaysChecks:
    """What the gatekeeper of the night that was run again came to."""
    stops = tuple(gatekeeper.stops)
    if stops:
        return TodaysChecks(_stopped(night, rebuilt, stops, causes), stops)
    if not any(is_heavy(act) for act in rebuilt.script.acts):
        return TodaysChecks(_nothing_to_stop(rebuilt, gatekeeper, build))
    if gatekeeper.unseen == gatekeeper.asked:
        return TodaysChecks(
            "It cannot be known: the rebuilt pair could not be looked at before any of its lines.",
            known=False,
        )
    warned = list(dict.fromkeys(gatekeeper.warnings))
    beside = f", with a warning: {', '.join(warned)}" if warned else ""
    passed = "it" if gatekeeper.asked == 1 else "each"
    return TodaysChecks(
        f"None of today's checks would have stopped this: they were asked before "
        f"{many(gatekeeper.asked, 'line')}, and let {passed} pass{beside}."
    )


def no_answer(why: str) -> TodaysChecks:
    """A night that cannot be run again; `why`, in a phrase."""
    return TodaysChecks(
        f"It cannot be known which of today's checks would have stopped this: {why}.", known=False
    )


def what_is_missing(missing: NotRebuilt) -> str:
    """Why a night cannot be rebuilt, in a phrase."""
    told = "; ".join(missing.missing)
    return f"the night cannot be rebuilt; the records would have to tell {told}"


def assumed_rules(rebuilt: Rebuilt, build: Build) -> frozenset[str]:
    """The rules that say no to a healthy pair, too, if it is rebuilt the way this one was."""
    found = _asked_of(healthy(rebuilt.setting), rebuilt.target, build)
    rules = frozenset(finding.rule for finding in found)
    return rules - _OF_RELEASES if rebuilt.names_releases else rules


def _asked_of(setting: Setting, target: str | None, build: Build) -> tuple[Finding, ...]:
    """What the rules say of a pair before anything is done to it."""
    with closing(build(written(setting), setting.name)) as testbed:
        return asked_at_rest(testbed, target) or ()


def _stopped(night: Night, rebuilt: Rebuilt, stops: Sequence[Stop], causes: Sequence[Cause]) -> str:
    first = stops[0]
    rules = list(dict.fromkeys(stop.rule for stop in stops if stop.at == first.at))
    line = _line_of(night, rebuilt, first)
    undated = line is not None and line.at is None
    when = _between(night, line) if line and undated else f"at {time_of_day(first.at)}"
    harms = [cause.harm_at for cause in believed_causes(causes) if cause.harm_at is not None]
    harm = ""
    if harms and not undated:
        minutes = round((min(harms) - first.at) / 60_000)
        how = "before harm was done" if minutes >= 0 else "after harm had been done"
        harm = f", {many(abs(minutes), 'minute')} {how}"
    return (
        f"Today's checks would have stopped this {when}, before "
        f"`{first.before}`{harm}: {', '.join(rules)}."
    )


def _line_of(night: Night, rebuilt: Rebuilt, stop: Stop) -> Event | None:
    """The line of the night that would have been stopped; None: the records do not have it."""
    lines = [
        event
        for event in night.events
        if event.what is What.COMMAND and spoken(event) == stop.before.casefold()
    ]
    earlier = sum(
        isinstance(act, Typed) and act.line == stop.before and rebuilt.began + act.at_ms < stop.at
        for act in rebuilt.script.acts
    )
    return lines[min(earlier, len(lines) - 1)] if lines else None


def _between(night: Night, line: Event) -> str:
    """When a line without a stamp was typed: as far as what stands beside it tells.

    The source gives bounds, and so does whatever came before it and after it on the night.
    """
    bounds = line.between or (night.began, night.ended)
    place = next(n for n, event in enumerate(night.events) if event is line)
    before = (event.at for event in reversed(night.events[:place]) if event.at is not None)
    after = (event.at for event in night.events[place:] if event.at is not None)
    began, ended = max(bounds[0], next(before, 0)), min(bounds[1], next(after, bounds[1]))
    if time_of_day(began) == time_of_day(ended):
        return f"at {time_of_day(began)}"
    began, ended = (began, ended) if began < ended else bounds
    return f"between {time_of_day(began)} and {time_of_day(ended)}"


def _nothing_to_stop(rebuilt: Rebuilt, gatekeeper: Gatekeeper, build: Build) -> str:
    """Nobody typed anything that is checked: what a check at the beginning would have said."""
    rules = dict.fromkeys(
        one.rule
        for one in _asked_of(rebuilt.setting, rebuilt.target, build)
        if one.severity is Severity.BLOCKER and one.rule not in gatekeeper.assumed()
    )
    told = (
        f"asked at its beginning, they would have refused an upgrade: {', '.join(rules)}"
        if rules
        else "asked at its beginning, they would have let an upgrade pass"
    )
    return (
        "None of today's checks would have stopped this: no reload and no switchover was ordered, "
        f"and that is what they guard; {told}."
    )
