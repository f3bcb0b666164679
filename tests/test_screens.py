"""What the emulated units print, judged by third-party readers and by real screens."""

import re
from dataclasses import replace

import pytest
from msgspec import structs
from ntc_templates.parse import parse_output
from screen_worlds import (
    CONFIG,
    WIN,
    capture,
    comparable,
    file,
    healthy,
    peer_is,
    transcript_pair,
    transcript_screens,
    with_sessions,
)

from upgrader.emulator.machine import files
from upgrader.emulator.screens import (
    addresses,
    configuration,
    failover_views,
    flash,
    logging,
    reloading,
    version,
)
from upgrader.emulator.screens.failover import show_failover, show_monitor_interface
from upgrader.emulator.screens.licensing import show_license_all
from upgrader.emulator.screens.packages import show_webvpn_anyconnect
from upgrader.emulator.screens.pools import show_ip_local_pool
from upgrader.emulator.screens.sessions import (
    show_vpn_sessiondb,
    show_vpn_sessiondb_anyconnect,
    span,
)
from upgrader.emulator.state import Lease, LogLine, Package, Power, State


def ntc(command: str, text: str) -> list[dict[str, object]]:
    """What ntc-templates reads: somebody else's opinion of the screen."""
    return parse_output(platform="cisco_asa", command=command, data=text)


STATES = [
    (State.STANDBY_READY, True),
    (State.COLD_STANDBY, True),
    (State.SYNC_CONFIG, True),
    (State.SYNC_FILE_SYSTEM, True),
    (State.BULK_SYNC, True),
    (State.NEGOTIATION, True),
    (State.FAILED, False),
    (State.NOT_DETECTED, False),
]


@pytest.mark.parametrize(("state", "heard"), STATES)
@pytest.mark.parametrize("model", ["ASA5516", "ASA5525", "ASAv", "FPR-1140"])
def test_others_read_show_failover_in_every_state_of_the_mate(
    model: str, state: State, heard: bool
) -> None:
    pair = peer_is(healthy(model), state, heard=heard, interfaces_known=heard)

    (read,) = ntc("show failover", show_failover(pair, 0))

    assert read["state"] == "On"
    assert read["role"] == "Primary"
    assert read["service_state"] == ["Active"]
    assert read["service_state_mate"] == [state.value]
    assert read["interfaces"] == read["interfaces_mate"] == ["outside", "inside", "dmz"]
    assert read["sw_version"] == read["sw_version_mate"] == "9.12(4)"
    assert read["lan_intf"] == "GigabitEthernet1/7"


def test_a_dead_mate_keeps_its_version_and_serial_on_the_screen() -> None:
    """Real ASAv 9.23(1): `Mate` is what was last heard and proves nothing."""
    pair = peer_is(healthy(), State.FAILED, heard=False)

    (read,) = ntc("show failover", show_failover(pair, 0))

    assert read["sw_version_mate"] == "9.12(4)"
    assert "Mate JAD0002" in show_failover(pair, 0)
    assert read["interfaces_status"] == ["Normal", "Normal", "Normal"]
    assert read["interfaces_state"] == ["Waiting", "Waiting", "Not-Monitored"]
    assert read["interfaces_status_mate"] == ["Unknown", "Unknown", "Unknown"]
    assert read["interfaces_state_mate"] == ["Monitored", "Monitored", "Not-Monitored"]


def test_a_mate_never_heard_is_unknown() -> None:
    pair = peer_is(healthy(), State.FAILED, heard=False, version=None, serial=None)

    text = show_failover(pair, 0)

    assert "Version: Ours 9.12(4), Mate Unknown\n" in text
    assert "Serial Number: Ours JAD0001, Mate Unknown\n" in text
    assert "Interface outside (0.0.0.0): Unknown (Waiting)\n" in text


def test_addresses_go_with_the_role_and_not_with_the_unit() -> None:
    pair = healthy()

    own, mate = (re.findall(r"outside \(([\d.]+)\)", show_failover(pair, u)) for u in (0, 1))

    assert own == ["203.0.113.2", "203.0.113.3"]
    assert mate == ["203.0.113.3", "203.0.113.2"]


def test_interfaces_are_waiting_before_they_are_monitored() -> None:
    pair = healthy()
    pair.units[0].interfaces_since = pair.now - 2_000

    (read,) = ntc("show failover", show_failover(pair, 0))

    assert read["interfaces_state"] == ["Waiting", "Waiting", "Not-Monitored"]


def test_failover_that_is_off_says_so_and_shows_no_hosts() -> None:
    pair = healthy()
    unit = pair.units[1]
    unit.state = State.DISABLED
    unit.settings = replace(unit.settings, failover=replace(unit.settings.failover, enabled=False))

    text = show_failover(pair, 1)

    assert text.startswith("Failover Off (pseudo-Standby) \nFailover unit Secondary\n")
    assert "host:" not in text


def test_without_a_state_link_the_statistics_are_unconfigured() -> None:
    pair = healthy()
    unit = pair.units[0]
    unit.settings = replace(
        unit.settings,
        failover=replace(unit.settings.failover, link_name=None, link_port=None),
    )

    assert show_failover(pair, 0).endswith("        Link : Unconfigured.\n")


def test_a_cable_that_is_out_and_a_port_that_is_shut_are_told_apart() -> None:
    pair = healthy()
    pair.link.lan_up = False
    unit = pair.units[0]
    ports = tuple(
        replace(i, shutdown=i.port == "GigabitEthernet1/8") for i in unit.settings.interfaces
    )
    unit.settings = replace(unit.settings, interfaces=ports)

    text = show_failover(pair, 0)

    assert "LAN Interface: FO GigabitEthernet1/7 (down)\n" in text
    assert "        Link : STATE GigabitEthernet1/8 (administratively down)\n" in text


@pytest.mark.parametrize(
    ("release", "reconnect", "serial", "umbrella"),
    [
        ("9.2(2)4", False, False, False),
        ("9.5(2)", True, False, False),
        ("9.6(4)5", True, True, False),
        ("9.12(4)37", True, True, True),
    ],
)
def test_each_release_prints_its_own_lines(
    release: str, reconnect: bool, serial: bool, umbrella: bool
) -> None:
    text = show_failover(healthy(version=release), 0)

    assert ("Reconnect timeout" in text) is reconnect
    assert ("Serial Number" in text) is serial
    assert ("Umbrella Device-ID" in text) is umbrella


# ── real screens as judges of layout ─────────────────────────────────────────────────────────

KIND = re.compile(
    r"^( *)(This host|Other host|Active time|slot|Interface \S+ \(|Link :|Stateful Obj|General"
    r"|TCP conn|SIP Tx|Logical|Cur|Recv Q|Xmit Q|Version|Failover|Unit|Monitored)"
)


def indents(text: str) -> dict[str, int]:
    """How deep each kind of line stands."""
    found = (KIND.match(line) for line in text.splitlines())
    kinds = [(m[2], len(m[1])) for m in found if m]
    return {"Interface" if kind.startswith("Interface") else kind: n for kind, n in kinds}


@pytest.mark.parametrize(
    "path",
    [
        "ntc-templates/show_failover/cisco_asa_show_failover1.raw",
        "ntc-templates/show_failover/cisco_asa_show_failover2.raw",
        "ntc-templates/show_failover/cisco_asa_show_failover_firepower.raw",
        "failover-tests/asav_9.23.1_active_unit_stopped_then_rejoined.txt",
        "pyntc/show_failover_peer_cold.txt",
    ],
)
def test_every_kind_of_line_stands_as_deep_as_on_a_real_unit(path: str) -> None:
    real, ours = indents(capture(path)), indents(show_failover(healthy(), 0))

    assert {kind: ours.get(kind) for kind in real} == real


def test_the_statistics_are_laid_out_to_the_byte_as_on_a_real_5516() -> None:
    real = capture("ntc-templates/show_failover/cisco_asa_show_failover_firepower.raw")
    shape = re.compile(r"\d+ *")

    def rows(text: str) -> list[str]:
        start = text.index("        Stateful Obj")
        lines = text[start : text.index("\n\n", start)].splitlines()
        return [shape.sub(lambda m: "9" * len(m[0]), line) for line in lines]

    assert rows(show_failover(healthy(version="9.6(4)5"), 0)) == rows(real)


def test_the_mixed_screen_of_the_real_9_2_to_9_5_night_is_printed_line_by_line() -> None:
    pair = transcript_pair("9.2(2)4", "9.5(2)")
    pair.units[1].booted_ms = pair.now - 60_000

    ours = show_failover(pair, 0).partition("\n\nStateful")[0]

    assert comparable(ours) == comparable(transcript_screens()[0])


def test_the_last_screen_of_the_real_9_2_to_9_5_night_is_printed_line_by_line() -> None:
    pair = transcript_pair("9.5(2)", "9.5(2)")
    first, second = pair.units
    first.state, second.state = State.STANDBY_READY, State.ACTIVE
    first.active_since, second.active_since = None, pair.now - 429_000
    second.peer = replace(second.peer, state=State.STANDBY_READY)
    first.booted_ms = pair.now - 60_000

    assert comparable(show_failover(pair, 1)) == comparable(transcript_screens()[1].rstrip())


def test_a_dead_mate_looks_as_on_the_real_virtual_pair() -> None:
    text = capture("failover-tests/asav_9.23.1_active_unit_stopped_then_rejoined.txt")
    real = text.partition("\nFW-HA/pri/stby#")[0].splitlines()[1:]
    pair = peer_is(healthy("ASAv", "9.23(1)"), State.FAILED, heard=False)

    def shape(lines: list[str]) -> list[str]:
        hosts = lines[next(n for n, line in enumerate(lines) if "This host" in line) :]
        plain = [re.sub(r"(Primary|Secondary)|\S+ \([\d.]+\)|\d+ \(sec\)", "_", x) for x in hosts]
        return sorted({line for line in plain if "Not-Monitored" not in line})

    ours = show_failover(pair, 0).partition("\n\nStateful")[0].splitlines()
    assert shape(ours) == shape(real)


# ── sessions and pools ───────────────────────────────────────────────────────────────────────


def test_others_read_every_session_row() -> None:
    pair = with_sessions(healthy(), 7)

    rows = ntc("show vpn-sessiondb anyconnect", show_vpn_sessiondb_anyconnect(pair, 0))

    assert [row["username"] for row in rows] == [f"user{n:04d}" for n in range(1, 8)]
    assert rows[0]["assigned_ip"] == "10.99.0.1"
    assert rows[0]["protocol"] == "AnyConnect-Parent SSL-Tunnel DTLS-Tunnel"
    assert rows[0]["duration"] == "13h:56m:11s"
    assert rows[-1]["protocol"] == "AnyConnect-Parent"
    assert rows[-1]["inactivity"] == "0h:10m:00s"


def test_rows_on_the_standby_have_no_tunnel() -> None:
    pair = with_sessions(healthy(), 7)

    rows = ntc("show vpn-sessiondb anyconnect", show_vpn_sessiondb_anyconnect(pair, 1))

    assert {row["protocol"] for row in rows} == {"AnyConnect-Parent"}


def test_rows_are_laid_out_as_real_ones() -> None:
    real = capture(
        "ntc-templates/show_vpn-sessiondb_anyconnect/cisco_asa_show_vpn-sessiondb_anyconnect1.raw"
    )
    shape = re.compile(r"(?<=: )\S.*?(?=  |$)")

    def labels(text: str) -> list[str]:
        row = text.split("\n\n")[1].splitlines()
        return [re.sub(r" +", " ", shape.sub("_", line)).strip() for line in row]

    pair = with_sessions(healthy(), 2)
    assert labels(show_vpn_sessiondb_anyconnect(pair, 0).lstrip("\n")) == labels(real)


def test_a_name_too_long_for_its_column_pushes_the_next_value_down() -> None:
    pair = with_sessions(healthy(), 1)
    long_name = "longfirstname.longlastname@example.com"
    pair.units[0].rows[1] = structs.replace(pair.units[0].rows[1], user=long_name)

    (row,) = ntc("show vpn-sessiondb anyconnect", show_vpn_sessiondb_anyconnect(pair, 0))

    assert (row["username"], row["index"]) == (long_name, "1")


def test_one_users_rows_can_be_asked_for() -> None:
    pair = with_sessions(healthy(), 3)

    text = show_vpn_sessiondb_anyconnect(pair, 0, user="user0002")

    assert [row["index"] for row in ntc("show vpn-sessiondb anyconnect", text)] == ["2"]
    assert "no active sessions" in show_vpn_sessiondb_anyconnect(pair, 0, user="nobody")


def test_the_summary_counts_sleepers_as_inactive() -> None:
    pair = with_sessions(healthy(), 7)

    (read,) = ntc("show vpn-sessiondb", show_vpn_sessiondb(pair, 0))

    assert read["vpn_session_active"][0] == "6"
    assert read["vpn_session_inactive"][0] == "1"
    assert read["total_active_and_inactive"] == "7"
    assert read["totals_active"] == "19"


@pytest.mark.parametrize(
    ("ms", "text"),
    [(50_171_000, "13h:56m:11s"), (92_169_000, "1d 1h:36m:09s"), (0, "0h:00m:00s")],
)
def test_spans_read_as_on_the_device(ms: int, text: str) -> None:
    assert span(ms) == text


def test_a_pool_adds_up_with_leaked_and_held_addresses() -> None:
    pair = with_sessions(healthy(), 2)
    first = pair.units[0].settings.pools[0].first
    pair.units[0].leases["VPN"][first + 5] = Lease(None)
    pair.units[0].leases["VPN"][first + 6] = Lease(None, held_until=pair.now + 1_000)
    pair.units[0].leases["VPN"][first + 7] = Lease(None, held_until=pair.now)

    lines = show_ip_local_pool(pair, 0, "VPN").splitlines()

    assert lines[1].split()[3:] == ["6", "1", "3"]
    assert "10.99.0.6" in lines[lines.index("In Use Addresses:") :]
    assert "10.99.0.7" not in lines


def test_packages_of_one_name_and_other_bytes_print_another_date() -> None:
    pair = healthy()
    ours = show_webvpn_anyconnect(pair, 0)
    pair.units[1].loaded = (Package(1, WIN, None, "win two", "win"),)
    theirs = show_webvpn_anyconnect(pair, 1)

    differing = [a for a, b in zip(ours.splitlines(), theirs.splitlines(), strict=True) if a != b]

    assert len(differing) == 1
    assert re.fullmatch(r"  \w{3} \d\d/\d\d/\d{4} \d\d:\d\d:\d\d\.\d\d", differing[0])
    assert "  4,10,07061\n" in ours
    assert ours.endswith("1 AnyConnect Client(s) installed\n")


# ── the rest ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("model", ["ASA5516", "ASA5525", "ASAv", "FPR-2130", "Cisco9999"])
def test_others_read_show_version_of_every_model(model: str) -> None:
    (read,) = ntc("show version", version.show_version(healthy(model), 0))

    assert read["version"] == "9.12(4)"
    assert read["hostname"] == "fw"
    assert read["uptime"] == "41 days 19 hours"
    assert str(read["hardware"]).startswith(f"{model}, 8192 MB RAM, CPU ")
    assert read["serial"] == ["JAD0001"]
    assert str(read["image"]).endswith(":/asa9-12-4-lfbff-k8.SPA")
    assert read["failover"] == "Active/Active"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (3_610_800, "41 days 19 hours"),
        (7_920, "2 hours 12 mins"),
        (320, "5 mins 20 secs"),
        (118_800, "1 day 9 hours"),
        (39_916_800, "1 year 97 days"),
        (7, "0 mins 7 secs"),
    ],
)
def test_uptimes_read_as_on_the_device(seconds: int, text: str) -> None:
    assert version.uptime(seconds * 1_000) == text


@pytest.mark.parametrize(
    ("path", "release"),
    [
        ("disk0:/asdm-7161.bin", "7.16(1)"),
        ("disk0:/asdm-752.bin", "7.5(2)"),
        ("disk0:/asdm-791-151.bin", "7.9(1)151"),
        ("disk0:/asdm-openjre-7161.bin", None),
        (None, None),
    ],
)
def test_the_device_manager_is_named_after_its_file(path: str | None, release: str | None) -> None:
    assert version.asdm_version(path) == release


@pytest.mark.parametrize("release", ["9.2(2)4", "9.12(4)"])
def test_others_read_dir(release: str) -> None:
    pair = healthy(version=release)

    rows = ntc("dir", flash.dir_(pair, 0))

    sizes = {row["name"]: row["size"] for row in rows}
    assert sizes["asdm-7161.bin"] == "29197128"
    assert {row["file_system"] for row in rows} == {"disk0:/"}
    assert int(str(rows[0]["total_free"])) == files.free_bytes(pair, 0)


def test_dir_is_laid_out_to_the_byte_as_on_a_real_unit() -> None:
    real = capture("ntc-templates/dir/cisco_asa_dir2.raw")
    row = re.compile(r"^\d+ +-rwx +\d+ +\d\d:\d\d:\d\d \w{3} \d\d \d{4}  \S")

    def columns(text: str) -> set[tuple[int, ...]]:
        found = [m[0] for m in map(row.match, text.splitlines()) if m]
        return {tuple(m.start() for m in re.finditer(r"\S+", line)) for line in found}

    assert columns(flash.dir_(healthy(), 0)) == columns(real)


def test_a_file_that_is_not_there_is_an_error_and_not_an_empty_listing() -> None:
    text = flash.dir_(healthy(), 0, "disk0:/nothing.bin")

    assert text == "%Error opening disk0:/nothing.bin (No such file or directory)\n"


def test_verify_prints_what_the_vendor_shows() -> None:
    digest = "ab" * 64
    stored = replace(file(3 * 1_048_576, "x"), sha512=digest, md5="cd" * 16)

    assert flash.verify("x.bin", stored, "SHA-512", None) == (
        f"...Done!\nverify /SHA-512 (disk0:/x.bin) = {digest}\n"
    )
    right = flash.verify("x.bin", stored, "MD5", "CD" * 16)
    assert f"Verified (disk0:/x.bin) = {'cd' * 16}\n" in right
    assert "%Error verifying disk0:/x.bin\n" in flash.verify("x.bin", stored, "MD5", "cd")


def test_others_read_show_logging() -> None:
    pair = healthy()
    pair.units[0].log = (
        LogLine(0, 1, 104_001, "(Secondary) Switching to ACTIVE - Set by the config command."),
    )

    (read,) = ntc("show logging", logging.show_logging(pair, 0))

    assert (read["severity"], read["mnemonic"]) == ("1", "104001")
    assert (read["month"], read["day"], read["year"]) == ("Apr", "29", "2016")


def test_others_read_inventory_interfaces_and_cards() -> None:
    pair = transcript_pair("9.5(2)", "9.5(2)")

    inventory = ntc("show inventory", version.show_inventory(pair, 0))
    ports = ntc("show interface ip brief", addresses.show_interface_ip_brief(pair, 0))

    assert (inventory[0]["pid"], inventory[0]["sn"]) == ("ASA5525", "JAD0001")
    assert ports[0]["ip_address"] == "10.1.1.1"
    assert "SFR5525" in version.show_module(pair, 0)


def test_history_and_state_have_the_devices_columns() -> None:
    pair = healthy()
    pair.units[0].last_failure = ("Comm Failure", 0)

    history = failover_views.show_failover_history(pair, 0).splitlines()
    state = failover_views.show_failover_state(pair, 0).splitlines()

    assert history[0] == history[2] == "=" * 74
    assert history[1].index("To State") == 27
    assert history[1].index("Reason") == 54
    assert history[4].index("Disabled") == 27
    assert state[1].index("State") == 15
    assert state[1].index("Last Failure Reason") == 30
    assert state[1].index("Date/Time") == 55
    assert state[5] == " " * 15 + "Standby Ready  Comm Failure             14:34:53 UTC Apr 29 2016"


def test_secrets_are_masked_in_shows_and_clear_in_a_saved_copy() -> None:
    pair = healthy()

    shown = configuration.show_running_config(pair, 0)
    section = configuration.show_running_config(pair, 0, "failover")
    saved = configuration.saved_copy(pair, 0, pair.units[0].running)

    assert "failover key *****\n" in shown
    assert "failover key *****\n" in section
    assert "hunter2" not in shown + section
    assert "failover key hunter2\n" in saved


def test_a_shown_configuration_can_be_loaded_again() -> None:
    from upgrader.emulator.config import read_lines

    pair = healthy()
    shown = configuration.saved_copy(pair, 0, pair.units[0].running)

    assert read_lines(shown) == pair.units[0].running


def test_equal_lines_have_an_equal_checksum_on_both_units() -> None:
    pair = healthy()

    assert configuration.show_checksum(pair, 0) == configuration.show_checksum(pair, 1)


def test_bootvar_tells_what_is_saved_from_what_runs() -> None:
    pair = healthy()
    unit = pair.units[0]
    unit.settings = replace(unit.settings, boot=("disk0:/new.SPA",))

    lines = configuration.show_bootvar(pair, 0).splitlines()

    assert lines[1] == "BOOT variable = disk0:/asa9-12-4-lfbff-k8.SPA"
    assert lines[2] == "Current BOOT variable = disk0:/new.SPA"


def test_a_scheduled_reload_is_shown_with_its_hour() -> None:
    pair = healthy()
    assert reloading.show_reload(pair, 0) == "No reload is scheduled.\n"

    pair.units[0].reload_at = pair.now + (12 * 60 + 1) * 60_000

    assert reloading.show_reload(pair, 0) == (
        "Reload scheduled for 02:35:53 UTC Sat Apr 30 (in 12 hours and 1 minute)\n"
    )


def test_a_card_comes_up_after_its_unit() -> None:
    pair = transcript_pair("9.5(2)", "9.5(2)")
    pair.units[1].booted_ms = pair.now
    assert "status (Init/Up)" in show_failover(pair, 0)

    pair.now += 240_000
    assert "status (Init/Up)" not in show_failover(pair, 0)

    pair.units[1].power = Power.BOOTING
    assert "status (Init/Up)" in show_failover(pair, 0)


def test_monitored_interfaces_can_be_seen_alone() -> None:
    lines = show_monitor_interface(healthy(), 0).splitlines()

    assert lines[0] == "        This host: Primary - Active "
    assert lines[1] == "                Interface outside (203.0.113.2): Normal (Monitored)"
    assert lines[4] == "        Other host: Secondary - Standby Ready "


def test_addresses_of_the_failover_link_stay_with_the_role() -> None:
    pair = healthy()

    first, second = (failover_views.show_failover_interface(pair, u) for u in (0, 1))

    assert "interface FO GigabitEthernet1/7\n" in first
    assert "My IP Address    : 172.16.0.1\n                Other IP Address : 172.16.0.2" in first
    assert "My IP Address    : 172.16.0.2\n                Other IP Address : 172.16.0.1" in second


def test_hellos_are_received_only_from_a_mate_that_is_heard() -> None:
    pair = peer_is(healthy(), State.FAILED, heard=False)

    assert failover_views.show_failover_statistics(pair, 0).endswith("rx:0\n")
    assert not failover_views.show_failover_statistics(pair, 1).endswith("rx:0\n")


def test_a_units_own_addresses_are_told_from_the_systems() -> None:
    """Fleet tools find the mate's address in `failover exec mate show ip address`."""
    system, current = addresses.show_ip_address(healthy(), 1).split("Current IP Addresses:")

    assert "203.0.113.2 " in system
    assert "203.0.113.3 " in current
    assert "10.9.0.1" not in current


def test_an_active_unit_whose_failover_is_off_still_watches_the_active_addresses() -> None:
    pair = healthy()
    pair.units[0].state = State.DISABLED
    first = show_monitor_interface(pair, 0).partition("Other host")[0]
    assert "(203.0.113.2)" in first
    assert "(203.0.113.3)" not in first


def test_a_firepower_has_no_licence_of_a_virtual_unit() -> None:
    ports = CONFIG.replace("GigabitEthernet1/", "Ethernet1/")
    text = show_license_all(healthy("FPR-2110", "9.16(4)", ports), 0)
    assert "(FIREPOWER_2100_ASA_STANDARD):" in text
    assert "ASAv" not in text
