"""The approvals of a plan, held against what its pair demands: whether it may be run."""

import shlex
from collections.abc import Sequence
from pathlib import Path

from upgrader.cli.pairfile.approvals import demand_of
from upgrader.cli.pairfile.pair import PairFile
from upgrader.journal.approvals import judge, plan_hash
from upgrader.model.approval import ApprovalLine, Demand, stricter
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.plan import Plan
from upgrader.model.report import Report


def plan_unapproved(
    command: str, plan: Plan, pair: PairFile, path: Path | None = None
) -> Report | None:
    """Why a plan may not be run for want of approvals; None: it may.

    `path`: its file; None: it was drawn just now.

    The stricter of two demands counts: that of the day it was drawn, and that of the pair now.
    """
    demand = stricter(plan.demand, demand_of(pair.site))
    lines = judge(plan, demand)
    where = "plan.json" if path is None else shlex.quote(str(path))
    anew = Next(commands=(f"upgrader plan {shlex.quote(pair.path)} --to '{plan.goal}' -o {where}",))
    broken = next((line for line in lines if not line.holds), None)
    if broken is not None:
        why = f"the approval by {broken.by} does not hold: {broken.why_not}"
        return refused(command, plan.pair, why, anew, plan, lines)
    if demand.required > demand.people:
        why = (
            f"{people(demand)} must approve, and the plan's list and the pair's have only "
            f"{demand.people} in common: draw the plan anew"
        )
        return refused(command, plan.pair, why, anew, plan, lines)
    given = [line for line in lines if line.counts]
    if len(given) >= demand.required:
        return None
    missing = demand.required - len(given)
    idle = "".join(
        f"; {line.by}'s does not count: {line.why_not}" for line in lines if line.why_not
    )
    why = (
        f"{len(given)} of {demand.required} approvals: {_who(demand, given)} may still approve"
        f"{idle}"
    )
    approve_it = f"upgrader approve {where} --key KEYFILE"
    first = anew.commands if path is None else ()
    commands = (*first, *(approve_it,) * missing, f"upgrader run {where}")
    return refused(command, plan.pair, why, Next(commands=commands), plan, lines)


def counted(plan: Plan, pair: PairFile) -> tuple[ApprovalLine, ...]:
    """The approvals that count now: what a run's journal says of them."""
    if not plan.approvals:
        return ()
    lines = judge(plan, stricter(plan.demand, demand_of(pair.site)))
    return tuple(line for line in lines if line.counts)


def refused(
    command: str,
    pair: str,
    why: str,
    goes_on: Next,
    plan: Plan | None = None,
    lines: tuple[ApprovalLine, ...] = (),
) -> Report:
    """A refusal that says why; `lines`: the approvals that there are."""
    return Report(
        command=command,
        outcome=Outcome.REFUSED,
        exit_code=ExitCode.REFUSED,
        pair=pair,
        verdict=why,
        next=goes_on,
        plan_hash=None if plan is None else plan_hash(plan),
        approvals=lines,
    )


def people(demand: Demand) -> str:
    """How many must approve, in words."""
    return "one person" if demand.required == 1 else f"{demand.required} people"


def _who(demand: Demand, given: Sequence[ApprovalLine]) -> str:
    done = {line.by.casefold() for line in given}
    names = {k.name.casefold(): k.name for k in demand.keys if k.name.casefold() not in done}
    return " or ".join(sorted(names.values()))
