"""The night drawn: units' states as bands, people's tunnels as a curve, events as marks.

Time runs to the right. What is stretched when the reader comes nearer (bands, curves) stands in
one group; what keeps its size (marks, words) knows its own column. Without a script the whole
night is seen.
"""

from collections.abc import Callable, Iterator, Sequence

from upgrader.model.evidence import What
from upgrader.model.failover import Role
from upgrader.model.night import Band, Kind, Night
from upgrader.model.postmortem import Postmortem
from upgrader.views.escape import html
from upgrader.views.postmortem.curves import Count, counts_of
from upgrader.views.postmortem.folding import Line, brief, folded_lines, weight_of
from upgrader.views.postmortem.instants import Instants, instants_of
from upgrader.views.postmortem.scale import LEFT, LETTER, PLOT, STEPS, TICKS, WIDTH, Scale
from upgrader.views.postmortem.sourcing import cited, harmed_from
from upgrader.views.web.night import colour_of

TOP = 28
"""The two lines of the turning points, above the lanes."""
ROW = 24
CURVE = 70
MARKS = 250
"""Marks in a lane; of a busier night those that matter most."""
BANDS = 1_000
"""States of a unit, and silences: a unit that flaps has more than a picture can show."""

_LANES = (
    ("typed", frozenset({Kind.COMMAND})),
    ("pair", frozenset({Kind.ROLE, Kind.RELOAD, Kind.SYNC, Kind.LINK, Kind.VERSION})),
    ("people", frozenset({Kind.SESSION, Kind.ADDRESS})),
    ("network", frozenset({Kind.INTERFACE})),
)
_HARMFUL = frozenset(
    {What.CLOSING, What.TUNNEL_DOWN, What.NO_ADDRESS, What.IN_USE_ALREADY, What.POOL_EMPTY}
    | {What.CRASHED, What.PEER_ABSENT, What.LINK_DOWN, What.DATA_DOWN, What.HELLOS_LOST}
    | {What.AAA_DOWN, What.AAA_REJECTED, What.IMAGE_REFUSED, What.REPLICATION_OFF}
)


def draw(postmortem: Postmortem) -> str:
    """A region with its `<svg>`, and how to read it; empty where no time passed."""
    night = postmortem.night
    if night.ended <= night.began:
        return ""
    scale = Scale(night.began, night.ended)
    when = instants_of(night)
    lines = folded_lines(night)
    weigh = weight_of(cited(postmortem))
    lanes = [
        (name, _most(found, weigh))
        for name, kinds in _LANES
        if (found := [x for x in lines if x.kind in kinds and x.at is not None])
    ]
    stretched: list[str] = []
    pinned: list[str] = []
    labels: list[str] = []
    y = TOP
    for name, marks in [lane for lane in lanes if lane[0] == "typed"]:
        labels.append(_label(name, y))
        pinned += [_mark(x, scale, when, y) for x in marks]
        y += ROW
    for role in (Role.PRIMARY, Role.SECONDARY):
        labels.append(_label(role.value, y))
        boxes, words = _states(night, role, scale, when, y)
        stretched += boxes
        pinned += words
        y += ROW
    counts = counts_of(night)
    if counts:
        labels += _curve_labels(counts, y)
        stretched += _curve(counts, scale, y)
        y += CURVE
    for name, marks in [lane for lane in lanes if lane[0] != "typed"]:
        labels.append(_label(name, y))
        pinned += [_mark(x, scale, when, y) for x in marks]
        y += ROW
    turns = [*_turning_points(postmortem, scale, when, y)]
    return _region(night, scale, when, y, labels, stretched, [*turns, *pinned])


def _region(
    night: Night,
    scale: Scale,
    when: Instants,
    bottom: int,
    labels: Sequence[str],
    stretched: Sequence[str],
    pinned: Sequence[str],
) -> str:
    steps = ",".join(map(str, STEPS))
    data = (
        f'data-began="{night.began}" data-ended="{night.ended}" data-left="{LEFT}" '
        f'data-plot="{PLOT}" data-letter="{LETTER}" data-ticks="{TICKS}" data-steps="{steps}"'
        + (' data-dated="1"' if night.has_date else "")
    )
    axis = "".join(
        f'<g class="tick"><line x1="{scale.x(at)}" x2="{scale.x(at)}" y1="{TOP}" y2="{bottom}"/>'
        f'<text x="{scale.x(at)}" y="{bottom + 16}" text-anchor="middle">{when.told(at)}</text></g>'
        for at in scale.ticks()
    )
    drawn = (
        f'<svg viewBox="0 0 {WIDTH} {bottom + 24}" role="img" aria-label="States of both units, '
        'sessions with a tunnel, and events, over time; the tables below tell the same">'
        f'<defs><clipPath id="plot"><rect x="{LEFT}" y="0" width="{PLOT}" height="{bottom + 2}"/>'
        '</clipPath><pattern id="unseen" width="6" height="6" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect class="unseen" width="2.5" height="6"/></pattern>'
        f'</defs>{"".join(labels)}<g class="axis-ticks" data-top="{TOP}" data-bottom="{bottom}">'
        f'{axis}</g><g clip-path="url(#plot)"><g class="stretched">{"".join(stretched)}</g>'
        f'<g class="pins">{"".join(pinned)}</g></g></svg>'
    )
    return (
        f'<div class="zooms" {data}><div class="tools" hidden>'
        '<button type="button" data-do="in" aria-label="Nearer">+</button>'
        '<button type="button" data-do="out" aria-label="Farther">\N{MINUS SIGN}</button>'
        '<button type="button" data-do="back" aria-label="Earlier">\N{LEFTWARDS ARROW}</button>'
        '<button type="button" data-do="on" aria-label="Later">\N{RIGHTWARDS ARROW}</button>'
        '<button type="button" data-do="all">whole night</button>'
        '<output aria-live="polite"></output></div>'
        '<div class="wide" role="region" tabindex="0" '
        f'aria-label="The night: plus and minus, arrows, 0 for all of it">{drawn}</div>'
        f"{_LEGEND}</div>"
    )


_LEGEND = (
    '<p class="legend"><span class="key active">Active</span> '
    '<span class="key ready">Standby Ready</span> <span class="key sync">joining</span> '
    '<span class="key dark">away</span> <span class="key hatched">nothing known</span> '
    '<span class="key carried">with a tunnel</span> '
    '<span class="key asleep">row without one</span></p>'
)


# ── bands ──────────────────────────────────────────────────────────────────────────────


def _states(
    night: Night, role: Role, scale: Scale, when: Instants, y: int
) -> tuple[list[str], list[str]]:
    """A unit's states, and over them where nothing is known of it; then the words on them."""
    boxes: list[str] = []
    words: list[str] = []
    for band in [band for band in night.bands if band.unit is role][:BANDS]:
        began, ended = _ends(band, night)
        tip = f"{role.value} {band.state}, {when.stretch(band.began, band.ended)}"
        colour = "dark" if band.state == "away" else colour_of(band.state)
        boxes.append(_box(scale, y, began, ended, colour=colour, tip=tip))
        words.append(_word(scale, y, began, ended, band.state))
    for silence in night.silences[:BANDS]:
        if silence.unit in (role, None):
            tip = f"nothing is known, {when.stretch(silence.began, silence.ended)}: {silence.why}"
            boxes.append(_box(scale, y, silence.began, silence.ended, colour="hatch", tip=tip))
    return boxes, words


def _ends(band: Band, night: Night) -> tuple[int, int]:
    began = night.began if band.began is None else band.began
    return began, night.ended if band.ended is None else band.ended


def _box(scale: Scale, y: int, began: int, ended: int, *, colour: str, tip: str) -> str:
    x = scale.x(began)
    width = round(max(scale.x(ended) - x, 0.5), 2)
    return (
        f'<rect class="{colour}" x="{x}" y="{y + 2}" width="{width}" height="{ROW - 4}">'
        f"<title>{html(tip)}</title></rect>"
    )


def _word(scale: Scale, y: int, began: int, ended: int, word: str) -> str:
    """A band's name, shown where the band is wide enough for it."""
    x = scale.x(began)
    width = round(scale.x(ended) - x, 2)
    hidden = ' visibility="hidden"' if len(word) * LETTER + 8 > width else ""
    return (
        f'<text class="on word" data-x="{x}" data-w="{width}" x="{x + 4}" y="{y + 16}"{hidden}>'
        f"{html(word)}</text>"
    )


def _label(text: str, y: int) -> str:
    return f'<text class="faint" x="0" y="{y + 16}">{html(text)}</text>'


# ── the curve ──────────────────────────────────────────────────────────────────────────


def _curve_labels(counts: Sequence[Count], y: int) -> Iterator[str]:
    base, most = y + CURVE - 6, _most_of(counts)
    yield _label("tunnels", y + 18)
    yield f'<text class="faint" x="{LEFT - 4}" y="{y + 14}" text-anchor="end">{most:,}</text>'
    yield f'<text class="faint" x="{LEFT - 4}" y="{base}" text-anchor="end">0</text>'
    yield f'<line class="axis" x1="{LEFT}" x2="{LEFT + PLOT}" y1="{base}" y2="{base}"/>'


def _curve(counts: Sequence[Count], scale: Scale, y: int) -> Iterator[str]:
    """Steps: those with a tunnel dark, all rows light behind them."""
    base, high, most = y + CURVE - 6, CURVE - 16, _most_of(counts)
    for kind in ("asleep", "carried"):
        path = [f"{scale.x(counts[0].at)},{base}"]
        top = base
        for count in counts:
            x = scale.x(count.at)
            rows = count.carried + (count.bare if kind == "asleep" else 0)
            path.append(f"{x},{top}")
            top = round(base - high * rows / most) if most else base
            path.append(f"{x},{top}")
        path.append(f"{scale.x(counts[-1].at)},{base}")
        yield f'<polygon class="{kind}" points="{" ".join(path)}"/>'


def _most_of(counts: Sequence[Count]) -> int:
    return max(count.carried + count.bare for count in counts)


# ── marks ──────────────────────────────────────────────────────────────────────────────


def _most(lines: Sequence[Line], weigh: Callable[[Line], int]) -> list[Line]:
    order = sorted(range(len(lines)), key=lambda place: (weigh(lines[place]), place))
    return [lines[place] for place in sorted(order[:MARKS])]


def _mark(line: Line, scale: Scale, when: Instants, y: int) -> str:
    """A line of the timeline where it stands; larger where it is of many."""
    at = scale.began if line.at is None else line.at
    until = at if line.until is None else line.until
    middle = y + ROW / 2
    size = 3.5 if line.count == 1 else min(4 + len(str(line.count)), 8)
    tone = "harm" if line.what in _HARMFUL else line.kind.value
    unit = "" if line.unit is None else f"{line.unit.value}: "
    tip = f"{when.stretch(at, until)} {unit}{brief(line)}"[:200]
    x = scale.x(at + (until - at) // 2)
    shape = (
        f'<path d="M-4 {middle - 5}h8l-4 10z"/>'
        if line.kind is Kind.COMMAND
        else f'<circle r="{size}" cy="{middle}"/>'
    )
    return _pin(x, f"mark {tone}", tip, shape)


def _pin(x: float, kind: str, tip: str, shape: str) -> str:
    return (
        f'<g class="pin {kind}" data-x="{x}" transform="translate({x} 0)">'
        f"<title>{html(tip)}</title>{shape}</g>"
    )


def _turning_points(
    postmortem: Postmortem, scale: Scale, when: Instants, bottom: int
) -> Iterator[str]:
    """Switchovers, deviations and the beginning of the harm, from top to bottom."""
    turns = [
        (s.at, "turn", f"{s.to.value} active", f"{s.to.value} takes over: {s.reason}")
        for s in postmortem.night.switchovers[:MARKS]
    ]
    turns += [
        (breach.at, "breach", str(number), f"deviation {number}, {breach.name}: {breach.says}")
        for number, breach in enumerate(postmortem.breaches, start=1)
        if breach.at is not None
    ][:MARKS]
    harm = harmed_from(postmortem)
    if harm is not None and postmortem.impact.users:
        turns.append((harm, "harmed", "harm begins", "harm begins"))
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
        yield _pin(x, kind, f"{when.told(at)} {tip}", shape)


_TAG_ROWS = {"turn": 10, "harmed": 10, "breach": 24}
"""Where the words of turning points stand: numbers below, so that they hide no word."""
