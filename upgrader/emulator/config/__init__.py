"""The emulated unit's configuration: a startup-config in ASA syntax, read, changed and shown.

This is the face of the package: nothing else of the emulator imports its modules.
"""

from upgrader.emulator.config.defaults import with_defaults
from upgrader.emulator.config.edit import apply_line, main_word, type_line
from upgrader.emulator.config.files import (
    image_version,
    package_platform,
    package_version,
    path_of,
)
from upgrader.emulator.config.modes import prompt_of
from upgrader.emulator.config.settings import (
    BOOT_LIMIT,
    not_modelled,
    read_settings,
    settings_of,
)
from upgrader.emulator.config.show import is_section, masked, printed, section
from upgrader.emulator.config.text import (
    Block,
    ConfigFault,
    InvalidInput,
    at_margin,
    blocks_of,
    numbered_lines,
    read_lines,
)
from upgrader.emulator.config.typed import Typed
from upgrader.emulator.config.words import port_name

__all__ = [
    "BOOT_LIMIT",
    "Block",
    "ConfigFault",
    "InvalidInput",
    "Typed",
    "apply_line",
    "at_margin",
    "blocks_of",
    "for_unit",
    "image_version",
    "is_section",
    "main_word",
    "masked",
    "not_modelled",
    "numbered_lines",
    "package_platform",
    "package_version",
    "path_of",
    "port_name",
    "printed",
    "prompt_of",
    "read_lines",
    "read_settings",
    "section",
    "settings_of",
    "type_line",
    "with_defaults",
]


def for_unit(lines: tuple[str, ...], role: str) -> tuple[str, ...]:
    """The pair's lines as the unit of that role has them: `failover lan unit` says who it is.

    Only that line differs between the units of a pair, and it is never replicated.
    """
    start = "failover lan unit "
    return tuple(start + role if line.startswith(start) else line for line in lines)
