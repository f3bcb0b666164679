"""A plan: the steps, the exact lines and where they are typed, and what is foretold."""

from collections.abc import Sequence

from upgrader.model.names import Digest
from upgrader.model.plan import Plan, Purpose
from upgrader.model.prediction import Prediction, Way
from upgrader.model.words import many
from upgrader.views.text.page import Page
from upgrader.views.wording import TYPED_FOR, drained, title


def write_plan(page: Page, plan: Plan, plan_hash: Digest | None = None) -> None:
    """What would be done, and what it was drawn from; under its hash, where that is told."""
    page.heading(f"Plan: {plan.purpose.value} of pair {plan.pair}")
    if plan_hash is not None:
        page.line(plan_hash, indent=2)
    rows = [("pair file", plan.pair_path)]
    if plan.purpose is Purpose.UPGRADE:
        rows += [
            ("target", str(plan.target.version)),
            *([("and then", ", ".join(str(v) for v in plan.journey))] if plan.journey else []),
            ("image", plan.image or "not known"),
            ("ASDM", plan.asdm or "stays as it is"),
            ("fail-back", plan.failback.value),
        ]
        rows += [("drain", drained(plan.drain))] if plan.drain is not None else []
    if plan.purpose is Purpose.ROLLBACK:
        rows += [
            ("takes back", plan.undoes or "not known"),
            ("to", str(plan.target.version)),
            ("image", plan.image or "as the run found it"),
        ]
    rows += [
        ("units", f"Primary {plan.serials[0]}, Secondary {plan.serials[1]}"),
        ("active now", plan.first_active),
        ("drawn from", plan.drawn_from.digest),
    ]
    rows += [("window", window) for window in plan.windows]
    rows += [("waiver", f"{waiver.rule}: {waiver.reason}") for waiver in plan.waivers]
    page.values(rows)
    if plan.is_noop:
        page.line("Nothing to do.", indent=2)
        return
    page.heading(f"Steps: {len(plan.steps)}")
    for number, planned in enumerate(plan.steps, start=1):
        page.line(f"{number:>2}. {title(planned.step)}", indent=1, style="bold")
        page.line(planned.why, indent=5)
        if planned.typed.lines:
            page.line(f"on {planned.typed.where}:", indent=5, style="dim")
            page.typed(planned.typed.lines, indent=7)


def write_prediction(page: Page, told: Prediction | None) -> None:
    """The aftermath foretold."""
    if told is None:
        page.heading("Foretold: nothing, for not enough could be seen")
        return
    page.heading(f"Foretold for {many(told.before, 'session')}")
    page.line(
        f"{told.reconnected:,} reconnect, {told.kept:,} kept, {told.lost:,} lost; "
        f"{told.orphaned:,} orphaned, {many(told.stuck_leases, 'stuck lease')}",
        indent=2,
        style="bold red" if told.lost or told.orphaned else "bold",
    )
    rows = [(f"{reason.count:,} {reason.fate}", reason.why) for reason in told.reasons]
    if told.suspects:
        rows.append((f"{told.suspects:,} suspect", "asleep: they cannot be told from orphans yet"))
    rows += [
        ("connections", told.connections),
        ("duration", f"about {many(told.minutes, 'minute')}: {told.minutes_why}"),
    ]
    page.values(rows)
    _write_ways(page, told.ways)


def _write_ways(page: Page, ways: Sequence[Way]) -> None:
    """What each way with a mismatch costs."""
    if not ways:
        return
    page.heading("Ways with the mismatch")
    page.values([(TYPED_FOR[way.name], _cost(way)) for way in ways])


def _cost(way: Way) -> str:
    """`5 people log in again, 23 minutes (probable): …`."""
    again = many(way.interrupted, "person logs in again", "people log in again")
    parts = [again if way.interrupted else "nobody is cut off"]
    if way.orphaned:
        parts.append(f"up to {many(way.orphaned, 'orphan')}")
    if way.closed_minutes:
        parts.append(f"nobody can log in for about {many(way.closed_minutes, 'minute')}")
    parts.append(f"{many(way.minutes, 'minute')} in all")
    return f"{', '.join(parts)}. {way.why[0].upper()}{way.why[1:]}."
