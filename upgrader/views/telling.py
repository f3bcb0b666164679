"""Lines for whoever reads along, while something is under way that must not end for want of him."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO


@contextmanager
def while_anybody_reads(stream: TextIO) -> Iterator[None]:
    """Write to the stream in here; to nobody from then on, where the reader has gone.

    `upgrader run … 2>&1 | head`, a terminal that was closed, a full disk: they end the reader in
    the midst of a night, and not the night.
    """
    try:
        yield
    except OSError:
        to_nobody(stream)


def to_nobody(stream: TextIO) -> None:
    """Lead the stream nowhere: what it could not write it keeps, and tries again at the exit."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def tell(stream: TextIO, line: str) -> None:
    """Write a line at once, as long as anybody reads."""
    with while_anybody_reads(stream):
        stream.write(f"{line}\n")
        stream.flush()
