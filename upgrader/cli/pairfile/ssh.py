"""`[ssh]` of a pair file: how a live pair is reached. It says where secrets are, and never one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any, TypeVar

from upgrader.cli.pairfile.mistakes import again, refuse_unknown, shown
from upgrader.cli.pairfile.source import COMMAND, SOURCE, read_command, read_source
from upgrader.model.reach import (
    Address,
    FromCommand,
    HostKeys,
    Reach,
    SecretSource,
    Unsaid,
    read_address,
)
from upgrader.ports import UsageFault

T = TypeVar("T")

_ADDRESS = "`host` or `host:port`"
_FILE = "the path of a file"

KEYS: Mapping[str, tuple[str, str]] = {
    "active": (
        _ADDRESS,
        (
            "Required. The management address of the active unit. Alone it is enough: the standby "
            "is then asked through it, by `failover exec mate`."
        ),
    ),
    "standby": (_ADDRESS, "The management address of the standby unit."),
    "primary": (
        _ADDRESS,
        "An address of the Primary chassis' own, whatever its role: a console server's, say.",
    ),
    "secondary": (_ADDRESS, "Likewise of the Secondary chassis."),
    "port": ("whole number, 1 to 65535", "The port of every address that says none; else 22."),
    "user": ("text", "Who logs in; else `User` of the OpenSSH configuration, else you."),
    "password": (
        SOURCE,
        (
            "Where the password comes from; with `key`, its passphrase. Never the password itself. "
            "The keyring is asked for `user@active`. Else the environment variable "
            "`UPGRADER_PASSWORD`, else you are asked."
        ),
    ),
    "password_command": (COMMAND, "Its first line is the password. No shell runs."),
    "key": (_FILE, "A private key to log in with. A `.pub` file: that key of the SSH agent."),
    "enable": (SOURCE, "Where the enable password comes from; else as `password`."),
    "enable_command": (COMMAND, "Its first line is the enable password."),
    "host_keys": (
        '"known_hosts" or "first-use"',
        (
            "Which host keys are believed: those listed in `known_hosts` for any address of the "
            "pair (the default), or those that each of the two chassis showed first."
        ),
    ),
    "known_hosts": (_FILE, "Else `UserKnownHostsFile`, else `~/.ssh/known_hosts`."),
    "jump": (
        '"user@bastion:22"',
        (
            "The host through which everything goes; several with commas between them. "
            "Else `ProxyJump`."
        ),
    ),
    "jump_password": (
        SOURCE,
        (
            "Where the jump host's password comes from. Else it is entered with keys, and never "
            "with the units' password."
        ),
    ),
    "jump_password_command": (COMMAND, "Its first line is the jump host's password."),
    "config": (
        _FILE,
        (
            "The OpenSSH configuration that is honoured, as far as this table says nothing else; "
            "else `~/.ssh/config`. `/dev/null`: none."
        ),
    ),
    "legacy_algorithms": (
        "true or false",
        "Whether what old ASAs offer is accepted: SHA-1 in key exchange and signatures, CBC.",
    ),
    "rate": (
        "number above 0; other than 1 on loopback only",
        "Device seconds in a second, for a pair that `upgrader emulate` serves.",
    ),
    "silence": (
        "number, 1 to 3600",
        (
            "Seconds of silence in the middle of an answer after which a session is given up; "
            "else 30. The pair's own, where `rate` is said."
        ),
    ),
}


def read_ssh(label: str, table: object, base: Path) -> Reach:
    """Read the table. `base`: the folder in which the files that it names are looked for.

    Raises:
        UsageFault: a key or value is wrong; names file, key and what is allowed.
    """
    if not isinstance(table, Mapping):
        raise UsageFault(f"{label}: `ssh` must be a table; allowed: [ssh]. {again(label)}")
    refuse_unknown(label, "ssh.", table, KEYS)
    return _Reader(label, table, base).reach()


def ssh_rows() -> tuple[str, ...]:
    """The section of the reference page."""
    return (
        "## `[ssh]`",
        "",
        "How a live pair is reached. Its presence says that the pair is live.",
        "A pair file has either this table or `[emulated]`.",
        "Secrets are fetched when they are first needed, and kept in memory only.",
        "",
        "| Key | Value | Meaning |",
        "|---|---|---|",
        *(f"| `{key}` | {allowed} | {meaning} |" for key, (allowed, meaning) in KEYS.items()),
        "",
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    label: str
    table: Mapping[str, Any]
    base: Path

    def reach(self) -> Reach:
        port = self._port()
        if "active" not in self.table:
            raise UsageFault(
                f"{self.label}: `ssh.active` is missing; allowed: {KEYS['active'][0]}. "
                f"{again(self.label)}"
            )
        user = self._value("user", _text_without_blanks, default="")
        active = self._address("active", port)
        assert active is not None  # it is there, see above
        reach = Reach(
            active=active,
            standby=self._address("standby", port),
            primary=self._address("primary", port),
            secondary=self._address("secondary", port),
            user=user,
            password=self._source("password", user, active) or Unsaid(),
            key=self._file("key"),
            enable=self._source("enable", user, active),
            host_keys=self._value("host_keys", _host_keys, default=HostKeys.KNOWN_HOSTS),
            known_hosts=self._file("known_hosts"),
            jump=self._value("jump", _jump, default=None),
            jump_password=self._source("jump_password", user, active),
            config=self._file("config"),
            legacy_algorithms=self._value("legacy_algorithms", _truth, default=False),
            rate=self._value("rate", _number(0, 1e6, open_below=True), default=1.0),
            silence_seconds=self._value("silence", _number(1, 3600), default=30.0),
        )
        self._refuse_twice(reach)
        self._refuse_rate(reach)
        return reach

    # ── one key ────────────────────────────────────────────────────────────────────────

    def _value(self, key: str, read: Callable[[Any], T], *, default: T) -> T:
        if key not in self.table:
            return default
        try:
            return read(self.table[key])
        except ValueError as fault:
            # `user:password@host`: where an @ is, a password may stand before it.
            raise self._wrong(key, str(fault), hide="@" in str(self.table[key])) from None

    def _wrong(self, key: str, why: str, *, hide: bool = False) -> UsageFault:
        named = f"`ssh.{key}`" if hide else shown(f"ssh.{key}", self.table[key])
        return UsageFault(
            f"{self.label}: {named}: {why}; allowed: {KEYS[key][0]}. {again(self.label)}"
        )

    def _port(self) -> int | None:
        def read(value: Any) -> int | None:
            if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 65_535:
                raise ValueError("is no port")
            return value

        return self._value("port", read, default=None)

    def _address(self, key: str, port: int | None) -> Address | None:
        def read(value: Any) -> Address | None:
            text = _text_without_blanks(value)
            if "@" in text:
                raise ValueError("holds a user; say it with `user`")
            return read_address(text, port)

        return self._value(key, read, default=None)

    def _file(self, key: str) -> Path | None:
        def read(value: Any) -> Path | None:
            if not isinstance(value, str) or not value or "\0" in value or "\n" in value:
                raise ValueError("is no path")
            try:
                return self.base / Path(value).expanduser()
            except RuntimeError:
                raise ValueError("begins with a home directory that nobody knows") from None

        return self._value(key, read, default=None)

    def _source(self, key: str, user: str, active: Address) -> SecretSource | None:
        command = f"{key}_command"
        if key in self.table and command in self.table:
            raise UsageFault(
                f"{self.label}: `ssh.{key}` and `ssh.{command}` are both said: one of them is "
                f"enough. {again(self.label)}"
            )
        if command in self.table:
            return self._command(command)
        if key not in self.table:
            return None

        def keyring_user() -> str:
            if not user:
                raise ValueError("the keyring is asked for a user; say `user`")
            return f"{user}@{active.host}"

        try:
            return read_source(self.table[key], keyring_user)
        except ValueError as fault:
            raise self._wrong(key, str(fault), hide=True) from None

    def _command(self, key: str) -> FromCommand:
        try:
            return read_command(self.table[key])
        except ValueError as fault:
            raise self._wrong(key, str(fault), hide=True) from None

    # ── what does not fit together ─────────────────────────────────────────────────────

    def _refuse_twice(self, reach: Reach) -> None:
        seen: dict[str, str] = {}
        for key in ("active", "standby", "primary", "secondary"):
            address: Address | None = getattr(reach, key)
            if address is None:
                continue
            first = seen.setdefault(str(address), key)
            if first != key:
                raise UsageFault(
                    f"{self.label}: `ssh.{first}` and `ssh.{key}` are both {address}: each is an "
                    f"address of its own; leave out what the pair does not have. "
                    f"{again(self.label)}"
                )

    def _refuse_rate(self, reach: Reach) -> None:
        if reach.rate == 1:
            return
        for address in (reach.active, reach.standby, reach.primary, reach.secondary):
            if address is not None and not _is_loopback(address.host):
                raise self._wrong(
                    "rate",
                    f"{address} is no loopback address, and the time of a real pair goes by as "
                    "ours does",
                )


def _text_without_blanks(value: Any) -> str:
    if not isinstance(value, str) or not value or not value.isprintable() or " " in value:
        raise ValueError("must be a text without blanks")
    return value


def _truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError("is neither true nor false")


def _host_keys(value: Any) -> HostKeys:
    for kind in HostKeys:
        if value == kind.value:
            return kind
    raise ValueError("is neither of the two")


def _number(low: float, high: float, *, open_below: bool = False) -> Callable[[Any], float]:
    def read(value: Any) -> float:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not is_number or not (low < value if open_below else low <= value) or value > high:
            raise ValueError("is no such number")
        return float(value)

    return read


def _jump(value: Any) -> str | None:
    """Every host of it can be read; who reads it again has the same grammar."""
    text = _text_without_blanks(value)
    for word in text.split(","):
        user, at, host = word.removeprefix("ssh://").rpartition("@")
        if (at and not user) or ":" in user:
            raise ValueError("has no user before the @, or more than one")
        read_address(host)
    return text


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
