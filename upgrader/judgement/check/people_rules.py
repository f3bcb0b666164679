"""People with remote access: whom nothing carries over, and who can come back."""

from ipaddress import AddressValueError, IPv6Address

from upgrader.judgement.check.around import SHOW_RUNNING, serving, texts, unless_configured
from upgrader.judgement.check.rule import (
    Rule,
    Scene,
    about,
    found,
    full_looks,
    unread,
)
from upgrader.model.finding import Fact, Finding, Moment, RuleText, Severity
from upgrader.model.names import RuleName
from upgrader.model.unit import Dark, FullLook, Unit
from upgrader.model.words import many

_SHOW_SESSIONS = "show vpn-sessiondb anyconnect"

# ── vpn-filters-on-standby ─────────────────────────────────────────────────────────────

_FILTERS = RuleText(
    rule=RuleName("vpn-filters-on-standby"),
    asks="Does the standby have every access list by which a group policy filters its people?",
    why=(
        "A session whose filter is missing on the standby is not replicated there (720073): its "
        "person must log in again after the switchover."
    ),
    remedy=(
        "Some nights before the window, on the active unit: write standby (it takes the standby "
        "away for a minute). Within the window the standby's own reload brings the lists."
    ),
    source="ASA syslog guide, 720073",
    moments={Moment.PLAN: Severity.WARNING, Moment.BEFORE_SWITCHOVER: Severity.BLOCKER},
    expects="each list of `vpn-filter value` on the standby",
)

_FILTER = "vpn-filter value "


def _ask_filters(scene: Scene) -> tuple[Finding, ...]:
    seen, findings = texts(_FILTERS, scene)
    standby = scene.seen.standby
    if standby is None or isinstance(standby, Dark):
        return findings
    wanted = {
        line.removeprefix(_FILTER).split()[0] for _, text in seen for line in text.starting(_FILTER)
    }
    told = [
        found(
            _FILTERS,
            scene,
            f"{unit.name} has no access list {name}, by which a group policy filters",
            facts=(*about(unit), Fact("access list", name)),
            unit=unit,
        )
        for unit, text in seen
        if unit.serial == standby.serial
        for name in sorted(wanted)
        if not text.has(f"access-list {name} ")
    ]
    return (*findings, *told)


VPN_FILTERS_ON_STANDBY = Rule(
    _FILTERS, _ask_filters, unless_configured("no group policy filters its people", _FILTER)
)

# ── access-policies-alike ──────────────────────────────────────────────────────────────

_DAP = RuleText(
    rule=RuleName("access-policies-alike"),
    asks="Do both units hold the same file of dynamic access policies?",
    why=(
        "What a dynamic access policy asks of a person lies in dap.xml on the flash, and only its "
        "record in the configuration: with another file the other unit lets in others, or nobody."
    ),
    remedy=(
        "Save the policies anew in ASDM on the active unit, and compare `dir disk0:` on both; or "
        "copy disk0:/dap.xml to the unit named, before the window."
    ),
    source="ASDM VPN guide, dynamic access policies; how far the file is replicated is inferred",
    moments={Moment.PLAN: Severity.WARNING, Moment.BEFORE_SWITCHOVER: Severity.WARNING},
    expects="dap.xml on both flashes, of one size",
)

_RECORD = "dynamic-access-policy-record "
_POLICIES = "disk0:/dap.xml"


def _ask_dap(scene: Scene) -> tuple[Finding, ...]:
    looked, findings = full_looks(_DAP, scene)
    sizes: list[tuple[Unit, int | None]] = []
    for unit, full in looked:
        if full.flash is None:
            findings = (*findings, unread(_DAP, unit, "dir"))
        else:
            file = full.flash.find(_POLICIES)
            sizes.append((unit, None if file is None else file.bytes))
    if len({size for _, size in sizes}) < 2:
        return findings
    told = [f"{'none' if size is None else f'{size} bytes'} on {unit.name}" for unit, size in sizes]
    return (
        *findings,
        found(
            _DAP,
            scene,
            f"{_POLICIES} differs: {', '.join(told)}",
            facts=[Fact(f"{_POLICIES} on {u.serial}", str(size or "no file")) for u, size in sizes],
            observed=" and ".join(told),
        ),
    )


def _spared_dap(scene: Scene) -> str | None:
    """Every configuration has the default record, which asks nothing of anybody."""
    seen, unknowns = texts(_DAP, scene)
    records = {line for _, text in seen for line in text.starting(_RECORD)}
    if unknowns or records - {f"{_RECORD}DfltAccessPolicy"}:
        return None
    return "no dynamic access policy but the default one is configured"


ACCESS_POLICIES_ALIKE = Rule(_DAP, _ask_dap, _spared_dap)

# ── ipv6-people-known ──────────────────────────────────────────────────────────────────

_IPV6 = RuleText(
    rule=RuleName("ipv6-people-known"),
    asks="Does nobody come with, or get, an IPv6 address?",
    why=(
        "Older guides exclude IPv6 sessions from stateful failover, and newer ones are silent: "
        "these people may have to log in again after the switchover."
    ),
    remedy="Tell them beforehand; try one IPv6 login across a switchover before the window.",
    source="ASA failover guide 8.x: IPv6 clientless and AnyConnect sessions are not supported",
    moments={Moment.PLAN: Severity.WARNING},
    expects="no IPv6 pool in use, nobody from an IPv6 address",
)

_IPV6_POOL = "ipv6 local pool "
_IPV6_USED = ("ipv6-address-pool",)
"""`ipv6-address-pools value P` of a group policy, `ipv6-address-pool P` of a tunnel group."""


def _ask_ipv6(scene: Scene) -> tuple[Finding, ...]:
    seen, findings = serving(_IPV6, scene)
    told: list[Finding] = []
    for unit, text in seen:
        if text.has(_IPV6_POOL) and text.has(*_IPV6_USED):
            pools = ", ".join(
                x.removeprefix(_IPV6_POOL).split()[0] for x in text.starting(_IPV6_POOL)
            )
            evidence = f"{unit.name}: addresses are given from the IPv6 pool {pools}"
            facts = (*about(unit), Fact("ipv6", "pool"))
            told.append(found(_IPV6, scene, evidence, facts=facts, unit=unit))
        rows = () if unit.full is None else unit.full.sessions
        if rows is None:
            told.append(unread(_IPV6, unit, _SHOW_SESSIONS))
            continue
        count = sum(_is_ipv6(row.public) for row in rows)
        if count:
            evidence = (
                f"{unit.name}: {many(count, 'session comes', 'sessions come')} from IPv6 addresses"
            )
            facts = (*about(unit), Fact("ipv6", "from outside"))
            observed = many(count, "session")
            told.append(found(_IPV6, scene, evidence, facts=facts, observed=observed, unit=unit))
    return (*findings, *told)


def _is_ipv6(public: str) -> bool:
    if public.count(":") < 2:
        return False
    try:
        IPv6Address(public)
    except AddressValueError:
        return False
    return True


IPV6_PEOPLE_KNOWN = Rule(_IPV6, _ask_ipv6)

# ── people-can-come-back ───────────────────────────────────────────────────────────────

_BACK = RuleText(
    rule=RuleName("people-can-come-back"),
    asks="May everybody who is connected log in again?",
    why=(
        "Whoever is connected under a policy that has been closed since stays out once the "
        "session ends. With one login a person the old row goes at the new login, and whoever "
        "works on two devices is thrown out of one."
    ),
    remedy=(
        "On the active unit, for the policy named:\nconfigure terminal\n"
        "group-policy NAME attributes\nvpn-simultaneous-logins 3\nend\nwrite memory"
    ),
    source="ASA 5500 CLI guide, p. 67-42: vpn-simultaneous-logins; 0 closes a policy",
    moments={Moment.PLAN: Severity.WARNING},
    expects="two logins a person, or more",
)


def _ask_back(scene: Scene) -> tuple[Finding, ...]:
    looked, findings = full_looks(_BACK, scene)
    active = scene.seen.active
    told: list[Finding] = []
    for unit, full in looked:
        if active is None or unit.serial == active.serial:
            told += _back_of(scene, unit, full)
    return (*findings, *told)


def _back_of(scene: Scene, unit: Unit, full: FullLook) -> list[Finding]:
    if full.running is None:
        return [unread(_BACK, unit, SHOW_RUNNING)]
    if full.sessions is None:
        return [unread(_BACK, unit, _SHOW_SESSIONS)]
    told = []
    for policy, logins in full.running.simultaneous_logins:
        count = sum(row.group_policy == policy for row in full.sessions)
        if logins > 1 or count == 0:
            continue
        what = "is closed for logins" if logins == 0 else "allows one login a person"
        under = many(count, "session is", "sessions are")
        evidence = f"{unit.name}: group policy {policy} {what}, and {under} under it"
        told.append(
            found(
                _BACK,
                scene,
                evidence,
                facts=(*about(unit), Fact("group policy", policy), Fact("logins", str(logins))),
                severity=None if logins == 0 else Severity.NOTE,
                remedy=(
                    "On the active unit:\nconfigure terminal\n"
                    f"group-policy {_quoted(policy)} attributes\nvpn-simultaneous-logins 3\n"
                    "end\nwrite memory"
                ),
                observed=many(logins, "login"),
                unit=unit,
            )
        )
    return told


def _quoted(name: str) -> str:
    """As it is typed: a name with a blank stands between quotes."""
    return f'"{name}"' if " " in name else name


PEOPLE_CAN_COME_BACK = Rule(_BACK, _ask_back)

# ── load-balancing-left ────────────────────────────────────────────────────────────────

_BALANCED = RuleText(
    rule=RuleName("load-balancing-left"),
    asks="Does the pair take no part in VPN load balancing during the night?",
    why=(
        "The cluster goes on sending people to a pair whose roles move, and its director, if "
        "that is this pair, moves too: logins fail until the cluster has settled."
    ),
    remedy=(
        "On the active unit, an hour before the window (who is connected stays):\n"
        "configure terminal\nvpn load-balancing\nno participate\nend"
    ),
    source="ASA VPN guide, load balancing; ASA command reference, participate",
    moments={Moment.PLAN: Severity.WARNING},
    expects="no `participate`",
)

_CLUSTER = "vpn load-balancing"


def _ask_balanced(scene: Scene) -> tuple[Finding, ...]:
    seen, findings = serving(_BALANCED, scene)
    told = [
        found(_BALANCED, scene, f"{unit.name}: it takes part", facts=about(unit), unit=unit)
        for unit, text in seen
        if any("participate" in lines for _, lines in text.under(_CLUSTER))
    ]
    return (*findings, *told)


LOAD_BALANCING_LEFT = Rule(
    _BALANCED, _ask_balanced, unless_configured("no VPN load balancing is configured", _CLUSTER)
)

RULES = (
    VPN_FILTERS_ON_STANDBY,
    ACCESS_POLICIES_ALIKE,
    IPV6_PEOPLE_KNOWN,
    PEOPLE_CAN_COME_BACK,
    LOAD_BALANCING_LEFT,
)
