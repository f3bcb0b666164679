"""What third parties read in the emulator's screens: ntc-templates, and Genie where it is there.

Every screen for which they have a template is read on both units in every state of an upgrade,
and held against the emulator's own tables. On which texts a template itself raises is a list.
"""

from collections.abc import Callable

import pytest
from instants import Desk, instants, units_that_answer
from ntc_templates.parse import parse_output
from textfsm import TextFSMError
from worlds import config, pair

from upgrader.cli.pairfile.pair import read_pair, scenario_of
from upgrader.emulator.machine.hardware import hardware_of
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.pairing.macs import mac_of
from upgrader.emulator.screens.failover import failover_is_on, holds_active
from upgrader.emulator.screens.ports import named_ports, ports_of
from upgrader.emulator.screens.routes import routes_of
from upgrader.emulator.screens.sessions import dotted
from upgrader.emulator.traffic.flows import flows_of

NTC = "cisco_asa"
Rows = list[dict[str, object]]
Claim = Callable[[EmulatedPair, int, Rows], None]

INSTANTS = instants()
CASES = [
    pytest.param(name, u, id=f"{name}: {unit.role.value}")
    for name, pair in INSTANTS.items()
    for u, unit in units_that_answer(pair)
]


def version(pair: EmulatedPair, u: int, rows: Rows) -> None:
    (row,) = rows
    unit = pair.units[u]
    assert row["version"] == unit.version
    assert row["serial"] == [unit.serial]
    assert row["hostname"] == unit.settings.hostname


def failover(pair: EmulatedPair, u: int, rows: Rows) -> None:
    (row,) = rows
    unit = pair.units[u]
    assert row["state"].strip() == ("On" if failover_is_on(unit) else "Off")
    if row["state"].strip() == "Off":
        return
    shown = "Active" if holds_active(unit) else unit.state.value
    assert [state.strip() for state in row["service_state"]] == [shown]
    assert [state.strip() for state in row["service_state_mate"]] == [unit.peer.state.value]
    assert row["sw_version"] == unit.version
    assert row["sw_version_mate"] == (unit.peer.version or "Unknown")
    assert row["interfaces"] == [port.name for port in named_ports(pair, u)]


def summary(pair: EmulatedPair, u: int, rows: Rows) -> None:
    unit = pair.units[u]
    if not unit.rows and not unit.cumulative.get("cumulative"):
        assert rows == []  # `INFO: There are presently no active sessions`
        return
    (row,) = rows
    kinds = dict(zip(row["vpn_session_name"], row["vpn_session_active"], strict=True))
    resting = dict(zip(row["vpn_session_name"], row["vpn_session_inactive"], strict=True))
    counted = int(kinds["AnyConnect Client"]) + int(resting["AnyConnect Client"])
    assert counted == int(row["total_active_and_inactive"]) == len(unit.rows)
    capacity = hardware_of(pair.scenario.model).sessions
    assert int(row["device_total_vpn_capacity"]) == capacity


def sessions(pair: EmulatedPair, u: int, rows: Rows) -> None:
    told = [(int(r["index"]), r["username"], r["assigned_ip"], r["public_ip"]) for r in rows]
    assert told == [
        (row.index, row.user, dotted(row.address), row.public)
        for _, row in sorted(pair.units[u].rows.items())
    ]


def interfaces(pair: EmulatedPair, u: int, rows: Rows) -> None:
    ports = ports_of(pair, u)
    assert [row["interface"] for row in rows] == [port.port for port in ports]
    assert [row["ip_address"] or None for row in rows] == [port.address for port in ports]
    assert [row["link_status"] for row in rows] == [port.link for port in ports]
    assert [row["mac_address"] for row in rows] == [mac_of(pair, u, port.port) for port in ports]


def detail(pair: EmulatedPair, u: int, rows: Rows) -> None:
    (row,) = rows
    port = next(port for port in ports_of(pair, u) if port.name == "outside")
    assert (row["interface"], row["interface_name"]) == (port.port, "outside")
    assert (row["ip_address"], row["netmask"]) == (port.address, port.mask)
    assert row["control_interface_number"] == str(port.number)


def brief(pair: EmulatedPair, u: int, rows: Rows) -> None:
    told = [(row["interface"], row["ip_address"], row["status"].strip()) for row in rows]
    assert told == [(p.port, p.address or "unassigned", p.link) for p in ports_of(pair, u)]


def routes(pair: EmulatedPair, u: int, rows: Rows) -> None:
    told = {(row["protocol"], row["network"], row["netmask"]) for row in rows}
    assert told == {(r.code, r.network, r.mask) for r in routes_of(pair, u)}


def neighbours(pair: EmulatedPair, u: int, rows: Rows) -> None:
    names = {port.name for port in ports_of(pair, u) if port.is_up}
    assert {row["interface"] for row in rows} <= names


def resources(pair: EmulatedPair, u: int, rows: Rows) -> None:
    used = {row["resource"].strip(): int(row["current"]) for row in rows}
    assert used["Conns"] == sum(pair.units[u].connections.values())
    assert used["Hosts"] == len({(f.inner, f.inner_address) for f in flows_of(pair, u)})


def cores(pair: EmulatedPair, u: int, rows: Rows) -> None:
    assert len(rows) == 8
    assert all(float(row["cpu_5_sec"]) < 100 for row in rows)


def chassis(pair: EmulatedPair, u: int, rows: Rows) -> None:
    assert (rows[0]["name"], rows[0]["sn"]) == ("Chassis", pair.units[u].serial)


def flash(pair: EmulatedPair, u: int, rows: Rows) -> None:
    unit = pair.units[u]
    told = {(r["name"], int(r["size"])) for r in rows if not r["permissions"].startswith("d")}
    assert told == {
        (path.rpartition("/")[2], unit.flash[key].bytes) for key, path in unit.paths.items()
    }


def anything(pair: EmulatedPair, u: int, rows: Rows) -> None:
    """Read without complaint: the tables hold nothing to compare with."""


def nothing(pair: EmulatedPair, u: int, rows: Rows) -> None:
    assert rows == []


TEMPLATES: dict[str, Claim] = {
    "show version": version,
    "show failover": failover,
    "show vpn-sessiondb": summary,
    "show vpn-sessiondb anyconnect": sessions,
    "show vpn-sessiondb detail l2l": nothing,
    "show interface": interfaces,
    "show interface outside detail": detail,
    "show interface detail": anything,
    "show interface ip brief": brief,
    "show route": routes,
    "show arp": neighbours,
    "show resource usage": resources,
    "show cpu usage detailed": cores,
    "show inventory": chassis,
    "show module": anything,
    "show asp drop": anything,
    "show xlate": anything,
    "show logging": anything,
    "show crypto ikev1 sa detail": nothing,
    "show crypto ipsec sa": nothing,
    "show running-config tunnel-group": anything,
    "dir": flash,
}


def raises(pair: EmulatedPair, u: int, command: str) -> bool:
    """The texts on which a template itself raises; all are a device's own.

    `Failover Off (pseudo-Standby)`; `INFO: There are presently no active sessions of the type …`;
    in `show interface detail` a port `Available but not configured via nameif`, as Genie's
    example has it.
    """
    match command:
        case "show failover":
            unit = pair.units[u]
            return not (failover_is_on(unit) or holds_active(unit))
        case "show vpn-sessiondb detail l2l":
            return True
        case "show interface detail":
            return any(port.name is None for port in ports_of(pair, u))
        case _:
            return False


TEMPLATE_OF = {"show interface outside detail": "show interface detail"}


@pytest.mark.slow
@pytest.mark.parametrize("command", TEMPLATES)
@pytest.mark.parametrize(("name", "u"), CASES)
def test_a_template_reads_what_is_so(name: str, u: int, command: str):
    pair = INSTANTS[name]
    text = Desk(pair, u).ask(command)
    template = TEMPLATE_OF.get(command, command)
    if raises(pair, u, command):
        with pytest.raises(TextFSMError):
            parse_output(NTC, template, text)
    else:
        TEMPLATES[command](pair, u, parse_output(NTC, template, text))


def test_a_template_raises_on_failover_that_was_never_set_up():
    lines = tuple(line for line in config() if not line.startswith("failover"))
    text = Desk(pair(lines=lines).pair, 0).ask("show failover")

    assert "Failover Off" in text
    with pytest.raises(TextFSMError):
        parse_output(NTC, "show failover", text)


EXAMPLES = ("matched", "asa5525-9.2-to-9.5")
CONFIGURED = (
    "show access-list",
    "show nat",
    "show xlate",
    "show names",
    "show route",
    "show module",
    "show inventory",
    "show interface",
    "show interface ip brief",
    "show running-config tunnel-group",
    "show running-config object network",
    "show running-config access-group",
)


@pytest.mark.parametrize("command", CONFIGURED)
@pytest.mark.parametrize("example", EXAMPLES)
def test_a_template_reads_what_a_whole_configuration_makes(example: str, command: str):
    scenario = scenario_of(read_pair(f"example:{example}"))
    for u in (0, 1):
        text = Desk(EmulatedPair.from_scenario(scenario), u).ask(command)
        assert "ERROR" not in text
        parse_output(NTC, command.removesuffix("s") if command == "show names" else command, text)


def test_rules_are_numbered_and_used_by_the_active_unit_only():
    lines = (
        *config(),
        "object network servers",
        " subnet 10.1.0.0 255.255.0.0",
        " nat (outside,outside) dynamic interface",
        "access-list in extended permit tcp any any eq https",
        "access-list in extended deny ip any any",
        "access-group in in interface outside",
    )
    world = pair(lines=lines)
    world.wait(60_000)

    rules = parse_output(NTC, "show access-list", Desk(world.pair, 0).ask("show access-list"))
    resting = parse_output(NTC, "show access-list", Desk(world.pair, 1).ask("show access-list"))
    assert [rule["line_num"] for rule in rules] == ["", "1", "2"]
    assert sum(int(rule["hit_count"] or 0) for rule in rules) > 0
    assert sum(int(rule["hit_count"] or 0) for rule in resting) == 0
    (rule,) = parse_output(NTC, "show nat", Desk(world.pair, 0).ask("show nat"))
    assert (rule["source_real"], rule["source_mapped"]) == ("servers", "interface")
