"""Findings: bad news about a pair is data, never an exception."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from upgrader.model.names import Digest, RuleName


class Severity(Enum):
    """Four values of knowledge. `UNKNOWN` is "could not look": it is never fine, and blocks."""

    NOTE = "note"
    WARNING = "warning"
    BLOCKER = "blocker"
    UNKNOWN = "unknown"

    @property
    def blocks(self) -> bool:
        """Whether an act must not follow unless the finding is waived."""
        return self in {Severity.BLOCKER, Severity.UNKNOWN}


class Moment(Enum):
    """When a rule is asked. A mismatch may be expected in the middle and fatal before and after."""

    PLAN = "plan"
    BEFORE_STANDBY_RELOAD = "before the standby's reload"
    BEFORE_SWITCHOVER = "before the switchover"
    BEFORE_FINAL_RELOAD = "before the final reload"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and a value that a waiver covers: a serial, a file, a digest; never a state."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule has to say: what was seen, what it would do to people, what helps."""

    rule: RuleName
    severity: Severity
    evidence: str
    """What was seen, and on which unit."""
    consequence: str
    """What it would do to people if the run went on."""
    remedy: str
    """What to do about it; below that paragraph the exact lines, one a line, if there are any."""
    facts: tuple[Fact, ...] = ()
    """Sorted; serials, files and digests, never roles, states, counts or prose."""
    waived: str | None = None
    """The reason of the waiver that covers it; None: not waived."""

    @property
    def stops(self) -> bool:
        """Whether nothing may be done while this stands."""
        return self.severity.blocks and self.waived is None


@dataclass(frozen=True, slots=True)
class Waiver:
    """A person's word for one finding: this rule, on these facts, for this reason."""

    rule: RuleName
    facts: Digest
    """SHA-256 of the finding's facts: other facts, and the waiver falls."""
    reason: str


@dataclass(frozen=True, slots=True)
class RuleText:
    """What `upgrader explain RULE` prints; the reference page is generated from it."""

    rule: RuleName
    asks: str
    """What it asks of the pair, one sentence."""
    why: str
    """What happens to people otherwise."""
    remedy: str
    source: str
    """Which page or capture says so."""
    moments: Mapping[Moment, Severity] = field(default_factory=dict)
    """When it is asked, and how bad it is then."""
