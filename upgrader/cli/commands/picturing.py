"""`snapshot`, `diff`: what a pair is like now, and what has changed since."""

import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from upgrader.cli.commands.options import AsJson, FreshLook, PairArgument

# Adapters, views and whatever they bring are imported inside the commands: `--help` needs none.
# ruff: noqa: PLC0415


def snapshot(
    pair: PairArgument,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="Write the snapshot there.")
    ],
    fresh: FreshLook = False,
    as_json: AsJson = False,
) -> int:
    """Take a snapshot of the pair, to be compared with another: `upgrader diff`."""
    from upgrader.cli.deeds import pictures
    from upgrader.cli.pairfile.pair import read_pair
    from upgrader.cli.runs.home import home
    from upgrader.cli.speaking import say
    from upgrader.cli.worlds.entering import look_at

    wanted = read_pair(pair)
    with closing(look_at(wanted, home().worlds, fresh=fresh)) as world:
        report = pictures.take(wanted, world, output)
    return say(report, as_json=as_json)


def diff(
    named: Annotated[
        list[str],
        typer.Argument(
            metavar="A B",
            help="Two snapshot files, or RUN:MOMENT; or a RUN alone for its before and after. "
            "A moment is before, after or a phase: RUN:switched.",
        ),
    ],
    tolerances: Annotated[
        Path | None,
        typer.Option(
            "--tolerances",
            metavar="FILE",
            help="A TOML file with [tolerances], which stand over the pair's and the site's.",
        ),
    ] = None,
    learn: Annotated[
        bool,
        typer.Option(
            "--learn", help="Print the [tolerances] under which all of these would have passed."
        ),
    ] = False,
    every: Annotated[
        bool, typer.Option("--all", help="Show also what is within tolerance, and all lines.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Compare two snapshots: exit 0 within tolerance, 5 beyond it, or where nobody could look."""
    from upgrader.cli.deeds import diffs
    from upgrader.cli.pairfile.tolerances import tolerances_in
    from upgrader.cli.runs.home import home
    from upgrader.cli.speaking import say, to_a_reader

    said = () if tolerances is None else tolerances_in(tolerances)
    if not learn:
        return say(diffs.compare(named, home(), said), as_json=as_json, every=every)
    report = diffs.proposed(named, home(), said)
    if as_json:
        return say(report, as_json=True)
    from upgrader.views.learned import as_toml

    with to_a_reader():
        sys.stdout.write(as_toml(report.learned or (), report.verdict))
    return int(report.exit_code)
