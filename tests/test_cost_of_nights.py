"""What each fixture night cost: as its records tell it, as the books have it, as it was rebuilt."""

from functools import cache

import pytest
from incidents import FOLDER, names, night
from reenactments import by_name, of_fixture

from upgrader.access.evidence.opening import gather
from upgrader.cli.worlds.evidence import collected_records
from upgrader.judgement.postmortem.causes.judge import judge
from upgrader.judgement.postmortem.lessons.impact import impact
from upgrader.judgement.postmortem.telling.night import tell
from upgrader.model.evidence import What
from upgrader.model.failover import Role
from upgrader.model.night import Night
from upgrader.model.postmortem import Impact

UNSEEN_BEFORE = {"no-failover-key": 1}
"""People who first came after the switchover, and whom a log alone takes for some who came back."""

OTHERWISE_REBUILT = ("aaa-down", "pool-full")
"""Nights whose people are rebuilt otherwise: who was refused again and again."""


@cache
def told(name: str, *files: str) -> Night:
    return tell(gather([str(FOLDER / name / file) for file in files]))


def cost(name: str, *files: str) -> Impact:
    whole = told(name, *files)
    return impact(whole, judge(whole))


@pytest.mark.parametrize("name", names())
def test_the_log_alone_tells_what_the_books_have(name: str):
    of, came = cost(name, "collector.log"), night(name).came
    lost = came.lost + UNSEEN_BEFORE.get(name, 0)
    assert (of.lost, of.orphaned, of.leaked) == (lost, came.orphaned, came.leaked)


@pytest.mark.parametrize("name", names())
def test_log_and_terminal_together_tell_what_the_books_have(name: str):
    of, came = cost(name, "collector.log", "console.txt"), night(name).came
    assert (of.lost, of.orphaned, of.leaked) == (came.lost, came.orphaned, came.leaked)
    assert of.sessions == of.kept + of.lost + of.ended + of.unknown


def test_a_login_after_a_loss_is_counted_apart():
    of = cost("anyconnect-images-differ", "collector.log", "console.txt")
    assert (of.sessions, of.kept, of.ended, of.lost, of.came_anew) == (9, 1, 1, 7, 7)


@pytest.mark.slow
@pytest.mark.parametrize("name", names())
def test_the_rebuilt_night_as_it_was_costs_the_same(name: str):
    of = cost(name, "collector.log")
    was = by_name(of_fixture(name, "anyconnect=matched"))["as it was"]
    assert (was.lost, was.orphaned, was.leaked) == (of.lost, of.orphaned, of.leaked)
    if name not in OTHERWISE_REBUILT:
        assert was.kept == of.kept


@pytest.mark.parametrize("name", names())
def test_a_line_in_a_terminal_and_in_the_log_is_told_once(name: str):
    whole = told(name, "collector.log", "console.txt")
    typed = [
        event
        for event in whole.events
        if event.what is What.COMMAND and "no failover active" in event.text
    ]
    commands = [s.command for s in whole.switchovers if s.command is not None]
    # What was typed where failover was off, or on a serial console, may stand in one source only.
    assert all(event.at is not None for event in typed if event in commands)
    assert len({event.at for event in typed}) == len(typed)


def test_a_switchover_is_typed_on_the_unit_that_is_active_before():
    whole = told("anyconnect-images-differ", "collector.log")
    (typed,) = [s.command for s in whole.switchovers]
    assert typed is not None
    assert typed.unit is Role.PRIMARY


def test_a_line_without_a_time_stands_between_two_that_have_one():
    whole = told("anyconnect-images-differ", "collector.log", "console.txt")
    loose = [event for event in whole.events if event.at is None]
    bounded = [event.between for event in loose if event.between is not None]
    assert len(bounded) > len(loose) / 2
    assert all(began <= ended for began, ended in bounded)


def test_a_clock_to_which_no_record_belongs_is_not_listed():
    whole = told("nothing-happened", "collector.log", "console.txt")
    assert not [clock for clock in whole.clocks if "no record" in clock.how]


@pytest.mark.parametrize("number", [722_037, 722_023, 113_039, 737_024, 720_023, 737_016, 113_019])
def test_without_a_line_that_decides_the_guides_incident_is_never_more_than_likely(number: int):
    lines = (FOLDER / "anyconnect-images-differ" / "collector.log").read_text().splitlines()
    kept = "\n".join(line for line in lines if f"-{number}:" not in line)
    causes = judge(tell(collected_records(kept + "\n")))
    names_believed = [c.name.value for c in causes if c.likelihood.value in ("certain", "likely")]
    assert names_believed in ([], ["anyconnect-images-differ"])
    assert not [c for c in causes if c.likelihood.value == "certain"]
