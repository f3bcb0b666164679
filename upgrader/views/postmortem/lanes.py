"""Events as marks in lanes of the picture, and the turning points that cross all of them.

A line without a stamp stands where its order puts it, between its neighbours, and is drawn hollow.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from upgrader.model.evidence import What
from upgrader.model.night import Kind, Night
from upgrader.model.postmortem import Postmortem
from upgrader.views.escape import html
from upgrader.views.postmortem.folding import Line, brief, changes_nothing
from upgrader.views.postmortem.instants import Instants, about
from upgrader.views.postmortem.scale import LETTER, Scale
from upgrader.views.postmortem.sourcing import harmed_from
from upgrader.views.postmortem.states import ROW
from upgrader.views.postmortem.surety import Stamps, knows_harm

MARKS = 250
"""Marks in a lane; of a busier night those that matter most."""

TYPED = "typed"
KINDS = {
    TYPED: frozenset({Kind.COMMAND}),
    "pair": frozenset({Kind.ROLE, Kind.RELOAD, Kind.SYNC, Kind.LINK, Kind.VERSION}),
    "people": frozenset({Kind.SESSION, Kind.ADDRESS}),
    "network": frozenset({Kind.INTERFACE}),
}
"""The lanes, and what stands in each."""
_HARMFUL = frozenset(
    {What.CLOSING, What.TUNNEL_DOWN, What.NO_ADDRESS, What.IN_USE_ALREADY, What.POOL_EMPTY}
    | {What.CRASHED, What.PEER_ABSENT, What.LINK_DOWN, What.DATA_DOWN, What.HELLOS_LOST}
    | {What.AAA_DOWN, What.AAA_REJECTED, What.IMAGE_REFUSED, What.REPLICATION_OFF}
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of the timeline, and where it stands."""

    line: Line
    first: int
    """From when it may have happened: the stamp, of a line that has one."""
    last: int
    share: float = 0.5
    """How far between the two it is drawn."""

    @property
    def is_loose(self) -> bool:
        """Whether only its place in the order is known."""
        return self.line.at is None


def lanes_of(
    night: Night, lines: Sequence[Line], weigh: Callable[[Line], int]
) -> dict[str, list[Mark]]:
    """The lanes that have something in them, each with at most so many marks."""
    marks = [*_marked(night, lines)]
    lanes = {name: _shown(marks, kinds, weigh) for name, kinds in KINDS.items()}
    return {name: shown for name, shown in lanes.items() if shown}


def _marked(night: Night, lines: Sequence[Line]) -> Iterator[Mark]:
    """Each line where it stands; those without a stamp evenly between their neighbours."""
    waiting: list[Line] = []
    before = night.began
    for line in lines:
        if line.at is None:
            waiting.append(line)
            continue
        yield from _between(waiting, before, max(before, line.at))
        waiting = []
        before = max(before, line.at)
        yield Mark(line, line.at, line.at if line.until is None else line.until)
    yield from _between(waiting, before, max(before, night.ended))


def _between(lines: Sequence[Line], first: int, last: int) -> Iterator[Mark]:
    for number, line in enumerate(lines, start=1):
        yield Mark(line, first, last, number / (len(lines) + 1))


def _shown(
    marks: Sequence[Mark], kinds: frozenset[Kind], weigh: Callable[[Line], int]
) -> list[Mark]:
    """A lane's marks; what another source stamps is not drawn a second time."""
    stamped = {mark.line.said for mark in marks if not mark.is_loose}
    found = [
        mark
        for mark in marks
        if mark.line.kind in kinds
        and not (mark.is_loose and (mark.line.said in stamped or changes_nothing(mark.line.said)))
    ]
    order = sorted(range(len(found)), key=lambda place: (weigh(found[place].line), place))
    return [found[place] for place in sorted(order[:MARKS])]


def draw_mark(mark: Mark, scale: Scale, when: Instants, y: int) -> str:
    """A mark where its line stands; larger where it is of many, hollow where it is loose."""
    line, middle = mark.line, y + ROW / 2
    size = 3.5 if line.count == 1 else min(4 + len(str(line.count)), 8)
    tone = f"{_tone(line)} loose" if mark.is_loose else _tone(line)
    unit = "" if line.unit is None else f"{line.unit.value}: "
    at = when.stretch(mark.first, mark.last)
    at = f"not stamped, somewhere in {at}" if mark.is_loose else at
    x = scale.x(mark.first + round((mark.last - mark.first) * mark.share))
    shape = (
        f'<path d="M-4 {middle - 5}h8l-4 10z"/>'
        if line.kind is Kind.COMMAND
        else f'<circle r="{size}" cy="{middle}"/>'
    )
    return _pin(x, f"mark {tone}", f"{at} {unit}{brief(line)}"[:200], shape)


def _tone(line: Line) -> str:
    return "harm" if line.what in _HARMFUL else line.kind.value


def keys_of(lanes: dict[str, list[Mark]]) -> frozenset[str]:
    """What the legend has to explain of the marks."""
    marks = [(name, mark) for name, shown in lanes.items() for mark in shown]
    told = {
        "typed": any(name == TYPED for name, _ in marks),
        "harm": any(_tone(mark.line) == "harm" for _, mark in marks),
        "event": any(name != TYPED and _tone(mark.line) != "harm" for name, mark in marks),
        "loose": any(mark.is_loose for _, mark in marks),
    }
    return frozenset(key for key, is_there in told.items() if is_there)


def _pin(x: float, kind: str, tip: str, shape: str) -> str:
    return (
        f'<g class="pin {kind}" data-x="{x}" transform="translate({x} 0)">'
        f"<title>{html(tip)}</title>{shape}</g>"
    )


# ── turning points ─────────────────────────────────────────────────────────────────────


def turning_points(
    postmortem: Postmortem, stamps: Stamps, scale: Scale, when: Instants, bottom: int
) -> Iterator[str]:
    """Switchovers, deviations and the beginning of the harm, from top to bottom."""
    turns: list[tuple[int, str, str, str]] = []
    for move in postmortem.night.switchovers[:MARKS]:
        why = f": {move.reason}" if move.reason else ""
        then = about(when.told(move.at), is_exact=stamps.is_exact(move.at, move.places))
        told = f"{then} {move.to.value} takes over{why}"
        turns.append((move.at, "turn", f"{move.to.value} active", told))
    for number, breach in enumerate(postmortem.breaches[:MARKS], start=1):
        if breach.at is not None:
            told = f"{when.told(breach.at)} deviation {number}, {breach.name}: {breach.says}"
            turns.append((breach.at, "breach", str(number), told))
    harm = harmed_from(postmortem)
    if harm is not None and postmortem.impact.users:
        then = about(when.told(harm), is_exact=knows_harm(postmortem, stamps))
        turns.append((harm, "harmed", "harm begins", f"{then} harm begins"))
    free_from = dict.fromkeys(_TAG_ROWS.values(), 0.0)
    for at, kind, word, tip in sorted(turns):
        x, row = scale.x(at), _TAG_ROWS[kind]
        is_hidden = x < free_from[row]
        hidden = ' visibility="hidden"' if is_hidden else ""
        if not is_hidden:
            free_from[row] = x + (len(word) + 1) * LETTER
        shape = (
            f'<line y1="2" y2="{bottom}"/><text class="tag" data-letters="{len(word)}" '
            f'data-row="{row}" x="3" y="{row}"{hidden}>{html(word)}</text>'
        )
        yield _pin(x, kind, tip, shape)


_TAG_ROWS = {"turn": 10, "harmed": 22, "breach": 34}
"""Where the words of turning points stand: each kind in a row, so that none hides another."""
