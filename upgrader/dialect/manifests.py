"""Lists of digests: `SHA512SUMS` as `sha512sum` writes it, and the vendor's Bulk Hash table."""

import csv
import re
from collections.abc import Iterable

from upgrader.model.staging import Listed, Manifest, name_of

_SUM = re.compile(r"(?P<digest>[0-9a-fA-F]{128})(?: [ *]|\t+)(?P<name>\S.*)")
_BSD = re.compile(r"SHA512 \((?P<name>.+)\) ?= ?(?P<digest>[0-9a-fA-F]{128})", re.IGNORECASE)
_HEX = re.compile(r"[0-9a-fA-F]{128}")
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,126}")
_COMMENT = ("#", ";")

_SIZE_COLUMN = 5
"""The sixth: inferred from a public script of 2017 that reads the file; used to check room only."""


class Unreadable(ValueError):
    """A list that is not as it should be; a sentence that names the place."""


def is_plain_file_name(name: str) -> bool:
    """Whether a name can be typed and listed without surprise: no blanks, marks or folders.

    `?` would ask the device for help, a blank would end the path. Our choice of letters.
    """
    return _FILE_NAME.fullmatch(name) is not None


def read_sums(text: str, origin: str) -> tuple[Listed, ...]:
    """Read `<128 hex>  name`, or `SHA512 (name) = <128 hex>`; folders before a name are left out.

    Raises:
        Unreadable: a line is neither, nor empty, nor a comment.
    """
    listed = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        bare = line.strip()
        if not bare or bare.startswith(_COMMENT):
            continue
        found = _SUM.fullmatch(bare) or _BSD.fullmatch(bare)
        if found is None:
            raise Unreadable(
                f"{origin}, line {number}: is no line of a digest list "
                f"(128 hexadecimal digits, two blanks, a name): {bare[:60]!r}"
            )
        listed.append(Listed(name_of(found["name"]), found["digest"].lower(), origin))
    if not listed:
        raise Unreadable(f"{origin}: lists no file")
    return tuple(listed)


def read_bulk_table(lines: Iterable[str], origin: str) -> tuple[Listed, ...]:
    """Read the vendor's table: a file name in the first column, a SHA-512 in some other.

    Rows without a SHA-512 (the heading, files older than it) say nothing.

    Raises:
        Unreadable: no row has one.

    Source: Cisco's description of the Bulk Hash File names a `.csv` with MD5 and SHA-512 of
    every image. The order of columns (name, MD5, SHA-512, …, status, size) is known from a public
    script only; so the SHA-512 is found by its form.
    """
    listed = []
    for row in csv.reader(lines):
        digests = [value.strip() for value in row[1:] if _HEX.fullmatch(value.strip())]
        name = name_of(row[0].strip()) if row else ""
        if len(digests) != 1 or not name:
            continue
        size = row[_SIZE_COLUMN].strip() if len(row) > _SIZE_COLUMN else ""
        whole = int(size) if size.isascii() and size.isdigit() and len(size) <= 18 else None
        listed.append(Listed(name, digests[0].lower(), origin, whole))
    if not listed:
        raise Unreadable(f"{origin}: no row has a file name and a SHA-512")
    return tuple(listed)


def merged(lists: Iterable[tuple[str, Iterable[Listed]]]) -> Manifest:
    """Several lists as one; each is (what it is called, its lines). Equal lines are one."""
    origins: list[str] = []
    by_name: dict[str, tuple[Listed, ...]] = {}
    for origin, lines in lists:
        origins.append(origin)
        for line in lines:
            known = by_name.get(line.name, ())
            if all(line.sha512 != other.sha512 for other in known):
                by_name[line.name] = (*known, line)
    return Manifest(by_name, tuple(origins))
