"""What people at a console leave in the log, and what they see of it."""

from pathlib import Path

import pytest
from test_syslog import COLLECTOR, fresh, logging, numbers
from worlds import PRIMARY, SECONDARY, World, config, pair

from upgrader.emulator.config import not_modelled, read_settings
from upgrader.emulator.screens.logging import (
    show_logging,
    show_logging_message,
    show_logging_queue,
    show_logging_setting,
)
from upgrader.emulator.surface import faults
from upgrader.emulator.syslog import log

CAPTURES = Path(__file__).resolve().parents[2] / "shared" / "captures"
SCREENS = CAPTURES / "ntc-templates" / "show_logging"


def texts(world: World, number: int) -> list[str]:
    return [line.text for line in world.log(world.primary, number)]


def ask(world: World, number: int, *lines: str) -> str:
    return "".join(world.pair.receive(number, line).text for line in lines)


# ── people ──────────


def test_somebody_who_logs_in_over_ssh_and_out_again_is_in_the_log() -> None:
    world = fresh(pair(sessions=0))
    session = world.pair.log_in("active", "admin", "192.0.2.7")
    assert session is not None
    assert numbers(world, world.primary) == [611_101, 605_005]
    assert texts(world, 611_101) == [
        "User authentication succeeded: IP address: 192.0.2.7, Uname: admin"
    ]
    (permitted,) = texts(world, 605_005)
    assert permitted.startswith("Login permitted from 192.0.2.7/")
    assert permitted.endswith('to outside:203.0.113.1/ssh for user "admin"')
    world.pair.hang_up(session.number)
    assert texts(world, 611_103) == ["User logged out: Uname: admin"]
    assert texts(world, 315_011) == [
        'SSH session from 192.0.2.7 on interface outside for user "admin" terminated normally.'
    ]


def test_a_wrong_password_is_in_the_log() -> None:
    world = fresh(pair(sessions=0))
    world.pair.turn_away("active", "admin", "192.0.2.7")
    assert numbers(world, world.primary) == [611_102, 605_004]


def test_the_log_names_who_typed_and_from_where() -> None:
    world = pair(sessions=0)
    session = world.pair.log_in("active", "admin", "192.0.2.7")
    assert session is not None
    ask(world, session.number, "enable", "cisco")
    fresh(world)
    ask(world, session.number, "configure terminal", "hostname north", "end")
    found = numbers(world, world.primary)
    assert found == [111_008, 111_010, 111_008, 111_010, 111_005]
    assert "from IP 192.0.2.7, executed 'hostname north'" in texts(world, 111_010)[-1]
    assert texts(world, 111_005) == ["192.0.2.7 end configuration: OK"]


def test_enable_says_how_far_somebody_rose() -> None:
    world = fresh(pair(sessions=0))
    session = world.pair.log_in("active", "admin", "192.0.2.7")
    assert session is not None
    ask(world, session.number, "enable", "wrong", "cisco")
    assert texts(world, 308_001) == [
        "console enable password incorrect for 1 tries (from 192.0.2.7)"
    ]
    assert texts(world, 502_103) == ["User priv level changed: Uname: admin From: 1 To: 15"]


def test_a_show_is_logged_at_debugging_only() -> None:
    world = fresh(pair(sessions=0))
    console = world.pair.open("active")
    assert console is not None
    ask(world, console.number, "show clock")
    assert texts(world, 111_009) == ["User 'enable_15' executed cmd: show clock"]
    world.type(world.primary, "logging buffered informational")
    fresh(world)
    ask(world, console.number, "show clock")
    assert numbers(world, world.primary) == []


def test_a_console_that_monitors_sees_each_line_as_it_comes() -> None:
    world = pair(sessions=0, lines=logging("logging monitor notifications"))
    watching, other = (world.pair.open("active") for _ in range(2))
    assert watching is not None
    assert other is not None
    ask(world, watching.number, "terminal monitor")
    watching.unasked = other.unasked = ""
    faults.connect_clients(world.pair, 1)
    assert watching.unasked.count("%ASA-5-722033") == 2
    assert "722022" not in watching.unasked
    assert other.unasked == ""


def test_who_clears_the_buffer_keeps_the_counts() -> None:
    world = pair(sessions=0)
    console = world.pair.open("active")
    assert console is not None
    faults.connect_clients(world.pair, 1)
    before = world.primary.logged["buffered"]
    ask(world, console.number, "clear logging buffer")
    assert world.log(world.primary, 113_039) == []
    assert world.primary.logged["buffered"] >= before


def test_clearing_the_buffer_leaves_the_mate_alone() -> None:
    world = pair(sessions=0)
    faults.connect_clients(world.pair, 1)
    log.clear_buffer(world.pair, PRIMARY)
    assert world.log(world.secondary, 721_016)


# ── screens ──────────


@pytest.mark.skipif(not SCREENS.is_dir(), reason="the captures are not beside this clone")
def test_the_settings_are_laid_out_to_the_line_as_on_a_real_unit() -> None:
    real = (SCREENS / "cisco_asa_show_logging_3.raw").read_text().splitlines()
    lines = (
        "logging buffered warnings",
        "logging trap informational",
        "logging asdm warnings",
        "logging host outside 10.168.1.21",
        "logging host outside 10.45.22.11",
    )
    ours = tuple(line for line in logging(*lines) if line != "logging buffered debugging")
    screen = show_logging_setting(pair(lines=ours).pair, PRIMARY).splitlines()
    head = real[: next(n for n, line in enumerate(real) if line.startswith("%ASA"))]
    assert [_bare(line) for line in screen] == [_bare(line) for line in head]


def _bare(line: str) -> str:
    """A line without its counts and names."""
    words = ("outside", "inside")
    return " ".join(
        "N" if any(c.isdigit() for c in word) else word for word in line.split(" ")
    ).replace(words[0], words[1])


def test_counts_follow_what_was_sent() -> None:
    world = pair(sessions=0, lines=logging(*COLLECTOR))
    faults.connect_clients(world.pair, 1)
    sent = len(world.pair.outbox)
    screen = show_logging(world.pair, PRIMARY)
    assert f"Trap logging: level debugging, facility 20, {sent} messages logged" in screen
    assert f"Logging to outside 203.0.113.9, UDP TX:{sent} errors: 0  dropped: 0" in screen
    assert "Standby logging: disabled" in screen


def test_the_buffer_stands_below_the_settings_as_it_was_written() -> None:
    world = fresh(
        pair(sessions=0, lines=logging("logging timestamp", "logging device-id hostname"))
    )
    faults.connect_clients(world.pair, 1)
    last = show_logging(world.pair, PRIMARY).splitlines()[-1]
    assert last.startswith("Nov 14 2023 22:13:20 branch : %ASA-6-722022: Group <STAFF>")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("logging facility 20", "default-level alerts (enabled)"),
        ("logging message 105001 level 3", "default-level alerts, current-level errors (enabled)"),
        ("no logging message 105001", "default-level alerts (disabled)"),
    ],
)
def test_a_message_says_its_level_and_whether_it_is_written(line: str, says: str) -> None:
    world = pair(sessions=0)
    world.type(world.primary, line)
    assert show_logging_message(world.pair, PRIMARY, 105_001) == f"syslog 105001: {says}\n"


def test_only_changed_messages_are_listed() -> None:
    world = pair(sessions=0)
    assert show_logging_message(world.pair, PRIMARY) == ""
    world.type(world.primary, "no logging message 722051")
    assert show_logging_message(world.pair, PRIMARY).count("\n") == 1


def test_the_queue_is_as_long_as_it_is_configured() -> None:
    world = pair(sessions=0)
    assert "limit : 512 msg(s)" in show_logging_queue(world.pair, PRIMARY)
    world.type(world.primary, "logging queue 0")
    assert "limit : Unlimited" in show_logging_queue(world.pair, PRIMARY)


# ── settings ──────────


def test_messages_and_levels_are_typed_and_taken_back() -> None:
    world = pair(sessions=0)
    for line in (
        "no logging message 722051",
        "logging message 722033 level 3",
        "no logging message 722033",
    ):
        world.type(world.primary, line)
    own = world.primary.settings.logging
    assert own.disabled == (722_033, 722_051)
    assert own.levels == ((722_033, 3),)
    for line in (
        "logging message 722051",
        "logging message 722033",
        "no logging message 722033 level 3",
    ):
        world.type(world.primary, line)
    own = world.primary.settings.logging
    assert (own.disabled, own.levels) == ((), ())
    assert not any("logging message" in line for line in world.primary.running)


def test_a_collector_typed_again_takes_the_place_of_the_first() -> None:
    world = pair(sessions=0)
    world.type(world.primary, "logging host outside 203.0.113.9")
    world.type(world.primary, "logging host outside 203.0.113.9 udp/5514")
    (collector,) = world.primary.settings.logging.collectors
    assert (collector.address, collector.port, collector.is_tcp) == ("203.0.113.9", 5_514, False)
    world.type(world.primary, "no logging host outside 203.0.113.9")
    assert world.primary.settings.logging.collectors == ()


def test_settings_reach_the_standby_as_all_configuration_does() -> None:
    world = pair(sessions=0)
    world.type(world.primary, "logging trap notifications")
    world.type(world.primary, "logging host outside 203.0.113.9")
    assert world.secondary.settings.logging == world.primary.settings.logging
    assert world.pair.units[SECONDARY].settings.logging.trap == 5


@pytest.mark.parametrize(
    "line",
    [
        "logging history critical",
        "logging console alerts",
        "logging mail errors",
        "logging permit-hostdown",
        "logging hide username",
        "logging debug-trace",
        "logging emblem",
        "logging queue 1024",
        "no logging message 106023",
        "logging message 106023 level 4",
        "logging host outside 203.0.113.9 6/1470",
        "logging list MINE message 105001-105099",
    ],
)
def test_every_line_about_logging_is_understood(line: str) -> None:
    lines = (*config(), line)
    assert read_settings(lines).logging != read_settings(config()).logging
    assert line not in not_modelled(lines)


def test_a_configuration_that_is_read_in_is_told_before_its_lines() -> None:
    world = pair(sessions=0)
    console = world.pair.open("active")
    assert console is not None
    ask(world, console.number, "copy /noconfirm running-config disk0:/now.cfg")
    fresh(world)
    ask(world, console.number, "copy /noconfirm disk0:/now.cfg running-config")
    (told,) = texts(world, 111_007)
    assert told == "Begin configuration: console reading from disk0:/now.cfg"
