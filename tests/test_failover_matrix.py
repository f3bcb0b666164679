"""Event by event: what each unit of a pair does, and what its screens say of it."""

import re
from dataclasses import replace

import pytest
from worlds import MINUTE, PRIMARY, SECONDARY, World, config, pair, scenario

from upgrader.emulator.config import for_unit, read_lines
from upgrader.emulator.machine import chassis
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.pairing import failover, link, replication
from upgrader.emulator.scenario import Module, ScenarioFile
from upgrader.emulator.screens.failover import show_failover
from upgrader.emulator.screens.failover_views import (
    show_failover_exec,
    show_failover_history,
    show_failover_history_details,
    show_failover_state,
)
from upgrader.emulator.state import Power, State
from upgrader.emulator.surface import faults

SECOND = 1_000


def texts(world: World, u: int, *numbers: int) -> list[str]:
    return [line.text for line in world.log(world.pair.units[u], *numbers)]


def split_brain() -> World:
    """Both active: the Secondary booted while the failover link was cut."""
    world = pair()
    world.cut()
    chassis.order_reload(world.pair, SECONDARY)
    world.wait(10 * MINUTE)
    assert world.states == ("Active", "Active")
    return world


# ── a unit dies ──────────


def test_a_crash_is_told_to_nobody_and_found_out_by_the_hold_time() -> None:
    world = pair()
    faults.crash(world.pair, PRIMARY)
    world.wait(14_999)
    assert world.pair.active is None
    world.wait(1)
    assert world.states == ("Not Detected", "Active")
    world.wait(10 * MINUTE)
    assert world.states == ("Standby Ready", "Active"), "it boots by itself, and joins"


def test_the_survivor_logs_that_it_hears_no_more_hellos() -> None:
    world = pair()
    world.pull_power(world.secondary)
    world.wait(MINUTE)

    assert texts(world, PRIMARY, 103_001, 105_005) == [
        "(Primary) No response from other firewall (reason code = 1).",
        "(Primary) Lost Failover communications with mate on interface outside",
    ]


def test_a_reload_that_was_told_is_logged_as_silence_only_after_the_hold_time() -> None:
    world = pair()
    world.reload_standby()
    world.wait(4 * SECOND + 14_999)
    assert texts(world, PRIMARY, 103_001, 105_005) == []
    world.wait(1)
    assert len(texts(world, PRIMARY, 103_001, 105_005)) == 2


def test_a_boot_that_sticks_ends_in_rommon_until_it_is_freed() -> None:
    world = pair()
    faults.stick_boot(world.pair, SECONDARY)
    world.reload_standby()
    world.wait(10 * MINUTE)
    assert world.secondary.power is Power.OFF
    world.give_power(world.secondary)
    world.wait(10 * MINUTE)
    assert world.secondary.power is Power.OFF, "another attempt ends the same"

    faults.free_boot(world.pair, SECONDARY)
    world.wait(10 * MINUTE)
    assert world.states == ("Active", "Standby Ready")


# ── the failover link ──────────


def test_a_cut_failover_link_is_seen_at_once_and_marked_failed_after_the_hold_time() -> None:
    world = pair()
    world.cut()
    assert texts(world, PRIMARY, 105_032, 105_043) == ["LAN Failover interface is down"]
    world.wait(15 * SECOND)
    assert texts(world, PRIMARY, 105_043) == ["(Primary) Failover interface failed"]
    world.mend()
    assert texts(world, PRIMARY, 105_031, 105_042) == [
        "Failover LAN interface is up",
        "(Primary) Failover interface OK",
    ]
    world.wait(2 * MINUTE)
    assert world.states == ("Active", "Standby Ready")


def test_hellos_on_a_data_interface_keep_the_standby_from_taking_over() -> None:
    """Three hellos missed: answered on another interface only, the link is marked failed."""
    world = pair()
    world.cut()
    world.wait(MINUTE)
    assert world.states == ("Active", "Standby Ready")


def test_without_an_answer_on_any_interface_the_standby_takes_over_from_a_living_active() -> None:
    world = pair()
    faults.split_segment(world.pair, "outside")
    world.cut()
    world.wait(15 * SECOND)
    assert world.states == ("Active", "Active")
    assert world.history(world.secondary)[-1][2] == "HELLO not heard from mate"


def test_a_dead_link_and_then_a_dead_active_leave_the_standby_where_it_is() -> None:
    """While the failover link is down there is no failover (ASA configuration guide)."""
    world = pair()
    world.cut()
    world.wait(MINUTE)
    world.pull_power(world.primary)
    world.wait(MINUTE)
    assert world.secondary.state is State.STANDBY_READY


def test_of_two_actives_that_find_each_other_the_secondary_yields_and_syncs_anew() -> None:
    world = split_brain()
    for u in (PRIMARY, SECONDARY):
        state = show_failover_state(world.pair, u)
        assert "Mac set" not in state
        assert re.search(r"Failed +Comm Failure +\d\d:", state)
    world.mend()
    world.wait(2 * MINUTE)

    assert world.states == ("Active", "Standby Ready")
    assert "Mac set" in show_failover_state(world.pair, PRIMARY)
    assert world.history(world.secondary)[-5:][0][2] == "Detected an Active mate"


def test_the_config_state_tells_who_is_syncing_and_who_has_synced() -> None:
    world = pair()
    world.reload_standby()
    world.until(lambda: world.secondary.state is State.SYNC_CONFIG)
    assert "        Config Syncing\n" in show_failover_state(world.pair, PRIMARY)
    assert "        Config Syncing - STANDBY\n" in show_failover_state(world.pair, SECONDARY)
    world.standby_comes_back()
    assert "        Sync Done\n" in show_failover_state(world.pair, PRIMARY)
    assert "        Sync Done - STANDBY\n" in show_failover_state(world.pair, SECONDARY)


def test_a_unit_that_was_synced_and_has_synced_its_mate_says_both() -> None:
    """Real pair, 2023: `Sync Done` and `Sync Done - STANDBY` on a healthy active unit."""
    world = pair()
    world.reload_standby()
    world.standby_comes_back()
    world.switch_over()
    world.reload_standby()
    world.standby_comes_back()
    assert "        Sync Done\n        Sync Done - STANDBY\n" in show_failover_state(
        world.pair, SECONDARY
    )


# ── keys ──────────


def test_units_with_different_keys_pair_when_the_key_is_mended_in_operation() -> None:
    world = pair(standby_lines=for_unit(config(key="something-else"), "secondary"))
    assert world.states == ("Active", "Active")
    world.type(world.secondary, "failover key between-us-two")
    world.wait(2 * MINUTE)
    assert world.states == ("Active", "Standby Ready")


def test_a_key_typed_on_the_standby_alone_parts_the_units_after_the_hold_time() -> None:
    world = pair()
    replication.configure(world.pair, SECONDARY, (), "failover key another-secret")
    assert not link.hear(world.pair)
    world.wait(15 * SECOND)
    assert world.primary.peer.state is State.FAILED
    assert world.states == ("Active", "Standby Ready"), "hellos pass on the data interfaces"


# ── configuration syncs ──────────


def test_a_sync_without_progress_reboots_the_joiner_after_60_seconds_again_and_again() -> None:
    world = pair()
    faults.stall_sync(world.pair)
    world.reload_standby()
    world.until(lambda: world.secondary.state is State.SYNC_CONFIG)
    began = world.pair.now
    world.until(lambda: world.secondary.power is Power.STOPPING)
    assert 59 * SECOND <= world.pair.now - began <= 61 * SECOND
    assert texts(world, SECONDARY, 105_020, 105_022) == [
        "(Secondary) Config replication failed with reason = CFG_SYNC_TIMEOUT",
        "(Secondary) Incomplete/slow config replication",
    ]
    assert texts(world, PRIMARY, 103_001)[-1].endswith("(reason code = 6).")
    world.wait(MINUTE)
    world.until(lambda: world.secondary.state is State.SYNC_CONFIG)
    faults.resume_sync(world.pair)
    world.wait(2 * MINUTE)
    assert world.states == ("Active", "Standby Ready")


def test_a_locked_configuration_holds_the_sync_up_and_reloads_the_standby_after_five_minutes() -> (
    None
):
    world = pair()
    replication.write_standby(world.pair, PRIMARY)
    faults.lock_config(world.pair, SECONDARY, "ssh")
    world.wait(2_000 + 5 * MINUTE - 1)
    assert world.secondary.state is State.SYNC_CONFIG
    world.wait(1)
    assert texts(world, SECONDARY, 105_021) == [
        "(Secondary) Standby unit failed to sync due to a locked single_vf config. Lock held by ssh"
    ]
    world.wait(10 * MINUTE)
    assert world.states == ("Active", "Standby Ready"), "the reload ended the session, too"


def test_a_lock_that_is_let_go_lets_the_sync_go_on() -> None:
    world = pair()
    faults.lock_config(world.pair, SECONDARY)
    replication.write_standby(world.pair, PRIMARY)
    world.wait(MINUTE)
    faults.unlock_config(world.pair, SECONDARY)
    world.wait(17 * SECOND)
    assert world.states == ("Active", "Standby Ready")


# ── what must match ──────────


def test_another_context_mode_turns_failover_off_on_the_unit_that_comes_later() -> None:
    world = pair(
        standby_lines=for_unit((*config(key="x"), *read_lines("mode multiple")), "secondary")
    )
    world.type(world.secondary, "failover key between-us-two")
    world.wait(2 * MINUTE)
    assert world.secondary.state is State.DISABLED
    assert texts(world, SECONDARY, 105_044, 105_001) == [
        "(Secondary) Mate operational mode (Single) is not compatible with my mode (Multiple).",
        "(Secondary) Disabling failover.",
    ]


def test_another_service_card_is_told_and_does_no_more() -> None:
    world = pair()
    scenario = world.pair.scenario
    cards = (
        Module(1, "SFR5516", "5.4.1", "ASA FirePOWER"),
        Module(1, "IPS5516", "7.3", "IPS"),
    )
    units = tuple(
        replace(unit, modules=(card,)) for unit, card in zip(scenario.units, cards, strict=True)
    )
    world = World(EmulatedPair.from_scenario(replace(scenario, units=units)))
    world.reload_standby()
    world.standby_comes_back()
    assert texts(world, SECONDARY, 105_047) == [
        "(Secondary) Mate has a SFR5516 card in slot 1 which is different from my IPS5516"
    ]
    assert world.states == ("Active", "Standby Ready")


# ── failover off ──────────


def test_with_failover_off_the_active_says_no_more_and_the_standby_says_pseudo() -> None:
    world = pair()
    for unit in (world.primary, world.secondary):
        world.type(unit, "no failover")
    assert show_failover(world.pair, PRIMARY).startswith("Failover Off \n")
    assert show_failover(world.pair, SECONDARY).startswith("Failover Off (pseudo-Standby) \n")


def test_a_pseudo_standby_that_reboots_comes_up_active() -> None:
    world = pair()
    world.type(world.active, "no failover")
    world.type(world.secondary, "no failover")
    chassis.write_memory(world.pair, SECONDARY)
    chassis.order_reload(world.pair, SECONDARY)
    world.wait(10 * MINUTE)
    assert world.secondary.active_since is not None


# ── consoles and screens ──────────


def test_a_console_at_the_chassis_own_address_lives_to_read_that_the_roles_moved() -> None:
    """Real 9.23(1): the prompt first, `Switching to Standby` later."""
    world = pair()
    own = world.pair.open("primary")
    moving = world.pair.open("active")
    assert own is not None
    assert moving is not None
    failover.give_up_active(world.pair, PRIMARY)
    world.wait(MINUTE)

    assert world.pair.receive(moving.number, "show clock").dropped
    answer = world.pair.receive(own.number, "show clock")
    assert not answer.dropped
    assert answer.text.startswith("\n        Switching to Standby\n")


def test_history_details_hold_the_mates_history_as_long_as_it_is_heard() -> None:
    world = pair()
    details = show_failover_history_details(world.pair, PRIMARY)
    assert details.count("PEER History Collected at") == 1
    assert "Bulk Sync                  Standby Ready" in details
    world.pull_power(world.secondary)
    world.wait(MINUTE)
    alone = show_failover_history_details(world.pair, PRIMARY)
    assert alone == show_failover_history(world.pair, PRIMARY)


@pytest.mark.parametrize(
    ("where", "section", "who", "mode"),
    [
        ("mate", (), "Standby", "config"),
        ("active", ("interface GigabitEthernet1/2",), "Active", "interface sub-command"),
    ],
)
def test_the_mode_of_failover_exec_can_be_asked_for(
    where: str, section: tuple[str, ...], who: str, mode: str
) -> None:
    text = show_failover_exec(pair().pair, PRIMARY, where, section)
    assert text == f"{who} unit Failover EXEC is at {mode} mode\n"


# ── the state link ──────────


def test_a_lost_state_link_moves_nothing_and_is_logged_and_shown() -> None:
    world = pair()
    world.cut(lan=False, state=True)
    assert texts(world, PRIMARY, 720_025) == [
        "(VPN-Primary) HA status callback: Data channel is down."
    ]
    world.wait(MINUTE)
    assert world.states == ("Active", "Standby Ready")
    world.mend()
    assert texts(world, SECONDARY, 720_025)[-1].endswith("Data channel is up.")


def test_an_active_that_leaves_the_pair_without_a_word_is_taken_for_dead() -> None:
    """Its `no failover` did not reach the joiner, and it sends no hello on any interface."""
    world = pair()
    replication.write_standby(world.pair, PRIMARY)
    world.type(world.primary, "no failover")
    world.wait(MINUTE)
    assert world.primary.active_since is not None
    assert world.states == ("Disabled", "Active")


def test_what_was_typed_shows_where_people_look() -> None:
    world = pair(lines=(*config(), "failover timeout 0:10:00"))
    faults.pull_cable(world.pair, SECONDARY, "outside")
    world.wait(MINUTE)
    console = world.pair.open("active")
    assert console is not None

    def ask(line: str) -> str:
        assert console is not None
        return world.pair.receive(console.number, line).text

    assert "Reconnect timeout 0:10:00\n" in ask("show failover")
    assert "PEER History Collected at" in ask("show failover history details")
    assert ask("show failover exec mate") == "Standby unit Failover EXEC is at config mode\n"
    assert ask("failover reset") == ""
    assert world.states == ("Active", "Standby Ready")


@pytest.mark.parametrize("name", ["FO", "GigabitEthernet1/7"])
def test_the_failover_link_s_cable_can_be_pulled_by_its_name_or_its_port(name: str) -> None:
    world = pair()
    faults.pull_cable(world.pair, PRIMARY, name)
    assert not link.hear(world.pair)
    faults.plug_cable(world.pair, PRIMARY, name)
    assert link.hear(world.pair)


# ── equal configurations ──────────


def modern() -> World:
    """A pair that runs 9.18 on virtual hardware, which may."""
    image = "disk0:/asa9-18-4-smp-k8.bin"
    lines = tuple(
        line.replace("disk0:/asa9-12-4-lfbff-k8.SPA", image).replace("Ethernet1/", "Ethernet0/")
        for line in config()
    )
    old = scenario(lines=lines)
    file = ScenarioFile(image, 100_000_000, "asa-9.18(4)")
    both = [replace(unit, files=(*unit.files, file)) for unit in old.units]
    return World(EmulatedPair.from_scenario(replace(old, model="ASAv", units=tuple(both))))


def test_from_9_18_on_a_unit_that_comes_back_with_an_equal_configuration_skips_the_sync() -> None:
    world = modern()
    assert world.primary.version == "9.18(4)"
    world.reload_standby()
    world.wait(10 * MINUTE)
    assert world.states == ("Active", "Standby Ready")
    assert "Sync Skipped" in show_failover_state(world.pair, PRIMARY)
    (skipped,) = texts(world, SECONDARY, 709_005, 709_012)
    assert skipped.startswith("Skip configuration replication from mate")
    assert len(texts(world, PRIMARY, 709_003)) == 0
    assert texts(world, PRIMARY, 709_009)[0].startswith("(Primary) Configuration on Active")


def test_one_whose_configuration_differs_takes_it_whole_and_says_why() -> None:
    world = modern()
    replication.configure(world.pair, PRIMARY, (), "hostname elsewhere")
    world.reload_standby()
    world.wait(10 * MINUTE)
    assert "Sync Done" in show_failover_state(world.pair, PRIMARY)
    assert "Skipped" not in show_failover_state(world.pair, PRIMARY)
    assert len(texts(world, PRIMARY, 709_010)) == 1
    assert world.secondary.settings.hostname == "elsewhere"


def test_write_standby_sends_everything_however_equal_it_is() -> None:
    world = modern()
    world.reload_standby()
    world.wait(10 * MINUTE)
    assert replication.write_standby(world.pair, PRIMARY)
    world.wait(2 * MINUTE)
    assert "Skipped" not in show_failover_state(world.pair, PRIMARY)
