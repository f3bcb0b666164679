"""What each event leaves in the log: exactly the documented messages, in the buffer and beyond."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import MINUTE, NEW_IMAGE, PRIMARY, SECONDARY, World, config, mismatched, pair

from upgrader.emulator.machine import chassis
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.sessions import vpn
from upgrader.emulator.state import State, Unit
from upgrader.emulator.surface import faults
from upgrader.emulator.syslog import log
from upgrader.emulator.syslog.catalogue import CATALOGUE, NEVER_SEEN, catalogue_page
from upgrader.emulator.syslog.message import NotInCatalogue

CAPTURES = Path(__file__).resolve().parents[2] / "shared" / "captures" / "syslog"
LINE = re.compile(r"%ASA-(?:[a-z]+-)?(\d)-(\d{6}): (.*)$")

LOGIN = [113_039, 737_026, 737_029, 722_051, 722_033, 722_022, 722_033, 722_022]
TUNNELS_CLOSE = [722_037, 722_023, 722_023]
SAVED = [111_001, 111_004, 111_008, 111_010]
COLLECTOR = ("logging timestamp", "logging trap debugging", "logging host outside 203.0.113.9")


def logging(*lines: str) -> tuple[str, ...]:
    """The configuration of `worlds`, with these lines too."""
    whole = config()
    at = whole.index("logging enable") + 1
    return (*whole[:at], *lines, *whole[at:])


def numbers(world: World, unit: Unit, since: int = -1) -> list[int]:
    return [line.number for line in world.log(unit) if line.at > since]


def fresh(world: World) -> World:
    """The same pair with empty buffers and nothing sent."""
    log.clear_buffer(world.pair, PRIMARY)
    log.clear_buffer(world.pair, SECONDARY)
    world.pair.outbox.clear()
    return world


def received(world: World, unit: int | None = None) -> list[int]:
    """The ids of what the collector has got, of one unit or of both."""
    return [
        int(LINE.search(datagram.payload).group(2))
        for datagram in world.pair.outbox
        if unit is None or datagram.unit == unit
    ]


# ── the catalogue ──────────


def test_every_message_has_a_severity_a_text_and_a_source() -> None:
    for number, message in CATALOGUE.items():
        assert number == message.number
        assert 0 <= message.severity <= 7
        assert message.text.strip()
        assert message.source


def test_a_message_is_refused_that_is_not_in_the_catalogue() -> None:
    with pytest.raises(NotInCatalogue):
        log.tell(pair().pair, PRIMARY, 302_013)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"interface": "inside", "interfaces": "inside"},
        {"name": "inside"},
        {"interface": "inside", "outcome": "Well"},
    ],
)
def test_a_message_is_refused_whose_fields_are_not_its_own(fields: dict[str, object]) -> None:
    with pytest.raises(NotInCatalogue):
        log.tell(pair().pair, PRIMARY, 105_009, **fields)


def test_the_catalogue_makes_a_page_with_a_row_for_each_message() -> None:
    rows = [row for row in catalogue_page("Generated.\n").splitlines() if row.startswith("| 1")]
    assert len(rows) == sum(str(number).startswith("1") for number in CATALOGUE)
    assert any("STNDBY" in row and "104002" in row for row in rows)


def test_messages_that_are_never_seen_are_those_that_nothing_writes() -> None:
    root = Path(__file__).resolve().parents[1] / "upgrader" / "emulator"
    tables = {root / "syslog" / f"{name}.py" for name in ("failover", "system", "vpn", "catalogue")}
    sources = [path.read_text() for path in root.rglob("*.py") if path not in tables]
    written = {
        int(number.replace("_", ""))
        for source in sources
        for number in re.findall(r"\b\d{3}_\d{3}\b", source)
    }
    threads = {720_057, 720_059, 720_061}  # counted up from those without a key
    assert CATALOGUE.keys() - written - threads == NEVER_SEEN


# What a captured line of that id says otherwise, and why.
OTHERWISE = {
    113_019: "another session type",
    113_029: "names without brackets",
    113_035: "names without brackets",
    716_002: "names without brackets",
    716_059: "the older wording",
    315_011: "a session that ended otherwise",
}


@pytest.mark.skipif(not CAPTURES.is_dir(), reason="the captures are not beside this clone")
def test_captured_lines_have_the_catalogues_form_and_severity() -> None:
    seen: set[int] = set()
    for path in sorted(CAPTURES.glob("*.log")):
        if "doc_formats" in path.name:
            continue
        for raw in path.read_text(encoding="utf-8").splitlines():
            found = LINE.search(raw)
            if found is None or int(found[2]) not in CATALOGUE:
                continue
            message, text = CATALOGUE[int(found[2])], found[3]
            text = text.replace("_group_1)", ")").replace("(Primary)", "({unit})")
            for unit in ("Primary", "Secondary"):
                text = text.replace(f"({unit})", "({unit})")
                for prefix in ("VPN", "WebVPN"):
                    text = text.replace(f"({prefix}-{unit})", f"({prefix}-{{unit}})")
            if message.number in OTHERWISE and not message.fits(text):
                continue
            if message.number == 737_026 and "Session=" not in text:
                continue  # an older release has no session and no pool in it
            if message.number == 737_016 and "local pool address" in text:
                continue
            if message.number == 716_058 or "<GROUP 1>" in text:
                text = text.replace("<GROUP 1>", "<GROUP>")
            assert message.fits(text), raw
            severity = 6 if message.number == 722_051 else int(found[1])  # level 4 on an old one
            assert severity == message.severity, raw
            seen.add(message.number)
    assert {104_001, 104_002, 105_005, 113_039, 720_028, 721_002, 721_016, 737_026} <= seen


# ── each event leaves its sequence, and nothing else ──────────


def test_a_login_leaves_the_documented_lines() -> None:
    world = fresh(pair(sessions=2))
    faults.connect_clients(world.pair, 1)
    assert numbers(world, world.primary) == LOGIN
    assert numbers(world, world.secondary) == [721_016]


def test_a_login_without_a_standby_says_that_the_address_was_not_sent() -> None:
    world = pair(sessions=2)
    world.pull_power(world.secondary)
    world.wait(MINUTE)
    fresh(world)
    faults.connect_clients(world.pair, 1)
    assert numbers(world, world.primary) == [737_028 if n == 737_029 else n for n in LOGIN]


def test_a_logoff_leaves_the_documented_lines() -> None:
    world = fresh(pair(sessions=2))
    faults.disconnect(world.pair, 1)
    ended = [*TUNNELS_CLOSE, 113_019, 737_016, 737_031, 716_002]
    assert numbers(world, world.primary) == ended
    assert numbers(world, world.secondary) == [721_018]
    assert "Reason: User Requested" in world.log(world.primary, 113_019)[0].text


def test_an_idle_sleeper_ends_without_tunnels_to_close() -> None:
    world = pair(sessions=1, sleeping=1, lines=config(idle_min=30))
    fresh(world).wait(60 * MINUTE)
    assert numbers(world, world.primary) == [113_019, 737_016, 737_031, 716_002]
    assert world.log(world.primary, 716_002)[0].text.endswith("terminated: Idle timeout.")


def test_a_switchover_leaves_the_documented_lines() -> None:
    world = fresh(pair(sessions=2))
    world.switch_over()
    gone = set(numbers(world, world.primary))
    come = Counter(numbers(world, world.secondary))
    assert gone == {111_008, 111_010, 104_002, 720_027, 720_028, 720_040, 721_002} | (
        gone & {105_003, 105_004}
    )
    resumed = {722_034: 2, 722_022: 4, 716_059: 2}
    assert {n: come[n] for n in resumed if come[n]} == {
        n: count for n, count in resumed.items() if come[n] or n != 716_059
    }
    assert come[104_001] == come[720_039] == 1
    allowed = {104_001, 720_027, 720_028, 720_039, 721_002, 105_003, 105_004, *resumed}
    assert set(come) <= allowed


def test_a_reload_and_a_resync_leave_the_documented_lines() -> None:
    world = fresh(pair(sessions=2))
    world.reload_standby()
    assert numbers(world, world.secondary) == [199_001]
    assert "requested by active unit" in world.log(world.secondary)[0].text
    world.standby_comes_back()
    ours, theirs = numbers(world, world.primary), numbers(world, world.secondary)
    wanted = [720_023, 105_034, 720_023, 709_003, 709_004, 720_029, 720_062, 720_063, 720_030]
    assert [n for n in ours if n in wanted] == wanted
    assert 103_007 not in ours
    assert theirs[:2] == [199_005, 199_002]
    assert [n for n in theirs if n in (709_005, 709_006, 720_045, 721_016, 720_046)] == [
        709_005,
        709_006,
        720_045,
        721_016,
        721_016,
        720_046,
    ]
    around = {111_008, 111_010, 720_027, 720_028, 721_002, 103_001, *range(105_003, 105_008)}
    assert set(ours) <= {*wanted, *around}
    keyed = {720_057, 720_059, 720_061}
    assert set(theirs) <= {
        *(199_005, 199_002, 709_005, 709_006, 720_045, 720_046, 721_016, 720_023),
        *keyed,
        *around,
    }


def test_an_orphan_is_closed_and_never_ended() -> None:
    world = mismatched(sessions=2)
    world.first_half()
    fresh(world)
    world.reload_standby()
    world.wait(4_000)
    left = [n for n in numbers(world, world.secondary) if n not in (111_008, 111_010)]
    assert Counter(left) == Counter([720_023, *TUNNELS_CLOSE, *TUNNELS_CLOSE])


def test_cleaning_an_orphan_up_leaves_the_documented_lines() -> None:
    world = mismatched(sessions=1)
    world.night()
    (orphan,) = world.orphans()
    fresh(world)
    assert vpn.logoff(world.pair, SECONDARY, orphan.index) == 1
    assert numbers(world, world.secondary) == [111_008, 111_010, 113_019, 737_016, 737_032]
    assert numbers(world, world.primary) == []


def test_a_leak_ends_the_session_and_frees_nothing() -> None:
    world = mismatched(sessions=1, logoff_releases_lease=False)
    world.night()
    (orphan,) = world.orphans()
    fresh(world)
    assert vpn.logoff(world.pair, SECONDARY, orphan.index) == 1
    left = numbers(world, world.secondary)
    assert left[:3] == [111_008, 111_010, 113_019]
    assert not {737_016, 737_031} & set(left)


def test_saving_leaves_the_begin_the_end_and_the_operator() -> None:
    world = fresh(pair(sessions=0))
    chassis.write_memory(world.pair, PRIMARY)
    assert numbers(world, world.primary) == SAVED
    assert world.log(world.primary)[0].text == "Begin configuration: console writing to memory"


def test_a_lost_state_link_is_told_on_both_units() -> None:
    world = pair(sessions=1, lines=_two_links())
    fresh(world)
    world.cut(lan=False, state=True)
    for unit in (world.primary, world.secondary):
        (line,) = world.log(unit, 720_025)
        assert line.text.endswith("Data channel is down.")
        assert world.log(unit, 720_024) == []
    world.mend()
    assert world.log(world.primary, 720_025)[-1].text.endswith("Data channel is up.")


def _two_links() -> tuple[str, ...]:
    lines = list(config())
    at = lines.index("failover link FO GigabitEthernet1/7")
    lines[at] = "failover link STATE GigabitEthernet1/6"
    own = "failover interface ip STATE 172.16.1.1 255.255.255.252 standby 172.16.1.2"
    last = max(n for n, line in enumerate(lines) if line.startswith("failover interface ip"))
    return (*lines[: last + 1], own, *lines[last + 1 :])


def test_an_older_release_spells_standby_its_own_way() -> None:
    message = CATALOGUE[104_002]
    assert message.text_in((8, 4, 2)) == "({unit}) Switching to STNDBY - {reason}"
    assert message.text_in((9, 16, 4)) == "({unit}) Switching to STANDBY - {reason}"


# ── what the settings allow ──────────


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        (("logging buffered notifications",), [722_033, 722_033]),
        (("logging buffered 3",), []),
        (("logging message 722033 level 7", "logging buffered informational"), [722_051]),
        (("no logging message 722051", "logging buffered informational"), [113_039]),
        (("logging list MINE message 737026-737029", "logging buffered MINE"), [737_026, 737_029]),
        (("logging list MINE level 5 class svc", "logging buffered MINE"), [722_033, 722_033]),
    ],
)
def test_the_buffer_takes_what_its_settings_allow(lines: tuple[str, ...], kept: list[int]) -> None:
    world = fresh(pair(sessions=1))
    for line in lines:
        world.type(world.primary, line)
    fresh(world)
    faults.connect_clients(world.pair, 1)
    found = numbers(world, world.primary)
    if len(kept) != 1:
        assert found == kept
    else:
        silent = {722_033} if kept == [722_051] else {722_051}
        assert found == [n for n in LOGIN if n not in silent]


def test_a_changed_level_is_the_one_that_is_written() -> None:
    world = pair(sessions=0)
    world.type(world.primary, "logging message 113039 level errors")
    faults.connect_clients(world.pair, 1)
    assert world.log(world.primary, 113_039)[0].severity == 3


def test_startup_cannot_be_silenced() -> None:
    world = pair(sessions=0)
    world.type(world.primary, "no logging message 199002")
    world.type(world.primary, "no logging message 199005")
    chassis.write_memory(world.pair, PRIMARY)
    world.reload_standby()
    world.standby_comes_back()
    assert numbers(world, world.secondary)[0] == 199_002


def test_without_logging_enable_nothing_is_written_or_sent() -> None:
    world = pair(sessions=1, lines=logging(*COLLECTOR))
    world.type(world.primary, "no logging enable")
    fresh(world)
    faults.connect_clients(world.pair, 1)
    assert world.primary.log == []
    assert world.pair.outbox == []


# ── collectors ──────────


@pytest.mark.parametrize(
    ("lines", "payload"),
    [
        ((), "<166>%ASA-6-113039: "),
        (("logging timestamp",), "<166>Nov 14 2023 22:13:20: %ASA-6-113039: "),
        (("logging facility 23",), "<190>%ASA-6-113039: "),
        (("logging device-id hostname",), "<166>branch : %ASA-6-113039: "),
        (
            ("logging timestamp", "logging device-id string north east"),
            "<166>Nov 14 2023 22:13:20 north east : %ASA-6-113039: ",
        ),
        (("logging device-id ipaddress outside",), "<166>203.0.113.1 : %ASA-6-113039: "),
        (("logging timestamp rfc5424",), "<166>2023-11-14T22:13:20Z: %ASA-6-113039: "),
        (
            ("logging host outside 203.0.113.9 format emblem",),
            "<166>:Nov 14 22:13:20 UTC: %ASA-auth-6-113039: ",
        ),
    ],
)
def test_a_datagram_has_the_documented_form(lines: tuple[str, ...], payload: str) -> None:
    host = "logging host outside 203.0.113.9"
    more = lines if any(line.startswith(host) for line in lines) else (host, *lines)
    world = fresh(pair(sessions=0, lines=logging("logging trap informational", *more)))
    faults.connect_clients(world.pair, 1)
    sent = world.pair.outbox[0]
    assert sent.payload.startswith(payload + "Group <STAFF>")
    assert (sent.unit, sent.interface, sent.host, sent.port) == (0, "outside", "203.0.113.9", 514)


def test_a_collector_has_its_own_level_and_port() -> None:
    lines = logging("logging trap notifications", "logging host outside 203.0.113.9 17/5514")
    world = fresh(pair(sessions=0, lines=lines))
    faults.connect_clients(world.pair, 1)
    assert received(world) == [722_033, 722_033]
    assert {datagram.port for datagram in world.pair.outbox} == {5_514}


def test_nothing_is_sent_over_tcp() -> None:
    lines = logging("logging trap debugging", "logging host outside 203.0.113.9 6/1470")
    world = fresh(pair(sessions=0, lines=lines))
    faults.connect_clients(world.pair, 1)
    assert world.pair.outbox == []


def test_a_standby_sends_nothing_unless_it_is_told_to() -> None:
    for lines, tells in ((COLLECTOR, False), ((*COLLECTOR, "logging standby"), True)):
        world = fresh(pair(sessions=1, lines=logging(*lines)))
        faults.connect_clients(world.pair, 1)
        assert received(world, PRIMARY) == LOGIN
        assert received(world, SECONDARY) == ([721_016] if tells else [])


def test_a_collector_sees_both_sides_of_a_switchover() -> None:
    world = fresh(pair(sessions=2, lines=logging(*COLLECTOR)))
    world.switch_over()
    assert 104_002 in received(world, PRIMARY)
    assert 720_040 in received(world, PRIMARY)
    assert 104_001 in received(world, SECONDARY)
    assert received(world, SECONDARY).count(722_034) == 2
    assert world.primary.state is State.STANDBY_READY
    assert not {720_045, 720_046} & set(received(world))


def test_returns_reach_the_collector_when_they_happen() -> None:
    world = pair(sessions=3, lines=logging(*COLLECTOR))
    world.switch_over(settle_ms=2_000)
    while not (due := [at for at, _, _ in world.pair.resumes[world.pair.resumed :]]):
        world.wait(100)
    world.pair.outbox.clear()
    at = world.pair.next_timer()
    assert at is not None
    assert at <= due[0], "who drives the pair is told of the next return"
    world.pair.advance(due[0])
    assert 722_034 in received(world)


@pytest.mark.slow
def test_ten_thousand_orphans_reach_the_collector_line_by_line() -> None:
    world = mismatched(sessions=600, lines=_wide(logging(*COLLECTOR)))
    world.first_half()
    fresh(world)
    world.reload_standby()
    world.wait(4_000)
    assert Counter(received(world))[722_037] == 600
    assert Counter(received(world))[722_023] == 1_200


def _wide(lines: tuple[str, ...]) -> tuple[str, ...]:
    pool = "ip local pool VPN 10.1.8.1-10.1.31.254 mask 255.255.224.0"
    return tuple(pool if line.startswith("ip local pool") else line for line in lines)


def test_what_the_buffer_cannot_hold_is_counted_all_the_same() -> None:
    small = tuple(
        "logging buffer-size 4096" if line.startswith("logging buffer-size") else line
        for line in _wide(config())
    )
    world = mismatched(sessions=600, lines=small)
    world.first_half()
    world.log(world.active)
    before = world.active.logged["buffered"]
    world.reload_standby()
    world.wait(4_000)
    burst = world.active.logged["buffered"] - before
    assert burst >= 3 * 600
    assert sum(len(line.text) for line in world.log(world.active)) < 4_096


def test_reading_along_changes_nothing() -> None:
    quiet = mismatched(sessions=12, lines=logging("logging buffered debugging"))
    read = mismatched(sessions=12, lines=logging(*COLLECTOR, "logging buffered debugging"))
    for world in (quiet, read):
        world.night()
    for one, other in zip(quiet.pair.units, read.pair.units, strict=True):
        assert [line for line in quiet.log(one) if line.number != 111_010] == [
            line for line in read.log(other) if line.number != 111_010
        ]
        assert one.logged["buffered"] == other.logged["buffered"]


def test_a_saved_pair_sends_on_as_if_nothing_had_happened() -> None:
    world = pair(sessions=3, lines=logging(*COLLECTOR))
    world.switch_over(settle_ms=1_000)
    twin = World(EmulatedPair.load(world.pair.save()))
    for one in (world, twin):
        one.wait(2 * MINUTE)
    assert world.pair.outbox == twin.pair.outbox
    assert world.pair.save() == twin.pair.save()


# ── any night ──────────


@settings(max_examples=12, deadline=None)
@given(
    st.integers(0, 5),
    st.lists(
        st.sampled_from(["reload", "switch", "cut", "mend", "arrive", "leave", "power", "save"]),
        max_size=8,
    ),
    st.sampled_from(["logging standby", "logging device-id hostname", "logging timestamp"]),
)
def test_every_line_of_any_night_is_in_the_catalogue(
    sessions: int, deeds: list[str], line: str
) -> None:
    world = mismatched(sessions=sessions, lines=logging(*COLLECTOR, line))
    for deed in deeds:
        _do(world, deed)
        world.wait(90_000)
    for unit in world.pair.units:
        for written in world.log(unit):
            _is_in_the_catalogue(written.number, written.severity, written.text, unit)
    for datagram in world.pair.outbox:
        found = LINE.search(datagram.payload)
        assert found is not None, datagram.payload
        unit = world.pair.units[datagram.unit]
        _is_in_the_catalogue(int(found[2]), int(found[1]), found[3], unit)


def _do(world: World, deed: str) -> None:
    match deed:
        case "reload":
            world.reload_standby() if world.pair.active is not None else None
        case "switch":
            world.switch_over(settle_ms=0) if world.pair.active is not None else None
        case "cut":
            world.cut(lan=True, state=True)
        case "mend":
            world.mend()
        case "arrive":
            faults.connect_clients(world.pair, 2)
        case "leave":
            faults.disconnect(world.pair, 1) if world.pair.clients else None
        case "power":
            world.pull_power(world.secondary)
            world.give_power(world.secondary)
        case _:
            chassis.write_memory(world.pair, PRIMARY) if world.pair.answers(PRIMARY) else None


def _is_in_the_catalogue(number: int, severity: int, text: str, unit: Unit) -> None:
    message = CATALOGUE[number]
    assert severity == message.severity
    bare = replace(message, text=message.text.replace("{unit}", unit.role.value), older=())
    assert bare.fits(text), text


def test_a_new_boot_counts_from_nothing() -> None:
    world = pair(sessions=1)
    world.boots_next(NEW_IMAGE)
    world.reload_standby()
    world.standby_comes_back()
    assert world.secondary.logged["buffered"] == len(world.log(world.secondary))
