"""Configurations as a unit shows them: running, startup, the boot variables.

A line is printed as `config` keeps it; lines that are not modelled are shown again. Secrets are
shown as `*****`, as an ASA does; a saved copy on flash, and `more system:running-config`, hold
them in clear. Frame: real 9.3(1) and 9.12(4)67 screens.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import md5

from upgrader.emulator.config import masked, printed, section, with_defaults
from upgrader.emulator.machine.hardware import hardware_of
from upgrader.emulator.screens.version import hardware_line
from upgrader.emulator.tables import Pair
from upgrader.emulator.wall import wall_of

_NO_ERRORS = "INFO: No configuration errors\n"

# Configurations change seldom and are looked at often.
_section = lru_cache(maxsize=64)(section)


def checksum(lines: Iterable[str]) -> str:
    """Four words of eight hexadecimal digits: equal lines, equal checksum."""
    text = "\n".join(line for line in lines if not line.startswith("failover lan unit"))
    digits = md5(text.encode(), usedforsecurity=False).hexdigest()
    return " ".join(digits[n : n + 8] for n in range(0, 32, 8))


def text_bytes(pair: Pair, u: int, lines: tuple[str, ...]) -> int:
    """The size of the configuration as a file."""
    return len(_whole(pair.units[u].version, lines, mask=False))


def show_running_config(pair: Pair, u: int, word: str = "") -> str:
    """`show running-config [all] [WORDS]`; empty: the configuration has no such lines."""
    unit = pair.units[u]
    lines = unit.running
    first, _, rest = word.strip().partition(" ")
    if first == "all":
        lines, word = with_defaults(lines), rest.strip()
    if word.strip():
        return "".join(_set_off(printed(_section(lines, word))))
    return _framed(pair, u, ":") + _whole(unit.version, lines, mask=True)


def _set_off(lines: Iterable[str]) -> Iterator[str]:
    """A section's lines; `!` stands before each interface (lab sheet with a 9.7(1) ASAv)."""
    for line in lines:
        yield f"!\n{line}\n" if line.startswith("interface ") else f"{line}\n"


def show_startup_config(pair: Pair, u: int) -> str:
    """`show startup-config`: what the unit would boot with."""
    unit = pair.units[u]
    head = _framed(pair, u, _written(pair, u), "!\n")
    return head + _whole(unit.version, unit.startup, mask=True)


def show_startup_config_errors(pair: Pair, u: int) -> str:
    """The lines that failed when the configuration was executed at boot."""
    errors = (*pair.scenario.units[u].health.startup_errors, *pair.units[u].startup_errors)
    return "".join(f"{line}\n" for line in errors) or _NO_ERRORS


def more_running_config(pair: Pair, u: int) -> str:
    """`more system:running-config`: secrets in clear (real 9.12(4)67 screen)."""
    unit = pair.units[u]
    head = _framed(pair, u, _written(pair, u), "!\n")
    return head + _whole(unit.version, unit.running, mask=False)


def saved_copy(pair: Pair, u: int, lines: tuple[str, ...]) -> str:
    """A configuration as a file: secrets in clear."""
    return ": Saved\n" + _whole(pair.units[u].version, lines, mask=False)


def show_checksum(pair: Pair, u: int) -> str:
    """`show checksum`: of the running-config."""
    return f"Cryptochecksum: {checksum(pair.units[u].running)} \n"


def show_bootvar(pair: Pair, u: int) -> str:
    """First what is saved, then what runs. An ASAv writes the saved one with `(hd0,1)/`."""
    unit = pair.units[u]
    saved = [line.removeprefix("boot system ") for line in _section(unit.startup, "boot system")]
    if hardware_of(pair.scenario.model).is_virtual:
        saved = [path.replace("disk0:/", "(hd0,1)/") for path in saved]
    return (
        "\n"
        f"BOOT variable = {';'.join(saved)}\n"
        f"Current BOOT variable = {';'.join(unit.settings.boot)}\n"
        "CONFIG_FILE variable = \n"
        "Current CONFIG_FILE variable = \n"
    )


def _framed(pair: Pair, u: int, below: str, last: str = "") -> str:
    return (
        ": Saved\n\n: \n"
        f": Serial Number: {pair.units[u].serial}\n"
        f": Hardware:   {hardware_line(pair)}\n"
        f"{below}\n{last}"
    )


def _written(pair: Pair, u: int) -> str:
    """Who saved the configuration, and when; before anybody did, its last boot [inferred]."""
    unit = pair.units[u]
    user, at = unit.written or ("enable_15", unit.booted_ms)
    return f": Written by {user} at {wall_of(pair, u).clock(at)}"


@lru_cache(maxsize=64)
def _whole(version: str | None, lines: tuple[str, ...], *, mask: bool) -> str:
    shown = [f"ASA Version {version} ", "!"]
    previous = ""
    for line in printed(lines):
        closes = previous.startswith(("interface ", " ")) and not line.startswith(" ")
        if shown[-1] != "!" and (line.startswith("interface ") or closes):
            shown.append("!")
        shown.append(masked(line) if mask else line)
        previous = line
    shown += [f"Cryptochecksum:{checksum(lines).replace(' ', '')}", ": end"]
    return "".join([f"{line}\n" for line in shown])
