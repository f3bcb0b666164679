"""Configurations of pairs with what only some have: posture, an NTP server, trustpoints."""

HOSTSCAN = "disk0:/hostscan_4.10.07061-k9.pkg"
EVERYTHING = (
    "ntp server 10.1.1.9 source inside prefer",
    "password encryption aes",
    "license smart",
    " feature tier standard",
    "crypto ca trustpoint OUTSIDE",
    " enrollment terminal",
    "crypto ca server",
    " shutdown",
)
"""Lines for each of which something more is asked, HostScan aside."""


def with_posture(lines: tuple[str, ...], *under_webvpn: str) -> tuple[str, ...]:
    at = lines.index("webvpn") + 1
    return (*lines[:at], *under_webvpn, *lines[at:])
