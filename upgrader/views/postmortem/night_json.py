"""A night as plain JSON values: what its records tell, before anybody judges it.

`exact` says whether the lines that tell of something stamp it. Where it is false, instants are
bounds: where an unstamped line stands among those that have a stamp.
"""

from collections.abc import Iterable, Iterator

from upgrader.model.evidence import Coverage, Place, SourceRead, UnreadLines
from upgrader.model.night import (
    Absence,
    ClockLine,
    Event,
    Life,
    Night,
    Silence,
    Switchover,
    UnitKnown,
)
from upgrader.views.json_values import Json
from upgrader.views.postmortem.instants import Instants, instants_of
from upgrader.views.postmortem.saying import said_of
from upgrader.views.postmortem.sourcing import last_state, reloads_of
from upgrader.views.postmortem.surety import Reach, Stamps, left_within


def as_object(night: Night, stamps: Stamps) -> dict[str, Json]:
    """The units' moves, the clocks, the gaps and the sources; not the long lists."""
    when = instants_of(night)
    return {
        "switchovers": [_switchover(move, when, stamps) for move in night.switchovers],
        "absences": [_absence(away, when, stamps) for away in night.absences],
        "clocks": [_clock(clock) for clock in night.clocks],
        "silences": [_silence(silence, when) for silence in night.silences],
        "coverage": [_coverage(one) for one in night.coverage],
        "sources": [_source_read(source) for source in night.sources],
    }


def long_lists(night: Night, stamps: Stamps) -> Iterator[tuple[str, Iterator[Json]]]:
    """The lists that may have a hundred thousand rows."""
    when = instants_of(night)
    yield "unread", map(_unread, night.unread)
    yield "lives", (_life(life, when, stamps) for life in night.lives)
    yield "timeline", (_event(event, when) for event in night.events)


def source_of(places: Iterable[Place]) -> list[Json]:
    """Where something is written: file and line."""
    return [{"file": place.file, "line": place.line} for place in places]


# ── what happened ──────────────────────────────────────────────────────────────────────


def _event(event: Event, when: Instants) -> Json:
    return {
        "at": when.iso(event.at),
        "at_ms": when.since(event.at),
        "exact": event.at is not None,
        **_between(event.between, when),
        "slack_ms": event.slack_ms,
        "unit": None if event.unit is None else event.unit.value,
        "kind": event.kind.value,
        "what": event.what.value,
        "text": event.text,
        "says": said_of(event),
        "source": source_of(event.places),
        "inferred": event.inferred,
        "number": event.number,
        "fields": dict(event.fields),
    }


def _between(reach: Reach | None, when: Instants) -> dict[str, Json]:
    """From when until when; null where that is not known, or there is a stamp."""
    if reach is None:
        return {"between": None, "between_ms": None}
    return {
        "between": [when.iso(at) for at in reach],
        "between_ms": [when.since(at) for at in reach],
    }


def _switchover(move: Switchover, when: Instants, stamps: Stamps) -> Json:
    is_exact = stamps.is_exact(move.at, move.places)
    return {
        "at": when.iso(move.at),
        "at_ms": when.since(move.at),
        "exact": is_exact,
        **_between(None if is_exact else stamps.reach(move.places), when),
        "to": move.to.value,
        "command": None if move.command is None else said_of(move.command),
        "reason": move.reason,
        "ready": move.ready,
        "gave_way": move.gave_way,
        "source": source_of(move.places),
    }


def _absence(away: Absence, when: Instants, stamps: Stamps) -> Json:
    return {
        "unit": away.unit.value,
        "left": when.iso(away.left),
        "left_ms": when.since(away.left),
        "left_exact": away.is_left_known,
        "left_until": when.iso(left_within(away, stamps)[1]),
        "back": when.iso(away.back),
        "back_ms": when.since(away.back),
        "back_exact": away.is_back_known,
        "synced_ms": when.since(away.synced),
        "why": away.why.value,
        "order": None if away.order is None else said_of(away.order),
        "was_active": away.was_active,
        "version_before": away.version_before,
        "version_after": away.version_after,
        "source": source_of(away.places),
    }


def _silence(silence: Silence, when: Instants) -> Json:
    return {
        "unit": None if silence.unit is None else silence.unit.value,
        "began": when.iso(silence.began),
        "began_ms": when.since(silence.began),
        "ended": when.iso(silence.ended),
        "ended_ms": when.since(silence.ended),
        "why": silence.why,
    }


# ── units and people ───────────────────────────────────────────────────────────────────


def unit_object(known: UnitKnown, night: Night) -> Json:
    """A unit, as far as the records name it, and how it ended."""
    return {
        "serial": known.serial,
        "role": known.role.value,
        "state": last_state(night, known) or None,
        "version": known.version_last,
        "reloads": len(reloads_of(night, known)),
        "hostname": known.hostname,
        "model": known.model,
        "version_first": known.version_first,
        "hosts": list(known.hosts),
    }


def _life(life: Life, when: Instants, stamps: Stamps) -> Json:
    return {
        "user": life.user,
        "public": life.public,
        "address": life.address,
        "began": when.iso(life.began),
        "began_ms": when.since(life.began),
        "ended": when.iso(life.ended),
        "ended_ms": when.since(life.ended),
        "exact": stamps.knows_life(life),
        "ending": life.ending.value,
        "reason": life.reason,
        "cut_ms": when.since(life.cut_at),
        "resumed_ms": [when.since(at) for at in life.resumed],
        "suspended_ms": [when.since(at) for at in life.suspended],
        "freed": life.freed,
        "again_ms": when.since(life.again),
        "unit": None if life.unit is None else life.unit.value,
        "group": life.group,
        "index": life.index,
        "source": source_of(life.places),
    }


# ── what was read ──────────────────────────────────────────────────────────────────────


def _clock(clock: ClockLine) -> Json:
    return {
        "name": clock.name,
        "offset_ms": clock.offset_ms,
        "uncertainty_ms": clock.uncertainty_ms,
        "how": clock.how,
        "known": clock.known,
    }


def _source_read(source: SourceRead) -> Json:
    return {
        "name": source.name,
        "kind": source.kind.value,
        "lines": source.lines,
        "records": source.records,
        "screens": source.screens,
        "unread": source.unread,
        "duplicates": source.duplicates,
        "note": source.note,
    }


def _unread(lines: UnreadLines) -> Json:
    return {
        "file": lines.file,
        "first": lines.first,
        "last": lines.last,
        "why": lines.why,
        "sample": lines.sample,
    }


def _coverage(one: Coverage) -> Json:
    """How much reached a file from one host; its minutes in three numbers."""
    known = [minute for minute in one.minutes.values() if minute.informational]
    return {
        "file": one.file,
        "host": one.host,
        "unit": None if one.unit is None else one.unit.value,
        "lines": one.lines,
        "minutes": len(one.minutes),
        "minutes_with_level_6": len(known),
        "ids": {str(number): count for number, count in sorted(one.ids.items())},
    }
