"""Lines for whoever reads along, while something is under way that must not end for want of him."""

import os
from contextlib import suppress
from typing import TextIO


def tell(stream: TextIO, line: str) -> None:
    """Write a line at once; to nobody from here on, where the reader has gone or his disk is full.

    `upgrader run … 2>&1 | head` ends the reader in the midst of a night, and not the night.
    """
    try:
        stream.write(f"{line}\n")
        stream.flush()
    except OSError:
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            # What could not be written is kept by the stream, and tried again at the exit.
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
