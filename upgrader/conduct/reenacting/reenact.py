"""A night, run again: is it the same, what would have saved it, and who would have stopped it.

The rebuilt night leaves a collector's file, as the night did. It is read by the same reader and
told by the same teller, so that what the two have in common is not our model's own word.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial

from upgrader.conduct.reenacting.headcount import NOBODY, Counted, count, turns_of
from upgrader.conduct.reenacting.hindsight import answer, assumed_rules, no_answer, what_is_missing
from upgrader.conduct.reenacting.regression import regression
from upgrader.conduct.reenacting.rerun import Build, Ran, Read, always, run_again
from upgrader.conduct.reenacting.todays_checks import Gatekeeper
from upgrader.judgement.postmortem.changing.whatif import (
    AS_IT_WAS,
    Change,
    change_is_none,
    change_of,
)
from upgrader.judgement.postmortem.comparing.likeness import compare
from upgrader.judgement.postmortem.rebuilding.hardware import MOST_SESSIONS
from upgrader.judgement.postmortem.rebuilding.paper import written
from upgrader.judgement.postmortem.rebuilding.rebuild import rebuild
from upgrader.judgement.postmortem.rebuilding.setting import NotRebuilt, Rebuilt
from upgrader.judgement.postmortem.telling.night import tell
from upgrader.model.cause import Cause
from upgrader.model.night import Night
from upgrader.model.postmortem import Impact, Reenactment, TodaysChecks, Unlike, WhatIf
from upgrader.model.words import many
from upgrader.ports import UpgraderError


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
    harm: Impact,
    build: Build,
    read: Read,
    wishes: Sequence[str] = (),
) -> Reenacted:
    """Rebuild the night, run it, compare; then once more for each change that is wished for.

    `harm`: what the records tell that the night cost.

    Raises:
        UsageFault: a wish is no change that is known. Nothing was run.
    """
    changes = tuple(change_of(wish) for wish in wishes)
    rebuilt = rebuild(night, causes)
    if isinstance(rebuilt, NotRebuilt):
        return _not_run(rebuilt)
    if len(night.lives) > MOST_SESSIONS:
        return _not_run(NotRebuilt((f"no more than {MOST_SESSIONS:,} sessions",)))
    try:
        return _run(night, causes, harm, rebuilt, build, read, changes)
    except UpgraderError as fault:
        return _not_run(NotRebuilt((f"a pair that the emulator can run ({fault})",)))


def _not_run(missing: NotRebuilt) -> Reenacted:
    why = what_is_missing(missing)
    return Reenacted(missing, None, no_answer(why), notes=(why,))


def _run(
    night: Night,
    causes: Sequence[Cause],
    harm: Impact,
    rebuilt: Rebuilt,
    build: Build,
    read: Read,
    changes: Sequence[Change],
) -> Reenacted:
    stage = _Stage(build, read, rebuilt, cache(partial(assumed_rules, rebuilt, build)))
    gatekeeper = stage.gatekeeper(rebuilt)
    ran, again, counted = stage.run(rebuilt, gatekeeper)
    like = compare(night, again, stage.shift_ms)
    reenactment = Reenactment(
        same=like.same,
        of=like.of,
        unlike=(*like.unlike, *_lost_otherwise(harm.lost, counted.lost)),
        assumed=(*rebuilt.assumed, *(f"not done: {why}" for why in ran.not_done)),
        lost=counted.lost,
        orphaned=counted.orphaned,
        leaked=counted.leaked,
    )
    checks = answer(night, rebuilt, gatekeeper, causes, build)
    files = regression(rebuilt, night, causes, ran, again, build, read)
    as_it_was = _what_if(AS_IT_WAS, "nothing was changed", counted, counted)
    what_ifs = (as_it_was, *(stage.what_if(change, counted, gatekeeper) for change in changes))
    return Reenacted(rebuilt, reenactment, checks, what_ifs if changes else (), files)


def _lost_otherwise(lost: int, again: int) -> tuple[Unlike, ...]:
    """Whether the run cost people more sessions, or fewer, than the records tell of."""
    if lost == again:
        return ()
    return (Unlike(f"{many(lost, 'session')} lost", f"there it was {again:,}"),)


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
            may = always if gatekeeper is None else gatekeeper.may
            ran, *unread = run_again(rebuilt, testbed, may)
        finally:
            testbed.close()
            del testbed  # A big pair's state takes as much room as its log.
        # Nobody holds a long text once it is read, nor its records once they are told.
        again = tell(self.read(unread.pop()))
        starts_ms = rebuilt.setting.starts_at_s * 1_000
        return ran, again, count(ran.looks, turns_of(again, starts_ms, ran.performed))

    def what_if(self, change: Change, was: Counted, then: Gatekeeper) -> WhatIf:
        """The night with one thing changed, counted; `then` was asked on the night as it was."""
        changed = change.apply(self.rebuilt)
        why = _why_none(change, self.rebuilt, changed, then)
        if why:
            return replace(_what_if(change.asked, change.says, was, was), note=why)
        gatekeeper = self.gatekeeper(changed, refuses=True) if change.by_checks else None
        try:
            _, _, counted = self.run(changed, gatekeeper)
        except UpgraderError as fault:
            nothing = _what_if(change.asked, change.says, NOBODY, NOBODY)
            return replace(nothing, note=f"not run: {fault}")
        ended = counted.ended > was.ended and not change.by_checks
        return replace(
            _what_if(change.asked, change.says, counted, was),
            stopped_by=gatekeeper.stops[0].rule if gatekeeper and gatekeeper.stops else None,
            note=f"{many(counted.ended, 'session')} {_IN_ORDER}" if ended else "",
        )


_IN_ORDER = "ended in order, and their people log in anew"


def _why_none(change: Change, was: Rebuilt, changed: Rebuilt, then: Gatekeeper) -> str:
    """Why nothing would have come otherwise, so that nothing needs be run; empty: it would."""
    if change.by_checks:
        return "" if then.stops else "nothing is refused: that is how the night was"
    return change.already if change_is_none(was, changed) else ""


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
