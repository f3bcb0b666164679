"""Nights that no fixture tells: what is said of them, from the log alone and with the terminal's.

`nights_unheard.py` stages them; `incident.md` §6 has the rows of the guide's incident.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from nights_unheard import read, unheard

from upgrader.access.evidence.opening import gather
from upgrader.judgement.postmortem.causes.judge import judge
from upgrader.judgement.postmortem.lessons.impact import impact
from upgrader.judgement.postmortem.lessons.procedure import breaches
from upgrader.judgement.postmortem.lessons.summing import believed, verdict
from upgrader.judgement.postmortem.telling.night import tell
from upgrader.model.cause import CauseName, Likelihood
from upgrader.model.failover import Role

GUIDES = CauseName.ANYCONNECT_DIFFERS

HARMED = [
    "the-whole-upgrade",
    "dies-at-the-return",
    "verified-at-the-join",
    "power-pulled-on-the-former-active",
    "power-pulled-and-dies-at-the-return",
    "power-pulled-for-good",
    "standby-rebooted-and-verified",
    "failover-link-lost-after-the-switchover",
    "failed-back-afterwards",
    "the-standby-logs-too",
    "two-causes-pool-and-packages",
    "two-causes-aaa-and-packages",
    "logged-off-by-the-operator-before",
    "cleaned-up-afterwards",
]
UNHARMED = [
    "standby-rebooted-alone",
    "former-active-never-rebooted",
    "failed-back-before-the-last-reload",
    "failover-link-flaps",
    "both-links-cut-for-a-while",
    "standby-rebooted-and-nothing-else",
    "aborted-after-the-first-half",
    "aborted-with-different-packages",
    "a-busy-day",
    "a-quiet-upgrade",
    "premature-and-clean-afterwards",
]
_NOT_TYPED = ("sessions-not-counted", "files-not-verified", "packages-not-compared")


@pytest.mark.parametrize("name", HARMED)
def test_the_guides_incident_is_found_in_each_of_its_variants(name: str, tmp_path: Path):
    night = read(unheard(name), tmp_path)
    causes = judge(night)
    assert causes[0].name is GUIDES
    assert causes[0].likelihood is Likelihood.LIKELY


@pytest.mark.parametrize("name", HARMED)
def test_what_it_cost_is_what_the_emulators_books_say(name: str, tmp_path: Path):
    staged = unheard(name)
    night = read(staged, tmp_path)
    of = impact(night, judge(night))
    assert (of.lost, of.orphaned) == (staged.came.lost, staged.came.orphaned)
    # After a fail-back the addresses are held by the unit that does not serve.
    if name != "failed-back-afterwards":
        assert of.leaked == staged.came.leaked


@pytest.mark.parametrize("name", UNHARMED)
def test_where_nobody_was_harmed_it_is_said_plainly(name: str, tmp_path: Path):
    night = read(unheard(name), tmp_path)
    causes = judge(night)
    of = impact(night, causes)
    assert (believed(causes), of.lost, of.orphaned, of.leaked) == ((), 0, 0, 0)
    # Of a log that shows nobody's session, nobody may have been seen.
    seen = "was harmed." if of.sessions else "is seen to have been harmed, as far as these records"
    assert verdict(night, causes, of).startswith(f"Nobody {seen}")


@pytest.mark.parametrize("console", [False, True])
def test_a_reload_of_the_active_unit_is_the_first_deviation_and_costs_seconds(
    console: bool, tmp_path: Path
):
    night = read(unheard("active-unit-reloaded-by-mistake"), tmp_path, console=console)
    causes = judge(night)
    of = impact(night, causes)
    # What was not typed at all is told where a terminal shows everything that was.
    typed = [one.name for one in breaches(night) if one.name not in _NOT_TYPED]
    assert typed[0] == "reloaded-the-active-unit"
    assert (of.lost, of.outage_seconds) == (0, 4.0)
    assert verdict(night, causes, of).startswith("No session was lost, but nobody served for 4 s")
    assert [absence.unit for absence in night.absences] == [Role.PRIMARY]


def test_how_long_nobody_served_is_not_known_where_the_active_unit_dies(tmp_path: Path):
    night = read(unheard("power-of-the-active-unit"), tmp_path)
    causes = judge(night)
    assert causes[0].name is CauseName.CRASH
    assert impact(night, causes).outage_seconds is None


def test_a_unit_that_lost_its_power_while_standing_by_is_no_crash(tmp_path: Path):
    night = read(unheard("power-pulled-for-good"), tmp_path)
    crash = next(cause for cause in judge(night) if cause.name is CauseName.CRASH)
    assert crash.likelihood is Likelihood.POSSIBLE


def test_screens_without_a_time_do_not_move_the_roles_against_the_log(tmp_path: Path):
    night = read(unheard("an-interface-flaps"), tmp_path, console=True)
    assert impact(night).outage_seconds == 0
    assert night.absences[0].version_before is None


def test_a_login_after_a_loss_is_no_session_of_its_own(tmp_path: Path):
    night = read(unheard("the-whole-upgrade"), tmp_path)
    of = impact(night, judge(night))
    assert (of.sessions, of.kept, of.lost, of.came_anew) == (8, 0, 8, 8)


def test_an_operators_clean_up_leaves_nothing_behind(tmp_path: Path):
    night = read(unheard("cleaned-up-afterwards"), tmp_path)
    of = impact(night, judge(night))
    assert (of.lost, of.orphaned, of.leaked) == (8, 0, 0)


def test_whom_an_operator_logged_off_by_the_way_is_not_the_root_cause(tmp_path: Path):
    night = read(unheard("logged-off-by-the-operator-before"), tmp_path)
    named = [cause.name for cause in believed(judge(night))]
    assert named == [GUIDES, CauseName.LOGGED_OFF]


def test_a_server_that_was_down_for_the_return_wave_stands_behind_what_made_people_return(
    tmp_path: Path,
):
    night = read(unheard("two-causes-aaa-and-packages"), tmp_path)
    assert [cause.name for cause in believed(judge(night))] == [GUIDES, CauseName.AAA_DOWN]


# ── a switchover too early, a crash, and what screens without a time show ──────────────

EARLY = ["switched-in-the-bulk-sync", "switched-while-the-standby-was-away"]


@pytest.mark.parametrize("name", EARLY)
@pytest.mark.parametrize(("log", "console"), [(True, False), (False, True), (True, True)])
def test_a_switchover_to_a_unit_that_is_not_ready_is_told_from_each_record_and_harms_nobody_alone(
    name: str, log: bool, console: bool, tmp_path: Path
):
    night = read(unheard(name), tmp_path, log=log, console=console)
    causes = {cause.name: cause.likelihood for cause in judge(night)}
    assert causes[CauseName.PREMATURE_SWITCHOVER] is Likelihood.POSSIBLE
    assert believed(judge(night)) == ()
    assert "switched-before-ready" in [breach.name for breach in breaches(night)]


def test_a_mate_that_was_last_seen_failed_counts_where_only_screens_tell(tmp_path: Path):
    staged = unheard("switched-while-the-standby-was-away")
    night = read(staged, tmp_path, log=False, console=True)
    early = next(c for c in judge(night) if c.name is CauseName.PREMATURE_SWITCHOVER)
    assert early.speaks_for[0].text == (
        "the standby was last seen Failed before 'no failover active' was typed"
    )


def test_a_role_that_came_back_to_its_unit_is_no_split_brain(tmp_path: Path):
    staged = unheard("switched-while-the-standby-was-away")
    for log in (False, True):
        night = read(staged, tmp_path, log=log, console=True)
        brain = next(cause for cause in judge(night) if cause.name is CauseName.SPLIT_BRAIN)
        assert brain.likelihood in (Likelihood.UNLIKELY, Likelihood.UNKNOWN)


@pytest.mark.parametrize("name", EARLY)
def test_a_terminal_hangs_on_its_lines_also_where_its_banner_shows_a_clock_of_its_own(
    name: str, tmp_path: Path
):
    night = read(unheard(name), tmp_path, console=True)
    assert not [note for note in night.notes if "could be laid beside" in note]
    (absence,) = night.absences
    assert (absence.unit, absence.version_after) == (Role.SECONDARY, "9.16(4)")


@pytest.mark.parametrize("console", [False, True])
def test_a_unit_that_served_and_crashed_is_likely_a_crash_and_what_settles_it_is_named(
    console: bool, tmp_path: Path
):
    night = read(unheard("the-active-unit-crashes-on-the-new-release"), tmp_path, console=console)
    first = judge(night)[0]
    assert (first.name, first.likelihood) == (CauseName.CRASH, Likelihood.LIKELY)
    assert "show crashinfo" in first.settled_by[0]


CRASHED = (
    "edge/sec/act# show crashinfo\n: Saved_Crash\n\nThread Name: DATAPATH-0-1234\n"
    "Crashinfo collected on 22:16:10.123 UTC {day}\n\nTraceback:\n0: 0x0041\n"
)


@pytest.mark.parametrize(
    ("day", "likelihood"),
    [("Sat Mar 14 2026", Likelihood.CERTAIN), ("Fri Aug 16 2019", Likelihood.LIKELY)],
)
def test_a_saved_crash_settles_it_if_it_is_of_that_night_and_an_old_one_does_not(
    day: str, likelihood: Likelihood, tmp_path: Path
):
    staged = unheard("the-active-unit-crashes-on-the-new-release")
    shown = replace(staged, console=staged.console + CRASHED.format(day=day))
    first = judge(read(shown, tmp_path, console=True))[0]
    assert (first.name, first.likelihood) == (CauseName.CRASH, likelihood)


def test_an_old_crash_file_on_a_quiet_night_is_no_crash(tmp_path: Path):
    staged = unheard("a-quiet-upgrade")
    shown = replace(staged, console=staged.console + CRASHED.format(day="Fri Aug 16 2019"))
    night = read(shown, tmp_path, console=True)
    crash = next(cause for cause in judge(night) if cause.name is CauseName.CRASH)
    assert crash.likelihood is Likelihood.UNLIKELY
    assert "another day" in crash.speaks_against[0].text


# ── people behind one address, and people whose names are hidden ───────────────────────


def _household(text: str) -> str:
    return text.replace("198.18.0.2", "198.18.0.1")


def _hidden(text: str) -> str:
    return re.sub(r"user0\d", "*****", text)


def _two_sessions_of_one(text: str) -> str:
    return text.replace("user02", "user01")


@pytest.mark.parametrize(
    ("told", "people"), [(_household, 8), (_hidden, 0), (_two_sessions_of_one, 7)]
)
def test_who_shares_an_address_or_a_name_or_has_none_is_counted_all_the_same(
    told: Callable[[str], str], people: int, tmp_path: Path
):
    staged = unheard("the-whole-upgrade")
    night = read(replace(staged, log=told(staged.log)), tmp_path)
    causes = judge(night)
    of = impact(night, causes)
    assert (causes[0].name, causes[0].likelihood) == (GUIDES, Likelihood.LIKELY)
    assert (of.sessions, of.lost, of.orphaned, of.leaked, of.came_anew) == (8, 8, 8, 8, 8)
    assert len(of.users) == people


# ── logs that reach less far, and nights that are given together ───────────────────────


def _of_level(text: str, most: int) -> str:
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if int(line.partition("%ASA-")[2][:1] or 7) <= most)


def test_a_log_of_level_4_leaves_no_unit_in_the_midst_of_a_join(tmp_path: Path):
    staged = unheard("the-whole-upgrade")
    night = read(replace(staged, log=_of_level(staged.log, 4)), tmp_path)
    last = {band.unit: band.state for band in night.bands}
    assert last == {Role.PRIMARY: "Standby", Role.SECONDARY: "Active"}
    assert believed(judge(night)) == ()


def test_two_nights_of_one_pair_are_not_laid_upon_each_other_and_it_is_said(tmp_path: Path):
    first, later = unheard("the-whole-upgrade").log, unheard("a-quiet-upgrade").log
    files = {"march.log": first, "april.log": later.replace("Mar 14", "Apr 18")}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    night = tell(gather([str(tmp_path / name) for name in files]))
    assert night.ended - night.began > 34 * 24 * 3_600_000
    assert {clock.offset_ms for clock in night.clocks} == {0}
    (note,) = night.notes
    assert "april.log: begins 35 days after" in note
    assert "--since '2026-04-18 22:01'" in note


def test_the_same_night_in_two_files_is_one_night(tmp_path: Path):
    staged = unheard("the-whole-upgrade")
    for name in ("one.log", "other.log"):
        (tmp_path / name).write_text(staged.log)
    night = tell(gather([str(tmp_path / "one.log"), str(tmp_path / "other.log")]))
    assert night.notes == ()
    assert impact(night, judge(night)).lost == 8


def test_two_pairs_in_two_files_are_told_with_what_to_type(tmp_path: Path):
    other = unheard("a-quiet-upgrade").log.replace("10.20.0.1", "10.30.0.1").replace("edge", "rome")
    (tmp_path / "one.log").write_text(unheard("the-whole-upgrade").log)
    (tmp_path / "other.log").write_text(other.replace("user0", "guest0"))
    (note,) = tell(gather([str(tmp_path / "one.log"), str(tmp_path / "other.log")])).notes
    assert "10.20.0.1 edge and 10.30.0.1 rome speak by turns" in note
    assert note.endswith("type --host edge or --host rome")


def test_one_pair_under_two_names_is_one_pair(tmp_path: Path):
    log = unheard("the-whole-upgrade").log
    (tmp_path / "one.log").write_text(log)
    (tmp_path / "other.log").write_text(re.sub(r"(10\.20\.0\.1) Mar 14 2026 \S+ edge", r"\1", log))
    night = tell(gather([str(tmp_path / "one.log"), str(tmp_path / "other.log")]))
    assert night.notes == ()
