"""`scp -t`: a file comes in."""

import asyncio
from collections.abc import Callable

from upgrader.emulator.machine.files import arrived, is_folder, room_for
from upgrader.emulator.sshd.hosting import LivePair
from upgrader.emulator.sshd.outlet import Outlet
from upgrader.emulator.sshd.scp import Incoming, Shelf, host_fault
from upgrader.emulator.sshd.scp_words import (
    DONE,
    LONGEST_HEAD,
    Head,
    ScpRequest,
    head_of,
    named,
    refusal,
)
from upgrader.emulator.surface import inputs


class ScpSink:
    """A file on its way into a unit's flash."""

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
        self._live = live
        self._unit = unit
        self._shelf = shelf
        self._request = request
        self._outlet = outlet
        self._leave = leave
        self._line = bytearray()
        self._incoming: Incoming | None = None
        self._path = ""
        self._left = 0
        self._over = False
        self._ended = False
        self._status = 0
        self._finishing: asyncio.Task[None] | None = None
        if request.recursive:
            self._refuse("scp: directories cannot be copied")
        else:
            outlet.write(DONE)

    def receive(self, data: bytes) -> None:
        """Take in what the client sent."""
        rest = memoryview(data)
        while rest and not self._over:
            rest = self._take(rest) if self._left else self._word(rest)

    def at_end(self) -> None:
        """The client sends no more: what has not come whole is forgotten."""
        self._ended = True
        if self._finishing is None:
            self._end(1 if self._incoming is not None else self._status)

    def resized(self, columns: int) -> None:
        """Nothing is drawn."""

    def close(self) -> None:
        """The client has gone."""
        self._over = True
        if self._finishing is None:
            self._abandon()

    # ── the protocol ───────────────────────────────────────────────────────────────────

    def _take(self, data: memoryview) -> memoryview:
        """Bytes of the file."""
        assert self._incoming is not None  # bytes are left to come
        piece = data[: self._left]
        try:
            self._incoming.write(bytes(piece))
        except OSError as fault:
            self._refuse(host_fault(self._path, fault))
            return data[:0]
        self._left -= len(piece)
        return data[len(piece) :]

    def _word(self, data: memoryview) -> memoryview:
        """A line, or the zero behind a file."""
        if self._incoming is not None:
            if data[0] != 0:
                self._refuse("scp: the sender has given up")
            elif self._finishing is None:
                self._finishing = asyncio.get_running_loop().create_task(
                    self._finish(self._incoming)
                )
            return data[1:]
        raw = bytes(data)
        end = raw.find(b"\n")
        self._line += raw if end < 0 else raw[:end]
        if len(self._line) > LONGEST_HEAD:
            self._refuse("scp: protocol error: a line too long")
        elif end >= 0:
            line, self._line = bytes(self._line), bytearray()
            self._headed(line)
        return data[:0] if end < 0 else data[end + 1 :]

    def _headed(self, line: bytes) -> None:
        match line[:1]:
            case b"T" | b"E":  # times, and the end of a folder
                self._outlet.write(DONE)
            case b"C" if (head := head_of(line)) is not None:
                self._begin(head)
            case b"\x01" | b"\x02":
                self._end(1)
            case b"D":
                self._refuse("scp: directories cannot be copied")
            case _:
                self._refuse("scp: protocol error")

    def _begin(self, head: Head) -> None:
        path = named(self._request.path, head.name)
        if not (path.isascii() and path.isprintable()):
            # Inferred: no listing of a device shows such a name; ours would be garbled by it.
            self._refuse(f"scp: {path!a}: Invalid file name")
            return
        live, u = self._live, self._unit
        live.catch_up()
        unit = live.pair.units[u]
        if is_folder(unit, path):
            path = f"{path.rstrip('/')}/{head.name.rpartition('/')[2]}"
        room = room_for(live.pair, u, path)
        if not is_folder(unit, path.rpartition("/")[0]):
            self._refuse(f"scp: {path}: No such file or directory")
            return
        if head.size > room:
            self._refuse(f"scp: {path}: No space left on device ({room} bytes free)")
            return
        try:
            self._incoming = self._shelf.begin(head.size)
        except OSError as fault:
            self._refuse(host_fault(path, fault))
            return
        self._path, self._left = path, head.size
        self._outlet.write(DONE)

    async def _finish(self, incoming: Incoming) -> None:
        """The file is whole: onto the disk, then into flash. Others are served meanwhile."""
        loop = asyncio.get_running_loop()
        try:
            supplied = await loop.run_in_executor(None, incoming.finish)
        except OSError as fault:
            self._incoming = self._finishing = None  # nothing is left of it to be abandoned
            if not self._over:
                self._refuse(host_fault(self._path, fault))
            return
        self._incoming = self._finishing = None
        if self._over:  # the client has gone; it had sent all, but was never told so
            return
        u, path = self._unit, self._path

        def arrive(at: int) -> inputs.Input:
            file = arrived(self._live.pair, path, supplied, at)
            return inputs.FileArrived(at, u, path, file)

        why = self._live.give(arrive)
        if isinstance(why, str):
            self._refuse(f"scp: {path}: {why}")
            return
        self._outlet.write(DONE)
        if self._ended:
            self._end(0)

    def _refuse(self, text: str) -> None:
        self._abandon()
        self._outlet.write(refusal(text))
        self._status = 1
        self._end(1)

    def _abandon(self) -> None:
        incoming, self._incoming = self._incoming, None
        self._left = 0
        if incoming is not None and self._finishing is None:  # what is finishing ends by itself
            incoming.abandon()

    def _end(self, status: int) -> None:
        self._abandon()
        if not self._over:
            self._over = True
            self._outlet.at_end(lambda: self._leave(status))
