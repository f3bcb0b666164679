"""Logging: what may block traffic, and what is left to read after a reload."""

from upgrader.judgement.check.around import serving, unless_configured
from upgrader.judgement.check.rule import Rule, Scene, about, found
from upgrader.model.finding import Fact, Finding, Moment, RuleText, Severity
from upgrader.model.names import RuleName
from upgrader.model.wide import ConfigText

_HOST = "logging host "

# ── logging-lets-traffic-pass ──────────────────────────────────────────────────────────

_LETS = RuleText(
    rule=RuleName("logging-lets-traffic-pass"),
    asks="Does traffic pass while a log collector that is reached over TCP does not answer?",
    why=(
        "Without `permit-hostdown` a unit that cannot reach its TCP collector, as in the first "
        "moments after a switchover, refuses every new connection."
    ),
    remedy=("On the active unit:\nconfigure terminal\nlogging permit-hostdown\nend\nwrite memory"),
    source="ASA command reference, logging permit-hostdown; ASA syslog guide, 201008, 414003",
    moments={Moment.PLAN: Severity.WARNING},
    expects="`logging permit-hostdown`, or collectors over UDP",
)


def _ask_lets(scene: Scene) -> tuple[Finding, ...]:
    seen, findings = serving(_LETS, scene)
    told = []
    for unit, text in seen:
        hosts = _over_tcp(text)
        if hosts and not text.has("logging permit-hostdown"):
            evidence = f"{unit.name}: {'; '.join(hosts)}, and no `logging permit-hostdown`"
            facts = (*about(unit), *(Fact("collector", host) for host in hosts))
            told.append(found(_LETS, scene, evidence, facts=facts, unit=unit))
    return (*findings, *told)


def _over_tcp(text: ConfigText) -> list[str]:
    """`logging host inside 10.1.1.5 6/1470`: the configuration spells TCP by its number."""
    return [
        line
        for line in text.starting(_HOST)
        if any(word.lower().startswith(("6/", "tcp")) for word in line.split()[4:])
        and "permit-hostdown" not in line
    ]


LOGGING_LETS_TRAFFIC_PASS = Rule(
    _LETS, _ask_lets, unless_configured("no log collector is configured", _HOST)
)

# ── logs-kept ──────────────────────────────────────────────────────────────────────────

_KEPT = RuleText(
    rule=RuleName("logs-kept"),
    asks="Will there be logs of both units to read after the night?",
    why=(
        "A reload erases a unit's log buffer, and a standby sends nothing to the collector "
        "unless it is told to: what happened on it is not known afterwards."
    ),
    remedy=(
        "On the active unit, as far as it is wanted:\nconfigure terminal\nlogging enable\n"
        "logging buffered informational\nlogging standby\nend"
    ),
    source="ASA command reference, logging standby, logging buffered; ASA 5500 ASDM guide",
    moments={Moment.PLAN: Severity.NOTE},
    expects="a buffer at level informational, a collector, `logging standby`",
)

_ENOUGH = ("informational", "debugging", "6", "7")


def _ask_kept(scene: Scene) -> tuple[Finding, ...]:
    seen, findings = serving(_KEPT, scene)
    told = []
    for unit, text in seen:
        missing = _missing(text)
        if missing:
            evidence = f"{unit.name}: {'; '.join(missing)}"
            told.append(found(_KEPT, scene, evidence, facts=about(unit), unit=unit))
    return (*findings, *told)


def _missing(text: ConfigText) -> list[str]:
    if not text.has("logging enable"):
        return ["logging is off"]
    missing = []
    buffered = text.starting("logging buffered ")
    if not any(line.split()[-1] in _ENOUGH for line in buffered):
        missing.append("no buffer at level informational, which is read before each reload")
    if not text.has(_HOST):
        missing.append("no log collector")
    elif not text.has("logging standby"):
        missing.append("`logging standby` is off: the standby sends nothing")
    return missing


LOGS_KEPT = Rule(_KEPT, _ask_kept)

RULES = (LOGGING_LETS_TRAFFIC_PASS, LOGS_KEPT)
