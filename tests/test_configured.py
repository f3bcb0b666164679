"""Configuration on a pair: what a unit shows of it, and what its standby takes over."""

import pytest
from worlds import PRIMARY, SECONDARY, pair

from upgrader.emulator.config import ConfigFault, InvalidInput, read_lines, settings_of
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.pairing import replication
from upgrader.emulator.screens import configuration


class Typist:
    """A console at a seat of a pair."""

    def __init__(self, world: EmulatedPair, seat: str) -> None:
        self.world = world
        opened = world.open(seat)
        assert opened is not None
        self.number = opened.number

    def __call__(self, line: str) -> str:
        answer = self.world.receive(self.number, line)
        self.world.advance(answer.due)
        self.prompt = answer.prompt
        return answer.text


@pytest.fixture
def world():
    return pair()


@pytest.fixture
def active(world):
    return Typist(world.pair, "active")


@pytest.fixture
def standby(world):
    return Typist(world.pair, "standby")


# ── what is shown ──────────────────────────────────────────────────────────────────────


def test_the_whole_configuration_stands_in_the_frame_of_a_real_one(world, active) -> None:
    shown = active("show running-config").splitlines()
    assert shown[:3] == [": Saved", "", ": "]
    assert shown[3].startswith(": Serial Number: ")
    assert shown[4].startswith(": Hardware:   ASA5516, ")
    assert shown[5:8] == [":", f"ASA Version {world.primary.version} ", "!"]
    assert shown[-2].startswith("Cryptochecksum:")
    assert shown[-1] == ": end"
    assert read_lines("\n".join(shown))


def test_secrets_are_masked_in_shows_and_clear_in_more(active) -> None:
    assert "failover key *****" in active("show running-config failover")
    assert "failover key *****" not in active("more system:running-config")
    assert active("more system:running-config").splitlines()[5].startswith(": Written by ")


def test_who_saved_the_configuration_and_when_stands_above_it(world, active) -> None:
    active("write memory")
    line = active("show startup-config").splitlines()[5]
    assert line.startswith(": Written by enable_15 at ")
    assert line.split(" at ")[1] != ""


def test_show_version_says_who_changed_the_configuration(world, active, standby) -> None:
    untouched = "Configuration has not been modified since last system restart.\n"
    assert active("show version").endswith(untouched)
    active("configure terminal")
    active("hostname other")
    said = active("show version").splitlines()[-1]
    assert said.startswith("Configuration last modified by enable_15 at ")
    assert "last modified by" in standby("show version").splitlines()[-1]


def test_all_shows_what_holds_anyway(active) -> None:
    assert "failover interface-policy" not in active("show run failover")
    assert "failover interface-policy 1\n" in active("show run all failover")
    assert " vpn-simultaneous-logins 3\n" in active("show run all group-policy DfltGrpPolicy")
    assert len(active("show run all")) > len(active("show run"))


@pytest.mark.parametrize(
    "line",
    [
        *("show run boot", "sh run int g1/1", "sh run | i hostname", "show run username"),
        *("show run tunnel-group", "show run logging", "show run ssh", "show run webvpn"),
        *("show run ip local pool", "show run auto-update", "show run prompt", "show run asdm"),
        *("show run crypto map", "show run access-list X", "show run nat", "show run object"),
    ],
)
def test_a_section_is_shown_or_empty_and_never_an_error(active, line: str) -> None:
    assert "ERROR" not in active(line)


def test_a_section_that_no_configuration_has_is_not_understood(active) -> None:
    assert "ERROR: % Invalid input detected" in active("show run frobnicate")


# ── what is typed ──────────────────────────────────────────────────────────────────────


def test_prompts_tell_the_section(active) -> None:
    for line, mode in (
        ("conf t", "config"),
        ("int g1/1", "config-if"),
        ("group-policy DfltGrpPolicy attributes", "config-group-policy"),
        ("webvpn", "config-group-webvpn"),
        ("call-home", "cfg-call-home"),
        ("exit", "config"),
    ):
        assert active(line) == ""
        assert active.prompt.endswith(f"({mode})# "), line


def test_shortened_lines_stand_written_out_on_both_units(world, active) -> None:
    for line in ("conf t", "int g1/3", "nam dmz", "ip add 10.7.0.1 255.255.255.0", "no shut"):
        active(line)
    for unit in (world.primary, world.secondary):
        dmz = unit.settings.interface("dmz")
        assert dmz is not None
        assert dmz.address == "10.7.0.1"
        assert not dmz.shutdown


def test_a_port_that_the_chassis_has_not_is_invalid_input(world) -> None:
    with pytest.raises(InvalidInput):
        replication.type_in(world.pair, PRIMARY, (), "interface g9/9")
    assert replication.type_in(world.pair, PRIMARY, (), "interface g1/3.20").section


def test_clearing_a_part_of_the_configuration_clears_it_on_both_units(world, active) -> None:
    active("conf t")
    active("access-list X permit ip any any")
    assert any(line.startswith("access-list") for line in world.secondary.running)
    active("clear configure access-list X")
    for unit in (world.primary, world.secondary):
        assert not any(line.startswith("access-list") for line in unit.running)


def test_a_password_is_kept_as_a_hash_and_the_same_on_both_units(world, active) -> None:
    active("conf t")
    active("username bob password hunter2 privilege 15")
    own = [line for line in world.primary.running if line.startswith("username bob ")]
    assert own == [line for line in world.secondary.running if line.startswith("username bob ")]
    assert "hunter2" not in own[0]


def test_the_encryption_of_passwords_is_no_password(world) -> None:
    replication.configure(world.pair, PRIMARY, (), "password encryption aes")
    assert "password encryption aes" in world.primary.running


# ── what flows ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "flows"),
    [
        ("hostname other", True),
        ("boot system disk0:/x.bin", True),
        ("failover polltime unit 2 holdtime 6", True),
        ("failover lan unit primary", False),
        ("pager lines 0", False),
        ("firewall transparent", False),
    ],
)
def test_what_each_unit_keeps_for_itself_does_not_flow(world, line: str, flows: bool) -> None:
    replication.configure(world.pair, PRIMARY, (), line)
    assert (line in world.secondary.running) is flows
    assert line in world.primary.running


def test_what_is_typed_on_a_standby_stays_there(world, standby) -> None:
    standby("configure terminal")
    standby("hostname astray")
    assert world.secondary.settings.hostname == "astray"
    assert world.primary.settings.hostname != "astray"
    differ = [configuration.show_checksum(world.pair, u) for u in (PRIMARY, SECONDARY)]
    assert differ[0] != differ[1]


def test_a_refused_line_changes_nothing_on_either_unit(world) -> None:
    before = [unit.running for unit in world.pair.units]
    with pytest.raises(ConfigFault):
        replication.configure(world.pair, PRIMARY, (), "failover key two words")
    assert [unit.running for unit in world.pair.units] == before


def test_failover_settings_survive_a_switch_off_and_on(world) -> None:
    for line in ("no failover", "failover"):
        replication.configure(world.pair, PRIMARY, (), line)
    assert settings_of(world.primary.running) == world.primary.settings
    assert world.primary.settings.failover.enabled


def test_a_line_typed_while_the_standby_syncs_is_not_replicated_and_the_log_says_so(world) -> None:
    replication.configure(world.pair, PRIMARY, (), "logging enable")
    replication.configure(world.pair, PRIMARY, (), "logging buffered informational")
    replication.write_standby(world.pair, PRIMARY)
    world.pair.advance(world.pair.now + 5_000)
    replication.configure(world.pair, PRIMARY, (), "hostname while-syncing")
    told = [line.text for line in world.primary.log if line.number == 709_008]
    assert told == [
        (
            "(Primary) Configuration sync in progress. Command: 'hostname while-syncing' executed "
            "from terminal will not be replicated to or executed by the standby unit."
        )
    ]
