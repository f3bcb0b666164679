"""All rules, in the order in which a person reads them, and the one question to all of them."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace

from upgrader.judgement.check import (
    anyconnect_rules,
    boot_rules,
    company_rules,
    failover_rules,
    image_rules,
    pool_rules,
    replication_rules,
    version_rules,
)
from upgrader.judgement.check.rule import Rule, Scene
from upgrader.model.finding import Fact, Finding, RuleText, Severity, Waiver
from upgrader.model.names import Digest

RULES: tuple[Rule, ...] = (
    failover_rules.PAIR_HEALTHY,
    failover_rules.ROLES_CLEAR,
    failover_rules.STANDBY_READY,
    failover_rules.CONFIG_IN_SYNC,
    version_rules.SAME_MODEL,
    replication_rules.STATE_LINK_UP,
    replication_rules.VPN_REPLICATION_KEYED,
    replication_rules.HTTP_REPLICATION,
    image_rules.IMAGE_PRESENT,
    image_rules.IMAGE_DIGEST_MATCH,
    image_rules.FLASH_SPACE,
    boot_rules.BOOT_ORDER_EFFECTIVE,
    boot_rules.CONFIGURATION_SAVED,
    version_rules.VERSION_COMPATIBLE,
    anyconnect_rules.IMAGE_PRESENT,
    anyconnect_rules.IMAGES_MATCH,
    pool_rules.POOLS_HAVE_ROOM,
    boot_rules.NO_RELOAD_SCHEDULED,
    company_rules.NO_OTHER_ADMINISTRATOR,
    company_rules.CONFIGURATION_UNCHANGED,
)


def check(scene: Scene, waivers: Sequence[Waiver] = ()) -> tuple[Finding, ...]:
    """Ask every rule that has something to ask at this moment; () means that all is fine.

    A waiver holds for a finding of its rule with equal facts, and for no other.
    """
    return tuple(
        under_waivers(waivers, finding)
        for rule in RULES
        if scene.moment in rule.text.moments
        for finding in rule.ask(scene)
    )


def explain(rule: str) -> RuleText | None:
    """What is known about a rule; None: there is none of that name (see `rule_names`)."""
    return next((r.text for r in RULES if r.text.rule == rule), None)


def rule_names() -> tuple[str, ...]:
    """The names of all rules, sorted."""
    return tuple(sorted(rule.text.rule for rule in RULES))


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
