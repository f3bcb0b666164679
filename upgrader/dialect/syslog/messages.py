"""The table of messages: which id means what, and how its text is read. It is the only one.

A message is known by its id and never by its severity, which administrators change: 722037 is
documented as 5 and stands in field logs as 4. A text that fits no wording of its id keeps the id's
meaning, with whatever could be read. An id that is not here is opaque.
"""

import re
from collections.abc import Mapping

from upgrader.dialect.secrets import masked
from upgrader.dialect.syslog.box_messages import BOX_MESSAGES
from upgrader.dialect.syslog.pair_messages import PAIR_MESSAGES
from upgrader.dialect.syslog.people_messages import PEOPLE_MESSAGES
from upgrader.dialect.syslog.wording import Message, Told
from upgrader.model.evidence import What
from upgrader.model.failover import Role

_ROWS = (*PAIR_MESSAGES, *BOX_MESSAGES, *PEOPLE_MESSAGES)

MESSAGES: Mapping[int, Message] = {
    row.number: row for row in sorted(_ROWS, key=lambda row: row.number)
}
"""By id, in the order of ids."""

PEOPLE: frozenset[int] = frozenset(row.number for row in PEOPLE_MESSAGES) | {
    *(721_016, 721_017, 721_018, 721_019)
}
"""Ids that tell of single persons: there are as many of them as there are people."""

_TAG = re.compile(
    r"\s*\((?:(?:VPN-|WebVPN-)?(?P<role>Primary|Secondary)"
    r"(?:_group_\d+|(?P<either>\|Secondary))?|[\w-]{1,40})\)\s*"
)
_ROLES = {"Primary": Role.PRIMARY, "Secondary": Role.SECONDARY}
_TYPESET = str.maketrans("\u2013\u2014\u2018\u2019\u201c\u201d\u00a0", "--''\"\" ")
"""What a word processor makes of dashes, quotes and blanks."""
_TYPED_LINE = re.compile(
    r"executed (?:the |cmd: )?[`']?(?P<command>.*?)(?:'?\s+command\.?|'|\.)?\s*$"
)
TYPED = frozenset({111_008, 111_009, 111_010})
"""Ids that quote what somebody typed."""


def read_text(number: int, text: str) -> tuple[Role | None, tuple[Told, ...]]:
    """The unit that a message names itself by, and what it says: one thing or more.

    `text` is to be `safe_text`.
    """
    unit = None
    text = text.lstrip()
    if not text.isascii():
        text = text.translate(_TYPESET)
    tag = _TAG.match(text) if text.startswith("(") else None
    if tag is not None:
        unit = _ROLES.get(tag["role"]) if not tag["either"] else None
        text = text[tag.end() :]
    row = MESSAGES.get(number)
    return unit, (Told(What.OPAQUE, {}),) if row is None else row.told(text)


def safe_text(number: int, text: str) -> str:
    """A message's text without secrets: a typed line in it is masked as what was typed."""
    return masked(masked_line(text) if number in TYPED else text)


def masked_line(text: str) -> str:
    """The text of a message that quotes a typed line, the line masked as what was typed."""
    typed = _TYPED_LINE.search(text)
    if typed is None:
        return text
    start, end = typed.span("command")
    return text[:start] + masked(text[start:end]) + text[end:]


def messages_page(note: str) -> str:
    """The table as a page of markdown; `note` stands below its title, with its line's end."""
    lines = [
        "# Recognised messages",
        "",
        note,
        "What is read from a firewall's log. Messages are known by their ids, whatever severity,",
        "prefix (`%ASA`, `%FTD`, `%PIX`, `%FWSM`, `%NGIPS`) and host a line has; another id is",
        "kept as an opaque event or counted. In a wording, `{…}` is a field, `(a|b)` is either,",
        "`[…]` may be missing, a backslash takes the meaning from the next character; `{who}` is",
        "group, user and public address. Where two wordings mean different things, each line says",
        "what it means. A text that fits no wording keeps its id's meaning.",
        "",
        "| id | means | read as | source |",
        "|---|---|---|---|",
    ]
    lines += [_line(row) for row in MESSAGES.values()]
    return "".join(f"{line}\n" for line in lines)


def _line(row: Message) -> str:
    means = tuple(dict.fromkeys(reading.what.value for reading in row.readings))
    several = len(means) > 1
    wordings = [
        (f"{reading.what.value}: " if several else "") + _cell(reading.wording)
        for reading in row.readings
    ]
    return f"| {row.number} | {', '.join(means)} | {'<br>'.join(wordings)} | {row.source} |"


def _cell(text: str) -> str:
    return f"`{text}`".replace("|", "\\|")
