"""`replay`: the same night again, from its journal."""

from typing import Annotated

import typer

from upgrader.cli.commands.options import AsJson, RunArgument

# Whatever is heavy is imported inside the command: `--help` needs none of it.
# ruff: noqa: PLC0415


def replay(
    run: RunArgument,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 if today's code asks or decides otherwise.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Play a run back: what happened on both units, what was done and why, who was harmed."""
    from upgrader.cli.deeds import nights
    from upgrader.cli.runs.home import home
    from upgrader.cli.speaking import say

    return say(nights.replay(home().find_run(run), strict=strict), as_json=as_json)
