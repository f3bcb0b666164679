"""Rules about the surroundings: thresholds, spellings of releases, and what is no news."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from looks import (
    DAWN,
    NEW,
    OLD,
    aim,
    configuration,
    dark,
    full,
    pair,
    secondary,
    session,
    snapshot,
    turned,
    unit,
    wide,
)

from upgrader.judgement.check.rule import Scene
from upgrader.judgement.check.rules import FAMILIES, examine, explain
from upgrader.model.failover import DeviceTime, FailoverState, HistoryRow, Role
from upgrader.model.finding import CheckLine, Moment, RuleOutcome, Severity
from upgrader.model.names import Instant, RuleName
from upgrader.model.selection import Selection, SetParameter
from upgrader.model.unit import FlashFile, Snapshot
from upgrader.model.version import Version
from upgrader.model.wide import (
    Certificate,
    ClockSeen,
    CpuUse,
    InterfaceLine,
    LicensedFeature,
    MasterKey,
    MemoryUse,
    ModuleLine,
    SessionKind,
    SmartLicence,
    WideLook,
)

READY, WARNED, BLOCKED = RuleOutcome.READY, RuleOutcome.WARNING, RuleOutcome.BLOCKER
UNKNOWN, SPARED = RuleOutcome.UNKNOWN, RuleOutcome.NOT_APPLICABLE


def of(ours: WideLook | None = None, theirs: WideLook | None = None) -> Snapshot:
    """A healthy pair with these surroundings; the second is as the first if it is not said."""
    ours = wide() if ours is None else ours
    return snapshot(unit(around=ours), secondary(around=ours if theirs is None else theirs))


def line(
    seen: Snapshot,
    rule: str,
    moment: Moment = Moment.PLAN,
    *,
    before: Snapshot | None = None,
    **parameters: int | str,
) -> CheckLine:
    """How the rule comes out, with parameters as a site may set them."""
    chosen = tuple(SetParameter(RuleName(rule), name, v) for name, v in sorted(parameters.items()))
    scene = Scene(seen, aim(seen), moment, before, selection=Selection(parameters=chosen))
    (found,) = (known for known in examine(scene) if known.rule == rule)
    return found


def outcome(seen: Snapshot, rule: str, moment: Moment = Moment.PLAN, **more: object) -> RuleOutcome:
    return line(seen, rule, moment, **more).outcome  # type: ignore[arg-type]


# ── thresholds are a site's to set ─────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("rule", "around", "parameter", "lenient"),
    [
        ("memory-free", {"memory": MemoryUse(9, 91, 100)}, "least_free_percent", 9),
        ("cpu-calm", {"cpu": CpuUse(1, 1, 81)}, "most_percent", 81),
        (
            "licences-last",
            {"licences": (LicensedFeature("platform", "Botnet", "Enabled", "14 days"),)},
            "days",
            13,
        ),
    ],
)
def test_a_site_may_set_how_much_is_too_much(
    rule: str, around: dict[str, object], parameter: str, lenient: int
) -> None:
    seen = of(wide(**around))
    assert outcome(seen, rule) is WARNED
    assert outcome(seen, rule, **{parameter: lenient}) is READY


def test_a_site_names_the_interfaces_that_nobody_needs_to_watch() -> None:
    lines = ["interface Gi1/1", " nameif inside"]
    seen = of(wide(lines))
    host = seen.units[0].failover.this_host
    assert host is not None
    bare = replace(host, interfaces=(replace(host.interfaces[0], monitoring="Not-Monitored"),))
    one, other = seen.units
    seen = snapshot(replace(one, failover=replace(one.failover, this_host=bare)), other)
    assert outcome(seen, "interfaces-monitored") is WARNED
    assert "monitor-interface inside\n" in line(seen, "interfaces-monitored").findings[0].remedy
    assert outcome(seen, "interfaces-monitored", accepted="dmz, inside") is READY


BARE_V6 = ("interface Gi1/2", " nameif v6", " no ip address", " ipv6 address 2001:db8::1/64")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (BARE_V6, WARNED),
        ((*BARE_V6[:3], " ipv6 address 2001:db8::1/64 standby 2001:db8::2"), READY),
        ((*BARE_V6[:3], " ipv6 address fe80::1 link-local"), READY),
        ((*BARE_V6[:3], " ipv6 address autoconfig"), READY),
        (("interface Gi1/1", " nameif outside", " ip address dhcp setroute"), READY),
        (("interface Gi1/1", " nameif outside", " ip address pppoe setroute"), READY),
        (("interface Tunnel1", " nameif vti", " ip address 169.254.1.1 255.255.255.252"), READY),
        (("interface Loopback1", " nameif lo", " ip address 10.9.9.9 255.255.255.255"), READY),
    ],
)
def test_an_address_that_the_standby_could_have_beside_it_is_asked_for(
    lines: tuple[str, ...], expected: RuleOutcome
) -> None:
    assert outcome(of(wide(lines)), "standby-addresses-set") is expected


def test_the_remedy_of_a_missing_standby_address_names_port_and_line() -> None:
    (found,) = line(of(wide(BARE_V6)), "standby-addresses-set").findings
    assert "interface Gi1/2\nipv6 address 2001:db8::1/64 standby ADDRESS\n" in found.remedy


# ── clocks ─────────────────────────────────────────────────────────────────────────────


def at(seconds: float, asked_ms: int | None = None, zone: str = "UTC") -> ClockSeen:
    when = DeviceTime(DAWN + timedelta(seconds=seconds), zone)
    return ClockSeen(when, None if asked_ms is None else Instant(asked_ms))


def test_the_minutes_between_two_questions_are_not_held_against_the_clocks() -> None:
    """Digests of large files are asked in between, which takes a unit minutes."""
    seen = of(wide(clock=at(0, 0)), wide(clock=at(300, 300_000)))
    assert outcome(seen, "clocks-agree") is READY
    seen = of(wide(clock=at(0, 0)), wide(clock=at(0, 300_000)))
    assert line(seen, "clocks-agree").findings[0].observed == "300 seconds apart"


def test_two_zones_are_two_times() -> None:
    seen = of(wide(clock=at(0)), wide(clock=at(0, zone="CEST")))
    assert outcome(seen, "clocks-agree") is WARNED


def test_a_unit_that_lost_the_time_with_its_reload_is_named_before_it_serves() -> None:
    seen = of(wide(), wide(clock=at(-20 * 365 * 86_400)))
    assert outcome(seen, "clocks-agree", Moment.BEFORE_SWITCHOVER) is WARNED


# ── what is no news ────────────────────────────────────────────────────────────────────


def errors(*lines: str) -> WideLook:
    return wide(startup_errors=lines)


def test_an_old_error_on_another_line_number_is_no_news() -> None:
    """The new boot order moves every line behind it."""
    before = of(errors('*** Output from config line 12, "crypto x"'))
    now = of(errors('*** Output from config line 13, "crypto x"'))
    assert outcome(now, "no-startup-errors", Moment.BEFORE_SWITCHOVER, before=before) is READY


@pytest.mark.parametrize(
    ("text", "expected"), [("snmp-server x", WARNED), ("webvpn", BLOCKED), ("nat (x,y)", BLOCKED)]
)
def test_a_line_without_which_people_are_cut_off_stops_the_night_while_the_old_code_serves(
    text: str, expected: RuleOutcome
) -> None:
    now = of(wide(), errors(text))
    assert outcome(now, "no-startup-errors", Moment.BEFORE_SWITCHOVER, before=of()) is expected
    assert outcome(now, "no-startup-errors", Moment.AFTER, before=of()) is WARNED


def test_a_crash_file_of_an_older_day_is_no_news_but_one_written_anew_is() -> None:
    def left(written: str) -> Snapshot:
        one, other = of().units
        assert other.full is not None
        assert other.full.flash is not None
        file = FlashFile("disk0:/crashinfo_1", 9, written)
        flash = replace(other.full.flash, files=(*other.full.flash.files, file))
        return snapshot(one, full(other, flash=flash))

    old, new = left("06:43:00 Jun 30 2018"), left("00:43:00 Jun 3 2023")
    assert outcome(old, "no-new-crash") is READY
    assert outcome(new, "no-new-crash") is WARNED
    for moment, expected in ((Moment.BEFORE_SWITCHOVER, BLOCKED), (Moment.AFTER, WARNED)):
        assert outcome(old, "no-new-crash", moment, before=old) is READY
        assert outcome(new, "no-new-crash", moment, before=old) is expected


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("Set by the config command", READY),
        ("Other unit wants me Active", READY),
        ("mate want me Active", READY),
        ("No Active unit found", READY),
        ("HELLO not heard from mate", WARNED),
        ("Interface check", WARNED),
        ("Service card failure", WARNED),
    ],
)
def test_roles_that_somebody_moved_are_no_trouble(reason: str, expected: RuleOutcome) -> None:
    row = replace(turned(-600, FailoverState.STANDBY_READY, FailoverState.ACTIVE), reason=reason)
    seen = snapshot(unit(history=(row,)), secondary())
    assert outcome(seen, "failover-quiet") is expected


def test_a_failover_of_the_day_before_yesterday_is_no_trouble() -> None:
    row = HistoryRow(
        DeviceTime(DAWN - timedelta(hours=48), "UTC"),
        FailoverState.STANDBY_READY,
        FailoverState.ACTIVE,
        "HELLO not heard from mate",
    )
    seen = snapshot(unit(history=(row,)), secondary())
    assert outcome(seen, "failover-quiet") is READY
    assert outcome(seen, "failover-quiet", hours=72) is WARNED


# ── chassis ────────────────────────────────────────────────────────────────────────────


def card(status: str | None = "Up", model: str = "SFR5525", runs: str = "5.4") -> WideLook:
    return wide(modules=(ModuleLine("sfr", "FirePOWER", model, "JAD", runs, status),))


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (card(), card(), READY),
        (card("Up"), card("Up Sys"), READY),
        (card("Up"), card("Init"), WARNED),
        (card("Up"), card(None), WARNED),
        (card("Init"), card("Init"), READY),
        (card(), card(model="IPS5525"), WARNED),
        (card(), card(runs="6.2"), WARNED),
        (card(), wide(modules=()), WARNED),
        (wide(modules=()), wide(modules=()), SPARED),
    ],
)
def test_cards_are_compared_and_not_required(
    ours: WideLook, theirs: WideLook, expected: RuleOutcome
) -> None:
    assert outcome(of(ours, theirs), "modules-alike") is expected


def test_the_chassis_own_row_names_the_release_which_differs_in_the_middle_of_the_night() -> None:
    def row(release: str) -> WideLook:
        return wide(modules=(ModuleLine("0", "ASA", "ASA5516", "JAD", release, "Up Sys"),))

    seen = snapshot(unit(around=row("9.12(4)")), secondary(runs=NEW, around=row("9.16(4)")))
    assert outcome(seen, "modules-alike", Moment.BEFORE_SWITCHOVER) is READY


@pytest.mark.parametrize(
    ("register", "expected"),
    [
        ("0x1", READY),
        ("0x2011", READY),
        ("0x41", BLOCKED),
        ("0x2142", BLOCKED),
        ("0x0", BLOCKED),
        ("soon", UNKNOWN),
        (None, SPARED),
    ],
)
def test_a_register_that_ignores_the_configuration_stops_everything(
    register: str | None, expected: RuleOutcome
) -> None:
    assert outcome(of(wide(register=register)), "register-boots-configuration") is expected


def port(status: str, name: str = "GigabitEthernet1/1") -> WideLook:
    protocol = "up" if status == "up" else "down"
    return wide(interfaces=(InterfaceLine(name, "10.1.1.1", "CONFIG", status, protocol),))


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (port("up"), port("up"), READY),
        (port("up"), port("down"), WARNED),
        (port("up"), port("administratively down"), WARNED),
        (port("down"), port("up"), READY),
        (port("up", "Tunnel1"), port("down", "Tunnel1"), READY),
        (port("up", "Internal-Data0/2"), port("down", "Internal-Data0/2"), READY),
    ],
)
def test_a_port_that_only_the_serving_unit_has_up_is_told(
    ours: WideLook, theirs: WideLook, expected: RuleOutcome
) -> None:
    assert outcome(of(ours, theirs), "ports-up-alike") is expected


# ── keys and licences ──────────────────────────────────────────────────────────────────

OUTSIDE = ("crypto ca trustpoint OUTSIDE", "ssl trust-point OUTSIDE outside")


def held(serial: str | None, lines: tuple[str, ...] = OUTSIDE) -> WideLook:
    ends = datetime(2033, 1, 1)  # noqa: DTZ001  as printed, without its zone
    known = Certificate("Certificate", serial or "", "cn=vpn", ends, ("OUTSIDE",))
    return wide(lines, certificates=() if serial is None else (known,))


@pytest.mark.parametrize(
    ("theirs", "lines", "expected"),
    [
        ("0A", OUTSIDE, READY),
        ("0b", OUTSIDE, BLOCKED),
        (None, OUTSIDE, BLOCKED),
        (None, OUTSIDE[:1], WARNED),
        (None, (OUTSIDE[0], "crypto ikev2 remote-access trustpoint OUTSIDE"), BLOCKED),
    ],
)
def test_the_certificate_that_clients_meet_must_be_on_both_before_the_roles_move(
    theirs: str | None, lines: tuple[str, ...], expected: RuleOutcome
) -> None:
    seen = of(held("0a", lines), held(theirs, lines))
    assert outcome(seen, "certificates-alike", Moment.BEFORE_SWITCHOVER) is expected


def test_the_standby_s_own_reload_may_bring_a_certificate_so_a_plan_is_only_warned() -> None:
    assert outcome(of(held("0a"), held(None)), "certificates-alike") is WARNED


def test_who_has_no_trustpoint_is_not_asked() -> None:
    assert outcome(of(), "certificates-alike") is SPARED
    assert outcome(of(), "certificates-valid") is SPARED


def test_a_certificate_whose_end_was_not_read_is_not_called_ended() -> None:
    known = Certificate("CA Certificate", "1", "cn=ca", None, ("OUTSIDE",))
    assert outcome(of(wide(OUTSIDE, certificates=(known,))), "certificates-valid") is READY


def test_a_unit_without_the_passphrase_of_its_mate_stops_the_night() -> None:
    lines = ("password encryption aes",)
    has, has_not = (
        wide(lines, master_key=MasterKey(enabled=True, fingerprint=key)) for key in ("0x1", None)
    )
    assert outcome(of(has, has), "master-key-alike") is READY
    assert outcome(of(has, has_not), "master-key-alike") is BLOCKED
    assert outcome(of(has, wide()), "master-key-alike") is BLOCKED


def licensed(value: str, name: str = "Botnet Traffic Filter") -> WideLook:
    return wide(licences=(LicensedFeature("platform", name, value, "perpetual"),))


def test_licences_are_combined_since_8_3_and_had_to_match_before() -> None:
    ours, theirs = licensed("Enabled"), licensed("Disabled")
    assert outcome(of(ours, theirs), "licences-alike") is READY
    old = Version(8, 2, 5)
    seen = snapshot(unit(around=ours, runs=old), secondary(around=theirs, runs=old))
    assert outcome(seen, "licences-alike") is BLOCKED


def test_two_releases_list_other_features_and_are_not_blamed_for_it() -> None:
    ours, theirs = licensed("Enabled"), licensed("Enabled", "Carrier")
    seen = snapshot(unit(around=ours, runs=OLD), secondary(around=theirs, runs=NEW))
    assert line(seen, "licences-alike", Moment.BEFORE_SWITCHOVER).findings == ()


@pytest.mark.parametrize(
    ("registration", "authorization", "expected"),
    [
        ("REGISTERED", "AUTHORIZED", READY),
        ("REGISTERED - SPECIFIC LICENSE RESERVATION", "AUTHORIZED - RESERVED", READY),
        ("REGISTERED", "No Licenses in Use", READY),
        ("REGISTERED", "", READY),
        ("UNREGISTERED", "EVAL MODE", WARNED),
        ("UNREGISTERED - REGISTRATION FAILED", "EVAL EXPIRED", WARNED),
        ("REGISTERED", "OUT OF COMPLIANCE", WARNED),
        ("REGISTERED", "AUTHORIZATION EXPIRED", WARNED),
    ],
)
def test_smart_licences_are_judged_by_the_words_that_devices_print(
    registration: str, authorization: str, expected: RuleOutcome
) -> None:
    smart = SmartLicence(registration, authorization)
    assert outcome(of(wide(("license smart",), smart=smart)), "smart-licence-well") is expected


# ── people ─────────────────────────────────────────────────────────────────────────────


def test_the_lower_of_two_session_limits_counts() -> None:
    people = [session(n) for n in range(1, 30)]
    assert outcome(pair(people), "session-limit-has-room") is READY
    limit = wide(("vpn-sessiondb max-session-limit 30",))
    assert outcome(pair(people, around=limit), "session-limit-has-room") is WARNED


@pytest.mark.parametrize(
    ("public", "expected"),
    [
        ("2001:db8::7", WARNED),
        ("198.51.100.7", READY),
        ("198.51.100.7:443", READY),
        ("a:b:c", READY),
    ],
)
def test_people_who_come_by_ipv6_are_counted(public: str, expected: RuleOutcome) -> None:
    assert outcome(pair([session(1, public=public)]), "ipv6-people-known") is expected


def test_a_policy_that_is_closed_hurts_only_who_is_connected_under_it() -> None:
    closed = replace(configuration(), simultaneous_logins=(("NOACCESS", 0), ("GP", 1)))
    seen = pair([session(1)], running=closed)
    (note,) = line(seen, "people-can-come-back").findings
    assert note.severity is Severity.NOTE
    seen = pair([session(1, policy="NOACCESS")], running=closed)
    assert outcome(seen, "people-can-come-back") is WARNED


@pytest.mark.parametrize(("policy", "typed"), [("GP", "GP"), ("All staff", '"All staff"')])
def test_the_remedy_of_a_closed_policy_names_it_as_it_is_typed(policy: str, typed: str) -> None:
    closed = replace(configuration(), simultaneous_logins=((policy, 0),))
    seen = pair([session(1, policy=policy)], running=closed)
    (found,) = line(seen, "people-can-come-back").findings
    assert f"group-policy {typed} attributes\n" in found.remedy


@pytest.mark.parametrize("name", ["Clientless VPN", "Clientless SSL VPN", "WebVPN"])
def test_the_portal_is_found_under_each_name_it_had(name: str) -> None:
    seen = of(wide(kinds=(SessionKind(name, 2, 0),)))
    assert line(seen, "portal-empty").findings[0].observed == "2 sessions"
    assert outcome(of(wide(kinds=(SessionKind(name, 0, 0),))), "portal-empty") is READY


def test_in_the_second_half_the_rows_of_the_old_unit_tell_what_going_back_would_cost() -> None:
    people = [session(n) for n in range(1, 11)]
    seen = snapshot(unit(sessions=people), secondary(sessions=people[:8]))
    (found,) = line(seen, "sessions-on-both", Moment.BEFORE_FINAL_RELOAD).findings
    assert (found.severity, found.observed) == (Severity.WARNING, "80 %")
    held_ = {"least_percent": 80}
    assert outcome(seen, "sessions-on-both", Moment.BEFORE_FINAL_RELOAD, **held_) is READY


# ── modes, logging ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("action", "severity"),
    [
        ('action 0 cli command "failover active"', Severity.WARNING),
        ('action 1 cli command "copy /noconfirm running-config disk0:/x"', Severity.WARNING),
        ('action 0 cli command "show failover"', Severity.NOTE),
        ('action 0 cli command "sh run failover"', Severity.NOTE),
        ("action 1 output file rotate 5", Severity.NOTE),
    ],
)
def test_an_applet_is_judged_by_what_it_does(action: str, severity: Severity) -> None:
    seen = of(wide(("event manager applet A", " event none", f" {action}")))
    (found,) = line(seen, "nothing-acts-by-itself").findings
    assert found.severity is severity
    assert "no event manager applet A\n" in found.remedy
    assert "auto-update" not in found.remedy, "a unit without such a server refuses the line"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("logging host inside 10.1.1.5 6/1470",), WARNED),
        (("logging host inside 10.1.1.5 tcp/1470",), WARNED),
        (("logging host inside 10.1.1.5 17/514",), READY),
        (("logging host inside 10.1.1.5 format emblem",), READY),
        (("logging host inside 10.1.1.5 6/1470", "logging permit-hostdown"), READY),
        (("logging host inside 10.1.1.5 6/1470 permit-hostdown",), READY),
        ((), SPARED),
    ],
)
def test_a_tcp_collector_that_is_away_must_not_stop_traffic(
    lines: tuple[str, ...], expected: RuleOutcome
) -> None:
    assert outcome(of(wide(lines)), "logging-lets-traffic-pass") is expected


def test_a_rule_is_spared_only_where_both_configurations_were_seen() -> None:
    seen = of(wide(text=None))
    for rule in ("rest-api-stopped", "certificates-alike", "load-balancing-left"):
        assert outcome(seen, rule) is UNKNOWN


SURROUNDINGS = (
    *("interfaces", "carried", "chassis", "marks", "modes", "clock", "keys", "licences"),
    *("sessions", "people", "logging"),
)


@pytest.mark.parametrize(
    "name", [r.text.rule for f in FAMILIES if f.name in SURROUNDINGS for r in f.rules]
)
def test_a_unit_in_the_dark_is_never_fine(name: str) -> None:
    """Whichever of the two it is, in whichever moment; and nobody is spared for its sake."""
    one, other = of().units
    text = explain(name)
    assert text is not None
    for seen in (snapshot(one, dark()), snapshot(dark(Role.PRIMARY), other)):
        assert {outcome(seen, name, moment) for moment in text.moments} == {UNKNOWN}


def test_a_glance_is_no_look() -> None:
    one, other = of().units
    seen = snapshot(replace(one, full=None), replace(other, full=None))
    assert outcome(seen, "memory-free") is UNKNOWN
    assert outcome(seen, "modes-alike") is UNKNOWN
