"""`show webvpn hostscan`, `show webvpn csd …`: whether posture is asked for, by what version."""

import re

from upgrader.dialect.commands import SHOW_CSD, SHOW_CSD_HOSTSCAN, SHOW_HOSTSCAN
from upgrader.dialect.replies.screen import lines_of
from upgrader.model.wide import ConfigText, HostScan
from upgrader.ports import Unparsed

_NAMED = re.compile(r"\b(?:Host ?scan|Secure Desktop|CSD)\b", re.IGNORECASE)
_VERSION = re.compile(r"\bversion (?:is )?(\d+(?:\.\d+)+)", re.IGNORECASE)
_OFF = re.compile(
    r"\bnot (?:currently )?(?:installed|enabled|running)\b|\bdisabled\b", re.IGNORECASE
)
_ON = re.compile(r"\benabled\b", re.IGNORECASE)


_ASKED_BY = (
    ("hostscan image ", SHOW_HOSTSCAN),
    ("csd hostscan image ", SHOW_CSD_HOSTSCAN),
    ("csd image ", SHOW_CSD),
)


def hostscan_line(names: ConfigText) -> str | None:
    """The line that a release knows: it is named as the image is; None: there is no image."""
    return next((line for beginning, line in _ASKED_BY if names.has(beginning)), None)


def read_hostscan(text: str, line: str = SHOW_HOSTSCAN) -> HostScan:
    """Read the sentence that names HostScan or CSD: its version, and whether it is enabled.

    Raises:
        Unparsed: no such sentence, or one that says neither.

    Source: AnyConnect 3.1 administrator guide, `show webvpn csd hostscan`; ASA command reference,
    `show webvpn csd`; that later releases say the same of `show webvpn hostscan` is inferred.
    """
    named = [row for row in lines_of(line, text) if _NAMED.search(row)]
    told = " ".join(named)
    version = _VERSION.search(told)
    is_off = _OFF.search(told) is not None
    if not named or not (is_off or _ON.search(told)):
        raise Unparsed(line, text, "whether HostScan is enabled is not told")
    return HostScan(not is_off, None if version is None else version[1])
