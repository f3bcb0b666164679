"""`show webvpn anyconnect`: the AnyConnect packages that a unit has loaded."""

import re

from upgrader.dialect.commands import SHOW_PACKAGES
from upgrader.dialect.replies.screen import lines_of
from upgrader.model.vpn import LoadedPackage
from upgrader.ports import Unparsed

_ENTRY = re.compile(r"\d+\. (?P<path>\S+) (?P<order>\d{1,18})(?: (?:dyn-)?regex=/(?P<regex>.*)/)?")
_LIKE_AN_ENTRY = re.compile(r"\d+\.\s")
_PLATFORM = re.compile(r"CISCO STC .*")
_VERSION = re.compile(r"\d+(?:,\d+)+", re.ASCII)
_BUILT = re.compile(r"[A-Z][a-z]{2} \d{2}/\d{2}/\d{4} .*", re.ASCII)
_INSTALLED = re.compile(r"(\d{1,18}) (?:AnyConnect|.*Secure) Client\(s\) installed", re.ASCII)


def read_webvpn_anyconnect(text: str) -> tuple[LoadedPackage, ...]:
    """Read `show webvpn anyconnect`, in the order in which the unit offers the packages.

    What lies on flash is another question: a package is loaded when its line is executed.

    Raises:
        Unparsed: an entry without platform, version or build time, or another number of entries
            than the foot of the screen says.

    Source: Cisco's command reference; no capture was found.
    """
    lines = lines_of(SHOW_PACKAGES, text)
    installed = [int(foot[1]) for foot in map(_INSTALLED.fullmatch, lines) if foot is not None]
    if len(installed) != 1:
        raise Unparsed(SHOW_PACKAGES, text, "how many packages are installed is not told")
    entries = _entries(text, lines)
    if installed != [len(entries)]:
        raise Unparsed(SHOW_PACKAGES, text, f"{installed[0]} installed, {len(entries)} listed")
    return tuple(_package(text, *entry) for entry in entries)


def _entries(text: str, lines: list[str]) -> list[tuple[re.Match[str], list[str]]]:
    """Each entry's first line with the lines that follow it."""
    entries: list[tuple[re.Match[str], list[str]]] = []
    for line in lines:
        if (entry := _ENTRY.fullmatch(line)) is not None:
            entries.append((entry, []))
        elif _LIKE_AN_ENTRY.match(line):
            raise Unparsed(SHOW_PACKAGES, text, f"an entry that is not as it should be: {line!r}")
        elif entries:
            entries[-1][1].append(line)
    return entries


def _package(text: str, entry: re.Match[str], lines: list[str]) -> LoadedPackage:
    """An entry as a value."""

    def only(what: str, pattern: re.Pattern[str]) -> str:
        found = [line for line in lines if pattern.fullmatch(line)]
        if len(found) != 1:
            raise Unparsed(SHOW_PACKAGES, text, f"{entry['path']} has not one {what}")
        return found[0]

    return LoadedPackage(
        path=entry["path"],
        order=int(entry["order"]),
        regex=entry["regex"],
        platform=only("platform", _PLATFORM),
        version=only("version", _VERSION),
        built=only("build time", _BUILT),
    )
