"""What is said of each clock: by how much it was moved, by what that is known, and how surely."""

from collections.abc import Mapping, Sequence

from upgrader.judgement.postmortem.clocks.offsets import Offset, Witness, zone_told
from upgrader.judgement.postmortem.clocks.stretches import Node
from upgrader.model.evidence import Stamped
from upgrader.model.night import ClockLine

NO_RECORD = "not known: no record is stamped by it"
"""What is said of a clock to which no record belongs."""

_HOW = {
    Witness.PRINTED: "as both print their zone; nothing tells more",
    Witness.ARRIVAL: "by the order in which the lines came",
    Witness.LOOSE: "by a reload, and when its mate heard of it",
    Witness.FAINT: "by {events} that both tell of",
    Witness.OWN: "one chassis' clock",
    Witness.TWIN: "by {events} that both units tell of",
    Witness.SAME: "by {events} that both report",
}


def _name(node: Node, alone: bool) -> str:
    if alone:
        return node.clock
    whose = f" ({node.writer.value})" if node.writer is not None else ""
    again = f", set for the {node.stretch + 1}. time" if node.stretch else ""
    return f"{node.clock}{whose}{again}"


def lines_of(
    laid: Mapping[Node, Offset],
    root: Node,
    counts: Mapping[Node, int],
    precision: Mapping[str, int],
) -> tuple[ClockLine, ...]:
    """What is said of each clock that stamps a record; `counts`: how many each does."""
    lines: list[ClockLine] = []
    of_name: dict[str, list[Node]] = {}
    for node in counts:
        of_name.setdefault(node.clock, []).append(node)
    for name in sorted(of_name):
        nodes = sorted(of_name[name], key=lambda n: (str(n.writer), n.stretch))
        for node in nodes:
            offset = laid.get(node)
            spelled = _name(node, len(nodes) == 1)
            if offset is None:
                how = "not known: nothing that it stamped was stamped by another"
                lines.append(ClockLine(spelled, 0, 0, how, known=False))
                continue
            margin = max(offset.uncertainty_ms, precision.get(node.clock, 1_000))
            how = "the night's own" if node == root else _how(offset)
            lines.append(ClockLine(spelled, offset.ms, margin, how))
    return tuple(lines)


def _how(offset: Offset) -> str:
    events = "1 event" if offset.events == 1 else f"{offset.events} events"
    how = _HOW[offset.witness].format(events=events)
    zone = zone_told(offset)
    return how if zone is None else f"{zone}, {how}"


def unstamped(clocks: Sequence[Stamped]) -> tuple[ClockLine, ...]:
    """Clocks by which no record is stamped; a screen may be."""
    return tuple(ClockLine(clock.name, 0, 0, NO_RECORD, known=False) for clock in clocks)
