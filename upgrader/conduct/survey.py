"""The survey: look at a pair, ask the rules, draw a plan. Nothing is changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from shlex import quote

from upgrader.conduct.digests import Digests, no_files
from upgrader.conduct.eyes import Eyes
from upgrader.journal.approvals import plan_hash
from upgrader.judgement.aim import Aim, aim_at, files_to_verify
from upgrader.judgement.check.rule import Scene
from upgrader.judgement.check.rules import RULES, examine, facts_digest, findings_of
from upgrader.judgement.draining import NoDrain, curable, heeded, is_cured
from upgrader.judgement.path.builtin import known_with
from upgrader.judgement.path.legs import next_leg
from upgrader.judgement.plan import PairName, draw
from upgrader.judgement.staging.report import known_to_plan
from upgrader.model.drain import Drain
from upgrader.model.finding import CheckLine, Finding, Moment, Severity, Waiver
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.plan import Failback, Plan, Target
from upgrader.model.releases import Releases
from upgrader.model.report import Report, unit_lines
from upgrader.model.selection import ALL, Selection
from upgrader.model.staging import NOTHING_PUBLISHED, Published
from upgrader.model.unit import Configuration, Depth, Flash, Snapshot
from upgrader.model.version import Version
from upgrader.ports import UsageFault, World

NAMED = 12
"""Rules that a verdict names; a unit that does not answer leaves all of them unknown."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What one full look at a pair came to."""

    seen: Snapshot
    aim: Aim
    checks: tuple[CheckLine, ...]
    """How each rule came out."""
    waivers: tuple[Waiver, ...]
    selection: Selection = ALL
    """Which rules were asked."""
    drain: Drain | NoDrain | None = None
    """How doomed sessions are drained, or why they are not; None: nobody wants it."""
    journey: tuple[Version, ...] = ()
    """The releases that follow the target of `aim`."""
    bound_for: Target | None = None
    """Where the journey ends; None: at the target of `aim`."""
    releases: Releases | None = None
    """What a user's file adds to what is known of releases."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the rules had to say."""
        return findings_of(self.checks)

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
    world: World,
    target: Target,
    waive: Mapping[str, str],
    published: Published = NOTHING_PUBLISHED,
    selection: Selection = ALL,
    by: str = "",
    drain: Drain | None = None,
    releases: Releases | None = None,
    digests: Digests | None = None,
) -> Survey:
    """Look twice: the first look says which files matter, and reads no session; then at all.

    `waive` maps rule names to reasons; a waiver covers the very finding of that rule that stands
    now. `by`: who waives. `drain`: findings that it cures are heeded by it, not waived.
    `releases`: what a user's file adds to what is known. Where the target is several hops away, the
    survey is for the first of them. `digests` remembers what is verified.

    Raises:
        UsageFault: no such rule.
    """
    known = {rule.text.rule for rule in RULES}
    for rule in waive:
        if rule not in known:
            raise UsageFault(
                f"--waive {rule}: there is no such rule; `upgrader explain` lists them"
            )
    known_releases = known_with(releases)
    eyes = Eyes(world.access, world.seats, world.clock, digests=digests)
    try:
        aim: Aim | None = None

        def wanted(configuration: Configuration | None, flash: Flash | None) -> tuple[str, ...]:
            return () if aim is None else files_to_verify(configuration, flash, aim)

        first = eyes.look(Depth.FILES, no_files)
        if first.active is None:
            # What is wanted of a pair is asked of its active unit: a session that fell silent once
            # must not pass for a pair without one.
            first = eyes.look(Depth.FILES, no_files)
        leg = next_leg(known_releases, first, target)
        aim = _informed(aim_at(first, leg.target, known_releases), first, published)
        seen = eyes.look(Depth.WIDE, wanted)
    finally:
        eyes.close()
    bound_for = target if leg.journey else None
    scene = Scene(
        seen,
        aim,
        Moment.PLAN,
        selection=selection,
        releases=known_releases,
        journey=leg.journey,
        bound_for=bound_for,
    )
    drained = None if drain is None else curable(seen, aim, drain)
    waivers = tuple(
        Waiver(finding.rule, facts_digest(finding.facts), waive[finding.rule], by, finding.evidence)
        for finding in findings_of(examine(scene))
        if finding.rule in waive and finding.severity is Severity.BLOCKER
    )
    if isinstance(drained, Drain):
        waivers = (
            *(
                Waiver(f.rule, facts_digest(f.facts), heeded(drained), by, f.evidence)
                for f in findings_of(examine(scene))
                if is_cured(f)
            ),
            *waivers,
        )
    checks = examine(scene, waivers)
    return Survey(seen, aim, checks, waivers, selection, drained, leg.journey, bound_for, releases)


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
    drawn = draw(
        pair,
        surveyed.seen,
        surveyed.aim,
        surveyed.findings,
        surveyed.waivers,
        failback,
        surveyed.selection,
        surveyed.drain if isinstance(surveyed.drain, Drain) else None,
    )
    if drawn is None:
        return None
    return replace(
        drawn,
        journey=surveyed.journey,
        bound_for=surveyed.bound_for,
        releases=surveyed.releases,
    )


def _onward(surveyed: Survey) -> str:
    """What follows this hop, for a verdict; empty: nothing."""
    if not surveyed.journey:
        return ""
    return f", the first of {len(surveyed.journey) + 1} hops to {surveyed.journey[-1]}"


def _named(stops: Sequence[Finding]) -> tuple[tuple[str, ...], str]:
    """The rules that stop, by name; of many the first, as they are asked, and how many more."""
    rules = tuple(dict.fromkeys(finding.rule for finding in stops))
    if len(rules) <= NAMED:
        return tuple(sorted(rules)), ""
    return rules[:NAMED], f" and {len(rules) - NAMED} more"


def report_of(command: str, surveyed: Survey, pair: PairName, plan: Plan | None) -> Report:
    """How `check` and `plan` end."""
    stops = surveyed.stops
    target = surveyed.aim.target.version
    if surveyed.is_there:
        outcome, code = Outcome.ALREADY_THERE, ExitCode.DONE
        verdict = f"both units run {target} already: nothing to do"
        goes_on = Next(commands=(f"upgrader sessions {quote(pair.path)}",))
    elif stops or plan is None:
        outcome = Outcome.REFUSED if command != "check" else Outcome.NOT_READY
        code = ExitCode.REFUSED
        named, more = _named(stops)
        verdict = f"not ready for {target}: {', '.join(named)}{more}"
        remedies = dict.fromkeys(finding.remedy for finding in stops)
        goes_on = Next(
            commands=tuple(f"upgrader explain {rule}" for rule in named),
            lines=tuple(line for remedy in remedies for line in remedy.split("\n")),
        )
        if not named:
            verdict = "no plan can be drawn"
    else:
        outcome = Outcome.READY if command == "check" else Outcome.PLANNED
        code, verdict, goes_on = ExitCode.DONE, f"ready for {target}{_onward(surveyed)}", Next()
    shown = None if command == "check" or surveyed.is_there else plan
    return Report(
        command=command,
        outcome=outcome,
        exit_code=code,
        pair=pair.name,
        verdict=verdict,
        units=unit_lines(surveyed.seen),
        findings=surveyed.findings,
        checked=tuple(line.rule for line in surveyed.checks),
        checks=surveyed.checks,
        next=goes_on,
        plan=shown,
        plan_hash=None if shown is None else plan_hash(shown),
        prediction=None if plan is None or surveyed.is_there else plan.prediction,
    )
