"""What the commands that only look do: survey, plan, rehearse, list sessions."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from upgrader.cli.deeds.wanted import Drawn, Upgrade
from upgrader.cli.pairfile.pair import PairFile, lines_not_modelled
from upgrader.cli.worlds.arming import guarded
from upgrader.cli.worlds.wall import WALL
from upgrader.conduct import rehearse as rehearsing
from upgrader.conduct.inventory import sessions_report
from upgrader.conduct.survey import Survey, plan_of, report_of, survey
from upgrader.conduct.tidy import find
from upgrader.conduct.wishes import Wishes
from upgrader.dialect.secrets import masked
from upgrader.journal.codec import encode
from upgrader.journal.disk import DiskFault, write_atomically
from upgrader.judgement.plan import PairName
from upgrader.model.finding import Severity
from upgrader.model.names import Seat
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.plan import Drift, Failback, Plan
from upgrader.model.report import Report
from upgrader.model.watch import Unwatched, Watcher
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
    """A plan file as it lies there; nothing is looked at."""
    goes_on = Next(commands=(f"upgrader rehearse {path}", f"upgrader run {path}"))
    return Report(
        command="show",
        outcome=Outcome.PLANNED,
        exit_code=ExitCode.DONE,
        pair=drawn.pair,
        verdict=f"a plan for {drawn.target.version}, as it was drawn",
        findings=drawn.findings,
        next=goes_on,
        plan=drawn,
        prediction=drawn.prediction,
    )


def rehearse(
    wanted: Upgrade | Drawn, world: World, watcher: Watcher, should_stop: Callable[[], str | None]
) -> Report:
    """Conduct the night on a twin of the world, and hold it against what was foretold."""
    begun = WALL.monotonic()
    drawn = drawn_or_refused("rehearse", wanted, world)
    if isinstance(drawn, Report):
        return timed(drawn, begun)
    twin = guarded(world.fork(), drawn)
    report = rehearsing.rehearse(drawn, twin, watcher, Wishes(should_stop=should_stop))
    return timed(report, begun)


def sessions(pair: PairFile, world: World) -> Report:
    """List and grade the sessions of both units, from two looks a minute apart."""
    begun = WALL.monotonic()
    found = find(world, Unwatched(), wait=False)
    return timed(sessions_report(name_of(pair, world), found), begun)


# ── shared by all that need a plan ─────────────────────────────────────────────────────


def drawn_or_refused(command: str, wanted: Upgrade | Drawn, world: World) -> Plan | Report:
    """The plan that is to be conducted; or the report that none may be."""
    match wanted:
        case Drawn(pair=pair, plan=drawn):
            if pair.digest == drawn.pair_digest and pair.name == drawn.pair:
                return drawn
            return _other_pair(command, drawn, pair)
        case Upgrade():
            surveyed, plan = _drawn(wanted, world)
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


def _drawn(wanted: Upgrade, world: World) -> tuple[Survey, Plan | None]:
    surveyed = survey(world, wanted.target, dict(wanted.waivers), wanted.published)
    return surveyed, plan_of(surveyed, name_of(wanted.pair, world), wanted.failback)


def _other_pair(command: str, drawn: Plan, pair: PairFile) -> Report:
    """The plan's pair file says something else than when the plan was drawn."""
    return Report(
        command=command,
        outcome=Outcome.REFUSED,
        exit_code=ExitCode.REFUSED,
        pair=drawn.pair,
        verdict=f"the files of pair {drawn.pair} have changed since the plan was drawn",
        next=Next(commands=(f"upgrader plan {pair.path} --to '{drawn.target.version}'",)),
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
    commands = (f"upgrader rehearse {output}", f"upgrader run {output}")
    return replace(
        report, notes=(*report.notes, f"the plan is in {output}"), next=Next(commands=commands)
    )


def _asked(wanted: Upgrade) -> str:
    """Pair, release and fail-back as a person typed them, for the next command."""
    back = f" --failback {wanted.failback.value}" if wanted.failback is not Failback.NEVER else ""
    return f"{wanted.pair.path} --to '{wanted.target.version}'{back}"


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
