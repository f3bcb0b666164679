"""A line typed in configuration mode: what it makes of the configuration.

The error texts are inferred where no capture has one; each begins with `ERROR:`, as the
device's do.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from upgrader.emulator.config.modes import Mode, everywhere, mode_of, opened_by
from upgrader.emulator.config.order import (
    MISSED,
    NEGATIVE,
    OBJECT_NAT,
    SILENT,
    SINGLE,
    TOLD_APART,
    fitting,
    insert_global,
    insert_inside,
    is_nat_block,
    key_of,
    negative_of,
)
from upgrader.emulator.config.settings import BOOT_LIMIT
from upgrader.emulator.config.show import masked
from upgrader.emulator.config.syslog import edit_messages
from upgrader.emulator.config.text import (
    ConfigFault,
    InvalidInput,
    end_of,
    level_of,
    words_of,
)
from upgrader.emulator.config.typed import Typed, checked, of_no_use, prepared, remark_on
from upgrader.emulator.config.words import first_word, refuse_unfinished, written_out

Lines = tuple[str, ...]
Section = tuple[str, ...]

_LEAVES = frozenset({"exit", "quit"})

_HEXADECIMAL = "Enter the certificate in hexadecimal representation....\n"
"""ASA command reference, `crypto ca certificate chain`."""


@dataclass(frozen=True, slots=True)
class _Scope:
    """The lines among which a typed line is looked for, and the rules that hold there."""

    start: int
    end: int
    level: int
    kind: str
    """The first word of the section's outermost header where it is level 1; else empty."""
    single: tuple[str, ...]
    negative: tuple[str, ...]


def apply_line(
    lines: Lines, section: Section, line: str, *, boot_limit: int = BOOT_LIMIT
) -> tuple[Lines, Section]:
    """As `type_line`: the new lines, and the section that the console is in then."""
    typed = type_line(lines, section, line, boot_limit=boot_limit)
    return typed.lines, typed.section


def type_line(
    lines: Lines,
    section: Section,
    line: str,
    *,
    boot_limit: int = BOOT_LIMIT,
    kept: Callable[[str], str] = str,
) -> Typed:
    """Type a line in a section.

    `kept`: what the unit keeps of a line that is written out (a password becomes a hash).

    A section is the path of its headers; empty: global configuration mode. A line that the
    section does not know, but one above it, leaves it, as on the device. `boot_limit` is 1 on
    Firepower 1000 and 2100.

    Raises:
        InvalidInput: no mode knows the line.
        ConfigFault: the device refuses it; nothing has changed.
    """
    said = line.strip()
    if not said or said.startswith("!"):
        return Typed(lines, section, "")
    here = mode_of(section)
    if said in _LEAVES or (here is not None and said == here.closer.strip() != ""):
        return Typed(lines, section[:-1], said)
    if here is not None and here.is_raw:
        return Typed(_append(lines, section, " ".join(said.split())), section, said)
    if said.split()[0] == "no" and len(said.split()) == 1:
        raise ConfigFault("ERROR: % Incomplete command", line=said)
    cleared = _cleared(lines, said)
    if cleared is not None:
        return checked(lines, Typed(cleared, (), said))
    depth = _depth_of(section, said)
    section = section[:depth]
    mode = mode_of(section)
    text = kept(said if mode is None else written_out(said, mode))
    header = None if mode is None else opened_by(words_of(text), mode)
    if header is not None:
        return checked(lines, _entered(lines, section, text, header))
    if mode is not None and text.split()[0] != "no":
        refuse_unfinished(text, mode)
    of_no_use(lines, section, text)
    if section:
        changed = _edit_inside(lines, section, mode, text)
    else:
        changed = _edit_global(prepared(lines, text), text, boot_limit)
    typed = Typed(changed, section, text)
    return remark_on(lines, checked(lines, typed))


def _depth_of(section: Section, said: str) -> int:
    """How many of the section's headers the line is typed below: the innermost that knows it."""
    modes = [mode_of(section[:depth]) for depth in range(len(section) + 1)]
    words = said.split()[1:] if said.split(maxsplit=1)[0] == "no" else said.split()
    word = words[0]
    if section and _is_twice_nat(words):
        return 0
    for is_exact in (True, False):
        for depth in range(len(section), -1, -1):
            mode = modes[depth]
            if mode is None:
                continue
            exact = word.lower() in _first_words(mode.phrases)
            if exact or (not is_exact and first_word(said, mode) is not None):
                return depth
        innermost = modes[-1]
        if is_exact and section and (innermost is None or innermost.is_open):
            return len(section)
    raise InvalidInput("ERROR: % Invalid input detected at '^' marker.", line=said)


@lru_cache(maxsize=256)
def _first_words(phrases: tuple[str, ...]) -> frozenset[str]:
    return frozenset(phrase.split()[0] for phrase in phrases)


def main_word(section: Section, line: str) -> str | None:
    """The first word of a typed line, `no` left aside, written out; None: no mode knows the line.

    Source of what it is good for: `privilege … command WORD` names lines by it.
    """
    words = line.split()
    if not words or words == ["no"]:
        return None
    try:
        mode = mode_of(section[: _depth_of(section, line.strip())])
        return words[0] if mode is None else first_word(line, mode)
    except ConfigFault:
        return None


def _is_twice_nat(words: list[str]) -> bool:
    """Whether it is a rule of its own, and not an object's `nat (inside,outside) static …`.

    A real configuration holds such rules right behind the objects'.
    """
    return words[0] == "nat" and words[2:3] not in ([], ["static"], ["dynamic"])


def _cleared(lines: Lines, said: str) -> Lines | None:
    """What `clear configure WORDS` leaves; None: another line."""
    words = said.split()
    if len(words) < 3 or not ("clear".startswith(words[0]) and len(words[0]) > 2):
        return None
    if not ("configure".startswith(words[1]) and len(words[1]) > 3):
        return None
    if words[2] == "all":
        return ()
    wanted = words_of(written_out(" ".join(words[2:]), everywhere()))
    gone = [
        index
        for index, line in enumerate(lines)
        if level_of(line) == 0 and words_of(line.removeprefix("no "))[: len(wanted)] == wanted
    ]
    return _without(lines, gone)


# ── sections ───────────────────────────────────────────────────────────────────────────


def _entered(lines: Lines, section: Section, header: str, mode: Mode) -> Typed:
    """Enter a section, which is made where there is none."""
    after = (*section, header)
    if " " * len(section) + header in lines[slice(*_range_of(lines, section))]:
        return Typed(lines, after, header)
    kind, *rest = header.split()
    if not section and kind in {"group-policy", "tunnel-group", "username"}:
        known = any(line.startswith(f"{kind} {rest[0]} ") for line in lines)
        # The two that exist by nature (ASA general operations guide).
        if not known and not rest[0].startswith(("Dflt", "Default")):
            raise ConfigFault(f"ERROR: {kind} {rest[0]} does not exist", line=header)
    if section:
        start, end = _range_of(lines, section)
        new = " " * len(section) + header
        changed = insert_inside(lines, start, end, new, _kind_of(section))
        return Typed(changed, after, header, _HEXADECIMAL if mode.is_raw else "")
    changed = insert_global(lines, header)
    if kind == "interface" and ("." in header or not mode.prompt):
        changed = _add(changed, header, ("no nameif", "no security-level", "no ip address"))
    return Typed(changed, after, header)


def _add(lines: Lines, header: str, below: tuple[str, ...]) -> Lines:
    at = lines.index(header) + 1
    return (*lines[:at], *(f" {line}" for line in below), *lines[at:])


def _kind_of(section: Section) -> str:
    return section[0].split()[0] if len(section) == 1 else ""


def _range_of(lines: Lines, section: Section) -> tuple[int, int]:
    """The range of lines below the section's header."""
    start, end = 0, len(lines)
    for level, header in enumerate(section):
        wanted = " " * level + header
        if wanted not in lines[start:end]:
            raise ConfigFault(f"ERROR: {header} does not exist any more", line=header)
        place = lines.index(wanted, start)
        start, end = place + 1, end_of(lines, place)
    return start, end


def _append(lines: Lines, section: Section, text: str) -> Lines:
    _, end = _range_of(lines, section)
    return (*lines[:end], " " * len(section) + text, *lines[end:])


# ── lines ──────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=16)  # What is rehearsed is typed again; and so both have the same lines.
def _edit_global(lines: Lines, text: str, boot_limit: int) -> Lines:
    if text.startswith("boot system ") and text not in lines:
        booting = sum(1 for line in lines if line.startswith("boot system "))
        if booting >= boot_limit:
            problem = f"ERROR: at most {boot_limit} boot system commands can be configured"
            raise ConfigFault(problem, line=text, expected=f"{boot_limit} lines at most")
    if text.startswith("banner ") and len(text.split()) > 1:
        return insert_global(lines, text)
    if text.startswith("access-list ") and text.split()[2:3] == ["line"]:
        return _numbered(lines, text)
    without = edit_messages(lines, text)
    if without is not None:
        return without
    scope = _Scope(0, len(lines), 0, "", SINGLE, NEGATIVE)
    return _edited(lines, scope, text)


def _numbered(lines: Lines, text: str) -> Lines:
    """`access-list X line N …`: the N-th line of that list; the number itself is not kept."""
    kind, name, _, number, *rest = text.split(" ", 4)
    new = f"{kind} {name} {' '.join(rest)}"
    own = [i for i, line in enumerate(lines) if line.startswith(f"{kind} {name} ")]
    if not number.isdecimal() or int(number) < 1 or not rest:
        raise ConfigFault("ERROR: % Incomplete command", line=text)
    if int(number) > len(own):
        return insert_global(lines, new)
    at = own[int(number) - 1]
    return (*lines[:at], new, *lines[at:])


def _edit_inside(lines: Lines, section: Section, mode: Mode | None, text: str) -> Lines:
    if section[0].startswith("object network ") and text.removeprefix("no ").startswith("nat "):
        return _edit_object_nat(lines, section[0], text)
    start, end = _range_of(lines, section)
    single, negative = ((), ()) if mode is None else (mode.single, mode.negative)
    scope = _Scope(start, end, len(section), _kind_of(section), single, negative)
    return _edited(lines, scope, text)


def _edit_object_nat(lines: Lines, header: str, text: str) -> Lines:
    """An object's `nat` is printed in a block of its own, far below what the object is."""
    blocks = [i for i, line in enumerate(lines) if line == header and is_nat_block(lines, i)]
    kept = _without(lines, blocks)
    if text.startswith("no "):
        if not blocks:
            raise ConfigFault("ERROR: nat does not exist", line=text)
        return kept
    if blocks:
        return (*lines[: blocks[0] + 1], f" {text}", *lines[blocks[0] + 2 :])
    behind = insert_global(kept, header, OBJECT_NAT)
    at = len(behind) - 1 - behind[::-1].index(header)
    return (*behind[: at + 1], f" {text}", *behind[at + 1 :])


def _edited(lines: Lines, scope: _Scope, text: str) -> Lines:
    if text.startswith("no "):
        return _removed(lines, scope, text)
    words = words_of(text)
    place = _place(lines, scope, words)
    new = " " * scope.level + text
    if fitting(words, SILENT) and scope.level == 0:
        return lines if place is None else (*lines[:place], *lines[place + 1 :])
    if scope.kind == "webvpn" and place is not None and lines[place] != new:
        # A package that gets another number moves.
        lines = (*lines[:place], *lines[place + 1 :])
        return insert_inside(lines, scope.start, scope.end - 1, new, scope.kind)
    if place is not None:
        return (*lines[:place], new, *lines[place + 1 :])
    if scope.level == 0:
        return lines if new in lines else insert_global(lines, new)
    if new in lines[scope.start : scope.end]:
        return lines
    return insert_inside(lines, scope.start, scope.end, new, scope.kind)


def _place(lines: Lines, scope: _Scope, words: tuple[str, ...]) -> int | None:
    """Where the line stands that the typed one replaces; None: nowhere."""
    meant = words[1:] if words[0] == "no" else words
    key = key_of(meant, scope.single)
    negative = negative_of(meant, scope.negative)
    patterns = (*fitting(meant, scope.single), *fitting(meant, scope.negative))
    beginnings = {word for pattern in patterns for word in pattern.split()[0].split("|")}
    for index in range(scope.start, scope.end):
        if level_of(lines[index]) != scope.level:
            continue
        other = words_of(lines[index])
        stands = other[1:] if other[0] == "no" else other
        if not beginnings.intersection(stands[:1]):
            continue
        if key is not None and key_of(stands, scope.single) == key:
            return index
        if negative is not None and negative_of(stands, scope.negative) == negative:
            return index
    return None


def _removed(lines: Lines, scope: _Scope, text: str) -> Lines:
    meant = words_of(text)[1:]
    negative = negative_of(meant, scope.negative)
    if negative is not None:
        new = " " * scope.level + "no " + " ".join(negative)
        place = _place(lines, scope, words_of(text))
        if place is not None:
            return (*lines[:place], new, *lines[place + 1 :])
        if scope.level == 0:
            return insert_global(lines, new)
        return insert_inside(lines, scope.start, scope.end, new, scope.kind)
    own = [i for i in range(scope.start, scope.end) if level_of(lines[i]) == scope.level]
    found = [i for i in own if words_of(lines[i]) == meant]
    if not found:
        apart = fitting(meant, scope.single) or fitting(meant, TOLD_APART)
        found = [i for i in own if apart and _begins_with(lines[i], meant)]
    if not found and fitting(meant, scope.single):
        # `no pager lines 30` where 24 stands takes it away too.
        key = key_of(meant, scope.single)
        found = [i for i in own if key_of(words_of(lines[i]), scope.single) == key]
    if found:
        return _without(lines, found)
    if fitting(meant, MISSED):
        raise ConfigFault(f"ERROR: {' '.join(meant)} does not exist", line=masked(text))
    return lines


def _begins_with(line: str, words: tuple[str, ...]) -> bool:
    """Whether the line's first words are these."""
    return words_of(line)[: len(words)] == words


def _without(lines: Lines, found: list[int]) -> Lines:
    """The lines without those sections."""
    gone = {i for start in found for i in range(start, end_of(lines, start))}
    return tuple(line for index, line in enumerate(lines) if index not in gone)
