"""Licences: alike where they must be, and not about to end."""

from upgrader.judgement.check.around import unless_configured, unless_seen
from upgrader.judgement.check.rule import Rule, Scene, about, found, unread, wide_looks
from upgrader.model.finding import Fact, Finding, Moment, Parameter, RuleText, Severity
from upgrader.model.names import RuleName
from upgrader.model.unit import Unit
from upgrader.model.version import Version
from upgrader.model.wide import LicensedFeature, SmartLicence, WideLook

_NO_TABLES = "no licence tables on this platform"


def _has_tables(_: object, wide: WideLook) -> bool:
    return bool(wide.licences)


# ── licences-alike ─────────────────────────────────────────────────────────────────────

_ALIKE = RuleText(
    rule=RuleName("licences-alike"),
    asks="Are both units licensed alike, as far as a pair needs it?",
    why=(
        "Units with another encryption licence switch failover off (105045). Other licences are "
        "shared while the units see each other, and for 30 days after that."
    ),
    remedy="Compare `show version` of both units, and install the activation key that is missing.",
    source="ASA failover guide, licensing; ASA syslog guide, 105001, 105045",
    moments={
        Moment.PLAN: Severity.BLOCKER,
        Moment.BEFORE_SWITCHOVER: Severity.BLOCKER,
        Moment.AFTER: Severity.WARNING,
    },
    expects="the same licences on both units",
)

_MUST_MATCH = ("encryption-3des-aes", "encryption-des")
_COMBINED_SINCE = Version(8, 3, 1)
"""Before 8.3(1) licences are not combined, and all of them must match."""


def _ask_alike(scene: Scene) -> tuple[Finding, ...]:
    looked, findings = wide_looks(_ALIKE, scene)
    tables = [(unit, _own(wide.licences)) for unit, _, wide in looked if wide.licences]
    if len(looked) < 2 or len(tables) < 2:
        missing = [unread(_ALIKE, u, "show version") for u, _, w in looked if not w.licences]
        return (*findings, *missing)
    (one, ours), (other, theirs) = tables
    told = [
        _differs(scene, name, (one, ours.get(name, "none")), (other, theirs.get(name, "none")))
        for name in sorted({*ours, *theirs})
        if ours.get(name) != theirs.get(name)
        # Two releases list other features: only what both list can be compared.
        if one.running == other.running or (name in ours and name in theirs)
    ]
    return (*findings, *told)


def _own(licences: tuple[LicensedFeature, ...]) -> dict[str, str]:
    return {row.name: row.value for row in licences if row.table == "platform"}


def _differs(scene: Scene, name: str, one: tuple[Unit, str], other: tuple[Unit, str]) -> Finding:
    must = name.lower() in _MUST_MATCH or one[0].running < _COMBINED_SINCE
    told = f"{name}: {one[1]} on {one[0].name}, {other[1]} on {other[0].name}"
    return found(
        _ALIKE,
        scene,
        told,
        facts=[Fact(f"{name} on {unit.serial}", value) for unit, value in (one, other)],
        severity=None if must else Severity.NOTE,
        consequence=None if must else "The pair shares the larger licence while both units live.",
        observed=f"{one[1]} and {other[1]}",
    )


LICENCES_ALIKE = Rule(_ALIKE, _ask_alike, unless_seen(_NO_TABLES, _has_tables))

# ── licences-last ──────────────────────────────────────────────────────────────────────

_LAST = RuleText(
    rule=RuleName("licences-last"),
    asks="Does no licence end in the days around the upgrade?",
    why="A feature that goes when its licence ends is blamed on the upgrade: logins fail, or AES.",
    remedy="Install the permanent key, or a longer one, before the window; then look again.",
    source="ASA licensing guide, time-based licences; `show version`",
    moments={Moment.PLAN: Severity.WARNING},
    expects="perpetual, or more than 14 days",
    parameters=(Parameter("days", 14, "for how many days a time-based licence must still last"),),
)


def _ask_last(scene: Scene) -> tuple[Finding, ...]:
    looked, findings = wide_looks(_LAST, scene)
    days = int(scene.set_to(_LAST, "days"))
    told = [
        found(
            _LAST,
            scene,
            f"{unit.name}: {row.name} ({row.table}) ends in {row.term}",
            facts=(*about(unit), Fact("licence", row.name)),
            observed=row.term,
            expected=f"perpetual, or more than {days} days",
            unit=unit,
        )
        for unit, _, wide in looked
        for row in wide.licences
        if (left := _days_left(row.term)) is not None and left <= days
    ]
    return (*findings, *told)


def _days_left(term: str) -> int | None:
    """`56 days`; None: `perpetual`, or nothing printed."""
    number, _, measure = term.partition(" ")
    return int(number) if number.isdigit() and measure.startswith("day") else None


LICENCES_LAST = Rule(_LAST, _ask_last, unless_seen(_NO_TABLES, _has_tables))

# ── smart-licence-well ─────────────────────────────────────────────────────────────────

_SMART = RuleText(
    rule=RuleName("smart-licence-well"),
    asks="Is the unit that serves registered and authorized for its smart licences?",
    why=(
        "A unit that is not registered, or out of compliance, may lose strong encryption or its "
        "throughput at the next boot: VPN logins fail on it, or it passes a trickle."
    ),
    remedy=(
        "license smart register idtoken TOKEN, or make the licence server reachable; look with "
        "`show license all`."
    ),
    source="ASA licensing guide, smart software licensing; `show license all`",
    moments={Moment.PLAN: Severity.WARNING, Moment.AFTER: Severity.WARNING},
    expects="REGISTERED, AUTHORIZED",
)

_SMARTLY = "license smart"
_UNWELL = ("UNREGISTERED", "REGISTRATION", "EVAL", "OUT OF", "AUTHORIZATION EXPIRED", "NOT ")


def _ask_smart(scene: Scene) -> tuple[Finding, ...]:
    """The standby takes what the active unit is granted: it is not asked for its own."""
    looked, findings = wide_looks(_SMART, scene)
    active = scene.seen.active
    told: list[Finding] = []
    for unit, _, wide in looked:
        if active is not None and unit.serial != active.serial:
            continue
        if wide.text is None:
            told.append(unread(_SMART, unit, "show running-config"))
        elif wide.smart is not None:
            told += _smart_of(scene, unit, wide.smart)
        elif wide.text.has(_SMARTLY):
            told.append(unread(_SMART, unit, "show license all"))
    return (*findings, *told)


def _smart_of(scene: Scene, unit: Unit, smart: SmartLicence) -> list[Finding]:
    states = (smart.registration, smart.authorization)
    bad = [state for state in states if state.upper().startswith(_UNWELL)]
    if not bad:
        return []
    shown = " and ".join(bad)
    evidence = f"{unit.name}: {shown}"
    return [found(_SMART, scene, evidence, facts=about(unit), observed=shown, unit=unit)]


SMART_LICENCE_WELL = Rule(
    _SMART, _ask_smart, unless_configured("smart licences are not configured", _SMARTLY)
)

RULES = (LICENCES_ALIKE, LICENCES_LAST, SMART_LICENCE_WELL)
