"""How a command ends: exit codes, outcomes, and what to type next."""

from dataclasses import dataclass
from enum import Enum, IntEnum


class ExitCode(IntEnum):
    """The same with and without `--json`. Documented in `docs/reference/exit-codes.md`."""

    DONE = 0
    FAULT = 1
    USAGE = 2
    REFUSED = 3
    STOPPED = 4
    NEEDS_PERSON = 5
    OUTAGE = 6


class Outcome(Enum):
    """One word for scripts."""

    READY = "ready"
    NOT_READY = "not-ready"
    PLANNED = "planned"
    APPROVED = "approved"
    STAGED = "staged"
    UPGRADED = "upgraded"
    ROLLED_BACK = "rolled-back"
    ALREADY_THERE = "already-there"
    REFUSED = "refused"
    STOPPED = "stopped"
    ABORTED = "aborted"
    """Ended for good by a person: nothing goes on with it but `rollback`, or a new plan."""
    CLEANED = "cleaned"
    CLEAN = "clean"
    REPLAYED = "replayed"
    DIVERGED = "diverged"
    PICTURED = "pictured"
    """A snapshot was written."""
    WITHIN = "within-tolerance"
    BEYOND = "beyond-tolerance"
    LEARNED = "learned"
    """Tolerances were learnt from pictures."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Next:
    """What goes on from here: commands of ours, and lines for a person to type on a device."""

    commands: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
