"""What an emulated pair is told of real bytes: their size, digests, and text where they are one.

A file is the same file by whatever way it came, SCP or `copy`: two units that got it by different
ways hold equal content.
"""

from hashlib import md5, sha512

from upgrader.emulator.machine.files import REAL
from upgrader.emulator.machine.repository import Supplied

TEXT_BYTES = 4 << 20
"""A file up to this size that is plain text can be shown and executed. Our choice: the largest
configurations are of that order."""


class Digesting:
    """Bytes that go by, piece by piece; only what may be a text is held."""

    def __init__(self) -> None:
        self._md5 = md5(usedforsecurity=False)
        self._sha512 = sha512()
        self._bytes = 0
        self._small: bytearray | None = bytearray()

    def take(self, data: bytes) -> None:
        """The next bytes."""
        self._md5.update(data)
        self._sha512.update(data)
        self._bytes += len(data)
        if self._bytes > TEXT_BYTES:
            self._small = None
        elif self._small is not None:
            self._small += data

    def supplied(self, version: str | None = None) -> Supplied:
        """The file that they make; `version` as in `Supplied`."""
        digest = self._sha512.hexdigest()
        return Supplied(
            self._bytes,
            f"{REAL}{digest}",
            version,
            self._md5.hexdigest(),
            digest,
            None if self._small is None else _text_of(bytes(self._small)),
        )


def _text_of(data: bytes) -> str | None:
    """The bytes as text, which encodes to the same bytes again; None: they are none."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    plain = all(c.isprintable() or c in "\t\r\n" for c in text)
    return text if plain else None
