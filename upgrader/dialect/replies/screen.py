"""What all screens have in common: echo, prompt, line ends, times, states."""

import re
from datetime import datetime
from functools import lru_cache

from upgrader.dialect.prompts import read_prompt, typed_after_prompt
from upgrader.model.failover import DeviceTime, FailoverState

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TIME = re.compile(
    r"(\d{1,2}):(\d{2}):(\d{2})(?:\.\d+)? (\S+) (?:[A-Z][a-z]{2} )?"
    r"([A-Z][a-z]{2}) +(\d{1,2}) (\d{4})",
    re.ASCII,
)
_UNASKED = re.compile(
    r"^[ \t]*(?:[\w.:/@()-]+[#>] ?)?(?:"
    r"\*{4,}WARNING\*{2,}WARNING[*A-Z]*"
    r"|[ \t]*Mate version \S+ is not (?:identical|compatible) with ours \S+"
    r"|Beginning configuration replication(?:: (?:Sending to|Receiving from)| from) mate\.*"
    r"|End Configuration Replication (?:(?:to|from) mate\.?|\((?:ACT|STB)\))"
    r"|(?:State check )?Detected an Active mate"
    r"|[ \t]*Switching to (?:Active|Standby)"
    r"|[ \t]*No Response from Mate"
    r"|[ \t]*Failover LAN Failed"
    r")[ \t]*(?:\n|\Z)",
    re.ASCII | re.IGNORECASE | re.MULTILINE,
)
_PAGER = "<--- More --->"
_PAGED = re.compile(rf"{_PAGER}(?:\r *\r|\x08+ *\x08+)?")
"""What a pager leaves where it stood; the indentation of the line behind it stays."""

NOBODY = "INFO: There are presently no active sessions"
"""What a listing of sessions says, whatever its type, where there is none."""

_STATES_LONGEST_FIRST = sorted(FailoverState, key=lambda state: (-len(state.value), state.value))


def screen_of(line: str, text: str) -> str:
    """The reply alone; its lines end in a line feed only.

    A first line that echoes what was typed and a last line that is a bare prompt go, and so does
    what a pager left and what the unit printed without being asked. A tab is as good as blanks.
    """
    body = without_unasked(plain(text)).lstrip("\n")
    # A listing may be megabytes: it is cut only where there is something to cut off.
    first_end = body.find("\n") + 1 or len(body)
    first = body[:first_end]
    if first.strip() == line or (_may_hold_prompt(first) and typed_after_prompt(first)):
        body = body[first_end:]
    trimmed = body.rstrip()
    if trimmed.endswith(("#", ">")):
        last_start = trimmed.rfind("\n") + 1
        if read_prompt(trimmed[last_start:]) is not None:
            body = trimmed[:last_start]
    return body


def plain(text: str) -> str:
    """The text without what a pager left; its lines end in a line feed only, tabs are blanks."""
    # One letter is found ten times as fast as a phrase, and hardly any screen has this one.
    if _PAGER[0] in text and _PAGER in text:
        text = _PAGED.sub("", text)
    if "\t" in text:
        text = text.expandtabs()
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def _may_hold_prompt(line: str) -> bool:
    """Whether one of the marks that end a prompt stands in it: hardly any line has one."""
    return "#" in line or ">" in line


def without_unasked(text: str) -> str:
    """The text without what the unit prints by itself, in the middle of whatever is shown.

    Only whole lines, alone or behind a prompt. Source: real consoles of 9.1(7)32, 9.2(2)4 and
    9.23(1) pairs.
    """
    # One by one: a loop over words costs more than a short screen, and one pattern for all of
    # them reads megabytes ten times as slowly.
    if (
        "WARNING****" in text
        or "Mate version" in text
        or "onfiguration replication" in text
        or "onfiguration Replication" in text
        or "Active mate" in text
        or "Switching to " in text
        or "Response from Mate" in text
        or "LAN Failed" in text
    ):
        return _UNASKED.sub("", text)
    return text


def lines_of(line: str, text: str) -> list[str]:
    """The reply's lines without indentation and trailing blanks; blank ones are left out."""
    return [row for row in map(str.strip, screen_of(line, text).split("\n")) if row]


@lru_cache(maxsize=1_024)
def device_time(text: str) -> DeviceTime | None:
    """`12:34:21 UTC Jun 12 2015` (the weekday may stand before the month); None: it is no time."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    hour, minute, second, zone, month, day, year = found.groups()
    if month not in _MONTHS:
        return None
    try:
        at = datetime(  # noqa: DTZ001  a device's zone is an abbreviation, and no zone
            int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second)
        )
    except ValueError:
        return None
    return DeviceTime(at, zone)


def leading_state(text: str, column: int | None = None) -> tuple[FailoverState, str] | None:
    """The state with which a line begins, and what follows it; None: it begins with none.

    Columns are not counted: in many captures they have collapsed to single blanks. But a state
    that fills its column, of so many characters, may have no blank behind it.
    """
    for state in _STATES_LONGEST_FIRST:
        rest = text.removeprefix(state.value)
        if rest == text:
            continue
        fills = column is not None and len(state.value) >= column
        if fills or not rest or rest[0].isspace():
            return state, rest.strip()
    return None
