"""People who are kept out of an emulated pair, and what else befalls a bad night's pair."""

from dataclasses import replace
from pathlib import Path

import pytest
import worlds
from worlds import MINUTE, config, pair, scenario

from upgrader.cli.pairfile.pair import pair_of, scenario_of
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.scenario.handshakes import BadHandshake, Dropped
from upgrader.emulator.sessions.books import booked
from upgrader.emulator.state import Mind, State
from upgrader.emulator.surface.event_words import WrongEvent
from upgrader.emulator.surface.events import happen
from upgrader.emulator.syslog.catalogue import CATALOGUE
from upgrader.ports import UsageFault

BOTH = {"win": "package A", "macos": "package M"}


def with_handshakes(*bad: BadHandshake, **words: object) -> worlds.World:
    made = replace(scenario(**words), handshakes=bad)
    return worlds.World(EmulatedPair.from_scenario(made))


def minds(world: worlds.World) -> list[Mind]:
    return [client.mind for client in world.pair.clients.values()]


# ── the AAA server ──


def test_nobody_logs_in_while_the_aaa_server_is_down_and_everybody_stays():
    world = pair(sessions=2)
    happen(world.pair, "stop-aaa", {"server": "10.0.0.9"})
    happen(world.pair, "connect-clients", {"count": 1})
    world.wait(3 * MINUTE)
    assert len(world.rows()) == 2
    lines = world.log(world.primary, 113_014)
    assert len(lines) == 4  # at once, and each minute
    assert lines[0].text.endswith("server = 10.0.0.9 : user = user03")


def test_they_log_in_when_it_answers_again():
    world = pair(sessions=2)
    happen(world.pair, "stop-aaa", {})
    happen(world.pair, "connect-clients", {"count": 1})
    happen(world.pair, "start-aaa", {})
    world.wait(2 * MINUTE)
    assert len(world.living()) == 3


def test_a_switchover_needs_no_aaa_server():
    world = pair(sessions=3)
    happen(world.pair, "stop-aaa", {})
    world.switch_over()
    assert len(world.living()) == 3
    assert world.log(world.secondary, 113_014) == []


# ── handshakes ──


def test_a_release_that_takes_old_ciphers_no_more_keeps_their_clients_out():
    world = with_handshakes(
        BadHandshake("no shared cipher", platforms=("macos",), since="9.16(4)"),
        primary_has=BOTH,
        lines=config(platforms=("win", "macos"), idle_min=30),
        clients=worlds.ClientsSpec(count=6, platforms=(("win", 0.5), ("macos", 0.5))),
    )
    old = [c.number for c in world.pair.clients.values() if c.platform == "macos"]
    assert old
    world.first_half()
    world.wait(3 * MINUTE)
    assert {n for n, c in world.pair.clients.items() if c.mind is Mind.REFUSED} == set(old)
    assert len(world.living()) == 6 - len(old)
    assert len(world.rows()) == 6
    failed = world.log(world.secondary, 725_006)
    assert {line.text.split("outside:")[1].split("/")[0] for line in failed} == {
        world.pair.clients[n].public for n in old
    }
    assert world.log(world.secondary, 725_014)[0].text.endswith("Reason: no shared cipher")
    world.wait(30 * MINUTE)
    assert len(world.rows()) == 6 - len(old)
    whys = [one.ending.why for one in booked(world.pair) if one.ending is not None]
    assert whys == ["Idle Timeout"] * len(old)


def test_who_was_kept_out_resumes_when_the_roles_move_back():
    world = with_handshakes(BadHandshake("certificate unknown", on="secondary"), sessions=3)
    world.switch_over()
    assert world.living() == []
    world.switch_over(settle_ms=3 * MINUTE)
    assert len(world.living()) == 3
    assert [one.ending for one in booked(world.pair)] == [None] * 3


def test_a_sleeper_that_wakes_on_such_a_unit_is_kept_out_too():
    world = with_handshakes(BadHandshake("certificate unknown", on="secondary"), sessions=2)
    happen(world.pair, "sleep", {"user": "user01"})
    world.switch_over()
    happen(world.pair, "wake", {"user": "user01"})
    world.wait(MINUTE)
    assert minds(world) == [Mind.REFUSED, Mind.REFUSED]


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ('platforms = ["win"]', "reason"),
        ('reason = "x"\nplatforms = ["amiga"]', "is no platform"),
        ('reason = "x"\nsince = "nine"', "is no release"),
        ('reason = "x"\non = "third"', "third"),
        ('reason = "x"\ncipher = "y"', "cipher"),
    ],
)
def test_a_wrong_handshake_is_refused_with_its_key(table: str, says: str):
    fixtures = Path(__file__).parents[1] / "fixtures"
    whole = (fixtures / "pairs" / "matched.toml").read_text().replace("../configs/", "")
    files = {
        "pair.toml": f"{whole}\n[[emulated.handshake]]\n{table}\n",
        "branch.cfg": (fixtures / "configs" / "branch.cfg").read_text(),
    }
    with pytest.raises(UsageFault, match=says):
        scenario_of(pair_of(files, "pair.toml", "memory"))


# ── a package that is missing ──


def missing(**words: object) -> worlds.World:
    return pair(sessions=3, standby_has={}, without_package="refused", **words)


def test_without_a_package_sessions_end_cleanly_and_nobody_is_let_in():
    world = missing()
    world.switch_over(settle_ms=4 * MINUTE)
    assert world.rows() == []
    assert world.in_use() == 0
    assert len(world.log(world.secondary, 113_019)) == 3
    assert len(world.log(world.secondary, 113_035)) >= 6
    assert minds(world) == [Mind.REFUSED] * 3


def test_they_come_back_where_the_package_is():
    world = missing()
    world.switch_over()
    world.switch_over(settle_ms=4 * MINUTE)
    assert len(world.living()) == 3


def test_by_default_a_client_resumes_without_a_package():
    world = pair(sessions=3, standby_has={})
    world.switch_over()
    assert len(world.living()) == 3


# ── a switchover that comes too early ──


def in_bulk_sync(early: str) -> worlds.World:
    timings = worlds.Timings(bulk_sync_ms=40_000)
    world = pair(sessions=10, timings=timings, early_switchover=early)
    world.boots_next(worlds.NEW_IMAGE)
    world.reload_standby()
    world.until(lambda: world.secondary.state is State.BULK_SYNC)
    world.wait(20_000)
    return world


def test_a_switchover_in_bulk_sync_takes_over_what_has_come_by_then():
    world = in_bulk_sync("taken")
    world.switch_over()
    assert world.active is world.secondary
    lost = [one for one in booked(world.pair) if one.ending is not None]
    assert 3 <= len(lost) <= 7
    back = world.log(world.secondary, 722_034)
    assert len({line.text for line in back if "TCP" in line.text}) == 10 - len(lost)
    assert len(world.living()) == 10


def test_failover_active_on_a_unit_in_bulk_sync_does_the_same():
    world = in_bulk_sync("taken")
    worlds.failover.become_active(world.pair, 1)
    world.wait(2 * MINUTE)
    assert world.active is world.secondary
    assert any(one.ending is not None for one in booked(world.pair))


def test_by_default_nobody_takes_over_in_bulk_sync():
    world = in_bulk_sync("waits")
    world.switch_over()
    assert world.active is world.primary


# ── crashes, collisions, connections ──


def test_a_crash_is_told_by_the_dying_unit_and_kept_on_flash():
    world = pair(sessions=2)
    world.switch_over()
    happen(world.pair, "crash-unit", {"unit": "secondary", "signal": 11})
    world.until(lambda: world.secondary.state is State.STANDBY_READY)
    world.wait(1_000)
    talk = world.pair.open("secondary")
    assert talk is not None
    shown = world.pair.receive(talk.number, "show crashinfo").text
    assert "Crashinfo collected on" in shown
    assert "Software Version 9.12(4)" in shown
    there = world.pair.open("primary")
    assert there is not None
    assert "no crash information" in world.pair.receive(there.number, "show crashinfo").text


def test_a_crash_names_a_signal_that_there_is():
    with pytest.raises(WrongEvent):
        happen(pair().pair, "crash-unit", {"unit": "primary", "signal": 99})


def test_two_active_units_see_each_other_where_their_addresses_collide():
    world = pair(sessions=1)
    world.reload_standby()
    world.wait(60_000)
    world.cut()
    world.until(lambda: world.secondary.state is State.ACTIVE)
    for unit in (world.primary, world.secondary):
        assert "203.0.113.1 at" in world.log(unit, 405_003)[0].text


def test_connections_that_were_not_copied_are_denied():
    world = pair(sessions=1, lines=config(http=False))
    world.switch_over()
    denied = world.log(world.secondary, 106_015)
    assert len(denied) == 8
    assert all("80" in line.text for line in denied)
    whole = pair(sessions=1)
    whole.switch_over()
    assert whole.log(whole.secondary, 106_015) == []


def test_no_bulk_sync_is_told_of_without_a_key():
    world = pair(sessions=1, lines=config(key=None))
    world.first_half()
    assert world.log(world.primary, 720_062, 720_063) == []


def test_what_is_new_in_the_catalogue_names_its_source():
    for number in (106_015, 113_014, 199_010, 405_003, 725_006, 725_014):
        assert CATALOGUE[number].source


def test_a_pair_that_keeps_people_out_is_saved_and_goes_on():
    world = with_handshakes(BadHandshake("certificate unknown", on="secondary"), sessions=3)
    happen(world.pair, "stop-aaa", {})
    world.switch_over()
    other = worlds.World(EmulatedPair.load(world.pair.save()))
    for one in (world, other):
        one.wait(5 * MINUTE)
    assert other.pair.save() == world.pair.save()


# ── lines that are gone ──


def test_lines_that_the_new_release_does_not_know_are_errors_at_its_boot():
    made = replace(scenario(sessions=1), dropped=(Dropped("group-policy STAFF", "9.16(1)"),))
    world = worlds.World(EmulatedPair.from_scenario(made))
    world.first_half()
    assert not any(line.startswith("group-policy STAFF") for line in world.secondary.running)
    assert any(line.startswith("group-policy STAFF") for line in world.primary.running)
    assert world.secondary.startup_errors[:2] == (
        "group-policy STAFF internal",
        "group-policy STAFF attributes",
    )
    assert " vpn-tunnel-protocol ssl-client" in world.secondary.startup_errors
    assert world.primary.startup_errors == ()
