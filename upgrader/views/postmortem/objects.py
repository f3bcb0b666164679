"""A postmortem as one JSON object: what scripts rely on. Keys may be added, never renamed.

The timeline may have a hundred thousand lines: each stands on a line of its own.
"""

import json
from collections.abc import Iterable, Iterator, Sequence

from upgrader.model.cause import Breach, Cause, Mark
from upgrader.model.evidence import Coverage, Place, UnreadLines
from upgrader.model.night import Ending, Event, Life, Silence, UnitKnown
from upgrader.model.postmortem import (
    Impact,
    LeftOver,
    Postmortem,
    Reenactment,
    TodaysChecks,
    WhatIf,
)
from upgrader.views.json_values import SCHEMA, Json, dumps
from upgrader.views.postmortem.instants import Instants, instants_of
from upgrader.views.postmortem.saying import said_of
from upgrader.views.postmortem.sourcing import last_state, notes_of, reloads_of
from upgrader.views.postmortem.titles import title_of


def render(postmortem: Postmortem) -> str:
    """The object as text that ends with a newline; ASCII only."""
    return "".join(pieces(postmortem))


def pieces(postmortem: Postmortem) -> Iterator[str]:
    """The same, piece by piece: a hundred thousand rows are never held at once."""
    encode = json.JSONEncoder(ensure_ascii=True).encode
    yield dumps(_head(postmortem)).removesuffix("\n}\n")
    for name, rows in _long(postmortem):
        yield f',\n  "{name}": ['
        end = "]"
        for row in rows:
            yield f"{'' if end == ']' else ','}\n    {encode(row)}"
            end = "\n  ]"
        yield end
    yield "\n}\n"


def as_object(postmortem: Postmortem) -> dict[str, Json]:
    """The postmortem as plain JSON values."""
    return _head(postmortem) | {name: [*rows] for name, rows in _long(postmortem)}


def _long(postmortem: Postmortem) -> Iterator[tuple[str, Iterator[Json]]]:
    """The lists that may have a hundred thousand rows."""
    night = postmortem.night
    when = instants_of(night)
    yield "residue", (_left(left, when) for left in postmortem.left_over)
    yield "unread", map(_unread, night.unread)
    yield "lives", (_life(life, when) for life in night.lives)
    yield "timeline", (_event(event, when) for event in night.events)


def _head(postmortem: Postmortem) -> dict[str, Json]:
    """All but the long lists."""
    night = postmortem.night
    when = instants_of(night)
    played = postmortem.reenactment
    return {
        "schema": SCHEMA,
        "command": "replay",
        "outcome": postmortem.outcome.value,
        "exit_code": int(postmortem.exit_code),
        "verdict": postmortem.verdict,
        "summary": list(postmortem.summary),
        "began": when.iso(night.began),
        "ended": when.iso(night.ended),
        "lasted_ms": night.ended - night.began,
        "zone": night.zone,
        "units": [_unit(unit, postmortem) for unit in night.units],
        "sessions": _sessions(postmortem),
        "findings": [_finding(breach, when) for breach in postmortem.breaches],
        "outage_seconds": postmortem.impact.outage_seconds,
        "wall_seconds": postmortem.wall_seconds,
        "causes": [_cause(cause, when) for cause in postmortem.causes],
        "breaches": [_breach(breach, when) for breach in postmortem.breaches],
        "impact": _impact(postmortem.impact, when),
        "todays_checks": _checks(postmortem.todays_checks, when),
        "what_ifs": [_what_if(variant) for variant in postmortem.what_ifs],
        "reenactment": None if played is None else _played(played),
        "divergence": postmortem.divergence,
        "went_well": list(postmortem.went_well),
        "to_change": list(postmortem.to_change),
        "next": {
            "commands": list(postmortem.next.commands),
            "lines": list(postmortem.next.lines),
        },
        "notes": list(notes_of(postmortem)),
        "anonymised": postmortem.anonymised,
        "written": list(postmortem.written),
        "clocks": [
            {
                "name": clock.name,
                "offset_ms": clock.offset_ms,
                "uncertainty_ms": clock.uncertainty_ms,
                "how": clock.how,
                "known": clock.known,
            }
            for clock in night.clocks
        ],
        "silences": [_silence(silence, when) for silence in night.silences],
        "coverage": [_coverage(one) for one in night.coverage],
        "sources": [
            {
                "name": source.name,
                "kind": source.kind.value,
                "lines": source.lines,
                "records": source.records,
                "screens": source.screens,
                "unread": source.unread,
                "duplicates": source.duplicates,
                "note": source.note,
            }
            for source in night.sources
        ],
    }


# ── the timeline ───────────────────────────────────────────────────────────────────────


def _event(event: Event, when: Instants) -> Json:
    return {
        "at": when.iso(event.at),
        "at_ms": when.since(event.at),
        "slack_ms": event.slack_ms,
        "unit": None if event.unit is None else event.unit.value,
        "kind": event.kind.value,
        "what": event.what.value,
        "text": event.text,
        "says": said_of(event),
        "source": _source(event.places),
        "inferred": event.inferred,
        "number": event.number,
        "fields": dict(event.fields),
    }


def _unread(lines: UnreadLines) -> Json:
    return {
        "file": lines.file,
        "first": lines.first,
        "last": lines.last,
        "why": lines.why,
        "sample": lines.sample,
    }


def _source(places: Iterable[Place]) -> list[Json]:
    return [{"file": place.file, "line": place.line} for place in places]


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


def _unit(known: UnitKnown, postmortem: Postmortem) -> Json:
    return {
        "serial": known.serial,
        "role": known.role.value,
        "state": last_state(postmortem.night, known) or None,
        "version": known.version_last,
        "reloads": len(reloads_of(postmortem.night, known)),
        "hostname": known.hostname,
        "model": known.model,
        "version_first": known.version_first,
        "hosts": list(known.hosts),
    }


def _sessions(postmortem: Postmortem) -> Json:
    """What became of all; `kept` and the others but `orphaned` and `leaked` add up to `before`."""
    impact = postmortem.impact
    back = sum(
        1
        for life in postmortem.night.lives
        if life.resumed and life.ending in (Ending.OPEN, Ending.UNKNOWN)
    )
    reconnected = min(impact.kept, back)
    return {
        "before": impact.sessions,
        "kept": impact.kept - reconnected,
        "reconnected": reconnected,
        "ended": impact.ended,
        "lost": impact.lost,
        "unknown": impact.unknown,
        "orphaned": impact.orphaned,
        "leaked": impact.leaked,
    }


def _life(life: Life, when: Instants) -> Json:
    return {
        "user": life.user,
        "public": life.public,
        "address": life.address,
        "began": when.iso(life.began),
        "began_ms": when.since(life.began),
        "ended": when.iso(life.ended),
        "ended_ms": when.since(life.ended),
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
        "source": _source(life.places),
    }


def _impact(impact: Impact, when: Instants) -> Json:
    return {
        "sessions": impact.sessions,
        "kept": impact.kept,
        "lost": impact.lost,
        "ended": impact.ended,
        "unknown": impact.unknown,
        "orphaned": impact.orphaned,
        "leaked": impact.leaked,
        "users": list(impact.users),
        "user_minutes": impact.user_minutes,
        "outage_seconds": impact.outage_seconds,
        "harmed_from": when.iso(impact.harmed_from),
        "harmed_from_ms": when.since(impact.harmed_from),
        "harmed_until": when.iso(impact.harmed_until),
        "harmed_until_ms": when.since(impact.harmed_until),
    }


def _left(left: LeftOver, when: Instants) -> Json:
    return {
        "kind": left.kind,
        "unit": left.unit,
        "index": left.index,
        "user": left.user,
        "address": left.address,
        "since": when.iso(left.since),
        "since_ms": when.since(left.since),
        "sure": left.sure,
        "source": [_spelt(place) for place in left.places],
    }


def _spelt(place: str) -> Json:
    """A `file:line` taken apart."""
    file, _, line = place.rpartition(":")
    return {"file": file, "line": int(line)} if line.isdecimal() else {"file": place, "line": None}


# ── judgements ─────────────────────────────────────────────────────────────────────────


def _cause(cause: Cause, when: Instants) -> Json:
    return {
        "cause": cause.name.value,
        "title": title_of(cause),
        "likelihood": cause.likelihood.value,
        "says": cause.says,
        "for": _marks(cause.speaks_for),
        "against": _marks(cause.speaks_against),
        "settled_by": list(cause.settled_by),
        "harm_at": when.iso(cause.harm_at),
        "harm_at_ms": when.since(cause.harm_at),
        "people": list(cause.people),
    }


def _marks(marks: Sequence[Mark]) -> list[Json]:
    return [{"text": mark.text, "source": _source(mark.places)} for mark in marks]


def _breach(breach: Breach, when: Instants) -> Json:
    return {
        "at": when.iso(breach.at),
        "at_ms": when.since(breach.at),
        "name": breach.name,
        "says": breach.says,
        "invariant": breach.invariant,
        "source": _source(breach.places),
    }


def _finding(breach: Breach, when: Instants) -> Json:
    """A breach by the names that every command's findings have."""
    return {
        "rule": breach.name,
        "severity": "blocker" if breach.invariant else "warning",
        "evidence": breach.says,
        "consequence": "",
        "remedy": "",
        "waived": None,
        "at": when.iso(breach.at),
        "source": _source(breach.places),
    }


def _checks(checks: TodaysChecks, when: Instants) -> Json:
    return {
        "answer": checks.answer,
        "known": checks.known,
        "stops": [
            {
                "rule": stop.rule,
                "at": when.iso(stop.at),
                "at_ms": when.since(stop.at),
                "before": stop.before,
                "evidence": stop.evidence,
                "severity": stop.severity,
            }
            for stop in checks.stops
        ],
    }


def _what_if(variant: WhatIf) -> Json:
    return {
        "change": variant.change,
        "says": variant.says,
        "kept": variant.kept,
        "lost": variant.lost,
        "orphaned": variant.orphaned,
        "leaked": variant.leaked,
        "outage_seconds": variant.outage_seconds,
        "stopped_by": variant.stopped_by,
        "saved_users": list(variant.saved_users),
        "note": variant.note,
    }


def _played(played: Reenactment) -> Json:
    return {
        "same": played.same,
        "of": played.of,
        "whole": played.is_whole,
        "unlike": [{"says": unlike.says, "why": unlike.why} for unlike in played.unlike],
        "assumed": list(played.assumed),
        "lost": played.lost,
        "orphaned": played.orphaned,
        "leaked": played.leaked,
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
