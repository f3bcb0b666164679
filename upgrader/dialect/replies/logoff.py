"""`vpn-sessiondb logoff`: how many sessions a logoff ended."""

import re

from upgrader.ports import Unparsed

_LOGGED_OFF = re.compile(r"logged off ?: ?(\d{1,18})", re.ASCII)


def read_logoff(line: str, text: str) -> int:
    """Read the reply to `vpn-sessiondb logoff … noconfirm`: how many sessions were logged off.

    Raises:
        Unparsed: no number.

    Source: Cisco's command reference for logoff by name; the wording for an index is inferred.
    """
    counts = [int(found) for found in _LOGGED_OFF.findall(text)]
    if len(counts) != 1:
        raise Unparsed(line, text, "how many sessions were logged off is not told")
    return counts[0]
