"""Progress: what the journal says of a run so far. Running and resuming use the same fold.

It holds what the pair cannot tell: what was *intended*, since when the run is where it is, how
many looks in a row agreed. What *is*, is looked at afresh on every beat.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from upgrader.journal.entry import (
    VOCABULARY,
    Arrived,
    Baseline,
    Entry,
    Halted,
    Intended,
    Judged,
    Looked,
    Receipt,
    Resumed,
    Started,
    UnitSeen,
)
from upgrader.model.drain import HoldLogins, ReleaseLogins
from upgrader.model.failover import FailoverState
from upgrader.model.filling import filled_then_frozen
from upgrader.model.finding import Moment
from upgrader.model.law import Phase, Signal
from upgrader.model.names import Digest, Instant, Serial
from upgrader.model.plan import Plan, Purpose, ReloadStandby, Step, SwitchOver

SEEN_COMING = frozenset(
    state.value
    for state in (
        *(FailoverState.COLD_STANDBY, FailoverState.SYNC_CONFIG, FailoverState.SYNC_FILE_SYSTEM),
        *(FailoverState.APP_SYNC, FailoverState.BULK_SYNC),
    )
)
"""As which a mate sees a unit that has booted and is not ready yet."""
SEEN_WELL = frozenset({FailoverState.STANDBY_READY.value, FailoverState.ACTIVE.value})
"""As which a mate sees a unit that has not gone down; for up to the hold time after it has."""

_AWAITED = frozenset({Signal.STANDBY_READY, Signal.FORMER_READY})
"""Arrivals that a reloaded unit was waited for."""

RENEWED_MS = 600_000  # Our guess: a boot and a sync of usual length.


@dataclass(frozen=True, slots=True)
class OpenIntent:
    """An intent without receipt: nobody wrote down whether it was done."""

    step: Step
    at: Instant
    uptimes: tuple[tuple[Serial, int | None], ...]
    active: Serial | None
    unchanged: int = 0
    """How many looks in a row since then found both units answering and as before."""
    unchanged_since: Instant | None = None

    def uptime_of(self, serial: Serial) -> int | None:
        """How long that unit had been up, in seconds; None: it was not known."""
        return dict(self.uptimes).get(serial)


@dataclass(frozen=True, slots=True)
class SentReload:
    """A reload that was ordered, and what is known of its effect."""

    serial: Serial
    at: Instant
    uptime: int | None
    """Before the order, in seconds."""
    proven: bool = False
    """Since then the uptime fell once, or the unit was silent and its mate saw it gone."""
    back: Instant | None = None
    """When it first answered again, or its mate saw it come up."""
    ready: Instant | None = None
    """When both units were first seen ready, with it back."""
    settled: Instant | None = None
    """When it had been ready for long enough, its interfaces heard, and the run went on."""


@filled_then_frozen
@dataclass(frozen=True, slots=True)
class Progress:
    """The fold. `decide` gets it as an argument."""

    phase: Phase
    since: Instant = Instant(0)
    deadline: Instant | None = None
    open_intent: OpenIntent | None = None
    done: tuple[Step, ...] = ()
    done_here: tuple[Step, ...] = ()
    """Those with a receipt in this phase."""
    reloads: tuple[SentReload, ...] = ()
    ready_looks: int = 0
    """Looks in a row, in this phase, that saw Active and Standby Ready, both at their versions."""
    ready_since: Instant | None = None
    full_looks: int = 0
    """Full looks in this phase."""
    last_full: Instant | None = None
    baseline: Digest | None = None
    origin: int = 0
    last: tuple[UnitSeen, ...] = ()
    headless_since: Instant | None = None
    """Since when, look after look, not exactly one unit has been active."""
    judged: tuple[tuple[Moment, Instant], ...] = ()
    halted: Halted | None = None
    """The halt that ended the last process, if nothing happened since."""
    looks: tuple[Digest, ...] = field(default=())
    """The full looks of the night, oldest first, as blobs."""
    done_at: Instant | None = None
    """When the last receipt of this phase was written; None: there is none."""
    switched: Instant | None = None
    """When the last switchover that was carried out was ordered."""
    held: HoldLogins | None = None
    """Logins are held closed so, or may be; None: they are open, or nobody has closed them."""
    vocabulary: int = VOCABULARY
    """Of the code that conducts, or conducted: as long as that one waited, it is waited again."""

    def has_done(self, step: Step) -> bool:
        """Whether the journal holds a receipt for that step."""
        return step in self.done

    def reload_of(self, serial: Serial) -> SentReload | None:
        """The last reload ordered for that unit."""
        return next((r for r in reversed(self.reloads) if r.serial == serial), None)

    @property
    def is_held(self) -> bool:
        """Whether the last word about logins was that they are closed."""
        words = (s for s in reversed(self.done) if isinstance(s, HoldLogins | ReleaseLogins))
        return isinstance(next(words, None), HoldLogins)

    @property
    def acted(self) -> bool:
        """Whether anything was typed, or may have been."""
        return bool(self.done) or self.open_intent is not None


def begin(plan: Plan) -> Progress:
    """Where a run starts."""
    match plan.purpose:
        case Purpose.UPGRADE:
            return Progress(phase=Phase.PLANNED)
        case Purpose.CLEANUP:
            return Progress(phase=Phase.RESIDUE_KNOWN)
        case Purpose.ROLLBACK:
            return Progress(phase=Phase.ROLLBACK_PLANNED)


def fold(plan: Plan, entries: Iterable[Entry]) -> Progress:
    """Read a journal from its beginning."""
    progress = begin(plan)
    for entry in entries:
        progress = advance(plan, progress, entry)
    return progress


def advance(plan: Plan, progress: Progress, entry: Entry) -> Progress:
    """The fold's step: one more entry."""
    body = entry.body
    if isinstance(body, Looked):
        return _looked(plan, progress, body, entry.at)
    if isinstance(body, Intended):
        intent = OpenIntent(body.step, entry.at, body.uptimes, body.active)
        held = body.step if isinstance(body.step, HoldLogins) else progress.held
        return replace(progress, open_intent=intent, halted=None, held=held)
    if isinstance(body, Receipt):
        return _received(progress, body, entry.at)
    if isinstance(body, Arrived):
        return replace(
            progress,
            phase=body.phase,
            since=entry.at,
            deadline=body.deadline,
            reloads=_let_go(progress.reloads, body.signal, entry.at),
            done_here=(),
            ready_looks=0,
            ready_since=None,
            full_looks=0,
            last_full=None,
            halted=None,
            done_at=None,
        )
    if isinstance(body, Judged):
        return replace(progress, judged=(*progress.judged, (body.moment, entry.at)))
    if isinstance(body, Baseline):
        return replace(progress, baseline=body.snapshot)
    if isinstance(body, Started):
        return replace(progress, origin=body.origin, vocabulary=body.vocabulary)
    if isinstance(body, Halted):
        return replace(progress, halted=body)
    if isinstance(body, Resumed):
        return replace(_resumed(progress, entry.at), vocabulary=body.vocabulary)
    return progress


def _let_go(reloads: tuple[SentReload, ...], signal: Signal, at: Instant) -> tuple[SentReload, ...]:
    if signal not in _AWAITED or not reloads or reloads[-1].ready is None:
        return reloads
    return (*reloads[:-1], replace(reloads[-1], settled=at))


def _resumed(progress: Progress, at: Instant) -> Progress:
    """Looks in a row end with their process: nobody knows what was in between.

    And whoever resumes a run that waits for the pair wants to wait some more.
    """
    waits = progress.deadline is not None or progress.phase.is_late
    renewed = Instant(max(progress.deadline or 0, at + RENEWED_MS)) if waits else None
    intent = progress.open_intent
    return replace(
        progress,
        open_intent=None if intent is None else replace(intent, unchanged=0, unchanged_since=None),
        deadline=renewed,
        ready_looks=0,
        ready_since=None,
        full_looks=0,
        last_full=None,
        headless_since=None,
    )


def _received(progress: Progress, receipt: Receipt, at: Instant) -> Progress:
    intent = progress.open_intent
    assert intent is not None, "a receipt follows an intent"
    if receipt.outcome == "never-arrived":
        return replace(progress, open_intent=None)
    reloads = progress.reloads
    if isinstance(intent.step, ReloadStandby):
        serial = intent.step.serial
        reloads = (*reloads, SentReload(serial, intent.at, intent.uptime_of(serial)))
    released = isinstance(intent.step, ReleaseLogins)
    return replace(
        progress,
        open_intent=None,
        done=(*progress.done, intent.step),
        done_here=(*progress.done_here, intent.step),
        reloads=reloads,
        done_at=at,
        switched=intent.at if isinstance(intent.step, SwitchOver) else progress.switched,
        held=None if released else progress.held,
    )


def _looked(plan: Plan, progress: Progress, look: Looked, at: Instant) -> Progress:
    ready = _is_ready(plan, progress, look)
    full = look.depth.is_full
    # Every field by its name: every other entry is a look, and `replace` takes five times as long.
    return Progress(
        phase=progress.phase,
        since=progress.since,
        deadline=progress.deadline,
        open_intent=_unchanged(progress.open_intent, look, at),
        done=progress.done,
        done_here=progress.done_here,
        reloads=tuple([_followed(reload, look, at, ready=ready) for reload in progress.reloads]),
        ready_looks=progress.ready_looks + 1 if ready else 0,
        ready_since=(progress.ready_since if progress.ready_looks else at) if ready else None,
        full_looks=progress.full_looks + full,
        last_full=at if full else progress.last_full,
        baseline=progress.baseline,
        origin=progress.origin,
        last=look.units,
        headless_since=_headless(progress, look, at),
        judged=progress.judged,
        halted=progress.halted,
        looks=(*progress.looks, look.snapshot) if look.snapshot else progress.looks,
        done_at=progress.done_at,
        switched=progress.switched,
        held=progress.held,
        vocabulary=progress.vocabulary,
    )


def _is_ready(plan: Plan, progress: Progress, look: Looked) -> bool:
    """One Active, one Standby Ready, and the unit that is waited for at the target version."""
    if look.active is None or any(unit.dark for unit in look.units):
        return False
    wanted = str(plan.target.version)
    for unit in look.units:
        if unit.serial == look.active:
            continue
        if unit.state != FailoverState.STANDBY_READY.value:
            return False
        if progress.reload_of(unit.serial or Serial("")) and unit.version != wanted:
            return False
    return True


def _headless(progress: Progress, look: Looked, at: Instant) -> Instant | None:
    if look.active is not None:
        return None
    return at if progress.headless_since is None else progress.headless_since


def _followed(reload: SentReload, look: Looked, at: Instant, *, ready: bool) -> SentReload:
    """What one more look tells of a reload that was ordered."""
    if reload.ready is not None:
        return reload
    unit = next((unit for unit in look.units if unit.serial == reload.serial), None)
    if unit is None:
        return reload
    if reload.back is not None:
        return replace(reload, ready=at) if ready else reload
    if not reload.proven:
        began = at if look.began is None else look.began
        gone = _is_gone(unit, look) or has_rebooted(
            reload.uptime, reload.at, unit.uptime_seconds, began
        )
        if not gone:
            return reload
        reload = replace(reload, proven=True)
    if unit.dark and not _is_coming(unit, look):
        return reload
    return replace(reload, back=at, ready=at if ready else None)


def _is_coming(unit: UnitSeen, look: Looked) -> bool:
    """Whether a unit that does not answer yet is seen by its mate to come up."""
    witness = next((other for other in look.units if other is not unit), None)
    return witness is not None and not witness.dark and witness.peer in SEEN_COMING


def _is_gone(unit: UnitSeen, look: Looked) -> bool:
    """Whether a unit is silent, and its mate does not see it well.

    A session that died is silent too, and so is the network in between.
    """
    if not unit.is_silent:
        return False
    witness = next((other for other in look.units if other is not unit), None)
    if witness is None or witness.dark:
        return False
    return witness.peer is None or witness.peer not in SEEN_WELL


def has_rebooted(before: int | None, asked: Instant, now: int | None, at: Instant) -> bool:
    """Whether an uptime fell: less than it was, or less than it must have become by now.

    `before` was read before `asked`, and `now` after `at`, whatever was read in between took: so
    an uptime that only grew is never less than expected but for its grain and for two clocks.

    Uptimes are as coarse as they are printed: to the second below an hour, to the minute below a
    day, to the hour below a year, to the day above.
    """
    if before is None or now is None:
        return False
    if now < before:
        return True
    grain = 1 if now < 3_600 else 60 if now < 86_400 else 3_600 if now < 31_536_000 else 86_400
    expected = before + (at - asked) // 1_000
    return now + 2 * grain + 60 < expected


def _unchanged(intent: OpenIntent | None, look: Looked, at: Instant) -> OpenIntent | None:
    if intent is None:
        return None
    same = look.active == intent.active and not any(unit.dark for unit in look.units)
    if not same:
        return replace(intent, unchanged=0, unchanged_since=None)
    since = at if intent.unchanged_since is None else intent.unchanged_since
    return replace(intent, unchanged=intent.unchanged + 1, unchanged_since=since)
