"""Heads of lines, remembered: of a million lines most begin as the one before did.

A head is read in full once a minute; of the others only the seconds are read. The same head again
within a second costs one look into a dictionary, and one that differs in its seconds two: where
they stand is remembered by the head's length.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from upgrader.dialect.syslog.harvest import Sender
from upgrader.dialect.syslog.shapes import MOST_HEAD, Head, read_head
from upgrader.dialect.syslog.stamps import DAY, MINUTE, Order, Stamp
from upgrader.model.evidence import Stamped

_SECONDS = re.compile(rb"(?<![:.0-9A-Fa-f])[0-2]\d:[0-5]\d:([0-5]\d)(?:[.,](\d{1,9}))?(?!:?\d)")
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
        *("_by_head", "_by_minute", "_cuts", "_day_first", "_file", "_hosts", "_last_yearless"),
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
        self._cuts: dict[int, tuple[tuple[int, int], ...]] = {}
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
            found = self._by_minute[key] = self._read(head)
        return found

    def by_minute(self, heads: Sequence[bytes]) -> dict[bytes, int]:
        """How many heads there are that differ in their seconds alone, by one of them.

        A log of a line a second has as many heads as lines.
        """
        found: Counter[bytes] = Counter()
        for length in set(map(len, heads)):
            group = [head for head in heads if len(head) == length]
            cuts = _seconds_in(group[0])
            keys = _cut(group, cuts)
            one_of = dict(zip(keys, group, strict=True))
            # Another head of that length may have its seconds elsewhere.
            odd = {key for key, head in one_of.items() if _seconds_in(head) != cuts}
            for key, lines in Counter(keys).items():
                if key not in odd:
                    found[one_of[key]] += lines
            if odd:
                found.update(h for h, key in zip(group, keys, strict=True) if key in odd)
        return found

    def instants_of(self, head: bytes, minutes: Minutes) -> tuple[int | None, int | None]:
        """When a line was stamped, and when a collector says that it came, in milliseconds."""
        if minutes.at is None:
            return None, None
        if not minutes.stamps:
            read = self._head(head)
            return _at(read.stamp), _at(read.received)
        if minutes.second is not None:
            start, end = minutes.second
            return minutes.at + int(head[start:end]) * 1000, None
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
        printed = minute * MINUTE + stamp.offset_ms
        in_window = (self._since is None or printed + MINUTE > self._since) and (
            self._until is None or printed <= self._until
        )
        return Minutes(
            sender,
            minute,
            at,
            came,
            stamps if readable else 0,
            in_window,
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


def _cut(heads: Sequence[bytes], cuts: tuple[tuple[int, int], ...]) -> list[bytes]:
    """Heads of one length with a zero in place of each of these pieces.

    One that has anything but a number there stays as it is.
    """
    if len(cuts) != 1:
        return [_without_seconds(head, cuts) or head for head in heads]
    start, end = cuts[0]
    pieces = {head[start:end] for head in heads}
    if all(piece < b"6" and piece.isdigit() for piece in pieces):
        return [head[:start] + b"\0" + head[end:] for head in heads]
    return [_without_seconds(head, cuts) or head for head in heads]


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
