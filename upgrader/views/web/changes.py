"""Before and after: the areas with their verdicts, and what is beyond tolerance."""

from upgrader.model.difference import AreaDiff, Bounds, Diff, Difference, LinesDiff
from upgrader.views.escape import block, html
from upgrader.views.web.parts import Cell, folded, table, typed
from upgrader.views.wording import value_told

LISTED = 200
"""Differences within tolerance in the page; `report.json` beside it has them all."""

_TONES = {
    None: ("the same", "good"),
    Bounds.IGNORED: ("ignored", ""),
    Bounds.WITHIN: ("within tolerance", "good"),
    Bounds.BEYOND: ("beyond tolerance", "care"),
    Bounds.UNKNOWN: ("not seen", "unknown"),
}


def changes(diff: Diff | None) -> str:
    """All areas; what wants a person below them, the rest and the configuration unfold."""
    if diff is None:
        return ""
    when = f"{_when(diff.before.moment, diff.before.device_time)}, then "
    when += _when(diff.after.moment, diff.after.device_time)
    cautions = "".join(f"<p>Caution: {html(caution)}</p>" for caution in diff.cautions)
    areas = table(("area", "verdict", "the same", "changed"), map(_area, diff.areas), name="Areas")
    found = [d for area in diff.areas for d in area.differences]
    grave = [d for d in found if d.bounds.wants_a_person]
    slight = [d for d in found if not d.bounds.wants_a_person]
    rest = folded(
        f"{len(slight)} within tolerance or ignored", _rows(slight[:LISTED], "Within tolerance")
    )
    lines = "".join(map(_lines, diff.configuration))
    head = f"<p>{html(when)}: {html(diff.verdict)}.</p>"
    return head + cautions + areas + _rows(grave, "Beyond tolerance") + rest + lines


def _when(moment: str, device_time: str) -> str:
    return f"{moment} ({device_time})" if device_time else moment


def _area(area: AreaDiff) -> tuple[str | Cell, ...]:
    words, tone = _TONES[area.bounds]
    return (area.area.value, Cell(words, tone), str(area.equal), str(len(area.differences)))


def _rows(found: list[Difference], name: str) -> str:
    heads = ("area", "what", "of", "verdict", "before", "after", "allowed")
    return table(heads, map(_row, found), name=name)


def _row(found: Difference) -> tuple[str | Cell, ...]:
    words, tone = _TONES[found.bounds]
    source = f" (says {found.source})" if found.source else ""
    return (
        found.area.value,
        found.key,
        found.whose.value,
        Cell(words, tone),
        value_told(found.before),
        value_told(found.after),
        f"{found.allowed}{source}",
    )


def _lines(found: LinesDiff) -> str:
    title = f"Configuration of the {found.whose.value} unit, {len(found.lines)} lines"
    return folded(title, typed(shown for line in found.lines for shown in block(line)))
