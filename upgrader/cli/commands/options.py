"""The arguments and options of the commands, each said once."""

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from upgrader.model.plan import STEP_NAMES, Failback

PairArgument = Annotated[
    str, typer.Argument(metavar="PAIR", help="A pair file (TOML), or example:NAME.")
]
PairOrPlan = Annotated[
    str,
    typer.Argument(
        metavar="PAIR|PLAN", help="A pair file (TOML), example:NAME, or a plan file (JSON)."
    ),
]
RunArgument = Annotated[
    str, typer.Argument(metavar="RUN", help="A run's name, the beginning of it, or its folder.")
]
LatestRun = Annotated[
    str | None,
    typer.Argument(metavar="RUN", help="A run's name or folder; without it, all runs."),
]
To = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="VERSION",
        help="The release wanted: '9.16(4)', 9.16.4 or 9-16-4. "
        "Without it, [target] of the pair file says.",
    ),
]
Waive = Annotated[
    list[str] | None,
    typer.Option(
        "--waive",
        metavar="RULE=REASON",
        help="Go on in spite of this rule's present finding. May be given again.",
    ),
]
Checks = Annotated[
    Path | None,
    typer.Option(
        "--checks",
        metavar="FILE",
        help="Which rules are asked: a file with [checks], key by key over pair and site.",
    ),
]
FailbackOption = Annotated[
    Failback | None,
    typer.Option(
        "--failback",
        help="Whether the unit that was active at first shall be so again. [default: never]",
        show_default=False,
    ),
]
Fresh = Annotated[
    bool,
    typer.Option("--fresh", help="Start the emulated pair anew from its files."),
]
FreshLook = Annotated[
    bool,
    typer.Option(
        "--fresh", help="Take the pair as its files describe it, whatever has happened to it since."
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="One JSON object on standard output, nothing else there.")
]
Yes = Annotated[
    bool,
    typer.Option(
        "--yes", help="Do not ask for the pair's name. Emulated pairs are never asked about."
    ),
]
All = Annotated[bool, typer.Option("--all", help="Show every row.")]
AllChecks = Annotated[
    bool, typer.Option("--all", help="List every check, with how it came out and why.")
]

StepName = Enum("StepName", {name: name for name in STEP_NAMES})  # type: ignore[misc]
"""What `--stop-before` takes: typer lists the values and refuses others."""

StopBefore = Annotated[
    StepName | None,
    typer.Option(
        "--stop-before",
        metavar="STEP",
        help=f"Stop safely before this step; `resume` goes on. Steps: {', '.join(STEP_NAMES)}.",
    ),
]


def positive(value: float | None) -> float | None:
    """Refuse what is no number of device seconds a second."""
    if value is not None and not 0 < value < float("inf"):
        raise typer.BadParameter("device seconds a second: a number above 0, like 60")
    return value


WindowOption = Annotated[
    list[str] | None,
    typer.Option(
        "--window",
        metavar="HOURS",
        help="Reload and move roles in these hours only, like 'Sat 22:00-02:00 Europe/Berlin'. "
        "May be given again; `resume` keeps to them. A plan's own hours are only narrowed.",
    ),
]


Pace = Annotated[
    float | None,
    typer.Option(
        "--pace",
        metavar="N",
        callback=positive,
        help="Slow virtual time down to N device seconds a second, to watch.",
    ),
]
