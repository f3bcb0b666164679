"""A terminal's log that is too long to be held, without the middle of its longest replies.

An hour of `debug` is a million lines, and between them somebody may have typed a line that
mattered. Kept is what may be a prompt, what a unit says by itself, its messages but those of
connections, and the beginning of everything behind a prompt.
"""

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from upgrader.dialect.secrets import masked
from upgrader.dialect.terminals.notices import BEGINS

_STAMP = rb"(?:[\[<({|]?[A-Za-z]{0,3},? ?[\d:./,T_ -]{5,32}(?:[AP]M)?[\])>}|:]{0,2}\s+)?"
_WORTH = re.compile(
    rb"(?:> ?)*\s*(?:\x1b\S*\s?)?"
    + _STAMP
    + rb"(?:[A-Za-z0-9][\w.:/@-]{0,79}(?:\([\w-]{1,40}\))?[#>]|"
    + BEGINS.pattern.encode()
    + rb"|[=~]{3,}|Script )",
    re.IGNORECASE,
)
_MESSAGE = re.compile(rb"%(?:ASA|PIX|FTD)-(?:[a-z]+-)?[0-7]-(?!106|30[2-5]|313|609|710)\d{6}")
_HEAD = 400
"""Lines behind a prompt that are kept whatever they say. Our choice: the longest screen that is
read has fewer, but for listings of sessions."""
_LONGEST = 65_536


@dataclass(frozen=True, slots=True)
class Thinned:
    """What was kept of a long log."""

    text: str
    numbers: Sequence[int]
    """The line of the file that each of its lines is."""
    left: tuple[tuple[int, int, str], ...]
    """First and last of those that were left out, run by run, and the beginning of the first."""
    complete: bool
    """Whether the whole file was looked at; else it was more than may be kept."""


def thinned(chunks: Iterable[bytes], most: int) -> Thinned:
    """Keep at most so many bytes of a log that comes in pieces."""
    kept: list[bytes] = []
    numbers = array("q")
    left: list[tuple[int, int, str]] = []
    size = since = 0
    complete = True
    for number, line in enumerate(_lines(chunks), start=1):
        if _WORTH.match(line) is not None:
            since = 0
        elif since >= _HEAD and (b"%" not in line or _MESSAGE.search(line) is None):
            if left and left[-1][1] == number - 1:
                first, _, begins = left[-1]
                left[-1] = first, number, begins
            else:
                left.append((number, number, masked(line[:400].decode("utf-8", "replace"))[:120]))
            continue
        since += 1
        size += len(line) + 1
        if size > most:
            complete = False
            break
        kept.append(line)
        numbers.append(number)
    text = b"\n".join([*kept, b""]).decode("utf-8", "replace")
    return Thinned(text, numbers, tuple(left), complete)


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Whole lines; of one without end the beginning."""
    tail = b""
    for chunk in chunks:
        lines = (tail + chunk).split(b"\n")
        tail = lines.pop()[: _LONGEST + 1]
        yield from lines
    if tail:
        yield tail
