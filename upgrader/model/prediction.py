"""What is foretold of a night, and what each way with a mismatch would cost."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Foretold:
    """What will become of some sessions, and why: one line of the predicted aftermath."""

    fate: str
    """`reconnected`, `kept`, `lost`."""
    count: int
    why: str


@dataclass(frozen=True, slots=True)
class Way:
    """One way to deal with a mismatch, and what it costs people: none is chosen by this."""

    name: str
    """`stage`, `drain`, `drain-below`, `drain-hold`, `waive`."""
    interrupted: int
    """People who have to log in again."""
    orphaned: int
    """Rows that stay behind, with their addresses."""
    closed_minutes: int
    """How long nobody can log in."""
    minutes: int
    """About how long the night takes."""
    sure: bool
    """False: under one reading of the incident it saves nobody."""
    why: str


@dataclass(frozen=True, slots=True)
class Prediction:
    """The aftermath foretold by rules; a rehearsal compares it with the outcome.

    `before = reconnected + kept + lost`; orphans, suspects and leases stand beside the sum.
    Sessions that end by their own timer count as kept here: nobody harmed them.
    """

    before: int
    reconnected: int
    kept: int
    lost: int
    orphaned: int
    stuck_leases: int
    suspects: int
    """Sleepers whose row will look suspicious until they wake or their idle time has run out."""
    reasons: tuple[Foretold, ...]
    connections: str
    """What happens to plain connections, in a sentence."""
    minutes: int
    """About how long the night takes, from a sourced table."""
    minutes_why: str
    exact: bool = True
    """False: `lost` and `orphaned` are upper bounds; the evidence does not tell who is hit."""
    ways: tuple[Way, ...] = ()
    """What each way with a mismatch costs; (): there is none."""
