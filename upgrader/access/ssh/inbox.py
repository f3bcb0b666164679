"""What comes of a reply, piece by piece.

Chunks are joined once, at the end, and only the tail is ever searched: a listing of 10,000
sessions is 7.4 MB.
"""

from dataclasses import dataclass, field

from upgrader.dialect.terminal import TAIL


@dataclass(slots=True)
class Inbox:
    """What has come of a reply: all of it in pieces, and its end in one."""

    pieces: list[bytes] = field(default_factory=list)
    size: int = 0
    tail: bytes = b""

    def add(self, more: bytes) -> None:
        """The next piece."""
        self.pieces.append(more)
        self.size += len(more)
        self.tail = (self.tail + more if len(more) < TAIL else more)[-TAIL:]

    @property
    def text(self) -> str:
        """All of it."""
        return b"".join(self.pieces).decode(errors="replace")

    @property
    def end(self) -> str:
        """The last of it, `TAIL` bytes at most."""
        return self.tail.decode(errors="replace")
