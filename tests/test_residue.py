"""What is an orphan, what is a sleeping laptop, and what is nobody's address."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from looks import (
    MINUTE,
    NEW,
    OLD,
    PRI,
    SEC,
    STANDBY,
    address,
    configuration,
    dark,
    pair,
    secondary,
    session,
    sleeper,
    snapshot,
    standby_rows,
    unit,
)

from upgrader.judgement.people.residue import Events, grade
from upgrader.model.aftermath import OrphanedSession, StuckLease
from upgrader.model.failover import FailoverState, Role
from upgrader.model.names import Instant
from upgrader.model.unit import Snapshot
from upgrader.model.vpn import Session

RELOADED = 10 * MINUTE
NIGHT = Events(departures=(Instant(RELOADED),), returns=(Instant(RELOADED + 6 * MINUTE),))


def after(
    at: int, here: list[Session], there: list[Session] | None = None, **words: object
) -> Snapshot:
    """After the final reload: Secondary serves, Primary is its standby."""
    standby = standby_rows(there if there is not None else here)
    return snapshot(
        unit(Role.PRIMARY, STANDBY, runs=NEW, sessions=standby, uptime=300),
        secondary(FailoverState.ACTIVE, runs=NEW, sessions=here, **words),
        at,
    )


def cut_off(at: int, numbers: range, since: int = RELOADED) -> list[Session]:
    """Rows that went silent at that instant, as a look at `at` shows them."""
    return [sleeper(number, silent=(at - since) // 1_000) for number in numbers]


def two_looks(numbers: range, living: list[Session], **words: object) -> list[Snapshot]:
    looks = (RELOADED + 8 * MINUTE, RELOADED + 9 * MINUTE)
    return [after(at, living + cut_off(at, numbers), living, **words) for at in looks]


def test_rows_that_fell_silent_together_at_the_reload_and_did_not_sync_are_orphans() -> None:
    living = [session(n) for n in range(1, 10)]
    left = grade(two_looks(range(20, 25), living), NIGHT)

    orphans = [r for r in left.residue if isinstance(r, OrphanedSession)]
    assert {o.index for o in orphans} == {20, 21, 22, 23, 24}
    assert {o.serial for o in orphans} == {SEC}
    leases = [r for r in left.residue if isinstance(r, StuckLease)]
    assert {(lease.address, lease.holder) for lease in leases} == {
        (address(n), n) for n in range(20, 25)
    }
    assert left.suspects == ()


def test_one_look_proves_nothing_and_says_for_how_long_to_wait() -> None:
    looks = two_looks(range(20, 25), [])
    left = grade(looks[1:], NIGHT)

    assert left.residue == ()
    assert {s.index for s in left.suspects} == {20, 21, 22, 23, 24}
    assert left.settled_in_seconds == 60


def test_looks_that_are_less_than_a_minute_apart_are_one_look() -> None:
    at = RELOADED + 8 * MINUTE
    looks = [after(t, cut_off(t, range(20, 25)), []) for t in (at, at + 59_000)]
    assert grade(looks, NIGHT).residue == ()


def test_a_laptop_asleep_since_before_the_reload_is_only_a_suspect() -> None:
    looks = [
        after(at, cut_off(at, range(30, 35), since=RELOADED - 5 * MINUTE), [])
        for at in (RELOADED + 8 * MINUTE, RELOADED + 9 * MINUTE)
    ]
    left = grade(looks, NIGHT)

    assert left.residue == ()
    assert {s.index for s in left.suspects} == set(range(30, 35))
    assert left.settled_in_seconds == (30 + 5 - 14) * 60 + 1


def test_two_rows_that_fell_silent_together_may_be_two_sleepers() -> None:
    left = grade(two_looks(range(20, 22), []), NIGHT)
    assert left.residue == ()
    assert len(left.suspects) == 2


def test_a_person_who_has_logged_in_anew_from_the_same_place_leaves_an_orphan_behind() -> None:
    def seen(at: int) -> Snapshot:
        old = sleeper(20, silent=(at - RELOADED) // 1_000)
        new = session(40, user=old.user, public=old.public, age=120, address_number=40)
        return after(at, [old, new], [new])

    left = grade([seen(RELOADED + 8 * MINUTE), seen(RELOADED + 9 * MINUTE)], NIGHT)
    assert [r.holder for r in left.residue if isinstance(r, StuckLease)] == [20]
    assert "logged in anew" in left.residue[0].evidence  # type: ignore[union-attr]


def test_an_older_login_of_the_same_person_speaks_for_nobody() -> None:
    def seen(at: int) -> Snapshot:
        row = sleeper(20, silent=600)
        older = session(19, user=row.user, public=row.public, age=9_000)
        return after(at, [row, older], [older])

    assert grade([seen(20 * MINUTE), seen(21 * MINUTE)], NIGHT).residue == ()


def test_a_row_older_than_its_timer_and_grace_on_one_unit_is_an_orphan() -> None:
    looks = [after(at, [sleeper(20, silent=36 * 60)], []) for at in (0, MINUTE)]
    assert len([r for r in grade(looks, Events()).residue if isinstance(r, OrphanedSession)]) == 1


@pytest.mark.parametrize(("minutes", "orphans"), [(60, 0), (None, 0), (20, 1)])
def test_the_timer_is_that_of_the_row_s_own_group_policy(minutes: int | None, orphans: int) -> None:
    policies = configuration(idle=(("GP", minutes),))
    looks = [after(at, [sleeper(20, silent=36 * 60)], [], running=policies) for at in (0, MINUTE)]
    left = grade(looks, Events())
    assert len([r for r in left.residue if isinstance(r, OrphanedSession)]) == orphans
    assert len(left.suspects) == 1 - orphans
    assert minutes is not None or left.settled_in_seconds is None


def test_a_sleeping_laptop_whose_row_stands_on_both_units_is_normal() -> None:
    rows = [sleeper(n) for n in range(1, 6)]
    left = grade([pair(rows, at=0), pair(rows, at=MINUTE)], Events())
    assert (left.residue, left.suspects, left.settled_in_seconds) == ((), (), None)


def test_a_row_on_both_units_beyond_its_timer_is_odd_and_no_more() -> None:
    rows = [sleeper(1, silent=3 * 3_600)]
    left = grade([pair(rows, at=0), pair(rows, at=MINUTE)], Events())
    assert left.residue == ()
    assert len(left.suspects) == 1


def test_a_whole_tenth_that_fell_silent_at_the_reload_did_not_go_to_sleep() -> None:
    """On both units, so that nothing is proven; but nobody says that all is well."""
    at = RELOADED + 8 * MINUTE
    living = [session(n) for n in range(1, 20)]
    rows = [*living, *cut_off(at, range(20, 25))]
    left = grade([after(at, rows)], NIGHT)
    assert left.residue == ()
    assert {s.index for s in left.suspects} == set(range(20, 25))
    many = [*rows, *(session(n) for n in range(100, 200))]
    assert grade([after(at, many)], NIGHT).suspects == ()


def test_nothing_is_judged_while_the_versions_differ_or_a_sync_is_going_on() -> None:
    def seen(at: int, state: FailoverState, runs: object) -> Snapshot:
        return snapshot(
            unit(Role.PRIMARY, state, runs=runs, sessions=()),  # type: ignore[arg-type]
            secondary(FailoverState.ACTIVE, runs=NEW, sessions=cut_off(at, range(20, 25))),
            at,
        )

    for state, runs in ((STANDBY, OLD), (FailoverState.BULK_SYNC, NEW)):
        looks = [seen(at, state, runs) for at in (RELOADED + 8 * MINUTE, RELOADED + 9 * MINUTE)]
        left = grade(looks, NIGHT)
        assert (left.residue, left.suspects) == ((), ())


def test_outside_a_run_the_mate_s_uptime_tells_when_it_was_away() -> None:
    """`cleanup` on another day: nobody has written down when the reload was."""
    looks = two_looks(range(20, 25), [])
    assert len([r for r in grade(looks, Events()).residue if isinstance(r, OrphanedSession)]) == 5

    def long_up(look: Snapshot) -> Snapshot:
        mate = look.unit(PRI)
        assert mate is not None
        return replace(
            look, primary=replace(mate, version=replace(mate.version, uptime_seconds=9 * 86_400))
        )

    assert grade([long_up(look) for look in looks], Events()).residue == ()


def test_without_the_mate_s_table_a_lost_tunnel_alone_is_no_orphan() -> None:
    rows = [session(n) for n in range(20, 25)]
    before = snapshot(
        unit(Role.PRIMARY, STANDBY, sessions=standby_rows(rows)),
        secondary(FailoverState.ACTIVE, runs=NEW, sessions=rows),
        RELOADED - MINUTE,
    )
    at = RELOADED + 2 * MINUTE
    silent = cut_off(at, range(20, 25))
    again = session(40, user=silent[0].user, public=silent[0].public, age=30, address_number=40)
    alone = snapshot(
        dark(Role.PRIMARY),
        secondary(FailoverState.ACTIVE, runs=NEW, sessions=[*silent, again, sleeper(1)]),
        at,
    )
    left = grade([before, alone], Events(departures=(Instant(RELOADED),)))

    assert {r.index for r in left.residue if isinstance(r, OrphanedSession)} == {20}
    assert {s.index for s in left.suspects} == {21, 22, 23, 24}


def test_an_address_in_use_by_no_row_in_two_looks_is_nobodys() -> None:
    leak = address(77)
    looks = [pair([session(1)], at=at, leaks=[leak]) for at in (0, MINUTE)]
    assert {
        (r.serial, r.address, r.holder)
        for r in grade(looks, Events()).residue
        if isinstance(r, StuckLease)
    } == {(PRI, leak, None), (SEC, leak, None)}
    assert grade(looks[:1], Events()).residue == ()


def test_an_address_may_belong_to_a_session_of_another_kind() -> None:
    looks = [pair([session(1)], at=at, leaks=[address(77)], others=1) for at in (0, MINUTE)]
    assert grade(looks, Events()).residue == ()


def test_no_look_no_verdict() -> None:
    assert grade([], Events()).residue == ()


@pytest.mark.slow
@given(
    rows=st.lists(
        st.tuples(st.booleans(), st.integers(0, 7_200), st.booleans(), st.booleans()), max_size=30
    )
)
def test_a_row_with_a_tunnel_is_never_residue_and_never_suspect(
    rows: list[tuple[bool, int, bool, bool]],
) -> None:
    """Whatever else is true of it: somebody is being served."""

    def seen(at: int) -> Snapshot:
        here = [
            session(n, up=up, silent=0 if up else silent)
            for n, (up, silent, on_active, _) in enumerate(rows, 1)
            if on_active
        ]
        there = [
            session(n, up=up, silent=0 if up else silent)
            for n, (up, silent, _, on_standby) in enumerate(rows, 1)
            if on_standby
        ]
        return after(at, here, there)

    left = grade([seen(0), seen(MINUTE)], Events(departures=(Instant(0),)))
    served = {n for n, (up, _, on_active, _) in enumerate(rows, 1) if up and on_active}
    named = {(r.serial, r.index) for r in left.residue if isinstance(r, OrphanedSession)}
    named |= {(s.serial, s.index) for s in left.suspects}
    assert named.isdisjoint({(SEC, n) for n in served})
    held = {r.address for r in left.residue if isinstance(r, StuckLease) and r.serial == SEC}
    assert held.isdisjoint({address(n) for n in served})


@pytest.mark.slow
def test_ten_thousand_rows_are_told_apart() -> None:
    living = [session(n) for n in range(1, 9_001)]
    left = grade(two_looks(range(9_001, 10_001), living), NIGHT)
    assert len(left.residue) == 2_000
