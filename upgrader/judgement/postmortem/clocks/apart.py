"""Files of other nights: what one chassis stamped days apart is no skew.

Two upgrades of one pair look alike: the same moves, told by the same messages. Laid by these, a
night in April would come to lie on one in March. What tells them apart is that a unit's clock is
its own in both files; only where it prints no year, the year is a guess.
"""

from collections.abc import Mapping, Sequence

from upgrader.judgement.postmortem.clocks.stretches import Joint, Node
from upgrader.model.evidence import Record, Stamped
from upgrader.model.failover import Role

_HOUR_MS = 3_600_000
_APART_MS = 26 * _HOUR_MS  # Zones are 26 h apart at the most.
_YEAR_MS = 365.25 * 24 * _HOUR_MS
_GUESSED_MS = 48 * _HOUR_MS  # So near to whole years it may be the guess of one; ours.


def of_other_nights(
    records: Sequence[Record],
    nodes: Sequence[Node | None],
    joints: Sequence[Joint],
    known: Mapping[str, Stamped],
) -> frozenset[frozenset[Node]]:
    """The pairs of clocks that stamp other nights: no moment of the one is one of the other.

    `nodes` as in `Laid`. A clock that was set, or came up with another date, tells nothing.
    """
    if len({record.place.file for record in records}) < 2:
        return frozenset()
    jumped = {node for joint in joints for node in (joint.before, joint.after)}
    files: dict[Node, str] = {}
    spans: dict[tuple[str, Role], tuple[int, int]] = {}
    for record, node in zip(records, nodes, strict=True):
        if node is None or record.at is None:
            continue
        file = files.setdefault(node, record.place.file)
        clock = known.get(node.clock)
        if node.writer is None or node in jumped or record.number is None:
            continue
        if clock is not None and (clock.collector or not clock.has_date):
            continue
        first, last = spans.get((file, node.writer), (record.at, record.at))
        spans[file, node.writer] = (min(first, record.at), max(last, record.at))
    apart = {
        frozenset((file, other))
        for (file, unit), one in spans.items()
        for (other, same), two in spans.items()
        if unit is same and file < other and _are_apart(one, two)
    }
    return frozenset(
        frozenset((one, two))
        for one, file in files.items()
        for two, other in files.items()
        if frozenset((file, other)) in apart
    )


def _are_apart(one: tuple[int, int], other: tuple[int, int]) -> bool:
    pause = max(one[0] - other[1], other[0] - one[1])
    years = round(pause / _YEAR_MS)
    guessed = years > 0 and abs(pause - years * _YEAR_MS) < _GUESSED_MS
    return pause > _APART_MS and not guessed
