"""How a live pair is reached: addresses, a user, and where secrets come from; never a secret."""

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TypeAlias

SSH_PORT = 22


@dataclass(frozen=True, slots=True)
class Address:
    """Where something answers over SSH."""

    host: str
    """A name or an IP address; a name may be a `Host` of the OpenSSH configuration."""
    port: int = SSH_PORT
    port_said: bool = field(default=True, compare=False)
    """Whether a person said the port; where not, the OpenSSH configuration may."""

    def __str__(self) -> str:
        """`10.1.1.1`, or `10.1.1.1:2222` where the port is not SSH's own."""
        if self.port == SSH_PORT:
            return self.host
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def read_address(text: str, port: int | None = None) -> Address:
    """Read `10.1.1.1`, `fw1:2222`, `2001:db8::1` or `[2001:db8::1]:2222`.

    `port`: the port where the text says none; None: nobody said one.

    Raises:
        ValueError: it is none of these; the message says why.
    """
    host, said = text, ""
    if text.startswith("["):
        host, closed, rest = text[1:].partition("]")
        if not closed or (rest and not rest.startswith(":")):
            raise ValueError("is no address in brackets")
        said = rest[1:] if rest else ""
        if rest == ":":
            raise ValueError("has no port after the colon")
    elif text.count(":") == 1:
        host, _, said = text.partition(":")
        if not said:
            raise ValueError("has no port after the colon")
    if not host or any(c.isspace() or c in "/@," or not c.isprintable() for c in host):
        raise ValueError("is no name or address of a host")
    if host.startswith("-"):
        raise ValueError("begins with `-`, as no host does")
    if not said:
        return Address(host, SSH_PORT if port is None else port, port_said=port is not None)
    if not (said.isascii() and said.isdigit() and 1 <= int(said) <= 65_535):
        raise ValueError(f"has no port from 1 to 65535, but {said!r}")
    return Address(host, int(said))


# ── where a secret comes from; it is asked for when it is first needed ─────────────────


@dataclass(frozen=True, slots=True)
class FromEnvironment:
    """An environment variable."""

    variable: str


@dataclass(frozen=True, slots=True)
class FromKeyring:
    """The system's keyring."""

    service: str
    user: str


@dataclass(frozen=True, slots=True)
class FromCommand:
    """The first line that a command writes to its standard output; no shell in between."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FromPrompt:
    """A person at the terminal."""


@dataclass(frozen=True, slots=True)
class Unsaid:
    """The pair file does not say: `UPGRADER_PASSWORD` where it is set, else a person."""


SecretSource: TypeAlias = FromEnvironment | FromKeyring | FromCommand | FromPrompt | Unsaid


class HostKeys(Enum):
    """Which host keys are believed."""

    KNOWN_HOSTS = "known_hosts"
    """Those of the known-hosts file, and no others."""
    FIRST_USE = "first-use"
    """Those that this pair showed first, kept under `UPGRADER_HOME`; a pair has two chassis."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The `[ssh]` table of a pair file."""

    active: Address
    """The active seat: it follows the active unit."""
    user: str
    """Empty: the OpenSSH configuration's `User`, else whoever types."""
    standby: Address | None = None
    """The standby seat. None: the standby is asked through the active, `failover exec mate`."""
    primary: Address | None = None
    """The Primary chassis' own address, whatever its state; None: it has none."""
    secondary: Address | None = None
    password: SecretSource = Unsaid()
    key: Path | None = None
    """A private key to log in with, instead of a password; its passphrase is the password."""
    enable: SecretSource | None = None
    """None: the password's source."""
    host_keys: HostKeys = HostKeys.KNOWN_HOSTS
    known_hosts: Path | None = None
    """None: `~/.ssh/known_hosts`."""
    jump: str | None = None
    """`user@bastion:22`: the host through which everything goes."""
    jump_password: SecretSource | None = None
    """None: the jump host is entered with keys."""
    config: Path | None = None
    """The OpenSSH configuration that is honoured; None: `~/.ssh/config`, where there is one."""
    legacy_algorithms: bool = False
    """Whether what old ASAs offer (SHA-1, CBC) is accepted."""
    rate: float = 1.0
    """Device seconds in a real second; other than 1 on loopback only."""
    silence_seconds: float = 30.0
    """Seconds of silence in the middle of an answer after which the session is given up.

    In the pair's own time; here they are divided by `rate`.
    """
