"""The few things that a memory asks of a disk, so that one which dies can take its place."""

import errno
import io
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Protocol, TypeVar

from upgrader.ports import UpgraderError

T = TypeVar("T")


MOST_BYTES = 64 * 1024 * 1024
"""A file of more is none that people write for this tool. A plan with its snapshot has a few."""


class DiskFault(UpgraderError):
    """The disk did not take or give what it was asked to: full, read-only, gone."""


class Disk(Protocol):
    """What is asked of a disk. Each call is one thing that can be the last one.

    Raises (all of them):
        DiskFault: the operating system refused; the message names the path and why.
    """

    def read(self, path: Path) -> bytes | None:
        """The whole file; None: there is no such file."""
        ...

    def make_folder(self, path: Path) -> None:
        """Make a folder and those above it, for their owner only; content if it exists."""
        ...

    def append(self, path: Path, data: bytes) -> None:
        """Write at the end; the file is made if there is none."""
        ...

    def write(self, path: Path, data: bytes) -> None:
        """Write a whole file, in place of what it held, for its owner only."""
        ...

    def fsync(self, path: Path) -> None:
        """Return when the file's bytes, or the folder's names, would outlive a power cut."""
        ...

    def replace(self, source: Path, target: Path) -> None:
        """Give a file another's name, at once."""
        ...

    def truncate(self, path: Path, size: int) -> None:
        """Cut the file to its first `size` bytes."""
        ...

    def unlink(self, path: Path) -> None:
        """Remove a file; content if there is none."""
        ...


def read_given(path: Path) -> bytes:
    """A whole file that a person named: of one without an end not more than is looked at.

    Raises:
        OSError: it cannot be read, or is larger than any that is meant for this tool.
    """
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise OSError(errno.EFBIG, f"more than {MOST_BYTES >> 20} MiB", str(path))
    return data


def read_given_text(path: Path) -> str:
    """As `read_given`, as text whose lines end in one way.

    Raises:
        OSError: as `read_given`.
        UnicodeDecodeError: it is no UTF-8.
    """
    return read_given(path).decode().replace("\r\n", "\n").replace("\r", "\n")


class RealDisk:
    """The disk of this machine. It holds nothing open between calls."""

    def read(self, path: Path) -> bytes | None:
        """Read a whole file; None: there is none."""

        def go() -> bytes | None:
            try:
                # Unbuffered: a run has hundreds of small files, each read once and whole.
                with io.FileIO(path) as file:
                    return file.readall()
            except FileNotFoundError:
                return None

        return _translated(path, go)

    def make_folder(self, path: Path) -> None:
        """Make a folder, mode 0700, and those above it."""
        _translated(path, lambda: path.mkdir(mode=0o700, parents=True, exist_ok=True))

    def append(self, path: Path, data: bytes) -> None:
        """Write at the end."""
        _translated(path, lambda: _put(path, data, os.O_APPEND))

    def write(self, path: Path, data: bytes) -> None:
        """Write a whole file, mode 0600."""
        _translated(path, lambda: _put(path, data, os.O_TRUNC))

    def fsync(self, path: Path) -> None:
        """Flush a file or a folder. Any descriptor of it will do (fsync(2))."""

        def go() -> None:
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

        _translated(path, go)

    def replace(self, source: Path, target: Path) -> None:
        """Rename over whatever is there."""
        _translated(target, lambda: source.replace(target))

    def truncate(self, path: Path, size: int) -> None:
        """Cut a file."""
        _translated(path, lambda: os.truncate(path, size))

    def unlink(self, path: Path) -> None:
        """Remove a file."""
        _translated(path, lambda: path.unlink(missing_ok=True))


def write_atomically(path: Path, data: bytes, disk: Disk | None = None) -> None:
    """Write a file so that after any crash it is the old one whole or the new one whole.

    Written beside it under another name, flushed, renamed, and the folder flushed. For its
    owner only (0600): plans and reports name users.

    Raises:
        DiskFault: the disk did not take it; the old file stands. Or what has that name is a
            device or a pipe, in whose place a file would stand.
    """
    write_pieces(path, (data,), disk)


def write_pieces(path: Path, pieces: Iterable[bytes], disk: Disk | None = None) -> None:
    """As `write_atomically`, piece by piece: what is long need never be held as a whole.

    Raises:
        DiskFault: as `write_atomically`.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        raise DiskFault(f"{path}: is no regular file")
    path = path.resolve()  # a link stays a link
    disk = disk or RealDisk()
    beside = path.with_name(f".{path.name}.new")
    put = disk.write
    try:
        for piece in pieces:
            put(beside, piece)
            put = disk.append
        disk.fsync(beside)
        disk.replace(beside, path)
    except DiskFault:
        with suppress(DiskFault):
            disk.unlink(beside)
        raise
    disk.fsync(path.parent)


def _put(path: Path, data: bytes, how: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | how, 0o600)
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(descriptor, left) :]
    finally:
        os.close(descriptor)


def _translated(path: Path, go: Callable[[], T]) -> T:
    try:
        return go()
    except OSError as fault:
        raise DiskFault(f"{path}: {fault.strerror or fault}") from fault
