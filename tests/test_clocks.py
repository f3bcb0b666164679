"""One clock for a night: what is laid onto it, how well, and what cannot be."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nights_told import (
    STANDBY_SAYS,
    P,
    S,
    clock_of,
    elsewhere,
    evidence_of,
    incident,
    instant,
    login,
    night_of,
    records_of,
    without,
)

from upgrader.judgement.postmortem.clocks.offsets import Offset, Witness, densest, span, zone_told
from upgrader.judgement.postmortem.telling.night import tell
from upgrader.model.evidence import Evidence, Place, Record, Stamped, What
from upgrader.model.failover import Role
from upgrader.model.night import ClockLine, Night

HOUR = 3_600_000
DAY_MS = 24 * HOUR
PAIR = frozenset(
    {
        *(What.TO_ACTIVE, What.TO_STANDBY, What.SYNC_SENDING, What.SYNC_SENT),
        *(What.BULK_STARTED, What.BULK_ENDED, What.PEER_ABSENT, What.PEER_PRESENT),
        *(What.SYNC_RECEIVING, What.BULK_RECEIVING, What.BULK_RECEIVED),
    }
)


def line(night: Night, unit: Role) -> ClockLine:
    (found,) = [clock for clock in night.clocks if unit.value.lower() in clock.name.lower()]
    return found


def story(night: Night) -> list[tuple[Role | None, What]]:
    return [(event.unit, event.what) for event in night.events if event.what in PAIR]


# ── what is laid ──────────


def test_a_skew_is_found_by_what_both_units_tell_of() -> None:
    night = tell(evidence_of(records_of(incident(), one_file=False, skew_ms={S: 95_000})))
    ours, theirs = line(night, P), line(night, S)
    assert abs(ours.offset_ms - theirs.offset_ms - 95_000) <= (
        ours.uncertainty_ms + theirs.uncertainty_ms
    )
    assert "both units tell" in ours.how + theirs.how
    assert story(night) == story(night_of(incident()))


@pytest.mark.parametrize(
    ("skew", "told"), [(2 * HOUR, "2 h"), (-7 * HOUR, "7 h"), (5 * HOUR + HOUR // 2, "5 h 30 min")]
)
def test_whole_hours_are_told_as_a_zone(skew: int, told: str) -> None:
    night = tell(evidence_of(records_of(incident(), one_file=False, skew_ms={S: skew})))
    assert told in line(night, P).how + line(night, S).how
    assert "a zone of" in line(night, P).how + line(night, S).how


def test_the_same_lines_in_two_files_lay_them_exactly() -> None:
    records = records_of(incident())
    copy = elsewhere(records, "console.txt", by_ms=-3_723_000)
    night = tell(evidence_of([*records, *copy]))
    offsets = {clock.name: clock for clock in night.clocks}
    distance = offsets["console.txt fw-Primary"].offset_ms - offsets["fw.log fw-Primary"].offset_ms
    assert distance == 3_723_000
    assert all(clock.uncertainty_ms >= 1_000 for clock in night.clocks)
    assert len(night.events) == len(night_of(incident()).events)


def night_of_two(days: int) -> Night:
    """The same upgrade twice, in two files, so many days apart by the units' own clocks."""
    first = records_of(incident())
    return tell(evidence_of([*first, *elsewhere(first, "other.log", days * DAY_MS)]))


def test_one_chassis_stamps_days_apart_are_two_nights_and_no_skew() -> None:
    night = night_of_two(35)
    assert {clock.offset_ms for clock in night.clocks} == {0}
    assert [move.to for move in night.switchovers] == [S, P, S]
    (note,) = night.notes
    assert note.startswith("other.log: begins 35 days after fw.log ends")


@pytest.mark.parametrize("days", [365, 366, 730])
def test_a_year_that_was_guessed_is_no_other_night(days: int) -> None:
    night = night_of_two(days)
    assert len(night.switchovers) == 1
    assert night.notes == ()


def test_zones_apart_are_no_other_night() -> None:
    first = records_of(incident())
    night = tell(evidence_of([*first, *elsewhere(first, "other.log", 14 * HOUR)]))
    assert len(night.switchovers) == 1


def test_no_clock_is_surer_than_it_is_fine() -> None:
    night = tell(evidence_of(records_of(incident(), one_file=False)))
    assert all(clock.uncertainty_ms >= 1_000 for clock in night.clocks)


def test_a_seat_that_goes_over_to_the_other_unit_has_two_clocks() -> None:
    records = records_of(incident(), sent_by="seat", skew_ms={S: -40_000})
    night = tell(evidence_of(without(records, *STANDBY_SAYS)))
    (move,) = night.switchovers
    assert abs(move.at - instant("01:10:00") - (0 if _is_root(night, P) else -40_000)) <= 3_000
    assert [a.unit for a in night.absences] == [S, P]


def _is_root(night: Night, unit: Role) -> bool:
    return any(unit.value in c.name and c.how == "the night's own" for c in night.clocks)


def test_the_nights_own_clock_is_a_devices_and_not_the_collectors() -> None:
    records = [
        replace(record, received=(record.at or 0) + 7_205_000, received_by="collector")
        for record in records_of(incident(), sent_by="shared")
    ]
    evidence = evidence_of(records)
    collector = Stamped("collector", "", 1, has_zone=True, collector=True)
    night = tell(replace(evidence, clocks=(*evidence.clocks, collector)))
    (theirs,) = [clock for clock in night.clocks if clock.name == "collector"]
    assert (theirs.known, theirs.offset_ms) == (True, -7_205_000)
    assert clock_of(night.began) == "00:30:00"


def test_what_only_the_collector_stamped_is_laid_by_its_clock() -> None:
    records = [
        replace(record, received=(record.at or 0) + 5_000, received_by="collector")
        for record in records_of(incident(), sent_by="shared")
    ]
    bare = replace(records[3], at=None, place=Place("fw.log", 9_999))
    evidence = evidence_of([*records, replace(bare, text="bare", what=What.INTERFACE_UP)])
    collector = Stamped("collector", "", 1, has_zone=True, collector=True)
    night = tell(replace(evidence, clocks=(*evidence.clocks, collector)))
    (event,) = [event for event in night.events if event.what is What.INTERFACE_UP]
    assert event.at == records[3].at


# ── clocks that jump ──────────


def test_a_clock_that_is_set_goes_on_where_it_was() -> None:
    before = records_of("".join(login(f"00:{m}:00", f"u{m}", m) for m in range(30, 40)))
    set_at = records_of("00:40:00 P clock-set\n")
    after = records_of("".join(login(f"03:{m}:05", f"u{m}", m) for m in range(40, 50)))
    records = [
        replace(record, place=Place("fw.log", n))
        for n, record in enumerate([*before, *set_at, *after])
    ]
    night = tell(evidence_of(records))
    assert len(night.clocks) == 2
    assert night.ended - night.began < HOUR
    assert [event.what for event in night.events][60] is What.CLOCK_SET


def test_a_unit_that_comes_up_in_another_year_is_laid_by_its_mate() -> None:
    records = records_of(incident(), one_file=False)
    boot, again = instant("01:24:00"), instant("01:30:00")
    years = 20 * 365 * 24 * HOUR
    wild = [
        replace(record, at=record.at - years)
        if record.at is not None and record.unit is P and boot <= record.at < again
        else record
        for record in [*records, *_startup(records)]
    ]
    night = tell(evidence_of(sorted(wild, key=lambda r: (r.place.file, r.place.line))))
    assert night.ended - night.began < 2 * HOUR
    received = [e for e in night.events if e.what is What.BULK_RECEIVED]
    assert [clock_of(e.at) for e in received] == ["01:05:47", "01:25:47"]


def _startup(records: list[Record]) -> list[Record]:
    like = next(record for record in records if record.unit is P)
    told = records_of("01:25:03 P startup-begin\n01:25:03 P startup-end\n", one_file=False)
    after = next(r.place.line for r in records if r.what is What.PEER_UP and r.unit is S)
    return [replace(record, place=Place(like.place.file, after)) for record in told]


def _falling_back(day: datetime, quiet_minutes: int) -> list[Record]:
    """A night of a line each minute from 02:30 on, whose clock falls back at 03:00."""
    told = records_of("".join(login(f"02:{m}:00", f"u{m}", m) for m in range(30, 59)))
    later = "".join(login(f"02:{m:02}:30", f"v{m}", 100 + m) for m in range(quiet_minutes, 29))
    first = told[0].at
    assert first is not None
    shift = int(day.replace(hour=2, minute=30).timestamp() * 1_000) - first
    return [
        replace(record, at=None if record.at is None else record.at + shift, place=Place("a", n))
        for n, record in enumerate([*told, *records_of(later)])
    ]


@pytest.mark.parametrize("quiet", [0, 12])
def test_a_summer_that_ends_in_the_night_is_no_end_of_the_order(quiet: int) -> None:
    night = tell(evidence_of(_falling_back(datetime(2025, 10, 26, tzinfo=UTC), quiet)))
    logins = [event.fields["user"] for event in night.events if event.what is What.LOGGED_IN]
    assert logins == [
        *(f"u{m}" for m in range(30, 59)),
        *(f"v{m}" for m in range(quiet, 29)),
    ]
    assert night.ended - night.began < HOUR


def test_lines_that_fall_back_in_any_other_night_are_out_of_order() -> None:
    night = tell(evidence_of(_falling_back(datetime(2025, 10, 28, tzinfo=UTC), 12)))
    logins = [event.fields["user"] for event in night.events if event.what is What.LOGGED_IN]
    assert logins[0] == "v12"


def test_lines_out_of_order_are_sorted_and_no_jump_of_the_clock() -> None:
    records = records_of(incident())
    half = len(records) // 2
    swapped = [*records[half:], *records[:half]]
    assert story(tell(evidence_of(swapped))) == story(tell(evidence_of(records)))


# ── clocks that cannot be laid ──────────


def test_a_clock_that_shares_nothing_is_unknown_and_its_lines_keep_their_order() -> None:
    records = records_of(incident())
    other = records_of(
        "05:00:00 P interface-up interface=x\n05:00:01 P interface-up interface=y\n",
        file="elsewhere.log",
    )
    strange = [replace(record, unit=None, host="switch", clock="a switch") for record in other]
    night = tell(evidence_of([*records, *strange]))
    (clock,) = [clock for clock in night.clocks if clock.name == "a switch"]
    assert not clock.known
    told = [event for event in night.events if event.what is What.INTERFACE_UP]
    assert [event.fields["interface"] for event in told] == ["x", "y"]
    assert [event.at for event in told] == [None, None]
    assert any("elsewhere.log" in note for note in night.notes)


def test_two_hypotheses_that_are_as_good_as_each_other_decide_nothing() -> None:
    assert densest([0, 600_000], Witness.TWIN, 1_000) is None
    assert densest([], Witness.TWIN, 1_000) is None


def test_most_of_the_differences_decide_and_the_rest_does_not_count() -> None:
    found = densest([1_000, 0, 1_000, 480_000, -300_000], Witness.TWIN, 1_000)
    assert found is not None
    assert (found.ms, found.events) == (1_000, 3)
    assert found.uncertainty_ms >= 1_000


def test_the_best_witnessed_way_between_two_clocks_is_taken() -> None:
    exact = Offset(1_000, 1_000, 3, Witness.SAME)
    loose = Offset(9_000, 21_000, 9, Witness.LOOSE)
    laid = span("a", {("b", "a"): exact, ("c", "b"): exact, ("c", "a"): loose})
    assert laid["c"].ms == 2_000
    assert laid["c"].uncertainty_ms == 2_000


@pytest.mark.parametrize(("ms", "zone"), [(0, None), (90_000, None), (15 * HOUR, None)])
def test_what_is_no_zone_is_not_told_as_one(ms: int, zone: str | None) -> None:
    assert zone_told(Offset(ms, 1_000, 3, Witness.TWIN)) is zone


# ── any skew, any noise ──────────


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    skew=st.integers(-14 * 3_600, 14 * 3_600),
    seed=st.integers(0, 10_000),
    loss=st.sampled_from([0, 0, 5, 15]),
    one_file=st.booleans(),
)
def test_any_skew_loss_and_disorder_gives_the_same_order_of_the_pairs_events(
    skew: int, seed: int, loss: int, one_file: bool
) -> None:
    random = Random(seed)
    truth = records_of(incident(), one_file=one_file)
    skewed = records_of(incident(), one_file=one_file, skew_ms={S: skew * 1_000})
    true_at = {record.place.line: record.at or 0 for record in truth}
    records = [r for r in skewed if random.randrange(100) >= loss]
    records += [r for r in records if random.randrange(100) < 10]
    records.sort(key=lambda r: (r.place.file, true_at[r.place.line] + random.randrange(2_000)))
    night = tell(evidence_of(records))
    if not all(clock.known for clock in night.clocks):
        return  # what both report was lost
    _offsets_cover_the_truth(night, skew * 1_000)
    told = [
        (true_at[event.places[0].line], event.at or 0, event.slack_ms)
        for event in night.events
        if event.what in PAIR
    ]
    for n, (true_one, one, slack) in enumerate(told):
        for true_other, other, other_slack in told[n + 1 :]:
            assert true_one <= true_other + slack + other_slack + 1_000
            assert abs((other - one) - (true_other - true_one)) <= slack + other_slack + 1_000


def _offsets_cover_the_truth(night: Night, skew: int) -> None:
    offsets = {unit: [c for c in night.clocks if unit.value in c.name] for unit in Role}
    for ours in offsets[P]:
        for theirs in offsets[S]:
            wrong = abs((ours.offset_ms - theirs.offset_ms) - skew)
            assert wrong <= ours.uncertainty_ms + theirs.uncertainty_ms


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), loss=st.sampled_from([0, 10, 40]))
def test_whatever_is_lost_lives_add_up(seed: int, loss: int) -> None:
    random = Random(seed)
    records = [r for r in records_of(incident()) if random.randrange(100) >= loss]
    night = tell(evidence_of(records))
    for life in night.lives:
        assert life.began is None or life.ended is None or life.began <= life.ended
        assert all(night.began <= at <= night.ended for at in (*life.resumed, *life.suspended))
        assert (life.cut_at is not None) is (life.ending.value == "cut")
        assert life.places
    for unit in Role:
        mine = [band for band in night.bands if band.unit is unit]
        assert mine[0].began is None
        assert mine[-1].ended is None
        assert all(a.ended == b.began for a, b in pairwise(mine))
    places = [place for event in night.events for place in event.places]
    assert sorted(set(places)) == sorted({record.place for record in records})


def test_records_of_no_clock_that_is_known_are_kept() -> None:
    records = tuple(replace(record, at=None) for record in records_of(incident()))
    night = tell(Evidence((), records))
    assert {p for e in night.events for p in e.places} == {r.place for r in records}
