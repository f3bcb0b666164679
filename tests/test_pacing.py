"""How often a pair is looked at: slowly while a unit boots, quickly when something is near."""

import itertools
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nights import Firewall
from reached import TWO, Reached
from worlds import World, pair

from upgrader.conduct import pacing
from upgrader.emulator.scenario import Timings
from upgrader.judgement.moves.progress import OpenIntent, Progress, SentReload
from upgrader.model.law import Phase
from upgrader.model.names import Instant, Serial
from upgrader.model.outcome import Outcome
from upgrader.model.plan import SwitchOver
from upgrader.model.unit import Dark, Depth, Snapshot, Unit

FIRST, SECOND = Serial("JAD2"), Serial("JAD1")
SECOND_MS, MINUTE_MS = 1_000, 60_000


def seconds(progress: Progress, now_s: float) -> float:
    return pacing.pause(progress, Instant(round(now_s * SECOND_MS))).total_seconds()


def reload(
    at_s: float,
    back_s: float | None = None,
    ready_s: float | None = None,
    settled_s: float | None = None,
) -> SentReload:
    def instant(s: float | None) -> Instant | None:
        return None if s is None else Instant(round(s * SECOND_MS))

    at = Instant(round(at_s * SECOND_MS))
    came = (instant(back_s), instant(ready_s), instant(settled_s))
    return SentReload(FIRST, at, 5_000, back_s is not None, *came)


def awaiting(*reloads: SentReload, **more: object) -> Progress:
    return Progress(Phase.FORMER_RELOADING, reloads=reloads, **more)  # type: ignore[arg-type]


# ── what the pause is ──────────────────────────────────────────────────────────────────


def test_a_boot_of_which_nothing_is_known_is_seen_at_most_a_third_late():
    first = awaiting(reload(0))
    assert [seconds(first, s) for s in (0, 6, 30, 60, 300, 1_800)] == [2, 2, 10, 20, 30, 30]


def test_the_second_unit_is_expected_ready_when_the_first_one_was():
    known = (reload(0, 300, 340), reload(500))
    assert seconds(awaiting(*known), 510) == 30, "it boots"
    assert seconds(awaiting(*known), 810) == 23.2, "up to shortly before it is expected"
    assert seconds(awaiting(*known), 834) == 1.7
    assert seconds(awaiting(*known), 846) == 1.7
    assert seconds(awaiting(*known), 930) == 30, "it is late: nobody knows when it will come"


def test_a_short_boot_is_expected_to_the_second():
    known = (reload(0, 12, 54), reload(100))
    assert [seconds(awaiting(*known), s) for s in (100, 130, 145)] == [30, 22, 7]
    assert seconds(awaiting(*known), 153) == 1


def test_a_first_unit_that_syncs_is_looked_at_often_enough_to_be_ready_before_it_is_heard():
    first = awaiting(reload(0, 300))
    assert [seconds(first, s) for s in (300, 306, 315, 360)] == [5, 5, 5, 5]


def test_a_second_unit_that_syncs_is_not_asked_before_it_is_expected():
    second = awaiting(reload(0, 300, 340), reload(500, 800))
    assert seconds(second, 810) == 23.2
    assert seconds(second, 835) == 1.7
    assert seconds(second, 930) == 5, "it is late, and may be ready at any moment"


def test_a_second_unit_that_boots_in_half_the_time_is_looked_at_as_it_syncs():
    second = awaiting(reload(0, 300, 340), reload(500, 640))
    assert [seconds(second, s) for s in (640, 690, 705)] == [30, 20, 5]


def test_what_nobody_was_there_to_see_of_the_first_one_delays_the_second_one_by_no_minutes():
    """Its process had died, and was taken up again after an hour."""
    second = awaiting(reload(0, 3_600, 3_600, 3_604), reload(5_000, 5_300))
    assert seconds(second, 5_300) == 5
    waited = awaiting(reload(0, 300, 340, 3_600), reload(5_000, 5_300))
    ready = replace(waited, ready_since=Instant(5_340_000), ready_looks=3)
    assert seconds(ready, 5_359) == 1


def test_who_was_heard_long_after_it_was_ready_may_be_seen_ready_some_seconds_late():
    second = awaiting(reload(0, 300, 340, 350), reload(500, 800))
    assert [seconds(second, s) for s in (834, 840, 846)] == [3, 3, 3]
    at_once = awaiting(reload(0, 300, 340, 344), reload(500, 800))
    assert seconds(at_once, 840) == 1


def test_once_ready_it_is_confirmed_in_three_looks_and_then_every_second_until_it_is_heard():
    """Three looks in four seconds; every second while an interface is Waiting, up to twenty."""
    ready = awaiting(reload(0, 300, 340), ready_since=Instant(340_000), ready_looks=1)
    assert [seconds(ready, s) for s in (340, 342)] == [2, 2]
    ready = replace(ready, ready_looks=3)
    assert [seconds(ready, s) for s in (344, 357, 359.5)] == [1, 1, 0.5]


def test_a_second_unit_is_heard_as_long_after_its_order_as_the_first_one():
    known = (reload(0, 300, 340, 350), reload(500, 800, 841))
    ready = awaiting(*known, ready_since=Instant(841_000), ready_looks=1)
    assert [seconds(ready, s) for s in (841, 846)] == [5, 2]
    assert [seconds(replace(ready, ready_looks=3), s) for s in (848, 850, 855)] == [1, 1, 1]


def test_a_second_unit_that_is_ready_sooner_is_heard_sooner():
    known = (reload(0, 300, 340, 350), reload(500, 800, 820))
    ready = awaiting(*known, ready_since=Instant(820_000), ready_looks=3)
    assert [seconds(ready, s) for s in (825, 828)] == [3, 1]


def test_a_night_of_an_earlier_release_is_looked_at_as_that_one_did():
    ready = awaiting(reload(0, 300, 340), ready_since=Instant(340_000), ready_looks=1, vocabulary=1)
    assert [seconds(ready, s) for s in (340, 350, 357)] == [10, 10, 3]


def test_while_roles_move_it_is_looked_at_every_second():
    for phase in (Phase.SWITCHING, Phase.FAILING_BACK, Phase.SWITCHING_BACK):
        moving = Progress(phase, since=Instant(0))
        assert seconds(moving, 0) == 1
        assert seconds(moving, 3) == 1
        assert seconds(moving, 120) == 5


def test_time_of_our_own_is_waited_out_to_the_second():
    """A look takes time, too: what is left of the minute is waited, and not half a minute more."""
    soaking = Progress(Phase.SWITCHED, since=Instant(0))
    assert [seconds(soaking, s) for s in (0, 33, 59.5)] == [30, 27, 0.5]
    settling = Progress(Phase.BOTH_UPGRADED, since=Instant(0), last_full=Instant(20_000))
    assert [seconds(settling, s) for s in (20, 55)] == [30, 25]


def test_an_open_switchover_is_settled_quickly_and_then_patiently():
    step = SwitchOver(from_=FIRST, to=SECOND)
    intent = OpenIntent(step, Instant(0), (), FIRST)
    opened = Progress(Phase.STANDBY_UPGRADED, open_intent=intent)
    assert [seconds(opened, s) for s in (0, 3, 30, 300)] == [1, 1, 10, 20]


@pytest.mark.slow
@given(
    phase=st.sampled_from([phase for phase in Phase if not phase.is_end]),
    now=st.integers(0, 4_000_000),
    since=st.integers(0, 4_000_000),
    last_full=st.none() | st.integers(0, 4_000_000),
    ready=st.none() | st.integers(0, 4_000_000),
    reloads=st.lists(
        st.builds(
            lambda at, back, ready: SentReload(
                FIRST,
                Instant(at),
                None,
                True,
                None if back is None else Instant(at + back),
                None if back is None or ready is None else Instant(at + back + ready),
            ),
            st.integers(0, 2_000_000),
            st.none() | st.integers(0, 1_000_000),
            st.none() | st.integers(0, 500_000),
        ),
        max_size=2,
    ),
)
def test_a_pause_is_never_long_and_never_nothing(phase, now, since, last_full, ready, reloads):
    progress = Progress(
        phase,
        since=Instant(since),
        last_full=None if last_full is None else Instant(last_full),
        ready_since=None if ready is None else Instant(ready),
        reloads=tuple(reloads),
    )
    paused = pacing.pause(progress, Instant(max(now, since))).total_seconds()
    assert 0 < paused <= 30


# ── what it is good for ────────────────────────────────────────────────────────────────


@dataclass
class Moments:
    """What the tool saw, and when it saw it."""

    looks: list[tuple[int, Snapshot]] = field(default_factory=list)
    now: int = 0

    def __getattr__(self, name: str):
        return lambda *_: None

    def clock(self, now: int) -> None:
        self.now = now

    def seen(self, snapshot: Snapshot) -> None:
        self.looks.append((snapshot.at, snapshot))

    def first_ready(self, serial: str, after: int) -> int:
        """When that unit was first seen Standby Ready after an instant."""
        for at, seen in self.looks:
            unit = seen.unit(Serial(serial))
            if at > after and unit is not None and unit.state.value == "Standby Ready":
                return at
        raise AssertionError("never")


def noticed_late(world: World, moments: Moments, number: int) -> float:
    """Seconds from Standby Ready to its being seen, of that chassis after its reload."""
    unit = world.pair.units[number]
    ready = [e.at for e in unit.history if e.after.value == "Standby Ready"][-1]
    return (moments.first_ready(unit.serial, ready - 1) - ready) / SECOND_MS


@pytest.mark.slow
@pytest.mark.parametrize("boot_s", [8, 60, 300, 900])
@pytest.mark.parametrize("wired", [False, True], ids=["in process", "over ssh"])
def test_a_unit_that_is_ready_is_noticed_within_seconds_and_the_second_one_at_once(boot_s, wired):
    world = pair(sessions=2, timings=Timings(boot_ms=boot_s * SECOND_MS))
    firewall = Reached.of(world, TWO) if wired else Firewall.of(world)
    moments = Moments()
    firewall.watch = moments
    assert firewall.upgraded().outcome is Outcome.UPGRADED
    assert noticed_late(world, moments, 1) <= 8
    assert noticed_late(world, moments, 0) <= 3


@pytest.mark.parametrize("boot_s", [8, 300, 900])
def test_a_longer_boot_takes_hardly_more_looks(boot_s: int):
    world = pair(sessions=2, timings=Timings(boot_ms=boot_s * SECOND_MS))
    firewall = Firewall.of(world)
    moments = Moments()
    firewall.watch = moments
    firewall.upgraded()
    assert len(moments.looks) <= 70 + boot_s // 10


def test_polling_asks_for_summaries_and_never_for_ten_thousand_rows():
    world = pair(sessions=2)
    firewall = Firewall.of(world)
    plan = firewall.planned()
    firewall.world.typed.clear()
    full = [0]

    class Counting(Moments):
        def looking(self, depth: Depth) -> None:
            full[0] += depth.is_full

    firewall.watch = Counting()
    firewall.conducted(plan)
    listings = [line for _, line in firewall.world.typed if line == "show vpn-sessiondb anyconnect"]
    # Two units a full look, and the harvest before the last reload.
    assert len(listings) == 2 * full[0] + 1


@pytest.mark.slow
def test_the_switchover_is_noticed_within_two_seconds():
    world = pair(sessions=2)
    firewall = Reached.of(world, TWO)
    moments = Moments()
    firewall.watch = moments
    firewall.upgraded()
    took = world.pair.units[1].history
    moved = next(e.at for e in took if e.after.value == "Active" and e.at > 0)
    seen = next(
        at
        for at, look in moments.looks
        if at >= moved and isinstance(look.secondary, Unit) and look.active is look.secondary
    )
    assert seen - moved <= 2_000


def test_a_dark_unit_does_not_slow_the_looks_at_its_mate():
    world = pair(sessions=1)
    firewall = Firewall.of(world)
    moments = Moments()
    firewall.watch = moments
    firewall.upgraded()
    dark = [at for at, look in moments.looks if isinstance(look.secondary, Dark)]
    gaps = [after - before for before, after in itertools.pairwise(dark)]
    assert max(gaps) <= 36 * SECOND_MS
