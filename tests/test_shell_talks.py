"""Commands that ask before they act, the grammar of lines, and the table of commands."""

import re

import pytest
from consoles import Person, at_the_console, over_ssh
from screen_worlds import living

from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.shell.asking import help_on
from upgrader.emulator.shell.page import NOT_MODELLED, commands, shell_page
from upgrader.emulator.shell.shell import next_words
from upgrader.emulator.state import Power
from upgrader.emulator.talk import Expects

MINUTE = 60_000


@pytest.fixture
def pair() -> EmulatedPair:
    return living()


@pytest.fixture
def active(pair: EmulatedPair) -> Person:
    return at_the_console(pair)


# ── reload ───────────────────────────────────────────────────────────────────────────────────


def changed(active: Person) -> None:
    """Leave something unsaved."""
    active("conf t", "asdm image disk0:/other.bin", "end")


@pytest.mark.parametrize(
    ("unsaved", "line", "prompts"),
    [
        # ASA5506 console: a line for the first question, a key for the second.
        (True, "reload", ["System config has been modified. Save? [Y]es/[N]o:  ", "Proceed"]),
        (False, "reload", ["Proceed with reload? [confirm] "]),
        (False, "reload in 10", ["Proceed with reload? [confirm] "]),
        (True, "reload save-config", ["Proceed with reload? [confirm] "]),
        (True, "reload noconfirm", []),
        (False, "reload quick noconfirm reason new code", []),
    ],
)
def test_reload_asks_to_save_and_to_proceed(
    active: Person, unsaved: bool, line: str, prompts: list[str]
) -> None:
    if unsaved:
        changed(active)
    active(line)
    for prompt in prompts:
        assert active.prompt.startswith(prompt)
        assert active.expects is (Expects.KEY if "confirm" in active.prompt else active.expects)
        active("")
    assert active.prompt == "fw/pri/act# "


@pytest.mark.parametrize(("answer", "saves"), [("y", True), ("", True), ("n", False)])
def test_whoever_says_no_to_saving_may_reload_all_the_same(
    pair: EmulatedPair, active: Person, answer: str, saves: bool
) -> None:
    changed(active)
    active("reload", answer)
    assert active.prompt == "Proceed with reload? [confirm] "
    assert ("asdm image disk0:/other.bin" in pair.units[0].startup) is saves
    assert "SHUTDOWN NOW" in active("\r")
    assert pair.units[0].power is Power.STOPPING


@pytest.mark.parametrize("key", ["n", "q", "x", "no"])
def test_any_other_key_at_confirm_calls_it_off(
    pair: EmulatedPair, active: Person, key: str
) -> None:
    assert active("reload", key) == ""
    assert pair.units[0].power is Power.UP


@pytest.mark.parametrize(
    ("line", "minutes"),
    [
        ("reload in 10 noconfirm", 10),
        ("reload noconfirm in 1:30", 90),
        ("reload at 15:00 noconfirm", 26),
        ("reload at 14:00 noconfirm", 24 * 60 - 34),
        ("reload at 15:00 apr 30 noconfirm", 24 * 60 + 26),
        ("reload at 15:00 30 apr noconfirm", 24 * 60 + 26),
        ("reload in 5 max-hold-time 1 noconfirm reason a new image", 5),
    ],
)
def test_a_reload_may_be_scheduled(
    pair: EmulatedPair, active: Person, line: str, minutes: int
) -> None:
    """The clock of this pair stands at 14:34:53, Fri Apr 29."""
    active(line)
    at = pair.units[0].reload_at
    assert at is not None
    assert 0 <= minutes * MINUTE - (at - pair.now) < MINUTE
    assert active("show reload").startswith("Reload scheduled for ")
    assert "SHUTDOWN ABORTED" in active("reload cancel")
    assert active("show reload") == "No reload is scheduled.\n"
    assert active("reload cancel") == "No reload is scheduled.\n"


def test_a_reload_at_an_hour_is_at_that_hour_however_late_the_answer(
    pair: EmulatedPair, active: Person
) -> None:
    active("write memory", "reload at 15:00")
    pair.advance(pair.now + 21_000)
    active("")
    assert active("show reload").startswith("Reload scheduled for 15:00:00 ")


@pytest.mark.parametrize("line", ["reload in soon", "reload at 25:00", "reload at 7", "reload in"])
def test_no_reload_is_scheduled_for_no_time(pair: EmulatedPair, active: Person, line: str) -> None:
    assert "ERROR: % In" in active(line)
    assert pair.units[0].reload_at is None


def test_the_mate_cannot_be_reloaded_through_a_question(pair: EmulatedPair, active: Person) -> None:
    assert "Proceed with reload? [confirm]" in active("failover exec mate reload")
    assert active.prompt == "fw/pri/act# "
    assert pair.units[1].power is Power.UP
    active("failover exec mate reload noconfirm")
    assert pair.units[1].power is Power.STOPPING


def test_an_erased_startup_config_boots_empty(pair: EmulatedPair, active: Person) -> None:
    assert active("write erase") == ""
    assert active.prompt == "Erase configuration in flash memory? [confirm]"
    assert active("") == "[OK]\n"
    assert pair.units[0].startup == ()
    assert pair.units[1].startup != ()


# ── failover exec ────────────────────────────────────────────────────────────────────────────


def test_failover_exec_remembers_its_own_section(pair: EmulatedPair, active: Person) -> None:
    """ASA command reference: each of the three has a command mode of its own."""
    active("conf t", "failover exec mate interface GigabitEthernet1/3")
    active("failover exec mate description far")
    assert active.prompt == "fw/pri/act(config)# "
    assert " description far" in pair.units[1].running
    assert " description far" not in pair.units[0].running

    active("failover exec mate exit", "failover exec mate hostname there")
    assert "hostname there" in pair.units[1].running


@pytest.mark.parametrize(
    "line", ["failover exec mate show version", "changeto context x", "debug ip", "undebug all"]
)
def test_some_lines_do_not_go_through_failover_exec(active: Person, line: str) -> None:
    assert "Invalid input" in active(f"failover exec mate {line}")


def test_configuration_lines_need_configuration_mode_on_this_side(
    pair: EmulatedPair, active: Person
) -> None:
    assert "Invalid input" in active("failover exec mate hostname there")
    assert "hostname there" not in pair.units[1].running


# ── VPN sessions ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("index 1", "with index 1"),
        ("name user00001", 'with name "user00001"'),
        ("ipaddress 10.99.0.1", "with IP address 10.99.0.1"),
        ("tunnel-group TG", 'of tunnel group "TG"'),
        ("protocol dtls", 'using protocol "dtls"'),
        ("anyconnect", 'of type "anyconnect"'),
        ("remote", 'of type "remote"'),
        ("webvpn", 'of type "webvpn"'),
        ("l2l", 'of type "l2l"'),
        ("all", 'of type "all"'),
    ],
)
def test_logoff_asks_and_then_counts(
    pair: EmulatedPair, active: Person, words: str, said: str
) -> None:
    before = len(pair.units[0].rows)
    active(f"vpn-sessiondb logoff {words}")
    assert active.prompt == "Do you want to logoff the VPN session(s)? [confirm]"
    active("n")
    assert len(pair.units[0].rows) == before

    text = active(f"vpn-sessiondb logoff {words} noconfirm")
    count = re.fullmatch(rf"INFO: Number of sessions {re.escape(said)} logged off : (\d+)\n", text)
    assert count is not None
    assert len(pair.units[0].rows) == before - int(count[1])


# ── clear ────────────────────────────────────────────────────────────────────────────────────


def test_what_is_cleared_is_gone(pair: EmulatedPair, active: Person) -> None:
    active("conf t", "hostname fw2", "end", "clear logging buffer")
    assert "hostname fw2" not in active("show logging")
    said = active("clear conn")
    assert re.fullmatch(r"\d+ connection\(s\) deleted\.\n", said)
    assert active("show conn count").startswith("0 in use")
    active("clear failover statistics")
    assert pair.units[0].counters == {}
    assert "sessions cleared : " in active("clear vpn-sessiondb statistics all")


# ── the terminal ─────────────────────────────────────────────────────────────────────────────


def test_the_pager_is_the_sessions_own_and_its_default_the_configurations(
    pair: EmulatedPair,
) -> None:
    person = over_ssh(pair)
    assert person.conversation.pager == 24
    assert "Invalid input" in person("terminal pager 0"), "not in user EXEC"
    person("enable", "cisco", "terminal pager 0")
    assert person.conversation.pager == 0
    assert person("show pager") == "no pager\n"
    person("terminal pager lines 50")
    assert person("show pager") == "pager lines 50\n"
    person("no terminal pager")
    assert person.conversation.pager == 0
    person("conf t", "pager lines 11")
    assert over_ssh(pair).conversation.pager == 11


def test_the_width_is_a_line_of_the_configuration(pair: EmulatedPair, active: Person) -> None:
    """netmiko and scrapli set it in configuration mode at every login."""
    assert "Invalid input" in active("terminal width 511")
    active("conf t")
    assert active("terminal width 511") == ""
    assert active.conversation.width == 511
    assert over_ssh(pair).conversation.width == 511
    assert active("terminal width 7").startswith("ERROR: ")
    active("end")
    assert "Width = 511, no monitor\n" in active("show terminal")
    active("terminal monitor")
    assert active.conversation.monitors


def test_ctrl_z_leaves_configuration_mode(active: Person) -> None:
    active("conf t", "webvpn", "\x1a")

    assert active.prompt == "fw/pri/act# "


# ── words ────────────────────────────────────────────────────────────────────────────────────

RANCID = (
    "show version",
    "show redundancy secondary",
    "show idprom backplane",
    "show install active",
    "show env all",
    "show rsp chassis-info",
    "show gsr chassis",
    "show boot",
    "show bootvar",
    "show variables boot",
    "show flash",
    "dir /all nvram:",
    "dir /all bootflash:",
    "dir /all slot0:",
    "dir /all disk0:",
    "dir /all slavedisk0:",
    "show controllers",
    "show controllers cbus",
    "show diagbus",
    "show diag",
    "show module",
    "show spe version",
    "show c7200",
    "show inventory raw",
    "show vtp status",
    "show vlan",
    "show vlan-switch",
    "show switch detail",
    "show sdm prefer",
    "show capture",
    "show debug",
    "show shun",
    "show activation-key",
    "show rtr configuration",
    "more system:running-config",
    "show running-config view full",
    "show running-config",
    "write term",
)
"""What RANCID's list for Cisco devices holds, as far as its documentation names it."""


@pytest.mark.parametrize("line", RANCID)
def test_every_line_of_a_collector_is_answered_at_once(
    pair: EmulatedPair, active: Person, line: str
) -> None:
    begun = pair.now
    text = active(line)

    assert text
    assert pair.now == begun
    assert active.prompt == "fw/pri/act# "


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("show faillover", "faillover"),
        ("  show version nonsense", "nonsense"),
        ("bogus", "bogus"),
        ("clear nothing", "nothing"),
    ],
)
def test_the_caret_stands_under_the_word_that_is_wrong(
    active: Person, line: str, word: str
) -> None:
    typed = f"fw/pri/act# {line}"

    caret, error = active(line).splitlines()

    assert caret.index("^") == typed.index(word)
    assert error == "ERROR: % Invalid input detected at '^' marker."


@pytest.mark.parametrize("line", ["!", "! a remark", ": Saved", "", "   "])
def test_remarks_and_empty_lines_say_nothing(active: Person, line: str) -> None:
    assert active(line) == ""


def test_the_words_that_may_follow_can_be_asked_for(pair: EmulatedPair) -> None:
    person = over_ssh(pair)
    assert "enable" in next_words(person.conversation, "")
    assert next_words(person.conversation, "en") == ("enable",)
    assert "write" not in next_words(person.conversation, "")
    person("enable", "cisco")
    assert next_words(person.conversation, "wr") == ("write",)
    assert "memory" in next_words(person.conversation, "write ")
    assert "WORD" in next_words(person.conversation, "show ip local pool ")
    assert next_words(person.conversation, "nothing at all ") == ()


def test_a_question_mark_says_what_follows_whether_the_line_is_whole_and_what_is_unknown(
    pair: EmulatedPair,
) -> None:
    person = over_ssh(pair)
    person("enable", "cisco")

    def asked(line: str) -> str:
        return help_on(person.conversation, line)

    shown = asked("show ip ").splitlines()
    assert shown == ["  address", "  local", "  |", "  <cr>"]
    assert asked("show failover") == "  failover\n"
    assert asked("failover reload-standby ") == "  <cr>\n"
    assert asked("s") == "  show\n"
    for line in ("show ip access-list", "show ip access-list ", "nothing at all "):
        assert asked(line) == "ERROR: % Unrecognized command\n"
    assert asked("show run | ") == "  begin\n  count\n  exclude\n  grep\n  include\n"
    assert asked("show run | i") == "  include\n"
    assert asked("show run | include ^ ") == ""
    for line in ("dir ", "dir disk0:", "copy ", "show running-config xyz"):
        assert "ERROR" not in asked(line)


@pytest.mark.parametrize(
    "lines",
    [
        ("copy tftp: disk0:",),
        ("copy running-config disk0:/x.cfg", ""),
        ("delete disk0:/asdm-7161.bin", ""),
        ("reload",),
        ("configure terminal", "hostname other", "end", "reload"),
        ("disable", "enable"),
        ("login",),
    ],
)
def test_ctrl_c_ends_what_asks_and_nothing_has_happened(
    pair: EmulatedPair, active: Person, lines: tuple[str, ...]
) -> None:
    flash = dict(pair.units[0].flash)
    active(*lines)
    assert active.conversation.dialogue is not None
    assert active("\x03") == ""
    assert active.conversation.dialogue is None
    assert pair.units[0].flash == flash
    assert pair.units[0].power is Power.UP
    assert active("show curpriv").startswith("Username : ")


@pytest.mark.parametrize("lines", [("",), ("disable",), ("conf t",), ("conf t", "webvpn")])
def test_ctrl_c_where_the_question_has_ended_meanwhile_is_an_empty_line(
    pair: EmulatedPair, active: Person, lines: tuple[str, ...]
) -> None:
    active(*lines)
    prompt, running = active.prompt, pair.units[0].running
    assert active("\x03") == ""
    assert active.prompt == prompt
    assert pair.units[0].running == running


# ── the table of commands ────────────────────────────────────────────────────────────────────


def test_every_command_has_a_meaning_and_a_source() -> None:
    for known in commands():
        assert known.meaning, known.pattern
        assert known.source, known.pattern
        assert known.modes, known.pattern


@pytest.mark.parametrize(
    "line", [line for lines, _ in NOT_MODELLED for line in lines.split(", ") if line]
)
def test_what_the_page_says_is_not_modelled_is_refused(active: Person, line: str) -> None:
    assert active(line).rpartition("\n")[0].rpartition("\n")[2].startswith("ERROR: % ")


def test_the_page_lists_every_command_once() -> None:
    page = shell_page("A note.")

    for known in commands():
        row = f"| `{known.pattern}` |".replace("|include", "\\|include")
        assert page.count(row) == 1, known.pattern
