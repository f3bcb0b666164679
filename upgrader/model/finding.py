"""Findings: bad news about a pair is data, never an exception."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from upgrader.model.filling import filled_then_frozen
from upgrader.model.names import Digest, RuleName


class Severity(Enum):
    """Four values of knowledge. `UNKNOWN` is "could not look": it is never fine, and blocks."""

    __hash__ = object.__hash__  # One object each: an Enum's own hash is its name's, in Python.

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

    __hash__ = object.__hash__  # One object each: an Enum's own hash is its name's, in Python.

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
    observed: str = ""
    """The value that was seen, with its measure: `87 %`, `Waiting`; empty: see the evidence."""
    expected: str = ""
    """The value that should have been seen: `at most 80 %`; empty: see the rule's `expects`."""
    unit: str = ""
    """On which unit: `Primary JAD…`; empty: on both, or between them."""

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
    by: str = ""
    """Who said so: the name of their account on the machine where it was said."""
    evidence: str = ""
    """What was seen when they said so."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something about a rule that a site may set for itself."""

    name: str
    """`margin_percent`: with its measure."""
    default: int | str
    means: str


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
    expects: str = ""
    """What a healthy pair shows, in a phrase: `Standby Ready`, `at least 10 % free`."""
    parameters: tuple[Parameter, ...] = ()
    core: bool = False
    """Whether the pair's life hangs on it: it cannot be left out or only recorded."""


class RuleOutcome(Enum):
    """What asking a rule came to."""

    READY = "ready"
    WARNING = "warning"
    BLOCKER = "blocker"
    UNKNOWN = "unknown"
    """Could not look: it blocks."""
    NOT_APPLICABLE = "not-applicable"
    """There is nothing of that kind on this pair, or a person left the rule out."""


@filled_then_frozen
@dataclass(frozen=True, slots=True)
class CheckLine:
    """A rule that was asked at a moment, and how it came out."""

    rule: RuleName
    moment: Moment
    outcome: RuleOutcome
    """The gravest of its findings; a note, a waived or recorded finding is READY."""
    expected: str
    why: str
    """Of READY: empty, or what was noted. Else: the first evidence, or why it does not apply."""
    findings: tuple[Finding, ...] = ()
    family: str = ""
    """The subject of the rule: `failover`."""
