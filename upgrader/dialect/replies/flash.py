"""`dir`: the files of a flash."""

import re
from collections.abc import Iterator

from upgrader.dialect.commands import DIR
from upgrader.dialect.replies.screen import lines_of
from upgrader.model.unit import Flash, FlashFile
from upgrader.ports import Unparsed

_FOLDER = re.compile(r"Directory of (\S+)")
_FILE = re.compile(
    r"(?:\d+ +)?(?P<mode>[d-][rwx-]{3}) +(?P<bytes>\d{1,18}) +"
    r"(?:(?P<written>\d{2}:\d{2}:\d{2} [A-Z][a-z]{2} \d{1,2} \d{4}) +)?"
    r"(?P<name>(?!\d{1,2}:\d{2})\S.*)",
    re.ASCII,
)
_LIKE_A_FILE = re.compile(r"(?:\d+ +)?[d-][rwx-]{3}(?: |$)")
_SPACE = re.compile(r"(\d{1,18}) bytes total \((\d{1,18}) bytes free(?:/\d+% free)?\)", re.ASCII)
_SUM = re.compile(r"(\d{1,18}) file\(s\) total size: (\d{1,18}) bytes", re.ASCII)
_FLASH = "disk0:/"


def read_dir(text: str) -> Flash:
    """Read `dir disk0:`: files only, folders are left out.

    Raises:
        Unparsed: no line of free space, a row that is not understood, or rows that do not add up
            to the sum that newer releases print.

    Source: 9.5 and 9.9 on 5500-X; ASAv.
    """
    lines = lines_of(DIR, text)
    space = _only(text, _SPACE, lines)
    if space is None:
        raise Unparsed(DIR, text, "no line of free space: no listing, or one that is cut off")
    files = tuple(_files(text, lines))
    total = _only(text, _SUM, lines)
    if total is not None:
        count, size = int(total[1]), int(total[2])
        if (count, size) != (len(files), sum(file.bytes for file in files)):
            raise Unparsed(DIR, text, f"the files do not add up to {count} with {size} bytes")
    return Flash(files, total_bytes=int(space[1]), free_bytes=int(space[2]))


def _files(text: str, lines: list[str]) -> Iterator[FlashFile]:
    """The files, each with the folder under whose heading it stands."""
    folder = _FLASH
    for line in lines:
        if (found := _FILE.fullmatch(line)) is not None:
            if found["mode"].startswith("-"):
                path = folder + found["name"]
                yield FlashFile(path, int(found["bytes"]), found["written"])
        elif _LIKE_A_FILE.match(line):
            raise Unparsed(DIR, text, f"a file's row that is not as it should be: {line!r}")
        elif (heading := _FOLDER.fullmatch(line)) is not None:
            folder = heading[1].rstrip("/") + "/"


def _only(text: str, pattern: re.Pattern[str], lines: list[str]) -> re.Match[str] | None:
    """The one line of its kind; None: there is none."""
    found = [match for match in map(pattern.fullmatch, lines) if match is not None]
    if len(found) > 1:
        raise Unparsed(DIR, text, "two sums: two listings in one")
    return found[0] if found else None
