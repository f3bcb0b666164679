"""Where somebody typed: the prompts of a log, and the headings of a `show tech-support`.

A line that begins like a prompt is one if its host was asked something that a firewall knows, or
if it names a role or a state: other lines have `#` and `>` in them too.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from upgrader.dialect.prompts import Prompt, read_prompt
from upgrader.dialect.spelling import spelled_out
from upgrader.dialect.terminal import is_unasked
from upgrader.dialect.terminals.notices import notice_in

_BEHIND = re.compile(
    r"(?P<prompt>[A-Za-z0-9][\w.:/@-]{0,79}(?:\([\w-]{1,40}\))?[#>]) ?(?P<typed>.{0,2000})",
    re.ASCII,
)
_HEADING = re.compile(r"-{6,}\s{0,9}(?P<typed>[A-Za-z][^\n]{0,200}?)\s{0,9}-{6,}", re.ASCII)

_ORNAMENT = "#=-*!:>`\"'~+ "

_VERBS = (
    *("aaa", "aaa-server", "access-group", "access-list", "anyconnect", "arp", "asdm", "banner"),
    *("boot", "capture", "cd", "changeto", "clear", "clock", "cluster", "configure", "copy"),
    *("crashinfo", "crypto", "debug", "delete", "dir", "disable", "downgrade", "enable", "end"),
    *("erase", "exit", "failover", "format", "fsck", "group-policy", "help", "hostname", "http"),
    *("interface", "ip", "logging", "login", "logout", "mkdir", "monitor-interface", "more"),
    *("name", "nameif", "nat", "no", "ntp", "object", "packet-tracer", "passwd", "perfmon"),
    *("ping", "prompt", "pwd", "quit", "reload", "rename", "rmdir", "route", "security-level"),
    *("show", "shun", "shutdown", "snmp-server", "ssh", "ssl", "telnet", "terminal", "test"),
    *("traceroute", "tunnel-group", "undebug", "username", "verify", "vpn-sessiondb", "webvpn"),
    *("who", "write", "xlate"),
)
"""First words of lines that an ASA knows (ASA command reference)."""
_SHORT = ("?", "sh", "wr", "en", "ex", "no", "co", "te", "di", "cl", "re", "fa")


@dataclass(frozen=True, slots=True)
class Mark:
    """A line at which a reply begins, or ends."""

    row: int
    """Its place in the sequence, from 0."""
    prompt: Prompt | None
    """None: the heading of a `show tech-support`."""
    typed: str
    """Empty: nothing was typed there."""
    said: str = ""
    """What the unit printed behind its prompt by itself; empty: nothing."""


def marks_of(lines: Sequence[str], *, headed: bool = False) -> list[Mark]:
    """The marks of a log, in order.

    `headed`: a line that names a command and nothing else is a heading, with or without ornament:
    `=== show version ===`.
    """
    found: list[Mark] = []
    hosts: set[str | None] = set()
    for row, line in enumerate(lines):
        if "#" in line[:130] or ">" in line[:130]:
            mark = _prompt_in(row, line.strip())
            if mark is not None and mark.prompt is not None:
                found.append(mark)
                stated = mark.prompt.role is not None or mark.prompt.active is not None
                if stated or is_command(mark.typed):
                    hosts.add(mark.prompt.hostname)
                continue
        elif "------" in line[:40]:
            heading = _HEADING.fullmatch(line.strip()[:500])
            if heading is not None:
                found.append(Mark(row, None, heading["typed"]))
                continue
        if headed and (named := _named(line)) is not None:
            found.append(Mark(row, None, named))
    return [mark for mark in found if mark.prompt is None or mark.prompt.hostname in hosts]


def _prompt_in(row: int, line: str) -> Mark | None:
    behind = _BEHIND.fullmatch(line)
    prompt = None if behind is None else read_prompt(behind["prompt"])
    if behind is None or prompt is None:
        return None
    typed = behind["typed"].strip()
    if typed and (is_unasked(typed) or notice_in(typed, in_reply=True) is not None):
        return Mark(row, prompt, "", typed)
    return Mark(row, prompt, typed)


def _named(line: str) -> str | None:
    """The command that a line names and nothing else; None: it says more, or less."""
    bare = line.strip().strip(_ORNAMENT).strip()
    if not 2 < len(bare) < 120 or line[:1].isspace():
        return None
    return bare if spelled_out(bare) is not None else None


@lru_cache(maxsize=1_024)
def is_command(typed: str) -> bool:
    """Whether a line begins as those do that an ASA understands; words may be shortened."""
    words = typed.lower().split(maxsplit=2)
    if words and words[0] == "no":
        words = words[1:]
    if not words:
        return False
    first = words[0].rstrip("?")
    if first in _SHORT or words[0] == "?":
        return True
    return len(first) >= 3 and any(verb.startswith(first) for verb in _VERBS)
