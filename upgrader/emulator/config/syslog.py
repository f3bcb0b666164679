"""Lines that begin with `logging`, or with `no logging` where that stands in a configuration."""

from collections.abc import Sequence
from dataclasses import replace

from upgrader.emulator.config.order import insert_global
from upgrader.emulator.config.text import Block, fault_at
from upgrader.emulator.syslog.settings import (
    DESTINATIONS,
    LEVELS,
    Collector,
    Filter,
    ListEntry,
    LoggingSettings,
)

_UDP, _TCP = ("udp", "17"), ("tcp", "6")
_TCP_PORT = 1_470


def read_logging(
    logging: LoggingSettings, block: Block, words: Sequence[str]
) -> LoggingSettings | None:
    """The settings with a line `logging WORDS`; None: it changes nothing here."""
    switched = _switch(logging, words)
    if switched is not None:
        return switched
    match list(words):
        case [("facility" | "queue" | "buffer-size") as word, number]:
            return _with_number(logging, block, word, number)
        case ["device-id", *rest] if rest:
            return replace(logging, device_id=tuple(rest))
        case ["host", interface, address, *rest]:
            return _with_collector(logging, block, interface, address, rest)
        case ["list", name, *rest] if rest:
            return _with_entry(logging, block, name, rest)
        case ["message", number, "level", level]:
            return _with_level(logging, block, number, level)
        case [destination, *rest] if destination in DESTINATIONS and len(rest) <= 1:
            return _with_filter(logging, destination, rest)
        case _:
            return None


def _switch(logging: LoggingSettings, words: Sequence[str]) -> LoggingSettings | None:
    """The settings with a line that turns something on; None: another kind of line."""
    match list(words):
        case ["enable"] | ["on"]:
            return replace(logging, enabled=True)
        case ["timestamp", *form]:
            return replace(logging, timestamp=True, rfc5424=form == ["rfc5424"])
        case ["standby"]:
            return replace(logging, standby=True)
        case ["emblem"]:
            return replace(logging, emblem=True)
        case ["debug-trace", *_]:
            return replace(logging, debug_trace=True)
        case ["permit-hostdown"]:
            return replace(logging, permit_hostdown=True)
        case ["hide", "username"]:
            return replace(logging, hide_username=True)
        case _:
            return None


def read_no_logging(
    logging: LoggingSettings, block: Block, words: Sequence[str]
) -> LoggingSettings | None:
    """The settings with a line `no logging WORDS`; None: it changes nothing here."""
    match list(words):
        case ["message", number]:
            silent = {*logging.disabled, _number(block, number, 1, 999_999)}
            return replace(logging, disabled=tuple(sorted(silent)))
        case ["hide", "username"]:
            return replace(logging, hide_username=False)
        case _:
            return None


def check_lists(logging: LoggingSettings, blocks: Sequence[Block]) -> None:
    """Refuse a destination whose filter is neither a level nor a list that stands anywhere.

    Raises:
        ConfigFault: there is no such list.
    """
    lists = dict(logging.lists)
    for block in blocks:
        match block.words:
            case ("logging", destination, name) if destination in DESTINATIONS:
                if level_of(name) is None and name not in lists:
                    expected = "a level from 0 to 7, its name, or a `logging list`"
                    raise fault_at(block, f"`{name}` is no level and no list", expected)
            case _:
                pass


def edit_messages(lines: tuple[str, ...], typed: str) -> tuple[str, ...] | None:
    """Lines on or off by message; a level and `no logging message ID` may stand side by side.

    None: another kind of line.
    """
    match typed.split():
        case ["logging", "message", number]:
            gone = f"no logging message {number}"
        case ["no", "logging", "message", number, "level", *_]:
            gone = f"logging message {number} level"
        case ["no", "logging", "message", _]:
            return lines if typed in lines else insert_global(lines, typed)
        case _:
            return None
    return tuple(line for line in lines if line != gone and not line.startswith(f"{gone} "))


def level_of(text: str) -> int | None:
    """A severity by number or name, cut short as people type it; None: it is neither."""
    if text.isdecimal():
        return int(text) if int(text) < len(LEVELS) else None
    found = [n for n, name in enumerate(LEVELS) if name.startswith(text)]
    return found[0] if len(found) == 1 else None


def _with_filter(
    logging: LoggingSettings, destination: str, rest: Sequence[str]
) -> LoggingSettings:
    # Without a level the device takes the lowest. Inferred.
    wanted: Filter = len(LEVELS) - 1
    if rest:
        level = level_of(rest[0])
        wanted = rest[0] if level is None else level
    match destination:
        case "console":
            return replace(logging, console=wanted)
        case "monitor":
            return replace(logging, monitor=wanted)
        case "buffered":
            return replace(logging, buffered=wanted)
        case "trap":
            return replace(logging, trap=wanted)
        case "history":
            return replace(logging, history=wanted)
        case "mail":
            return replace(logging, mail=wanted)
        case _:
            return replace(logging, asdm=wanted)


def _with_number(logging: LoggingSettings, block: Block, word: str, number: str) -> LoggingSettings:
    match word:
        case "facility":
            return replace(logging, facility=_number(block, number, 16, 23))
        case "queue":
            return replace(logging, queue=_number(block, number, 0, 8_192))
        case _:
            return replace(logging, buffer_bytes=_number(block, number, 4_096, 1_048_576))


def _with_collector(
    logging: LoggingSettings, block: Block, interface: str, address: str, rest: list[str]
) -> LoggingSettings:
    collector = Collector(interface, address)
    if rest and "/" in rest[0]:
        protocol, _, port = rest.pop(0).partition("/")
        if protocol not in (*_UDP, *_TCP):
            raise fault_at(block, f"`{protocol}` is no transport", "`udp/PORT` or `tcp/PORT`")
        number = _number(block, port, 1, 65_535)
        collector = replace(collector, port=number, is_tcp=protocol in _TCP)
    elif rest and rest[0] in (*_UDP, *_TCP):
        tcp = rest.pop(0) in _TCP
        collector = replace(collector, port=_TCP_PORT if tcp else 514, is_tcp=tcp)
    if rest[:2] == ["format", "emblem"]:
        collector = replace(collector, emblem=True)
    others = (c for c in logging.collectors if (c.interface, c.address) != (interface, address))
    return replace(logging, collectors=(*others, collector))


def _with_entry(
    logging: LoggingSettings, block: Block, name: str, rest: list[str]
) -> LoggingSettings:
    match rest:
        case ["message", ids]:
            first, _, last = ids.partition("-")
            low = _number(block, first, 1, 999_999)
            entry = ListEntry(first=low, last=_number(block, last, low, 999_999) if last else low)
        case ["level", level, *kind]:
            entry = ListEntry(level=_level(block, level), kind=kind[1] if len(kind) > 1 else None)
        case ["class", kind_, *level_words]:
            level_text = level_words[1] if len(level_words) > 1 else "debugging"
            entry = ListEntry(level=_level(block, level_text), kind=kind_)
        case _:
            raise fault_at(block, "the list is not understood", "`message`, `level` or `class`")
    lists = dict(logging.lists)
    lists[name] = (*lists.get(name, ()), entry)
    return replace(logging, lists=tuple(lists.items()))


def _with_level(logging: LoggingSettings, block: Block, number: str, level: str) -> LoggingSettings:
    levels = dict(logging.levels)
    levels[_number(block, number, 1, 999_999)] = _level(block, level)
    return replace(logging, levels=tuple(sorted(levels.items())))


def _level(block: Block, text: str) -> int:
    level = level_of(text)
    if level is None:
        raise fault_at(block, f"`{text}` is no level", "a level from 0 to 7, or its name")
    return level


def _number(block: Block, text: str, least: int, most: int) -> int:
    if not text.isdecimal() or not least <= int(text) <= most:
        raise fault_at(block, f"`{text}` is out of range", f"a number from {least} to {most}")
    return int(text)
