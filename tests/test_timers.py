"""What is set to happen happens in its order, however far off it was set."""

from dataclasses import replace
from heapq import heapify

from hypothesis import given
from hypothesis import strategies as st
from worlds import HOUR, MINUTE, pair

from upgrader.emulator import timers
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.state import Timer

DAY = 24 * HOUR

instants = st.one_of(
    st.integers(0, 3 * MINUTE),
    st.integers(0, DAY),
    st.sampled_from([0, MINUTE - 1, MINUTE, MINUTE + 1, 2 * HOUR]),
)


def quiet() -> EmulatedPair:
    """A pair with nobody behind it, for which nothing is set."""
    whole = pair(sessions=0).pair
    assert timers.count(whole) == 0
    return whole


def busy() -> EmulatedPair:
    """A pair whose people come and go, and some of whom are asleep."""
    scenario = pair(sessions=30).pair.scenario
    people = replace(scenario.clients, sleeping=5, wakes_per_hour=60, sleeps_per_hour=90)
    people = replace(people, logins_per_hour=40, logoffs_per_hour=30)
    return EmulatedPair.from_scenario(replace(scenario, clients=people))


def all_due(whole: EmulatedPair, to: int) -> list[Timer]:
    taken = []
    for timer in timers.due(whole, to):
        whole.now = timer.at
        taken.append(timer)
    return taken


@given(st.lists(st.tuples(instants, instants), max_size=40), st.integers(0, DAY))
def test_all_happens_in_the_order_of_time_and_then_of_being_set(
    sets: list[tuple[int, int]], looked_at: int
) -> None:
    whole = quiet()
    for at, _ in sets:
        timers.schedule(whole, at, "first")
    happened = all_due(whole, looked_at)
    assert all(timer.at <= looked_at for timer in happened)
    whole.now = looked_at
    for _, more in sets:
        timers.schedule(whole, more, "second")
    happened += all_due(whole, 2 * DAY)
    assert happened == sorted(happened)
    assert len(happened) == 2 * len(sets)
    assert timers.count(whole) == 0


@given(st.lists(instants, max_size=20))
def test_the_next_instant_is_known_before_it_comes(sets: list[int]) -> None:
    whole = quiet()
    for at in sets:
        timers.schedule(whole, at, "something")
    for _ in sets:
        foreseen = timers.next_at(whole)
        assert foreseen == min(timer.at for timer in timers.waiting(whole))
        assert next(timers.due(whole, DAY), None) is not None
    assert timers.next_at(whole) is None


@given(st.lists(st.tuples(instants, st.sampled_from([0, 1])), max_size=20))
def test_what_is_forgotten_of_a_unit_never_happens(sets: list[tuple[int, int]]) -> None:
    whole = quiet()
    for at, unit in sets:
        timers.schedule(whole, at, "join", unit)
    timers.forget(whole, 0, "join")
    assert not timers.is_set(whole, 0, "join")
    assert timers.is_set(whole, 1, "join") == any(unit == 1 for _, unit in sets)
    assert {timer.unit for timer in all_due(whole, DAY)} <= {1}


def test_a_pair_saved_with_all_its_timers_in_one_heap_goes_on_as_it_would_have() -> None:
    whole = busy()
    whole.advance(HOUR)
    older = whole.fork()
    older.timers, older.later, older.near = list(timers.waiting(whole)), {}, 0
    heapify(older.timers)
    loaded = EmulatedPair.load(older.save())
    for one in (whole, loaded):
        one.advance(6 * HOUR)
        one.save()  # which writes up what the log has only noted
    assert sorted(timers.waiting(whole)) == sorted(timers.waiting(loaded))
    assert whole.clients == loaded.clients
    assert whole.units == loaded.units


def test_a_twin_sets_its_own_timers() -> None:
    whole = busy()
    twin, before = whole.fork(), sorted(timers.waiting(whole))
    for ahead in (0, MINUTE, 5 * HOUR):
        timers.schedule(twin, twin.now + ahead, "interfaces")
    twin.advance(HOUR)
    assert sorted(timers.waiting(whole)) == before
