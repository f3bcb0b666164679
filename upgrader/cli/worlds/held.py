"""Which process of this machine conducts a run, and blocks that only one runs at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from upgrader.access.holding import hold, hold_briefly, is_held

_HOLDER = "holder"
"""The file in a run's folder that is locked by the process which conducts the run."""


@contextmanager
def conducting(run: Path, pair_name: str, command: str) -> Iterator[None]:
    """This process conducts the run in that folder, and no other does, while the block runs.

    Raises:
        WorldHeld: another process conducts it.
    """
    held = hold(run / _HOLDER, pair_name, command)
    try:
        yield
    finally:
        held.release()


def is_running(run: Path) -> bool:
    """Whether a living process conducts the run in that folder."""
    return is_held(run / _HOLDER)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """No other process runs a block under that lock at the same time; it is waited for."""
    held = hold_briefly(path)
    try:
        yield
    finally:
        held.release()
