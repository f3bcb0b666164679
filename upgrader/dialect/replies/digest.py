"""`verify /sha-512`: a file's digest as the unit itself computed it."""

import re

from upgrader.dialect.commands import verify
from upgrader.dialect.replies.screen import screen_of
from upgrader.model.names import Digest
from upgrader.model.vpn import FileDigest
from upgrader.ports import Unparsed

_DIGEST = re.compile(r"verify /SHA-512 \(([^()]+)\) = (\S+)", re.IGNORECASE)
_HEX = re.compile(r"[0-9a-f]{128}")
_MISSING = re.compile(r"%Error opening (\S+) \(No such file or directory\)", re.IGNORECASE)


def read_verify(path: str, text: str) -> FileDigest:
    """Read `verify /sha-512 PATH`; the digest is None where there is no such file.

    Raises:
        Unparsed: neither a digest nor the missing file, not 128 hexadecimal digits, or another
            file than was asked for.

    Source: Cisco ASA Integrity Assurance; the sentence on a missing file is from Cisco's
    documentation of `%Error opening`, not from a capture of `verify`.
    """
    line = verify(path)
    screen = screen_of(line, text)
    digests = {(found[1], found[2].lower()) for found in _DIGEST.finditer(screen)}
    missing = {found[1] for found in _MISSING.finditer(screen)}
    if len(digests) + len(missing) != 1:
        raise Unparsed(line, text, "neither one digest nor the word that the file is missing")
    for named in missing:
        _same_file(line, text, path, named)
        return FileDigest(path, None)
    named, printed = digests.pop()
    _same_file(line, text, path, named)
    if _HEX.fullmatch(printed) is None:
        raise Unparsed(line, text, f"{printed!r} is no SHA-512")
    return FileDigest(path, Digest(f"sha512:{printed}"))


def _same_file(line: str, text: str, asked: str, named: str) -> None:
    """The device answers with the whole path, whatever was typed."""
    if _bare(asked) != _bare(named):
        raise Unparsed(line, text, f"asked for {asked}, and the reply speaks of {named}")


def _bare(path: str) -> str:
    """A path without its device, as the ASA compares it: without regard to case."""
    return path.rpartition(":")[2].lstrip("/").lower()
