"""An interface on which something is wrong: how far failover is with it, and what it is called.

The words are those of `show failover` (vendor's table of interface states; real screens have
Normal, No Link, No Traffic, Failed and Unknown).
"""

from dataclasses import dataclass
from enum import Enum


class Condition(Enum):
    """What `show failover` says of an interface before the brackets."""

    NORMAL = "Normal"
    TESTING = "Testing"
    NO_TRAFFIC = "No Traffic"
    FAILED = "Failed"
    UNKNOWN = "Unknown"
    LINK_DOWN = "Link Down"
    NO_LINK = "No Link"


class Phase(Enum):
    """How far failover is with an interface on which something is wrong."""

    LINK_LOST = "link lost"
    """Without link, which the next interface poll finds out."""
    LINK_GONE = "link gone"
    UNHEARD = "unheard"
    """Its mate's hellos have stopped; after half the hold time it is tested."""
    TESTING = "testing"
    """Is there any traffic?"""
    QUIET = "quiet"
    """There is none: ARP and broadcast ping."""
    FAILED = "failed"
    ALONE = "alone"
    """It has traffic and passed, but its mate's hellos do not come."""
    RETURNING = "returning"
    """It failed, and something comes in again."""
    WAITING = "waiting"
    """Hellos come again, not yet for long enough."""


@dataclass(frozen=True, slots=True)
class Watch:
    """An interface that is not simply well."""

    phase: Phase
    since: int
    """When what is wrong began, or ended."""
    due: int | None = None
    """When the phase ends by itself; None: not before something changes."""
    waiting: bool = False
    """Whether the screen says Waiting while the phase alone would not tell."""
