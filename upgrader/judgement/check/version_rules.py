"""May the target follow what runs, on this hardware, and are both units alike."""

from upgrader.judgement.check.rule import Rule, Scene, about, found, in_the_dark, unknown
from upgrader.judgement.path.hops import way
from upgrader.model.finding import Fact, Finding, Moment, Parameter, RuleText, Severity
from upgrader.model.journey import NoPath, Path, UnknownPath
from upgrader.model.names import RuleName
from upgrader.model.releases import UptimeBug, fits
from upgrader.model.unit import Unit

# ── same-model ─────────────────────────────────────────────────────────────────────────

_MODEL = RuleText(
    rule=RuleName("same-model"),
    asks="Are both units of one model, with equal memory?",
    why="Units that differ fall out of failover, or the smaller one cannot carry everybody.",
    remedy="Look with `show version` on both units; a pair needs two equal units.",
    source="ASA failover guide, hardware requirements",
    moments={Moment.PLAN: Severity.BLOCKER},
    expects="one model, equal memory",
)


def _ask_model(scene: Scene) -> tuple[Finding, ...]:
    dark = in_the_dark(_MODEL, scene)
    if dark:
        return dark
    one, other = scene.seen.units
    findings = []
    if one.version.hardware != other.version.hardware:
        evidence = f"{one.name} is {one.version.hardware}, {other.name} is {other.version.hardware}"
        facts = [Fact(f"model of {u.serial}", u.version.hardware) for u in (one, other)]
        seen = f"{one.version.hardware} and {other.version.hardware}"
        findings.append(found(_MODEL, scene, evidence, facts=facts, observed=seen))
    rams = (one.version.ram_mb, other.version.ram_mb)
    if None not in rams and rams[0] != rams[1]:
        evidence = f"{one.name} has {rams[0]} MB of RAM, {other.name} has {rams[1]} MB"
        facts = [Fact(f"ram of {u.serial}", str(u.version.ram_mb)) for u in (one, other)]
        findings.append(
            found(
                _MODEL,
                scene,
                evidence,
                facts=facts,
                severity=Severity.WARNING,
                observed=f"{rams[0]} MB and {rams[1]} MB",
            )
        )
    return tuple(findings)


SAME_MODEL = Rule(_MODEL, _ask_model)

# ── version-compatible ─────────────────────────────────────────────────────────────────

_VERSION = RuleText(
    rule=RuleName("version-compatible"),
    asks="May the target follow what runs, on this hardware, and runs each unit what it should?",
    why=(
        "Units whose versions do not go together switch failover off (103006): the pair is no "
        "pair any more, in the middle of the night."
    ),
    remedy="Choose a target that the upgrade path allows: `upgrader path PAIR --to VERSION`.",
    source="ASA upgrade guide, upgrade path; ASA compatibility guide; ASA syslog guide, 103006",
    moments={
        Moment.PLAN: Severity.BLOCKER,
        Moment.BEFORE_SWITCHOVER: Severity.BLOCKER,
        Moment.BEFORE_FINAL_RELOAD: Severity.BLOCKER,
        Moment.AFTER: Severity.BLOCKER,
    },
    expects="a target that the way allows, and later on both units",
    core=True,
)


def _ask_version(scene: Scene) -> tuple[Finding, ...]:
    dark = in_the_dark(_VERSION, scene)
    match scene.moment:
        case Moment.PLAN:
            told = [f for unit in scene.seen.units for f in _way_of(scene, unit)]
            return (*dark, *_once(told), *_at_rest(scene))
        case Moment.BEFORE_SWITCHOVER:
            standby = scene.seen.standby
            return (*dark, *(_arrived(scene, standby) if isinstance(standby, Unit) else ()))
        case Moment.BEFORE_FINAL_RELOAD:
            active = scene.seen.active
            return (*dark, *(() if active is None else _arrived(scene, active)))
        case Moment.AFTER:
            return (*dark, *(f for unit in scene.seen.units for f in _arrived(scene, unit)))
        case Moment.BEFORE_STANDBY_RELOAD:
            return ()


def _arrived(scene: Scene, unit: Unit) -> tuple[Finding, ...]:
    target = scene.aim.target.version
    if unit.running == target:
        return ()
    evidence = f"{unit.name} runs {unit.running}, not {target}"
    facts = (*about(unit), Fact("runs", str(unit.running)), Fact("target", str(target)))
    return (
        found(
            _VERSION,
            scene,
            evidence,
            facts=facts,
            observed=str(unit.running),
            expected=str(target),
            unit=unit,
        ),
    )


def _way_of(scene: Scene, unit: Unit) -> list[Finding]:
    running, target = unit.running, scene.aim.target.version
    if running == target:
        return []
    facts = (*about(unit), Fact("runs", str(running)), Fact("target", str(target)))
    if target < running:
        evidence = f"{unit.name} runs {running}: {target} would be a downgrade"
        return [
            found(
                _VERSION,
                scene,
                evidence,
                facts=facts,
                consequence="What only the newer release understands is lost.",
                remedy="A downgrade is a procedure of its own; choose a later target.",
            )
        ]
    return [*_path(scene, unit, facts), *_memory(scene, unit, facts)]


def _path(scene: Scene, unit: Unit, facts: tuple[Fact, ...]) -> list[Finding]:
    running, target = unit.running, scene.aim.target.version
    match way(scene.releases, unit.version.hardware, running, target):
        case UnknownPath(why=why):
            return [unknown(_VERSION, f"{unit.name}: {why}")]
        case NoPath(why=why):
            return [found(_VERSION, scene, f"{unit.name}: {why}", facts=facts)]
        case Path(hops=hops) if len(hops) > 1:
            via = ", ".join(str(hop.end) for hop in hops[:-1])
            evidence = f"{unit.name}: {running} must first go to {via}, then to {target}"
            return [found(_VERSION, scene, evidence, facts=facts)]
        case Path():
            return _told_of_the_journey(scene, unit, facts)


def _told_of_the_journey(scene: Scene, unit: Unit, facts: tuple[Fact, ...]) -> list[Finding]:
    if not scene.journey:
        return []
    releases = (scene.aim.target.version, *scene.journey)
    told = ", ".join(str(release) for release in releases)
    return [
        found(
            _VERSION,
            scene,
            f"{unit.name}: {unit.running} goes to {releases[-1]} in {len(releases)} hops: {told}",
            facts=(*facts, Fact("bound for", str(releases[-1]))),
            severity=Severity.NOTE,
            consequence="Each hop is an upgrade of its own, with a switchover of its own.",
            remedy="`upgrader path PAIR` shows the hops and what each of them wants.",
        )
    ]


def _memory(scene: Scene, unit: Unit, facts: tuple[Fact, ...]) -> list[Finding]:
    target, ram = scene.aim.target.version, unit.version.ram_mb
    wanted = [
        row.megabytes
        for row in scene.releases.memory
        if unit.running < row.since <= target and fits(unit.version.hardware, row.names)
    ]
    if not wanted:
        return []
    if ram is None:
        evidence = f"{unit.name} did not say how much RAM it has; {target} wants {max(wanted)} MB"
        return [unknown(_VERSION, evidence)]
    if ram >= max(wanted):
        return []
    evidence = f"{unit.name} has {ram} MB of RAM; {target} wants {max(wanted)} MB"
    seen, least = f"{ram} MB", f"at least {max(wanted)} MB"
    return [found(_VERSION, scene, evidence, facts=facts, observed=seen, expected=least, unit=unit)]


def _once(findings: list[Finding]) -> list[Finding]:
    """What is said of both units alike is said once, of the first."""
    told: dict[tuple[Severity, str], Finding] = {}
    for finding in findings:
        _, _, what = finding.evidence.partition(": ")
        told.setdefault((finding.severity, what or finding.evidence), finding)
    return list(told.values())


def _at_rest(scene: Scene) -> list[Finding]:
    """Two trains in one pair belong to an upgrade window, not to its beginning."""
    units = scene.seen.units
    if len({unit.running.train for unit in units}) < 2:
        return []
    told = ", ".join(f"{unit.name} runs {unit.running}" for unit in units)
    facts = [Fact(f"version of {unit.serial}", str(unit.running)) for unit in units]
    half = any(unit.running == scene.aim.target.version for unit in units)
    return [
        found(
            _VERSION,
            scene,
            f"the units differ: {told}",
            facts=facts,
            severity=Severity.NOTE if half else Severity.BLOCKER,
            consequence="An upgrade was begun and not ended; the pair should not rest like this.",
            remedy="Bring both units to one version; this run ends what was begun."
            if half
            else "Bring both units to one version first.",
        )
    ]


VERSION_COMPATIBLE = Rule(_VERSION, _ask_version)

# ── uptime-bug ─────────────────────────────────────────────────────────────────────────

_DAYS = Parameter(
    "margin_days", 13, "how many days before traffic would stop somebody is warned; our choice"
)

_UPTIME = RuleText(
    rule=RuleName("uptime-bug"),
    asks="Is a unit near the uptime at which its release stops to pass traffic?",
    why=(
        "Traffic stops, and on both units alike: two units that were booted on one day stop on "
        "one day, in the middle of a night or before it."
    ),
    remedy="Upgrade before that day; the reload of each unit begins its uptime anew.",
    source="Field Notice 64291, CSCvd78303",
    moments={Moment.PLAN: Severity.WARNING},
    expects="far from the day at which traffic stops",
    parameters=(_DAYS,),
)


def _no_such_bug(scene: Scene) -> str | None:
    units = scene.seen.units
    if scene.seen.dark or any(_bug_of(scene, unit) is not None for unit in units):
        return None
    return "no release that runs stops after some uptime"


def _bug_of(scene: Scene, unit: Unit) -> UptimeBug | None:
    bugs = scene.releases.uptime
    return next((bug for bug in bugs if bug.since <= unit.running < bug.below), None)


def _ask_uptime(scene: Scene) -> tuple[Finding, ...]:
    return (
        *in_the_dark(_UPTIME, scene),
        *(f for unit in scene.seen.units for f in _days_of(scene, unit)),
    )


def _days_of(scene: Scene, unit: Unit) -> tuple[Finding, ...]:
    bug, uptime = _bug_of(scene, unit), unit.version.uptime_seconds
    if bug is None:
        return ()
    if uptime is None:
        return (unknown(_UPTIME, f"{unit.name} did not say for how long it is up"),)
    days, margin = uptime // 86_400, scene.set_to(_UPTIME, _DAYS.name)
    assert isinstance(margin, int), "the parameter is a number"
    if days < bug.after_days - margin:
        return ()
    evidence = (
        f"{unit.name} is up for {days} days: traffic stops after about {bug.after_days} on "
        f"{unit.running} ({bug.bug})"
    )
    facts = (*about(unit), Fact("runs", str(unit.running)))
    least = f"under {bug.after_days - margin} days"
    return (
        found(
            _UPTIME,
            scene,
            evidence,
            facts=facts,
            observed=f"{days} days",
            expected=least,
            unit=unit,
        ),
    )


UPTIME_BUG = Rule(_UPTIME, _ask_uptime, _no_such_bug)

RULES = (SAME_MODEL, VERSION_COMPATIBLE, UPTIME_BUG)
