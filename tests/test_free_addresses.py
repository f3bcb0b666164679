"""The lowest free address of a pool is found, whoever has come and gone before."""

from consoles import at_the_console
from hypothesis import given
from hypothesis import strategies as st
from worlds import World, config, pair

from upgrader.emulator import oracles
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.pairing.sync import take_whole
from upgrader.emulator.sessions import pools

comings_and_goings = st.lists(st.one_of(st.none(), st.integers(0, 30)), max_size=120)


def lowest_by_looking(whole: EmulatedPair) -> int | None:
    """What an operator would say who goes through the pool from its first address."""
    unit = whole.units[0]
    pool = unit.settings.pools[0]
    taken = unit.leases.get(pool.name, {})
    return next((a for a in range(pool.first, pool.last + 1) if a not in taken), None)


def somebody_comes_or_goes(world: World, address: int | None) -> None:
    """None: a newcomer gets the lowest; an address: its holder goes, or comes back for it."""
    unit = world.pair.units[0]
    pool = unit.settings.pools[0]
    if address is None:
        lowest = pools.lowest_free(unit, [pool.name])
        assert lowest == lowest_by_looking(world.pair)
        if lowest is not None:
            pools.use(unit, lowest, lowest)
    elif pools.holder(unit, pool.first + address) is None:
        pools.use(unit, pool.first + address, pool.first + address)
    else:
        pools.release(world.pair, 0, pool.first + address, pool.first + address)


@given(comings_and_goings)
def test_a_newcomer_gets_the_lowest_free_address(people: list[int | None]) -> None:
    world = pair(sessions=0)
    for address in people:
        somebody_comes_or_goes(world, address)
    somebody_comes_or_goes(world, None)


@given(comings_and_goings, comings_and_goings)
def test_a_saved_pair_and_a_fork_know_what_was_given_back(
    before: list[int | None], after: list[int | None]
) -> None:
    world = pair(sessions=0)
    for address in before:
        somebody_comes_or_goes(world, address)
    saved = world.pair.save()
    twin = world.pair.fork()
    for address in after:
        somebody_comes_or_goes(world, address)
    assert twin.save() == saved
    world.pair = EmulatedPair.load(saved)
    for address in after:
        somebody_comes_or_goes(world, address)


def test_one_who_comes_and_goes_all_day_is_not_remembered_each_time() -> None:
    world = pair(sessions=0)
    for _ in range(10):
        somebody_comes_or_goes(world, None)
    for _ in range(200):
        somebody_comes_or_goes(world, 3)
    assert all(len(freed) <= 20 for freed in world.pair.units[0].freed.values())
    somebody_comes_or_goes(world, None)


HIGH = "ip local pool VPN 10.1.8.50-10.1.8.99 mask 255.255.255.0"
LOW = "ip local pool VPN 10.1.8.10-10.1.8.99 mask 255.255.255.0"


def one_has_given_back(whole: EmulatedPair, u: int) -> None:
    """The first four addresses are taken on a unit, then the third is free again."""
    unit = whole.units[u]
    first = unit.settings.pools[0].first
    for _ in range(4):
        address = pools.lowest_free(unit, ["VPN"])
        assert address is not None
        pools.use(unit, address, address)
    assert pools.lowest_free(unit, ["VPN"]) == first + 4
    pools.release(whole, u, first + 2, first + 2)
    assert unit.freed == {"VPN": [first + 2]}


def begins_lower(whole: EmulatedPair, u: int) -> None:
    first = whole.units[u].settings.pools[0].first
    assert pools.lowest_free(whole.units[u], ["VPN"]) == first
    assert oracles.check(whole) == ()


def test_a_pool_that_is_typed_to_begin_lower_gives_its_new_addresses_first() -> None:
    whole = pair(sessions=0, lines=config(pool="10.1.8.50-10.1.8.99")).pair
    for u in (0, 1):
        one_has_given_back(whole, u)
    at_the_console(whole)("conf t", f"no {HIGH}", LOW, "end")
    for u in (0, 1):
        begins_lower(whole, u)


def test_a_pool_that_is_taken_over_whole_gives_its_new_addresses_first() -> None:
    whole = pair(sessions=0, lines=config(pool="10.1.8.50-10.1.8.99")).pair
    one_has_given_back(whole, 1)
    unit = whole.units[0]
    unit.running = tuple(LOW if line == HIGH else line for line in unit.running)
    assert take_whole(whole, 0, 1)
    begins_lower(whole, 1)
