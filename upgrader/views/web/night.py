"""The night drawn: phases and units' states as bands, their sessions as curves, acts as marks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from upgrader.model.failover import JOINING, FailoverState, Role
from upgrader.model.names import Instant
from upgrader.model.report import DARK, Band, LookPoint, StepLine, UnitPoint
from upgrader.views.escape import html
from upgrader.views.wording import clock

WIDTH = 960
LEFT = 78
RIGHT = 8
ROW = 24
CURVE = 52
"""How high a unit's curve of sessions is."""
MARKS = 22
"""The line of numbers above: what was done, as it is numbered below the picture."""
_LETTER = 6.2
"""About the width of a letter at 11 px: a label that does not fit is left to its tooltip."""
_APART = 16.0
"""Marks that are nearer than that stand on each other's toes: the later one moves to the right."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A unit, unchanged from one look until another."""

    began: Instant
    ended: Instant
    point: UnitPoint


class _Scale:
    """Instants to pixels."""

    def __init__(self, begin: int, end: int) -> None:
        self.begin = begin
        self.end = end

    def x(self, at: int) -> float:
        """Where an instant stands."""
        share = (at - self.begin) / (self.end - self.begin)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def draw(bands: Sequence[Band], looks: Sequence[LookPoint], steps: Sequence[StepLine] = ()) -> str:
    """An `<svg>` element; empty where there is nothing to draw."""
    instants = [b.began for b in bands] + [b.ended for b in bands if b.ended is not None]
    instants += [look.at for look in looks] + [step.at for step in steps]
    if not instants or max(instants) <= min(instants):
        return ""
    scale = _Scale(min(instants), max(instants))
    y = MARKS
    parts = [_label("phase", y), *_phases(bands, scale, y)]
    y += ROW
    most = max((_rows(p) for look in looks for p in look.units), default=0)
    for role in (Role.PRIMARY, Role.SECONDARY):
        stretches = _stretches(looks, role, scale.end)
        if not stretches:
            continue
        parts += [_label(role.value, y), *(_state(s, scale, y) for s in stretches)]
        y += ROW
        parts += [_label("sessions", y), *_curve(stretches, scale, y, most)]
        y += CURVE
    parts += _acts(steps, scale, y)
    parts += _axis(scale, y + 4)
    return (
        f'<svg viewBox="0 0 {WIDTH} {y + 22}" role="img" '
        'aria-label="Phases, states and sessions of both units over time, and what was done">'
        f"{''.join(parts)}</svg>"
    )


def _phases(bands: Sequence[Band], scale: _Scale, y: int) -> Iterator[str]:
    for number, band in enumerate(bands):
        ended = scale.end if band.ended is None else band.ended
        tip = f"{band.phase}, {clock(band.began)} to {clock(Instant(ended))}: {band.why}"
        colour = "phase-a" if number % 2 else "phase-b"
        yield _box(scale, y, band.began, ended, colour=colour, words=band.phase, tip=tip)


def _stretches(looks: Sequence[LookPoint], role: Role, end: int) -> list[_Stretch]:
    """The looks at one unit, equal neighbours joined."""
    points = [(look.at, p) for look in looks for p in look.units if p.role is role]
    joined: list[_Stretch] = []
    for at, point in points:
        if joined and joined[-1].point == point:
            continue
        if joined:
            joined[-1] = _Stretch(joined[-1].began, at, joined[-1].point)
        joined.append(_Stretch(at, Instant(end), point))
    return joined


def _state(stretch: _Stretch, scale: _Scale, y: int) -> str:
    point = stretch.point
    words = f"{point.state} {point.version or ''}".rstrip()
    tip = f"{point.role.value} {point.serial or ''} {words}, from {clock(stretch.began)}"
    colour = colour_of(point.state)
    return _box(scale, y, stretch.began, stretch.ended, colour=colour, words=words, tip=tip)


_JOINING = frozenset(state.value for state in JOINING)


def colour_of(state: str) -> str:
    """The class of the style sheet for a state, in the device's word."""
    match state:
        case FailoverState.ACTIVE.value:
            return "active"
        case FailoverState.STANDBY_READY.value:
            return "ready"
        case _ if state == DARK:
            return "dark"
        case _ if state in _JOINING:
            return "sync"
        case _:
            return "other"


# ── sessions ───────────────────────────────────────────────────────────────────────────


def _curve(stretches: Sequence[_Stretch], scale: _Scale, y: int, most: int) -> Iterator[str]:
    """Rows of one unit as steps: those with a tunnel dark, all of them light behind.

    Where nobody could count there is a gap, never a zero. A standby's rows have no tunnels.
    """
    base = y + CURVE - 6
    high = CURVE - 14

    def height(count: int) -> float:
        return round(base - high * count / most, 1) if most else float(base)

    for run in _runs(stretches):
        for kind in ("asleep", "carried"):
            path: list[str] = []
            for stretch in run:
                point = stretch.point
                top = height(_rows(point) if kind == "asleep" else point.sessions or 0)
                path += [f"{scale.x(stretch.began)},{top}", f"{scale.x(stretch.ended)},{top}"]
            first, last = scale.x(run[0].began), scale.x(run[-1].ended)
            points = f"{first},{base} {' '.join(path)} {last},{base}"
            yield f'<polygon class="{kind}" points="{points}"/>'
    yield f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{base}" y2="{base}"/>'
    yield from _counts(stretches, scale, y)


def _rows(point: UnitPoint) -> int:
    return (point.sessions or 0) + (point.inactive or 0)


def _runs(stretches: Sequence[_Stretch]) -> list[list[_Stretch]]:
    """Stretches in a row in which the sessions could be counted."""
    runs: list[list[_Stretch]] = []
    counted = False
    for stretch in stretches:
        if stretch.point.sessions is not None:
            if not counted:
                runs.append([])
            runs[-1].append(stretch)
        counted = stretch.point.sessions is not None
    return runs


def _counts(stretches: Sequence[_Stretch], scale: _Scale, y: int) -> Iterator[str]:
    """The numbers where they change, as far as they do not overlap."""
    free_from = 0.0
    told: str | None = None
    for stretch in stretches:
        point = stretch.point
        if point.sessions is None:
            told = None
            continue
        is_active = point.state == FailoverState.ACTIVE.value
        silent = f", {point.inactive:,} without tunnel" if point.inactive and is_active else ""
        text = f"{_rows(point):,}{silent}"
        x = scale.x(stretch.began)
        if text != told and x >= free_from and x + len(text) * _LETTER <= WIDTH:
            yield f'<text class="count" x="{x + 2}" y="{y + 12}">{html(text)}</text>'
            free_from = x + (len(text) + 1) * _LETTER
            told = text


# ── what was done ──────────────────────────────────────────────────────────────────────


def _acts(steps: Sequence[StepLine], scale: _Scale, bottom: int) -> Iterator[str]:
    """A line and a number where something was typed."""
    free_from = 0.0
    for step in steps:
        if not step.lines:
            continue
        x = scale.x(step.at)
        label = max(x, free_from)
        free_from = label + _APART
        tip = f"{step.number}. {step.name} at {clock(step.at)}, {step.outcome}"
        yield (
            f'<g class="act"><title>{html(tip)}</title>'
            f'<line x1="{x}" x2="{x}" y1="{MARKS - 4}" y2="{bottom}"/>'
            f'<text x="{label}" y="{MARKS - 8}" text-anchor="middle">{step.number}</text></g>'
        )


# ── shapes ─────────────────────────────────────────────────────────────────────────────


def _box(
    scale: _Scale, y: int, began: int, ended: int, *, colour: str, words: str, tip: str
) -> str:
    x = scale.x(began)
    width = round(max(scale.x(ended) - x, 1.0), 1)
    box = (
        f'<rect class="{colour}" x="{x}" y="{y + 2}" width="{width}" height="{ROW - 4}">'
        f"<title>{html(tip)}</title></rect>"
    )
    if len(words) * _LETTER + 8 > width:
        return box
    return box + f'<text class="on" x="{x + 4}" y="{y + 16}">{html(words)}</text>'


def _label(text: str, y: int) -> str:
    return f'<text class="faint" x="0" y="{y + 16}">{html(text)}</text>'


def _axis(scale: _Scale, y: int) -> Iterator[str]:
    """Five instants along the bottom."""
    yield f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>'
    for part in range(5):
        at = scale.begin + (scale.end - scale.begin) * part // 4
        anchor = ("start", "middle", "middle", "middle", "end")[part]
        yield (
            f'<text class="faint" x="{scale.x(at)}" y="{y + 14}" text-anchor="{anchor}">'
            f"{clock(Instant(at))}</text>"
        )
