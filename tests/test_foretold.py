"""What is foretold comes about: prediction equals outcome on pairs that nobody thought of."""

import pytest
from hypothesis import HealthCheck, assume, example, given, note, settings
from hypothesis import strategies as st
from nights import Firewall
from worlds import config, pair

from upgrader.emulator.scenario import ClientsSpec, Timings
from upgrader.judgement.account import surprises
from upgrader.model.finding import Severity
from upgrader.model.plan import Failback
from upgrader.model.prediction import Prediction
from upgrader.model.report import SessionCounts

RELEASES = st.sampled_from(["A", "B"])


@st.composite
def pairs(draw):
    """A pair file's worth of choices: people, packages, keys, links, timings, unknowns."""
    platforms = draw(st.sampled_from([("win",), ("win", "macos")]))
    # Packages of two platforms never have the same bytes.
    ours = {p: f"{p} {draw(RELEASES)}" for p in platforms}
    theirs = {p: f"{p} {draw(RELEASES)}" for p in platforms if draw(st.integers(0, 3))}
    loaded = {p: f"{p} {draw(RELEASES)}" for p in platforms if draw(st.integers(0, 5)) == 0}
    count = draw(st.integers(0, 9))
    shares = tuple((p, 1.0 / len(platforms)) for p in platforms)
    people = ClientsSpec(
        count=count,
        sleeping=draw(st.integers(0, count)) if draw(st.booleans()) else 0,
        slept_min=draw(st.integers(0, 4)),
        platforms=shares,
        returns=draw(st.booleans()),
    )
    lines = config(
        key=draw(st.sampled_from(["between-us-two", "between-us-two", None])),
        http=draw(st.booleans()),
        state_link=draw(st.sampled_from([True, True, True, False])),
        idle_min=240,
        platforms=platforms,
        reuse_delay_min=draw(st.sampled_from([0, 0, 5])),
        pool=draw(st.sampled_from(["10.1.8.1-10.1.8.200", "10.1.8.1-10.1.8.12"])),
    )
    timings = Timings(
        boot_ms=draw(st.sampled_from([90_000, 300_000, 900_000])),
        bulk_sync_ms=draw(st.sampled_from([1_000, 16_000, 120_000])),
        fast_share=draw(st.sampled_from([0.0, 0.8, 1.0])),
    )
    words = {
        "primary_has": ours,
        "standby_has": theirs,
        "primary_loaded": loaded,
        "lines": lines,
        "clients": people,
        "timings": timings,
        "seed": draw(st.integers(0, 2**31)),
        "kill_at": draw(st.sampled_from(["peer-departure", "peer-rejoin"])),
        "logoff_releases_lease": draw(st.booleans()),
    }
    return words, draw(st.sampled_from([Failback.NEVER, Failback.NEVER, Failback.ALWAYS]))


def is_foretold(words, failback) -> None:
    firewall = Firewall.of(pair(**words))
    findings = firewall.surveyed().findings
    assume(not any(f.severity is Severity.UNKNOWN for f in findings))
    blockers = tuple({f.rule for f in findings if f.severity is Severity.BLOCKER})
    plan = firewall.planned(failback=failback, in_spite_of=blockers)
    night = firewall.conducted(plan)
    note(f"{words}\n{plan.prediction}\n{night.sessions}\n{night.verdict}")
    assert night.outcome.value == "upgraded", night.verdict
    counts = night.sessions
    assert counts.before == counts.kept + counts.reconnected + counts.ended + counts.lost
    assert surprises(plan.prediction, counts) == ()


# The tunnels go when the mate is heard again; it may be Standby Ready only minutes later.
LONG_SYNC = {
    "primary_has": {"win": "package A"},
    "standby_has": {},
    "timings": Timings(boot_ms=90_000, bulk_sync_ms=120_000, fast_share=0.0),
    "clients": ClientsSpec(count=3, returns=False),
    "kill_at": "peer-rejoin",
}


@pytest.mark.slow
@example((LONG_SYNC, Failback.NEVER))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(pairs())
def test_what_is_foretold_of_many_random_pairs_comes_about(drawn):
    is_foretold(*drawn)


def foretold(**words) -> Prediction:
    numbers = {"before": 20, "reconnected": 0, "kept": 0, "lost": 20, "orphaned": 20}
    more = {"stuck_leases": 20, "suspects": 0, "reasons": (), "connections": ""}
    return Prediction(**{**numbers, **more, "minutes": 17, "minutes_why": "", **words})


def test_who_leaves_by_themselves_and_who_comes_later_is_no_surprise():
    came = SessionCounts(20, 0, 0, ended=3, lost=17, orphaned=19, orphaned_newcomers=2)
    assert surprises(foretold(), came) == ()


def test_a_loss_that_nobody_foretold_is_a_surprise():
    came = SessionCounts(20, 0, 19, ended=0, lost=1, orphaned=0)
    assert len(surprises(foretold(reconnected=20, lost=0, orphaned=0), came)) == 1


def test_a_loss_that_was_foretold_and_did_not_come_is_a_surprise():
    came = SessionCounts(20, 0, 20, ended=0, lost=0, orphaned=0)
    assert len(surprises(foretold(), came)) == 2
