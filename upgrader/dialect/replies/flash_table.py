"""`show flash:`: a listing that serves where nobody typed `dir`."""

import re

from upgrader.dialect.replies.screen import plain

_ROW = re.compile(
    r"\s{0,9}(?P<number>\d{1,6})\s{1,9}(?P<bytes>\d{1,18})\s{1,20}"
    r"(?P<date>[A-Z][a-z]{2} +\d{1,2} \d{4}) (?P<time>\d{2}:\d{2}:\d{2})\s{1,9}"
    r"(?P<path>\S.{0,300})",
    re.ASCII,
)
_SPACE = re.compile(r"(\d{1,18}) bytes total \(\d{1,18} bytes free.*\)", re.ASCII)
_FOLDER_BYTES = "4096"


def as_dir(text: str) -> str:
    """The screen as `dir disk0:` would have it: the files of the root, and what is free.

    A row of 4096 bytes without a dot in its name is a folder. Source: ASA command reference,
    `show disk`.
    """
    rows, space = [], ""
    for line in map(str.rstrip, plain(text).split("\n")):
        found = _ROW.fullmatch(line)
        if found is not None and "/" not in found["path"].lstrip("/"):
            name = found["path"].lstrip("/")
            folder = found["bytes"] == _FOLDER_BYTES and "." not in name
            mode = "drwx" if folder else "-rwx"
            when = f"{found['time']} {found['date']}"
            rows.append(f"{found['number']}  {mode}  {found['bytes']}  {when}  {name}")
        elif _SPACE.fullmatch(line.strip()):
            space = line.strip()
    return "\n".join(["", "Directory of disk0:/", "", *rows, "", space, ""])
