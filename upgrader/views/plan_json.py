"""A plan and its approvals, as parts of a report's JSON object."""

from upgrader.model.approval import ApprovalLine
from upgrader.model.plan import Plan, step_name
from upgrader.views.json_values import Json


def plan_object(plan: Plan) -> Json:
    """A plan: what `--json` tells of it; the plan file has all of it, in its own spelling."""
    return {
        "purpose": plan.purpose.value,
        "pair": plan.pair,
        "pair_path": plan.pair_path,
        "pair_digest": plan.pair_digest,
        "target": str(plan.target.version),
        "journey": [str(release) for release in plan.journey],
        "image": plan.image,
        "asdm": plan.asdm,
        "failback": plan.failback.value,
        "drain": None
        if plan.drain is None
        else {
            "below": plan.drain.below,
            "batch": plan.drain.batch,
            "hold_logins": plan.drain.hold_logins,
        },
        "undoes": plan.undoes,
        "drawn_from": plan.drawn_from.digest,
        "fields": [
            {"unit": f.unit, "field": f.field, "value": f.value} for f in plan.drawn_from.fields
        ],
        "serials": list(plan.serials),
        "first_active": plan.first_active,
        "sessions": plan.sessions,
        "configurations": [
            {"serial": c.serial, "version": str(c.version), "digest": c.rest}
            for c in plan.configurations
        ],
        "windows": list(plan.windows),
        "selection": {
            "left_out": list(plan.selection.left_out),
            "record_only": list(plan.selection.record_only),
            "parameters": [
                {"rule": p.rule, "name": p.name, "value": p.value}
                for p in plan.selection.parameters
            ],
        },
        "waivers": [
            {
                "rule": w.rule,
                "facts": w.facts,
                "reason": w.reason,
                "by": w.by,
                "evidence": w.evidence,
            }
            for w in plan.waivers
        ],
        "demand": {
            "required": plan.demand.required,
            "keys": [{"name": k.name, "key": k.key} for k in plan.demand.keys],
        },
        "steps": [
            {
                "step": step_name(planned.step),
                "where": planned.typed.where,
                "lines": list(planned.typed.lines),
                "why": planned.why,
            }
            for planned in plan.steps
        ],
    }


def approval_object(line: ApprovalLine) -> Json:
    """An approval as it was judged."""
    return {
        "by": line.by,
        "key": line.fingerprint,
        "plan": line.plan,
        "at": line.at,
        "comment": line.comment,
        "holds": line.holds,
        "counts": line.counts,
        "why_not": line.why_not or None,
    }
