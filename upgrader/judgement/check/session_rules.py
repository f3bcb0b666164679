"""The session databases of both units: room in them, the same rows in both, and the portal."""

from upgrader.judgement.check.rule import (
    Rule,
    Scene,
    about,
    found,
    full_looks,
    in_the_dark,
    unread,
    wide_looks,
)
from upgrader.judgement.people.logins import login_key
from upgrader.model.failover import FailoverState
from upgrader.model.finding import Fact, Finding, Moment, Parameter, RuleText, Severity
from upgrader.model.names import RuleName
from upgrader.model.unit import Unit
from upgrader.model.wide import WideLook
from upgrader.model.words import many

_SHOW_SUMMARY = "show vpn-sessiondb"
_SHOW_SESSIONS = "show vpn-sessiondb anyconnect"

# ── session-limit-has-room ─────────────────────────────────────────────────────────────

_LIMIT = RuleText(
    rule=RuleName("session-limit-has-room"),
    asks="Is there room below the session limit for people who log in a second time?",
    why=(
        "Rows of laptops that sleep and of sessions that died count, too: at the limit logins "
        "are refused (113029), or the longest sleeper is thrown out (716060)."
    ),
    remedy=(
        "Choose an hour with fewer people, or shorten vpn-idle-timeout some days before; "
        "`upgrader sessions PAIR` shows the rows that nobody uses."
    ),
    source="ASA syslog guide, 113029, 716060; `show vpn-sessiondb`",
    moments={Moment.PLAN: Severity.WARNING, Moment.BEFORE_FINAL_RELOAD: Severity.WARNING},
    expects="at most 90 % of the limit",
    parameters=(Parameter("most_percent", 90, "how full the session database may be"),),
)


_LIMITS = (
    "vpn-sessiondb max-anyconnect-premium-or-essentials-limit ",
    "vpn-sessiondb max-session-limit ",
)
"""Both spellings, before and since 8.4."""


def _ask_limit(scene: Scene) -> tuple[Finding, ...]:
    dark = in_the_dark(_LIMIT, scene)
    active = scene.seen.active
    if active is None:
        return dark
    summary = active.summary
    if summary is None:
        return (*dark, unread(_LIMIT, active, _SHOW_SUMMARY))
    most = int(scene.set_to(_LIMIT, "most_percent"))
    limit = _limit_of(active, summary.capacity)
    if not limit or summary.total * 100 <= most * limit:
        return dark
    percent = summary.total * 100 // limit
    evidence = (
        f"{active.name}: {summary.total} of {limit} sessions, {summary.inactive} of them inactive"
    )
    return (
        *dark,
        found(
            _LIMIT,
            scene,
            evidence,
            facts=(*about(active), Fact("session limit", str(limit))),
            observed=f"{percent} %",
            expected=f"at most {most} %",
            unit=active,
        ),
    )


def _limit_of(unit: Unit, capacity: int | None) -> int | None:
    """The device's own, or a lower one that somebody has set."""
    wide = None if unit.full is None else unit.full.wide
    lines = () if wide is None or wide.text is None else wide.text.starting(*_LIMITS)
    words = [line.split()[-1] for line in lines]
    known = [int(word) for word in words if word.isdigit()]
    return min([*known, *([] if capacity is None else [capacity])], default=None)


SESSION_LIMIT_HAS_ROOM = Rule(_LIMIT, _ask_limit)

# ── sessions-on-both ───────────────────────────────────────────────────────────────────

_BOTH = RuleText(
    rule=RuleName("sessions-on-both"),
    asks="Does the standby hold the sessions of the unit that serves, in the night's second half?",
    why=(
        "Going back would cost these people a new login: from a newer release to an older one "
        "not everything may be replicated. After the night: the pair is no net for them."
    ),
    remedy=(
        "Wait until the bulk sync has ended and look again; then `show failover` (the VPN rows "
        "of the statistics) and `show logging` for 720038, 720044."
    ),
    source="ASA syslog guide, 720038, 720044; practice: 90 % of the rows on both units",
    moments={Moment.BEFORE_FINAL_RELOAD: Severity.WARNING, Moment.AFTER: Severity.WARNING},
    expects="at least 90 % of the sessions",
    parameters=(Parameter("least_percent", 90, "how many of the sessions the standby must hold"),),
)

_YOUNG_SECONDS = 60  # Our guess: a login of the last minute may not stand on the standby yet.


def _ask_both(scene: Scene) -> tuple[Finding, ...]:
    _, findings = full_looks(_BOTH, scene)
    active, standby = scene.seen.active, scene.seen.standby
    if active is None or not isinstance(standby, Unit):
        return findings
    if active.full is None or standby.full is None:
        return findings
    ours, theirs = active.full.sessions, standby.full.sessions
    missing = [
        unread(_BOTH, unit, _SHOW_SESSIONS)
        for unit, rows in ((active, ours), (standby, theirs))
        if rows is None
    ]
    if ours is None or theirs is None:
        return (*findings, *missing)
    if standby.state is not FailoverState.STANDBY_READY:
        return findings  # `standby-ready` says so; rows arrive with the bulk sync.
    living = {login_key(r) for r in ours if r.has_tunnel and r.duration_seconds > _YOUNG_SECONDS}
    there = len(living & {login_key(row) for row in theirs})
    least = int(scene.set_to(_BOTH, "least_percent"))
    if there * 100 >= least * len(living):
        return findings
    return (
        *findings,
        found(
            _BOTH,
            scene,
            f"{standby.name} holds {there} of the {len(living)} sessions with a tunnel on "
            f"{active.name}",
            facts=about(active, standby),
            observed=f"{there * 100 // len(living)} %",
            expected=f"at least {least} %",
        ),
    )


SESSIONS_ON_BOTH = Rule(_BOTH, _ask_both)

# ── portal-empty ───────────────────────────────────────────────────────────────────────

_PORTAL = RuleText(
    rule=RuleName("portal-empty"),
    asks="Is nobody connected through the clientless portal?",
    why=(
        "Of a clientless session the login goes over, but not what runs in it: smart tunnels, "
        "port forwarding, plug-ins and Citrix logins end at the switchover."
    ),
    remedy="Tell these people beforehand, or choose an hour in which nobody uses the portal.",
    source="ASA 5500 ASDM guide, p. 66-7: what goes over of a clientless session",
    moments={Moment.PLAN: Severity.WARNING, Moment.BEFORE_SWITCHOVER: Severity.WARNING},
    expects="no clientless sessions",
)

_CLIENTLESS = ("Clientless", "WebVPN")


def _ask_portal(scene: Scene) -> tuple[Finding, ...]:
    looked, findings = wide_looks(_PORTAL, scene)
    active = scene.seen.active
    told: list[Finding] = []
    for unit, _, wide in looked:
        if active is None or unit.serial == active.serial:
            told += _portal_of(scene, unit, wide)
    return (*findings, *told)


def _portal_of(scene: Scene, unit: Unit, wide: WideLook) -> list[Finding]:
    if wide.kinds is None:
        return [unread(_PORTAL, unit, _SHOW_SUMMARY)]
    count = sum(kind.active for kind in wide.kinds if kind.name.startswith(_CLIENTLESS))
    if count == 0:
        return []
    return [
        found(
            _PORTAL,
            scene,
            f"{unit.name}: {many(count, 'clientless session')}",
            facts=(*about(unit), Fact("sessions", "clientless")),
            observed=many(count, "session"),
            unit=unit,
        )
    ]


PORTAL_EMPTY = Rule(_PORTAL, _ask_portal)


RULES = (SESSION_LIMIT_HAS_ROOM, SESSIONS_ON_BOTH, PORTAL_EMPTY)
