"""What goes with a release or a unit: TLS handshakes that fail, lines that are not known."""

from dataclasses import dataclass
from typing import Literal

PLATFORMS = ("win", "macos", "linux64")
"""What clients run."""


@dataclass(frozen=True, slots=True)
class BadHandshake:
    """`[[emulated.handshake]]`: whose handshakes fail."""

    reason: str
    """As OpenSSL calls it: `no shared cipher`, `sslv3 alert certificate unknown`."""
    function: str = "SSL3_GET_CLIENT_HELLO"
    platforms: tuple[str, ...] = ()
    """Which clients'; (): everybody's."""
    since: str = ""
    """On units that run this release or a later one; empty: whatever they run."""
    on: Literal["both", "primary", "secondary"] = "both"


@dataclass(frozen=True, slots=True)
class Dropped:
    """`[[emulated.dropped]]`: lines of the configuration that a release knows no more."""

    line: str
    """What they begin with: `ssl dh-group`."""
    since: str
    """The first release without them."""
