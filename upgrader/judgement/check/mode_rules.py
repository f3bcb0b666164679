"""The modes of both units, and what acts on them without being asked."""

from collections.abc import Iterable

from upgrader.judgement.check.around import serving, texts, unless_configured
from upgrader.judgement.check.rule import Rule, Scene, about, found
from upgrader.model.finding import Fact, Finding, Moment, RuleText, Severity
from upgrader.model.names import RuleName
from upgrader.model.unit import Unit
from upgrader.model.wide import ConfigText

# ── modes-alike ────────────────────────────────────────────────────────────────────────

_MODES = RuleText(
    rule=RuleName("modes-alike"),
    asks="Do both units run in the same firewall, FIPS and flow-offload mode?",
    why="Units whose modes differ switch failover off when they meet: there is no pair any more.",
    remedy=(
        "Bring the standby into the mode of the active unit (a mode is not replicated, and most "
        "of them hold only after a reload), before the window."
    ),
    source="ASA failover guide, requirements; ASA command reference, fips enable, flow-offload",
    moments={
        Moment.PLAN: Severity.BLOCKER,
        Moment.BEFORE_SWITCHOVER: Severity.BLOCKER,
    },
    expects="the same modes on both units",
)

_MODE_LINES = ("firewall transparent", "fips enable", "flow-offload enable")


def _ask_modes(scene: Scene) -> tuple[Finding, ...]:
    seen, findings = texts(_MODES, scene)
    if len(seen) < 2:
        return findings
    (one, ours), (other, theirs) = seen
    told = []
    for line in _MODE_LINES:
        if ours.has(line) != theirs.has(line):
            has, lacks = (one, other) if ours.has(line) else (other, one)
            told.append(
                found(
                    _MODES,
                    scene,
                    f"`{line}` on {has.name}, and not on {lacks.name}",
                    facts=(*about(one, other), Fact("mode", line)),
                )
            )
    return (*findings, *told)


MODES_ALIKE = Rule(_MODES, _ask_modes)

# ── nothing-acts-by-itself ─────────────────────────────────────────────────────────────

_ITSELF = RuleText(
    rule=RuleName("nothing-acts-by-itself"),
    asks="Does nothing on the pair reload it, move its roles or change it by itself?",
    why=(
        "An Auto Update client makes the Primary active when it polls, and reloads units when "
        "the server has another image; an applet answers to the very messages of this night."
    ),
    remedy=(
        "On the active unit, for the time of the window:\nconfigure terminal\n"
        "no auto-update server URL\nno event manager applet NAME\nend\nwrite memory"
    ),
    source="ASA CLI configuration guide, p. 1-16: Auto Update in failover pairs; EEM",
    moments={Moment.PLAN: Severity.WARNING, Moment.BEFORE_STANDBY_RELOAD: Severity.WARNING},
    expects="no Auto Update server, no applet that acts",
)

_AUTO_UPDATE = "auto-update server "
_APPLET = "event manager applet "
_DEEDS = ("reload", "failover", "write", "copy", "delete", "boot", "clear", "shutdown", "conf")


def _ask_itself(scene: Scene) -> tuple[Finding, ...]:
    seen, findings = serving(_ITSELF, scene)
    told: list[Finding] = []
    for unit, text in seen:
        servers = text.starting(_AUTO_UPDATE)
        if servers:
            evidence = f"{unit.name}: an Auto Update server is configured"
            facts = (*about(unit), Fact("acts", "auto-update"))
            remedy = _taking_away(servers)
            told.append(found(_ITSELF, scene, evidence, facts=facts, remedy=remedy, unit=unit))
        told += _applets(scene, unit, text)
    return (*findings, *told)


def _applets(scene: Scene, unit: Unit, text: ConfigText) -> list[Finding]:
    """An applet that only shows something is a note."""
    told = []
    for header, lines in text.under(_APPLET):
        name = header.removeprefix(_APPLET)
        deeds = [line for line in lines if line.startswith("action ") and _acts(line)]
        how = f"does: {deeds[0]}" if deeds else "only looks"
        told.append(
            found(
                _ITSELF,
                scene,
                f"{unit.name}: applet {name} {how}",
                facts=(*about(unit), Fact("acts", f"applet {name}")),
                severity=None if deeds else Severity.NOTE,
                remedy=_taking_away((header,)),
                unit=unit,
            )
        )
    return told


def _taking_away(lines: Iterable[str]) -> str:
    return (
        "On the active unit, for the time of the window (keep the lines, to put them back):\n"
        "configure terminal\n" + "".join(f"no {line}\n" for line in lines) + "end\nwrite memory"
    )


def _acts(line: str) -> bool:
    """`action 0 cli command "failover active"`; `"show …"` does nothing, whatever it names."""
    command = line.partition('"')[2]
    return not command.startswith("sh") and any(word in command for word in _DEEDS)


NOTHING_ACTS_BY_ITSELF = Rule(
    _ITSELF,
    _ask_itself,
    unless_configured("no Auto Update server and no applet is configured", _AUTO_UPDATE, _APPLET),
)

# ── rest-api-stopped ───────────────────────────────────────────────────────────────────

_REST = RuleText(
    rule=RuleName("rest-api-stopped"),
    asks="Is the REST API agent stopped while the images change?",
    why="An agent of another release than the image may not come up again after the reload.",
    remedy=(
        "On the active unit, for the time of the window:\nconfigure terminal\n"
        "no rest-api agent\nend\nwrite memory"
    ),
    source="ASA upgrade guide, Active/Standby: disable the REST API before the upgrade",
    moments={Moment.PLAN: Severity.WARNING},
    expects="no `rest-api agent`",
)

_AGENT = "rest-api agent"


def _ask_rest(scene: Scene) -> tuple[Finding, ...]:
    seen, findings = serving(_REST, scene)
    told = (
        found(_REST, scene, f"{unit.name}: `{_AGENT}`", facts=about(unit), unit=unit)
        for unit, text in seen
        if text.has(_AGENT)
    )
    return (*findings, *told)


REST_API_STOPPED = Rule(
    _REST, _ask_rest, unless_configured("the REST API agent is not configured", _AGENT)
)

RULES = (MODES_ALIKE, NOTHING_ACTS_BY_ITSELF, REST_API_STOPPED)
