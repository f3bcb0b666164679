"""What a terminal showed is read back: who typed what on which unit, and what came back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from consoles import Person, at_the_console
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import pair

from upgrader.access.evidence.opening import gather
from upgrader.access.evidence.part import Part
from upgrader.access.evidence.transcripts import MOST_TEXT, read_transcript
from upgrader.dialect.kinds import kind_of
from upgrader.dialect.terminals.rows import rows_of
from upgrader.dialect.terminals.talk import accounted, talk_of
from upgrader.dialect.terminals.typed import read_typed
from upgrader.model.evidence import CrashSeen, Record, Screen, SourceKind, What
from upgrader.model.failover import Failover, FailoverState, Role
from upgrader.model.unit import VersionReport

CAPTURES = Path(__file__).resolve().parents[2] / "shared" / "captures"
UPGRADE = "upgrade-transcripts/wrmem_2016_asa5525_9.2.2-4_to_9.5.2.txt"
P, S = Role.PRIMARY, Role.SECONDARY
SATURDAY = 1_795_305_600_000  # 2026-11-22 00:00:00 UTC
HOUR = 3_600_000


def captured(name: str) -> str:
    path = CAPTURES / name
    if not path.is_file():
        pytest.skip("the captures of real devices are not beside this clone")
    return path.read_text()


def read(text: str, name: str = "night.log", modified: int | None = None) -> Part:
    return read_transcript(name, text, modified)


def typed(part: Part) -> list[tuple[Role | None, str]]:
    """Who was at the console, and what was typed, spelled out."""
    return [(r.unit, r.fields["command"]) for r in commands(part)]


def commands(part: Part) -> list[Record]:
    return [r for r in part.records if r.what in (What.COMMAND, What.REFUSED_COMMAND)]


def changing(part: Part) -> list[tuple[Role | None, str]]:
    return [(r.unit, r.fields["command"]) for r in commands(part) if r.fields["kind"] == "changing"]


def only(part: Part, *whats: What) -> list[Record]:
    return [r for r in part.records if r.what in whats]


def screens(part: Part, command: str) -> list[Screen]:
    return [screen for screen in part.screens if screen.command == command]


# ── real consoles ──────────────────────────────────────────────────────────────────────


def test_the_real_upgrade_is_told_in_the_order_in_which_it_was_done() -> None:
    night = read(captured(UPGRADE))
    assert changing(night)[-7:] == [
        (P, "boot system disk0:/asa922-4-smp-k8.bin"),
        (P, "asdm image disk0:/asdm-752.bin"),
        (P, "write memory"),
        (P, "failover reload-standby"),
        (P, "no failover active"),
        (S, "failover reload-standby"),
        (S, "delete /replicate disk0:/asa922-4-smp-k8.bin"),
    ]
    story = [
        (r.unit, r.what)
        for r in night.records
        if r.what in (What.VERSIONS_DIFFER, What.SYNC_SENDING, What.SYNC_SENT, What.SAVED)
        or r.fields.get("command", "").startswith(("failover reload", "no failover"))
    ]
    assert story == [
        (P, What.SAVED),
        (P, What.COMMAND),
        (P, What.VERSIONS_DIFFER),
        (P, What.SYNC_SENDING),
        (P, What.SYNC_SENT),
        (P, What.COMMAND),
        (S, What.COMMAND),
        (S, What.SYNC_SENDING),
        (S, What.SYNC_SENT),
    ]
    assert night.unread == ()


def test_the_real_mismatch_box_says_both_releases() -> None:
    (box,) = only(read(captured(UPGRADE)), What.VERSIONS_DIFFER)
    assert (box.fields["theirs"], box.fields["ours"]) == ("9.5(2)", "9.2(2)4")
    assert box.place.line == 71


def test_the_two_real_screens_belong_to_the_two_units() -> None:
    night = read(captured(UPGRADE))
    first, second = screens(night, "show failover")
    assert (first.unit, first.place.line, first.ends) == (P, 75, 99)
    assert (second.unit, second.place.line, second.ends) == (S, 105, 166)
    releases = [(r.place.line, r.unit, r.fields["version"]) for r in only(night, What.RUNS)]
    assert releases == [
        (75, P, "9.2(2)4"),
        (75, S, "9.5(2)"),
        (105, S, "9.5(2)"),
        (105, P, "9.5(2)"),
    ]


def test_a_line_wider_than_the_screen_is_said_to_be_cut() -> None:
    night = read(captured(UPGRADE))
    cut = [r for r in commands(night) if "cut" in r.fields]
    assert [r.place.line for r in cut] == [24, 44]
    assert all(r.fields["whom"] == "mate" and r.fields["cut"] == "end" for r in cut)


def test_a_real_reload_shows_its_shutdown_and_what_was_answered() -> None:
    console = read(captured("upgrade-transcripts/reload_console_asa5506.txt"))
    (reload,) = commands(console)
    assert "Proceed with reload? [confirm]" in reload.fields["reply"]
    assert [r.fields["stage"] for r in only(console, What.SHUTTING_DOWN)] == ["begun", "now"]
    assert console.unread == ()


def test_a_real_rejoin_is_told_by_the_joiner() -> None:
    console = read(captured("upgrade-transcripts/rejoin_after_disconnect_9.1.7-32_fragments.txt"))
    (seen,) = only(console, What.PEER_STATE)
    assert seen.fields["state"] == "Active"
    assert len(only(console, What.SYNC_RECEIVED)) == 1


def test_real_role_moves_are_told_by_the_unit_that_makes_them() -> None:
    name = "failover-tests/asav_9.23.1_commanded_switchover_and_back.txt"
    night = read(captured(name))
    moves = [(r.what, r.unit, r.at) for r in only(night, What.TO_STANDBY, What.TO_ACTIVE)]
    assert moves == [
        (What.TO_STANDBY, P, 1_786_222_275_000),  # 20:51:15 UTC Aug 8 2026
        (What.TO_ACTIVE, P, 1_786_222_329_000),
    ]
    states = [(r.unit, r.fields["state"]) for r in only(night, What.STATE)]
    assert states == [(P, "Active"), (P, "Standby Ready"), (P, "Active")]


def test_the_real_switchover_stands_where_it_was_typed_at_the_time_that_a_screen_tells() -> None:
    told = [
        (r.what, r.unit, r.at)
        for r in read(captured(UPGRADE)).records
        if r.what is What.TO_ACTIVE or r.fields.get("kind") == "changing"
    ]
    (place,) = [n for n, (what, _, _) in enumerate(told) if what is What.TO_ACTIVE]
    assert told[place][1:] == (S, 1_461_940_493_000)  # 10:34:53 EDT Apr 29 2016
    assert [unit for _, unit, _ in told[place - 1 : place + 2]] == [P, S, S]


def test_a_last_failover_from_before_the_typed_line_dates_nothing() -> None:
    log = (
        "fw# show clock\n01:00:00.000 UTC Sun Nov 22 2026\nfw# no failover active\n"
        "fw# Connection to 192.0.2.1 closed.\nfw# show failover\n"
        + show_failover("Secondary", active=True).replace(
            "22:00:00 UTC Feb 12 2026", "00:40:00 UTC Nov 22 2026"
        )
    )
    (moved,) = only(read(log), What.TO_ACTIVE)
    assert moved.clock.endswith("told later")


@pytest.mark.parametrize(
    "name",
    [
        "failover-tests/asav_9.23.1_active_unit_stopped_then_rejoined.txt",
        "failover-tests/asav_9.23.1_inside_link_lost_then_restored.txt",
    ],
)
def test_a_real_log_of_both_units_gives_each_screen_to_its_own(name: str) -> None:
    night = read(captured(name))
    assert [screen.unit for screen in night.screens] == [S, P]
    assert [r.fields["state"] for r in only(night, What.PEER_STATE)] == ["Failed", "Active"]


def test_a_real_broken_interface_is_named_in_the_mates_state() -> None:
    name = "failover-tests/asav_9.23.1_inside_link_lost_then_restored.txt"
    first = only(read(captured(name)), What.PEER_STATE)[0]
    assert "inside: No Traffic (Waiting)" in first.fields["interfaces"]


# ── who speaks ─────────────────────────────────────────────────────────────────────────

UNIT = """Failover On
Failover unit {role}
Failover LAN Interface: FO GigabitEthernet0/7 (up)
Unit Poll frequency 1 seconds, holdtime 15 seconds
Interface Poll frequency 5 seconds, holdtime 25 seconds
Version: Ours 9.12(4), Mate 9.12(4)
Serial Number: Ours {ours}, Mate {mate}
Last Failover at: 22:00:00 UTC Feb 12 2026
        This host: {role} - {state}
                Active time: 100 (sec)
        Other host: {other} - {others}
                Active time: 0 (sec)
"""
SERIALS = {"Primary": "JAD11111111", "Secondary": "JAD22222222"}


def show_failover(role: str, *, active: bool) -> str:
    other = "Secondary" if role == "Primary" else "Primary"
    states = ("Active", "Standby Ready") if active else ("Standby Ready", "Active")
    return UNIT.format(
        role=role,
        other=other,
        ours=SERIALS[role],
        mate=SERIALS[other],
        state=states[0],
        others=states[1],
    )


def show_version(role: str) -> str:
    return (
        "Cisco Adaptive Security Appliance Software Version 9.12(4)\n"
        "Hardware:   ASA5516, 8192 MB RAM\n"
        f"Serial Number: {SERIALS[role]}\n"
    )


def test_a_prompt_that_changes_in_mid_log_is_one_console() -> None:
    log = (
        "ciscoasa# conf t\nciscoasa(config)# prompt hostname priority state\n"
        "fw/pri/act(config)# end\nfw/pri/act# sh fail\n" + show_failover("Primary", active=True)
    )
    assert typed(read(log)) == [
        (P, "configure terminal"),
        (P, "prompt hostname priority state"),
        (P, "end"),
        (P, "show failover"),
    ]


def test_a_lost_connection_parts_two_units() -> None:
    log = (
        "fw# show failover\n" + show_failover("Primary", active=True) + "fw# no failover active\n"
        "fw# Connection to 192.0.2.1 closed by remote host.\n"
        "fw# show failover\n" + show_failover("Secondary", active=True) + "fw# write memory\n"
    )
    night = read(log)
    assert [unit for unit, _ in typed(night)] == [P, P, S, S]
    assert len(only(night, What.ADMIN_OUT)) == 1


def test_a_line_between_two_units_with_nothing_that_parts_them_is_nobodys() -> None:
    log = (
        "fw# show failover\n" + show_failover("Primary", active=True) + "fw# write memory\n"
        "fw# show failover\n" + show_failover("Secondary", active=False)
    )
    assert [unit for unit, _ in typed(read(log))] == [P, None, S]


def test_a_serial_console_stays_where_it_is_when_the_roles_move() -> None:
    log = (
        "fw# show failover\n" + show_failover("Primary", active=True) + "fw# no failover active\n"
        "fw#\n        Switching to Standby\nfw# show clock\n01:00:00.000 UTC Sun Nov 22 2026\n"
    )
    assert {unit for unit, _ in typed(read(log))} == {P}


def test_a_serial_console_stays_where_it_is_when_the_unit_boots() -> None:
    log = (
        "fw# show failover\n" + show_failover("Primary", active=True) + "fw# reload noconfirm\n"
        "***\n*** --- START GRACEFUL SHUTDOWN ---\nShutting down isakmp\n"
        "***\n*** --- SHUTDOWN NOW ---\nProcess shutdown finished\nRebooting.....\n"
        "Cisco BIOS Version:9B2C109A\nLoading disk0:/asa9-16-4-lfbff-k8.SPA... \n"
        "Cisco Adaptive Security Appliance Software Version 9.16(4)\n"
        "        Detected an Active mate\n"
        "Beginning configuration replication from mate.\n"
        "End configuration replication from mate.\n"
        "Username: admin\nPassword: secret1\n"
        "Type help or '?' for a list of available commands.\nfw> enable\n"
    )
    night = read(log)
    assert {unit for unit, _ in typed(night)} == {P}
    down = next(n for n, r in enumerate(night.records) if r.what is What.SHUTTING_DOWN)
    left_out = (What.PEER_STATE, What.RUNS, What.OPAQUE, What.TO_ACTIVE)
    assert [r.what for r in night.records[down:] if r.what not in left_out] == [
        What.SHUTTING_DOWN,
        What.SHUTTING_DOWN,
        What.STARTUP_BEGIN,
        What.SYNC_RECEIVING,
        What.SYNC_RECEIVED,
        What.ADMIN_IN,
        What.STARTUP_END,
        What.COMMAND,
    ]
    assert [r.fields["version"] for r in only(night, What.RUNS)][-1] == "9.16(4)"


def test_a_line_behind_a_prompt_that_names_its_unit_is_that_units() -> None:
    log = (
        "fw/pri/act# no failover active\n\nfw/pri/act#\n        Switching to Standby\n\n"
        "fw/sec/act# show clock\n01:00:00.000 UTC Sun Nov 22 2026\n"
    )
    (moved,) = only(read(log), What.TO_STANDBY)
    assert moved.unit is P


def test_what_was_typed_on_another_device_is_no_units() -> None:
    log = (
        "sw1#ping 192.0.2.100\nSuccess rate is 99 percent\n"
        "fw/pri/act# write memory\n[OK]\n"
        "sw1#configure terminal\nsw1(config-if)#shutdown\n"
        "fw/pri/act# failover exec mate show clock\n01:00:00.000 UTC Sun Nov 22 2026\n"
    )
    assert [unit for unit, _ in typed(read(log))] == [None, P, None, None, P]


PASTED = (
    "fw/pri/act# show failover | include host\n        This host: Primary - Active\n"
    "        Other host: Secondary - Standby Ready\nfw/pri/act# no failover active\n"
    "fw/pri/act#\n        Switching to Standby\n\nfw/pri/stby# reload noconfirm\n"
)


@pytest.mark.parametrize(
    "wrapped",
    [
        "".join(f"> {line}\n" for line in PASTED.splitlines()),
        "".join(f">> {line}\n" for line in PASTED.splitlines()),
        "".join(f"{n:6}\t{line}\n" for n, line in enumerate(PASTED.splitlines(), 1)),
        "".join(f"{n}:{line}\n" for n, line in enumerate(PASTED.splitlines(), 117)),
        "".join(f"    {line}\n" for line in PASTED.splitlines()),
        f"Hello,\n\n```text\n{PASTED}```\n",
        PASTED.replace("\n", "\r\r\n"),
        PASTED.replace("fw/pri/act# no ", "fw/pri/act#\u00a0no "),
    ],
    ids=["quoted", "quoted twice", "cat -n", "grep -n", "indented", "fenced", "CRCRLF", "nbsp"],
)
def test_a_log_that_was_passed_on_says_the_same(wrapped: str) -> None:
    assert kind_of(wrapped) is SourceKind.TRANSCRIPT
    told, plain = read(wrapped), read(PASTED)
    assert typed(told) == typed(plain)
    assert [(r.what, r.unit, r.text) for r in told.records] == [
        (r.what, r.unit, r.text) for r in plain.records
    ]


@pytest.mark.parametrize(
    "stamp",
    ["<11/22/2026 2:00:0{} AM> ", "Nov 22 02:00:0{} ", "02:00:0{}: ", "2026-11-22 02:00:0{} "],
)
def test_a_log_with_a_stamp_on_each_line_is_known_as_a_terminals(stamp: str) -> None:
    log = "".join(stamp.format(n) + line + "\n" for n, line in enumerate(PASTED.splitlines()))
    assert kind_of(log) is SourceKind.TRANSCRIPT
    assert typed(read(log, modified=SATURDAY + 12 * HOUR)) == typed(read(PASTED))


def test_a_line_wrapped_over_three_rows_is_one_line() -> None:
    line = f"fw/pri/act# copy /noconfirm tftp://192.0.2.9/{'x' * 120} disk0:/image.SPA"
    rows = [line[at : at + 80] for at in range(0, len(line), 80)]
    assert len(rows) == 3
    (command,) = commands(read("\n".join([*rows, "fw/pri/act#", ""])))
    assert command.text.endswith("disk0:/image.SPA")


def test_a_reply_passed_on_is_the_mates() -> None:
    log = "fw/pri/act# failover exec mate sh ver\n" + show_version("Secondary")
    night = read(log)
    assert [(screen.unit, type(screen.value)) for screen in night.screens] == [(S, VersionReport)]
    assert [r.unit for r in commands(night)] == [P]
    assert commands(night)[0].fields["command"] == "failover exec mate show version"


def test_a_line_for_the_standby_unit_is_answered_by_whoever_that_is() -> None:
    log = "fw/sec/stby# failover exec active sh ver\n" + show_version("Primary")
    assert read(log).screens[0].unit is P


def test_a_serial_number_tells_who_it_was_in_another_session() -> None:
    log = (
        "fw# show failover\n"
        + show_failover("Primary", active=True)
        + "fw# exit\nLogoff\nlogin as: admin\nfw# show version\n"
        + show_version("Secondary")
    )
    assert [screen.unit for screen in read(log).screens] == [P, S]


def test_a_files_name_tells_the_unit_where_nothing_else_does() -> None:
    log = "fw# write memory\n[OK]\n"
    assert typed(read(log, "logs/fw-sec.log")) == [(S, "write memory")]
    assert typed(read(log, "logs/fw.log")) == [(None, "write memory")]


# ── what was typed ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("short", "whole"),
    [
        ("sh fail", "show failover"),
        ("sh failo hist", "show failover history"),
        ("fail act", "failover active"),
        ("no fail act", "no failover active"),
        ("failover reload-standby", "failover reload-standby"),
        ("fail rel", "failover reload-standby"),
        ("rel noconf", "reload noconf"),
        ("wr", "write memory"),
        ("wr mem", "write memory"),
        ("wr st", "write standby"),
        ("conf t", "configure terminal"),
        ("no fail", "no failover"),
        ("sh run fail", "show running-config failover"),
        ("sh run boot", "show running-config boot system"),
        ("sh cras", "show crashinfo"),
        ("sh log", "show logging"),
        ("vpn-sess logoff ind 4711 noc", "vpn-sessiondb logoff ind 4711 noc"),
        ("sh run | i failover", "show running-config | i failover"),
        ("fail ex mate sh ver", "failover exec mate show version"),
        ("what is this", "what is this"),
    ],
)
def test_a_shortened_line_is_spelled_out(short: str, whole: str) -> None:
    assert read_typed(short).whole == whole


def test_a_line_that_the_device_refused_is_told_as_refused() -> None:
    log = (
        "fw/pri/act# failovr active\n              ^\n"
        "ERROR: % Invalid input detected at '^' marker.\nfw/pri/act#\n"
    )
    (refused,) = only(read(log), What.REFUSED_COMMAND)
    assert refused.fields["command"] == "failovr active"
    assert refused.fields["reason"].startswith("ERROR: % Invalid input")


def test_a_corrected_line_reads_as_it_was_sent() -> None:
    log = "fw/pri/act# shw\b \bow cl\b \block\r\r\n01:00:00.000 UTC Sun Nov 22 2026\r\n"
    assert typed(read(log)) == [(P, "show clock")]


def test_colours_and_cursor_keys_are_no_text() -> None:
    log = "\x1b[32mfw/pri/act#\x1b[0m write mem\x1b[K\r\n[OK]\r\n\x1b]0;title\x07fw/pri/act# "
    assert typed(read(log)) == [(P, "write memory")]
    assert len(only(read(log), What.SAVED)) == 1


def test_a_word_that_was_completed_by_a_key_was_typed_once() -> None:
    log = "fw/pri/act# no fail\nfw/pri/act# no failover active\nfw/pri/act#\n"
    assert typed(read(log)) == [(P, "no failover active")]


def test_a_question_mark_asks_for_help_and_changes_nothing() -> None:
    log = "fw/pri/act# failover ?\n\n  active   Make this system the active unit\nfw/pri/act#\n"
    assert changing(read(log)) == []


def test_a_line_wrapped_by_the_screen_is_one_line() -> None:
    line = "fw/pri/act# failover exec mate copy /noconfirm tftp://10.1.1.10/asa952-smp-k8.bin "
    line += "disk0:/a.bin"
    log = f"{line[:80]}\n{line[80:]}\n\nAccessing tftp://10.1.1.10/asa952-smp-k8.bin\nfw#\n"
    (command,) = commands(read(log))
    assert command.fields["command"].endswith("asa952-smp-k8.bin disk0:/a.bin")
    assert command.fields["reply"].startswith("Accessing")


def test_the_remains_of_a_pager_are_no_part_of_a_reply() -> None:
    screen = show_failover("Primary", active=True).replace(
        "        This host", "<--- More --->\r              \r        This host"
    )
    (seen,) = read("fw# show failover\n" + screen).screens
    assert isinstance(seen.value, Failover)


def test_modes_are_told_with_what_was_typed_in_them() -> None:
    log = "fw(config)# webvpn\nfw(config-webvpn)# anyconnect enable\nfw(config-webvpn)# end\n"
    assert [r.fields.get("mode") for r in commands(read(log))] == [
        "config",
        "config-webvpn",
        "config-webvpn",
    ]


SECRETS = (
    "fw(config)# failover key hunter2\n",
    "fw(config)# username bob password hunter2 privilege 15\n",
    "fw> enable\nPassword: hunter2\nfw#\n",
    "fw# copy running-config ftp://bob:hunter2@10.1.1.1/x.cfg\n",
    "fw# show running-config\n: Saved\nhostname fw\nfailover\nfailover key hunter2\n: end\n",
    "fw#\nunread failover key hunter2\n",
    (
        "fw# reload\n%ASA-5-111010: User 'a', running 'CLI' from IP 1.1.1.1, "
        "executed 'failover key hunter2'\n"
    ),
)


@pytest.mark.parametrize("log", SECRETS)
def test_no_secret_leaves_a_log(log: str) -> None:
    part = read(log)
    told = repr([(r.text, dict(r.fields)) for r in part.records])
    assert "hunter2" not in told + repr(part.screens) + repr(part.unread)


# ── what the unit says by itself ───────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("        Switching to Active", What.TO_ACTIVE),
        ("        Switching to Standby", What.TO_STANDBY),
        ("Beginning configuration replication: Sending to mate.", What.SYNC_SENDING),
        ("Beginning configuration replication: Receiving from mate.", What.SYNC_RECEIVING),
        ("Beginning configuration replication from mate.", What.SYNC_RECEIVING),
        ("End Configuration Replication to mate", What.SYNC_SENT),
        ("End Configuration Replication (STB)", What.SYNC_RECEIVED),
        ("   Mate version 9.5(2) is not compatible with ours 8.4(2)", What.VERSIONS_INCOMPATIBLE),
        ("State check detected an Active mate", What.PEER_STATE),
        ("        No Response from Mate", What.NO_RESPONSE),
        ("        Failover LAN Failed", What.LINK_DOWN),
        ("*** --- START GRACEFUL SHUTDOWN ---", What.SHUTTING_DOWN),
        ("***   requested by active unit", What.SHUTTING_DOWN),
    ],
)
def test_a_notice_is_told_wherever_it_stands(line: str, what: What) -> None:
    alone = read(f"fw/pri/act#\n{line}\nfw/pri/act#\n")
    behind = read(f"fw/pri/act# {line.strip()}\nfw/pri/act#\n")
    amid = read(
        show_failover("Primary", active=True)
        .replace("Version: Ours", f"{line}\nVersion: Ours")
        .join(("fw/pri/act# show failover\n", "fw/pri/act#\n"))
    )
    for part in (alone, behind, amid):
        assert [(r.unit, r.what) for r in part.records if r.text == line.strip()] == [(P, what)]
    if what is not What.SHUTTING_DOWN:
        assert isinstance(amid.screens[0].value, Failover)


def test_messages_on_the_console_are_read_as_a_log_of_that_unit() -> None:
    log = (
        "fw/sec/stby# terminal monitor\nfw/sec/stby#\n"
        "%ASA-1-104001: (Secondary) Switching to ACTIVE - HELLO not heard from mate.\n"
        "fw/sec/act#\n"
    )
    part = read(log)
    (move,) = only(part, What.TO_ACTIVE)
    assert (move.number, move.unit, move.place.line) == (104_001, S, 3)
    (covered,) = part.coverage
    assert covered.unit is S
    assert covered.ids[104_001] == 1


def test_show_logging_is_the_log_of_the_unit_that_showed_it() -> None:
    log = (
        "fw/pri/act# failover exec mate show logging\n"
        "Syslog logging: enabled\n    Facility: 20\n"
        "    Buffer logging: level informational, 2 messages logged\n"
        "Nov 22 2026 00:34:21: %ASA-6-113039: Group <G> User <u> IP <192.0.2.7> "
        "AnyConnect parent session started.\n"
        "Nov 22 2026 00:34:22: %ASA-6-302013: Built inbound TCP connection 1 for x\n"
    )
    part = read(log)
    (login,) = only(part, What.LOGGED_IN)
    assert (login.unit, login.at, login.place.line) == (S, SATURDAY + 34 * 60_000 + 21_000, 5)
    (covered,) = part.coverage
    assert (covered.unit, covered.lines) == (S, 2)


def test_a_history_dates_the_night_by_the_units_own_clock() -> None:
    log = (
        "fw/sec/act# show failover history\n" + "=" * 74 + "\n"
        "From State                 To State                   Reason\n" + "=" * 74 + "\n"
        "01:00:05 UTC Nov 22 2026\n"
        "Bulk Sync                  Standby Ready              Detected an Active mate\n\n"
        "01:02:00 UTC Nov 22 2026\n"
        "Standby Ready              Just Active                Other unit wants me Active\n\n"
        "01:02:00 UTC Nov 22 2026\n"
        "Just Active                Active Drain               Other unit wants me Active\n"
        + "=" * 74
        + "\n"
    )
    twice = read(log + log)
    moves = [(r.what, r.unit, r.at) for r in twice.records if r.at is not None]
    assert moves == [
        (What.STATE, S, SATURDAY + HOUR + 5_000),
        (What.TO_ACTIVE, S, SATURDAY + HOUR + 120_000),
        (What.STATE, S, SATURDAY + HOUR + 120_000),
    ]
    assert only(twice, What.TO_ACTIVE)[0].fields["reason"] == "Other unit wants me Active"


def test_what_a_screen_says_of_last_month_is_not_of_this_night() -> None:
    log = "fw/pri/act# show clock\n01:00:00.000 UTC Sun Nov 22 2026\nfw/pri/act# show failover\n"
    part = read(log + show_failover("Primary", active=True))
    assert only(part, What.TO_ACTIVE) == []
    assert part.screens[1].value.last_failover is not None  # type: ignore[attr-defined]


def test_a_saved_crash_is_told_with_its_time_and_release() -> None:
    log = (
        "fw/sec/stby# show crashinfo\n: Saved_Crash\n\nThread Name: DATAPATH-0-1234\n"
        "  Cisco Adaptive Security Appliance Software Version 9.16(4)\n"
        "  Crashinfo collected on 01:14:24.059 UTC Sun Nov 22 2026\n\n  Traceback:\n  0: 0x0042\n"
    )
    part = read(log)
    (screen,) = part.screens
    assert isinstance(screen.value, CrashSeen)
    assert (screen.value.version, screen.value.thread) == ("9.16(4)", "DATAPATH-0-1234")
    (crash,) = only(part, What.CRASHED)
    assert (crash.unit, crash.at) == (S, SATURDAY + HOUR + 14 * 60_000 + 24_000)


def test_a_listing_tells_the_units_clock_by_logins_and_durations() -> None:
    log = (
        "fw/pri/act# show vpn-sessiondb anyconnect\n\nSession Type: AnyConnect\n\n"
        "Username     : u1                     Index        : 57\n"
        "Assigned IP  : 10.1.8.12              Public IP    : 198.51.100.6\n"
        "Protocol     : AnyConnect-Parent\n"
        "Encryption   : AnyConnect-Parent: (1)none\n"
        "Bytes Tx     : 1                      Bytes Rx     : 2\n"
        "Group Policy : G                      Tunnel Group : T\n"
        "Login Time   : 00:10:00 UTC Sun Nov 22 2026\nDuration     : 0h:50m:30s\n"
        "Inactivity   : 0h:02m:00s\n"
    )
    (anchor,) = [r for r in read(log).records if r.fields.get("anchor") == "now"]
    assert (anchor.unit, anchor.at) == (P, SATURDAY + HOUR + 30_000)


def test_a_reply_that_is_not_understood_is_kept_and_said_to_be() -> None:
    part = read("fw/pri/act# show failover\nFailover Perhaps\nfw/pri/act#\n")
    (screen,) = part.screens
    assert (screen.value, screen.text) == (None, "Failover Perhaps\n")
    (left,) = part.unread
    assert (left.first, left.last) == (2, 2)
    assert "show failover" in left.why


def test_a_filtered_screen_tells_what_its_lines_tell() -> None:
    part = read(
        "fw# sh fail | i host|Version\nVersion: Ours 9.16(4), Mate 9.12(4)\n"
        "        This host: Secondary - Active\n        Other host: Primary - Standby Ready\n"
        "fw# failover exec mate sh ver | i Software Ver\n"
        "Cisco Adaptive Security Appliance Software Version 9.12(4)\n"
    )
    assert [(r.what, r.unit) for r in only(part, What.STATE, What.PEER_STATE)] == [
        (What.STATE, S),
        (What.PEER_STATE, S),
    ]
    assert [(r.unit, r.fields["version"]) for r in only(part, What.RUNS)] == [
        (S, "9.16(4)"),
        (P, "9.12(4)"),
    ]


def test_a_crash_on_the_console_is_told_once() -> None:
    part = read(
        "fw/sec/stby#\ncore0: An internal error occurred.  Specifically, a programming assertion\n"
        'assertion "0" failed: file "x.c", line 12\nBegin to dump crashinfo to flash....\n'
        "Rebooting... (status 0x9)\nBooting system, please wait...\nfw/sec/stby> enable\n"
    )
    told = [r.what for r in part.records if r.what not in (What.OPAQUE, What.STATE)]
    assert told == [What.CRASHED, What.STARTUP_BEGIN, What.STARTUP_END, What.COMMAND]


# ── programs that log ──────────────────────────────────────────────────────────────────

TALK = ("fw/pri/act# show clock", "01:00:20.000 UTC Sun Nov 22 2026", "fw/pri/act# wr", "[OK]")
"""Typed at 1:00:20 and a minute later, by the terminal's clock at 2:00:20."""
SHOWN = [SATURDAY + 2 * HOUR + 20_000, SATURDAY + 2 * HOUR + 80_000]


@pytest.mark.parametrize(
    "stamp",
    [
        "[2026-11-22 02:0{m}:20] ",
        "2026-11-22T02:0{m}:20.000 ",
        "2026-11-22 02:0{m}:20,000: ",
        "[22/11/2026 02:0{m}:20] ",
        "<11/22/2026 2:0{m}:20 AM> ",
        "2026.11.22-02:0{m}:20 | ",
        "Nov 22 2026 02:0{m}:20 ",
        "Sun Nov 22 2026 02:0{m}:20: ",
    ],
)
def test_a_stamp_on_each_line_says_when_it_was_typed(stamp: str) -> None:
    lines = [f"{stamp.format(m=n // 2)}{line}" for n, line in enumerate(TALK)]
    part = read("\n".join(lines) + "\n")
    assert [(r.at, r.fields["command"]) for r in commands(part)] == [
        (SHOWN[0], "show clock"),
        (SHOWN[1], "write memory"),
    ]
    (clock,) = [r for r in part.records if r.fields.get("told_by") == "show clock"]
    assert (clock.at, clock.received) == (SATURDAY + HOUR + 20_000, SHOWN[0])


def test_a_stamp_with_a_zone_is_told_in_utc() -> None:
    lines = [f"2026-11-22T03:0{n // 2}:20+01:00 {line}" for n, line in enumerate(TALK)]
    part = read("\n".join(lines) + "\n")
    assert [r.at for r in commands(part)] == SHOWN
    assert part.clocks[0].has_zone


def test_stamps_in_seconds_since_1970_are_read() -> None:
    lines = [f"{SHOWN[n // 2] // 1000}.250 {line}" for n, line in enumerate(TALK)]
    assert [r.at for r in commands(read("\n".join(lines)))] == [at + 250 for at in SHOWN]


def test_a_stamp_without_a_date_takes_it_from_the_file_and_passes_midnight() -> None:
    lines = ["[23:59:50] fw# wr", "[23:59:51] [OK]", "[00:00:10] fw# wr", "[00:00:11] [OK]"]
    text = "\n".join(lines) + "\n"
    part = read(text, modified=SATURDAY + 2 * HOUR)
    assert [r.at for r in commands(part)] == [SATURDAY - 10_000, SATURDAY + 10_000]
    assert "no date" in part.source.note
    assert not read(text).clocks[0].has_date


def test_a_header_tells_the_day_of_stamps_without_one() -> None:
    log = "=~=~=~= PuTTY log 2026.11.22 00:59:00 =~=~=~=\n"
    part = read(log + "[01:00:00] fw# wr\n[01:00:01] [OK]\n")
    assert [r.at for r in commands(part)] == [SATURDAY + HOUR]


def test_days_and_months_that_cannot_be_told_apart_are_said_to_be_guessed() -> None:
    part = read("[05/06/2026 02:00:20] fw# wr\n[05/06/2026 02:00:21] [OK]\n")
    assert "month/day" in part.source.note


@pytest.mark.parametrize(
    "header",
    [
        "=~=~=~=~=~=~=~=~=~=~=~= PuTTY log 2026.11.22 01:00:00 =~=~=~=~=~=~=~=~=~=~=~=",
        "=~=~=~=~=~=~=~=~=~=~=~= MobaXterm log 2026.11.22 01:00:00 =~=~=~=~=~=~=~=~=~=",
        "Script started on Sun Nov 22 01:00:00 2026",
        "Script started on Sun 22 Nov 2026 01:00:00 AM UTC",
        "[BEGIN] 2026/11/22 1:00:00",
        "--- Session log started 2026-11-22 01:00:00 ---",
    ],
)
def test_a_header_says_when_a_session_began(header: str) -> None:
    part = read("\n".join((header, *TALK)) + "\n")
    assert part.records[0].at == SATURDAY + HOUR
    assert part.records[0].fields["anchor"] == "now"
    assert len(commands(part)) == 2
    assert part.unread == ()


def test_a_header_of_script_with_a_zone_and_its_end_are_read() -> None:
    log = (
        'Script started on 2026-11-22 02:00:00+01:00 [TERM="xterm" TTY="/dev/pts/0"]\n'
        + "\n".join(TALK)
        + '\nfw/pri/act# exit\n\nScript done on 2026-11-22 02:05:00+01:00 [COMMAND_EXIT_CODE="0"]\n'
    )
    marks = [r.at for r in read(log).records if r.fields.get("told_by") == "the terminal program"]
    assert marks == [SATURDAY + HOUR, SATURDAY + HOUR + 300_000]


def test_a_new_header_begins_a_new_session_with_anybody() -> None:
    header = "=~=~=~=~= PuTTY log 2026.11.22 0{n}:00:00 =~=~=~=~=\n"
    log = (
        header.format(n=1)
        + "fw# show failover\n"
        + show_failover("Primary", active=True)
        + header.format(n=2)
        + "fw# write memory\n[OK]\n"
    )
    assert [unit for unit, _ in typed(read(log))] == [P, None]


def test_our_own_transcripts_are_read_by_their_axis() -> None:
    log = (
        "── 0:00:01.000 · opened at 10.1.1.1: fw/pri/act#\n"
        "── 0:00:02.500\nfw/pri/act# show clock\n01:00:20.000 UTC Sun Nov 22 2026\n"
        "── 1:00:00.000\nfw/pri/act# write memory\n[OK]\n"
    )
    part = read(log)
    assert [r.at for r in commands(part)] == [2_500, HOUR]
    assert not part.clocks[0].has_date


def test_times_that_a_unit_prints_are_no_stamps_of_the_terminal() -> None:
    part = read("01:00:20.000 UTC Sun Nov 22 2026\n01:00:21.000 UTC Sun Nov 22 2026\n")
    assert part.source.lines == 2
    assert part.records == ()
    assert [u.why for u in part.unread] == ["before the first prompt"]


# ── an emulated night ──────────────────────────────────────────────────────────────────


class Scroll:
    """A person at an emulated console, and what their terminal keeps."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.text = ""
        self.typed: list[str] = []
        person("terminal pager 0")

    def __call__(self, line: str) -> str:
        before = self.person.prompt
        reply = self.person(line)
        self.text += f"{before}{line}\n{reply}"
        self.typed.append(line)
        return reply

    def waits(self, ms: int) -> None:
        world = self.person.pair
        world.advance(world.now + ms)


@pytest.fixture(scope="module")
def night() -> Scroll:
    world = pair(sessions=3)
    person = at_the_console(world.pair, "primary")
    scroll = Scroll(person)
    scroll("show clock")
    scroll("show version")
    scroll("show failover")
    scroll("show vpn-sessiondb anyconnect")
    scroll("show ip local pool VPN")
    scroll("failover reload-standby")
    scroll.waits(600_000)
    scroll("show failover state")
    scroll("no failover active")
    scroll.waits(60_000)
    scroll("show failover history")
    scroll("show failover")
    scroll("show clock")
    return scroll


def test_an_emulated_night_reads_back_to_what_was_typed(night: Scroll) -> None:
    part = read(night.text)
    assert [r.fields["command"] for r in commands(part)] == night.typed
    assert part.unread == ()


def test_an_emulated_night_reads_back_to_what_was_shown(night: Scroll) -> None:
    part = read(night.text, "fw-pri.log")
    before, after = screens(part, "show failover")
    assert isinstance(before.value, Failover)
    assert isinstance(after.value, Failover)
    assert before.value.this_host.state is FailoverState.ACTIVE  # type: ignore[union-attr]
    assert after.value.this_host.state is FailoverState.STANDBY_READY  # type: ignore[union-attr]
    assert all(screen.value is not None for screen in part.screens)
    assert {screen.unit for screen in part.screens} == {P}
    assert What.TO_STANDBY in {r.what for r in part.records}
    assert [r.what for r in only(part, What.SYNC_SENDING, What.SYNC_SENT)] == [
        What.SYNC_SENDING,
        What.SYNC_SENT,
    ]


@pytest.mark.parametrize("ends", ["\r\n", "\r\r\n", "\n"])
def test_line_ends_make_no_difference(night: Scroll, ends: str) -> None:
    plain, other = read(night.text), read(night.text.replace("\n", ends))
    assert other.records == plain.records
    assert [s.value for s in other.screens] == [s.value for s in plain.screens]


def test_a_stamp_on_each_line_of_a_night_changes_instants_and_nothing_else(night: Scroll) -> None:
    lines = night.text.split("\n")
    stamped = "\n".join(
        f"[2026-03-14 22:{n // 60 % 60:02}:{n % 60:02}] {line}" for n, line in enumerate(lines)
    )
    plain, other = read(night.text), read(stamped)
    assert told_at_once(other) == told_at_once(plain)
    assert all(r.at is not None for r in other.records)


def told_at_once(part: Part) -> list[tuple[What, str, Role | None]]:
    """All but what screens tell of earlier hours."""
    return [(r.what, r.text, r.unit) for r in part.records if not r.clock.endswith("told later")]


# ── whatever the text is ───────────────────────────────────────────────────────────────

PIECES = st.sampled_from(
    [
        *("fw/pri/act# ", "fw# show failover\n", "fw(config)# ", "fw> ", "\n", "\r", "\b", "\x1b["),
        *("show version", "[2026-11-22 01:00:00] ", "%ASA-1-104001: (Primary) Switching to ACTIVE"),
        *("<--- More --->", "Failover On\n", "***\n", "*** --- SHUTDOWN NOW ---\n", "\x00"),
        *(
            "=~=~=~= PuTTY log 2026.11.22 01:00:00 =~=~=~=\n",
            "Script started on\n",
            "── 0:00:01.000\n",
        ),
        *(
            "Switching to Active\n",
            "------------------ show version ------------------\n",
            "é",
        ),
        *("Nov 22 2026 01:00:00: %ASA-6-302013: x\n", "show logging\n", "ERROR: % Invalid input\n"),
        *("99/99/9999 99:99:99 ", "12:34:21 UTC Feb 31 2015\n", "no failover active\n", "exit\n"),
        *("Login Time   : 00:10:00 UTC Sun Nov 22 2026\n", "Duration     : 999999d 0h:50m:30s\n"),
        *("show vpn-sessiondb anyconnect\n", "Session Type: AnyConnect\n", "show crashinfo\n"),
    ]
)
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=30).map("".join)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_no_text_is_too_odd_and_no_line_is_lost(text: str) -> None:
    rows = rows_of(text)
    talk = talk_of(rows.rows)
    assert accounted(talk) == {row.number for row in rows.rows}
    part = read(text)
    assert part.source.lines == len(rows.rows)
    names = {clock.name for clock in part.clocks}
    assert {r.clock for r in part.records} <= names
    assert {s.clock for s in part.screens} <= names
    assert all(1 <= r.place.line <= part.source.lines for r in part.records)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_are_too_odd(data: bytes) -> None:
    assert read(data.decode("latin-1")).source.lines >= 0


def pieces_of(text: str) -> Iterator[str]:
    """The text, cut short at each of some places."""
    for end in range(0, len(text), max(1, len(text) // 25)):
        yield text[:end]


def test_a_log_that_is_cut_short_is_read_as_far_as_it_goes(night: Scroll) -> None:
    counts = [len(commands(read(text))) for text in pieces_of(night.text)]
    assert counts == sorted(counts)
    assert counts[-1] >= len(night.typed) - 3


@pytest.mark.slow
def test_a_long_log_is_read_in_time_that_grows_with_it() -> None:
    log = "fw/pri/act# show running-config\n" + "access-list x permit ip any any\n" * 40_000
    part = read(log)
    assert part.source.lines == 40_001


@pytest.mark.slow
def test_of_a_log_too_long_to_be_held_every_typed_line_is_read(tmp_path: Path) -> None:
    path = tmp_path / "debug.log"
    noise = "IKEv2-PROTO-4: (7): Sent Packet [To 192.0.2.7:4500/From 192.0.2.1:4500/VRF i0:f0]\n"
    many = MOST_TEXT // len(noise) + 10
    path.write_text(f"fw/pri/act# debug crypto ikev2 protocol 127\n{noise * many}{PASTED}")
    evidence = gather([str(path)])
    assert [r.fields["command"] for r in evidence.records if r.what is What.COMMAND] == [
        "debug crypto ikev2 protocol 127",
        "show failover | include host",
        "no failover active",
        "reload noconfirm",
    ]
    moved = next(r for r in evidence.records if r.what is What.TO_STANDBY)
    assert moved.place.line == 1 + many + 6
    (source,) = evidence.sources
    assert source.lines == 1 + many + len(PASTED.splitlines())
    (left,) = evidence.unread
    assert (left.last, left.why) == (1 + many, "in the middle of a long reply")
    assert source.unread == left.last - left.first + 1
