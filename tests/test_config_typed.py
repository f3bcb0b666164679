"""Lines as people type them: shortened, in sections, refused, remarked upon, taken away."""

import pytest

from upgrader.emulator.config import (
    ConfigFault,
    InvalidInput,
    Typed,
    prompt_of,
    read_lines,
    section,
    settings_of,
    type_line,
)

Lines = tuple[str, ...]

PAIR = """\
hostname fw
interface GigabitEthernet0/0
 nameif inside
 security-level 100
 ip address 10.0.0.1 255.255.255.0 standby 10.0.0.2
interface GigabitEthernet0/6
 description LAN/STATE Failover Interface
failover
failover lan unit primary
failover lan interface FO GigabitEthernet0/6
failover key secret
failover link FO GigabitEthernet0/6
failover interface ip FO 172.16.0.1 255.255.255.252 standby 172.16.0.2
"""


def typed(*lines: str, start: str = "") -> Typed:
    now = Typed(read_lines(start), (), "")
    for line in lines:
        now = type_line(now.lines, now.section, line)
    return now


# ── shortened words ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "full"),
    [
        ("hostn fw", "hostname fw"),
        ("int g0/0", "interface GigabitEthernet0/0"),
        ("interface gigabitethernet 0/1.10", "interface GigabitEthernet0/1.10"),
        ("int m0/0", "interface Management0/0"),
        ("int te0/8", "interface TenGigabitEthernet0/8"),
        ("int po1", "interface Port-channel1"),
        ("boot sys flash:/x.bin", "boot system disk0:/x.bin"),
        ("no monitor inside", "no monitor-interface inside"),
        ("fail poll unit ms 500 hold 3", "failover polltime unit msec 500 holdtime 3"),
        ("pager 0", "pager lines 0"),
        ("logging buffered 6", "logging buffered informational"),
        ("access-l IN permit ip any any", "access-list IN extended permit ip any any"),
        ("route outside 0 0 192.0.2.1", "route outside 0 0 192.0.2.1"),
    ],
)
def test_shortened_words_are_written_out(line: str, full: str) -> None:
    assert typed(line).line == full


def test_a_section_is_configured_in_short_words() -> None:
    now = typed("int g0/1", "nam inside", "ip add 10.1.0.1 255.255.255.0 stand 10.1.0.2", "shut")
    assert now.lines == (
        "interface GigabitEthernet0/1",
        " shutdown",
        " nameif inside",
        " security-level 100",
        " ip address 10.1.0.1 255.255.255.0 standby 10.1.0.2",
    )
    assert " shutdown" not in type_line(now.lines, now.section, "no shut").lines


def test_a_word_that_could_be_several_is_ambiguous() -> None:
    with pytest.raises(ConfigFault, match=r'Ambiguous command:  "logging buff"'):
        typed("logging buff 6")


def test_the_blanks_of_prose_are_the_writers() -> None:
    now = typed("banner motd    *   keep out   *", "int g0/0", "desc  to   the   core")
    assert "banner motd    *   keep out   *" in now.lines
    assert " description to   the   core" in now.lines


# ── modes ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("lines", "prompt"),
    [
        (("int g0/0",), "config-if"),
        (("int g0/0.10",), "config-subif"),
        (("webvpn",), "config-webvpn"),
        (("webvpn", "cache"), "config-webvpn-cache"),
        (("group-policy A internal", "group-policy A attributes"), "config-group-policy"),
        (("group-policy A internal", "group-policy A attr", "webvpn"), "config-group-webvpn"),
        (("tunnel-group A type remote", "tunnel-group A gen"), "config-tunnel-general"),
        (("tunnel-group A type remote", "tunnel-group A webvpn"), "config-tunnel-webvpn"),
        (("tunnel-group A type remote", "tunnel-group A ipsec"), "config-tunnel-ipsec"),
        (("object network A",), "config-network-object"),
        (("object service A",), "config-service-object"),
        (("object-group network A",), "config-network-object-group"),
        (("object-group service A",), "config-service-object-group"),
        (("object-group service A tcp",), "config-service-object-group"),
        (("object-group icmp-type A",), "config-icmp-object-group"),
        (("class-map A",), "config-cmap"),
        (("policy-map A",), "config-pmap"),
        (("policy-map A", "class B"), "config-pmap-c"),
        (("policy-map type inspect dns A", "parameters"), "config-pmap-p"),
        (("aaa-server A protocol radius",), "config-aaa-server-group"),
        (("aaa-server A (inside) host 192.0.2.1",), "config-aaa-server-host"),
        (("username a password b", "username a attributes"), "config-username"),
        (("router ospf 1",), "config-router"),
        (("router bgp 1", "address-family ipv4 unicast"), "config-router-af"),
        (("time-range A",), "config-time-range"),
        (("crypto ca trustpoint A",), "config-ca-trustpoint"),
        (("crypto ca certificate chain A",), "config-ca-cert-chain"),
        (("crypto ca cert chain A", "certificate 01"), "config-pubkey"),
        (("crypto ikev1 policy 10",), "config-ikev1-policy"),
        (("dns server-group A",), "config-dns-server-group"),
        (("call-home",), "cfg-call-home"),
        (("call-home", "profile A"), "cfg-call-home-profile"),
    ],
)
def test_each_section_has_its_prompt(lines: Lines, prompt: str) -> None:
    assert prompt_of(typed(*lines).section) == prompt


def test_a_line_of_a_mode_above_leaves_the_section() -> None:
    now = typed("policy-map A", "class B", "inspect ftp", "class C", "inspect sip", "hostname x")
    assert now.section == ()
    assert section(now.lines, "policy-map") == (
        "policy-map A",
        " class B",
        "  inspect ftp",
        " class C",
        "  inspect sip",
    )


def test_what_no_mode_knows_is_refused_in_every_mode_that_is_known() -> None:
    for opener in ("hostname x", "int g0/0", "webvpn", "object network A"):
        with pytest.raises(InvalidInput):
            typed(opener, "frobnicate all")


def test_a_certificate_is_kept_as_it_was_pasted() -> None:
    pasted = ("30820345 308202ef a0030201", "02022957 3d5ff010", "30820345 308202ef a0030201")
    asked = typed("crypto ca certificate chain TP", "certificate 29573d5f")
    assert asked.remark == "Enter the certificate in hexadecimal representation....\n"
    now = typed("crypto ca certificate chain TP", "certificate 29573d5f", *pasted)
    assert now.lines[2:] == tuple(f"  {line}" for line in pasted), "even what stands twice"
    after = type_line(now.lines, now.section, "quit")
    assert after.section == ("crypto ca certificate chain TP",)
    assert type_line(after.lines, after.section, "hostname fw").section == ()


def test_an_objects_translation_is_printed_far_below_it() -> None:
    now = typed("object network A", "host 10.0.0.5", "nat (inside,outside) static 192.0.2.5")
    now = type_line(now.lines, now.section, "pager lines 30")
    assert now.lines == (
        "object network A",
        " host 10.0.0.5",
        "pager lines 30",
        "object network A",
        " nat (inside,outside) static 192.0.2.5",
    )
    gone = typed("no object network A", start="\n".join(now.lines))
    assert gone.lines == ("pager lines 30",)


# ── taken away ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "gone"),
    [
        ("no username bob", "username bob"),
        ("no group-policy GP", "group-policy GP"),
        ("no ip local pool VPN", "ip local pool VPN"),
        ("no logging buffered", "logging buffered"),
        ("no crypto ikev1 policy 10", "crypto ikev1 policy"),
        ("clear configure access-list", "access-list"),
        ("clear conf crypto", "crypto"),
        ("no access-list IN", "access-list IN"),
    ],
)
def test_no_and_clear_configure_take_away_all_that_is_meant(line: str, gone: str) -> None:
    start = """\
ip local pool VPN 10.1.0.1-10.1.0.9 mask 255.255.255.0
access-list IN extended permit ip any any
access-list IN extended deny ip any any log
logging buffered informational
crypto ikev1 policy 10
 hash sha
group-policy GP internal
group-policy GP attributes
 vpn-idle-timeout 10
username bob password x encrypted
username bob attributes
 service-type admin
"""
    left = typed(line, start=start).lines
    assert not any(kept.startswith(gone) for kept in left)
    assert len(left) < len(read_lines(start))
    assert typed("clear configure all", start=start).lines == ()


def test_one_entry_of_an_access_list_is_taken_away_and_another_put_between() -> None:
    start = "access-list IN extended permit ip any any\naccess-list IN extended deny ip any any"
    now = typed("access-list IN line 2 permit tcp any any", start=start)
    assert now.lines[1] == "access-list IN extended permit tcp any any"
    left = type_line(now.lines, (), "no access-list IN extended permit ip any any").lines
    assert left == (now.lines[1], "access-list IN extended deny ip any any")


@pytest.mark.parametrize("line", ["snmp-server location", "asdm history enable", "failover"])
def test_some_negatives_are_lines_of_their_own(line: str) -> None:
    assert f"no {line}" in typed(f"no {line}").lines


# ── the guide's rules for setting failover up, when typed ──────────────────────────────


@pytest.mark.parametrize("line", ["speed 1000", "duplex full", "speed auto", "no speed"])
def test_speed_and_duplex_of_the_failover_interface_stay_while_failover_is_on(line: str) -> None:
    with pytest.raises(ConfigFault, match="while failover is enabled"):
        typed("int g0/6", line, start=PAIR)
    assert typed("no failover", "int g0/6", line, start=PAIR).section
    assert typed("int g0/0", line, start=PAIR).section


@pytest.mark.parametrize(
    "line", ["nameif backup", "ip address 10.9.0.1 255.255.255.0", "security-level 5"]
)
def test_a_failover_interface_cannot_be_edited_elsewhere(line: str) -> None:
    for opener in ("int g0/6", "int g0/6.5"):
        with pytest.raises(ConfigFault, match="is a failover interface"):
            typed("no failover", opener, line, start=PAIR)


def test_a_failover_interface_may_be_shut_opened_and_described() -> None:
    now = typed("int g0/6", "shutdown", "description to the mate", start=PAIR)
    assert settings_of(now.lines).is_shut("GigabitEthernet0/6")
    assert not settings_of(typed("int g0/6", "no shut", start=PAIR).lines).is_shut("x")


def test_a_port_that_failover_takes_is_cleared_and_described_and_the_device_says_so() -> None:
    now = typed("fail lan int FO g0/0", start="\n".join(read_lines(PAIR)[:5]))
    assert now.remark == (
        "INFO: Non-failover interface config is cleared on GigabitEthernet0/0 and its "
        "sub-interfaces\n"
    )
    assert section(now.lines, "interface") == (
        "interface GigabitEthernet0/0",
        " description LAN Failover Interface",
    )
    both = type_line(now.lines, (), "failover link FO GigabitEthernet0/0")
    assert " description LAN/STATE Failover Interface" in both.lines


@pytest.mark.parametrize(
    ("name", "level"), [("inside", 100), ("Inside", 100), ("outside", 0), ("dmz", 0)]
)
def test_a_named_interface_gets_a_security_level_and_the_device_says_so(
    name: str, level: int
) -> None:
    now = typed("int g0/1", f"nameif {name}")
    assert now.remark == f'INFO: Security level for "{name}" set to {level} by default.\n'
    assert f" security-level {level}" in now.lines


def test_packages_stand_in_the_order_that_their_lines_name() -> None:
    now = typed(
        "webvpn",
        "anyconnect enable",
        "anyconnect image disk0:/anyconnect-win-4.10.1-k9.pkg 2",
        "anyconnect image disk0:/anyconnect-macos-4.10.1-k9.pkg 1",
    )
    assert [line.split()[-1] for line in now.lines[1:]] == ["1", "2", "enable"]
    moved = type_line(now.lines, now.section, "anyconnect image anyconnect-win-4.10.1-k9.pkg 3")
    assert moved.lines.count(" anyconnect image disk0:/anyconnect-win-4.10.1-k9.pkg 3") == 1
    with pytest.raises(ConfigFault, match="has the order 1 already"):
        type_line(now.lines, now.section, "anyconnect image disk0:/other-k9.pkg 1")
