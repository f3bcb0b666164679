"""What becomes a record, and what is only counted: duplicates, bounds, and what nobody needs."""

from collections import deque
from sys import intern
from typing import NamedTuple

from upgrader.dialect.secrets import masked
from upgrader.dialect.syslog.harvest import Sender
from upgrader.dialect.syslog.messages import MESSAGES, PEOPLE, TYPED, masked_line, read_text
from upgrader.dialect.syslog.stamps import MINUTE
from upgrader.model.evidence import Place, Record, What

MOST_RECORDS = 120_000
"""Past so many, single persons are left out: a record takes about a kilobyte, with what is made
of it later."""
MOST_PAIR_RECORDS = 60_000
_MOST_OPAQUE = 10_000
_OPAQUE_EACH = 1_000
_LOST = 106_015
"""A packet of a connection that the unit does not know: a busy firewall writes of those all day,
and they tell something around a switchover only."""
_LOST_AROUND = 2 * MINUTE
_MOST_LOST = 2_000
_SWITCHES = frozenset({What.TO_ACTIVE, What.CLIENT_TO_ACTIVE})
_COMMON_EACH = 5
"""So many of them are kept, to be shown."""
_MOST_TURNS = 100_000
_MOST_TABLES = 200_000
_MOST_SEEN = 300_000

# Connections, translations, their refusals, rates and certificates: a busy firewall writes
# hundreds of these a second, and none tells of failover or of people's sessions. Source: the
# classes of the ASA syslog guide.
_COMMON = frozenset(
    {
        *range(106_001, 106_104),
        *range(302_003, 302_306),
        *range(303_002, 303_006),
        *(304_001, 304_002, 305_005, 305_006, 305_009, 305_010, 305_011, 305_012, 305_013),
        *(313_001, 313_004, 313_005, 313_008, 313_009, 338_001, 338_002, 338_004),
        *(419_001, 419_002, 434_002, 434_004, 500_003, 500_004, 602_303, 602_304, 607_001),
        *(609_001, 609_002, 702_307, 710_002, 710_003, 710_005, 710_006, 733_100),
        *(725_001, 725_002, 725_003, 725_007, 725_016, 734_001, 734_003),
        *(722_029, 722_030, 722_031, 722_035, 722_036, 722_055),
    }
)

TURNS = frozenset(
    {
        *(What.TO_ACTIVE, What.TO_STANDBY, What.RELOADED_BY, What.STARTUP_END, What.CRASHED),
        *(What.PEER_ABSENT, What.PEER_UP, What.BULK_STARTED, What.NO_RESPONSE),
    }
)
"""What makes a night: roles that move, units that leave and come back."""
_TURNING = frozenset(
    number
    for number, row in MESSAGES.items()
    if any(reading.what in TURNS | _SWITCHES for reading in row.readings)
)


class Line(NamedTuple):
    """A line with a message."""

    line: int
    number: int
    severity: int
    text: str
    """Masked as far as that is possible without knowing what it is."""
    sender: Sender
    at: int | None
    received: int | None
    received_by: str
    offset_ms: int
    """From `at` to the digits as they are printed."""


class Keeper:
    """The records of one file, as they are found."""

    __slots__ = (
        *("_file", "_ids", "_instants", "_losses", "_lost", "_lost_left", "_lost_until", "_most"),
        *("_opaque", "_opaque_of", "_records", "_seen", "_told", "duplicates", "pair_dropped"),
        *("people_dropped", "quiet", "turns"),
    )

    def __init__(self, file: str, most: int) -> None:
        self._file, self._most = file, most
        self._records: list[Record] = []
        self._opaque = self._losses = 0
        self._opaque_of: dict[int, int] = {}
        self._lost: deque[Line] = deque(maxlen=_MOST_LOST)
        self._lost_left = 0
        self._lost_until: int | None = None
        self._ids: dict[int, int] = {}
        self._instants: tuple[int | None, int | None] = (None, None)
        self._told: dict[tuple[str, ...], dict[str, str]] = {}
        self._seen: set[int] = set()
        self.quiet: set[int] = set()
        """Ids of which no more is to be kept, ever."""
        self.turns: list[int] = []
        self.duplicates = 0
        self.people_dropped = False
        self.pair_dropped = False

    def records(self) -> tuple[Record, ...]:
        """What was kept, in the order of lines."""
        return tuple(sorted(self._records, key=lambda record: record.place.line))

    def keep(self, found: Line) -> None:
        """One more message."""
        number = found.number
        row = MESSAGES.get(number)
        if row is None and not self._keeps_opaque(number):
            return
        if self.people_dropped and number in PEOPLE:
            return
        if number == _LOST and not self._is_near_switch(found) and not self._is_early_lost():
            self._lost.append(found)
            return
        if number in TYPED:
            found = found._replace(text=masked_line(found.text))
        if row is not None and not row.repeats and found.at is not None:
            sender = found.sender
            known = len(self._seen)
            if known > _MOST_SEEN:  # What is said again so much later is no copy.
                self._seen.clear()
                known = 0
            self._seen.add(hash((sender.clock, sender.host, found.at, number, found.text)))
            if len(self._seen) == known:
                self.duplicates += 1
                return
        self._write(found)
        if len(self._records) > self._most:
            self._make_room()

    def lose(self, line: int, text: str, sender: Sender, at: int | None) -> bool:
        """Keep a collector's word that it lost lines; False: it has said so too often.

        `sender`: whose line stood above it, by whose clock `at` is.
        """
        self._losses += 1
        if self._losses > _OPAQUE_EACH:
            return False
        place, fields = Place(self._file, line), {"reason": text, "told_by": "the collector"}
        self._records.append(
            Record(What.LOG_LOST, text, place, sender.clock, at, fields=fields, host=sender.host)
        )
        return True

    def _write(self, found: Line) -> None:
        """Make records of a line, one for each thing that it says."""
        line, number, severity, text, sender, at, received, received_by, offset_ms = found
        unit, told = read_text(number, text)
        if number in _TURNING:
            for what, _ in told:
                self._turned(what, at, offset_ms)
        if self.pair_dropped:
            return
        place = Place(self._file, line)
        # Much is said again, and once more by a night that is run again: it is held once.
        text, number = intern(text), self._ids.setdefault(number, number)
        if (at, received) == self._instants:
            at, received = self._instants
        else:
            self._instants = at, received
        for what, fields in told:
            # Most of what is told of a person names the same: one table serves all of it.
            key = (*fields, *fields.values())
            shared = self._told.get(key)
            if shared is None:
                shared = {name: intern(value) for name, value in fields.items()}
                self._told[(*shared, *shared.values())] = shared
            record = Record(
                what, text, place, sender.clock, at, unit, number, severity, shared,
                sender.host, received, received_by,
            )  # fmt: skip
            self._records.append(record)
        if len(self._told) > _MOST_TABLES:
            self._told.clear()

    def _turned(self, what: What, at: int | None, offset_ms: int) -> None:
        if at is not None and what in TURNS and len(self.turns) < _MOST_TURNS:
            self.turns.append(at + offset_ms)
        if what in _SWITCHES:
            self._switched(at)

    def _switched(self, at: int | None) -> None:
        """Keep the packets of lost connections around here."""
        before = tuple(self._lost)
        self._lost.clear()
        self._lost_left = _MOST_LOST
        self._lost_until = None if at is None else at + _LOST_AROUND
        for lost in before:
            if at is None or lost.at is None or lost.at >= at - _LOST_AROUND:
                self._write(lost)

    def _is_early_lost(self) -> bool:
        """Whether it is one of the first of its kind, which are kept to be shown."""
        kept = self._opaque_of.get(_LOST, 0)
        self._opaque_of[_LOST] = kept + 1
        return kept < _COMMON_EACH

    def _is_near_switch(self, found: Line) -> bool:
        if not self._lost_left:
            return False
        until = self._lost_until
        if until is not None and found.at is not None and found.at > until:
            self._lost_left = 0
            return False
        self._lost_left -= 1
        return True

    def _keeps_opaque(self, number: int) -> bool:
        if number in self.quiet:
            return False
        kept = self._opaque_of.get(number, 0) + 1
        self._opaque_of[number] = kept
        self._opaque += 1
        if kept >= (_COMMON_EACH if number in _COMMON else _OPAQUE_EACH):
            self.quiet.add(number)
        return self._opaque <= _MOST_OPAQUE

    def _make_room(self) -> None:
        """Leave out single persons; where that is not enough, all that comes from now on."""
        if not self.people_dropped:
            self.people_dropped = True
            self.quiet |= PEOPLE
            self._records = [r for r in self._records if r.number not in PEOPLE]
            self._seen.clear()
            self._told.clear()
            self._most = min(self._most, MOST_PAIR_RECORDS)
        if len(self._records) > self._most:
            self.pair_dropped = True
            self.quiet |= MESSAGES.keys() - _TURNING


def sample_of(line: bytes) -> str:
    """The beginning of a line that says nothing, fit to be shown."""
    return masked(line[:400].decode("utf-8", "replace").strip())
