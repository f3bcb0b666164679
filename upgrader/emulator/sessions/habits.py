"""What people do by themselves: wake, sleep, log in, log off, so many an hour in all."""

from collections.abc import Callable, Mapping

from upgrader.emulator.draws import gap_ms
from upgrader.emulator.draws import number as draw
from upgrader.emulator.remembered import of_the_same
from upgrader.emulator.scenario import ClientsSpec
from upgrader.emulator.sessions.clients import code, newcomer, platform_of, put
from upgrader.emulator.sessions.ground import Ground
from upgrader.emulator.sessions.logins import logs_in
from upgrader.emulator.sessions.vpn import leaves, sleeps, wakes
from upgrader.emulator.state import Mind, Timer
from upgrader.emulator.tables import Pair
from upgrader.emulator.timers import schedule

_HABITS: Mapping[str, tuple[int, Callable[[Pair, int, Ground], None]]] = {
    "somebody-wakes": (code(Mind.ASLEEP), wakes),
    "somebody-sleeps": (code(Mind.CONNECTED), sleeps),
    "somebody-logs-in": (code(Mind.AWAY), logs_in),
    "somebody-logs-off": (code(Mind.CONNECTED), leaves),
}
"""Of which mind those are who can do it, and what it is."""


def begin(pair: Pair) -> None:
    """Let all habits begin that the scenario gives a rate to."""
    if any(_rates(pair.scenario.clients).values()):
        _gather(pair)
    for habit in _HABITS:
        _again(pair, habit)


def happens(pair: Pair, timer: Timer, ground: Ground) -> None:
    """One person does it, whoever chance picks; then it is somebody's turn again later."""
    habit = timer.event
    mind, does = _HABITS[habit]
    number = _anybody(pair, mind)
    if number is None and does is logs_in:
        number = arrives(pair)
    if number is not None:
        does(pair, number, ground)
    _again(pair, habit)


def arrives(pair: Pair) -> int:
    """Somebody whom the pair has never seen: their number."""
    number = next(reversed(pair.clients), 0) + 1  # they are numbered in the order of arrival
    platform = platform_of(pair, draw(pair, "platform") / 2**64)
    put(pair, newcomer(pair, number, platform))
    return number


def _anybody(pair: Pair, mind: int) -> int | None:
    """The first of that mind behind a place that chance picks: a list of all takes too long."""
    minds, most = pair.minds, len(pair.clients)
    if len(minds) <= most:
        _gather(pair)
    start = draw(pair, "anybody") % most if most else 0
    number = minds.find(mind, start + 1)
    if number < 0:
        number = minds.find(mind, 1, start + 1)
    return number if number > 0 else None


def _gather(pair: Pair) -> None:
    """Note what each client is doing."""
    pair.minds[:] = bytes((0, *(code(client.mind) for client in pair.clients.values())))


def _again(pair: Pair, habit: str) -> None:
    rate = _rates(pair.scenario.clients)[habit]
    if rate > 0:
        schedule(pair, pair.now + gap_ms(pair, habit, rate), habit)


@of_the_same
def _rates(spec: ClientsSpec) -> dict[str, float]:
    """How many do it in an hour, by habit."""
    rates = (spec.wakes_per_hour, spec.sleeps_per_hour, spec.logins_per_hour, spec.logoffs_per_hour)
    return dict(zip(_HABITS, rates, strict=True))
