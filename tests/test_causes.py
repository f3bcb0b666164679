"""Why a night went wrong: each cause by its own marks, and without the mark that decides."""

import re
from dataclasses import replace
from datetime import datetime
from functools import cache
from random import Random

import pytest
from causes import ONE, TWO, Told, minutes, of, row
from hypothesis import given, settings
from hypothesis import strategies as st
from incidents import FOLDER as INCIDENTS
from noise import Weather, weathered

from upgrader.access.evidence.transcripts import read_transcript
from upgrader.dialect.syslog.scan import Scanner
from upgrader.judgement.postmortem.causes import judge
from upgrader.judgement.postmortem.causes.texts import TEXTS
from upgrader.judgement.postmortem.telling.night import tell
from upgrader.model.cause import Cause, CauseName, Likelihood
from upgrader.model.evidence import Evidence, Minute, SourceKind, SourceRead, What
from upgrader.model.failover import DeviceTime, FailoverState, HistoryRow, Role
from upgrader.model.night import ClockLine, Leaving, Night, Silence

CERTAIN, LIKELY, POSSIBLE = Likelihood.CERTAIN, Likelihood.LIKELY, Likelihood.POSSIBLE
UNKNOWN, UNLIKELY, EXCLUDED = Likelihood.UNKNOWN, Likelihood.UNLIKELY, Likelihood.EXCLUDED
RANKS = list(Likelihood)
INCIDENT = CauseName.ANYCONNECT_DIFFERS


def grade(night: Night, name: CauseName = INCIDENT) -> Likelihood:
    return of(judge(night), name).likelihood


def incident() -> Told:
    """The guide's: cut when the former active goes, back with new logins, old addresses in use."""
    told = Told().keeps("zoe").loses("alice", "bob", "carl", when=20.1, again=21)
    return told.sees(What.IN_USE_ALREADY, 21, number=737_024, address="10.1.8.2")


# ── all of them ────────────────────────────────────────────────────────────────────────


def test_every_cause_is_judged_on_every_night_and_told_in_words():
    judged = judge(incident().night())
    assert {cause.name for cause in judged} == set(CauseName) == set(TEXTS)
    assert all(cause.says and cause.settled_by for cause in judged)


def test_the_likeliest_stands_first():
    ranks = [RANKS.index(cause.likelihood) for cause in judge(incident().night())]
    assert ranks == sorted(ranks)


def test_a_night_on_which_nobody_was_harmed_has_no_cause():
    judged = judge(Told().keeps("alice", "bob").night())
    assert [c.name for c in judged if c.likelihood in (CERTAIN, LIKELY)] == []


def test_a_night_of_which_nothing_is_known_has_no_cause():
    judged = judge(Told(plain=False).from_screens_alone().night())
    assert {c.likelihood for c in judged} <= {UNKNOWN, UNLIKELY, EXCLUDED}


def test_each_mark_of_a_cut_says_in_which_line_it_stands():
    cause = of(judge(incident().night()), INCIDENT)
    assert all(mark.places for mark in cause.speaks_for)
    assert cause.people == ("alice", "bob", "carl")
    assert cause.harm_at == minutes(20.1)


# ── 1: packages that differ ────────────────────────────────────────────────────────────


def test_people_cut_when_the_mate_goes_are_likely_the_incident_and_never_certain_by_the_log_alone():
    assert grade(incident().night()) is LIKELY


def test_people_cut_when_the_mate_comes_back_are_likely_the_incident_too():
    told = Told().loses("alice", "bob", when=25.1, again=26)
    assert grade(told.night()) is LIKELY


def test_a_joiner_that_refuses_web_sessions_is_the_incident_too():
    told = Told().loses("alice", when=25.1).sees(What.WEB_SESSION_REFUSED, 25.1, user="alice")
    assert grade(told.night()) is LIKELY


def test_packages_seen_to_differ_make_it_certain():
    told = incident().loaded(ONE, 3, "4,10,05095").loaded(TWO, 12, "4,10,07061")
    assert grade(told.night()) is CERTAIN


def test_packages_seen_equal_before_the_reload_acquit():
    told = incident().loaded(ONE, 18, "4,10,07061").loaded(TWO, 18, "4,10,07061")
    assert grade(told.night()) is UNLIKELY


def test_packages_equal_only_afterwards_do_not_acquit_for_a_reboot_loads_anew():
    told = incident().loaded(ONE, 30, "4,10,07061").loaded(TWO, 30, "4,10,07061")
    assert grade(told.night()) is LIKELY


def test_packages_equal_before_the_first_reload_do_not_acquit_for_the_standby_loaded_anew():
    told = incident().loaded(ONE, 3, "4,10,07061").loaded(TWO, 3, "4,10,07061")
    assert grade(told.night()) is LIKELY


def test_packages_that_differ_and_nobody_cut_are_no_incident():
    told = Told().keeps("alice").loaded(ONE, 3, "4,9").loaded(TWO, 12, "4,10")
    assert grade(told.night()) is UNLIKELY


def test_without_level_six_in_that_minute_nothing_is_claimed():
    assert grade(incident().without_level_six(19, 23).night()) is UNKNOWN
    assert grade(Told().keeps("alice").without_level_six(4, 26).night()) is UNKNOWN


def heard_by(night: Night, unit: Role) -> Night:
    """The night, its lines of level 6 in a file of that unit's, those of its mate without any."""
    (whole,) = night.coverage
    dark = {minute: Minute(5, 0) for minute in whole.minutes}
    other = replace(whole, file="mate.log", unit=unit.other, minutes=dark)
    return replace(night, coverage=(replace(whole, unit=unit), other))


def test_lines_of_level_six_of_the_other_unit_prove_nothing_of_the_one_that_stayed():
    cut, quiet = incident().night(), Told().keeps("zoe").night()
    assert grade(heard_by(cut, TWO)) is LIKELY
    assert grade(heard_by(cut, ONE)) is UNKNOWN
    assert grade(quiet) is UNLIKELY
    assert grade(heard_by(quiet, ONE)) is UNKNOWN


def test_one_person_who_goes_just_then_may_have_fallen_asleep():
    assert grade(Told().keeps("zoe").loses("alice", when=20.1).night()) is POSSIBLE


def test_people_cut_while_the_roles_move_are_no_proof():
    told = Told(plain=False).reloads(TWO, 5, 10).switches(TWO, 15).reloads(ONE, 15.1, 20)
    assert grade(told.loses("alice", "bob", when=15.15, again=16).night()) is POSSIBLE


def test_clean_ends_at_that_moment_speak_against_it():
    told = incident().ends("dora", "emil", "fred", "gina", when=20.2, reason="Lost Service")
    assert grade(told.night()) in (POSSIBLE, UNLIKELY)


def test_as_many_cuts_at_other_times_are_how_people_go_here():
    told = Told().loses("alice", "bob", when=20.1).loses("carl", "dora", when=12)
    assert grade(told.loses("emil", "fred", when=30).night()) is POSSIBLE


def test_a_storm_of_dead_peers_at_the_reload_is_not_claimed():
    told = Told().loses("alice", "bob", when=20.1, reason="DPD failure")
    assert grade(told.night()) is POSSIBLE


def test_a_crash_of_the_active_unit_is_not_the_incident():
    told = Told(plain=False).reloads(ONE, 20, 25, why=Leaving.UNANNOUNCED, active=True)
    told.switches(TWO, 20.2, reason="HELLO not heard from mate").loses("a", "b", when=20.1)
    assert grade(told.night()) in (POSSIBLE, UNLIKELY, UNKNOWN)


def test_without_any_reload_it_is_excluded():
    told = Told(plain=False).loses("alice", "bob", when=20, again=21)
    assert grade(told.night()) is EXCLUDED


@pytest.mark.parametrize("number", [720_038, 720_044, 720_068])
def test_state_that_was_not_understood_speaks_against_it(number: int):
    told = incident().sees(What.REPLICATION_TROUBLE, 12, number=number)
    assert grade(told.night()) is POSSIBLE


def test_an_administrator_who_cleans_up_later_does_not_hide_it():
    told = incident()
    told._lives[1] = replace(told._lives[1], ended=minutes(35), reason="Administrator Reset")
    judged = judge(told.night())
    assert judged[0].name is INCIDENT
    assert of(judged, CauseName.LOGGED_OFF).likelihood not in (CERTAIN, LIKELY)


def orphaned_tables() -> Told:
    """Before the last reload and after it, on both units, from screens alone."""
    before = [row("alice", 1), row("bob", 2), row("carl", 3), row("zoe", 4)]
    left = [row(user, n, idle=600 + n) for n, user in enumerate(("alice", "bob", "carl"), 1)]
    after = [*left, row("zoe", 4), row("alice", 5, age=500), row("bob", 6, age=480)]
    told = Told().from_screens_alone().lists(TWO, 18, *before).lists(ONE, 18, *before)
    told.lists(TWO, 30.2, *after).lists(ONE, 30.4, *after[3:])
    return told.pool(TWO, 30.3, 4, 1, 2, 3, 4, 5, 6)


def test_the_tables_alone_show_it():
    assert grade(orphaned_tables().night()) is LIKELY


def test_the_tables_and_the_packages_settle_it():
    told = orphaned_tables().loaded(ONE, 3, "4,9").loaded(TWO, 12, "4,10")
    assert grade(told.night()) is CERTAIN


# ── its look-alikes ────────────────────────────────────────────────────────────────────


def refusing() -> Told:
    told = Told().keeps("zoe").ends("alice", "bob", when=15.2, reason="Unknown")
    for when in (15.3, 16.3, 17.3):
        told.sees(What.IMAGE_REFUSED, when, number=722_047, user="alice")
    return told


def test_clients_refused_at_every_attempt_lack_a_package_and_are_no_incident():
    judged = judge(refusing().night())
    assert judged[0].name is CauseName.PACKAGE_MISSING
    assert judged[0].likelihood is LIKELY
    assert grade(refusing().night()) is UNLIKELY


def test_a_package_that_is_missing_and_seen_to_be_is_certain():
    told = refusing().loaded(ONE, 3, "4,9", "4,10").loaded(TWO, 12, "4,9")
    assert grade(told.night(), CauseName.PACKAGE_MISSING) is CERTAIN


def test_refusals_beside_people_who_were_cut_are_not_the_whole_story():
    told = incident().loaded(ONE, 1, "4,10", "4,8").loaded(TWO, 1.1, "4,10")
    for at in (16, 17):
        told.sees(What.IMAGE_REFUSED, at, number=113_035, user="dora")
    missing = of(judge(told.night()), CauseName.PACKAGE_MISSING)
    assert missing.likelihood is LIKELY
    assert "cut in a burst" in missing.speaks_against[0].text


def test_refusals_at_the_time_of_the_incident_leave_it_possible_only():
    told = incident().sees(What.IMAGE_REFUSED, 21, user="alice")
    assert grade(told.sees(What.IMAGE_REFUSED, 22, user="alice").night()) is POSSIBLE


def test_laptops_that_slept_before_and_timed_out_are_no_incident():
    told = Told().keeps("zoe").sleeps("alice", 2, ended=32).sleeps("bob", 4, ended=34)
    judged = judge(told.night())
    assert (judged[0].name, judged[0].likelihood) == (CauseName.SLEEPING_CLIENTS, LIKELY)
    assert grade(told.night()) is UNLIKELY


def test_rows_without_a_tunnel_on_both_units_sleep():
    rows = [row("zoe", 1), row("alice", 2, idle=700), row("bob", 3, idle=90)]
    copies = [row("zoe", 1, idle=1), row("alice", 2, idle=1), row("bob", 3, idle=1)]
    told = Told().from_screens_alone().lists(TWO, 30, *rows).lists(ONE, 30.2, *copies)
    judged = judge(told.night())
    assert (judged[0].name, judged[0].likelihood) == (CauseName.SLEEPING_CLIENTS, CERTAIN)


def test_a_pool_that_is_full_of_living_people_is_a_full_pool():
    told = Told().keeps("alice", "bob").sees(What.POOL_EMPTY, 30, number=737_019)
    told.sees(What.NO_ADDRESS, 30, number=722_020, user="carl")
    assert judge(told.night())[0].name is CauseName.POOL_FULL
    rows = [row("alice", 1), row("bob", 2)]
    told.pool(TWO, 31, 0, 1, 2).lists(TWO, 31.1, *rows)
    assert grade(told.night(), CauseName.POOL_FULL) is CERTAIN


def test_a_pool_that_is_full_of_orphans_is_the_incident():
    told = incident().sees(What.POOL_EMPTY, 22, number=737_019)
    judged = judge(told.sees(What.NO_ADDRESS, 22, user="carl").night())
    assert judged[0].name is INCIDENT
    assert of(judged, CauseName.POOL_FULL).likelihood is POSSIBLE


# ── 2 and 4 ────────────────────────────────────────────────────────────────────────────


def unsynced() -> Told:
    told = Told(plain=False).reloads(TWO, 5, 10).switches(TWO, 15)
    told._absences[0] = replace(told._absences[0], synced=None)
    return told.moves("alice", "bob", "carl")


def test_everybody_lost_at_the_switchover_and_no_key():
    told = unsynced().sees(What.REPLICATION_OFF, 10, number=720_056)
    judged = judge(told.night())
    assert (judged[0].name, judged[0].likelihood) == (CauseName.NO_FAILOVER_KEY, LIKELY)


def test_a_bulk_sync_that_was_completed_excludes_a_missing_key():
    told = unsynced().sees(What.BULK_ENDED, 11, number=720_063)
    assert grade(told.night(), CauseName.NO_FAILOVER_KEY) is EXCLUDED


def test_everybody_lost_and_the_state_link_down():
    told = unsynced().sees(What.DATA_DOWN, 12, number=720_025)
    told.sees(What.REPLICATION_TROUBLE, 13, number=720_043)
    judged = judge(told.night())
    assert (judged[0].name, judged[0].likelihood) == (CauseName.STATE_LINK_DOWN, LIKELY)
    assert of(judged, CauseName.NO_FAILOVER_KEY).likelihood is not LIKELY


def test_a_data_channel_that_goes_with_its_mate_is_no_state_link():
    told = Told().keeps("alice").sees(What.DATA_DOWN, 5.1, number=720_025)
    assert grade(told.night(), CauseName.STATE_LINK_DOWN) is UNLIKELY


# ── the others ─────────────────────────────────────────────────────────────────────────


def test_a_unit_that_goes_unordered_and_boots_has_crashed():
    told = Told(plain=False).reloads(TWO, 20, 25, why=Leaving.UNANNOUNCED, active=True)
    told.switches(ONE, 20.3, reason="HELLO not heard from mate").sees(What.STARTUP_END, 25)
    judged = judge(told.night())
    assert (judged[0].name, judged[0].likelihood) == (CauseName.CRASH, LIKELY)


def test_a_unit_that_goes_and_is_followed_by_nobody_is_no_crash_that_is_known():
    told = Told(plain=False).reloads(TWO, 20, 25, why=Leaving.UNANNOUNCED, active=True)
    assert grade(told.night(), CauseName.CRASH) is POSSIBLE


def test_a_unit_that_goes_behind_a_hole_of_the_records_is_no_crash_that_is_known():
    told = Told(plain=False).reloads(TWO, 20, 25, why=Leaving.UNANNOUNCED, active=True)
    told.switches(ONE, 20.3, reason="HELLO not heard from mate")
    whole = told.night()
    assert grade(whole, CauseName.CRASH) is LIKELY
    hole = Silence(None, minutes(12), minutes(19), "no source has a line")
    torn = replace(whole, silences=(hole,))
    assert grade(torn, CauseName.CRASH) is UNKNOWN


def test_two_units_that_are_active_at_once_are_a_split_brain():
    told = Told(plain=False).serves(ONE, None, 40).serves(TWO, 10, 20)
    told.sees(What.LINK_DOWN, 10)
    assert judge(told.night())[0].name is CauseName.SPLIT_BRAIN


def test_a_bulk_sync_meanwhile_is_no_split_brain():
    told = Told(plain=False).serves(ONE, None, 40).serves(TWO, 10, 20)
    told.sees(What.BULK_STARTED, 12)
    assert grade(told.night(), CauseName.SPLIT_BRAIN) is UNLIKELY


def test_a_switchover_before_the_sync_costs_some_their_sessions():
    told = Told(plain=False).reloads(TWO, 5, 10, synced=16).switches(TWO, 15, ready=False)
    told.keeps("zoe", "yann").moves("alice", "bob")
    judged = judge(told.night())
    assert (judged[0].name, judged[0].likelihood) == (CauseName.PREMATURE_SWITCHOVER, LIKELY)


def test_a_history_that_skips_standby_ready_settles_a_switchover_that_was_too_early():
    told = Told(plain=False).reloads(TWO, 5, 10, synced=16).switches(TWO, 15, ready=False)
    told.keeps("zoe", "yann").moves("alice", "bob")
    stamp = DeviceTime(datetime(2026, 3, 14, 22, 15), "UTC")  # noqa: DTZ001  as the device has it
    step = HistoryRow(
        stamp, FailoverState.BULK_SYNC, FailoverState.JUST_ACTIVE, "Other unit wants me Active"
    )
    told.shows("show failover history", (step,), TWO, 30)
    judged = judge(told.night())
    assert (judged[0].name, judged[0].likelihood) == (CauseName.PREMATURE_SWITCHOVER, CERTAIN)


def test_a_ready_standby_is_no_premature_switchover():
    assert grade(Told().moves("alice").night(), CauseName.PREMATURE_SWITCHOVER) is UNLIKELY


def test_releases_that_refuse_one_another_announce_it():
    told = Told().moves("alice").sees(What.VERSIONS_INCOMPATIBLE, 10, number=103_006)
    assert grade(told.night(), CauseName.INCOMPATIBLE_VERSIONS) is LIKELY


def test_releases_that_differ_in_the_middle_are_normal():
    told = Told().keeps("alice").sees(What.VERSIONS_DIFFER, 10, number=103_007)
    assert grade(told.night(), CauseName.INCOMPATIBLE_VERSIONS) is UNLIKELY
    assert grade(told.night(), CauseName.BOOTED_OLD_IMAGE) is UNLIKELY


def test_releases_that_differ_after_both_reloads_are_an_old_image():
    told = Told().keeps("alice").sees(What.VERSIONS_DIFFER, 25, number=103_007)
    judged = judge(told.night())
    assert (judged[0].name, judged[0].likelihood) == (CauseName.BOOTED_OLD_IMAGE, LIKELY)


def tls_trouble(*refused: int) -> Told:
    told = Told()
    for when in (15.2, 16.2, 17.2):
        for number in refused:
            told.sees(What.TLS_REFUSED, when, number=725_006, public=f"198.51.100.{number}")
    return told


def test_reloads_whose_order_no_clock_tells_are_no_old_image():
    told = Told(plain=False).reloads(TWO, 5, 10).reloads(ONE, 6, 10)
    told.sees(What.VERSIONS_DIFFER, 10, number=103_007)
    night = told.night()
    assert grade(night, CauseName.BOOTED_OLD_IMAGE) is LIKELY
    lost = ClockLine("other.log", 0, 0, "not known: nothing that it stamped …", known=False)
    unsure = grade(replace(night, clocks=(lost,)), CauseName.BOOTED_OLD_IMAGE)
    assert unsure not in (LIKELY, CERTAIN)


def test_some_who_fail_the_handshake_while_others_come_back_are_a_class_of_users():
    judged = judge(tls_trouble(1, 2).keeps("alice", "bob").night())
    assert (judged[0].name, judged[0].likelihood) == (CauseName.FEATURE_REMOVED, LIKELY)


def test_everybody_failing_the_handshake_is_a_certificate():
    judged = judge(tls_trouble(1, 2, 3).night())
    assert (judged[0].name, judged[0].likelihood) == (CauseName.CERTIFICATE_DIFFERS, LIKELY)


def test_strangers_who_fail_the_handshake_all_day_are_nothing():
    told = tls_trouble(7).sees(What.TLS_REFUSED, 3, public="198.51.100.7").keeps("alice")
    judged = judge(told.night())
    assert [c.name for c in judged if c.likelihood in (CERTAIN, LIKELY)] == []


def test_everybody_who_resumes_late_after_interfaces_failed_met_the_network():
    told = Told().keeps("alice", "bob", "carl", came_back=15.8)
    told.sees(What.HELLOS_LOST, 15.2, interface="inside").sees(What.MONITOR_NORMAL, 15.9)
    judged = judge(told.night())
    assert (judged[0].name, judged[0].likelihood) == (CauseName.NETWORK, LIKELY)


def test_interfaces_that_lose_a_mate_that_reloads_are_normal():
    told = Told().keeps("alice").sees(What.HELLOS_LOST, 5.4, interface="inside")
    assert grade(told.night(), CauseName.NETWORK) is UNLIKELY


def test_people_logged_off_by_a_typed_line_were_logged_off():
    told = Told().keeps("zoe").ends("alice", "bob", when=30, reason="Administrator Reset")
    assert grade(told.night(), CauseName.LOGGED_OFF) is LIKELY
    told.types("vpn-sessiondb logoff name alice noconfirm", 30)
    judged = judge(told.night())
    assert (judged[0].name, judged[0].likelihood) == (CauseName.LOGGED_OFF, CERTAIN)


def test_a_server_that_is_down_for_those_who_come_back_is_told():
    told = Told().moves("alice", "bob")
    for number in range(5):
        told.sees(What.AAA_DOWN, 15.5 + number, number=113_014, user="alice")
    assert grade(told.night(), CauseName.AAA_DOWN) is LIKELY


def test_a_login_that_is_refused_now_and_then_is_normal():
    told = Told().keeps("zoe").sees(What.AAA_REJECTED, 15.5, number=113_005, user="kim")
    assert grade(told.night(), CauseName.AAA_DOWN) is POSSIBLE


def test_only_http_connections_cut_at_the_switchover():
    told = Told().keeps("alice", "bob")
    for _ in range(5):
        told.sees(What.NO_CONNECTION, 15.1, number=106_015, port="80")
    judged = judge(told.night())
    assert (judged[0].name, judged[0].likelihood) == (CauseName.NO_HTTP_REPLICATION, LIKELY)


def test_as_many_packets_before_the_switchover_are_the_noise_of_the_day():
    told = Told().keeps("alice", "bob")
    for when in (14.5, 14.5, 14.5, 15.1, 15.1, 15.1):
        told.sees(What.NO_CONNECTION, when, number=106_015, port="80")
    assert grade(told.night(), CauseName.NO_HTTP_REPLICATION) is not LIKELY


# ── the nights that were staged ────────────────────────────────────────────────────────


@cache
def _collected(name: str) -> str:
    return (INCIDENTS / name / "collector.log").read_text()


def _by_log(text: str) -> Evidence:
    scanner = Scanner("collector.log", year=2026)
    scanner.feed(text.encode())
    harvest = scanner.close()
    source = SourceRead("collector.log", SourceKind.SYSLOG, harvest.lines, len(harvest.records))
    return Evidence(
        (source,), harvest.records, (), harvest.clocks, harvest.coverage, harvest.unread
    )


@cache
def _by_console(name: str) -> Evidence:
    part = read_transcript("console.txt", (INCIDENTS / name / "console.txt").read_text())
    return Evidence(
        (part.source,), part.records, part.screens, part.clocks, part.coverage, part.unread
    )


def _both(one: Evidence, other: Evidence) -> Evidence:
    return Evidence(
        one.sources + other.sources,
        one.records + other.records,
        one.screens + other.screens,
        one.clocks + other.clocks,
        one.coverage + other.coverage,
        one.unread + other.unread,
    )


def _evidence(name: str, way: str) -> Evidence:
    if way == "syslog":
        return _by_log(_collected(name))
    if way == "transcript":
        return _by_console(name)
    return _both(_by_log(_collected(name)), _by_console(name))


@pytest.mark.parametrize("way", ["syslog", "transcript", "both"])
@pytest.mark.parametrize("name", [cause.value for cause in CauseName])
def test_each_staged_night_is_recognised(name: str, way: str):
    first = judge(tell(_evidence(name, way)))[0]
    assert first.name.value == name
    assert first.likelihood in (CERTAIN, LIKELY, POSSIBLE)


@pytest.mark.parametrize("way", ["syslog", "transcript", "both"])
def test_the_night_on_which_nothing_happened_has_no_cause(way: str):
    judged = judge(tell(_evidence("nothing-happened", way)))
    assert [c.name for c in judged if c.likelihood in (CERTAIN, LIKELY)] == []


@pytest.mark.parametrize("name", [c.value for c in CauseName if c is not INCIDENT])
@pytest.mark.parametrize("way", ["syslog", "transcript", "both"])
def test_the_incident_is_not_claimed_on_another_night(name: str, way: str):
    assert grade(tell(_evidence(name, way))) not in (CERTAIN, LIKELY)


def _told(causes: tuple[Cause, ...]) -> list[tuple[CauseName, Likelihood, tuple[str, ...]]]:
    return [(c.name, c.likelihood, c.people) for c in causes]


@pytest.mark.parametrize("name", ["anyconnect-images-differ", "package-missing", "split-brain"])
def test_the_order_of_sources_changes_nothing(name: str):
    log, console = _by_log(_collected(name)), _by_console(name)
    assert _told(judge(tell(_both(log, console)))) == _told(judge(tell(_both(console, log))))


@cache
def _whole(name: str) -> Likelihood:
    """How sure the incident is by a night's whole log."""
    return grade(tell(_by_log(_collected(name))))


_LEVEL_SIX = re.compile(r"%ASA-[67]-")
_BELIEVED = (CERTAIN, LIKELY)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from(["anyconnect-images-differ", "pool-full", "network-beside-the-pair"]),
    seed=st.integers(0, 10_000),
    share=st.floats(0, 1),
)
def test_fewer_lines_of_level_six_never_make_the_incident_believed(
    name: str, seed: int, share: float
):
    chance = Random(seed)
    lines = [
        line
        for line in _collected(name).splitlines()
        if not _LEVEL_SIX.search(line) or chance.random() >= share
    ]
    whole, less = _whole(name), grade(tell(_by_log("\n".join(lines))))
    assert less not in _BELIEVED or RANKS.index(less) >= RANKS.index(whole)


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_log_that_loses_a_line_in_a_hundred_still_shows_the_incident(seed: int):
    weather = Weather(lost=0.01, doubled=0.02, late=4, chatter=2)
    text = weathered(_collected("anyconnect-images-differ"), Random(seed), weather)
    assert grade(tell(_by_log(text))) is LIKELY


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(
    name=st.sampled_from([c.value for c in CauseName if c is not INCIDENT]),
    seed=st.integers(0, 10_000),
)
def test_a_torn_log_of_another_night_does_not_make_the_incident(name: str, seed: int):
    weather = Weather(lost=0.05, doubled=0.05, late=6)
    assert grade(tell(_by_log(weathered(_collected(name), Random(seed), weather)))) not in (
        CERTAIN,
        LIKELY,
    )
