"""What a file is, told by its content and never by its name."""

import re

from upgrader.dialect.syslog.shapes import FAMILIES
from upgrader.model.evidence import SourceKind

_HEAD = re.compile(rf"%?\b(?:{FAMILIES})-(?:[A-Za-z_]+-)?[0-7]-[0-9]{{6}}\b")
# A prompt at the beginning of a line with something typed: behind a quote's mark, a line's number,
# and behind the logger's stamp, with brackets or without.
_TYPED = re.compile(
    r"^(?:(?:> ?)+|\s*\d{1,7}(?:[:.|)] ?|\t|  ?))?\s*"
    r"(?:(?:\[[^\]\n]{4,40}\]|<[^<>\n]{8,40}>|\([\d:./ -]{8,40}\))\s*|"
    r"(?:[\d./-]{8,10}[T _-])?\d{1,2}:\d\d:\d\d(?:[.,:]\d{1,6})?(?: ?[AaPp][Mm])?[:|]?\s+|"
    r"[A-Z][a-z]{2} +\d{1,2},?(?: \d{4})? \d\d:\d\d:\d\d[\d.,]{0,7}:?\s+)?"
    r"[A-Za-z][\w.:@-]*(?:/[\w.-]+)*(?:\([\w-]+\))?[#>] ?(?=[a-z])[a-z-]{2,}",
    re.MULTILINE,
)
_VIEWED = re.compile(r"^[0-7]\|[A-Z][a-z]{2} [ \d]\d \d{4}\|\d\d:\d\d:\d\d\|\d{6}\|", re.MULTILINE)
"""A line that ASDM's log viewer copied."""
_ENTRY = re.compile(r'\s*\{"[a-z_]+":')


def kind_of(beginning: str) -> SourceKind | None:
    """What a file that begins so is; None: nothing that is known, or too little of it.

    Where something was typed it is a terminal's log, though nine tenths of it may be the reply to
    `show logging`. A collector's file may hold few lines of firewalls among many of others.
    """
    heads = sum(1 for pattern in (_HEAD, _VIEWED) for _ in pattern.finditer(beginning))
    typed = sum(1 for _ in _TYPED.finditer(beginning))
    # A user or a host whose name looks like a prompt: one line in a thousand of a long log.
    if typed * 1_000 > heads or (typed and heads < 1_000):
        return SourceKind.TRANSCRIPT
    if heads:
        return SourceKind.SYSLOG
    return None


def has_message(chunk: bytes) -> bool:
    """Whether a firewall's message begins somewhere in it."""
    return any(f"{family}-".encode() in chunk for family in FAMILIES.split("|")) and bool(
        _HEAD.search(chunk.decode("utf-8", "replace"))
    )


def is_journal(beginning: str) -> bool:
    """Whether it may be a run's journal: a line of JSON each."""
    return _ENTRY.match(beginning) is not None and '"entry"' in beginning
