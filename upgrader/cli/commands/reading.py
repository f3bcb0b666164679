"""`read`: what the tool understands of a device's text."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from upgrader.cli.commands.options import All, AsJson

# Adapters, views and whatever they bring are imported inside the commands: `--help` needs none.
# ruff: noqa: PLC0415


def read(
    command: Annotated[
        str, typer.Argument(metavar="COMMAND", help="What was typed on the unit: 'show failover'.")
    ],
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The reply, saved; - for standard input.")
    ],
    every: All = False,
    as_json: AsJson = False,
) -> int:
    """Show what the tool understands of a saved reply, and which of its lines it does not know."""
    from upgrader.cli.speaking import to_a_reader
    from upgrader.dialect.reading.reading import NoReader
    from upgrader.dialect.reading.reading import read as read_reply
    from upgrader.dialect.secrets import masked
    from upgrader.ports import Unparsed, UsageFault
    from upgrader.views.json_values import SCHEMA, Json, dumps
    from upgrader.views.reading import as_read, write_reading

    text = _text_of(file)
    try:
        found = read_reply(command, text)
    except NoReader as fault:
        raise UsageFault(str(fault)) from fault
    except Unparsed as fault:
        raise UsageFault(
            f"{file}: as a reply to {fault.line!r} it is not understood: {masked(fault.why)}. "
            "Expected is the whole reply, as the unit printed it; a filter or a cut spoils it"
        ) from fault
    value = as_read(found.value)
    unknown = [masked(line) for line in found.unknown_lines]
    with to_a_reader():
        if as_json:
            shown: dict[str, Json] = {
                "schema": SCHEMA,
                "command": found.command,
                "value": value,
                "unknown_lines": [*unknown],
            }
            sys.stdout.write(dumps(shown))
        else:
            write_reading(found.command, value, unknown, sys.stdout, every=every)
    return 0


def _text_of(file: Path) -> str:
    """The text of a file, or of standard input.

    Raises:
        UsageFault: it cannot be read. What is no UTF-8 in it is shown as such, and read past.
    """
    from upgrader.journal.disk import read_given
    from upgrader.ports import UsageFault

    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else read_given(file)
    except OSError as fault:
        raise UsageFault(
            f"{file}: {fault.strerror}. Say a file, or - for standard input"
        ) from fault
    return data.decode("utf-8", "backslashreplace")
