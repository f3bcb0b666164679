"""Two snapshots compared, and tolerances learnt, as plain JSON values."""

from collections.abc import Sequence

from upgrader.model.difference import Compared, Diff, Difference, Learned
from upgrader.model.picture import Tolerance
from upgrader.views.json_values import Json


def diff_object(diff: Diff) -> dict[str, Json]:
    """The areas with every difference, whether or not it is within tolerance."""
    return {
        "verdict": diff.verdict,
        "wants_a_person": diff.wants_a_person,
        "before": _compared(diff.before),
        "after": _compared(diff.after),
        "cautions": list(diff.cautions),
        "areas": [
            {
                "area": area.area.value,
                "bounds": "same" if area.bounds is None else area.bounds.value,
                "equal": area.equal,
                "differences": [_difference(found) for found in area.differences],
            }
            for area in diff.areas
        ],
        "configuration": [
            {"whose": found.whose.value, "lines": list(found.lines)} for found in diff.configuration
        ],
    }


def learned_object(learned: Sequence[Learned]) -> list[Json]:
    """What is proposed, by pattern, and what it was learnt from."""
    return [
        {"pattern": found.tolerance.pattern, **_tolerance(found.tolerance), "why": found.why}
        for found in learned
    ]


def _compared(compared: Compared) -> Json:
    return {
        "named": compared.named,
        "moment": compared.moment,
        "at_ms": compared.at,
        "device_time": compared.device_time,
    }


def _difference(found: Difference) -> Json:
    return {
        "key": found.key,
        "whose": found.whose.value,
        "how": found.how.value,
        "before": found.before,
        "after": found.after,
        "bounds": found.bounds.value,
        "allowed": found.allowed,
        "source": found.source,
    }


def _tolerance(tolerance: Tolerance) -> dict[str, Json]:
    return {
        "absolute": tolerance.absolute,
        "percent": tolerance.percent,
        "ignore": tolerance.ignore,
        "must_exist": tolerance.must_exist,
    }
