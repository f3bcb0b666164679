"""What people do by themselves: wake, sleep, log in, log off, so many an hour in all."""

from collections.abc import Callable, Mapping
from operator import attrgetter

from upgrader.emulator.draws import gap_ms
from upgrader.emulator.draws import number as draw
from upgrader.emulator.scenario import ClientsSpec
from upgrader.emulator.sessions.clients import code, newcomer, platform_of, put
from upgrader.emulator.sessions.ground import Ground
from upgrader.emulator.sessions.logins import logs_in
from upgrader.emulator.sessions.vpn import leaves, sleeps, wakes
from upgrader.emulator.state import Mind, Timer
from upgrader.emulator.tables import Pair
from upgrader.emulator.timers import schedule

_Habit = tuple[int, Callable[[Pair, int, Ground], None], Callable[[ClientsSpec], float]]

_HABITS: Mapping[str, _Habit] = {
    "somebody-wakes": (code(Mind.ASLEEP), wakes, attrgetter("wakes_per_hour")),
    "somebody-sleeps": (code(Mind.CONNECTED), sleeps, attrgetter("sleeps_per_hour")),
    "somebody-logs-in": (code(Mind.AWAY), logs_in, attrgetter("logins_per_hour")),
    "somebody-logs-off": (code(Mind.CONNECTED), leaves, attrgetter("logoffs_per_hour")),
}
"""Of which mind those are who can do it, what it is, and how often it happens."""


def begin(pair: Pair) -> None:
    """Let all habits begin that the scenario gives a rate to."""
    spec = pair.scenario.clients
    rates = {habit: rate_of(spec) for habit, (_, _, rate_of) in _HABITS.items()}
    if any(rates.values()):
        _gather(pair)
    for habit, rate in rates.items():
        if rate > 0:
            schedule(pair, pair.now + gap_ms(pair, habit, rate), habit)


def happens(pair: Pair, timer: Timer, ground: Ground) -> None:
    """One person does it, whoever chance picks; then it is somebody's turn again later.

    It is the first of that mind behind a place that chance picks: a list of all takes too long.
    """
    habit = timer.event
    mind, does, rate_of = _HABITS[habit]
    minds, most = pair.minds, len(pair.clients)
    if len(minds) <= most:
        _gather(pair)
    place = draw(pair, "anybody") % most + 1 if most else 1
    number = minds.find(mind, place)
    if number < 0:
        number = minds.find(mind, 1, place)
    if number > 0:
        does(pair, number, ground)
    elif does is logs_in:
        does(pair, arrives(pair), ground)
    # Never zero: `begin` sets no such habit going, and the rates of a scenario stay as they are.
    schedule(pair, pair.now + gap_ms(pair, habit, rate_of(pair.scenario.clients)), habit)


def arrives(pair: Pair) -> int:
    """Somebody whom the pair has never seen: their number."""
    number = next(reversed(pair.clients), 0) + 1  # they are numbered in the order of arrival
    platform = platform_of(pair, draw(pair, "platform") / 2**64)
    put(pair, newcomer(pair, number, platform))
    return number


def _gather(pair: Pair) -> None:
    """Note what each client is doing."""
    pair.minds[:] = bytes((0, *(code(client.mind) for client in pair.clients.values())))
