"""A night, run again: is it the same, what would have saved it, and who would have stopped it.

The rebuilt night leaves a collector's file, as the night did. It is read by the same reader and
told by the same teller, so that what the two have in common is not our model's own word.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import TypeAlias

from upgrader.conduct.headcount import NOBODY, Counted, count, turns_of
from upgrader.conduct.regression import regression
from upgrader.conduct.rerun import Ran, always, is_heavy, run_again
from upgrader.conduct.todays_checks import Gatekeeper, asked_at_rest
from upgrader.judgement.postmortem.facts.told import spoken
from upgrader.judgement.postmortem.rebuilding.likeness import compare
from upgrader.judgement.postmortem.rebuilding.paper import written
from upgrader.judgement.postmortem.rebuilding.rebuild import believed_causes, rebuild
from upgrader.judgement.postmortem.rebuilding.setting import NotRebuilt, Rebuilt
from upgrader.judgement.postmortem.rebuilding.whatif import (
    AS_IT_WAS,
    Change,
    change_is_none,
    change_of,
    healthy,
)
from upgrader.judgement.postmortem.telling.night import tell
from upgrader.model.cause import Cause
from upgrader.model.evidence import Evidence, What
from upgrader.model.finding import Severity
from upgrader.model.night import Night
from upgrader.model.postmortem import Reenactment, Stop, TodaysChecks, WhatIf
from upgrader.model.words import many
from upgrader.ports import Testbed, UpgraderError

Build: TypeAlias = Callable[[Mapping[str, str], str], Testbed]
"""A testbed of a pair file and what it names; the text is how errors call it."""
Read: TypeAlias = Callable[[str], Evidence]
"""What a collector's file says: the reader that read the night."""

MOST_PEOPLE = 20_000
"""No model admits more sessions."""


_OF_RELEASES = frozenset({"version-compatible"})
"""What is judged by the releases alone, which the records name."""


@dataclass(frozen=True, slots=True)
class Reenacted:
    """All that running a night again comes to."""

    rebuilt: Rebuilt | NotRebuilt
    reenactment: Reenactment | None
    """None: it could not be rebuilt."""
    todays_checks: TodaysChecks
    what_ifs: tuple[WhatIf, ...] = ()
    """The night as it was first, if any was asked for."""
    files: Mapping[str, str] = field(default_factory=dict)
    """The regression scenario: a pair file with `[incident]`, and what it names; empty: none."""
    notes: tuple[str, ...] = ()


def reenact(
    night: Night,
    causes: Sequence[Cause],
    build: Build,
    read: Read,
    wishes: Sequence[str] = (),
) -> Reenacted:
    """Rebuild the night, run it, compare; then once more for each change that is wished for.

    Raises:
        UsageFault: a wish is no change that is known. Nothing was run.
    """
    changes = tuple(change_of(wish) for wish in wishes)
    rebuilt = rebuild(night, causes)
    if isinstance(rebuilt, NotRebuilt):
        return _not_run(rebuilt)
    if len(night.lives) > MOST_PEOPLE:
        return _not_run(NotRebuilt((f"no more than {MOST_PEOPLE:,} sessions",)))
    try:
        return _run(night, causes, rebuilt, build, read, changes)
    except UpgraderError as fault:
        return _not_run(NotRebuilt((f"a pair that the emulator can run ({fault})",)))


def _not_run(missing: NotRebuilt) -> Reenacted:
    why = (
        f"the night cannot be rebuilt; the records would have to tell {'; '.join(missing.missing)}"
    )
    answer = f"It cannot be known which of today's checks would have stopped this: {why}."
    return Reenacted(missing, None, TodaysChecks(answer, known=False), notes=(why,))


def _run(
    night: Night,
    causes: Sequence[Cause],
    rebuilt: Rebuilt,
    build: Build,
    read: Read,
    changes: Sequence[Change],
) -> Reenacted:
    stage = _Stage(build, read, rebuilt, cache(partial(_assumed_rules, rebuilt, build)))
    gatekeeper = stage.gatekeeper(rebuilt)
    ran, again, counted = stage.run(rebuilt, gatekeeper)
    like = compare(night, again, stage.shift_ms)
    reenactment = Reenactment(
        same=like.same,
        of=like.of,
        unlike=like.unlike,
        assumed=(*rebuilt.assumed, *(f"not done: {why}" for why in ran.not_done)),
        lost=counted.lost,
        orphaned=counted.orphaned,
        leaked=counted.leaked,
    )
    checks = _answer(night, rebuilt, gatekeeper, causes, build)
    files = regression(rebuilt, night, causes, ran, again, build, read)
    as_it_was = _what_if(AS_IT_WAS, "nothing was changed", counted, counted)
    what_ifs = (as_it_was, *(stage.what_if(change, counted) for change in changes))
    return Reenacted(rebuilt, reenactment, checks, what_ifs if changes else (), files)


# ── a run ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Stage:
    """What every run of one night has in common."""

    build: Build
    read: Read
    rebuilt: Rebuilt
    assumed_rules: Callable[[], frozenset[str]]

    @property
    def shift_ms(self) -> int:
        """What is added to the instants of a night that was run, to have them on the night's."""
        return self.rebuilt.began - self.rebuilt.setting.starts_at_s * 1_000

    def gatekeeper(self, rebuilt: Rebuilt, *, refuses: bool = False) -> Gatekeeper:
        """Who asks the rules of a run."""
        return Gatekeeper(rebuilt.target, self.rebuilt.began, self.assumed_rules, refuses)

    def run(self, rebuilt: Rebuilt, gatekeeper: Gatekeeper | None) -> tuple[Ran, Night, Counted]:
        """Run a night: what came of it, as it is told, and counted."""
        testbed = self.build(written(rebuilt.setting), rebuilt.setting.name)
        try:
            if gatekeeper is not None:
                gatekeeper.at(testbed)
            ran = run_again(rebuilt, testbed, always if gatekeeper is None else gatekeeper.may)
        finally:
            testbed.close()
            del testbed  # A big pair's state takes as much room as its log.
        evidence = self.read(ran.collected)
        ran = replace(ran, collected="")
        again = tell(evidence)
        del evidence  # Its records take as much room as the night.
        starts_ms = rebuilt.setting.starts_at_s * 1_000
        return ran, again, count(ran.looks, turns_of(again, starts_ms, ran.performed))

    def what_if(self, change: Change, was: Counted) -> WhatIf:
        """The night with one thing changed, counted."""
        changed = change.apply(self.rebuilt)
        gatekeeper = self.gatekeeper(changed, refuses=True) if change.by_checks else None
        try:
            _, _, counted = self.run(changed, gatekeeper)
        except UpgraderError as fault:
            nothing = _what_if(change.asked, change.says, NOBODY, NOBODY)
            return replace(nothing, note=f"not run: {fault}")
        stopped = gatekeeper.stops[0].rule if gatekeeper and gatekeeper.stops else None
        return replace(
            _what_if(change.asked, change.says, counted, was),
            stopped_by=stopped,
            note="" if change.by_checks else _note(self.rebuilt, changed, counted, was),
        )


def _note(was: Rebuilt, changed: Rebuilt, counted: Counted, then: Counted) -> str:
    """What the numbers do not say."""
    if change_is_none(was, changed):
        return "that is how the night was"
    if counted.ended > then.ended:
        return f"{many(counted.ended, 'session')} ended in order, and their people log in anew"
    return ""


def _what_if(asked: str, says: str, counted: Counted, was: Counted) -> WhatIf:
    return WhatIf(
        change=asked,
        says=says,
        kept=counted.kept,
        lost=counted.lost,
        orphaned=counted.orphaned,
        leaked=counted.leaked,
        outage_seconds=counted.outage_seconds,
        saved_users=tuple(sorted(was.losers & counted.keepers)),
    )


# ── today's checks ─────────────────────────────────────────────────────────────────────


def _assumed_rules(rebuilt: Rebuilt, build: Build) -> frozenset[str]:
    """The rules that say no to a healthy pair, too, if it is rebuilt the way this one was."""
    well = healthy(rebuilt.setting)
    testbed = build(written(well), well.name)
    try:
        found = asked_at_rest(testbed, rebuilt.target)
    finally:
        testbed.close()
    rules = frozenset(finding.rule for finding in found or ())
    return rules - _OF_RELEASES if rebuilt.names_releases else rules


def _answer(
    night: Night,
    rebuilt: Rebuilt,
    gatekeeper: Gatekeeper,
    causes: Sequence[Cause],
    build: Build,
) -> TodaysChecks:
    stops = tuple(gatekeeper.stops)
    if stops:
        return TodaysChecks(_stopped(night, stops, causes), stops)
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


def _stopped(night: Night, stops: Sequence[Stop], causes: Sequence[Cause]) -> str:
    first = stops[0]
    rules = list(dict.fromkeys(stop.rule for stop in stops if stop.at == first.at))
    harms = [cause.harm_at for cause in believed_causes(causes) if cause.harm_at is not None]
    when = ""
    # Of a line without a stamp its place is known, and no minute of it.
    typed = [event for event in night.events if event.what is What.COMMAND]
    lines = [event for event in typed if spoken(event) == first.before.casefold()]
    dated = not lines or any(event.at is not None for event in lines)
    if harms and dated:
        minutes = (min(harms) - first.at) / 60_000
        if minutes >= 0:
            when = f", {minutes:.0f} minutes before harm was done"
        else:
            when = f", {-minutes:.0f} minutes after harm had been done"
    return (
        f"Today's checks would have stopped this{f' at {_clock(first.at)},' if dated else ''}"
        f" before `{first.before}`{when}: {', '.join(rules)}."
    )


def _nothing_to_stop(rebuilt: Rebuilt, gatekeeper: Gatekeeper, build: Build) -> str:
    """Nobody typed anything that is checked: what a check at the beginning would have said."""
    testbed = build(written(rebuilt.setting), rebuilt.setting.name)
    try:
        found = asked_at_rest(testbed, rebuilt.target) or ()
    finally:
        testbed.close()
    rules = dict.fromkeys(
        one.rule
        for one in found
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


def _clock(at: int) -> str:
    seconds = at // 1_000 % 86_400
    return f"{seconds // 3_600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
