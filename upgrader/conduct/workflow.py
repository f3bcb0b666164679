"""The law: one table of edges. `transitions` enforces it, the documentation draws it.

The model: a run is in one phase; a signal is something that was *seen* to happen; an edge says
where that leads. What is not in the table is refused, and the phase stays. Effects never hang on
an edge: `decide` reads the world, `act` changes it, and this module does neither.

Not taken: conditions and callbacks of the library. An unmet condition would return False where
nobody looks, and a misspelt callback is found only after the phase has already moved.
"""

from dataclasses import dataclass
from typing import TypeAlias

from transitions import Machine, MachineError

from upgrader.model.law import Phase, Signal
from upgrader.ports import Unlawful

P: TypeAlias = Phase
S: TypeAlias = Signal


@dataclass(frozen=True, slots=True)
class Edge:
    """From this phase, when that was seen, to the other phase."""

    source: Phase
    signal: Signal
    target: Phase


EDGES: tuple[Edge, ...] = (
    # standby first
    Edge(P.PLANNED, S.PREPARED, P.PREPARED),
    Edge(P.PREPARED, S.STANDBY_RELOAD_SENT, P.STANDBY_RELOADING),
    Edge(P.STANDBY_RELOADING, S.STANDBY_READY, P.STANDBY_UPGRADED),
    Edge(P.STANDBY_RELOADING, S.PATIENCE_ENDED, P.STANDBY_LATE),
    Edge(P.STANDBY_LATE, S.STANDBY_READY, P.STANDBY_UPGRADED),
    # the roles move
    Edge(P.STANDBY_UPGRADED, S.SWITCHOVER_SENT, P.SWITCHING),
    Edge(P.SWITCHING, S.SWITCHED_OVER, P.SWITCHED),
    Edge(P.SWITCHING, S.PATIENCE_ENDED, P.SWITCH_LATE),
    Edge(P.SWITCH_LATE, S.SWITCHED_OVER, P.SWITCHED),
    # sessions that lean on the former active are drained, where the plan wants it
    Edge(P.SWITCHED, S.DRAIN_BEGUN, P.DRAINING),
    Edge(P.DRAINING, S.DRAIN_DONE, P.DRAINED),
    Edge(P.DRAINING, S.PATIENCE_ENDED, P.DRAIN_LATE),
    Edge(P.DRAIN_LATE, S.DRAIN_DONE, P.DRAINED),
    # the former active: the final reload
    Edge(P.SWITCHED, S.FINAL_RELOAD_SENT, P.FORMER_RELOADING),
    Edge(P.DRAINED, S.FINAL_RELOAD_SENT, P.FORMER_RELOADING),
    Edge(P.FORMER_RELOADING, S.FORMER_READY, P.BOTH_UPGRADED),
    Edge(P.FORMER_RELOADING, S.PATIENCE_ENDED, P.FORMER_LATE),
    Edge(P.FORMER_LATE, S.FORMER_READY, P.BOTH_UPGRADED),
    # afterwards
    Edge(P.BOTH_UPGRADED, S.SAVED, P.SAVED),
    Edge(P.SAVED, S.FAILBACK_SENT, P.FAILING_BACK),
    Edge(P.FAILING_BACK, S.FAILED_BACK, P.UPGRADED),
    Edge(P.FAILING_BACK, S.PATIENCE_ENDED, P.FAILBACK_LATE),
    Edge(P.FAILBACK_LATE, S.FAILED_BACK, P.UPGRADED),
    Edge(P.SAVED, S.FINISHED, P.UPGRADED),
    # a pair that somebody else left half-way: nothing to do on this part of the road
    Edge(P.PREPARED, S.STANDBY_READY, P.STANDBY_UPGRADED),
    Edge(P.STANDBY_UPGRADED, S.SWITCHED_OVER, P.SWITCHED),
    # rollback: the roles first, then the boot order, then the unit with the new code
    Edge(P.ROLLBACK_PLANNED, S.SWITCHOVER_SENT, P.SWITCHING_BACK),
    Edge(P.SWITCHING_BACK, S.SWITCHED_OVER, P.OLD_SERVES),
    Edge(P.SWITCHING_BACK, S.PATIENCE_ENDED, P.SWITCH_BACK_LATE),
    Edge(P.SWITCH_BACK_LATE, S.SWITCHED_OVER, P.OLD_SERVES),
    Edge(P.ROLLBACK_PLANNED, S.SWITCHED_OVER, P.OLD_SERVES),
    Edge(P.OLD_SERVES, S.PREPARED, P.RESTORED),
    Edge(P.RESTORED, S.STANDBY_RELOAD_SENT, P.RETURNING),
    Edge(P.RESTORED, S.FINAL_RELOAD_SENT, P.RETURNING),
    Edge(P.RETURNING, S.STANDBY_READY, P.BOTH_OLD),
    Edge(P.RETURNING, S.PATIENCE_ENDED, P.RETURN_LATE),
    Edge(P.RETURN_LATE, S.STANDBY_READY, P.BOTH_OLD),
    Edge(P.BOTH_OLD, S.SAVED, P.ROLLED_BACK),
    Edge(P.RESTORED, S.FINISHED, P.ROLLED_BACK),
    # clean-up: the same beat, another aim
    Edge(P.RESIDUE_KNOWN, S.EVICTIONS_DONE, P.EVICTED),
    Edge(P.EVICTED, S.CLEAN, P.CLEANED),
)


class Workflow:
    """A run's place in the law."""

    def __init__(self, phase: Phase) -> None:
        self.state = phase
        """Where the run is; `transitions` moves it, nobody else may."""

    def fire(self, signal: Signal) -> Phase:
        """Follow the edge of that signal, to the phase that it leads to.

        Raises:
            Unlawful: there is no such edge from this phase; the phase stays.
        """
        try:
            _MACHINE.events[signal.value].trigger(self)
        except MachineError as fault:
            raise Unlawful(
                f"no edge leads from phase {self.state.value} on {signal.value}"
            ) from fault
        return self.state


_MACHINE = Machine(
    model=None,
    states=Phase,
    initial=None,
    transitions=[
        {"trigger": edge.signal.value, "source": edge.source, "dest": edge.target} for edge in EDGES
    ],
    auto_transitions=False,  # else `to_UPGRADED()` would lead anywhere from anywhere
)


def mermaid() -> str:
    """The law as a diagram, for the documentation."""
    lines = ["stateDiagram-v2"]
    lines += [
        f"    {edge.source.value} --> {edge.target.value}: {edge.signal.value}" for edge in EDGES
    ]
    return "\n".join(lines) + "\n"
