"""One clock for the night: every stamp laid onto that of one device.

The night's own clock is that of the chassis with the most records, one that prints date and zone
before one that does not. The others are laid by what they stamped alike (`moments`), by what one
chassis' clock must have in common with itself, and by the order in which lines came to a file.
A clock that nothing joins is said to be unknown.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from upgrader.judgement.postmortem.clocks.apart import of_other_nights
from upgrader.judgement.postmortem.clocks.moments import Moment, moments
from upgrader.judgement.postmortem.clocks.offsets import (
    QUARTER_MS,
    Offset,
    Witness,
    densest,
    span,
)
from upgrader.judgement.postmortem.clocks.spelling import lines_of, unstamped
from upgrader.judgement.postmortem.clocks.stretches import Joint, Jump, Node, stretch_out
from upgrader.judgement.postmortem.clocks.voices import PEOPLE
from upgrader.model.evidence import Record, Stamped, What
from upgrader.model.failover import Role
from upgrader.model.night import ClockLine

_PRODUCT = 36
_DIFFERENCES = 5_000
_SECOND = Stamped("", "", 1_000, has_zone=False)
_JITTER_MS = 1_000
_CONTINUES_MS = 60_000
_PAUSE_MS = 1_800_000


@dataclass(frozen=True, slots=True)
class Laid:
    """The clocks of the evidence, laid onto one."""

    nodes: tuple[Node | None, ...]
    """Of each record: by which clock it is stamped; None: it has no stamp."""
    offsets: Mapping[Node, Offset]
    """What is added to a stamp; a clock that is not here is unknown."""
    root: Node | None
    """None: nothing is stamped."""
    lines: tuple[ClockLine, ...]
    precision: Mapping[str, int]

    def instant(self, node: Node | None, stamp: int | None) -> tuple[int, int] | None:
        """A stamp on the night's clock, and by how much it may be wrong; None: not known."""
        if node is None or stamp is None:
            return None
        offset = self.offsets.get(node)
        if offset is None:
            return None
        return stamp + offset.ms, max(offset.uncertainty_ms, self.precision[node.clock])


def stamp_of(record: Record) -> int | None:
    """What its clock says: its own, else the collector's that received it."""
    return record.at if record.at is not None else record.received


def lay(
    records: Sequence[Record],
    wrote: Sequence[Role | None],
    clocks: Sequence[Stamped],
    zones: Mapping[Role, int],
) -> Laid:
    """Lay every clock onto the night's; `wrote` says whose line each record is.

    `zones`: what is added to a unit's digits to get UTC, where a screen of it tells.
    """
    known = {clock.name: clock for clock in clocks}
    nodes, joints = _nodes(records, wrote, known)
    counts: dict[Node, int] = {}
    for node in nodes:
        if node is not None:
            counts[node] = counts.get(node, 0) + 1
    precision = {name: clock.precision_ms for name, clock in known.items()}
    for node in counts:
        precision.setdefault(node.clock, _SECOND.precision_ms)
    if not counts:
        return Laid(tuple(nodes), {}, None, unstamped(clocks), precision)
    root = max(counts, key=lambda n: _rank(n, counts[n], known.get(n.clock, _SECOND)))
    edges: dict[tuple[Node, Node], Offset] = {}
    if len(counts) > 1:
        _by_joints(edges, joints, precision)
        _by_zone(edges, root, counts, known)
        _by_chassis(edges, counts, known, joints, zones)
        _by_arrival(edges, records, nodes, precision)
        apart = of_other_nights(records, nodes, joints, known)
        _by_moments(edges, records, wrote, nodes, precision, apart)
    _by_receipt(edges, records, nodes, precision, counts)
    laid = span(root, edges)
    named = {record.clock for record in records if record.at is not None}
    named |= {node.clock for node in counts}
    lines = lines_of(laid, root, counts, precision) + unstamped(
        [clock for clock in clocks if clock.name not in named]
    )
    return Laid(tuple(nodes), laid, root, lines, precision)


def _rank(node: Node, records: int, clock: Stamped) -> tuple[bool, bool, bool, int, str, int]:
    """The higher, the better a night's own clock."""
    return (
        not clock.collector,
        clock.has_date,
        clock.has_zone and records >= 10,
        records,
        node.clock,
        -node.stretch,
    )


def _nodes(
    records: Sequence[Record], wrote: Sequence[Role | None], known: Mapping[str, Stamped]
) -> tuple[list[Node | None], list[Joint]]:
    whole: dict[Node, list[int]] = {}
    chassis: dict[tuple[str, Role, bool, bool], str] = {}
    nodes: list[Node | None] = [None] * len(records)
    of_voice: dict[tuple[str, Role | None, bool, str], list[int]] = {}
    for n, record in enumerate(records):
        if record.at is None:
            if record.received is not None:
                nodes[n] = Node(record.received_by, None)
            continue
        file = record.place.file
        voice = (record.clock, wrote[n], record.number is not None and record.host != "", file)
        positions = of_voice.get(voice)
        if positions is None:
            clock = known.get(record.clock, _SECOND)
            writer = None if clock.collector else wrote[n]
            name = record.clock
            if writer is not None and voice[2]:
                # A seat goes over to the other unit: one chassis sends under several names.
                name = chassis.setdefault((file, writer, clock.has_zone, clock.has_date), name)
            positions = of_voice[voice] = whole.setdefault(Node(name, writer), [])
        positions.append(n)
    joints: list[Joint] = []
    for node, positions in whole.items():
        stretches, found = stretch_out(records, positions, node)
        joints += found
        for n, stretch in zip(positions, stretches, strict=True):
            nodes[n] = stretch
    return nodes, joints


def _better(edges: dict[tuple[Node, Node], Offset], one: Node, other: Node, new: Offset) -> None:
    if (other, one) in edges:
        one, other, new = other, one, new.reversed
    old = edges.get((one, other))
    if old is None or (new.witness, new.events) > (old.witness, old.events):
        edges[one, other] = new


def _by_joints(
    edges: dict[tuple[Node, Node], Offset],
    joints: Sequence[Joint],
    precision: Mapping[str, int],
) -> None:
    """A clock that was set goes on where it was: the lines around it are of one minute."""
    for joint in joints:
        margin = precision[joint.before.clock] + _CONTINUES_MS
        if joint.why is Jump.BOOT and joint.step_ms < 0:
            continue  # how long it was away is not known
        if 0 < joint.step_ms < _PAUSE_MS:
            margin += joint.step_ms  # nothing may have been said so long
        step = -3_600_000 if joint.why is Jump.SUMMER else joint.step_ms
        new = Offset(step, margin, 1, Witness.ARRIVAL)
        _better(edges, joint.before, joint.after, new)


def _by_zone(
    edges: dict[tuple[Node, Node], Offset],
    root: Node,
    counts: Mapping[Node, int],
    known: Mapping[str, Stamped],
) -> None:
    clock = known.get(root.clock, _SECOND)
    if not (clock.has_zone and clock.has_date):
        return
    for node in counts:
        theirs = known.get(node.clock, _SECOND)
        if node != root and theirs.has_zone and theirs.has_date and node.stretch == 0:
            _better(edges, node, root, Offset(0, 60_000, 0, Witness.PRINTED))


def _by_chassis(
    edges: dict[tuple[Node, Node], Offset],
    counts: Mapping[Node, int],
    known: Mapping[str, Stamped],
    joints: Sequence[Joint],
    zones: Mapping[Role, int],
) -> None:
    """One chassis has one clock, in whatever file; once its server is heard, it is right again."""
    was_set = {joint.after for joint in joints if joint.why is not Jump.BOOT}
    wild = {joint.after for joint in joints if joint.why is Jump.BOOT and joint.step_ms < 0}
    first: dict[tuple[Role, bool], Node] = {}
    for node in sorted(counts, key=lambda n: (n.stretch, n.clock)):
        clock = known.get(node.clock, _SECOND)
        if node.writer is None or clock.collector or not clock.has_date:
            continue
        if node in was_set or node in wild:
            continue
        zone = (node.writer, clock.has_zone)
        base = first.setdefault(zone, node)
        if base != node:
            _better(edges, node, base, Offset(0, 2_000, 0, Witness.OWN))
    for unit, zone_ms in zones.items():
        local, utc = first.get((unit, False)), first.get((unit, True))
        if local is not None and utc is not None:
            _better(edges, local, utc, Offset(zone_ms, 2_000, 0, Witness.OWN))


def _by_arrival(
    edges: dict[tuple[Node, Node], Offset],
    records: Sequence[Record],
    nodes: Sequence[Node | None],
    precision: Mapping[str, int],
) -> None:
    """Lines of two clocks that stand between one another in a file came one after another."""
    above: dict[tuple[Node, Node], list[int]] = {}
    last: tuple[str, Node, int] | None = None
    for record, node in zip(records, nodes, strict=True):
        stamp = record.at
        if node is None or stamp is None:
            continue
        if record.number is None and record.fields.get("anchor") != "now":
            continue  # a screen may show what happened long ago
        if last is not None and last[0] == record.place.file and last[1] != node:
            above.setdefault((last[1], node), []).append(stamp - last[2])
        last = (record.place.file, node, stamp)
    for one, other in sorted(above, key=str):
        back = above.get((other, one))
        if back is None or str(one) > str(other):
            continue
        upper, lower = sorted(above[one, other]), sorted(-d for d in back)
        high = upper[len(upper) // 20]
        low = lower[-1 - len(lower) // 20]
        margin = max(precision[one.clock], precision[other.clock]) + _JITTER_MS
        if low > high + 2 * margin:
            continue
        offset = _likeliest(low, high)
        uncertainty = max(abs(high - offset), abs(offset - low)) + margin
        new = Offset(offset, uncertainty, len(upper), Witness.ARRIVAL)
        _better(edges, one, other, new)


def _likeliest(low: int, high: int) -> int:
    """Where between two bounds an offset lies.

    Clocks that are kept right are zones apart: a whole quarter of an hour, where there is one
    between them, else the middle.
    """
    middle = (low + high) // 2
    quarter = round(middle / QUARTER_MS) * QUARTER_MS
    return quarter if low <= quarter <= high else middle


def _by_moments(
    edges: dict[tuple[Node, Node], Offset],
    records: Sequence[Record],
    wrote: Sequence[Role | None],
    nodes: Sequence[Node | None],
    precision: Mapping[str, int],
    apart: AbstractSet[frozenset[Node]],
) -> None:
    stamped: dict[tuple[int, Moment], dict[Node, list[int]]] = {}
    present = {node for node in nodes if node is not None}
    # Without two files of one chassis no message can stand in two places.
    doubles = any(_may_be_one(one, other) for one in present for other in present if one != other)
    copies = {What.WEB_SESSION_COPIED, What.WEB_SESSION_DELETED}
    copied = any(record.what in copies for record in records)
    people = frozenset() if copied or doubles else PEOPLE
    for record, writer, node in zip(records, wrote, nodes, strict=True):
        if node is None or record.what in people or (stamp := stamp_of(record)) is None:
            continue
        for witness, moment in moments(record, writer):
            if witness is not Witness.SAME or doubles:
                by_node = stamped.setdefault((int(witness), moment), {})
                by_node.setdefault(node, []).append(stamp)
    differences: dict[tuple[Node, Node, Witness], list[int]] = {}
    for (rank, moment), by_node in stamped.items():
        if len(by_node) < 2:
            continue
        witness = Witness(rank)
        heard = sorted(by_node, key=str)
        for n, one in enumerate(heard):
            for other in heard[n + 1 :]:
                is_one = witness is Witness.SAME or moment[0] == "typed"
                if (is_one and not _may_be_one(one, other)) or {one, other} in apart:
                    continue
                found = differences.setdefault((one, other, witness), [])
                if len(found) < _DIFFERENCES:
                    found += _differences(by_node[one], by_node[other])
    for (one, other, witness), found in differences.items():
        coarser = max(precision[one.clock], precision[other.clock])
        offset = densest(found, witness, coarser)
        if offset is None and witness is Witness.TWIN:
            # Two hypotheses are as good as each other: let what happens often decide.
            more = differences.get((one, other, Witness.FAINT), [])
            offset = densest([*found, *more], witness, coarser)
        if offset is not None:
            _better(edges, one, other, offset)


def _may_be_one(one: Node, other: Node) -> bool:
    return one.writer is None or other.writer is None or one.writer is other.writer


def _differences(ours: Sequence[int], theirs: Sequence[int]) -> list[int]:
    """What may be the distance of one moment's stamps: of each pair, or one by one."""
    one, other = sorted(set(ours)), sorted(set(theirs))
    if len(one) * len(other) <= _PRODUCT:
        return [b - a for a in one for b in other]
    if len(one) == len(other):
        return [b - a for a, b in zip(one, other, strict=True)]
    return []


def _by_receipt(
    edges: dict[tuple[Node, Node], Offset],
    records: Sequence[Record],
    nodes: Sequence[Node | None],
    precision: dict[str, int],
    counts: dict[Node, int],
) -> None:
    """A collector that writes down when a line came has stamped it too."""
    found: dict[tuple[Node, Node], list[int]] = {}
    receiving = {name: Node(name, None) for name in {record.received_by for record in records}}
    for record, node in zip(records, nodes, strict=True):
        if node is None or record.at is None or record.received is None:
            continue
        theirs = receiving[record.received_by]
        if theirs == node:
            continue
        stamps = found.setdefault((node, theirs), [])
        if len(stamps) < _DIFFERENCES:
            stamps.append(record.received - record.at)
    for (node, theirs), stamps in found.items():
        coarser = max(precision[node.clock], precision.setdefault(theirs.clock, 1_000))
        offset = densest(stamps, Witness.TWIN, coarser)
        if offset is not None:
            counts.setdefault(theirs, 0)
            _better(edges, node, theirs, offset)
