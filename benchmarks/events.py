"""How many events a second happen in the world itself, with 10,000 sessions in it.

python benchmarks/events.py

An event is a timer that happens (somebody logs in, sleeps, wakes or logs off; an idle time is
over; a step of a failover), or a session whose tunnels come back after a switchover, which has no
timer of its own. What follows from an event (rows, tickets, leases, the standby's copies, the
notes of what the log will say) belongs to it. Syslog messages are counted beside them, as `show
logging` counts them; their texts are made when somebody looks. So each row is measured twice: time
passes and nobody looks; and the same with `show logging` at its end, which prints the buffer's
megabyte, some 7,000 lines.

The last row is of timers alone, which happen and find nothing to do: idle times of people who have
woken up again. It is no part of the sum.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from pairs import TEN_THOUSAND, pair_of
from timing import peak_mb, say_yardstick

from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.surface import faults
from upgrader.emulator.syslog import log
from upgrader.emulator.timers import count

MINUTE_MS = 60_000
RUNS = 7
TARGET = 100_000


@dataclass(frozen=True, slots=True)
class Span:
    """What happened in a while of the world's time, and the CPU time that it took."""

    events: int
    messages: int
    seconds: float
    looking: float
    """What the look at the log took after it."""


def with_people(**changes: float) -> EmulatedPair:
    """The pair of ten thousand, whose people are others in this."""
    scenario = pair_of(TEN_THOUSAND).scenario
    return EmulatedPair.from_scenario(
        replace(scenario, clients=replace(scenario.clients, **changes))
    )


def passes(pair: EmulatedPair, minutes: int) -> Span:
    """Let time pass at once, look at the log at its end, and count."""
    set_before, left_before, back_before = pair.sequence, count(pair), pair.resumed
    written_before = _messages(pair)
    begun = time.process_time()
    pair.advance(pair.now + minutes * MINUTE_MS)
    log.settle(pair)
    passed = time.process_time()
    console = pair.open("active")
    assert console is not None, "somebody serves"
    pair.receive(console.number, "show logging")
    looked = time.process_time()
    pair.hang_up(console.number)
    timers = pair.sequence - set_before - (count(pair) - left_before)
    back = pair.resumed - back_before
    written = _messages(pair) - written_before
    return Span(timers + back, written, passed - begun, looked - passed)


def _messages(pair: EmulatedPair) -> int:
    return sum(sum(unit.logged.values()) for unit in pair.units)


def switchover() -> tuple[EmulatedPair, int]:
    """The standby becomes active: 9,500 tunnels come back, each by itself."""
    pair = with_people()
    console = pair.open("standby")
    assert console is not None, "both units answer"
    pair.receive(console.number, "failover active")
    return pair, 5


def idle_times() -> tuple[EmulatedPair, int]:
    """Everybody sleeps, and everybody's idle time of two hours is over."""
    return with_people(sleeping=10_000), 130


def habits() -> tuple[EmulatedPair, int]:
    """People wake, sleep, log in and log off, 3,000 times a minute."""
    an_hour = {"wakes_per_hour": 60e3, "sleeps_per_hour": 60e3}
    return with_people(**an_hour, logins_per_hour=30e3, logoffs_per_hour=30e3), 5


def nothing() -> tuple[EmulatedPair, int]:
    """Everybody has slept and is awake again when the idle time would be over."""
    pair = with_people(sleeping=10_000)
    for number in pair.clients:
        faults.wake(pair, number)
    return pair, 130


def measure(what: str, begin: Callable[[], tuple[EmulatedPair, int]]) -> Span:
    """The run in the middle."""
    spans = []
    for _ in range(RUNS):
        pair, minutes = begin()
        spans.append(passes(pair, minutes))
    one = sorted(spans, key=lambda span: span.seconds)[RUNS // 2]
    row(what, one)
    return one


def row(what: str, span: Span) -> None:
    events, messages = span.events / span.seconds, span.messages / span.seconds
    looked = span.events / (span.seconds + span.looking)
    print(
        f"{what:24} {span.events:6,d} events {events:9,.0f}/s"
        f"  {span.messages:7,d} messages {messages:9,.0f}/s"
        f"  both {events + messages:9,.0f}/s"
        f"  with a look {looked:9,.0f} events/s",
        flush=True,
    )


if __name__ == "__main__":
    say_yardstick()
    spans = [
        measure("a switchover", switchover),
        measure("idle times", idle_times),
        measure("habits", habits),
    ]
    whole = Span(
        sum(span.events for span in spans),
        sum(span.messages for span in spans),
        sum(span.seconds for span in spans),
        sum(span.looking for span in spans),
    )
    row("all three", whole)
    measure("timers alone", nothing)
    print(f"  target {TARGET:,d} events/s; peak memory {peak_mb():.0f} MB")
    say_yardstick()
