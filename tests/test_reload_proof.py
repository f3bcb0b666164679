"""A reload is proven by the unit itself, once, and never by a session that died.

Uptimes are as coarse as they are printed, looks take time, and over SSH silence has many causes.
"""

from dataclasses import replace
from functools import cache

import pytest
from looks import PRI, SEC, dark, secondary, snapshot, unit
from nights import Firewall
from reached import ONE, STANDBY, TWO, Reached
from worlds import pair

from upgrader.dialect.replies.version import read_show_version
from upgrader.emulator.scenario import Timings
from upgrader.journal.entry import DARK, GENESIS, Entry, Looked, UnitSeen
from upgrader.judgement.moves.progress import Progress, SentReload, advance, has_rebooted
from upgrader.judgement.moves.settle import OpenIntent, settle
from upgrader.model.failover import FailoverState
from upgrader.model.law import Phase
from upgrader.model.move import FoundDone, Wait
from upgrader.model.names import Instant
from upgrader.model.outcome import Outcome
from upgrader.model.plan import Plan, ReloadStandby
from upgrader.model.unit import Dark, Depth, Snapshot, Unit

S = 1_000
ORDERED = Instant(100 * S)
FAILED, READY = FailoverState.FAILED, FailoverState.STANDBY_READY


@pytest.mark.parametrize(
    ("before", "now", "after_s", "rebooted"),
    [
        (181, 2, 10, True),  # `3 mins 1 sec`, and a boot of eight seconds
        (181, 185, 4, False),
        (181, 170, 200, True),  # seen late, and already up for long again
        (400, 410, 200, True),  # the same, with an uptime that has passed the old one
        (86_340, 86_400, 120, False),  # `23 hours 59 mins` becomes `1 day 0 hours`
        (86_400, 86_400, 3_500, False),  # the hours of a day are not counted on
        (40, 70, 30, False),
        (None, 2, 10, False),
        (181, None, 10, False),
    ],
)
def test_an_uptime_that_fell_or_lags_proves_a_reboot(before, now, after_s, rebooted):
    asked = Instant(0)
    assert has_rebooted(before, asked, now, Instant(after_s * S)) is rebooted


def test_the_uptimes_of_a_young_unit_are_read_to_the_second():
    world = pair(timings=Timings(boot_ms=8 * S))
    world.secondary.booted_ms = world.pair.now - 181 * S
    conversation = world.pair.open("standby")
    text = world.pair.receive(conversation.number, "show version").text
    assert "up 3 mins 1 sec" in text
    assert read_show_version(text).uptime_seconds == 181


# ── a look that takes long, and one that sees nothing ──────────────────────────────────


def after(seen: Snapshot, at_s: float, *, began_s: float | None) -> SentReload:
    """What a reload of the Secondary, up for an hour when it was ordered, is after that look."""
    progress = Progress(Phase.STANDBY_RELOADING, reloads=(SentReload(SEC, ORDERED, 3_600),))
    began = None if began_s is None else Instant(round(began_s * S))
    look = Looked(
        Depth.GLANCE,
        None if seen.active is None else seen.active.serial,
        (sight(seen.primary), sight(seen.secondary)),
        None,
        began,
    )
    return advance(any_plan(), progress, Entry(1, Instant(round(at_s * S)), GENESIS, look)).reloads[
        0
    ]


@cache
def any_plan() -> Plan:
    return Firewall.of(pair()).planned()


def sight(of: Unit | Dark) -> UnitSeen:
    """As the beat writes a unit down."""
    if isinstance(of, Dark):
        return UnitSeen(of.role, of.serial, DARK, None, None, None, None, dark=True)
    up, told = of.version.uptime_seconds, of.peer_state.value
    return UnitSeen(of.role, of.serial, of.state.value, str(of.running), up, 0, 0, False, told)


def seen_by_mate(as_what: FailoverState, standby: object) -> Snapshot:
    return snapshot(unit(peer=as_what), standby)


def test_a_look_that_took_minutes_proves_nothing_by_its_length():
    """The uptime was read at its beginning; the digests that followed took four minutes."""
    there = seen_by_mate(READY, secondary(uptime=3_605))
    assert not after(there, at_s=345, began_s=105).proven
    assert after(there, at_s=345, began_s=345).proven, "the same uptime, read four minutes later"


def test_silence_is_no_proof_while_the_mate_sees_the_unit_well():
    silent = seen_by_mate(READY, dark())
    assert not after(silent, at_s=110, began_s=110).proven


def test_silence_is_proof_once_the_mate_has_lost_the_unit_too():
    reload = after(seen_by_mate(FAILED, dark()), at_s=130, began_s=130)
    assert reload.proven
    assert reload.back is None


def test_a_unit_that_nobody_can_witness_is_not_proven_gone():
    assert not after(snapshot(dark(), dark()), at_s=110, began_s=110).proven


def test_when_it_is_back_and_ready_is_remembered():
    back = seen_by_mate(READY, secondary(uptime=12))
    reload = after(back, at_s=200, began_s=199)
    assert reload.proven
    assert reload.back == 200 * S


def test_an_older_journal_proves_by_silence_as_it_did():
    progress = Progress(Phase.STANDBY_RELOADING, reloads=(SentReload(SEC, ORDERED, 3_600),))
    seen = seen_by_mate(READY, dark())
    sights = tuple(replace(sight(u), peer=None) for u in (seen.primary, seen.secondary))
    look = Looked(Depth.GLANCE, PRI, sights)
    assert (
        advance(any_plan(), progress, Entry(1, Instant(110 * S), GENESIS, look)).reloads[0].proven
    )


def intent() -> OpenIntent:
    return OpenIntent(ReloadStandby(SEC, final=False), ORDERED, ((SEC, 3_600),), PRI)


def test_an_order_without_receipt_is_not_taken_for_done_because_a_session_died():
    settled = settle(intent(), replace(seen_by_mate(READY, dark()), at=Instant(110 * S)))
    assert isinstance(settled, Wait)


def test_an_order_without_receipt_is_done_when_the_mate_has_lost_the_unit():
    settled = settle(intent(), replace(seen_by_mate(FAILED, dark()), at=Instant(130 * S)))
    assert isinstance(settled, FoundDone)
    assert "its mate sees it Failed" in settled.why


# ── whole nights ───────────────────────────────────────────────────────────────────────


@pytest.mark.slow
@pytest.mark.parametrize("reach", [ONE, TWO], ids=["one address", "two"])
@pytest.mark.parametrize("boot_s", [3, 8, 20])
def test_units_that_were_up_for_three_minutes_and_boot_in_seconds_are_upgraded(reach, boot_s):
    """Shorter than the hold time: the mate may never call it Failed."""
    world = pair(sessions=1, timings=Timings(boot_ms=boot_s * S))
    for chassis in world.pair.units:
        chassis.booted_ms = world.pair.now - 181 * S
    firewall = Reached.of(world, reach)
    report = firewall.upgraded()
    assert report.outcome is Outcome.UPGRADED, report.verdict
    assert firewall.heard("failover reload-standby") == 2


@pytest.mark.slow
def test_a_standby_whose_address_dies_with_the_order_is_waited_for_and_not_reloaded_twice():
    world = pair(sessions=1)
    firewall = Reached.of(world, TWO)
    plan = firewall.planned()

    def shut(line: str) -> None:
        if line == "failover reload-standby":
            firewall.dialler.shut.add(STANDBY)

    firewall.world.before = shut
    report = firewall.conducted(plan)
    assert report.outcome is Outcome.UPGRADED, report.verdict
    assert firewall.heard("failover reload-standby") == 2


def test_a_boot_within_the_hold_time_is_proven_in_process_too():
    world = pair(sessions=1, timings=Timings(boot_ms=3 * S))
    assert Firewall.of(world).upgraded().outcome is Outcome.UPGRADED
