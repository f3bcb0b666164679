"""What a scan of one file yields, and the tallies that it is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from upgrader.model.evidence import Coverage, Minute, Record, Stamped, UnreadLines

_INFORMATIONAL = 1 << 32
"""A minute's tally is one number: its lines, and its lines of level 6 and 7 times this."""


@dataclass(frozen=True, slots=True)
class Harvest:
    """What one file says.

    Each line is a message (`messages`), known and no message (`known_lines`), or unread.
    """

    records: tuple[Record, ...]
    """In the order of lines; one line may say two things."""
    coverage: tuple[Coverage, ...]
    clocks: tuple[Stamped, ...]
    unread: tuple[UnreadLines, ...]
    """The first of them; `unread_lines` counts all."""
    lines: int
    duplicates: int
    """Messages that stand there more than once and count once."""
    messages: int
    """Messages of a firewall, whether or not they concern anybody."""
    known_lines: int
    """Empty lines, and the headings and settings that `show logging` prints."""
    unread_lines: int
    turns: tuple[int, ...]
    """When units changed role, left or came back, by the digits as printed."""
    people: Mapping[int, int]
    """How many messages tell of single persons, by the minute as printed."""
    people_dropped: bool
    """Whether messages about single persons were left out, for there were too many."""
    pair_dropped: bool
    """Whether even messages about the pair were."""
    sparse: bool
    """Whether there were more minutes than are tallied."""
    yearless: bool
    """Whether some stamp has no year."""
    rolled: bool
    """Whether a December without year stands before a January that was taken for an earlier one:
    `modified` was too late to tell."""
    unsynchronised: int
    """Stamps that say that the clock was not synchronised."""
    doubtful_zones: tuple[str, ...]
    """Zones' names that stand for several zones, and were not believed."""
    left_out: int
    """Messages of hosts that were not asked for."""
    guessed_days: bool = False
    """Whether some stamp, `05/11/2026`, may be of either day."""
    days_first: bool = False
    """Whether another one, `13/11/2026`, shows that the day stands first."""
    cut_lines: int = 0
    """Lines that were too long, and of which the beginning was read."""


@dataclass(slots=True)
class Sender:
    """The tally of one host by one of its clocks."""

    file: str
    host: str
    clock: str
    precision_ms: int
    has_zone: bool
    has_date: bool
    collector: bool
    wanted: bool
    """Whether it was asked for."""
    lines: int = 0
    minutes: dict[int, int] = field(default_factory=dict)
    ids: dict[int, int] = field(default_factory=dict)

    def count(self, number: int, lines: int) -> None:
        """So many lines of a message id."""
        self.lines += lines
        self.ids[number] = self.ids.get(number, 0) + lines

    def covered(self) -> Coverage:
        """The tally as it is handed on."""
        minutes: Mapping[int, Minute] = {
            minute: Minute(packed % _INFORMATIONAL, packed // _INFORMATIONAL)
            for minute, packed in sorted(self.minutes.items())
        }
        ids = dict(sorted(self.ids.items()))
        return Coverage(self.file, self.host, self.clock, minutes, ids, self.lines)

    def stamped(self) -> Stamped:
        """Its clock."""
        return Stamped(
            self.clock,
            "" if self.collector else self.host,
            self.precision_ms,
            self.has_zone,
            self.has_date,
            self.collector,
        )


def packed(severity: int, lines: int) -> int:
    """So many lines of a severity, as they are added to a minute's tally."""
    return lines + lines * _INFORMATIONAL if severity >= 6 else lines


MOST_RANGES = 500
_SAMPLE = 120


class Unread:
    """Lines that say nothing: all counted, the first of them kept as ranges."""

    __slots__ = ("_file", "_ranges", "lines")

    def __init__(self, file: str) -> None:
        self._file = file
        self._ranges: list[UnreadLines] = []
        self.lines = 0

    def add(self, line: int, why: str, sample: str) -> None:
        """One more line."""
        self.lines += 1
        last = self._ranges[-1] if self._ranges else None
        if last is not None and last.last == line - 1 and last.why == why:
            self._ranges[-1] = UnreadLines(self._file, last.first, line, why, last.sample)
        elif len(self._ranges) < MOST_RANGES:
            self._ranges.append(UnreadLines(self._file, line, line, why, sample[:_SAMPLE]))

    def ranges(self) -> tuple[UnreadLines, ...]:
        """Those that were kept."""
        return tuple(self._ranges)
