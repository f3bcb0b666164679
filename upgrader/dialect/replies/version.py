"""`show version`: who this is and what it runs now."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache, partial

from upgrader.dialect.commands import SHOW_VERSION
from upgrader.dialect.replies.screen import lines_of, plain
from upgrader.dialect.versions import read_version
from upgrader.model.names import Serial
from upgrader.model.unit import VersionReport
from upgrader.model.version import Version
from upgrader.ports import Unparsed

_RUNNING = re.compile(r"Cisco Adaptive Security Appliance Software Version (\S+)(?: <.*>)?")
_ASDM = re.compile(r"Device Manager Version (\S+)")
_IMAGE = re.compile(r'System image file is "([^"]+)"')
_UPTIME = re.compile(r"(?!failover cluster up )(\S+) up ((?:\d+ [a-z]+ ?)+)")
_HARDWARE = re.compile(r"Hardware:\s+([^\s,]+)(?:,\s+(\d{1,18}) MB RAM)?.*")
_SERIAL = re.compile(r"Serial Number:\s*(\S+)")
_BEGINNINGS = (
    "Cisco Adaptive Security Appliance Software Version ",
    "Device Manager Version ",
    "System image file is ",
    "Hardware:",
    "Serial Number:",
)
"""How the lines begin that are read here; the uptime's has ` up ` in it. The rest of the screen,
five lines in six, is not tried against the patterns."""
_DIGITS = 18
"""A number that is longer counts nothing on a device."""

_SECONDS = {"year": 365 * 86400, "day": 86400, "hour": 3600, "min": 60, "sec": 1}
"""A year is taken for 365 days; uptime is as coarse as it is printed, and only a fall matters."""


@lru_cache(maxsize=16)  # A unit that is up for days prints the same for an hour.
def read_show_version(text: str) -> VersionReport:
    """Read `show version`.

    Uptime is this unit's (`NAME up …`), never the pair's (`failover cluster up …`). Platforms
    whose image is a bundle print no image file.

    Raises:
        Unparsed: no software version or no hardware, or two that differ.

    Source: 8.4 to 9.16 on ASAv, 5500-X, ISA-3000, Firepower 2100 and 4100.
    """
    still, moving = _parted(plain(text))
    try:
        told = _fixed(still)
    except Unparsed as fault:
        raise Unparsed(SHOW_VERSION, text, fault.why) from fault
    hostname, uptime = _uptime(text, moving)
    return told(hostname=hostname, uptime_seconds=uptime)


def _parted(screen: str) -> tuple[str, list[str]]:
    """The screen without the lines that tell for how long something is up, and those lines."""
    kept: list[str] = []
    moving: list[str] = []
    done = 0
    while (at := screen.find(" up ", done)) >= 0:
        start, end = screen.rfind("\n", 0, at) + 1, screen.find("\n", at)
        end = len(screen) if end < 0 else end
        kept.append(screen[done:start])
        moving.append(screen[start:end].strip())
        done = end
    kept.append(screen[done:])
    return "".join(kept), moving


@lru_cache(maxsize=64)
def _fixed(text: str) -> Callable[..., VersionReport]:
    """All but the uptime, for which the report waits.

    Between two looks the rest stays, and is remembered by its own lines.
    """
    lines = [line for line in lines_of(SHOW_VERSION, text) if line.startswith(_BEGINNINGS)]
    running = _only(text, "software version", _RUNNING, lines)
    if running is None:
        raise Unparsed(SHOW_VERSION, text, "no software version of an ASA")
    hardware = _only(text, "hardware", _HARDWARE, lines)
    if hardware is None:
        raise Unparsed(SHOW_VERSION, text, "no hardware line")
    serial = _only(text, "serial number", _SERIAL, lines)
    image = _only(text, "system image file", _IMAGE, lines)
    asdm = _only(text, "device manager version", _ASDM, lines)
    return partial(
        VersionReport,
        running=_version(text, running[1]),
        hardware=hardware[1],
        ram_mb=int(hardware[2]) if hardware[2] else None,
        serial=Serial(serial[1]) if serial else None,
        image=image[1] if image else None,
        asdm=asdm[1] if asdm else None,
    )


def _only(
    text: str, what: str, pattern: re.Pattern[str], lines: Iterable[str]
) -> re.Match[str] | None:
    """The one line of its kind; None: there is none. Twice the same is the same."""
    found = [match for match in map(pattern.fullmatch, lines) if match is not None]
    if len(found) > 1 and len({match[0] for match in found}) > 1:
        raise Unparsed(SHOW_VERSION, text, f"two lines that differ give the {what}")
    return found[0] if found else None


def _version(text: str, spelling: str) -> Version:
    """The running version."""
    try:
        return read_version(spelling)
    except ValueError as fault:
        raise Unparsed(SHOW_VERSION, text, str(fault)) from fault


def _uptime(text: str, lines: list[str]) -> tuple[str | None, int | None]:
    """Hostname and uptime in seconds; None and None where the screen has no such line."""
    found = _only(text, "uptime", _UPTIME, lines)
    if found is None:
        return None, None
    words = found[2].split()
    seconds = 0
    for count, unit in zip(words[::2], words[1::2], strict=True):
        worth = _SECONDS.get(unit.removesuffix("s"))
        if worth is None or len(count) > _DIGITS:
            raise Unparsed(SHOW_VERSION, text, f"the uptime {found[2]!r} is not understood")
        seconds += int(count) * worth
    return found[1], seconds
