"""`--drain` and what goes with it: a third way with a mismatch, as it is asked for."""

from enum import Enum
from typing import Annotated

import typer

from upgrader.model.drain import Drain
from upgrader.ports import UsageFault


class Drained(Enum):
    """Whose sessions are drained."""

    ANYCONNECT = "anyconnect"


DrainOption = Annotated[
    Drained | None,
    typer.Option(
        "--drain",
        metavar="anyconnect",
        help="With a mismatch: before the final reload, log off whoever would be cut off in it, "
        "in batches, so that nothing is orphaned. Probable, not certain: see --hold-logins.",
        show_default=False,
    ),
]
DrainBelow = Annotated[
    int | None,
    typer.Option(
        "--drain-below",
        metavar="N",
        min=1,
        help="With --drain: log nobody off, but wait until fewer than N of them remain.",
    ),
]
DrainBatch = Annotated[
    int | None,
    typer.Option(
        "--drain-batch",
        metavar="N",
        min=1,
        help=f"With --drain: how many are logged off at a time, a minute apart. "
        f"[default: {Drain().batch}]",
    ),
]
HoldLogins = Annotated[
    bool,
    typer.Option(
        "--hold-logins",
        help="With --drain: nobody can log in until the former active unit is back.",
    ),
]


def drain_of(
    drained: Drained | None, below: int | None, batch: int | None, *, hold: bool
) -> Drain | None:
    """What a person wants of a drain; None: there is none.

    Raises:
        UsageFault: options of a drain without one, or two that exclude each other.
    """
    given = {"--drain-below": below is not None, "--drain-batch": batch is not None}
    given["--hold-logins"] = hold
    if drained is None:
        alone = [option for option, is_given in given.items() if is_given]
        if alone:
            raise UsageFault(f"{alone[0]} belongs to a drain: add --drain anyconnect")
        return None
    if below is not None and batch is not None:
        raise UsageFault(
            "--drain-below waits for people to leave, and --drain-batch logs them off: say one"
        )
    return Drain(below, Drain().batch if batch is None else batch, hold)
