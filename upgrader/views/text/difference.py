"""Two snapshots compared: areas as lines, below them what a person should look at."""

from upgrader.model.difference import AreaDiff, Bounds, Compared, Diff, Difference, How
from upgrader.views.text.page import Page
from upgrader.views.wording import value_told

LINES_SHOWN = 40
"""Lines of a configuration's difference, unless all are asked for."""

_STYLES = {
    Bounds.BEYOND: "bold red",
    Bounds.UNKNOWN: "bold magenta",
    Bounds.WITHIN: "",
    Bounds.IGNORED: "dim",
}


def write_diff(page: Page, diff: Diff, *, every: bool, whole: bool) -> None:
    """`whole`: all areas; else only those that want a person. `every`: all differences."""
    if not (whole or diff.wants_a_person):
        return
    if not whole:
        page.heading(f"Changes: {diff.verdict}")
    else:
        page.gap()
        page.values([("before", _compared(diff.before)), ("after", _compared(diff.after))])
        page.gap()
    for caution in diff.cautions:
        page.line(f"Caution: {caution}", indent=2, style="yellow")
    width = max(len(area.area.value) for area in diff.areas)
    for area in diff.areas:
        shown = [d for d in area.differences if every or d.bounds.wants_a_person]
        if not (whole or shown):
            continue
        style = "" if area.bounds is None else _STYLES[area.bounds]
        page.line(f"{area.area.value.ljust(width)}  {_counts(area)}", indent=2, style=style)
        page.values([(d.bounds.value.upper(), told(d)) for d in shown], indent=4)
    _write_lines(page, diff, every=every)


def told(difference: Difference) -> str:
    """`in use (active): 5,213 → 700; allowed ±20 % or ±20`."""
    before, after = value_told(difference.before), value_told(difference.after)
    match difference.how:
        case How.CHANGED:
            change = f"{before} → {after}"
        case How.NEW:
            change = f"new: {after}"
        case How.GONE:
            change = f"gone: {before}"
        case How.UNSEEN:
            change = _unseen(difference)
    source = f" (says {difference.source})" if difference.source else ""
    name = f"{difference.key} ({difference.whose.value})"
    return f"{name}: {change}; allowed {difference.allowed}{source}"


def _unseen(difference: Difference) -> str:
    if difference.before is None and difference.after is None:
        return "nobody could look"
    if difference.before is None:
        return f"nobody could look before; now {value_told(difference.after)}"
    return f"{value_told(difference.before)} before; nobody could look after"


def _compared(compared: Compared) -> str:
    when = compared.device_time or "no clock was seen"
    named = [compared.named] if compared.named else []
    moment = [] if compared.named.endswith(f":{compared.moment}") else [compared.moment]
    return ", ".join([*named, when, *moment])


def _counts(area: AreaDiff) -> str:
    parts = [f"{area.equal} the same"] if area.equal else []
    parts += [
        f"{area.count(bounds)} {words}"
        for bounds, words in (
            (Bounds.BEYOND, "beyond tolerance"),
            (Bounds.UNKNOWN, "not seen"),
            (Bounds.WITHIN, "within tolerance"),
            (Bounds.IGNORED, "ignored"),
        )
        if area.count(bounds)
    ]
    return ", ".join(parts) or "nothing there"


def _write_lines(page: Page, diff: Diff, *, every: bool) -> None:
    for found in diff.configuration:
        page.heading(f"Configuration of the {found.whose.value} unit")
        shown = found.lines if every else found.lines[:LINES_SHOWN]
        page.typed(shown, indent=2)
        if len(found.lines) > len(shown):
            page.line(f"… and {len(found.lines) - len(shown):,} more lines (--all)", indent=2)
