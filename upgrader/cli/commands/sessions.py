"""`sessions`, `cleanup`: who is on a pair or was in a run, and what a night left behind."""

import sys
from contextlib import closing
from enum import Enum
from typing import Annotated

import typer

from upgrader.cli.commands.options import All, AsJson, Fresh, FreshLook, Pace, PairArgument, Yes
from upgrader.model.aftermath import Fate

# Adapters, views and whatever they bring are imported inside the commands: `--help` needs none.
# ruff: noqa: PLC0415


FateName = Enum("FateName", {fate.name: fate.value for fate in Fate})  # type: ignore[misc]
"""What `--fate` takes: typer lists the values and refuses others."""


def sessions(
    named: Annotated[
        str,
        typer.Argument(
            metavar="PAIR|RUN",
            help="A pair file (TOML) or example:NAME: who is there now. A run's name, the "
            "beginning of it, its folder, or `latest`: what became of everybody in it.",
        ),
    ],
    user: Annotated[
        str | None, typer.Option("--user", metavar="NAME", help="Only the sessions of this user.")
    ] = None,
    fate: Annotated[
        list[FateName] | None,
        typer.Option("--fate", help="Of a run: only who met this fate. May be given repeatedly."),
    ] = None,
    every: All = False,
    fresh: FreshLook = False,
    as_json: AsJson = False,
) -> int:
    """Show who is on the pair and what nobody uses; or what became of everybody in a run."""
    from upgrader.cli.deeds import ledgers, looking
    from upgrader.cli.deeds.wanted import is_run
    from upgrader.cli.pairfile.pair import read_pair
    from upgrader.cli.runs.home import home
    from upgrader.cli.speaking import say
    from upgrader.cli.worlds.entering import look_at
    from upgrader.ports import UsageFault

    if is_run(named, home()):
        if fresh:
            raise UsageFault("--fresh belongs to a pair: a run is read from its journal")
        told = ledgers.sessions_of(home().find_run(named))
        fates = {Fate(one.value) for one in fate or ()}
        return say(ledgers.chosen(told, user, fates), as_json=as_json, every=every)
    if fate:
        raise UsageFault(
            "--fate belongs to a run: of a pair nobody knows who was there before. "
            "`upgrader status` lists the runs"
        )
    wanted = read_pair(named)
    with closing(look_at(wanted, home().worlds, fresh=fresh)) as world:
        report = looking.sessions(wanted, world)
    return say(looking.of_user(report, user), as_json=as_json, every=every)


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
