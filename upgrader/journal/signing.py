"""The key that signs journals. Made once, kept in the user's own folder, readable by its owner.

What a signature shows: whoever wrote this had the key. What it does not show: that the owner of
the key did not write the whole night anew. Against that only a copy of the head elsewhere helps.
"""

from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from upgrader.journal.disk import Disk, RealDisk, write_atomically
from upgrader.ports import BrokenChain, UsageFault

KEY_FILE = "key.pem"


class Signer:
    """Holds the private key; signs short texts."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @property
    def public_pem(self) -> bytes:
        """The public half, as it is laid into each run's folder."""
        public = self._key.public_key()
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, text: str) -> str:
        """Sign a text: 128 hexadecimal digits. Equal texts have equal signatures (RFC 8032)."""
        return self._key.sign(text.encode()).hex()


class Verifier:
    """Holds a public key; says whether a signature is its owner's."""

    def __init__(self, public_pem: bytes) -> None:
        """Read a public key.

        Raises:
            BrokenChain: it is not an Ed25519 public key.
        """
        try:
            key = load_pem_public_key(public_pem)
        except (ValueError, UnsupportedAlgorithm) as fault:
            raise BrokenChain("the run's public key cannot be read") from fault
        if not isinstance(key, Ed25519PublicKey):
            raise BrokenChain("the run's public key is of another kind (Ed25519 is wanted)")
        self._key = key

    def holds(self, text: str, signature: str) -> bool:
        """Whether the key's owner signed exactly this text, and this is how we spell it."""
        try:
            raw = bytes.fromhex(signature)
            self._key.verify(raw, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return raw.hex() == signature  # `fromhex` also reads capitals and blanks


def open_key(home: Path, disk: Disk | None = None) -> Signer:
    """Load `key.pem` of that folder; make it, mode 0600, where there is none.

    Raises:
        UsageFault: the file is there and is not such a key. It is never overwritten: journals
            of unfinished runs depend on it.
    """
    disk = disk or RealDisk()
    path = home / KEY_FILE
    pem = disk.read(path)
    if pem is None:
        disk.make_folder(home)
        fresh = Ed25519PrivateKey.generate()
        pem = fresh.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write_atomically(path, pem, disk)
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as fault:
        raise UsageFault(f"{path} is not a private key that we can read: {fault}") from fault
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageFault(f"{path} is a key of another kind; an Ed25519 key is wanted")
    return Signer(key)
