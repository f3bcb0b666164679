"""What a unit makes of a startup-config: the guide's rules, real configurations, typed lines."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upgrader.emulator.config import (
    ConfigFault,
    InvalidInput,
    apply_line,
    for_unit,
    image_version,
    masked,
    not_modelled,
    numbered_lines,
    package_platform,
    package_version,
    printed,
    read_lines,
    read_settings,
    section,
    settings_of,
    type_line,
)
from upgrader.emulator.settings import Settings

CAPTURES = Path(__file__).resolve().parents[1].parent / "shared" / "captures"
FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "configs"

PAIR = """\
hostname fw
interface GigabitEthernet0/0
 nameif inside
 ip address 10.0.0.1 255.255.255.0 standby 10.0.0.2
interface GigabitEthernet0/6
 description LAN Failover Interface
interface GigabitEthernet0/7
 description STATE Failover Interface
failover
failover lan unit primary
failover lan interface FOLINK GigabitEthernet0/6
failover key secret
failover link STATE GigabitEthernet0/7
failover interface ip FOLINK 172.16.0.1 255.255.255.252 standby 172.16.0.2
failover interface ip STATE 172.16.0.5 255.255.255.252 standby 172.16.0.6
"""


def settings(text: str) -> Settings:
    return read_settings(read_lines(text))


def fault(text: str) -> ConfigFault:
    with pytest.raises(ConfigFault) as caught:
        settings(text)
    return caught.value


def changed(old: str, new: str) -> str:
    assert old in PAIR
    return PAIR.replace(old, new)


def typed(*lines: str, start: str = PAIR) -> tuple[tuple[str, ...], tuple[str, ...]]:
    now = read_lines(start)
    where: tuple[str, ...] = ()
    for line in lines:
        now, where = apply_line(now, where, line)
    return now, where


# ── the guide's rules for setting failover up ──────────────────────────────────────────


def test_a_pair_set_up_as_the_guide_says_is_accepted() -> None:
    failover = settings(PAIR).failover
    assert failover.enabled
    assert (failover.unit, failover.lan_name, failover.lan_port) == (
        "primary",
        "FOLINK",
        "GigabitEthernet0/6",
    )
    assert failover.addresses[0] == ("FOLINK", "172.16.0.1", "255.255.255.252", "172.16.0.2")
    assert (failover.poll_ms, failover.hold_ms) == (1_000, 15_000)


@pytest.mark.parametrize("secret", ["a", "x" * 63, "Tr1ckle-down_of!?#hellos", "*****"])
def test_a_shared_secret_is_1_to_63_letters_digits_or_punctuation(secret: str) -> None:
    assert settings(changed("key secret", f"key {secret}")).failover.key == secret


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("failover key " + "x" * 64, "has 64 characters"),
        ("failover key two words", "holds a blank"),
        ("failover key", "is missing"),
        ("failover key schlüssel", "holds 'ü'"),
        ("failover key hex " + "a" * 31, "has 31 characters"),
        ("failover key hex " + "a" * 33, "has 33 characters"),
        ("failover key hex " + "a" * 31 + "g", "'g', which is no hexadecimal digit"),
        ("failover key hex", "has 0 characters"),
    ],
)
def test_a_wrong_key_is_refused_with_the_reason_and_is_not_printed(line: str, problem: str) -> None:
    found = fault(changed("failover key secret", line))
    assert problem in found.problem
    assert found.number == 12
    assert "1 to 63" in found.expected
    assert "exactly 32 hexadecimal digits" in found.expected
    assert "xxxx" not in str(found)
    assert "aaaa" not in str(found)


def test_a_hex_key_is_exactly_32_hexadecimal_digits() -> None:
    failover = settings(changed("key secret", "key hex " + "0123456789ABCDEF" * 2)).failover
    assert failover.key == "0123456789abcdef" * 2
    assert failover.key_is_hex


@pytest.mark.parametrize(
    "line",
    [
        "nameif backup",
        "ip address 10.9.0.1 255.255.255.0",
        "ipv6 address 2001:db8::1/64",
        "security-level 50",
        "channel-group 1 mode active",
    ],
)
def test_the_failover_interface_must_be_otherwise_unconfigured(line: str) -> None:
    found = fault(changed(" description LAN Failover Interface", f" {line}"))
    assert "failover interface" in found.problem
    assert found.line == line
    assert found.number == 6


def test_a_subinterface_of_the_failover_interface_carries_no_data_either() -> None:
    text = changed(
        "interface GigabitEthernet0/7", "interface GigabitEthernet0/6.10\n nameif dmz\n"
        "interface GigabitEthernet0/7"
    )  # fmt: skip
    assert "GigabitEthernet0/6.10 is a failover interface" in fault(text).problem


def test_description_speed_duplex_and_no_shutdown_do_not_configure_the_failover_interface() -> None:
    harmless = " description LAN\n speed 1000\n duplex full\n no shutdown\n no nameif"
    assert settings(changed(" description LAN Failover Interface", harmless)).failover.enabled


def test_a_logical_name_is_not_the_name_of_a_data_interface() -> None:
    assert "nameif" in fault(PAIR.replace("FOLINK", "inside")).problem


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("failover lan unit primary", "has no role"),
        ("failover lan interface FOLINK GigabitEthernet0/6", "without a dedicated interface"),
        (
            "failover interface ip FOLINK 172.16.0.1 255.255.255.252 standby 172.16.0.2",
            "FOLINK has no addresses",
        ),
        (
            "failover interface ip STATE 172.16.0.5 255.255.255.252 standby 172.16.0.6",
            "STATE has no addresses",
        ),
    ],
)
def test_what_failover_needs_is_missed_only_once_it_is_enabled(line: str, problem: str) -> None:
    assert problem in fault(changed(line + "\n", "")).problem
    assert not settings(
        changed(line + "\n", "").replace("failover\n", "no failover\n", 1)
    ).failover.enabled


def test_the_state_link_may_share_the_failover_interface() -> None:
    shared = changed(
        "failover link STATE GigabitEthernet0/7", "failover link FOLINK GigabitEthernet0/6"
    )
    assert settings(shared).failover.link_name == "FOLINK"
    by_name = shared.replace("failover link FOLINK GigabitEthernet0/6", "failover link FOLINK")
    assert settings(by_name).failover.link_name == "FOLINK"


@pytest.mark.parametrize(
    "line", ["failover link STATE GigabitEthernet0/6", "failover link FOLINK GigabitEthernet0/7"]
)
def test_sharing_the_failover_interface_means_its_name_and_its_port(line: str) -> None:
    assert "state link" in fault(changed("failover link STATE GigabitEthernet0/7", line)).problem


@pytest.mark.parametrize(
    ("addresses", "problem"),
    [
        ("172.16.0.1 255.255.255.252", "standby address is missing"),
        ("172.16.0.1 255.255.255.252 standby 172.16.0.1", "both 172.16.0.1"),
        ("172.16.0.1 255.255.255.252 standby 172.16.0.9", "does not lie in 172.16.0.0/30"),
        ("172.16.0.1 255.0.255.0 standby 172.16.0.2", "no address with a mask"),
        ("172.16.0.300 255.255.255.252 standby 172.16.0.2", "no address with a mask"),
        ("172.16.0.1", "is missing"),
    ],
)
def test_the_link_has_two_addresses_in_one_network(addresses: str, problem: str) -> None:
    good = "172.16.0.1 255.255.255.252 standby 172.16.0.2"
    assert problem in fault(changed(good, addresses)).problem


def test_the_link_may_have_ipv6_addresses() -> None:
    good = "172.16.0.1 255.255.255.252 standby 172.16.0.2"
    text = changed(good, "2001:db8::1/64 standby 2001:db8::2")
    assert settings(text).failover.addresses[0] == ("FOLINK", "2001:db8::1", "/64", "2001:db8::2")


def test_a_data_interface_has_its_standby_address_in_its_network() -> None:
    found = fault(changed("standby 10.0.0.2", "standby 10.0.1.2"))
    assert "does not lie in 10.0.0.0/24" in found.problem


@pytest.mark.parametrize(
    ("line", "poll_ms", "hold_ms"),
    [
        ("failover polltime unit 2 holdtime 6", 2_000, 6_000),
        ("failover polltime 2 holdtime 6", 2_000, 6_000),
        ("failover polltime unit msec 200 holdtime msec 800", 200, 800),
        ("failover polltime unit msec 500 holdtime 3", 500, 3_000),
        ("failover polltime unit 10", 10_000, 30_000),
    ],
)
def test_polltimes_are_read(line: str, poll_ms: int, hold_ms: int) -> None:
    failover = settings(PAIR + line).failover
    assert (failover.poll_ms, failover.hold_ms) == (poll_ms, hold_ms)


@pytest.mark.parametrize(
    "line",
    [
        "failover polltime unit 16 holdtime 45",
        "failover polltime unit msec 199 holdtime 3",
        "failover polltime unit 1 holdtime 46",
        "failover polltime unit 5 holdtime 14",
        "failover polltime interface 5 holdtime 24",
        "failover polltime interface 5 holdtime 76",
        "failover polltime unit soon",
        "failover interface-policy 0",
        "failover interface-policy 251",
        "failover interface-policy 101%",
        "failover replication rate 8340",
        "failover replication rate 50001",
        "failover timeout 1193:0:1",
        "failover timeout 0:60:0",
        "failover mac address GigabitEthernet0/0 0050.5600.0001",
        "failover mac address GigabitEthernet0/0 0050.5600.0001 0050.5600.0001",
        "failover mac address GigabitEthernet0/0 0150.5600.0001 0050.5600.0002",
    ],
)
def test_times_and_policies_out_of_range_are_refused(line: str) -> None:
    assert fault(PAIR + line).number == 16


def test_an_active_active_configuration_is_refused() -> None:
    assert "Active/Active" in fault(PAIR + "failover group 1\n primary\n").problem


def test_at_most_four_images_can_be_booted() -> None:
    lines = "".join(f"boot system disk0:/asa{n}.bin\n" for n in range(5))
    assert len(settings(lines.rsplit("boot", 1)[0]).boot) == 4
    assert fault(lines).expected == "at most 4 `boot system` lines"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("ip local pool VPN 10.0.0.9-10.0.0.1", "lies behind"),
        ("ip local pool VPN 10.0.0.x-10.0.0.9", "no IPv4 address"),
        ("ip local pool VPN", "incomplete"),
        ("ip local pool A 10.0.0.1-10.0.0.9\nip local pool A 10.0.1.1-10.0.1.9", "already"),
    ],
)
def test_a_pool_that_cannot_be_is_refused(line: str, problem: str) -> None:
    assert problem in fault(line).problem


# ── text ───────────────────────────────────────────────────────────────────────────────


def test_a_pasted_show_running_config_is_read_without_its_frame() -> None:
    pasted = (
        "fw/pri/act# show running-config\r\n: Saved\r\n\r\n: \r\n: Serial Number: JAD1\r\n"
        ": Hardware:   ASA5516\r\n:\r\nASA Version 9.12(4) \r\n!\r\nhostname fw\r\n"
        "<--- More --->\r              \rinterface Management1/1\r\n management-only\r\n"
        "!\r\nCryptochecksum:c4c58b75ea6ca884235cc59e05d6f114\r\n: end\r\nfw/pri/act#"
    )
    expected = ("hostname fw", "interface Management1/1", " management-only")
    assert read_lines(pasted) == expected


def test_lines_keep_their_numbers_in_the_file() -> None:
    assert numbered_lines("! a comment\n\nhostname fw\n") == ((3, "hostname fw"),)


def test_indentation_becomes_one_blank_a_level() -> None:
    text = (
        "policy-map type inspect dns x\n   parameters\n      message-length maximum 512\nhostname y"
    )
    assert read_lines(text) == (
        "policy-map type inspect dns x",
        " parameters",
        "  message-length maximum 512",
        "hostname y",
    )


@pytest.mark.slow
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_any_text_is_read_into_settings_or_one_fault(text: str) -> None:
    lines = read_lines(text)
    try:
        read_settings(lines)
    except ConfigFault as found:
        assert found.problem  # noqa: PT017  either outcome is allowed


@pytest.mark.slow
@given(st.lists(st.sampled_from(PAIR.splitlines()), max_size=20))
def test_a_configuration_with_lines_in_any_order_is_read_or_one_fault(lines: list[str]) -> None:
    try:
        read_settings(read_lines("\n".join(lines)))
    except ConfigFault as found:
        assert found.number is not None  # noqa: PT017  either outcome is allowed


# ── real configurations ────────────────────────────────────────────────────────────────

REAL = [
    *sorted((CAPTURES / "configs").glob("*.txt")),
    *sorted((CAPTURES / "oxidized").glob("*_output.txt")),
]


@pytest.mark.skipif(not REAL, reason="the captures lie beside the project, not in a clone")
def test_every_captured_configuration_is_accepted_and_reads_the_same_when_shown_again() -> None:
    assert len(REAL) == 4
    for path in REAL:
        lines = read_lines(path.read_text())
        assert read_lines("\n".join(printed(lines))) == lines, path.name
        shown = tuple(masked(line) for line in printed(lines))
        again = read_lines("\n".join(shown))
        assert read_settings(again) == read_settings(lines), path.name
        assert tuple(masked(line) for line in printed(again)) == shown


@pytest.mark.skipif(not REAL, reason="the captures lie beside the project, not in a clone")
def test_a_real_pair_is_understood() -> None:
    path = CAPTURES / "configs" / "asav_9.8.2_failover_pair_running-config_excerpt.txt"
    lines = read_lines(path.read_text())
    failover = read_settings(lines).failover
    assert (failover.enabled, failover.unit, failover.replicates_http) == (True, "secondary", True)
    assert failover.link_name == failover.lan_name == "failover"
    outside = read_settings(lines).interface("outside2")
    assert outside is not None
    assert outside.standby == "192.168.255.130"
    shown = [line for line in path.read_text().splitlines() if line.startswith("failover")]
    assert list(section(lines, "failover")) == shown


@pytest.mark.skipif(not REAL, reason="the captures lie beside the project, not in a clone")
def test_a_real_remote_access_configuration_is_understood() -> None:
    lines = read_lines(
        (CAPTURES / "configs" / "asav_9.3.1_anyconnect_full_running-config.txt").read_text()
    )
    found = read_settings(lines)
    assert found.webvpn.packages[0].path.endswith("anyconnect-win-4.5.05030-webdeploy-k9.pkg")
    assert found.webvpn.enabled_on == ("Outside",)
    assert found.pools[0].last - found.pools[0].first == 100
    assert found.group_policies[0].pools == ("sslpool",)
    kept = not_modelled(lines)
    assert "router bgp 100" in kept
    assert not any(line.startswith(("hostname", "ip local pool", "webvpn")) for line in kept)


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.cfg")), ids=lambda p: p.stem)
def test_every_configuration_of_ours_is_whole(path: Path) -> None:
    lines = read_lines(path.read_text())
    found = read_settings(lines)
    assert found.failover.enabled
    assert found.management is not None
    for role in ("primary", "secondary"):
        assert read_settings(for_unit(lines, role)).failover.unit == role


# ── typed lines ────────────────────────────────────────────────────────────────────────


def test_the_boot_list_of_the_real_upgrade_is_rewritten_as_it_was_typed() -> None:
    """The real 9.2(2)4 → 9.5(2) transcript, 2016."""
    now, where = typed(
        "no boot system disk0:/asa922-4-smp-k8.bin",
        "boot system disk0:/asa952-smp-k8.bin",
        "boot system disk0:/asa922-4-smp-k8.bin",
        "asdm image disk0:/asdm-752.bin",
        start=PAIR + "boot system disk0:/asa922-4-smp-k8.bin\nasdm image disk0:/asdm-722.bin\n",
    )
    assert where == ()
    assert section(now, "boot system") == (
        "boot system disk0:/asa952-smp-k8.bin",
        "boot system disk0:/asa922-4-smp-k8.bin",
    )
    assert section(now, "asdm") == ("asdm image disk0:/asdm-752.bin",)


def test_a_fifth_boot_line_is_refused_and_a_repeated_one_changes_nothing() -> None:
    four = [f"boot system disk0:/asa{n}.bin" for n in range(4)]
    now, _ = typed(*four)
    assert apply_line(now, (), four[0])[0] == now
    with pytest.raises(ConfigFault, match="ERROR: at most 4"):
        apply_line(now, (), "boot system disk0:/asa9.bin")
    one, _ = typed(four[0])
    with pytest.raises(ConfigFault, match="ERROR: at most 1"):
        apply_line(one, (), four[1], boot_limit=1)


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("hostname other", "hostname"),
        ("failover lan unit secondary", "failover lan unit"),
        ("failover key another", "failover key"),
        ("failover link FOLINK GigabitEthernet0/6", "failover link"),
    ],
)
def test_a_line_with_one_value_replaces_the_one_that_stood_there(line: str, word: str) -> None:
    now, _ = typed(line)
    assert [x for x in now if x.startswith(word)] == [line]
    assert len(now) == len(read_lines(PAIR))


def test_taking_away_what_is_not_there_is_an_error() -> None:
    with pytest.raises(ConfigFault, match=r"^ERROR: boot system disk0:/x does not exist$"):
        typed("no boot system disk0:/x")


def test_failover_is_switched_off_and_on_by_one_line() -> None:
    off, _ = typed("no failover")
    assert "no failover" in off
    assert not read_settings(off).failover.enabled
    assert apply_line(off, (), "no failover")[0] == off
    assert apply_line(off, (), "failover")[0] == read_lines(PAIR)


def test_failover_that_is_typed_before_its_set_up_waits_for_it() -> None:
    """A real 9.2 console takes `failover` first, and so does whoever pastes a configuration."""
    said = type_line(("hostname fw",), (), "failover")
    assert "the unit has no role" in said.remark
    assert not settings_of(said.lines).failover.enabled
    now, _ = typed(*(line for line in PAIR.splitlines() if line.startswith("failover ")))
    assert settings_of(now).failover.enabled


def test_what_failover_needs_cannot_be_taken_away_while_it_is_enabled() -> None:
    for line in ("no failover lan unit", "no failover lan interface", "no failover interface ip"):
        with pytest.raises(ConfigFault, match=r"^ERROR: "):
            typed(f"{line} FOLINK" if line.endswith("ip") else line)
    off, _ = typed("no failover", "no failover lan interface")
    assert settings_of(off).failover.lan_name is None


def test_a_port_that_becomes_the_failover_interface_loses_what_made_it_carry_data() -> None:
    now, _ = typed("failover lan interface FOLINK GigabitEthernet0/0", start=PAIR)[0:2]
    assert read_settings(now).interface("inside") is None


def test_a_section_is_entered_left_and_changed() -> None:
    now, where = typed("webvpn", "enable inside", "anyconnect enable")
    assert where == ("webvpn",)
    now, where = apply_line(now, where, "anyconnect image disk0:/anyconnect-win-4.10.1-k9.pkg 1")
    assert section(now, "webvpn") == (
        "webvpn",
        " enable inside",
        " anyconnect image disk0:/anyconnect-win-4.10.1-k9.pkg 1",
        " anyconnect enable",
    )
    now, where = apply_line(now, where, "hostname gateway")
    assert where == ()
    assert read_settings(now).hostname == "gateway"
    now, where = apply_line(now, ("webvpn",), "exit")
    assert where == ()


def test_an_interface_is_shut_and_opened_again() -> None:
    shut, where = typed("interface GigabitEthernet0/0", "shutdown")
    inside = read_settings(shut).interface("inside")
    assert inside is not None
    assert inside.shutdown
    assert apply_line(shut, where, "no shutdown")[0] == read_lines(PAIR)
    assert apply_line(read_lines(PAIR), where, "no shutdown")[0] == read_lines(PAIR)


def test_an_interface_is_left_unmonitored_until_it_is_monitored_again() -> None:
    now, _ = typed("no monitor-interface inside")
    assert read_settings(now).failover.not_monitored == ("inside",)
    now, _ = apply_line(now, (), "monitor-interface inside")
    assert read_settings(now).failover.not_monitored == ()


def test_what_no_mode_knows_is_invalid_input() -> None:
    for line in ("frobnicate", "nameif inside", "anyconnect enable"):
        with pytest.raises(InvalidInput):
            typed(line)


def test_keys_are_masked_wherever_they_are_shown() -> None:
    lines = read_lines(changed("key secret", "key hex " + "a1" * 16))
    assert "failover key *****" in section(lines, "failover")
    assert masked(" ikev1 pre-shared-key hunter2") == " ikev1 pre-shared-key *****"


# ── names of files ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "version"),
    [
        ("disk0:/asa9-16-4-lfbff-k8.SPA", "9.16(4)"),
        ("disk0:/asa9-16-3-19-lfbff-k8.SPA", "9.16(3)19"),
        ("disk0:/asa952-smp-k8.bin", "9.5(2)"),
        ("asa922-4-smp-k8.bin", "9.2(2)4"),
        ("disk0:/asa982-lfbff-k8.SPA", "9.8(2)"),
        ("disk0:/asa9-12-4-67-smp-k8.bin", "9.12(4)67"),
        ("disk0:/cisco-asa-fp2k.9.20.2.SPA", "9.20(2)"),
        ("disk0:/asdm-752.bin", None),
        ("disk0:/anyconnect-win-4.10.07061-webdeploy-k9.pkg", None),
    ],
)
def test_an_image_is_known_by_its_name(path: str, version: str | None) -> None:
    assert image_version(path) == version


def test_a_package_is_known_by_its_name() -> None:
    path = "disk0:/anyconnect-macos-4.10.07061-webdeploy-k9.pkg"
    assert (package_platform(path), package_version(path)) == ("macos", "4,10,07061")
    assert package_platform("disk0:/anyconnect-macosx-i386-4.2.01035-k9.pkg") == "macos"
    assert package_platform("disk0:/asa952-smp-k8.bin") is None


@pytest.mark.parametrize("spelt", ["flash:/x.bin", "disk0:x.bin", "DISK0:/x.bin", "x.bin"])
def test_a_pasted_path_is_kept_as_the_device_keeps_it(spelt: str) -> None:
    lines = (f"boot system {spelt}", f"asdm image {spelt}", f" anyconnect image {spelt} 1")
    kept = [line.lstrip() for line in read_lines("\n".join(lines))]
    assert kept == [line.lstrip().replace(spelt, "disk0:/x.bin") for line in lines]


def test_a_boot_line_from_the_network_stays_as_it_is() -> None:
    assert read_lines("boot system tftp://192.0.2.1/x.bin") == (
        "boot system tftp://192.0.2.1/x.bin",
    )
