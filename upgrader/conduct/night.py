"""A night: one conduct of one plan, from the first look to the account.

Start and resume are one path. A run that begins looks fully, refuses if the pair is no longer
what the plan was drawn from, and remembers the pair as it was. A run that resumes reads the same
from its journal.
"""

from collections.abc import Sequence
from dataclasses import replace
from shlex import quote

from upgrader.conduct.beat import Conductor
from upgrader.conduct.manner import TODAY, Manner
from upgrader.conduct.wishes import Wishes
from upgrader.journal.approvals import plan_hash
from upgrader.journal.entry import Baseline, Halted, Journal, Looked, Recollection, Started
from upgrader.judgement.account import account, blob_looks
from upgrader.judgement.aim import Aim
from upgrader.judgement.fingerprint import drift, fingerprint, pinned_files
from upgrader.judgement.moves.progress import Progress
from upgrader.model.finding import Moment
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.plan import Drift, Plan, Purpose
from upgrader.model.report import Report
from upgrader.model.unit import Depth, Snapshot
from upgrader.model.watch import Watcher
from upgrader.ports import World

SESSIONS_MOVED = 0.2
"""A session count that moved by more than this share is worth a warning, and no drift."""


def conduct(
    command: str,
    plan: Plan,
    world: World,
    journal: Journal,
    watcher: Watcher,
    wishes: Wishes,
    started: Started | None,
) -> Report:
    """Begin a run (`started`) or take it up again (None), and go on until the end or a halt.

    `world` is armed: guarded, and taped where the journal lasts.

    Raises:
        BrokenChain: the journal's blobs are not what they were.
    """
    conductor, before = carry_through(plan, world, journal, watcher, wishes, started)
    if isinstance(before, Refusal):
        return _refusal_report(command, plan, journal, before)
    report = report_of(command, plan, journal, conductor.progress)
    moved = _moved_sessions(plan, before)
    return report if moved is None else replace(report, notes=(*report.notes, moved))


def carry_through(
    plan: Plan,
    world: World,
    journal: Journal,
    watcher: Watcher,
    wishes: Wishes,
    started: Started | None,
    manner: Manner = TODAY,
) -> tuple[Conductor, "Snapshot | Refusal"]:
    """Conduct, as in `conduct`, and leave the account to whoever wants one.

    Beside the conductor: the pair before the first act, or why the run did not begin.
    """
    aim = Aim(
        plan.target,
        plan.image,
        "as the plan says",
        plan.asdm,
        "as the plan says",
    )
    verified = () if started is None else started.verified
    conductor = Conductor(plan, aim, world, journal, watcher, wishes, manner, verified)
    if started is not None:
        conductor.write(started, durable=True)
    before = _baseline(journal)
    if before is None:
        refusal = _begin(conductor, plan, journal)
        if refusal is not None:
            if not refusal.already_there:
                halted = Halted(ExitCode.REFUSED, refusal.why, _onward(plan, refusal))
                conductor.write(halted, durable=True)
            return conductor, refusal
        before = conductor.looks[0]
    conductor.remember(before)
    conductor.run()
    return conductor, before


def report_of(
    command: str,
    plan: Plan,
    journal: Recollection,
    progress: Progress | None = None,
    *,
    aborted: bool = False,
) -> Report:
    """The account of what a journal holds so far; `progress` is its fold, where it is known.

    `aborted`: a person has just ended it for good, and the seal is still to be written.
    """
    entries = journal.entries()
    started = next((e.body for e in entries if isinstance(e.body, Started)), None)
    run = None if started is None else started.run
    approvals = () if started is None else started.approvals
    looks = [journal.look(digest) for digest in blob_looks(entries)]
    before = _baseline(journal)
    told = account(command, plan, run, entries, before, looks, progress, aborted=aborted)
    return replace(told, plan_hash=plan_hash(plan), approvals=approvals)


def _baseline(journal: Recollection) -> Snapshot | None:
    bodies = (entry.body for entry in reversed(journal.entries()))
    digest = next((body.snapshot for body in bodies if isinstance(body, Baseline)), None)
    return None if digest is None else journal.look(digest)


class Refusal:
    """Why a run did not begin; nothing was changed."""

    def __init__(self, why: str, drifted: Sequence[Drift] = (), *, there: bool = False) -> None:
        self.why = why
        self.drift = tuple(drifted)
        self.already_there = there


def _begin(conductor: Conductor, plan: Plan, journal: Journal) -> Refusal | None:
    """Look at the pair before the first act; None: it is as planned, and the run may begin."""
    seen = conductor.look(Depth.WIDE, Moment.PLAN)
    target = plan.target.version
    arrived = len(seen.units) == 2 and all(unit.running == target for unit in seen.units)
    if plan.purpose is Purpose.UPGRADE and arrived:
        return Refusal(f"both units run {target} already", there=True)
    if plan.purpose in (Purpose.UPGRADE, Purpose.ROLLBACK):
        drifted = drift(plan.drawn_from, fingerprint(seen, pinned_files(plan)))
        if drifted:
            fields = ", ".join(f"{d.unit}: {d.field}" for d in drifted)
            return Refusal(f"the pair is not what the plan was drawn from: {fields}", drifted)
        findings = conductor.judge(seen, Moment.PLAN)
        stops = [finding for finding in findings if finding.stops]
        if stops:
            rules = ", ".join(finding.rule for finding in stops)
            return Refusal(f"refused by {rules}: {stops[0].evidence}")
    looked = journal.entries()
    blob = next(
        e.body.snapshot
        for e in reversed(looked)
        if isinstance(e.body, Looked) and e.body.snapshot is not None
    )
    conductor.write(Baseline(blob), durable=True)
    return None


def _refusal_report(command: str, plan: Plan, journal: Journal, refusal: Refusal) -> Report:
    """How a run ends that never began."""
    code = ExitCode.DONE if refusal.already_there else ExitCode.REFUSED
    goes_on = _onward(plan, refusal)
    report = report_of(command, plan, journal)
    outcome = Outcome.ALREADY_THERE if refusal.already_there else Outcome.REFUSED
    filled = Next(
        commands=tuple(c.replace("{pair}", quote(plan.pair_path)) for c in goes_on.commands),
        lines=tuple(line for f in report.findings if f.stops for line in f.remedy.split("\n")),
    )
    return replace(
        report,
        outcome=outcome,
        exit_code=code,
        verdict=refusal.why,
        drift=refusal.drift,
        next=filled,
        sessions=None,
        prediction=None if refusal.already_there else report.prediction,
    )


def _onward(plan: Plan, refusal: Refusal) -> Next:
    """What goes on from there."""
    return Next(commands=(_drawn_anew(plan),)) if refusal.drift else Next()


def _drawn_anew(plan: Plan) -> str:
    """The command that draws such a plan of the pair as it is now."""
    if plan.undoes is not None:
        return f"upgrader rollback {plan.undoes}"
    return f"upgrader plan {{pair}} --to '{plan.goal}'"


def _moved_sessions(plan: Plan, seen: Snapshot) -> str | None:
    """Say it if far more or fewer people are connected than when the plan was drawn."""
    active = seen.active
    if plan.sessions is None or active is None or active.summary is None:
        return None
    now = active.summary.total
    if abs(now - plan.sessions) <= SESSIONS_MOVED * max(plan.sessions, 1):
        return None
    return (
        f"{now} sessions before the first act, {plan.sessions} when the plan was drawn: "
        "the prediction is of another hour"
    )
