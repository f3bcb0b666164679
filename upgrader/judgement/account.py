"""The account of a run: what happened, who was harmed, why, and what goes on from here.

Pure: plan, entries and the full looks of the night in, a Report out. A live run, a resumed run, a
rehearsal and a replay give the same account of the same entries.
"""

from collections.abc import Sequence
from dataclasses import replace

from upgrader.journal.entry import Entry, Halted, Judged, Looked, UnitSeen
from upgrader.judgement import advice
from upgrader.judgement.check.rules import RULES
from upgrader.judgement.progress import Progress, fold
from upgrader.judgement.story import events_of, tell
from upgrader.judgement.verify import verify
from upgrader.model.aftermath import Aftermath, Fate
from upgrader.model.finding import Fact, Finding, Severity
from upgrader.model.names import Digest, Instant, RuleName
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.plan import EvictSession, Plan, Prediction, Purpose
from upgrader.model.report import (
    DARK,
    Report,
    SessionCounts,
    Story,
    TimelineKind,
    TimelineLine,
    UnitLine,
    counted,
)
from upgrader.model.unit import Dark, Snapshot, Unit
from upgrader.model.words import many

CAUSES: tuple[tuple[RuleName, str], ...] = (
    (
        RuleName("anyconnect-images-match"),
        (
            "the units carried different AnyConnect images: the sessions leaned on the former "
            "active unit, and ended when it went away for the final reload"
        ),
    ),
    (
        RuleName("anyconnect-image-present"),
        (
            "one unit lacked an AnyConnect image that the other served: the sessions leaned on the "
            "former active unit, and ended when it went away for the final reload"
        ),
    ),
    (
        RuleName("vpn-replication-keyed"),
        (
            "the failover link had no key: no VPN session was ever replicated, and all of them "
            "ended with the switchover"
        ),
    ),
    (
        RuleName("state-link-up"),
        (
            "there was no state link: nothing was replicated, and all sessions ended with the "
            "switchover"
        ),
    ),
)
"""Which unheeded rule explains a loss; the first that spoke is named."""

NAMES_SHOWN = 5

GRAVITY = {severity: n for n, severity in enumerate(Severity)}
"""Severities are declared from note to unknown, which is the gravest: nobody could look."""


def account(
    command: str,
    plan: Plan,
    run: str | None,
    entries: Sequence[Entry],
    before: Snapshot | None,
    looks: Sequence[Snapshot],
    progress: Progress | None = None,
) -> Report:
    """Tell a run that has ended, or halted; `progress` is the fold of its entries, if known."""
    if progress is None:
        progress = fold(plan, entries)
    findings = _findings(entries)
    aftermath = None
    if before is not None:
        aftermath = verify(_living(plan, before), looks, events_of(entries))
    story = tell(plan, entries)
    if aftermath is not None:
        story = _with_losses(story, aftermath, before, looks, entries)
        story = _with_cause(story, aftermath, findings)
    halted = progress.halted
    code, outcome, verdict, goes_on = _end(plan, progress.phase.is_end, halted, aftermath)
    known = {"run": run or "RUN", "pair": plan.pair_path}
    return Report(
        command=command,
        outcome=outcome,
        exit_code=code,
        pair=plan.pair,
        verdict=verdict,
        run=run,
        units=_units(progress.last, entries),
        sessions=None if aftermath is None else counted(aftermath),
        residue=() if aftermath is None else aftermath.residue,
        suspects=() if aftermath is None else aftermath.suspects,
        findings=findings,
        checked=tuple(rule.text.rule for rule in RULES),
        outage_seconds=None if aftermath is None else aftermath.outage_seconds,
        device_seconds=(entries[-1].at - entries[0].at) / 1_000 if entries else None,
        next=_filled(goes_on, known),
        plan=plan,
        prediction=plan.prediction,
        story=story,
    )


def surprises(prediction: Prediction | None, counts: SessionCounts | None) -> tuple[str, ...]:
    """Where an outcome differs from its prediction: in a rehearsal, a defect of ours.

    Foretold is what becomes of the sessions of then. Who leaves by themselves in the night cannot
    be lost any more, and a sleeper who wakes can; whoever logs in later was not foretold.
    """
    if prediction is None or counts is None:
        return ()
    told = []
    for what, foretold, came in (
        ("lost", prediction.lost, counts.lost),
        ("orphaned", prediction.orphaned, counts.orphaned - counts.orphaned_newcomers),
    ):
        fewest = foretold - counts.ended if prediction.exact else 0
        if not fewest <= came <= foretold + prediction.suspects:
            bound = "" if prediction.exact else "at most "
            told.append(f"{what}: {bound}{foretold} foretold, {came} came about")
    return tuple(told)


def _living(plan: Plan, before: Snapshot) -> Snapshot:
    """The baseline without the rows that a clean-up is to log off: nobody is behind them."""
    doomed = {
        (step.serial, step.index, step.user, step.login_time)
        for step in (planned.step for planned in plan.steps)
        if isinstance(step, EvictSession)
    }

    def without(unit: Unit | Dark) -> Unit | Dark:
        if isinstance(unit, Dark) or unit.full is None or unit.full.sessions is None:
            return unit
        rows = tuple(
            row
            for row in unit.full.sessions
            if (unit.serial, row.index, row.user, row.login_time) not in doomed
        )
        return replace(unit, full=replace(unit.full, sessions=rows))

    if not doomed:
        return before
    return replace(before, primary=without(before.primary), secondary=without(before.secondary))


# ── parts ──────────────────────────────────────────────────────────────────────────────


def _findings(entries: Sequence[Entry]) -> tuple[Finding, ...]:
    """At every moment; of the same rule and facts the gravest, and of those the latest."""
    gravest: dict[tuple[str, tuple[Fact, ...]], Finding] = {}
    for entry in entries:
        if isinstance(entry.body, Judged):
            for finding in entry.body.findings:
                key = (finding.rule, finding.facts)
                known = gravest.get(key)
                if known is None or GRAVITY[finding.severity] >= GRAVITY[known.severity]:
                    gravest[key] = finding
    return tuple(gravest.values())


def _units(last: Sequence[UnitSeen], entries: Sequence[Entry]) -> tuple[UnitLine, ...]:
    return tuple(
        UnitLine(
            unit.serial,
            unit.role,
            DARK if unit.dark else unit.state,
            unit.version,
            None if unit.serial is None else _reloads(unit, entries),
            None if unit.sessions is None else unit.sessions + (unit.inactive or 0),
        )
        for unit in last
    )


def _reloads(unit: UnitSeen, entries: Sequence[Entry]) -> int:
    """How often its uptime fell."""
    falls, last = 0, None
    for entry in entries:
        if not isinstance(entry.body, Looked):
            continue
        for seen in entry.body.units:
            if seen.serial == unit.serial and seen.uptime_seconds is not None:
                falls += last is not None and seen.uptime_seconds < last
                last = seen.uptime_seconds
    return falls


def _end(
    plan: Plan, finished: bool, halted: Halted | None, aftermath: Aftermath | None
) -> tuple[ExitCode, Outcome, str, Next]:
    if halted is not None:
        outcome = Outcome.REFUSED if halted.exit_code is ExitCode.REFUSED else Outcome.STOPPED
        if halted.exit_code is ExitCode.OUTAGE:
            outcome = Outcome.FAILED
        return halted.exit_code, outcome, halted.why, halted.next
    if not finished:
        why = "the run is unfinished: its process ended without a halt"
        return ExitCode.STOPPED, Outcome.STOPPED, why, advice.go_on()
    done = Outcome.CLEANED if plan.purpose is Purpose.CLEANUP else Outcome.UPGRADED
    if aftermath is None:
        why = "who was cut off is not known: the pair was not seen whole before the first act"
        return ExitCode.NEEDS_PERSON, done, why, Next(commands=("upgrader sessions {pair}",))
    lost, foretold = aftermath.count(Fate.LOST), _foretold(plan)
    what = (
        f"both units run {plan.target.version}"
        if plan.purpose is Purpose.UPGRADE
        else "every proven orphan was logged off"
    )
    left = []
    if aftermath.residue:
        orphans, leases = len(aftermath.orphans), len(aftermath.leases)
        stand = "is" if orphans + leases == 1 else "are"
        told = f"{many(orphans, 'orphaned session')} and {many(leases, 'stuck lease')}"
        left.append(f"{told} {stand} left")
    if aftermath.suspects:
        rows = many(len(aftermath.suspects), "row without a tunnel is", "rows without a tunnel are")
        left.append(f"{rows} suspect")
    if lost > foretold and plan.purpose is Purpose.UPGRADE:
        left.append(f"{many(lost, 'session was', 'sessions were')} lost, {foretold} foretold")
    if not left:
        told = (
            f", and {many(lost, 'session was', 'sessions were')} lost as foretold" if lost else ""
        )
        return ExitCode.DONE, done, f"{what}{told}", Next()
    return (
        ExitCode.NEEDS_PERSON,
        done,
        f"{what}; {'; '.join(left)}",
        _after(plan, aftermath),
    )


def _foretold(plan: Plan) -> int:
    return 0 if plan.prediction is None else plan.prediction.lost


def _after(plan: Plan, aftermath: Aftermath) -> Next:
    """What clears what is left: ours first; the ladder for a person where ours cannot."""
    if plan.purpose is Purpose.UPGRADE and (aftermath.residue or aftermath.suspects):
        return Next(commands=("upgrader cleanup {pair}", "upgrader replay {run}"))
    if plan.purpose is Purpose.UPGRADE:
        return Next(commands=("upgrader replay {run}", "upgrader sessions {pair}"))
    nobodys = tuple(lease for lease in aftermath.leases if lease.holder is None)
    lines: tuple[str, ...] = ()
    if nobodys:
        pools = sorted({lease.pool for lease in nobodys})
        lines = (
            (
                "addresses that no session holds cannot be freed one by one on an ASA; in a quiet "
                "hour, with equal AnyConnect images on both units:"
            ),
            "on the active unit: failover reload-standby  (wait for Standby Ready)",
            "on the active unit: no failover active",
            "on the new active unit: failover reload-standby",
            *(f"then on each unit: show ip local pool {pool}" for pool in pools),
        )
    return Next(commands=("upgrader sessions {pair}", "upgrader cleanup {pair}"), lines=lines)


def _filled(goes_on: Next, known: dict[str, str]) -> Next:
    return Next(
        commands=tuple(command.format(**known) for command in goes_on.commands),
        lines=goes_on.lines,
    )


# ── losses on the timeline ─────────────────────────────────────────────────────────────


def _with_losses(
    story: Story,
    aftermath: Aftermath,
    before: Snapshot | None,
    looks: Sequence[Snapshot],
    entries: Sequence[Entry],
) -> Story:
    """Name who was lost, in which phase, between which two full looks."""
    if before is None:
        return story
    lost = [line for line in aftermath.ledger if line.fate is Fate.LOST]
    if not lost or not entries:
        return story
    origin = entries[0].at
    groups: dict[tuple[Instant, str], list[str]] = {}
    seen_at = {look.at: _carried(look) for look in (before, *looks)}
    for line in lost:
        last = before.at
        for at, carried in seen_at.items():
            if (line.user, line.audit_id) in carried:
                last = max(last, at)
        after = next((at for at in seen_at if at > last), last)
        at = Instant(after - origin)
        phase = next((b.phase for b in story.bands if b.ended is None or b.ended >= at), "")
        phase = _phase_of_loss(story, Instant(last - origin), at) or phase
        groups.setdefault((at, phase), []).append(line.user)
    orphans = {(orphan.user, orphan.audit_id) for orphan in aftermath.orphans}
    told = [
        TimelineLine(at, None, TimelineKind.SESSIONS, _loss(users, phase, len(orphans)))
        for (at, phase), users in sorted(groups.items())
    ]
    timeline = sorted((*story.timeline, *told), key=lambda line: line.at)
    return replace(story, timeline=tuple(timeline))


def _phase_of_loss(story: Story, last_seen: Instant, missed_at: Instant) -> str | None:
    """The phase between two looks in which the active unit's tunnels went."""
    fewest: tuple[int, Instant] | None = None
    for point in story.looks:
        if not last_seen < point.at <= missed_at:
            continue
        rows = [u.sessions for u in point.units if u.state == "Active" and u.sessions is not None]
        if rows and (fewest is None or rows[0] < fewest[0]):
            fewest = (rows[0], point.at)
    if fewest is None:
        return None
    at = fewest[1]
    return next((b.phase for b in story.bands if b.began <= at and (b.ended or at) >= at), None)


def _carried(look: Snapshot) -> frozenset[tuple[str, str]]:
    """The logins that had a tunnel on the active unit."""
    active = look.active
    if active is None or active.full is None or active.full.sessions is None:
        return frozenset()
    return frozenset((s.user, s.audit_id) for s in active.full.sessions if s.has_tunnel)


def _loss(users: list[str], phase: str, orphans: int) -> str:
    names = ", ".join(sorted(users)[:NAMES_SHOWN])
    more = f" and {len(users) - NAMES_SHOWN} more" if len(users) > NAMES_SHOWN else ""
    left = f"; {orphans} orphaned rows are left" if orphans else ""
    return f"{len(users)} sessions lost in {phase}: {names}{more}{left}"


def _with_cause(story: Story, aftermath: Aftermath, findings: Sequence[Finding]) -> Story:
    harmed = aftermath.count(Fate.LOST) or aftermath.residue or aftermath.suspects
    if not harmed:
        return story
    spoke = {
        finding.rule
        for finding in findings
        if finding.severity in {Severity.BLOCKER, Severity.WARNING}
    }
    for rule, cause in CAUSES:
        if rule in spoke:
            return replace(story, cause=cause, prevented_by=rule)
    return replace(story, cause="not known: no rule of today's spoke of it")


def blob_looks(entries: Sequence[Entry]) -> tuple[Digest, ...]:
    """The full looks of a journal, oldest first, as blobs."""
    return tuple(
        entry.body.snapshot
        for entry in entries
        if isinstance(entry.body, Looked) and entry.body.snapshot is not None
    )
