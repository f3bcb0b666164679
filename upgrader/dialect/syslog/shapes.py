"""What stands before `%ASA-…`: priority, stamps, host, and what collectors put around them.

Three writers may have added to a line: the device (`Sep 28 2016 13:51:57 fw1 : `, EMBLEM's
`: Sep 25 15:47:07 EDT: `, RFC 5424's `2018-06-27T12:17:46Z fw1 : `), the protocol (`<166>`, `1`,
`- - -`, structured data), and one or more collectors (a stamp, a host, a program with its number).
The device stands nearest to the message, so the last stamp is its own and the first one tells when
the line came. Sources: ASA syslog guide (formats), captured collector files, RFC 3164, RFC 5424.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from upgrader.dialect.syslog.stamps import Stamp, find_stamps

FAMILIES = "ASA|FTD|PIX|FWSM|NGIPS"
TAG = rf"%(?:{FAMILIES})-(?:[A-Za-z_]{{1,40}}-)?[0-7]-[0-9]{{6}}(?![0-9])"
"""A message's name, `%ASA-6-302013`, as a pattern."""

MOST_HEAD = 600
"""So many characters before a message are looked at; more is no head."""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before a message."""

    stamp: Stamp | None
    """The device's own; a collector's where there is no other."""
    received: Stamp | None
    """A collector's, where both are there."""
    host: str
    """Who sent it: `10.1.1.1`; `10.1.1.1 fw1` where a collector and the device name it
    differently; empty: nobody says."""
    by_collector: bool
    """Whether the only stamp is a collector's."""


_PRIORITY = re.compile(r"(?:(?<!\S)\d{1,5} )?<\d{1,3}>\s*:?")
_STRUCTURED = re.compile(r'(?<![\w)])\[[^\]\s="]+(?: [^\]\s="]+="(?:[^"\\]|\\.)*")*\]')
_LAID_OUT = re.compile(r"[,;|]+")
_ENVELOPE = re.compile(r"\b(?:CEF|LEEF):\d.*?(?=<\d|$)", re.DOTALL)
_NUMBERED = re.compile(r"^([^:]+):\d+$")
"""A file's name with a line's number, an address with a port."""
_PROGRAM = re.compile(r"^(?P<name>[^\[\]]*)\[\d+\]:?$")
_FACILITY = re.compile(
    r"^(?:local\d|(?:local\d|kern|user|mail|daemon|auth|authpriv|syslog|lpr|news|uucp|cron|ftp)"
    r"\.(?:emerg|alert|crit|critical|err|error|warn|warning|notice|info|debug))$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\s]+")
_HOST = re.compile(r"^(?=.*[A-Za-z0-9])[\w.:%/@()+-]+$")
_LABEL = re.compile(
    r'^\W*"?(?:message|msg|_raw|log|host|hostname|src|source)"?\s*[:=]+"?', re.IGNORECASE
)
_TIME = re.compile(r"^\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?$")
"""What is left of a stamp whose day somebody cut off."""
_WEEKDAYS = frozenset({"mon", "tue", "wed", "thu", "fri", "sat", "sun"})
_PROGRAMS = frozenset(
    {
        *("ciscoasa", "asa", "ftd", "pix", "fwsm", "syslog", "journal"),
        *("stdout", "stderr", "f", "p", "emerg", "alert", "crit", "critical", "err", "error"),
        *("warn", "warning", "notice", "info", "debug"),
    }
)
"""What rsyslog, syslog-ng, forwarders and containers put where a program's name or a level stands;
a host of that name counts if it is the only one."""
_FILE = re.compile(r"^/|\.(?:log|txt|gz|out)(?:[.-]\d+)?$")
"""A file's name, as `grep` puts it before its lines."""


def read_head(text: str, modified: int | None = None, *, day_first: bool = False) -> Head:
    """Take apart what stands before a message; anything else in it is passed over.

    `modified` and `day_first`: as in `find_stamps`.
    """
    text = text.replace("\ufeff", "")
    stamps = find_stamps(text, modified, day_first=day_first)
    if not stamps:
        return Head(None, None, _host_of("", text), by_collector=False)
    last = stamps[-1]
    tail = text[last.end :]
    first = stamps[0] if len(stamps) > 1 else None
    if first is None:
        before = text[: last.start]
    else:
        before = f"{text[: first.start]} {text[first.end : last.start]}"
    by_collector = first is None and _is_collectors(text, tail)
    return Head(last, first, _host_of(before, tail), by_collector=by_collector)


def _is_collectors(text: str, tail: str) -> bool:
    """Whether a single stamp was written by a collector: a device puts a colon behind its own.

    What comes with a priority was filed as it arrived, stamp included.
    """
    if any(_PROGRAM.match(word) for word in tail.split()):
        return True
    return bool(tail.strip()) and not tail.rstrip().endswith(":") and "<" not in text


@lru_cache(maxsize=4096)
def _host_of(before: str, tail: str) -> str:
    """The host in what stands before a stamp and behind it: one name, or two that differ."""
    other, program = _names(before)
    found, second = _names(tail)
    if not found or not other:
        return found or other or program or second
    if found in other.split() or _is_same(found, other):
        return other if len(other) > len(found) else found
    return f"{other} {found}"


def _names(text: str) -> tuple[str, str]:
    """The host that a text names, and what may be one if nothing else is; empty: nothing.

    A program with its number, `relay fw1[12]:`, is how a journal names who wrote to it.
    """
    text = _LAID_OUT.sub(" ", _ENVELOPE.sub(" ", _STRUCTURED.sub(" ", text)))
    found = program = writer = ""
    for word in _WORD.findall(_PRIORITY.sub(" ", text)):
        plain = _LABEL.sub("", word).strip("\"',;")
        named = _PROGRAM.match(plain)
        if named is not None:
            program = program or named["name"]
            writer = writer or named["name"]
            continue
        plain = _NUMBERED.sub(r"\1", plain.rstrip(":"))
        if plain.isdigit() or _TIME.match(plain) or plain.lower() in _WEEKDAYS:
            continue  # A sequence number, RFC 5424's version, a length; no name.
        if _FACILITY.match(plain) or not _HOST.match(plain):
            continue
        if plain.lower() in _PROGRAMS or _FILE.search(plain):
            program = program or plain
        else:
            found = found or plain
    if found and writer and writer.lower() not in _PROGRAMS and not _is_same(writer, found):
        found = f"{found} {writer}"
    return found, program


def _is_same(one: str, other: str) -> bool:
    """Whether two names are one host's, with and without its domain."""
    short, long = sorted((one.lower(), other.lower()), key=len)
    return long == short or long.startswith(f"{short}.")
