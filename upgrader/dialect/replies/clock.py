"""`show clock` and `show ntp status`: the unit's time, and whether it follows a server."""

import re

from upgrader.dialect.commands import SHOW_CLOCK, SHOW_NTP
from upgrader.dialect.replies.screen import device_time, lines_of
from upgrader.model.wide import ClockSeen, NtpStatus
from upgrader.ports import Unparsed

_FOLLOWS = re.compile(
    r"Clock is (?P<un>un)?synchronized, stratum \d+, "
    r"(?:reference is (?P<server>\S+)|no reference clock)"
)


def read_clock(text: str) -> ClockSeen:
    """Read `show clock`.

    Raises:
        Unparsed: no time, or two.

    Source: `12:40:33.800 UTC Wed Aug 16 2017` in a real session. A clock that is not set has a
    mark before it (ASA command reference).
    """
    lines = lines_of(SHOW_CLOCK, text)
    times = [at for at in (device_time(line.lstrip("*.")) for line in lines) if at is not None]
    if len(times) != 1:
        raise Unparsed(SHOW_CLOCK, text, "not one time of day")
    return ClockSeen(times[0])


def read_ntp_status(text: str) -> NtpStatus:
    """Read `show ntp status`: its first line; the others are figures.

    Raises:
        Unparsed: that line is not there.

    Source: ASA command reference, `show ntp status`; no capture was found.
    """
    found = [row for row in map(_FOLLOWS.fullmatch, lines_of(SHOW_NTP, text)) if row is not None]
    if len(found) != 1:
        raise Unparsed(SHOW_NTP, text, "whether the clock is synchronized is not told")
    return NtpStatus(found[0]["un"] is None, found[0]["server"] or "")
