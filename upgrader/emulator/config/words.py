"""A typed configuration line written out: `int g0/0` is `interface GigabitEthernet0/0`.

A word may be shortened as long as no other fits at its place; one that is written out always
wins. What no phrase knows is kept as it was typed.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from upgrader.emulator.config.files import with_settled_path
from upgrader.emulator.config.modes import Mode
from upgrader.emulator.config.text import ConfigFault, InvalidInput
from upgrader.emulator.syslog.settings import LEVELS

_WORD = re.compile(r"\S+")
_PORT = "<port>"
_KINDS = (
    *("GigabitEthernet", "TenGigabitEthernet", "FortyGigabitEthernet", "HundredGigE"),
    *("TwentyFiveGigE", "FastEthernet", "Ethernet", "Management", "Port-channel", "Redundant"),
    *("BVI", "Vlan", "Tunnel", "Loopback", "Internal-Data", "Internal-Control", "nve"),
)
_PORT_NAME = re.compile(r"([A-Za-z][A-Za-z-]*?)\s*(\d+(?:/\d+)*(?:\.\d+)?)")

# Behind these words the blanks are the writer's: prose, expressions, hexadecimal text.
_AS_TYPED = re.compile(r"(?:banner|description|regex|access-list \S+ remark|action \S+) ")

_REWRITTEN = (
    (re.compile(r"pager (\d+)"), r"pager lines \1"),
    (re.compile(r"(access-list \S+(?: line \d+)?) (permit|deny) (.*)"), r"\1 extended \2 \3"),
    (re.compile(r"(failover interface-policy \d+) %"), r"\1%"),
    (re.compile(r"(logging host \S+ \S+) udp/(\d+)(.*)"), r"\1 17/\2\3"),
    (re.compile(r"(logging host \S+ \S+) tcp/(\d+)(.*)"), r"\1 6/\2\3"),
)
# What these may be followed by is known whole. Behind the others, a word that no phrase has may
# be one of a real unit's.
_KNOWN_WHOLE = frozenset({"failover", "boot"})
_ONE_WORD = frozenset({"hostname", "domain-name", "boot system", "asdm image"})

_LEVEL = re.compile(r"(logging (?:asdm|buffered|console|history|mail|monitor|trap)) ([0-7])")


@dataclass(slots=True)
class _Place:
    """The words that may follow."""

    words: "dict[str, _Place]" = field(default_factory=dict)
    any_word: "_Place | None" = None
    port: "_Place | None" = None
    ends: bool = False
    """Whether a phrase ends here."""


@lru_cache(maxsize=64)
def _places(phrases: tuple[str, ...]) -> _Place:
    root = _Place()
    for phrase in phrases:
        place = root
        for word in phrase.split():
            if word == "*":
                place.any_word = place.any_word or _Place()
                place = place.any_word
            elif word == _PORT:
                place.port = place.port or _Place()
                place = place.port
            else:
                place = place.words.setdefault(word, _Place())
        place.ends = True
    return root


def first_word(line: str, mode: Mode) -> str | None:
    """The first word written out, `no` left aside; None: the mode has none that fits.

    Raises:
        ConfigFault: several fit.
    """
    words = line.split()
    if words[0] == "no":
        words = words[1:]
    return _fitting(words[0], _places(mode.phrases).words, line) if words else None


def written_out(line: str, mode: Mode) -> str:
    """The line with its words written out, blanks single and paths settled.

    Raises:
        ConfigFault: a shortened word could be several.
    """
    negative = "no " if line.split(maxsplit=1)[0] == "no" else ""
    rest = line.strip()[len(negative) :].lstrip() if negative else line.strip()
    place: _Place | None = _places(mode.phrases)
    kept: list[str] = []
    while rest and place is not None and not _AS_TYPED.match(" ".join((*kept, ""))):
        if place.port is not None:
            found = _PORT_NAME.match(rest)
            kept.append(port_name(found[0]) if found else rest.split()[0])
            rest = rest[found.end() if found else len(rest.split()[0]) :].lstrip()
            place = place.port
            continue
        word = rest.split()[0]
        full = _fitting(word, place.words, line)
        if full is not None:
            kept.append(full)
            place = place.words[full]
        elif place.any_word is not None:
            kept.append(word)
            place = place.any_word
        else:
            break
        rest = rest[len(word) :].lstrip()
    if not _AS_TYPED.match(" ".join((*kept, ""))) and '"' not in rest:
        rest = " ".join(rest.split())
    return negative + _rewritten(" ".join((*kept, rest)).rstrip(), mode)


def refuse_unfinished(text: str, mode: Mode) -> None:
    """Refuse a line, written out, that stops where a word must follow, or goes on for too long.

    A line may stop behind a word of the writer's: how many of those a command takes, the phrases
    do not always say.

    Raises:
        ConfigFault: it stops too early.
        InvalidInput: a word of it fits nowhere.
    """
    words = text.split()
    place = _places(mode.phrases)
    for number, word in enumerate(words):
        if word in place.words:
            place = place.words[word]
            continue
        is_free = place.any_word is not None or place.port is not None
        is_unknown = not is_free and words[0] in _KNOWN_WHOLE
        goes_on = number + 1 < len(words) and " ".join(words[:number]) in _ONE_WORD
        if not mode.opener and (is_unknown or goes_on):
            raise InvalidInput("ERROR: % Invalid input detected at '^' marker.", line=text)
        return
    if not place.ends:
        raise ConfigFault("ERROR: % Incomplete command", line=text)


def port_name(text: str) -> str:
    """`g0/0` and `gigabitethernet 0/0` are `GigabitEthernet0/0`; what fits no kind stays."""
    found = _PORT_NAME.fullmatch(text)
    if found is None:
        return text
    kind = found[1].lower()
    fitting = [known for known in _KINDS if known.lower().startswith(kind)]
    return f"{fitting[0]}{found[2]}" if fitting else f"{found[1]}{found[2]}"


def _fitting(word: str, known: dict[str, _Place], line: str) -> str | None:
    lower = word.lower()
    if lower in known:
        return lower
    fits = sorted(name for name in known if name.lower().startswith(lower))
    # Whoever types `anyconnect` in the wrong mode does not mean its longer cousin.
    fits = [name for name in fits if "-" in lower or not name.startswith("anyconnect-")]
    if len(fits) > 1:
        upto = line[: line.find(word) + len(word)].strip()
        raise ConfigFault(f'ERROR: % Ambiguous command:  "{upto}"', line=line)
    return fits[0] if fits else None


def _rewritten(line: str, mode: Mode) -> str:
    """The line as the device keeps it, where that differs from what was typed."""
    line = with_settled_path(line)
    if mode.opener:
        return line
    level = _LEVEL.fullmatch(line)
    if level is not None:
        return f"{level[1]} {LEVELS[int(level[2])]}"
    for pattern, form in _REWRITTEN:
        if pattern.fullmatch(line):
            return pattern.sub(form, line)
    return line
