"""Reading absence: whether a line would be in the files, had it been written.

That a message is missing proves something only if that unit's log reached a file in that minute,
at the message's level; if the id is one that reaches it at all; if the unit was the one that
sends; and if no line is known to be lost there. Otherwise nothing is known.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from upgrader.judgement.postmortem.telling.bands import Reign
from upgrader.model.evidence import Coverage
from upgrader.model.failover import Role
from upgrader.model.night import Silence

MINUTE_MS = 60_000
_INFORMATIONAL = 6
_GOES_ON = 30
"""Minutes in which a log that was heard must be heard again; holes in it are told besides."""
_AROUND = 1
"""Minutes to either side in which the unit may have written the line that shows it was heard."""


class Hearing(Enum):
    """Whether a line would stand in the files."""

    WOULD = "it would stand there"
    NO_LOG = "no log of that unit reached a file around then"
    LEVEL = "lines of that level did not reach the file"
    ID = "no line of that id reached the file at any time"
    STANDBY = "the unit was not active, and a standby's lines do not reach the file"
    GAP = "lines are known to be lost there"


@dataclass(frozen=True, slots=True)
class _Log:
    """What reached one file from one sender."""

    lines: Mapping[int, int]
    informational: int
    ids: Mapping[int, int]
    own: frozenset[Role]
    """Whose chassis it is; both for a seat, or for a name that both share."""


class Ears:
    """What was heard of both units, for asking often."""

    __slots__ = ("_active", "_gaps", "_logs", "_standby_logs")

    def __init__(
        self,
        coverage: Iterable[Coverage],
        hosts: Mapping[Role, Sequence[str]],
        active: Reign,
        standby_logs: bool | None,
        gaps: Iterable[tuple[Role | None, int, int]],
    ) -> None:
        self._active = active
        self._standby_logs = standby_logs
        self._gaps = tuple(gaps)
        self._logs = tuple(
            _Log(
                {minute: said.lines for minute, said in one.minutes.items()},
                sum(said.informational for said in one.minutes.values()),
                one.ids,
                one.owners(hosts),
            )
            for one in coverage
        )

    def hears(
        self,
        unit: Role | None,
        at: int,
        numbers: Sequence[int],
        *,
        severity: int = _INFORMATIONAL,
        until: int | None = None,
    ) -> Hearing:
        """Whether a line of one of these ids by that unit at that instant would be in a file.

        `unit` None: by whoever was active then. `until`: it might have come until then, and the
        log must go on behind that. Own buffers of a unit (`show logging`) count, too.
        """
        by = unit if unit is not None else self._active.at(at)
        end = at if until is None else until
        if any((who is None or who is by) and a <= end and at <= z for who, a, z in self._gaps):
            return Hearing.GAP
        verdict = Hearing.NO_LOG
        for log in self._logs:
            found = self._asked(log, by, at, end, numbers, severity)
            if found is Hearing.WOULD:
                return found
            if found is not Hearing.NO_LOG:
                verdict = found
        return verdict

    def _asked(
        self,
        log: _Log,
        by: Role | None,
        at: int,
        end: int,
        numbers: Sequence[int],
        severity: int,
    ) -> Hearing:
        if by is not None and log.own and by not in log.own:
            return Hearing.NO_LOG
        if not _around(log, at) or (end > at and not _goes_on(log, end)):
            return Hearing.NO_LOG
        serving = self._active.at(at)
        stood_by = by is not None and serving is not None and serving is not by
        if stood_by and self._standby_logs is not True:
            return Hearing.STANDBY
        if severity >= _INFORMATIONAL and not log.informational:
            return Hearing.LEVEL
        if not any(log.ids.get(number) for number in numbers):
            return Hearing.ID
        return Hearing.WOULD


def _around(log: _Log, at: int) -> bool:
    minute = at // MINUTE_MS
    return any(log.lines.get(near) for near in range(minute - _AROUND, minute + _AROUND + 1))


def _goes_on(log: _Log, at: int) -> bool:
    minute = at // MINUTE_MS
    return any(log.lines.get(later) for later in range(minute, minute + _GOES_ON))


def silences_of(
    coverage: Sequence[Coverage],
    hosts: Mapping[Role, Sequence[str]],
    active: Reign,
    away: Sequence[tuple[Role, int, int | None]],
    span: tuple[int, int],
    other_minutes: Iterable[int] = (),
) -> tuple[Silence, ...]:
    """The stretches in which a unit should have been heard, and was not.

    A log is expected to go on as it mostly does: a hole is as long as five of its usual pauses,
    and five minutes at least. A unit that was away or stood by is not expected to speak.
    `other_minutes`: those in which some other source, a terminal, tells something.
    """
    found: list[Silence] = []
    began, ended = span
    all_minutes = sorted({m for one in coverage for m in one.minutes} | set(other_minutes))
    found += [
        Silence(None, *hole, "no source has a line") for hole in _holes(all_minutes, began, ended)
    ]
    for unit in Role:
        mine = [one for one in coverage if unit in one.owners(hosts)]
        shared = any(one.owners(hosts) != {unit} for one in mine)
        minutes = sorted({m for one in mine for m in one.minutes})
        if not minutes or shared:
            continue
        for start, end in _holes(minutes, began, ended):
            for first, last in _expected(unit, start, end, active, away):
                if any(s.unit is None and s.began <= first and last <= s.ended for s in found):
                    continue
                found.append(Silence(unit, first, last, "none of its lines reached a file"))
    return tuple(sorted(found, key=lambda s: (s.began, s.ended, str(s.unit))))


_HOLE_MINUTES = 5
_PAUSES = 5
_FEW = 10


def _holes(minutes: Sequence[int], began: int, ended: int) -> list[tuple[int, int]]:
    """Holes in what was written, in milliseconds, whole minutes; minutes sorted."""
    if len(minutes) < _FEW:
        return []
    steps = sorted(b - a for a, b in pairwise(minutes))
    usual = steps[len(steps) * 9 // 10]
    least = max(_HOLE_MINUTES, _PAUSES * usual)
    edges = [began // MINUTE_MS - 1, *minutes, ended // MINUTE_MS + 1]
    return [
        (max((a + 1) * MINUTE_MS, began), min(b * MINUTE_MS, ended))
        for a, b in pairwise(edges)
        if b - a - 1 >= least
    ]


def _expected(
    unit: Role,
    start: int,
    end: int,
    active: Reign,
    away: Sequence[tuple[Role, int, int | None]],
) -> list[tuple[int, int]]:
    """The parts of a hole in which the unit should have been heard, each five minutes at least."""
    parts = [(start, end)]
    for who, left, back in away:
        if who is unit:
            returned = end if back is None else back
            parts = [
                piece
                for a, z in parts
                for piece in ((a, min(z, left)), (max(a, returned), z))
                if piece[0] < piece[1]
            ]
    parts = [piece for a, z in parts for piece in active.parts_of(unit, a, z)]
    return [(a, z) for a, z in parts if z - a >= _HOLE_MINUTES * MINUTE_MS]
