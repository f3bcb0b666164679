"""What a test may let happen to a pair: by name, with arguments that are checked first."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import NEW_IMAGE, OLD_IMAGE, PACKAGE, PRIMARY, SECONDARY, World, pair

from upgrader.emulator import oracles
from upgrader.emulator.machine.files import digest_of
from upgrader.emulator.state import Mind, Power, State
from upgrader.emulator.surface.events import EVENTS, Value, WrongEvent, event_named, happen


@pytest.fixture
def world() -> World:
    return pair(sessions=3)


def lets(world: World, name: str, **arguments: Value) -> Mapping[str, object]:
    told = happen(world.pair, name, arguments)
    assert oracles.check(world.pair) == ()
    return told


# ── people ─────────────────────────────────────────────────────────────────────────────


def test_so_many_people_arrive_and_log_in(world: World) -> None:
    told = lets(world, "connect-clients", count=20)
    assert told == {"first": 4, "last": 23, "connected": 20}
    assert len(world.pair.units[PRIMARY].rows) == 23
    assert len(world.pair.units[SECONDARY].rows) == 23


def test_a_person_may_have_a_name_and_another_platform(world: World) -> None:
    told = lets(world, "connect-clients", user="alice", platform="macos")
    assert told["refused"] == 1, "nobody has a package for a Mac"
    lets(world, "connect-clients", user="bob")
    assert "bob" in {row.user for row in world.pair.units[PRIMARY].rows.values()}


def test_a_twin_knows_nobody_who_came_to_the_other(world: World) -> None:
    saved = world.pair.save()
    with pytest.raises(WrongEvent, match="nobody is called 'bob'"):
        lets(world, "sleep", user="bob")
    assert world.pair.save() == saved, "asking who is called what is no part of the pair"
    twin = world.pair.fork()
    lets(world, "connect-clients", user="bob")
    lets(world, "sleep", user="bob")
    happen(twin, "connect-clients", {"user": "eve"})
    with pytest.raises(WrongEvent, match="nobody is called 'bob'"):
        happen(twin, "sleep", {"user": "bob"})


def test_more_people_than_the_pool_holds_are_told_to_be_refused(world: World) -> None:
    told = lets(world, "connect-clients", count=250)
    assert told["connected"] == 197
    assert told["refused"] == 53


def test_a_person_sleeps_wakes_logs_off_and_comes_again(world: World) -> None:
    row = world.pair.units[PRIMARY].rows[1]
    assert lets(world, "sleep", user=row.user) == {"client": 1, "is": "asleep"}
    assert not world.pair.units[PRIMARY].rows[1].carries(world.pair.now)
    assert lets(world, "wake", user="1") == {"client": 1, "is": "connected"}
    assert lets(world, "log-off", user=row.user) == {"client": 1, "is": "away"}
    assert 1 not in world.pair.units[PRIMARY].rows
    assert lets(world, "log-in", user=row.user) == {"client": 1, "is": "connected"}


@pytest.mark.parametrize(
    ("name", "user", "why"),
    [
        ("wake", "user01", "user01 is connected; expected: a client that is asleep"),
        ("sleep", "nobody", "nobody is called 'nobody'"),
        ("log-in", "user01", "is connected; expected: a client that is away or refused"),
    ],
)
def test_what_a_person_cannot_do_now_is_refused(
    world: World, name: str, user: str, why: str
) -> None:
    with pytest.raises(WrongEvent, match=why):
        lets(world, name, user=user)


# ── power and cables ───────────────────────────────────────────────────────────────────


def test_power_goes_and_comes_back(world: World) -> None:
    lets(world, "pull-power", unit="primary")
    assert world.pair.units[PRIMARY].power is Power.OFF
    world.wait(20_000)
    assert world.pair.units[SECONDARY].state is State.ACTIVE
    lets(world, "give-power", unit="primary")
    assert world.pair.units[PRIMARY].power is Power.BOOTING


def test_a_unit_that_crashes_says_nothing_and_comes_back(world: World) -> None:
    lets(world, "crash-unit", unit="primary")
    assert world.pair.units[SECONDARY].state is State.STANDBY_READY
    world.wait(20_000)
    assert world.pair.units[SECONDARY].state is State.ACTIVE
    world.wait(600_000)
    assert world.pair.units[PRIMARY].state is State.STANDBY_READY


@pytest.mark.parametrize(
    ("link", "lan", "state"),
    [("failover", False, True), ("state", True, False), ("both", False, False)],
)
def test_either_cable_between_the_units_is_cut_and_joined(
    world: World, link: str, lan: bool, state: bool
) -> None:
    lets(world, "cut-link", link=link)
    assert (world.pair.link.lan_up, world.pair.link.state_up) == (lan, state)
    lets(world, "join-link", link=link)
    assert (world.pair.link.lan_up, world.pair.link.state_up) == (True, True)


def test_a_data_cable_is_pulled_by_the_name_of_its_interface(world: World) -> None:
    lets(world, "pull-cable", unit="primary", interface="outside")
    assert world.pair.link.unplugged == ((PRIMARY, "GigabitEthernet1/1"),)
    lets(world, "plug-cable", unit="primary", interface="GigabitEthernet1/1")
    assert world.pair.link.unplugged == ()
    with pytest.raises(WrongEvent, match="no interface 'dmz'; expected: one of outside"):
        lets(world, "pull-cable", unit="primary", interface="dmz")


def test_a_card_that_is_not_there_cannot_fail(world: World) -> None:
    with pytest.raises(WrongEvent, match="no service card in slot 1"):
        lets(world, "fail-module", unit="primary")


# ── flash ──────────────────────────────────────────────────────────────────────────────


def test_the_flash_is_filled_to_the_byte_and_emptied_again(world: World) -> None:
    unit = world.pair.units[SECONDARY]
    before = dict(unit.flash)
    assert lets(world, "fill-flash", unit="secondary", free=12_345) == {"free": 12_345}
    assert lets(world, "fill-flash", unit="secondary", free=99) == {"free": 99}
    lets(world, "fill-flash", unit="secondary", free=10**12)
    assert unit.flash == before


def test_a_file_is_laid_on_one_unit_only(world: World) -> None:
    lets(world, "put-file", unit="primary", path="flash:/New.pkg", bytes=10, content="package B")
    ours, theirs = world.pair.units
    assert ours.flash["disk0:/new.pkg"].content == "package B"
    assert ours.paths["disk0:/new.pkg"] == "disk0:/New.pkg"
    assert "disk0:/new.pkg" not in theirs.flash
    lets(world, "delete-file", unit="primary", path="disk0:/NEW.pkg")
    assert "disk0:/new.pkg" not in ours.flash


def test_an_image_boots_what_its_name_says_or_what_is_said_of_it(world: World) -> None:
    unit = world.pair.units[PRIMARY]
    for version, boots in (({}, "9.18(3)"), ({"version": "unbootable"}, None)):
        path = "disk0:/asa9-18-3-lfbff-k8.SPA"
        lets(world, "put-file", unit="primary", path=path, bytes=9, **version)
        assert unit.flash[path.lower()].version == boots


def test_a_spoilt_image_has_another_digest_and_does_not_boot(world: World) -> None:
    unit = world.pair.units[PRIMARY]
    for event, size in (("corrupt-file", 100_000_000), ("truncate-file", 7)):
        before = digest_of(unit.flash[NEW_IMAGE.lower()].content)
        arguments = {"bytes": 7} if event == "truncate-file" else {}
        lets(world, event, unit="primary", path=NEW_IMAGE, **arguments)
        file = unit.flash[NEW_IMAGE.lower()]
        assert digest_of(file.content) != before
        assert (file.version, file.bytes) == (None, size)


@pytest.mark.parametrize(
    ("name", "arguments", "why"),
    [
        ("corrupt-file", {"path": "disk0:/no"}, "there is no disk0:/no; expected: a file of"),
        (
            "truncate-file",
            {"path": OLD_IMAGE, "bytes": 10**9},
            "expected: fewer than the 100000000",
        ),
        ("put-file", {"path": "x", "bytes": 10**11}, "do not fit; expected: at most"),
        ("put-file", {"path": "x\n", "bytes": 1}, "put-file path: .* is not allowed"),
    ],
)
def test_what_cannot_be_done_to_a_file_is_refused(
    world: World, name: str, arguments: dict[str, Value], why: str
) -> None:
    before = world.pair.save()
    with pytest.raises(WrongEvent, match=why):
        lets(world, name, unit="primary", **arguments)
    assert world.pair.save() == before


def test_people_who_come_after_a_package_was_overwritten_on_flash_are_none_the_wiser(
    world: World,
) -> None:
    """What a unit serves is what it loaded at its boot."""
    lets(world, "corrupt-file", unit="primary", path=PACKAGE["win"])
    assert lets(world, "connect-clients")["connected"] == 1


# ── addresses ──────────────────────────────────────────────────────────────────────────


def test_the_management_addresses_are_what_both_units_show_and_keep(world: World) -> None:
    lets(world, "set-addresses", active="127.0.0.11", standby="127.0.0.12")
    for unit in world.pair.units:
        port = unit.settings.management
        assert port is not None
        assert (port.address, port.standby) == ("127.0.0.11", "127.0.0.12")
        line = " ip address 127.0.0.11 255.255.255.0 standby 127.0.0.12"
        assert line in unit.running
        assert line in unit.startup
        assert not unit.modified


# ── names and arguments ────────────────────────────────────────────────────────────────


def test_an_unknown_event_names_what_there_is_and_what_was_meant(world: World) -> None:
    with pytest.raises(WrongEvent, match=r"'cutlink' \(did you mean 'cut-link'\?\).*pull-power"):
        lets(world, "cutlink")


@pytest.mark.parametrize(
    ("name", "arguments", "where"),
    [
        ("pull-power", {}, "pull-power unit: is missing"),
        ("pull-power", {"unit": "left"}, "'left' is not allowed; expected: primary | secondary"),
        ("pull-power", {"unit": "primary", "hard": True}, "no argument 'hard'; expected: unit"),
        ("connect-clients", {"count": 0}, "connect-clients count: 0 is not allowed"),
        ("connect-clients", {"count": True}, "True is not allowed"),
        ("connect-clients", {"count": "٣"}, "a whole number from 1 to 10000"),
        ("connect-clients", {"count": 2, "user": "bob"}, "one name for several people"),
        ("set-addresses", {"active": "127.0.0.1.1", "standby": "::1"}, "an IPv4 address"),
    ],
)
def test_a_wrong_argument_is_named_with_what_is_allowed(
    world: World, name: str, arguments: dict[str, Value], where: str
) -> None:
    before = world.pair.save()
    with pytest.raises(WrongEvent, match=where.replace("|", r"\|")):
        lets(world, name, **arguments)
    assert world.pair.save() == before


def test_numbers_mean_the_same_from_a_command_line(world: World) -> None:
    assert lets(world, "fill-flash", unit="Primary", free="500") == {"free": 500}


def test_every_event_is_told_of_with_its_source() -> None:
    names = [event.name for event in EVENTS]
    assert len(names) == len(set(names))
    for event in EVENTS:
        assert event.meaning.endswith(".")
        assert event.source
        assert event_named(event.name) is event
        assert all(argument.allowed and argument.meaning for argument in event.arguments)


good = {
    "unit": st.sampled_from(["primary", "secondary"]),
    "user": st.sampled_from(["user01", "user02", "3", "4"]),
    "link": st.sampled_from(["failover", "state", "both"]),
    "interface": st.sampled_from(["outside", "GigabitEthernet1/1"]),
    "path": st.sampled_from([OLD_IMAGE, NEW_IMAGE, PACKAGE["win"], "disk0:/x.bin"]),
    "bytes": st.sampled_from([0, 1, 40_000_000]),
    "free": st.sampled_from([0, 10**9]),
    "count": st.just(2),
    "slot": st.just(1),
    "holder": st.just("ssh"),
    "platform": st.just("win"),
    "content": st.just("package B"),
    "version": st.just("9.16(4)"),
    "active": st.just("203.0.113.7"),
    "standby": st.just("203.0.113.8"),
    "server": st.just("10.20.0.60"),
    "signal": st.just(11),
}


@st.composite
def happenings(draw: st.DrawFn) -> tuple[str, dict[str, Value]]:
    event = draw(st.sampled_from(EVENTS))
    arguments = {a.name: draw(good[a.name]) for a in event.arguments}
    if "user" in arguments and event.name == "connect-clients":
        del arguments["user"]
    return event.name, arguments


@pytest.mark.slow
@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.tuples(happenings(), st.sampled_from([0, 1_000, 16_000, 400_000]))))
def test_whatever_is_let_happen_the_pair_stays_a_possible_pair(
    evening: list[tuple[tuple[str, dict[str, Value]], int]],
) -> None:
    world = pair(sessions=3, sleeping=1)
    for (name, arguments), ms in evening:
        try:
            happen(world.pair, name, arguments)
        except WrongEvent:
            continue
        assert oracles.check(world.pair) == ()
        world.pair.advance(world.pair.now + ms)
        assert oracles.check(world.pair) == ()
    assert all(client.mind in Mind for client in world.pair.clients.values())
