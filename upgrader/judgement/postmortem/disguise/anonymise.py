"""A postmortem that can be sent to a vendor: the same story, and nobody in it.

Users, addresses, host and domain names, serial numbers, groups, pools, sources are replaced by
counted words, each everywhere by the same one. Two passes: first every name is learnt, from the
fields that hold one and from the words around it in free text; then each text is written anew,
the longest name first, at borders of words only. There is no way back: no table is kept.

A line that nobody understood may hold a name in any place: it is told where it stands, and not what
it says.

Words of the trade (`active`, `Primary`, `inside`) are left alone in free text even where somebody
is called so; in a field, or after `User =`, they are replaced.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import Enum
from functools import cache
from itertools import islice
from typing import Any, TypeVar, cast

from upgrader.dialect.identities import Identity, Span, forms, named, pieces
from upgrader.judgement.postmortem.disguise.networks import Networks
from upgrader.model.evidence import Place, Screen, SourceRead, UnreadLines
from upgrader.model.night import Night
from upgrader.model.postmortem import Postmortem

_Value = TypeVar("_Value")

_FIELDS = {
    "user": Identity.USER,
    "users": Identity.USER,
    "people": Identity.USER,
    "saved_users": Identity.USER,
    "serial": Identity.SERIAL,
    "hostname": Identity.HOST,
    "host": Identity.HOST,
    "hosts": Identity.HOST,
    "group": Identity.GROUP,
    "policy": Identity.GROUP,
    "pool": Identity.POOL,
    "server": Identity.SERVER,
    "interface": Identity.INTERFACE,
    "file": Identity.FILE,
}
"""Fields, and keys of an event's fields, whose whole text is a name."""

_COUNTED = {
    Identity.USER: "user-{}",
    Identity.HOST: "host-{}",
    Identity.DOMAIN: "domain-{}.example",
    Identity.SERIAL: "SERIAL{:05}",
    Identity.MAC: "0000.5e00.53{:02x}",  # RFC 7042: for documentation
    Identity.MAIL: "user-{}@mail.example",
    Identity.URL: "https://url-{}.example/",
    Identity.GROUP: "group-{}",
    Identity.POOL: "pool-{}",
    Identity.INTERFACE: "interface-{}",
    Identity.SERVER: "server-{}",
    Identity.SUBJECT: "name-{}",
    Identity.FILE: "source-{}",
    Identity.ADDRESS: "address-{}",
}

_NOBODYS = frozenset(
    {
        *("", "-", "*****", "n/a", "unknown", "none", "local", "console", "any", "any4", "any6"),
        *("enable_15", "enable_1", "dfltgrppolicy", "defaultwebvpngroup", "defaultragroup"),
        *("dfltaccesspolicy", "defaultl2lgroup", "failover", "stateful"),
        # Files of ours, by the names that each scenario has.
        *("pair.toml", "pair.cfg", "collector.log", "console.txt"),
    }
)
"""What every device, or every scenario, has: nobody's name, also where one would stand."""

_TRADE_WORDS = """
a active activated address admin all an and any anyconnect asa at by cisco closed
command configuration configure connection console dead default device disk0 dmz down
enable error event failed failover file flash for from group https if image in inside
interface ip ipsec is it itself joined key lan ldap link local log login mate management
mgmt name network no none not of off on or outside peer policy pool primary radius ready
received reload reloaded run running secondary sent server session show source ssl
standby state started stateful switching sync tcp terminated test the to transport
tunnel udp unit unknown up user username version vpn wan was webvpn with write
"""
_TRADE = frozenset(_TRADE_WORDS.split())
"""Words that devices and reports are written in."""

_BY_FORM = frozenset({Identity.ADDRESS, Identity.MAC, Identity.URL})
"""What is found in every text by its form alone."""

_NO_TEXT = (Enum, int, float, type(None))

_WITHHELD = "not shown: nobody can tell what names are in it"
"""For a line that was not understood."""

_SHORTEST_NUMBER = 5
"""Digits that make a number a person's: shorter ones stand in every line."""


@dataclass(slots=True)
class _Branch:
    """Names by their words: what may follow, and what stands for the name that ends here."""

    onward: "dict[str, _Branch]" = field(default_factory=dict)
    other: str = ""

    def longest(self, words: Sequence[str], place: int) -> tuple[int, str]:
        """How many words from a place on are a name, and what stands for it; empty: none."""
        branch, found = self, (0, "")
        for count, word in enumerate(islice(words, place, None), start=1):
            following = branch.onward.get(word)
            if following is None:
                break
            branch = following
            if branch.other:
                found = (count, branch.other)
        return found


class Disguise:
    """Replaces names in texts; one for all texts of a postmortem."""

    def __init__(self, told: Postmortem | Night) -> None:
        """Learn every name of it, in the order in which they stand there."""
        self._others: dict[str, str] = {}
        self._tree = _Branch()
        self._counts: dict[Identity, int] = {}
        self._spans: dict[str, tuple[Span, ...]] = {}
        found = [*dict.fromkeys(self._names(told))]
        self._originals = frozenset(name.lower() for _, name in found)
        self._networks = Networks(name for kind, name in found if kind is Identity.ADDRESS)
        for kind, name in found:
            self._learn(kind, name)
        self._told: dict[str, str] = {}

    def text(self, text: str) -> str:
        """A text without a name of anybody; names that are new are learnt."""
        if text not in self._told:
            self._told[text] = self._written(text)
        return self._told[text]

    def name(self, kind: Identity, name: str) -> str:
        """What stands for a text that is a name as a whole."""
        return self._learn(kind, name)

    def postmortem(self, told: Postmortem) -> Postmortem:
        """The same, disguised."""
        return replace(self._rebuilt(told, ""), anonymised=True)

    # ── texts ──────────────────────────────────────────────────────────────────────────

    def _written(self, text: str) -> str:
        spans = [
            *(
                (s.start, s.end, self._of_span(text[s.start : s.end], s))
                for s in self._spans_of(text)
            ),
            *self._known(text),
        ]
        parts: list[str] = []
        done = 0
        for start, end, other in sorted(spans, key=lambda span: (span[0], -span[1])):
            if start >= done:
                parts += [text[done:start], other]
                done = end
        return "".join([*parts, text[done:]])

    def _spans_of(self, text: str) -> tuple[Span, ...]:
        """Names that are found in a text by themselves; each text is learnt, and then written."""
        found = self._spans.get(text)
        if found is None:
            found = (*forms(text), *named(text))
            self._spans[text] = found
        return found

    def _names(self, value: object) -> Iterator[tuple[Identity, str]]:
        """Every name of a value of the model; those that a field holds before those of texts."""
        texts: dict[str, None] = {}
        for kind, text in _texts(value, ""):
            if kind is None:
                texts[text] = None
            else:
                yield kind, text
        for text in texts:
            for span in self._spans_of(text):
                yield span.kind, text[span.start : span.end]

    def _of_span(self, name: str, span: Span) -> str:
        return self.name(span.kind, name)

    def _known(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Names that are known already, wherever they stand between borders of words."""
        words = pieces(text)
        lower = [word.lower() for word in words]
        start = 0
        for place, word in enumerate(words):
            if lower[place] in self._tree.onward:
                length, other = self._tree.longest(lower, place)
                if other:
                    yield start, start + sum(map(len, words[place : place + length])), other
            start += len(word)

    # ── names ──────────────────────────────────────────────────────────────────────────

    def _learn(self, kind: Identity, name: str) -> str:
        """What stands for a name; a new one is counted."""
        key = name.strip().lower()
        if key in _NOBODYS or (kind is not Identity.USER and key in _TRADE):
            return name  # a pool called `VPN` names nobody, and must be one word everywhere
        if key not in self._others:
            self._others[key] = self._other(kind, name.strip())
            if kind not in _BY_FORM:
                self._enter(key, self._others[key])
        return self._others[key]

    def _other(self, kind: Identity, name: str) -> str:
        if any(span.kind is Identity.ADDRESS and span.end - span.start == len(name)
               for span in forms(name)):  # fmt: skip
            return self._networks.other(name)
        match kind:
            case Identity.MAIL:
                user, _, domain = name.rpartition("@")
                person = self._learn(Identity.USER, user)
                return f"{person}@{self._learn(Identity.DOMAIN, domain)}"
            case Identity.USER if "@" in name.strip("@"):
                return self._other(Identity.MAIL, name)
            case Identity.USER if "\\" in name.strip("\\"):
                domain, _, user = name.rpartition("\\")
                self._learn(Identity.DOMAIN, domain)
                return self._learn(Identity.USER, user)
            case Identity.FILE:
                return self._of_file(name)
            case _:
                return self._counted(kind)

    def _of_file(self, name: str) -> str:
        """`source-1.log`, also where only its last part is told; its folder by another word."""
        folder, _, last = name.replace("\\", "/").rpartition("/")
        stem, dot, ending = last.rpartition(".")
        kept = f".{ending}" if dot and stem and ending.isalnum() and len(ending) <= 4 else ""
        other = self._counted(Identity.FILE) + kept
        for part in (last, stem if dot else ""):
            if part and part.lower() not in self._others:
                self._others[part.lower()] = other if part == last else other.removesuffix(kept)
                self._enter(part.lower(), self._others[part.lower()])
        if folder.strip("./"):
            self._learn_folder(folder)
        return other

    def _learn_folder(self, folder: str) -> None:
        if folder.lower() not in self._others:
            self._others[folder.lower()] = f"folder-{len(self._others) + 1}"
            self._enter(folder.lower(), self._others[folder.lower()])

    def _counted(self, kind: Identity) -> str:
        """The next word that is no name of the original."""
        while True:
            number = self._counts.get(kind, 0) + 1
            self._counts[kind] = number
            other = _COUNTED[kind].format(number)
            if other.lower() not in self._originals:
                return other

    def _enter(self, key: str, other: str) -> None:
        """Let a name be found in free text, unless every text has such a word."""
        words = tuple(pieces(key))
        is_word = any(word[0].isalnum() for word in words)
        is_short = key.isdecimal() and len(key) < _SHORTEST_NUMBER
        if not is_word or is_short or key in _TRADE or (len(key) == 1):
            return
        branch = self._tree
        for word in words:
            branch = branch.onward.setdefault(word, _Branch())
        branch.other = other

    # ── values ─────────────────────────────────────────────────────────────────────────

    def _rebuilt(self, value: _Value, name: str) -> _Value:
        """A value of the model with every text in it written anew."""
        return cast("_Value", self._of_any(value, name))

    def _of_any(self, value: Any, name: str) -> Any:
        match value:
            case str():
                kind = _FIELDS.get(name)
                return self.text(value) if kind is None else self.name(kind, value)
            case Enum() | int() | float() | None:
                return value
            case tuple():
                return tuple(self._of_any(one, name) for one in value)
            case Mapping():
                return {key: self._of_any(one, _key(key)) for key, one in value.items()}
            case Place(file=file, line=line):
                return Place(self.name(Identity.FILE, file), line)
            case UnreadLines():
                return self._of_fields(replace(value, sample=_WITHHELD if value.sample else ""))
            case Screen():
                # What was read from it may hold a name in any place; its text says the same.
                return replace(self._of_fields(value), value=None)
            case _:
                return self._of_fields(value) if is_dataclass(value) else value

    def _of_fields(self, value: Any) -> Any:
        changed = {
            attribute: self._of_any(held, name)
            for attribute, name in _attributes(value)
            if not isinstance(held := getattr(value, attribute), _NO_TEXT)
        }
        return replace(value, **changed)


def disguise_of(told: Postmortem | Night) -> Disguise:
    """The disguise of a night: for its postmortem, and for files that are written of it."""
    return Disguise(told)


# ── learning ───────────────────────────────────────────────────────────────────────────


def _texts(value: object, name: str) -> Iterator[tuple[Identity | None, str]]:
    match value:
        case str():
            kind = _FIELDS.get(name)
            yield kind, value
        case Enum() | int() | float() | None:
            return
        case tuple():
            for one in value:
                yield from _texts(one, name)
        case Mapping():
            for key, one in value.items():
                yield from _texts(one, _key(key))
        case _:
            for attribute, known in _attributes(value):
                yield from _texts(getattr(value, attribute), known)


def _key(key: object) -> str:
    return key if isinstance(key, str) else ""


def _attributes(value: object) -> tuple[tuple[str, str], ...]:
    """The attributes of a value of the model, and as what each is known.

    None for what is no dataclass. A source's name is a file's.
    """
    return () if isinstance(value, type) else _attributes_of(cast("Hashable", type(value)))


@cache
def _attributes_of(kind: Hashable) -> tuple[tuple[str, str], ...]:
    """The same of a class; a night has a hundred thousand values, and a dozen classes."""
    if not isinstance(kind, type) or not is_dataclass(kind):
        return ()
    return tuple(
        (one.name, "file" if kind is SourceRead and one.name == "name" else one.name)
        for one in fields(kind)
        if not (kind is Screen and one.name == "value")
    )
