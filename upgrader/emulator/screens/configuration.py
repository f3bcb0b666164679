"""Configurations as a unit shows them: running, startup, the boot variables.

A line is printed as `config` keeps it; lines that are not modelled are shown again. Secrets are
shown as `*****`, as an ASA does; a saved copy on flash holds them in clear.
"""

from collections.abc import Iterable
from functools import lru_cache
from hashlib import md5

from upgrader.emulator.config import section
from upgrader.emulator.screens.hardware import hardware_of
from upgrader.emulator.screens.version import hardware_line
from upgrader.emulator.tables import Pair

_MASKED = (
    "failover key ",
    "failover ipsec pre-shared-key ",
    " key ",
    " pre-shared-key ",
    " ikev1 pre-shared-key ",
    " ikev2 remote-authentication pre-shared-key ",
    " ikev2 local-authentication pre-shared-key ",
    " ldap-login-password ",
)


# Configurations change seldom and are looked at often.
_section = lru_cache(maxsize=64)(section)


def masked(line: str) -> str:
    """The line with its secret as `*****`."""
    for head in _MASKED:
        if line.startswith(head):
            return f"{head}*****"
    return line


def checksum(lines: Iterable[str]) -> str:
    """Four words of eight hexadecimal digits: equal lines, equal checksum."""
    text = "\n".join(line for line in lines if not line.startswith("failover lan unit"))
    digits = md5(text.encode(), usedforsecurity=False).hexdigest()
    return " ".join(digits[n : n + 8] for n in range(0, 32, 8))


def text_bytes(pair: Pair, u: int, lines: tuple[str, ...]) -> int:
    """The size of the configuration as a file."""
    return len(_whole(pair.units[u].version, lines, mask=False))


def show_running_config(pair: Pair, u: int, word: str = "") -> str:
    """`show running-config [WORD]`."""
    unit = pair.units[u]
    if not word or word == "all":
        head = [
            ": Saved",
            "",
            ": ",
            f": Serial Number: {unit.serial}",
            f": Hardware:   {hardware_line(pair)}",
            ":",
        ]
        return "".join([f"{line}\n" for line in head]) + _whole(
            unit.version, unit.running, mask=True
        )
    return "".join(f"{masked(line)}\n" for line in _section(unit.running, word))


def show_startup_config(pair: Pair, u: int) -> str:
    """`show startup-config`: what the unit would boot with."""
    unit = pair.units[u]
    head = [
        ": Saved",
        ": ",
        f": Serial Number: {unit.serial}",
        f": Hardware:   {hardware_line(pair)}",
    ]
    return "".join([f"{line}\n" for line in head]) + _whole(unit.version, unit.startup, mask=True)


def show_startup_config_errors(pair: Pair, u: int) -> str:
    """The lines that failed when the configuration was executed at boot."""
    errors = pair.units[u].startup_errors
    return "".join(f"{line}\n" for line in errors) or "INFO: No configuration errors\n"


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


@lru_cache(maxsize=64)
def _whole(version: str | None, lines: tuple[str, ...], *, mask: bool) -> str:
    shown = [f"ASA Version {version} ", "!"]
    previous = ""
    for line in lines:
        closes = previous.startswith(("interface ", " ")) and not line.startswith(" ")
        if shown[-1] != "!" and (line.startswith("interface ") or closes):
            shown.append("!")
        shown.append(masked(line) if mask else line)
        previous = line
    shown += [f"Cryptochecksum:{checksum(lines).replace(' ', '')}", ": end"]
    return "".join([f"{line}\n" for line in shown])
