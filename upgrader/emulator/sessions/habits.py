"""What people do by themselves: wake, sleep, log in, log off, so many an hour in all."""

from itertools import chain

from msgspec.structs import replace

from upgrader.emulator.draws import gap_ms
from upgrader.emulator.draws import number as draw
from upgrader.emulator.sessions.clients import newcomer, platform_of
from upgrader.emulator.sessions.logins import logs_in
from upgrader.emulator.sessions.vpn import leaves, sleeps, wakes
from upgrader.emulator.state import Mind
from upgrader.emulator.tables import Pair
from upgrader.emulator.timers import schedule

_HABITS = ("somebody-wakes", "somebody-sleeps", "somebody-logs-in", "somebody-logs-off")


def begin(pair: Pair) -> None:
    """Let all habits begin that the scenario gives a rate to."""
    for habit in _HABITS:
        _again(pair, habit)


def happens(pair: Pair, habit: str) -> None:
    """One person does it, whoever chance picks; then it is somebody's turn again later."""
    match habit:
        case "somebody-wakes":
            number = _anybody(pair, Mind.ASLEEP)
            if number is not None:
                wakes(pair, number)
        case "somebody-sleeps":
            number = _anybody(pair, Mind.CONNECTED)
            if number is not None:
                sleeps(pair, number)
        case "somebody-logs-in":
            number = _anybody(pair, Mind.AWAY)
            logs_in(pair, arrives(pair) if number is None else number)
        case _:
            number = _anybody(pair, Mind.CONNECTED)
            if number is not None:
                leaves(pair, number)
    _again(pair, habit)


def arrives(pair: Pair) -> int:
    """Somebody whom the pair has never seen: their number."""
    number = next(reversed(pair.clients), 0) + 1  # they are numbered in the order of arrival
    platform = platform_of(pair, draw(pair, "platform") / 2**64)
    pair.clients[number] = replace(newcomer(pair, number, platform), mind=Mind.AWAY)
    return number


def _anybody(pair: Pair, mind: Mind) -> int | None:
    """The first of that mind behind a place that chance picks: a list of all takes too long."""
    clients, most = pair.clients, next(reversed(pair.clients), 0)
    start = draw(pair, "anybody") % most if most else 0
    for number in chain(range(start + 1, most + 1), range(1, start + 1)):
        client = clients.get(number)
        if client is not None and client.mind is mind:
            return number
    return None


def _again(pair: Pair, habit: str) -> None:
    spec = pair.scenario.clients
    rates = (spec.wakes_per_hour, spec.sleeps_per_hour, spec.logins_per_hour, spec.logoffs_per_hour)
    rate = dict(zip(_HABITS, rates, strict=True))[habit]
    if rate > 0:
        schedule(pair, pair.now + gap_ms(pair, habit, rate), habit)
