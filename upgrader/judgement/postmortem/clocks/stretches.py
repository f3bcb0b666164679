"""A chassis' clock through the night: where it is set, and begins anew.

A clock that is set, or that comes up in another year until it has heard its time server, is
several clocks one after another. Lines that came out of order are not that: they are sorted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import NamedTuple

from upgrader.model.evidence import Record, What
from upgrader.model.failover import Role

_DAY_MS = 86_400_000
_WILD_MS = 30 * _DAY_MS
_STEP_MS = 30_000
_HOUR_MS = 3_600_000
_SUNDAY, _LAST_WEEK = 6, 25
_TWICE = frozenset({0, 1, 2})
"""Hours that a night can have twice."""
_NEAR = 12
"""How many records of that clock later a jump may show that a boot made."""


class Jump(Enum):
    """Why a clock begins anew."""

    SET = "set"
    BOOT = "boot"
    """It comes up with another date, or is put right after that."""
    SUMMER = "summer time"


class Node(NamedTuple):
    """A clock that does not jump; a tuple, for each record is counted by its own."""

    clock: str
    writer: Role | None
    """Whose clock; None: one clock for all, or nobody knows."""
    stretch: int = 0


@dataclass(frozen=True, slots=True)
class Joint:
    """Where one stretch ends and the next begins."""

    before: Node
    after: Node
    step_ms: int
    """From the last stamp to the first one behind it."""
    why: Jump


def _jump(last: int, step: int, set_lately: bool, booted_lately: bool, tidy: bool) -> Jump | None:
    if abs(step) >= _WILD_MS or (booted_lately and step < -_STEP_MS * 10):
        return Jump.BOOT
    if set_lately and abs(step) > _STEP_MS:
        return Jump.SET
    if tidy and (abs(step + _HOUR_MS) <= _STEP_MS * 4 or _ends_summer(last, step)):
        return Jump.SUMMER
    return None


def _ends_summer(last: int, step: int) -> bool:
    """Whether the stamps fall back within the hour that a night of the calendar has twice.

    Nothing of ours need be written just then: where the pair was quiet, the step is shorter than
    the hour by as much. Europe's nights are the last Sundays of October, America's the first of
    November, those of the south the first of April (IANA time zone database).
    """
    before = datetime.fromtimestamp(last // 1_000, UTC)
    after = datetime.fromtimestamp((last + step) // 1_000, UTC)
    is_night = before.weekday() == _SUNDAY and (
        before.day >= _LAST_WEEK
        if before.month == 10
        else before.month in {4, 11} and before.day <= 7
    )
    return (
        step < -_STEP_MS
        and is_night
        and before.hour in _TWICE
        and ((before.date(), before.hour) == (after.date(), after.hour))
    )


def stretch_out(
    records: Sequence[Record], positions: Sequence[int], node: Node
) -> tuple[list[Node], list[Joint]]:
    """The stretch of each of the clock's records, and the joints between them.

    `positions` are those of `node`'s records, in the order of their lines. A record without stamp
    has the stretch of the one before it.
    """
    backward = _steps_back(records, positions)
    nodes: list[Node] = []
    joints: list[Joint] = []
    last: int | None = None
    since_set = since_boot = _NEAR + 1
    for n, at in enumerate(positions):
        record = records[at]
        since_set += 1
        since_boot += 1
        if record.what is What.CLOCK_SET:
            since_set = 0 if _jumps_into(records, positions, n, last) else -1
        elif record.what is What.STARTUP_BEGIN or record.what is What.STARTUP_END:
            since_boot = 0
        if record.at is not None:
            if last is not None and abs(record.at - last) > _STEP_MS:
                step = record.at - last
                why = _jump(last, step, since_set == 0, since_boot <= _NEAR, backward <= 1)
                if why is not None:
                    after = Node(node.clock, node.writer, node.stretch + 1)
                    joints.append(Joint(node, after, step, why))
                    node, since_set = after, _NEAR + 1
            last = record.at
        nodes.append(node)
    return nodes, joints


def _jumps_into(
    records: Sequence[Record], positions: Sequence[int], n: int, last: int | None
) -> bool:
    """Whether the record of a setting has the new time already, and not the old one."""
    here = records[positions[n]].at
    after = next((r.at for r in (records[p] for p in positions[n + 1 :]) if r.at is not None), None)
    if here is None or after is None or last is None:
        return after is None
    return abs(here - last) > abs(after - here)


def _steps_back(records: Sequence[Record], positions: Sequence[int]) -> int:
    """How often the stamps go back by more than lines that overtook each other do."""
    last: int | None = None
    back = 0
    for at in positions:
        stamp = records[at].at
        if stamp is None:
            continue
        back += last is not None and stamp < last - _STEP_MS
        last = stamp
    return back
