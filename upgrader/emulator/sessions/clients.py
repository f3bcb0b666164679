"""People's computers: what they do when their tunnel or their ticket goes."""

from msgspec.structs import replace

from upgrader.emulator.draws import between
from upgrader.emulator.draws import number as draw
from upgrader.emulator.state import Client, Mind
from upgrader.emulator.tables import Pair
from upgrader.emulator.timers import schedule

_CODES = {mind: number for number, mind in enumerate(Mind, 1)}
_CONNECTED, _RETURNING, _AWAY = Mind.CONNECTED, Mind.RETURNING, Mind.AWAY


def platform_of(pair: Pair, share: float) -> str:
    """The platform at that place, from 0 to 1, in the population's mixture."""
    platforms = pair.scenario.clients.platforms
    reach = 0.0
    total = sum(weight for _, weight in platforms)
    for platform, weight in platforms:
        reach += weight / total
        if share < reach:
            return platform
    return platforms[-1][0]


def newcomer(pair: Pair, number: int, platform: str) -> Client:
    """A computer that has not been here yet.

    Its place on the Internet is from 198.18.0.0/15, the block set aside for tests (RFC 2544).
    """
    spec = pair.scenario.clients
    width = max(2, len(str(spec.count)))
    public = f"198.{18 + (number >> 16)}.{(number >> 8) & 255}.{number & 255}"
    user = f"{spec.user_prefix}{number:0{width}d}"
    return Client(number, user, public, platform, Mind.AWAY, None, None, None)


def put(pair: Pair, client: Client) -> None:
    """Let the client be as it is now: in the table, and among those of its mind."""
    number, minds = client.number, pair.minds
    pair.clients[number] = client
    if number < len(minds):
        minds[number] = _CODES[client.mind]
    elif number == len(minds) and number:
        minds.append(_CODES[client.mind])


def code(mind: Mind) -> int:
    """What stands in `Pair.minds` for a client of that mind: never 0."""
    return _CODES[mind]


def loses_ticket(pair: Pair, number: int, notice_ms: int) -> None:
    """The session of a client is gone: after that time it notices, and logs in anew.

    One that sleeps finds out when it wakes; one that does not return by itself stays away.
    """
    client = pair.clients[number]
    if client.mind is not _CONNECTED:
        pair.clients[number] = replace(client, index=None, token=None)
        return
    mind = _RETURNING if pair.scenario.clients.returns else _AWAY
    put(pair, replace(client, index=None, token=None, mind=mind))
    if mind is _RETURNING:
        delay = notice_ms + between(pair, "login", pair.scenario.timings.login_ms)
        schedule(pair, pair.now + delay, "login", argument=number)


def closed_notice_ms(pair: Pair) -> int:
    """How soon a client notices that the unit has closed its tunnel."""
    return between(pair, "closed", pair.scenario.timings.notice_fast_ms)


def moved_notice_ms(pair: Pair) -> int:
    """How soon a client notices that another unit stands behind its tunnel.

    At once, where it gets a reset; else by dead-peer detection.
    """
    timings = pair.scenario.timings
    chance = draw(pair, "moved")
    fast = chance % 1_000_000 < timings.fast_share * 1_000_000
    first, last = timings.notice_fast_ms if fast else timings.notice_slow_ms
    return first + (chance >> 24) % (max(first, last) - first + 1)
