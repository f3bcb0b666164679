"""A line typed in configuration mode: what it makes of the configuration.

The error texts are inferred where no capture has one; each begins with `ERROR:`, as the
device's do.
"""

from dataclasses import dataclass

from upgrader.emulator.config_failover import HARMLESS
from upgrader.emulator.config_files import with_settled_path
from upgrader.emulator.config_interfaces import port_of
from upgrader.emulator.config_settings import BOOT_LIMIT, read_settings
from upgrader.emulator.config_show import failover_rank, masked
from upgrader.emulator.config_text import (
    ConfigFault,
    InvalidInput,
    end_of,
    level_of,
    words_of,
)
from upgrader.emulator.config_vocabulary import (
    GLOBAL_ORDER,
    INSIDE,
    NEGATIVE_GLOBAL,
    NEGATIVE_INSIDE,
    SINGLE_GLOBAL,
    SINGLE_INSIDE,
    SWITCHES,
    TOLD_APART_BY,
    begins,
    kind_of,
    opens,
    rank_of,
)

Lines = tuple[str, ...]
Section = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Scope:
    """The lines among which a typed line is looked for, and the rules that hold there."""

    start: int
    end: int
    level: int
    single: tuple[tuple[str, ...], ...]
    negative: tuple[tuple[str, ...], ...]


def apply_line(
    lines: Lines, section: Section, line: str, *, boot_limit: int = BOOT_LIMIT
) -> tuple[Lines, Section]:
    """Type a line in a section; the new lines and the section that the console is in then.

    A section is the path of its headers; empty: global configuration mode. A global line typed
    in a section leaves it, as on the device. `boot_limit` is 1 on Firepower 1000 and 2100.

    Raises:
        InvalidInput: no mode knows the line.
        ConfigFault: the device refuses it; nothing has changed.
    """
    typed = " ".join(line.split())
    words = words_of(typed)
    if not words or words[0].startswith("!"):
        return lines, section
    if words == ("exit",):
        return lines, section[:-1]
    positive = words[1:] if words[0] == "no" else words
    if not positive:
        raise ConfigFault("ERROR: % Incomplete command", line=typed)
    kind = kind_of(section)
    if positive[0] in INSIDE.get(kind, frozenset()):
        changed, after = _edit_inside(lines, section, typed), section
    elif kind and kind not in INSIDE and positive[0] not in GLOBAL_ORDER:
        # A section that is not modelled takes whatever is typed in it.
        changed, after = _edit_inside(lines, section, typed), section
    elif positive[0] not in GLOBAL_ORDER:
        raise InvalidInput(
            "ERROR: % Invalid input detected at '^' marker.", line=typed, expected=""
        )
    elif opens(words):
        changed, after = _open(lines, typed), (typed,)
    else:
        match words:
            case ("failover", "lan", "interface", _, *port) | ("failover", "link", _, *port):
                cleared = _clear_port(lines, port_of(tuple(port))) if port else lines
            case _:
                cleared = lines
        changed, after = _edit_global(cleared, with_settled_path(typed), boot_limit), ()
    return _checked(changed, typed), after


def _checked(lines: Lines, typed: str) -> Lines:
    """Refuse what would break a rule: `failover` before its set-up is whole, and the like."""
    try:
        read_settings(lines)
    except ConfigFault as fault:
        problem = f"ERROR: {fault.problem}"
        raise ConfigFault(problem, line=masked(typed), expected=fault.expected) from fault
    return lines


def _open(lines: Lines, header: str) -> Lines:
    if header in lines:
        return lines
    kind, *rest = header.split()
    named = kind in {"group-policy", "tunnel-group"}
    if named and not any(line.startswith(f"{kind} {rest[0]} ") for line in lines):
        name = rest[0]
        raise ConfigFault(f"ERROR: {kind} {name} does not exist", line=header)
    return _insert_global(lines, header)


def _edit_global(lines: Lines, typed: str, boot_limit: int) -> Lines:
    if typed.startswith("boot system ") and typed not in lines:
        booting = sum(1 for line in lines if line.startswith("boot system "))
        if booting >= boot_limit:
            problem = f"ERROR: at most {boot_limit} boot system commands can be configured"
            raise ConfigFault(problem, line=typed, expected=f"{boot_limit} lines at most")
    scope = _Scope(0, len(lines), 0, SINGLE_GLOBAL, NEGATIVE_GLOBAL)
    if typed.startswith("no "):
        return _remove(lines, scope, typed)
    place = _place(lines, scope, typed)
    if place is not None:
        return (*lines[:place], typed, *lines[place + 1 :])
    return lines if typed in lines else _insert_global(lines, typed)


def _edit_inside(lines: Lines, section: Section, typed: str) -> Lines:
    start, end = _find_section(lines, section)
    level = len(section)
    kind = kind_of(section)
    scope = _Scope(start, end, level, SINGLE_INSIDE.get(kind, ()), NEGATIVE_INSIDE.get(kind, ()))
    if typed.startswith("no "):
        return _remove(lines, scope, typed)
    place = _place(lines, scope, typed)
    new = " " * level + typed
    if place is not None:
        return (*lines[:place], new, *lines[place + 1 :])
    if new in lines[start:end]:
        return lines
    behind = start if kind == "interface" and typed == "shutdown" else end
    # `anyconnect image` lines stand before `anyconnect enable` on the device.
    enable = " " * level + "anyconnect enable"
    if typed.startswith("anyconnect image ") and enable in lines[start:end]:
        behind = lines.index(enable, start)
    return (*lines[:behind], new, *lines[behind:])


def _find_section(lines: Lines, section: Section) -> tuple[int, int]:
    """The range of lines below the section's header."""
    start, end = 0, len(lines)
    for level, header in enumerate(section):
        wanted = " " * level + header
        if wanted not in lines[start:end]:
            raise ConfigFault(f"ERROR: {header} does not exist any more", line=header)
        place = lines.index(wanted, start)
        start, end = place + 1, end_of(lines, place)
    return start, end


def _key_of(words: tuple[str, ...], single: tuple[tuple[str, ...], ...]) -> tuple[str, ...] | None:
    """The words that a single-valued line shares with the one that it replaces."""
    pattern = next((p for p in single if begins(words, p)), None)
    return None if pattern is None else words[: len(pattern)]


def _place(lines: Lines, scope: _Scope, typed: str) -> int | None:
    """Where the line stands that the typed one replaces; None: nowhere."""
    words = words_of(typed)
    meant = words[1:] if words[0] == "no" else words
    key = _key_of(meant, scope.single)
    for index in range(scope.start, scope.end):
        if level_of(lines[index]) != scope.level:
            continue
        other = words_of(lines[index])
        stands = other[1:] if other[0] == "no" else other
        if key is not None and begins(stands, key):
            return index
        if stands == meant and any(begins(meant, p) for p in scope.negative):
            return index
    return None


def _remove(lines: Lines, scope: _Scope, typed: str) -> Lines:
    meant = words_of(typed)[1:]
    negative = next((p for p in scope.negative if begins(meant, p)), None)
    # `no failover` is a line of its own; `no failover key` takes one away.
    if negative is not None and (negative != ("failover",) or meant == ("failover",)):
        new = " " * scope.level + "no " + " ".join(meant[: len(negative)])
        place = _place(lines, scope, typed)
        if place is not None:
            return (*lines[:place], new, *lines[place + 1 :])
        if scope.level == 0:
            return _insert_global(lines, new)
        return (*lines[: scope.end], new, *lines[scope.end :])
    found = [
        index
        for index in range(scope.start, scope.end)
        if level_of(lines[index]) == scope.level and _is_meant(lines[index], meant, scope.single)
    ]
    if found:
        return _without(lines, found)
    if meant in SWITCHES:
        return lines
    raise ConfigFault(f"ERROR: {' '.join(meant)} does not exist", line=masked(typed))


def _without(lines: Lines, found: list[int]) -> Lines:
    """The lines without those sections."""
    gone = {i for start in found for i in range(start, end_of(lines, start))}
    return tuple(line for index, line in enumerate(lines) if index not in gone)


def _is_meant(line: str, meant: tuple[str, ...], single: tuple[tuple[str, ...], ...]) -> bool:
    """Whether `no …` takes that line away: it may leave out what does not tell lines apart."""
    words = words_of(line)
    return words == meant or (
        begins(words, meant) and any(begins(meant, p) for p in (*single, *TOLD_APART_BY))
    )


def _insert_global(lines: Lines, new: str) -> Lines:
    """Put a global line where the device would print it."""
    if new.startswith("failover"):
        return _insert_failover(lines, new)
    start = new.removeprefix("no ").split()[:2]
    rank = rank_of(new)
    outermost = [index for index, line in enumerate(lines) if not line.startswith(" ")]
    alike = [i for i in outermost if lines[i].removeprefix("no ").split()[:2] == start]
    before = alike or [i for i in outermost if rank_of(lines[i]) <= rank]
    behind = end_of(lines, before[-1]) if before else 0
    return (*lines[:behind], new, *lines[behind:])


def _insert_failover(lines: Lines, new: str) -> Lines:
    behind: int | None = None
    for index, line in enumerate(lines):
        first = line.removeprefix("no ").startswith("failover")
        if first and failover_rank(line) <= failover_rank(new):
            behind = index + 1
    if behind is None:
        start = rank_of(new)
        ranked = [i for i, x in enumerate(lines) if level_of(x) == 0 and rank_of(x) < start]
        behind = end_of(lines, ranked[-1]) if ranked else 0
    return (*lines[:behind], new, *lines[behind:])


def _clear_port(lines: Lines, port: str) -> Lines:
    """Take everything off a port that becomes a failover interface, and its subinterfaces.

    The device does so and says `INFO: Non-failover interface config is cleared on PORT and its
    sub-interfaces` (real console).
    """
    gone: list[int] = []
    for index, line in enumerate(lines):
        words = words_of(line)
        if words[0] != "interface" or level_of(line):
            continue
        if port_of(words[1:]).casefold().split(".")[0] == port.casefold():
            below = range(index + 1, end_of(lines, index))
            gone += [i for i in below if words_of(lines[i])[0] not in HARMLESS]
    return _without(lines, gone)
