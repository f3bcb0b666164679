"""Which host keys are believed: those of a known-hosts file, or those that a pair showed first.

A pair has two chassis, each with its keys, and at a failover they swap addresses. So a key belongs
to the pair and not to an address: whichever of the two shows it, at whichever address, is one of
ours. A third chassis is not.

First use keeps `home/hostkeys/NAME`, a line a key: `ssh-ed25519 AAAA… 10.1.1.1`, the address being
where it was seen first. A chassis has several keys, one a kind, and a newer release brings new
kinds: at most two are learnt of each. A key is learnt once the login there has succeeded, so that
an address that was mistyped takes nobody's place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import asyncssh

from upgrader.journal.disk import DiskFault, RealDisk, write_atomically
from upgrader.model.reach import SSH_PORT, Address
from upgrader.ports import UpgraderError

CHASSIS = 2
"""How many keys of a kind a pair has; a jump host has one."""


class DoubtfulKeys(UpgraderError):
    """What is known of host keys cannot be read or written; says where, and what to do."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is believed before anything is shown."""

    keys: tuple[asyncssh.SSHKey, ...] = ()
    authorities: tuple[asyncssh.SSHKey, ...] = ()
    """Keys that sign host keys."""
    revoked: tuple[asyncssh.SSHKey, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of the keys, each once: `ssh-ed25519`."""
        return tuple(dict.fromkeys(key.get_algorithm() for key in self.keys))


class Trust(Protocol):
    """Whom we believe to be a unit of the pair."""

    def known(self) -> Known:
        """The keys that are believed.

        Raises:
            DoubtfulKeys: they cannot be read.
        """
        ...

    def doubt(self, where: Address, key: asyncssh.SSHKey) -> str | None:
        """Why a key that is not known is not believed, with what to do; None: it is.

        Raises:
            DoubtfulKeys: what is known cannot be read.
        """
        ...

    def welcome(self, where: Address, key: asyncssh.SSHKey) -> None:
        """Whoever showed that key let us in.

        Raises:
            DoubtfulKeys: it cannot be written down.
        """
        ...


class KnownHosts:
    """The keys that known-hosts files list for any address of the pair, and no others."""

    def __init__(self, files: Sequence[Path], names: Sequence[Address]) -> None:
        """`files`: the first is the person's own. `names`: under which keys may be listed."""
        self._file = files[0]
        self._files = [file for file in files if file.exists()]
        self._names = tuple(dict.fromkeys(names))

    def known(self) -> Known:
        """The keys of all names of the pair."""
        if not self._files:
            return Known()
        files = [str(file) for file in self._files]
        try:
            listed = asyncssh.read_known_hosts(files)
        except (OSError, ValueError) as fault:
            raise DoubtfulKeys(
                f"{', '.join(files)}: cannot be read ({_why(fault)}); say another file with "
                "`known_hosts` in [ssh] of the pair file"
            ) from fault
        found = [
            listed.match(name.host, name.host, None if name.port == SSH_PORT else name.port)
            for name in self._names
        ]
        return Known(
            tuple(dict.fromkeys(key for keys, *_ in found for key in keys)),
            tuple(dict.fromkeys(key for _, keys, *_ in found for key in keys)),
            tuple(dict.fromkeys(key for _, _, keys, *_ in found for key in keys)),
        )

    def doubt(self, where: Address, key: asyncssh.SSHKey) -> str:
        """Whatever is not listed is not believed."""
        known = self.known()
        shown = f"{where} shows the {key.get_algorithm()} host key {fingerprint(key)}"
        names = ", ".join(str(name) for name in self._names)
        if key in known.revoked:
            return f"{shown}, which {self._file} marks as revoked"
        same = [k for k in known.keys if k.get_algorithm() == key.get_algorithm()]
        if same:
            expected = " and ".join(fingerprint(k) for k in same)
            return (
                f"{shown}, and {self._file} lists {expected} for {names}: somebody may stand in "
                "between, or the unit has a new key. If you know that it has, remove the old one "
                f"with `{_forget_line(self._file, where)}` and add the new one"
            )
        at = f"-p {where.port} " if where.port != SSH_PORT else ""
        return (
            f"{shown}, and {self._file} lists none of that kind for {names}. Compare it on the "
            f"unit's console; then add it with `ssh-keyscan {at}{where.host} >> {self._file}`, "
            'or say `host_keys = "first-use"` in [ssh] of the pair file'
        )

    def welcome(self, where: Address, key: asyncssh.SSHKey) -> None:
        """The file is a person's: nothing is added to it."""


class FirstUse:
    """The keys that were shown first: as many of a kind as there are chassis."""

    def __init__(self, file: Path, chassis: int = CHASSIS) -> None:
        self._file = file
        self._chassis = chassis

    def known(self) -> Known:
        """The keys that have been learnt."""
        return Known(tuple(key for key, _ in self._learnt()))

    def doubt(self, where: Address, key: asyncssh.SSHKey) -> str | None:
        """There is room for another chassis, or not."""
        same = [(k, at) for k, at in self._learnt() if k.get_algorithm() == key.get_algorithm()]
        if key in [k for k, _ in same] or len(same) < self._chassis:
            return None
        expected = " and ".join(f"{fingerprint(k)} (first seen at {at})" for k, at in same)
        whose = "the pair's two chassis have" if self._chassis == CHASSIS else "it had"
        return (
            f"{where} shows the {key.get_algorithm()} host key {fingerprint(key)}, and {whose} "
            f"{expected}: somebody may stand in between, or a chassis was replaced or has a new "
            f"key. If you know that, remove the old key's line from {self._file}"
        )

    def welcome(self, where: Address, key: asyncssh.SSHKey) -> None:
        """Learn it, unless it is known."""
        learnt = self._learnt()
        if key in [k for k, _ in learnt]:
            return
        lines = [_line(k, at) for k, at in (*learnt, (key, str(where)))]
        try:
            RealDisk().make_folder(self._file.parent)
            write_atomically(self._file, "".join(lines).encode())
        except DiskFault as fault:
            raise DoubtfulKeys(
                f"the host key of {where} cannot be kept: {fault}. "
                "Set UPGRADER_HOME to a folder that can be written"
            ) from fault

    def _learnt(self) -> list[tuple[asyncssh.SSHKey, str]]:
        """(key, where it was seen first)."""
        try:
            text = (RealDisk().read(self._file) or b"").decode()
            lines = (line.partition("#")[0].split() for line in text.splitlines())
            rows = [row for row in lines if row]
            return [(asyncssh.import_public_key(" ".join(row[:2])), row[2]) for row in rows]
        except (DiskFault, ValueError, IndexError) as fault:
            raise DoubtfulKeys(
                f"{self._file}: cannot be read ({_why(fault)}). Restore it, or remove it if you "
                "mean to trust again whatever the pair shows first"
            ) from fault


def fingerprint(key: asyncssh.SSHKey) -> str:
    """`SHA256:…`, as OpenSSH shows it."""
    return key.get_fingerprint()


def _line(key: asyncssh.SSHKey, where: str) -> str:
    words = key.export_public_key().decode().split()
    return f"{words[0]} {words[1]} {where}\n"


def _forget_line(file: Path, where: Address) -> str:
    """The OpenSSH command that removes an address from a known-hosts file."""
    name = where.host if where.port == SSH_PORT else f"[{where.host}]:{where.port}"
    return f"ssh-keygen -f {file} -R '{name}'"


def _why(fault: Exception) -> str:
    if isinstance(fault, OSError) and fault.strerror:
        return fault.strerror
    return str(fault)
