"""What is written down: one entry a fact of the night, and the interface of every memory.

A run is remembered as a list of entries. Progress, timeline, report, resume and replay are folds
of that list, so an entry holds whatever one of them needs and nothing that can be derived.
`Opened`, `Asked`, `NotAnswered` and `Slept` are the *tape*: every question with its answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Literal, Protocol, TypeAlias

from upgrader.model.approval import ApprovalLine
from upgrader.model.failover import Role
from upgrader.model.filling import filled_then_frozen
from upgrader.model.finding import CheckLine, Finding, Moment
from upgrader.model.law import Phase, Signal
from upgrader.model.names import Digest, Instant, Seat, Serial
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.plan import Step
from upgrader.model.unit import Depth, Snapshot, Verified

VOCABULARY = 3
"""What a run asks, which rules it heeds and how it decides, as a number: whoever changes one of
them in a new release counts it up, and the journals written before are replayed look by look."""

# ── a run's life ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Started:
    """The first entry of every run."""

    run: str
    pair: str
    plan: Digest
    """Of `plan.json`."""
    origin: int
    """The world's clock at this entry, in its own milliseconds: where the run's axis begins."""
    redaction_tag: str = ""
    """Names the key that hides secrets, without telling it; empty: nothing is redacted."""
    windows: tuple[str, ...] = ()
    """The hours in which it may reload and move roles, as they were said; (): at any hour."""
    approvals: tuple[ApprovalLine, ...] = ()
    """Those that counted when it began; (): nobody had approved it."""
    vocabulary: int = 1
    """The `VOCABULARY` of the code that began it; 1: the journal names none, for 0.1.0 did not."""
    verified: tuple[Verified, ...] = ()
    """What the same process had had verified when it drew the plan; what of it is still so is not
    verified again. (): it was given a plan, or nothing had been verified."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """A new process took the run over. What follows was asked by it; replay begins anew here."""

    vocabulary: int = 1
    """As in `Started`: of the process that took it over."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """The journal ended in a cut write, which was dropped when it was opened again."""

    dropped_bytes: int


@dataclass(frozen=True, slots=True)
class Halted:
    """The run went no further; the pair stayed as it was. `resume` may go on."""

    exit_code: ExitCode
    why: str
    next: Next
    wished: bool = False
    """A person wanted it, or the hour: nothing of the pair did."""


@dataclass(frozen=True, slots=True)
class Finished:
    """The seal: the last entry of a finished run. A journal without it is an unfinished run."""

    outcome: Outcome
    exit_code: ExitCode
    report: Digest
    """Of `report.json`."""


# ── what was seen and thought ──────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Baseline:
    """The pair before the first act, whole: what the aftermath is measured against."""

    snapshot: Digest
    """The blob with the `Snapshot`."""


@filled_then_frozen
@dataclass(frozen=True, slots=True)
class UnitSeen:
    """One unit in one look, as far as timeline and progress need it."""

    role: Role
    serial: Serial | None
    state: str
    """The device's word; else `DARK`, or `UNREAD`."""
    version: str | None
    uptime_seconds: int | None
    sessions: int | None
    """Rows with a tunnel or of another kind; None: not known."""
    inactive: int | None
    dark: bool
    """Nothing is known of its state: nobody answered, or not so that it was understood."""
    peer: str | None = None
    """As what it sees its mate; None: it was not asked, or the journal is an older one."""

    @property
    def is_silent(self) -> bool:
        """Nobody answered: off, reloading or unreachable."""
        return self.dark and self.state == DARK


DARK = "dark"
"""The state of a unit that did not answer."""
UNREAD = "not understood"
"""The state of a unit that answered, but not what tells its state."""


@filled_then_frozen
@dataclass(frozen=True, slots=True)
class Looked:
    """One pass of looking at the pair."""

    depth: Depth
    active: Serial | None
    """The one active unit; None if there were none or two."""
    units: tuple[UnitSeen, ...]
    """Primary first."""
    snapshot: Digest | None = None
    """The blob with the whole `Snapshot` of a full look; None for a glance."""
    began: Instant | None = None
    """When the pass began: nothing in it was read before. None: the journal is an older one."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rules of a moment had to say; no findings: all of them were content."""

    moment: Moment
    findings: tuple[Finding, ...]
    checks: tuple[CheckLine, ...] = ()
    """How each rule came out, without its findings; (): the journal is an older one."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A beat that changed nothing, and why. Written only when the why changes."""

    move_kind: str
    """`wait`, `look`; `LET_IN`: the run stops, and opens logins that it held closed."""
    why: str


LET_IN = "let-in"


@dataclass(frozen=True, slots=True)
class Arrived:
    """The run is in another phase: what was seen to happen, and until when it may stay."""

    phase: Phase
    signal: Signal
    why: str
    deadline: Instant | None
    """When patience ends in that phase; None: nothing is waited for there."""


# ── what was done ──────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Intended:
    """What is about to be typed. Durable and signed before the first byte is sent."""

    step: Step
    lines: tuple[str, ...]
    """The lines still missing, in order."""
    uptimes: tuple[tuple[Serial, int | None], ...]
    """Seconds since boot of each unit just before; a later fall proves a reload."""
    active: Serial | None
    why: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of the last intent."""

    outcome: Literal["done", "found-done", "never-arrived"]
    why: str
    spared: tuple[int, ...] = ()
    """Of a `LogOffBatch`: the indices that were another login by then, or none, and were let be."""


# ── the tape ───────────────────────────────────────────────────────────────────────────


class LineTrouble(Enum):
    """How a line failed us."""

    NO_ANSWER = "no-answer"
    NO_ENTRY = "no-entry"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Opened:
    """A console was opened and showed this prompt."""

    seat: Seat
    prompt: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A line was typed and answered. Line and reply are redacted."""

    seat: Seat
    line: str
    blob: Digest
    """The blob with the reply, UTF-8."""
    prompt: str
    """The prompt that followed."""


@dataclass(frozen=True, slots=True)
class NotAnswered:
    """Opening (`line` is None) or asking failed; whether the line arrived is not known."""

    seat: Seat
    line: str | None
    fault: LineTrouble
    why: str


@dataclass(frozen=True, slots=True)
class Slept:
    """Time was let pass; the entry's instant is the end of the sleep."""

    ms: int


TapeBody: TypeAlias = Opened | Asked | NotAnswered | Slept

Body: TypeAlias = (
    Started
    | Resumed
    | Recovered
    | Halted
    | Finished
    | Baseline
    | Looked
    | Judged
    | Moved
    | Arrived
    | Intended
    | Receipt
    | Opened
    | Asked
    | NotAnswered
    | Slept
)


@filled_then_frozen
@dataclass(frozen=True, slots=True)
class Entry:
    """A body with its place: number from 1, instant on the run's axis, the entry before it."""

    number: int
    at: Instant
    previous: Digest
    """Digest of the entry before; `GENESIS` for the first, and for all in a memory unchained."""
    body: Body


GENESIS = Digest("sha256:" + "0" * 64)
"""What the first entry of a chain calls its predecessor."""


class Recollection(Protocol):
    """A memory that can be read: a finished run, somebody else's night, or one's own."""

    def entries(self) -> Sequence[Entry]:
        """All entries so far, in order; entry n stands at index n - 1."""
        ...

    def blob(self, digest: Digest) -> bytes:
        """The bytes that `keep` was given.

        Raises:
            BrokenChain: they are missing, or are not what they were.
        """
        ...

    def look(self, digest: Digest) -> Snapshot:
        """The full look that `keep_look` was given.

        Raises:
            BrokenChain: it is missing, or is not what it was.
        """
        ...


class Journal(Recollection, Protocol):
    """A memory that is being written."""

    def append(self, body: Body, *, at: Instant, durable: bool = False) -> None:
        """Write an entry. Durable: it and all before it outlive a power cut when this returns.

        An `Intended` and a `Finished` are always durable.
        """
        ...

    def keep(self, blob: bytes, *, durable: bool = False) -> Digest:
        """Keep bytes and name them. Equal bytes have one name and are kept once."""
        ...

    def keep_look(self, look: Snapshot) -> Digest:
        """Keep a full look and name it; it is durable before an entry can name it."""
        ...

    def seal(self, body: Finished, *, at: Instant) -> None:
        """Write the last entry; whatever could undo the redaction is deleted."""
        ...


def is_aborted(entries: Sequence[Entry]) -> bool:
    """Whether a person ended the run for good, before it came to its end."""
    end = entries[-1].body if entries else None
    return isinstance(end, Finished) and end.outcome is Outcome.ABORTED


def is_sealed(entries: Sequence[Entry]) -> bool:
    """Whether the run is finished: the last entry is the seal."""
    return len(entries) > 0 and isinstance(entries[-1].body, Finished)
