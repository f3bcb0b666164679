"""Getting in: one login on one host, and in plain words why there was none.

A failed login counts on the device, and a few of them lock the account. So every way is tried at
most once a connection: the keys that were named, one password, whether by `password` or by
`keyboard-interactive`, and never what an agent happens to hold.
"""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field, replace
from typing import Any

import asyncssh

from upgrader.access.ssh.faults import (
    SHOWN_CHARACTERS,
    Attempt,
    Limits,
    LoginTooLong,
    explained,
)
from upgrader.access.ssh.hostkeys import DoubtfulKeys, Trust
from upgrader.access.ssh.offer import algorithms
from upgrader.access.ssh.route import Stop
from upgrader.model.names import Seat
from upgrader.ports import NoEntry


@dataclass(frozen=True, slots=True)
class Credentials:
    """What is shown to one host. Nothing of it is in a `repr`."""

    keys: tuple[asyncssh.SSHKey, ...] = field(default=(), repr=False)
    key_files: tuple[str, ...] = ()
    """Keys that the OpenSSH configuration names; those with a passphrase are passed over."""
    agent: str | None = None
    """The agent's socket, where one was named; only for the keys of `agent_keys`, if any."""
    agent_keys: tuple[str, ...] = ()
    password: str | None = field(default=None, repr=False)
    told: str = "nothing"
    """What it is, for a sentence: `the password from …`."""
    remedy: str = ""
    """What to change where it is refused."""


class Visitor(asyncssh.SSHClient):
    """What the library asks us during a login, and what we remember of it for a sentence."""

    def __init__(self, stop: Stop, credentials: Credentials, trust: Trust) -> None:
        self._stop = stop
        self._password = credentials.password
        self._trust = trust
        self.doubt: str | None = None
        """Why the host key was not believed."""
        self.asked: str | None = None
        """What was asked for that we cannot answer."""
        self.tried: list[str] = []

    def validate_host_public_key(
        self,
        host: str,  # noqa: ARG002  the library's own signature
        addr: str,  # noqa: ARG002
        port: int,  # noqa: ARG002
        key: asyncssh.SSHKey,
    ) -> bool:
        """Whether a key that is not known yet is believed."""
        try:
            self.doubt = self._trust.doubt(self._stop.address, key)
        except DoubtfulKeys as fault:
            self.doubt = str(fault)
        return self.doubt is None

    def password_auth_requested(self) -> str | None:
        """The password, once."""
        return self._once("password")

    def password_change_requested(
        self,
        prompt: str,  # noqa: ARG002  the library's own signature
        lang: str,  # noqa: ARG002
    ) -> Any:
        """Changing a password is a person's business."""
        self.asked = "the password has expired, and a new one is wanted: log in by hand and set it"
        return NotImplemented

    def kbdint_auth_requested(self) -> str | None:
        """Whether we answer questions: those for the password, once."""
        can = self._password is not None and not self.tried
        return "" if can else None

    def kbdint_challenge_received(
        self,
        name: str,  # noqa: ARG002  the library's own signature
        instructions: str,  # noqa: ARG002
        lang: str,  # noqa: ARG002
        prompts: Any,
    ) -> list[str] | None:
        """The answer to one question without an echo, and to who we are; to nothing else."""
        if not prompts:
            return []
        hidden = [question for question, echo in prompts if not echo]
        asked_who = [_asks_who(str(question)) for question, echo in prompts if echo]
        if len(hidden) == 1 and all(asked_who):
            password = self._once("keyboard-interactive")
            if password is not None:
                return [self._stop.user if echo else password for _, echo in prompts]
        words = " ".join(" ".join(str(question) for question, _ in prompts).split())
        self.asked = (
            f"it asks for more than one password: {words[:SHOWN_CHARACTERS]!r}. Say `key`, or a "
            "`user` who is asked for one only, in [ssh] of the pair file"
        )
        return None

    def _once(self, way: str) -> str | None:
        if self._password is None or self.tried:
            return None
        self.tried.append(way)
        return self._password


def _asks_who(question: str) -> bool:
    """Whether a question with an echo is for the user's name: servers of AAA ask so."""
    return question.strip().rstrip(":").rstrip().lower() in {"username", "user name", "login"}


async def enter(
    stop: Stop,
    credentials: Credentials,
    trust: Trust,
    *,
    legacy: bool,
    config: list[str],
    limits: Limits,
    tunnel: asyncssh.SSHClientConnection | None,
) -> asyncssh.SSHClientConnection:
    """Connect and log in.

    Raises:
        NoAnswer: nobody answers, or not with SSH, or hangs up.
        NoEntry: somebody answers, and asking again does not help.
    """
    visitors: list[Visitor] = []
    reached = asyncio.Event()
    agent: asyncssh.SSHAgentClient | None = None

    def visitor() -> Visitor:
        visitors.append(Visitor(stop, credentials, trust))
        reached.set()
        return visitors[-1]

    seat = Seat(str(stop.address))
    try:
        keys: list[Any] = [*credentials.keys, *credentials.key_files]
        if credentials.agent is not None:
            try:
                agent = await asyncssh.connect_agent(credentials.agent)
                keys += await _keys_of(agent, credentials.agent_keys)
            except (OSError, ValueError) as fault:
                why = f"the SSH agent cannot be asked for keys ({fault}): begin one with that key"
                raise NoEntry(seat, None, why) from fault
        words = _words(stop, credentials, keys, trust, legacy, config, limits, tunnel)
        # By its name and not by what that stands for: the library reads the configuration again,
        # in which `Host` means the name.
        connecting = asyncssh.connect(stop.address.host, stop.port, client_factory=visitor, **words)
        connection = await _within(limits, connecting, reached)
    except (OSError, ValueError, asyncssh.Error, DoubtfulKeys) as fault:
        attempt = Attempt(stop, credentials.told, credentials.remedy, limits, legacy)
        if visitors:
            last = visitors[-1]
            attempt = replace(
                attempt,
                doubt=last.doubt,
                asked=last.asked,
                has_password=credentials.password is not None,
                tried=bool(last.tried),
            )
        raise explained(fault, attempt) from None
    finally:
        if agent is not None:
            agent.close()
    try:
        key = connection.get_server_host_key()
        if key is not None:
            trust.welcome(stop.address, key)
    except DoubtfulKeys as fault:
        connection.abort()
        raise NoEntry(seat, None, str(fault)) from fault
    return connection


async def _within(
    limits: Limits,
    connecting: Awaitable[asyncssh.SSHClientConnection],
    reached: asyncio.Event,
) -> asyncssh.SSHClientConnection:
    """The connection. The library's one limit covers way and login, and they are not alike.

    Raises:
        TimeoutError: nobody answered.
        asyncssh.Error: the login failed, or took too long.
    """
    login = asyncio.ensure_future(connecting)
    answer = asyncio.ensure_future(reached.wait())
    try:
        await asyncio.wait(
            {login, answer}, timeout=limits.connect_s, return_when=asyncio.FIRST_COMPLETED
        )
        if not login.done() and not reached.is_set():
            raise TimeoutError
        try:
            async with asyncio.timeout(limits.login_s):
                return await login
        except TimeoutError as fault:
            raise LoginTooLong from fault
    finally:
        answer.cancel()
        login.cancel()


def _words(
    stop: Stop,
    credentials: Credentials,
    keys: list[Any],
    trust: Trust,
    legacy: bool,
    config: list[str],
    limits: Limits,
    tunnel: asyncssh.SSHClientConnection | None,
) -> dict[str, Any]:
    """The library's words for a connection: everything is said, for its defaults are others."""
    known = trust.known()
    return {
        "config": config,
        "username": stop.user,
        "known_hosts": (list(known.keys), list(known.authorities), list(known.revoked)),
        "client_keys": keys or None,
        "ignore_encrypted": True,
        "agent_path": None,
        "tunnel": tunnel,  # `None` too: all jump hosts of the configuration are behind us
        "preferred_auth": [
            *(["publickey"] if keys else []),
            *(["password", "keyboard-interactive"] if credentials.password is not None else []),
        ]
        or ["none"],
        **algorithms(
            legacy=legacy,
            known_kinds=known.kinds,
            signed=bool(known.authorities),
            said=stop.says,
        ),
        "compression_algs": ["none"],
        "gss_kex": False,
        "gss_auth": False,
        "gss_host": None,
        "host_based_auth": False,
        "agent_forwarding": False,
        "x11_forwarding": False,
        "x509_trusted_certs": None,
        "connect_timeout": None,
        "login_timeout": 0,
        "keepalive_interval": limits.alive_s,
        "keepalive_count_max": limits.alive_times,
        "command": None,
        "env": None,
        "send_env": None,
        "encoding": None,
    }


async def _keys_of(agent: asyncssh.SSHAgentClient, wanted: tuple[str, ...]) -> list[Any]:
    """The agent's keys, or those of them whose public halves lie in these files.

    Not left to the library, which puts the default keys of `~/.ssh` beside them.

    Raises:
        OSError, ValueError: the agent does not answer, or there is no such file.
    """
    data = {asyncssh.read_public_key(file).public_data for file in wanted}
    return [key for key in await agent.get_keys() if not wanted or key.public_data in data]
