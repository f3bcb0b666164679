"""The AnyConnect-mismatch incident follows from what each unit has loaded, and from nothing else.

The guide knows the effects (ASA 5500 ASDM guide, p. 66-7). The mechanisms are two readings of it;
each predicts its own table of nights, and every row of those tables is a test here.
"""

import pytest
from msgspec.structs import replace
from worlds import (
    HOUR,
    MINUTE,
    NEW_IMAGE,
    OLD_IMAGE,
    PACKAGE,
    SECONDARY,
    World,
    config,
    mismatched,
    pair,
)

from upgrader.emulator.machine import chassis
from upgrader.emulator.scenario import ClientsSpec
from upgrader.emulator.sessions import vpn
from upgrader.emulator.sessions.logins import logs_in
from upgrader.emulator.state import Home, Mind, State
from upgrader.emulator.surface import faults

DEPARTURE = {"mechanism": "anchor", "kill_at": "peer-departure"}
REJOIN = {"mechanism": "anchor", "kill_at": "peer-rejoin"}
VERIFY = {"mechanism": "verify-at-join"}

every_mechanism = pytest.mark.parametrize(
    "mechanism", [DEPARTURE, REJOIN, VERIFY], ids=["departure", "rejoin", "verify"]
)


def deaths(world: World) -> tuple[int, int]:
    """How many rows have lost their ticket, by instant: while the mate is away, and after."""
    world.until(lambda: not world.pair.answers(1 - world.number(world.active)))
    world.wait(20_000)
    away = len(world.orphans())
    world.standby_comes_back()
    return away, len(world.orphans()) - away


# ── the table of nights, row by row ──────────


@pytest.mark.parametrize(
    ("mechanism", "away", "back"),
    [(DEPARTURE, 3, 0), (REJOIN, 0, 3), (VERIFY, 0, 3)],
    ids=["departure", "rejoin", "verify"],
)
def test_on_a_mismatched_night_sessions_die_in_the_last_reboot_and_not_before(
    mechanism: dict[str, str], away: int, back: int
) -> None:
    world = mismatched(sessions=3, **mechanism)
    world.first_half()
    assert len(world.living()) == 3
    assert world.orphans() == []
    world.reload_standby()

    assert deaths(world) == (away, back)


@pytest.mark.parametrize(
    ("mechanism", "away", "back"),
    [(DEPARTURE, 3, 0), (REJOIN, 0, 3), (VERIFY, 0, 3)],
    ids=["departure", "rejoin", "verify"],
)
def test_pulling_the_plug_of_the_former_active_does_the_same_after_the_hold_time(
    mechanism: dict[str, str], away: int, back: int
) -> None:
    world = mismatched(sessions=3, **mechanism)
    world.first_half()
    world.pull_power(world.standby)
    world.wait(14_000)
    assert world.orphans() == []
    world.wait(2_000)
    assert len(world.orphans()) == away
    world.give_power(world.primary)
    world.standby_comes_back()
    assert len(world.orphans()) == away + back


@pytest.mark.parametrize(
    ("mechanism", "dead"),
    [(DEPARTURE, 0), (REJOIN, 0), (VERIFY, 3)],
    ids=["departure", "rejoin", "verify"],
)
def test_rebooting_the_standby_alone_on_the_same_version_hurts_only_under_verify(
    mechanism: dict[str, str], dead: int
) -> None:
    world = mismatched(sessions=3, **mechanism)
    world.reload_standby()
    world.standby_comes_back()

    assert len(world.orphans()) == dead


@pytest.mark.parametrize(
    ("mechanism", "dead"),
    [(DEPARTURE, 0), (REJOIN, 0), (VERIFY, 2)],
    ids=["departure", "rejoin", "verify"],
)
def test_sessions_begun_after_the_switchover_die_only_under_verify(
    mechanism: dict[str, str], dead: int
) -> None:
    world = mismatched(sessions=0, **mechanism)
    world.first_half()
    faults.connect_clients(world.pair, 2)
    world.reload_standby()

    assert sum(deaths(world)) == dead


@every_mechanism
def test_nobody_dies_while_the_former_active_is_never_rebooted(mechanism: dict[str, str]) -> None:
    world = mismatched(sessions=3, **mechanism)
    world.first_half()
    world.wait(5 * HOUR)

    assert len(world.living()) == 3


@every_mechanism
def test_failing_back_before_the_last_reboot_saves_everybody(mechanism: dict[str, str]) -> None:
    world = mismatched(sessions=3, **mechanism)
    world.first_half()
    world.switch_over()
    world.reload_standby()
    world.standby_comes_back()

    assert world.active is world.primary
    assert world.orphans() == []
    assert len(world.living()) == 3


@pytest.mark.parametrize(
    ("mechanism", "away", "back"),
    [(DEPARTURE, 3, 0), (REJOIN, 0, 3), (VERIFY, 0, 3)],
    ids=["departure", "rejoin", "verify"],
)
def test_a_failover_link_down_for_longer_than_the_hold_time_is_a_departure(
    mechanism: dict[str, str], away: int, back: int
) -> None:
    # On equal versions: with mixed ones the check at the join is off.
    world = mismatched(sessions=3, **mechanism)
    world.switch_over()
    world.cut()
    world.wait(20_000)
    assert len(world.orphans()) == away
    world.mend()
    world.wait(5 * MINUTE)
    assert world.standby.state is State.STANDBY_READY
    assert len(world.orphans()) == away + back


@pytest.mark.parametrize(
    ("mechanism", "dead"),
    [(DEPARTURE, 0), (REJOIN, 0), (VERIFY, 3)],
    ids=["departure", "rejoin", "verify"],
)
def test_draining_before_the_last_reboot_saves_people_except_under_verify(
    mechanism: dict[str, str], dead: int
) -> None:
    world = mismatched(sessions=3, **mechanism)
    world.first_half()
    for row in world.rows():
        vpn.logoff(world.pair, SECONDARY, row.index)
    world.wait(2 * MINUTE)
    assert len(world.living()) == 3
    world.reload_standby()

    assert sum(deaths(world)) == dead


@every_mechanism
def test_loading_the_admitting_package_on_the_survivor_saves_everybody(
    mechanism: dict[str, str],
) -> None:
    path = "disk0:/anyconnect-win-4.9.00086-webdeploy-k9.pkg"
    world = mismatched(sessions=3, **mechanism)
    world.first_half()
    file = world.primary.flash[PACKAGE["win"]]
    world.secondary.flash[path], world.secondary.paths[path] = file, path
    world.type(world.active, f"anyconnect image {path} 2", ("webvpn",))
    assert {ticket.home for ticket in world.active.tickets.values()} == {Home.OWN}
    world.reload_standby()

    assert deaths(world) == (0, 0)


@pytest.mark.parametrize(
    ("mechanism", "dead"),
    [(DEPARTURE, 3), (REJOIN, 3), (VERIFY, 0)],
    ids=["departure", "rejoin", "verify"],
)
def test_a_package_overwritten_on_both_flashes_kills_although_the_digests_are_equal(
    mechanism: dict[str, str], dead: int
) -> None:
    world = pair(
        sessions=3,
        primary_has={"win": "package B"},
        primary_loaded={"win": "package A"},
        standby_has={"win": "package B"},
        **mechanism,
    )
    for unit in (world.primary, world.secondary):
        assert unit.flash[PACKAGE["win"]].content == "package B"
    world.first_half()
    world.reload_standby()

    assert sum(deaths(world)) == dead


# ── the night, instant by instant ──────────


def test_the_night_instant_by_instant() -> None:
    world = mismatched(sessions=4)
    people = {row.index: (row.user, row.address) for row in world.rows()}

    world.boots_next(NEW_IMAGE)
    world.reload_standby()
    world.wait(5_000)
    away = world.log(world.primary, 720_023)
    assert "Peer is not present" in away[-1].text
    faults.connect_clients(world.pair, 1)
    assert len(world.log(world.primary, 737_028)) == 1
    faults.disconnect(world.pair, 5)

    world.standby_comes_back()
    numbers = [line.number for line in world.log(world.primary)]
    for number in (105_034, 103_007, 709_003, 709_004, 720_029, 720_062, 720_063, 720_030):
        assert number in numbers, number
    joined = [line.number for line in world.log(world.secondary)]
    assert joined.count(721_016) == 4
    for number in (709_005, 709_006, 720_045, 720_046):
        assert number in joined, number

    started = world.pair.now
    world.switch_over()
    moved = [line for line in world.log(world.secondary) if line.at > started]
    assert [line.number for line in moved].count(722_034) == 4
    assert [line.number for line in moved].count(722_022) == 8
    assert not {113_039, 737_026, 722_051, 113_019} & {line.number for line in moved}
    assert [line.number for line in world.log(world.primary, 104_001, 104_002)] == [104_002]
    assert {row.index: (row.user, row.address) for row in world.rows()} == people

    before = world.pair.now
    world.reload_standby()
    world.wait(4_000)
    burst = [line for line in world.log(world.secondary) if line.at == before + 4_000]
    counts = {n: [line.number for line in burst].count(n) for n in (720_023, 722_037, 722_023)}
    assert counts == {720_023: 1, 722_037: 4, 722_023: 8}
    assert {row.inactive_from for row in world.orphans()} == {before + 4_000}
    assert len(world.orphans()) == world.in_use() == 4

    world.wait(2 * MINUTE)
    assert len(world.rows()) == world.in_use() == 8
    returned = [line for line in world.log(world.secondary) if line.at > before + 4_000]
    by_number = [line.number for line in returned]
    assert by_number.count(737_024) == 4
    assert by_number.count(113_039) == by_number.count(737_026) == by_number.count(722_051) == 4
    assert not {113_019, 737_016, 737_031, 104_001, 104_002} & set(by_number)

    world.standby_comes_back()
    assert len(world.rows(world.active)) == 8
    assert len(world.rows(world.standby)) == 4, "the asymmetry is the mark"
    again = [line.number for line in world.log(world.secondary) if line.at > before + 4_000]
    assert 103_007 not in again

    world.wait(2 * HOUR)
    assert len(world.orphans()) == 4, "no timer reaches an orphan"
    for row in world.orphans():
        assert vpn.logoff(world.pair, SECONDARY, row.index) == 1
    assert len(world.rows()) == world.in_use() == world.in_use(world.standby) == 4
    ended = [line.number for line in world.log(world.secondary, 113_019, 737_016, 737_032)]
    assert ended == [113_019, 737_016, 737_032] * 4
    assert len(world.living()) == 4, "clean-up touches nobody who lives"


# ── rules ──────────


def test_equal_loaded_sets_never_let_the_anchor_break() -> None:
    world = pair(sessions=6, sleeping=2)
    world.night()
    world.switch_over()
    world.reload_standby()
    world.standby_comes_back()
    assert world.log(world.active, 722_037) == []
    assert world.orphans() == []


def test_a_sleeper_loses_its_ticket_too_and_learns_it_when_it_wakes() -> None:
    world = mismatched(sessions=2, sleeping=1)
    sleeper = next(c for c in world.pair.clients.values() if c.mind is Mind.ASLEEP)
    world.night()
    assert len(world.orphans()) == 2
    faults.wake(world.pair, sleeper.number)
    assert world.pair.clients[sleeper.number].mind is Mind.RETURNING
    world.wait(2 * MINUTE)
    assert len(world.living()) == 2


def test_without_a_package_for_it_a_client_is_refused_at_every_login() -> None:
    world = pair(sessions=2, standby_has={})
    world.night()

    assert len(world.orphans()) == 2
    assert world.living() == []
    assert len(world.log(world.active, 113_035)) == 2


def test_orphans_fill_a_small_pool_and_people_are_refused() -> None:
    world = mismatched(sessions=4, lines=config(pool="10.1.8.1-10.1.8.6"))
    world.night()

    assert (len(world.living()), len(world.orphans())) == (2, 4)
    refused = [c for c in world.pair.clients.values() if c.mind is Mind.REFUSED]
    assert len(refused) == 2
    assert len(world.log(world.active, 737_019)) == 2


def test_with_one_login_allowed_the_next_login_heals_the_orphan() -> None:
    world = mismatched(sessions=2, lines=config(logins=1))
    world.night()

    assert world.orphans() == []
    assert len(world.living()) == world.in_use() == 2


def test_with_three_logins_allowed_two_more_logins_heal_it() -> None:
    world = mismatched(sessions=1)
    world.night()
    assert len(world.orphans()) == 1
    row = world.rows()[0]
    for _ in range(2):
        another = replace(world.pair.clients[1], mind=Mind.AWAY, index=None, token=None)
        world.pair.clients[1] = another
        logs_in(world.pair, 1)
    assert row.index not in world.active.rows


def test_orphans_that_logins_do_not_evict_stay() -> None:
    world = mismatched(sessions=2, lines=config(logins=1), orphan_evicted_by_login=False)
    world.night()
    assert len(world.orphans()) == 2


def test_at_the_device_limit_an_inactive_session_makes_room() -> None:
    world = pair(
        lines=config(pool="10.1.8.1-10.1.10.250"), clients=ClientsSpec(count=300, sleeping=2)
    )
    faults.connect_clients(world.pair, 1)
    assert len(world.rows()) == 300
    assert len(world.log(world.active, 716_060)) == 1


def test_at_the_device_limit_with_everybody_at_work_a_newcomer_is_refused() -> None:
    world = pair(sessions=300, lines=config(pool="10.1.8.1-10.1.9.254"))
    faults.connect_clients(world.pair, 1)

    assert len(world.rows()) == 300
    assert len(world.log(world.active, 113_029)) == 1
    assert world.pair.clients[301].mind is Mind.REFUSED


def test_the_index_of_an_orphan_is_not_given_to_anybody_on_the_other_unit() -> None:
    world = mismatched(clients=ClientsSpec(count=3, returns=False))
    world.night()
    orphans = {row.index for row in world.orphans()}
    world.switch_over()
    faults.connect_clients(world.pair, 1)

    assert len(orphans) == 3
    assert orphans.isdisjoint(row.index for row in world.rows())
    assert {row.index for row in world.orphans(world.standby)} == orphans


def test_a_logoff_that_leaves_the_lease_leaks_the_address() -> None:
    world = mismatched(sessions=2, logoff_releases_lease=False)
    world.night()
    for row in world.orphans():
        vpn.logoff(world.pair, SECONDARY, row.index)

    assert len(world.rows()) == 2
    assert world.in_use() == 4
    assert [line.number for line in world.log(world.active, 113_019, 737_016)] == [113_019] * 2


def test_a_leak_goes_when_the_other_unit_takes_over_and_this_one_reboots() -> None:
    world = mismatched(sessions=2, logoff_releases_lease=False)
    world.night()
    for row in world.orphans():
        vpn.logoff(world.pair, SECONDARY, row.index)
    # Equal packages first, and loaded, or the remedy repeats the illness.
    world.primary.flash[PACKAGE["win"]] = world.secondary.flash[PACKAGE["win"]]
    world.reload_standby()
    world.standby_comes_back()
    world.switch_over()
    world.reload_standby()
    world.standby_comes_back()

    assert world.in_use() == world.in_use(world.standby) == 2


@pytest.mark.parametrize(("timer", "left"), [("never", 3), ("idle", 0)])
def test_whether_the_idle_timeout_reaches_orphans(timer: str, left: int) -> None:
    world = mismatched(sessions=3, orphan_timer=timer)
    world.night()
    world.wait(HOUR)
    assert len(world.orphans()) == left


@pytest.mark.parametrize(
    ("where", "survivor", "rejoined"),
    [("active", 3, 0), ("rejoined", 0, 3), ("both", 3, 3)],
)
def test_which_unit_keeps_the_orphans(where: str, survivor: int, rejoined: int) -> None:
    world = mismatched(sessions=3, orphan_unit=where)
    world.night()
    assert len(world.orphans(world.active)) == survivor
    assert len(world.orphans(world.standby)) == rejoined
    assert world.in_use(world.active) == 3 + survivor
    assert len(world.living()) == 3


def test_orphans_may_be_copied_to_the_rejoined_unit() -> None:
    world = mismatched(sessions=3, orphans_replicate=True)
    world.night()
    assert len(world.orphans(world.standby)) == 3
    row = world.orphans()[0]
    vpn.logoff(world.pair, SECONDARY, row.index)
    assert len(world.orphans(world.standby)) == 2
    assert world.in_use(world.standby) == 5


@pytest.mark.parametrize(("scope", "dead"), [("leaning", 1), ("all-ssl", 3)])
def test_who_is_affected(scope: str, dead: int) -> None:
    world = mismatched(sessions=1, scope=scope)
    world.first_half()
    faults.connect_clients(world.pair, 2)
    world.reload_standby()
    assert sum(deaths(world)) == dead


@pytest.mark.parametrize(("key", "dead"), [("bytes", 2), ("version", 0), ("name", 0), ("set", 2)])
def test_what_counts_as_a_mismatch(key: str, dead: int) -> None:
    world = mismatched(sessions=2, mismatch_key=key)
    world.night()
    assert len(world.orphans()) == dead


def test_under_set_a_package_for_another_platform_counts_too() -> None:
    both = ("win", "macos")
    has = {"win": "package A", "macos": "package M"}
    other = {"win": "package A", "macos": "package N"}
    words = {"sessions": 2, "primary_has": has, "standby_has": other}
    by_set = pair(**words, lines=config(platforms=both), mismatch_key="set")
    by_set.night()
    assert len(by_set.orphans()) == 2
    by_bytes = pair(**words, lines=config(platforms=both))
    by_bytes.night()
    assert by_bytes.orphans() == []


def test_a_client_that_does_not_ask_for_its_old_address_gets_the_next_free_one() -> None:
    world = mismatched(sessions=2, client_requests_old_address=False)
    world.night()
    assert world.log(world.active, 737_024) == []
    assert world.in_use() == 4


@pytest.mark.parametrize(("restart", "old"), [("kept", True), ("restarted", False)])
def test_whether_a_row_keeps_its_login_time_at_the_switchover(restart: str, old: bool) -> None:
    world = pair(sessions=2, row_after_switch=restart)
    audits = {row.audit for row in world.rows()}
    world.switch_over()
    assert all((row.login_ms < 0) is old for row in world.rows())
    assert {row.audit for row in world.rows()} == audits


def test_indices_may_be_each_units_own() -> None:
    world = pair(sessions=3, index_allocator="per-unit")
    faults.disconnect(world.pair, 1)
    world.reload_standby()
    world.standby_comes_back()
    assert {row.index for row in world.rows(world.primary)} == {2, 3}
    assert {row.index for row in world.rows(world.secondary)} == {1, 2}
    world.switch_over()
    assert len(world.living()) == 2
    assert {c.index for c in world.pair.clients.values() if c.token} == {1, 2}


def test_a_newer_unit_may_keep_its_state_from_an_older_one() -> None:
    world = pair(sessions=2, newer_to_older_state="none")
    world.first_half()
    faults.connect_clients(world.pair, 1)
    assert len(world.active.tickets) == 3
    assert len(world.standby.tickets) == 2


def test_people_who_do_not_return_by_themselves_stay_away() -> None:
    world = mismatched(clients=ClientsSpec(count=3, returns=False))
    world.night()
    assert world.living() == []
    assert {c.mind for c in world.pair.clients.values()} == {Mind.AWAY}


def test_a_rejoined_orphan_blocks_its_address_on_the_standby() -> None:
    world = mismatched(sessions=1, orphan_unit="rejoined")
    world.night()
    faults.disconnect(world.pair, 1)
    client = world.pair.clients[1]
    assert client.mind is Mind.AWAY
    logs_in(world.pair, 1)
    assert len(world.log(world.active, 737_030)) == 1


def test_a_pair_that_went_back_to_the_old_image_carries_no_mark_of_it() -> None:
    world = pair(sessions=2)
    world.first_half()
    world.switch_over()
    world.boots_next(OLD_IMAGE)
    world.reload_standby()
    world.standby_comes_back()
    assert {unit.version for unit in world.pair.units} == {"9.12(4)"}
    assert len(world.living()) == 2
    assert chassis.bootable(world.primary) == OLD_IMAGE
