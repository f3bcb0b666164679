"""The table of commands."""

import sys
from typing import Annotated

import typer

from upgrader.cli.commands import (
    approving,
    controlling,
    emulating,
    picturing,
    planning,
    reading,
    replaying,
    routing,
    running,
    sessions,
    staging,
    twinning,
    undoing,
)

app = typer.Typer(
    name="upgrader",
    help="Hitless upgrades of Cisco ASA Active/Standby pairs, live over SSH or emulated. "
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


for name, command, in_short in (
    ("check", planning.check, "Say whether the pair is ready to be upgraded."),
    ("path", routing.path, "Show the hops to a release, or why there are none."),
    ("plan", planning.plan, "Draw a plan: the steps, with their exact lines."),
    ("show", planning.show, "Show a plan file."),
    ("approve", approving.approve, "Sign a plan file."),
    ("stage", staging.stage, "Bring the night's files onto both flashes, in the day."),
    ("rehearse", running.rehearse, "Run the whole night on a twin of the pair."),
    ("run", running.run, "Upgrade the pair, standby first."),
    ("resume", running.resume, "Go on with a run that was stopped or killed."),
    ("pause", undoing.pause, "Ask a run to stop at its next safe point."),
    ("abort", undoing.abort, "End a run for good."),
    ("rollback", undoing.rollback, "Put the pair back as a run found it."),
    ("status", running.status, "Show the runs, or where one of them stands."),
    ("sessions", sessions.sessions, "Grade the sessions and pools of both units."),
    ("cleanup", sessions.cleanup, "Clear orphaned sessions and stuck leases."),
    ("snapshot", picturing.snapshot, "Write down what the pair is like now."),
    ("diff", picturing.diff, "Compare two snapshots, or a run's before and after."),
    ("replay", replaying.replay, "Tell a bad night from its records, or play a run back."),
    ("twin", twinning.twin, "Make an emulated pair of a live one, or of its saved output."),
    ("emulate", emulating.emulate, "Serve the emulated pair over SSH."),
    ("world", controlling.world, "Let something happen to the emulated pair, or look at it."),
    ("read", reading.read, "Show what is understood of a device's saved reply."),
    ("explain", planning.explain, "Explain a rule, or list all of them."),
):
    app.command(name, short_help=in_short)(command)
