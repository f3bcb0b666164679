"""A plan: the steps, the exact lines and where they are typed, and what is foretold."""

from upgrader.model.plan import Plan, Prediction, Purpose
from upgrader.model.words import many
from upgrader.views.text.page import Page
from upgrader.views.wording import title


def write_plan(page: Page, plan: Plan) -> None:
    """What would be done, and what it was drawn from."""
    page.heading(f"Plan: {plan.purpose.value} of pair {plan.pair}")
    rows = [("pair file", plan.pair_path)]
    if plan.purpose is Purpose.UPGRADE:
        rows += [
            ("target", str(plan.target.version)),
            ("image", plan.image or "not known"),
            ("ASDM", plan.asdm or "stays as it is"),
            ("fail-back", plan.failback.value),
        ]
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
