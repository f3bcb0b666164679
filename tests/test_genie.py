"""What Genie (pyATS) reads in the emulator's screens, where it is installed.

It is large, so that the project does not ask for it: `pip install genie.libs.parser pyats genie`.
"""

from collections.abc import Callable
from importlib import import_module

import pytest

pytest.importorskip("genie.libs.parser.asa", reason="Genie is not installed")

from genie.metaparser.util.exceptions import SchemaEmptyParserError, SchemaMissingKeyError
from instants import Desk, instants, units_that_answer
from worlds import config, pair

from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.screens.failover import failover_is_on, holds_active
from upgrader.emulator.screens.ports import named_ports, ports_of
from upgrader.emulator.screens.routes import routes_of
from upgrader.emulator.screens.sessions import dotted

Claim = Callable[[EmulatedPair, int, dict], None]

INSTANTS = instants()
CASES = [
    pytest.param(name, u, id=f"{name}: {unit.role.value}")
    for name, pair in INSTANTS.items()
    for u, unit in units_that_answer(pair)
]


def read(parser: str, text: str) -> dict:
    """What the parser of that name makes of the text; `module.Class`."""
    module, _, name = parser.partition(".")
    return getattr(import_module(f"genie.libs.parser.asa.{module}"), name)(device=None).parse(
        output=text
    )


def version(pair: EmulatedPair, u: int, told: dict) -> None:
    unit = pair.units[u]
    assert told["version"]["asa_version"] == unit.version
    assert told["version"]["hostname"] == unit.settings.hostname
    assert told["version"]["serial_number"] == unit.serial


def failover(pair: EmulatedPair, u: int, told: dict) -> None:
    unit = pair.units[u]
    assert told["failover_enabled"] is failover_is_on(unit)
    if not failover_is_on(unit):
        return
    shown = "Active" if holds_active(unit) else unit.state.value
    assert (told["this_host"]["state"], told["other_host"]["state"]) == (
        shown,
        unit.peer.state.value,
    )
    assert told["version"] == {"ours": unit.version, "mate": unit.peer.version or "Unknown"}


def summary(pair: EmulatedPair, u: int, told: dict) -> None:
    counts = told["summary"]["VPN Session"]
    client = counts["session"]["AnyConnect Client"]
    assert client["active"] + client["inactive"] == len(pair.units[u].rows)
    assert counts["total_active_and_inactive"] == len(pair.units[u].rows)


def interfaces(pair: EmulatedPair, u: int, told: dict) -> None:
    ports = ports_of(pair, u)
    assert list(told["interfaces"]) == [port.port for port in ports]
    for port in ports:
        row = told["interfaces"][port.port]
        assert row["name"] == (port.name or "")
        assert row["link_status"] is (port.link == "up")
        assert list(row.get("ipv4", {})) == ([port.address] if port.address else [])


def brief(pair: EmulatedPair, u: int, told: dict) -> None:
    ports = ports_of(pair, u)
    assert list(told["interfaces"]) == [port.port for port in ports]
    for port in ports:
        (address,) = told["interfaces"][port.port]["ipv4"] if port.address else ("unassigned",)
        assert address == (port.address or "unassigned")


def names(pair: EmulatedPair, u: int, told: dict) -> None:
    assert {row["name"]: row["security_level"] for row in told.values()} == {
        port.name: port.security for port in named_ports(pair, u)
    }


def routes(pair: EmulatedPair, u: int, told: dict) -> None:
    found = told["vrf"]["default"]["address_family"]["ipv4"]["routes"]
    assert {prefix.partition("/")[0] for prefix in found} == {
        route.network for route in routes_of(pair, u)
    }


def sessions(pair: EmulatedPair, u: int, told: dict) -> None:
    rows = told["session_type"]["AnyConnect"]["username"]
    found = {
        (index, row["assigned_ip"])
        for user in rows.values()
        for index, row in user["index"].items()
    }
    assert found == {(row.index, dotted(row.address)) for row in pair.units[u].rows.values()}


def anything(pair: EmulatedPair, u: int, told: dict) -> None:
    assert told


PARSERS: dict[str, tuple[str, Claim]] = {
    "show version": ("show_version.ShowVersion", version),
    "show failover": ("show_failover.ShowFailover", failover),
    "show failover interface": ("show_failover.ShowFailoverInterface", anything),
    "show interface detail": ("show_interface.ShowInterfaceDetail", interfaces),
    "show interface summary": ("show_interface.ShowInterfaceSummary", interfaces),
    "show interface ip brief": ("show_interface.ShowInterfaceIpBrief", brief),
    "show nameif": ("show_nameif.ShowNameif", names),
    "show route": ("show_route.ShowRoute", routes),
    "show arp": ("show_arp.ShowArp", anything),
    "show asp drop": ("show_asp.ShowAspDrop", anything),
    "show inventory": ("show_inventory.ShowInventory", anything),
    "show resource usage": ("show_resource.ShowResourceUsage", anything),
    "show traffic": ("show_traffic.ShowTraffic", anything),
    "show vpn load-balancing": ("show_vpn.ShowVPNLoadBalancing", anything),
    "show vpn-sessiondb": ("show_vpn_sessiondb.ShowVPNSessionDBSummary", summary),
    "show vpn-sessiondb anyconnect": ("show_vpn_sessiondb.ShowVpnSessiondbAnyconnect", sessions),
}


def raises(pair: EmulatedPair, u: int, command: str) -> bool:
    """The texts that a parser does not take; all are a device's own, or nobody knows better.

    `Failover Off (pseudo-Standby)`; no `Device Manager Version` where no ASDM is set; an IPv4
    address with its mask; load balancing without peers; `INFO: There are presently no active
    sessions …`; no neighbours.
    """
    unit = pair.units[u]
    match command:
        case "show version":
            return unit.settings.asdm is None
        case "show failover":
            return not (failover_is_on(unit) or holds_active(unit))
        case "show failover interface" | "show vpn load-balancing":
            return True
        case "show vpn-sessiondb":
            return not unit.rows and not unit.cumulative.get("cumulative")
        case "show vpn-sessiondb anyconnect":
            return not unit.rows
        case "show arp":
            return Desk(pair, u).ask(command) == ""
        case _:
            return False


@pytest.mark.parametrize("command", PARSERS)
@pytest.mark.parametrize(("name", "u"), CASES)
def test_genie_reads_what_is_so(name: str, u: int, command: str):
    pair = INSTANTS[name]
    parser, claim = PARSERS[command]
    text = Desk(pair, u).ask(command)
    if raises(pair, u, command):
        with pytest.raises((SchemaEmptyParserError, SchemaMissingKeyError)):
            read(parser, text)
    else:
        claim(pair, u, read(parser, text))


def test_genie_reads_a_version_with_its_device_manager():
    world = pair(lines=(*config(), "asdm image disk0:/asdm-7161.bin"))

    told = read("show_version.ShowVersion", Desk(world.pair, 0).ask("show version"))

    version(world.pair, 0, told)
    assert told["version"]["asdm_version"] == "7.16(1)"
