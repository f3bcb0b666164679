"""Heads of lines, remembered: of a million lines most begin as the one before did.

A head is read in full once an hour; of the others only the minutes, or the seconds, are read. The
same head again within a second costs one look into a dictionary, and one that differs in its
seconds two: where they stand is remembered by the head's length.
"""

import re
import struct
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from upgrader.dialect.syslog.harvest import Sender
from upgrader.dialect.syslog.shapes import MOST_HEAD, Head, read_head
from upgrader.dialect.syslog.stamps import DAY, MINUTE, Order, Stamp
from upgrader.model.evidence import Stamped

_SECONDS = re.compile(rb"(?<![:.0-9A-Fa-f])[0-2]\d:[0-5]\d:([0-5]\d)(?:[.,](\d{1,9}))?(?!:?\d)")
_FIVE = ord("5")
_NEW_YEAR = 300 * DAY
_MOST_REMEMBERED = 20_000
_MOST_SENDERS = 2_000
OTHERS = "(others)"
"""Whose lines these are where more hosts than can be told apart have written."""


@dataclass(slots=True, eq=False)
class Minutes:
    """What all heads that differ in their seconds only have in common."""

    sender: Sender
    minute: int | None
    """Since 1970; None: no stamp."""
    at: int | None
    """The minute's beginning in milliseconds."""
    received: int | None
    stamps: int
    """How many stamps there are whose seconds can be read alone; 0: read each head in full."""
    in_window: bool
    received_by: str
    offset_ms: int
    """From UTC to the digits as printed, where a zone is."""
    second: tuple[int, int] | None
    """Where the seconds stand, if there is one stamp, and no fraction of a second."""


class Heads:
    """The senders of a file, found by what stands before their messages."""

    __slots__ = (
        *(
            "_by_head",
            "_by_hour",
            "_by_minute",
            "_cuts",
            "_day_first",
            "_file",
            "_hosts",
            "_instants",
            "_last_yearless",
        ),
        *("_modified", "_since", "days_first", "guessed_days"),
        *(
            "_until",
            "collectors",
            "doubtful_zones",
            "rolled",
            "senders",
            "unsynchronised",
            "yearless",
        ),
    )

    def __init__(
        self,
        file: str,
        *,
        modified: int | None,
        hosts: tuple[str, ...],
        since: int | None,
        until: int | None,
        day_first: bool = False,
    ) -> None:
        self._day_first = day_first
        self.guessed_days = self.days_first = False
        self._file, self._modified = file, modified
        self._hosts = tuple(host.lower() for host in hosts)
        self._since, self._until = since, until
        self._by_head: dict[bytes, Minutes] = {}
        self._by_minute: dict[bytes, Minutes] = {}
        self._by_hour: dict[bytes, tuple[int, Minutes]] = {}
        self._cuts: dict[int, tuple[tuple[int, int], ...]] = {}
        self._instants: dict[bytes, tuple[int | None, int | None]] = {}
        self._last_yearless: int | None = None
        self.senders: dict[tuple[str, str], Sender] = {}
        self.collectors: dict[str, Stamped] = {}
        self.doubtful_zones: set[str] = set()
        self.rolled = False
        self.yearless = False
        self.unsynchronised = 0

    def minutes_of(self, head: bytes) -> Minutes:
        """The sender and minute of what stands before a message."""
        found = self._by_head.get(head)
        if found is None:
            if len(self._by_head) >= _MOST_REMEMBERED:
                self._by_head.clear()
            key = _without_seconds(head, self._cuts.get(len(head), ()))
            found = None if key is None else self._by_minute.get(key)
            if found is None:
                found = self._of_minute(head)
            self._by_head[head] = found
        return found

    def _of_minute(self, head: bytes) -> Minutes:
        """The same, of a head of which it is not known where its seconds stand."""
        cuts = _seconds_in(head)
        self._cuts[len(head)] = cuts
        key = _without_seconds(head, cuts)
        assert key is not None, "what was found there are digits"
        found = self._by_minute.get(key)
        if found is None:
            if len(self._by_minute) >= _MOST_REMEMBERED:
                self._by_minute.clear()
                self._by_hour.clear()
            found = self._by_minute[key] = self._of_hour(head, key, cuts)
        return found

    def _of_hour(self, head: bytes, key: bytes, cuts: tuple[tuple[int, int], ...]) -> Minutes:
        """The same, of a head of a new minute; `key` is all of it but its seconds.

        One stamp that differs from another in its minutes tells so many minutes more.
        """
        if not cuts:
            return self._read(head)
        start = cuts[0][0] - len("00:")
        printed = int(head[start : start + 2])
        hour = key[:start] + key[start + 2 :]
        known = self._by_hour.get(hour)
        if known is None:
            found = self._read(head)
            if found.stamps == 1:
                self._by_hour[hour] = printed, found
            return found
        before, found = known
        assert found.minute is not None, "a head with a stamp has a minute"
        assert found.at is not None, "a head with a stamp has an instant"
        minute, at = found.minute + printed - before, found.at + (printed - before) * MINUTE
        return replace(
            found, minute=minute, at=at, in_window=self._reaches(minute, found.offset_ms)
        )

    def instants_of(self, head: bytes, minutes: Minutes) -> tuple[int | None, int | None]:
        """When a line was stamped, and when a collector says that it came, in milliseconds."""
        if minutes.at is None:
            return None, None
        if minutes.stamps and minutes.second is not None:
            start, end = minutes.second
            return minutes.at + int(head[start:end]) * 1000, None
        known = self._instants.get(head)  # Many lines are of one second.
        if known is None:
            if len(self._instants) >= _MOST_REMEMBERED:
                self._instants.clear()
            known = self._instants[head] = self._instants_in(head, minutes)
        return known

    def _instants_in(self, head: bytes, minutes: Minutes) -> tuple[int | None, int | None]:
        """The same, of a head that is new."""
        if minutes.at is None or not minutes.stamps:
            read = self._head(head)
            return _at(read.stamp), _at(read.received)
        times = _SECONDS.findall(head)
        received = None if minutes.received is None else minutes.received + _within(times[0])
        return minutes.at + _within(times[-1]), received

    def counts(self, at: int | None, offset_ms: int) -> bool:
        """Whether an instant is within the window, by the digits as printed.

        No instant is, where there is no window.
        """
        if self._since is None and self._until is None:
            return True
        if at is None:
            return False
        printed = at + offset_ms
        return (self._since is None or printed >= self._since) and (
            self._until is None or printed <= self._until
        )

    def _reaches(self, minute: int, offset_ms: int) -> bool:
        """Whether any of a minute is within the window, by the digits as printed."""
        printed = minute * MINUTE + offset_ms
        return (self._since is None or printed + MINUTE > self._since) and (
            self._until is None or printed <= self._until
        )

    def _head(self, head: bytes) -> Head:
        text = head[-MOST_HEAD:].decode("utf-8", "replace")
        return read_head(text, self._modified, day_first=self._day_first)

    def _read(self, head: bytes) -> Minutes:
        read = self._head(head)
        stamp, received = read.stamp, read.received
        sender = self._sender(read)
        self._notice(stamp)
        if stamp is None:
            return Minutes(sender, None, None, None, 0, self.counts(None, 0), "", 0, None)
        stamps = 1 if received is None else 2
        times = _SECONDS.findall(head)
        readable = len(times) == stamps
        cuts = _seconds_in(head)
        minute = stamp.at // MINUTE
        # An offset of odd seconds does not exist: the minute is the digits' minute.
        at = stamp.at - _within(times[-1]) if readable else minute * MINUTE
        came = None if received is None else received.at - (_within(times[0]) if readable else 0)
        return Minutes(
            sender,
            minute,
            at,
            came,
            stamps if readable else 0,
            self._reaches(minute, stamp.offset_ms),
            self._collectors(received),
            stamp.offset_ms,
            cuts[0] if readable and len(cuts) == stamps == 1 else None,
        )

    def _collectors(self, received: Stamp | None) -> str:
        """The name of the clock by which lines came in; empty: nobody tells when."""
        if received is None:
            return ""
        name = f"{self._file} collector{_suffix(received)}"
        before = self.collectors.get(name)
        precision = max(received.precision_ms, 0 if before is None else before.precision_ms)
        self.collectors[name] = Stamped(
            name, "", precision, received.has_zone, self._has_date(received), collector=True
        )
        return name

    def _has_date(self, stamp: Stamp | None) -> bool:
        return stamp is not None and (stamp.has_year or self._modified is not None)

    def _sender(self, read: Head) -> Sender:
        stamp = read.stamp
        host = read.host
        clock = self._clock(host, read)
        if len(self.senders) >= _MOST_SENDERS and (host, clock) not in self.senders:
            host = OTHERS
            clock = self._clock(host, read)
        sender = self.senders.get((host, clock))
        precision = 1000 if stamp is None else stamp.precision_ms
        if sender is None:
            sender = self.senders[host, clock] = Sender(
                self._file,
                host,
                clock,
                precision,
                has_zone=stamp is not None and stamp.has_zone,
                has_date=self._has_date(stamp),
                collector=read.by_collector,
                wanted=self._is_wanted(host),
            )
        sender.precision_ms = max(sender.precision_ms, precision)
        return sender

    def _clock(self, host: str, read: Head) -> str:
        """The name of the clock by which a host's lines are stamped."""
        owner = "collector" if read.by_collector else host
        return f"{self._file} {owner}".rstrip() + _suffix(read.stamp)

    def _is_wanted(self, host: str) -> bool:
        if not self._hosts:
            return True
        names = host.lower().split()
        return any(
            name == wanted or name.startswith(f"{wanted}.")
            for name in (*names, host.lower())
            for wanted in self._hosts
        )

    def _notice(self, stamp: Stamp | None) -> None:
        """Keep in mind what a person should know of the stamps."""
        if stamp is None:
            return
        self.guessed_days |= stamp.order is Order.EITHER
        self.days_first |= stamp.order is Order.DAY_FIRST
        if stamp.zone and not stamp.has_zone:
            self.doubtful_zones.add(stamp.zone)
        if not stamp.synchronised:
            self.unsynchronised += 1
        if stamp.has_year:
            return
        self.yearless = True
        # A step back of most of a year is a new year's night: the clock's own steps are smaller.
        if self._last_yearless is not None and stamp.at < self._last_yearless - _NEW_YEAR:
            self.rolled = True
        self._last_yearless = stamp.at


def _suffix(stamp: Stamp | None) -> str:
    """What tells clocks of one host apart: lines with and without a zone are of two clocks."""
    if stamp is None:
        return " (no stamp)"
    if stamp.has_zone:
        return " (UTC)"
    return f" ({stamp.zone})" if stamp.zone else ""


def _at(stamp: Stamp | None) -> int | None:
    return None if stamp is None else stamp.at


def _seconds_in(head: bytes) -> tuple[tuple[int, int], ...]:
    """Where its seconds and their fractions stand."""
    times = _SECONDS.finditer(head)
    return tuple(span for time in times for span in time.regs[1:] if span[0] >= 0)


def by_minute(heads: Iterable[bytes]) -> Counter[bytes]:
    """How many heads there are that differ in their seconds alone, with zeros for these.

    A log of a line a second has as many heads as lines.
    """
    found: Counter[bytes] = Counter()
    for alike in _grouped(heads, len):
        cuts = _seconds_in(alike[0])
        counted = Counter(_at_zero(alike, cuts))
        fronts = {head[: head.rfind(b"%")] for head in counted}
        if all(_seconds_in(front) == cuts for front in fronts):
            found.update(counted)
            continue
        for group in _grouped(alike, _seconds_in):
            found.update(_at_zero(group, _seconds_in(group[0])))
    return found


def _grouped(heads: Iterable[bytes], by: Callable[[bytes], object]) -> Iterable[list[bytes]]:
    """Heads that have the same of something, together."""
    groups: dict[object, list[bytes]] = {}
    for head in heads:
        groups.setdefault(by(head), []).append(head)
    return groups.values()


def _at_zero(heads: Sequence[bytes], cuts: tuple[tuple[int, int], ...]) -> list[bytes]:
    """Heads of one length with zeros for the digits at these places.

    They stay as they are where some have anything else there. All are done at once: what stands at
    one place in each of them is every so many bytes of them together.
    """
    if not cuts:
        return list(heads)
    length = len(heads[0])
    whole = bytearray(b"".join(heads))
    zeros = b"0" * len(heads)
    for start, end in cuts:
        for place in range(start, end):
            digits = whole[place::length]
            if not digits.isdigit() or (place == start and len(cuts) == 1 and max(digits) > _FIVE):
                return list(heads)
            whole[place::length] = zeros
    return [head for (head,) in struct.iter_unpack(f"{length}s", whole)]


def _without_seconds(head: bytes, cuts: tuple[tuple[int, int], ...]) -> bytes | None:
    """A head with a zero in place of each of these pieces; None: some piece is no such number.

    No head has zeros, so that it stays known where they stood.
    """
    if len(cuts) == 1:
        start, end = cuts[0]
        piece = head[start:end]
        return b"\0".join((head[:start], head[end:])) if piece < b"6" and piece.isdigit() else None
    pieces, done = [], 0
    for start, end in cuts:
        if not head[start:end].isdigit():
            return None
        pieces.append(head[done:start])
        done = end
    pieces.append(head[done:])
    return b"\0".join(pieces)


def _within(time: tuple[bytes, bytes]) -> int:
    """Milliseconds within the minute."""
    seconds, fraction = time
    return int(seconds) * 1000 + (int((fraction + b"00")[:3]) if fraction else 0)
