"""The files that the global `webvpn` section names beside AnyConnect packages."""

import re

from upgrader.model.staging import Kind
from upgrader.model.unit import Configuration

_PROFILE = re.compile(r"(?:anyconnect|svc) profiles \S+ (\S+)")
_HOSTSCAN = re.compile(r"(?:hostscan|csd(?: hostscan)?) image (\S+)")


def named_files(running: Configuration) -> tuple[tuple[Kind, str], ...]:
    """(kind, path) of every file that the lines name, each once, packages first.

    A path without a device lies on disk0. Failover replicates these lines and none of the files.

    Source: ASA command reference, `anyconnect profiles`, `hostscan image`, `csd image`,
    `csd hostscan image`; ASA failover guide on what is not replicated.
    """
    found = [(Kind.PACKAGE, package.path) for package in running.packages]
    for line in running.webvpn_lines:
        if (profile := _PROFILE.fullmatch(line)) is not None:
            found.append((Kind.PROFILE, profile[1]))
        elif (hostscan := _HOSTSCAN.fullmatch(line)) is not None:
            found.append((Kind.HOSTSCAN, hostscan[1]))
    return tuple(dict.fromkeys((kind, _with_device(path)) for kind, path in found))


def _with_device(path: str) -> str:
    return path if ":" in path else f"disk0:/{path.lstrip('/')}"
