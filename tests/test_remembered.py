"""What is read once and remembered by its text: never more than the text says."""

import pytest
from worlds import MINUTE, PRIMARY, pair

from upgrader.conduct.patience import reading
from upgrader.dialect.replies.failover import read_show_failover
from upgrader.emulator.screens.failover import show_failover
from upgrader.emulator.shell_words import Ambiguous, Grammar, Understood
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
