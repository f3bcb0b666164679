"""One unit's SSH server: who is let in, and what a channel becomes.

Password, keyboard-interactive and public keys; a shell, with or without a PTY; `scp -t` and
`scp -f`. No subsystem (an ASA has no SFTP), no forwarding, no agent, no X11.
"""

import asyncio
import struct
from collections.abc import Sequence
from socket import SO_LINGER, SOL_SOCKET
from typing import Protocol

import asyncssh

from upgrader.emulator.sshd.console import SshConsole
from upgrader.emulator.sshd.hosting import LivePair
from upgrader.emulator.sshd.one_command import OneCommand
from upgrader.emulator.sshd.outlet import Outlet
from upgrader.emulator.sshd.scp import NOT_ENABLED, ScpRefused, Shelf
from upgrader.emulator.sshd.scp_sink import ScpSink
from upgrader.emulator.sshd.scp_source import ScpSource
from upgrader.emulator.sshd.scp_words import ScpRequest, request_of
from upgrader.emulator.surface import inputs
from upgrader.emulator.talk import Conversation

TRIES = 3
"""Passwords that may be wrong before the connection is closed (ASA: three, per its syslog guide
605004 and clients' reports; inferred)."""

SLOWED_S = 1.0
"""Real seconds that a wrong password costs. Our choice."""


class Guest(Protocol):
    """Whatever a channel has become."""

    def receive(self, data: bytes) -> None:
        """The client sent this."""
        ...

    def at_end(self) -> None:
        """The client sends no more."""
        ...

    def resized(self, columns: int) -> None:
        """The client's window has another width."""
        ...

    def close(self) -> None:
        """The channel is closed."""
        ...


class Visitor(asyncssh.SSHServer):
    """One connection, to one unit at one seat."""

    def __init__(
        self,
        live: LivePair,
        seat: str,
        unit: int,
        shelf: Shelf | None = None,
        slowed_s: float = SLOWED_S,
    ) -> None:
        """`shelf`: where files go that come by SCP; None: none are taken."""
        self.live = live
        self.shelf = shelf
        self.seat = seat
        self.unit = unit
        self.user = ""
        self.source = ""
        self.is_lost = False
        self._slowed_s = slowed_s
        self._failed = 0
        self._connection: asyncssh.SSHServerConnection | None = None

    # ── the connection ─────────────────────────────────────────────────────────────────

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Somebody connects; a unit that serves five sessions hangs up at once."""
        self._connection = conn
        peer = conn.get_extra_info("peername")
        self.source = str(peer[0]) if peer else "0.0.0.0"  # noqa: S104  nothing is bound
        if self.live.is_full(self.seat, self.unit):
            asyncio.get_running_loop().call_soon(conn.abort)
        else:
            self.live.arrives(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is over."""
        del exc
        self.live.departs(self)

    def lost(self) -> None:
        """The unit, or the address, is gone: the client hears nothing more, or a reset."""
        if self.is_lost:
            return
        self.is_lost = True
        self.live.departs(self)
        if self.live.pair.scenario.ssh.session_fate == "reset":
            self.reset()

    def reset(self) -> None:
        """End the connection as a host does that does not know it: with a TCP reset."""
        connection = self._connection
        if connection is None:
            return
        socket = connection.get_extra_info("socket")
        if socket is not None:
            socket.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        connection.abort()

    def leave(self) -> None:
        """The unit has said good-bye: it closes the connection."""
        if self._connection is not None:
            self._connection.close()

    # ── who he is ──────────────────────────────────────────────────────────────────────

    def begin_auth(self, username: str) -> bool:
        """Nobody comes in without proof."""
        self.user = username
        return True

    def password_auth_supported(self) -> bool:
        """It is."""
        return True

    async def validate_password(self, username: str, password: str) -> bool:
        """Whether that is his password; a wrong one costs time, the third the connection."""
        if self.live.pair.authenticate(self.seat, username, password):
            return True
        await self._turn_away(username)
        return False

    def kbdint_auth_supported(self) -> bool:
        """It is."""
        return True

    def get_kbdint_challenge(
        self, username: str, lang: str, submethods: str
    ) -> tuple[str, str, str, list[tuple[str, bool]]]:
        """One question."""
        del username, lang, submethods
        return "", "", "", [("Password: ", False)]

    async def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> bool:
        """As for a password."""
        return await self.validate_password(username, responses[0] if responses else "")

    def public_key_auth_supported(self) -> bool:
        """It is, for users with keys."""
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Whether that key is one of his (`ssh authentication` under his attributes)."""
        return self.live.pair.knows_key(self.seat, username, key.public_data)

    async def _turn_away(self, username: str) -> None:
        seat, source = self.seat, self.source
        self.live.give(lambda at: inputs.TurnedAway(at, seat, username, source))
        self._failed += 1
        await asyncio.sleep(self._slowed_s)
        if self._failed >= TRIES and self._connection is not None:
            self._connection.disconnect(
                asyncssh.DISC_NO_MORE_AUTH_METHODS_AVAILABLE, "Too many authentication failures"
            )

    # ── sessions ───────────────────────────────────────────────────────────────────────

    def session_requested(
        self,
    ) -> tuple[asyncssh.SSHServerChannel[bytes], "Session"] | bool:
        """Open a channel; what it becomes is asked for next."""
        if self._connection is None or self.is_lost:
            return False
        channel = self._connection.create_server_channel(encoding=None)
        return channel, Session(self)

    @property
    def is_answered(self) -> bool:
        """Whether the unit that this connection reached still holds the seat."""
        return self.live.pair.owner_of(self.seat) == self.unit

    def log_in(self) -> Conversation | None:
        """A conversation with the unit; None: it has no session left, or is another now."""
        live, seat = self.live, self.seat
        live.catch_up()
        if not self.is_answered:
            return None
        user, source = self.user, self.source
        gave = live.give(lambda at: inputs.LoggedIn(at, seat, user, source))
        return gave if isinstance(gave, Conversation) else None


class Session(asyncssh.SSHServerSession[bytes]):
    """A channel of a connection: a console, one command, or a file."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor
        self._channel: asyncssh.SSHServerChannel[bytes] | None = None
        self._outlet: Outlet | None = None
        self._guest: Guest | None = None
        self._command: str | None = None
        self._columns = 0
        self._reading = True
        self._good_bye = False

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        """The channel is open."""
        self._channel = chan
        self._outlet = Outlet(chan)

    def pty_requested(
        self, term_type: str, term_size: tuple[int, int, int, int], term_modes: object
    ) -> bool:
        """A terminal of that many columns."""
        del term_type, term_modes
        self._columns = term_size[0]
        return True

    def terminal_size_changed(self, width: int, height: int, pixwidth: int, pixheight: int) -> None:
        """The window was resized."""
        del height, pixwidth, pixheight
        self._columns = width
        if self._guest is not None:
            self._guest.resized(width)

    def shell_requested(self) -> bool:
        """A shell."""
        return True

    def exec_requested(self, command: str) -> bool:
        """One command: taken, as an ASA does, whatever becomes of it."""
        self._command = command
        return True

    def subsystem_requested(self, subsystem: str) -> bool:
        """None: there is no SFTP on an ASA."""
        del subsystem
        return False

    def session_started(self) -> None:
        """The channel becomes what it was asked to be."""
        self._guest = self._begin()
        if self._guest is None:
            self._refuse()

    def _begin(self) -> Guest | None:
        """What was asked for; None: the unit has no session left."""
        visitor, outlet, command = self._visitor, self._outlet, self._command
        assert outlet is not None  # the channel is open
        request = None if command is None else request_of(command)
        if request is not None:
            return self._file(request, outlet)
        habit = visitor.live.pair.scenario.ssh.exec
        if command is not None and habit == "hang":
            return Silence()
        conversation = visitor.log_in()
        if conversation is None:
            return None
        if command is not None and habit == "run":
            return OneCommand(
                visitor.live, conversation, outlet, command, self._leave, visitor.lost
            )
        return SshConsole(
            visitor.live,
            conversation,
            outlet,
            columns=self._columns,
            leave=self._say_good_bye,
            lost=visitor.lost,
            pause_reading=self._pause_reading,
        )

    def _file(self, request: ScpRequest, outlet: Outlet) -> Guest:
        """A file that comes or goes."""
        visitor = self._visitor
        live, shelf = visitor.live, visitor.shelf
        live.catch_up()
        if shelf is None or not live.pair.may_copy(visitor.seat):
            return ScpRefused(NOT_ENABLED, outlet, self._leave)
        way = ScpSink if request.receives else ScpSource
        return way(live, visitor.unit, shelf, request, outlet, self._leave)

    def data_received(self, data: bytes, datatype: int | None) -> None:
        """The client sent this."""
        del datatype
        if self._guest is not None and not self._visitor.is_lost:
            self._guest.receive(data)

    def eof_received(self) -> bool:
        """The client sends no more; it may still be told something."""
        if self._guest is not None:
            self._guest.at_end()
        return True

    def pause_writing(self) -> None:
        """The client takes no more for now."""
        if self._outlet is not None:
            self._outlet.pause()

    def resume_writing(self) -> None:
        """The client takes more again."""
        if self._outlet is not None:
            self._outlet.resume()

    def connection_lost(self, exc: Exception | None) -> None:
        """The channel is closed."""
        del exc
        if self._outlet is not None:
            self._outlet.drop()
        guest, self._guest = self._guest, None
        if guest is not None:
            guest.close()
        if self._good_bye:
            self._visitor.leave()

    def _say_good_bye(self) -> None:
        """Close the channel, and then the connection, as an ASA does after `exit`."""
        self._good_bye = True
        self._leave()

    def _leave(self, status: int = 0) -> None:
        """The unit's side has nothing more to say."""
        if self._channel is not None:
            self._channel.exit(status)

    def _refuse(self) -> None:
        """No session for this channel. What else the connection carries goes on, if it can."""
        if self._visitor.is_answered:
            self._leave(1)
        else:
            self._visitor.reset()

    def _pause_reading(self, wanted: bool) -> None:
        if self._channel is None or wanted != self._reading:
            return
        self._reading = not wanted
        if wanted:
            self._channel.pause_reading()
        else:
            self._channel.resume_reading()


class Silence:
    """A channel from which nothing ever comes (`exec = "hang"`)."""

    def receive(self, data: bytes) -> None:
        """Say nothing."""

    def at_end(self) -> None:
        """Say nothing."""

    def resized(self, columns: int) -> None:
        """Say nothing."""

    def close(self) -> None:
        """Nothing was begun."""
