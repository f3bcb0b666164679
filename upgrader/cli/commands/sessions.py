"""`sessions`, `cleanup`: who is on the pair, and what a night left behind."""

import sys
from contextlib import closing
from typing import Annotated

import typer

from upgrader.cli.commands.options import All, AsJson, Fresh, FreshLook, Pace, PairArgument, Yes

# Adapters, views and whatever they bring are imported inside the commands: `--help` needs none.
# ruff: noqa: PLC0415


def sessions(
    pair: PairArgument, every: All = False, fresh: FreshLook = False, as_json: AsJson = False
) -> int:
    """Show the session databases and address pools of both units, graded."""
    from upgrader.cli.deeds import looking
    from upgrader.cli.pairfile.pair import read_pair
    from upgrader.cli.runs.home import home
    from upgrader.cli.speaking import say
    from upgrader.cli.worlds.entering import look_at

    wanted = read_pair(pair)
    with closing(look_at(wanted, home().worlds, fresh=fresh)) as world:
        report = looking.sessions(wanted, world)
    return say(report, as_json=as_json, every=every)


def cleanup(
    pair: PairArgument,
    no_wait: Annotated[
        bool,
        typer.Option("--no-wait", help="Do not wait until suspects are decided by idle time."),
    ] = False,
    fresh: Fresh = False,
    pace: Pace = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> int:
    """Clear orphaned sessions and stuck leases; touches no living session."""
    from upgrader.cli.commands.asking import agreement
    from upgrader.cli.commands.interrupt import stoppable
    from upgrader.cli.deeds import nights
    from upgrader.cli.pairfile.pair import read_pair
    from upgrader.cli.runs.conducting import made_anew
    from upgrader.cli.runs.home import home
    from upgrader.cli.speaking import say
    from upgrader.cli.worlds.entering import enter
    from upgrader.conduct.wishes import Wishes
    from upgrader.views.live import progress_on

    wanted, place = read_pair(pair), home()
    world = enter(wanted, place.worlds, command="upgrader cleanup", fresh=fresh, pace=pace)
    if fresh:
        made_anew(place, wanted)
    with closing(world), progress_on(sys.stderr) as watcher, stoppable() as should_stop:
        wishes = Wishes(should_stop=should_stop)
        agreed = agreement(wanted, yes=yes, hush=watcher.stop, stop=should_stop)
        report = nights.cleanup(
            wanted, world, place, watcher, wishes, wait=not no_wait, agreed=agreed
        )
    return say(report, as_json=as_json)
