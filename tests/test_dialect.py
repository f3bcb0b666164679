"""The language: versions, prompts, refusals, kinds of lines, secrets, and readers under stress.

Screens of `show ip local pool`, `show webvpn anyconnect`, `show reload`, `show conn count` and
`vpn-sessiondb logoff` are synthetic: no capture of them was found, and Cisco's command reference
is their source.
"""

from collections.abc import Callable
from ipaddress import IPv4Address
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upgrader.dialect import commands
from upgrader.dialect.commands import LineKind, Verb, changing_lines, classify, verb_of
from upgrader.dialect.prompts import Prompt, read_prompt
from upgrader.dialect.refusals import refusal_in
from upgrader.dialect.replies.bootvar import read_bootvar
from upgrader.dialect.replies.config import read_configuration
from upgrader.dialect.replies.connections import read_conn_count
from upgrader.dialect.replies.digest import read_verify
from upgrader.dialect.replies.failover import read_show_failover
from upgrader.dialect.replies.failover_state import read_show_failover_state
from upgrader.dialect.replies.flash import read_dir
from upgrader.dialect.replies.history import read_show_failover_history
from upgrader.dialect.replies.packages import read_webvpn_anyconnect
from upgrader.dialect.replies.pool import read_pool
from upgrader.dialect.replies.reload import read_show_reload
from upgrader.dialect.replies.sessions import read_session_summary, read_sessions
from upgrader.dialect.replies.version import read_show_version
from upgrader.dialect.secrets import masked, secret_spans, without_known
from upgrader.dialect.versions import (
    asdm_version_in_file_name,
    family_of_hardware,
    image_family,
    read_version,
    version_in_file_name,
)
from upgrader.model.failover import FailoverState, Role
from upgrader.model.names import Serial
from upgrader.model.plan import (
    Backup,
    EvictSession,
    FailBack,
    Harvest,
    ReloadStandby,
    SaveConfiguration,
    SetAsdm,
    SetBootOrder,
    Step,
    SwitchOver,
)
from upgrader.model.version import Version
from upgrader.ports import Unparsed

# ── versions ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("spelling", "version"),
    [
        ("9.16(4)", Version(9, 16, 4)),
        ("9.16.4", Version(9, 16, 4)),
        ("9-16-4", Version(9, 16, 4)),
        ("9.2(2)4", Version(9, 2, 2, 4)),
        ("9.2.2.4", Version(9, 2, 2, 4)),
        ("9-12-4-67", Version(9, 12, 4, 67)),
        ("9.8(3)21 <context>", Version(9, 8, 3, 21)),
        (" 7.2(0)55 ", Version(7, 2, 0, 55)),
    ],
)
def test_a_version_is_read_in_every_spelling_that_people_use(
    spelling: str, version: Version
) -> None:
    assert read_version(spelling) == version


@pytest.mark.parametrize(
    "text", ["", "9", "9.16", "9.16(4", "latest", "9.16(4)x", "9,16,4", "v9.16.4"]
)
def test_what_is_no_version_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"like 9\.16\(4\)"):
        read_version(text)


@given(st.builds(Version, *[st.integers(0, 999)] * 4))
def test_a_version_is_read_back_as_it_is_spelled(version: Version) -> None:
    assert read_version(str(version)) == version


@pytest.mark.parametrize(
    ("path", "version", "family"),
    [
        ("disk0:/asa9-16-4-lfbff-k8.SPA", Version(9, 16, 4), "lfbff"),
        ("disk0:/asa952-smp-k8.bin", Version(9, 5, 2), "smp"),
        ("asa922-4-smp-k8.bin", Version(9, 2, 2, 4), "smp"),
        ("disk0:/asa982-lfbff-k8.SPA", Version(9, 8, 2), "lfbff"),
        ("asa951-lfbff-k8.spa", Version(9, 5, 1), "lfbff"),
        ("asa9-16-3-19-lfbff-k8.SPA", Version(9, 16, 3, 19), "lfbff"),
        ("asa9-14-2-14-smp-k8.bin", Version(9, 14, 2, 14), "smp"),
        ("boot:/asa952-204-smp-k8.bin", Version(9, 5, 2, 204), "smp"),
        ("(hd0,1)/asa964-36-smp-k8.bin", Version(9, 6, 4, 36), "smp"),
        ("boot:/asa9162-smp-k8.bin", Version(9, 16, 2), "smp"),
        ("cisco-asa-fp2k.9.20.2.SPA", Version(9, 20, 2), "fp2k"),
        ("disk0:/images/cisco-asa-fp1k.9.16.3.19.SPA", Version(9, 16, 3, 19), "fp1k"),
        ("asa917-32-k8.bin", Version(9, 1, 7, 32), None),
        ("asa9812-smp-k8.bin", None, "smp"),
        ("asa98-smp-k8.bin", None, "smp"),
        ("asdm-7161.bin", None, None),
        ("cdisk.bin", None, None),
        ("", None, None),
    ],
)
def test_an_images_name_tells_its_release_and_hardware_unless_it_can_be_read_in_two_ways(
    path: str, version: Version | None, family: str | None
) -> None:
    assert version_in_file_name(path) == version
    assert image_family(path) == family


@pytest.mark.parametrize(
    ("hardware", "family"),
    [
        ("ASA5516", "lfbff"),
        ("ISA-3000-2C2F", "lfbff"),
        ("ASA5512", "smp"),
        ("ASA5585-SSP-10", "smp"),
        ("ASAv", "smp"),
        ("FPR-1010", "fp1k"),
        ("FPR-2130", "fp2k"),
        ("FPR-3110", "fp3k"),
        ("FPR4K-SM-12", None),
        ("ASA5505", None),
    ],
)
def test_hardware_that_is_not_known_gets_no_image_family(hardware: str, family: str | None) -> None:
    assert family_of_hardware(hardware) == family


@pytest.mark.parametrize(
    ("path", "version"),
    [
        ("disk0:/asdm-7161.bin", Version(7, 16, 1)),
        ("asdm-752.bin", Version(7, 5, 2)),
        ("asdm-791-151.bin", Version(7, 9, 1, 151)),
        ("asdm-71611.bin", None),
        ("asa952-smp-k8.bin", None),
    ],
)
def test_an_asdm_images_name_tells_its_version(path: str, version: Version | None) -> None:
    assert asdm_version_in_file_name(path) == version


# ── prompts ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        ("FW-HA/pri/act#", Prompt("FW-HA", Role.PRIMARY, True, "enable", False)),
        ("pri/act/asa-1(config)#", Prompt("asa-1", Role.PRIMARY, True, "config", False)),
        ("fishbone-asa/sec/stby# ", Prompt("fishbone-asa", Role.SECONDARY, False, "enable", False)),
        ("ciscoasa#", Prompt("ciscoasa", None, None, "enable", False)),
        ("ciscoasa>", Prompt("ciscoasa", None, None, "exec", False)),
        ("ce-fw1/act#", Prompt("ce-fw1", None, True, "enable", False)),
        ("ASA/stb#", Prompt("ASA", None, False, "enable", False)),
        ("fw/pri/actNoFailover#", Prompt("fw", Role.PRIMARY, True, "enable", True)),
        ("fw/sec/stbyNoFailover#", Prompt("fw", Role.SECONDARY, False, "enable", True)),
        ("act/pri#", Prompt(None, Role.PRIMARY, True, "enable", False)),
        ("fw/act(config-webvpn)#", Prompt("fw", None, True, "config-webvpn", False)),
        ("Proceed with reload? [confirm]", None),
        ("", None),
    ],
)
def test_a_prompt_is_read_in_whatever_order_it_was_configured(
    text: str, prompt: Prompt | None
) -> None:
    assert read_prompt(text) == prompt


# ── refusals ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "reply",
    [
        "            ^\nERROR: % Invalid input detected at '^' marker.\n",
        "ERROR: % Incomplete command\n",
        'ERROR: % Ambiguous command:  "sh f"\n',
        "% Error  Use the '?' or <TAB> key to list commands.",
        "%Error opening tftp://10.1.1.10/x.bin (Timed out)",
        "\nAccessing tftp://10.1.1.10/x...\n!!!!\n%Error writing disk0:/x (No space left)\n",
        "Command authorization failed\r\n",
        "ERROR: 'GLOBAL' is not valid",
    ],
)
def test_a_refusal_is_seen(reply: str) -> None:
    assert refusal_in(reply)


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "Building configuration...\n[OK]\n",
        "Username     : error                  Index        : 57\n",
        "Nov 22 2026 18:00:00: %ASA-3-210007: LU allocate xlate failed\n%ASA-3-1: ERROR: x",
        "%Warning:There is a file already existing with this name",
        "**** WARNING ****\nConfiguration Replication is NOT performed from Standby unit",
        "banner motd ERROR: unauthorised access",
        "x\n" * 4000 + "ERROR: a line in the middle of a listing\n" + "x\n" * 4000,
    ],
)
def test_a_reply_that_only_speaks_of_errors_is_no_refusal(reply: str) -> None:
    assert refusal_in(reply) is None


# ── the lines that we type ─────────────────────────────────────────────────────────────

ONE, TWO = Serial("JAD1"), Serial("JAD2")


@pytest.mark.parametrize(
    ("step", "lines"),
    [
        (
            Backup(ONE, "disk0:/before.cfg"),
            (
                "copy /noconfirm running-config disk0:/before.cfg",
                "failover exec mate copy /noconfirm running-config disk0:/before.cfg",
            ),
        ),
        (
            SetBootOrder(ONE, wanted=("disk0:/new", "disk0:/old"), seen=("disk0:/old",)),
            (
                "configure terminal",
                "no boot system disk0:/old",
                "boot system disk0:/new",
                "boot system disk0:/old",
                "end",
            ),
        ),
        (SetBootOrder(ONE, wanted=("disk0:/new",), seen=("disk0:/new",)), ()),
        (
            SetAsdm(ONE, "disk0:/asdm-7161.bin"),
            ("configure terminal", "asdm image disk0:/asdm-7161.bin", "end"),
        ),
        (SaveConfiguration(ONE), ("write memory",)),
        (Harvest(ONE, ("VPN",)), ()),
        (ReloadStandby(TWO, final=False), ("failover reload-standby",)),
        (SwitchOver(to=TWO, from_=ONE), ("no failover active",)),
        (FailBack(to=ONE, from_=TWO), ("no failover active",)),
        (
            EvictSession(ONE, 57, "alice", IPv4Address("10.1.8.12"), "02:21:42 UTC"),
            ("vpn-sessiondb logoff index 57 noconfirm",),
        ),
    ],
)
def test_each_step_types_its_lines_and_no_others(step: Step, lines: tuple[str, ...]) -> None:
    assert changing_lines(step) == lines


def test_a_harvest_reads_what_the_reload_will_erase_and_changes_nothing() -> None:
    lines = commands.harvest_lines(Harvest(ONE, ("VPN", "LAB")))
    assert lines[:2] == ("show logging", "show failover history")
    assert lines[-2:] == ("show ip local pool VPN", "show ip local pool LAB")
    assert {classify(line) for line in lines} == {LineKind.SHOW}


def test_every_line_that_only_looks_is_known_as_such() -> None:
    lines = [value for name, value in vars(commands).items() if name.startswith(("SHOW_", "DIR"))]
    lines += [commands.show_pool("VPN"), commands.verify("disk0:/x"), commands.on_mate("show ver")]
    assert len(lines) > 15
    assert {line: classify(line) for line in lines} == dict.fromkeys(lines, LineKind.SHOW)
    assert classify("terminal pager 0") is LineKind.HARMLESS


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("sh ver", LineKind.SHOW),
        ("SHOW FAILOVER", LineKind.SHOW),
        ("sh run | include boot", LineKind.SHOW),
        ("more disk0:/before.cfg", LineKind.SHOW),
        ("failover exec mate show version", LineKind.SHOW),
        ("fail exec standby dir disk0:", LineKind.SHOW),
        ("ping 10.1.1.1", LineKind.HARMLESS),
        ("conf t", LineKind.HARMLESS),
        ("configure terminal", LineKind.HARMLESS),
        ("terminal pager lines 0", LineKind.HARMLESS),
        ("end", LineKind.HARMLESS),
        ("enable", LineKind.HARMLESS),
        ("enable outside", LineKind.CHANGING),
        ("enable password x", LineKind.CHANGING),
        ("disable", LineKind.CHANGING),
        ("configure net", LineKind.CHANGING),
        ("", LineKind.CHANGING),
        ("y", LineKind.CHANGING),
        ("s", LineKind.CHANGING),
        ("show", LineKind.CHANGING),
        ("shutdown", LineKind.CHANGING),
        ("shun 10.1.1.1", LineKind.CHANGING),
        ("write memory", LineKind.CHANGING),
        ("no failover active", LineKind.CHANGING),
        ("failover reload-standby", LineKind.CHANGING),
        ("failover exec mate reload noconfirm", LineKind.CHANGING),
        ("failover exec mate failover exec mate show version", LineKind.CHANGING),
        ("failover exec mate", LineKind.CHANGING),
        ("show version\nreload noconfirm", LineKind.CHANGING),
        ("show version\rreload", LineKind.CHANGING),
        ("show run | redirect disk0:/startup", LineKind.CHANGING),
        ("show run | ", LineKind.CHANGING),
        ("more disk0:/x | tee disk0:/y", LineKind.CHANGING),
        ("show tech-support file disk0:/x", LineKind.CHANGING),
        ("vpn-sessiondb logoff all noconfirm", LineKind.CHANGING),
        ("clear failover statistics", LineKind.CHANGING),
        ("?", LineKind.CHANGING),
    ],
)
def test_what_is_not_known_to_be_safe_is_changing(line: str, kind: LineKind) -> None:
    assert classify(line) is kind


@pytest.mark.parametrize(
    ("line", "verb"),
    [
        ("copy /noconfirm running-config disk0:/before.cfg", Verb.PREPARE),
        ("failover exec mate copy /noconfirm running-config disk0:/before.cfg", Verb.PREPARE),
        ("no boot system disk0:/old", Verb.PREPARE),
        ("no boot system flash:/old", Verb.PREPARE),
        ("no boot system disk0:old", Verb.PREPARE),
        ("boot system tftp://192.0.2.1/old", Verb.PREPARE),
        ("asdm image disk0:/asdm-7161.bin", Verb.PREPARE),
        ("write memory", Verb.PREPARE),
        ("failover reload-standby", Verb.RELOAD_STANDBY),
        ("no failover active", Verb.GIVE_UP_ACTIVE),
        ("vpn-sessiondb logoff index 57 noconfirm", Verb.LOG_OFF_INDEX),
        ("vpn-sessiondb logoff name alice noconfirm", None),
        ("vpn-sessiondb logoff all noconfirm", None),
        ("failover exec mate failover reload-standby", None),
        ("failover active", None),
        ("no failover", None),
        ("write memory\nreload noconfirm", None),
        ("reload noconfirm", None),
    ],
)
def test_a_run_has_use_for_few_changing_lines_and_knows_each_by_its_purpose(
    line: str, verb: Verb | None
) -> None:
    assert classify(line) is LineKind.CHANGING
    assert verb_of(line) is verb


@given(st.sampled_from(["show version", "dir", "sh ver"]), st.text(max_size=5))
def test_nothing_behind_a_line_break_passes_for_a_show(line: str, more: str) -> None:
    assert classify(f"{line}\n{more}") is LineKind.CHANGING


# ── secrets ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "secrets"),
    [
        ("failover key hunter2", ["hunter2"]),
        ("failover key hex 0123456789abcdef0123456789abcdef", ["0123456789abcdef0123456789abcdef"]),
        ("failover ipsec pre-shared-key hunter2", ["hunter2"]),
        ("enable password 8Ry2YjIyt7RRXU24 encrypted", ["8Ry2YjIyt7RRXU24"]),
        ("enable password $sha512$5000$AAA== pbkdf2", ["$sha512$5000$AAA=="]),
        ("passwd 2KFQnbNIdI.2KYOU encrypted", ["2KFQnbNIdI.2KYOU"]),
        ("username bob password hunter2 privilege 15", ["hunter2"]),
        ("username bob password AAAA nt-encrypted", ["AAAA"]),
        (" key hunter2", ["hunter2"]),
        ("aaa-server ISE (inside) host 10.1.1.1 hunter2 timeout 5", ["hunter2"]),
        ("isakmp key hunter2 address 10.1.1.1", ["hunter2"]),
        ("aaa-server ISE (inside) host 10.1.1.1", []),
        ("aaa-server ISE (inside) host 10.1.1.1 timeout 5", []),
        ("snmp-server community hunter2", ["hunter2"]),
        ("snmp-server host inside 10.1.1.1 community hunter2 version 2c", ["hunter2"]),
        (
            "snmp-server user u g v3 auth sha hunter2 priv aes 256 hunter3",
            ["hunter2", "hunter3"],
        ),
        (" ikev1 pre-shared-key hunter2", ["hunter2"]),
        (" ikev2 remote-authentication pre-shared-key hunter2", ["hunter2"]),
        (" ldap-login-password hunter2", ["hunter2"]),
        ("copy ftp://user:p@ss@10.1.1.1/x disk0:/x", ["p@ss"]),
        ("crypto ca import TP pkcs12 hunter2", ["hunter2"]),
        (" password hunter2", ["hunter2"]),
        ("  key-string hunter2", ["hunter2"]),
        ("ntp authentication-key 1 md5 hunter2", ["hunter2"]),
        (" neighbor 10.1.1.1 password hunter2", ["hunter2"]),
        (" ospf authentication-key hunter2", ["hunter2"]),
        (" ospf message-digest-key 1 md5 hunter2", ["hunter2"]),
        (" authentication key eigrp 100 hunter2 key-id 1", ["hunter2"]),
        ("license smart register idtoken hunter2", ["hunter2"]),
        ("Running Permanent Activation Key: 0x1 0x2 0x3 0x4 0x5", ["0x1 0x2 0x3 0x4 0x5"]),
        ("failover exec mate failover key hunter2", ["hunter2"]),
        ("logging ftp-server 192.0.2.61 /logs ftpuser hunter2", ["hunter2"]),
        ("logging ftp-server 192.0.2.61 /logs ftpuser *****", []),
        (" cluster key hunter2", ["hunter2"]),
        (" policy-server-secret hunter2", ["hunter2"]),
        ("snmp-server host-group mgmt NMS community hunter2 version 2c", ["hunter2"]),
        (" license 0123456789abcdef0123456789abcdef", ["0123456789abcdef0123456789abcdef"]),
        ("license smart", []),
        ("failover key *****", []),
        (" ikev1 pre-shared-key *", []),
        ("failover key <secret:ab12>", []),
        ("password encryption aes", []),
        ("key chain CORE", []),
        ("crypto key generate rsa", []),
        ("ssh key-exchange group dh-group14-sha1", []),
        ("username bob nopassword", []),
        ("copy tftp://10.1.1.10/x disk0:/x", []),
        ("no snmp-server contact", []),
    ],
)
def test_a_secret_is_found_and_what_only_looks_like_one_is_not(
    line: str, secrets: list[str]
) -> None:
    text = f"hostname fw\n{line}\nnames\n"
    assert [text[start:end] for start, end in secret_spans(text)] == secrets


def test_a_private_key_is_a_secret_over_all_its_lines() -> None:
    text = "x\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabcd\n-----END RSA PRIVATE KEY-----\n"
    assert "MIIE" not in masked(text)
    assert "abcd" not in masked(text)


@pytest.mark.slow
@given(
    st.lists(
        st.sampled_from(
            [
                "failover key a",
                "passwd b c",
                "key <secret:1>",
                "://u:p@h",
                "password key x",
                "\t",
                "",
            ]
        )
    )
)
def test_masking_twice_changes_nothing_and_spans_are_sorted(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert masked(masked(text)) == masked(text)
    spans = secret_spans(text)
    assert all(a < b <= c < d for (a, b), (c, d) in pairwise(spans))


# ── readers: screens of our own making ─────────────────────────────────────────────────

FAILOVER = """\
Failover On
Failover unit Primary
Failover LAN Interface: FO GigabitEthernet0/2 (up)
Version: Ours 9.12(4), Mate 9.16(4)
Serial Number: Ours JAD1, Mate JAD2
Last Failover at: 19:05:55 UTC Jan 26 2026
        This host: Primary - Active
                Active time: 10 (sec)
                slot 0: ASAv hw/sw rev (/9.12(4)) status (Up Sys)
                  Interface outside (203.0.113.2): Normal (Monitored)
        Other host: Secondary - Bulk Sync
                Active time: 0 (sec)
                  Interface outside (203.0.113.3): Unknown (Waiting)

Stateful Failover Logical Update Statistics
        Link : FO GigabitEthernet0/2 (up)
        Stateful Obj    xmit       xerr       rcv        rerr
        General         101        0          97         0
"""
STATES = """\
               State          Last Failure Reason      Date/Time
This host  -   Primary
               Active         None
Other host -   Secondary
               Standby Ready  Comm Failure             17:31:43 UTC Feb 14 2025

====Configuration State===
        Sync Done
====Communication State===
        Mac set
"""
HISTORY = """\
==========================================================================
From State                 To State                   Reason
==========================================================================
12:34:21 UTC Jun 12 2015
Standby Ready              Just Active                Other unit wants me Active

12:34:22 UTC Jun 12 2015
Just Active                Active Drain               Other unit wants me Active
==========================================================================
"""
ROW = """\
Username     : alice                  Index        : 57
Assigned IP  : 10.1.8.12              Public IP    : 198.51.100.7
Protocol     : AnyConnect-Parent SSL-Tunnel DTLS-Tunnel
License      : AnyConnect Premium
Encryption   : AnyConnect-Parent: (1)none  SSL-Tunnel: (1)AES-GCM-256
Hashing      : AnyConnect-Parent: (1)none  SSL-Tunnel: (1)SHA384
Bytes Tx     : 70238287               Bytes Rx     : 22509086
Group Policy : STAFF                  Tunnel Group : RAVPN
Login Time   : 02:21:42 UTC Thu Dec 29 2022
Duration     : 13h:56m:11s
Inactivity   : 0h:00m:00s
VLAN Mapping : N/A                    VLAN         : none
Audt Sess ID : 0afd01120003900063acf9b6
Security Grp : none                   Tunnel Zone  : 0
"""
BOB = ROW.replace("alice", "bob  ").replace(": 57", ": 58").replace("8.12", "8.13")
SESSIONS = f"\nSession Type: AnyConnect\n\n{ROW}\n{BOB}\n"
SUMMARY = """\
VPN Session Summary
                               Active : Cumulative : Peak Concur : Inactive
AnyConnect Client            :     12 :     140011 :        2219 :        3
Clientless VPN               :      2 :        125 :           6
Total Active and Inactive    :     17             Total Cumulative : 1140136
Device Total VPN Capacity    :   5000
"""
POOL = """\
Begin           End             Mask            Free     Held     In use
192.168.1.144   192.168.1.148   255.255.255.0       2        1        2

Available Addresses:
192.168.1.145
192.168.1.146

In Use Addresses:
192.168.1.144
192.168.1.147
"""
PACKAGES = """\
1. disk0:/anyconnect-win-4.10.07061-k9.pkg 1 dyn-regex=/Windows NT/
  CISCO STC win2k+
  4,10,07061
  Hostscan Version 4.10.07061
  Mon 10/15/2012 14:00:43.28

2. disk0:/anyconnect-macos-4.10.07061-k9.pkg 2
  CISCO STC Darwin_i386
  4,10,07061
  Wed 10/17/2012 10:00:00.11

2 AnyConnect Client(s) installed
"""
LISTING = """\
Directory of disk0:/

97     -rwx  100          06:43:00 Jun 30 2018  asa9-12-4-lfbff-k8.SPA
11     drwx  4096         06:46:42 Jun 30 2018  log

1 file(s) total size: 100 bytes
1000 bytes total (900 bytes free/90% free)
"""
VERSION = """\
Cisco Adaptive Security Appliance Software Version 9.12(4)
Device Manager Version 7.12(2)

System image file is "disk0:/asa9-12-4-lfbff-k8.SPA"

fw up 1 year 2 days
failover cluster up 3 years 5 days

Hardware:   ASA5516, 8192 MB RAM, CPU Atom C2000 series 2416 MHz, 1 CPU (8 cores)

Serial Number: JAD1
"""
CONFIG = """\
: Saved
:
: Serial Number: JAD1
: Written by enable_15 at 14:16:30.137 UTC Tue Feb 7 2023
!
ASA Version 9.12(4)
!
hostname fw
enable password 8Ry2YjIyt7RRXU24 encrypted
ip local pool VPN 10.1.8.1-10.1.8.254 mask 255.255.255.0
boot system disk0:/asa9-12-4-lfbff-k8.SPA
failover
failover lan unit primary
failover lan interface FO GigabitEthernet0/2
failover key hunter2
failover replication http
failover link FO GigabitEthernet0/2
asdm image disk0:/asdm-7122.bin
vpn-addr-assign local reuse-delay 5
webvpn
 enable outside
 anyconnect image disk0:/anyconnect-win-4.10.07061-k9.pkg 1 regex "Windows NT"
 anyconnect image disk0:/anyconnect-macos-4.10.07061-k9.pkg 2
 anyconnect enable
group-policy STAFF internal
group-policy STAFF attributes
 vpn-idle-timeout 45
 webvpn
  anyconnect keep-installer installed
group-policy ADMIN attributes
 vpn-idle-timeout none
username bob password hunter3 encrypted
username bob attributes
 vpn-idle-timeout 10
Cryptochecksum:46ca7d679fdee447f26c61fa4e958ebd
: end
"""
VERIFY = "!!!!!!Done!\nverify /SHA-512 (disk0:/x.pkg) = " + "ab" * 64 + "\n"
BOOTVAR = "BOOT variable = disk0:/a;disk0:/b\nCurrent BOOT variable = disk0:/a\n"

READERS: dict[str, tuple[Callable[[str], Any], str]] = {
    "failover": (read_show_failover, FAILOVER),
    "states": (read_show_failover_state, STATES),
    "history": (read_show_failover_history, HISTORY),
    "sessions": (read_sessions, SESSIONS),
    "summary": (read_session_summary, SUMMARY),
    "pool": (lambda text: read_pool("VPN", text), POOL),
    "packages": (read_webvpn_anyconnect, PACKAGES),
    "flash": (read_dir, LISTING),
    "version": (read_show_version, VERSION),
    "config": (read_configuration, CONFIG),
    "verify": (lambda text: read_verify("disk0:/x.pkg", text), VERIFY),
    "bootvar": (read_bootvar, BOOTVAR),
    "reload": (read_show_reload, "No reload is scheduled.\n"),
    "connections": (read_conn_count, "12340 in use, 50000 most used\n"),
}


@pytest.mark.parametrize("name", READERS)
def test_echo_prompt_line_ends_and_lost_indentation_change_nothing(name: str) -> None:
    reader, text = READERS[name]
    as_it_is = reader(text)
    assert reader(f"fw/pri/act# show something\n{text}\nfw/pri/act# ") == as_it_is
    assert reader(text.replace("\n", "\r\n")) == as_it_is
    assert reader(text.replace("\n", "   \n") + "\n\n") == as_it_is
    assert reader("\n".join(line.strip() for line in text.splitlines())) == as_it_is


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "reply", ["", "\n", "ERROR: % Invalid input detected at '^' marker.\n", "fw/pri/act# "]
)
def test_no_reader_takes_silence_or_a_refusal_for_an_answer(name: str, reply: str) -> None:
    with pytest.raises(Unparsed):
        READERS[name][0](reply)


# Each line of a configuration counts, and each line below a host of `show failover state`.
@pytest.mark.parametrize("name", sorted(READERS.keys() - {"config", "states"}))
def test_a_line_of_a_newer_release_is_passed_over(name: str) -> None:
    reader, text = READERS[name]
    lines = text.splitlines()
    for at in range(1, len(lines)):
        if name == "history" and lines[at - 1].endswith("2015"):
            continue
        longer = [*lines[:at], "Quantum Posture is nominal", *lines[at:]]
        assert reader("\n".join(longer)) == reader(text), longer[at - 1 : at + 2]


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_mangled_screen_is_read_or_declined_and_never_crashes_a_reader(
    name: str, data: st.DataObject
) -> None:
    reader, text = READERS[name]
    lines = text.splitlines()
    match data.draw(st.sampled_from(["cut", "shuffle", "drop", "repeat", "retype"])):
        case "cut":
            mangled = text[: data.draw(st.integers(0, len(text)))]
        case "shuffle":
            mangled = "\n".join(data.draw(st.permutations(lines)))
        case "drop":
            dropped = data.draw(st.sets(st.integers(0, len(lines) - 1)))
            mangled = "\n".join(line for n, line in enumerate(lines) if n not in dropped)
        case "repeat":
            at = data.draw(st.integers(0, len(lines)))
            mangled = "\n".join([*lines[:at], *lines])
        case _:
            at = data.draw(st.integers(0, len(text)))
            mangled = text[:at] + data.draw(st.text(max_size=8)) + text[at:]
    try:
        reader(mangled)
    except Unparsed as fault:
        assert fault.text == mangled  # noqa: PT017  the reader may also succeed


@pytest.mark.parametrize("name", READERS)
def test_a_number_of_five_thousand_digits_crashes_no_reader(name: str) -> None:
    reader, text = READERS[name]
    for at, letter in enumerate(text):
        if letter.isdigit() and not text[at - 1].isdigit():
            try:
                reader(text[:at] + "9" * 5000 + text[at:])
            except Unparsed:
                continue


# ── readers: what they believe ─────────────────────────────────────────────────────────


def test_a_unit_alone_since_boot_knows_no_version_of_its_mate() -> None:
    text = FAILOVER.replace("Mate 9.16(4)", "Mate Unknown").replace("Mate JAD2", "Mate Unknown")
    seen = read_show_failover(text.replace("Bulk Sync", "Failed"))
    assert seen.mate is None
    assert seen.mate_serial is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Secondary - Bulk Sync", "Primary - Bulk Sync"),
        ("This host: Primary", "This host: Secondary"),
        ("Bulk Sync", "Standby Reddy"),
        ("Bulk Sync", "App Sync"),
        ("Version: Ours 9.12(4), Mate 9.16(4)\n", ""),
        ("Version: Ours", "Version Ours"),
        ("Failover On\n", ""),
        ("        This host: Primary - Active\n", ""),
        ("Ours 9.12(4)", "Ours soon"),
        ("FO GigabitEthernet0/2 (up)\nVersion", "FO (up)\nVersion"),
        ("slot 0: ASAv", "slot 0: FTD"),
        ("Interface outside (203.0.113.2): Normal", "Interface outside: Normal"),
    ],
)
def test_a_failover_screen_that_lacks_or_contradicts_essentials_is_not_believed(
    old: str, new: str
) -> None:
    assert old in FAILOVER
    with pytest.raises(Unparsed):
        read_show_failover(FAILOVER.replace(old, new))


def test_two_failover_screens_in_one_are_not_believed() -> None:
    with pytest.raises(Unparsed):
        read_show_failover(FAILOVER + FAILOVER)


def test_failover_that_was_switched_off_says_what_would_boot_active() -> None:
    seen = read_show_failover(FAILOVER.replace("Failover On", "Failover Off (pseudo-Standby)"))
    assert not seen.enabled
    assert seen.pseudo_standby
    served = read_show_failover(FAILOVER.replace("Failover On", "Failover Off (pseudo-Active)"))
    assert not served.enabled
    assert not served.pseudo_standby


def test_a_pair_without_state_link_is_read_as_one() -> None:
    text = FAILOVER.replace("Link : FO GigabitEthernet0/2 (up)", "Link : Unconfigured.")
    assert read_show_failover(text).state_link is None
    down = read_show_failover(
        FAILOVER.replace(
            "Link : FO GigabitEthernet0/2 (up)", "Link : ST Gi0/3 (administratively down)"
        )
    ).state_link
    assert down is not None
    assert not down.is_up


def test_subsecond_poll_times_are_read_in_milliseconds() -> None:
    line = "Unit Poll frequency 200 milliseconds, holdtime 800 milliseconds\nVersion:"
    seen = read_show_failover(FAILOVER.replace("Version:", line, 1))
    assert (seen.poll_ms, seen.hold_ms) == (200, 800)


def test_a_state_that_fills_its_column_is_told_from_the_reason_behind_it() -> None:
    text = STATES.replace("Standby Ready  Comm Failure  ", "Sync File SystemComm Failure")
    seen = read_show_failover_state(text).other_host
    assert (seen.state, seen.failure_reason) == (FailoverState.SYNC_FILE_SYSTEM, "Comm Failure")
    with pytest.raises(Unparsed):
        read_show_failover_state(STATES.replace("Active         None", "ActiveNone"))


@pytest.mark.parametrize(
    "old",
    [
        "Other host -   Secondary\n",
        "               Active         None\n",
        "====Configuration State===\n",
        "None\n",
    ],
)
def test_states_of_one_unit_only_are_not_believed(old: str) -> None:
    assert old in STATES
    with pytest.raises(Unparsed):
        read_show_failover_state(STATES.replace(old, "\n"))


def test_a_history_just_after_boot_is_empty_and_not_unread() -> None:
    assert read_show_failover_history("\n".join(HISTORY.splitlines()[:3])) == ()


@pytest.mark.parametrize(
    "cut", ["12:34:21 UTC Jun 12 2015\n", "Just Active                Active Drain  "]
)
def test_a_history_with_half_a_row_is_not_believed(cut: str) -> None:
    assert cut in HISTORY
    with pytest.raises(Unparsed):
        read_show_failover_history(HISTORY.replace(cut, "", 1))


def test_a_history_keeps_reasons_and_leaves_out_their_explanations() -> None:
    text = HISTORY.replace("me Active\n\n", f"me Active\n{' ' * 54}This host:1\n\n")
    rows = read_show_failover_history(text)
    assert [row.after for row in rows] == [FailoverState.JUST_ACTIVE, FailoverState.ACTIVE_DRAIN]
    assert rows[0].reason == "Other unit wants me Active"


def test_no_session_is_an_answer() -> None:
    assert (
        read_sessions("INFO: There are presently no active sessions of the type specified\n") == ()
    )
    empty = read_session_summary("INFO: There are presently no active sessions\n")
    assert (empty.total, empty.capacity) == (0, None)


def test_an_odd_row_between_common_ones_is_kept_in_its_place() -> None:
    odd = ROW.replace(": 57", ": 60").replace("Assigned IP  : 10.1.8.12              ", "")
    late = BOB.replace(": 58", ": 61")
    rows = read_sessions(f"Session Type: AnyConnect\n\n{ROW}\n{odd}\n{BOB}\n\n{late}")
    assert [row.index for row in rows] == [57, 60, 58, 61]
    assert rows[1].address is None


def test_a_user_with_blanks_in_the_name_is_read() -> None:
    (row,) = read_sessions(ROW.replace("alice      ", "Alice Index"))
    assert row.user == "Alice Index"


def test_a_clientless_session_has_no_address() -> None:
    lines = ROW.replace("AnyConnect-Parent SSL-Tunnel DTLS-Tunnel", "Clientless").splitlines()
    lines[1] = "Public IP    : 198.51.100.7"
    (row,) = read_sessions("Session Type: WebVPN\n\n" + "\n".join(lines))
    assert row.address is None
    assert not row.has_tunnel


@pytest.mark.parametrize(
    "text",
    [
        SESSIONS.replace(": 58", ": 57"),
        SESSIONS.replace("Inactivity   : 0h:00m:00s\n", "", 1),
        SESSIONS.replace("DTLS-Tunnel", "Wormhole"),
        SESSIONS.replace("13h:56m:11s", "a while"),
        SESSIONS.replace("Username     : bob", "Usernom      : bob"),
        SESSIONS.replace("10.1.8.13", "10.1.8.999"),
        SESSIONS[:-500],
        "Session Type: AnyConnect\n\n",
        "Session Type: LAN-to-LAN\n\nConnection   : 172.16.0.1\n",
    ],
)
def test_a_session_listing_that_does_not_hold_together_is_not_believed(text: str) -> None:
    assert text != SESSIONS
    with pytest.raises(Unparsed):
        read_sessions(text)


def test_a_summary_tells_sleepers_from_the_rest() -> None:
    seen = read_session_summary(SUMMARY)
    assert (seen.active, seen.inactive, seen.total) == (14, 3, 17)
    renamed = SUMMARY.replace("AnyConnect Client", "Secure Client    ")
    assert read_session_summary(renamed) == seen
    with pytest.raises(Unparsed):
        read_session_summary(SUMMARY.replace(":     17 ", ":     14 "))


def test_a_pool_is_read_with_its_addresses_in_order() -> None:
    pool = read_pool("VPN", POOL)
    assert (pool.name, pool.size, pool.free, pool.held) == ("VPN", 5, 2, 1)
    assert pool.in_use == (IPv4Address("192.168.1.144"), IPv4Address("192.168.1.147"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2        1        2", "2        0        2"),
        ("192.168.1.147\n", ""),
        ("192.168.1.147\n", "192.168.1.149\n"),
        ("192.168.1.147\n", "192.168.1.144\n"),
        ("192.168.1.147\n", "192.168.1.146\n"),
        ("192.168.1.145\n192.168.1.146\n", ""),
        ("Begin ", "Start "),
        ("192.168.1.148 ", "192.168.1.14x "),
    ],
)
def test_a_pool_that_does_not_add_up_is_not_believed(old: str, new: str) -> None:
    assert old in POOL
    with pytest.raises(Unparsed):
        read_pool("VPN", POOL.replace(old, new))


def test_packages_are_read_in_the_order_in_which_they_are_offered() -> None:
    first, second = read_webvpn_anyconnect(PACKAGES)
    assert (first.order, first.regex, first.version) == (1, "Windows NT", "4,10,07061")
    assert first.stamp == "4,10,07061 built Mon 10/15/2012 14:00:43.28"
    assert (second.path, second.regex) == ("disk0:/anyconnect-macos-4.10.07061-k9.pkg", None)
    assert read_webvpn_anyconnect("0 AnyConnect Client(s) installed\n") == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2 AnyConnect Client(s) installed", "3 AnyConnect Client(s) installed"),
        ("2 AnyConnect Client(s) installed", ""),
        ("  CISCO STC win2k+\n", ""),
        ("  Mon 10/15/2012 14:00:43.28\n", ""),
        ("2. disk0:/anyconnect", "2. disk 0:/anyconnect"),
    ],
)
def test_a_list_of_packages_with_a_gap_is_not_believed(old: str, new: str) -> None:
    assert old in PACKAGES
    with pytest.raises(Unparsed):
        read_webvpn_anyconnect(PACKAGES.replace(old, new))


def test_a_flash_whose_files_do_not_add_up_is_not_believed() -> None:
    with pytest.raises(Unparsed, match="add up"):
        read_dir(LISTING.replace("-rwx  100 ", "-rwx  101 "))
    with pytest.raises(Unparsed, match="as it should be"):
        read_dir(LISTING.replace("-rwx  100 ", "-rwx  1oo "))


def test_a_missing_file_has_no_digest() -> None:
    text = "%Error opening disk0:/x.pkg (No such file or directory)\n"
    assert read_verify("disk0:/x.pkg", text).digest is None
    with pytest.raises(Unparsed, match="asked for"):
        read_verify("disk0:/y.pkg", text)


def test_a_digest_of_another_file_or_length_is_not_believed() -> None:
    assert read_verify("DISK0:/X.pkg", VERIFY).digest == "sha512:" + "ab" * 64
    with pytest.raises(Unparsed, match="speaks of"):
        read_verify("disk0:/y.pkg", VERIFY)
    with pytest.raises(Unparsed, match="no SHA-512"):
        read_verify("disk0:/x.pkg", VERIFY.replace("abab", "ab", 1))


def test_the_uptime_is_the_units_and_not_the_pairs() -> None:
    seen = read_show_version(VERSION)
    assert seen.uptime_seconds == 367 * 86400
    assert seen.hostname == "fw"
    with pytest.raises(Unparsed, match="two lines"):
        read_show_version(VERSION + VERSION.replace("9.12(4)", "9.16(4)"))


def test_a_configuration_is_read_and_holds_no_secret() -> None:
    seen = read_configuration(CONFIG)
    assert seen.boot == ("disk0:/asa9-12-4-lfbff-k8.SPA",)
    assert seen.asdm_image == "disk0:/asdm-7122.bin"
    assert [(p.order, p.regex) for p in seen.packages] == [(1, "Windows NT"), (2, None)]
    assert seen.anyconnect_enabled
    assert len(seen.webvpn_lines) == 4
    assert seen.failover.keyed
    assert seen.failover.unit is Role.PRIMARY
    assert "failover key *****" in seen.failover.lines
    assert seen.reuse_delay_minutes == 5
    assert seen.idle_timeout_minutes == (("ADMIN", None), ("STAFF", 45))
    assert "hunter" not in repr(seen)


def test_a_group_policy_whose_name_has_a_blank_is_read_without_its_quotes() -> None:
    quoted = CONFIG.replace("group-policy STAFF ", 'group-policy "All staff" ')
    assert ("All staff", 45) in read_configuration(quoted).idle_timeout_minutes


def test_two_units_in_sync_have_one_digest_and_a_changed_line_moves_it() -> None:
    mate = (
        CONFIG.replace("unit primary", "unit secondary")
        .replace("JAD1", "JAD2")
        .replace("14:16:30", "15:00:00")
        .replace("46ca7d67", "00000000")
        .replace("ASA Version 9.12(4)", "ASA Version 9.16(4)")
        .replace("hunter2", "<secret:ab12>")
    )
    digest = read_configuration(CONFIG).digest
    assert read_configuration(mate).digest == digest
    assert read_configuration(CONFIG.replace("delay 5", "delay 6")).digest != digest
    swapped = CONFIG.splitlines()
    swapped[20], swapped[21] = swapped[21], swapped[20]
    assert read_configuration("\n".join(swapped)).digest != digest


def test_a_configuration_that_is_cut_off_is_not_believed() -> None:
    with pytest.raises(Unparsed, match="cut off"):
        read_configuration(CONFIG[: CONFIG.index("webvpn")])


def test_a_scheduled_reload_is_told_in_the_devices_words() -> None:
    sentence = "Reload scheduled for 00:00:00 PDT Sat Apr 20 (in 12 hours and 12 minutes)"
    assert read_show_reload(sentence + "\n") == sentence
    assert read_show_reload("No reload is scheduled.\n") is None


def test_counts_are_read() -> None:
    assert read_conn_count("12340 in use, 50000 most used\n") == 12340


# ── what terminals leave in a text ─────────────────────────────────────────────────────

PAGER_REMNANTS = [
    "<--- More --->",
    "<--- More --->\r              \r",
    "<--- More --->" + "\x08" * 14 + " " * 14 + "\x08" * 14,
]


@pytest.mark.parametrize("left", PAGER_REMNANTS)
def test_a_pager_in_the_middle_of_a_screen_hides_no_line(left: str) -> None:
    paged = "\n".join(left + row for row in FAILOVER.split("\n"))
    assert read_show_failover(paged) == read_show_failover(FAILOVER)


@pytest.mark.parametrize("left", PAGER_REMNANTS)
def test_a_pager_hides_no_package_of_a_configuration(left: str) -> None:
    paged = "\n".join(left + row for row in CONFIG.split("\n"))
    assert read_configuration(paged) == read_configuration(CONFIG)


def test_tabs_in_a_listing_hide_no_file() -> None:
    text = (
        "Directory of disk0:/\n\n"
        "97\t-rwx\t113401856\t14:05:00 Mar 14 2026\tasa9-12-4-lfbff-k8.SPA\n"
        "\n8000000000 bytes total (7000000000 bytes free)\n"
    )
    assert [file.path for file in read_dir(text).files] == ["disk0:/asa9-12-4-lfbff-k8.SPA"]


def test_a_listing_with_a_time_that_we_do_not_know_is_not_believed() -> None:
    text = "97 -rwx 1  14:05:00 mar 14 2026  x\n9 bytes total (8 bytes free)\n"
    with pytest.raises(Unparsed):
        read_dir(text)


def test_a_reply_that_is_no_configuration_is_not_taken_for_an_empty_one() -> None:
    with pytest.raises(Unparsed, match="not one line"):
        read_configuration("Type escape sequence to abort.\n!!!!!\nSuccess rate is 100 percent\n")


def test_our_own_secret_is_covered_where_it_is_a_word_and_nowhere_else():
    shown = "typed hunter2, then hunter22 and xhunter2; (hunter2)\nftp://u:hunter2@h/f\n"
    assert without_known(shown, ["hunter2"]) == (
        "typed *****, then hunter22 and xhunter2; (*****)\nftp://u:*****@h/f\n"
    )
    assert without_known("a p$s.(w) b", ["p$s.(w)"]) == "a ***** b"
    assert without_known("long-secret-1 secret-1", ["secret-1", "long-secret-1"]) == "***** *****"


def test_a_password_that_is_a_plain_word_or_short_renames_no_file():
    listing = "disk0:/cisco-asa-fp1k.9.16.4.SPA 9.16.4\n"
    assert without_known(listing, ["cisco", "9.16", ""]) == listing
    named = "nameif management\n"
    assert without_known(named, ["management"]) == named


def test_a_password_of_digits_only_damages_no_counter():
    shown = "Bytes Tx : 20260314 Bytes Rx : 7\n"
    assert without_known(shown, ["20260314"]) == shown


def test_a_long_password_of_letters_only_is_covered():
    shown = "user ada typed Sommernachtstraum at 14:05\n"
    assert without_known(shown, ["Sommernachtstraum"]) == "user ada typed ***** at 14:05\n"


def test_an_underscore_is_no_part_of_the_word_that_a_password_is():
    assert without_known("Pass123_old old_Pass123\n", ["Pass123"]) == "*****_old old_*****\n"
