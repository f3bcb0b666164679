"""May the target follow what runs, on this hardware, and are both units alike."""

from upgrader.judgement.check import versions_table as table
from upgrader.judgement.check.rule import Rule, Scene, about, found, in_the_dark, unknown
from upgrader.model.finding import Fact, Finding, Moment, RuleText, Severity
from upgrader.model.names import RuleName
from upgrader.model.unit import Unit

# ── same-model ─────────────────────────────────────────────────────────────────────────

_MODEL = RuleText(
    rule=RuleName("same-model"),
    asks="Are both units of one model, with equal memory?",
    why="Units that differ fall out of failover, or the smaller one cannot carry everybody.",
    remedy="Look with `show version` on both units; a pair needs two equal units.",
    source="ASA failover guide, hardware requirements",
    moments={Moment.PLAN: Severity.BLOCKER},
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
        findings.append(found(_MODEL, scene, evidence, facts=facts))
    rams = (one.version.ram_mb, other.version.ram_mb)
    if None not in rams and rams[0] != rams[1]:
        evidence = f"{one.name} has {rams[0]} MB of RAM, {other.name} has {rams[1]} MB"
        facts = [Fact(f"ram of {u.serial}", str(u.version.ram_mb)) for u in (one, other)]
        findings.append(found(_MODEL, scene, evidence, facts=facts, severity=Severity.WARNING))
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
    remedy="Choose a target that the upgrade path allows, or go there in two nights.",
    source="ASA upgrade guide, upgrade path; ASA compatibility guide; ASA syslog guide, 103006",
    moments={
        Moment.PLAN: Severity.BLOCKER,
        Moment.BEFORE_SWITCHOVER: Severity.BLOCKER,
        Moment.BEFORE_FINAL_RELOAD: Severity.BLOCKER,
        Moment.AFTER: Severity.BLOCKER,
    },
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
    return (found(_VERSION, scene, evidence, facts=facts),)


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
    return [
        *_path(scene, unit, facts),
        *_hardware(scene, unit, facts),
        *_cautions(scene, unit, facts),
    ]


def _path(scene: Scene, unit: Unit, facts: tuple[Fact, ...]) -> list[Finding]:
    running, target = unit.running, scene.aim.target.version
    stones = table.stones_between(running, target)
    if stones is None:
        evidence = f"the way from {running} to {target} is in no table known here: {unit.name}"
        return [unknown(_VERSION, evidence)]
    if not stones:
        return []
    via = ", ".join(str(stone) for stone in stones)
    evidence = f"{unit.name}: {running} must first go to one of {via}, then to {target}"
    return [found(_VERSION, scene, evidence, facts=facts)]


def _hardware(scene: Scene, unit: Unit, facts: tuple[Fact, ...]) -> list[Finding]:
    target, hardware = scene.aim.target.version, unit.version.hardware
    known, last = table.last_train(hardware)
    if not known:
        evidence = f"{unit.name}: which release is the last for {hardware} is not known here"
        return [unknown(_VERSION, evidence)]
    if last is not None and target.train > last:
        evidence = f"{unit.name} is {hardware}, whose last release is {last[0]}.{last[1]}"
        return [found(_VERSION, scene, evidence, facts=facts)]
    ram = unit.version.ram_mb
    small = ram is not None and ram < table.ASAV_RAM_MB and target >= table.ASAV_RAM_SINCE
    if small and hardware.lower().startswith("asav"):
        evidence = f"{unit.name} has {ram} MB of RAM; {target} wants {table.ASAV_RAM_MB} MB"
        return [found(_VERSION, scene, evidence, facts=facts)]
    return []


def _cautions(scene: Scene, unit: Unit, facts: tuple[Fact, ...]) -> list[Finding]:
    running, target = unit.running, scene.aim.target.version
    told = [(c.severity, c.says) for c in table.cautions(running, target)]
    uptime = unit.version.uptime_seconds
    first, end = table.UPTIME_BUG
    if first <= running < end and uptime is not None:
        days = uptime // 86_400
        if days >= table.UPTIME_BUG_DAYS:
            says = f"up for {days} days: traffic stops after about 213 on {running} (CSCvd78303)"
            told.append((Severity.WARNING, says))
    return [
        found(
            _VERSION,
            scene,
            f"{unit.name}: {says}",
            facts=facts,
            severity=severity,
            consequence="A part of what runs today does not run after the upgrade.",
            remedy="Read the release notes of the target on this before the window.",
        )
        for severity, says in told
    ]


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
