"""A postmortem as one JSON object: what scripts rely on. Keys may be added, never renamed.

The timeline may have a hundred thousand lines: each stands on a line of its own.
"""

from collections.abc import Iterator, Sequence

from upgrader.model.cause import Breach, Cause, Mark
from upgrader.model.night import Ending
from upgrader.model.postmortem import (
    LeftOver,
    Postmortem,
    Reenactment,
    TodaysChecks,
    WhatIf,
)
from upgrader.views.json_values import SCHEMA, Json, next_object, spelt_in_pieces
from upgrader.views.postmortem import night_json
from upgrader.views.postmortem.instants import Instants, instants_of
from upgrader.views.postmortem.night_json import source_of
from upgrader.views.postmortem.sourcing import notes_of
from upgrader.views.postmortem.surety import Stamps, knows_harm
from upgrader.views.postmortem.titles import title_of


def pieces(postmortem: Postmortem) -> Iterator[str]:
    """The object as text that ends with a newline; ASCII only.

    Piece by piece: a hundred thousand rows are never held at once.
    """
    stamps = Stamps(postmortem.night)
    return spelt_in_pieces(_head(postmortem, stamps), _long(postmortem, stamps))


def as_object(postmortem: Postmortem) -> dict[str, Json]:
    """The postmortem as plain JSON values."""
    stamps = Stamps(postmortem.night)
    lists = _long(postmortem, stamps)
    return _head(postmortem, stamps) | {name: [*rows] for name, rows in lists}


def _long(postmortem: Postmortem, stamps: Stamps) -> Iterator[tuple[str, Iterator[Json]]]:
    """The lists that may have a hundred thousand rows."""
    when = instants_of(postmortem.night)
    yield "residue", (_left(left, when) for left in postmortem.left_over)
    yield from night_json.long_lists(postmortem.night, stamps)


def _head(postmortem: Postmortem, stamps: Stamps) -> dict[str, Json]:
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
        "units": [night_json.unit_object(unit, night) for unit in night.units],
        "sessions": _sessions(postmortem),
        "findings": [_finding(breach, when) for breach in postmortem.breaches],
        "outage_seconds": postmortem.impact.outage_seconds,
        "wall_seconds": postmortem.wall_seconds,
        "causes": [_cause(cause, when) for cause in postmortem.causes],
        "breaches": [_breach(breach, when) for breach in postmortem.breaches],
        "impact": _impact(postmortem, when, stamps),
        "todays_checks": _checks(postmortem.todays_checks, when),
        "what_ifs": [_what_if(variant) for variant in postmortem.what_ifs],
        "reenactment": None if played is None else _played(played),
        "divergence": postmortem.divergence,
        "went_well": list(postmortem.went_well),
        "to_change": list(postmortem.to_change),
        "next": next_object(postmortem.next),
        "notes": list(notes_of(postmortem)),
        "anonymised": postmortem.anonymised,
        "written": list(postmortem.written),
        **night_json.as_object(night, stamps),
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


def _impact(postmortem: Postmortem, when: Instants, stamps: Stamps) -> Json:
    impact = postmortem.impact
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
        "harmed_exact": knows_harm(postmortem, stamps),
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
    return [{"text": mark.text, "source": source_of(mark.places)} for mark in marks]


def _breach(breach: Breach, when: Instants) -> Json:
    return {
        "at": when.iso(breach.at),
        "at_ms": when.since(breach.at),
        "name": breach.name,
        "says": breach.says,
        "invariant": breach.invariant,
        "source": source_of(breach.places),
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
        "source": source_of(breach.places),
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
