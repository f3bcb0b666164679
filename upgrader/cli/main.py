"""`upgrader`: a command line is carried out, and ends with an exit code."""

import gc
import io
import os
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import typer

from upgrader.cli import reference
from upgrader.cli.app import app
from upgrader.model.outcome import ExitCode, Next
from upgrader.ports import Interrupted, UpgraderError

NEW_OBJECTS = 100_000
"""How many new objects Python waits for before it looks for cycles among them. What a night holds
are frozen values, which make none; at Python's own 700 the search takes a sixth of the time."""

_INTERRUPTED = 130
"""What newer releases of typer return after Ctrl-C; no command of ours does."""

app.command("reference", hidden=True)(reference.reference)

_built = cache(typer.main.get_command)
"""Every command with its options, read from the signatures once a process: that takes longer than
many a command does."""

_USAGE: type[Exception] = next(
    # typer exports no base class of its usage errors, and newer releases bring their own click.
    cls
    for cls in typer.BadParameter.__mro__
    if cls.__name__ == "ClickException"
)


def main() -> None:
    """Run the command line, and exit with its code."""
    gc.set_threshold(NEW_OBJECTS)
    if "replay" in sys.argv[1:2]:
        # It ends by itself, holds a million values and leaves no cycles (a few hundred objects):
        # to look for them took a twentieth of its time.
        gc.disable()
    _open_what_is_closed()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a letter shows its number; it does not stop a run.
            stream.reconfigure(errors="backslashreplace")
    code = run(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            from upgrader.views.telling import to_nobody  # noqa: PLC0415  only where it went wrong

            to_nobody(stream)
    gc.freeze()  # Else Python looks for cycles once more: a tenth of a second of CPU.
    sys.exit(code)


def _open_what_is_closed() -> None:
    """Let a stream that the shell closed (`<&-`, `2>&-`) lead nowhere; Python has None there.

    Its number is taken, too: else the next file or connection would get it, and our prose with it.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            stream = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115  until the end
            setattr(sys, name, stream)


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line; its exit code. Writes to standard output and error."""
    as_json = "--json" in arguments
    called = next((a for a in arguments if not a.startswith("-")), "")
    try:
        code = _built(app).main(list(arguments), prog_name="upgrader", standalone_mode=False)
    except typer.Exit as end:
        return end.exit_code
    except _USAGE as fault:
        return _wrong_usage(fault, called, as_json=as_json)
    except (KeyboardInterrupt, typer.Abort):
        code = _INTERRUPTED
    except Interrupted as stop:
        from upgrader.cli.runs.standing import known_of  # noqa: PLC0415  only where it went wrong

        known = known_of(stop.run)
        return _say(known.told, known.exit_code, called, as_json=as_json, goes_on=known.next)
    except BrokenPipeError:
        raise
    except UpgraderError as fault:
        from upgrader.cli.speaking import again_after, code_of  # noqa: PLC0415  likewise

        goes_on = again_after(fault, arguments)
        return _say(str(fault), code_of(fault), called, as_json=as_json, goes_on=goes_on)
    except Exception as fault:  # noqa: BLE001  whatever it is, a person gets one sentence
        from upgrader.cli.speaking import own_fault  # noqa: PLC0415  only where it went wrong

        return _say(own_fault(fault), ExitCode.FAULT, called, as_json=as_json)
    if code == _INTERRUPTED:
        return _say("interrupted; no run was under way", ExitCode.STOPPED, called, as_json=as_json)
    return code if isinstance(code, int) else int(ExitCode.DONE)


def _wrong_usage(fault: Exception, called: str, *, as_json: bool) -> int:
    """Say it as typer does, unless a script is listening."""
    if isinstance(fault, typer.BadParameter):
        # Newer releases of typer put the name of their own exception before the sentence.
        fault.message = fault.message.removeprefix("Value error, ")
    if as_json or not hasattr(fault, "show"):
        message = fault.format_message() if hasattr(fault, "format_message") else str(fault)
        return _say(message, ExitCode.USAGE, called, as_json=as_json)
    fault.show()
    return int(ExitCode.USAGE)


def _say(
    message: str, code: ExitCode, called: str, *, as_json: bool, goes_on: Next | None = None
) -> int:
    from upgrader.cli.speaking import say_fault  # noqa: PLC0415  only where it went wrong

    return say_fault(message, code, command=called, as_json=as_json, goes_on=goes_on)


if __name__ == "__main__":
    main()
