"""The night as a picture: phases as bands, both units' states beneath, sessions as numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from upgrader.model.failover import FailoverState, Role
from upgrader.model.names import Instant
from upgrader.model.report import DARK, Band, LookPoint, UnitPoint
from upgrader.views.escape import html
from upgrader.views.wording import clock

WIDTH = 960
LEFT = 78
RIGHT = 8
ROW = 24
_LETTER = 6.2
"""About the width of a letter at 11 px: a label that does not fit is left to its tooltip."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A unit, unchanged from one look until another."""

    began: Instant
    ended: Instant
    point: UnitPoint


def draw(bands: Sequence[Band], looks: Sequence[LookPoint]) -> str:
    """An `<svg>` element; empty where there is nothing to draw."""
    instants = [b.began for b in bands] + [b.ended for b in bands if b.ended is not None]
    instants += [look.at for look in looks]
    if not instants or max(instants) <= min(instants):
        return ""
    scale = _Scale(min(instants), max(instants))
    parts = [_label("phase", 0), *_phases(bands, scale)]
    row = 1
    for role in (Role.PRIMARY, Role.SECONDARY):
        stretches = _stretches(looks, role, scale.end)
        if stretches:
            parts += [_label(role.value, row), *(_state(s, scale, row) for s in stretches)]
            parts += [_label("sessions", row + 1), *_numbers(stretches, scale, row + 1)]
            row += 2
    height = row * ROW + 22
    parts += _axis(scale, row * ROW + 4)
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="Phases, unit states and sessions over time">{"".join(parts)}</svg>'
    )


class _Scale:
    """Instants to pixels."""

    def __init__(self, begin: int, end: int) -> None:
        self.begin = begin
        self.end = end

    def x(self, at: int) -> float:
        """Where an instant stands."""
        share = (at - self.begin) / (self.end - self.begin)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def _phases(bands: Sequence[Band], scale: _Scale) -> list[str]:
    drawn = []
    for number, band in enumerate(bands):
        ended = scale.end if band.ended is None else band.ended
        tip = f"{band.phase}, {clock(band.began)} to {clock(Instant(ended))}: {band.why}"
        colour = "phase-a" if number % 2 else "phase-b"
        drawn.append(_box(scale, 0, band.began, ended, colour=colour, words=band.phase, tip=tip))
    return drawn


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


def _state(stretch: _Stretch, scale: _Scale, row: int) -> str:
    point = stretch.point
    words = f"{point.state} {point.version or ''}".rstrip()
    tip = f"{point.role.value} {point.serial or ''} {words}, from {clock(stretch.began)}"
    colour = _colour(point.state)
    return _box(scale, row, stretch.began, stretch.ended, colour=colour, words=words, tip=tip)


def _colour(state: str) -> str:
    match state:
        case FailoverState.ACTIVE.value:
            return "active"
        case FailoverState.STANDBY_READY.value:
            return "ready"
        case _ if state == DARK:
            return "dark"
        case (
            FailoverState.COLD_STANDBY.value
            | FailoverState.SYNC_CONFIG.value
            | FailoverState.SYNC_FILE_SYSTEM.value
            | FailoverState.BULK_SYNC.value
        ):
            return "sync"
        case _:
            return "other"


def _numbers(stretches: Sequence[_Stretch], scale: _Scale, row: int) -> list[str]:
    """Session counts where they change, as far as they do not overlap."""
    drawn: list[str] = []
    free_from = 0.0
    for stretch in stretches:
        if stretch.point.sessions is None:
            continue
        text = f"{stretch.point.sessions:,}"
        x = scale.x(stretch.began)
        if x >= free_from:
            drawn.append(f'<text class="faint" x="{x}" y="{row * ROW + 15}">{text}</text>')
            free_from = x + (len(text) + 1) * _LETTER
    return drawn


def _box(
    scale: _Scale, row: int, began: int, ended: int, *, colour: str, words: str, tip: str
) -> str:
    x = scale.x(began)
    width = round(max(scale.x(ended) - x, 1.0), 1)
    y = row * ROW + 2
    box = (
        f'<rect class="{colour}" x="{x}" y="{y}" width="{width}" height="{ROW - 4}">'
        f"<title>{html(tip)}</title></rect>"
    )
    if len(words) * _LETTER + 8 > width:
        return box
    return box + f'<text class="on" x="{x + 4}" y="{y + 14}">{html(words)}</text>'


def _label(text: str, row: int) -> str:
    return f'<text class="faint" x="0" y="{row * ROW + 16}">{html(text)}</text>'


def _axis(scale: _Scale, y: int) -> list[str]:
    """Five instants along the bottom."""
    drawn = [f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>']
    for part in range(5):
        at = scale.begin + (scale.end - scale.begin) * part // 4
        anchor = ("start", "middle", "middle", "middle", "end")[part]
        drawn.append(
            f'<text class="faint" x="{scale.x(at)}" y="{y + 14}" text-anchor="{anchor}">'
            f"{clock(Instant(at))}</text>"
        )
    return drawn
