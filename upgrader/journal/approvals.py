"""A plan's hash, and the signatures under it.

The hash is of the plan's values, not of the file's bytes: keys in another order are the same plan,
and an approval more or less changes nothing. What is signed names its purpose first, so that no
signature of another kind, by the same key, can be passed off as an approval.
"""

from dataclasses import replace

from upgrader.journal.chain import digest_of
from upgrader.journal.codec import encode
from upgrader.journal.persons import PersonKey, canonical, fingerprint, signed_by
from upgrader.model.approval import Approval, ApprovalLine, Demand
from upgrader.model.names import Digest
from upgrader.model.plan import Plan

PURPOSE = b"upgrader: approval of a plan, 1\n"
"""What every signed text begins with."""


def plan_hash(plan: Plan) -> Digest:
    """SHA-256 over the plan as canonical JSON, without its approvals."""
    return digest_of(encode(replace(plan, approvals=())))


def approve(plan: Plan, key: PersonKey, at: str, comment: str) -> Approval:
    """Sign the plan's hash; `at` as `Approval.at`."""
    unsigned = Approval(plan_hash(plan), key.public, at, comment, "")
    return replace(unsigned, signature=key.sign(_signed_text(unsigned)))


def judge(plan: Plan, demand: Demand) -> tuple[ApprovalLine, ...]:
    """Each approval of a plan file: whether it holds, and whether it counts.

    Where somebody must approve, only keys on the list count, each once, and each person once.
    """
    wanted = plan_hash(plan)
    lines: list[ApprovalLine] = []
    for approval in plan.approvals:
        line = _judged(approval, wanted, demand)
        if line.counts and any(line.fingerprint == other.fingerprint for other in lines):
            line = replace(line, why_not="the same key has approved above")
        elif line.counts and any(
            other.counts and line.by.casefold() == other.by.casefold() for other in lines
        ):
            line = replace(line, why_not=f"{line.by} has approved above, with another key")
        lines.append(line)
    return tuple(lines)


def _judged(approval: Approval, wanted: Digest, demand: Demand) -> ApprovalLine:
    def line(by: str, shown: str, *, holds: bool, why_not: str = "") -> ApprovalLine:
        return ApprovalLine(by, shown, approval.plan, approval.at, approval.comment, holds, why_not)

    try:
        key = canonical(approval.key)
    except ValueError as fault:
        return line("somebody", "", holds=False, why_not=str(fault))
    shown = fingerprint(key)
    listed = demand.name_of(approval.key)
    by = listed or shown
    if not signed_by(approval.key, _signed_text(approval), approval.signature):
        return line(by, shown, holds=False, why_not="the signature is not this key's under this")
    if approval.plan != wanted:
        why = f"it approves another plan, {approval.plan}; this one is {wanted}"
        return line(by, shown, holds=False, why_not=why)
    if demand.required and listed is None:
        return line(by, shown, holds=True, why_not="its key is not on the list of those who may")
    return line(by, shown, holds=True)


def _signed_text(approval: Approval) -> bytes:
    return PURPOSE + encode(replace(approval, signature=""))
