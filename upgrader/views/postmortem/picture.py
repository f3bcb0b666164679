"""The night drawn: units' states as bands, people's tunnels as a curve, events as marks.

Time runs to the right. What is stretched when the reader comes nearer (bands, curves) stands in
one group; what keeps its size (marks, words, hatchings) knows its own column. Without a script
the whole night is seen.
"""

from collections.abc import Collection, Iterator, Sequence

from upgrader.model.failover import Role
from upgrader.model.night import Night
from upgrader.model.postmortem import Postmortem
from upgrader.views.escape import html
from upgrader.views.postmortem.curves import Count, counts_of
from upgrader.views.postmortem.folding import folded_lines, weight_of
from upgrader.views.postmortem.instants import Instants, instants_of
from upgrader.views.postmortem.lanes import TYPED, draw_mark, keys_of, lanes_of, turning_points
from upgrader.views.postmortem.scale import LEFT, LETTER, PLOT, STEPS, TICKS, WIDTH, Scale
from upgrader.views.postmortem.sourcing import cited
from upgrader.views.postmortem.states import HATCHES, ROW, draw_states
from upgrader.views.postmortem.surety import Stamps

TOP = 38
"""The three lines of the turning points, above the lanes."""
CURVE = 70


def draw(postmortem: Postmortem, stamps: Stamps) -> str:
    """A region with its `<svg>`, and how to read it.

    Where no time passed between the records there is a sentence in its place; empty where there is
    no event.
    """
    night = postmortem.night
    if night.ended <= night.began:
        return _NO_TIME if night.events else ""
    scale = Scale(night.began, night.ended)
    when = instants_of(night)
    lanes = lanes_of(night, folded_lines(night), weight_of(cited(postmortem)))
    keys = set(keys_of(lanes))
    stretched: list[str] = []
    pinned: list[str] = []
    labels: list[str] = []
    y = TOP
    if TYPED in lanes:
        labels.append(_label(TYPED, y))
        pinned += [draw_mark(mark, scale, when, y) for mark in lanes.pop(TYPED)]
        y += ROW
    for role in (Role.PRIMARY, Role.SECONDARY):
        labels.append(_label(role.value, y))
        drawn = draw_states(night, role, stamps, scale, when, y)
        stretched += drawn.boxes
        pinned += drawn.pins
        keys |= drawn.keys
        y += ROW
    counts = _counts(night, stamps)
    if counts:
        labels += _curve_labels(counts, y)
        stretched += _curve(counts, scale, y)
        keys |= {"carried"} | ({"asleep"} if any(count.bare for count in counts) else set())
        y += CURVE
    for name, marks in lanes.items():
        labels.append(_label(name, y))
        pinned += [draw_mark(mark, scale, when, y) for mark in marks]
        y += ROW
    pinned = [*turning_points(postmortem, stamps, scale, when, y), *pinned]
    return _region(night, scale, when, y, labels, stretched, pinned) + _legend(keys)


_NO_TIME = (
    "<p>There is no picture: the records give no more than one instant. The timeline below tells "
    "the order.</p>"
)


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
        + (' data-days="1"' if when.tells_days else "")
    )
    axis = "".join(_tick(at, scale, when, bottom) for at in scale.ticks())
    drawn = (
        f'<svg viewBox="0 0 {WIDTH} {bottom + 24}" role="img" aria-label="States of both units, '
        'sessions with a tunnel, and events, over time; the tables below tell the same">'
        f'<defs><clipPath id="plot"><rect x="{LEFT}" y="0" width="{PLOT}" height="{bottom + 2}"/>'
        f"</clipPath>{HATCHES}</defs>{''.join(labels)}"
        f'<g class="axis-ticks" data-top="{TOP}" data-bottom="{bottom}">'
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
        f'aria-label="The night: plus and minus, arrows, 0 for all of it">{drawn}</div></div>'
    )


def _tick(at: int, scale: Scale, when: Instants, bottom: int) -> str:
    x, told = scale.x(at), when.told(at)
    middle = scale.inside(x, told)
    return (
        f'<g class="tick"><line x1="{x}" x2="{x}" y1="{TOP}" y2="{bottom}"/>'
        f'<text x="{middle}" y="{bottom + 16}" text-anchor="middle">{told}</text></g>'
    )


def _label(text: str, y: int) -> str:
    return f'<text class="faint" x="0" y="{y + 16}">{html(text)}</text>'


# ── how to read it ─────────────────────────────────────────────────────────────────────


def _legend(keys: Collection[str]) -> str:
    """What colours, hatchings and shapes mean: those that the picture has."""
    shown = " ".join(
        f'<span class="key {key}">{words}</span>' for key, words in _KEYS.items() if key in keys
    )
    return f'<p class="legend">{shown}</p>'


_KEYS = {
    "active": "Active",
    "ready": "Standby Ready",
    "sync": "joining",
    "other": "another state",
    "dark": "away",
    "hatched": "nothing known",
    "soft": "began some time in it",
    "carried": "with a tunnel",
    "asleep": "row without one",
    "typed": "typed",
    "event": "an event; large: of many",
    "harm": "a failure, or harm",
    "loose": "hollow: in its place in the order, when is not known",
}


# ── the curve ──────────────────────────────────────────────────────────────────────────


def _counts(night: Night, stamps: Stamps) -> list[Count]:
    """None where no line stamps what became of anybody: a flat curve would say that it is known."""
    if not any(stamps.says_when(life.places) for life in night.lives):
        return []
    return counts_of(night)


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
