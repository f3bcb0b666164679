"""What is read once and remembered by its text: never more than the text says."""

from dataclasses import FrozenInstanceError, replace

import pytest
from worlds import MINUTE, PRIMARY, pair

from upgrader.conduct.patience import reading
from upgrader.dialect.replies.failover import read_show_failover
from upgrader.dialect.replies.sessions import read_sessions
from upgrader.dialect.replies.version import read_show_version
from upgrader.emulator.screens.failover import show_failover
from upgrader.emulator.screens.sessions import show_vpn_sessiondb_anyconnect
from upgrader.emulator.screens.version import show_version
from upgrader.emulator.shell.words import Ambiguous, Grammar, Understood
from upgrader.model.names import Seat
from upgrader.ports import Dropped, Unparsed


def test_of_two_screens_that_differ_in_the_active_time_each_tells_its_own():
    world = pair()
    before = read_show_failover(show_failover(world.pair, PRIMARY))
    world.wait(MINUTE)
    after = read_show_failover(show_failover(world.pair, PRIMARY))
    assert before.this_host is not None
    assert after.this_host is not None
    assert after.this_host.active_seconds == before.this_host.active_seconds + 60
    assert after.this_host.interfaces == before.this_host.interfaces


def test_a_counter_that_moved_is_read_anew():
    text = show_failover(pair().pair, PRIMARY)
    row = next(line for line in text.splitlines() if "ARP tbl" in line)
    moved = text.replace(row, row.replace(" 0 ", " 7 ", 1))
    counters = {c.name: c for c in read_show_failover(moved).counters}
    assert counters["ARP tbl"] != {c.name: c for c in read_show_failover(text).counters}["ARP tbl"]


def test_a_screen_that_is_not_understood_is_refused_as_often_as_it_is_shown():
    text = show_failover(pair().pair, PRIMARY).replace("- Active", "- Actively", 1)
    for _ in range(2):
        with pytest.raises(Unparsed, match="no state of failover"):
            read_show_failover(text)


def test_a_line_means_the_same_however_many_were_typed_in_between():
    grammar = Grammar((("show version", "v"), ("show vlan", "l"), ("more <path>", "m")))
    for _ in range(2):
        assert grammar.read("sh ver") == Understood("v", ())
        assert isinstance(grammar.read("sh v"), Ambiguous)
        for number in range(300):
            assert grammar.read(f"more {number}") == Understood("m", (str(number),))


def test_each_unit_tells_its_own_active_time_on_one_screen():
    told = read_show_failover(
        show_failover(pair().pair, PRIMARY).replace("Active time: 0", "Active time: 7")
    )
    assert told.this_host is not None
    assert told.other_host is not None
    assert (told.this_host.active_seconds, told.other_host.active_seconds).count(7) == 1


def test_of_two_units_that_differ_in_the_uptime_each_tells_its_own():
    text = show_version(pair().pair, PRIMARY)
    before = read_show_version(text)
    assert before.hostname is not None
    line = next(row for row in text.splitlines() if row.startswith(f"{before.hostname} up "))
    after = read_show_version(text.replace(line, f"{before.hostname} up 5 mins 20 secs"))
    assert after == replace(before, uptime_seconds=320)


def test_an_interface_that_is_renamed_is_shown_by_its_new_name_at_once():
    world = pair()
    assert "Interface outside (" in show_failover(world.pair, PRIMARY)
    unit = world.pair.units[PRIMARY]
    interfaces = tuple(
        replace(port, name="uplink") if port.name == "outside" else port
        for port in unit.settings.interfaces
    )
    unit.settings = replace(unit.settings, interfaces=interfaces)
    shown = show_failover(world.pair, PRIMARY)
    assert "Interface uplink (" in shown
    assert "Interface outside (" not in shown


def test_nobody_can_alter_a_row_that_was_read():
    row = read_sessions(show_vpn_sessiondb_anyconnect(pair().pair, PRIMARY))[0]
    assert row == replace(row)
    assert hash(row) == hash(replace(row))
    with pytest.raises(FrozenInstanceError):
        row.user = "somebody else"


@pytest.mark.parametrize("drops", [0, 1, 2])
def test_a_look_that_was_dropped_twice_is_taken_a_third_time(drops):
    asked = []

    def look() -> str:
        asked.append(1)
        if len(asked) <= drops:
            raise Dropped(Seat("active"), "show version", "the other side hung up")
        return "seen"

    assert reading(look) == "seen"
    assert len(asked) == drops + 1


def test_a_look_that_is_dropped_three_times_is_given_up():
    asked = []

    def look() -> str:
        asked.append(1)
        raise Dropped(Seat("active"), "show version", "the other side hung up")

    with pytest.raises(Dropped):
        reading(look)
    assert len(asked) == 3
