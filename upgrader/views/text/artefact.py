"""A plan as what people approve: its hash, what it was drawn from, who has signed."""

from collections.abc import Sequence

from upgrader.model.approval import ApprovalLine
from upgrader.model.names import Digest
from upgrader.model.plan import DIGEST_OF, Plan
from upgrader.model.words import many
from upgrader.views.text.page import Page
from upgrader.views.wording import drained

_HALF = 64
"""Digits of a SHA-512 on a line: two lines are compared more easily than one that wraps."""


def write_to_sign(page: Page, plan: Plan, plan_hash: Digest) -> None:
    """What an approver signs, in short: `upgrader show` has all of it."""
    page.heading(f"To be approved: {plan.purpose.value} of pair {plan.pair}")
    page.line(plan_hash, indent=2)
    told = plan.prediction
    foretold = (
        "nothing: not enough was seen"
        if told is None
        else (
            f"of {many(told.before, 'session')} {told.lost:,} lost and {told.orphaned:,} orphaned; "
            f"about {many(told.minutes, 'minute')}"
        )
    )
    rows = [
        ("from, to", f"{_running(plan)} to {plan.target.version}"),
        ("image", plan.image or "not known"),
        ("units", f"Primary {plan.serials[0]}, Secondary {plan.serials[1]}"),
        ("fail-back", plan.failback.value),
        ("window", _windows(plan)),
        ("foretold", foretold),
    ]
    if plan.drain is not None:
        rows.append(("drain", drained(plan.drain)))
    if plan.journey:
        later = ", ".join(str(version) for version in plan.journey)
        rows.append(("not in it", f"{later}: of each its own plan is approved"))
    for name, rules in (
        ("left out", plan.selection.left_out),
        ("recorded", plan.selection.record_only),
    ):
        if rules:
            rows.append((name, f"{_names(rules)}: these rules stop nothing"))
    rows.append(("waivers", f"{len(plan.waivers)}, below" if plan.waivers else "none"))
    page.values(rows)
    _write_waivers(page, plan)


def write_artefact(page: Page, plan: Plan) -> None:
    """What else a plan holds: what it was drawn from, its hours, its waivers, its demand."""
    page.heading("Drawn from")
    rows = [(f"{f.unit} {f.field}", f.value) for f in plan.drawn_from.fields if _is_named(f.field)]
    page.values(
        [*rows, ("sessions", "not known" if plan.sessions is None else f"{plan.sessions:,}")]
    )
    for seen in plan.configurations:
        page.line(f"configuration of {seen.serial} ({seen.version}), without boot lines", indent=2)
        page.line(seen.rest, indent=4)
    _write_digests(page, plan)
    rows = [("window", _windows(plan)), ("rules left out", _names(plan.selection.left_out))]
    rows.append(("only recorded", _names(plan.selection.record_only)))
    rows += [(f"{p.rule} {p.name}", str(p.value)) for p in plan.selection.parameters]
    if plan.drain is not None:
        rows.append(("drain", drained(plan.drain)))
    if plan.journey:
        rows.append(("goes on to", ", ".join(str(version) for version in plan.journey)))
    page.heading("Agreed upon")
    page.values(rows)
    _write_waivers(page, plan)


def write_approvals(page: Page, lines: Sequence[ApprovalLine], required: int) -> None:
    """Who has signed, and which of it counts; `required`: how many must, where that is known."""
    if not lines and not required:
        return
    counting = sum(line.counts for line in lines)
    of = f" of {required}" if required else ""
    page.heading(f"Approvals: {counting}{of}")
    for line in lines:
        verdict = (
            "approved" if line.counts else "DOES NOT HOLD" if not line.holds else "not counted"
        )
        style = "" if line.counts else "bold red"
        page.line(f"{verdict}  {line.by}  {line.at}", indent=2, style=style)
        rows = [("key", line.fingerprint or "not readable")]
        if line.comment:
            rows.append(("says", line.comment))
        if line.why_not:
            rows.append(("why not", line.why_not))
        page.values(rows, indent=4)


def _write_digests(page: Page, plan: Plan) -> None:
    """Each file once, where both units have the same."""
    units: dict[tuple[str, str], list[str]] = {}
    for told in plan.drawn_from.fields:
        if told.field.startswith(DIGEST_OF):
            units.setdefault((told.field.removeprefix(DIGEST_OF), told.value), []).append(told.unit)
    for (path, digest), seen in units.items():
        page.line(f"{path} on {' and '.join(seen)}", indent=2)
        kind, colon, digits = digest.rpartition(":")
        page.line(f"{kind}{colon}{digits[:_HALF]}", indent=4)
        if digits[_HALF:]:
            page.line(digits[_HALF:], indent=4 + len(kind) + len(colon))


def _write_waivers(page: Page, plan: Plan) -> None:
    for waiver in plan.waivers:
        page.line(f"waived  {waiver.rule}", indent=2, style="bold yellow")
        rows = [
            ("by", waiver.by or "nobody says"),
            ("why", waiver.reason),
            ("evidence", waiver.evidence or "not told"),
            ("facts", waiver.facts),
        ]
        page.values(rows, indent=4)


def _is_named(field: str) -> bool:
    """Whether a field of the fingerprint is shown; lines of a configuration stand in the file."""
    return field in {"model", "running version", "boot order, running", "ASDM image"}


def _running(plan: Plan) -> str:
    found = {f.value for f in plan.drawn_from.fields if f.field == "running version"}
    return " and ".join(sorted(found)) or "not known"


def _windows(plan: Plan) -> str:
    return " and ".join(plan.windows) or "at any hour"


def _names(rules: Sequence[str]) -> str:
    return ", ".join(rules) or "none"
