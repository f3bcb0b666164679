"""Ctrl-C: the first asks the run to stop at the next safe point, the second stops at once.

A terminal that goes away (SIGHUP: a connection that broke, a window that was closed) asks as the
first one does, however often: nobody is there any more to mean it. Under `nohup` it asks nothing.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from upgrader.conduct.wishes import AT_YOUR_WORD

_STOPPING = b"\nupgrader: stopping at the next safe point (again: at once)\n"


_ASKS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequest:
    """Whether a person asked to stop. The run asks at every safe point."""

    def __init__(self) -> None:
        self.asked = False

    def __call__(self) -> str | None:
        """Why to stop at the next safe point; None: nobody asked."""
        return AT_YOUR_WORD if self.asked else None


@contextmanager
def stoppable() -> Iterator[StopRequest]:
    """Turn SIGINT, SIGTERM and SIGHUP into a request while the block runs.

    A second SIGINT or SIGTERM interrupts. A SIGHUP that is ignored (`nohup`) stays so.
    """
    request = StopRequest()

    def hear(number: int, _frame: FrameType | None) -> None:
        if request.asked:
            if number == signal.SIGHUP:
                return
            raise KeyboardInterrupt
        request.asked = True
        with suppress(OSError, ValueError):
            # Past Python's buffer: the signal may have come in the midst of a write to it.
            os.write(sys.stderr.fileno(), _STOPPING)

    before = {number: signal.getsignal(number) for number in _ASKS}
    if before[signal.SIGHUP] is signal.SIG_IGN:
        del before[signal.SIGHUP]
    for number in before:
        signal.signal(number, hear)
    try:
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def at_once() -> Iterator[None]:
    """Let the first SIGINT or SIGTERM interrupt while the block runs: there is no point to reach.

    `stoppable` hears them again afterwards.
    """
    before = {
        number: signal.signal(number, signal.default_int_handler)
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
