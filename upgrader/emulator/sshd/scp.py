"""Files over SCP, both ways: into a unit's flash, and out of it.

Bytes stream to a shelf beside the world; the pair knows them by their digests. A file counts as
arrived when its last byte is on the disk of this machine, and not before: one that was cut off
leaves nothing. The refusals' texts are ours; no source has the device's.
"""

from collections.abc import Callable
from typing import Protocol

from upgrader.emulator.machine.repository import Supplied
from upgrader.emulator.sshd.outlet import Outlet
from upgrader.emulator.sshd.scp_words import refusal

NOT_ENABLED = "scp: SSH secure copy is not enabled (ssh scopy enable)"


class Incoming(Protocol):
    """A file on its way to the shelf."""

    def write(self, data: bytes) -> None:
        """Take the next bytes.

        Raises:
            OSError: the disk of this machine does not.
        """
        ...

    def finish(self) -> Supplied:
        """All has come: what it is. Only now it stands on the shelf.

        Raises:
            OSError: as `write`.
        """
        ...

    def abandon(self) -> None:
        """Nothing more comes; nothing is left of it."""
        ...


class Outgoing(Protocol):
    """A file that is read from the shelf."""

    def read(self, size: int) -> bytes:
        """Read the next bytes; empty: that was all.

        Raises:
            OSError: the disk of this machine does not give them.
        """
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class Shelf(Protocol):
    """Where the bytes of files lie that really arrived."""

    def begin(self, size: int) -> Incoming:
        """A file of that many bytes will come.

        Raises:
            OSError: the disk of this machine has no room.
        """
        ...

    def open(self, sha512: str) -> Outgoing | None:
        """The file with that digest; None: its bytes are not held.

        Raises:
            OSError: the disk of this machine does not give it.
        """
        ...


class ScpRefused:
    """An SCP request that is answered with a reason, and no more."""

    def __init__(self, text: str, outlet: Outlet, leave: Callable[[int], None]) -> None:
        """`leave` is called with the exit status."""
        outlet.write(refusal(text))
        outlet.at_end(lambda: leave(1))

    def receive(self, data: bytes) -> None:
        """What follows is of no use."""

    def at_end(self) -> None:
        """Nothing follows."""

    def resized(self, columns: int) -> None:
        """Nothing is drawn."""

    def close(self) -> None:
        """Nothing is open."""


def host_fault(path: str, fault: OSError) -> str:
    """The machine that emulates, not the unit, has failed; say which."""
    return f"scp: {path}: the machine that emulates this unit says: {fault.strerror or fault}"
