"""Which system the clients of the sessions run, by the sessions' indices."""

import re

from upgrader.dialect.commands import SHOW_CLIENT_SYSTEMS
from upgrader.dialect.replies.screen import NOBODY, lines_of
from upgrader.ports import Unparsed

_INDEX = re.compile(r"Index\s+:\s(\d{1,18})", re.ASCII)
_SYSTEM = re.compile(r"Client OS\s+:\s(\S.*)", re.ASCII)
_PLATFORMS = (("win", "win"), ("mac", "macos"), ("darwin", "macos"), ("linux", "linux64"))


def read_client_systems(text: str) -> dict[int, str]:
    """Read `show vpn-sessiondb detail anyconnect`, or its lines with user and system.

    By index: `win`, `macos` or `linux64`, as AnyConnect packages are called. A session whose
    client runs something else (a phone), or does not say, is left out. {} where nobody is there.

    Raises:
        Unparsed: no session is told, nor that there is none.

    Source: Cisco's page on IP phones and AnyConnect (2013); 9.x captures.
    """
    systems: dict[int, str] = {}
    index: int | None = None
    seen = False
    for line in lines_of(SHOW_CLIENT_SYSTEMS, text):
        if (found := _INDEX.search(line)) is not None:
            index, seen = int(found[1]), True
        elif index is not None and (told := _SYSTEM.match(line)) is not None:
            name = told[1].lower()
            platform = next((p for start, p in _PLATFORMS if name.startswith(start)), None)
            if platform is not None:
                systems.setdefault(index, platform)
    if not seen and NOBODY not in text:
        raise Unparsed(SHOW_CLIENT_SYSTEMS, text, "no session is told")
    return systems
