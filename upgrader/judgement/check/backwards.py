"""Which rules are asked on the way back, and how bad they are there.

Going back is itself the remedy of much that a rule warns of: that the new code does badly on the
standby is no reason to keep it. So a rule stops a rollback only where going on would make things
worse: who is active is not clear, the unit that shall take over cannot, a unit would not boot the
old code, somebody's reload is pending. What it costs people otherwise is foretold, and told.

Not asked: whether the old version may follow the new one (it ran here hours ago), and the digests
of the image and the room on the flash (nothing is staged).
"""

from collections.abc import Sequence
from dataclasses import replace

from upgrader.judgement.check import (
    anyconnect_rules,
    boot_rules,
    chassis_rules,
    company_rules,
    failover_rules,
    image_rules,
    interface_rules,
    keys_rules,
    pool_rules,
    replication_rules,
    version_rules,
)
from upgrader.judgement.check.rule import Rule, Scene
from upgrader.judgement.check.rules import came_out
from upgrader.model.finding import CheckLine, Finding, Moment, Severity, Waiver
from upgrader.model.names import RuleName

BACKWARDS: tuple[Rule, ...] = (
    failover_rules.PAIR_HEALTHY,
    failover_rules.ROLES_CLEAR,
    failover_rules.STANDBY_READY,
    failover_rules.CONFIG_IN_SYNC,
    interface_rules.PORTS_UP_ALIKE,
    replication_rules.STATE_LINK_UP,
    replication_rules.VPN_REPLICATION_KEYED,
    replication_rules.HTTP_REPLICATION,
    image_rules.IMAGE_PRESENT,
    boot_rules.BOOT_ORDER_EFFECTIVE,
    boot_rules.CONFIGURATION_SAVED,
    chassis_rules.REGISTER_BOOTS_CONFIGURATION,
    keys_rules.CERTIFICATES_ALIKE,
    version_rules.VERSION_COMPATIBLE,
    anyconnect_rules.IMAGE_PRESENT,
    anyconnect_rules.IMAGES_MATCH,
    pool_rules.POOLS_HAVE_ROOM,
    boot_rules.NO_RELOAD_SCHEDULED,
    company_rules.NO_OTHER_ADMINISTRATOR,
)

_ALWAYS = frozenset(
    rule.text.rule
    for rule in (
        failover_rules.ROLES_CLEAR,
        boot_rules.BOOT_ORDER_EFFECTIVE,
        boot_rules.NO_RELOAD_SCHEDULED,
        chassis_rules.REGISTER_BOOTS_CONFIGURATION,
        version_rules.VERSION_COMPATIBLE,
    )
)
"""What stops a rollback wherever it is."""

_WHERE_ROLES_MOVE = frozenset(
    rule.text.rule
    for rule in (
        failover_rules.PAIR_HEALTHY,
        failover_rules.STANDBY_READY,
        failover_rules.CONFIG_IN_SYNC,
    )
)
"""What stops it besides, while the unit with the old code has yet to take over."""

_NOT_WHILE_PLANNING = frozenset({version_rules.VERSION_COMPATIBLE.text.rule})
"""While a plan is drawn it asks for the upgrade path, which leads forward only."""


def examine_back(scene: Scene, waivers: Sequence[Waiver] = ()) -> tuple[CheckLine, ...]:
    """Ask what matters backwards; `scene.aim` is the old version and its image."""
    return tuple(
        came_out(rule, scene, waivers, _weighed)
        for rule in BACKWARDS
        if scene.moment in rule.text.moments
        and not (scene.moment is Moment.PLAN and rule.text.rule in _NOT_WHILE_PLANNING)
    )


def rules_asked() -> tuple[RuleName, ...]:
    """The names of the rules that a rollback asks."""
    return tuple(rule.text.rule for rule in BACKWARDS)


def _weighed(scene: Scene, finding: Finding) -> Finding:
    if not finding.severity.blocks or _stops(scene, finding):
        return finding
    return replace(finding, severity=Severity.WARNING)


def _stops(scene: Scene, finding: Finding) -> bool:
    """Whether going back would be worse than not to."""
    if scene.moment is Moment.AFTER or finding.rule in _ALWAYS:
        return True
    active = scene.seen.active
    if active is None or scene.seen.dark:
        return True
    if finding.rule in _WHERE_ROLES_MOVE and active.running != scene.aim.target.version:
        return True
    named = {fact.name for fact in finding.facts}
    if finding.rule == failover_rules.PAIR_HEALTHY.text.rule:
        # An ill interface of a standby that is to be reloaded is why one goes back.
        return named.isdisjoint({"interface", "slot"})
    if finding.rule == image_rules.IMAGE_PRESENT.text.rule:
        goes = scene.seen.standby if active.running == scene.aim.target.version else active
        return goes is not None and any(goes.serial in name for name in named if goes.serial)
    return False
