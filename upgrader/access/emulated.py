"""An emulated pair behind the ports: text in, text out, and sleeping is what lets time pass.

Nothing of the emulator but text, prompts and instants gets past this module.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from upgrader.access.clock import PacedClock
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.shell import prompt as prompt_of
from upgrader.emulator.state import Answer, Conversation
from upgrader.model.names import Instant, Seat
from upgrader.ports import Clock, Dropped, NoAnswer, Seats

SILENCE_MS = 5_000
"""How long we listen before we say that nobody answers. Our guess; SSH clients wait 5 to 30 s."""

ACTIVE = "active"
STANDBY = "standby"


class Keeper(Protocol):
    """Writes down what goes into a pair, so that it outlives this process."""

    def opened(self, at: int, seat: str) -> None:
        """A console was asked for at that seat."""
        ...

    def received(self, at: int, number: int, line: str, *, pure: bool) -> None:
        """The line arrived in that conversation; pure: it changed nothing."""
        ...

    def hung_up(self, at: int, number: int) -> None:
        """The conversation was closed from this side."""
        ...

    def advanced(self, at: int, to: int) -> None:
        """Time passed until `to`."""
        ...

    def close(self, pair: EmulatedPair) -> None:
        """Nothing more will come; the pair is as given."""
        ...


class Forgetful:
    """Keeps nothing: forks and rehearsals end with the process."""

    def opened(self, at: int, seat: str) -> None:
        """Forget it."""

    def received(self, at: int, number: int, line: str, *, pure: bool) -> None:
        """Forget it."""

    def hung_up(self, at: int, number: int) -> None:
        """Forget it."""

    def advanced(self, at: int, to: int) -> None:
        """Forget it."""

    def close(self, pair: EmulatedPair) -> None:
        """Forget it."""


FORGETFUL = Forgetful()


class Pace:
    """How many device seconds go by in a second of a person's, and how to wait for them."""

    def __init__(self, device_seconds: float, wait: Callable[[float], None]) -> None:
        self.device_seconds = device_seconds
        self.wait = wait


class EmulatedClock:
    """The pair's own time. `sleep` is the only thing that moves it."""

    def __init__(self, pair: EmulatedPair, keeper: Keeper) -> None:
        self._pair = pair
        self._keeper = keeper

    def now(self) -> Instant:
        """Milliseconds since the scenario's start."""
        return Instant(self._pair.now)

    def sleep(self, duration: timedelta) -> None:
        """Run the pair's timers up to the end of the sleep."""
        before = self._pair.now
        to = before + duration // timedelta(milliseconds=1)
        if to > before:
            self._pair.advance(to)
            self._keeper.advanced(before, to)


class EmulatedConsole:
    """A conversation with one unit, in privileged EXEC."""

    def __init__(
        self,
        pair: EmulatedPair,
        conversation: Conversation,
        seat: Seat,
        clock: Clock,
        keeper: Keeper,
    ) -> None:
        self._pair = pair
        self._number = conversation.number
        self._seat = seat
        self._clock = clock
        self._keeper = keeper
        self._prompt = prompt_of(pair, conversation)
        self._open = True

    @property
    def seat(self) -> Seat:
        """Where it was opened."""
        return self._seat

    @property
    def prompt(self) -> str:
        """The prompt after the last reply."""
        return self._prompt

    def ask(self, line: str) -> str:
        """Type a line; returns when the answer is due on the world's clock.

        Raises:
            NoAnswer: nothing came back.
            Dropped: the conversation is over.
        """
        if not self._open:
            raise Dropped(self._seat, line, "the console is closed")
        if self._keeper is FORGETFUL:
            answer = self._pair.receive(self._number, line)
        else:
            answer = self._received(line)
        if answer.dropped:
            self._open = False
            raise Dropped(self._seat, line, "the connection was closed by the other side")
        if answer.silent:
            self._clock.sleep(timedelta(milliseconds=SILENCE_MS))
            raise NoAnswer(self._seat, line, "no answer")
        self._prompt = answer.prompt
        if answer.due > self._pair.now:
            self._clock.sleep(timedelta(milliseconds=answer.due - self._pair.now))
        return answer.text

    def _received(self, line: str) -> Answer:
        """The answer, once the keeper has written down what was typed."""
        before = self._pair.now
        marks = self._marks()
        answer = self._pair.receive(self._number, line)
        pure = self._marks() == marks and line.split(maxsplit=1)[:1] in (["show"], ["dir"])
        self._keeper.received(before, self._number, line, pure=pure)
        return answer

    def close(self) -> None:
        """Hang up."""
        if self._open:
            self._open = False
            before = self._pair.now
            self._pair.hang_up(self._number)
            self._keeper.hung_up(before, self._number)

    def _marks(self) -> tuple[object, ...]:
        """What would differ if a line had done anything. Cheap: the whole pair is not compared."""
        pair = self._pair
        talk = pair.conversations.get(self._number)
        mode = None if talk is None else (talk.mode, talk.section, talk.pending, talk.unasked)
        return (pair.now, pair.changes, pair.sequence, pair.draws, len(pair.timers), mode)


class EmulatedAccess:
    """The way to the two units of an emulated pair."""

    def __init__(self, pair: EmulatedPair, seats: Seats, clock: Clock, keeper: Keeper) -> None:
        self._pair = pair
        self._seats = seats
        self._clock = clock
        self._keeper = keeper

    def open(self, seat: Seat) -> EmulatedConsole:
        """Open a console with whoever holds the seat now.

        Raises:
            NoAnswer: nobody does, or it is no seat of this pair.
        """
        held = self._named(seat)
        before = self._pair.now
        conversation = None if held is None else self._pair.open(held)
        if held is None or conversation is None:
            self._clock.sleep(timedelta(milliseconds=SILENCE_MS))
            raise NoAnswer(seat, None, "nobody answers")
        self._keeper.opened(before, held)
        return EmulatedConsole(self._pair, conversation, seat, self._clock, self._keeper)

    def _named(self, seat: Seat) -> str | None:
        return {self._seats.active: ACTIVE, self._seats.standby: STANDBY}.get(seat)


class EmulatedWorld:
    """A world in this process. With a keeper it persists; without one it is a fork."""

    def __init__(
        self, pair: EmulatedPair, keeper: Keeper | None = None, pace: Pace | None = None
    ) -> None:
        self._pair = pair
        self._keeper = FORGETFUL if keeper is None else keeper
        self._pace = pace
        own = EmulatedClock(pair, self._keeper)
        self._clock: Clock = (
            own if pace is None else PacedClock(own, pace.device_seconds, pace.wait)
        )
        self._seats = _seats_of(pair)
        self._access = EmulatedAccess(pair, self._seats, self._clock, self._keeper)

    @property
    def access(self) -> EmulatedAccess:
        """The way to the units."""
        return self._access

    @property
    def clock(self) -> Clock:
        """The pair's own time."""
        return self._clock

    @property
    def seats(self) -> Seats:
        """The management addresses, or the words `active` and `standby` where none are set."""
        return self._seats

    def fork(self) -> "EmulatedWorld":
        """A twin in memory; it keeps the pace and forgets everything at the end."""
        return EmulatedWorld(self._pair.fork(), None, self._pace)

    def paced(self, pace: Pace) -> "EmulatedWorld":
        """The same world, slowed down for a person who watches."""
        return EmulatedWorld(self._pair, self._keeper, pace)

    def close(self) -> None:
        """Hand the pair to the keeper, and let go."""
        self._keeper.close(self._pair)


def _seats_of(pair: EmulatedPair) -> Seats:
    for unit in pair.units:
        port = unit.settings.management
        if port is not None and port.address is not None and port.standby is not None:
            return Seats(Seat(port.address), Seat(port.standby))
    return Seats(Seat(ACTIVE), Seat(STANDBY))
