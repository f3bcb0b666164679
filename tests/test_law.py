"""The law: every (phase, signal) that is not in the table is refused and changes nothing."""

import pytest

from upgrader.conduct.patience import PATIENCE
from upgrader.conduct.workflow import EDGES, Workflow, mermaid
from upgrader.model.law import Phase, Signal
from upgrader.ports import Unlawful

LAWFUL = {(edge.source, edge.signal): edge.target for edge in EDGES}
EVERY = [(phase, signal) for phase in Phase for signal in Signal]


@pytest.mark.parametrize(
    ("phase", "signal"), EVERY, ids=lambda value: value.value if hasattr(value, "value") else ""
)
def test_a_signal_leads_where_the_table_says_and_nowhere_else(phase: Phase, signal: Signal):
    place = Workflow(phase)
    if (phase, signal) in LAWFUL:
        assert place.fire(signal) is LAWFUL[phase, signal]
        assert place.state is LAWFUL[phase, signal]
    else:
        with pytest.raises(Unlawful) as refusal:
            place.fire(signal)
        assert phase.value in str(refusal.value)
        assert signal.value in str(refusal.value)
        assert place.state is phase


def test_no_pair_of_phase_and_signal_has_two_ways_on():
    assert len(LAWFUL) == len(EDGES)


def test_every_phase_but_those_in_which_a_run_begins_is_reached_from_somewhere():
    reached = {edge.target for edge in EDGES}
    begins = {Phase.PLANNED, Phase.RESIDUE_KNOWN, Phase.ROLLBACK_PLANNED}
    assert set(Phase) - reached == begins


def test_nothing_follows_an_end_and_everything_else_leads_on():
    sources = {edge.source for edge in EDGES}
    assert {phase for phase in Phase if phase.is_end} == set(Phase) - sources


def test_the_roles_move_only_after_the_standby_was_seen_ready_at_the_target():
    """Otherwise a pair is switched to a unit that is not there."""
    before_switching = {edge.source for edge in EDGES if edge.target is Phase.SWITCHING}
    assert before_switching == {Phase.STANDBY_UPGRADED}
    ways_there = {edge.signal for edge in EDGES if edge.target is Phase.STANDBY_UPGRADED}
    assert ways_there == {Signal.STANDBY_READY}


def test_every_phase_that_waits_for_the_pair_has_a_limit_and_a_way_out():
    ends_by_patience = {edge.source for edge in EDGES if edge.signal is Signal.PATIENCE_ENDED}
    assert set(PATIENCE) == ends_by_patience


def test_the_diagram_draws_every_edge():
    drawn = mermaid().splitlines()
    for edge in EDGES:
        line = f"    {edge.source.value} --> {edge.target.value}: {edge.signal.value}"
        assert line in drawn


def test_a_rollback_reloads_nothing_before_the_old_code_serves_and_the_boot_order_is_back():
    """Otherwise the unit that goes down comes back on the new code, or nobody serves meanwhile."""
    assert {e.source for e in EDGES if e.target is Phase.RETURNING} == {Phase.RESTORED}
    assert {e.source for e in EDGES if e.target is Phase.RESTORED} == {Phase.OLD_SERVES}
