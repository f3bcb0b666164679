"""A file on its way to a unit's flash: the sending end of `scp -t`, as OpenSSH's `scp -O` does it.

    we    C0644 SIZE NAME        the unit    a zero
    we    SIZE bytes and a zero  the unit    a zero

A refusal is a byte 1 or 2 and a line. An ASA without `ssh scopy enable` accepts the request, prints
its login text and stays open (paramiko #360), so that anything else than a zero is no SCP.

The library's own `scp` was not chosen: it waits without a limit, and takes a login text for
the unit's words.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import asyncssh

from upgrader.model.names import Seat
from upgrader.ports import Dropped, NoAnswer, Refused

BLOCK_BYTES = 64 * 1024
FIRST_WORD_S = 30.0
"""How long a unit may take to say whether it takes the file. Our guess."""
STALL_S = 120.0
"""How long nothing may move in the middle, and how long the unit may write its flash at the end.
Our guess: a tftp copy of 80 MB took 211 s on a real ASA, all of it moving."""
NOT_ENABLED = "`ssh scopy enable` is missing in the unit's configuration"
_SHOWN_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is sent, and to where."""

    seat: Seat
    source: Path
    path: str
    """`disk0:/asa9-16-4-lfbff-k8.SPA`."""

    @property
    def request(self) -> str:
        """The command that the unit is asked to run."""
        return f"scp -t {self.path}"


async def send(
    connection: asyncssh.SSHClientConnection, parcel: Parcel, sent: Callable[[int], None]
) -> None:
    """Send the file; `sent` hears the bytes that the connection has taken so far.

    Raises:
        NoAnswer: the unit does not do SCP, or says nothing.
        Refused: it would not take the file; its words.
        Dropped: the copy broke off.
        OSError: the file cannot be read here.
    """
    seat, request = parcel.seat, parcel.request
    with parcel.source.open("rb") as file:
        size = parcel.source.stat().st_size
        try:
            async with asyncio.timeout(FIRST_WORD_S):
                process = await connection.create_process(
                    request, encoding=None, request_pty=False, term_type=None
                )
        except asyncssh.ChannelOpenError as fault:
            raise Refused(seat, request, f"{fault.reason}; {NOT_ENABLED}") from fault
        except (TimeoutError, asyncssh.Error, OSError) as fault:
            raise NoAnswer(seat, request, f"no SCP there; {NOT_ENABLED}, perhaps") from fault
        try:
            await _taken(process, parcel, FIRST_WORD_S, begun=False)
            name = parcel.path.rpartition("/")[2]
            process.stdin.write(f"C0644 {size} {name}\n".encode())
            await _taken(process, parcel, FIRST_WORD_S, begun=False)
            done = 0
            while block := file.read(BLOCK_BYTES):
                process.stdin.write(block)
                async with asyncio.timeout(STALL_S):
                    await process.stdin.drain()
                # Draining waits only where the window is closed; other lines want a turn too.
                await asyncio.sleep(0)
                done += len(block)
                sent(done)
            process.stdin.write(b"\0")
            await _taken(process, parcel, STALL_S, begun=True)
            process.stdin.write_eof()
        except TimeoutError as fault:
            raise Dropped(seat, request, f"nothing moved for {STALL_S:g} s") from fault
        except (asyncssh.Error, OSError) as fault:
            raise Dropped(seat, request, f"the copy broke off ({_short(fault)})") from fault
        finally:
            process.close()


async def _taken(
    process: "asyncssh.SSHClientProcess[bytes]", parcel: Parcel, seconds: float, *, begun: bool
) -> None:
    """Hear the unit's zero, or raise what it says instead."""
    seat, request = parcel.seat, parcel.request
    try:
        async with asyncio.timeout(seconds):
            mark = await process.stdout.read(1)
            if mark == b"\0":
                return
            words = mark + await _rest(process)
    except TimeoutError:
        if begun:
            raise
        raise NoAnswer(
            seat, request, f"no word within {seconds:g} s; {NOT_ENABLED}, perhaps"
        ) from None
    text = " ".join(words.lstrip(b"\x01\x02").decode(errors="replace").split())
    shown = text[:_SHOWN_CHARACTERS]
    if mark in {b"\x01", b"\x02"}:
        hint = f" ({NOT_ENABLED})" if "not enabled" in text or "scopy" in text else ""
        raise Refused(seat, request, shown + hint)
    if not words:
        if begun:
            raise Dropped(seat, request, "the copy broke off")
        raise Refused(seat, request, f"it hung up without a word; {NOT_ENABLED}, perhaps")
    raise Refused(seat, request, f"it answered with a login text ({shown!r}); {NOT_ENABLED}")


async def _rest(process: "asyncssh.SSHClientProcess[bytes]") -> bytes:
    """The rest of a line, as far as it comes soon."""
    said = b""
    try:
        async with asyncio.timeout(1.0):
            while not said.endswith(b"\n") and len(said) < _SHOWN_CHARACTERS:
                piece = await process.stdout.read(_SHOWN_CHARACTERS)
                if not piece:
                    break
                said += piece
    except TimeoutError:
        pass
    return said


def _short(fault: Exception) -> str:
    return " ".join(str(fault).split())[:_SHOWN_CHARACTERS] or type(fault).__name__
