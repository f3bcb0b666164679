"""Clean-up: what is proven is cleared, what is living is untouched, what cannot be is said."""

import pytest
from msgspec import structs
from nights import Firewall
from worlds import MINUTE, config, mismatched, pair

from upgrader.conduct.tidy import NotFit, plan_cleanup
from upgrader.emulator.scenario import ClientsSpec
from upgrader.emulator.surface import faults
from upgrader.model.aftermath import OrphanedSession, StuckLease
from upgrader.model.outcome import ExitCode, Outcome
from upgrader.model.plan import EvictSession

MISMATCH = "anyconnect-images-match"


def after_the_bad_night(**words) -> Firewall:
    firewall = Firewall.of(mismatched(**{"sessions": 5, **words}))
    report = firewall.upgraded(in_spite_of=MISMATCH)
    assert report.exit_code is ExitCode.NEEDS_PERSON
    return firewall


def living(firewall: Firewall) -> set[tuple[int, str]]:
    active = firewall.pair.active_unit()
    return {(row.index, row.user) for row in active.rows.values() if row.token is not None}


def orphans(firewall: Firewall) -> set[int]:
    return {r.index for r in firewall.pair.active_unit().rows.values() if r.token is None}


def test_a_lease_that_logoff_does_not_release_is_reported_with_the_lines_for_a_person():
    firewall = after_the_bad_night(logoff_releases_lease=False)
    people = living(firewall)
    night = firewall.cleaned()
    assert (night.outcome, night.exit_code) == (Outcome.CLEANED, ExitCode.NEEDS_PERSON)
    assert orphans(firewall) == set()
    assert living(firewall) == people
    assert {type(r) for r in night.residue} == {StuckLease}
    assert all(lease.holder is None for lease in night.residue)
    assert len(night.residue) == 5
    told = "\n".join(night.next.lines)
    assert "failover reload-standby" in told
    assert "show ip local pool VPN" in told


def test_freed_addresses_that_wait_out_the_reuse_delay_are_not_stuck():
    firewall = after_the_bad_night(lines=config(reuse_delay_min=10))
    began = firewall.pair.now
    night = firewall.cleaned()
    assert (night.outcome, night.exit_code, night.residue) == (
        Outcome.CLEANED,
        ExitCode.DONE,
        (),
    )
    assert firewall.pair.now - began >= 10 * MINUTE


def test_a_second_cleanup_finds_nothing_to_do():
    firewall = after_the_bad_night()
    firewall.cleaned()
    found = firewall.residue()
    assert found.residues.residue == ()
    assert plan_cleanup(firewall.name, found).steps == ()


def test_a_sleeping_orphan_is_a_suspect_until_its_idle_time_has_run_out():
    """Nobody can tell it from a sleeping laptop before; afterwards nobody sleeps so long."""
    clients = ClientsSpec(count=6, sleeping=2, slept_min=2)
    firewall = Firewall.of(mismatched(clients=clients, lines=config(idle_min=60)))
    firewall.upgraded(in_spite_of=MISMATCH)
    found = firewall.residue(wait=False)
    assert {s.user for s in found.residues.suspects}.isdisjoint(
        {r.user for r in found.residues.residue if isinstance(r, OrphanedSession)}
    )
    assert len(found.residues.suspects) == 2
    night = firewall.cleaned(wait=True)
    assert night.exit_code is ExitCode.DONE, night.verdict
    assert orphans(firewall) == set()


def test_honest_sleepers_are_never_logged_off():
    firewall = Firewall.of(
        pair(clients=ClientsSpec(count=6, sleeping=4, slept_min=5), lines=config(idle_min=120))
    )
    firewall.upgraded()
    people = living(firewall)
    found = firewall.residue()
    assert found.residues.residue == found.residues.suspects == ()
    assert living(firewall) == people


def test_a_row_that_is_another_login_by_now_stays():
    """Indices are reused: the row is read again directly before the logoff."""
    firewall = after_the_bad_night()
    plan = plan_cleanup(firewall.name, firewall.residue())
    victim = plan.steps[0].step
    assert isinstance(victim, EvictSession)
    unit = firewall.pair.active_unit()
    stranger = next(row for row in unit.rows.values() if row.token is not None)

    def index_is_taken(line: str) -> None:
        if line.endswith(f"filter name {victim.user}") and victim.index in unit.rows:
            row = unit.rows[victim.index]
            if row.token is None:
                unit.rows[victim.index] = structs.replace(
                    row, token=stranger.token, login_ms=row.login_ms + 500_000
                )

    firewall.world.before = index_is_taken
    firewall.conducted(plan)
    typed = [line for line in firewall.world.changing if "logoff" in line]
    assert f"vpn-sessiondb logoff index {victim.index} noconfirm" not in typed
    assert victim.index in unit.rows


def test_nothing_is_cleaned_while_a_unit_is_away():
    firewall = after_the_bad_night()
    standby = next(u for u in firewall.pair.units if u is not firewall.pair.active_unit())
    faults.pull_power(firewall.pair, firewall.pair.units.index(standby))
    firewall.wait(1)
    changes = firewall.pair.changes
    with pytest.raises(NotFit, match="does not answer"):
        plan_cleanup(firewall.name, firewall.residue())
    assert firewall.pair.changes == changes


def test_a_unit_that_goes_away_in_the_middle_stops_the_cleanup():
    firewall = after_the_bad_night()
    plan = plan_cleanup(firewall.name, firewall.residue())
    standby = next(u for u in firewall.pair.units if u is not firewall.pair.active_unit())
    seen = []

    def power_fails_after_two(line: str) -> None:
        seen.append(line)
        if sum("logoff" in typed for typed in seen) == 2:
            faults.pull_power(firewall.pair, firewall.pair.units.index(standby))
            firewall.pair.advance(firewall.pair.now + 30_000)

    firewall.world.before = power_fails_after_two
    night = firewall.conducted(plan)
    assert night.exit_code is ExitCode.STOPPED
    assert night.next.commands
    logoffs = [line for line in firewall.world.changing if "logoff" in line]
    assert len(logoffs) <= 2


@pytest.mark.slow
def test_orphans_on_the_rejoined_unit_are_cleared_there():
    firewall = Firewall.of(mismatched(sessions=5, orphan_unit="rejoined"))
    firewall.upgraded(in_spite_of=MISMATCH)
    rows = [unit.rows.values() for unit in firewall.pair.units]
    left = [sum(row.token is None for row in table) for table in rows]
    found = firewall.residue(wait=True)
    told = sum(isinstance(r, OrphanedSession) for r in found.residues.residue)
    assert told + len(found.residues.suspects) >= sum(left) > 0
    firewall.cleaned()
    assert not any(row.token is None for unit in firewall.pair.units for row in unit.rows.values())


@pytest.mark.parametrize(
    "unknowns",
    [{"orphan_unit": "both"}, {"orphans_replicate": True}],
    ids=["orphans on both units", "orphans are synced"],
)
def test_orphans_that_both_units_show_are_suspects_after_the_night_too(unknowns):
    firewall = after_the_bad_night(**unknowns)
    found = firewall.residue()
    assert found.residues.residue == ()
    assert len(found.residues.suspects) == 5


def test_honest_sleepers_are_no_suspects_after_a_night():
    firewall = Firewall.of(pair(sessions=20, sleeping=10))
    assert firewall.upgraded().exit_code is ExitCode.DONE
    assert firewall.residue().residues.suspects == ()
