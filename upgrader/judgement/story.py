"""The story of a run, told from its journal: bands, looks, steps, timeline.

A live run, a resumed one, a rehearsal and a postmortem fold the same entries, and so tell the
same story.
"""

from collections.abc import Iterable, Sequence

from upgrader.journal.entry import (
    Arrived,
    Entry,
    Finished,
    Halted,
    Intended,
    Judged,
    Looked,
    Moved,
    Receipt,
    Recovered,
    Resumed,
    Started,
    UnitSeen,
)
from upgrader.judgement.moves.progress import begin
from upgrader.judgement.people.residue import Events
from upgrader.model.drain import LogOffBatch
from upgrader.model.failover import FailoverState, Role
from upgrader.model.law import Signal
from upgrader.model.names import Instant
from upgrader.model.plan import EvictSession, Plan, ReloadStandby, Step, step_name
from upgrader.model.report import (
    Band,
    LookPoint,
    StepLine,
    Story,
    TimelineKind,
    TimelineLine,
    UnitPoint,
)
from upgrader.model.words import many

_ACTIVE = FailoverState.ACTIVE.value


def tell(plan: Plan, entries: Sequence[Entry]) -> Story:
    """Tell the whole run; instants count from its first entry."""
    origin = entries[0].at if entries else Instant(0)
    return Story(
        bands=_bands(plan, entries, origin),
        looks=tuple(_looks(entries, origin)),
        steps=_steps(plan, entries, origin),
        timeline=tuple(_timeline(entries, origin)),
    )


def events_of(entries: Iterable[Entry]) -> Events:
    """When a unit went away, and when it was coming up again, on the entries' axis."""
    departures: list[Instant] = []
    returns: list[Instant] = []
    intent: Intended | None = None
    away = False
    for entry in entries:
        match entry.body:
            case Intended() as body:
                intent = body
            case Receipt(outcome=outcome):
                if outcome != "never-arrived" and _is_reload(intent):
                    departures.append(entry.at)
                    away = True
            case Looked(units=units):
                dark = any(unit.is_silent for unit in units)
                if dark and not away:
                    departures.append(entry.at)
                away = away or dark
                if away and not dark and _gone_by(departures, entry.at):
                    # A return takes as long as its sync: each look of it is an instant of it.
                    returns.append(entry.at)
                    away = not _settled(units)
            case _:
                pass
    return Events(tuple(departures), tuple(returns))


def _is_reload(intent: Intended | None) -> bool:
    return intent is not None and isinstance(intent.step, ReloadStandby)


def _gone_by(departures: Sequence[Instant], at: Instant) -> bool:
    """A unit told to reload answers for some seconds yet: that is not its return."""
    return not departures or at - departures[-1] > 60_000


def _settled(units: Sequence[UnitSeen]) -> bool:
    return {unit.state for unit in units} == {_ACTIVE, FailoverState.STANDBY_READY.value}


def _bands(plan: Plan, entries: Sequence[Entry], origin: Instant) -> tuple[Band, ...]:
    bands: list[Band] = []
    phase, began, why = begin(plan).phase, Instant(0), "the plan was accepted"
    for entry in entries:
        if isinstance(entry.body, Arrived):
            at = Instant(entry.at - origin)
            bands.append(Band(phase.value, began, at, why))
            phase, began, why = entry.body.phase, at, entry.body.why
    bands.append(Band(phase.value, began, None, why))
    return tuple(bands)


def _looks(entries: Sequence[Entry], origin: Instant) -> Iterable[LookPoint]:
    for entry in entries:
        if isinstance(entry.body, Looked):
            points = [
                UnitPoint(u.role, u.serial, u.state, u.version, u.sessions, u.inactive)
                for u in entry.body.units
            ]
            yield LookPoint(Instant(entry.at - origin), tuple(points))


def _steps(plan: Plan, entries: Sequence[Entry], origin: Instant) -> tuple[StepLine, ...]:
    places = {planned.step: planned.typed.where for planned in plan.steps}
    steps: list[StepLine] = []
    open_step: tuple[Intended, Instant] | None = None
    for entry in entries:
        match entry.body:
            case Intended() as body:
                open_step = (body, Instant(entry.at - origin))
            case Receipt(outcome=outcome) if open_step is not None:
                steps.append(_step_line(len(steps) + 1, open_step, places, outcome))
                open_step = None
            case _:
                pass
    if open_step is not None:
        steps.append(_step_line(len(steps) + 1, open_step, places, "open"))
    return tuple(steps)


def _step_line(
    number: int, intent: tuple[Intended, Instant], places: dict[Step, str], outcome: str
) -> StepLine:
    body, at = intent
    step = LogOffBatch(body.step.serial, ()) if isinstance(body.step, LogOffBatch) else body.step
    where = places.get(step, "")
    return StepLine(number, step_name(body.step), where, body.lines, body.why, outcome, at)


# ── the timeline ───────────────────────────────────────────────────────────────────────


def _timeline(entries: Sequence[Entry], origin: Instant) -> Iterable[TimelineLine]:
    last: dict[Role, UnitSeen] = {}
    # Evictions in a row are one line: who reads a timeline wants the night, not a table.
    evicting: list[Entry] = []
    for entry in entries:
        at = Instant(entry.at - origin)
        match entry.body:
            case Intended(step=EvictSession()):
                evicting.append(entry)
            case Looked(units=units):
                for unit in units:
                    if not evicting:
                        for kind, text in _changes(last.get(unit.role), unit):
                            name = f"{unit.role.value} {unit.serial or ''}".rstrip()
                            yield TimelineLine(at, name, kind, text)
                    last[unit.role] = unit
            case Arrived() | Halted() if evicting:
                yield _evicted(evicting, origin)
                evicting = []
                yield from _told(at, entry)
            case _:
                yield from _told(at, entry)


def _evicted(intents: Sequence[Entry], origin: Instant) -> TimelineLine:
    typed = sum(isinstance(e.body, Intended) and bool(e.body.lines) for e in intents)
    text = f"{typed} orphaned rows logged off, each by its index"
    left = len(intents) - typed
    if left:
        text += f"; {left} were no longer what they had been, and stay"
    return TimelineLine(Instant(intents[0].at - origin), None, TimelineKind.ACT, text)


def _told(at: Instant, entry: Entry) -> Iterable[TimelineLine]:
    match entry.body:
        case Started(run=run):
            yield TimelineLine(at, None, TimelineKind.NOTE, f"the run {run} begins")
        case Resumed():
            yield TimelineLine(at, None, TimelineKind.NOTE, "another process takes the run over")
        case Recovered(dropped_bytes=dropped):
            text = f"the journal ended in a cut write of {dropped} bytes, which was dropped"
            yield TimelineLine(at, None, TimelineKind.NOTE, text)
        case Arrived(phase=phase, signal=signal, why=why):
            kind = TimelineKind.PHASE
            mark = "patience ended: " if signal is Signal.PATIENCE_ENDED else ""
            yield TimelineLine(at, None, kind, f"{phase.value}: {mark}{why}")
        case Judged(moment=moment, findings=findings):
            for finding in findings:
                waived = f" (waived: {finding.waived})" if finding.waived is not None else ""
                text = f"{finding.severity.value} {finding.rule} at {moment.value}{waived}"
                yield TimelineLine(at, None, TimelineKind.FINDING, f"{text}: {finding.evidence}")
        case Moved(why=why, move_kind="wait"):
            yield TimelineLine(at, None, TimelineKind.WAIT, why)
        case Intended(step=LogOffBatch(rows=rows)):
            text = f"log-off-batch: {many(len(rows), 'session')}, each by its index"
            yield TimelineLine(at, None, TimelineKind.ACT, text)
        case Intended(lines=lines, step=step):
            typed = "; ".join(lines) if len(lines) <= 6 else f"{len(lines)} lines"
            text = f"{step_name(step)}: {typed or 'nothing left to type'}"
            yield TimelineLine(at, None, TimelineKind.ACT, text)
        case Receipt(outcome="found-done" | "never-arrived" as outcome, why=why):
            yield TimelineLine(at, None, TimelineKind.ACT, f"{outcome}: {why}")
        case Halted(why=why):
            yield TimelineLine(at, None, TimelineKind.NOTE, f"halted: {why}")
        case Finished(outcome=outcome):
            yield TimelineLine(at, None, TimelineKind.NOTE, f"the run ends: {outcome.value}")
        case _:
            pass


def _changes(before: UnitSeen | None, now: UnitSeen) -> Iterable[tuple[TimelineKind, str]]:
    if before is None:
        seen = now.state if now.dark else f"{now.state}, {now.version}"
        yield TimelineKind.STATE, "does not answer" if now.is_silent else seen
        return
    if before.state != now.state:
        word = "no longer answers" if now.is_silent else f"{before.state} → {now.state}"
        yield TimelineKind.STATE, word
    if now.version is not None and before.version not in {None, now.version}:
        yield TimelineKind.STATE, f"runs {now.version}, was {before.version}"
    if now.dark or before.dark or now.state != _ACTIVE:
        return
    if (before.sessions, before.inactive) != (now.sessions, now.inactive):
        yield TimelineKind.SESSIONS, _rows(before, now)


def _rows(before: UnitSeen, now: UnitSeen) -> str:
    def told(unit: UnitSeen) -> str:
        if unit.sessions is None:
            return "unknown"
        return f"{unit.sessions} with a tunnel, {unit.inactive or 0} without"

    return f"sessions: {told(before)} → {told(now)}"
