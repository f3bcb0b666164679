"""Versions as people, screens and file names spell them."""

import re
from functools import lru_cache

from upgrader.model.version import Version

_NUMBER = r"\d{1,6}"
_SPELLINGS = (
    re.compile(rf"({_NUMBER})\.({_NUMBER})\(({_NUMBER})\)({_NUMBER})?", re.ASCII),
    re.compile(rf"({_NUMBER})\.({_NUMBER})\.({_NUMBER})(?:\.({_NUMBER}))?", re.ASCII),
    re.compile(rf"({_NUMBER})-({_NUMBER})-({_NUMBER})(?:-({_NUMBER}))?", re.ASCII),
)
_CONTEXT = re.compile(r"\s+<[^<>]*>$")
"""`9.8(3)21 <context>`: what a security context adds to its version."""

_OF_MANY = re.compile(r"Appliance Software Version \S+ <(?:context|system)>")
"""Real 9.8(3)21 screen of a context."""

_IMAGE = re.compile(
    r"asa(?P<digits>\d+(?:-\d+){0,3})(?:-(?P<family>[a-z][a-z0-9]*))?-k[89]\.(?:bin|spa)",
    re.ASCII | re.IGNORECASE,
)
"""`asa9-16-4-lfbff-k8.SPA`, `asa952-smp-k8.bin`, `asa917-32-k8.bin`."""

_BUNDLE = re.compile(
    r"cisco-asa-(?P<family>fp[a-z0-9]+)\.(?P<version>\d+(?:\.\d+){2,3})\.spa",
    re.ASCII | re.IGNORECASE,
)
"""`cisco-asa-fp2k.9.20.2.SPA`."""

_ASDM = re.compile(
    r"asdm(?:-openjre)?-(\d+)(?:-(\d+))?\.bin",
    re.ASCII | re.IGNORECASE,
)

_FAMILIES = (
    # (what the hardware line of `show version` begins with, the image family that it boots)
    (("ASA5506", "ASA5508", "ASA5516", "ISA-3000"), "lfbff"),
    (("ASA5512", "ASA5515", "ASA5525", "ASA5545", "ASA5555", "ASA5580", "ASA5585"), "smp"),
    (("ASAv",), "smp"),
    (("FPR-1", "FPR1"), "fp1k"),
    (("FPR-2", "FPR2"), "fp2k"),
    (("FPR-3", "FPR3"), "fp3k"),
    (("FPR-42", "FPR42"), "fp4200"),
)


def is_of_contexts(text: str) -> bool:
    """Whether `show version` was answered in multiple context mode."""
    return _OF_MANY.search(text) is not None


@lru_cache(maxsize=256)
def read_version(text: str) -> Version:
    """Read a version as a person or a screen spells it.

    `9.16(4)`, `9.16.4` and `9-16-4` are one version; so are `9.2(2)4` and `9.2.2.4`. A
    trailing ` <context>` is left out.

    Raises:
        ValueError: with a sentence for the person who wrote it.
    """
    bare = _CONTEXT.sub("", text.strip())
    for spelling in _SPELLINGS:
        found = spelling.fullmatch(bare)
        if found is not None:
            major, minor, maintenance, interim = found.groups()
            return Version(int(major), int(minor), int(maintenance), int(interim or 0))
    raise ValueError(
        f"{text!r} is not a version: major, minor and maintenance are needed, "
        "like 9.16(4), 9.16.4 or 9-16-4, with an interim number where there is one, like 9.2(2)4"
    )


def version_in_file_name(path: str) -> Version | None:
    """The release that an ASA image's name speaks of; None: no ASA image, or ambiguous."""
    name = _name_of(path)
    bundle = _BUNDLE.fullmatch(name)
    if bundle is not None:
        return read_version(bundle["version"])
    image = _IMAGE.fullmatch(name)
    if image is None:
        return None
    numbers = image["digits"].split("-")
    match numbers:
        case [packed]:
            return _unpacked(packed, None)
        case [packed, interim]:
            return _unpacked(packed, interim)
        case _:
            return read_version("-".join(numbers))


def image_family(path: str) -> str | None:
    """`lfbff`, `smp`, `fp2k`, …: which hardware the image is for; None where the name is silent."""
    name = _name_of(path)
    found = _BUNDLE.fullmatch(name) or _IMAGE.fullmatch(name)
    if found is None or found["family"] is None:
        return None
    return found["family"].lower()


def family_of_hardware(hardware: str) -> str | None:
    """The image family that a platform boots; None: not known here.

    Source: `show version` of 5516-X, ISA-3000, 5512-X and ASAv names such images; the Firepower
    families are inferred from the names of Cisco's bundles.
    """
    wanted = hardware.strip().lower()
    for beginnings, family in _FAMILIES:
        if any(wanted.startswith(beginning.lower()) for beginning in beginnings):
            return family
    return None


def asdm_version_in_file_name(path: str) -> Version | None:
    """`asdm-7161.bin` is 7.16(1), `asdm-791-151.bin` is 7.9(1)151; None: ambiguous or no ASDM."""
    found = _ASDM.fullmatch(_name_of(path))
    return None if found is None else _unpacked(found[1], found[2])


def _name_of(path: str) -> str:
    """The file's name, without device and folders."""
    return path.strip().rpartition(":")[2].rpartition("/")[2]


def _unpacked(packed: str, interim: str | None) -> Version | None:
    """`952` is 9.5(2), `9162` is 9.16(2): the digits of a name without separators.

    Four digits are read so only where the minor is 10 to 29: a real ASAv runs 9.16(2) from
    `asa9162-smp-k8.bin`, and no release has a maintenance number of two digits. All else could
    be read in two ways.
    """
    tail = int(interim or 0)
    if len(packed) == 3:
        return Version(int(packed[0]), int(packed[1]), int(packed[2]), tail)
    if len(packed) == 4 and packed[1] in "12":
        return Version(int(packed[0]), int(packed[1:3]), int(packed[3]), tail)
    return None
