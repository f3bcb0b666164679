"""How a message's text is described, so that one description reads it and documents it.

    Switching to (STANDBY|STNDBY)[ - {reason}]

Words stand for themselves, `{reason}` for a field, `(a|b)` for either, `[…]` for what may be
missing; a backslash takes the meaning from what follows. A blank is any blanks, and a full stop at
the end may be missing. `{who}` is group, user and public address, with and without `<>`, as
releases write them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from upgrader.model.evidence import What

_TOKENS = re.compile(
    r"\\(?P<plain>.)|\{(?P<field>\w+)\}|(?P<mark>[()|\[\]])|(?P<blank>\s+)"
    r"|(?P<text>[^\\{}()|\[\]\s]+)"
)
_MARKS = {"(": "(?:", ")": ")", "|": "|", "[": "(?:", "]": ")?"}
_WHO = (
    r"(?:Tunnel ?Group\s+<?(?P<tunnel_group>[^<>]*?)>?,?\s+)?"
    r"Group(?:Policy)?\s+<?(?P<group>[^<>]*?)>?,?\s+"
    r"User\s+<?(?P<user>[^<>]*?)>?(?:,?\s+IP\s+<?(?P<public>[^\s<>,]+?)>?)?,?"
)
_WHO_BRACKETED = (
    r"Group(?:Policy)?\s+<(?P<group>[^<>]*)>\s+User\s+<(?P<user>[^<>]*)>\s+IP\s+"
    r"<(?P<public>[^\s<>,]+)>"
)
_LOOSE_WHO = re.compile(
    r"Group(?:Policy)?\s+(?:<(?P<group>[^<>]*)>|(?P<bare_group>.*?)(?=\s+User))?"
    r"(?:,?\s+User(?:\s+(?!IP\s+<)(?:<(?P<user>[^<>]*)>|(?P<bare_user>.*?)(?=\s+IP)))?"
    r"(?:,?\s+IP\s+<?(?P<public>[0-9A-Fa-f.:]+)(?=[>\s,]))?)?"
)
_LOOSE = (
    re.compile(r"\binterface (?P<interface>[\w./-]+)(?=[\s.,])"),
    re.compile(r"\bSession=(?P<handle>0x[0-9a-fA-F]+),"),
    re.compile(r"\b[Uu]ser(?:name)? ?[:=] ?(?P<user>[^\s,:]+)(?=[\s,:])"),
    re.compile(r"\bIP = (?P<public>[0-9A-Fa-f.:]+),"),
)
_ADDRESS = r"[0-9A-Fa-f]*[.:][0-9A-Fa-f.:]+"
_FIELDS = {
    "kind": r"(?P<kind>TCP|UDP|TLS|DTLS)",
    "code": r"(?P<code>\d+)",
    "address": rf"(?P<address>{_ADDRESS})",
    "public": r"(?P<public>[^\s<>,]+?)",
    "client_port": r"(?P<client_port>\d+)",
    "source": r"(?P<source>.+?)",
    "handle": r"(?P<handle>0x[0-9A-Fa-f]+)",
    "interface": r"(?P<interface>\S+?)",
}
_MOST_READ = 1_000
"""So many characters of a text are read: the longest real ones have 300, and what somebody made up
of a thousand repeated words must not cost more than its place in a log."""
_HIDDEN = re.compile(r"\*+")


class Told(NamedTuple):
    """One thing that a message says."""

    what: What
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """One wording of a message, and what it means."""

    what: What
    wording: str
    pattern: re.Pattern[str]
    quick: re.Pattern[str]
    """The same for the usual spelling of `{who}`, which is tried first; it finds nothing else."""


@dataclass(frozen=True, slots=True)
class Message:
    """What a message id means, and how its texts are read."""

    number: int
    what: What
    """What it means where no wording fits; OPAQUE where the text alone would tell."""
    readings: tuple[Reading, ...]
    source: str
    every: bool
    """Whether each wording that fits tells something; else the first does."""
    repeats: bool
    """Whether the same text may truly be written twice in one second."""

    def told(self, text: str) -> tuple[Told, ...]:
        """What a text says, without its unit's tag; at least one thing."""
        text = text[:_MOST_READ]
        told: list[Told] = []
        for reading in self.readings:
            found = reading.quick.match(text) or reading.pattern.match(text)
            if found is not None:
                told.append(Told(reading.what, _named(found.groupdict())))
                if not self.every:
                    break
        return tuple(told) or (Told(self.what, _loosely(text)),)

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of all fields, in the order of the wordings."""
        names = (name for reading in self.readings for name in reading.pattern.groupindex)
        return tuple(dict.fromkeys(names))


def message(
    number: int,
    what: What,
    *wordings: str | tuple[What, str],
    source: str = "ASA syslog guide",
    every: bool = False,
    repeats: bool = False,
) -> Message:
    """A row of the table; a wording with a meaning of its own is a pair."""
    pairs = [(what, each) if isinstance(each, str) else each for each in wordings]
    readings = tuple(
        Reading(means, text, compiled(text), compiled(text, _WHO_BRACKETED))
        for means, text in pairs
    )
    return Message(number, what, readings, source, every, repeats)


def compiled(wording: str, who: str = _WHO) -> re.Pattern[str]:
    """The pattern that reads a wording; `who` reads its `{who}`."""
    parts = []
    for token in _TOKENS.finditer(wording):
        if token["plain"]:
            parts.append(re.escape(token["plain"]))
        elif token["field"]:
            name = token["field"]
            known = who if name == "who" else _FIELDS.get(name)
            parts.append(known or rf"(?P<{name}>.*?)")
        elif token["mark"]:
            parts.append(_MARKS[token["mark"]])
        else:
            parts.append(r"\s+" if token["blank"] else re.escape(token["text"]))
    return re.compile("".join(parts) + r"\s*\.?\s*$")


def _named(groups: Mapping[str, str | None]) -> dict[str, str]:
    """What was read; a user whom the device hides behind asterisks is nobody."""
    fields = {name: value for name, value in groups.items() if value}
    user = fields.get("user")
    if user is not None and user[0] == "*" and _HIDDEN.fullmatch(user):
        del fields["user"]
    return fields


def _loosely(text: str) -> dict[str, str]:
    """What can be read of a text whose wording is not known, or which was cut."""
    fields: dict[str, str | None] = {}
    for pattern in _LOOSE:
        found = pattern.search(text)
        if found is not None:
            fields.update(found.groupdict())
    who = _LOOSE_WHO.search(text)
    if who is not None:
        fields["group"] = who["group"] or who["bare_group"]
        fields["user"] = who["user"] or who["bare_user"] or fields.get("user")
        fields["public"] = who["public"] or fields.get("public")
    return _named(fields)
