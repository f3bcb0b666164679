"""The account of a run: what happened, who was harmed, why, and what goes on from here.

Pure: plan, entries and the full looks of the night in, a Report out. A live run, a resumed run, a
rehearsal and a replay give the same account of the same entries.
"""

from collections.abc import Sequence
from dataclasses import replace

from upgrader.journal.entry import Entry, Judged, Looked, UnitSeen, is_aborted
from upgrader.judgement.check.backwards import rules_asked
from upgrader.judgement.check.rules import GRAVITY, RULES
from upgrader.judgement.draining import CURED
from upgrader.judgement.moves import advice
from upgrader.judgement.moves.ending import how_it_ended
from upgrader.judgement.moves.progress import Progress, fold
from upgrader.judgement.people.drained import is_drained, with_drained
from upgrader.judgement.people.verify import verify
from upgrader.judgement.pictures.album import album, before_and_after
from upgrader.judgement.story import events_of, tell
from upgrader.model.aftermath import Aftermath, Fate
from upgrader.model.finding import CheckLine, Fact, Finding, Severity
from upgrader.model.names import Digest, Instant, RuleName
from upgrader.model.plan import (
    EvictSession,
    Plan,
    Purpose,
)
from upgrader.model.prediction import Prediction
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


def account(
    command: str,
    plan: Plan,
    run: str | None,
    entries: Sequence[Entry],
    before: Snapshot | None,
    looks: Sequence[Snapshot],
    progress: Progress | None = None,
    *,
    aborted: bool = False,
) -> Report:
    """Tell a run that has ended, or halted; `progress` is the fold of its entries, if known.

    `aborted`: a person ends it for good, and the seal is still to be written.
    """
    if progress is None:
        progress = fold(plan, entries)
    findings = _findings(entries)
    checks = _checks(entries)
    aftermath = None
    if before is not None:
        origin = entries[0].at if entries else Instant(0)
        aftermath = verify(_living(plan, before), looks, events_of(entries), origin)
        aftermath = with_drained(aftermath, entries)
    story = tell(plan, entries)
    if aftermath is not None:
        story = _with_losses(story, aftermath, before, looks, entries)
        story = _with_cause(story, aftermath, findings)
    kept = dict(zip(blob_looks(entries), looks, strict=True))
    pictures = album(plan, entries, kept.__getitem__)
    code, outcome, verdict, goes_on = how_it_ended(
        plan, progress, aftermath, aborted=aborted or is_aborted(entries)
    )
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
        checked=_asked(plan, entries, checks),
        checks=checks,
        outage_seconds=None if aftermath is None else aftermath.outage_seconds,
        device_seconds=(entries[-1].at - entries[0].at) / 1_000 if entries else None,
        next=advice.named(goes_on, run or "RUN", plan),
        plan=plan,
        prediction=plan.prediction,
        story=story,
        aftermath=aftermath,
        diff=before_and_after(plan, pictures),
        pictures=pictures,
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


def _asked(
    plan: Plan, entries: Sequence[Entry], checks: Sequence[CheckLine]
) -> tuple[RuleName, ...]:
    """The rules that were asked; where an older journal does not say it, those that it may have."""
    if checks or not any(isinstance(entry.body, Judged) for entry in entries):
        return tuple(line.rule for line in checks)
    if plan.purpose is Purpose.ROLLBACK:
        return rules_asked()
    return tuple(rule.text.rule for rule in RULES)


def _checks(entries: Sequence[Entry]) -> tuple[CheckLine, ...]:
    """Each rule at the last moment at which it was asked, in the order of the rules."""
    last: dict[RuleName, CheckLine] = {}
    for entry in entries:
        if isinstance(entry.body, Judged):
            told: dict[RuleName, tuple[Finding, ...]] = {}
            for finding in entry.body.findings:
                told[finding.rule] = (*told.get(finding.rule, ()), finding)
            for line in entry.body.checks:
                said = told.get(line.rule, ())
                last[line.rule] = replace(line, findings=said) if said != line.findings else line
    known = {rule.text.rule: n for n, rule in enumerate(RULES)}
    return tuple(sorted(last.values(), key=lambda line: known.get(line.rule, len(known))))


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
    last_seen: dict[tuple[str, str], Instant] = {}
    for at, carried in sorted(seen_at.items()):
        last_seen |= dict.fromkeys(carried, at)
    places: dict[Instant, tuple[Instant, str]] = {}
    for line in lost:
        last = last_seen.get((line.user, line.audit_id), before.at)
        if last not in places:
            after = next((at for at in seen_at if at > last), last)
            at = Instant(after - origin)
            phase = next((b.phase for b in story.bands if b.ended is None or b.ended >= at), "")
            places[last] = at, _phase_of_loss(story, Instant(last - origin), at) or phase
        groups.setdefault(places[last], []).append(line.user)
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
    if any(is_drained(line) for line in aftermath.ledger):
        return replace(story, cause=_of_drain(aftermath), prevented_by=CURED)
    for rule, cause in CAUSES:
        if rule in spoke:
            return replace(story, cause=cause, prevented_by=rule)
    return replace(story, cause="not known: no rule of today's spoke of it")


def _of_drain(aftermath: Aftermath) -> str:
    """Why people were cut off on a night with a drain."""
    cause = (
        "the units carried different AnyConnect images: whoever had logged in before the "
        "switchover was logged off before the final reload, as planned"
    )
    if not aftermath.residue:
        return cause
    return (
        f"{cause}; that did not save them: sessions of those who had logged in again ended when "
        "the former active came back, and logins have to stay closed until then (--hold-logins)"
    )


def blob_looks(entries: Sequence[Entry]) -> tuple[Digest, ...]:
    """The full looks of a journal, oldest first, as blobs."""
    return tuple(
        entry.body.snapshot
        for entry in entries
        if isinstance(entry.body, Looked) and entry.body.snapshot is not None
    )
