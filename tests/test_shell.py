"""The command line of an emulated unit: what can be typed, and what comes back."""

import re
import tomllib
from pathlib import Path

import pytest
from screen_worlds import comparable, living, transcript_screens

from upgrader.dialect.replies.screen import without_unasked
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.scenario.reader import read_scenario
from upgrader.emulator.shell.words import (
    Ambiguous,
    Grammar,
    Incomplete,
    Invalid,
    Understood,
    filtered,
)
from upgrader.emulator.state import State
from upgrader.emulator.talk import Answer

PAIRS = Path(__file__).resolve().parents[1] / "fixtures" / "pairs"


class Console:
    """Somebody at a unit's command line; time passes until each answer is complete."""

    def __init__(self, pair: EmulatedPair, seat: str = "active") -> None:
        self.pair = pair
        conversation = pair.open(seat)
        assert conversation is not None
        self.number = conversation.number
        self.last = Answer("", "", pair.now)

    def __call__(self, line: str) -> str:
        self.last = self.pair.receive(self.number, line)
        self.pair.advance(max(self.pair.now, self.last.due))
        return self.last.text

    @property
    def prompt(self) -> str:
        self("")
        return self.last.prompt


@pytest.fixture
def pair() -> EmulatedPair:
    return living()


@pytest.fixture
def active(pair: EmulatedPair) -> Console:
    return Console(pair)


@pytest.fixture
def standby(pair: EmulatedPair) -> Console:
    return Console(pair, "standby")


# ── words ────────────────────────────────────────────────────────────────────────────────────

WORDS = Grammar(
    (
        ("show failover", 1),
        ("show failover history", 2),
        ("show flash:", 3),
        ("show ip local pool <name>", 4),
        ("write", 5),
        ("write memory", 6),
        ("failover exec mate ...", 7),
    )
)


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        ("sh fail", Understood(1, ())),
        ("SHOW FAILOVER", Understood(1, ())),
        ("sh fail hist", Understood(2, ())),
        ("sh ip lo po Big-Pool", Understood(4, ("Big-Pool",))),
        ("wr", Understood(5, ())),
        ("wr mem", Understood(6, ())),
        ("fail ex ma sh ver | i up", Understood(7, ("sh ver | i up",))),
        ("sh f", Ambiguous("sh f")),
        ("sh ip local pool", Incomplete()),
        ("show flood", Invalid(5)),
        ("write memory now", Invalid(13)),
    ],
)
def test_a_word_may_be_shortened_as_long_as_it_is_the_only_one(line: str, meaning: object) -> None:
    assert WORDS.read(line) == meaning


@pytest.mark.parametrize(
    ("pipe", "left"),
    [
        ("include b", "ab\nb\n"),
        ("i ^b", "b\n"),
        ("exclude b", "a\nc\n"),
        ("grep -v b", "a\nc\n"),
        ("grep b", "ab\nb\n"),
        ("begin ^b", "b\nc\n"),
        ("include (", ""),
        ("count b", "Number of lines which match regexp = 2\n"),
        ("section b", None),
        ("include", None),
    ],
)
def test_output_can_be_filtered(pipe: str, left: str | None) -> None:
    assert filtered("a\nab\nb\nc\n", pipe) == left


# ── errors ───────────────────────────────────────────────────────────────────────────────────


def test_the_caret_stands_under_the_wrong_word_as_the_terminal_shows_it(active: Console) -> None:
    typed = f"{active.prompt}show faillover"

    caret, error = active("show faillover").splitlines()

    assert caret.index("^") == typed.index("faillover")
    assert error == "ERROR: % Invalid input detected at '^' marker."


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("show", "ERROR: % Incomplete command\n"),
        ("sh f", 'ERROR: % Ambiguous command:  "sh f"\n'),
        ("failover", "ERROR: % Incomplete command\n"),
        ("no failover", "ERROR: % Incomplete command\n"),
    ],
)
def test_the_errors_are_the_devices(active: Console, line: str, error: str) -> None:
    assert active(line) == error


@pytest.mark.parametrize("line", ["conf", "ping 10.0.0.1", "clear arp", "debug ip", "hostname x"])
def test_what_is_not_modelled_is_refused_and_changes_nothing(
    pair: EmulatedPair, active: Console, line: str
) -> None:
    before = pair.units[0].running

    assert "ERROR: % " in active(line)
    assert pair.units[0].running == before


def test_only_shows_can_be_filtered(active: Console) -> None:
    assert "Invalid input" in active("dir | include bin")


# ── modes and prompts ────────────────────────────────────────────────────────────────────────


def test_the_prompt_says_where_one_is(active: Console, standby: Console) -> None:
    assert active.prompt == "fw/pri/act# "
    assert standby.prompt == "fw/sec/stby# "
    active("conf t")
    assert active.prompt == "fw/pri/act(config)# "
    active("webvpn")
    assert active.prompt == "fw/pri/act(config-webvpn)# "
    active("exit")
    assert active.prompt == "fw/pri/act(config)# "
    active("group-policy GP attributes")
    assert active.prompt == "fw/pri/act(config-group-policy)# "
    active("end")
    active("disable")
    assert active.prompt == "fw/pri/act> "


def test_without_privilege_little_can_be_seen(active: Console) -> None:
    active("disable")

    assert "Invalid input" in active("show failover")
    assert "Software Version 9.12(4)" in active("show version")
    active("enable")
    active("cisco")
    assert active("show failover").startswith("Failover On")


def test_a_unit_whose_failover_is_off_says_so_in_its_prompt(
    pair: EmulatedPair, active: Console, standby: Console
) -> None:
    active("conf t")
    active("no failover")
    pair.advance(pair.now + 60_000)

    assert active.prompt.startswith("fw/pri/actNoFailover")
    assert Console(pair, "standby").prompt.startswith("fw/sec/stbyNoFailover")
    assert Console(pair)("show failover").startswith("Failover Off \nFailover unit")


def test_leaving_closes_the_console(active: Console) -> None:
    active("exit")

    assert active.last.dropped


def test_exec_lines_work_in_configuration_mode_too(active: Console) -> None:
    active("conf t")

    assert "Software Version" in active("show version")
    assert active.last.prompt == "fw/pri/act(config)# "
    assert "[OK]" in active("wr")


# ── failover exec ────────────────────────────────────────────────────────────────────────────


def test_the_mate_answers_plainly_through_the_failover_link(
    active: Console, standby: Console
) -> None:
    assert active("failover exec mate show failover") == standby("show failover")
    assert active("failover exec active show failover") == active("show failover")
    assert active("failover exec standby show inventory") == standby("show inventory")


def test_a_filter_behind_failover_exec_is_the_mates(active: Console) -> None:
    text = active("failover exec mate show version | include Serial")

    assert text == "Serial Number: JAD0002\n"


def test_a_mate_that_is_not_heard_cannot_be_asked(pair: EmulatedPair, active: Console) -> None:
    active("failover reload-standby")
    pair.advance(pair.now + 60_000)

    assert active("failover exec mate show version").startswith("ERROR: ")


def test_failover_exec_cannot_answer_questions(pair: EmulatedPair, active: Console) -> None:
    text = active("failover exec mate delete disk0:/asdm-7161.bin")

    assert "Delete filename" in text
    assert active.last.prompt == "fw/pri/act# "
    assert "disk0:/asdm-7161.bin" in pair.units[1].flash


def test_failover_exec_does_not_reach_through_itself(active: Console) -> None:
    assert "Invalid input" in active("failover exec mate failover exec mate show version")


# ── configuration ────────────────────────────────────────────────────────────────────────────


def test_a_line_typed_on_the_active_unit_is_shown_on_both(
    active: Console, standby: Console
) -> None:
    active("conf t")
    active("boot system disk0:/asa9-16-4-lfbff-k8.SPA")

    shown = active("sh run boot")
    assert shown == (
        "boot system disk0:/asa9-12-4-lfbff-k8.SPA\nboot system disk0:/asa9-16-4-lfbff-k8.SPA\n"
    )
    assert standby("show running-config boot system") == shown
    assert "9-16-4" not in standby("show startup-config | include boot system")


def test_the_standby_warns_whoever_configures_it(pair: EmulatedPair, standby: Console) -> None:
    warning = standby("configure terminal").splitlines()
    standby("asdm image disk0:/other.bin")

    assert len(warning) == 3
    assert warning[0] == "**** WARNING ****"
    assert pair.units[0].running != pair.units[1].running


def test_setting_the_failover_interface_again_tells_what_it_clears(active: Console) -> None:
    active("conf t")

    assert active("failover lan interface FO GigabitEthernet1/7") == (
        "INFO: Non-failover interface config is cleared on GigabitEthernet1/7"
        " and its sub-interfaces\n"
    )


def test_a_package_that_is_not_on_flash_is_refused_loudly_and_its_line_stands(
    active: Console,
) -> None:
    lost = "disk0:/anyconnect-linux64-4.10.09999-webdeploy-k9.pkg"
    active("configure terminal")
    active("webvpn")
    before = active("show webvpn anyconnect")

    assert active(f"anyconnect image {lost} 9").startswith("ERROR: ")
    assert active("show webvpn anyconnect") == before
    assert lost in active("show running-config webvpn")


def test_what_the_unit_prints_by_itself_stands_before_the_next_reply(
    pair: EmulatedPair, active: Console
) -> None:
    """Real 9.2(2)4 → 9.5(2) transcript: after `failover reload-standby`, unasked."""
    active("failover reload-standby")
    pair.advance(pair.now + 10 * 60_000)

    reply = active("show clock")
    assert reply.startswith(
        "Beginning configuration replication: Sending to mate.\n"
        "End Configuration Replication to mate\n"
    )
    assert without_unasked(reply) == active("show clock")


def test_a_line_that_no_mode_knows_is_pointed_at(active: Console) -> None:
    active("conf t")

    caret, _ = active("frobnicate outside").splitlines()

    assert caret.index("^") == len("fw/pri/act(config)# ")


def test_a_line_that_is_refused_says_why(active: Console) -> None:
    active("conf t")

    assert active("no boot system disk0:/nothing.bin").startswith("ERROR: ")


def test_sections_of_the_configuration_can_be_asked_for(active: Console) -> None:
    assert active("show running-config webvpn").startswith("webvpn\n enable outside\n")
    assert active("sh run asdm") == "asdm image disk0:/asdm-7161.bin\n"
    assert active("sh run failover").startswith("failover\nfailover lan unit primary\n")
    assert active("sh run ip local pool").startswith("ip local pool VPN ")
    assert active("sh run interface GigabitEthernet1/7").startswith(
        "!\ninterface GigabitEthernet1/7\n"
    )
    assert "Invalid input" in active("sh run nothing-of-this-name")


# ── files ────────────────────────────────────────────────────────────────────────────────────


def test_verify_takes_as_long_as_the_file_is_big(pair: EmulatedPair, active: Console) -> None:
    before = pair.now

    text = active("verify /sha-512 disk0:/asa9-16-4-lfbff-k8.SPA")

    assert pair.now - before == 146_813_952 * 1_000 // 30_000_000
    assert re.search(
        r"Done!\nverify /SHA-512 \(disk0:/asa9-16-4-lfbff-k8.SPA\) = [0-9a-f]{128}\n", text
    )


def test_equal_files_have_equal_digests_on_both_units(active: Console, standby: Console) -> None:
    line = "verify /md5 asa9-16-4-lfbff-k8.SPA"

    assert active(line) == standby(line)
    digest = active(line).split()[-1]
    assert len(digest) == 32
    assert "Verified (disk0:/asa9-16-4-lfbff-k8.SPA)" in active(f"{line} {digest.upper()}")


@pytest.mark.parametrize(
    "line", ["verify /sha-512 nope", "dir nope", "more nope", "copy /noconfirm nope x"]
)
def test_a_missing_file_is_an_error_for_every_command(active: Console, line: str) -> None:
    assert active(line).startswith("%Error opening disk0:/nope (No such file or directory)")


def test_a_saved_configuration_can_be_read_again(active: Console) -> None:
    active("copy /noconfirm running-config disk0:/before.cfg")

    assert "hostname fw\n" in active("more disk0:/before.cfg")
    assert "before.cfg" in active("dir")


def test_a_copy_stays_here_and_a_delete_reaches_the_mate(active: Console, standby: Console) -> None:
    active("copy /noconfirm disk0:/asdm-7161.bin disk0:/spare.bin")
    assert "spare.bin" in active("dir")
    assert "spare.bin" not in standby("dir")

    active("delete /noconfirm disk0:/asdm-7161.bin")
    assert "asdm-7161.bin" not in active("dir")
    assert "asdm-7161.bin" not in standby("dir")


def test_a_delete_asks_twice(active: Console) -> None:
    active("delete disk0:/asdm-7161.bin")
    assert active.last.prompt == "\nDelete filename [asdm-7161.bin]? "
    active("")
    assert active.last.prompt == "\nDelete disk0:/asdm-7161.bin? [confirm]"
    active("n")
    assert "asdm-7161.bin" in active("dir")

    for line in ("delete disk0:/asdm-7161.bin", "", ""):
        active(line)
    assert "asdm-7161.bin" not in active("dir")


# ── acts ─────────────────────────────────────────────────────────────────────────────────────


def test_write_memory_prints_what_a_real_unit_prints(active: Console) -> None:
    lines = active("wr").splitlines()

    assert lines[0] == "Building configuration..."
    assert re.fullmatch(r"Cryptochecksum: ([0-9a-f]{8} ){4}", lines[1])
    assert lines[2] == ""
    assert re.fullmatch(r"\d+ bytes copied in 0\.670 secs", lines[3])
    assert lines[4] == "[OK]"


def test_a_session_is_logged_off_by_its_index(pair: EmulatedPair, active: Console) -> None:
    (index, *_), count = sorted(pair.units[0].rows), len(pair.units[0].rows)

    text = active(f"vpn-sessiondb logoff index {index} noconfirm")

    assert text == f"INFO: Number of sessions with index {index} logged off : 1\n"
    assert len(pair.units[0].rows) == len(pair.units[1].rows) == count - 1
    assert active("vpn-sessiondb logoff index 60000 noconfirm").endswith("logged off : 0\n")


def test_a_logoff_without_noconfirm_asks_first(pair: EmulatedPair, active: Console) -> None:
    index = min(pair.units[0].rows)

    active(f"vpn-sessiondb logoff index {index}")
    assert active.last.prompt == "Do you want to logoff the VPN session(s)? [confirm]"
    assert index in pair.units[0].rows

    assert active("").endswith("logged off : 1\n")
    assert active.last.prompt == "fw/pri/act# "


def test_a_reload_with_unsaved_changes_offers_to_save(pair: EmulatedPair, active: Console) -> None:
    for line in ("conf t", "asdm image disk0:/other.bin", "end", "reload"):
        active(line)
    assert active.last.prompt == "System config has been modified. Save? [Y]es/[N]o:  "
    saved = active("y")
    assert saved.startswith("Cryptochecksum: "), "as on a real ASA5506, without `[OK]`"
    assert "bytes copied in 0.670 secs" in saved
    assert active.last.prompt == "Proceed with reload? [confirm] "
    assert "START GRACEFUL SHUTDOWN" in active("")

    pair.advance(pair.now + 30_000)
    assert active("show version") == ""
    assert active.last.dropped


def test_a_reload_can_be_scheduled_seen_and_cancelled(active: Console) -> None:
    active("reload in 2:30 noconfirm")
    assert "(in 2 hours and 30 minutes)" in active("show reload")

    assert "SHUTDOWN ABORTED" in active("reload cancel")
    assert active("show reload") == "No reload is scheduled.\n"


def test_giving_up_the_active_role_returns_the_prompt_before_the_roles_move(
    pair: EmulatedPair, active: Console
) -> None:
    active("no failover active")
    assert active.last.prompt == "fw/pri/act# "

    pair.advance(pair.now + 5_000)
    assert pair.units[1].state is State.ACTIVE
    assert Console(pair).prompt == "fw/sec/act# "


def test_a_standby_cannot_reload_its_standby(pair: EmulatedPair, standby: Console) -> None:
    assert standby("failover reload-standby").startswith("ERROR: ")
    pair.advance(pair.now + 60_000)
    assert pair.units[0].state is State.ACTIVE


def test_one_users_sessions_can_be_read_again(pair: EmulatedPair, active: Console) -> None:
    user = pair.units[0].rows[min(pair.units[0].rows)].user

    text = active(f"show vpn-sessiondb anyconnect filter name {user}")

    assert re.findall(r"Username +: (\S+)", text) == [user]


# ── the real night ───────────────────────────────────────────────────────────────────────────


def fixture_pair(name: str) -> EmulatedPair:
    path = PAIRS / f"{name}.toml"
    table = tomllib.loads(path.read_text())
    scenario = read_scenario(
        name, table["emulated"], str(path.parent), lambda p: Path(p).read_text()
    )
    return EmulatedPair.from_scenario(scenario)


def until_ready(pair: EmulatedPair) -> str:
    """Reload the standby and wait; the screen of the active unit then."""
    Console(pair)("failover reload-standby")
    pair.advance(pair.now + 420_000)
    return Console(pair)("sh failover")


def test_the_lines_of_the_real_9_2_to_9_5_night_lead_to_its_screens() -> None:
    pair = fixture_pair("asa5525-9.2-to-9.5")
    first = Console(pair)
    for line in (
        "conf t",
        "no boot system disk0:/asa922-4-smp-k8.bin",
        "boot system disk0:/asa952-smp-k8.bin",
        "boot system disk0:/asa922-4-smp-k8.bin",
        "end",
        "conf t",
        "asdm image disk0:/asdm-752.bin",
        "end",
        "wr",
    ):
        first(line)
    mixed, final = transcript_screens()

    shown = until_ready(pair).partition("\n\nStateful")[0]
    assert comparable(shown) == comparable(mixed)

    first("no failover active")
    pair.advance(pair.now + 60_000)
    assert comparable(until_ready(pair).rstrip()) == comparable(final.rstrip())
