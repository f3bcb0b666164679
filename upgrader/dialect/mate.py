"""`failover exec mate LINE`: which lines it can carry, and a reply that is the device's own.

Source: ASA command reference and configuration guide, remote command execution: `changeto`,
`debug` and a second `failover exec` are refused; nothing can be asked back, so that a line brings
its own `noconfirm`; with the mate failed the execution fails. Neither says in which words.
"""

import re
from functools import lru_cache

from upgrader.dialect import commands
from upgrader.dialect.commands import LineKind, classify
from upgrader.dialect.refusals import is_unauthorized, unpermitted

_UNCARRIED = re.compile(r"\s*(?:changeto|debug|undebug)\b", re.IGNORECASE)
_RECURSION = re.compile(r"\s*fail\w*\s+ex\w*\b", re.IGNORECASE)
_ASKS_NOTHING = re.compile(
    r"copy /noconfirm \S+ \S+"
    r"|delete /noconfirm \S+"
    r"|vpn-sessiondb logoff index \d+ noconfirm"
    r"|write memory"
)
"""The changing lines that a run may type there. Configuration lines are none: what is typed on a
standby stays there, and the units differ from then on (ASA command reference)."""


@lru_cache(maxsize=512)
def why_not_on_mate(line: str) -> str | None:
    """Why `failover exec mate` cannot carry that line; None: it can."""
    if _RECURSION.match(line):
        return "`failover exec` passes nothing on twice"
    if _UNCARRIED.match(line):
        return "`failover exec` does not carry it"
    match classify(line):
        case LineKind.SHOW:
            return None
        case LineKind.HARMLESS:
            return "it is about the conversation, and there is none with the mate"
        case LineKind.CHANGING:
            if _ASKS_NOTHING.fullmatch(line):
                return None
            return "it may ask something back, or belongs to a configuration mode"


def is_passed_on(prompt: str) -> bool:
    """Whether lines that are typed behind that prompt of a console go to the mate."""
    return prompt.endswith(_PASSED_ON)


_PASSED_ON = f" {commands.on_mate('').rstrip()}"

_UNHEARD = re.compile(
    r"\s*(?:ERROR|%\s?Error|Error|Failed|Unable|Cannot|Command)\b[^\n]*"
    r"\b(?:mate|peer|failover|standby unit|active unit|other unit)\b",
    re.IGNORECASE,
)
"""A first line that speaks of the other unit, where the line asked for something else. The
device's words are not on record: inferred, and wider than any one of them."""

_NEVER_EMPTY = frozenset(
    {
        commands.SHOW_VERSION,
        commands.SHOW_FAILOVER,
        commands.SHOW_FAILOVER_STATE,
        commands.SHOW_SESSION_SUMMARY,
        commands.SHOW_RUNNING,
        commands.DIR,
    }
)
_LONGEST_ERROR = 400


def why_not_passed_on(line: str, reply: str) -> str | None:
    """Why this account may pass nothing on; None: it may, or the reply does not tell.

    Every account may type `show version`, so that it is `failover exec` which is refused.
    """
    if line != commands.SHOW_VERSION or not is_unauthorized(reply):
        return None
    return f"{unpermitted(commands.on_mate(line))}; an address of its own needs no `failover exec`"


def mate_was_silent(line: str, reply: str) -> str | None:
    """Why that reply to a line is not the mate's; None: it is.

    What a mate that does not answer leaves behind is an error of this unit's own, or nothing.
    """
    said = reply.strip()
    if not said:
        return "the mate said nothing" if line in _NEVER_EMPTY else None
    first = said.partition("\n")[0]
    # A file may be called after the mate; an error that names it is about the file.
    about_us = first.replace(line.rpartition(" ")[2], "")
    return first if len(said) <= _LONGEST_ERROR and _UNHEARD.match(about_us) else None
