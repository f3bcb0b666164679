"""What a person asked for: arguments and options, read and judged before any world is opened."""

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from upgrader.cli.deeds.published import published_of
from upgrader.cli.pairfile.approvals import demand_of
from upgrader.cli.pairfile.checks import read_checks
from upgrader.cli.pairfile.pair import PairFile, read_pair
from upgrader.cli.pairfile.releases import read_own_releases
from upgrader.cli.pairfile.tolerances import read_tolerances
from upgrader.cli.planfile import decode_plan
from upgrader.cli.runs.home import Home, home
from upgrader.dialect.versions import read_version, version_in_file_name
from upgrader.model.approval import NO_DEMAND, Demand
from upgrader.model.drain import Drain
from upgrader.model.finding import Severity
from upgrader.model.names import RuleName
from upgrader.model.picture import Tolerance
from upgrader.model.plan import Failback, Plan, Target
from upgrader.model.releases import Releases
from upgrader.model.selection import ALL, Selection
from upgrader.model.staging import NOTHING_PUBLISHED, Published
from upgrader.ports import UsageFault

FOR_DRAWING = "belongs to drawing a plan; a plan file has it already. Draw a new one: "


@dataclass(frozen=True, slots=True)
class Upgrade:
    """An upgrade to be planned: a pair, where it shall be, and what is waived."""

    pair: PairFile
    target: Target
    waivers: tuple[tuple[RuleName, str], ...] = ()
    """(rule, reason): each covers the finding that stands when the plan is drawn."""
    failback: Failback = Failback.NEVER
    published: Published = NOTHING_PUBLISHED
    """What lists say of files, and what was staged."""
    selection: Selection = ALL
    """Which rules are asked."""
    checks: Path | None = None
    """The file that says so in place of the pair and its site."""
    windows: tuple[str, ...] = ()
    """The hours in which the plan may reload and move roles, as `Window` spells them."""
    demand: Demand = NO_DEMAND
    """Who must approve the plan."""
    drain: Drain | None = None
    """How sessions that would die are drained before the final reload; None: they are not."""
    tolerances: tuple[Tolerance, ...] = ()
    """By how much before and after may differ."""
    releases: Releases | None = None
    """What the pair and its site know of releases beside what is built in; None: nothing."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A plan that was drawn before, and its pair as its file describes it now."""

    pair: PairFile
    plan: Plan
    path: Path


def read_wanted(
    argument: str,
    to: str | None,
    waive: list[str] | None,
    failback: Failback | None,
    checks: Path | None = None,
    drain: Drain | None = None,
) -> Upgrade | Drawn:
    """A pair to plan for, or a plan file.

    Raises:
        UsageFault: neither; or options that a plan file does not take.
    """
    if not is_plan(argument):
        return read_upgrade(argument, to, waive, failback, checks, drain)
    given = (
        *(("--to", to), ("--waive", waive), ("--failback", failback), ("--checks", checks)),
        ("--drain", drain),
    )
    for option, value in given:
        if value:
            raise UsageFault(f"{option} {FOR_DRAWING}`upgrader plan PAIR {option} … -o {argument}`")
    return read_plan(argument)


def read_upgrade(
    argument: str,
    to: str | None,
    waive: list[str] | None,
    failback: Failback | None = None,
    checks: Path | None = None,
    drain: Drain | None = None,
) -> Upgrade:
    """A pair file and where its pair shall be.

    Raises:
        UsageFault: no such pair, no such version, no such rule, no such manifest; what the pair,
            its site or `checks` says of the rules is wrong.
        NotBelieved: a manifest is not signed by whom it must be.
    """
    pair = read_pair(argument)
    return Upgrade(
        pair,
        target_of(pair, to),
        tuple(_waiver(text) for text in waive or ()),
        failback or Failback.NEVER,
        published_of(pair, home()),
        selection=read_checks(pair.path, pair.site.checks, checks),
        checks=checks,
        demand=demand_of(pair.site),
        drain=drain,
        tolerances=read_tolerances(pair.path, pair.site.tolerances),
        releases=read_own_releases(pair.path, pair.site.releases),
    )


def read_plan(argument: str) -> Drawn:
    """A plan file, read once, and the pair that it names.

    Raises:
        UsageFault: it cannot be read, is no plan, has a waiver of which too little is known, or
            its pair file cannot be read.
    """
    path = Path(argument)
    plan = decode_plan(path)
    odd = odd_plan(plan)
    if odd is not None:
        raise UsageFault(f"{path}: {odd}")
    return Drawn(read_pair(plan.pair_path), plan, path)


def odd_plan(plan: Plan) -> str | None:
    """What no plan that we drew would say of its rules; None: nothing.

    A rule of the core is never left out, nor only recorded. Whoever waives sees a finding and
    signs for it: a waiver names a person, a reason and what was seen, and stands beside the very
    finding that it covers.
    """
    from upgrader.judgement.check.rules import RULES, facts_digest  # noqa: PLC0415  heavy

    core = {rule.text.rule for rule in RULES if rule.text.core}
    spared = sorted(core & {*plan.selection.left_out, *plan.selection.record_only})
    if spared:
        return f"{spared[0]} is of the core, and neither left out nor only recorded"
    anew = "Have the plan drawn anew, with `--waive RULE=REASON`"
    for waiver in plan.waivers:
        said = (("who", waiver.by), ("why", waiver.reason), ("on which evidence", waiver.evidence))
        missing = " and ".join(what for what, text in said if not text.strip())
        if missing:
            return f"the waiver of {waiver.rule} does not say {missing}. {anew}"
        covers = any(
            finding.rule == waiver.rule
            and finding.severity is Severity.BLOCKER
            and facts_digest(finding.facts) == waiver.facts
            and (finding.waived, finding.evidence) == (waiver.reason, waiver.evidence)
            for finding in plan.findings
        )
        if not covers:
            return f"the waiver of {waiver.rule} covers no finding of this plan. {anew}"
    return None


def target_of(pair: PairFile, to: str | None) -> Target:
    """Where the pair shall be: `--to`, else `[target]` of its file.

    What `[target]` says of files belongs to the version it names; with another `--to` it is
    left out.

    Raises:
        UsageFault: nobody said a version, or it is none.
    """
    hints = pair.target
    hinted = _hinted_version(pair)
    if to is None and hinted is None:
        raise UsageFault(
            f"to which version? Say --to, like --to '9.16(4)', or put `version` under [target] "
            f"in {pair.path}"
        )
    wanted = hinted if to is None else to
    assert wanted is not None  # one of the two is given
    try:
        version = read_version(wanted)
        same = hinted is None or read_version(hinted) == version
    except ValueError as fault:
        raise UsageFault(str(fault)) from fault
    if not same:
        return Target(version)
    return Target(version, hints.image, hints.asdm, hints.sha512)


def spelled(drain: Drain) -> str:
    """The options again, for the next command."""
    words = ["--drain anyconnect"]
    if drain.below is not None:
        words.append(f"--drain-below {drain.below}")
    elif drain.batch != Drain().batch:
        words.append(f"--drain-batch {drain.batch}")
    if drain.hold_logins:
        words.append("--hold-logins")
    return " ".join(words)


def _hinted_version(pair: PairFile) -> str | None:
    """The version that `[target]` names, itself or by its image's file name."""
    if pair.target.version is not None:
        return pair.target.version
    found = None if pair.target.image is None else version_in_file_name(pair.target.image)
    return None if found is None else str(found)


def _waiver(text: str) -> tuple[RuleName, str]:
    """Read `RULE=REASON`."""
    from upgrader.judgement.check.rules import rule_names  # noqa: PLC0415  heavy; only where waived

    rule, equals, reason = text.partition("=")
    rule, reason = rule.strip(), reason.strip()
    if not equals or not reason:
        raise UsageFault(
            f"--waive {text!r}: say RULE=REASON, with a reason that a person can judge"
        )
    if rule not in rule_names():
        near = get_close_matches(rule.lower(), rule_names(), n=1)
        meant = f"did you mean {near[0]!r}? " if near else ""
        raise UsageFault(
            f"--waive {text!r}: there is no rule {rule!r}; {meant}`upgrader explain` lists all"
        )
    return RuleName(rule), reason


def is_plan(argument: str) -> bool:
    """Whether the argument means a plan file: by its name, else by its first character."""
    if argument.startswith("example:"):
        return False
    path = Path(argument)
    if path.suffix in {".json", ".toml"}:
        return path.suffix == ".json"
    try:
        with path.open("rb") as file:
            return file.read(64).lstrip()[:1] == b"{"
    except OSError:
        return False


def is_run(argument: str, place: Home) -> bool:
    """Whether the argument means a run and not a pair: by its name, else by what lies there.

    Raises:
        UsageFault: it is neither.
    """
    path = Path(argument)
    if argument.startswith("example:") or path.suffix == ".toml":
        return False
    try:
        place.find_run(argument)
    except UsageFault as fault:
        if path.is_file():
            return False
        raise UsageFault(f"{fault}. A pair is a TOML file, or example:NAME") from fault
    return True
