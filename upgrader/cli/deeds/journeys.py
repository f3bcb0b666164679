"""`run` and `rehearse` of a journey: hop after hop, each an upgrade with a plan of its own.

A hop that does not end upgraded is the last one. What goes on from there is what a person types:
`resume` for the hop, and the same command again for those that follow.
"""

from collections.abc import Callable
from dataclasses import replace
from shlex import quote

from upgrader.cli.deeds import nights
from upgrader.cli.deeds.approving import next_hop_waits
from upgrader.cli.deeds.looking import drawn_or_refused, timed
from upgrader.cli.deeds.nights import Agreed, unasked
from upgrader.cli.deeds.published import published_of
from upgrader.cli.deeds.wanted import Drawn, Upgrade
from upgrader.cli.runs.home import Home
from upgrader.cli.worlds.arming import guarded, only_looking
from upgrader.cli.worlds.wall import WALL
from upgrader.conduct import rehearse as rehearsing
from upgrader.conduct.wishes import Wishes
from upgrader.journal.disk import Disk
from upgrader.judgement.path.joining import is_done, joined
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.plan import Plan
from upgrader.model.report import Report
from upgrader.model.version import Version
from upgrader.model.watch import Watcher
from upgrader.ports import Declined, World


class _NotHeard(Declined):
    """A later hop has a finding that nobody has waived: a waiver is for what its giver has seen."""


def run(
    wanted: Upgrade | Drawn,
    world: World,
    place: Home,
    watcher: Watcher,
    wishes: Wishes,
    *,
    agreed: Agreed = unasked,
    disk: Disk | None = None,
) -> Report:
    """Conduct the upgrade, hop after hop; a plan file is one hop, and is conducted alone.

    Where people must approve a plan, the journey stops behind a hop until they have the next one's.

    A later hop is refused where it would take a waiver for a finding that was not there before:
    nobody has seen it. `agreed` and `disk` as in `nights.run`.

    Raises:
        Declined: who was asked does not want the first hop. Nothing was typed.
        UsageFault: as `nights.run`.
    """
    begun = WALL.monotonic()
    report = nights.run(wanted, world, place, watcher, wishes, agreed=agreed, disk=disk)
    first = report.plan
    if first is None or not first.journey or report.outcome is Outcome.REFUSED:
        return report
    if isinstance(wanted, Drawn):
        waits = next_hop_waits(wanted) if is_done(report) else None
        if waits is None:
            return report
        *before, again = waits.next.commands
        waits = replace(waits, next=Next(tuple(before)))
        return timed(joined(_before(first), [report], waits, again), begun)
    done: list[Report] = [report]
    then: Report | str | None = None
    start = _before(first)
    while then is None and _goes_on(done[-1]):
        then = wishes.should_stop() or wishes.hours.closed()
        if then is not None:
            break
        hop = replace(wanted, published=published_of(wanted.pair, place))
        heard = _heeding(first, agreed)
        try:
            report = nights.run(hop, world, place, watcher, wishes, agreed=heard, disk=disk)
        except Declined as no:
            then = str(no)
            break
        if report.outcome is Outcome.REFUSED:
            then = report
        else:
            done.append(report)
    return timed(joined(start, done, then, _again("run", wanted)), begun)


def rehearse(
    wanted: Upgrade | Drawn, world: World, watcher: Watcher, should_stop: Callable[[], str | None]
) -> Report:
    """Conduct the night, or all nights of a journey, on one twin of the world.

    Each is held against what was foretold for it.
    """
    begun = WALL.monotonic()
    drawn = drawn_or_refused("rehearse", wanted, world)
    if isinstance(drawn, Report):
        return timed(drawn, begun)
    twin, wishes = world.fork(), Wishes(should_stop=should_stop)
    first = drawn
    done = [rehearsing.rehearse(first, guarded(twin, first), watcher, wishes)]
    if isinstance(wanted, Drawn) or not first.journey or done[0].outcome is Outcome.REFUSED:
        return timed(_with_onward(done[0], first), begun)
    then: Report | str | None = None
    while then is None and _goes_on(done[-1]):
        then = should_stop()
        if then is not None:
            break
        drawn = drawn_or_refused("rehearse", wanted, only_looking(twin))
        then = drawn if isinstance(drawn, Report) else _unheard(first, drawn)
        if isinstance(drawn, Plan) and then is None:
            done.append(rehearsing.rehearse(drawn, guarded(twin, drawn), watcher, wishes))
    return timed(joined(_before(first), done, then, _again("rehearse", wanted)), begun)


def _with_onward(report: Report, plan: Plan) -> Report:
    """A rehearsal that ended badly says what goes on from here, as every such end does.

    Nothing happened to the pair; its plan says what stands in the way, and which ways there are.
    """
    if report.exit_code is ExitCode.DONE or report.next.commands or report.next.lines:
        return report
    again = f"upgrader plan {quote(plan.pair_path)} --to '{plan.goal}'"
    return replace(report, next=Next(commands=(again,)))


def _goes_on(report: Report) -> bool:
    """Whether a hop has ended well, and another one follows."""
    return is_done(report) and report.plan is not None and bool(report.plan.journey)


def _before(plan: Plan) -> Version:
    """What ran before the first hop, on the unit that was behind."""
    return min((seen.version for seen in plan.configurations), default=plan.target.version)


def _heeding(first: Plan, agreed: Agreed) -> Agreed:
    """Ask the person; but never where a waiver would cover what they have not seen."""

    def heard(plan: Plan) -> None:
        why = _unheard(first, plan)
        if why is not None:
            raise _NotHeard(why)
        agreed(plan)

    return heard


def _unheard(first: Plan, plan: Plan) -> str | None:
    """Why the waivers of the first hop do not hold for this one; None: they do."""
    known = {(waiver.rule, waiver.facts) for waiver in first.waivers}
    new = sorted({w.rule for w in plan.waivers if (w.rule, w.facts) not in known})
    if not new:
        return None
    return f"{', '.join(new)} has found what was not there when it was waived; look, and waive anew"


def _again(command: str, wanted: Upgrade | Drawn) -> str:
    assert isinstance(wanted, Upgrade), "a plan file is one hop"
    return f"upgrader {command} {quote(wanted.pair.path)} --to '{wanted.target.version}'"
