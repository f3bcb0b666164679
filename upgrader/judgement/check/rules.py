"""All rules by families, in the order in which a person reads them, and the one question to all."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from upgrader.judgement.check import (
    anyconnect_rules,
    boot_rules,
    carried_rules,
    chassis_rules,
    client_version_rules,
    clients_rules,
    clock_rules,
    company_rules,
    failover_rules,
    image_rules,
    interface_rules,
    keys_rules,
    licence_rules,
    logging_rules,
    marks_rules,
    mode_rules,
    path_rules,
    people_rules,
    pool_rules,
    replication_rules,
    session_rules,
    version_rules,
)
from upgrader.judgement.check.rule import Rule, Scene
from upgrader.model.finding import (
    CheckLine,
    Fact,
    Finding,
    Moment,
    RuleOutcome,
    RuleText,
    Severity,
    Waiver,
)
from upgrader.model.names import Digest, RuleName
from upgrader.model.selection import LEFT_OUT


@dataclass(frozen=True, slots=True)
class Family:
    """The rules of one subject: those of one file."""

    name: str
    """`failover`."""
    about: str
    """What they ask, in a phrase."""
    rules: tuple[Rule, ...]


FAMILIES: tuple[Family, ...] = (
    Family("failover", "is the pair a pair", failover_rules.RULES),
    Family("interfaces", "are both units reached, and watched, alike", interface_rules.RULES),
    Family("replication", "what a switchover carries over", replication_rules.RULES),
    Family("carried", "how much of it went over, and what never does", carried_rules.RULES),
    Family("image", "the files of the target", image_rules.RULES),
    Family("boot", "what a reload will do", boot_rules.RULES),
    Family("chassis", "cards, memory, processor, register", chassis_rules.RULES),
    Family("marks", "what a boot, a crash or a failover left behind", marks_rules.RULES),
    Family("modes", "how the units run, and what acts by itself", mode_rules.RULES),
    Family("clock", "do both units tell the same time", clock_rules.RULES),
    Family("keys", "certificates and keys", keys_rules.RULES),
    Family("licences", "alike where they must be, and not about to end", licence_rules.RULES),
    Family("version", "may the target follow what runs", version_rules.RULES),
    Family("path", "what the way to the target takes away", path_rules.RULES),
    Family("anyconnect", "what both units serve to AnyConnect clients", anyconnect_rules.RULES),
    Family(
        "client-versions", "which versions AnyConnect clients are given", client_version_rules.RULES
    ),
    Family("clients", "what else they are served, which failover copies not", clients_rules.RULES),
    Family("pools", "addresses for people who log in anew", pool_rules.RULES),
    Family("sessions", "room for them, and the same ones on both units", session_rules.RULES),
    Family("people", "whom nothing carries over, and who can come back", people_rules.RULES),
    Family("logging", "what may block, and what is left to read", logging_rules.RULES),
    Family("company", "is anybody else at work on the pair", company_rules.RULES),
)

RULES: tuple[Rule, ...] = tuple(rule for family in FAMILIES for rule in family.rules)

_FAMILY_OF = {rule.text.rule: family.name for family in FAMILIES for rule in family.rules}

_ASKED_AT = {
    moment: tuple(rule for rule in RULES if moment in rule.text.moments) for moment in Moment
}

GRAVITY = {severity: n for n, severity in enumerate(Severity)}
"""Severities are declared from note to unknown, which is the gravest: nobody could look."""

_OUTCOMES = {
    Severity.NOTE: RuleOutcome.READY,
    Severity.WARNING: RuleOutcome.WARNING,
    Severity.BLOCKER: RuleOutcome.BLOCKER,
    Severity.UNKNOWN: RuleOutcome.UNKNOWN,
}


def examine(scene: Scene, waivers: Sequence[Waiver] = ()) -> tuple[CheckLine, ...]:
    """Ask every rule of this moment, and tell of each how it came out.

    A waiver holds for a finding of its rule with equal facts, and for no other.
    """
    return tuple([came_out(rule, scene, waivers) for rule in _ASKED_AT[scene.moment]])


def check(scene: Scene, waivers: Sequence[Waiver] = ()) -> tuple[Finding, ...]:
    """What the rules of this moment have to say; () means that all is fine."""
    return findings_of(examine(scene, waivers))


def findings_of(lines: Iterable[CheckLine]) -> tuple[Finding, ...]:
    """All findings, in the order of the rules."""
    return tuple(finding for line in lines for finding in line.findings)


def came_out(
    rule: Rule,
    scene: Scene,
    waivers: Sequence[Waiver],
    weighed: Callable[[Scene, Finding], Finding] = lambda _scene, finding: finding,
) -> CheckLine:
    """Ask one rule. `weighed` says how grave a finding is where that is not the rule's own word.

    A rule of the core is asked and heeded, whatever a selection says.
    """
    name = rule.text.rule
    chosen = scene.selection
    spared = LEFT_OUT if name in chosen.left_out and not rule.text.core else rule.spared(scene)
    if spared is not None:
        return _line(rule, scene, RuleOutcome.NOT_APPLICABLE, spared, ())
    said = rule.ask(scene)
    if not said:
        return _ready(name, rule.text.expects, scene.moment)
    findings = tuple(under_waivers(waivers, weighed(scene, finding)) for finding in said)
    if name in chosen.record_only and not rule.text.core:
        findings = tuple(_recorded(finding) for finding in findings)
    heeded = [finding for finding in findings if finding.waived is None]
    gravest = max((f.severity for f in heeded), key=GRAVITY.__getitem__, default=Severity.NOTE)
    return _line(rule, scene, _OUTCOMES[gravest], _why(findings, gravest), findings)


def explain(rule: str) -> RuleText | None:
    """What is known about a rule; None: there is none of that name (see `rule_names`)."""
    return next((r.text for r in RULES if r.text.rule == rule), None)


def rule_names() -> tuple[str, ...]:
    """The names of all rules, sorted."""
    return tuple(sorted(rule.text.rule for rule in RULES))


def rule_texts() -> dict[RuleName, RuleText]:
    """What is known about each rule, by its name, in the order of the rules."""
    return {rule.text.rule: rule.text for rule in RULES}


def family_of(rule: str) -> str:
    """The family of a rule; empty: there is no rule of that name."""
    return _FAMILY_OF.get(RuleName(rule), "")


def facts_digest(facts: Iterable[Fact]) -> Digest:
    """What a waiver is bound to: SHA-256 over the facts as canonical JSON, in sorted order."""
    pairs = sorted((fact.name, fact.value) for fact in facts)
    text = json.dumps(pairs, ensure_ascii=True, separators=(",", ":"))
    return Digest("sha256:" + hashlib.sha256(text.encode("ascii")).hexdigest())


def under_waivers(waivers: Sequence[Waiver], finding: Finding) -> Finding:
    """The finding, with the reason of the waiver that covers it, if one does."""
    if finding.severity is Severity.UNKNOWN:
        return finding
    for waiver in waivers:
        if waiver.rule == finding.rule and waiver.facts == facts_digest(finding.facts):
            return replace(finding, waived=waiver.reason)
    return finding


def _recorded(finding: Finding) -> Finding:
    """A note, whatever it was; how grave it would have been is told."""
    if finding.severity is Severity.NOTE:
        return finding
    would = f"{finding.evidence} (recorded only; it would be: {finding.severity.value})"
    return replace(finding, severity=Severity.NOTE, evidence=would, waived=None)


def _why(findings: Sequence[Finding], gravest: Severity) -> str:
    """The first evidence of the gravest; where that is no more than a note, what was noted."""
    told = next((f for f in findings if f.waived is None and f.severity is gravest), None)
    if told is not None:
        return told.evidence
    return "" if not findings else f"waived: {findings[0].waived}"


@lru_cache(maxsize=512)  # Rules by moments: nearly all of them say so at nearly every one.
def _ready(rule: RuleName, expects: str, moment: Moment) -> CheckLine:
    return CheckLine(rule, moment, RuleOutcome.READY, expects, "", (), family_of(rule))


def _line(
    rule: Rule, scene: Scene, outcome: RuleOutcome, why: str, findings: tuple[Finding, ...]
) -> CheckLine:
    text = rule.text
    return CheckLine(
        rule=text.rule,
        moment=scene.moment,
        outcome=outcome,
        expected=text.expects,
        why=why,
        findings=findings,
        family=family_of(text.rule),
    )
