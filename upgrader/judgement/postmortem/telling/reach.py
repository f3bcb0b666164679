"""What reached the files of each sender, on the night's clock."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace

from upgrader.judgement.postmortem.clocks.laying import Laid
from upgrader.judgement.postmortem.clocks.stretches import Node
from upgrader.judgement.postmortem.clocks.voices import STANDBY_SAYS, Stream
from upgrader.judgement.postmortem.telling.hearing import MINUTE_MS
from upgrader.model.evidence import Coverage, Minute, Record, What
from upgrader.model.failover import Role

_MATE_SAYS = frozenset(
    {What.SYNC_SENDING, What.BULK_STARTED, What.BULK_ENDED, What.COPIED_TO_STANDBY}
)


_INFORMATIONAL = 6


def on_one_clock(
    coverage: Sequence[Coverage],
    laid: Laid,
    records: Sequence[Record],
    streams: Mapping[Stream, Sequence[int]],
) -> tuple[Coverage, ...]:
    """The coverage with its minutes on the night's clock; none where the clock is unknown."""
    found = []
    for one in coverage:
        turns = _turns(one, laid, records, streams)
        both = _of_both(one, laid, records, streams)
        minutes: dict[int, Minute] = {}
        for minute, count in one.minutes.items():
            turn = turns[1][max(bisect_right(turns[0], minute * MINUTE_MS) - 1, 0)]
            for node, part in both.get(minute, {turn: count}).items():
                instant = laid.instant(node, minute * MINUTE_MS)
                if instant is None:
                    continue
                moved = instant[0] // MINUTE_MS
                old = minutes.get(moved, Minute(0, 0))
                minutes[moved] = Minute(
                    old.lines + part.lines, old.informational + part.informational
                )
        found.append(replace(one, minutes=minutes))
    return tuple(found)


def _of_both(
    coverage: Coverage,
    laid: Laid,
    records: Sequence[Record],
    streams: Mapping[Stream, Sequence[int]],
) -> dict[int, dict[Node | None, Minute]]:
    """The minutes of a sender under whose name more than one clock writes, by those clocks.

    Two units may write under one name, and their clocks be minutes apart: one printed minute is
    then two. Only lines that were understood are counted so.
    """
    counts: dict[tuple[int, Node], list[int]] = {}
    for n in streams.get((coverage.file, coverage.clock, coverage.host), ()):
        node, record = laid.nodes[n], records[n]
        if record.at is None or node is None:
            continue
        count = counts.setdefault((record.at // MINUTE_MS, node), [0, 0])
        count[0] += 1
        count[1] += record.severity is not None and record.severity >= _INFORMATIONAL
    found: dict[int, dict[Node | None, Minute]] = {}
    for (minute, node), (lines, informational) in counts.items():
        found.setdefault(minute, {})[node] = Minute(lines, informational)
    return found if len({node for _, node in counts}) > 1 else {}


def _turns(
    coverage: Coverage,
    laid: Laid,
    records: Sequence[Record],
    streams: Mapping[Stream, Sequence[int]],
) -> tuple[list[int], list[Node | None]]:
    """From which stamp on which clock stamps a sender's lines; one at least."""
    stamps: list[int] = []
    nodes: list[Node | None] = []
    for n in streams.get((coverage.file, coverage.clock, coverage.host), ()):
        node, at = laid.nodes[n], records[n].at
        if at is None or node is None or (nodes and nodes[-1] == node):
            continue
        if stamps and at < stamps[-1]:
            continue
        stamps.append(at)
        nodes.append(node)
    if not nodes:
        node = Node(coverage.clock, coverage.unit)
        if node not in laid.offsets:
            node = next((known for known in laid.offsets if known.clock == coverage.clock), node)
        return [0], [node]
    return stamps, nodes


def standby_logs(records: Sequence[Record]) -> bool | None:
    """Whether a standby's lines reach the files; None: nothing tells."""
    says = mates = False
    for record in records:
        if record.number is None:
            continue
        if record.what in STANDBY_SAYS:
            says = True
            break
        mates = mates or record.what in _MATE_SAYS
    return True if says else False if mates else None


def hosts_of(
    records: Sequence[Record], units: Sequence[Role | None]
) -> dict[Role, tuple[str, ...]]:
    """Under which names and addresses each unit's messages came."""
    hosts: dict[Role, set[str]] = {role: set() for role in Role}
    for record, unit in zip(records, units, strict=True):
        if unit is not None and record.number is not None:
            hosts[unit].add(record.host)
    return {role: tuple(sorted(found)) for role, found in hosts.items()}
