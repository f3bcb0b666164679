"""Is anybody else at work on the pair."""

from upgrader.judgement.check.rule import Rule, Scene, found, full_looks, told_of_unread
from upgrader.model.finding import Fact, Finding, Moment, RuleText, Severity
from upgrader.model.names import RuleName

_BEFORE_EACH_ACT = {
    Moment.PLAN: Severity.WARNING,
    Moment.BEFORE_STANDBY_RELOAD: Severity.WARNING,
    Moment.BEFORE_SWITCHOVER: Severity.WARNING,
    Moment.BEFORE_FINAL_RELOAD: Severity.WARNING,
}

_ALONE = RuleText(
    rule=RuleName("no-other-administrator"),
    asks="Is this tool the only one that is logged in to the units?",
    why=(
        "Somebody who types on the same pair in the same night may move the roles, reload a unit "
        "or change what was checked a minute ago."
    ),
    remedy=(
        "Ask them to wait; `show ssh sessions` says who they are, and `ssh disconnect SID` ends a "
        "session that was forgotten."
    ),
    source="practice: one operator a night; ASA command reference, `show ssh sessions`",
    moments=_BEFORE_EACH_ACT,
    expects="nobody else logged in to the units",
)


def _ask_alone(scene: Scene) -> tuple[Finding, ...]:
    looked, unseen = full_looks(_ALONE, scene)
    findings = list(unseen)
    findings += [
        found(
            _ALONE,
            scene,
            told_of_unread(unit, "show ssh sessions"),
            facts=(Fact("unit", unit.serial),),
        )
        for unit, full in looked
        if full.administrators is None
    ]
    there = {one for _, full in looked for one in full.administrators or ()}
    if len(there) > 1:
        named = ", ".join(sorted(str(one) for one in there))
        findings.append(
            found(
                _ALONE,
                scene,
                f"{len(there)} people are logged in, and one of them is this tool: {named}",
                facts=(Fact("administrator", str(one)) for one in there),
                observed=f"{len(there)} people",
                expected="1: this tool",
            )
        )
    return tuple(findings)


_UNCHANGED = RuleText(
    rule=RuleName("configuration-unchanged"),
    asks="Is the configuration what it was when the plan was drawn?",
    why="What was checked and foretold is of another configuration than the one that will boot.",
    remedy="Find out who changed what, and draw a new plan if it touches failover or VPN.",
    source="practice: one operator a night",
    moments=_BEFORE_EACH_ACT,
    expects="the configuration that the plan was drawn from",
)


def _no_plan(scene: Scene) -> str | None:
    if scene.configurations or scene.seen.dark:
        return None
    return "there is no plan yet to compare with"


def _ask_unchanged(scene: Scene) -> tuple[Finding, ...]:
    """Boot order and ASDM image are the run's own; a unit on another release spells otherwise."""
    looked, unseen = full_looks(_UNCHANGED, scene)
    findings = list(unseen)
    for unit, full in looked:
        then = next((c for c in scene.configurations if c.serial == unit.serial), None)
        if then is None or full.running is None or then.version != unit.running:
            continue
        if then.rest != full.running.rest:
            evidence = (
                f"{unit.name}: the running-config differs from the one that the plan was drawn "
                "from, and not only in what this run sets"
            )
            facts = (Fact("configuration", full.running.rest), Fact("unit", unit.serial))
            findings.append(
                found(_UNCHANGED, scene, evidence, facts=facts, observed="changed", unit=unit)
            )
    return tuple(findings)


NO_OTHER_ADMINISTRATOR = Rule(_ALONE, _ask_alone)
CONFIGURATION_UNCHANGED = Rule(_UNCHANGED, _ask_unchanged, _no_plan)

RULES = (NO_OTHER_ADMINISTRATOR, CONFIGURATION_UNCHANGED)
