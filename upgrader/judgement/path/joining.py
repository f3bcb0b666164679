"""The report of a journey, made of the reports of its hops."""

from collections.abc import Sequence
from dataclasses import replace

from upgrader.judgement.path.whole import lost_newcomers, sessions_of
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.report import HopLine, Report
from upgrader.model.version import Version
from upgrader.model.words import many


def is_done(report: Report) -> bool:
    """Whether a hop ended upgraded and nobody is wanted: the next one may be begun."""
    return report.outcome is Outcome.UPGRADED and report.exit_code is ExitCode.DONE


def joined(
    start: Version,
    done: Sequence[Report],
    then: Report | str | None,
    again: str,
) -> Report:
    """The report of the whole: the hops that came to a plan, and why no other one followed.

    `start`: what ran before the first hop. `done`: the reports of the hops that were conducted.
    `then`: of the hop that could not be begun, its refusal; or a sentence; None: nothing is left.
    `again`: the command that goes on.
    """
    last = done[-1]
    hops = _hops(start, done)
    aftermaths = [report.aftermath for report in done if report.aftermath is not None]
    notes = [note for report in done for note in report.notes]
    whole = replace(
        last,
        hops=hops,
        sessions=sessions_of(aftermaths) if len(aftermaths) == len(done) else last.sessions,
        outage_seconds=_sum([report.outage_seconds for report in done]),
        device_seconds=_sum([report.device_seconds for report in done]),
        surprises=tuple(surprise for report in done for surprise in report.surprises),
    )
    lost = lost_newcomers(aftermaths) if aftermaths else 0
    if lost:
        notes.append(f"{many(lost, 'session')} of people who came after the first hop: lost")
    if len(done) > 1:
        notes.append("timeline, plan and checks are of the last hop; each run has its own report")
    whole = replace(whole, notes=tuple(dict.fromkeys(notes)))
    if then is None:
        commands = last.next.commands
        if last.outcome is Outcome.UPGRADED and len(done) < len(hops) and again not in commands:
            commands = (*commands, again)
        goes_on = replace(last.next, commands=commands)
        return replace(whole, verdict=_verdict(hops, last), next=goes_on)
    return _stopped(whole, hops, then, again)


def _stopped(whole: Report, hops: tuple[HopLine, ...], then: Report | str, again: str) -> Report:
    """Nothing of the next hop was typed: the pair rests on the release of the last one."""
    at = next(hop.end for hop in reversed(hops) if hop.outcome is not None)
    goes_on = Next(commands=(again,))
    why = then
    if isinstance(then, Report):
        why = then.verdict
        lines = then.next.lines
        goes_on = Next((*then.next.commands, again), lines)
        whole = replace(whole, findings=then.findings, checks=then.checks, drift=then.drift)
    return replace(
        whole,
        outcome=Outcome.STOPPED,
        exit_code=ExitCode.STOPPED,
        verdict=f"stopped between two hops, and both units run {at}: {why}",
        next=goes_on,
    )


def _verdict(hops: tuple[HopLine, ...], last: Report) -> str:
    begun = [hop for hop in hops if hop.outcome is not None]
    if len(begun) < len(hops):
        return f"hop {len(begun)} of {len(hops)}: {last.verdict}"
    releases = ", ".join((hops[0].start, *(hop.end for hop in hops)))
    return f"{many(len(hops), 'hop')}, {releases}: {last.verdict}"


def _hops(start: Version, done: Sequence[Report]) -> tuple[HopLine, ...]:
    lines: list[HopLine] = []
    at = str(start)
    for report in done:
        assert report.plan is not None, "a hop that was conducted had a plan"
        end = str(report.plan.target.version)
        lines.append(
            HopLine(
                number=len(lines) + 1,
                start=at,
                end=end,
                run=report.run,
                outcome=report.outcome,
                exit_code=report.exit_code,
                sessions=report.sessions,
                outage_seconds=report.outage_seconds,
                device_seconds=report.device_seconds,
            )
        )
        at = end
    last = done[-1].plan
    assert last is not None, "a hop that was conducted had a plan"
    for release in last.journey:
        lines.append(HopLine(number=len(lines) + 1, start=at, end=str(release)))
        at = str(release)
    return tuple(lines)


def _sum(seconds: Sequence[float | None]) -> float | None:
    """The sum; None where one of them is not known."""
    known = [second for second in seconds if second is not None]
    return round(sum(known), 3) if len(known) == len(seconds) else None
