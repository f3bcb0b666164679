"""What is typed wrong is refused, and what public upgrade scripts type is understood."""

import re

import pytest
from screen_worlds import living
from test_shell import Console

from upgrader.emulator.config import Typed, read_lines, type_line
from upgrader.emulator.pair import EmulatedPair

INCOMPLETE = "ERROR: % Incomplete command\n"
INVALID = "ERROR: % Invalid input detected at '^' marker."


@pytest.fixture
def pair() -> EmulatedPair:
    return living()


@pytest.fixture
def active(pair: EmulatedPair) -> Console:
    return Console(pair)


@pytest.mark.parametrize(
    "line",
    [
        "hostname",
        "boot system",
        "failover lan",
        "failover lan unit",
        "failover key",
        "failover polltime",
        "access-list",
        "route",
        "aaa",
        "nat",
        "object network",
        "interface",
    ],
)
def test_a_configuration_line_that_stops_too_early_changes_nothing(
    active: Console, pair: EmulatedPair, line: str
) -> None:
    active("configure terminal")
    before = pair.units[0].running
    assert active(line) == INCOMPLETE
    assert pair.units[0].running == before


@pytest.mark.parametrize(
    "line",
    [
        "failover bogus",
        "failover lan unit third",
        "failover replication foo",
        "boot bogus disk0:/x.bin",
        "boot system disk0:/a.bin disk0:/b.bin",
        "hostname two words",
        "interface bogus",
        "do show clock",
        "context one",
        "mode multiple",
        "changeto context one",
    ],
)
def test_a_configuration_line_with_a_word_too_many_or_unknown_changes_nothing(
    active: Console, pair: EmulatedPair, line: str
) -> None:
    active("configure terminal")
    before = pair.units[0].running
    assert INVALID in active(line)
    assert pair.units[0].running == before


def test_what_a_device_prints_without_a_word_can_be_typed_without_it(active: Console) -> None:
    active("configure terminal")
    for line in ("banner motd", "names", "failover polltime 5", "failover link STATE"):
        assert not active(line).startswith("ERROR: %"), line


@pytest.mark.parametrize(
    "line",
    [
        "copy a.bin b.bin c.bin",
        "copy bogus:x disk0:",
        "delete a.bin b.bin",
        "dir disk0: | include asa",
        "reload soon",
        "reload at 25:00",
        "reload in never",
        "verify /sha512 disk0:/asdm-7161.bin",
    ],
)
def test_an_exec_line_with_a_wrong_word_does_nothing(active: Console, line: str) -> None:
    assert INVALID in active(line)
    assert active.last.prompt.endswith("# ")


def test_a_rule_of_its_own_does_not_replace_an_objects_translation() -> None:
    lines = read_lines(
        "object network web\n host 10.0.0.80\n"
        "object network web\n nat (inside,outside) static 198.51.100.80\n"
        "nat (dmz,outside) after-auto source dynamic any interface\n"
    )
    typed = Typed((), (), "")
    for line in lines:
        typed = type_line(typed.lines, typed.section, line)
    assert typed.lines == lines


ACCOUNTED = """
policy-map global_policy
 class class-default
  user-statistics accounting
  flow-export event-type all destination 10.0.0.9
service-policy global_policy global
"""
WATCHED = """
sla monitor 1
 type echo protocol ipIcmpEcho 8.8.8.8 interface outside
 num-packets 3
 timeout 1000
 frequency 10
sla monitor schedule 1 life forever start-time now
"""


@pytest.mark.parametrize("text", [ACCOUNTED, WATCHED])
def test_lines_that_global_mode_knows_too_stay_in_their_section(text: str) -> None:
    lines = read_lines(text)
    typed = Typed((), (), "")
    for line in lines:
        typed = type_line(typed.lines, typed.section, line)
    assert typed.lines == lines


def test_an_interface_of_load_balancing_is_no_port(active: Console) -> None:
    for line in ("configure terminal", "vpn load-balancing"):
        active(line)
    assert active("interface lbpublic outside") == ""


def test_an_image_on_flash_is_written_down_as_on_disk0(active: Console) -> None:
    active("configure terminal")
    assert active("boot system flash:/asa9-16-4-lfbff-k8.SPA") == (
        "INFO: Converting flash:/asa9-16-4-lfbff-k8.SPA to disk0:/asa9-16-4-lfbff-k8.SPA\n"
    )
    assert "boot system disk0:/asa9-16-4-lfbff-k8.SPA\n" in active("show run boot")


def test_the_colon_of_a_file_system_may_be_left_out(active: Console) -> None:
    assert active("copy tftp flash") == ""
    assert active.last.prompt == "\nAddress or name of remote host []? "


def test_the_name_on_flash_is_offered_once_the_source_is_known(
    active: Console, pair: EmulatedPair
) -> None:
    for line in ("copy disk0: disk0:", "asdm-7161.bin"):
        active(line)
    assert active.last.prompt == "\nDestination filename [asdm-7161.bin]? "
    active("again.bin")
    assert "disk0:/again.bin" in pair.units[0].paths.values()
    assert "disk0:/" not in pair.units[0].paths.values()


def test_a_copy_of_more_than_a_second_has_a_rate(active: Console) -> None:
    said = active("copy /noconfirm disk0:/asdm-7161.bin disk0:/again.bin")
    took = re.search(
        r"^(\d+) bytes copied in (\d+)\.\d{3} secs \((\d+) bytes/sec\)$", said, re.MULTILINE
    )
    assert took is not None
    assert int(took[1]) // int(took[2]) == int(took[3])


def test_a_filter_that_names_nothing_to_look_for_goes_on(active: Console) -> None:
    for line in ("show run |", "show run | include", "sh run | grep", "show run | b  "):
        assert active(line) == "ERROR: % Incomplete command\n"
    for line in ("show run | foo", "show run | foo bar", "show run | gr -v !"):
        assert "Incomplete" not in active(line)


def test_several_ports_have_no_section_in_common(active: Console) -> None:
    active("configure terminal")
    assert "% Invalid input" in active("interface range gi1/1-2")
    assert "range" not in active("show running-config")


def test_lines_are_counted(active: Console) -> None:
    one = "Number of lines which match regexp = 1\n"
    assert active("show running-config | count ^hostname") == one
    assert active("show running-config | grep -c ^hostname") == one
    assert re.fullmatch(r".* = \d\d+\n", active("show running-config | count"))


# ── what public upgrade scripts type, and look for ───────────────────────────────────────────


def test_a_script_that_wants_ready_and_done_finds_both(active: Console) -> None:
    state = active("sh failover state")
    assert "Standby Ready" in state
    assert "Sync Done" in state


def test_a_script_clears_the_boot_order_and_saves_on_both_units(
    active: Console, pair: EmulatedPair
) -> None:
    new, old = "disk0:/asa9-16-4-lfbff-k8.SPA", "disk0:/asa9-12-4-lfbff-k8.SPA"
    for line in ("conf t", "clear configure boot system", f"boot system {new}"):
        assert active(line) == ""
    assert active(f"boot system {old}") == ""
    active("end")
    for line in ("write memory", "failover exec mate write memory"):
        assert active(line).endswith("[OK]\n")
    for unit in pair.units:
        booting = [line for line in unit.startup if line.startswith("boot system ")]
        assert booting == [f"boot system {new}", f"boot system {old}"]


def test_a_script_backs_up_both_units_and_looks_for_bytes_copied(active: Console) -> None:
    for line in (
        "copy /noconfirm running-config flash:/archive.txt",
        "failover exec mate copy /noconfirm running-config flash:/archive.txt",
    ):
        assert re.match(r".*bytes copied .*", active(line), re.DOTALL)
    assert active("failover exec mate delete /noconfirm flash:/archive.txt") == ""
    assert "ERROR:" in active("changeto system")


def test_a_script_makes_the_standby_active_from_the_active_unit(
    active: Console, pair: EmulatedPair
) -> None:
    assert "ERROR" not in active("failover exec standby failover active")
    pair.advance(pair.now + 5_000)
    assert pair.units[1].active_since is not None
    assert pair.units[0].active_since is None
