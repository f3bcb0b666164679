"""The emulated pair keeps the promises of an Active/Standby pair."""

from dataclasses import replace

import pytest
from worlds import HOUR, MINUTE, NEW_IMAGE, OLD_IMAGE, PACKAGE, PRIMARY, SECONDARY, config, pair

from upgrader.emulator import oracles
from upgrader.emulator.machine import chassis, files
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.pairing import failover, link, replication
from upgrader.emulator.pairing.states import are_compatible
from upgrader.emulator.save import NotAPair
from upgrader.emulator.scenario import ScenarioFile
from upgrader.emulator.screens.failover import show_failover
from upgrader.emulator.state import Mind, Power, State
from upgrader.emulator.surface import faults
from upgrader.emulator.syslog import log


def test_a_pair_begins_with_one_active_and_one_standby_that_hold_the_same_sessions() -> None:
    world = pair(sessions=5, sleeping=2)

    assert world.states == ("Active", "Standby Ready")
    assert len(world.living()) == 3
    assert set(world.primary.tickets) == set(world.secondary.tickets)
    assert world.in_use() == world.in_use(world.standby) == 5
    assert oracles.check(world.pair) == ()


def test_a_matched_night_loses_nobody_and_leaves_nothing_behind() -> None:
    world = pair(sessions=5, sleeping=2)
    audits = {row.audit for row in world.rows()}

    world.night()

    assert world.states == ("Standby Ready", "Active")
    assert (world.primary.version, world.secondary.version) == ("9.16(4)", "9.16(4)")
    assert {row.audit for row in world.rows()} == audits
    assert len(world.living()) == 3
    assert world.orphans() == []
    assert world.in_use() == world.in_use(world.standby) == 5


def test_the_standby_answers_until_it_goes_dark_and_its_mate_knows_at_once() -> None:
    world = pair()
    world.reload_standby()

    assert world.secondary.power is Power.STOPPING
    assert world.primary.peer.state is State.STANDBY_READY
    world.wait(4_000)
    assert world.secondary.power is Power.BOOTING
    assert world.primary.peer.state is State.FAILED
    assert world.primary.peer.version == "9.12(4)", "the last known version stays on the screen"
    assert world.primary.last_failure == ("Comm Failure", 4_000)


def test_a_returning_standby_passes_all_states_in_order_and_in_the_captured_times() -> None:
    world = pair()
    world.reload_standby()
    world.wait(10 * MINUTE)

    assert world.history(world.secondary) == [
        ("Not Detected", "Disabled", "No Error"),
        ("Disabled", "Negotiation", "Failover state check"),
        ("Negotiation", "Cold Standby", "Detected an Active mate"),
        ("Cold Standby", "Sync Config", "Detected an Active mate"),
        ("Sync Config", "Sync File System", "Detected an Active mate"),
        ("Sync File System", "Bulk Sync", "Detected an Active mate"),
        ("Bulk Sync", "Standby Ready", "Detected an Active mate"),
    ]
    up = 4_000 + 300_000
    assert [entry.at - up for entry in world.secondary.history] == [
        0, 0, 1_000, 3_000, 27_000, 27_000, 43_000,
    ]  # fmt: skip


def test_the_prompt_returns_before_the_roles_have_moved() -> None:
    world = pair()
    failover.give_up_active(world.pair, PRIMARY)

    world.wait(899)
    assert world.states == ("Active", "Standby Ready")
    world.wait(1)
    assert world.states == ("Standby Ready", "Active")


def test_a_switchover_is_five_steps_on_the_one_and_one_step_on_the_other_in_one_second() -> None:
    world = pair()
    before = len(world.primary.history), len(world.secondary.history)
    world.switch_over()

    wanted = "Other unit wants me Active"
    assert world.history(world.secondary)[before[1] :] == [
        ("Standby Ready", "Just Active", wanted),
        ("Just Active", "Active Drain", wanted),
        ("Active Drain", "Active Applying Config", wanted),
        ("Active Applying Config", "Active Config Applied", wanted),
        ("Active Config Applied", "Active", wanted),
    ]
    assert world.history(world.primary)[before[0] :] == [
        ("Active", "Standby Ready", "Set by the config command")
    ]
    assert {entry.at for entry in world.secondary.history[before[1] :]} == {900}


def test_failover_active_typed_on_the_standby_says_who_wanted_it() -> None:
    world = pair()
    failover.become_active(world.pair, SECONDARY)
    world.wait(1_000)

    assert world.history(world.secondary)[-1][2] == "Set by the config command"
    assert world.history(world.primary)[-1][2] == "Other unit wants me Standby"


def test_a_standby_told_to_sync_anew_says_so_at_every_step() -> None:
    """Real `write standby`: one reason from Cold Standby to Standby Ready, 46 s in all."""
    world = pair()
    before = len(world.standby.history)
    replication.write_standby(world.pair, PRIMARY)
    world.wait(MINUTE)

    steps = world.standby.history[before:]
    assert [entry.after.value for entry in steps] == [
        "Cold Standby", "Sync Config", "Sync File System", "Bulk Sync", "Standby Ready",
    ]  # fmt: skip
    assert {entry.reason for entry in steps} == {"Configuration mismatch"}
    assert steps[-1].at - steps[0].at == 42_000


def test_syslog_names_the_switchover_in_its_own_words() -> None:
    world = pair()
    world.switch_over()
    (became,) = world.log(world.secondary, 104_001)
    assert became.text == "(Secondary) Switching to ACTIVE - mate want me Active"

    failover.become_active(world.pair, PRIMARY)
    world.wait(MINUTE)
    (gave_up,) = world.log(world.secondary, 104_002)
    assert gave_up.text == (
        "(Secondary) Switching to STANDBY - Other unit wants me Standby. "
        "Primary unit switch reason: Set by the config command."
    )


def test_consoles_are_dropped_when_the_addresses_move() -> None:
    world = pair()
    before = world.pair.open("active")
    assert before is not None
    world.switch_over()

    assert world.pair.receive(before.number, "show clock").dropped
    after = world.pair.open("active")
    assert after is not None
    assert after.unit == SECONDARY


def test_a_console_to_a_unit_that_went_dark_is_dropped_and_nobody_answers_there() -> None:
    world = pair()
    console = world.pair.open("standby")
    assert console is not None
    world.reload_standby()
    world.wait(5_000)

    assert world.pair.receive(console.number, "show clock").dropped
    assert world.pair.open("standby") is None


def test_without_hellos_the_standby_takes_over_after_the_hold_time_and_not_before() -> None:
    world = pair(lines=config(hold_s=9))
    world.pull_power(world.primary)

    world.wait(8_999)
    assert world.pair.active is None
    world.wait(1)
    assert world.states == ("Not Detected", "Active")
    assert world.history(world.secondary)[-1][2] == "HELLO not heard from mate"


def test_a_former_active_that_returns_becomes_standby() -> None:
    world = pair()
    world.pull_power(world.primary)
    world.wait(MINUTE)
    world.give_power(world.primary)
    world.wait(10 * MINUTE)

    assert world.states == ("Standby Ready", "Active")


def test_of_two_units_that_boot_together_the_primary_becomes_active() -> None:
    world = pair()
    for unit in (world.primary, world.secondary):
        world.pull_power(unit)
        world.give_power(unit)
    world.wait(10 * MINUTE)

    assert world.states == ("Active", "Standby Ready")


def test_a_secondary_that_boots_alone_becomes_active_and_stays_it() -> None:
    world = pair()
    world.pull_power(world.primary)
    world.pull_power(world.secondary)
    world.give_power(world.secondary)
    world.wait(6 * MINUTE)
    assert world.states == ("Not Detected", "Active")
    world.give_power(world.primary)
    world.wait(10 * MINUTE)

    assert world.states == ("Standby Ready", "Active")


def test_two_actives_are_healed_by_turning_failover_off_on_the_wrong_one_first() -> None:
    world = pair()
    world.cut()
    chassis.order_reload(world.pair, SECONDARY)
    world.wait(10 * MINUTE)
    assert world.states == ("Active", "Active")

    world.type(world.secondary, "no failover")
    failover.give_up_active(world.pair, SECONDARY)
    world.wait(MINUTE)
    world.mend()
    world.type(world.secondary, "failover")
    world.wait(2 * MINUTE)

    assert world.states == ("Active", "Standby Ready")
    assert len(world.living()) == 3, "whoever carried the traffic went on carrying it"
    assert oracles.check(world.pair) == ()


def test_a_link_lost_in_operation_moves_nothing() -> None:
    world = pair()
    world.cut()
    world.wait(MINUTE)

    assert world.states == ("Active", "Standby Ready")
    assert world.primary.peer.state is State.FAILED
    assert len(world.log(world.primary, 105_043)) == 1


def test_a_link_lost_for_less_than_the_hold_time_is_not_noticed() -> None:
    world = pair()
    entries = len(world.secondary.history)
    world.cut()
    faults.connect_clients(world.pair, 1)
    world.wait(14_000)
    world.mend()
    world.wait(MINUTE)

    assert len(world.secondary.history) == entries
    assert len(world.secondary.tickets) == 4


def test_a_link_that_is_down_at_boot_makes_two_actives_and_its_return_leaves_one() -> None:
    world = pair()
    world.cut()
    world.wait(MINUTE)
    chassis.order_reload(world.pair, SECONDARY)
    world.wait(10 * MINUTE)

    assert world.states == ("Active", "Active")
    world.mend()
    world.wait(2 * MINUTE)
    assert world.states == ("Active", "Standby Ready")
    assert set(world.secondary.tickets) == set(world.primary.tickets)


def test_each_of_two_actives_takes_the_other_for_failed() -> None:
    """Real split brain: each is Active, and its mate Failed for want of communication."""
    world = pair()
    world.cut()
    chassis.order_reload(world.pair, SECONDARY)
    world.wait(10 * MINUTE)

    assert world.states == ("Active", "Active")
    for unit in (world.primary, world.secondary):
        assert unit.peer.state is State.FAILED
        assert unit.last_failure is not None
        assert unit.last_failure[0] == "Comm Failure"
    assert world.secondary.peer.version is None, "it has heard nobody since it booted"
    assert world.primary.peer.version == "9.12(4)"


@pytest.mark.parametrize(("key", "threads"), [("k", 720_057), (None, 720_056)])
def test_a_unit_says_at_boot_whether_vpn_state_will_replicate(
    key: str | None, threads: int
) -> None:
    world = pair(lines=config(key=key))
    world.reload_standby()
    world.standby_comes_back()

    said = world.log(world.secondary, *range(720_056, 720_062))
    assert [line.number for line in said] == [threads, threads + 2, threads + 4]


def test_a_mate_that_is_gone_keeps_the_active_time_it_was_last_heard_with() -> None:
    """Real 9.23(1) pair: `Other host: Primary - Failed`, `Active time: 528 (sec)`."""
    world = pair()
    long = world.pair.now - world.primary.booted_ms
    world.pull_power(world.primary)
    world.wait(MINUTE)
    assert world.secondary.peer.active_ms == long
    assert f"Active time: {long // 1_000} (sec)\n" in show_failover(world.pair, SECONDARY)

    world.give_power(world.primary)
    world.wait(10 * MINUTE)
    host = show_failover(world.pair, SECONDARY).partition("Other host")[2]
    assert "Active time: 0 (sec)\n" in host


def test_units_with_different_keys_do_not_hear_each_other() -> None:
    world = pair(standby_lines=config(key="something-else"))
    assert world.states == ("Active", "Active")
    assert not link.hear(world.pair)

    keyed = pair()
    keyed.type(keyed.standby, "failover key something-else")
    keyed.wait(MINUTE)
    assert keyed.primary.peer.state is State.FAILED


def test_a_key_typed_on_the_active_reaches_the_standby_before_it_is_in_force() -> None:
    world = pair()
    world.type(world.active, "failover key a-better-secret")
    world.wait(MINUTE)

    assert link.hear(world.pair)
    assert world.primary.settings.failover.key == world.secondary.settings.failover.key


def test_a_sealed_message_is_read_with_the_same_key_only() -> None:
    world = pair()
    assert link.carry(world.pair, PRIMARY, b"hello") == b"hello"
    assert world.pair.link.sealed > 0
    replication.configure(world.pair, SECONDARY, (), "failover key another-secret")
    assert link.carry(world.pair, PRIMARY, b"hello") is None


def test_a_sealed_message_with_one_bit_changed_is_not_opened() -> None:
    sealed = link.seal(b"secret", 7, PRIMARY, b"hello")
    assert b"hello" not in sealed
    assert link.unseal(b"secret", 7, PRIMARY, sealed) == b"hello"

    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        assert link.unseal(b"secret", 7, PRIMARY, bytes(changed)) is None


def test_a_sealed_message_cannot_be_repeated_reversed_or_read_with_another_key() -> None:
    sealed = link.seal(b"secret", 7, PRIMARY, b"hello")

    assert link.unseal(b"secret", 8, PRIMARY, sealed) is None
    assert link.unseal(b"secret", 7, SECONDARY, sealed) is None
    assert link.unseal(b"other", 7, PRIMARY, sealed) is None


def test_a_hex_key_is_not_the_secret_of_the_same_letters() -> None:
    digits = "0123456789abcdef0123456789abcdef"
    by_hex, by_secret = (
        pair(lines=config(key=key)).primary.settings.failover for key in (f"hex {digits}", digits)
    )
    assert link.keying(by_hex) == b"hex" + bytes([0]) + bytes.fromhex(digits)
    assert link.keying(by_secret) == b"secret" + bytes([0]) + digits.encode()

    world = pair(lines=config(key=f"hex {digits}"), standby_lines=config(key=digits))
    assert not link.hear(world.pair)
    assert world.states == ("Active", "Active")


def test_without_a_failover_key_no_session_reaches_the_standby() -> None:
    world = pair(lines=config(key=None), sessions=4)
    assert world.standby.rows == {}
    faults.connect_clients(world.pair, 1)
    assert world.log(world.primary, 737_028, 737_029) == [], "nothing is sent, so nothing fails"
    faults.disconnect(world.pair, 5)

    world.switch_over(settle_ms=3 * MINUTE)

    assert len(world.living()) == 4
    assert all(row.login_ms > 0 for row in world.rows()), "everybody had to log in again"
    assert world.in_use() == 4


def test_without_http_replication_only_http_connections_are_cut() -> None:
    world = pair(lines=config(http=False))
    assert world.standby.connections == {"tcp": 400, "udp": 200}
    world.switch_over(settle_ms=1_000)
    assert world.active.connections == {"tcp": 400, "udp": 200}

    kept = pair()
    kept.switch_over(settle_ms=1_000)
    assert kept.active.connections == {"tcp": 400, "udp": 200, "http": 100}


def test_without_the_state_link_sessions_and_connections_end_at_the_switchover() -> None:
    world = pair(sessions=3)
    world.cut(lan=False, state=True)
    world.switch_over(settle_ms=1_000)
    assert world.rows() == []
    world.wait(3 * MINUTE)

    assert len(world.living()) == 3
    assert all(row.login_ms > 0 for row in world.rows())


def test_active_gives_up_without_a_ready_standby_and_nobody_serves_until_the_hold_time() -> None:
    """An ASA does not refuse it; that the unit returns after the hold time is inferred."""
    world = pair()
    world.reload_standby()
    world.wait(10_000)
    failover.give_up_active(world.pair, PRIMARY)
    world.wait(1_000)
    assert world.pair.active is None
    world.wait(15_000)
    assert world.states[0] == "Active"


def test_lines_flow_from_active_to_standby_and_never_back() -> None:
    world = pair()
    world.type(world.active, "hostname north")
    assert "hostname north" in world.standby.running
    world.type(world.standby, "hostname south")
    assert "hostname north" in world.active.running


def test_each_unit_keeps_its_own_role_through_a_full_sync() -> None:
    world = pair()
    replication.write_standby(world.pair, PRIMARY)
    assert world.history(world.secondary)[-1][2] == "Configuration mismatch"
    world.standby_comes_back()

    assert "failover lan unit secondary" in world.secondary.running
    assert "failover lan unit primary" in world.primary.running


def test_write_memory_on_the_active_saves_both_and_on_the_standby_one() -> None:
    world = pair()
    world.type(world.active, "hostname north")
    assert world.primary.modified
    assert world.secondary.modified
    chassis.write_memory(world.pair, SECONDARY)
    assert (world.primary.modified, world.secondary.modified) == (True, False)
    chassis.write_memory(world.pair, PRIMARY)
    assert "hostname north" in world.primary.startup
    assert not world.primary.modified


def test_what_was_not_saved_is_gone_after_a_reload_and_comes_back_by_the_sync() -> None:
    world = pair()
    world.type(world.active, "hostname north")
    world.reload_standby()
    world.wait(4_000 + 300_500)
    assert "hostname branch" in world.secondary.running
    world.standby_comes_back()
    assert "hostname north" in world.secondary.running
    assert world.secondary.modified, "after a sync the configuration is only in RAM"


def test_delete_on_the_active_replicates_and_copy_does_not() -> None:
    world = pair()
    files.save_text(world.pair, PRIMARY, "disk0:/before.cfg", "hostname branch\n", 0)
    assert "disk0:/before.cfg" in world.primary.flash
    assert "disk0:/before.cfg" not in world.secondary.flash
    files.delete(world.pair, PRIMARY, OLD_IMAGE)
    assert OLD_IMAGE.lower() not in world.secondary.flash


def test_a_unit_boots_the_first_entry_of_its_saved_list_that_is_there() -> None:
    world = pair()
    world.boots_next("disk0:/asa9-18-1-lfbff-k8.SPA")
    world.type(world.active, f"boot system {NEW_IMAGE}")
    chassis.write_memory(world.pair, PRIMARY)
    world.reload_standby()
    world.standby_comes_back()

    assert world.secondary.version == "9.16(4)"


def test_an_image_added_behind_the_old_one_boots_the_old_one() -> None:
    world = pair()
    world.type(world.active, f"boot system {NEW_IMAGE}")
    chassis.write_memory(world.pair, PRIMARY)
    world.reload_standby()
    world.standby_comes_back()

    assert world.secondary.settings.boot == (OLD_IMAGE, NEW_IMAGE)
    assert world.secondary.version == "9.12(4)"


def test_an_image_that_does_not_boot_is_passed_over() -> None:
    world = pair()
    world.boots_next(NEW_IMAGE)
    world.type(world.active, f"boot system {OLD_IMAGE}")
    chassis.write_memory(world.pair, PRIMARY)
    broken = replace(world.secondary.flash[NEW_IMAGE.lower()], version=None)
    world.secondary.flash[NEW_IMAGE.lower()] = broken
    world.reload_standby()
    world.standby_comes_back()

    assert world.secondary.version == "9.12(4)"


@pytest.mark.parametrize(("register", "state"), [("0x41", "Disabled"), ("0x0", "Not Detected")])
def test_the_configuration_register_decides_what_a_boot_reads(register: str, state: str) -> None:
    world = pair()
    world.type(world.active, f"config-register {register}")
    chassis.write_memory(world.pair, PRIMARY)
    world.reload_standby()
    world.wait(HOUR)

    assert world.states == ("Active", state)
    assert world.primary.peer.state is State.FAILED
    assert len(world.living()) == 3


def test_a_unit_with_nothing_to_boot_from_does_not_come_back() -> None:
    world = pair()
    world.boots_next(NEW_IMAGE)
    files.delete(world.pair, SECONDARY, NEW_IMAGE)
    world.reload_standby()
    world.wait(HOUR)

    assert world.secondary.power is Power.OFF
    assert world.states[0] == "Active"


@pytest.mark.parametrize(
    ("one", "other", "may"),
    [
        ("9.12(4)", "9.12(4)", True),
        ("9.12(4)", "9.16(4)", True),
        ("9.16(4)", "9.12(4)", True),
        ("8.4(5)", "9.16(4)", True),
        ("8.4(2)", "9.16(4)", False),
        ("8.4(2)", "9.0(4)", True),
        ("8.4(2)", "9.0(1)", False),
        ("8.4(2)", "9.1(7)", False),
        ("8.2(1)", "8.3(1)", True),
        ("7.0(1)", "7.2(1)", False),
        ("8.4(1)", "8.4(6)", True),
        (None, "9.1(2)", False),
    ],
)
def test_which_releases_may_form_a_pair(one: str | None, other: str | None, may: bool) -> None:
    assert are_compatible(one, other) is may


def test_a_standby_of_an_incompatible_version_leaves_the_pair() -> None:
    world = pair()
    path = "disk0:/asa842-smp-k8.bin"
    old = world.secondary.flash[OLD_IMAGE.lower()]
    world.secondary.flash[path] = type(old)(1, "old", "8.4(2)", 0)
    world.secondary.paths[path] = path
    world.boots_next(path)
    world.reload_standby()
    world.wait(10 * MINUTE)

    assert world.states == ("Active", "Disabled")
    assert len(world.log(world.secondary, 105_040, 105_001)) == 2
    assert len(world.log(world.primary, 103_006)) == 1


def test_no_failover_leaves_pseudo_roles_and_enabling_it_pairs_the_units_again() -> None:
    world = pair()
    world.type(world.active, "no failover")
    assert world.states == ("Disabled", "Disabled")
    assert world.primary.active_since is not None
    assert world.secondary.active_since is None
    world.wait(MINUTE)
    world.type(world.primary, "failover")
    world.type(world.secondary, "failover")
    world.wait(5 * MINUTE)

    assert world.states == ("Active", "Standby Ready")
    assert len(world.living()) == 3


def test_a_reboot_erases_history_log_and_tables() -> None:
    world = pair()
    world.switch_over()
    chassis.order_reload(world.pair, PRIMARY)
    world.wait(5_000)

    assert world.primary.history == ()
    assert world.primary.log == []
    assert world.primary.rows == {}
    assert world.primary.leases == {}


def test_a_scheduled_reload_happens_at_its_time_unless_cancelled() -> None:
    world = pair()
    chassis.order_reload(world.pair, SECONDARY, after_ms=HOUR)
    world.wait(HOUR - 1)
    assert world.secondary.power is Power.UP
    world.wait(1)
    assert world.secondary.power is Power.STOPPING

    other = pair()
    chassis.order_reload(other.pair, SECONDARY, after_ms=HOUR)
    assert chassis.cancel_reload(other.pair, SECONDARY)
    other.wait(2 * HOUR)
    assert other.secondary.power is Power.UP


def test_a_file_copied_later_is_on_flash_and_not_loaded() -> None:
    world = pair(standby_has={})
    assert world.secondary.loaded == ()
    world.secondary.flash[PACKAGE["win"]] = world.primary.flash[PACKAGE["win"]]
    world.wait(HOUR)
    assert world.secondary.loaded == ()
    world.reload_standby()
    world.standby_comes_back()
    assert [package.content for package in world.secondary.loaded] == ["package A"]


def test_a_package_line_typed_again_is_executed_again_on_both_units() -> None:
    world = pair(
        primary_has={"win": "new"}, primary_loaded={"win": "old"}, standby_has={"win": "new"}
    )
    assert [unit.loaded[0].content for unit in world.pair.units] == ["old", "new"]
    (line,) = (text.strip() for text in world.active.running if "anyconnect image" in text)
    running = world.active.running

    world.type(world.active, line, ("webvpn",))

    assert [unit.loaded[0].content for unit in world.pair.units] == ["new", "new"]
    assert world.active.running == running


def test_sleepers_keep_their_address_until_the_idle_timeout_ends_them() -> None:
    world = pair(sessions=1, lines=config(idle_min=10))
    faults.sleep(world.pair, 1)
    world.wait(10 * MINUTE - 1)
    assert world.in_use() == 1
    world.wait(1)

    assert world.rows() == []
    assert world.in_use() == world.in_use(world.standby) == 0
    assert [line.number for line in world.log(world.active, 113_019, 737_016, 737_031)] == [
        113_019, 737_016, 737_031,
    ]  # fmt: skip


def test_a_sleeper_that_wakes_after_the_switchover_resumes_without_logging_in() -> None:
    world = pair(sessions=1)
    audit = world.rows()[0].audit
    faults.sleep(world.pair, 1)
    world.switch_over()
    faults.wake(world.pair, 1)

    assert [row.audit for row in world.living()] == [audit]
    assert len(world.log(world.secondary, 722_034)) == 1
    assert world.log(world.secondary, 113_039) == []


def test_an_address_waits_out_the_reuse_delay_before_it_is_free() -> None:
    world = pair(sessions=1, lines=config(reuse_delay_min=5, pool="10.1.8.1-10.1.8.2"))
    address = world.rows()[0].address
    faults.disconnect(world.pair, 1)
    assert world.in_use() == 0
    faults.connect_clients(world.pair, 2)
    assert [row.address for row in world.rows()] == [address + 1], "the other one finds no room"
    world.wait(5 * MINUTE)
    faults.connect_clients(world.pair, 1)
    assert {row.address for row in world.rows()} == {address, address + 1}


def test_the_audit_id_tells_the_unit_s_address_the_index_and_the_login() -> None:
    """Decoded from real rows: address, index shifted by 12 bits, login in seconds since 1970."""
    world = pair()
    faults.connect_clients(world.pair, 1)

    for row in world.rows():
        address, index, epoch = (int(row.audit[n : n + 8], 16) for n in (0, 8, 16))
        assert address.to_bytes(4, "big") == bytes((203, 0, 113, 1))
        assert index == row.index << 12
        assert epoch == world.pair.scenario.starts_at + row.login_ms // 1_000
        assert world.standby.rows[row.index].audit == row.audit


def test_a_person_who_finds_the_pool_full_is_refused() -> None:
    world = pair(sessions=2, lines=config(pool="10.1.8.1-10.1.8.2"))
    faults.connect_clients(world.pair, 1)

    assert world.pair.clients[3].mind is Mind.REFUSED
    numbers = [line.number for line in world.log(world.active, 737_007, 737_019, 722_020)]
    assert numbers == [737_007, 737_019, 722_020]


def test_the_longest_a_session_may_last_ends_it() -> None:
    world = pair(sessions=1, lines=config(session_min=60))
    began = world.rows()[0].login_ms
    world.wait(began + HOUR + 1)
    assert "Max Time Exceeded" in world.log(world.active, 113_019)[0].text


def test_the_log_buffer_is_bounded_and_keeps_the_newest() -> None:
    world = pair(sessions=0)
    world.type(world.active, "logging buffer-size 4096")
    for n in range(200):
        log.tell(world.pair, PRIMARY, 709_007, command=f"line {n}")
    assert len(world.primary.log) < 100
    assert world.primary.log[-1].text == "Configuration replication failed for command line 199"


def test_the_log_keeps_only_what_its_level_allows() -> None:
    world = pair()
    world.type(world.active, "logging buffered notifications")
    log.clear_buffer(world.pair, PRIMARY)
    faults.connect_clients(world.pair, 1)
    assert [line.number for line in world.log(world.primary)] == [722_033, 722_033]


def test_a_saved_pair_goes_on_as_if_nothing_had_happened() -> None:
    world = pair(sessions=5, sleeping=1, seed=11)
    world.reload_standby()
    world.wait(100_000)
    twin = EmulatedPair.load(world.pair.save())
    world.pair.advance(HOUR)
    twin.advance(HOUR)

    assert twin.save() == world.pair.save()
    with pytest.raises(NotAPair):
        EmulatedPair.load(b"something else")


def test_a_fork_goes_its_own_way() -> None:
    world = pair()
    before = world.pair.save()
    twin = world.fork()
    twin.night()

    assert world.pair.save() == before


def test_an_image_that_is_too_new_for_the_hardware_does_not_boot_there():
    too_new = ScenarioFile("disk0:/asa9-18-4-lfbff-k8.SPA", 150_000_000, "9.18(4)")
    old = pair().pair.scenario
    units = tuple(replace(unit, files=(*unit.files, too_new)) for unit in old.units)
    begun = EmulatedPair.from_scenario(replace(old, units=units))
    for unit in begun.units:
        assert unit.flash["disk0:/asa9-18-4-lfbff-k8.spa"].version is None
        assert unit.flash[NEW_IMAGE.lower()].version == "9.16(4)"
