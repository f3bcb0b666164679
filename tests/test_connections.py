"""Connections one by one: as many as the counts say, and the same ones as long as none is lost."""

from worlds import MINUTE, config, pair

from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.scenario import ClientsSpec
from upgrader.emulator.screens import conns
from upgrader.emulator.screens.sessions import dotted
from upgrader.emulator.state import State
from upgrader.emulator.traffic.flows import Flow, flows_of


def carried(pair: EmulatedPair, u: int) -> list[Flow]:
    return list(flows_of(pair, u))


def long_ones(pair: EmulatedPair, u: int) -> set[tuple[object, ...]]:
    """What tells a TCP connection from others, of those that have stood for some minutes."""
    return {
        (f.outer_address, f.outer_port, f.inner_address, f.inner_port)
        for f in flows_of(pair, u)
        if f.protocol == "TCP" and 80 not in (f.outer_port, f.inner_port) and f.up_ms > 8 * MINUTE
    }


def web_ones(pair: EmulatedPair, u: int) -> set[tuple[object, ...]]:
    return {
        (f.outer_address, f.inner_address, f.outer_port, f.inner_port)
        for f in flows_of(pair, u)
        if 80 in (f.outer_port, f.inner_port)
    }


def rows(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(("TCP ", "UDP "))]


def test_the_list_has_as_many_rows_as_the_count_says():
    world = pair()

    for u, unit in enumerate(world.pair.units):
        count = sum(unit.connections.values())
        for show in (conns.show_conn, conns.show_conn_detail, conns.show_conn_long):
            text = show(world.pair, u)
            assert text.startswith(f"{count} in use, ")
            assert len(rows(text)) == count > 0


def test_both_units_list_the_same_connections_while_the_standby_has_them_all():
    world = pair()
    world.wait(10 * MINUTE)

    assert carried(world.pair, 0) == carried(world.pair, 1)


def test_looking_twice_shows_the_same_and_time_changes_it():
    world = pair()
    first = conns.show_conn(world.pair, 0)

    assert conns.show_conn(world.pair, 0) == first
    world.wait(5 * MINUTE)
    assert conns.show_conn(world.pair, 0) != first


def test_a_connection_lives_through_a_switchover_of_which_the_standby_had_a_copy():
    world = pair()
    world.wait(10 * MINUTE)
    before = long_ones(world.pair, 0)

    world.switch_over(settle_ms=1_000)

    assert before
    assert before <= long_ones(world.pair, 1)


def test_web_connections_that_were_not_replicated_are_others_afterwards():
    spec = ClientsSpec(count=1, tcp=10, udp=10, http=200)
    world = pair(lines=config(http=False), clients=spec)
    world.wait(MINUTE)
    before = web_ones(world.pair, 0)

    world.switch_over(settle_ms=1_000)
    assert web_ones(world.pair, 1) == set()

    world.wait(MINUTE)
    assert len(web_ones(world.pair, 1)) == 200
    assert not before & web_ones(world.pair, 1)


def test_a_unit_that_boots_carries_nothing_until_it_is_synchronised():
    world = pair()
    world.reload_standby()
    world.until(lambda: world.secondary.state is State.COLD_STANDBY)

    assert conns.show_conn(world.pair, 1) == "0 in use, 0 most used\n"


def test_people_who_are_connected_by_vpn_have_connections_and_others_have_not():
    world = pair(sessions=3)
    connected = {row.address for row in world.rows()}

    theirs = {f.outer_address for f in carried(world.pair, 0) if f.from_outside}

    assert theirs == connected
    assert all(dotted(address).startswith("10.1.8.") for address in theirs)


def test_a_connection_fits_in_its_own_life():
    world = pair()
    world.wait(7 * MINUTE)

    flows = list(carried(world.pair, 0))
    assert flows
    for flow in flows:
        assert 0 <= flow.idle_ms <= flow.up_ms
        assert flow.idle_ms < flow.timeout_ms
        assert flow.bytes > 0
        assert flow.outer_address != flow.inner_address


def test_one_asks_for_the_connections_of_an_address_a_port_or_a_protocol():
    world = pair()
    flow = next(f for f in carried(world.pair, 0) if f.from_outside)
    console = world.pair.open("active")

    def ask(line: str) -> list[str]:
        return rows(world.pair.receive(console.number, line).text)

    mine = ask(f"show conn address {dotted(flow.outer_address)}")
    assert mine
    assert all(f"{dotted(flow.outer_address)}:" in row for row in mine)
    assert mine == ask(f"show conn address {dotted(flow.outer_address)} netmask 255.255.255.255")
    assert len(ask("show conn protocol udp")) == world.active.connections["udp"]
    assert len(ask("show conn port 80")) == world.active.connections["http"]
    assert len(ask("show conn address 0.0.0.0-255.255.255.255")) == 700
    assert ask("show conn address nowhere") == ask("show conn port 99999") == []


def test_a_saved_pair_lists_the_same_connections_and_a_fork_goes_its_own_way():
    world = pair(lines=config(http=False))
    world.switch_over()
    again = EmulatedPair.load(world.pair.save())
    assert carried(again, 1) == carried(world.pair, 1)

    twin = world.fork()
    twin.switch_over()
    assert carried(again, 1) == carried(world.pair, 1)
    assert web_ones(twin.pair, 0) != web_ones(world.pair, 1)
