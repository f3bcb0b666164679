"""Where in a log without stamps a change of roles belongs that a later screen dates.

    fw# no failover active
    fw# show failover                                         ← of the mate, which serves now
    Last Failover at: 10:34:53 EDT Apr 29 2016

The screen tells when, the typed line tells where: between the two lies the change, and from there
on the lines of the log are of that hour. A screen alone is not enough, for it may tell of last
month; nor is a line, for it may have been refused.
"""

from collections.abc import Sequence
from dataclasses import replace

from upgrader.model.evidence import Record, What
from upgrader.model.failover import Role

_SLACK_MS = 120_000
"""How far apart the clocks of two units may be that are set alike. Our choice."""
LAST_FAILOVER = "Last Failover at: "
TOLD_LATER = ", told later"
"""How the clock of what a screen tells of the past is called, behind the unit's own."""


def dated(
    records: Sequence[Record], past: Sequence[Record]
) -> tuple[tuple[Record, ...], tuple[Record, ...]]:
    """The records in order with the changes of roles that were typed, and the rest of the past.

    `past` is what screens tell of earlier hours. A notice of the change (`Switching to Active`)
    gets its instant; where there is none, the screen's word is put behind the typed line.
    """
    told, left = list(records), []
    for moved in past:
        if moved.what is What.OPAQUE and moved.text.startswith(LAST_FAILOVER):
            given_up = _given_up(told, moved)
            if given_up is not None:
                told[given_up] = _at(told[given_up], moved)
                continue
        place = None
        if moved.what is What.TO_ACTIVE and moved.text.startswith(LAST_FAILOVER):
            place = _where(told, moved)
        if place is None:
            left.append(moved)
            continue
        notice = _notice(told, place, moved)
        if notice is None:
            clock = moved.clock.removesuffix(TOLD_LATER)
            fields = {**moved.fields, "anchor": "now"}
            told.insert(place + 1, replace(moved, clock=clock, fields=fields))
        else:
            told[notice] = _at(told[notice], moved)
    return tuple(told), tuple(left)


def _at(notice: Record, moved: Record) -> Record:
    """The notice, with the instant that a later screen tells."""
    dated_by = f"{LAST_FAILOVER}line {moved.place.line}"
    return replace(
        notice,
        at=moved.at,
        clock=moved.clock.removesuffix(TOLD_LATER),
        fields={**notice.fields, "anchor": "now", "dated_by": dated_by},
    )


def _given_up(told: Sequence[Record], moved: Record) -> int | None:
    """The place of the last `Switching to Standby` before the screen; None: there is none."""
    for n in range(len(told) - 1, -1, -1):
        record = told[n]
        if record.what is What.TO_STANDBY and record.unit is moved.unit:
            before = record.place.line < moved.place.line and record.at is None
            return n if before and _fits(told, n, moved) else None
    return None


def _where(told: Sequence[Record], moved: Record) -> int | None:
    """The place of the line that made the unit active; None: none was typed, or not then."""
    shown = next((n for n, r in enumerate(told) if r.place.line >= moved.place.line), len(told))
    for n in range(shown - 1, -1, -1):
        record = told[n]
        if record.what is What.COMMAND and _makes_active(record, moved.unit):
            return n if record.at is None and _fits(told, n, moved) else None
        serves = record.what is What.STATE and record.fields.get("state") == "Active"
        if serves and record.unit is moved.unit and record.fields.get("told_by") != "the prompt":
            return None  # It served already before the line was typed.
    return None


def _makes_active(record: Record, unit: Role | None) -> bool:
    if unit is None:
        return False
    match record.fields.get("command"):
        case "no failover active":
            return record.unit in (None, unit.other)
        case "failover active":
            return record.unit in (None, unit)
        case _:
            return False


def _fits(told: Sequence[Record], place: int, moved: Record) -> bool:
    """Whether the units' own clocks around that place leave room for the instant."""
    assert moved.at is not None, "the last failover has a time"
    before = [r.at for r in told[:place] if _by_unit(r) and r.at is not None]
    behind = [r.at for r in told[place:] if _by_unit(r) and r.at is not None]
    return (not before or before[-1] <= moved.at + _SLACK_MS) and (
        not behind or moved.at <= behind[0] + _SLACK_MS
    )


def _by_unit(record: Record) -> bool:
    """Whether it is stamped by a unit, at the moment of its line."""
    told_by = record.fields.get("told_by")
    return record.fields.get("anchor") == "now" and told_by != "the terminal program"


def _notice(told: Sequence[Record], place: int, moved: Record) -> int | None:
    """The place of the notice of that change; None: the console showed none."""
    for n in range(place + 1, len(told)):
        record = told[n]
        if record.place.line >= moved.place.line:
            return None
        if record.what is What.TO_ACTIVE and record.unit is moved.unit and record.at is None:
            return n
    return None
