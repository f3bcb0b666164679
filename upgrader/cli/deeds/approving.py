"""What people's approvals come to: signed, judged, and demanded before a run."""

import shlex
from collections.abc import Sequence
from pathlib import Path

from upgrader.cli.deeds.wanted import Drawn, Upgrade, odd_plan
from upgrader.cli.pairfile.approvals import demand_of
from upgrader.cli.pairfile.pair import PairFile
from upgrader.cli.planfile import add_approval, decode_plan
from upgrader.cli.runs.approvals import people, plan_unapproved, refused
from upgrader.cli.worlds.wall import WALL
from upgrader.journal.approvals import approve as signed
from upgrader.journal.approvals import judge, plan_hash
from upgrader.journal.persons import PersonKey, fingerprint
from upgrader.judgement.planned import belied
from upgrader.model.approval import ApprovalLine, Demand, stricter
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.plan import Plan
from upgrader.model.report import Report
from upgrader.model.words import many
from upgrader.ports import UsageFault

LONGEST_COMMENT = 200
"""Characters: a sentence, or the number of a ticket."""


# ── before a run ───────────────────────────────────────────────────────────────────────


def unapproved(command: str, wanted: Upgrade | Drawn) -> Report | None:
    """Why it may not be run for want of approvals; None: it may. No world is opened for that.

    Raises:
        UsageFault: `[approvals]` of the pair or its site is wrong.
    """
    match wanted:
        case Drawn(pair=pair, plan=plan, path=path):
            return plan_unapproved(command, plan, pair, path)
        case Upgrade(pair=pair):
            demand = demand_of(pair.site)
            if not demand.required:
                return None
            return refused(
                command,
                pair.name,
                f"{pair.name} is upgraded by a plan that {people(demand)} approved, and by no "
                "other; nothing was looked at",
                _from_the_start(pair, wanted),
            )


def next_hop_waits(wanted: Drawn) -> Report | None:
    """Why the hop that follows an approved plan's own is not begun; None: nobody must approve it.

    People sign one plan, of one hop. The commands lead to the next one's; the last of them runs it.

    Raises:
        UsageFault: as `unapproved`.
    """
    plan, pair = wanted.plan, wanted.pair
    demand = stricter(plan.demand, demand_of(pair.site))
    if not demand.required or not plan.journey:
        return None
    commands = (
        f"upgrader plan {shlex.quote(pair.path)} --to '{plan.journey[-1]}' -o next-hop.json",
        *("upgrader approve next-hop.json --key KEYFILE",) * demand.required,
        "upgrader run next-hop.json",
    )
    why = f"the plan that was approved ends here; {people(demand)} must approve the next hop's"
    return refused("run", plan.pair, why, Next(commands=commands))


# ── to sign ────────────────────────────────────────────────────────────────────────────


def read_to_approve(path: Path, comment: str) -> Plan:
    """A plan file that may be signed, as far as it says itself.

    Raises:
        UsageFault: it cannot be read, is no plan, or has a waiver of which too little is known;
            or the comment is none.
    """
    if len(comment) > LONGEST_COMMENT or not comment.isprintable():
        raise UsageFault(
            f"--comment: {many(len(comment), 'character')}; allowed: one line of at most "
            f"{LONGEST_COMMENT} printable characters"
        )
    plan = decode_plan(path)
    odd = odd_plan(plan)
    if odd is not None:
        raise UsageFault(f"{path}: {odd}")
    return plan


def not_to_be_signed(plan: Plan, path: Path, key: PersonKey) -> Report | None:
    """Why this key does not sign this plan; None: it may."""
    lines = judge(plan, plan.demand)
    mine, where = fingerprint(key.public), shlex.quote(str(path))
    anew = Next((f"upgrader plan {shlex.quote(plan.pair_path)} --to '{plan.goal}' -o {where}",))
    broken = next((line for line in lines if not line.holds), None)
    if broken is not None:
        why = (
            f"the approval by {broken.by} does not hold: {broken.why_not}. Somebody has changed "
            "the plan since, or pasted it in: have it drawn anew"
        )
        return refused("approve", plan.pair, why, anew, plan, lines)
    hidden = belied(plan)
    if hidden is not None:
        return refused("approve", plan.pair, f"{hidden}: have it drawn anew", anew, plan, lines)
    if plan.demand.required and plan.demand.name_of(key.public) is None:
        names = ", ".join(listed.name for listed in plan.demand.keys)
        why = f"{mine} is not among the keys that may approve ({names}): it would count for nothing"
        theirs = Next((f"upgrader approve {where} --key KEYFILE",))
        return refused("approve", plan.pair, why, theirs, plan, lines)
    done = next((line for line in lines if line.fingerprint == mine), None)
    if done is None:
        return None
    return Report(
        command="approve",
        outcome=Outcome.ALREADY_THERE,
        exit_code=ExitCode.DONE,
        pair=plan.pair,
        verdict=f"{done.by} has approved this plan already, at {done.at}: nothing was changed",
        next=_after(plan, path, lines),
        plan_hash=plan_hash(plan),
        approvals=lines,
    )


def approve(plan: Plan, path: Path, key: PersonKey, comment: str) -> Report:
    """Sign the plan that was shown, and write the approval into its file.

    Raises:
        StalePlan: another plan lies there by now.
        UsageFault: it cannot be written.
    """
    approval = signed(plan, key, WALL.now_utc().strftime("%Y-%m-%dT%H:%M:%SZ"), comment)
    add_approval(path, plan, approval)
    whole = decode_plan(path)
    lines = judge(whole, whole.demand)
    return Report(
        command="approve",
        outcome=Outcome.APPROVED,
        exit_code=ExitCode.DONE,
        pair=plan.pair,
        verdict=f"{lines[-1].by} approved the upgrade to {plan.target.version}"
        f"{_still_missing(whole.demand, lines)}",
        next=_after(whole, path, lines),
        plan_hash=plan_hash(whole),
        approvals=lines,
        notes=(f"the approval is in {path}",),
    )


def _after(plan: Plan, path: Path, lines: Sequence[ApprovalLine]) -> Next:
    where = shlex.quote(str(path))
    if sum(line.counts for line in lines) < plan.demand.required:
        return Next(commands=(f"upgrader approve {where} --key KEYFILE",))
    return Next(commands=(f"upgrader run {where}",))


def _still_missing(demand: Demand, lines: Sequence[ApprovalLine]) -> str:
    missing = demand.required - sum(line.counts for line in lines)
    return f"; {missing} more must approve" if missing > 0 else ""


def _from_the_start(pair: PairFile, wanted: Upgrade) -> Next:
    words = ["upgrader", "plan", pair.path, "--to", str(wanted.target.version)]
    for rule, reason in wanted.waivers:
        words += ["--waive", f"{rule}={reason}"]
    for window in wanted.windows:
        words += ["--window", window]
    return Next(
        commands=(
            shlex.join([*words, "-o", "plan.json"]),
            "upgrader approve plan.json --key KEYFILE",
            "upgrader run plan.json",
        )
    )
