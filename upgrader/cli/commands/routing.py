"""`path`: the hops to a release."""

from contextlib import closing
from typing import Annotated

import typer

from upgrader.cli.commands.options import AsJson, FreshLook, To

# Adapters, views and whatever they bring are imported inside the commands: `--help` needs none.
# ruff: noqa: PLC0415


def path(
    pair: Annotated[
        str | None,
        typer.Argument(
            metavar="PAIR", help="A pair file (TOML), or example:NAME; else --from and --model."
        ),
    ] = None,
    to: To = None,
    running: Annotated[
        str | None,
        typer.Option("--from", metavar="VERSION", help="What runs, where no pair is looked at."),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option("--model", metavar="MODEL", help="The hardware: 5585-X, FPR-2110, ASAv."),
    ] = None,
    fresh: FreshLook = False,
    as_json: AsJson = False,
) -> int:
    """Show the hops to a release, each a hitless upgrade of its own, or why there are none."""
    from upgrader.cli.deeds import paths
    from upgrader.cli.deeds.wanted import target_of
    from upgrader.cli.pairfile.pair import read_pair
    from upgrader.cli.pairfile.releases import read_own_releases
    from upgrader.cli.runs.home import home
    from upgrader.cli.speaking import say
    from upgrader.cli.worlds.entering import look_at
    from upgrader.ports import UsageFault

    if pair is None:
        if running is None or model is None or to is None:
            raise UsageFault(
                "which way? Name a pair: upgrader path PAIR --to '9.16(4)'; or say all three: "
                "upgrader path --from '9.12(4)' --model 5516-X --to '9.16(4)'"
            )
        if fresh:
            raise UsageFault("--fresh is for an emulated pair, and none is named")
        return say(paths.of_words(running, model, to, None), as_json=as_json)
    if running is not None or model is not None:
        option = "--from" if running is not None else "--model"
        raise UsageFault(
            f"{option}: the pair says itself what runs, and on which hardware. Without the pair: "
            "upgrader path --from '9.12(4)' --model 5516-X --to '9.16(4)'"
        )
    wanted = read_pair(pair)
    target = target_of(wanted, to)
    releases = read_own_releases(wanted.path, wanted.site.releases)
    with closing(look_at(wanted, home().worlds, fresh=fresh)) as world:
        report = paths.of_pair(wanted, target, releases, world)
    return say(report, as_json=as_json)
