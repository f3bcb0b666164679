"""A postmortem: what a bad night's records come to, as one value for text, JSON and pages."""

from dataclasses import dataclass, field

from upgrader.model.cause import Breach, Cause
from upgrader.model.night import Night
from upgrader.model.outcome import ExitCode, Next, Outcome

SPARED = "Nobody was harmed"
"""How a verdict begins that is sure of it."""
NOT_SEEN = "Nobody is seen to have been harmed"
"""How it begins where the records do not reach that far."""


@dataclass(frozen=True, slots=True)
class Impact:
    """Whom the night harmed, and for how long."""

    sessions: int
    """Sessions that were seen, at the start or begun during the night. A login that replaces a
    lost session is none of its own: `came_anew` counts it."""
    kept: int
    """Never cut, or back with their ticket."""
    lost: int
    """Ended without their person's wish."""
    ended: int
    """By their own time, or their person's wish."""
    unknown: int
    """Whose end falls where the records do not reach."""
    orphaned: int
    """Rows left without a ticket, as far as the records prove or make likely."""
    leaked: int
    """Addresses in use that no living session holds."""
    users: tuple[str, ...]
    """Those who lost a session, sorted."""
    user_minutes: float | None
    """Minutes without service, summed over people; None: not known of any."""
    outage_seconds: float | None
    """How long nobody served; None: not known."""
    harmed_from: int | None = None
    harmed_until: int | None = None
    came_anew: int = 0
    """Of those lost, for whom their person is seen to have logged in anew."""


@dataclass(frozen=True, slots=True)
class LeftOver:
    """An orphaned row or a leaked address, as the records show it."""

    kind: str
    """`orphaned-session`, `stuck-lease`: design words."""
    unit: str | None
    user: str
    address: str | None
    index: int | None
    since: int | None
    sure: bool
    """Whether it was seen on a screen; else it follows from the log."""
    places: tuple[str, ...] = ()
    """`file:line`."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A check of today that would have stopped the night, and when."""

    rule: str
    at: int
    """On the night's clock."""
    before: str
    """The line that would not have been typed: `failover reload-standby`."""
    evidence: str
    severity: str


@dataclass(frozen=True, slots=True)
class TodaysChecks:
    """Which of today's checks would have stopped it. Always answered."""

    answer: str
    """In a sentence, also where none would have, or it cannot be known."""
    stops: tuple[Stop, ...] = ()
    """The earliest first."""
    known: bool = True
    """Whether the night could be rebuilt, and the rules be asked."""


@dataclass(frozen=True, slots=True)
class Unlike:
    """An event of the night that the rebuilt one lacks, has beside it, or has elsewhere."""

    says: str
    why: str
    """`not modelled`, `the log does not say who`, …"""


@dataclass(frozen=True, slots=True)
class Reenactment:
    """The night, run again in the emulator."""

    same: int
    """Events that came again, in the same order."""
    of: int
    """Events that were to come again."""
    unlike: tuple[Unlike, ...]
    assumed: tuple[str, ...]
    """What had to be assumed, for the records do not say."""
    lost: int
    orphaned: int
    leaked: int

    @property
    def is_whole(self) -> bool:
        """Whether all that was to come again came again, and nothing else."""
        return self.same == self.of and not self.unlike


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The same night with one thing changed."""

    change: str
    """As it was asked for: `anyconnect=matched`; `as it was` for the night itself."""
    says: str
    """What was changed, in a phrase."""
    kept: int
    lost: int
    orphaned: int
    leaked: int
    outage_seconds: float | None
    stopped_by: str | None = None
    """The rule that stopped it before harm was done; None: it ran to its end."""
    saved_users: tuple[str, ...] = ()
    """Who lost a session on the night, and keeps it here."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Postmortem:
    """What is said of a night."""

    outcome: Outcome
    exit_code: ExitCode
    verdict: str
    """In a sentence."""
    summary: tuple[str, ...]
    """In plain words, a few sentences."""
    night: Night
    impact: Impact
    causes: tuple[Cause, ...]
    """All that were judged, the likeliest first."""
    breaches: tuple[Breach, ...]
    """In the order of the night; the first is the first deviation."""
    left_over: tuple[LeftOver, ...] = ()
    todays_checks: TodaysChecks = field(
        default_factory=lambda: TodaysChecks("not asked", known=False)
    )
    reenactment: Reenactment | None = None
    """None: it was not asked for, or there is nothing to rebuild; `notes` say which."""
    what_ifs: tuple[WhatIf, ...] = ()
    """The night as it was first, if any was asked for."""
    went_well: tuple[str, ...] = ()
    to_change: tuple[str, ...] = ()
    next: Next = field(default_factory=Next)
    notes: tuple[str, ...] = ()
    divergence: str | None = None
    """Of a run's journal: where today's code asks or decides otherwise."""
    anonymised: bool = False
    written: tuple[str, ...] = ()
    """Files and folders that it was written into, the page first."""
    wall_seconds: float | None = None
