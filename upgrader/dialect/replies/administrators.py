"""`show ssh sessions`: who else is logged in to the unit itself."""

import re

from upgrader.dialect.commands import SHOW_SSH_SESSIONS
from upgrader.dialect.replies.screen import lines_of
from upgrader.model.unit import Administrator
from upgrader.ports import Unparsed

_ROW = re.compile(
    r"(?P<sid>\d+)\s+(?P<source>[0-9A-Fa-f][0-9A-Fa-f.:]*[0-9A-Fa-f:])\s+\d\.\d+\s.*?(?P<user>\S+)",
    re.ASCII,
)
_OTHER_WAY = re.compile(r"(?:IN|OUT)\s.*")
_HEAD = re.compile(r"SID\s+Client IP\s.*")


def read_ssh_sessions(text: str) -> tuple[Administrator, ...]:
    """Who is logged in over SSH, each once, sorted; () for nobody.

    Raises:
        Unparsed: a line is neither a row nor its other direction.

    Source: ASA command reference, `show ssh sessions`: a row a direction, the user at its end.
    No capture of a real device is at hand.
    """
    found: set[Administrator] = set()
    for line in lines_of(SHOW_SSH_SESSIONS, text):
        row = _ROW.fullmatch(line)
        if row is not None:
            found.add(Administrator(row["user"], row["source"]))
        elif not (_OTHER_WAY.fullmatch(line) or _HEAD.fullmatch(line)):
            raise Unparsed(SHOW_SSH_SESSIONS, text, f"{line[:60]!r} is no row of it")
    return tuple(sorted(found, key=lambda one: (one.user, one.source)))
