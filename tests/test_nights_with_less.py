"""The built-in nights where less of them is left: a log without level 6, a terminal alone."""

from functools import cache
from pathlib import Path

import pytest
from incidents import FOLDER, names
from nights_told import elsewhere, evidence_of, login, night_of, records_of

from upgrader.access.evidence.opening import gather
from upgrader.judgement.postmortem.causes.judge import judge
from upgrader.judgement.postmortem.facts.stretches_served import both_served
from upgrader.judgement.postmortem.lessons.impact import impact
from upgrader.judgement.postmortem.lessons.procedure import breaches
from upgrader.judgement.postmortem.lessons.summing import summary, went_well
from upgrader.judgement.postmortem.telling.lives import ALIKE
from upgrader.judgement.postmortem.telling.night import tell
from upgrader.model.cause import CauseName, Likelihood
from upgrader.model.evidence import What
from upgrader.model.failover import Role
from upgrader.model.night import Ending, Night
from upgrader.model.postmortem import Impact

GUIDES = CauseName.ANYCONNECT_DIFFERS
LOG, CONSOLE = "collector.log", "console.txt"
OVER_FIVE = ("%ASA-6-", "%ASA-7-")
OVER_FOUR = ("%ASA-5-", *OVER_FIVE)


@cache
def told(name: str, *files: str) -> Night:
    return tell(gather([str(FOLDER / name / file) for file in files]))


def counted(night: Night) -> Impact:
    return impact(night, judge(night))


def less(name: str, left_out: tuple[str, ...], folder: Path) -> Night:
    """The night by its log without the lines that hold one of these."""
    lines = (FOLDER / name / LOG).read_text().splitlines(keepends=True)
    path = folder / "less.log"
    path.write_text("".join(x for x in lines if not any(part in x for part in left_out)))
    return tell(gather([str(path)]))


# ── a log without level 6 ──


@pytest.mark.parametrize("name", names())
def test_at_level_5_as_many_are_lost_as_at_level_6(name: str, tmp_path: Path):
    whole, some = counted(told(name, LOG)), counted(less(name, OVER_FIVE, tmp_path))
    if some.sessions:
        assert (some.sessions, some.lost) == (whole.sessions, whole.lost)
    assert some.kept + some.lost + some.ended + some.unknown == some.sessions


@pytest.mark.parametrize("left_out", [OVER_FIVE, OVER_FOUR])
@pytest.mark.parametrize("name", names())
def test_without_level_6_no_row_is_called_orphaned(
    name: str, left_out: tuple[str, ...], tmp_path: Path
):
    night = less(name, left_out, tmp_path)
    found = counted(night)
    assert (found.orphaned, found.leaked) == (0, 0)
    (guides,) = [cause for cause in judge(night) if cause.name is GUIDES]
    assert guides.likelihood not in (Likelihood.CERTAIN, Likelihood.LIKELY, Likelihood.POSSIBLE)


def test_whether_sessions_that_closed_were_lost_is_unknown_where_no_end_reaches_the_file(
    tmp_path: Path,
):
    """722037 alone: 113019 is of level 4, and here held back."""
    found = counted(less("anyconnect-images-differ", (*OVER_FIVE, "-113019:"), tmp_path))
    assert (found.lost, found.kept, found.sessions) == (0, 1, 9)
    assert found.unknown == 8


def test_a_session_that_closed_and_went_on_was_kept() -> None:
    text = """
    01:00:00 p first-tunnel user=anna public=198.18.0.1 kind=TCP
    01:05:00 p closing user=anna public=198.18.0.1 reason="Transport closing"
    01:05:20 p tunnel-again user=anna public=198.18.0.1 kind=TCP
    01:30:00 P peer-present
    """
    (life,) = night_of(text, informational=False).lives
    assert life.ending is Ending.OPEN


def test_a_first_tunnel_after_a_closing_is_a_login_of_its_own() -> None:
    text = """
    01:00:00 p first-tunnel user=anna public=198.18.0.1 kind=TCP
    01:00:00 p first-tunnel user=anna public=198.18.0.1 kind=UDP
    01:05:00 p closing user=anna public=198.18.0.1 reason="Transport closing"
    01:05:20 p first-tunnel user=anna public=198.18.0.1 kind=TCP
    01:30:00 P peer-present
    """
    old, new = night_of(text, informational=False).lives
    assert (old.ending, old.again) == (Ending.UNKNOWN, new.began)
    assert new.ending is Ending.OPEN


def test_the_first_tunnel_of_a_login_that_is_told_is_no_second_one() -> None:
    (life,) = night_of(login("01:00:00", "anna", 1)).lives
    assert life.address == "10.1.8.1"


# ── a terminal alone ──


def test_by_the_terminal_alone_a_login_that_replaces_a_lost_session_is_none_of_its_own():
    found = counted(told("anyconnect-images-differ", CONSOLE))
    assert (found.sessions, found.lost, found.came_anew) == (9, 7, 7)


# ── two actives ──


@pytest.mark.parametrize("files", [(LOG,), (CONSOLE,), (LOG, CONSOLE)])
def test_a_unit_that_its_mate_did_not_hear_served_on(files: tuple[str, ...]):
    night = told("split-brain", *files)
    (served,) = [band for band in night.bands if band.unit is Role.PRIMARY]
    assert (served.state, served.began, served.ended) == ("Active", None, None)
    ((began, ended, _),) = both_served(night)
    assert ended - began == 385_000
    causes, found = judge(night), breaches(night)
    said = " ".join(summary(night, causes, counted(night), found))
    assert "Both units were active for 6 minutes." in said
    assert "One unit served all the time." not in (*went_well(night, counted(night), found), said)


@pytest.mark.parametrize("files", [(CONSOLE,), (LOG, CONSOLE)])
def test_the_first_screen_shows_how_the_records_begin(files: tuple[str, ...]):
    night = told("split-brain", *files)
    assert {band.unit: band.state for band in reversed(night.bands)} == {
        Role.PRIMARY: "Active",
        Role.SECONDARY: "Standby Ready",
    }


# ── two sessions of one name ──

PUBLIC = "198.18.0.9"
TWICE = login("01:00:00", "anna", 1, public=PUBLIC) + login("01:01:00", "anna", 2, public=PUBLIC)
CLOSED = f"""
01:20:05 p closing user=anna public={PUBLIC} reason="Transport closing"
01:20:05 p tunnel-down user=anna public={PUBLIC} kind=TCP
01:20:05 p tunnel-down user=anna public={PUBLIC} kind=UDP
"""
LATER = """
01:30:00 p ended user=bert public=198.18.0.8 reason="User Requested" duration=0h:01m:00s
01:30:00 p freed address=10.1.8.8 pool=VPN
01:40:00 P peer-present
"""


def test_of_two_sessions_that_may_have_closed_in_the_same_lines_one_is_not_known() -> None:
    night = night_of(TWICE + (CLOSED + CLOSED + LATER).replace("\n\n", "\n").strip())
    anna = [life for life in night.lives if life.user == "anna"]
    assert sorted(life.ending.value for life in anna) == ["cut", "unknown"]
    assert [life.reason for life in anna if life.ending is Ending.UNKNOWN] == [ALIKE]
    assert any("same name and address" in note for note in night.notes)


def test_two_logins_after_it_tell_that_both_were_lost() -> None:
    again = login("01:20:30", "anna", 3, public=PUBLIC) + login(
        "01:21:00", "anna", 4, public=PUBLIC
    )
    text = TWICE + CLOSED.lstrip() + again + LATER.strip()
    anna = [life for life in night_of(text).lives if life.user == "anna"]
    assert [life.ending.value for life in anna] == ["cut", "cut", "open", "open"]


def test_of_one_that_goes_on_it_is_known_and_of_the_other_it_is_not() -> None:
    on = f"01:25:00 p tunnel-up user=anna public={PUBLIC} kind=UDP\n"
    text = TWICE + CLOSED.lstrip() + on + LATER.strip()
    anna = [life for life in night_of(text).lives if life.user == "anna"]
    assert sorted(life.ending.value for life in anna) == ["open", "unknown"]


def test_two_of_one_name_who_return_apart_are_two_and_both_are_lost(tmp_path: Path):
    """In the guide's night, where one of those whom it harmed has the other's name and address."""
    log = (FOLDER / "anyconnect-images-differ" / LOG).read_text()
    path = tmp_path / "two.log"
    path.write_text(log.replace("user08", "user01").replace("<198.18.0.8>", "<198.18.0.1>"))
    found = counted(tell(gather([str(path)])))
    assert (found.sessions, found.lost, found.came_anew) == (9, 7, 7)


def test_a_copy_of_a_log_leaves_nobody_in_doubt_who_has_one_session() -> None:
    records = records_of(login("01:00:00", "anna", 1) + LATER.strip())
    night = tell(evidence_of([*records, *elsewhere(records, "copy.log")]))
    assert [life.ending for life in night.lives if life.user == "anna"] == [Ending.OPEN]


# ── bounds ──


def test_the_last_word_of_a_unit_that_went_unseen_is_a_bound() -> None:
    text = """
    01:00:00 S startup-end
    01:10:00 P sync-sending
    01:40:00 S startup-end
    """
    away = night_of(text).absences[-1]
    assert (away.unit, away.is_left_known, away.is_back_known) == (Role.SECONDARY, False, True)


def test_what_a_joiner_prints_is_read_without_a_prompt_beside_it(tmp_path: Path):
    path = tmp_path / "join.txt"
    path.write_text("State check detected an Active mate\nEnd Configuration Replication (STB)\n")
    told = [record.what for record in gather([str(path)]).records]
    assert told == [What.PEER_STATE, What.SYNC_RECEIVED]
