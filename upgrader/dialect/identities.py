"""Where names stand in what a device prints and in what is typed: of people, places and networks.

Two ways lead to a name: its form (an address, a serial number, a URL), and the words before it
(`User <`, `hostname`, `ip local pool`). What is found here is a span; whether it is to be shown is
for others to say.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from ipaddress import AddressValueError, IPv6Address


class Identity(Enum):
    """Whose name it is; the value is a word for it."""

    USER = "user"
    ADDRESS = "address"
    HOST = "host"
    DOMAIN = "domain"
    SERIAL = "serial"
    MAC = "mac"
    MAIL = "mail"
    URL = "url"
    GROUP = "group"
    POOL = "pool"
    INTERFACE = "interface"
    SERVER = "server"
    SUBJECT = "name"
    """A part of a certificate's subject."""
    FILE = "source"
    """A file that was read."""


@dataclass(frozen=True, slots=True)
class Span:
    """A name in a text."""

    start: int
    end: int
    kind: Identity


_TOP_LEVELS = (
    "com|net|org|edu|gov|mil|int|info|biz|name|cloud|tech|online|io|eu|local|localdomain|lan|"
    "internal|intern|intra|intranet|corp|home|private|example|invalid|test|domain|"
    "at|au|be|br|ca|ch|cn|cz|de|dk|es|fi|fr|gr|hu|ie|il|in|it|jp|kr|lu|mx|nl|no|nz|pl|pt|ro|ru|se|"
    "si|sk|tr|ua|uk|us|za"
)

_OF_FILES = "toml|log|txt|gz|cfg|zip|syslog|session"
"""What people name their records and pair files by; an image's ending is not among them."""
_LABEL = r"[A-Za-z0-9_](?:[\w-]*[A-Za-z0-9])?"
_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"

_FORMS = re.compile(
    "|".join(
        (
            r"(?P<url>\b(?:https?|ftps?|tftp|scp|sftp|smb|ldaps?|ssh|telnet)://[^\s<>\"')\],;]+)",
            r"(?P<mail>(?<![\w.+-])[\w.+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)",
            r"(?P<mac>(?<![\w.:-])(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}(?![\w.]))",
            r"(?P<mac2>(?<![\w.:-])(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}(?![\w:]))",
            # A release may have four parts too: `Version 9.2.2.4`, `asa-9.2.2.4.bin`.
            (
                rf"(?P<v4>(?<![\w.])(?<!ersion )(?<!elease ){_OCTET}(?:\.{_OCTET}){{3}}(?!\w)"
                r"(?!\.(?:\d|bin|SPA|pkg|smp)))"
            ),
            (
                r"(?P<v6>(?<![\w:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:\.\d{1,3}){0,3}"
                r"(?!\w))"
            ),
            r"(?P<serial>\b[A-Z]{3}\d{4}[A-Z0-9]{4}\b)",
            rf"(?P<file>(?<![\w./\\-])[\w./\\-]{{1,200}}\.(?:{_OF_FILES})(?!\w))",
            (
                rf"(?P<domain>(?<![\w.-])(?:{_LABEL}\.)+(?i:{_TOP_LEVELS})"
                r"(?![\w.-]*\w))"
            ),
        )
    )
)

_FORM_KINDS = {
    "url": Identity.URL,
    "mail": Identity.MAIL,
    "mac": Identity.MAC,
    "mac2": Identity.MAC,
    "v4": Identity.ADDRESS,
    "v6": Identity.ADDRESS,
    "serial": Identity.SERIAL,
    "file": Identity.FILE,
    "domain": Identity.DOMAIN,
}

_WORD = r"[^\s<>'\",;:()\[\]]+"
_IN_MARKS = (
    r"(?:<(?P<{0}1>[^<>\n]{{1,256}})>|'(?P<{0}2>[^'\n]{{1,256}})'|\"(?P<{0}3>[^\"\n]{{1,256}})\")"
)


def _after(name: str, marked: str, bare: str) -> str:
    """A name after some words: `marked` before one in marks, `bare` before one without."""
    in_marks = rf"(?:{marked})\s{{0,9}}[=:]?\s{{0,9}}{_IN_MARKS.format(name)}"
    return rf"\b(?:{in_marks}|(?:{bare})(?P<{name}4>{_WORD}))"


_CONTEXTS = re.compile(
    "|".join(
        (
            _after(
                "user",
                r"[Uu]ser(?:-?[Nn]ame)?",
                r"[Uu]ser(?:-?[Nn]ame)?\s*=\s*|[Uu]ser-?[Nn]ame\s*:\s*|[Uu]name:\s*",
            ),
            rf"^[ \t]*(?:no\s+)?username\s+(?P<user5>{_WORD})",
            rf"\blogoff\s+name\s+(?P<user6>{_WORD})",
            # A computer's own prompt before the firewall's, and what is typed there.
            r"(?<![\w.@<+-])(?P<user8>[\w.+-]{1,64})(?=@[\w-])",
            r"(?<=[\w+-]@)(?P<host8>[A-Za-z][\w-]*)(?!\.?\w)",
            r"(?:/home/|[\\/]Users[\\/])(?P<user9>[\w.+-]+)",
            rf"\btest\s+aaa-server\b.{{0,200}}?\busername\s+(?P<user7>{_WORD})",
            _after(
                "group",
                r"Tunnel-?\s?Group|Group-?\s?Policy|Group",
                r"(?:Tunnel-?\s?Group|Group-?\s?Policy)\s*[=:]\s*|Group\s*=\s*",
            ),
            (
                r"\b(?:tunnel-group|(?:default-)?group-policy|filter\s+tunnel-group)\s+"
                rf"(?!value\b)(?P<group5>{_WORD})"
            ),
            _after("pool", r"[Pp]ool", r"[Pp]ool\s*=\s*"),
            rf"\b(?:ip(?:v6)?\s+local\s+pool|address-pools?(?:\s+value)?)\s+(?P<pool5>{_WORD})",
            # `prompt hostname priority` names none.
            rf"(?:^[ \t]*hostname|['\"]hostname|\bdevice-id\s+string)\s+(?P<host5>{_WORD})",
            r"^(?P<host6>[A-Za-z][\w.-]*)(?:/[a-z]+)*(?:\([^()\n]*\))?[#>](?:\s|$)",
            rf"\bdomain-name\s+(?P<domain5>{_WORD})",
            rf"\baaa-server\s+(?P<server5>{_WORD})",
            rf"\bnameif\s+(?P<interface5>{_WORD})",
            r"\b(?i:cn|ou|o|uid|dc)=(?P<subject5>[^,\n<>\"']+)",
            rf"\b[Ss]erial\s?(?:[Nn]umber|[Nn]o\.?)\s*[=:]\s*(?P<serial5>{_WORD})",
        )
    ),
    re.MULTILINE,
)

_PIECES = re.compile(r"\w+|[^\w]", re.DOTALL)


def pieces(text: str) -> list[str]:
    """The words of a text and each sign between them, in order; joined they are the text."""
    return _PIECES.findall(text)


def forms(text: str) -> Iterator[Span]:
    """Names that are told by their form."""
    for match in _FORMS.finditer(text):
        name = str(match.lastgroup)
        start, end = match.span()
        end = start + len(match.group().rstrip(".,:")) if name in {"url", "v6"} else end
        if name == "v6" and not _is_v6(text[start:end]):
            continue
        yield Span(start, end, _FORM_KINDS[name])


def named(text: str) -> Iterator[Span]:
    """Names that are told by the words before them."""
    for match in _CONTEXTS.finditer(text):
        # Of all groups exactly one took part.
        name = str(match.lastgroup)
        start, end = match.span(name)
        kind = name.rstrip("123456789")
        yield Span(start, end, Identity.SUBJECT if kind == "subject" else Identity(kind))


def _is_v6(text: str) -> bool:
    """Whether it is an IPv6 address: `01:14:05` is a time of day."""
    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return text != "::"
