"""Interfaces, routes, neighbours, resources: one truth behind all screens."""

import re

import pytest
from worlds import MINUTE, World, config, pair

from upgrader.emulator.pairing.macs import mac_of
from upgrader.emulator.screens.ports import ports_of
from upgrader.emulator.screens.traffic import traffic_of

GATEWAY = (
    *config(),
    "route outside 0.0.0.0 0.0.0.0 203.0.113.254 1",
    "route outside 10.20.0.0 255.255.0.0 203.0.113.253 5",
)


def ask(world: World, u: int, line: str) -> str:
    console = world.pair.open(("primary", "secondary")[u])
    return world.pair.receive(console.number, line).text


def addresses(text: str) -> list[str]:
    return re.findall(r"IP address (\d\S+),", text)


def test_an_address_and_its_mac_move_with_the_role_and_those_of_the_failover_link_stay():
    world = pair()

    def now():
        return {
            u: [(p, mac_of(world.pair, u, p.port)) for p in ports_of(world.pair, u)] for u in (0, 1)
        }

    before = now()
    world.switch_over()
    after = now()

    def where(ports, name):
        return next((p.address, mac) for p, mac in ports if p.name == name)

    assert where(after[1], "outside") == where(before[0], "outside")
    assert where(after[0], "outside") == where(before[1], "outside")
    assert where(after[0], "FO") == where(before[0], "FO")
    assert where(after[1], "FO") == where(before[1], "FO")


@pytest.mark.parametrize("u", [0, 1])
def test_all_screens_of_interfaces_tell_of_the_same_ports(u: int):
    world = pair()
    world.wait(MINUTE)
    ports = [port.port for port in ports_of(world.pair, u)]

    for line in ("show interface", "show interface detail", "show interface summary"):
        assert re.findall(r"^Interface (\S+) ", ask(world, u, line), re.MULTILINE) == ports
    brief = ask(world, u, "show interface ip brief").splitlines()[1:]
    assert [line.split()[0] for line in brief] == ports
    held = [port.address for port in ports_of(world.pair, u) if port.address]
    assert addresses(ask(world, u, "show interface")) == held
    current = ask(world, u, "show ip address").partition("Current")[2].splitlines()[2:]
    assert [line.split()[2] for line in current] == held


def test_one_interface_is_found_by_its_name_and_by_an_abbreviation_of_its_port():
    world = pair()

    one = ask(world, 0, "show interface outside")
    assert one.count("\nInterface ") == 0
    assert one == ask(world, 0, "show interface Gi1/1") == ask(world, 0, "sh int gig1/1")
    assert "Control Point" in ask(world, 0, "show interface outside detail")
    assert "Invalid input" in ask(world, 0, "show interface nowhere")


def test_a_standby_forwards_nothing_and_counts_hellos():
    world = pair()
    before = {u: traffic_of(world.pair, u, ports_of(world.pair, u)[0]) for u in (0, 1)}
    world.wait(10 * MINUTE)
    after = {u: traffic_of(world.pair, u, ports_of(world.pair, u)[0]) for u in (0, 1)}

    assert after[1].packets_in - before[1].packets_in == 600
    assert after[0].packets_in - before[0].packets_in > 6_000


def test_counters_begin_anew_at_a_boot_and_never_run_backwards():
    world = pair()
    world.reload_standby()
    world.standby_comes_back()
    unit = world.number(world.standby)
    seen = [traffic_of(world.pair, unit, ports_of(world.pair, unit)[0])]
    for _ in range(3):
        world.wait(MINUTE)
        seen.append(traffic_of(world.pair, unit, ports_of(world.pair, unit)[0]))

    packets = [t.packets_in for t in seen]
    assert packets == sorted(packets)
    assert packets[0] < 3_600


def test_a_route_is_there_for_each_network_each_static_route_and_each_client():
    world = pair(sessions=2, lines=GATEWAY)

    text = ask(world, 0, "show route")

    assert "Gateway of last resort is 203.0.113.254 to network 0.0.0.0" in text
    assert "S*       0.0.0.0 0.0.0.0 [1/0] via 203.0.113.254, outside" in text
    assert "S        10.20.0.0 255.255.0.0 [5/0] via 203.0.113.253, outside" in text
    assert "C        203.0.113.0 255.255.255.0 is directly connected, outside" in text
    assert len(re.findall(r"^V .*VPN \(advertised\)", text, re.MULTILINE)) == 2
    total = ask(world, 0, "show route summary").splitlines()[-1].split()
    assert int(total[2]) == len(re.findall(r"^[CLSV]\*? ", text, re.MULTILINE))


def test_a_route_over_an_interface_that_is_shut_is_gone():
    world = pair(lines=GATEWAY)
    world.type(world.active, "shutdown", ("interface GigabitEthernet1/1",))

    text = ask(world, 0, "show route")

    assert "Gateway of last resort is not set" in text
    assert "directly connected" not in text


def test_a_neighbour_is_the_mate_as_long_as_it_is_heard():
    world = pair()
    assert "203.0.113.2 " in ask(world, 0, "show arp")
    assert "172.16.0.2 " in ask(world, 0, "show arp")

    theirs = mac_of(world.pair, 1, "GigabitEthernet1/1")
    assert f"outside 203.0.113.2 {theirs} " in ask(world, 0, "show arp")

    world.pull_power(world.secondary)
    world.wait(MINUTE)

    assert "203.0.113.2 " not in ask(world, 0, "show arp")


@pytest.mark.parametrize("u", [0, 1])
def test_resources_are_what_the_other_screens_count(u: int):
    world = pair()
    text = ask(world, u, "show resource usage")
    used = {line[:20].strip(): int(line[20:].split()[0]) for line in text.splitlines()[1:]}

    assert used["Conns"] == int(ask(world, u, "show conn count").split()[0])
    assert used["Routes"] == len(
        re.findall(r"^[CLSV]\*? ", ask(world, u, "show route"), re.MULTILINE)
    )


def test_free_and_used_memory_are_all_the_memory_there_is():
    world = pair()
    free, used, total = (
        int(number) for number in re.findall(r"(\d+) bytes", ask(world, 0, "show memory"))
    )

    assert free + used == total == world.pair.scenario.ram_mb << 20
    assert used > int(re.findall(r"(\d+) bytes", ask(world, 1, "show memory"))[1]) - 1


def test_support_gets_the_screens_that_others_see():
    world = pair()
    text = ask(world, 0, "show tech-support")

    for line in ("show version", "show failover", "show route", "show vpn-sessiondb summary"):
        assert f"------------------ {line} ------------------\n\n{ask(world, 0, line)}" in text


@pytest.mark.parametrize(
    "line",
    [
        "show mode",
        "show firewall",
        "show clock detail",
        "show activation-key",
        "show blocks",
        "show perfmon",
        "show checkheaps",
        "show cpu usage",
        "show ntp status",
        "show ntp associations",
        "show ssh",
        "show ssh sessions",
        "show asdm image",
        "show file system",
        "show flash:",
        "show boot",
        "show module all",
        "show asp drop",
        "show traffic",
        "show nameif",
        "show vpn load-balancing",
        "show crypto ikev1 sa",
        "show crypto ipsec sa",
    ],
)
def test_what_an_engineer_looks_at_is_there_on_both_units_and_lines_end(line: str):
    world = pair()
    for u in (0, 1):
        text = ask(world, u, line)
        assert "Invalid input" not in text
        assert text.endswith("\n")


def test_a_model_without_smart_licences_does_not_know_their_command():
    assert "Invalid input" in ask(pair(), 0, "show license all")


def test_each_interface_is_set_off_in_its_section_as_in_the_whole_configuration():
    lines = (*config(), "interface GigabitEthernet1/2", " nameif inside", " security-level 100")
    world = pair(lines=lines)
    shown = ask(world, 0, "show running-config interface")
    assert shown.startswith("!\ninterface GigabitEthernet")
    assert shown.count("!\ninterface ") == shown.count("interface ") > 1


@pytest.mark.parametrize("u", [0, 1])
def test_addresses_are_shown_however_short_the_question(u: int):
    world = pair()
    assert ask(world, u, "show ip") == ask(world, u, "show ip address")
    assert "Current IP Addresses:" in ask(world, u, "sh ip add")


def test_a_unit_tells_its_name_alone_and_with_its_domain():
    world = pair(lines=(*config(), "domain-name example.net"))
    name = world.pair.units[1].settings.hostname
    assert ask(world, 1, "show hostname") == f"{name}\n"
    assert ask(world, 1, "show hostname fqdn") == f"{name}.example.net\n"
    assert ask(world, 0, "failover exec mate show hostname") == f"{name}\n"


def test_a_name_without_a_domain_stands_alone():
    lines = tuple(line for line in config() if not line.startswith("domain-name"))
    world = pair(lines=lines)
    assert ask(world, 0, "show hostname fqdn") == ask(world, 0, "show hostname")
