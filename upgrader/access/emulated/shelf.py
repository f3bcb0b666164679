"""Where the bytes of files lie that really came to an emulated pair, named by their digest.

    worlds/edge.files/4f2a…   the bytes of every file with that SHA-512, once
    worlds/edge.files/.new-…  one that is still coming

The pair knows sizes and digests only. Both units, and every fork, share one copy of an image.
Nothing is ever removed by itself: a world may be put back to a point where the file was there.
"""

import os
import secrets
from pathlib import Path
from typing import BinaryIO

from upgrader.access.emulated.digesting import Digesting
from upgrader.emulator.machine.repository import Supplied


class FileShelf:
    """The shelf of one pair: a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, size: int) -> "Arriving":
        """A file of that many bytes will come: its room is taken at once.

        Raises:
            OSError: the disk has none, or cannot be written.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Arriving(self._folder, size)

    def open(self, digest: str) -> BinaryIO | None:
        """The file with that SHA-512, to be read; None: it is not here.

        Raises:
            OSError: it cannot be read.
        """
        try:
            return (self._folder / digest).open("rb")
        except FileNotFoundError:
            return None


class Arriving:
    """A file on its way: written and digested piece by piece, never held."""

    def __init__(self, folder: Path, size: int) -> None:
        self._folder = folder
        self._path = folder / f".new-{secrets.token_hex(8)}"
        self._seen = Digesting()
        self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            if size:
                os.posix_fallocate(self._file, 0, size)
        except OSError:
            self.abandon()
            raise

    def write(self, data: bytes) -> None:
        """Take the next bytes.

        Raises:
            OSError: the disk does not.
        """
        left = memoryview(data)
        while left:
            left = left[os.write(self._file, left) :]
        self._seen.take(data)

    def finish(self) -> Supplied:
        """All has come: it stands on the shelf when this returns, also after a power cut.

        Raises:
            OSError: the disk did not take it; nothing is left.
        """
        supplied = self._seen.supplied()
        assert supplied.sha512 is not None  # bytes that went by have a digest
        try:
            os.ftruncate(self._file, supplied.bytes)
            os.fsync(self._file)
            self._path.replace(self._folder / supplied.sha512)
            folder = os.open(self._folder, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError:
            self.abandon()
            raise
        os.close(self._file)
        return supplied

    def abandon(self) -> None:
        """Nothing more comes: what was written goes."""
        os.close(self._file)
        self._path.unlink(missing_ok=True)
