"""How far two clocks are apart, from instants that both stamped.

Of the differences between what may be the same moment, most are of other moments: a message that
comes twice a night pairs with both. The true ones lie close together, and the densest cluster is
taken.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)

QUARTER_MS = 15 * 60_000
_HOUR_MS = 60 * 60_000


class Witness(IntEnum):
    """How well a pair of stamps tells an offset; the larger the better."""

    PRINTED = 0
    """Both clocks print their zone, and nothing else is known of them."""
    ARRIVAL = 1
    """The order in which lines came to one file."""
    LOOSE = 2
    """One follows from the other within some seconds: a reload, and its mate's hearing of it."""
    FAINT = 3
    """Both tell of a thing that happens often: a state, a session."""
    OWN = 4
    """Both are the clock of one chassis."""
    TWIN = 5
    """Both units tell of one moment: sending and receiving."""
    SAME = 6
    """The same message, in two places."""


LAG_MS: Mapping[Witness, int] = {
    Witness.PRINTED: 60_000,
    Witness.ARRIVAL: 2_000,
    Witness.LOOSE: 20_000,
    Witness.FAINT: 1_000,
    Witness.OWN: 0,
    Witness.TWIN: 1_000,
    Witness.SAME: 0,
}
"""How far apart in truth the two stamped moments may be."""


@dataclass(frozen=True, slots=True)
class Offset:
    """What is added to the one clock to get the other."""

    ms: int
    uncertainty_ms: int
    events: int
    witness: Witness

    @property
    def reversed(self) -> "Offset":
        """The way back."""
        return Offset(-self.ms, self.uncertainty_ms, self.events, self.witness)


def densest(differences: Sequence[int], witness: Witness, precision_ms: int) -> Offset | None:
    """The offset that most of the differences agree on.

    `precision_ms` is the coarser one of the two clocks. None: there are none, or two clusters are
    as good as each other.
    """
    if not differences:
        return None
    lag = LAG_MS[witness]
    width = 2 * precision_ms + lag
    ordered = sorted(differences)
    windows: list[tuple[int, int]] = []
    first = 0
    for last, value in enumerate(ordered):
        while value - ordered[first] > width:
            first += 1
        windows.append((first, last))
    best_from, best_to = max(windows, key=lambda window: window[1] - window[0])
    best = best_to - best_from + 1
    if any(
        last - first + 1 == best and (first > best_to or last < best_from)
        for first, last in windows
    ):
        return None
    cluster = ordered[best_from : best_to + 1]
    middle = cluster[len(cluster) // 2]
    spread = max(cluster[-1] - middle, middle - cluster[0])
    return Offset(middle, max(precision_ms + lag, spread), best, witness)


def span(root: Node, edges: Mapping[tuple[Node, Node], Offset]) -> dict[Node, Offset]:
    """What is added to each clock to get the root's; clocks that nothing joins are left out.

    The best witnessed way is taken: each next clock by its best edge to those that are laid.
    """
    beside: dict[Node, list[tuple[Node, Offset]]] = {}
    for (one, other), offset in edges.items():
        # `offset` is added to `one` to get `other`.
        beside.setdefault(other, []).append((one, offset))
        beside.setdefault(one, []).append((other, offset.reversed))
    laid = {root: Offset(0, 0, 0, Witness.SAME)}
    open_edges = [(root, node, offset) for node, offset in beside.get(root, ())]
    while open_edges:
        best = max(
            range(len(open_edges)),
            key=lambda n: (open_edges[n][2].witness, open_edges[n][2].events, -n),
        )
        known, node, offset = open_edges.pop(best)
        if node in laid:
            continue
        base = laid[known]
        laid[node] = Offset(
            base.ms + offset.ms,
            base.uncertainty_ms + offset.uncertainty_ms,
            offset.events,
            offset.witness if known == root else min(offset.witness, base.witness),
        )
        open_edges += [(node, other, more) for other, more in beside.get(node, ())]
    return laid


def zone_told(offset: Offset) -> str | None:
    """`a zone of +2 h`, where the offset is whole quarter hours; None: it is not, or there is none.

    More than fourteen hours is no zone.
    """
    quarters = round(offset.ms / QUARTER_MS)
    near = abs(offset.ms - quarters * QUARTER_MS) <= max(5_000, offset.uncertainty_ms)
    if quarters == 0 or not near or abs(quarters) > 14 * 4:
        return None
    hours, rest = divmod(abs(quarters) * QUARTER_MS, _HOUR_MS)
    sign = "+" if quarters > 0 else "-"
    minutes = f" {rest // 60_000} min" if rest else ""
    return f"a zone of {sign}{hours} h{minutes}"
