"""Lines of a collector's file that are no messages of a firewall, and what they are instead.

Sources: rsyslog's manual and source (rate limits, repeated messages), journald's own lines, the
CEF and LEEF manuals.
"""

import re

from upgrader.dialect.syslog.shapes import FAMILIES

_CUT = re.compile(rf"%(?:{FAMILIES})(?:-[\w-]*)?$|%[A-Z]{{0,3}}$|<\d{{1,3}}>?$".encode())
_REPEATED = re.compile(rb"(?:last )?message repeated \d+ times")
_EVENT = re.compile(rb"\b(?:CEF|LEEF):[0-9]\.?[0-9]?\|")
_LOSES = re.compile(
    rb"\bbegins? to drop\b|\blost \d+ messages|\b\d+ messages? (?:lost|discarded|dropped)\b"
    rb"|\bmessages? lost\b|\b(?:lost|dropped|discarded) messages\b|rate-limit",
    re.IGNORECASE,
)
_OF_PROGRAMS = re.compile(
    rb"\bfrom pid\b|\binternal_messages\b|\bsuppressed \d+ messages\b|\bimuxsock\b|\bimjournal\b",
    re.IGNORECASE,
)
"""A limit on the collector's own programs: nothing of a firewall's came that way."""


def tells_of_loss(bare: bytes) -> bool:
    """Whether a collector says that it lost lines that others had sent."""
    return _LOSES.search(bare) is not None and _OF_PROGRAMS.search(bare) is None


def why_stray(bare: bytes) -> str:
    """Why a line is none of a firewall's messages."""
    if _CUT.search(bare):
        return "cut short"
    if _REPEATED.search(bare):
        return "says that the line above it came again"
    if _OF_PROGRAMS.search(bare):
        return "a collector says that it lost lines of its own programs"
    if _EVENT.search(bare):
        return "an event (CEF or LEEF) without the firewall's own message"
    return "no message of a firewall"
