"""What a night's records tell: roles, absences, and what became of people."""

from dataclasses import replace
from time import process_time

import pytest
from nights_told import (
    DAY,
    FIRST_RELOAD,
    LAST_RELOAD,
    STANDBY_SAYS,
    SWITCHOVER,
    P,
    S,
    clock_of,
    comes_back,
    elsewhere,
    ends,
    evidence_of,
    incident,
    instant,
    is_closed,
    login,
    night_of,
    records_of,
    without,
)
from worlds import MINUTE, World, config, mismatched, pair

from upgrader.access.evidence.syslog import read_text
from upgrader.dialect.syslog.scan import Scanner
from upgrader.emulator.surface import faults
from upgrader.emulator.syslog import log
from upgrader.judgement.postmortem.causes.judge import judge
from upgrader.judgement.postmortem.telling.bands import Reign
from upgrader.judgement.postmortem.telling.hearing import Ears, Hearing
from upgrader.judgement.postmortem.telling.night import tell
from upgrader.model.cause import CauseName
from upgrader.model.evidence import Evidence, Place, What
from upgrader.model.failover import Role
from upgrader.model.night import Ending, Leaving, Life, Night


def bands(night: Night, unit: Role) -> list[tuple[str, str | None, str | None]]:
    return [
        (band.state, clock_of(band.began), clock_of(band.ended))
        for band in night.bands
        if band.unit is unit
    ]


def lives(night: Night, user: str) -> list[Life]:
    return [life for life in night.lives if life.user == user]


def ears_of(night: Night) -> Ears:
    gaps: list[tuple[Role | None, int, int]] = [
        (silence.unit, silence.began, silence.ended) for silence in night.silences
    ]
    gaps += [
        (None, event.at - MINUTE, event.at + MINUTE)
        for event in night.events
        if event.what is What.LOG_LOST and event.at is not None
    ]
    hosts = {known.role: known.hosts for known in night.units}
    return Ears(night.coverage, hosts, Reign(night.bands), night.standby_logs, gaps)


def whats(night: Night) -> list[What]:
    return [event.what for event in night.events]


SENDERS = ("chassis", "seat", "shared")


# ── the guide's night ──────────


@pytest.mark.parametrize("sent_by", SENDERS)
@pytest.mark.parametrize("standby_logs", [False, True])
def test_the_night_has_its_roles_whoever_the_sender_stands_for(
    sent_by: str, standby_logs: bool
) -> None:
    records = records_of(incident(), sent_by=sent_by)
    night = tell(evidence_of(records if standby_logs else without(records, *STANDBY_SAYS)))
    assert night.standby_logs is standby_logs
    assert bands(night, P) == [
        ("Active", None, "01:10:00"),
        ("Standby Ready", "01:10:00", "01:20:04"),
        ("away", "01:20:04", "01:25:04"),
        ("Negotiation", "01:25:04", "01:25:07"),
        ("Sync Config", "01:25:07", "01:25:31"),
        ("Bulk Sync", "01:25:31", "01:25:47"),
        ("Standby Ready", "01:25:47", None),
    ]
    assert bands(night, S)[-2:] == [
        ("Standby Ready", "01:05:47", "01:10:00"),
        ("Active", "01:10:00", None),
    ]
    (move,) = night.switchovers
    assert (move.to, clock_of(move.at), move.ready, move.gave_way) == (S, "01:10:00", True, True)
    assert move.command is not None
    assert move.command.fields["command"] == "no failover active"
    assert move.reason


@pytest.mark.parametrize("sent_by", SENDERS)
def test_both_absences_are_ordered_and_end_in_a_bulk_sync(sent_by: str) -> None:
    night = night_of(incident(), sent_by=sent_by)
    told = [
        (a.unit, clock_of(a.left), clock_of(a.back), clock_of(a.synced), a.why, a.was_active)
        for a in night.absences
    ]
    assert told == [
        (S, "01:00:04", "01:05:04", "01:05:47", Leaving.ORDERED, False),
        (P, "01:20:04", "01:25:04", "01:25:47", Leaving.ORDERED, False),
    ]
    first, last = night.absences
    assert (first.version_after, last.version_before) == ("9.16(4)", "9.12(4)")
    assert last.version_after == "9.16(4)", "the last join had no 103007, the first had"
    assert last.order is not None
    assert last.order.unit is S


@pytest.mark.parametrize("sent_by", SENDERS)
def test_who_was_cut_in_the_last_reboot_is_told_from_who_logged_off(sent_by: str) -> None:
    night = night_of(incident(), sent_by=sent_by)
    old, new = lives(night, "anna")
    assert old.ending is Ending.CUT
    assert clock_of(old.cut_at) == "01:20:05"
    assert clock_of(old.began) == "00:30:00"
    assert [clock_of(at) for at in old.resumed] == ["01:10:33"]
    assert clock_of(old.again) == "01:20:40"
    assert (old.address, old.handle, old.index) == ("10.1.8.1", "0x00001000", 1)
    assert old.freed is False
    assert old.unit is S
    assert (new.ending, new.freed, new.address) == (Ending.CLEAN, True, "10.1.8.4")
    (cleo,) = lives(night, "cleo")
    assert (cleo.ending, cleo.reason, cleo.freed) == (Ending.CLEAN, "User Requested", True)
    assert [life.ending for life in lives(night, "bert")] == [Ending.CUT, Ending.OPEN]


def test_each_life_names_the_lines_that_say_so() -> None:
    night = night_of(incident())
    old, _ = lives(night, "anna")
    lines = incident().splitlines()
    said = [lines[place.line - 1] for place in old.places]
    assert any("logged-in" in line for line in said)
    assert any("closing" in line for line in said)
    assert any("01:20:40" in line and "logged-in" in line for line in said)


# ── reading absence ──────────


def test_without_the_lines_of_that_level_a_closed_tunnel_is_no_proof() -> None:
    records = without(records_of(incident()), 113_019, 737_016)
    quiet = evidence_of(records, informational=False)
    night = tell(quiet)
    assert lives(night, "anna")[0].ending is Ending.UNKNOWN
    assert lives(night, "anna")[0].cut_at is None


def test_a_closed_tunnel_at_the_end_of_the_log_is_no_proof() -> None:
    records = [
        record
        for record in records_of(incident())
        if record.at is not None and record.at <= instant("01:20:05")
    ]
    night = tell(evidence_of(records))
    assert lives(night, "anna")[0].ending is Ending.UNKNOWN


def test_lines_that_are_known_to_be_lost_make_it_unknown() -> None:
    text = incident() + "01:20:30 S log-lost\n"
    assert lives(night_of(text), "anna")[0].ending is Ending.UNKNOWN


def test_in_the_minute_in_which_a_collector_lost_lines_nobody_is_heard() -> None:
    """It does not say whose they were: what is not there then was not unsaid."""
    lines = [
        f"Mar 14 2026 22:{n:02d}:0{k} fw{k} : %ASA-{message}\n"
        for n in range(30)
        for k, role in ((1, "Primary"), (2, "Secondary"))
        for message in (
            f"6-737016: IPAA: Freeing local pool address 10.1.1.{n}",
            f"1-105005: ({role}) Lost Failover communications with mate on interface dmz",
        )
    ]
    said = "Mar 14 23:10:00 relay rsyslogd-2177: imudp: 3543 messages lost due to rate-limiting\n"
    night = tell(read_text("fw.log", "".join((*lines[:30], said, *lines[30:]))))
    (lost,) = (event for event in night.events if event.what is What.LOG_LOST)
    assert lost.unit is None
    assert lost.at is not None
    ears = ears_of(night)
    assert ears.hears(None, lost.at, (737_016,)) is not Hearing.WOULD
    assert ears.hears(None, lost.at - 5 * MINUTE, (737_016,)) is Hearing.WOULD


def test_what_would_be_heard_is_asked_by_unit_instant_and_id() -> None:
    night = tell(evidence_of(without(records_of(incident()), *STANDBY_SAYS)))
    at = instant("01:20:05")
    assert ears_of(night).hears(S, at, (737_016,)) is Hearing.WOULD
    assert ears_of(night).hears(P, at, (737_016,)) is not Hearing.WOULD
    assert ears_of(night).hears(S, at, (999_999,)) is Hearing.ID
    assert ears_of(night).hears(S, instant("05:00:00"), (737_016,)) is Hearing.NO_LOG
    assert ears_of(night).hears(None, at, (737_016,)) is Hearing.WOULD


def test_a_standby_that_does_not_log_is_not_heard() -> None:
    night = tell(evidence_of(without(records_of(incident(), sent_by="seat"), *STANDBY_SAYS)))
    assert ears_of(night).hears(P, instant("01:15:00"), (737_016,)) is Hearing.STANDBY


# ── people ──────────


def test_a_person_who_logs_in_anew_after_a_switchover_had_lost_the_session() -> None:
    text = login("00:30:00", "anna", 1) + SWITCHOVER.lstrip() + login("01:11:00", "anna", 9, "s")
    text = text.replace("198.18.0.9", "198.18.0.1")
    old, new = lives(night_of(text), "anna")
    assert (old.ending, clock_of(old.ended), clock_of(old.again)) == (
        Ending.MOVED,
        "01:10:00",
        "01:11:00",
    )
    assert new.ending is Ending.OPEN


def test_a_person_who_comes_back_with_the_ticket_keeps_the_session() -> None:
    text = login("00:30:00", "anna", 1) + SWITCHOVER.lstrip() + comes_back("01:10:40", "anna", 1)
    (life,) = lives(night_of(text), "anna")
    assert (life.ending, len(life.resumed), life.address) == (Ending.OPEN, 1, "10.1.8.1")


def test_a_session_from_before_the_records_has_no_beginning() -> None:
    text = SWITCHOVER.lstrip() + comes_back("01:10:40", "anna", 1)
    (life,) = lives(night_of(text), "anna")
    assert (life.began, life.address, life.ending) == (None, None, Ending.OPEN)


def test_a_client_that_sleeps_is_not_cut() -> None:
    text = (
        login("00:30:00", "anna", 1)
        + is_closed("00:40:00", "anna", 1, "p", "DPD failure")
        + "00:40:00 p suspended user=anna public=198.18.0.1\n"
        + login("00:50:00", "bert", 2)
        + ends("01:10:00", "anna", 1, "p", "Idle Timeout")
        + ends("01:20:00", "bert", 2, "p")
    )
    (life,) = lives(night_of(text), "anna")
    assert (life.ending, life.reason, life.cut_at) == (Ending.CLEAN, "Idle Timeout", None)
    assert [clock_of(at) for at in life.suspended] == ["00:40:00"]


def test_an_orphan_that_an_operator_logs_off_later_was_cut_all_the_same() -> None:
    text = incident() + ends("02:00:00", "bert", 2, reason="Administrator Reset")
    old, new = lives(night_of(text), "bert")
    assert (old.ending, clock_of(old.cut_at), clock_of(old.ended)) == (
        Ending.CUT,
        "01:20:05",
        "02:00:00",
    )
    assert new.ending is Ending.OPEN


def test_people_of_one_household_have_sessions_of_their_own() -> None:
    text = (
        login("00:30:00", "anna", 1, public="198.18.0.9")
        + login("00:31:00", "bert", 2, public="198.18.0.9")
        + ends("00:40:00", "bert", 2, "p").replace("198.18.0.2", "198.18.0.9")
    )
    night = night_of(text)
    assert [life.ending for life in lives(night, "anna")] == [Ending.OPEN]
    assert [life.ending for life in lives(night, "bert")] == [Ending.CLEAN]


def test_of_two_sessions_of_one_person_the_one_that_lasted_so_long_has_ended() -> None:
    text = (
        login("00:30:00", "anna", 1, public="198.18.0.9")
        + login("00:40:00", "anna", 2, public="198.18.0.9")
        + ends("00:50:00", "anna", 2, "p").replace("198.18.0.2", "198.18.0.9")
    )
    first, second = lives(night_of(text), "anna")
    assert (first.ending, second.ending) == (Ending.OPEN, Ending.CLEAN)


@pytest.mark.parametrize("user", ["*****", "anna b", r"CORP\anna", "a@b.example", "<anna>"])
def test_names_are_what_stands_there(user: str) -> None:
    records = [
        replace(record, fields={**record.fields, "user": user})
        if record.fields.get("user") == "anna"
        else record
        for record in records_of(incident())
    ]
    night = tell(evidence_of(records))
    assert [life.ending for life in lives(night, user)] == [Ending.CUT, Ending.CLEAN]


# ── roles ──────────


def test_two_units_that_are_both_active_overlap() -> None:
    night = night_of("""
        01:00:00 P sync-sending
        01:10:00 P failover-link-down
        01:10:15 S to-active reason="HELLO not heard from mate."
        01:10:16 P no-response code=4
        01:12:00 P interface-down interface=inside
        01:14:00 P interface-up interface=inside
        01:20:00 S to-standby reason="Other unit wants me Standby"
    """)
    (move,) = night.switchovers
    assert (move.to, move.gave_way) == (S, False)
    assert bands(night, P) == [("Active", None, None)]
    assert ("Active", "01:10:15", "01:20:00") in bands(night, S)
    assert night.active_at(instant("01:15:00")) is None
    assert {absence.why for absence in night.absences} == {Leaving.LINK}


def test_a_unit_that_dies_while_it_serves_has_crashed_or_lost_its_power() -> None:
    text = """
        01:00:00 P sync-sending
        01:10:00 S to-active reason="HELLO not heard from mate."
        01:10:00 S no-response code=1
        01:15:00 P startup-begin
        01:15:30 P startup-end
        01:15:31 S peer-present
    """
    (absence,) = night_of(text).absences
    assert (absence.unit, absence.was_active, absence.why) == (P, True, Leaving.UNANNOUNCED)
    crashed = text + "01:15:40 P crashed reason=signal\n"
    (absence,) = night_of(crashed).absences
    assert (absence.why, absence.order) == (Leaving.CRASH, None)
    (move,) = night_of(text).switchovers
    assert (move.gave_way, move.command) == (False, None)


def test_who_served_before_a_hole_and_who_after_it_did_not_serve_together() -> None:
    text = """
    01:00:00 P sync-sending
    01:00:30 P sync-sent
    01:10:00 S peer-absent
    01:20:00 S sync-sending
    """
    evidence = evidence_of(records_of(text, sent_by="shared"))
    stamps = tuple(replace(clock, collector=True) for clock in evidence.clocks)
    night = tell(replace(evidence, clocks=stamps))
    (ours,) = [band for band in bands(night, P) if band[0] == "Active"]
    (theirs,) = [band for band in bands(night, S) if band[0] == "Active"]
    assert ours[2] == "01:10:00"
    assert theirs[1] in ("01:10:00", "01:20:00")
    assert judge(night)[0].name is not CauseName.SPLIT_BRAIN


def test_what_a_unit_does_long_after_it_left_tells_nothing_of_before() -> None:
    text = """
    01:00:00 S peer-absent
    01:05:00 S peer-up
    01:30:00 P sync-sending
    """
    assert bands(night_of(text), P)[0] == ("unknown", None, "01:00:00")


@pytest.mark.parametrize(("bulk", "state"), [("", "Standby"), ("P bulk-started", "Bulk Sync")])
def test_where_no_bulk_sync_is_told_a_unit_has_gone_on_when_its_configuration_is_there(
    bulk: str, state: str
) -> None:
    text = "01:00:00 P sync-sending\n01:00:30 P sync-sent\n"
    more = f"01:00:31 {bulk}\n" if bulk else ""
    assert bands(night_of(text + more), S)[-1][0] == state


def test_a_switchover_before_the_bulk_sync_was_over_was_not_ready() -> None:
    early = SWITCHOVER.lstrip().replace("01:10:00", "01:05:35")
    night = night_of(FIRST_RELOAD.split("01:05:47")[0] + early)
    (move,) = night.switchovers
    assert move.ready is False


def test_whether_it_was_ready_is_unknown_where_nothing_tells() -> None:
    (move,) = night_of(SWITCHOVER).switchovers
    assert (move.ready, move.gave_way) == (None, True)


def test_a_mate_whose_log_is_not_there_gave_way_or_not() -> None:
    (move,) = night_of('01:10:00 S to-active reason="Set by the config command."').switchovers
    assert move.gave_way is None


def test_a_unit_away_only_for_its_mate_has_not_left() -> None:
    night = night_of("""
        01:00:00 P sync-sending
        01:10:00 P peer-absent
        01:10:00 S peer-absent
        01:11:00 S interface-up interface=inside
        01:11:30 P interface-up interface=inside
        01:12:00 P peer-present
        01:12:00 S peer-present
    """)
    assert {absence.why for absence in night.absences} == {Leaving.LINK}
    assert "away" not in {band.state for band in night.bands}


# ── each thing once ──────────


def test_one_line_in_two_files_is_one_event_with_two_places() -> None:
    records = records_of(incident())
    both = tell(evidence_of([*records, *elsewhere(records, "copy.log")]))
    once = tell(evidence_of(records))
    assert whats(both) == whats(once)
    assert all(len(event.places) >= 2 for event in both.events)
    assert [life.ending for life in both.lives] == [life.ending for life in once.lives]


def test_a_typed_line_and_both_messages_about_it_are_one_event() -> None:
    night = night_of("""
        01:10:00 p command command="no failover active" user=anna
        01:10:01 >P command command="no fail act"
        01:10:01 P to-standby reason="Set by the config command."
    """)
    typed = [event for event in night.events if event.what is What.COMMAND]
    assert len(typed) == 1
    assert {place.file for place in typed[0].places} == {"fw.log", "console-primary.txt"}
    assert typed[0].number == 111_008


def test_messages_that_mean_nothing_here_are_counted_and_no_events() -> None:
    records = records_of("01:00:00 P peer-absent\n01:00:01 P opaque\n")
    night = tell(evidence_of(records))
    assert whats(night) == [What.PEER_ABSENT]


def test_no_evidence_is_a_night_of_which_nothing_is_known() -> None:
    night = tell(Evidence((), ()))
    assert (night.events, night.bands[0].state, night.has_date) == ((), "unknown", False)


# ── transcripts without stamps ──────────


def test_unstamped_lines_hang_on_what_the_log_has_stamped() -> None:
    night = night_of("""
        01:00:00 p command command="failover reload-standby"
        01:00:04 P peer-absent
        01:05:07 P sync-sending
        01:10:00 p command command="no failover active"
        --:--:-- >P command command="failover reload-standby"
        --:--:-- >P command command="show failover"
        --:--:-- >P sync-sending
        --:--:-- >P command command="no failover active"
    """)
    told = [(event.what, event.fields.get("command")) for event in night.events]
    assert told == [
        (What.COMMAND, "failover reload-standby"),
        (What.COMMAND, "show failover"),
        (What.PEER_ABSENT, None),
        (What.SYNC_SENDING, None),
        (What.COMMAND, "no failover active"),
    ]
    assert [event.at is None for event in night.events] == [False, True, False, False, False]


def test_a_night_without_any_stamp_is_an_order() -> None:
    night = night_of("""
        --:--:-- >P command command="failover reload-standby"
        --:--:-- >P versions-differ theirs=9.5(2) ours=9.2(2)4
        --:--:-- >P sync-sending
        --:--:-- >P sync-sent
        --:--:-- >P command command="no failover active"
        --:--:-- >S command command="failover reload-standby"
    """)
    assert not night.has_date
    assert night.notes
    assert all(event.at is None for event in night.events)
    assert whats(night)[:2] == [What.COMMAND, What.VERSIONS_DIFFER]


# ── silences ──────────


def test_an_hour_without_a_line_is_a_silence() -> None:
    minutes = "".join(f"00:{m:02}:00 P interface-up interface=x{m}\n" for m in range(30))
    later = "".join(f"02:{m:02}:00 P interface-up interface=y{m}\n" for m in range(30))
    night = night_of(minutes + later)
    assert [(clock_of(s.began), clock_of(s.ended)) for s in night.silences] == [
        ("00:30:00", "02:00:00")
    ]


def test_a_unit_that_is_away_is_not_silent() -> None:
    chatter = "".join(
        f"01:{m:02}:30 s tunnel-up user=u{m} public=198.18.1.{m} kind=TCP\n" for m in range(11, 50)
    )
    text = "".join(sorted((incident() + chatter).splitlines(keepends=True), key=lambda x: x[:8]))
    assert all(silence.unit is None for silence in night_of(text).silences)


def test_the_night_begins_with_its_first_record_and_ends_with_its_last() -> None:
    night = night_of(incident())
    assert (clock_of(night.began), clock_of(night.ended)) == ("00:30:00", "01:40:00")
    assert night.began > DAY
    assert LAST_RELOAD.strip().splitlines()[0].startswith("01:20:00")


# ── nights of the emulator, read back ──────────

COLLECTED = ("logging timestamp", "logging trap debugging", "logging host outside 203.0.113.9")


def read_back(world: World) -> Night:
    """What the collector got, read as any file is."""
    log.settle(world.pair)
    scanner = Scanner("fw.log", year=2023)
    scanner.feed("".join(f"{sent.payload}\n" for sent in world.pair.outbox).encode())
    harvest = scanner.close()
    return tell(Evidence((), harvest.records, (), harvest.clocks, harvest.coverage))


def emulated(*more: str, matched: bool = False, sessions: int = 4) -> World:
    lines = list(config())
    at = lines.index("logging enable") + 1
    make = pair if matched else mismatched
    world = make(sessions=sessions, lines=(*lines[:at], *COLLECTED, *more, *lines[at:]))
    faults.connect_clients(world.pair, 2)
    faults.disconnect(world.pair, 5)
    world.wait(10 * MINUTE)
    return world


@pytest.mark.parametrize("more", [(), ("logging standby",)])
@pytest.mark.parametrize("matched", [False, True])
def test_an_emulated_night_is_read_back_to_what_it_was(
    more: tuple[str, ...], *, matched: bool
) -> None:
    world = emulated(*more, matched=matched)
    world.night()
    world.wait(40 * MINUTE)
    night = read_back(world)
    assert [move.to for move in night.switchovers] == [S]
    assert all(move.ready and move.gave_way and move.command for move in night.switchovers)
    assert [(a.unit, a.why) for a in night.absences] == [(S, Leaving.ORDERED), (P, Leaving.ORDERED)]
    assert all(a.back and a.synced and not a.was_active for a in night.absences)
    assert night.standby_logs is bool(more)
    cut = {life.user for life in night.lives if life.ending is Ending.CUT}
    assert cut == {row.user for row in world.orphans()}
    assert bool(cut) is not matched
    assert night.active_at(night.ended) is S


def test_a_power_cut_of_the_emulator_is_unannounced() -> None:
    world = emulated(matched=True)
    world.pull_power(world.primary)
    world.wait(5 * MINUTE)
    world.give_power(world.primary)
    world.wait(20 * MINUTE)
    night = read_back(world)
    (absence,) = night.absences
    assert (absence.unit, absence.why, absence.was_active) == (P, Leaving.UNANNOUNCED, True)
    (move,) = night.switchovers
    assert (move.to, move.gave_way, move.command) == (S, False, None)
    assert not [life for life in night.lives if life.ending in (Ending.CUT, Ending.MOVED)]


def test_a_cut_cable_between_the_units_is_no_absence() -> None:
    world = emulated("logging standby", matched=True)
    world.cut(lan=True, state=True)
    world.wait(5 * MINUTE)
    world.mend()
    world.wait(10 * MINUTE)
    night = read_back(world)
    assert {absence.why for absence in night.absences} == {Leaving.LINK}
    assert night.switchovers == ()


# ── speed ──────────


@pytest.mark.slow
def test_a_hundred_thousand_records_are_told_in_seconds() -> None:
    once = records_of(login("00:00:00", "anna", 1))
    evidence = evidence_of(
        replace(
            record,
            at=(record.at or 0) + 1_000 * n,
            text=f"{record.text} {n}",
            place=Place("fw.log", 6 * n + m),
            fields={**record.fields, "user": f"u{n % 5_000}"},
        )
        for n in range(16_000)
        for m, record in enumerate(once)
    )
    began = process_time()
    night = tell(evidence)
    assert process_time() - began < 20, "8 s on a quiet machine"
    assert len(night.events) == 96_000
