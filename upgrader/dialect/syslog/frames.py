"""Messages that come with their lengths instead of lines' ends, as a TCP stream was saved.

    58 <166>Mar 14 2026 …61 <166>Mar 14 2026 …

RFC 6587, 3.4.1 (octet counting). Each message becomes a line, and counts as one.
"""

import re

_LENGTH = re.compile(rb"([1-9]\d{0,4}) (?=<\d{1,3}>)")
_MOST_LENGTH = len("12345 <166>")
_MOST_JUNK = 1 << 16
"""So much without a length is passed on as it is: a stream that was cut begins anywhere."""


def are_framed(beginning: bytes) -> bool | None:
    """Whether a file's first message is followed at once by the length of the next.

    Where a line's end stands between them, lines are lines, and their lengths only stand there.
    None: it takes more of the file to tell.
    """
    first = _LENGTH.match(beginning)
    if first is None:
        return None if len(beginning) < _MOST_LENGTH else False
    end = first.end() + int(first[1])
    if len(beginning) < end + _MOST_LENGTH:
        return None
    return beginning[end - 1 : end] != b"\n" and _LENGTH.match(beginning, end) is not None


class Frames:
    """Makes lines of a stream of such messages."""

    __slots__ = ("_rest",)

    def __init__(self) -> None:
        self._rest = b""

    def lines(self, data: bytes) -> bytes:
        """The messages that are complete by now, a line each.

        What stands between two messages and has no length is a line of its own.
        """
        data = self._rest + data
        found: list[bytes] = []
        at = 0
        while at < len(data):
            length = _LENGTH.match(data, at)
            if length is None:
                later = _next(data, at)
                if later is None and len(data) - at <= _MOST_JUNK:
                    break
                end = len(data) if later is None else later
            else:
                end = length.end() + int(length[1])
                if end > len(data):
                    break
            found.append(data[at:end].strip().replace(b"\n", b" ") + b"\n")
            at = end
        self._rest = data[at:]
        return b"".join(found)

    def rest(self) -> bytes:
        """What is left at the end of the stream: a message that was cut."""
        return self._rest


def _next(data: bytes, at: int) -> int | None:
    """Where the next message with a length begins behind damage; None: it is not to be seen.

    Digits of what was damaged may stand before a length: that one is right which leads to another.
    """
    for length in _LENGTH.finditer(data, at):
        for start in range(*length.span(1)):
            if _LENGTH.match(data, length.end() + int(data[start : length.end(1)])):
                return start
    return None
