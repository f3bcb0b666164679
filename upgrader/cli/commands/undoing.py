"""`rollback`, `pause`, `abort`: no further, or back."""

import sys
from contextlib import closing
from typing import Annotated

import typer

from upgrader.cli.commands.options import AsJson, Pace, StopBefore, WindowOption, Yes

# Adapters, views and whatever they bring are imported inside the commands: `--help` needs none.
# ruff: noqa: PLC0415

OpenRun = Annotated[
    str | None,
    typer.Argument(
        metavar="RUN",
        help="A run's name, the beginning of it, or its folder; without it, the one that is open.",
    ),
]


def rollback(
    run: OpenRun = None,
    stop_before: StopBefore = None,
    window: WindowOption = None,
    pace: Pace = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> int:
    """Put the pair back as a run found it, while the old code still runs on one unit.

    Before the switchover, boot order and ASDM are put back, and a standby that runs the new code
    is reloaded; after it, the roles move back first. From anywhere else it refuses, and says why.
    """
    from upgrader.cli.commands.asking import agreement
    from upgrader.cli.commands.hours import hours_of, open_now
    from upgrader.cli.commands.interrupt import stoppable
    from upgrader.cli.deeds import returning
    from upgrader.cli.deeds.stopping import run_or_the_open_one
    from upgrader.cli.pairfile.pair import read_pair
    from upgrader.cli.planfile import decode_plan
    from upgrader.cli.runs.home import home
    from upgrader.cli.speaking import say
    from upgrader.cli.worlds.entering import enter
    from upgrader.conduct.wishes import Wishes
    from upgrader.views.live import progress_on

    place = home()
    folder = run_or_the_open_one(place, run)
    pair = read_pair(decode_plan(folder / "plan.json").pair_path)
    before = None if stop_before is None else stop_before.value
    hours = hours_of(window or ())
    open_now(hours)
    world = enter(pair, place.worlds, command="upgrader rollback", pace=pace)
    with closing(world), progress_on(sys.stderr) as watcher, stoppable() as should_stop:
        wishes = Wishes(before, should_stop, hours)
        agreed = agreement(pair, yes=yes, hush=watcher.stop, stop=should_stop)
        report = returning.rollback(folder, pair, world, place, watcher, wishes, agreed=agreed)
    return say(report, as_json=as_json)


def pause(run: OpenRun = None, as_json: AsJson = False) -> int:
    """Ask a run in another terminal to stop at its next safe point; `resume` goes on."""
    from upgrader.cli.deeds import stopping
    from upgrader.cli.runs.home import home
    from upgrader.cli.speaking import say

    place = home()
    return say(stopping.pause(stopping.run_or_the_open_one(place, run)), as_json=as_json)


def abort(run: OpenRun = None, as_json: AsJson = False) -> int:
    """End a run for good; the pair stays as it is, and `rollback` may still put it back."""
    from upgrader.cli.deeds import stopping
    from upgrader.cli.pairfile.pair import PairFile
    from upgrader.cli.runs.home import home
    from upgrader.cli.speaking import say
    from upgrader.cli.worlds.entering import enter
    from upgrader.ports import World

    place = home()

    def opened(pair: PairFile) -> World:
        return enter(pair, place.worlds, command="upgrader abort", must_answer=False)

    folder = stopping.run_or_the_open_one(place, run)
    return say(stopping.abort(place, folder, enter=opened), as_json=as_json)
