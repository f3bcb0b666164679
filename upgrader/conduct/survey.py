"""The survey: look at a pair, ask the rules, draw a plan. Nothing is changed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from upgrader.conduct.eyes import Eyes
from upgrader.conduct.unit_look import no_files
from upgrader.judgement.aim import Aim, aim_at, files_to_verify
from upgrader.judgement.check.rule import Scene
from upgrader.judgement.check.rules import RULES, check, facts_digest
from upgrader.judgement.plan import PairName, draw
from upgrader.judgement.staging.report import known_to_plan
from upgrader.model.finding import Finding, Moment, Severity, Waiver
from upgrader.model.names import RuleName
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.plan import Failback, Plan, Target
from upgrader.model.report import Report, unit_lines
from upgrader.model.staging import NOTHING_PUBLISHED, Published
from upgrader.model.unit import Configuration, Depth, Flash, Snapshot
from upgrader.ports import UsageFault, World


@dataclass(frozen=True, slots=True)
class Survey:
    """What one full look at a pair came to."""

    seen: Snapshot
    aim: Aim
    findings: tuple[Finding, ...]
    waivers: tuple[Waiver, ...]

    @property
    def stops(self) -> tuple[Finding, ...]:
        """The findings that refuse an upgrade."""
        return tuple(finding for finding in self.findings if finding.stops)

    @property
    def is_there(self) -> bool:
        """Whether both units run the target version already."""
        return len(self.seen.units) == 2 and all(
            unit.running == self.aim.target.version for unit in self.seen.units
        )


def survey(
    world: World, target: Target, waive: Mapping[str, str], published: Published = NOTHING_PUBLISHED
) -> Survey:
    """Look fully, twice where digests are wanted: the first look says which files matter.

    `waive` maps rule names to reasons; a waiver covers the very finding of that rule that stands
    now.

    Raises:
        UsageFault: no such rule.
    """
    known = {rule.text.rule for rule in RULES}
    for rule in waive:
        if rule not in known:
            raise UsageFault(
                f"--waive {rule}: there is no such rule; `upgrader explain` lists them"
            )
    eyes = Eyes(world.access, world.seats, world.clock)
    try:
        aim: Aim | None = None

        def wanted(configuration: Configuration | None, flash: Flash | None) -> tuple[str, ...]:
            return () if aim is None else files_to_verify(configuration, flash, aim)

        first = eyes.look(Depth.FULL, no_files)
        aim = _informed(aim_at(first, target), first, published)
        seen = eyes.look(Depth.WIDE, wanted)
    finally:
        eyes.close()
    scene = Scene(seen, aim, Moment.PLAN, None, None)
    waivers = tuple(
        Waiver(finding.rule, facts_digest(finding.facts), waive[finding.rule])
        for finding in check(scene, ())
        if finding.rule in waive and finding.severity is Severity.BLOCKER
    )
    return Survey(seen, aim, check(scene, waivers), waivers)


def _informed(aim: Aim, seen: Snapshot, published: Published) -> Aim:
    """The aim, with what is published of its files and of the configured packages."""
    files = {
        path
        for unit in seen.units
        if unit.full is not None
        for path in files_to_verify(unit.full.running, unit.full.flash, aim)
    }
    return replace(aim, target=known_to_plan(aim.target, published, files, seen))


def plan_of(surveyed: Survey, pair: PairName, failback: Failback) -> Plan | None:
    """The plan that the survey leads to; None: not both units answered with one active."""
    return draw(pair, surveyed.seen, surveyed.aim, surveyed.findings, surveyed.waivers, failback)


def report_of(command: str, surveyed: Survey, pair: PairName, plan: Plan | None) -> Report:
    """How `check` and `plan` end."""
    stops = surveyed.stops
    target = surveyed.aim.target.version
    checked = tuple(RuleName(rule.text.rule) for rule in RULES)
    if surveyed.is_there:
        outcome, code = Outcome.ALREADY_THERE, ExitCode.DONE
        verdict = f"both units run {target} already: nothing to do"
        goes_on = Next(commands=(f"upgrader sessions {pair.path}",))
    elif stops or plan is None:
        outcome = Outcome.REFUSED if command != "check" else Outcome.NOT_READY
        code = ExitCode.REFUSED
        names = ", ".join(sorted({finding.rule for finding in stops}))
        verdict = f"not ready for {target}: {names}" if names else "no plan can be drawn"
        goes_on = Next(
            commands=tuple(f"upgrader explain {r}" for r in sorted({f.rule for f in stops})),
            lines=tuple(line for finding in stops for line in finding.remedy.split("\n")),
        )
    else:
        outcome = Outcome.READY if command == "check" else Outcome.PLANNED
        code, verdict, goes_on = ExitCode.DONE, f"ready for {target}", Next()
    return Report(
        command=command,
        outcome=outcome,
        exit_code=code,
        pair=pair.name,
        verdict=verdict,
        units=unit_lines(surveyed.seen),
        findings=surveyed.findings,
        checked=checked,
        next=goes_on,
        plan=None if command == "check" or surveyed.is_there else plan,
        prediction=None if plan is None or surveyed.is_there else plan.prediction,
    )
