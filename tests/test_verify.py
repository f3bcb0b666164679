"""Who was cut off: every session of the baseline has one fate, and they add up."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from looks import (
    ACTIVE,
    MINUTE,
    NEW,
    OLD,
    STANDBY,
    WIN,
    dark,
    full,
    loaded,
    pair,
    secondary,
    session,
    sleeper,
    snapshot,
    standby_rows,
    turned,
    unit,
)

from upgrader.judgement.people.residue import Events
from upgrader.judgement.people.verify import verify
from upgrader.model.aftermath import Fate
from upgrader.model.failover import FailoverState, HistoryRow, Role
from upgrader.model.names import Instant
from upgrader.model.unit import Snapshot
from upgrader.model.vpn import Session, Tunnel

SWITCHED, RELOADED, BACK = 8 * MINUTE, 10 * MINUTE, 16 * MINUTE
NIGHT = Events((Instant(RELOADED),), (Instant(BACK),))


def served_by_secondary(
    at: int,
    rows: list[Session],
    standby: list[Session] | None = None,
    runs: object = OLD,
    **words: object,
) -> Snapshot:
    """After the switchover; `standby` is what the former active still lists."""
    theirs = standby_rows(rows if standby is None else standby)
    return snapshot(
        unit(Role.PRIMARY, STANDBY, runs=runs, sessions=theirs),  # type: ignore[arg-type]
        secondary(ACTIVE, runs=NEW, sessions=rows, **words),
        at,
    )


def ended_well(at: int, rows: list[Session], **words: object) -> Snapshot:
    return served_by_secondary(at, rows, runs=NEW, **words)


def fates(before: Snapshot, *looks: Snapshot, events: Events = NIGHT) -> dict[int, Fate]:
    aftermath = verify(before, looks, events)
    assert len(aftermath.ledger) == aftermath.before
    return {line.index: line.fate for line in aftermath.ledger}


def test_a_tunnel_that_is_up_on_the_other_chassis_has_been_rebuilt() -> None:
    """SSL tunnels never move; that nobody noticed is what hitless means."""
    rows = [session(1), session(2)]
    found = fates(pair(rows), served_by_secondary(SWITCHED, rows), ended_well(20 * MINUTE, rows))
    assert found == {1: Fate.RECONNECTED, 2: Fate.RECONNECTED}


def test_a_sleeper_that_still_sleeps_or_has_woken_was_kept() -> None:
    before = pair([sleeper(1), sleeper(2)])
    later = ended_well(12 * MINUTE, [sleeper(1, silent=900), session(2)])
    assert fates(before, later) == {1: Fate.KEPT, 2: Fate.KEPT}


def test_an_ipsec_tunnel_goes_on_and_did_not_reconnect() -> None:
    row = replace(session(1), tunnels=frozenset({Tunnel.PARENT, Tunnel.IKEV2}))
    assert fates(pair([row]), ended_well(20 * MINUTE, [row])) == {1: Fate.KEPT}


def test_a_laptop_that_fell_asleep_after_it_reconnected_was_not_harmed() -> None:
    rows = [session(1)]
    looks = (
        served_by_secondary(SWITCHED, rows),
        ended_well(20 * MINUTE, [sleeper(1, silent=60)]),
    )
    assert fates(pair(rows), *looks) == {1: Fate.RECONNECTED}


def test_a_session_that_the_new_active_never_had_is_lost() -> None:
    """No failover key: everybody logs in anew, and it does not count as kept."""
    before = snapshot(unit(sessions=[session(1)]), secondary(sessions=()))
    again = session(7, user="user1", age=30)
    found = fates(before, served_by_secondary(SWITCHED, [again], standby=[]))
    assert found == {1: Fate.LOST}


def test_a_person_who_logs_off_around_the_switchover_has_ended_it_themselves() -> None:
    rows = [session(1), session(2)]
    found = fates(pair(rows), served_by_secondary(SWITCHED, rows[1:]))
    assert found[1] is Fate.ENDED


def test_a_session_whose_idle_time_ran_out_has_ended() -> None:
    before = pair([sleeper(1, silent=25 * 60)])
    assert fates(before, served_by_secondary(SWITCHED, [], standby=[])) == {1: Fate.ENDED}


def test_a_row_and_an_address_released_while_the_unit_served_have_ended() -> None:
    rows = [session(1), session(2)]
    looks = (served_by_secondary(SWITCHED, rows), ended_well(20 * MINUTE, rows[:1]))
    assert fates(pair(rows), *looks)[2] is Fate.ENDED


def test_a_row_that_went_and_left_its_address_in_use_was_lost() -> None:
    rows = [session(1), session(2)]
    address = rows[1].address
    assert address is not None
    looks = (
        served_by_secondary(SWITCHED, rows),
        ended_well(20 * MINUTE, rows[:1], leaks=[address]),
    )
    assert fates(pair(rows), *looks)[2] is Fate.LOST


@pytest.mark.parametrize(("content", "fate"), [("other", Fate.LOST), ("win", Fate.ENDED)])
def test_whoever_had_to_log_in_anew_right_after_the_reload_was_lost(
    content: str, fate: Fate
) -> None:
    """With one login a user, the new login removes the orphan: no row is left to prove it.

    Between units with equal images nobody is forced: somebody left and came back.
    """
    rows = [session(1)]
    at = 18 * MINUTE
    age = (at - RELOADED) // 1_000 - 40
    again = session(9, user="user1", public=rows[0].public, age=age, address_number=9)
    switched = served_by_secondary(SWITCHED, rows, loads=[loaded(WIN, 1, content)])
    assert fates(pair(rows), switched, ended_well(at, [again])) == {1: fate}


def test_orphans_that_were_copied_to_the_other_unit_are_lost_all_the_same() -> None:
    """Not proven orphans, for they stand on both units: reported, and nobody evicts them."""
    rows = [session(n) for n in range(1, 6)]

    def left(at: int) -> Snapshot:
        gone = (at - RELOADED) // 1_000
        silent = [sleeper(n, silent=gone) for n in range(1, 6)]
        again = [
            session(n + 20, user=r.user, public=r.public, age=gone - 30, address_number=n + 20)
            for n, r in enumerate(rows, 1)
        ]
        return ended_well(at, [*silent, *again])

    looks = [served_by_secondary(SWITCHED, rows), left(17 * MINUTE), left(18 * MINUTE)]
    aftermath = verify(pair(rows), looks, NIGHT)
    assert aftermath.count(Fate.LOST) == 5
    assert aftermath.residue == ()
    assert len(aftermath.suspects) == 5


def test_the_final_reload_s_orphans_are_lost_and_stand_in_the_residue() -> None:
    rows = [session(n) for n in range(1, 6)]

    def left(at: int) -> Snapshot:
        silent = [sleeper(n, silent=(at - RELOADED) // 1_000) for n in range(1, 6)]
        return served_by_secondary(at, silent, standby=[], runs=NEW)

    looks = [
        served_by_secondary(SWITCHED, rows),
        left(17 * MINUTE),
        left(18 * MINUTE),
    ]
    aftermath = verify(pair(rows), looks, NIGHT)
    assert aftermath.count(Fate.LOST) == 5
    assert len(aftermath.orphans) == 5
    assert len(aftermath.leases) == 5


def test_a_suspect_counts_as_kept_and_the_ledger_says_why() -> None:
    rows = [sleeper(1)]

    def left(at: int) -> Snapshot:
        silent = [sleeper(1, silent=300 + at // 1_000)]
        return served_by_secondary(at, silent, standby=[], runs=NEW)

    aftermath = verify(pair(rows), [left(17 * MINUTE), left(18 * MINUTE)], NIGHT)
    assert [line.fate for line in aftermath.ledger] == [Fate.KEPT]
    assert "not proven lost" in aftermath.ledger[0].why
    assert len(aftermath.suspects) == 1


def test_residue_of_an_earlier_night_is_nobody_lost_tonight() -> None:
    before = snapshot(
        unit(sessions=[session(1), sleeper(2)]), secondary(sessions=standby_rows([session(1)]))
    )
    assert fates(before, ended_well(20 * MINUTE, [session(1)]))[2] is Fate.ENDED


def test_without_a_baseline_there_is_nobody_to_follow() -> None:
    nothing = verify(snapshot(dark(), dark()), [], NIGHT)
    assert (nothing.before, nothing.ledger) == (0, ())


# ── the outage ─────────────────────────────────────────────────────────────────────────

LEFT = (turned(100, ACTIVE, STANDBY),)
TAKEN = (
    turned(101, STANDBY, FailoverState.JUST_ACTIVE),
    turned(101, FailoverState.ACTIVE_CONFIG_APPLIED, ACTIVE),
)


def with_history(
    look: Snapshot, primary: tuple[HistoryRow, ...], other: tuple[HistoryRow, ...]
) -> Snapshot:
    one, two = look.units
    return replace(look, primary=full(one, history=primary), secondary=full(two, history=other))


def test_the_outage_is_read_from_both_units_histories() -> None:
    look = with_history(served_by_secondary(SWITCHED, []), LEFT, TAKEN)
    later = with_history(ended_well(20 * MINUTE, []), (), TAKEN)
    assert verify(pair(), [look, later], NIGHT).outage_seconds == pytest.approx(1.0)


def test_a_history_that_the_reload_erased_leaves_the_outage_unknown() -> None:
    """Never 0 by default: nobody measured it."""
    later = with_history(ended_well(20 * MINUTE, []), (), TAKEN)
    assert verify(pair(), [later], NIGHT).outage_seconds is None


def test_without_a_switchover_there_is_no_outage_to_tell() -> None:
    assert verify(pair(), [pair(at=MINUTE)], NIGHT).outage_seconds is None


def test_two_clocks_that_contradict_each_other_tell_nothing() -> None:
    early = (turned(97, FailoverState.ACTIVE_CONFIG_APPLIED, ACTIVE),)
    look = with_history(served_by_secondary(SWITCHED, []), LEFT, early)
    assert verify(pair(), [look], NIGHT).outage_seconds is None


# ── the sum ────────────────────────────────────────────────────────────────────────────

ROW = st.sampled_from(["gone", "up", "silent"])


@pytest.mark.slow
@given(st.lists(st.tuples(st.booleans(), ROW, ROW, ROW, ROW), max_size=25))
def test_the_ledger_always_adds_up(night: list[tuple[bool, str, str, str, str]]) -> None:
    """Whatever becomes of whom: nobody is counted twice, and nobody is forgotten."""

    def rows(column: int, silent: int) -> list[Session]:
        shown = []
        for number, line in enumerate(night, 1):
            if line[column] != "gone":
                up = line[column] == "up"
                shown.append(session(number, up=up, silent=0 if up else silent))
        return shown

    first = [
        session(n, up=line[0], silent=0 if line[0] else 100) for n, line in enumerate(night, 1)
    ]
    looks = [
        served_by_secondary(SWITCHED, rows(1, 60), standby=rows(2, 60)),
        served_by_secondary(17 * MINUTE, rows(3, 420), standby=rows(4, 420), runs=NEW),
        served_by_secondary(18 * MINUTE, rows(3, 480), standby=rows(4, 480), runs=NEW),
    ]
    aftermath = verify(pair(first), looks, NIGHT)

    assert aftermath.before == len(first)
    assert sum(aftermath.count(fate) for fate in Fate) == aftermath.before
    assert sorted(line.index for line in aftermath.ledger) == [row.index for row in first]
