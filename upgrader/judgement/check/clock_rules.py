"""The clocks of both units: what joins their logs, and what certificates are judged by."""

from datetime import timedelta

from upgrader.judgement.check.around import unless_configured
from upgrader.judgement.check.rule import Rule, Scene, about, found, unread, wide_looks
from upgrader.model.finding import Finding, Moment, Parameter, RuleText, Severity
from upgrader.model.names import RuleName
from upgrader.model.unit import Unit
from upgrader.model.wide import ClockSeen

_PLANNED = {Moment.PLAN: Severity.WARNING}
_AFTER_A_BOOT = {
    Moment.PLAN: Severity.WARNING,
    Moment.BEFORE_SWITCHOVER: Severity.WARNING,
    Moment.AFTER: Severity.WARNING,
}
"""A unit may come back with the time of its battery."""

# ── clocks-agree ───────────────────────────────────────────────────────────────────────

_AGREE = RuleText(
    rule=RuleName("clocks-agree"),
    asks="Do both units tell the same time?",
    why=(
        "Logs of the two units cannot be laid side by side afterwards, and a certificate or a "
        "token that one unit takes is refused by the other as not yet valid, or expired."
    ),
    remedy=(
        "On the active unit: ntp server ADDRESS, which both follow; without one, on each unit: "
        "clock set HH:MM:SS DAY MONTH YEAR."
    ),
    source="ASA command reference, show clock, clock set; practice",
    moments=_AFTER_A_BOOT,
    expects="at most 60 seconds apart",
    parameters=(Parameter("apart_seconds", 60, "how far apart they may be"),),
)


def _ask_agree(scene: Scene) -> tuple[Finding, ...]:
    looked, findings = wide_looks(_AGREE, scene)
    clocks: list[tuple[Unit, ClockSeen]] = []
    for unit, _, wide in looked:
        if wide.clock is None:
            findings = (*findings, unread(_AGREE, unit, "show clock"))
        else:
            clocks.append((unit, wide.clock))
    if len(clocks) < 2:
        return findings
    (one, ours), (other, theirs) = clocks
    most = int(scene.set_to(_AGREE, "apart_seconds"))
    apart = _apart(ours, theirs)
    if ours.at.zone == theirs.at.zone and apart <= timedelta(seconds=most):
        return findings
    seconds = int(apart.total_seconds())
    told = f"{seconds} seconds apart" if ours.at.zone == theirs.at.zone else "in two zones"
    evidence = f"{one.name} says {ours.at}, {other.name} says {theirs.at}: {told}"
    return (
        *findings,
        found(
            _AGREE,
            scene,
            evidence,
            facts=about(one, other),
            observed=told,
            expected=f"at most {most} seconds apart",
        ),
    )


def _apart(ours: ClockSeen, theirs: ClockSeen) -> timedelta:
    """How far apart they are; the time between the two questions is not counted."""
    between = timedelta(0)
    if ours.asked is not None and theirs.asked is not None:
        between = timedelta(milliseconds=theirs.asked - ours.asked)
    return abs((theirs.at.at - ours.at.at) - between)


CLOCKS_AGREE = Rule(_AGREE, _ask_agree)

# ── ntp-followed ───────────────────────────────────────────────────────────────────────

_NTP = RuleText(
    rule=RuleName("ntp-followed"),
    asks="Does each unit follow the NTP server that is configured?",
    why=(
        "After its reload a unit that follows no server has the time of its battery: logs, "
        "certificates and one-time passwords go wrong on it."
    ),
    remedy="Look with `show ntp associations` and `show ntp status`, and at the way to the server.",
    source="ASA command reference, show ntp status",
    moments=_PLANNED,
    expects="synchronized",
)


def _ask_ntp(scene: Scene) -> tuple[Finding, ...]:
    looked, findings = wide_looks(_NTP, scene)
    told: list[Finding] = []
    for unit, _, wide in looked:
        if wide.text is not None and not wide.text.has("ntp server "):
            continue
        if wide.ntp is None:
            line = "show running-config" if wide.text is None else "show ntp status"
            told.append(unread(_NTP, unit, line))
        elif not wide.ntp.synchronized:
            evidence = f"{unit.name}: its clock is not synchronized"
            facts = about(unit)
            told.append(
                found(_NTP, scene, evidence, facts=facts, observed="unsynchronized", unit=unit)
            )
    return (*findings, *told)


NTP_FOLLOWED = Rule(_NTP, _ask_ntp, unless_configured("no NTP server is configured", "ntp server "))

RULES = (CLOCKS_AGREE, NTP_FOLLOWED)
