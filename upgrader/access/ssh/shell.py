"""A shell with a terminal on a unit, as a `Line`: bytes come in one thread and go out in another.

Between the two lies a bounded buffer. When it is full, reading from the channel pauses, its window
closes, and the other side has to wait: an answer of 100 MB costs no more memory than the buffer.
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress

import asyncssh

from upgrader.access.ssh.line import LineClosed
from upgrader.access.ssh.loop import EventThread

HIGH_BYTES = 256 * 1024
"""From here on reading pauses; what the channel's window allows may still come."""
LOW_BYTES = 64 * 1024
"""Down to here reading goes on again."""
WINDOW_BYTES = 256 * 1024
"""How much the other side may send before we have taken it."""
HANG_UP_S = 1.0
"""How long a farewell may take before the connection is just cut."""


class ShellSession(asyncssh.SSHClientSession[bytes]):
    """What arrives on the channel; called by the library in the thread of the event loop."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._arrived = bytearray()
        self._paused = False
        self._ended: str | None = None
        self._channel: asyncssh.SSHClientChannel[bytes] | None = None

    def connection_made(self, chan: asyncssh.SSHClientChannel[bytes]) -> None:
        """The channel is there."""
        self._channel = chan

    def data_received(self, data: bytes, datatype: asyncssh.DataType) -> None:  # noqa: ARG002
        """Something came; of errors a terminal has no stream of its own."""
        with self._changed:
            self._arrived += data
            if len(self._arrived) >= HIGH_BYTES and not self._paused and self._channel is not None:
                self._paused = True
                self._channel.pause_reading()
            self._changed.notify_all()

    def eof_received(self) -> bool:
        """Nothing more comes: the channel closes."""
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """The channel is closed, by whomever."""
        with self._changed:
            if self._ended is None:
                why = "" if exc is None else f": {' '.join(str(exc).split())[:200]}"
                what = "the session was closed by the other side"
                self._ended = what if not why else f"the connection was lost{why}"
            self._changed.notify_all()

    # ── called by whoever reads ────────────────────────────────────────────────────────

    @property
    def ended(self) -> str | None:
        """Why the line is closed; None: it is open."""
        return self._ended

    def end(self, why: str) -> None:
        """We hang up."""
        with self._changed:
            self._ended = self._ended or why
            self._changed.notify_all()

    def take(self, seconds: float, resume: Callable[[], None]) -> bytes:
        """What has come, waiting so long for something; `resume` is called where reading paused.

        Raises:
            LineClosed: the line has ended, and all was handed out.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._arrived or self._ended is not None, seconds)
            if not self._arrived:
                if self._ended is not None:
                    raise LineClosed(self._ended)
                return b""
            taken = bytes(self._arrived[:LOW_BYTES])
            del self._arrived[:LOW_BYTES]
            if self._paused and len(self._arrived) <= LOW_BYTES:
                self._paused = False
                resume()
            return taken


class ShellLine:
    """A line to a unit over its own SSH connection."""

    def __init__(
        self,
        thread: EventThread,
        connection: asyncssh.SSHClientConnection,
        channel: asyncssh.SSHClientChannel[bytes],
        session: ShellSession,
        where: str,
    ) -> None:
        self._thread = thread
        self._connection = connection
        self._channel = channel
        self._session = session
        self._where = where

    def __repr__(self) -> str:
        """`<ShellLine 10.1.1.1>`."""
        return f"<ShellLine {self._where}{' closed' if self._session.ended else ''}>"

    def send(self, data: bytes) -> None:
        """Send all of it, and do not wait until it is sent: whoever sends waits for an answer.

        A connection that is lost meanwhile is told by `receive`.

        Raises:
            LineClosed: the line had ended before; nothing of it was sent.
        """
        if self._session.ended is not None:
            raise LineClosed(self._session.ended)
        self._thread.loop.call_soon_threadsafe(self._write, data)

    def receive(self, seconds: float) -> bytes:
        """What has come, as soon as something has; `b""`: nothing did within so many seconds.

        Raises:
            LineClosed: the other side hung up, and everything that it sent has been handed out.
        """
        return self._session.take(seconds, self._resume)

    def close(self) -> None:
        """Hang up."""
        self._session.end("we have hung up")
        if not self._connection.is_closed():
            with suppress(OSError):  # the process is ending, and the connection with it
                self._thread.run(hang_up(self._connection))

    def _write(self, data: bytes) -> None:
        try:
            self._channel.write(data)
        except OSError as fault:
            self._session.end(f"the connection was lost: {fault}")

    def _resume(self) -> None:
        self._thread.loop.call_soon_threadsafe(self._channel.resume_reading)


async def hang_up(connection: asyncssh.SSHClientConnection) -> None:
    """Say goodbye to whoever listens, and cut the connection where nobody does."""
    connection.close()
    try:
        async with asyncio.timeout(HANG_UP_S):
            await connection.wait_closed()
    except (TimeoutError, OSError, asyncssh.Error):
        connection.abort()
