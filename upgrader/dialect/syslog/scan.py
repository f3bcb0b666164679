"""Reads a collector's file as it streams by: chunks of bytes in, a Harvest out.

Most lines of a busy firewall tell of connections, which concern nobody here. One pattern takes each
line apart into what stands before and behind the end of `%ASA-6-302013`; a Counter tallies the
fronts, and each different front is looked at once. Only lines whose id is in the table, or is not
known at all, become records.

Not chosen: a line at a time, each read as far as it goes (some three times as slow); one pattern
for whole lines with all their shapes (each new shape slows all others); a grok library
(`docs/decisions/0031-reading-syslog.md`).
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from operator import itemgetter

from upgrader.dialect.secrets import masked
from upgrader.dialect.syslog.exports import Reshape, reshape_of
from upgrader.dialect.syslog.frames import Frames, are_framed
from upgrader.dialect.syslog.harvest import Harvest, Unread, packed
from upgrader.dialect.syslog.heads import Heads, Minutes, by_minute
from upgrader.dialect.syslog.keeping import MOST_RECORDS, Keeper, Line, sample_of
from upgrader.dialect.syslog.messages import PEOPLE
from upgrader.dialect.syslog.shapes import FAMILIES, MOST_HEAD, TAG
from upgrader.dialect.syslog.stamps import MINUTE, year_end
from upgrader.dialect.syslog.strays import tells_of_loss, why_stray

MOST_MINUTES = 300_000
"""Half a year of one sender; what is longer is read again for one night."""
_MOST_TEXT = 4_096
_MOST_LINE = 16_384
_BLOCK = 1 << 20
_EACH = 8
_LEAST_VARIED = 100

_TAG = TAG.encode()
# Nothing is given back: a line that is no message costs one look, and not one per character.
_LINE = re.compile(rb"([^%%\n]{0,%d}+%s)?+(.*+)\n" % (MOST_HEAD, _TAG))
_GLUED = re.compile(
    rb"(?:(?:(?<!\S)\d{1,5} )?<\d{1,3}>|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
    rb"[ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\d\d:\d\d)[^%<\n]{0,200}" + _TAG
)
_LENIENT = re.compile(
    rf"(?<![\w-])%?\s?(?:{FAMILIES})-(?:[A-Za-z_]+-)?[0-7]-[0-9]{{6}}(?![0-9])".encode()
)
_COLOUR = re.compile(rb"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b\n]*\x07?|\x1b[()][0-9A-Z]")
_NO_FIELDS = re.compile(r"(?:- ){1,3}\s*")
"""What RFC 5424 puts between a message's name and its text where there is nothing."""
_ENDS = re.compile(r"\s*(?:#0(?:00|12|15))+$")
"""Line ends and zeros, as rsyslog escapes them."""
_QUOTED = re.compile(r'((?:[^"\\]|\\.|"")*+)"')
_ESCAPED = re.compile(r'\\u([0-9a-fA-F]{4})|\\([\\"/])|"(")')
_SETTINGS = re.compile(
    rb"Syslog logging: (?:en|dis)abled|\s+(?:Facility: \d+|Logging to \S+ |Device ID: |"
    rb"(?:Timestamp|Hide Username|Standby|Debug-trace|Console|Monitor|Buffer|Trap|History|Mail|"
    rb"ASDM|Permit-hostdown|FIPS|Deny Conn When Queue Full)[ \w]*(?:logging)?: |"
    rb"Global TCP syslog stats::|NOT_PUTABLE: |CHANNEL_FLAP_CNT: |PARTIAL_REWRITE_CNT: )"
)


class Scanner:
    """Reads one file, chunk by chunk; where the chunks end makes no difference.

    `modified`: when the file was written last, in milliseconds since 1970: stamps without a year
    are not after it. `year` says instead in which year the last line was written. `hosts`, `since`
    and `until` (milliseconds, by the lines' own stamps) limit what becomes a record. `day_first`:
    of `05/11/2026`, which may be either, whether it is the fifth of November.
    """

    __slots__ = (
        *(
            "_above",
            "_beginning",
            "_cut",
            "_file",
            "_frames",
            "_has_begun",
            "_heads",
            "_keeper",
            "_known",
            "_left_out",
        ),
        *("_lines", "_messages", "_minutes_left", "_people", "_quiet", "_reshape", "_skipping"),
        *("_tail", "_unread"),
    )

    def __init__(
        self,
        file: str,
        *,
        year: int | None = None,
        modified: int | None = None,
        hosts: tuple[str, ...] = (),
        since: int | None = None,
        until: int | None = None,
        most: int = MOST_RECORDS,
        day_first: bool = False,
    ) -> None:
        if modified is None and year is not None:
            modified = year_end(year)
        self._file = file
        self._heads = Heads(
            file, modified=modified, hosts=hosts, since=since, until=until, day_first=day_first
        )
        self._keeper = Keeper(file, most)
        self._unread = Unread(file)
        self._tail = b""
        self._skipping = False
        self._lines = self._messages = self._known = self._left_out = self._cut = 0
        self._minutes_left = MOST_MINUTES
        self._people: dict[int, int] = {}
        self._quiet: set[bytes] = set()
        self._has_begun = False
        self._reshape: Reshape | None = None
        self._beginning: bytes | None = b""
        """Of the file, until it is told whether its messages come with lengths; None: it is."""
        self._frames: Frames | None = None
        self._above = b""
        """What the last message that was read begins with."""

    def feed(self, data: bytes) -> None:
        """Read on."""
        if self._beginning is not None:
            data = self._beginning + data
            framed = are_framed(data)
            self._beginning = data if framed is None else None
            self._frames = Frames() if framed else None
            if framed is None:
                return
        self._take(data if self._frames is None else self._frames.lines(data))

    def close(self) -> Harvest:
        """What all that was fed says; the scanner is used up."""
        self._take(self._beginning or b"")
        self._take(b"" if self._frames is None else self._frames.rest())
        if self._tail:
            self._block(self._tail.replace(b"\0", b"") + b"\n")
            self._tail = b""
        heads, keeper = self._heads, self._keeper
        senders = [sender for _, sender in sorted(heads.senders.items()) if sender.lines]
        asked = [sender for sender in senders if sender.wanted]
        clocks = {sender.clock: sender.stamped() for sender in asked}
        for name, clock in heads.collectors.items():
            clocks.setdefault(name, clock)
        return Harvest(
            keeper.records(),
            tuple(sender.covered() for sender in asked),
            tuple(clocks.values()),
            self._unread.ranges(),
            lines=self._lines,
            duplicates=keeper.duplicates,
            messages=self._messages,
            known_lines=self._known,
            unread_lines=self._unread.lines,
            turns=tuple(keeper.turns),
            people=self._people,
            people_dropped=keeper.people_dropped,
            pair_dropped=keeper.pair_dropped,
            sparse=self._minutes_left <= 0,
            yearless=heads.yearless,
            rolled=heads.rolled,
            unsynchronised=heads.unsynchronised,
            doubtful_zones=tuple(sorted(heads.doubtful_zones)),
            left_out=self._left_out,
            guessed_days=heads.guessed_days,
            days_first=heads.days_first,
            cut_lines=self._cut,
        )

    def _take(self, data: bytes) -> None:
        """Read on, so many bytes at a time."""
        for start in range(0, len(data), _BLOCK):
            self._cut_up(data[start : start + _BLOCK])

    def _cut_up(self, data: bytes) -> None:
        """Cut into whole lines; of a line without end only the beginning is held."""
        if self._skipping:
            end = data.find(b"\n")
            if end < 0:
                return
            data = data[end:]
            self._skipping = False
        end = data.rfind(b"\n") + 1
        if end:
            block, cut = _shortened((self._tail + data[:end]).replace(b"\0", b""))
            self._cut += cut
            self._block(block)
            self._tail = data[end:]
        else:
            self._tail += data
        if len(self._tail) > _MOST_LINE:
            # Of zeros alone one is kept: a line that has begun is counted, and nothing is in it.
            self._tail = self._tail.replace(b"\0", b"") or b"\0"
        if len(self._tail) > _MOST_LINE:
            self._tail = self._tail[:_MOST_LINE]
            self._cut += 1
            self._skipping = True

    def _block(self, block: bytes) -> None:
        """Read whole lines, the last one with its end."""
        if b"\x1b" in block:
            block = _COLOUR.sub(b"", block)
        if not self._has_begun and (bare := block.lstrip()):
            self._has_begun = True
            begun = bare.partition(b"\n")[0][:_MOST_LINE]
            self._reshape = reshape_of(begun.decode("utf-8", "replace"))
        if self._reshape is not None:
            block = _reshaped(block, self._reshape)
        rows = _LINE.findall(block)
        first = self._lines + 1
        self._lines += len(rows)
        heads = [head for head, _ in rows]
        counts = by_minute(heads) if _are_varied(heads) else Counter(heads)
        headless = counts.pop(b"", 0)
        self._count(counts)
        glued: list[tuple[int, bytes, bytes]] = []
        if block.count(b"%") > len(rows) - headless:
            rows, glued = _unglued(first, rows)
        quiet = self._quiet
        kept = [
            (n, head, rest) for n, (head, rest) in enumerate(rows, first) if head[-6:] not in quiet
        ]
        if glued:
            self._count(Counter([head for _, head, _ in glued]))
            kept = sorted(kept + glued, key=itemgetter(0))
        texts = _texts([rest for _, _, rest in kept])
        for (line, head, rest), text in zip(kept, texts, strict=True):
            if head:
                self._message(line, head, text)
            elif self._headless(line, rest):
                self._lost(line, rest.strip(), self._last_head(rows[: line - first]))
        self._above = self._last_head(rows)

    def _last_head(self, rows: Sequence[tuple[bytes, bytes]]) -> bytes:
        """What the last message of these lines begins with, or else the last one above them."""
        return next((head for head, _ in reversed(rows) if head), self._above)

    def _count(self, counts: Mapping[bytes, int]) -> None:
        """Tally lines by what they begin with, up to their ids."""
        minutes_of = self._heads.minutes_of
        tallies: dict[tuple[Minutes, bytes], int] = {}
        for head, lines in counts.items():
            key = (minutes_of(head[: head.rfind(b"%")]), head[-8:])
            tallies[key] = tallies.get(key, 0) + lines
        for (minutes, tag), lines in tallies.items():
            self._tally(minutes, int(tag[2:]), tag[0] - 48, lines)

    def _tally(self, minutes: Minutes, number: int, severity: int, lines: int) -> None:
        self._messages += lines
        sender = minutes.sender
        if not sender.wanted:
            self._left_out += lines
        sender.count(number, lines)
        if minutes.minute is None or not minutes.in_window:
            return
        if number in PEOPLE and sender.wanted:
            printed = minutes.minute + minutes.offset_ms // MINUTE
            self._people[printed] = self._people.get(printed, 0) + lines
        before = sender.minutes.get(minutes.minute)
        if before is None:
            if self._minutes_left <= 0:
                return
            self._minutes_left -= 1
            before = 0
        sender.minutes[minutes.minute] = before + packed(severity, lines)

    def _message(self, line: int, head: bytes, text: str) -> None:
        """Make a record of a message, if it is asked for."""
        front, _, tag = head.rpartition(b"%")
        minutes = self._heads.minutes_of(front)
        sender = minutes.sender
        if not sender.wanted or not minutes.in_window:
            return
        keeper = self._keeper
        number = int(tag[-6:])
        if number in keeper.quiet:
            self._quiet.add(tag[-6:])
            return
        if not text:
            self._messages -= 1
            self._unread.add(line, "no text", sample_of(head))
            return
        if b'"' in front and front.count(b'"') % 2:
            text = _unquoted(text)
        elif b" times: [" in front:
            text = text.removesuffix("]")  # `message repeated 3 times: [ …]`
        at, received = self._heads.instants_of(front, minutes)
        if not self._heads.counts(at, minutes.offset_ms):
            return
        by, offset = minutes.received_by, minutes.offset_ms
        keeper.keep(Line(line, number, tag[-8] - 48, text, sender, at, received, by, offset))

    def _headless(self, line: int, text: bytes) -> bool:
        """A line that does not begin as messages do; whether a collector tells of a loss."""
        bare = text.strip()
        if not bare or _SETTINGS.match(text):
            self._known += 1
            return False
        found = _LENIENT.search(bare)
        if found is not None:
            front = bare[: found.start()][-MOST_HEAD:].replace(b"%", b" ")
            head = front + b"%" + found[0].lstrip(b"% ")
            self._count({head: 1})
            self._message(line, head, *_texts([bare[found.end() :]]))
        elif tells_of_loss(bare):
            return True
        else:
            self._unread.add(line, why_stray(bare), sample_of(bare))
        return False

    def _lost(self, line: int, text: bytes, above: bytes) -> None:
        """A collector's word that lines are missing here: of whom, nobody can say.

        Its own clock need not be that of any message: the one above tells when it was.
        """
        front = above[: above.rfind(b"%")]
        minutes = self._heads.minutes_of(front)
        at, _ = self._heads.instants_of(front, minutes)
        if self._heads.counts(at, minutes.offset_ms) and self._keeper.lose(
            line, sample_of(text), minutes.sender, at
        ):
            self._known += 1
        else:
            self._unread.add(line, "a collector says that it lost lines", sample_of(text))


def _shortened(block: bytes) -> tuple[bytes, int]:
    """The same lines with the beginning of those that are too long, and how many these are."""
    kept: list[bytes] = []
    begin = done = cut = 0
    while begin + _MOST_LINE < len(block):
        end = block.rfind(b"\n", begin, begin + _MOST_LINE + 1)
        if end < 0:
            kept.append(block[done : begin + _MOST_LINE])
            end = done = block.index(b"\n", begin + _MOST_LINE)
            cut += 1
        begin = end + 1
    return (b"".join((*kept, block[done:])) if cut else block), cut


def _are_varied(heads: Sequence[bytes]) -> bool:
    """Whether hardly a head comes twice: then it pays to look at what they are without seconds."""
    sample = heads[::_EACH]
    return len(sample) > _LEAST_VARIED and 2 * len(set(sample)) > len(sample)


def _unglued(
    first: int, rows: list[tuple[bytes, bytes]]
) -> tuple[list[tuple[bytes, bytes]], list[tuple[int, bytes, bytes]]]:
    """The same lines, and apart from them the messages that stand behind others in one line.

    Their line's end was lost, or they came with their lengths before them (RFC 6587).
    """
    alone: list[tuple[bytes, bytes]] = []
    glued: list[tuple[int, bytes, bytes]] = []
    for line, (head, rest) in enumerate(rows, first):
        found = list(_GLUED.finditer(rest)) if head and b"%" in rest else []
        ends = [*(each.start() for each in found[1:]), None]
        glued += [
            (line, each[0], rest[each.end() : end]) for each, end in zip(found, ends, strict=False)
        ]
        alone.append((head, rest[: found[0].start()] if found else rest))
    return alone, glued


def _texts(rests: list[bytes]) -> list[str]:
    """What stands behind ids, as text without secrets; in one go, for each step has its price."""
    if not rests:
        return []
    joined = b"\n".join([rest[:_MOST_TEXT] for rest in rests]).decode("utf-8", "replace")
    texts = masked(joined).split("\n")
    if len(texts) != len(rests):  # A private key, masked as a whole, ended some lines.
        texts = [masked(text) for text in joined.split("\n")]
    return [_text(text) for text in texts]


def _text(rest: str) -> str:
    text = rest.removeprefix(":").strip()
    if text[-4:-2] == "#0":
        text = _ENDS.sub("", text)
    if text.startswith("- "):
        text = _NO_FIELDS.sub("", text, count=1)
    return text


def _unquoted(text: str) -> str:
    """What stands before the quote that was opened before the message, without its escapes."""
    found = _QUOTED.match(text)
    inside = text if found is None else found[1]
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)) if m[1] else m[2] or m[3], inside)


def _reshaped(block: bytes, reshape: Reshape) -> bytes:
    """The same lines, each put in order."""
    lines = block.decode("utf-8", "replace").split("\n")
    return "\n".join([reshape(line) for line in lines]).encode("utf-8", "replace")
