"""The keys of people who approve: read as OpenSSH and PEM write them, and made anew.

Ed25519 and nothing else: one kind, one length, no parameters that could be chosen badly.
"""

import base64
import binascii
import hashlib
from collections.abc import Callable
from pathlib import Path
from shlex import quote

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_ssh_private_key,
)

from upgrader.journal.disk import Disk, DiskFault, RealDisk, read_given
from upgrader.ports import UsageFault

KIND = "ssh-ed25519"
_FRAME = len(KIND).to_bytes(4, "big") + KIND.encode() + (32).to_bytes(4, "big")
"""What stands before the 32 bytes of such a key (RFC 8709, section 4)."""
_OPENSSH = b"-----BEGIN OPENSSH PRIVATE KEY-----"


def canonical(line: str) -> str:
    """`ssh-ed25519 AAAA…` in its one spelling, without the comment.

    Raises:
        ValueError: it is no such key; says what it is.
    """
    kind, _, rest = line.strip().partition(" ")
    if kind != KIND:
        said = f"{kind!r:.40}" if kind else "nothing"
        raise ValueError(f"{said} where {KIND!r} is wanted: only Ed25519 keys approve")
    body = rest.split(maxsplit=1)[0] if rest.strip() else ""
    try:
        blob = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        blob = b""
    if len(blob) != len(_FRAME) + 32 or not blob.startswith(_FRAME):
        raise ValueError(f"what follows {KIND} is no such key: was it cut short?")
    return f"{KIND} {base64.b64encode(blob).decode()}"


def fingerprint(key: str) -> str:
    """`SHA256:…` of a key as `canonical` spells it; what `ssh-keygen -l` shows."""
    digest = hashlib.sha256(base64.b64decode(key.split()[1])).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


class PersonKey:
    """A person's private key; signs bytes."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @property
    def public(self) -> str:
        """`ssh-ed25519 AAAA…`."""
        public = self._key.public_key()
        return public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()

    def sign(self, data: bytes) -> str:
        """Sign: 128 hexadecimal digits."""
        return self._key.sign(data).hex()


def signed_by(key: str, data: bytes, signature: str) -> bool:
    """Whether the owner of that key signed exactly these bytes, and all is spelt as we do."""
    try:
        if canonical(key) != key:
            return False
        raw = bytes.fromhex(signature)
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key.split()[1])[-32:])
        public.verify(raw, data)
    except (InvalidSignature, ValueError):
        return False
    return raw.hex() == signature  # `fromhex` also reads capitals and blanks


def open_person_key(path: Path, passphrase: Callable[[], str]) -> PersonKey:
    """Read a private key: OpenSSH's own format, or PEM (PKCS8).

    `passphrase` is asked where the key is encrypted, and only there.

    Raises:
        UsageFault: it cannot be read, others may read it too, it is of another kind, or the
            passphrase is wrong. No part of the key or of the passphrase is repeated.
    """
    data = _private(path)
    key: object
    try:
        key = _loaded(data, None)
    except TypeError:  # encrypted; an OpenSSH key says it with a ValueError on some releases
        key = _unlocked(path, data, passphrase)
    except (ValueError, UnsupportedAlgorithm) as fault:
        if "password" not in str(fault).lower():
            raise UsageFault(_unreadable(path, data)) from fault
        key = _unlocked(path, data, passphrase)
    if not isinstance(key, Ed25519PrivateKey):
        kind = type(key).__name__.removesuffix("PrivateKey").lstrip("_")
        raise UsageFault(
            f"{path} is a key of another kind ({kind}): only Ed25519 keys approve. "
            f"`upgrader approve --new-key FILE` or `ssh-keygen -t ed25519` makes one"
        )
    return PersonKey(key)


def make_person_key(path: Path, passphrase: str | None, disk: Disk | None = None) -> PersonKey:
    """Make a key and write it, mode 0600, as OpenSSH does; None: it is not encrypted.

    Raises:
        UsageFault: there is something of that name already, or it cannot be written.
    """
    disk = disk or RealDisk()
    if path.exists() or path.is_symlink():
        raise UsageFault(f"--new-key {path}: there is such a file; a key is never written over")
    guarded: KeySerializationEncryption = NoEncryption()
    if passphrase is not None:
        guarded = BestAvailableEncryption(passphrase.encode())
    fresh = Ed25519PrivateKey.generate()
    try:
        disk.write(path, fresh.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, guarded))
        disk.fsync(path)
    except DiskFault as fault:
        raise UsageFault(f"--new-key: cannot be written: {fault}") from fault
    return PersonKey(fresh)


def _private(path: Path) -> bytes:
    try:
        data, mode = read_given(path), path.stat().st_mode
    except OSError as fault:
        raise UsageFault(
            f"--key {path}: {fault.strerror}. `upgrader approve --new-key FILE` makes a key"
        ) from fault
    if mode & 0o077 and _is_public(data):
        raise UsageFault(_unreadable(path, data))
    if mode & 0o077:
        raise UsageFault(
            f"--key {path}: others may read this key (mode {mode & 0o777:04o}); "
            f"`chmod 600 {quote(str(path))}`, and ask yourself who has it"
        )
    return data


def _is_public(data: bytes) -> bool:
    return data.startswith((b"ssh-", b"ecdsa-"))


def _unlocked(path: Path, data: bytes, passphrase: Callable[[], str]) -> object:
    try:
        return _loaded(data, passphrase().encode())
    except UnsupportedAlgorithm as fault:
        raise UsageFault(f"--key {path}: is locked in a way that we cannot open: {fault}") from None
    except (ValueError, TypeError):
        # Not chained: what the library says may hold a part of what was typed.
        raise UsageFault(f"--key {path}: the passphrase does not open this key") from None


def _loaded(data: bytes, passphrase: bytes | None) -> object:
    load = load_ssh_private_key if _OPENSSH in data else load_pem_private_key
    return load(data, passphrase)


def _unreadable(path: Path, data: bytes) -> str:
    if _is_public(data):
        return f"--key {path} is a public key; its private half signs, the file without `.pub`"
    return (
        f"--key {path} is no private key that we can read (OpenSSH or PEM PKCS8). "
        "`upgrader approve --new-key FILE` makes one"
    )
