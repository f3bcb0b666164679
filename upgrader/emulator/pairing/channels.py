"""The failover link and the state link as the log calls them: control channel, data channel."""

from upgrader.emulator.pairing.link import cable_up, takes_part
from upgrader.emulator.syslog.log import tell
from upgrader.emulator.tables import Pair

Channels = tuple[bool, bool]
"""Whether the control channel is up, and whether the data channel is."""


def channels(pair: Pair) -> Channels:
    """How the cables are now."""
    return pair.link.lan_up, cable_up(pair)


def tell_changes(pair: Pair, before: Channels) -> None:
    """Each unit that takes part writes which channel went down or came up since `before`."""
    for number, was, is_up in zip((720_024, 720_025), before, channels(pair), strict=True):
        if was == is_up:
            continue
        for u in (0, 1):
            if takes_part(pair, u):
                tell(pair, u, number, condition="up" if is_up else "down")
