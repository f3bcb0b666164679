"""Real device text is read where it lies; what a reader declines is one Unparsed, not a crash.

The captures travel beside the project, not in it: without them these tests are skipped.
"""

import csv
import re
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from ntc_templates.parse import parse_output  # type: ignore[import-untyped]

from upgrader.dialect.replies.bootvar import read_bootvar
from upgrader.dialect.replies.config import read_configuration
from upgrader.dialect.replies.digest import read_verify
from upgrader.dialect.replies.failover import read_show_failover
from upgrader.dialect.replies.failover_state import read_show_failover_state
from upgrader.dialect.replies.flash import read_dir
from upgrader.dialect.replies.history import read_show_failover_history
from upgrader.dialect.replies.sessions import read_session_summary, read_sessions
from upgrader.dialect.replies.version import read_show_version
from upgrader.model.failover import FailoverState, Role
from upgrader.model.version import Version
from upgrader.model.vpn import Tunnel
from upgrader.ports import Unparsed

CAPTURES = Path(__file__).resolve().parents[2] / "shared" / "captures"

pytestmark = pytest.mark.skipif(
    not CAPTURES.is_dir(), reason="the captures of real devices are not beside this clone"
)

PROMPT = re.compile(r"[\w./-]+(?:\([\w-]+\))?[#>] *(?P<typed>.*)")


def capture(name: str) -> str:
    return (CAPTURES / name).read_text()


def raw(folder: str) -> dict[str, str]:
    """Every raw screen of a folder of ntc-templates, by its short name."""
    files = sorted((CAPTURES / "ntc-templates" / folder).glob("*.raw"))
    prefix = f"cisco_asa_{folder}"
    return {file.stem.removeprefix(prefix): file.read_text() for file in files}


def screens(text: str, command: str) -> list[str]:
    """What followed each time that `command` was typed in a transcript."""
    found: list[list[str]] = []
    listening = False
    for line in text.splitlines():
        prompt = PROMPT.fullmatch(line)
        if prompt is not None or line.startswith("###"):
            typed = "" if prompt is None else prompt["typed"].strip()
            listening = re.fullmatch(command, typed) is not None
            if listening:
                found.append([])
        if listening:
            found[-1].append(line)
    return ["\n".join(screen) for screen in found]


def read_all(
    reader: Callable[[str], Any], texts: dict[str, str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """What a reader makes of each text, and why it declined the others."""
    read: dict[str, Any] = {}
    declined: dict[str, str] = {}
    for name, text in texts.items():
        try:
            read[name] = reader(text)
        except Unparsed as fault:
            declined[name] = fault.why
    return read, declined


# ── show failover ──────────────────────────────────────────────────────────────────────


def failover_texts() -> Iterator[tuple[str, str]]:
    for name, text in raw("show_failover").items():
        yield f"ntc{name}", text
    for file in sorted((CAPTURES / "pyntc").glob("show_failover_*.txt")):
        yield f"pyntc {file.stem.removeprefix('show_failover_')}", file.read_text()
    for folder in ("failover-tests", "upgrade-transcripts"):
        for file in sorted((CAPTURES / folder).glob("*.txt")):
            for number, screen in enumerate(screens(file.read_text(), "sh(ow)? failover")):
                yield f"{file.stem} {number}", screen
    yield "ftd", capture("cisco-docs/show_failover_ftdv_9.18_appsync.txt")


@pytest.fixture(scope="module")
def failovers() -> dict[str, Any]:
    return read_all(read_show_failover, dict(failover_texts()))[0]


def test_every_active_standby_screen_is_read_and_every_other_one_is_declined_with_its_reason() -> (
    None
):
    read, declined = read_all(read_show_failover, dict(failover_texts()))
    assert len(read) == 21
    assert declined == {
        "ntcactiveactive": "failover groups: this unit runs Active/Active",
        "pyntc groups_active_active": "failover groups: this unit runs Active/Active",
        "pyntc groups_active_standby": "failover groups: this unit runs Active/Active",
        "pyntc groups_standby_active": "failover groups: this unit runs Active/Active",
        "ftd": "another product (FTD)",
    }


def test_a_screen_of_9_12_is_read_field_by_field(failovers: dict[str, Any]) -> None:
    seen = failovers["ntc1"]
    assert seen.enabled
    assert seen.unit is Role.PRIMARY
    assert (seen.lan_interface.name, seen.lan_interface.port) == (
        "HA-Control-Failover",
        "GigabitEthernet0/7",
    )
    assert seen.lan_interface.is_up
    assert (seen.poll_ms, seen.hold_ms) == (1000, 15000)
    assert (seen.interface_poll_ms, seen.interface_hold_ms) == (5000, 25000)
    assert (seen.monitored, seen.monitored_maximum) == (5, 1299)
    assert not seen.replicates_http
    assert seen.ours == seen.mate == Version(9, 12, 4, 37)
    assert (seen.our_serial, seen.mate_serial) == ("JAD123456Q7", "JAD123456EW")
    assert str(seen.last_failover) == "19:05:55 GMT/BST Jan 26 2022"
    assert seen.this_host.active_seconds == 29083269
    assert [i.name for i in seen.this_host.interfaces] == [
        "Outside",
        "Security-Management",
        "DMZ_Trunk",
        "Inside",
    ]
    assert seen.this_host.interfaces[3].monitoring == "Not-Monitored"
    assert len(seen.this_host.slots) == 3
    assert seen.this_host.slots[1].services == ("IPS, 7.3(5)E4, Up, (Monitored)",)
    assert seen.other_host.state is FailoverState.STANDBY_READY
    assert seen.state_link.port == "TenGigabitEthernet0/9"
    counters = {counter.name: counter for counter in seen.counters}
    assert len(counters) == 28
    assert counters["SIP Tx"].sent == 205219097
    assert counters["UDP conn"].receive_errors == 70


def test_the_real_upgrade_shows_the_versions_apart_and_then_together(
    failovers: dict[str, Any],
) -> None:
    first = failovers["wrmem_2016_asa5525_9.2.2-4_to_9.5.2 0"]
    second = failovers["wrmem_2016_asa5525_9.2.2-4_to_9.5.2 1"]
    assert (first.ours, first.mate) == (Version(9, 2, 2, 4), Version(9, 5, 2))
    assert first.our_serial is None
    assert first.reconnect_timeout is None
    assert first.this_host.role is Role.PRIMARY
    assert (second.ours, second.mate) == (Version(9, 5, 2), Version(9, 5, 2))
    assert second.this_host.role is Role.SECONDARY
    assert second.this_host.state is FailoverState.ACTIVE
    assert second.other_host.slots[1].status == "Init/Up"


def test_a_dead_peer_is_failed_though_its_version_is_still_printed(
    failovers: dict[str, Any],
) -> None:
    seen = failovers["asav_9.23.1_active_unit_stopped_then_rejoined 0"]
    assert seen.other_host.state is FailoverState.FAILED
    assert seen.mate == Version(9, 23, 1)
    assert {i.condition for i in seen.other_host.interfaces} == {"Unknown"}
    assert seen.other_host.slots == ()
    assert seen.state_link is None


def test_each_state_of_the_edited_screens_is_told(failovers: dict[str, Any]) -> None:
    states = {
        name: (seen.this_host.state.value, seen.other_host.state.value)
        for name, seen in failovers.items()
        if name.startswith("pyntc") and seen.this_host is not None
    }
    assert states["pyntc peer_cold"] == ("Active", "Cold Standby")
    assert states["pyntc host_negotiation"] == ("Negotiation", "Not Detected")
    assert states["pyntc peer_failed"] == ("Active", "Failed")


def test_failover_that_is_off_has_no_hosts_and_no_link(failovers: dict[str, Any]) -> None:
    seen = failovers["pyntc host_off"]
    assert not seen.enabled
    assert seen.lan_interface is None
    assert seen.this_host is None
    assert seen.other_host is None


def test_interfaces_of_contexts_keep_their_context(failovers: dict[str, Any]) -> None:
    first = failovers["ntc_ips"].this_host.interfaces[0]
    assert (first.context, first.name) == ("il2-admin", "skyscape_admin")


@pytest.mark.slow
def test_ntc_templates_read_the_same_failover(failovers: dict[str, Any]) -> None:
    for name, text in raw("show_failover").items():
        if f"ntc{name}" not in failovers:
            continue
        seen = failovers[f"ntc{name}"]
        (row,) = parse_output("cisco_asa", "show failover", text)
        assert row["role"] == seen.unit.value
        assert row["sw_version"] == str(seen.ours)
        assert row["sw_version_mate"] == str(seen.mate)
        assert row["service_state"] == [seen.this_host.state.value]
        assert row["service_state_mate"] == [seen.other_host.state.value]
        assert row["interfaces"] == [i.name for i in seen.this_host.interfaces]
        assert row["interfaces_status_mate"] == [i.condition for i in seen.other_host.interfaces]


# ── show failover state, show failover history ─────────────────────────────────────────


def test_both_screens_of_failover_state_are_read() -> None:
    text = capture("cisco-docs/show_failover_state.txt")
    screens_ = [part.partition("\n")[2] for part in text.split("### ")[1:]]
    failed, skipped = (read_show_failover_state(screen) for screen in screens_)
    assert failed.this_host.state is FailoverState.ACTIVE
    assert failed.this_host.failure_reason == "Ifc Failure"
    assert str(failed.this_host.failed_at) == "07:14:34 UTC Oct 10 2023"
    assert len(failed.this_host.details) == 4
    assert failed.other_host.state is FailoverState.STANDBY_READY
    assert failed.other_host.failure_reason == "None"
    assert failed.configuration == ("Sync Done", "Sync Done - STANDBY")
    assert skipped.configuration == ("Sync Skipped",)
    assert skipped.communication == ("Mac set",)
    assert skipped.other_host.failure_reason == "Comm Failure"


def test_all_three_histories_are_read() -> None:
    text = capture("cisco-docs/show_failover_history.txt")
    histories = [
        read_show_failover_history(screen) for screen in screens(text, "show failover history")
    ]
    assert [len(rows) for rows in histories] == [5, 3, 5]
    secondary, primary, rejoined = histories
    assert [row.after for row in secondary][-1] is FailoverState.ACTIVE
    assert {row.reason for row in secondary} == {"Set by the config command"}
    assert primary[-1].before is FailoverState.ACTIVE
    assert primary[-1].reason == "Other unit wants me Standby"
    assert [row.before for row in rejoined][1:] == [row.after for row in rejoined][:-1]
    assert str(rejoined[0].at) == "16:01:05 CET Sep 23 2013"


# ── show vpn-sessiondb ─────────────────────────────────────────────────────────────────


def test_every_listing_of_sessions_is_read_and_ntc_templates_agree() -> None:
    texts = raw("show_vpn-sessiondb_anyconnect")
    read, declined = read_all(read_sessions, texts)
    assert not declined
    assert {name: len(rows) for name, rows in read.items()} == {
        "": 1,
        "1": 2,
        "2": 3,
        "3": 2,
        "4": 3,
        "_ipv6": 1,
        "_long_usernames": 1,
    }
    for name, rows in read.items():
        theirs = parse_output("cisco_asa", "show vpn-sessiondb anyconnect", texts[name])
        assert [row["username"] for row in theirs] == [row.user for row in rows]
        assert [row["index"] for row in theirs] == [str(row.index) for row in rows]
        assert [row["group_policy"] for row in theirs] == [row.group_policy for row in rows]
        assert [row["tunnel_group"] for row in theirs] == [row.tunnel_group for row in rows]


def test_rows_of_odd_layout_lose_nothing() -> None:
    rows = read_sessions(raw("show_vpn-sessiondb_anyconnect")["3"])
    assert [row.address for row in rows] == [IPv4Address("10.1.2.3"), None]
    assert rows[0].group_policy == "GroupPolicy_duo-vpn-users"
    assert rows[1].tunnels == {Tunnel.PARENT}
    assert not rows[1].has_tunnel
    (long,) = read_sessions(raw("show_vpn-sessiondb_anyconnect")["_long_usernames"])
    assert (long.user, long.index) == ("longfirstname.longlastname@example.com", 1018)
    (six,) = read_sessions(raw("show_vpn-sessiondb_anyconnect")["_ipv6"])
    assert six.public == "2001:db8:91::7"
    assert six.address == IPv4Address("10.10.123.123")


def test_a_session_longer_than_a_day_is_counted_in_seconds() -> None:
    first = read_sessions(raw("show_vpn-sessiondb_anyconnect")["2"])[0]
    assert first.duration_seconds == ((1 * 24 + 12) * 60 + 33) * 60 + 7
    assert first.audit_id == "0a2e009c0d9440005e6fa4da"


def test_site_to_site_listings_are_declined() -> None:
    texts = raw("show_vpn-sessiondb_detail_l2l")
    read, declined = read_all(read_sessions, texts)
    assert not read
    assert len(declined) == len(texts) == 4


def test_both_session_summaries_are_read() -> None:
    texts = raw("show_vpn-sessiondb")
    remote, site = read_session_summary(texts[""]), read_session_summary(texts["2"])
    assert (remote.active, remote.inactive, remote.capacity) == (38, 0, 5000)
    assert (site.active, site.inactive, site.capacity) == (99, 0, 750)


# ── show version ───────────────────────────────────────────────────────────────────────


def commented(name: str) -> str:
    """A configuration's leading comments, uncommented."""
    lines = capture(name).splitlines()
    return "\n".join(line.removeprefix("!").lstrip() for line in lines if line.startswith("!"))


def version_texts() -> dict[str, str]:
    return {
        **{f"ntc{name}": text for name, text in raw("show_version").items()},
        "pyntc": capture("pyntc/show_version.txt"),
        "oxidized": commented("oxidized/asa_5512_9.12-4-67_single-context_output.txt"),
    }


def test_every_show_version_is_read() -> None:
    read, declined = read_all(read_show_version, version_texts())
    assert not declined
    assert len(read) == 6
    facts = {
        name: (str(v.running), v.hostname, v.hardware, v.ram_mb, v.serial)
        for name, v in read.items()
    }
    assert facts == {
        "ntc1": ("9.5(2)204", "asa1", "ASAv", 2048, "9AT1L9EX0DF"),
        "ntc2": ("9.8(3)21", "fw002", "FPR4K-SM-12", None, None),
        "ntc3": ("9.9(2)32", "ASA2", "ASA5516", 8192, "JAD222605K8"),
        "ntc4": ("9.16(3)19", "asa1", "ISA-3000-2C2F", 8192, "9AT1L9EX0DF"),
        "pyntc": ("9.16(2)", "ciscoasa", "ASAv", 2048, "9ANMLKTFC5B"),
        "oxidized": ("9.12(4)67", None, "ASA5512", 4096, "FCH17AAAAAA"),
    }
    assert read["ntc4"].uptime_seconds == (365 + 97) * 86400
    assert read["pyntc"].uptime_seconds == 2 * 3600 + 12 * 60
    assert read["oxidized"].uptime_seconds is None
    assert read["ntc2"].image is None
    assert read["ntc3"].image == "disk0:/asa992-32-lfbff-k8.SPA"
    assert read["ntc3"].asdm == "7.9(1)151"


def test_ntc_templates_read_the_same_version() -> None:
    for name, text in raw("show_version").items():
        seen = read_show_version(text)
        (row,) = parse_output("cisco_asa", "show version", text)
        assert row["version"].split()[0] == str(seen.running), name
        assert row["hostname"] == seen.hostname
        assert row["image"] == (seen.image or "")


def recorded(name: str) -> list[str]:
    """Each `show version` of a recorded console, out of the YAML block that it stands in."""
    found: list[list[str]] = []
    indent: int | None = None
    for line in capture(name).replace("\\x20", " ").replace('\\"', '"').splitlines():
        if "Cisco Adaptive Security Appliance Software Version" in line and "|" not in line:
            found.append([])
            indent = len(line) - len(line.lstrip())
        if indent is not None and line.strip() and len(line) - len(line.lstrip()) < indent:
            indent = None
        if indent is not None:
            found[-1].append(line[indent:])
    return ["\n".join(lines) for lines in found]


def test_show_version_on_recorded_consoles_is_read_where_the_hardware_is_told() -> None:
    texts = {
        f"{name} {number}": text
        for name in (
            "oxidized/asa_5512_9.12-4-67_single-context_simulation.yaml",
            "unicon/asa_mock_data.yaml",
            "unicon/generic_mock_data_asa.yaml",
        )
        for number, text in enumerate(recorded(name))
    }
    read, declined = read_all(read_show_version, texts)
    assert sorted((str(v.running), v.hardware, v.uptime_seconds) for v in read.values()) == [
        ("8.4(1)", "ASA5520", (3 * 24 + 3) * 3600),
        ("9.12(4)67", "ASA5512", (173 * 24 + 16) * 3600),
        ("9.8(3)235", "FPR-2130", 10 * 3600 + 51 * 60),
    ]
    assert set(declined.values()) == {"no hardware line"}
    assert len(declined) == 3


# ── dir, verify, show bootvar ──────────────────────────────────────────────────────────


def test_every_listing_of_a_flash_is_read() -> None:
    texts = {
        **{f"ntc{name}": text for name, text in raw("dir").items()},
        "pyntc": capture("pyntc/send_command__dir"),
        "pyntc_disk0": capture("pyntc/send_command__dir_disk0"),
    }
    read, declined = read_all(read_dir, texts)
    assert not declined
    assert {name: (len(f.files), f.free_bytes) for name, f in read.items()} == {
        "ntc": (14, 4417200128),
        "ntc2": (6, 3847725056),
        "pyntc": (1, 3580170240),
        "pyntc_disk0": (1, 1592488),
    }
    assert read["ntc"].find("disk0:/ASA951-lfbff-k8.SPA").bytes == 74369568
    assert read["pyntc"].files[0].path == "disk0:/asa9-12-3-11-smp-k8.bin"
    for name in ("", "2"):
        theirs = parse_output("cisco_asa", "dir", texts[f"ntc{name}"])
        files = [row for row in theirs if row["permissions"].startswith("-")]
        assert [row["name"] for row in files] == [
            f.path.removeprefix("disk0:/") for f in read[f"ntc{name}"].files
        ]


def test_a_digest_is_read_and_a_comparison_is_declined() -> None:
    whole, *compared = screens(capture("cisco-docs/verify.txt"), r"verify /sha-512 .*")
    read = read_verify("disk0:/asa915-smp-k8.bin", whole)
    assert read.digest is not None
    assert read.digest.startswith("sha512:4eb359496738af1d")
    assert len(read.digest) == len("sha512:") + 128
    assert len(compared) == 2
    for text in compared:
        with pytest.raises(Unparsed):
            read_verify("disk0:/asa915-smp-k8.bin", text)


def test_both_boot_variables_are_read() -> None:
    before, after = screens(capture("cisco-docs/show_bootvar.txt"), "show bootvar")
    assert read_bootvar(before).saved == ("(hd0,1)/asa964-36-smp-k8.bin",)
    assert read_bootvar(after).running == ("disk0:/asa964-45-smp-k8.bin",)


# ── configurations ─────────────────────────────────────────────────────────────────────


def test_every_configuration_and_section_is_read() -> None:
    boots = screens(
        capture("upgrade-transcripts/wrmem_2016_asa5525_9.2.2-4_to_9.5.2.txt"),
        "sh run(ning-config)? boot( system)?",
    )
    texts = {
        **{f"configs/{f.name}": f.read_text() for f in sorted((CAPTURES / "configs").glob("*"))},
        **{
            f"pyntc/{f.name}": f.read_text()
            for f in sorted((CAPTURES / "pyntc").glob("send_command__show_*"))
        },
        "oxidized": capture("oxidized/asa_5512_9.12-4-67_single-context_output.txt"),
        **{f"boot {number}": text for number, text in enumerate(boots)},
    }
    read, declined = read_all(read_configuration, texts)
    assert not declined
    assert len(read) == 10
    assert [read[f"boot {n}"].boot for n in range(3)] == [
        ("disk0:/asa922-4-smp-k8.bin",),
        ("disk0:/asa952-smp-k8.bin", "disk0:/asa922-4-smp-k8.bin"),
        ("disk0:/asa952-smp-k8.bin", "disk0:/asa922-4-smp-k8.bin"),
    ]
    assert read["oxidized"].boot == ("disk0:/asa9-12-4-67-smp-k8.bin",)
    assert read["pyntc/send_command__show_running-config"].boot == ("disk0:/cdisk.bin",)
    assert read["pyntc/send_command__show_running-config"].asdm_image == "disk0:ASDM"


def test_a_running_config_and_its_saved_copy_have_one_digest() -> None:
    running = read_configuration(capture("pyntc/send_command__show_running-config"))
    saved = read_configuration(capture("pyntc/send_command__show_startup-config"))
    assert running.digest == saved.digest


def test_the_webvpn_section_is_told_from_its_neighbours() -> None:
    seen = read_configuration(capture("configs/asav_9.3.1_anyconnect_full_running-config.txt"))
    assert seen.anyconnect_enabled
    assert [(p.path, p.order) for p in seen.packages] == [
        ("disk0:/anyconnect-win-4.5.05030-webdeploy-k9.pkg", 1)
    ]
    assert seen.webvpn_lines[0] == "enable Outside"
    assert len(seen.webvpn_lines) == 5
    assert [(p.name, p.first, p.last) for p in seen.pools] == [
        ("sslpool", "172.16.1.100", "172.16.1.200")
    ]
    assert not seen.failover.enabled
    assert seen.failover.lines == ("no failover",)
    template = read_configuration(capture("configs/asav_cloudinit_anyconnect_template.txt"))
    assert template.anyconnect_enabled
    assert template.packages == ()


def test_the_failover_section_of_a_pair_without_a_key_is_read() -> None:
    seen = read_configuration(
        capture("configs/asav_9.8.2_failover_pair_running-config_excerpt.txt")
    ).failover
    assert seen.enabled
    assert seen.unit is Role.SECONDARY
    assert seen.lan_interface == seen.link_interface == "failover"
    assert not seen.keyed
    assert seen.replicates_http


# ── nothing was forgotten ──────────────────────────────────────────────────────────────


def test_each_raw_capture_of_these_commands_was_read_above() -> None:
    """The manifest lists what there is: a new capture must be added to a test."""
    ours = {
        "show failover": 7,
        "show version": 4,
        "dir": 2,
        "show vpn-sessiondb": 2,
        "show vpn-sessiondb anyconnect": 7,
    }
    with (CAPTURES / "MANIFEST.tsv").open() as manifest:
        rows = [
            row["command"]
            for row in csv.DictReader(manifest, delimiter="\t")
            if row["file"].startswith("ntc-templates") and row["what_it_shows"] == "raw CLI output"
        ]
    assert {command: rows.count(command) for command in ours} == ours
