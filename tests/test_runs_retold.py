"""A run of ours, read as any other record of a night: it comes to what the run said of itself."""

from functools import lru_cache
from pathlib import Path

import pytest

from upgrader.cli.deeds import nights
from upgrader.cli.deeds.postmortems import Asked, hold
from upgrader.cli.runs.home import Home
from upgrader.cli.worlds.evidence import records_of
from upgrader.judgement.postmortem.causes.judge import judge
from upgrader.judgement.postmortem.facts.stretches_served import outage_ms
from upgrader.judgement.postmortem.lessons.impact import impact
from upgrader.judgement.postmortem.lessons.procedure import breaches
from upgrader.judgement.postmortem.telling.night import tell
from upgrader.model.cause import Cause, CauseName, Likelihood
from upgrader.model.night import Night
from upgrader.views.postmortem.along import Unheard

JOURNALS = Path(__file__).resolve().parent.parent / "fixtures" / "journals"
RUNS = sorted(f"{run.parent.name}/{run.name}" for run in JOURNALS.glob("*/*"))
SURE = (Likelihood.CERTAIN, Likelihood.LIKELY)
UNLIKE = {"0.1.0/missing-package", "0.1.0/mismatched", "0.2.0/mismatched", "0.3.0/mismatched"}
"""Nights whose packages differed."""


@lru_cache
def retold(run: str) -> tuple[Night, tuple[Cause, ...]]:
    folder = JOURNALS / run
    night = tell(records_of((str(folder),), (), None, None, lambda _: folder))
    return night, judge(night)


def believed(run: str) -> set[CauseName]:
    return {cause.name for cause in retold(run)[1] if cause.likelihood in SURE}


@pytest.mark.parametrize("run", RUNS)
def test_who_lost_a_session_and_what_was_orphaned_is_what_the_run_counted(run: str) -> None:
    told = nights.replay(JOURNALS / run, strict=False).sessions
    harm = impact(*retold(run))
    before = 0 if told is None else told.before
    assert (harm.lost, harm.orphaned) == ((0, 0) if told is None else (told.lost, told.orphaned))
    assert (harm.sessions, harm.unknown) == (before, 0)


@pytest.mark.parametrize("run", RUNS)
def test_one_unit_served_all_the_time_and_no_run_had_two_actives(run: str) -> None:
    assert outage_ms(retold(run)[0]) == 0
    assert CauseName.SPLIT_BRAIN not in believed(run)


@pytest.mark.parametrize("run", RUNS)
def test_packages_are_blamed_where_they_differed_and_nowhere_else(run: str) -> None:
    assert (CauseName.ANYCONNECT_DIFFERS in believed(run)) == (run in UNLIKE)


@pytest.mark.parametrize("run", RUNS)
def test_a_run_that_waited_for_people_is_not_told_to_have_reloaded_while_they_came_back(
    run: str,
) -> None:
    found = {breach.name for breach in breaches(retold(run)[0])}
    assert "reloaded-while-people-came-back" not in found


def test_boot_lines_between_two_hops_are_typed_in_one_release_and_not_in_mixed_ones() -> None:
    found = {breach.name for breach in breaches(retold("0.2.0/hops-2")[0])}
    assert "configured-in-mixed-releases" not in found


@pytest.mark.parametrize("run", RUNS)
def test_what_a_plan_has_looked_at_and_verified_is_not_called_left_out(run: str) -> None:
    found = {breach.name for breach in breaches(retold(run)[0])}
    assert not found & {
        "boot-order-not-set",
        "files-not-verified",
        "packages-not-compared",
        "sessions-not-counted",
    }


@pytest.mark.slow
def test_who_reads_a_disguised_postmortem_is_told_no_source(tmp_path: Path) -> None:
    run = str(JOURNALS / "0.2.0" / "mismatched")
    told = hold(Asked((run,), anonymise=True), Home(tmp_path), Unheard()).postmortem
    assert told.next.commands
    assert all(c.startswith("upgrader replay SOURCE… --anonymise ") for c in told.next.commands)
