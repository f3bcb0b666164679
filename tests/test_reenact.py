"""A night that is rebuilt and run again is the same night, by its own collector's file."""

from dataclasses import replace

import pytest
import random_nights
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from incidents import names
from postmortems import night as some_night
from reenactments import CONSOLE, MINUTE, night_of, of_fixture, run, setting, told, upgrade

from upgrader.cli.pairfile.pair import pair_of, read_pair
from upgrader.cli.worlds.evidence import collected_records
from upgrader.cli.worlds.testbeds import rebuilt_testbed
from upgrader.conduct.reenacting.reenact import Reenacted
from upgrader.conduct.reenacting.regression import retold
from upgrader.conduct.reenacting.staged import differences, stage_night
from upgrader.judgement.postmortem.causes.judge import judge
from upgrader.judgement.postmortem.lessons.impact import impact
from upgrader.judgement.postmortem.rebuilding.paper import PAIR_FILE
from upgrader.judgement.postmortem.rebuilding.setting import NotRebuilt
from upgrader.model.script import Befalls, Expected, StoryLine, Typed
from upgrader.ports import UsageFault

WHOLE = (
    *("anyconnect-images-differ", "state-link-down", "premature-switchover", "package-missing"),
    *("pool-full", "sleeping-clients", "operator-logged-off", "http-replication-off"),
    *("booted-old-image", "feature-removed", "aaa-down", "nothing-happened"),
    *("no-failover-key", "network-beside-the-pair", "certificate-differs"),
    *("incompatible-versions", "split-brain"),
)
"""Nights of which every event comes again."""


def story_again(again: Reenacted) -> tuple[str, ...]:
    """Stage the scenario that was written out: what came otherwise than it says."""
    pair = pair_of(again.files, PAIR_FILE, "the scenario")
    assert pair.script is not None
    assert pair.script.expected is not None
    testbed = rebuilt_testbed(again.files, "the scenario")
    staged = stage_night(testbed, pair.script)
    judge_story = retold(pair.script, testbed.starts_ms, collected_records)
    return (
        *differences(pair.script.expected, testbed.came()),
        *judge_story(staged, pair.script.expected).unlike,
    )


# ── the same night ─────────────────────────────────────────────────────────────────────


@pytest.mark.slow
@pytest.mark.parametrize("name", WHOLE)
def test_all_of_the_night_comes_again(name):
    again = of_fixture(name).reenactment
    assert again is not None
    assert again.unlike == ()
    assert again.is_whole
    assert again.of > 20


@pytest.mark.parametrize("name", names())
def test_most_of_any_night_comes_again_and_the_rest_is_listed(name):
    made = of_fixture(name)
    assert made.reenactment is not None, made.notes
    again = made.reenactment
    assert again.same > 0
    assert (again.same == again.of) or again.unlike
    assert all(one.why for one in again.unlike)


def test_the_incident_of_the_guide_leaves_its_orphans_and_leaks_again():
    again = of_fixture("anyconnect-images-differ").reenactment
    assert again is not None
    assert (again.lost, again.orphaned, again.leaked) == (7, 7, 7)


@pytest.mark.parametrize(
    ("name", "lost"), [("state-link-down", 10), ("premature-switchover", 5), ("package-missing", 6)]
)
def test_who_lost_a_session_loses_it_again_and_nothing_is_left_behind(name, lost):
    again = of_fixture(name).reenactment
    assert again is not None
    assert (again.lost, again.orphaned, again.leaked) == (lost, 0, 0)


def test_without_a_failover_key_everybody_logs_in_anew():
    night = night_of(setting(failover_key=False), upgrade())
    made = run(night, judge(night))
    assert made.reenactment is not None
    assert made.reenactment.lost == 4
    assert made.todays_checks.stops[0].rule == "vpn-replication-keyed"


def test_a_crash_comes_again_and_nobody_is_blamed_for_what_is_not_modelled():
    again = of_fixture("crash-on-new-code").reenactment
    assert again is not None
    assert {one.why for one in again.unlike} <= {"not modelled"}


@pytest.mark.slow
def test_the_same_night_is_rebuilt_the_same_way_each_time():
    night, causes = told("anyconnect-images-differ")
    assert run(night, causes) == run(night, causes)


# ── from a terminal's log alone ────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "lost"),
    [
        ("anyconnect-images-differ", 7),
        ("premature-switchover", 5),
        ("operator-logged-off", 3),
        ("no-failover-key", 8),
        ("incompatible-versions", 7),
        ("split-brain", 0),
        ("http-replication-off", 0),
    ],
)
def test_a_terminals_log_alone_costs_as_many_sessions_again(name, lost):
    again = of_fixture(name, source=CONSOLE).reenactment
    assert again is not None
    assert again.lost == lost
    assert not any("sessions lost" in one.says for one in again.unlike)


def test_a_run_that_costs_more_than_the_records_tell_says_so():
    again = of_fixture("state-link-down", source=CONSOLE).reenactment
    assert again is not None
    assert ("8 sessions lost", "there it was 10") in [(one.says, one.why) for one in again.unlike]


def test_rows_that_were_logged_off_by_index_are_logged_off_by_their_people():
    script = of_fixture("operator-logged-off", source=CONSOLE).rebuilt.script
    typed = [act.line for act in script.acts if isinstance(act, Typed) and "logoff" in act.line]
    assert typed == [f"vpn-sessiondb logoff name user0{n} noconfirm" for n in (2, 4, 6)]


def test_two_active_units_are_a_cut_link_and_no_loss_of_power():
    script = of_fixture("split-brain", source=CONSOLE).rebuilt.script
    events = [act.event for act in script.acts if isinstance(act, Befalls)]
    assert events == ["cut-link", "join-link"]


def test_a_unit_that_was_looked_for_late_has_not_lost_power():
    script = of_fixture("http-replication-off", source=CONSOLE).rebuilt.script
    events = {act.event for act in script.acts if isinstance(act, Befalls)}
    assert events == {"connect-clients"}


def test_a_history_tells_how_long_a_join_took():
    timings = of_fixture("http-replication-off", source=CONSOLE).rebuilt.setting.timings
    assert (timings.cold_standby, timings.sync_config, timings.bulk_sync) == (2.0, 24.0, 16.0)


# ── nights that cannot be rebuilt ──────────────────────────────────────────────────────


def test_a_night_that_cannot_be_rebuilt_says_what_is_missing():
    empty = replace(
        some_night(), events=(), lives=(), switchovers=(), absences=(), bands=(), screens=()
    )
    made = run(empty, ())
    assert isinstance(made.rebuilt, NotRebuilt)
    assert made.reenactment is None
    assert made.files == {}
    assert not made.todays_checks.known
    assert "the records would have to tell" in made.todays_checks.answer


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing of a firewall\n" * 20,
        "Mar 14 2026 22:00:00: %ASA-6-302013: Built inbound TCP connection 1 for x\n" * 50,
        "Mar 14 2026 22:00:00: %ASA-5-111008: User 'x' executed the 'reload' command.\n",
        "Mar 14 2026 22:00:00: %ASA-1-104001: (Secondary) Switching to ACTIVE - because.\n",
        "%ASA-1-103001: (Primary) No response from other firewall (reason code = 1).\n",
    ],
)
def test_scraps_of_a_log_never_crash_it(text):
    from upgrader.judgement.postmortem.telling.night import tell

    night = tell(collected_records(text))
    made = run(night, judge(night))
    assert made.todays_checks.answer


def test_an_emulator_that_refuses_the_pair_is_told_and_not_raised():
    def refuses(_files, _name):
        raise UsageFault("no such pair")

    from upgrader.conduct.reenacting.reenact import reenact

    night, causes = told("anyconnect-images-differ")
    made = reenact(night, causes, impact(night, causes), refuses, collected_records)
    assert made.reenactment is None
    assert "no such pair" in made.notes[0]


# ── the scenario that is written out ───────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["anyconnect-images-differ", "state-link-down", "pool-full"])
def test_the_scenario_that_is_written_out_comes_as_it_says(name):
    made = of_fixture(name)
    assert made.files
    assert story_again(made) == ()


def test_the_scenario_is_read_from_a_folder_as_any_pair_file(tmp_path):
    made = of_fixture("anyconnect-images-differ")
    for name, text in made.files.items():
        (tmp_path / name).write_text(text)
    pair = read_pair(str(tmp_path / PAIR_FILE))
    assert pair.script is not None
    assert pair.script.expected is not None
    assert pair.script.expected.cause == "anyconnect-images-differ"
    assert (pair.script.expected.lost, pair.script.expected.orphaned) == (7, 7)
    assert "Assumed: " in (tmp_path / PAIR_FILE).read_text()


def test_a_story_that_does_not_come_is_told():
    made = of_fixture("anyconnect-images-differ")
    pair = pair_of(made.files, PAIR_FILE, "the scenario")
    assert pair.script is not None
    testbed = rebuilt_testbed(made.files, "the scenario")
    staged = stage_night(testbed, pair.script)
    expected = Expected(None, 0, 0, 0, (StoryLine(60_000, "Primary", "crashed"),))
    told_of = retold(pair.script, testbed.starts_ms, collected_records)(staged, expected).unlike
    assert any("crashed of Primary" in line for line in told_of)


# ── random nights ──────────────────────────────────────────────────────────────────────


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(1, 100_000))
def test_a_random_night_comes_again_or_says_what_does_not(seed):
    found = random_nights.run_again(seed)
    if found is None:
        return  # Such a night cannot happen.
    _, _, made = found
    again = made.reenactment
    if again is None:
        assert made.notes
        return
    assert again.is_whole == (not again.unlike)
    assert all(one.says and one.why for one in again.unlike)
    assert made.todays_checks.answer
    if made.files:
        assert story_again(made) == ()


@pytest.mark.slow
def test_most_random_nights_come_again_whole():
    nights = [random_nights.run_again(seed) for seed in range(1, 41)]
    made = [found[2].reenactment for found in nights if found is not None]
    whole = sum(one is not None and one.is_whole for one in made)
    same, of = (sum(getattr(one, name) for one in made if one) for name in ("same", "of"))
    assert whole / len(made) >= 0.75
    assert same / of >= 0.9


@pytest.mark.parametrize(
    "seed",
    [
        pytest.param(10, id="a switchover that bounced, and a link that was cut"),
        pytest.param(16, id="a port that the other unit told of"),
        pytest.param(19, id="a state link cut while the mate booted"),
        pytest.param(124, id="a crash and a port"),
        pytest.param(145, id="a port, a crash behind it, and no key"),
        pytest.param(168, id="power lost in the middle of a reload"),
        pytest.param(182, id="roles that moved for a port"),
    ],
)
def test_such_a_night_comes_again_whole(seed):
    found = random_nights.run_again(seed)
    assert found is not None
    again = found[2].reenactment
    assert again is not None
    assert again.unlike == ()


def test_a_night_that_begins_with_a_switchover_knows_who_was_active_before():
    acts = (Typed(MINUTE, "active", "no failover active"),)
    night = night_of(setting(), acts, 10)
    again = run(night, judge(night)).reenactment
    assert again is not None
    assert again.unlike == ()
