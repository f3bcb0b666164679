"""What a command has to say at its end: one value, shown as text, JSON, HTML and JUnit."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from upgrader.model.aftermath import Aftermath, Fate, Grade, LedgerLine, Residue, Suspect
from upgrader.model.approval import ApprovalLine
from upgrader.model.difference import Diff, Learned
from upgrader.model.failover import Role
from upgrader.model.filling import filled_then_frozen
from upgrader.model.finding import CheckLine, Finding
from upgrader.model.names import Digest, Instant, Serial
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.picture import Picture
from upgrader.model.plan import Drift, Plan
from upgrader.model.prediction import Prediction
from upgrader.model.staging import FileLine
from upgrader.model.unit import Dark, Snapshot, Unit

DARK = "dark"
"""The state of a unit that did not answer at the last look."""


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit as it was seen last."""

    serial: Serial | None
    """None: it never said."""
    role: Role
    state: str
    """The device's word, or `dark`."""
    version: str | None
    """None: dark."""
    reloads: int | None = None
    """How often it was seen to reload in this run; None: no run was observed."""
    sessions: int | None = None
    """Rows of its session database; None: not known."""


def unit_lines(seen: Snapshot) -> tuple[UnitLine, UnitLine]:
    """Primary and secondary, as one look shows them."""
    return _unit_line(seen.primary), _unit_line(seen.secondary)


def _unit_line(unit: Unit | Dark) -> UnitLine:
    match unit:
        case Dark(serial=serial, role=role):
            return UnitLine(serial, role, DARK, None)
        case Unit():
            rows = None if unit.summary is None else unit.summary.total
            return UnitLine(unit.serial, unit.role, unit.state.value, str(unit.running), None, rows)


@dataclass(frozen=True, slots=True)
class SessionCounts:
    """The ledger in numbers: `before = kept + reconnected + ended + lost`."""

    before: int
    kept: int
    reconnected: int
    ended: int
    lost: int
    orphaned: int
    """Rows left without tunnel, beside the sum."""
    suspect: int = 0
    """Rows without tunnel of which nothing is proven, beside the sum."""
    orphaned_newcomers: int = 0
    """Of the orphaned rows, those of people who logged in after the baseline."""
    again: int = 0
    """Of those that were lost or ended, how many of their people have logged in again."""
    newcomers: int = 0
    """The logins of the night that were seen, beside the sum."""


def counted(aftermath: Aftermath) -> SessionCounts:
    """Put an aftermath into numbers."""
    known = {(line.user, line.address, line.audit_id) for line in aftermath.ledger}
    newcomers = [o for o in aftermath.orphans if (o.user, o.address, o.audit_id) not in known]
    return SessionCounts(
        before=aftermath.before,
        kept=aftermath.count(Fate.KEPT),
        reconnected=aftermath.count(Fate.RECONNECTED),
        ended=aftermath.count(Fate.ENDED),
        lost=aftermath.count(Fate.LOST),
        orphaned=len(aftermath.orphans),
        suspect=len(aftermath.suspects),
        orphaned_newcomers=len(newcomers),
        again=sum(line.again is not None for line in aftermath.ledger),
        newcomers=len(aftermath.newcomers),
    )


# ── the story of a run ─────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of the night in one phase."""

    phase: str
    """The value of a `Phase`."""
    began: Instant
    ended: Instant | None
    """None: still in it."""
    why: str
    """The evidence on which it was entered."""


@filled_then_frozen
@dataclass(frozen=True, slots=True)
class UnitPoint:
    """A unit at one look."""

    role: Role
    serial: Serial | None
    state: str
    version: str | None
    sessions: int | None
    inactive: int | None = None


@filled_then_frozen
@dataclass(frozen=True, slots=True)
class LookPoint:
    """Both units at one look: what the timeline draws."""

    at: Instant
    units: tuple[UnitPoint, ...]


class TimelineKind(Enum):
    """What a line of the timeline tells of."""

    PHASE = "phase"
    STATE = "state"
    """A unit changed state, version, or went dark."""
    SESSIONS = "sessions"
    """Somebody was lost, orphaned, came back."""
    ACT = "act"
    WAIT = "wait"
    FINDING = "finding"
    NOTE = "note"
    """The run itself: resumed, recovered, stopped."""


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One thing that happened or was done."""

    at: Instant
    unit: str | None
    """`Primary JAD…`; None: the pair, or the run."""
    kind: TimelineKind
    text: str


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step as it was carried out."""

    number: int
    """From 1."""
    name: str
    """The step's class in kebab-case: `reload-standby`."""
    where: str
    """`active Primary JAD…`."""
    lines: tuple[str, ...]
    """What was typed; empty: the device was already so."""
    why: str
    outcome: str
    """`done`, `found-done`, `never-arrived`, `open` (no receipt)."""
    at: Instant


@dataclass(frozen=True, slots=True)
class Story:
    """A run, told from its journal."""

    bands: tuple[Band, ...] = ()
    looks: tuple[LookPoint, ...] = ()
    steps: tuple[StepLine, ...] = ()
    timeline: tuple[TimelineLine, ...] = ()
    cause: str | None = None
    """Why somebody was lost or orphaned; None: nobody was."""
    prevented_by: str | None = None
    """The rule that would have stopped it; None: none, or nothing to stop."""
    divergence: str | None = None
    """Where today's code asks or decides otherwise than on the night; None: nowhere."""


# ── the session table ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A row of `upgrader sessions`: one login, and on which units it stands."""

    index: int
    user: str
    address: str | None
    units: tuple[str, ...]
    """The units that show the row: `Primary JAD…`."""
    tunnels: tuple[str, ...]
    """The device's words, sorted."""
    login_time: str
    inactivity_seconds: int
    grade: Grade
    why: str
    """Why it is graded so; empty for a healthy row."""


@dataclass(frozen=True, slots=True)
class PoolUse:
    """A pool on one unit, in numbers."""

    unit: str
    pool: str
    size: int
    free: int
    held: int
    in_use: int
    stuck: int


@dataclass(frozen=True, slots=True)
class SessionTable:
    """Both units' session databases and pools, merged."""

    rows: tuple[SessionLine, ...]
    pools: tuple[PoolUse, ...] = ()


# ── the hops of a journey ──────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class HopFile:
    """A file that a hop wants."""

    wanted: str
    """What it must be, in a phrase: `an image of 9.0(4) for ASA5585-SSP-10`."""
    path: str | None
    """The file that fits, on both flashes or on one; None: there is none, or more than one."""
    missing_on: tuple[str, ...] = ()
    """The units that lack it: `Primary JAD…`; () where it lies on both, or nobody looked."""
    seen: bool = True
    """Whether the flashes were looked at."""

    @property
    def is_wanted(self) -> bool:
        """Whether a unit is known to lack it."""
        return self.seen and bool(self.missing_on)


@dataclass(frozen=True, slots=True)
class HopCaution:
    """What a hop changes for this pair."""

    name: str
    severity: str
    """`note`, `warning`, `blocker`."""
    says: str
    remedy: str
    source: str
    lines: tuple[str, ...] | None
    """The lines of the configuration that use it; None: no configuration was seen."""
    sessions: int | None = None
    """How many people are connected so; None: not seen, or no matter of sessions."""


@dataclass(frozen=True, slots=True)
class HopLine:
    """One hop: from a release to the next, and what became of it."""

    number: int
    """From 1."""
    start: str
    end: str
    why: str = ""
    image: HopFile | None = None
    """None: it is not told here."""
    asdm: HopFile | None = None
    """None: it is not told here, or the configured one does."""
    cautions: tuple[HopCaution, ...] = ()
    run: str | None = None
    """Its run; None: it was not begun, or only rehearsed."""
    outcome: Outcome | None = None
    """None: it was not begun."""
    exit_code: ExitCode | None = None
    sessions: SessionCounts | None = None
    outage_seconds: float | None = None
    device_seconds: float | None = None


# ── the report ─────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Report:
    """How a command ended. None stands where the command did not come to know it."""

    command: str
    outcome: Outcome
    exit_code: ExitCode
    pair: str
    verdict: str
    """The outcome in a sentence."""
    run: str | None = None
    units: tuple[UnitLine, ...] = ()
    sessions: SessionCounts | None = None
    residue: tuple[Residue, ...] = ()
    suspects: tuple[Suspect, ...] = ()
    findings: tuple[Finding, ...] = ()
    """At every moment that was judged; a later one of the same rule and facts replaces it."""
    checked: tuple[str, ...] = ()
    """The names of all rules that were asked, whether or not they had anything to say."""
    checks: tuple[CheckLine, ...] = ()
    """Each rule that was asked, at its last moment, with how it came out."""
    outage_seconds: float | None = None
    """From both units' failover history; None where it cannot be derived."""
    device_seconds: float | None = None
    wall_seconds: float | None = None
    next: Next = field(default_factory=Next)
    drift: tuple[Drift, ...] = ()
    plan: Plan | None = None
    plan_hash: Digest | None = None
    """What people approve: SHA-256 of the plan without its approvals."""
    approvals: tuple[ApprovalLine, ...] = ()
    """Of the plan: before a run all of them, of a run those that counted when it began."""
    prediction: Prediction | None = None
    surprises: tuple[str, ...] = ()
    """Where the outcome differs from the prediction: a defect of ours, a sentence each."""
    story: Story | None = None
    hops: tuple[HopLine, ...] = ()
    """Of a journey of several hops, or of `path`: all of them, in order."""
    way: str = ""
    """Of `path`: `path`, `none`, `unknown`."""
    table: SessionTable | None = None
    aftermath: Aftermath | None = None
    """Who was followed through a run, and what is left; None: no run was observed."""
    ledger: tuple[LedgerLine, ...] | None = None
    """The sessions that are to be told one by one; None: their totals are enough."""
    diff: Diff | None = None
    """Before and after, compared; None: there were no two wide looks to take pictures from."""
    pictures: Sequence[Picture] = ()
    """Of the run, oldest first: before, after each phase that moved something, and after."""
    learned: tuple[Learned, ...] | None = None
    """What `diff --learn` proposes; None: nothing was to be learnt."""
    files: tuple[FileLine, ...] | None = None
    """What `stage` left where; None: nothing was staged by this command."""
    not_modelled: tuple[str, ...] = ()
    """Lines of an emulated pair's configuration that are kept and shown, but not acted on."""
    notes: tuple[str, ...] = ()
    """Other things that a person should know: where files were written, what was kept."""


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run folder in `upgrader status`."""

    run: str
    pair: str | None
    """None: the journal has no readable first entry."""
    phase: str | None
    state: str
    """`finished`, `running`, `stopped`, `unfinished`, `broken`."""
    outcome: str | None
    exit_code: int | None
    device_seconds: float | None
    last: str
    """The last thing that is known, in a sentence."""
    next: Next = field(default_factory=Next)


@dataclass(frozen=True, slots=True)
class StatusReport:
    """The runs that lie in the runs folder, newest first; the last known units of one."""

    runs: tuple[RunLine, ...]
    units: tuple[UnitPoint, ...] = ()
    """Of the one run that was asked for; empty for a list."""
