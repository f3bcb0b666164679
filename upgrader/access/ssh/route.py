"""What the pair file and the OpenSSH configuration say together of a host: the former wins."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh

from upgrader.model.reach import SSH_PORT, Address, Reach, read_address
from upgrader.ports import UpgraderError

MOST_JUMPS = 5
"""Jump hosts behind one another; more is a configuration that refers to itself. Our guess."""

_ALGORITHMS = ("KexAlgorithms", "Ciphers", "MACs", "HostKeyAlgorithms")


class WrongRoute(UpgraderError):
    """The OpenSSH configuration, or what it says of a host, cannot be followed."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A host on the way, the last of them being the unit."""

    address: Address
    """As it was said, for sentences."""
    host: str
    """`HostName` of the configuration, else the address itself."""
    port: int
    user: str
    alias: str | None
    """`HostKeyAlias`: the name under which its keys are listed."""
    known_hosts: tuple[str, ...]
    """`UserKnownHostsFile`; empty: it says none."""
    identity_files: tuple[str, ...]
    """`IdentityFile`, those of them that are there: OpenSSH passes over the others, too."""
    identity_agent: str | None
    by_command: bool = False
    """Whether the configuration leads there by a `ProxyCommand`."""
    says: Mapping[str, bool] = field(default_factory=dict)
    """Which algorithms the configuration says something of."""

    @property
    def names(self) -> tuple[Address, ...]:
        """Under which its host keys may be listed: as OpenSSH would ask, and as it was said."""
        asked = Address(self.alias, SSH_PORT) if self.alias else Address(self.host, self.port)
        return (asked, Address(self.address.host, self.port))


class Route:
    """The way to the addresses of one pair."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach

    @property
    def paths(self) -> list[str]:
        """The OpenSSH configuration's file, in a list; empty: there is none."""
        said = self._reach.config
        if said is not None:
            return [str(said.expanduser())]
        own = _home_file("config")
        return [str(own)] if own is not None and own.is_file() else []

    def stop(self, address: Address, user: str) -> Stop:
        """What is to be known of one host.

        Raises:
            WrongRoute: the configuration cannot be read.
        """
        options = self._options(address, user)
        config = options.config
        files = config.get("UserKnownHostsFile", ())
        return Stop(
            address=address,
            host=str(options.host),
            port=int(options.port),
            user=str(options.username),
            alias=options.host_key_alias,
            known_hosts=tuple(str(file) for file in files),
            identity_files=_there(config.get("IdentityFile", ())),
            identity_agent=config.get("IdentityAgent"),
            by_command=config.get("ProxyCommand") is not None,
            says={key: config.get(key) is not None for key in _ALGORITHMS},
        )

    def stops(self, address: Address) -> tuple[Stop, ...]:
        """The jump hosts in their order, then the unit.

        Raises:
            WrongRoute: the configuration cannot be read, or a jump host is none.
        """
        unit = self.stop(address, self._reach.user)
        jump = self._reach.jump or self._jump_of(address, self._reach.user)
        return (*self._jumps(jump, 0), unit)

    def _jumps(self, said: str | None, depth: int) -> tuple[Stop, ...]:
        if said is None:
            return ()
        if depth >= MOST_JUMPS:
            raise WrongRoute(f"more than {MOST_JUMPS} jump hosts behind one another: {said!r}")
        found: list[Stop] = []
        for word in said.split(","):
            user, address = read_jump(word)
            if not found:
                found += self._jumps(self._jump_of(address, user), depth + 1)
            found.append(self.stop(address, user))
        return tuple(found)

    def _jump_of(self, address: Address, user: str) -> str | None:
        """`ProxyJump` for that host; None: there is none."""
        said = self._options(address, user).config.get("ProxyJump")
        if said is None or str(said).lower() == "none":
            return None
        # `Host *` may name a jump host for the jump host itself, which OpenSSH passes over, too.
        _, last = read_jump(str(said).rpartition(",")[2])
        return None if last.host == address.host else str(said)

    def _options(self, address: Address, user: str) -> Any:
        """The library's reading of the configuration for that host."""
        words: dict[str, Any] = {"username": user} if user else {}
        if address.port_said:
            words["port"] = address.port
        paths = self.paths
        for path in paths:
            if not Path(path).exists():
                raise WrongRoute(
                    f"there is no OpenSSH configuration {path}; correct `config` in [ssh] of the "
                    "pair file"
                )
        try:
            return asyncssh.SSHClientConnectionOptions(
                config=paths,
                host=address.host,
                client_keys=None,
                agent_path=None,
                known_hosts=None,
                x509_trusted_certs=None,
                **words,
            )
        except (asyncssh.ConfigParseError, ValueError, OSError) as fault:
            where = f"the OpenSSH configuration {paths[0]}" if paths else str(address)
            raise WrongRoute(
                f"{where} cannot be followed ({fault}); correct it, or say another with `config` "
                "in [ssh] of the pair file (`/dev/null`: none)"
            ) from fault


def read_jump(text: str) -> tuple[str, Address]:
    """Read `user@bastion:22`, with or without user and port: the user (empty: unsaid), the host.

    Raises:
        WrongRoute: it is none.
    """
    said = text.strip().removeprefix("ssh://")
    user, at, host = said.rpartition("@")
    if at and (not user or any(c.isspace() or c == ":" for c in user)):
        raise WrongRoute(f"the jump host {said!r} has no user before the @")
    try:
        return user, read_address(host)
    except ValueError as fault:
        raise WrongRoute(f"the jump host {said!r} {fault}; say it like user@bastion:22") from None


def default_known_hosts() -> Path | None:
    """`~/.ssh/known_hosts`; None: nobody knows where home is."""
    return _home_file("known_hosts")


def _there(files: Iterable[object]) -> tuple[str, ...]:
    found = (Path(str(file)).expanduser() for file in files)
    return tuple(str(file) for file in found if file.is_file())


def _home_file(name: str) -> Path | None:
    try:
        return Path.home() / ".ssh" / name
    except RuntimeError:
        return None
