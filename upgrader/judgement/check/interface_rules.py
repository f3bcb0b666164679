"""The interfaces of both units: watched, addressed, cabled alike, and calm enough to fail over."""

from collections.abc import Iterable
from dataclasses import dataclass

from upgrader.judgement.check.around import serving, texts, unless_seen
from upgrader.judgement.check.rule import (
    Rule,
    Scene,
    about,
    found,
    unread,
    wide_looks,
)
from upgrader.model.finding import Fact, Finding, Moment, Parameter, RuleText, Severity
from upgrader.model.names import RuleName
from upgrader.model.unit import Unit
from upgrader.model.wide import ConfigText, InterfaceLine

_PLANNED = {Moment.PLAN: Severity.WARNING}


@dataclass(frozen=True, slots=True)
class _Port:
    """An interface of the configuration that has a name and is not shut."""

    port: str
    name: str
    addresses: tuple[str, ...]
    """Its lines `ip address …` and `ipv6 address …`, as far as a standby could have one, too."""
    is_management: bool
    """`management-only`: no user's traffic passes it."""


_UNPAIRED = ("Tunnel", "Loopback", "nve")
"""Of these the units exchange no hellos, and none of them has an address for the standby."""

_MADE = (" dhcp", " pppoe", " link-local", " eui-64", " autoconfig")
"""Addresses that are given or made, and have no second one beside them."""


def _ports(text: ConfigText) -> tuple[_Port, ...]:
    ports = []
    for header, lines in text.under("interface "):
        port = header.removeprefix("interface ")
        name = next((x.removeprefix("nameif ") for x in lines if x.startswith("nameif ")), None)
        if name is None or "shutdown" in lines or port.startswith(_UNPAIRED):
            continue
        addresses = tuple(
            line
            for line in lines
            if line.startswith(("ip address ", "ipv6 address "))
            if not any(word in line for word in _MADE)
        )
        ports.append(_Port(port, name, addresses, "management-only" in lines))
    return tuple(ports)


# ── interfaces-monitored ───────────────────────────────────────────────────────────────

_MONITORED = RuleText(
    rule=RuleName("interfaces-monitored"),
    asks="Is every named interface that carries traffic monitored?",
    why=(
        "A failure of an interface that nobody monitors moves no roles: after the switchover its "
        "people are cut off, and both units call themselves well."
    ),
    remedy=(
        "On the active unit, for each that matters (subinterfaces are not monitored by default):\n"
        "configure terminal\nmonitor-interface NAME\nend\nwrite memory"
    ),
    source="ASA failover guide, interface monitoring: subinterfaces are not monitored by default",
    moments=_PLANNED,
    expects="all named interfaces monitored",
    parameters=(
        Parameter("accepted", "", "interfaces that need no monitoring, separated by commas"),
    ),
)


def _ask_monitored(scene: Scene) -> tuple[Finding, ...]:
    seen, findings = serving(_MONITORED, scene)
    accepted = {name.strip() for name in str(scene.set_to(_MONITORED, "accepted")).split(",")}
    return (*findings, *(f for unit, text in seen for f in _watched(scene, unit, text, accepted)))


def _watched(scene: Scene, unit: Unit, text: ConfigText, accepted: set[str]) -> list[Finding]:
    host = unit.failover.this_host
    shown = () if host is None else host.interfaces
    unwatched = {i.name.lower() for i in shown if i.monitoring == "Not-Monitored"}
    names = [
        port.name
        for port in _ports(text)
        if port.name.lower() in unwatched and not port.is_management and port.name not in accepted
    ]
    if not names:
        return []
    listed = ", ".join(names)
    return [
        found(
            _MONITORED,
            scene,
            f"{unit.name}: not monitored: {listed}",
            facts=(*about(unit), *(Fact("interface", name) for name in names)),
            remedy=(
                "On the active unit, for each that matters (subinterfaces are not monitored by "
                "default):\nconfigure terminal\n"
                + "".join(f"monitor-interface {name}\n" for name in names)
                + "end\nwrite memory"
            ),
            observed=f"{len(names)} not monitored",
            unit=unit,
        )
    ]


INTERFACES_MONITORED = Rule(_MONITORED, _ask_monitored)

# ── standby-addresses-set ──────────────────────────────────────────────────────────────

_ADDRESSES = RuleText(
    rule=RuleName("standby-addresses-set"),
    asks="Has each named interface with an address one for the standby, too?",
    why=(
        "Without a standby address the units exchange no hellos there: what is wrong with that "
        "interface on the standby is seen only when it serves."
    ),
    remedy=(
        "On the active unit, for each interface:\nconfigure terminal\ninterface PORT\n"
        "ip address ADDRESS MASK standby ADDRESS\nend\nwrite memory"
    ),
    source="ASA failover guide, interface monitoring; real 9.x screens: `(0.0.0.0)`, `(Waiting)`",
    moments=_PLANNED,
    expects="`standby` in each `ip address` and `ipv6 address` line",
)


def _ask_addresses(scene: Scene) -> tuple[Finding, ...]:
    seen, findings = serving(_ADDRESSES, scene)
    return (*findings, *(f for unit, text in seen for f in _addressed(scene, unit, text)))


def _addressed(scene: Scene, unit: Unit, text: ConfigText) -> list[Finding]:
    """One for interfaces that carry traffic; a management port alone is a note."""
    bare = [port for port in _ports(text) if _bare(port)]
    findings = []
    for ports, severity in (
        ([port for port in bare if not port.is_management], None),
        ([port for port in bare if port.is_management], Severity.NOTE),
    ):
        if ports:
            names = ", ".join(port.name for port in ports)
            findings.append(
                found(
                    _ADDRESSES,
                    scene,
                    f"{unit.name}: no standby address on {names}",
                    facts=(*about(unit), *(Fact("interface", port.name) for port in ports)),
                    severity=severity,
                    remedy=_addressing(ports),
                    unit=unit,
                )
            )
    return findings


def _bare(port: _Port) -> tuple[str, ...]:
    """Its addresses beside which the standby has none."""
    return tuple(line for line in port.addresses if " standby " not in line)


def _addressing(ports: Iterable[_Port]) -> str:
    """The lines to type, in which a free address of the same network is still to be put."""
    typed = "".join(
        f"interface {port.port}\n"
        + "".join(f"{line.rstrip()} standby ADDRESS\n" for line in _bare(port))
        for port in ports
    )
    return (
        "On the active unit, with a free address of the same network each:\n"
        f"configure terminal\n{typed}end\nwrite memory"
    )


STANDBY_ADDRESSES_SET = Rule(_ADDRESSES, _ask_addresses)

# ── ports-up-alike ─────────────────────────────────────────────────────────────────────

_UP = RuleText(
    rule=RuleName("ports-up-alike"),
    asks="Is each port that is up on the unit that serves up on the other one, too?",
    why="What goes through that port stands still from the switchover until somebody mends it.",
    remedy=(
        "Look at the cable, the transceiver and the switch port of the unit named, and at "
        "`show interface PORT` on both units."
    ),
    source="ASA failover guide: number and types of interfaces, cabled alike; practice",
    moments={
        Moment.PLAN: Severity.WARNING,
        Moment.BEFORE_SWITCHOVER: Severity.WARNING,
        Moment.AFTER: Severity.WARNING,
    },
    expects="up on both units, or on neither",
)

_ONE_SIDED = ("tunnel", "bvi", "nve", "virtual", "loopback", "internal")
"""Of these a standby may have none up while it is well; whether it has is inferred."""


def _ask_up(scene: Scene) -> tuple[Finding, ...]:
    looked, findings = wide_looks(_UP, scene)
    rows: list[tuple[Unit, tuple[InterfaceLine, ...]]] = []
    for unit, _, wide in looked:
        if wide.interfaces is None:
            findings = (*findings, unread(_UP, unit, "show interface ip brief"))
        else:
            rows.append((unit, wide.interfaces))
    active = scene.seen.active
    if active is None or len(rows) < 2:
        return findings
    ours = next(lines for unit, lines in rows if unit is active)
    mate, theirs = next((unit, lines) for unit, lines in rows if unit is not active)
    there = {line.port: line for line in theirs}
    down = [
        there[line.port]
        for line in ours
        if line.is_up and not line.port.lower().startswith(_ONE_SIDED)
        if line.port in there and not there[line.port].is_up
    ]
    return (*findings, *(_down(scene, mate, line) for line in down))


def _down(scene: Scene, mate: Unit, line: InterfaceLine) -> Finding:
    return found(
        _UP,
        scene,
        f"{mate.name}: {line.port} is {line.status}, and up on the unit that serves",
        facts=(*about(mate), Fact("port", line.port)),
        observed=line.status,
        expected="up",
        unit=mate,
    )


PORTS_UP_ALIKE = Rule(_UP, _ask_up)

# ── virtual-macs-set ───────────────────────────────────────────────────────────────────

_MACS = RuleText(
    rule=RuleName("virtual-macs-set"),
    asks="Would a unit that boots alone keep the MAC addresses that everybody knows?",
    why=(
        "A Secondary that boots without seeing its mate serves under its own MAC addresses, and "
        "they change when the Primary is back: neighbours lose both for as long as they remember."
    ),
    remedy=(
        "Nothing for tonight; before another window, for each interface: failover mac address "
        "PORT ACTIVE_MAC STANDBY_MAC"
    ),
    source="ASA failover guide, MAC addresses in Active/Standby failover",
    moments={Moment.PLAN: Severity.NOTE},
    expects="virtual MAC addresses",
)

_VIRTUAL = ("failover mac address ", "mac-address ")


def _ask_macs(scene: Scene) -> tuple[Finding, ...]:
    seen, findings = serving(_MACS, scene)
    bare = [unit for unit, text in seen if not text.has(*_VIRTUAL)]
    told = (found(_MACS, scene, f"{u.name}: none is configured", facts=about(u)) for u in bare)
    return (*findings, *told)


VIRTUAL_MACS_SET = Rule(_MACS, _ask_macs)

# ── polltimes-calm ─────────────────────────────────────────────────────────────────────

_CALM = RuleText(
    rule=RuleName("polltimes-calm"),
    asks="Is the failover hold time long enough to outlast the loading of AnyConnect packages?",
    why=(
        "Loading a package keeps a unit busy; with a hold time under a second its mate takes it "
        "for dead and serves for a moment beside it: connections, logins and typed lines are lost."
    ),
    remedy=(
        "On the active unit, before the window:\nconfigure terminal\n"
        "failover polltime unit 1 holdtime 15\nend\nwrite memory"
    ),
    source="Cisco bug notes on `anyconnect image` and aggressive poll times; failover guide",
    moments=_PLANNED,
    expects="a hold time of a second or more",
    parameters=(Parameter("least_ms", 1_000, "the shortest hold time that is calm, in ms"),),
)


def _ask_calm(scene: Scene) -> tuple[Finding, ...]:
    _, unseen = texts(_CALM, scene)
    least = int(scene.set_to(_CALM, "least_ms"))
    hasty = [
        (unit, unit.failover.hold_ms)
        for unit in scene.seen.units
        if unit.failover.hold_ms is not None and unit.failover.hold_ms < least
    ]
    return (
        *unseen,
        *(
            found(
                _CALM,
                scene,
                f"{unit.name}: the mate is taken for dead after {hold} ms of silence",
                facts=(*about(unit), Fact("hold time", f"{hold} ms")),
                observed=f"{hold} ms",
                expected=f"at least {least} ms",
                unit=unit,
            )
            for unit, hold in hasty
        ),
    )


POLLTIMES_CALM = Rule(
    _CALM,
    _ask_calm,
    unless_seen(
        "no AnyConnect package is configured",
        lambda full, _: full.running is None or bool(full.running.packages),
    ),
)

RULES = (
    INTERFACES_MONITORED,
    STANDBY_ADDRESSES_SET,
    PORTS_UP_ALIKE,
    VIRTUAL_MACS_SET,
    POLLTIMES_CALM,
)
