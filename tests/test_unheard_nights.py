"""Nights that no fixture tells: what is said of them, from the log alone and with the terminal's.

`nights_unheard.py` stages them; `incident.md` §6 has the rows of the guide's incident.
"""

from pathlib import Path

import pytest
from nights_unheard import read, unheard

from upgrader.judgement.postmortem.causes.judge import judge
from upgrader.judgement.postmortem.lessons.impact import impact
from upgrader.judgement.postmortem.lessons.procedure import breaches
from upgrader.judgement.postmortem.lessons.summing import believed, verdict
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
    assert verdict(night, causes, of) == "Nobody was harmed."


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
