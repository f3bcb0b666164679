"""`show webvpn hostscan`, `show webvpn csd …`: which posture image is loaded, and whether it is on.

An image counts as loaded if the unit has the file that is configured; its version is in its name.
Layout: AnyConnect 3.1 administrator guide and ASA command reference, not compared with a device.
"""

from upgrader.emulator.config import section
from upgrader.emulator.machine.files import key_of
from upgrader.emulator.tables import Pair

_HOSTSCAN = ("hostscan", "csd hostscan")
_CSD = ("csd",)


def show_hostscan(pair: Pair, u: int) -> str:
    """`Hostscan version 4.10.07061 is currently installed and enabled`."""
    return _sentence(pair, u, "Hostscan", _HOSTSCAN, pair.scenario.units[u].health.hostscan)


def show_csd(pair: Pair, u: int) -> str:
    """`Secure Desktop version 3.6.6249 is currently installed and enabled`."""
    return _sentence(pair, u, "Secure Desktop", _CSD, None)


def _sentence(pair: Pair, u: int, name: str, words: tuple[str, ...], loaded: str | None) -> str:
    lines = [line.strip() for line in section(pair.units[u].running, "webvpn")]
    image = next(
        (line.split()[-1] for line in lines for w in words if line.startswith(f"{w} image ")), None
    )
    there = image is not None and key_of(image) in pair.units[u].flash
    version = loaded or (version_in(image) if image is not None and there else None)
    if version is None:
        return f"{name} is not installed\n"
    is_on = any(line in ("hostscan enable", "csd enable") for line in lines)
    return (
        f"{name} version {version} is currently installed {'and' if is_on else 'but not'} enabled\n"
    )


def version_in(path: str) -> str:
    """`4.10.07061` of `disk0:/hostscan_4.10.07061-k9.pkg`; a name without one tells `0.0.0`."""
    name = path.rpartition("/")[2].removesuffix(".pkg").removesuffix("-k9")
    digits = name.lstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-")
    return digits if digits[:1].isdigit() else "0.0.0"
