"""A terminal's bytes, both ways: what stands between a console and whatever carries it."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from upgrader.model.reach import Address


class LineClosed(Exception):
    """The other side hung up, or the network did; its text says what is known of why."""


class Line(Protocol):
    """A shell with a terminal at the other end. Blocking; each wait has a limit."""

    def send(self, data: bytes) -> None:
        """Send all of it.

        Raises:
            LineClosed: whether anything of it arrived is not known.
        """
        ...

    def receive(self, seconds: float) -> bytes:
        """What has come, as soon as something has; `b""`: nothing did within so many seconds.

        Raises:
            LineClosed: the other side hung up, and everything that it sent has been handed out.
        """
        ...

    def close(self) -> None:
        """Hang up. Never raises, never waits long."""
        ...


class Dialler(Protocol):
    """Whoever can set up lines and carry files: asyncssh, or a test."""

    def dial(self, address: Address) -> Line:
        """Log in there and open a shell.

        Raises:
            NoAnswer: nobody answers there within the limit.
            NoEntry: somebody does, and does not let us in, or is not to be trusted.
        """
        ...

    def put(
        self, address: Address, source: Path, path: str, progress: Callable[[int], None]
    ) -> None:
        """Copy a file to `disk0:/…` there by SCP; `progress` hears the bytes sent so far.

        Raises:
            NoAnswer, NoEntry: as `dial`.
            Dropped: the copy broke off; what arrived of it may lie there.
            Refused: the device would not take it; its words.
        """
        ...
