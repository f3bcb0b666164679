"""What goes over at a switchover, by the counts of both units, and what never does."""

from upgrader.judgement.check.around import serving, unless_configured
from upgrader.judgement.check.rule import (
    Rule,
    Scene,
    about,
    found,
    full_looks,
    in_the_dark,
    unread,
)
from upgrader.model.failover import FailoverState
from upgrader.model.finding import Fact, Finding, Moment, Parameter, RuleText, Severity
from upgrader.model.names import RuleName
from upgrader.model.unit import Unit
from upgrader.model.version import Version

# ── connections-replicated ─────────────────────────────────────────────────────────────

_CONNECTIONS = RuleText(
    rule=RuleName("connections-replicated"),
    asks="Does the standby hold about as many connections as the unit that serves?",
    why="Connections that the standby does not hold are reset at the switchover.",
    remedy=(
        "Wait a minute and look again with `show conn count` on both units; then `show failover` "
        "(xerr, rerr) and `show logging` for 210005, 210007."
    ),
    source="ASA syslog guide, 210005, 210007; practice: 90 %",
    moments={Moment.PLAN: Severity.WARNING, Moment.BEFORE_SWITCHOVER: Severity.WARNING},
    expects="at least 90 % of the connections",
    parameters=(
        Parameter("least_percent", 90, "how many of the connections the standby must hold"),
        Parameter("from_connections", 200, "with fewer connections nothing is compared"),
    ),
)


def _ask_connections(scene: Scene) -> tuple[Finding, ...]:
    looked, findings = full_looks(_CONNECTIONS, scene)
    counts: dict[str, int] = {}
    for unit, full in looked:
        if full.connections is None:
            findings = (*findings, unread(_CONNECTIONS, unit, "show conn count"))
        else:
            counts[unit.serial] = full.connections
    active, standby = scene.seen.active, scene.seen.standby
    if active is None or not isinstance(standby, Unit) or len(counts) < 2:
        return findings
    if standby.state is not FailoverState.STANDBY_READY:
        return findings  # `standby-ready` says so; connections arrive with the bulk sync.
    ours, theirs = counts[active.serial], counts[standby.serial]
    least = int(scene.set_to(_CONNECTIONS, "least_percent"))
    few = ours < int(scene.set_to(_CONNECTIONS, "from_connections"))
    if few or theirs * 100 >= least * ours:
        return findings
    return (
        *findings,
        found(
            _CONNECTIONS,
            scene,
            f"{standby.name} holds {theirs} connections, {active.name} holds {ours}",
            facts=about(active, standby),
            observed=f"{theirs * 100 // ours} %",
            expected=f"at least {least} %",
        ),
    )


def _spared_connections(scene: Scene) -> str | None:
    """Web connections are counted on the unit that serves, and not on the other."""
    active = scene.seen.active
    if active is None or active.failover.replicates_http:
        return None
    return "HTTP connections are not replicated, so that the counts cannot be compared"


CONNECTIONS_REPLICATED = Rule(_CONNECTIONS, _ask_connections, _spared_connections)

# ── no-replication-errors ──────────────────────────────────────────────────────────────

_ERRORS = RuleText(
    rule=RuleName("no-replication-errors"),
    asks="Do the error counters of Stateful Failover stand still?",
    why="What could not be sent, or not taken in, is missing on the standby at the switchover.",
    remedy=(
        "Look at the state link (`show interface PORT`: errors, overruns) and at the memory of "
        "both units; look at `show failover` again some minutes later."
    ),
    source="ASA failover guide, show failover: xerr and rerr of the Logical Update Statistics",
    moments={
        Moment.PLAN: Severity.NOTE,
        Moment.BEFORE_STANDBY_RELOAD: Severity.WARNING,
        Moment.BEFORE_SWITCHOVER: Severity.WARNING,
    },
    expects="no new errors",
)


def _ask_errors(scene: Scene) -> tuple[Finding, ...]:
    told = []
    for unit in scene.seen.units:
        before = _counted_before(scene, unit)
        grown = [
            f"{row.name} {row.send_errors + row.receive_errors - before.get(row.name, 0)}"
            for row in unit.failover.counters
            if row.send_errors + row.receive_errors > before.get(row.name, 0)
        ]
        if grown:
            since = "the plan was drawn" if before else "its boot"
            told.append(
                found(
                    _ERRORS,
                    scene,
                    f"{unit.name}: errors since {since}: {', '.join(grown)}",
                    facts=(*about(unit), *(Fact("counter", g.rpartition(" ")[0]) for g in grown)),
                    observed=", ".join(grown),
                    unit=unit,
                )
            )
    return (*in_the_dark(_ERRORS, scene), *told)


def _counted_before(scene: Scene, unit: Unit) -> dict[str, int]:
    """The unit's errors in the baseline; a reload has set them to nothing."""
    then = None if scene.before is None else scene.before.unit(unit.serial)
    if then is None or scene.moment is Moment.PLAN:
        return {}
    was, now = then.version.uptime_seconds, unit.version.uptime_seconds
    if was is not None and now is not None and now < was:
        return {}
    return {row.name: row.send_errors + row.receive_errors for row in then.failover.counters}


NO_REPLICATION_ERRORS = Rule(_ERRORS, _ask_errors)

# ── routes-relearned ───────────────────────────────────────────────────────────────────

_ROUTES = RuleText(
    rule=RuleName("routes-relearned"),
    asks="Is it known which routing protocols begin anew at the switchover?",
    why=(
        "Routes go over, adjacencies do not: the new active unit forms them anew, and drops "
        "connections along learnt routes where that takes more than 15 seconds. Neighbours may "
        "route around the pair meanwhile."
    ),
    remedy=(
        "Tell whoever runs the neighbours, and compare their timers with 15 seconds; look with "
        "`show route` and at the neighbours' tables right after the switchover."
    ),
    source="Cisco technical note 117816: dynamic routes after failover, since 8.4(1)",
    moments={Moment.PLAN: Severity.WARNING},
    expects="static routes, or neighbours who know of the window",
)

_PROTOCOLS = ("router ", "ipv6 router ")
_ROUTES_CARRIED = Version(8, 4, 1)


def _ask_routes(scene: Scene) -> tuple[Finding, ...]:
    seen, findings = serving(_ROUTES, scene)
    told = []
    for unit, text in seen:
        named = [header for header, _ in text.under(*_PROTOCOLS)]
        if not named:
            continue
        is_old = unit.running < _ROUTES_CARRIED
        how = "not even their routes are replicated" if is_old else "their routes are replicated"
        told.append(
            found(
                _ROUTES,
                scene,
                f"{unit.name}: {', '.join(named)}; {how}",
                facts=(*about(unit), *(Fact("routing", name) for name in named)),
                unit=unit,
            )
        )
    return (*findings, *told)


ROUTES_RELEARNED = Rule(
    _ROUTES, _ask_routes, unless_configured("no routing protocol is configured", *_PROTOCOLS)
)

# ── nothing-left-behind ────────────────────────────────────────────────────────────────

_BEHIND = RuleText(
    rule=RuleName("nothing-left-behind"),
    asks="Is nothing in use that Stateful Failover does not carry over?",
    why="It begins anew at the switchover: its users notice, and some have to do something.",
    remedy="Tell whoever depends on it; nothing needs to be typed.",
    source="ASA failover guide, stateful failover: what is not replicated",
    moments={Moment.PLAN: Severity.NOTE},
    expects="nothing of the kind",
)

_LEFT_BEHIND = {
    "dhcpd enable ": "leases of the DHCP server",
    "multicast-routing": "multicast routes",
    "set connection advanced-options tcp-state-bypass": "connections that bypass TCP state",
    "aaa authentication match ": "logins of cut-through proxy",
    "aaa authentication include ": "logins of cut-through proxy",
    "phone-proxy ": "connections of the phone proxy",
}


def _ask_behind(scene: Scene) -> tuple[Finding, ...]:
    seen, findings = serving(_BEHIND, scene)
    told = []
    for unit, text in seen:
        left = sorted({what for line, what in _LEFT_BEHIND.items() if text.has(line)})
        if left:
            evidence = f"{unit.name}: {', '.join(left)}"
            facts = (*about(unit), *(Fact("left behind", what) for what in left))
            told.append(found(_BEHIND, scene, evidence, facts=facts, unit=unit))
    return (*findings, *told)


NOTHING_LEFT_BEHIND = Rule(
    _BEHIND,
    _ask_behind,
    unless_configured("nothing of the kind is configured", *_LEFT_BEHIND),
)

RULES = (
    CONNECTIONS_REPLICATED,
    NO_REPLICATION_ERRORS,
    ROUTES_RELEARNED,
    NOTHING_LEFT_BEHIND,
)
