"""`replay`: a night again, from its run's journal or from whatever records there are of it."""

import sys
from typing import Annotated

import typer

from upgrader.cli.commands.options import All, AsJson

# Whatever is heavy is imported inside the command: `--help` needs none of it.
# ruff: noqa: PLC0415


def replay(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE",
            help="A run's name or folder; or records of a night, together: syslog files, "
            "terminal logs, saved replies, folders of these, `-` for standard input; or "
            "example:NAME for a built-in night.",
        ),
    ],
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="DIR",
            help="Write the postmortem there: HTML, Markdown, JSON, and the night as a scenario "
            "that `upgrader rehearse` runs.",
        ),
    ] = None,
    what_if: Annotated[
        list[str] | None,
        typer.Option(
            "--what-if",
            metavar="WHAT=HOW",
            help="The same night with one thing changed, like anyconnect=matched or "
            "checks=today; a wrong one lists what there is. May be given again.",
        ),
    ] = None,
    host: Annotated[
        list[str] | None,
        typer.Option(
            "--host",
            metavar="NAME",
            help="Only what this sender wrote, as its name or address stands in the log. May be "
            "given again.",
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="TIME",
            help="Only from then on, by the digits of the log: '2026-03-14 22:00'.",
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="TIME", help="Only until then."),
    ] = None,
    anonymise: Annotated[
        bool,
        typer.Option(
            "--anonymise",
            help="Replace users, addresses and names, each by the same everywhere.",
        ),
    ] = False,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict", help="Of a run: exit 1 if today's code asks or decides otherwise."
        ),
    ] = False,
    every: All = False,
    as_json: AsJson = False,
) -> int:
    """Tell a night from its records: what happened on both units, who was harmed, and why.

    Of a run of ours alone, today's code judges each beat again.
    """
    from upgrader.cli.deeds import nights, own_runs, postmortem_folder, postmortems
    from upgrader.cli.runs.home import home
    from upgrader.cli.speaking import say, say_postmortem, say_run
    from upgrader.cli.worlds.wall import WALL
    from upgrader.views.postmortem.along import along_on

    folder = postmortems.folder_named(output)
    asked = postmortems.Asked(
        sources=tuple(sources),
        hosts=tuple(host or ()),
        since=postmortems.instant("--since", since),
        until=postmortems.instant("--until", until),
        what_ifs=tuple(what_if or ()),
        anonymise=anonymise,
        strict=strict,
    )
    alone = postmortems.run_alone(asked, home())
    if alone is not None and folder is None and not as_json:
        return say(nights.replay(alone, strict=strict), as_json=False)
    with along_on(sys.stderr, WALL.monotonic) as along:
        told = postmortems.hold(asked, home(), along)
        if folder is not None:
            told = postmortem_folder.write(told, folder)
    if alone is not None and folder is None:
        report = nights.replay(alone, strict=strict)
        return say_run(report, told.postmortem, own_runs.journal_of(alone, told.postmortem))
    return say_postmortem(told.postmortem, as_json=as_json, every=every)
