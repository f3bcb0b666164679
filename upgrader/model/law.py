"""Phases and signals: the words of the law. The law itself is `conduct.workflow.EDGES`."""

from enum import Enum


class Phase(Enum):
    """Where a run is. `…_LATE`: a wait ran out; a person is needed, and `resume` goes on."""

    __hash__ = object.__hash__  # One object each: an Enum's own hash is its name's, in Python.

    PLANNED = "planned"
    PREPARED = "prepared"
    STANDBY_RELOADING = "standby-reloading"
    STANDBY_LATE = "standby-late"
    STANDBY_UPGRADED = "standby-upgraded"
    SWITCHING = "switching"
    SWITCH_LATE = "switch-late"
    SWITCHED = "switched"
    DRAINING = "draining"
    """Doomed sessions are logged off, or waited out; the former active can still take over."""
    DRAIN_LATE = "drain-late"
    DRAINED = "drained"
    FORMER_RELOADING = "former-reloading"
    FORMER_LATE = "former-late"
    BOTH_UPGRADED = "both-upgraded"
    SAVED = "saved"
    FAILING_BACK = "failing-back"
    FAILBACK_LATE = "failback-late"
    UPGRADED = "upgraded"
    ROLLBACK_PLANNED = "rollback-planned"
    SWITCHING_BACK = "switching-back"
    SWITCH_BACK_LATE = "switch-back-late"
    OLD_SERVES = "old-serves"
    """The unit with the old code is active: nobody is served by the new code."""
    RESTORED = "restored"
    """Boot order and ASDM are as the undone run found them, and saved."""
    RETURNING = "returning"
    RETURN_LATE = "return-late"
    BOTH_OLD = "both-old"
    ROLLED_BACK = "rolled-back"
    RESIDUE_KNOWN = "residue-known"
    EVICTED = "evicted"
    CLEANED = "cleaned"

    @property
    def is_end(self) -> bool:
        """Whether nothing follows."""
        return self in _ENDS

    @property
    def is_late(self) -> bool:
        """Whether patience has ended here once: only a person's `resume` waits on."""
        return self in _LATE


_ENDS = frozenset({Phase.UPGRADED, Phase.CLEANED, Phase.ROLLED_BACK})
_LATE = frozenset(
    {
        Phase.STANDBY_LATE,
        Phase.SWITCH_LATE,
        Phase.DRAIN_LATE,
        Phase.FORMER_LATE,
        Phase.FAILBACK_LATE,
        Phase.SWITCH_BACK_LATE,
        Phase.RETURN_LATE,
    }
)


class Signal(Enum):
    """What was seen to happen."""

    PREPARED = "prepared"
    STANDBY_RELOAD_SENT = "standby-reload-sent"
    STANDBY_READY = "standby-ready"
    SWITCHOVER_SENT = "switchover-sent"
    SWITCHED_OVER = "switched-over"
    DRAIN_BEGUN = "drain-begun"
    DRAIN_DONE = "drain-done"
    FINAL_RELOAD_SENT = "final-reload-sent"
    FORMER_READY = "former-ready"
    SAVED = "saved"
    FAILBACK_SENT = "failback-sent"
    FAILED_BACK = "failed-back"
    FINISHED = "finished"
    PATIENCE_ENDED = "patience-ended"
    EVICTIONS_DONE = "evictions-done"
    CLEAN = "clean"
