"""Files as text comes out of them: packed or not, in whichever encoding, once or twice."""

import codecs
import os
import stat
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote
from tempfile import TemporaryFile
from typing import BinaryIO

from upgrader.ports import UsageFault

CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"
_ARCHIVES = {
    b"PK\x03\x04": ("zip", "unzip -p"),
    b"BZh": ("bzip2", "bzip2 -dc"),
    b"\xfd7zXZ": ("xz", "xz -dc"),
    b"\x28\xb5\x2f\xfd": ("zstd", "zstd -dc"),
    b"7z\xbc\xaf": ("7z", "7z x -so"),
}
"""By how they begin: what it is, and what unpacks it."""
_TAR, _TAR_AT = b"ustar", 257
_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def unheard(name: str, done: int, size: int) -> None:
    """Nobody waits for what is read."""


@dataclass(slots=True)
class Opened:
    """One file that is to be read, several times if need be."""

    name: str
    """As it is cited: the source as named, or `folder/file`."""
    path: Path | None
    """None: `spooled` holds what came from the standard input."""
    modified: int
    """When it was written last, in milliseconds since 1970."""
    spooled: BinaryIO | None = None
    notes: list[str] = field(default_factory=list)
    """What a person should know: `gzip`, `gzip, cut short`."""
    heard: Callable[[str, int, int], None] = unheard
    """Hears of each piece that is read: the name, the bytes so far, and of how many."""

    def chunks(self) -> Iterator[bytes]:
        """Its bytes, unpacked, as UTF-8 or what comes near it, at most some megabytes at a time.

        Raises:
            UsageFault: it cannot be read, or is packed in a way that is not known.
        """
        self.notes.clear()
        with closing(self._raw()) as raw:
            first = next(raw, b"")
            for magic, (kind, unpacks) in _ARCHIVES.items():
                if first.startswith(magic):
                    raise UsageFault(
                        f"{self.name}: it is packed with {kind}, and only gzip is read; type: "
                        f"{unpacks} {quote(self.name)} | upgrader replay -"
                    )
            pieces = _chained(first, raw)
            if first.startswith(_GZIP):
                pieces = self._unpacked(pieces)
            yield from self._ended(self._plain(pieces))

    def close(self) -> None:
        """Let go of what was put aside for it."""
        if self.spooled is not None:
            self.spooled.close()

    def _raw(self) -> Generator[bytes, None, None]:
        if self.spooled is not None:
            size = self.spooled.seek(0, os.SEEK_END)
            self.spooled.seek(0)
            yield from self._pieces(self.spooled, size)
            return
        assert self.path is not None, "a file has a path, or was spooled"
        try:
            with self.path.open("rb") as file:
                yield from self._pieces(file, os.fstat(file.fileno()).st_size)
        except OSError as fault:
            raise UsageFault(f"{self.name}: cannot be read: {fault.strerror}") from fault

    def _pieces(self, file: BinaryIO, size: int) -> Iterator[bytes]:
        done = 0
        while data := file.read(CHUNK):
            done += len(data)
            self.heard(self.name, done, size)
            yield data

    def _unpacked(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """What gzip members hold, one behind the other; of a cut one what was there."""
        self.notes.append("gzip")
        inside = zlib.decompressobj(wbits=31)
        try:
            for piece in pieces:
                data = piece
                while data:
                    if inside.eof:
                        if not data.startswith(b"\x1f") and not data.strip(b"\0"):
                            return  # Tapes and some tools fill up with zeros.
                        inside = zlib.decompressobj(wbits=31)
                    yield inside.decompress(data, CHUNK)
                    while inside.unconsumed_tail:
                        yield inside.decompress(inside.unconsumed_tail, CHUNK)
                    data = inside.unused_data
        except zlib.error:
            self.notes[-1] = "gzip, damaged: read as far as it goes"
            return
        if not inside.eof:
            self.notes[-1] = "gzip, cut short: read as far as it goes"
            yield inside.flush()

    def _plain(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        first = next(pieces, b"")
        while len(first) < _TAR_AT + len(_TAR) and (more := next(pieces, b"")):
            first += more
        if first.startswith(_TAR, _TAR_AT):
            raise UsageFault(
                f"{self.name}: it is a tar archive; type: mkdir night; tar -xf {quote(self.name)} "
                "-C night; upgrader replay night"
            )
        encoding = _UTF16.get(first[:2]) or _silent_utf16(first[:4096])
        if encoding is None:
            yield first.removeprefix(codecs.BOM_UTF8)
            yield from pieces
            return
        self.notes.append("UTF-16")
        decoder = codecs.getincrementaldecoder(encoding)("replace")
        yield decoder.decode(first).removeprefix("\ufeff").encode("utf-8", "replace")
        for piece in pieces:
            yield decoder.decode(piece).encode("utf-8", "replace")
        yield decoder.decode(b"", final=True).encode("utf-8", "replace")

    def _ended(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """The same, with a line feed behind each line where there are carriage returns alone."""
        first = next(pieces, b"")
        if b"\r" not in first or b"\n" in first:
            yield first
            yield from pieces
            return
        self.notes.append("lines end in carriage returns")
        for piece in _chained(first, pieces):
            yield piece.replace(b"\r", b"\n")

    def beginning(self, most: int) -> bytes:
        """So many of its first bytes."""
        taken = b""
        for chunk in self.chunks():
            taken += chunk
            if len(taken) >= most:
                break
        return taken[:most]

    def text(self, most: int) -> str:
        """Its text, at most so many bytes of it; what is no UTF-8 is taken for Latin-1."""
        data = self.beginning(most + 1)
        if len(data) > most:
            data = data[:most]
            self.notes.append(f"only its first {most >> 20} MB were read")
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as fault:
            if fault.end == len(data) and fault.start >= len(data) - 3:  # Cut within a character.
                return data.decode("utf-8", "ignore")
            return data.decode("latin-1")


def open_file(name: str, path: Path) -> Opened:
    """A regular file, ready to be read.

    Raises:
        UsageFault: there is none, it is a device or a pipe, or it may not be read.
    """
    try:
        about = path.stat()
    except OSError as fault:
        raise UsageFault(f"{name}: cannot be read: {fault.strerror}") from fault
    if not stat.S_ISREG(about.st_mode):
        raise UsageFault(
            f"{name}: is neither a file nor a folder; what comes through a pipe is read from the "
            "standard input: COMMAND | upgrader replay -"
        )
    if not os.access(path, os.R_OK):
        raise UsageFault(f"{name}: cannot be read: you have no permission")
    return Opened(name, path, int(about.st_mtime * 1000))


def spool(stream: BinaryIO, now: int) -> Opened:
    """The standard input, put aside on disk so that it can be read twice.

    Raises:
        UsageFault: nobody has piped anything in.
    """
    if stream.isatty():
        raise UsageFault("-: nothing is piped in; say COMMAND | upgrader replay -, or name a file")
    spooled = TemporaryFile()  # noqa: SIM115  closed with what it becomes
    while data := stream.read(CHUNK):
        spooled.write(data)
    return Opened("standard input", None, now, spooled)


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _silent_utf16(beginning: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of what is written in English is zero."""
    if len(beginning) < 8 or beginning.count(0) * 5 < len(beginning) * 2:
        return None
    odd, even = beginning[1::2].count(0), beginning[::2].count(0)
    if odd > 9 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 9 * odd else None
