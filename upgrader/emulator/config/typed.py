"""The rules for what is typed: what a unit refuses, clears, adds and says.

Set-up rules: ASA 5500 ASDM guide, p. 66-7 ff. What failover needs is checked when a line is
typed, as it is when a configuration is read; but `failover` may be typed first (real console,
9.2) and is in force once the set-up is whole [inferred].
"""

from dataclasses import dataclass, replace

from upgrader.emulator.config.failover import HARMLESS
from upgrader.emulator.config.interfaces import port_of
from upgrader.emulator.config.settings import read_settings, settings_of
from upgrader.emulator.config.show import masked
from upgrader.emulator.config.text import (
    ConfigFault,
    SetupGap,
    end_of,
    level_of,
    words_of,
)
from upgrader.emulator.settings import FailoverSettings

Lines = tuple[str, ...]
Section = tuple[str, ...]

_FIXED = frozenset({"speed", "duplex", "media-type", "flowcontrol"})
"""What cannot be changed on a failover interface while failover is enabled (guide, p. 66-7, of
speed and duplex)."""

_FREE = frozenset({"description", "shutdown", "vlan"}) | _FIXED
_BARE = ("no nameif", "no security-level", "no ip address")


@dataclass(frozen=True, slots=True)
class Typed:
    """A line that was accepted."""

    lines: tuple[str, ...]
    """The configuration after it."""
    section: tuple[str, ...]
    """The section that the console is in after it."""
    line: str
    """The line written out, as it is logged and replicated; empty: nothing was typed."""
    remark: str = ""
    """What the device says of it, with line ends."""


def of_no_use(lines: Lines, section: Section, text: str) -> None:
    """Refuse what may not be typed where it stands.

    Raises:
        ConfigFault: the section is that of a failover interface, or failover forbids the change.
    """
    if not section:
        if text.startswith("no interface ") and "." not in text and "/" in text:
            port = text.rsplit(maxsplit=1)[-1]
            # Synthetic text: a port that the chassis has cannot be taken out.
            raise ConfigFault(f"ERROR: {port} cannot be removed", line=text)
        return
    if not section[0].startswith("interface "):
        return
    port = port_of(words_of(section[0])[1:])
    failover = settings_of(lines).failover
    if not _is_used(failover, port):
        return
    words = words_of(text.removeprefix("no "))
    if words[0] in _FIXED and failover.enabled:
        problem = f"ERROR: {words[0]} of {port} cannot be changed while failover is enabled"
        raise ConfigFault(problem, line=text, expected="`no failover` first")
    if words[0] not in _FREE and not text.startswith(_BARE):
        problem = f"ERROR: {port} is a failover interface and cannot be configured"
        raise ConfigFault(problem, line=text, expected="description, shutdown, speed, duplex")


def _is_used(failover: FailoverSettings, port: str) -> bool:
    used = {p.casefold() for p in (failover.lan_port, failover.link_port) if p is not None}
    return port.casefold() in used or port.casefold().split(".")[0] in used


def checked(before: Lines, typed: Typed) -> Typed:
    """Refuse what would break a rule of what stands together.

    Raises:
        ConfigFault: it would; of a failover that is in force, also what takes away what it needs.
    """
    try:
        read_settings(typed.lines)
    except SetupGap as gap:
        if settings_of(before).failover.enabled:
            raise _refused(gap, typed) from gap
        settings_of(typed.lines)
        if typed.line == "failover":
            # Synthetic text.
            return replace(typed, remark=f"WARNING: Failover is not in force: {gap.problem}\n")
    except ConfigFault as fault:
        raise _refused(fault, typed) from fault
    return typed


def _refused(fault: ConfigFault, typed: Typed) -> ConfigFault:
    return ConfigFault(f"ERROR: {fault.problem}", line=masked(typed.line), expected=fault.expected)


def prepared(lines: Lines, text: str) -> Lines:
    """The lines before that one is typed: a port that failover takes is cleared and described."""
    match words_of(text):
        case ("failover", "lan", "interface", name, *port) if port:
            failover = settings_of(lines).failover
            shared = failover.link_name == name
            what = "LAN/STATE" if shared else "LAN"
            return _dedicated(lines, port_of(tuple(port)), what)
        case ("failover", "link", name, *port) if port:
            failover = settings_of(lines).failover
            shared = failover.lan_name == name
            return _dedicated(lines, port_of(tuple(port)), "LAN/STATE" if shared else "STATE")
        case _:
            return lines


def _dedicated(lines: Lines, port: str, what: str) -> Lines:
    """The lines with that port taken by failover, and its subinterfaces empty.

    The device clears it and says `INFO: Non-failover interface config is cleared on PORT and its
    sub-interfaces` (real console); the description that it sets stands in real configurations.
    """
    kept: list[str] = []
    index = 0
    while index < len(lines):
        line, end = lines[index], end_of(lines, index)
        words = words_of(line)
        own = port_of(words[1:]) if words[0] == "interface" and level_of(line) == 0 else ""
        block = lines[index:end]
        if own.casefold() == port.casefold():
            below = (x for x in block[1:] if words_of(x)[0] in HARMLESS - {"description", "no"})
            kept += [line, f" description {what} Failover Interface", *below]
        elif own.casefold().split(".")[0] == port.casefold():
            kept += [line, *(x for x in block[1:] if words_of(x)[0] in HARMLESS)]
        else:
            kept += block
        index = end
    return tuple(kept)


def remark_on(before: Lines, typed: Typed) -> Typed:
    """The accepted line with what the device adds to it, and says."""
    words = typed.line.split()
    match words:
        case ["failover", "lan", "interface", _, port] | ["failover", "link", _, port]:
            if typed.lines == before:
                return typed
            said = f"Non-failover interface config is cleared on {port} and its sub-interfaces"
            return replace(typed, remark=f"INFO: {said}\n")
        case ["nameif", name]:
            return _with_level(typed, name)
        case _:
            return typed


def _with_level(typed: Typed, name: str) -> Typed:
    """A named interface gets a security level: 100 for `inside`, else 0 (real consoles)."""
    at = typed.lines.index(typed.section[0])
    end = end_of(typed.lines, at)
    own = typed.lines[at:end]
    if any(line.startswith(" security-level ") for line in own):
        return typed
    level = 100 if name.casefold() == "inside" else 0
    new = f" security-level {level}"
    if " no security-level" in own:
        place = typed.lines.index(" no security-level", at)
        lines = (*typed.lines[:place], new, *typed.lines[place + 1 :])
    else:
        place = typed.lines.index(f" nameif {name}", at) + 1
        lines = (*typed.lines[:place], new, *typed.lines[place:])
    said = f'INFO: Security level for "{name}" set to {level} by default.\n'
    return replace(typed, lines=lines, remark=said)
