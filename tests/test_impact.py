"""Whom a night harmed, what it left behind, and what is said of it."""

import pytest
from causes import ONE, TWO, Told, minutes, row

from upgrader.judgement.postmortem.causes import judge
from upgrader.judgement.postmortem.lessons.impact import impact
from upgrader.judgement.postmortem.lessons.left import left_over
from upgrader.judgement.postmortem.lessons.procedure import breaches
from upgrader.judgement.postmortem.lessons.summing import summary, to_change, verdict, went_well


def incident() -> Told:
    return Told().keeps("zoe", "yann").loses("alice", "bob", when=20.1, again=22)


def test_each_session_is_one_of_kept_lost_ended_or_unknown():
    told = incident().ends("dora", when=30, reason="User Requested")
    counted = impact(told.night())
    sums = counted.kept + counted.lost + counted.ended + counted.unknown
    assert (counted.lost, counted.ended, counted.sessions) == (2, 1, sums)


def test_a_persons_minutes_run_to_the_next_login():
    counted = impact(Told().loses("alice", when=20, again=22).night())
    assert counted.user_minutes == pytest.approx(2.0)
    assert counted.users == ("alice",)


def test_without_a_login_they_run_to_the_end_of_the_records():
    counted = impact(Told().loses("alice", "bob", when=20).night())
    assert counted.user_minutes == pytest.approx(40, abs=0.2)
    assert counted.harmed_until == minutes(40)


def test_minutes_are_not_known_where_nobody_is_seen():
    assert impact(Told(plain=False).from_screens_alone().night()).user_minutes is None


def test_the_outage_is_what_lies_between_two_actives_and_not_known_without_roles():
    gap = Told(plain=False).serves(ONE, None, 10).serves(TWO, 10.5, None)
    assert impact(gap.night()).outage_seconds == 30
    assert impact(Told(plain=False).night()).outage_seconds is None


def test_a_session_that_was_cut_leaves_its_row_and_its_address():
    left = left_over(incident().night())
    assert [(one.kind, one.user, one.sure) for one in left] == [
        ("orphaned-session", "alice", False),
        ("orphaned-session", "bob", False),
        ("stuck-lease", "alice", False),
        ("stuck-lease", "bob", False),
    ]
    assert all(one.places for one in left)


def test_a_session_that_was_cleaned_up_is_not_left():
    told = Told().ends("alice", when=30, reason="Administrator Reset")
    assert left_over(told.night()) == ()


def test_an_address_in_use_without_a_row_is_surely_stuck():
    told = Told().keeps("alice").lists(TWO, 30, row("alice", 1)).pool(TWO, 30.2, 3, 1, 9)
    (left,) = left_over(told.night())
    assert (left.kind, left.address, left.sure) == ("stuck-lease", "10.1.8.9", True)


def test_the_verdict_names_the_cause_in_words_and_how_sure_it_is():
    night = incident().night()
    causes = judge(night)
    said = verdict(night, causes, impact(night, causes))
    assert said.startswith("Likely: The two units had loaded different AnyConnect packages")


def test_a_good_night_says_so():
    night = Told().keeps("alice", "bob").night()
    causes = judge(night)
    of = impact(night, causes)
    assert verdict(night, causes, of) == "Nobody was harmed."
    assert "One unit served all the time." in went_well(night, of, breaches(night))


def test_a_night_without_records_claims_nothing():
    night = Told(plain=False).from_screens_alone().night()
    causes = judge(night)
    assert "say nothing" in verdict(night, causes, impact(night, causes))
    assert went_well(night, impact(night, causes), breaches(night)) == ()


def test_the_summary_says_what_would_settle_it():
    night = incident().night()
    causes = judge(night)
    said = " ".join(summary(night, causes, impact(night, causes), breaches(night)))
    assert "2 of " in said
    assert "show webvpn anyconnect" in said


def test_what_to_change_names_a_command_of_ours_and_each_thing_once():
    night = incident().night()
    causes = judge(night)
    said = to_change(night, causes, breaches(night))
    assert "anyconnect-images-match" in said[0]
    assert "upgrader stage" in said[0]
    assert len(set(said)) == len(said)


def test_a_log_without_level_six_is_to_be_changed_first():
    night = Told().loses("alice", when=20.1).without_level_six().night()
    said = " ".join(to_change(night, judge(night), breaches(night)))
    assert "Log at level 6" in said
