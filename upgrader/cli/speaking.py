"""What a command says at its end, and with which exit code: reports, and faults by owner."""

import secrets
import shlex
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from upgrader.cli.runs.home import home
from upgrader.dialect.secrets import masked
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.postmortem import Postmortem
from upgrader.model.report import Report, StatusReport
from upgrader.ports import (
    BrokenChain,
    Declined,
    LineFault,
    NotBelieved,
    NotReached,
    NoTwin,
    OutsideWindow,
    Refused,
    StalePlan,
    Unlawful,
    UpgraderError,
    UsageFault,
    WorldHeld,
)

if TYPE_CHECKING:
    from upgrader.views.postmortem.of_run import Journal


@contextmanager
def to_a_reader() -> Iterator[None]:
    """What is written here may be cut short (`| head`), and the exit code is the outcome's still.

    Left to themselves, rich and typer end the process with 1 where the reader has gone. A disk that
    is full under standard output is told on standard error: the night that is reported was not it.
    """
    try:
        with _while_read():
            yield
    except OSError as fault:
        _unwritten(
            f"the report cannot be written to standard output ({fault.strerror}); a run's "
            "lies in its folder too: `upgrader status`"
        )


@contextmanager
def _while_read() -> Iterator[None]:
    """What is written here reaches standard output, or nobody reads it any more.

    Raises:
        OSError: it cannot be written for another reason.
    """
    with suppress(BrokenPipeError, SystemExit):
        yield
        sys.stdout.flush()


def _unwritten(why: str) -> None:
    with suppress(OSError):
        sys.stderr.write(f"upgrader: {why}\n")


def say(report: Report, *, as_json: bool, every: bool = False) -> int:
    """Write the report to standard output; the exit code."""
    if as_json:
        from upgrader.views.report_json import render  # noqa: PLC0415  only where it is used

        with to_a_reader():
            sys.stdout.write(render(report))
    else:
        from upgrader.views.text.report import write_report  # noqa: PLC0415  rich is heavy

        with to_a_reader():
            write_report(report, sys.stdout, every=every)
    return int(report.exit_code)


def say_postmortem(told: Postmortem, *, as_json: bool, every: bool = False) -> int:
    """Write a postmortem to standard output; the exit code.

    It is all that was asked for: where the disk under standard output is full, the command failed.
    """
    try:
        with _while_read():
            _write_postmortem(told, as_json=as_json, every=every)
    except OSError as fault:
        whole = f"it is whole in {', '.join(told.written)}" if told.written else "it is not whole"
        _unwritten(
            f"the postmortem cannot be written to standard output ({fault.strerror}): {whole}"
        )
        return int(told.exit_code) or int(ExitCode.FAULT)
    return int(told.exit_code)


def _write_postmortem(told: Postmortem, *, as_json: bool, every: bool) -> None:
    if as_json:
        from upgrader.views.postmortem.objects import pieces  # noqa: PLC0415  where it is used

        sys.stdout.writelines(pieces(told))
    else:
        from upgrader.views.postmortem.sheet import write_postmortem  # noqa: PLC0415  likewise

        write_postmortem(told, sys.stdout, every=every)


def say_run(report: Report, told: Postmortem, journal: "Journal") -> int:
    """Write a run's report and its postmortem as one object; the report's exit code."""
    from upgrader.views.postmortem.of_run import render  # noqa: PLC0415  only where it is used

    with to_a_reader():
        sys.stdout.write(render(report, told, journal))
    return int(report.exit_code)


def say_status(status: StatusReport, *, as_json: bool) -> int:
    """Write the runs to standard output; the exit code."""
    if as_json:
        from upgrader.views.json_values import dumps  # noqa: PLC0415  only where it is used
        from upgrader.views.report_json import status_object  # noqa: PLC0415  likewise

        with to_a_reader():
            sys.stdout.write(dumps(status_object(status)))
    else:
        from upgrader.views.text.report import write_runs  # noqa: PLC0415  rich is heavy

        with to_a_reader():
            write_runs(status, sys.stdout)
    return int(ExitCode.DONE)


def say_fault(
    message: str, code: ExitCode, *, command: str, as_json: bool, goes_on: Next | None = None
) -> int:
    """Say why there is no report: one object with `--json`, one message otherwise.

    `goes_on`: what to type next; None: what fits such a code.
    """
    goes_on = goes_on or after_fault(code, command)
    if as_json:
        from upgrader.views.json_values import dumps  # noqa: PLC0415  only where it is used
        from upgrader.views.report_json import fault_object  # noqa: PLC0415  likewise

        outcome = Outcome.REFUSED if code is ExitCode.REFUSED else Outcome.FAILED
        if code is ExitCode.STOPPED:
            outcome = Outcome.STOPPED
        shown = fault_object(command, outcome.value, int(code), message, goes_on)
        sys.stdout.write(dumps(shown))
    else:
        from upgrader.views.escape import block  # noqa: PLC0415  only where it is used

        sys.stderr.write("upgrader: " + "\n".join(block(message)) + "\n")
        for line in goes_on.commands:
            sys.stderr.write(f"next: {line}\n")
    return int(code)


def after_fault(code: ExitCode, command: str) -> Next:
    """What to type after a command that came to no report."""
    if code is ExitCode.USAGE:
        return Next(commands=(f"upgrader {command} --help" if command else "upgrader --help",))
    return Next(commands=("upgrader status",))


def again_after(fault: UpgraderError, arguments: Sequence[str]) -> Next | None:
    """The same command line, where nothing was changed and it only came at the wrong moment.

    None: what fits the code. No command line holds a secret: what might is refused as wrong usage.
    """
    match fault:
        case Declined() | NotReached() | OutsideWindow() | WorldHeld():
            return Next(commands=("upgrader status", shlex.join(("upgrader", *arguments))))
        case _:
            return None


def code_of(fault: UpgraderError) -> ExitCode:
    """By whose fault it is: ours, the person's, the line's, the device's."""
    match fault:
        case UsageFault():
            return ExitCode.USAGE
        case (
            WorldHeld()
            | StalePlan()
            | BrokenChain()
            | Declined()
            | OutsideWindow()
            | NotBelieved()
            | NotReached()
            | NoTwin()
        ):
            return ExitCode.REFUSED
        case Unlawful() | Refused():
            return ExitCode.STOPPED
        case LineFault():
            return ExitCode.OUTAGE
        case _:
            return ExitCode.FAULT


def own_fault(fault: BaseException) -> str:
    """Write the traceback of a fault of ours to a file, secrets masked; a sentence that says so."""
    text = masked("".join(traceback.format_exception(fault)))
    kind = type(fault).__name__
    folder = home().faults
    path = folder / f"fault-{secrets.token_hex(4)}.txt"
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        return f"a fault of this tool ({kind}); the pair was left as it is. Traceback: {path}"
    return f"a fault of this tool ({kind}), and no traceback could be written to {folder}"
