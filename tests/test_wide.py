"""A wide look sees a unit's surroundings: what is asked, when, and what each screen says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from consoles import at_the_console
from nights import Listening
from surrounded import EVERYTHING, HOSTSCAN, with_posture
from twins import SHORT, Twins, log_of
from worlds import World, config, scenario

from upgrader.access.emulated.world import EmulatedWorld
from upgrader.access.tape.redaction import Redactor
from upgrader.cli.worlds.twins import captured
from upgrader.conduct.eyes import Eyes
from upgrader.dialect import commands
from upgrader.dialect.replies.certificates import read_certificates
from upgrader.dialect.replies.clock import read_clock, read_ntp_status
from upgrader.dialect.replies.config import read_config_text
from upgrader.dialect.replies.hostscan import read_hostscan
from upgrader.dialect.replies.interfaces import read_interfaces
from upgrader.dialect.replies.kinds import read_session_kinds
from upgrader.dialect.replies.licences import read_licences, read_register
from upgrader.dialect.replies.local_ca import read_local_ca
from upgrader.dialect.replies.master_key import read_master_key
from upgrader.dialect.replies.modules import read_modules
from upgrader.dialect.replies.resources import read_cpu_usage, read_memory
from upgrader.dialect.replies.routes import read_routes
from upgrader.dialect.replies.smart_licence import read_smart_licence
from upgrader.dialect.replies.startup_errors import read_startup_errors
from upgrader.dialect.replies.translations import read_xlate_count
from upgrader.dialect.secrets import masked
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.scenario import Module, Scenario, ScenarioFile
from upgrader.emulator.scenario.health import Health, HeldCertificate
from upgrader.model.portrait import NoteKind
from upgrader.model.unit import Depth, Unit
from upgrader.model.wide import (
    Certificate,
    HostScan,
    LicensedFeature,
    LocalCa,
    MasterKey,
    MemoryUse,
    NtpStatus,
    RouteLine,
    SessionKind,
    WideLook,
)
from upgrader.ports import Unparsed


def told(
    *lines: str, under_webvpn: tuple[str, ...] = (), model: str = "ASA5516", **words: object
) -> Scenario:
    """A pair whose configuration has these lines besides."""
    of_all = scenario(lines=(*with_posture(config(), *under_webvpn), *lines), **words)
    return replace(of_all, model=model)


def second_is(of_all: Scenario, **words: object) -> Scenario:
    """The pair, whose secondary is told something else of."""
    return replace(of_all, units=(of_all.units[0], replace(of_all.units[1], **words)))


def looked(of_all: Scenario, depth: Depth = Depth.WIDE) -> tuple[Unit, Unit]:
    return listened(of_all, depth)[0]


def listened(
    of_all: Scenario, depth: Depth = Depth.WIDE
) -> tuple[tuple[Unit, Unit], tuple[str, ...]]:
    """Primary and secondary, and what was typed to the active unit."""
    world = Listening(EmulatedWorld(EmulatedPair.from_scenario(of_all)))
    seen = Eyes(world.access, world.seats, world.clock).look(depth)
    assert isinstance(seen.primary, Unit)
    assert isinstance(seen.secondary, Unit)
    typed = tuple(line for seat, line in world.typed if seat == world.seats.active)
    return (seen.primary, seen.secondary), typed


def around(unit: Unit) -> WideLook:
    assert unit.full is not None
    assert unit.full.wide is not None
    return unit.full.wide


# ── what is asked, and when ────────────────────────────────────────────────────────────

ALWAYS = {
    commands.SHOW_STARTUP_ERRORS,
    commands.SHOW_INTERFACES,
    commands.SHOW_ROUTES,
    commands.SHOW_XLATE_COUNT,
    commands.SHOW_MODULES,
    commands.SHOW_CLOCK,
    commands.SHOW_MEMORY,
    commands.SHOW_CPU,
}


def test_a_full_look_asks_nothing_of_the_surroundings():
    (primary, _), typed = listened(told(*EVERYTHING), Depth.FULL)
    assert primary.full is not None
    assert primary.full.wide is None
    assert not ALWAYS & set(typed)


def test_a_wide_look_asks_each_line_once_and_hardly_more_than_a_full_one():
    _, full = listened(told(), Depth.FULL)
    _, wide = listened(told())
    assert set(wide) - set(full) == ALWAYS
    assert len(set(wide)) == len(wide)


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("license smart", commands.SHOW_SMART_LICENCES),
        ("ntp server 10.1.1.9", commands.SHOW_NTP),
        ("crypto ca trustpoint OUTSIDE", commands.SHOW_CERTIFICATES),
        ("password encryption aes", commands.SHOW_MASTER_KEY),
        ("crypto ca server", commands.SHOW_LOCAL_CA),
    ],
)
def test_what_few_pairs_have_is_asked_where_the_configuration_names_it(line: str, asked: str):
    assert asked not in listened(told())[1]
    assert asked in listened(told(line, model="ASAv"))[1]


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        (f" hostscan image {HOSTSCAN}", commands.SHOW_HOSTSCAN),
        (f" csd hostscan image {HOSTSCAN}", commands.SHOW_CSD_HOSTSCAN),
        (" csd image disk0:/csd_3.6.6249-k9.pkg", commands.SHOW_CSD),
    ],
)
def test_posture_is_asked_for_as_its_image_is_named(line: str, asked: str):
    (primary, _), typed = listened(told(under_webvpn=(line,)))
    assert asked in typed
    assert around(primary).hostscan == HostScan(enabled=False, version=None), "no such file"


def test_nothing_of_a_healthy_pair_is_left_unread():
    primary, secondary = looked(told(*EVERYTHING, model="ASAv"))
    assert primary.unread == secondary.unread == ()
    seen = around(primary)
    assert None not in (seen.smart, seen.ntp, seen.certificates, seen.master_key, seen.local_ca)


def test_a_line_that_the_model_does_not_know_is_unread_and_spoils_nothing_else():
    primary, _ = looked(told("license smart"))
    assert [unread.line for unread in primary.unread] == [commands.SHOW_SMART_LICENCES]
    assert around(primary).smart is None
    assert around(primary).clock is not None


def test_secrets_of_the_configuration_are_masked_and_comments_are_left_out():
    (primary, secondary) = looked(told())
    text = around(primary).text
    assert text is not None
    assert "failover key *****" in text.lines
    assert not [line for line in text.lines if line.startswith((":", "!", "Crypto", "ASA Version"))]
    other = around(secondary).text
    assert other is not None
    assert set(text.lines) ^ set(other.lines) == {
        "failover lan unit primary",
        "failover lan unit secondary",
    }


# ── what an emulated unit can be made to say ───────────────────────────────────────────


def test_a_healthy_unit_says_so():
    primary, secondary = looked(told("ntp server 10.1.1.9", sessions=4))
    one, other = around(primary), around(secondary)
    assert one.startup_errors == other.startup_errors == ()
    assert one.register == "0x1"
    assert one.clock == other.clock
    assert one.ntp == NtpStatus(synchronized=True, reference="10.1.1.9")
    assert one.memory is not None
    assert one.memory.used < one.memory.total // 2
    assert one.kinds == (SessionKind("AnyConnect Client", 4, 0),)
    assert other.kinds == (SessionKind("AnyConnect Client", 0, 4),)
    assert one.routes is not None
    assert len([route for route in one.routes if route.code == "V"]) == 4
    assert one.portal is None


def test_a_clock_can_be_off_and_the_sessions_are_the_same_logins_all_the_same():
    pair = second_is(told(), health=Health(clock_off_ms=-90_000))
    primary, secondary = looked(pair)
    one, other = around(primary).clock, around(secondary).clock
    assert one is not None
    assert other is not None
    assert (one.at.at - other.at.at).total_seconds() == 90
    assert primary.full is not None
    assert secondary.full is not None
    logins = [{s.login for s in full.sessions or ()} for full in (primary.full, secondary.full)]
    assert logins[0] == logins[1] != set()


@pytest.mark.parametrize(
    ("health", "field", "expected"),
    [
        (Health(ntp=False), "ntp", NtpStatus(synchronized=False, reference="")),
        (Health(startup_errors=("ERROR: one", "ERROR: two")), "startup_errors",
         ("ERROR: one", "ERROR: two")),
        (Health(memory_used=97), "memory",
         MemoryUse(8_589_934_592 - 8_332_236_554, 8_332_236_554, 8_589_934_592)),
        (Health(hostscan="4.9.06037"), "hostscan", HostScan(enabled=True, version="4.9.06037")),
    ],
)  # fmt: skip
def test_each_key_shows_on_its_unit_alone(health: Health, field: str, expected: object):
    pair = told(*EVERYTHING, under_webvpn=(f" hostscan image {HOSTSCAN}", " hostscan enable"))
    primary, secondary = looked(second_is(pair, health=health))
    assert getattr(around(secondary), field) == expected
    assert getattr(around(primary), field) != expected


def test_a_unit_can_be_busy():
    primary, secondary = looked(second_is(told(), health=Health(cpu=97)))
    busy, idle = around(secondary).cpu, around(primary).cpu
    assert busy is not None
    assert idle is not None
    assert busy.five_minutes == 97
    assert idle.five_minutes < 20


def test_two_units_can_have_two_master_keys_or_one_of_them_none():
    pair = told("password encryption aes")
    one, other = (replace(unit, health=Health(master_key="a")) for unit in pair.units)
    same = looked(replace(pair, units=(one, other)))
    assert around(same[0]).master_key == around(same[1]).master_key
    assert around(same[0]).master_key != MasterKey(enabled=True, fingerprint=None)
    primary, secondary = looked(second_is(pair, health=Health(master_key="b")))
    assert around(primary).master_key == MasterKey(enabled=True, fingerprint=None)
    assert around(secondary).master_key not in (around(same[0]).master_key, None)


def test_hostscan_is_loaded_by_a_unit_that_has_the_file():
    pair = told(under_webvpn=(f" hostscan image {HOSTSCAN}", " hostscan enable"))
    file = ScenarioFile(HOSTSCAN, 50_000_000, "posture")
    primary, secondary = looked(second_is(pair, files=(*pair.units[1].files, file)))
    assert around(primary).hostscan == HostScan(enabled=False, version=None)
    assert around(secondary).hostscan == HostScan(enabled=True, version="4.10.07061")


def test_certificates_are_the_scenarios_and_those_of_the_chains():
    pair = told(
        "crypto ca trustpoint OUTSIDE",
        "crypto ca certificate chain OUTSIDE",
        " certificate ca 0f",
        "  308203e2",
    )
    ends = int(datetime(2026, 4, 1, 12, 30, 5, tzinfo=UTC).timestamp())
    mine = HeldCertificate("OUTSIDE", "0a1b2c", "cn=vpn.example.com, o=Example", ends, on="primary")
    primary, secondary = looked(replace(pair, certificates=(mine,)))
    found = around(primary).certificates
    assert found is not None
    assert found[0] == Certificate(
        "Certificate",
        "0a1b2c",
        "cn=vpn.example.com",
        datetime(2026, 4, 1, 12, 30, 5),  # noqa: DTZ001  a device's clock is naive
        ("OUTSIDE",),
    )
    assert [(c.kind, c.serial) for c in found[1:]] == [("CA Certificate", "0f")]
    assert around(secondary).certificates == found[1:]


@pytest.mark.parametrize(("below", "enabled"), [((), True), ((" shutdown",), False)])
def test_a_local_ca_runs_unless_it_is_shut_down(below: tuple[str, ...], enabled: bool):
    primary, _ = looked(told("crypto ca server", *below))
    assert around(primary).local_ca == LocalCa(enabled)


@pytest.mark.parametrize(
    ("state", "registration", "authorization"),
    [
        ("registered", "REGISTERED", "AUTHORIZED"),
        ("unregistered", "UNREGISTERED", "No Licenses in Use"),
        ("evaluation", "UNREGISTERED", "EVAL MODE"),
        ("out-of-compliance", "REGISTERED", "OUT OF COMPLIANCE"),
    ],
)
def test_a_smart_licence_says_how_it_stands(state: str, registration: str, authorization: str):
    pair = told("license smart", model="ASAv")
    health = Health(smart_licence=state)  # type: ignore[arg-type]
    _, secondary = looked(second_is(pair, health=health))
    smart = around(secondary).smart
    assert smart is not None
    assert (smart.registration, smart.authorization) == (registration, authorization)


def test_a_unit_can_be_licensed_for_less_than_its_model():
    _, secondary = looked(
        second_is(told(), health=Health(licences=("AnyConnect Premium Peers: 2",)))
    )
    row = LicensedFeature("platform", "AnyConnect Premium Peers", "2", "perpetual")
    assert row in around(secondary).licences
    together = {f.value for f in around(secondary).licences if f.name == row.name}
    assert len(together) == 2, "the pair has what the model has"


@pytest.mark.parametrize(
    ("card", "status"),
    [
        (Module(2, "SFR5516", "6.6.1", "ASA FirePOWER"), "Up"),
        (Module(2, "SFR5516", "6.6.1", "ASA FirePOWER", up_after_ms=86_400_000 * 60), "Init"),
        (Module(2, "SFR5516", "6.6.1", "ASA FirePOWER", responds=False), "Unresponsive"),
    ],
)
def test_a_card_is_up_or_is_not(card: Module, status: str):
    _, secondary = looked(second_is(told(), modules=(card,)))
    modules = around(secondary).modules
    assert modules is not None
    assert [(m.number, m.status) for m in modules] == [("1", "Up Sys"), ("2", status)]


def test_an_interface_without_a_cable_is_down_on_its_unit():
    primary, secondary = looked(second_is(told(), no_link=("outside",)))
    ports = [
        {port.port: port for port in around(unit).interfaces or ()} for unit in (primary, secondary)
    ]
    assert ports[0]["GigabitEthernet1/1"].is_up
    assert not ports[1]["GigabitEthernet1/1"].is_up
    assert ports[1]["GigabitEthernet1/1"].status == "down"


def test_a_register_is_that_of_the_unit():
    pair = told()
    lines = (*(line.replace("unit primary", "unit secondary") for line in pair.config),
             "config-register 0x41")  # fmt: skip
    primary, secondary = looked(second_is(pair, config=lines))
    assert (around(primary).register, around(secondary).register) == ("0x1", "0x41")


def test_looking_widely_changes_nothing():
    world = World(EmulatedPair.from_scenario(told(*EVERYTHING)))
    emulated = EmulatedWorld(world.pair)
    Eyes(emulated.access, emulated.seats, emulated.clock).look(Depth.WIDE)
    assert world.pair.changes == 0


# ── texts of which there is no capture ─────────────────────────────────────────────────

REFUSED = "            ^\nERROR: % Invalid input detected at '^' marker.\n"
READERS = (
    read_certificates,
    read_clock,
    read_config_text,
    read_cpu_usage,
    read_hostscan,
    read_interfaces,
    read_licences,
    read_local_ca,
    read_master_key,
    read_memory,
    read_modules,
    read_ntp_status,
    read_routes,
    read_session_kinds,
    read_smart_licence,
    read_startup_errors,
    read_xlate_count,
)
UNTOLD_IS_FINE = (read_certificates, read_licences)
"""Where nothing printed means that there is none."""
TELLS_ANYTHING = read_startup_errors
"""Whatever it prints is an error of the configuration."""


@pytest.mark.parametrize("read", [r for r in READERS if r is not read_licences])
def test_a_refusal_is_unparsed_for_every_reader(read: object):
    with pytest.raises(Unparsed):
        read(REFUSED)  # type: ignore[operator]


@pytest.mark.parametrize("read", [r for r in READERS if r not in UNTOLD_IS_FINE])
def test_silence_is_unparsed(read: object):
    with pytest.raises(Unparsed):
        read("\n")  # type: ignore[operator]


@pytest.mark.parametrize("read", [r for r in READERS if r not in (read_licences, TELLS_ANYTHING)])
def test_another_screen_is_unparsed(read: object):
    with pytest.raises(Unparsed):
        read("something else entirely\n")  # type: ignore[operator]


def test_memory_is_read_with_blanks_before_the_colon_and_notes_below():
    text = (
        "Free memory        :  1252315136 bytes (59%)\n"
        "Used memory        :   894930944 bytes (41%)\n"
        "-------------     ------------------\n"
        "Total memory       :  2147246080 bytes (100%)\n"
        "Note: Free memory is the free system memory.\n"
    )
    assert read_memory(text) == MemoryUse(1_252_315_136, 894_930_944, 2_147_246_080)
    with pytest.raises(Unparsed):
        read_memory(text.replace("2147246080", "1147246080"))


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Hostscan version 4.10.07061 is currently installed and enabled", (True, "4.10.07061")),
        ("Hostscan is not enabled", (False, None)),
        ("Hostscan version 3.1.05152 is currently installed but not enabled",
         (False, "3.1.05152")),
        ("Secure Desktop version 3.6.6249 is currently installed and enabled.",
         (True, "3.6.6249")),
        ("Secure Desktop is not enabled.", (False, None)),
    ],
)  # fmt: skip
def test_posture_says_whether_it_is_on_and_its_version(
    sentence: str, expected: tuple[bool, str | None]
):
    found = read_hostscan(f"{sentence}\n")
    assert (found.enabled, found.version) == expected


@pytest.mark.parametrize(
    ("told_of", "expected"),
    [
        ("Disabled\nMaster key hash: Not set(saved)", MasterKey(enabled=False, fingerprint=None)),
        ("Enabled\nMaster key hash: 0x17FFBDA1 0x624e0740(not saved)",
         MasterKey(enabled=True, fingerprint="0x17ffbda1 0x624e0740")),
    ],
)  # fmt: skip
def test_a_master_key_is_told_by_its_hash(told_of: str, expected: MasterKey):
    assert read_master_key(f"Password Encryption: {told_of}\n") == expected


def test_a_register_that_changes_is_the_next_one():
    text = "Configuration register is 0x1 (will be 0x2142 at next reload)\n"
    assert read_register(text) == "0x2142"


def test_a_certificate_that_is_only_asked_for_is_none():
    text = "Certificate\n  Subject Name:\n    Name: fw\n  Status: Pending terminal enrollment\n"
    assert read_certificates(text) == ()
    with pytest.raises(Unparsed):
        read_certificates("Certificate\n  Status: Available\n")


def test_routes_of_many_kinds_are_read_and_an_odd_line_is_not_passed_over():
    head = "Codes: C - connected\nGateway of last resort is not set\n\n"
    text = (
        f"{head}S*   0.0.0.0 0.0.0.0 [255/0] via 10.0.0.1, inside tunneled\n"
        "D    10.9.0.0 255.255.0.0 [90/3072] is a summary, 1w2d, Null0\n"
        "B        10.3.0.0 255.255.0.0 [20/0] via 10.0.0.9, 00:01:07\n"
    )
    assert read_routes(text) == (
        RouteLine("S*", "0.0.0.0 0.0.0.0", "10.0.0.1", "inside"),
        RouteLine("D", "10.9.0.0 255.255.0.0", "a summary", "Null0"),
        RouteLine("B", "10.3.0.0 255.255.0.0", "10.0.0.9", ""),
    )
    assert read_routes(head) == ()
    with pytest.raises(Unparsed, match="is no way to"):
        read_routes(f"{text}B   10.4.0.0 255.255.0.0 by magic, inside\n")
    with pytest.raises(Unparsed, match="cut off"):
        read_routes(f"{head}S    10.0.0.0 255.0.0.0\n")


def test_kinds_that_do_not_add_up_to_the_total_are_not_believed():
    text = (
        "VPN Session Summary\n"
        "Cisco Secure Client          :      3 :          9 :           4 :        2\n"
        "  SSL/TLS/DTLS               :      3 :          9 :           4 :        2\n"
        "Clientless VPN               :      1 :          1 :           1\n"
        "Total Active and Inactive    :      6             Total Cumulative : 10\n"
    )
    assert read_session_kinds(text) == (
        SessionKind("Cisco Secure Client", 3, 2),
        SessionKind("Clientless VPN", 1, 0),
    )
    with pytest.raises(Unparsed):
        read_session_kinds(text.replace("Clientless VPN               :      1", "Odd"))


def test_what_failed_at_boot_is_told_with_secrets_masked():
    text = (
        'Reading from flash:\n!!\n*** Output from config line 9, "failover key x1y2"\nERROR: no\n'
    )
    assert read_startup_errors(text) == (
        '*** Output from config line 9, "failover key *****',
        "ERROR: no",
    )


# ── twins ──────────────────────────────────────────────────────────────────────────────


def test_a_twin_says_of_its_units_what_the_pair_says():
    pair = told(*EVERYTHING, under_webvpn=(f" hostscan image {HOSTSCAN}", " hostscan enable"))
    unwell = Health(
        clock_off_ms=600_000,
        ntp=False,
        memory_used=91,
        cpu=88,
        startup_errors=("ERROR: one",),
        hostscan="4.9.06037",
        master_key="b",
        licences=("AnyConnect Premium Peers: 2",),
    )
    ends = int(datetime(2026, 4, 1, tzinfo=UTC).timestamp())
    theirs = HeldCertificate("OUTSIDE", "0a1b", "cn=fw", ends, on="secondary")
    of_all = replace(second_is(pair, health=unwell), certificates=(theirs,))
    twins = Twins.of(EmulatedPair.from_scenario(of_all))
    emulated = twins.second.world
    seen = Eyes(emulated.access, emulated.seats, emulated.clock).look(Depth.WIDE)
    assert isinstance(seen.secondary, Unit)
    there, here = around(seen.secondary), around(looked(of_all)[1])
    for field in ("startup_errors", "ntp", "memory", "hostscan", "licences", "certificates"):
        assert getattr(there, field) == getattr(here, field), field
    assert there.cpu == here.cpu
    assert there.clock is not None
    assert here.clock is not None
    assert abs(there.clock.at.at - here.clock.at.at) < timedelta(seconds=30)
    assert there.master_key is not None
    assert there.master_key.fingerprint is not None


def test_saved_screens_make_a_twin_that_is_as_unwell_and_those_not_saved_are_named(tmp_path: Path):
    unwell = Health(memory_used=91, startup_errors=("ERROR: one",), master_key="b")
    pair = EmulatedPair.from_scenario(second_is(told("password encryption aes"), health=unwell))
    lines = (*SHORT, "sh mem", "show startup errors", "sh pass enc")
    for seat in ("active", "standby"):
        (tmp_path / f"{seat}.log").write_text(log_of(pair.fork(), seat, lines))
    twins = Twins.of(pair, captured(tmp_path).world())
    twin = twins.second.world
    seen = Eyes(twin.access, twin.seats, twin.clock).look(Depth.WIDE)
    assert isinstance(seen.secondary, Unit)
    there = around(seen.secondary)
    assert there.memory is not None
    assert there.memory.used * 100 // there.memory.total in (90, 91)
    assert there.startup_errors == ("ERROR: one",)
    assert there.master_key is not None
    assert there.master_key.fingerprint is not None
    assert any("health of Secondary" in note for note in twins.told(NoteKind.TAKEN))
    (assumed, _) = [note for note in twins.told(NoteKind.ASSUMED) if note.startswith("health")]
    assert assumed.endswith("not seen, and taken for well: `show cpu usage`")


# ── noise ──────────────────────────────────────────────────────────────────────────────

NOISE = "Ã( caf\ufffd \ufffd\n"
SCREENS = {
    commands.SHOW_INTERFACES: read_interfaces,
    commands.SHOW_ROUTES: read_routes,
    commands.SHOW_MODULES: read_modules,
    commands.SHOW_XLATE_COUNT: read_xlate_count,
    commands.SHOW_CLOCK: read_clock,
    commands.SHOW_MEMORY: read_memory,
    commands.SHOW_CPU: read_cpu_usage,
    commands.SHOW_NTP: read_ntp_status,
    commands.SHOW_SMART_LICENCES: read_smart_licence,
    commands.SHOW_MASTER_KEY: read_master_key,
    commands.SHOW_HOSTSCAN: read_hostscan,
    commands.SHOW_LOCAL_CA: read_local_ca,
    commands.SHOW_CERTIFICATES: read_certificates,
    commands.SHOW_SESSION_SUMMARY: read_session_kinds,
    commands.SHOW_VERSION: read_licences,
}


def printed(line: str) -> str:
    ends = int(datetime(2026, 4, 1, tzinfo=UTC).timestamp())
    held = HeldCertificate("OUTSIDE", "0a1b", "cn=fw", ends)
    card = Module(2, "SFR5516", "6.6.1", "ASA FirePOWER")
    pair = told(*EVERYTHING, under_webvpn=(f" hostscan image {HOSTSCAN}",), model="ASAv")
    pair = replace(second_is(pair, modules=(card,)), certificates=(held,))
    return at_the_console(EmulatedPair.from_scenario(pair), "standby")(line)


@pytest.mark.parametrize("line", SCREENS)
def test_noise_below_a_screen_changes_nothing(line: str):
    text, read = printed(line), SCREENS[line]
    assert read(text + NOISE) == read(text)


@pytest.mark.parametrize("line", SCREENS)
def test_hiding_secrets_takes_nothing_from_a_screen(line: str):
    text, read = printed(line), SCREENS[line]
    assert read(masked(text)) == read(text)
    assert read(Redactor(b"k" * 32).redact(text)) == read(text)


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (read_interfaces, "GigabitEthernet1/1   10.0.0.1  YES CONFIG\n"),
        (read_modules, " sfrFirePOWER Services                       ASA5516\n   2x\n"),
    ],
)
def test_a_row_that_is_cut_off_is_not_passed_over(read: object, text: str):
    line = {read_interfaces: commands.SHOW_INTERFACES, read_modules: commands.SHOW_MODULES}
    whole = printed(line[read])  # type: ignore[index]
    head = whole[: whole.index("\n", whole.index("--")) + 1] if "--" in whole else whole
    with pytest.raises(Unparsed):
        read(head + text)  # type: ignore[operator]
