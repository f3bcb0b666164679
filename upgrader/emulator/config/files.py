"""What the names of files say: which release an image is, which package is for whom.

The emulator's own witness; the names follow Cisco's download pages and real captures of `dir`.
"""

import re
from functools import lru_cache

_PLAIN = re.compile(r"^asa(\d+)-(\d+)-(\d+)(?:-(\d+))?-(?:smp|lfbff|k8)", re.IGNORECASE)
_PACKED = re.compile(r"^asa(\d)(\d{1,2})(\d)(?:-(\d+))?-(?:smp-|lfbff-)?k8\.", re.IGNORECASE)
_FIREPOWER = re.compile(
    r"^cisco-asa(?:-fp(?:\dk|\d{4}))?\.(\d+)\.(\d+)\.(\d+)(?:\.(\d+))?\.", re.IGNORECASE
)
_PACKAGE = re.compile(
    r"^(?:anyconnect|cisco-secure-client)-(win|macosx-i386|macos|linux64|linux)"
    r"(?:-arm64)?-(\d+(?:\.\d+)+)-(?:webdeploy-)?k9\.pkg$",
    re.IGNORECASE,
)
_PLATFORMS = {"macosx-i386": "macos", "linux": "linux64"}
_DEVICES = {"flash": "disk0", "disk0": "disk0", "disk1": "disk1"}
_LINE_WITH_PATH = re.compile(
    r"(\s*(?:no )?(?:boot system|asdm image|(?:anyconnect|svc) image) )(\S+)(.*)"
)


@lru_cache(maxsize=1_024)
def path_of(text: str) -> str:
    """A path as the device shows it: `flash:/x`, `disk0:x` and `/x` are `disk0:/x`.

    What names no flash (`tftp://host/x`) stays as it is.
    """
    device, colon, rest = text.partition(":")
    if not colon:
        return f"disk0:/{text.lstrip('/')}"
    flash = _DEVICES.get(device.lower())
    return text if flash is None else f"{flash}:/{rest.lstrip('/')}"


def with_settled_path(line: str) -> str:
    """The line with its file as the device keeps it: `boot system flash:/x` names `disk0:/x`.

    Lines that name no image are given back as they are.
    """
    found = _LINE_WITH_PATH.fullmatch(line)
    return line if found is None else f"{found[1]}{path_of(found[2])}{found[3]}"


def _name(path: str) -> str:
    return path.rsplit("/", 1)[-1].rsplit(":", 1)[-1]


def image_version(path: str) -> str | None:
    """The release in an ASA image's name; None: no ASA image, or a name that does not say.

    `asa9-16-4-lfbff-k8.SPA` is `9.16(4)`, `asa952-smp-k8.bin` is `9.5(2)`,
    `asa922-4-smp-k8.bin` is `9.2(2)4`.
    """
    name = _name(path)
    found = _PLAIN.match(name) or _FIREPOWER.match(name) or _PACKED.match(name)
    if found is None:
        return None
    major, minor, maintenance, interim = found.groups()
    return f"{int(major)}.{int(minor)}({int(maintenance)}){interim or ''}"


def package_platform(path: str) -> str | None:
    """Whose package it is: `win`, `macos`, `linux64`; None: not an AnyConnect package."""
    found = _PACKAGE.match(_name(path))
    if found is None:
        return None
    platform = found[1].lower()
    return _PLATFORMS.get(platform, platform)


@lru_cache(maxsize=64)
def package_version(path: str) -> str | None:
    """The release in a package's name, as `show webvpn anyconnect` prints it: `4,10,07061`."""
    found = _PACKAGE.match(_name(path))
    return None if found is None else found[2].replace(".", ",")
