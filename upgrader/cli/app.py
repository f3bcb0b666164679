"""The table of commands."""

import sys
from typing import Annotated

import typer

from upgrader.cli import planning, replaying, running, sessions

app = typer.Typer(
    name="upgrader",
    help="Hitless upgrades of Cisco ASA Active/Standby pairs, on an emulated pair. "
    "PAIR is a TOML file, or example:NAME for a built-in one.",
    epilog="Exit codes: 0 done, 1 fault of the tool, 2 wrong usage, 3 refused and nothing changed, "
    "4 stopped safely, 5 serves but needs a person, 6 outage or unknown.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version  # noqa: PLC0415  only where it is asked for

        sys.stdout.write(f"upgrader {version('upgrader')}\n")
        raise typer.Exit


@app.callback()
def _common(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


for name, command in (
    ("check", planning.check),
    ("plan", planning.plan),
    ("show", planning.show),
    ("rehearse", running.rehearse),
    ("run", running.run),
    ("resume", running.resume),
    ("status", running.status),
    ("sessions", sessions.sessions),
    ("cleanup", sessions.cleanup),
    ("replay", replaying.replay),
    ("explain", planning.explain),
):
    app.command(name)(command)
