"""From lines to settings: what the emulator understands of a configuration, and what not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from upgrader.emulator.config.failover import read_failover
from upgrader.emulator.config.files import path_of
from upgrader.emulator.config.interfaces import read_interfaces
from upgrader.emulator.config.syslog import check_lists, read_logging, read_no_logging
from upgrader.emulator.config.text import Block, Reading, SetupGap, fault_at
from upgrader.emulator.config.vpn import (
    read_group_policies,
    read_pools,
    read_tunnel_groups,
    read_webvpn,
)
from upgrader.emulator.settings import Settings

BOOT_LIMIT = 4
"""`boot system` lines that a unit takes (ASA command reference)."""

_PROMPT_WORDS = frozenset(
    {"hostname", "domain", "context", "priority", "state", "slot", "cluster-unit"}
    | {"management-mode"}
)


@dataclass(frozen=True, slots=True)
class _Read:
    """A configuration that was read."""

    settings: Settings
    understood: frozenset[int]
    """Places of the lines that are modelled."""
    gap: SetupGap | None
    """What failover lacks, though it is enabled."""


def read_settings(lines: Sequence[str]) -> Settings:
    """Read a configuration, with the guide's rules for failover enforced.

    Lines that are not modelled are left alone: `not_modelled` lists them.

    Raises:
        ConfigFault: a line that is modelled is malformed, contradicts another one, or breaks a
            rule; its number counts the lines given, from 1.
        SetupGap: failover is enabled, and something that it needs is missing.
    """
    read = _read(tuple(lines))
    if read.gap is not None:
        gap = read.gap
        raise SetupGap(gap.problem, line=gap.line, expected=gap.expected, number=gap.number)
    return read.settings


def settings_of(lines: Sequence[str]) -> Settings:
    """As `read_settings`, of lines that a unit has accepted: failover may lack something.

    It is then not in force, whatever `failover` says.
    """
    return _read(tuple(lines)).settings


def not_modelled(lines: Sequence[str]) -> tuple[str, ...]:
    """The lines that are kept and shown again, but change nothing here.

    A line below one that is not modelled belongs to it, and is listed with it.
    """
    understood = _read(tuple(lines)).understood
    return tuple(line for index, line in enumerate(lines) if index not in understood)


# A pair reads the same few configurations again and again; reading is a pure function of lines.
@lru_cache(maxsize=64)
def _read(lines: tuple[str, ...]) -> _Read:
    reading = Reading.of(lines)
    settings = Settings()
    for block in reading.blocks:
        read = _read_global(settings, block)
        if read is not None:
            settings = read
            reading.mark(block)
    check_lists(settings.logging, reading.blocks)
    interfaces = read_interfaces(reading)
    failover, gap = read_failover(reading, interfaces)
    settings = replace(
        settings,
        interfaces=interfaces,
        failover=failover,
        pools=read_pools(reading),
        group_policies=read_group_policies(reading),
        tunnel_groups=read_tunnel_groups(reading),
        webvpn=read_webvpn(reading),
    )
    return _Read(settings, frozenset(reading.understood), gap)


def _read_global(settings: Settings, block: Block) -> Settings | None:
    """The settings with that global line; None: another reader's, or not modelled."""
    match block.words:
        case ("hostname", name):
            return replace(settings, hostname=name)
        case ("prompt", *words) if words and _PROMPT_WORDS.issuperset(words):
            return replace(settings, prompt=tuple(words))
        case ("prompt", *_):
            form = "`prompt` with words of " + ", ".join(sorted(_PROMPT_WORDS))
            raise fault_at(block, "the prompt is not understood", form)
        case ("clock", "timezone", zone, *offset):
            minutes = _offset_minutes(block, offset)
            return replace(settings, zone=zone, zone_offset_min=minutes)
        case ("boot", "system", *rest):
            return replace(settings, boot=_with_boot(settings, block, rest))
        case ("asdm", "image", path):
            return replace(settings, asdm=path_of(path))
        case ("vpn-addr-assign", "local", "reuse-delay", minutes):
            return replace(settings, reuse_delay_min=_number(block, minutes, 0, 480))
        case ("config-register", register):
            return replace(settings, config_register=_register(block, register))
        case ("logging", *words):
            logging = read_logging(settings.logging, block, words)
            return None if logging is None else replace(settings, logging=logging)
        case ("no", "logging", *words):
            logging = read_no_logging(settings.logging, block, words)
            return None if logging is None else replace(settings, logging=logging)
        case _:
            return None


def _with_boot(settings: Settings, block: Block, rest: list[str]) -> tuple[str, ...]:
    if len(rest) != 1:
        raise fault_at(block, "the image's path is missing", "`boot system PATH`")
    if len(settings.boot) == BOOT_LIMIT:
        problem = f"there are {BOOT_LIMIT} `boot system` lines already"
        raise fault_at(block, problem, f"at most {BOOT_LIMIT} `boot system` lines")
    return (*settings.boot, path_of(rest[0]))


def _offset_minutes(block: Block, words: list[str]) -> int:
    form = "`clock timezone ZONE HOURS [MINUTES]`, -23 to 23 hours"
    try:
        numbers = [int(word) for word in words]
    except ValueError:
        numbers = []
    match numbers:
        case [hours] if -23 <= hours <= 23:
            return hours * 60
        case [hours, minutes] if -23 <= hours <= 23 and 0 <= minutes <= 59:
            return hours * 60 + (minutes if hours >= 0 else -minutes)
        case _:
            raise fault_at(block, "the offset is not understood", form)


def _register(block: Block, text: str) -> str:
    try:
        value = int(text, 16) if text.lower().startswith("0x") else -1
    except ValueError:
        value = -1
    if not 0 <= value <= 0xFFFF:
        form = "a hexadecimal number from 0x0 to 0xFFFF"
        raise fault_at(block, f"`{text}` is no configuration register", form)
    return text.lower()


def _number(block: Block, text: str, least: int, most: int) -> int:
    if not text.isdecimal() or not least <= int(text) <= most:
        raise fault_at(block, f"`{text}` is out of range", f"a number from {least} to {most}")
    return int(text)
