"""The way out of a channel: big texts go out in pieces, so that other consoles are not stalled."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Protocol

PIECE = 65_536
"""Bytes that are written before others have their turn."""


class Channel(Protocol):
    """As much of an SSH channel as is written to."""

    def write(self, data: bytes) -> None:
        """Send; what the client's window does not take is buffered."""
        ...


class Outlet:
    """Writes to a channel while its client takes it."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._waiting: deque[memoryview] = deque()
        self._paused = False
        self._scheduled = False
        self._at_end: Callable[[], None] | None = None
        self.when_clear: Callable[[], None] = _nothing
        """Is called, soon, when the client takes more again and nothing waits."""

    @property
    def is_clear(self) -> bool:
        """Whether the client has taken, or takes, all that was written so far."""
        return not (self._waiting or self._paused)

    @property
    def waiting(self) -> int:
        """Bytes that wait for a client who takes no more."""
        return sum(map(len, self._waiting))

    @property
    def is_empty(self) -> bool:
        """Whether all has been handed to the channel."""
        return not self._waiting

    def write(self, data: bytes) -> None:
        """Send, after what is still waiting."""
        if not data:
            return
        if self.is_empty and not self._paused and len(data) <= PIECE:
            self._channel.write(data)
            return
        self._waiting.append(memoryview(data))
        self._go_on()

    def at_end(self, do: Callable[[], None]) -> None:
        """Do it when all has been written."""
        if self.is_empty:
            do()
        else:
            self._at_end = do

    def pause(self) -> None:
        """The client takes no more for now."""
        self._paused = True

    def resume(self) -> None:
        """The client takes more again."""
        self._paused = False
        if self._waiting:
            self._go_on()
        else:
            asyncio.get_running_loop().call_soon(self._cleared)

    def drop(self) -> None:
        """Forget what was not written."""
        self._waiting.clear()
        self._at_end = None
        self.when_clear = _nothing

    def _go_on(self) -> None:
        if not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._piece)

    def _piece(self) -> None:
        self._scheduled = False
        if self._paused or not self._waiting:
            return
        first = self._waiting.popleft()
        if len(first) > PIECE:
            self._waiting.appendleft(first[PIECE:])
        self._channel.write(bytes(first[:PIECE]))
        if self._waiting:
            self._go_on()
        elif self._at_end is not None:
            do, self._at_end = self._at_end, None
            do()
        self._cleared()

    def _cleared(self) -> None:
        if self.is_clear:
            self.when_clear()


def _nothing() -> None:
    """Nobody waits."""
