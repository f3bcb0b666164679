"""Every record in its place: by its instant, or between those that stand around it.

A transcript without stamps has an order only. Where it shows something that another source
stamped, a typed line or a notice, it hangs there; the lines between two such places stand between
them. Where nothing at all is stamped, the longest source makes the order, a second a line.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from upgrader.judgement.postmortem.clocks.laying import Laid, stamp_of
from upgrader.judgement.postmortem.clocks.moments import Moment, command_of, moments, same_line
from upgrader.judgement.postmortem.clocks.offsets import Witness
from upgrader.judgement.postmortem.clocks.stretches import Node
from upgrader.model.evidence import Record, What
from upgrader.model.failover import Role

_A_LINE_MS = 1_000
_NOTICES = frozenset(
    {
        *(What.VERSIONS_DIFFER, What.VERSIONS_INCOMPATIBLE, What.SYNC_SENDING, What.SYNC_SENT),
        *(What.SYNC_RECEIVING, What.SYNC_RECEIVED, What.TO_ACTIVE, What.TO_STANDBY),
        *(What.PEER_UP, What.PEER_ABSENT, What.PEER_PRESENT, What.STARTUP_END),
    }
)
"""What a console shows when it happens, and nobody asked for."""


@dataclass(slots=True)
class Said:
    """A record in its place."""

    record: Record
    at: int | None
    slack_ms: int
    placed: int
    """When it happened, as far as its place tells; the same as `at` where that is known."""
    unit: Role | None
    writer: Role | None = None
    """Whose line it is by its sender."""
    inferred: bool = False
    until: int | None = None
    """Of a record without an instant: before what it stands at the latest; None: not known."""


@dataclass(slots=True)
class _Known:
    """What is placed already, to hang others on."""

    moments: dict[Moment, list[int]]
    typed: dict[tuple[int, str], list[tuple[int, str, Role | None]]]

    def add(self, record: Record, writer: Role | None, placed: int) -> None:
        for key in _keys(record, writer):
            self.moments.setdefault(key, []).append(placed)
        if record.what is What.COMMAND:
            line = command_of(record.fields.get("command", record.text))
            self.typed.setdefault(_drawer(line), []).append((placed, line, writer))

    def settle(self) -> None:
        for instants in self.moments.values():
            instants.sort()
        for lines in self.typed.values():
            lines.sort(key=lambda one: one[0])

    def find(self, record: Record, writer: Role | None, not_before: int) -> int | None:
        """The first instant from `not_before` on at which the same thing happened."""
        found: int | None = None
        for key in _keys(record, writer):
            instants = self.moments.get(key, [])
            n = bisect_left(instants, not_before)
            if n < len(instants) and (found is None or instants[n] < found):
                found = instants[n]
        if found is None and record.what is What.COMMAND:
            line = command_of(record.fields.get("command", record.text))
            lines = self.typed.get(_drawer(line), [])
            later = bisect_left(lines, not_before, key=lambda one: one[0])
            for placed, other, typed_on in lines[later:]:
                is_there = typed_on is None or writer is None or typed_on is writer
                if is_there and same_line(line, other):
                    return placed
        return found


def _drawer(line: str) -> tuple[int, str]:
    words = line.split()
    if words == ["wr"]:
        return 2, "w"
    return len(words), line[:1]


def _keys(record: Record, writer: Role | None) -> list[Moment]:
    if record.what in (What.STATE, What.PEER_STATE) and record.number is None:
        return []  # a prompt shows its state at each line
    if record.what is What.COMMAND and record.number is None:
        return []  # found by its words
    return [key for witness, key in moments(record, writer) if witness >= Witness.FAINT]


def place(
    records: Sequence[Record], wrote: Sequence[Role | None], laid: Laid
) -> tuple[list[Said], tuple[str, ...]]:
    """All records in the order in which they happened, and what a person should know of it."""
    placed: list[Said | None] = [None] * len(records)
    loose: dict[tuple[str, str], list[int]] = {}
    stamped = 0
    zero: dict[Node | None, tuple[int, int] | None] = {
        node: laid.instant(node, 0) for node in dict.fromkeys(laid.nodes)
    }
    for n, record in enumerate(records):
        stamp, shift = stamp_of(record), zero[laid.nodes[n]]
        if stamp is None or shift is None:
            loose.setdefault((record.place.file, record.clock), []).append(n)
            continue
        stamped += 1
        # The stamp's own object, where nothing is added to it: there may be a million.
        at = stamp + shift[0] if shift[0] else stamp
        placed[n] = Said(record, at, shift[1], at, record.unit, wrote[n])
    notes: list[str] = []
    if loose:
        known = _Known({}, {})
        if not stamped:
            master = max(loose, key=lambda key: (len(loose[key]), key))
            for n, at in enumerate(loose.pop(master)):
                placed[at] = _unstamped(records[at], wrote[at], n * _A_LINE_MS)
            notes.append("Nothing is stamped: instants tell the order of the lines, and no time.")
        for n, said in enumerate(placed):
            if said is not None:
                known.add(said.record, wrote[n], said.placed)
        known.settle()
        first = min((said.placed for said in placed if said is not None), default=0)
        last = max((said.placed for said in placed if said is not None), default=0)
        # Where one file has several, the most lines hang first, and the rest stands among them.
        for (file, clock), positions in sorted(
            loose.items(), key=lambda one: (one[0][0], -len(one[1]), one[0][1])
        ):
            if not _hang(
                records, wrote, placed, positions, known, first, (file, clock)
            ) and not _stands_among(records, wrote, placed, positions):
                where = "before" if stamped else "behind"
                for n in positions:
                    last += 0 if stamped else _A_LINE_MS
                    placed[n] = _unstamped(records[n], wrote[n], first if stamped else last)
                notes.append(
                    f"Nothing in {file} could be laid beside the other sources: its"
                    f" lines are in their own order, {where} the others."
                )
    # Equal instants keep the order of the evidence: that of the sources and their lines.
    order = [said for said in placed if said is not None]
    order.sort(key=lambda said: said.placed)
    return order, tuple(notes)


def _unstamped(record: Record, writer: Role | None, placed: int) -> Said:
    return Said(record, None, 0, placed, record.unit, writer)


def _hang(
    records: Sequence[Record],
    wrote: Sequence[Role | None],
    placed: list[Said | None],
    positions: Sequence[int],
    known: _Known,
    first: int,
    source: tuple[str, str],
) -> bool:
    """Give the records of one unstamped source their places; whether any could be hung."""
    own = _own_anchors(records, placed, positions, source)
    anchors = {n: at for n, at, _ in own}
    marks = [n for n, _, _ in own]
    now = first
    for n in positions:
        nearest = bisect_left(marks, n)
        if nearest:
            now = max(now, own[nearest - 1][1])
        at = known.find(records[n], wrote[n], now)
        latest = own[nearest][1] + own[nearest][2] if nearest < len(own) else None
        if at is not None and (latest is None or at <= latest):
            anchors[n] = now = at
    if not anchors:
        return False
    ordered = sorted(anchors)
    now = anchors[ordered[0]]
    for n in positions:
        before = bisect_left(ordered, n + 1) - 1
        # A typed line stands with what is before it, a notice with what comes behind it.
        near = before + 1 if records[n].what in _NOTICES and n not in anchors else before
        now = max(now, anchors[ordered[min(max(near, 0), len(ordered) - 1)]])
        said = _unstamped(records[n], wrote[n], now)
        if n in anchors:
            said.until = now
        elif before + 1 < len(ordered):
            said.until = max(now, anchors[ordered[before + 1]])
        placed[n] = said
    return True


def _stands_among(
    records: Sequence[Record],
    wrote: Sequence[Role | None],
    placed: list[Said | None],
    positions: Sequence[int],
) -> bool:
    """Place lines behind what stands above them in their file; whether anything there is placed."""
    found: list[tuple[int, Said]] = []
    for n in positions:
        above = placed[n - 1] if n else None
        if found and found[-1][0] == n - 1:
            above = found[-1][1]
        if above is None or records[n - 1].place.file != records[n].place.file:
            return False
        found.append((n, _unstamped(records[n], wrote[n], above.placed)))
    for n, said in found:
        placed[n] = said
    return True


def _own_anchors(
    records: Sequence[Record],
    placed: Sequence[Said | None],
    positions: Sequence[int],
    source: tuple[str, str],
) -> list[tuple[int, int, int]]:
    """Stamped records that stand among those without a stamp: place, instant and slack.

    Those of the same clock, and those whose stamp is the time of their own line (`anchor`): `show
    clock` is. They go forward; of two that contradict each other the more exact one counts.
    """
    found: list[tuple[int, int, int]] = []
    for n in range(max(positions[0] - 1, 0), min(positions[-1] + 2, len(records))):
        said, record = placed[n], records[n]
        if said is None or said.at is None or record.place.file != source[0]:
            continue
        if record.clock == source[1] or record.fields.get("anchor") == "now":
            found.append((n, said.placed, said.slack_ms))
    kept: list[tuple[int, int, int]] = []
    for n, at, slack in sorted(found, key=lambda anchor: (anchor[2], anchor[0])):
        here = bisect_left(kept, (n, at, slack))
        if (here == 0 or kept[here - 1][1] <= at) and (here == len(kept) or at <= kept[here][1]):
            kept.insert(here, (n, at, slack))
    return kept
