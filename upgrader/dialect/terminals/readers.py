"""What a reply means: `dialect.reading` where it reads it, and a few screens that only nights need.

`show crashinfo`: words of a real ASAv 9.3(1), 2017 (public bug report); that nothing is said to
have been saved is inferred. Parts of a configuration are their lines.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from upgrader.dialect import commands
from upgrader.dialect.reading.reading import NoReader, read
from upgrader.dialect.replies.screen import device_time, lines_of
from upgrader.dialect.spelling import spelled_out
from upgrader.model.evidence import CrashSeen
from upgrader.ports import Unparsed

SHOW_CRASHINFO = "show crashinfo"
SHOW_RUN = "show running-config "

_COLLECTED = re.compile(r"^\s*Crashinfo collected on (.+?)\s*$", re.MULTILINE)
_VERSION = re.compile(r"^\s*Cisco Adaptive Security Appliance Software Version (\S+)", re.MULTILINE)
_THREAD = re.compile(r"^\s*:?\s*Thread Name: *(\S.*?)\s*$", re.MULTILINE)
_NONE = re.compile(r"\bno (?:crash|saved crash)|not found|no such file|cannot open", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Meaning:
    """A reply, as far as it is understood."""

    command: str
    """As the tool types it."""
    value: object
    """None: nothing reads it, or it is not understood."""
    why: str = ""
    """Why it is not understood; empty: it is, or nothing reads such a reply."""
    has_reader: bool = True


def meaning_of(line: str, reply: str) -> Meaning:
    """Read a reply. Nothing is raised: what is not understood has no value."""
    own = _OWN.get(line)
    if own is None and line.startswith(SHOW_RUN) and "|" not in line:
        own = _config_lines
    try:
        if own is not None:
            return Meaning(line, own(line, reply))
        if spelled_out(line) is None:
            return Meaning(line, None, has_reader=False)
        reading = read(line, reply)
    except NoReader:
        return Meaning(line, None, has_reader=False)
    except Unparsed as fault:
        return Meaning(line, None, fault.why)
    except (ValueError, AssertionError, KeyError, IndexError, OverflowError) as fault:
        return Meaning(line, None, f"it cannot be read: {type(fault).__name__}")
    return Meaning(reading.command, reading.value)


def read_crashinfo(text: str) -> CrashSeen:
    """Read `show crashinfo`.

    Raises:
        Unparsed: neither a crash nor the word that there is none.
    """
    at, version, thread = _COLLECTED.search(text), _VERSION.search(text), _THREAD.search(text)
    if at is None and thread is None and version is None:
        if _NONE.search(text[:2_000]) is None:
            raise Unparsed(SHOW_CRASHINFO, text, "no time, no thread and no release of a crash")
        return CrashSeen(None, None, "", saved=False)
    return CrashSeen(
        None if at is None else device_time(at[1]),
        None if version is None else version[1],
        "" if thread is None else thread[1],
    )


def _config_lines(line: str, reply: str) -> tuple[str, ...]:
    return tuple(lines_of(line, reply))


_OWN: dict[str, Callable[[str, str], object]] = {
    SHOW_CRASHINFO: lambda _, reply: read_crashinfo(reply),
    commands.SHOW_BOOT: _config_lines,
    commands.SHOW_ASDM: _config_lines,
}
