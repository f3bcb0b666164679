"""Gates: what is asked before an act and after the last one, whichever way the night goes."""

from dataclasses import dataclass
from typing import TypeVar

from upgrader.judgement.moves import advice
from upgrader.judgement.moves.progress import Progress
from upgrader.judgement.people.untouched import is_untouched
from upgrader.model.finding import Finding, Moment
from upgrader.model.law import Signal
from upgrader.model.move import Do, Halt, Look, Move, Wait
from upgrader.model.names import Instant
from upgrader.model.outcome import ExitCode
from upgrader.model.plan import Plan, ReloadStandby, SaveConfiguration
from upgrader.model.unit import Snapshot

SOAK_MS = 60_000  # Our guess: longer than dead-peer detection (30 s) plus a reconnect.
LOOKS_APART_MS = 60_000  # Two looks at what is left: at least a minute apart.
ONE_LOOK_SINCE = 2
"""The first vocabulary that takes one look where nothing is left to be decided."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a full look was for, and what the rules said. No Verdict: only a glance was taken."""

    moment: Moment | None
    findings: tuple[Finding, ...] = ()
    before: Snapshot | None = None
    """The pair before the first act; None: it was not seen whole."""
    read_by: Instant | None = None
    """When the look had ended; None: not known."""

    @property
    def stops(self) -> tuple[Finding, ...]:
        """The findings after which nothing may be done."""
        return tuple(finding for finding in self.findings if finding.stops)


def gate(verdict: Verdict | None, moment: Moment, progress: Progress) -> Look | Halt | None:
    """None: the rules of that moment were asked just now, and let pass."""
    if verdict is None or verdict.moment is not moment:
        return Look(moment, f"the rules {moment.value} want a full look")
    if verdict.stops:
        return halt_on(verdict, ExitCode.STOPPED if progress.acted else ExitCode.REFUSED)
    return None


def halt_on(verdict: Verdict, code: ExitCode) -> Halt:
    """The halt on findings after which nothing may be done."""
    rules = ", ".join(finding.rule for finding in verdict.stops)
    first = verdict.stops[0]
    where = "" if verdict.moment is None else f" {verdict.moment.value}"
    return Halt(
        code,
        f"stopped{where} by {rules}: {first.evidence}",
        advice.mend_and_go_on(
            *(line for finding in verdict.stops for line in finding.remedy.split("\n"))
        ),
    )


def step_of(plan: Plan, kind: type[T]) -> T | None:
    """The first step of that kind; None: the plan has none."""
    return next((p.step for p in plan.steps if isinstance(p.step, kind)), None)


def first_reload(plan: Plan) -> ReloadStandby | None:
    """The standby's reload; None: it runs the target version already."""
    steps = (p.step for p in plan.steps)
    return next((s for s in steps if isinstance(s, ReloadStandby) and not s.final), None)


def final_reload(plan: Plan) -> ReloadStandby | None:
    """The former active's reload."""
    steps = (p.step for p in plan.steps)
    return next((s for s in steps if isinstance(s, ReloadStandby) and s.final), None)


def verify_and_save(
    plan: Plan, progress: Progress, seen: Snapshot, verdict: Verdict | None
) -> Move:
    """Two looks at what the night left, a minute apart; then the configuration is saved.

    One, where it shows nothing that the second one could decide.
    """
    why = "after a sync the standby's configuration is only in RAM"
    if verdict is None or verdict.moment is not Moment.AFTER:
        if progress.full_looks == 0:
            return Look(Moment.AFTER, "what the night left: a first look at both units")
        if progress.full_looks == 1:
            last = progress.last_full
            assert last is not None, "a full look has an instant"
            if seen.at - last < LOOKS_APART_MS:
                return Wait("what is left is judged from two looks, a minute apart")
            return Look(Moment.AFTER, "what the night left: the second look")
    elif verdict.stops:
        return halt_on(verdict, ExitCode.NEEDS_PERSON)
    if progress.full_looks < 2:
        if verdict is None or not _is_one_enough(progress, seen, verdict):
            return Wait("what is left is judged from two looks, a minute apart")
        why = f"{why}; everybody is there as before, on both units: no second look is needed"
    saves = [p.step for p in plan.steps if isinstance(p.step, SaveConfiguration)]
    assert saves, "a night with reloads ends with `write memory`"
    save = saves[-1]
    return Do(save, Signal.SAVED, why)


def _is_one_enough(progress: Progress, seen: Snapshot, verdict: Verdict) -> bool:
    """Whether the first look at what the night left has decided everything."""
    return progress.vocabulary >= ONE_LOOK_SINCE and is_untouched(verdict.before, seen)
