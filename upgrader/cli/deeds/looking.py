"""What the commands that only look do: survey, plan, rehearse, list sessions."""

from dataclasses import replace
from pathlib import Path
from shlex import quote

from upgrader.cli.deeds.wanted import Drawn, Upgrade, spelled
from upgrader.cli.pairfile.pair import PairFile, lines_not_modelled
from upgrader.cli.runs.requests import account_name
from upgrader.cli.worlds.wall import WALL
from upgrader.conduct.digests import Digests
from upgrader.conduct.inventory import sessions_report
from upgrader.conduct.survey import Survey, plan_of, report_of, survey
from upgrader.conduct.tidy import find
from upgrader.dialect.secrets import masked
from upgrader.journal.approvals import judge, plan_hash
from upgrader.journal.codec import encode
from upgrader.journal.disk import DiskFault, write_atomically
from upgrader.judgement.draining import NoDrain
from upgrader.judgement.plan import PairName
from upgrader.judgement.planned import belied
from upgrader.model.finding import Severity
from upgrader.model.names import Seat
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.plan import Drift, Failback, Plan
from upgrader.model.report import Report
from upgrader.model.watch import Unwatched
from upgrader.ports import UsageFault, World


def check(wanted: Upgrade, world: World) -> Report:
    """Ask all rules; whether the pair is ready."""
    begun = WALL.monotonic()
    surveyed, plan = _drawn(wanted, world)
    report = report_of("check", surveyed, name_of(wanted.pair, world), plan)
    return timed(_with_notes(report, wanted, surveyed), begun)


def plan(wanted: Upgrade, world: World, output: Path | None) -> Report:
    """Draw a plan; write it to `output`, unless it is refused.

    Raises:
        UsageFault: the file cannot be written.
    """
    begun = WALL.monotonic()
    surveyed, drawn = _drawn(wanted, world)
    report = report_of("plan", surveyed, name_of(wanted.pair, world), drawn)
    report = _with_notes(report, wanted, surveyed)
    if drawn is not None and report.exit_code is ExitCode.DONE:
        report = _written(report, drawn, output, wanted)
    elif output is not None:
        report = replace(report, notes=(*report.notes, f"{output} was not written"))
    return timed(report, begun)


def show(drawn: Plan, path: Path) -> Report:
    """A plan file as it lies there; nothing is looked at.

    Its approvals are judged by the demand that it was drawn under.
    """
    goes_on = Next(commands=(f"upgrader rehearse {quote(str(path))}", *_to_run(drawn, path)))
    return Report(
        command="show",
        outcome=Outcome.PLANNED,
        exit_code=ExitCode.DONE,
        pair=drawn.pair,
        verdict=f"a plan for {drawn.target.version}, as it was drawn",
        findings=drawn.findings,
        next=goes_on,
        plan=drawn,
        plan_hash=plan_hash(drawn),
        approvals=judge(drawn, drawn.demand),
        prediction=drawn.prediction,
    )


def sessions(pair: PairFile, world: World) -> Report:
    """List and grade the sessions of both units, from two looks a minute apart."""
    begun = WALL.monotonic()
    found = find(world, Unwatched(), wait=False)
    return timed(sessions_report(name_of(pair, world), found), begun)


def of_user(report: Report, user: str | None) -> Report:
    """The report with the rows of one user only; None: of everybody. Its verdict stays."""
    if user is None or report.table is None:
        return report
    rows = tuple(row for row in report.table.rows if row.user == user)
    note = f"{len(rows):,} of {len(report.table.rows):,} rows are shown: those of {user}"
    table = replace(report.table, rows=rows)
    return replace(report, table=table, notes=(*report.notes, note))


# ── shared by all that need a plan ─────────────────────────────────────────────────────


def drawn_or_refused(
    command: str, wanted: Upgrade | Drawn, world: World, digests: Digests | None = None
) -> Plan | Report:
    """The plan that is to be conducted; or the report that none may be.

    `digests` remembers what is verified, if it is drawn here.

    Raises:
        UsageFault: a plan file shows other steps than it would take.
    """
    match wanted:
        case Drawn(pair=pair, plan=drawn, path=path):
            hidden = belied(drawn)
            if hidden is not None:
                raise UsageFault(f"{path}: {hidden}. Have the plan drawn anew")
            if pair.digest == drawn.pair_digest and pair.name == drawn.pair:
                return drawn
            return _other_pair(command, drawn, pair)
        case Upgrade():
            surveyed, plan = _drawn(wanted, world, digests)
            report = report_of(command, surveyed, name_of(wanted.pair, world), plan)
            if plan is None or report.outcome is not Outcome.PLANNED:
                report = _with_notes(report, wanted, surveyed)
                return _with_waivers(report, wanted) if command == "rehearse" else report
            return plan


def name_of(pair: PairFile, world: World) -> PairName:
    """How a plan names its pair."""
    seats: tuple[Seat, Seat] = (world.seats.active, world.seats.standby)
    return PairName(pair.name, pair.path, pair.digest, seats)


def timed(report: Report, begun: float) -> Report:
    """The report with the seconds that it took here."""
    return replace(report, wall_seconds=round(WALL.monotonic() - begun, 3))


def _drawn(
    wanted: Upgrade, world: World, digests: Digests | None = None
) -> tuple[Survey, Plan | None]:
    surveyed = survey(
        world,
        wanted.target,
        dict(wanted.waivers),
        wanted.published,
        wanted.selection,
        account_name(),
        wanted.drain,
        wanted.releases,
        digests,
    )
    drawn = plan_of(surveyed, name_of(wanted.pair, world), wanted.failback)
    if drawn is not None:
        drawn = replace(
            drawn,
            windows=wanted.windows,
            demand=wanted.demand,
            tolerances=wanted.tolerances,
        )
    return surveyed, drawn


def _other_pair(command: str, drawn: Plan, pair: PairFile) -> Report:
    """The plan's pair file says something else than when the plan was drawn."""
    return Report(
        command=command,
        outcome=Outcome.REFUSED,
        exit_code=ExitCode.REFUSED,
        pair=drawn.pair,
        verdict=f"the files of pair {drawn.pair} have changed since the plan was drawn",
        next=Next(commands=(f"upgrader plan {quote(pair.path)} --to '{drawn.goal}'",)),
        drift=(Drift("pair file", "pair", drawn.pair_digest, pair.digest),),
        plan=drawn,
    )


def _written(report: Report, drawn: Plan, output: Path | None, wanted: Upgrade) -> Report:
    if output is None and report.outcome is Outcome.ALREADY_THERE:
        return report
    if output is None:
        what = _asked(wanted)
        commands = (f"upgrader rehearse {what}", f"upgrader plan {what} -o plan.json")
        return replace(report, next=Next(commands=commands))
    if not output.absolute().parent.is_dir():
        raise UsageFault(f"the plan cannot be written: there is no folder {output.parent}")
    try:
        write_atomically(output, encode(drawn) + b"\n")
    except DiskFault as fault:
        raise UsageFault(f"the plan cannot be written: {fault}") from fault
    goes_on = Next(commands=(f"upgrader rehearse {quote(str(output))}", *_to_run(drawn, output)))
    return replace(report, notes=(*report.notes, f"the plan is in {output}"), next=goes_on)


def _to_run(drawn: Plan, path: Path) -> tuple[str, ...]:
    """What leads from a plan file to its run: approvals that are still missing, first."""
    given = sum(line.counts for line in judge(drawn, drawn.demand))
    where = quote(str(path))
    approve_it = f"upgrader approve {where} --key KEYFILE"
    return (*(approve_it,) * (drawn.demand.required - given), f"upgrader run {where}")


def _asked(wanted: Upgrade) -> str:
    """Pair, release, fail-back, checks and drain as a person typed them, for the next command."""
    back = f" --failback {wanted.failback.value}" if wanted.failback is not Failback.NEVER else ""
    checks = "" if wanted.checks is None else f" --checks {quote(str(wanted.checks))}"
    drain = "" if wanted.drain is None else f" {spelled(wanted.drain)}"
    return f"{quote(wanted.pair.path)} --to '{wanted.target.version}'{back}{checks}{drain}"


def _with_waivers(report: Report, wanted: Upgrade) -> Report:
    """A rehearsal harms nobody: what stopped it may be waived, to see what would happen."""
    stops = [finding for finding in report.findings if finding.stops]
    if not stops or any(finding.severity is Severity.UNKNOWN for finding in stops):
        return report
    waived = [rule for rule, _ in wanted.waivers]
    rules = sorted({*waived, *(finding.rule for finding in stops)})
    waivers = " ".join(f"--waive '{rule}=to see it happen'" for rule in rules)
    goes_on = report.next
    commands = (*goes_on.commands, f"upgrader rehearse {_asked(wanted)} {waivers}")
    return replace(report, next=replace(goes_on, commands=commands))


def _with_notes(report: Report, wanted: Upgrade, surveyed: Survey) -> Report:
    """Say of each waiver that covers nothing why, and which lines the emulator does not model."""
    covered = {waiver.rule for waiver in surveyed.waivers}
    notes = []
    if isinstance(surveyed.drain, NoDrain):
        notes.append(f"--drain covers nothing: {surveyed.drain.why}")
    for rule, _ in wanted.waivers:
        if rule in covered:
            continue
        unseen = any(f.rule == rule and f.severity is Severity.UNKNOWN for f in surveyed.findings)
        why = "what was not seen cannot be waived" if unseen else "nothing of that rule blocks"
        notes.append(f"--waive {rule} covers nothing: {why}")
    if report.outcome is Outcome.ALREADY_THERE and not wanted.pair.is_live:
        notes.append(
            "an emulated pair keeps what was done to it; with --fresh it is as its files say"
        )
    kept = tuple(masked(line) for line in lines_not_modelled(wanted.pair))
    if kept:
        notes.append(
            f"{len(kept)} lines of the configuration are kept and shown again, but not modelled; "
            f"`upgrader {report.command} … --json` lists them"
        )
    return replace(report, not_modelled=kept, notes=(*report.notes, *notes))
