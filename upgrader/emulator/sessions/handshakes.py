"""Who is kept out of a unit before he has said who he is: handshakes, packages, AAA servers.

A client with a ticket that cannot come in keeps its row and its address on the unit, which has
not heard of it: the row ends by its idle time. Inferred.
"""

from upgrader.emulator.scenario.handshakes import PLATFORMS, BadHandshake
from upgrader.emulator.sessions.packages import serving
from upgrader.emulator.state import Client, Role
from upgrader.emulator.syslog import log
from upgrader.emulator.syslog.notes import release
from upgrader.emulator.tables import Pair

_PORT = 49_152
"""From which port the first of them calls. Invented."""


def failing(pair: Pair, u: int, platform: str) -> BadHandshake | None:
    """Why the handshakes of such clients fail with that unit; None: they do not."""
    unit = pair.units[u]
    own = "primary" if unit.role is Role.PRIMARY else "secondary"
    for bad in pair.scenario.handshakes:
        if bad.platforms and platform not in bad.platforms:
            continue
        if bad.on in ("both", own) and release(unit.version) >= release(bad.since or None):
            return bad
    return None


def lacks_package(pair: Pair, u: int, platform: str) -> bool:
    """Whether such clients are refused with their tickets, for the unit has no package for them.

    `without_package`.
    """
    if pair.scenario.incident.without_package == "resumes":
        return False
    return serving(pair.units[u].loaded, platform) is None


def shut_out(pair: Pair, u: int) -> frozenset[str]:
    """The platforms whose clients cannot come back to that unit with their tickets."""
    if not pair.scenario.handshakes and pair.scenario.incident.without_package == "resumes":
        return frozenset()
    return frozenset(
        platform
        for platform in PLATFORMS
        if failing(pair, u, platform) is not None or lacks_package(pair, u, platform)
    )


def tell_failure(pair: Pair, u: int, client: Client, bad: BadHandshake) -> None:
    """What a unit writes where a handshake has failed: it does not know whose it was."""
    settings = pair.units[u].settings
    name = settings.webvpn.enabled_on[0] if settings.webvpn.enabled_on else "outside"
    port = settings.interface(name)
    log.tell(pair, u, 725_014, function=bad.function, reason=bad.reason)
    log.tell(
        pair,
        u,
        725_006,
        peer="client",
        interface=name,
        public=client.public,
        port=_PORT + client.number * 37 % 16_000,
        address=(port and port.address) or "",
    )
