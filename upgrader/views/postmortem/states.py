"""Units' states as bands of the picture, and over them what is not known of them.

A band whose beginning no line stamps has a soft edge: a hatched stretch from when until when it
may have begun. Where nothing is known of a unit the hatching goes the other way.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from upgrader.model.failover import Role
from upgrader.model.night import AWAY, UNKNOWN, Band, Night
from upgrader.views.escape import html
from upgrader.views.postmortem.instants import Instants, about
from upgrader.views.postmortem.scale import LETTER, Scale
from upgrader.views.postmortem.surety import Stamps
from upgrader.views.web.night import colour_of

ROW = 24
"""How high a lane is."""
BANDS = 1_000
"""States of a unit, and silences: a unit that flaps has more than a picture can show."""
SOFT = 8
"""How wide a soft edge is at least."""

HATCHES = (
    '<pattern id="unseen" width="6" height="6" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect class="unseen" width="2.5" height="6"/></pattern>'
    '<pattern id="soft" width="4" height="4" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(-45)"><rect class="unseen" width="2" height="4"/></pattern>'
)
"""The two hatchings, for the `<defs>` of the picture."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A unit's lane."""

    boxes: Sequence[str]
    """What is stretched when the reader comes nearer."""
    pins: Sequence[str]
    """What is laid anew: hatchings, and words."""
    keys: frozenset[str]
    """What the legend has to explain."""


def draw_states(
    night: Night, role: Role, stamps: Stamps, scale: Scale, when: Instants, y: int
) -> Drawn:
    """A unit's states, where nothing is known of it, and where a state may have begun."""
    bands = [band for band in night.bands if band.unit is role][:BANDS]
    boxes: list[str] = []
    hatched: list[str] = []
    words: list[str] = []
    keys: set[str] = set()
    for place, band in enumerate(bands):
        began, ended = _ends(band, night)
        if ended <= began:
            continue  # it was over when the records began
        colour = _colour(band)
        following = bands[place + 1] if place + 1 < len(bands) else None
        tip = f"{role.value} {band.state} {_stretch(band, following, stamps, when)}"
        boxes.append(_box(scale, y, began, ended, colour=colour, tip=tip))
        keys.add(colour)
        if band.state == UNKNOWN:
            hatched.append(_hatch(scale, y, began, ended, kind="hatch", tip=tip))
        else:
            words.append(_word(scale, y, began, ended, band.state))
        # What was not known before is hatched already until it was seen.
        is_turn = place > 0 and bands[place - 1].state != UNKNOWN
        if is_turn and not _begins_exactly(band, stamps):
            first, last = _reach(band, night, stamps)
            tip = f"{role.value} {band.state} from {_some_time(first, last, when)}"
            hatched.append(_hatch(scale, y, first, last, kind="soft", tip=tip))
            keys.add("soft")
    for silence in night.silences[:BANDS]:
        if silence.unit in (role, None):
            tip = f"nothing is known, {when.stretch(silence.began, silence.ended)}: {silence.why}"
            hatched.append(_hatch(scale, y, silence.began, silence.ended, kind="hatch", tip=tip))
            keys.add("hatched")
    return Drawn(boxes, [*hatched, *words], frozenset(keys))


def _colour(band: Band) -> str:
    if band.state == AWAY:
        return "dark"
    return "hatched" if band.state == UNKNOWN else colour_of(band.state)


def _ends(band: Band, night: Night) -> tuple[int, int]:
    began = night.began if band.began is None else band.began
    return began, night.ended if band.ended is None else band.ended


def _begins_exactly(band: Band, stamps: Stamps) -> bool:
    return band.began is None or stamps.is_exact(band.began, band.places[:1])


def _reach(band: Band, night: Night, stamps: Stamps) -> tuple[int, int]:
    """From when until when it may have begun; not after its end."""
    began, ended = _ends(band, night)
    first, last = stamps.reach(band.places[:1]) or (began, began)
    return min(first, began), min(max(last, began), ended)


def _stretch(band: Band, following: Band | None, stamps: Stamps, when: Instants) -> str:
    """From when until when, with `about` before what no line stamps."""
    began, ended = when.told(band.began), when.told(band.ended)
    began = about(began, is_exact=_begins_exactly(band, stamps))
    ended = about(ended, is_exact=following is None or _begins_exactly(following, stamps))
    first = "the beginning" if band.began is None else began
    last = "the end" if band.ended is None else ended
    return f"from {first} to {last}"


def _some_time(first: int, last: int, when: Instants) -> str:
    why = "the line that tells of it has no stamp"
    if first == last:
        return f"about {when.told(first)}: {why}"
    return f"some time between {when.told(first)} and {when.told(last)}: {why}"


# ── shapes ─────────────────────────────────────────────────────────────────────────────


def _box(scale: Scale, y: int, began: int, ended: int, *, colour: str, tip: str) -> str:
    x = scale.x(began)
    width = round(max(scale.x(ended) - x, 0.5), 2)
    return (
        f'<rect class="{colour}" x="{x}" y="{y + 2}" width="{width}" height="{ROW - 4}">'
        f"<title>{html(tip)}</title></rect>"
    )


def _hatch(scale: Scale, y: int, began: int, ended: int, *, kind: str, tip: str) -> str:
    """Stripes that keep their width when the reader comes nearer."""
    x, least = scale.x(began), SOFT if kind == "soft" else 0.5
    width = round(scale.x(ended) - x, 2)
    shown = max(width, least)
    start = round(x + (width - shown) / 2, 2)
    return (
        f'<rect class="{kind} laid" data-x="{x}" data-w="{width}" data-least="{least}" '
        f'x="{start}" y="{y + 2}" width="{shown}" height="{ROW - 4}">'
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
