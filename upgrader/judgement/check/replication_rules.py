"""What a switchover carries over: connections, HTTP, and people's VPN sessions."""

from upgrader.judgement.check.rule import (
    Rule,
    Scene,
    about,
    found,
    full_looks,
    in_the_dark,
    unread,
)
from upgrader.judgement.people.logins import login_key
from upgrader.model.failover import FailoverState
from upgrader.model.finding import Fact, Finding, Moment, Parameter, RuleText, Severity
from upgrader.model.names import RuleName
from upgrader.model.unit import Configuration, Unit

# ── state-link-up ──────────────────────────────────────────────────────────────────────

_LINK = RuleText(
    rule=RuleName("state-link-up"),
    asks="Is Stateful Failover configured, and is its link up on both units?",
    why="Every connection and every VPN session ends at the switchover: nothing is carried over.",
    remedy="On the active unit: failover link NAME PORT, with its addresses; or mend the cable.",
    source="ASA failover guide, Stateful Failover; ASA syslog guide, 720025",
    moments={Moment.PLAN: Severity.BLOCKER, Moment.BEFORE_SWITCHOVER: Severity.BLOCKER},
    expects="a state link, up on both units",
    core=True,
)


def _ask_link(scene: Scene) -> tuple[Finding, ...]:
    looked, findings = full_looks(_LINK, scene)
    return (*findings, *(f for unit, full in looked for f in _link_of(scene, unit, full.running)))


def _link_of(scene: Scene, unit: Unit, running: Configuration | None) -> tuple[Finding, ...]:
    link = unit.failover.state_link
    if link is not None:
        if link.is_up:
            return ()
        evidence = f"{unit.name}: the state link {link.name} {link.port} is {link.condition}"
        facts = (*about(unit), Fact("state link", link.name))
        seen = link.condition
        return (
            found(_LINK, scene, evidence, facts=facts, observed=seen, expected="up", unit=unit),
        )
    if running is None:
        return (unread(_LINK, unit, "show running-config"),)
    if running.failover.link_interface is None:
        evidence = f"{unit.name}: no state link is configured (no `failover link` line)"
        facts = (*about(unit), Fact("state link", "none"))
        return (found(_LINK, scene, evidence, facts=facts, observed="none", unit=unit),)
    if not unit.failover.enabled:
        return ()  # `pair-healthy` names it; the screen tells of no link while failover is off.
    return (unread(_LINK, unit, "show failover"),)


STATE_LINK_UP = Rule(_LINK, _ask_link)

# ── vpn-replication-keyed ──────────────────────────────────────────────────────────────

_KEYED = RuleText(
    rule=RuleName("vpn-replication-keyed"),
    asks="Has the failover link a key, as VPN replication wants, and are the sessions replicated?",
    why=(
        "Every remote-access session ends at the switchover: each person must log in again, all "
        "in one minute."
    ),
    remedy=(
        "On the active unit: configure terminal, failover key SECRET, end, write memory; then "
        "wait until the standby is Standby Ready and holds the sessions."
    ),
    source="ASA syslog guide, 720056, 720058, 720060; the configuration guide only recommends it",
    moments={Moment.PLAN: Severity.BLOCKER, Moment.BEFORE_SWITCHOVER: Severity.BLOCKER},
    expects="a failover key, and the sessions on the standby",
    parameters=(
        Parameter("replicated_percent", 90, "of the sessions with a tunnel, on the standby"),
    ),
    core=True,
)

_YOUNG_SECONDS = 60  # Our guess: a login of the last minute may not stand on the standby yet.


def _unused(scene: Scene) -> str | None:
    """Nobody is hurt where nobody connects; what could not be seen is asked."""
    if scene.seen.dark:
        return None
    used, how = _remote_access(scene)
    return None if used else how


def _ask_keyed(scene: Scene) -> tuple[Finding, ...]:
    looked, findings = full_looks(_KEYED, scene)
    keyless = []
    for unit, full in looked:
        if full.running is None:
            findings = (*findings, unread(_KEYED, unit, "show running-config"))
        elif not full.running.failover.keyed:
            keyless.append(unit)
    if not keyless:
        return (*findings, *_replicated(scene))
    names = " and ".join(unit.name for unit in keyless)
    _, how = _remote_access(scene)
    return (
        found(
            _KEYED,
            scene,
            f"{names}: no `failover key` and no `failover ipsec pre-shared-key`; {how}",
            facts=(*about(*keyless), Fact("failover key", "none")),
            observed="no key",
            expected="failover key, or failover ipsec pre-shared-key",
        ),
        *findings,
    )


def _remote_access(scene: Scene) -> tuple[bool, str]:
    """Whether remote-access VPN is used or configured, and how that was seen."""
    active = scene.seen.active
    for unit in scene.seen.units:
        full = unit.full
        rows = None if full is None or full.sessions is None else len(full.sessions)
        if rows and (active is None or unit.serial == active.serial):
            return True, f"{unit.name} holds {rows} remote-access sessions"
    for unit in scene.seen.units:
        running = None if unit.full is None else unit.full.running
        if running is not None and (running.packages or running.anyconnect_enabled):
            return True, "AnyConnect is configured"
    unseen = [u for u in scene.seen.units if u.full is None or u.full.sessions is None]
    if unseen:
        return True, "whether anybody uses remote-access VPN could not be seen"
    return False, "remote-access VPN is neither configured nor used"


def _replicated(scene: Scene) -> tuple[Finding, ...]:
    """A key is a promise; rows on the standby are the proof."""
    active, standby = scene.seen.active, scene.seen.standby
    if active is None or not isinstance(standby, Unit):
        return ()
    if standby.state is not FailoverState.STANDBY_READY:
        return ()  # `standby-ready` says so; rows arrive with the bulk sync.
    if active.full is None or standby.full is None:
        return ()
    ours, theirs = active.full.sessions, standby.full.sessions
    missing = [
        unread(_KEYED, unit, "show vpn-sessiondb anyconnect")
        for unit, rows in ((active, ours), (standby, theirs))
        if rows is None
    ]
    if ours is None or theirs is None:
        return tuple(missing)
    living = {
        login_key(row) for row in ours if row.has_tunnel and row.duration_seconds > _YOUNG_SECONDS
    }
    there = len(living & {login_key(row) for row in theirs})
    wanted = int(scene.set_to(_KEYED, "replicated_percent"))
    if 100 * there >= wanted * len(living):  # Logins may fall between the two listings.
        return ()
    evidence = (
        f"{standby.name} holds {there} of the {len(living)} sessions with a tunnel on {active.name}"
    )
    facts = (*about(active, standby), Fact("failover key", "set"))
    return (
        found(
            _KEYED,
            scene,
            evidence,
            facts=facts,
            observed=f"{there} of {len(living)} sessions",
            expected=f"at least {wanted} % of them",
            unit=standby,
            consequence="Sessions that the standby does not hold end at the switchover.",
            remedy=(
                "On the active unit: show failover (the VPN rows of the statistics), and "
                "show logging for 720038, 720044, 720073; wait for the bulk sync to end."
            ),
        ),
    )


VPN_REPLICATION_KEYED = Rule(_KEYED, _ask_keyed, _unused)

# ── http-replication ───────────────────────────────────────────────────────────────────

_HTTP = RuleText(
    rule=RuleName("http-replication"),
    asks="Are HTTP connections replicated?",
    why="Web connections through the pair are reset at the switchover; browsers open new ones.",
    remedy="On the active unit: configure terminal, failover replication http, end, write memory.",
    source="ASA 5500 ASDM guide, p. 66-7: HTTP sessions need failover replication http",
    moments={Moment.PLAN: Severity.WARNING, Moment.BEFORE_SWITCHOVER: Severity.WARNING},
    expects="failover replication http",
)


def _ask_http(scene: Scene) -> tuple[Finding, ...]:
    active = scene.seen.active
    if active is None:
        dark = in_the_dark(_HTTP, scene)
        if dark:
            return dark
        units = scene.seen.units
        evidence = "without one active unit nothing is replicated"
        return (found(_HTTP, scene, evidence, facts=about(*units)),)
    if active.failover.replicates_http:
        return ()
    evidence = f"{active.name}: `failover replication http` is not set"
    facts = (*about(active), Fact("replication", "no http"))
    return (found(_HTTP, scene, evidence, facts=facts, observed="not set", unit=active),)


HTTP_REPLICATION = Rule(_HTTP, _ask_http)

RULES = (STATE_LINK_UP, VPN_REPLICATION_KEYED, HTTP_REPLICATION)
