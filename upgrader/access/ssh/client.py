"""SSH to live pairs: a `Dialler` on asyncssh, blocking outside and asynchronous within.

All pairs of a process share one event loop in one thread. A line has a connection of its own, so
that one which hangs takes no other with it; the jump host's connection is shared by a pair's lines,
for a bastion counts logins too.
"""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import TimeoutError as StillRunning
from dataclasses import dataclass, replace
from pathlib import Path

import asyncssh

from upgrader.access.ssh.copying import Parcel, send
from upgrader.access.ssh.entry import Credentials, enter
from upgrader.access.ssh.faults import Limits
from upgrader.access.ssh.hostkeys import FirstUse, KnownHosts, Trust
from upgrader.access.ssh.loop import event_thread
from upgrader.access.ssh.route import Route, Stop, WrongRoute, default_known_hosts
from upgrader.access.ssh.secrets import NoSecret, Secrets
from upgrader.access.ssh.shell import WINDOW_BYTES, ShellLine, ShellSession, hang_up
from upgrader.model.names import Seat
from upgrader.model.reach import Address, HostKeys, Reach
from upgrader.ports import NoAnswer, NoEntry, UsageFault

TERMINAL = "vt100"
COLUMNS, ROWS = 511, 24
"""So wide that no line is broken: 511 is the widest that an ASA knows (`terminal width`). Asked for
with the terminal, for typing it would be a change of the configuration; whether a real ASA heeds
that is not known, and nothing depends on it."""

PROGRESS_EVERY_S = 0.2

OF_THE_MACHINE = Path("/etc/ssh/ssh_known_hosts")
"""Where OpenSSH looks, too, for what an administrator believes on behalf of all."""


@dataclass(frozen=True, slots=True)
class Hop:
    """A host on the way, and how it is entered."""

    stop: Stop
    credentials: Credentials
    trust: Trust


class AsyncsshDialler:
    """Sets up lines to the units of one pair, and carries files to them."""

    def __init__(
        self, reach: Reach, secrets: Secrets, learnt: Path, limits: Limits | None = None
    ) -> None:
        """`learnt`: where host keys of first use are kept, `home/hostkeys/NAME`."""
        self._reach = reach
        self._secrets = secrets
        self._learnt = learnt
        self._limits = Limits() if limits is None else limits
        self._route = Route(reach)
        self._key: asyncssh.SSHKey | None = None
        self._jumps: dict[str, asyncssh.SSHClientConnection] = {}
        self._jumping = asyncio.Lock()

    def __repr__(self) -> str:
        """`<AsyncsshDialler 10.1.1.1>`."""
        return f"<AsyncsshDialler {self._reach.active}>"

    def dial(self, address: Address) -> ShellLine:
        """Log in there and open a shell.

        Raises:
            NoAnswer: nobody answers there within the limit.
            NoEntry: somebody does, and does not let us in, or is not to be trusted.
        """
        hops = self._hops(address)
        try:
            return event_thread().run(self._shell(address, hops))
        except NoAnswer as fault:
            raise type(fault)(fault.seat, None, self._secrets.masked(fault.why)) from None

    def put(
        self, address: Address, source: Path, path: str, progress: Callable[[int], None]
    ) -> None:
        """Copy a file to `disk0:/…` there, over a connection of its own.

        Raises:
            NoAnswer, NoEntry: as `dial`.
            Dropped: the copy broke off; what arrived of it may lie there.
            Refused: the device would not take it; its words.
            UsageFault: the file cannot be read here.
        """
        hops = self._hops(address)
        parcel = Parcel(Seat(str(address)), source, path)
        thread = event_thread()
        done = 0

        def sent(count: int) -> None:
            nonlocal done
            done = count

        work = asyncio.run_coroutine_threadsafe(self._carry(hops, parcel, sent), thread.loop)
        told = 0
        try:
            while not work.done():
                try:
                    work.result(PROGRESS_EVERY_S)
                except StillRunning:
                    if work.done():
                        break
                if done > told:
                    told = done
                    progress(told)
            work.result()
        except OSError as fault:
            raise UsageFault(f"{source}: cannot be read ({fault.strerror or fault})") from fault
        except BaseException:
            work.cancel()
            raise
        if done > told:
            progress(done)

    def close(self) -> None:
        """Hang up at the jump hosts. Lines are closed by who has them."""
        if self._jumps:
            event_thread().run(self._leave_jumps())

    # ── in the caller's thread ─────────────────────────────────────────────────────────

    def _hops(self, address: Address) -> tuple[Hop, ...]:
        """Everything that is to be known before a connection: secrets may have to be asked for."""
        seat = Seat(str(address))
        try:
            stops = self._route.stops(address)
            *jumps, unit = stops
            return (
                *(Hop(stop, self._for_jump(stop), self._trust_of_jump(stop)) for stop in jumps),
                Hop(unit, self._for_unit(unit), self._trust_of_pair()),
            )
        except (WrongRoute, NoSecret) as fault:
            raise NoEntry(seat, None, str(fault)) from fault

    def _for_unit(self, stop: Stop) -> Credentials:
        """What the pair file says, and where it says nothing, what the configuration does."""
        reach, secrets = self._reach, self._secrets
        if reach.key is not None:
            return self._with_key(reach.key)
        told = f"the password {secrets.told_from()}"
        right = "correct it there, or the `user` in [ssh] of the pair file"
        files = stop.identity_files
        if not files and stop.identity_agent is None:
            return Credentials(password=secrets.password(), told=told, remedy=right)
        by_key = _keys_said(stop)
        if not secrets.has_password:
            return by_key
        return replace(
            by_key,
            password=secrets.password(),
            told=f"{by_key.told}, nor with {told}",
            remedy=right,
        )

    def _with_key(self, path: Path) -> Credentials:
        """The key that the pair file names, and no other; a public one is looked for in the agent.

        Raises:
            NoSecret: it cannot be read, or not with that passphrase.
        """
        remedy = (
            "see `ssh authentication` and `username … attributes` on the unit: the key's public "
            "half belongs there"
        )
        told = f"the key {path}"
        if path.suffix == ".pub":
            if _agent() is None:
                raise NoSecret(
                    f"{told} is to be used through the agent, and there is none (SSH_AUTH_SOCK "
                    "is not set): begin one, or name the private key"
                )
            return Credentials(
                agent=_agent(), agent_keys=(str(path.expanduser()),), told=told, remedy=remedy
            )
        if self._key is None:
            self._key = self._read_key(path)
        return Credentials(keys=(self._key,), told=told, remedy=remedy)

    def _read_key(self, path: Path) -> asyncssh.SSHKey:
        try:
            data = path.expanduser().read_bytes()
        except (OSError, RuntimeError) as fault:
            why = fault.strerror if isinstance(fault, OSError) else str(fault)
            raise NoSecret(
                f"the key {path} cannot be read ({why}): correct `key` in [ssh] of the pair file"
            ) from fault
        try:
            return asyncssh.import_private_key(data)
        except asyncssh.KeyImportError as fault:
            if "assphrase" not in str(fault):
                raise NoSecret(
                    f"the key {path} is no private key that can be read ({fault})"
                ) from fault
        try:
            return asyncssh.import_private_key(data, self._secrets.password())
        except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError, ValueError) as fault:
            raise NoSecret(
                f"the key {path} does not open with the passphrase {self._secrets.told_from()}: "
                "correct it there"
            ) from fault

    def _for_jump(self, stop: Stop) -> Credentials:
        """A jump host gets what is its own, and never the units' password."""
        password = self._secrets.jump_password()
        remedy = (
            "name a key for it in the OpenSSH configuration (`IdentityFile`), or say "
            "`jump_password` in [ssh] of the pair file"
        )
        by_key = _keys_said(stop)
        if password is not None:
            return replace(
                by_key,
                password=password,
                told="the password that `jump_password` says",
                remedy="correct it there",
            )
        if self._reach.key is not None and not stop.identity_files:
            return replace(self._with_key(self._reach.key), remedy=remedy)
        if not by_key.key_files and by_key.agent is None:
            # As OpenSSH does it: a bastion is no ASA, and does not count keys.
            return Credentials(agent=_agent(), told="the agent's keys", remedy=remedy)
        return replace(by_key, remedy=remedy)

    def _trust_of_pair(self) -> Trust:
        """Either chassis' key is believed at any address: they swap at a failover."""
        match self._reach.host_keys:
            case HostKeys.FIRST_USE:
                return FirstUse(self._learnt)
            case HostKeys.KNOWN_HOSTS:
                reach = self._reach
                said = (reach.active, reach.standby, reach.primary, reach.secondary)
                stops = [self._route.stop(a, reach.user) for a in said if a is not None]
                return self._known_hosts(stops)

    def _trust_of_jump(self, stop: Stop) -> Trust:
        match self._reach.host_keys:
            case HostKeys.FIRST_USE:
                name = f"{self._learnt.name}.jump-{stop.host}-{stop.port}"
                return FirstUse(self._learnt.with_name(name), chassis=1)
            case HostKeys.KNOWN_HOSTS:
                return self._known_hosts([stop])

    def _known_hosts(self, stops: list[Stop]) -> KnownHosts:
        """The file of the pair file, else those of the configuration, else OpenSSH's own."""
        names = [name for stop in stops for name in stop.names]
        if self._reach.known_hosts is not None:
            return KnownHosts([self._reach.known_hosts], names)
        files = [Path(file).expanduser() for file in stops[0].known_hosts]
        own = default_known_hosts()
        if not files and own is not None:
            files = [own]
        return KnownHosts([*files, OF_THE_MACHINE], names)

    # ── in the thread of the event loop ────────────────────────────────────────────────

    async def _shell(self, address: Address, hops: tuple[Hop, ...]) -> ShellLine:
        connection = await self._connected(hops)
        try:
            async with asyncio.timeout(self._limits.login_s):
                session = ShellSession()
                channel, _ = await connection.create_session(
                    lambda: session,
                    request_pty="force",
                    term_type=TERMINAL,
                    term_size=(COLUMNS, ROWS),
                    encoding=None,
                    window=WINDOW_BYTES,
                )
        except (asyncssh.Error, OSError) as fault:
            connection.abort()
            why = " ".join(str(fault).split()) or "no word within the limit"
            raise NoAnswer(
                Seat(str(address)), None, f"let us in, and gives no terminal ({why})"
            ) from fault
        except BaseException:
            connection.abort()
            raise
        return ShellLine(event_thread(), connection, channel, session, str(address))

    async def _carry(
        self, hops: tuple[Hop, ...], parcel: Parcel, sent: Callable[[int], None]
    ) -> None:
        connection = await self._connected(hops)
        try:
            await send(connection, parcel, sent)
        finally:
            await hang_up(connection)

    async def _connected(self, hops: tuple[Hop, ...]) -> asyncssh.SSHClientConnection:
        *jumps, unit = hops
        tunnel: asyncssh.SSHClientConnection | None = None
        way = ""
        for hop in jumps:
            way += f"{hop.stop.user}@{hop.stop.host}:{hop.stop.port},"
            try:
                tunnel = await self._jump(way, hop, tunnel)
            except NoAnswer as fault:
                at = f"at the jump host {hop.stop.address}: {fault.why}"
                raise type(fault)(fault.seat, None, at) from fault
        return await self._entered(unit, tunnel)

    async def _jump(
        self, way: str, hop: Hop, tunnel: asyncssh.SSHClientConnection | None
    ) -> asyncssh.SSHClientConnection:
        """The connection to a jump host: the one that is open, or a new one."""
        async with self._jumping:
            there = self._jumps.get(way)
            if there is None or there.is_closed():
                there = await self._entered(hop, tunnel)
                self._jumps[way] = there
            return there

    async def _entered(
        self, hop: Hop, tunnel: asyncssh.SSHClientConnection | None
    ) -> asyncssh.SSHClientConnection:
        return await enter(
            hop.stop,
            hop.credentials,
            hop.trust,
            legacy=self._reach.legacy_algorithms,
            config=self._route.paths,
            limits=self._limits,
            tunnel=tunnel,
        )

    async def _leave_jumps(self) -> None:
        for connection in reversed(self._jumps.values()):
            await hang_up(connection)
        self._jumps.clear()


def _keys_said(stop: Stop) -> Credentials:
    """The keys that the OpenSSH configuration names for a host, and its agent if it names one."""
    names = ", ".join(stop.identity_files) or f"the agent {stop.identity_agent}"
    return Credentials(
        key_files=stop.identity_files,
        agent=stop.identity_agent,
        told=f"the keys that the OpenSSH configuration names ({names})",
        remedy=(
            "correct them there (one with a passphrase is passed over, but in the agent that "
            "`IdentityAgent` names), or say `key` or `password` in [ssh] of the pair file"
        ),
    )


def _agent() -> str | None:
    """The socket of the agent of this session; None: there is none."""
    return os.environ.get("SSH_AUTH_SOCK")
