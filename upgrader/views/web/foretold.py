"""What was foretold of the night, and what each way with a mismatch would have cost."""

from upgrader.model.prediction import Prediction
from upgrader.views.escape import html
from upgrader.views.web.parts import table, values
from upgrader.views.wording import TYPED_FOR


def foretold(told: Prediction | None) -> str:
    """The prediction in numbers, with its reasons; empty where nothing was foretold."""
    if told is None:
        return ""
    bound = "" if told.exact else "at most "
    people = (
        f"{told.before:,} sessions: {told.reconnected:,} reconnect, {told.kept:,} kept, "
        f"{bound}{told.lost:,} lost; {bound}{told.orphaned:,} orphaned"
    )
    rows = [
        ("People", people),
        ("Connections", told.connections),
        ("Duration", f"about {told.minutes} min: {told.minutes_why}"),
    ]
    reasons = "".join(
        f"<li>{group.count:,} {html(group.fate)}: {html(group.why)}</li>" for group in told.reasons
    )
    return values(rows) + (f"<ul>{reasons}</ul>" if reasons else "") + _ways(told)


def _ways(told: Prediction) -> str:
    rows = (
        (
            TYPED_FOR[way.name],
            f"{way.interrupted:,}",
            f"{way.orphaned:,}",
            str(way.closed_minutes),
            str(way.minutes),
            "sure" if way.sure else "probable",
            way.why,
        )
        for way in told.ways
    )
    heads = (
        "way",
        "log in again",
        "orphans",
        "logins closed, min",
        "in all, min",
        "how sure",
        "why",
    )
    return table(heads, rows, name="Ways with the mismatch")
