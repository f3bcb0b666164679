"""Where nothing is left to be decided, nobody waits: one look, and interfaces that are heard."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from looks import (
    NEW,
    STANDBY,
    full,
    pair,
    secondary,
    session,
    sleeper,
    snapshot,
    standby_rows,
    unit,
)
from nights import Firewall
from worlds import mismatched
from worlds import pair as emulated

from upgrader.journal.entry import Arrived, Intended, Looked, Moved
from upgrader.journal.memory import MemoryJournal
from upgrader.judgement.moves.waiting import READY_MS, SETTLED_MS, is_settled_between
from upgrader.judgement.people.residue import Events, grade
from upgrader.judgement.people.untouched import is_untouched
from upgrader.model.failover import FailoverState, Role
from upgrader.model.law import Phase
from upgrader.model.names import Instant
from upgrader.model.outcome import Outcome
from upgrader.model.plan import SaveConfiguration
from upgrader.model.unit import Snapshot
from upgrader.model.vpn import Session

ROWS = [*(session(n) for n in range(6)), sleeper(6), sleeper(7, silent=900)]
BEFORE = pair(ROWS)


def after(here: list[Session], there: list[Session] | None = None, at: int = 600_000, **words):
    """After the night: Secondary serves, Primary is its standby."""
    standby = standby_rows(here if there is None else there)
    return snapshot(
        unit(Role.PRIMARY, STANDBY, runs=NEW, sessions=standby),
        secondary(FailoverState.ACTIVE, runs=NEW, sessions=here, **words),
        at,
    )


# ── what one look can say ──────────────────────────────────────────────────────────────


def test_everybody_is_there_as_before_and_on_both_units():
    assert is_untouched(BEFORE, after(ROWS))
    assert is_untouched(pair(), after([]))


def test_somebody_who_came_meanwhile_is_no_reason_to_wait():
    assert is_untouched(BEFORE, after([*ROWS, session(20)]))


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(after(ROWS[1:]), id="somebody is gone"),
        pytest.param(after([*ROWS[1:], sleeper(0, silent=5)]), id="a tunnel is gone"),
        pytest.param(after(ROWS, ROWS[:-1]), id="a sleeper stands on one unit only"),
        pytest.param(after(ROWS[:-1], ROWS), id="a row stands on the standby only"),
        pytest.param(after(ROWS, leaks=[session(90).address]), id="an address is nobody's"),
        pytest.param(after(ROWS, ROWS[1:]), id="a tunnel is not replicated"),
        pytest.param(replace(after(ROWS), primary=pair().primary), id="the versions differ"),
    ],
)
def test_what_a_second_look_may_decide_is_waited_for(seen: Snapshot):
    assert not is_untouched(BEFORE, seen)


def test_what_is_not_known_is_waited_for():
    assert not is_untouched(None, after(ROWS))
    unread = after(ROWS)
    assert not is_untouched(BEFORE, replace(unread, primary=full(unread.primary, sessions=None)))
    blind = replace(BEFORE, primary=full(BEFORE.primary, sessions=None))
    assert not is_untouched(blind, after(ROWS))


@given(
    left=st.lists(st.sampled_from(range(8)), unique=True),
    mates=st.lists(st.sampled_from(range(8)), unique=True),
    silent=st.sets(st.sampled_from(range(8))),
    leaks=st.sets(st.sampled_from(range(40, 44))),
)
def test_whatever_the_second_look_had_shown_it_had_proven_nothing(left, mates, silent, leaks):
    """Proof takes two looks in which it stands, and in the first one nothing stood."""

    def row(n: int) -> Session:
        return sleeper(n, silent=70) if n in silent else ROWS[n]

    first = after(ROWS)
    second = after(
        [row(n) for n in left],
        [row(n) for n in mates],
        at=700_000,
        leaks=[session(n).address for n in leaks],
    )
    assert is_untouched(BEFORE, first)
    events = Events((Instant(300_000),), (Instant(500_000),))
    assert grade((BEFORE, first, second), events).residue == ()


# ── what it is good for ────────────────────────────────────────────────────────────────


def night(world: object, **more: object) -> tuple[Outcome, MemoryJournal]:
    journal = MemoryJournal()
    firewall = Firewall.of(world)
    report = firewall.conducted(firewall.planned(**more), journal=journal)
    return report.outcome, journal


def in_phase(journal: MemoryJournal, phase: Phase) -> list:
    """What was written down from the entry into a phase to the next one."""
    bodies = [entry.body for entry in journal.entries()]
    begins = next(n for n, b in enumerate(bodies) if isinstance(b, Arrived) and b.phase is phase)
    ends = (n for n, b in enumerate(bodies) if n > begins and isinstance(b, Arrived))
    return bodies[begins + 1 : next(ends, None)]


def test_a_night_that_harmed_nobody_ends_with_one_look_and_says_why():
    outcome, journal = night(emulated(sessions=4, sleeping=2))
    assert outcome is Outcome.UPGRADED
    end = in_phase(journal, Phase.BOTH_UPGRADED)
    assert sum(isinstance(body, Looked) and body.depth.is_full for body in end) == 1
    saves = [b for b in end if isinstance(b, Intended) and isinstance(b.step, SaveConfiguration)]
    assert [save.why.partition("; ")[2] for save in saves] == [
        "everybody is there as before, on both units: no second look is needed"
    ]
    assert not any(isinstance(body, Moved) and "a minute apart" in body.why for body in end)


def test_a_night_that_lost_somebody_is_judged_from_two_looks_a_minute_apart():
    _, journal = night(mismatched(sessions=4), in_spite_of="anyconnect-images-match")
    end = in_phase(journal, Phase.BOTH_UPGRADED)
    looks = [body.began for body in end if isinstance(body, Looked) and body.depth.is_full]
    assert len(looks) == 2
    assert looks[1] - looks[0] >= 60_000


# ── ready, and heard ───────────────────────────────────────────────────────────────────


def hears(seen: Snapshot, **said: str | None) -> Snapshot:
    """The same, where the standby's interface is otherwise in the active unit's eyes."""
    active = seen.active
    host = active.failover.other_host
    other = replace(host, interfaces=tuple(replace(i, **said) for i in host.interfaces))
    told = replace(active, failover=replace(active.failover, other_host=other))
    return replace(seen, secondary=told)


def test_units_that_hear_each_other_on_every_interface_are_settled():
    assert is_settled_between(after([]))


@pytest.mark.parametrize(
    "said",
    [
        {"monitoring": "Waiting"},
        {"monitoring": None},
        {"monitoring": "Not-Monitored"},
        {"condition": "Failed"},
        {"condition": "No Link"},
        {"condition": "Unknown"},
    ],
)
def test_where_one_is_not_heard_or_nothing_is_said_of_any_they_are_not(said: dict):
    assert not is_settled_between(hears(after([]), **said))


def test_the_standby_is_watched_for_three_looks_and_as_long_as_an_interface_is_waiting():
    _, journal = night(emulated(sessions=1))
    waits = [e.at for e in journal.entries() if "Standby Ready at" in getattr(e.body, "why", "")]
    arrived = next(
        entry.at
        for entry in journal.entries()
        if isinstance(entry.body, Arrived) and entry.body.phase is Phase.STANDBY_UPGRADED
    )
    assert len([at for at in waits if at < arrived]) >= 2
    assert SETTLED_MS <= arrived - waits[0] < READY_MS
