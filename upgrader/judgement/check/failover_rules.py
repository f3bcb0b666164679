"""Is the pair a pair: both well, roles clear, the standby ready, one configuration."""

from upgrader.judgement.check.rule import (
    Rule,
    Scene,
    about,
    found,
    in_the_dark,
    unread,
    unseen,
)
from upgrader.model.failover import FailoverState, MonitoredInterface
from upgrader.model.finding import Fact, Finding, Moment, RuleText, Severity
from upgrader.model.names import RuleName
from upgrader.model.unit import Dark, Snapshot, Unit

ALWAYS = dict.fromkeys(Moment, Severity.BLOCKER)

# ── pair-healthy ───────────────────────────────────────────────────────────────────────

_HEALTHY = RuleText(
    rule=RuleName("pair-healthy"),
    asks="Do both units answer, with failover on, the failover link up and interfaces well?",
    why="The mate could not take over when it has to: whoever is served would be cut off.",
    remedy="Mend what is named, and look with `show failover` on both units.",
    source="ASA upgrade guide, failover prerequisites; ASA failover guide, interface monitoring",
    moments=ALWAYS,
    expects="failover on, its link up, every monitored interface Normal",
    core=True,
)

_BROKEN = frozenset({"Failed", "No Link", "Link Down"})
_NOT_WELL = frozenset({"Unknown", "Testing", "No Traffic"})


def _ask_healthy(scene: Scene) -> tuple[Finding, ...]:
    findings = list(in_the_dark(_HEALTHY, scene))
    for unit in scene.seen.units:
        findings += _failover_of(scene, unit)
        findings += _interfaces_of(scene, unit)
    return tuple(findings)


def _failover_of(scene: Scene, unit: Unit) -> list[Finding]:
    failover = unit.failover
    if not failover.enabled:
        evidence = f"{unit.name}: failover is off"
        remedy = f"on {unit.name}: configure terminal, failover, end"
        return [
            found(
                _HEALTHY,
                scene,
                evidence,
                facts=about(unit),
                remedy=remedy,
                observed="Failover Off",
                expected="Failover On",
                unit=unit,
            )
        ]
    link = failover.lan_interface
    if link is None:
        evidence = f"{unit.name}: no failover link is configured"
        return [found(_HEALTHY, scene, evidence, facts=about(unit), unit=unit)]
    if not link.is_up:
        evidence = f"{unit.name}: the failover link {link.name} {link.port} is {link.condition}"
        facts = (*about(unit), Fact("failover link", link.name))
        seen = link.condition
        return [
            found(_HEALTHY, scene, evidence, facts=facts, observed=seen, expected="up", unit=unit)
        ]
    return []


def _interfaces_of(scene: Scene, unit: Unit) -> list[Finding]:
    host = unit.failover.this_host
    findings = []
    for interface in () if host is None else host.interfaces:
        if _is_well(interface):
            continue
        evidence = f"{unit.name}: interface {interface.name} is {interface.condition}"
        severity = _how_bad(scene, unit, interface)
        facts = (*about(unit), Fact("interface", interface.name))
        findings.append(
            found(
                _HEALTHY,
                scene,
                evidence,
                facts=facts,
                severity=severity,
                observed=interface.condition,
                expected="Normal",
                unit=unit,
            )
        )
    for slot in () if host is None else host.slots:
        if slot.status is not None and not slot.status.startswith("Up"):
            evidence = f"{unit.name}: slot {slot.number} ({slot.card}) has status {slot.status}"
            facts = (*about(unit), Fact("slot", str(slot.number)))
            findings.append(
                found(
                    _HEALTHY,
                    scene,
                    evidence,
                    facts=facts,
                    severity=Severity.WARNING,
                    observed=slot.status,
                    expected="Up",
                    unit=unit,
                )
            )
    return findings


def _is_well(interface: MonitoredInterface) -> bool:
    """`Waiting` is what an interface says while hellos begin to arrive: no trouble by itself."""
    if interface.monitoring == "Not-Monitored":
        return True
    if interface.condition in _BROKEN:
        return False
    return not (interface.condition in _NOT_WELL and interface.monitoring != "Waiting")


def _how_bad(scene: Scene, unit: Unit, interface: MonitoredInterface) -> Severity:
    """The unit that shall take over must be no worse than the one that serves.

    What is broken on both is not cabled: the pair of the real 9.2(2)4 to 9.5(2) transcript shows
    `No Link` on its management interface throughout. And an old trouble of the baseline is no
    news afterwards.
    """
    active = scene.seen.active
    if active is not None and (active.serial == unit.serial or not _serves(active, interface)):
        return Severity.WARNING
    if scene.moment is Moment.AFTER and _stood_before(scene.before, unit, interface):
        return Severity.WARNING
    return Severity.BLOCKER


def _serves(active: Unit, interface: MonitoredInterface) -> bool:
    host = active.failover.this_host
    named = () if host is None else host.interfaces
    return all(_is_well(other) for other in named if other.name == interface.name)


def _stood_before(before: Snapshot | None, unit: Unit, interface: MonitoredInterface) -> bool:
    then = None if before is None else before.unit(unit.serial)
    if then is None or then.failover.this_host is None:
        return False
    return any(
        i.name == interface.name and i.condition == interface.condition
        for i in then.failover.this_host.interfaces
    )


PAIR_HEALTHY = Rule(_HEALTHY, _ask_healthy)

# ── roles-clear ────────────────────────────────────────────────────────────────────────

_ROLES = RuleText(
    rule=RuleName("roles-clear"),
    asks="Is exactly one unit active, do both agree on it, and is it the one the plan means?",
    why=(
        "A reload or a switchover would hit the wrong unit: everybody it serves is cut off. With "
        "two active units addresses are answered twice already."
    ),
    remedy="Look with `show failover state` on both units, and draw a new plan when it is settled.",
    source="ASA failover guide, roles and split brain; serial numbers: `show version`",
    moments=ALWAYS,
    expects="one unit Active, both of one opinion, as in the plan",
    core=True,
)


def _ask_roles(scene: Scene) -> tuple[Finding, ...]:
    seen = scene.seen
    dark = in_the_dark(_ROLES, scene)
    if len(seen.actives) > 1:
        names = " and ".join(unit.name for unit in seen.actives)
        return (found(_ROLES, scene, f"{names} are both active", facts=about(*seen.actives)), *dark)
    active = seen.active
    if active is None:
        if dark:
            return dark
        sights = ", ".join(f"{unit.name} is {unit.state.value}" for unit in seen.units)
        return (found(_ROLES, scene, f"no unit is active: {sights}", facts=about(*seen.units)),)
    return (*dark, *_identities(scene), *_opinions(scene, active), *_moved(scene, active))


def _identities(scene: Scene) -> list[Finding]:
    units = scene.seen.units
    if len(units) < 2:
        return []
    if units[0].serial == units[1].serial:
        evidence = f"both seats were answered by one chassis, {units[0].serial}"
        return [found(_ROLES, scene, evidence, facts=about(units[0]))]
    if units[0].failover.unit is not None and units[0].failover.unit is units[1].failover.unit:
        evidence = f"{units[0].serial} and {units[1].serial} both say {units[0].role.value}"
        return [found(_ROLES, scene, evidence, facts=about(*units))]
    return []


def _opinions(scene: Scene, active: Unit) -> list[Finding]:
    """Two witnesses: the standby too must see its mate active."""
    mate = scene.seen.mate_of(active)
    if isinstance(mate, Dark) or mate.peer_state is FailoverState.ACTIVE:
        return []
    evidence = f"{mate.name} sees its mate {mate.peer_state.value}, while {active.name} is Active"
    return [
        found(
            _ROLES,
            scene,
            evidence,
            facts=about(active, mate),
            observed=mate.peer_state.value,
            expected="Active",
            unit=mate,
        )
    ]


def _moved(scene: Scene, active: Unit) -> list[Finding]:
    """Whether somebody moved the roles since the plan was drawn."""
    first = scene.first_active
    if first is None:
        return []
    early = scene.moment in {Moment.BEFORE_STANDBY_RELOAD, Moment.BEFORE_SWITCHOVER}
    if early and active.serial != first:
        evidence = f"{active.name} is active; when the plan was drawn, {first} was"
        facts = (*about(active), Fact("active in the plan", first))
        return [found(_ROLES, scene, evidence, facts=facts, observed=active.serial, expected=first)]
    return []


ROLES_CLEAR = Rule(_ROLES, _ask_roles)

# ── standby-ready ──────────────────────────────────────────────────────────────────────

_READY = RuleText(
    rule=RuleName("standby-ready"),
    asks="Is the standby Standby Ready, by its own word and by its mate's?",
    why="A standby that is not ready takes over without connections and sessions, or not at all.",
    remedy="Wait for Standby Ready; if it does not come, look at `show failover history`.",
    source="ASA upgrade guide: do not go on before the standby unit is Standby Ready",
    moments=ALWAYS,
    expects="Standby Ready, by both opinions",
    core=True,
)


def _ask_ready(scene: Scene) -> tuple[Finding, ...]:
    active, standby = scene.seen.active, scene.seen.standby
    if active is None or standby is None:
        units = scene.seen.units
        evidence = "without one active unit there is no standby"
        return (found(_READY, scene, evidence, facts=about(*units)),)
    if isinstance(standby, Dark):
        return (unseen(_READY, standby),)
    ready = FailoverState.STANDBY_READY
    if standby.state is not ready:
        observed = standby.state.value
        evidence = f"{standby.name} is {observed}"
    elif active.peer_state is not ready:
        observed = active.peer_state.value
        evidence = f"{active.name} sees {standby.name} {observed}"
    else:
        return ()
    expected = ready.value
    return (
        found(
            _READY,
            scene,
            evidence,
            facts=about(standby),
            observed=observed,
            expected=expected,
            unit=standby,
        ),
    )


STANDBY_READY = Rule(_READY, _ask_ready)

# ── config-in-sync ─────────────────────────────────────────────────────────────────────

_SYNC = RuleText(
    rule=RuleName("config-in-sync"),
    asks="Did the last configuration sync end, and do both units run one configuration?",
    why="After the switchover people would meet another configuration than before.",
    remedy=(
        "Compare `show running-config` of both units. What was typed on the standby alone is "
        "overwritten by its reload: type what is wanted on the active unit, then `write memory`."
    ),
    source="ASA failover guide, configuration synchronization; `show failover state`",
    moments=ALWAYS,
    expects="Sync Done, and one configuration",
)

_SYNCED = ("Sync Done", "Sync Skipped")


def _ask_sync(scene: Scene) -> tuple[Finding, ...]:
    findings = list(in_the_dark(_SYNC, scene))
    for unit in scene.seen.units:
        if unit.states is None:
            findings.append(unread(_SYNC, unit, "show failover state"))
            continue
        for line in unit.states.configuration:
            if not line.startswith(_SYNCED):
                evidence = f"{unit.name}: configuration state {line}"
                findings.append(
                    found(
                        _SYNC,
                        scene,
                        evidence,
                        facts=about(unit),
                        observed=line,
                        expected=_SYNCED[0],
                        unit=unit,
                    )
                )
    return (*findings, *_configurations(scene))


def _configurations(scene: Scene) -> list[Finding]:
    """Two releases write one configuration differently: compared between equal versions only.

    A warning: the standby's next sync mends it, and until the switchover nobody is served by it.
    """
    units = scene.seen.units
    if len(units) < 2 or units[0].running != units[1].running:
        return []
    missing = [u for u in units if u.full is None or u.full.running is None]
    if missing:
        return [unread(_SYNC, unit, "show running-config") for unit in missing]
    one, other = units
    assert one.full is not None, "both were looked at fully"
    assert other.full is not None, "both were looked at fully"
    assert one.full.running is not None, "both were read"
    assert other.full.running is not None, "both were read"
    if one.full.running.digest == other.full.running.digest:
        return []
    evidence = f"the running configurations of {one.name} and {other.name} differ"
    facts = (
        Fact(f"configuration of {one.serial}", one.full.running.digest),
        Fact(f"configuration of {other.serial}", other.full.running.digest),
    )
    return [
        found(
            _SYNC,
            scene,
            evidence,
            facts=facts,
            severity=Severity.WARNING,
            observed="two configurations",
            expected="one configuration",
        )
    ]


CONFIG_IN_SYNC = Rule(_SYNC, _ask_sync)

RULES = (PAIR_HEALTHY, ROLES_CLEAR, STANDBY_READY, CONFIG_IN_SYNC)
