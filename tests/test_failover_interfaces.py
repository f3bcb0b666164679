"""What failover makes of data interfaces: links, hellos, tests, and who is healthier."""

import re
from dataclasses import replace

import pytest
from screen_worlds import capture
from worlds import MINUTE, PRIMARY, SECONDARY, World, config, pair

from upgrader.emulator import oracles
from upgrader.emulator.config import read_lines
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.pairing import failover, health
from upgrader.emulator.pairing.macs import mac_of
from upgrader.emulator.scenario import Module
from upgrader.emulator.screens.failover import show_failover
from upgrader.emulator.screens.failover_views import show_failover_history, show_failover_state
from upgrader.emulator.surface import faults

INSIDE = """
interface GigabitEthernet1/2
 nameif inside
 security-level 100
 ip address 10.255.0.4 255.255.255.0 standby 10.255.0.5
interface GigabitEthernet1/3
 nameif lonely
 security-level 50
 ip address 10.254.0.4 255.255.255.0
"""
SECOND = 1_000


def world_with(*lines: str, no_link: tuple[str, ...] = (), **words: object) -> World:
    """A pair with outside, inside and an interface without standby address."""
    text = "\n".join((*config(), *read_lines(INSIDE), *lines))
    made = pair(lines=read_lines(text), **words)
    if no_link:
        scenario = made.pair.scenario
        units = tuple(replace(unit, no_link=no_link) for unit in scenario.units)
        made.pair = EmulatedPair.from_scenario(replace(scenario, units=units))
    return made


def said_of(world: World, looker: int, host: str) -> dict[str, str]:
    """Interface → condition, as `show failover` on that unit says it of a host."""
    text = show_failover(world.pair, looker)
    ours, _, theirs = text.partition("        Other host:")
    block = ours if host == "this" else theirs
    return dict(re.findall(r"Interface (\S+) \([\d.]+\): (.+)", block))


def test_a_cable_pulled_from_the_active_unit_makes_the_healthier_standby_active() -> None:
    """Default table of failure detection: a lost link counts after 5 s."""
    world = world_with()
    faults.pull_cable(world.pair, PRIMARY, "inside")

    world.wait(4_999)
    assert world.states == ("Active", "Standby Ready")
    world.wait(1)
    assert world.states == ("Failed", "Active")
    assert said_of(world, SECONDARY, "other")["inside"] == "No Link (Waiting)"
    world.wait(2 * MINUTE)
    assert len(world.living()) == 3
    assert all(row.login_ms < 0 for row in world.rows()), "nobody had to log in again"


def test_both_units_log_an_interface_failure_in_the_captured_words() -> None:
    world = world_with()
    faults.pull_cable(world.pair, PRIMARY, "inside")
    world.wait(5 * SECOND)

    def texts(unit: object) -> list[str]:
        numbers = (*range(103_001, 105_010),)
        return [line.text for line in world.log(unit, *numbers)]  # type: ignore[arg-type]

    assert texts(world.primary) == [
        "(Primary) Link status 'Down' on interface inside",
        "(Primary) Switching to STANDBY - interface check, mate is healthier",
        "(Primary) Switching to FAILED.",
    ]
    assert texts(world.secondary) == [
        "(Secondary) Other firewall network interface 2 failed.",
        "(Secondary) Switching to ACTIVE - mate want me Active",
    ]


def test_history_and_state_say_which_interface_it_was() -> None:
    world = world_with()
    faults.pull_cable(world.pair, PRIMARY, "inside")
    world.wait(5 * SECOND)

    assert world.history(world.primary)[-1] == ("Active", "Failed", "Interface check")
    assert world.history(world.secondary)[-1][2] == "Other unit wants me Active"
    history = show_failover_history(world.pair, PRIMARY).splitlines()
    assert [line.strip() for line in history[-5:-2]] == [
        "This host:1",
        "single_vf: inside",
        "Other host:0",
    ]
    state = show_failover_state(world.pair, PRIMARY).splitlines()
    assert state[3].split() == ["Failed", "Ifc", "Failure", *state[3].split()[3:]]
    assert state[4] == f"{'':30}inside: No Link"
    other = show_failover_state(world.pair, SECONDARY)
    assert other.count("Ifc Failure") == 1
    assert other.index("Other host") < other.index("Ifc Failure")


def test_the_reason_stays_after_the_recovery_and_the_unit_is_ready_again() -> None:
    world = world_with()
    faults.pull_cable(world.pair, PRIMARY, "inside")
    world.wait(MINUTE)
    faults.plug_cable(world.pair, PRIMARY, "inside")
    world.wait(MINUTE)

    assert world.states == ("Standby Ready", "Active")
    assert world.history(world.primary)[-1] == ("Failed", "Standby Ready", "Interface check")
    assert [line.text for line in world.log(world.primary, 104_004)] == [
        "(Primary) Switching to OK."
    ]
    assert "Ifc Failure" in show_failover_state(world.pair, PRIMARY)
    assert set(world.primary.tickets) == set(world.secondary.tickets)


def test_a_standby_whose_interface_fails_is_failed_and_nothing_moves() -> None:
    world = world_with()
    faults.pull_cable(world.pair, SECONDARY, "outside")
    world.wait(MINUTE)

    assert world.states == ("Active", "Failed")
    assert world.primary.peer.state.value == "Failed"
    assert len(world.log(world.primary, 103_003)) == 1


def test_the_active_unit_stays_active_when_its_standby_has_failed_already() -> None:
    world = world_with()
    faults.pull_cable(world.pair, SECONDARY, "outside")
    world.wait(MINUTE)
    faults.pull_cable(world.pair, PRIMARY, "inside")
    world.wait(MINUTE)

    assert world.states == ("Active", "Failed")


def test_what_is_broken_on_both_units_counts_against_neither() -> None:
    """Real 5525 pair, 2016: `No Link` on both management interfaces, Active and Standby Ready."""
    world = world_with(no_link=("inside",))
    world.wait(MINUTE)
    assert world.states == ("Active", "Standby Ready")
    assert said_of(world, PRIMARY, "this")["inside"] == "No Link (Waiting)"
    assert said_of(world, PRIMARY, "other")["inside"] == "No Link (Waiting)"


def test_a_failed_standby_is_ready_again_when_the_active_unit_loses_the_same_interface() -> None:
    world = world_with()
    faults.break_switch_port(world.pair, SECONDARY, "inside")
    world.wait(MINUTE)
    assert world.states == ("Active", "Failed")
    faults.break_switch_port(world.pair, PRIMARY, "inside")
    world.wait(MINUTE)

    assert world.states == ("Active", "Standby Ready")
    assert said_of(world, PRIMARY, "this")["inside"] == "Unknown (Waiting)"
    assert said_of(world, PRIMARY, "other")["inside"] == "Unknown (Waiting)"


def test_hellos_lost_under_a_live_link_are_tested_in_order_and_fail_at_the_hold_time() -> None:
    """Half the hold time without hellos, then activity, ARP and ping: 25 s in all by default."""
    world = world_with()
    faults.break_switch_port(world.pair, PRIMARY, "inside")
    seen: list[tuple[int, str]] = []
    for ms in range(0, 26_000, 500):
        condition = said_of(world, PRIMARY, "this")["inside"]
        if not seen or seen[-1][1] != condition:
            seen.append((ms, condition))
        world.wait(500)

    assert seen == [
        (0, "Normal (Monitored)"),
        (12_500, "Testing (Waiting)"),
        (17_500, "No Traffic (Waiting)"),
        (25_000, "Failed (Waiting)"),
    ]
    assert world.states == ("Failed", "Active")
    assert said_of(world, SECONDARY, "this")["inside"] == "Normal (Waiting)"
    told = [line.text for line in world.log(world.primary, 105_005, 105_008, 105_009)]
    assert told == [
        "(Primary) Lost Failover communications with mate on interface inside",
        "(Primary) Testing Interface inside",
        "(Primary) Testing on interface inside Failed",
    ]
    mate = [line.text for line in world.log(world.secondary, 105_009)]
    assert mate == ["(Secondary) Testing on interface inside Passed"]


def test_a_silence_shorter_than_half_the_hold_time_is_not_noticed() -> None:
    world = world_with()
    faults.break_switch_port(world.pair, PRIMARY, "inside")
    world.wait(12_000)
    faults.mend_switch_port(world.pair, PRIMARY, "inside")
    world.wait(MINUTE)

    assert world.states == ("Active", "Standby Ready")
    assert world.log(world.primary, 105_005) == []
    assert world.primary.watches == {}


def test_a_broken_trunk_leaves_both_units_well_and_waiting() -> None:
    world = world_with()
    faults.split_segment(world.pair, "inside")
    world.wait(MINUTE)

    assert world.states == ("Active", "Standby Ready")
    for host in ("this", "other"):
        assert said_of(world, PRIMARY, host)["inside"] == "Normal (Waiting)"
    faults.join_segment(world.pair, "inside")
    assert said_of(world, PRIMARY, "this")["inside"] == "Normal (Monitored)"


def test_poll_and_hold_times_are_those_configured() -> None:
    world = world_with("failover polltime interface msec 500 holdtime 5")
    faults.pull_cable(world.pair, PRIMARY, "inside")
    world.wait(500)
    assert world.states == ("Failed", "Active")

    silent = world_with("failover polltime interface msec 500 holdtime 5")
    faults.break_switch_port(silent.pair, PRIMARY, "inside")
    silent.wait(7_500)
    assert silent.states == ("Failed", "Active")


@pytest.mark.parametrize(
    ("policy", "broken", "moves"),
    [
        ("1", ("inside",), True),
        ("2", ("inside",), False),
        ("2", ("inside", "outside"), True),
        ("60%", ("inside",), False),
        ("60%", ("inside", "outside"), True),
        ("1%", ("inside",), True),
    ],
)
def test_so_many_interfaces_must_fail_as_the_policy_says(
    policy: str, broken: tuple[str, ...], moves: bool
) -> None:
    world = world_with(f"failover interface-policy {policy}")
    for name in broken:
        faults.pull_cable(world.pair, PRIMARY, name)
    world.wait(MINUTE)
    assert (world.states[1] == "Active") is moves


def test_an_interface_that_is_not_monitored_does_not_count() -> None:
    world = world_with("no monitor-interface inside")
    faults.pull_cable(world.pair, PRIMARY, "inside")
    world.wait(MINUTE)

    assert world.states == ("Active", "Standby Ready")
    assert said_of(world, PRIMARY, "this")["inside"] == "No Link (Not-Monitored)"


def test_an_interface_without_standby_address_is_watched_for_its_link_only() -> None:
    world = world_with()
    faults.break_switch_port(world.pair, PRIMARY, "lonely")
    world.wait(MINUTE)
    assert world.states == ("Active", "Standby Ready")
    assert said_of(world, PRIMARY, "this")["lonely"] == "Normal (Waiting)"
    faults.pull_cable(world.pair, PRIMARY, "lonely")
    world.wait(MINUTE)
    assert world.states == ("Failed", "Active")


def test_an_interface_shut_on_the_active_is_shut_on_both_and_counts_against_neither() -> None:
    world = world_with()
    world.type(world.active, "shutdown", ("interface GigabitEthernet1/2",))
    world.wait(MINUTE)

    assert world.states == ("Active", "Standby Ready")
    assert said_of(world, PRIMARY, "this")["inside"] == "Link Down (Shutdown)"


def test_an_interface_shut_on_the_standby_alone_makes_it_fail() -> None:
    """Practitioners keep a unit from becoming active by shutting a monitored interface there."""
    world = world_with()
    world.type(world.standby, "shutdown", ("interface GigabitEthernet1/2",))
    world.wait(MINUTE)
    assert world.states == ("Active", "Failed")


def test_failover_active_is_refused_by_a_failed_unit() -> None:
    world = world_with()
    faults.pull_cable(world.pair, SECONDARY, "inside")
    world.wait(MINUTE)
    failover.become_active(world.pair, SECONDARY)
    world.wait(MINUTE)
    assert world.states == ("Active", "Failed")


def test_a_failed_standby_takes_over_from_a_dead_active() -> None:
    world = world_with()
    faults.pull_cable(world.pair, SECONDARY, "inside")
    world.wait(MINUTE)
    world.pull_power(world.primary)
    world.wait(MINUTE)
    assert world.states == ("Not Detected", "Active")


def test_failover_reset_holds_until_the_failure_is_found_again() -> None:
    world = world_with()
    faults.pull_cable(world.pair, SECONDARY, "inside")
    world.wait(MINUTE)

    assert health.reset(world.pair, PRIMARY)
    assert world.states == ("Active", "Standby Ready")
    assert oracles.check(world.pair) == ()
    world.wait(5 * SECOND)
    assert world.states == ("Active", "Failed")


def test_with_the_failover_link_cut_no_interface_moves_the_roles() -> None:
    world = world_with()
    world.cut()
    world.wait(MINUTE)
    faults.pull_cable(world.pair, PRIMARY, "inside")
    world.wait(MINUTE)
    assert world.states == ("Active", "Standby Ready")


def test_a_unit_that_joins_with_a_broken_interface_is_failed_as_soon_as_it_is_ready() -> None:
    world = world_with()
    world.reload_standby()
    faults.pull_cable(world.pair, SECONDARY, "inside")
    world.wait(10 * MINUTE)

    assert world.states == ("Active", "Failed")
    assert [row[1] for row in world.history(world.secondary)[-2:]] == ["Standby Ready", "Failed"]


# ── the real ASAv 9.23(1) pair ─────────────────────────────────────────────────────────────


REAL = """
hostname FW-HA
prompt hostname priority state
interface GigabitEthernet0/0
 nameif outside
 security-level 0
 ip address 203.0.113.2 255.255.255.0 standby 203.0.113.3
interface GigabitEthernet0/2
 nameif inside
 security-level 100
 ip address 10.255.0.4 255.255.255.0 standby 10.255.0.5
failover
failover lan unit primary
failover lan interface FAILOVER GigabitEthernet0/1
failover link FAILOVER GigabitEthernet0/1
failover interface ip FAILOVER 172.16.0.1 255.255.255.252 standby 172.16.0.2
"""


def real_pair() -> World:
    """The pair of the captures, as a scenario."""
    world = pair(lines=read_lines(REAL), sessions=0)
    scenario = world.pair.scenario
    image = replace(scenario.units[0].files[0], path="disk0:/asav.bin", version="9.23(1)")
    units = tuple(
        replace(unit, serial=serial, files=(image,))
        for unit, serial in zip(scenario.units, ("9ABP74674HW", "9ARTESW8ALK"), strict=True)
    )
    return World(EmulatedPair.from_scenario(replace(scenario, model="ASAv", units=units)))


def screens(path: str) -> list[list[str]]:
    """Whole real screens, without clocks and times."""
    text = capture(f"failover-tests/{path}")
    parts = re.split(r"^FW-HA\S+# ?.*$", text, flags=re.MULTILINE)
    return [timeless(part) for part in parts if "Failover On" in part]


def timeless(text: str) -> list[str]:
    plain = re.sub(r"(Last Failover at:|Active time:).*", r"\1", text.strip())
    return [line.rstrip() for line in plain.splitlines()]


def shown(world: World, u: int) -> list[str]:
    hosts = show_failover(world.pair, u).partition("\n\nStateful")[0]
    return timeless(hosts)


def test_a_lost_inside_link_and_its_return_look_as_on_the_real_pair() -> None:
    """The switch's port is shut; a virtual firewall's link stays up. On the way back the real
    unit was caught Failed with `No Traffic`, its mate hearing it again."""
    broken, restored = screens("asav_9.23.1_inside_link_lost_then_restored.txt")
    world = real_pair()
    faults.break_switch_port(world.pair, PRIMARY, "inside")
    world.wait(4 * MINUTE)
    faults.mend_switch_port(world.pair, PRIMARY, "inside")
    world.wait(2 * SECOND)

    assert shown(world, SECONDARY) == broken
    world.wait(2 * MINUTE)
    assert shown(world, PRIMARY) == restored


def test_a_stopped_active_unit_and_its_rejoin_look_as_on_the_real_pair() -> None:
    gone, back = screens("asav_9.23.1_active_unit_stopped_then_rejoined.txt")
    world = real_pair()
    world.pull_power(world.primary)
    world.wait(2 * MINUTE)

    assert shown(world, SECONDARY) == gone
    world.give_power(world.primary)
    world.wait(10 * MINUTE)
    assert shown(world, PRIMARY) == back


def test_a_switchover_and_back_looks_as_on_the_real_pair_and_active_time_begins_anew() -> None:
    there, back = screens("asav_9.23.1_commanded_switchover_and_back.txt")
    world = real_pair()
    world.switch_over(settle_ms=24 * SECOND)
    assert shown(world, PRIMARY) == there

    failover.become_active(world.pair, PRIMARY)
    world.wait(22 * SECOND)
    assert shown(world, PRIMARY) == back
    times = re.findall(r"Active time: (\d+)", show_failover(world.pair, PRIMARY))
    assert times == ["21", "24"], "the first spell is not counted again"


# ── service cards and MAC addresses ───────────────────────────────────────────────────────


def carded() -> World:
    world = world_with()
    card = Module(1, "SFR5525", "5.3.1-152", "ASA FirePOWER", up_after_ms=0)
    units = tuple(replace(unit, modules=(card,)) for unit in world.pair.scenario.units)
    return World(EmulatedPair.from_scenario(replace(world.pair.scenario, units=units)))


def test_a_service_card_that_dies_in_the_active_unit_moves_the_roles() -> None:
    world = carded()
    faults.fail_module(world.pair, PRIMARY, 1)

    assert world.states == ("Failed", "Active")
    assert world.history(world.primary)[-1][2] == "Service card failure"
    text = show_failover(world.pair, PRIMARY)
    assert "slot 1: SFR5525 hw/sw rev (N/A/) status (Unresponsive/Up)\n" in text
    assert len(world.log(world.secondary, 103_005)) == 1
    faults.mend_module(world.pair, PRIMARY, 1)
    assert world.states == ("Standby Ready", "Active")


def test_a_service_card_that_dies_in_both_units_moves_nothing() -> None:
    world = carded()
    faults.fail_module(world.pair, SECONDARY, 1)
    assert world.states == ("Active", "Failed")
    faults.fail_module(world.pair, PRIMARY, 1)
    assert world.states == ("Active", "Standby Ready")


def test_a_card_in_a_slot_that_is_not_there_cannot_fail() -> None:
    with pytest.raises(LookupError, match="slot 3"):
        faults.fail_module(carded().pair, PRIMARY, 3)
    with pytest.raises(LookupError, match="attic"):
        faults.pull_cable(carded().pair, PRIMARY, "attic")


def test_mac_addresses_go_with_the_role_and_not_with_the_unit() -> None:
    world = world_with()
    port = "GigabitEthernet1/2"
    active, standby = (mac_of(world.pair, u, port) for u in (PRIMARY, SECONDARY))
    assert active != standby
    world.switch_over()
    assert [mac_of(world.pair, u, port) for u in (SECONDARY, PRIMARY)] == [active, standby]
    link = "GigabitEthernet1/7"
    assert mac_of(world.pair, PRIMARY, link) != mac_of(world.pair, SECONDARY, link)


def test_a_secondary_that_boots_alone_uses_its_own_mac_until_it_hears_the_primary() -> None:
    world = world_with()
    port = "GigabitEthernet1/2"
    active, own = (mac_of(world.pair, u, port) for u in (PRIMARY, SECONDARY))
    for unit in (world.primary, world.secondary):
        world.pull_power(unit)
    world.give_power(world.secondary)
    world.wait(10 * MINUTE)
    assert mac_of(world.pair, SECONDARY, port) == own
    world.give_power(world.primary)
    world.wait(10 * MINUTE)
    assert mac_of(world.pair, SECONDARY, port) == active


def test_configured_mac_addresses_go_before_burned_in_ones() -> None:
    line = "failover mac address GigabitEthernet1/2 0000.a000.0001 0000.a000.0002"
    world = world_with(line)
    assert mac_of(world.pair, PRIMARY, "GigabitEthernet1/2") == "0000.a000.0001"
    assert mac_of(world.pair, SECONDARY, "GigabitEthernet1/2") == "0000.a000.0002"


def test_a_card_that_never_responded_makes_its_standby_failed_from_the_start() -> None:
    """Real 5512 pair: the mate Failed, its slot `Unresponsive/Up`."""
    scenario = carded().pair.scenario
    dead = replace(scenario.units[1].modules[0], responds=False)
    units = (scenario.units[0], replace(scenario.units[1], modules=(dead,)))
    world = World(EmulatedPair.from_scenario(replace(scenario, units=units)))
    assert world.states == ("Active", "Failed")
    mate = show_failover(world.pair, PRIMARY).partition("Other host:")[2]
    assert "status (Unresponsive/Up)" in mate
