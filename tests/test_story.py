"""The ASDM guide's page 66-7, as one test.

"AnyConnect images must be the same on both ASAs in a failover pair. If the failover pair has
mismatched images when a hitless upgrade is performed, then the WebVPN connection terminates in
the final reboot step of the upgrade process, the database shows an orphaned session, and the IP
pool shows that the IP address assigned to the client is 'in use'."
"""

import pytest
from nights import Firewall, charter_of
from worlds import mismatched, pair

from upgrader.access.emulated.world import EmulatedWorld
from upgrader.access.guard.guarded import GuardedWorld
from upgrader.conduct.rehearse import rehearse
from upgrader.conduct.wishes import Wishes
from upgrader.emulator.surface import faults
from upgrader.model.aftermath import Fate, OrphanedSession, StuckLease
from upgrader.model.finding import Severity
from upgrader.model.law import Phase
from upgrader.model.outcome import ExitCode, Outcome
from upgrader.model.watch import Unwatched

PEOPLE = 7


def carried(world) -> set[str]:
    """The users who have a tunnel now, by the emulator's own books."""
    active = world.active_unit()
    return {row.user for row in active.rows.values() if row.carries(world.now)}


def orphans(world) -> set[str]:
    return {row.user for row in world.active_unit().rows.values() if row.token is None}


def in_use(world) -> int:
    pools = world.active_unit().leases.values()
    return sum(lease.held_until is None for pool in pools for lease in pool.values())


def test_with_equal_images_on_both_units_nobody_notices_the_night():
    firewall = Firewall.of(pair(sessions=PEOPLE))
    people = carried(firewall.pair)

    night = firewall.upgraded()

    assert (night.outcome, night.exit_code) == (Outcome.UPGRADED, ExitCode.DONE)
    assert {unit.version for unit in night.units} == {"9.16(4)"}
    assert [unit.reloads for unit in night.units] == [1, 1]
    assert night.sessions.reconnected == PEOPLE
    assert night.sessions.lost == night.sessions.orphaned == 0
    assert night.residue == ()
    # and by the emulator's own books: the same people, the same logins, nothing left behind
    assert carried(firewall.pair) == people
    assert orphans(firewall.pair) == set()
    assert in_use(firewall.pair) == PEOPLE


def test_a_rehearsal_is_the_night_that_follows_minute_by_minute():
    firewall = Firewall.of(pair(sessions=PEOPLE))
    plan = firewall.planned()
    twin = GuardedWorld(EmulatedWorld(firewall.pair.fork()), charter_of(plan))

    rehearsed = rehearse(plan, twin, Unwatched(), Wishes())
    night = firewall.conducted(plan)

    assert [line for line in rehearsed.story.timeline if line.at] == [
        line for line in night.story.timeline if line.at
    ]
    assert len(night.story.timeline) > 20


def test_with_different_images_the_upgrade_is_refused_before_anything_is_changed():
    firewall = Firewall.of(mismatched(sessions=PEOPLE))
    changes = firewall.pair.changes

    plan = firewall.planned()

    (finding,) = [f for f in plan.findings if f.severity is Severity.BLOCKER]
    assert finding.rule == "anyconnect-images-match"
    assert "anyconnect-win-4.10.07061-webdeploy-k9.pkg" in finding.evidence
    assert "Primary JAD11111111" in finding.evidence
    assert "Secondary JAD22222222" in finding.evidence
    digests = [fact.value for fact in finding.facts if fact.value.startswith("sha512:")]
    assert len(set(digests)) == 2
    assert plan.stopped_by == (finding,)
    night = firewall.conducted(plan)
    assert (night.outcome, night.exit_code) == (Outcome.REFUSED, ExitCode.REFUSED)
    assert firewall.pair.changes == changes
    assert firewall.world.changing == []


@pytest.fixture(scope="module")
def bad_night():
    """The mismatched pair, upgraded in spite of the warning."""
    firewall = Firewall.of(mismatched(sessions=PEOPLE))
    people = carried(firewall.pair)
    report = firewall.upgraded(in_spite_of="anyconnect-images-match")
    return firewall, people, report


def test_in_spite_of_that_everybody_survives_the_switchover(bad_night):
    firewall, people, _ = bad_night
    before_the_last_reload = firewall.watch.forks[Phase.FORMER_RELOADING]
    assert before_the_last_reload.active_unit().role.value == "Secondary"
    assert carried(before_the_last_reload) == people
    assert orphans(before_the_last_reload) == set()


def test_and_the_connections_terminate_in_the_final_reload(bad_night):
    firewall, people, report = bad_night
    assert report.sessions.lost == PEOPLE
    afterwards = firewall.watch.forks[Phase.BOTH_UPGRADED]
    rows_then = firewall.watch.forks[Phase.FORMER_RELOADING].active_unit().rows
    lost = {row.user for index, row in rows_then.items()
            if afterwards.active_unit().rows[index].token is None}  # fmt: skip
    assert lost == people
    lines = [line.text for line in report.story.timeline if "sessions lost" in line.text]
    assert lines
    assert all("former-reloading" in line for line in lines)


def test_and_the_database_shows_orphaned_sessions(bad_night):
    firewall, people, report = bad_night
    told = {r.user for r in report.residue if isinstance(r, OrphanedSession)}
    assert told == orphans(firewall.pair) == people


def test_and_the_pool_shows_their_addresses_in_use(bad_night):
    firewall, _, report = bad_night
    stuck = {int(r.address) for r in report.residue if isinstance(r, StuckLease)}
    rows = firewall.pair.active_unit().rows.values()
    assert stuck == {row.address for row in rows if row.token is None}
    assert len(stuck) == PEOPLE


def test_so_the_pair_needs_a_person_and_the_report_says_why(bad_night):
    _, _, report = bad_night
    assert (report.outcome, report.exit_code) == (Outcome.UPGRADED, ExitCode.NEEDS_PERSON)
    assert "upgrader cleanup" in report.next.commands[0]
    assert "different AnyConnect images" in report.story.cause
    assert report.story.prevented_by == "anyconnect-images-match"


def test_and_the_plan_had_foretold_it(bad_night):
    _, _, report = bad_night
    assert report.prediction.lost == report.prediction.orphaned == PEOPLE
    assert report.prediction.stuck_leases == PEOPLE


def test_then_cleanup_clears_both_kinds_and_touches_no_living_session(bad_night):
    firewall, people, _ = bad_night
    living = carried(firewall.pair)
    assert living == people, "they have logged in again by now"
    tunnels = {
        row.index for row in firewall.pair.active_unit().rows.values() if row.token is not None
    }

    night = firewall.cleaned()

    assert (night.outcome, night.exit_code) == (Outcome.CLEANED, ExitCode.DONE)
    assert night.residue == ()
    assert night.sessions.lost == 0
    assert orphans(firewall.pair) == set()
    assert carried(firewall.pair) == living
    assert set(firewall.pair.active_unit().rows) == tunnels
    assert in_use(firewall.pair) == len(living)
    logoffs = [line for line in firewall.world.changing if "logoff" in line]
    assert len(logoffs) == PEOPLE
    assert all(line.startswith("vpn-sessiondb logoff index ") for line in logoffs)


def test_every_session_of_the_baseline_met_exactly_one_fate(bad_night):
    _, _, report = bad_night
    counts = report.sessions
    assert counts.before == counts.kept + counts.reconnected + counts.ended + counts.lost
    assert {fate.value for fate in Fate} == {"kept", "reconnected", "ended", "lost"}


def test_a_plan_of_another_hour_is_run_and_says_so():
    """A session count that moved is no drift: people come and go."""
    firewall = Firewall.of(pair(sessions=PEOPLE))
    plan = firewall.planned()
    faults.connect_clients(firewall.pair, 4)
    night = firewall.conducted(plan)
    assert night.outcome is Outcome.UPGRADED
    assert any("11 sessions before the first act, 7 when" in note for note in night.notes)
