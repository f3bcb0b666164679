"""The lines that only look, word for word: whoever may not change a pair types nothing else.

`commands.classify` reads any line that anybody might type, and is generous with abbreviations.
This is an allow-list: a line that is not on it is not typed, whatever it would do.
"""

import re
from functools import lru_cache

from upgrader.dialect import commands

LOOKS = frozenset(
    {
        commands.SHOW_VERSION,
        commands.SHOW_FAILOVER,
        commands.SHOW_FAILOVER_STATE,
        commands.SHOW_FAILOVER_HISTORY,
        commands.SHOW_SESSION_SUMMARY,
        commands.SHOW_SESSIONS,
        commands.SHOW_RUNNING,
        commands.SHOW_STARTUP,
        commands.SHOW_BOOT,
        commands.SHOW_ASDM,
        commands.SHOW_PACKAGES,
        commands.SHOW_BOOTVAR,
        commands.SHOW_RELOAD,
        commands.SHOW_CONN_COUNT,
        commands.SHOW_LOGGING,
        commands.SHOW_SSH_SESSIONS,
        commands.DIR,
        commands.SHOW_CLOCK,
        commands.SHOW_CLIENT_SYSTEMS,
        commands.SHOW_STARTUP_ERRORS,
        commands.SHOW_INTERFACES,
        commands.SHOW_ROUTES,
        commands.SHOW_XLATE_COUNT,
        commands.SHOW_MODULES,
        commands.SHOW_MEMORY,
        commands.SHOW_CPU,
        commands.SHOW_PORTAL_SESSIONS,
        commands.SHOW_SMART_LICENCES,
        commands.SHOW_NTP,
        commands.SHOW_CERTIFICATES,
        commands.SHOW_MASTER_KEY,
        commands.SHOW_HOSTSCAN,
        commands.SHOW_CSD_HOSTSCAN,
        commands.SHOW_CSD,
        commands.SHOW_LOCAL_CA,
    }
)
"""The lines without anything to fill in."""

_NAME = r"[^\s|?\x00-\x1f\x7f]+"
"""One word of somebody's choosing. A bar would begin a filter, and some filters write files."""

LOOKS_AT_ONE = (
    re.compile(rf"show ip local pool {_NAME}"),
    re.compile(rf"show vpn-sessiondb anyconnect filter name {_NAME}"),
    re.compile(rf"verify /sha-512 (?:disk\d|flash):{_NAME}"),
)
"""The lines that name a pool, a person or a file."""

_ON_MATE = commands.on_mate("")


@lru_cache(maxsize=512)
def only_looks(line: str) -> bool:
    """Whether the line is on the list, or is one of it typed for the other unit."""
    bare = line.removeprefix(_ON_MATE)
    return bare in LOOKS or any(pattern.fullmatch(bare) for pattern in LOOKS_AT_ONE)
