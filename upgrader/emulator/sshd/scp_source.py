"""`scp -f`: a file goes out."""

import asyncio
from collections.abc import Callable

from upgrader.emulator.machine.files import file_at
from upgrader.emulator.sshd.hosting import LivePair
from upgrader.emulator.sshd.outlet import Outlet
from upgrader.emulator.sshd.scp import Outgoing, Shelf, host_fault
from upgrader.emulator.sshd.scp_words import DONE, ScpRequest, named, refusal
from upgrader.emulator.state import File

PIECE = 262_144
"""Bytes of a file that are read at a time."""

NOT_HELD = "scp: {}: the bytes of this emulated file are not held, only its digests"


class ScpSource:
    """A file on its way out of a unit's flash."""

    def __init__(
        self,
        live: LivePair,
        unit: int,
        shelf: Shelf,
        request: ScpRequest,
        outlet: Outlet,
        leave: Callable[[int], None],
    ) -> None:
        """`leave` is called with the exit status."""
        self._outlet = outlet
        self._leave = leave
        self._acks = 0
        self._over = False
        self._source: Outgoing | None = None
        live.catch_up()
        path = named(request.path, "")
        file = file_at(live.pair.units[unit], path)
        self._name = path.rpartition("/")[2]
        self._size = 0 if file is None else file.bytes
        self._problem = self._opened(shelf, path, file)

    def receive(self, data: bytes) -> None:
        """Take in what the client sent: zeros, or that it gives up."""
        for byte in data:
            if self._over:
                return
            if byte != 0:
                self._end(1)
                return
            self._acks += 1
            self._step()

    def at_end(self) -> None:
        """The client sends no more; it has all, or wants none."""
        self._end(0 if self._acks >= 3 else 1)

    def resized(self, columns: int) -> None:
        """Nothing is drawn."""

    def close(self) -> None:
        """The client has gone."""
        self._over = True
        self._let_go()

    def _opened(self, shelf: Shelf, path: str, file: File | None) -> str | None:
        """Why it cannot be fetched; None: it can, and is open."""
        if file is None:
            return f"scp: {path}: No such file or directory"
        if file.text is not None:
            self._source = _Text(file.text.encode())
            return None
        try:
            self._source = None if file.sha512 is None else shelf.open(file.sha512)
        except OSError as fault:
            return host_fault(path, fault)
        return NOT_HELD.format(path) if self._source is None else None

    def _step(self) -> None:
        """Ready: the head; the head is taken: the bytes; the bytes are taken: good-bye."""
        match self._acks:
            case 1 if self._problem is not None:
                self._outlet.write(refusal(self._problem))
                self._end(1)
            case 1:
                self._outlet.write(f"C0644 {self._size} {self._name}\n".encode())
            case 2:
                self._go_on()
            case _:
                self._end(0)

    def _go_on(self) -> None:
        """The next piece, when the one before has been written."""
        if self._over or self._source is None:
            return
        try:
            piece = self._source.read(PIECE)
        except OSError:
            # The client was promised its bytes; no word fits here but to hang up.
            self._end(1)
            return
        if not piece:
            self._let_go()
            self._outlet.write(DONE)
            return
        self._outlet.write(piece)
        self._outlet.at_end(self._soon)

    def _soon(self) -> None:
        asyncio.get_running_loop().call_soon(self._go_on)

    def _let_go(self) -> None:
        source, self._source = self._source, None
        if source is not None:
            source.close()

    def _end(self, status: int) -> None:
        self._let_go()
        if not self._over:
            self._over = True
            self._outlet.at_end(lambda: self._leave(status))


class _Text:
    """A text that the pair holds itself."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, size: int) -> bytes:
        """Read the next bytes."""
        piece, self._data = self._data[:size], self._data[size:]
        return piece

    def close(self) -> None:
        """Nothing is open."""
