"""`show crypto ca certificates`: the certificates that a unit holds."""

import re
from datetime import datetime

from upgrader.dialect.commands import SHOW_CERTIFICATES
from upgrader.dialect.refusals import refusal_in
from upgrader.dialect.replies.screen import device_time, screen_of
from upgrader.model.wide import Certificate
from upgrader.ports import Unparsed

_HEAD = re.compile(r"(?:CA |RA |Self-Signed )*Certificate")
_SERIAL = re.compile(r"Certificate Serial Number: *(\S+)")
_SUBJECT = re.compile(r"Subject(?: Name)?: *(.*)")
_PENDING = re.compile(r"Status: *Pending\b.*")
_ENDS = re.compile(r"end\s+date: *(\S.*)")
_TRUSTPOINTS = re.compile(r"Associated Trustpoints?: *(.*)")
_CN = re.compile(r"cn=", re.IGNORECASE)
_LABEL = re.compile(r"[A-Z][\w ()-]*:(?: .*)?")


def read_certificates(text: str) -> tuple[Certificate, ...]:
    """Read `show crypto ca certificates`, in the device's order; () for an empty reply.

    One that is only asked for (`Status: Pending`) is none.

    Raises:
        Unparsed: the device refused, a certificate without serial number or subject, or text
            that is none.

    Source: ASA configuration guides, `show crypto ca certificates`; no capture was found. That
    nothing is printed where there is none is inferred.
    """
    screen = screen_of(SHOW_CERTIFICATES, text)
    if refusal_in(screen) is not None:
        raise Unparsed(SHOW_CERTIFICATES, text, "the device refused")
    blocks: list[list[str]] = []
    for line in map(str.strip, screen.split("\n")):
        if _HEAD.fullmatch(line):
            blocks.append([line])
        elif line and not blocks:
            raise Unparsed(SHOW_CERTIFICATES, text, f"{line[:60]!r} belongs to no certificate")
        elif line:
            blocks[-1].append(line)
    return tuple(
        _certificate(text, block) for block in blocks if not any(map(_PENDING.fullmatch, block))
    )


def _certificate(text: str, lines: list[str]) -> Certificate:
    kind, *rest = lines
    serial = _first(_SERIAL, rest)
    subject = _subject(rest)
    if serial is None or subject is None:
        raise Unparsed(SHOW_CERTIFICATES, text, "a certificate without serial number or subject")
    trustpoints = _first(_TRUSTPOINTS, rest) or ""
    return Certificate(kind, serial, subject, _end(rest), tuple(trustpoints.split()))


def _first(pattern: re.Pattern[str], lines: list[str]) -> str | None:
    return next((found[1].strip() for found in map(pattern.fullmatch, lines) if found), None)


def _subject(lines: list[str]) -> str | None:
    """The `cn=…` of the subject, else the whole name; its parts stand on lines of their own."""
    at = next((n for n, line in enumerate(lines) if _SUBJECT.fullmatch(line)), None)
    if at is None:
        return None
    parts = [lines[at].partition(":")[2].strip()]
    for line in lines[at + 1 :]:
        if _LABEL.fullmatch(line):
            break
        parts.append(line)
    named = [part for part in parts if part]
    return next((part for part in named if _CN.match(part)), None) or ", ".join(named) or None


def _end(lines: list[str]) -> datetime | None:
    told = _first(_ENDS, lines)
    time = None if told is None else device_time(told)
    return None if time is None else time.at
