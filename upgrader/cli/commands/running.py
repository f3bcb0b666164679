"""`rehearse`, `run`, `resume`, `status`: the night, and where it stands."""

import sys
from contextlib import closing

from upgrader.cli.commands.draining import (
    DrainBatch,
    DrainBelow,
    DrainOption,
    HoldLogins,
    drain_of,
)
from upgrader.cli.commands.options import (
    AsJson,
    Checks,
    FailbackOption,
    Fresh,
    FreshLook,
    LatestRun,
    Pace,
    PairOrPlan,
    RunArgument,
    StopBefore,
    To,
    Waive,
    WindowOption,
    Yes,
)

# Adapters, views and whatever they bring are imported inside the commands: `--help` needs none.
# ruff: noqa: PLC0415


def rehearse(
    what: PairOrPlan,
    to: To = None,
    waive: Waive = None,
    failback: FailbackOption = None,
    checks: Checks = None,
    drain: DrainOption = None,
    drain_below: DrainBelow = None,
    drain_batch: DrainBatch = None,
    hold_logins: HoldLogins = False,
    fresh: FreshLook = False,
    pace: Pace = None,
    as_json: AsJson = False,
) -> int:
    """Run the whole night on a twin of the pair: nothing happens to the pair itself.

    A pair file with [incident] tells a night of its own: it comes again, and is held against how
    it must end.
    """
    from upgrader.cli.commands.interrupt import stoppable
    from upgrader.cli.deeds import journeys, scripted
    from upgrader.cli.deeds.wanted import read_wanted
    from upgrader.cli.runs.home import home
    from upgrader.cli.speaking import say
    from upgrader.cli.worlds.entering import look_at
    from upgrader.views.live import progress_on

    night = scripted.scripted(what)
    if night is not None:
        options = {"--to": to, "--waive": waive, "--failback": failback, "--checks": checks}
        drains = {"--drain": drain, "--drain-below": drain_below, "--drain-batch": drain_batch}
        scripted.refuse_options(night, {**options, **drains, "--hold-logins": hold_logins})
        return say(scripted.rehearse(night, pace), as_json=as_json)
    drained = drain_of(drain, drain_below, drain_batch, hold=hold_logins)
    wanted = read_wanted(what, to, waive, failback, checks, drained)
    world = look_at(wanted.pair, home().worlds, fresh=fresh, pace=pace)
    with closing(world), progress_on(sys.stderr) as watcher, stoppable() as should_stop:
        report = journeys.rehearse(wanted, world, watcher, should_stop)
    return say(report, as_json=as_json)


def run(
    what: PairOrPlan,
    to: To = None,
    waive: Waive = None,
    failback: FailbackOption = None,
    checks: Checks = None,
    drain: DrainOption = None,
    drain_below: DrainBelow = None,
    drain_batch: DrainBatch = None,
    hold_logins: HoldLogins = False,
    stop_before: StopBefore = None,
    window: WindowOption = None,
    fresh: Fresh = False,
    pace: Pace = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> int:
    """Upgrade the pair: standby first, then the roles move, then the former active."""
    from upgrader.cli.commands.asking import agreement
    from upgrader.cli.commands.hours import in_its_hours, open_now
    from upgrader.cli.commands.interrupt import stoppable
    from upgrader.cli.deeds import journeys
    from upgrader.cli.deeds.approving import unapproved
    from upgrader.cli.deeds.wanted import read_wanted
    from upgrader.cli.runs.conducting import made_anew
    from upgrader.cli.runs.home import home
    from upgrader.cli.speaking import say
    from upgrader.cli.worlds.entering import enter
    from upgrader.conduct.wishes import Wishes
    from upgrader.views.live import progress_on

    drained = drain_of(drain, drain_below, drain_batch, hold=hold_logins)
    wanted = read_wanted(what, to, waive, failback, checks, drained)
    place = home()
    before = None if stop_before is None else stop_before.value
    refused = unapproved("run", wanted)
    if refused is not None:
        return say(refused, as_json=as_json)
    wanted, hours = in_its_hours(wanted, window or ())
    open_now(hours)
    world = enter(wanted.pair, place.worlds, command="upgrader run", fresh=fresh, pace=pace)
    if fresh:
        made_anew(place, wanted.pair)
    with closing(world), progress_on(sys.stderr) as watcher, stoppable() as should_stop:
        agreed = agreement(wanted.pair, yes=yes, hush=watcher.stop, stop=should_stop)
        wishes = Wishes(before, should_stop, hours)
        report = journeys.run(wanted, world, place, watcher, wishes, agreed=agreed)
    return say(report, as_json=as_json)


def resume(
    run: RunArgument,
    window: WindowOption = None,
    pace: Pace = None,
    as_json: AsJson = False,
) -> int:
    """Go on with a run that was stopped or killed: look first, type nothing twice."""
    from upgrader.cli.commands.hours import hours_of
    from upgrader.cli.commands.interrupt import stoppable
    from upgrader.cli.deeds import nights
    from upgrader.cli.pairfile.pair import read_pair
    from upgrader.cli.planfile import decode_plan
    from upgrader.cli.runs.home import home
    from upgrader.cli.speaking import say
    from upgrader.cli.worlds.entering import enter
    from upgrader.conduct.wishes import Wishes
    from upgrader.views.live import progress_on

    place = home()
    folder = place.find_run(run)
    plan = decode_plan(folder / "plan.json")
    pair = read_pair(plan.pair_path)
    # Outside the hours it may still be looked what became of a reload: nothing more is begun.
    # A person may say other hours: a pair that stands half-way is worse than a late one.
    hours = hours_of(window) if window else hours_of(nights.windows_of(folder), plan.windows)
    world = enter(pair, place.worlds, command="upgrader resume", pace=pace, must_answer=False)
    with closing(world), progress_on(sys.stderr) as watcher, stoppable() as should_stop:
        wishes = Wishes(should_stop=should_stop, hours=hours)
        report = nights.resume(folder, world, place, watcher, wishes)
    return say(report, as_json=as_json)


def status(run: LatestRun = None, as_json: AsJson = False) -> int:
    """Show the runs, or where one of them stands. Opens no pair."""
    from upgrader.cli.runs.home import home
    from upgrader.cli.runs.standing import status_of
    from upgrader.cli.speaking import say_status

    return say_status(status_of(home(), run), as_json=as_json)
