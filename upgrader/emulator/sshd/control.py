"""The control surface on a Unix socket: lines of JSON in, lines of JSON out.

A client may stay for as long as it likes. Only the user who serves the pair may connect.
"""

import asyncio
import json
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from stat import S_ISSOCK

from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.sshd.hosting import LivePair
from upgrader.emulator.surface import inputs
from upgrader.emulator.surface.control import LONGEST_LINE, Control, refusal

_OWNER_ONLY = 0o177
"""What is taken away from everybody but the owner, and from him the right to execute."""

_WAITING = 16
"""Connections that may wait to be taken. Our choice: tests open one."""


class ControlFault(Exception):
    """The socket cannot be served there; the message says why, and what to do."""


class LiveHost:
    """A pair that lives in real time, as the control surface meets it."""

    def __init__(self, live: LivePair, save: Callable[[EmulatedPair], None]) -> None:
        self._live = live
        self._save = save

    @property
    def pair(self) -> EmulatedPair:
        """The pair, having lived up to now."""
        self._live.catch_up()
        return self._live.pair

    def give(self, make: Callable[[int], inputs.Input]) -> inputs.Gave:
        """Put an input in at this instant; what came out, once it is kept."""
        return self._live.give(make)

    def skip(self, ms: int) -> None:
        """Let so much device time pass at once."""
        self._live.skip(ms)
        self._live.keep_time()

    def save(self) -> None:
        """Write the pair down whole."""
        self._live.keep_time()
        self._save(self._live.pair)


class ControlSocket:
    """A socket at a path, served from `open` to `close`."""

    def __init__(self, path: Path, control: Control) -> None:
        self._path = path
        self._control = control
        self._server: asyncio.Server | None = None
        self._clients: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def open(self) -> None:
        """Serve. A socket that was left behind by a killed process is replaced.

        Raises:
            ControlFault: somebody serves there, or no socket can be made there.
        """
        bound = _bound(self._path)
        self._server = await asyncio.start_unix_server(
            self._serve, sock=bound, limit=LONGEST_LINE, backlog=_WAITING
        )

    async def close(self) -> None:
        """Take no more requests, let the clients go, and remove the socket."""
        if self._server is None:
            return
        self._server.close()
        self._server = None
        self._path.unlink(missing_ok=True)
        for writer in self._clients.values():
            # Who does not read what he asked for is not waited for.
            if writer.transport.get_write_buffer_size():
                writer.transport.abort()
            else:
                writer.close()
        if self._clients:
            await asyncio.wait(list(self._clients))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # asyncio starts one for each client
        self._clients[task] = writer
        try:
            with suppress(ConnectionError):
                await self._converse(reader, writer)
        finally:
            del self._clients[task]
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            try:
                line = await reader.readline()
            except ValueError:
                # What follows of that line could be taken for a request: nobody listens further.
                expected = f"at most {LONGEST_LINE} bytes"
                told = refusal("the request is too long", "request", expected)
                writer.write(json.dumps(told).encode() + b"\n")
                await writer.drain()
                return
            if not line:
                return
            if not line.strip():
                continue
            try:
                answer = self._control.line(line)
            except Exception as fault:  # noqa: BLE001  who serves the pair is told by `failed`
                told = refusal(f"{type(fault).__name__}: {fault}", "the tool", "no such fault")
                writer.write(json.dumps(told).encode() + b"\n")
                await writer.drain()
                return
            writer.write(answer.encode() + b"\n")
            await writer.drain()


def _bound(path: Path) -> socket.socket:
    """A listening socket at that path, which is the owner's from its first moment."""
    _clear(path)
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(_OWNER_ONLY)
    try:
        bound.bind(str(path))
    except OSError as fault:
        bound.close()
        why = fault.strerror or str(fault)
        raise ControlFault(
            f"no control socket can be made at {path}: {why}. "
            "Name a path of less than 100 characters in a folder that can be written."
        ) from fault
    finally:
        os.umask(before)
    bound.settimeout(0)
    return bound


def _clear(path: Path) -> None:
    """Make room for the socket: one that nobody serves goes, anything else stays."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return
    if not S_ISSOCK(mode):
        raise ControlFault(f"{path} is there and is no socket; name another path")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink(missing_ok=True)
            return
        except OSError as fault:
            raise ControlFault(f"{path}: {fault.strerror}; name another path") from fault
    raise ControlFault(f"another process serves the control socket {path}; name another path")
