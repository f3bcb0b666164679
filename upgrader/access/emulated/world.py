"""An emulated pair behind the ports: text in, text out, and sleeping is what lets time pass.

Nothing of the emulator but text, prompts and instants gets past the ports. Who serves the pair,
or lets something happen to it, has the world itself, and tells its keeper.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from upgrader.access.clock import PacedClock
from upgrader.access.emulated.repository import LocalFiles
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.shell.shell import prompt as prompt_of
from upgrader.emulator.surface.inputs import Advanced, Gave, HungUp, Input, Opened, Received, take
from upgrader.emulator.talk import Answer, Conversation
from upgrader.model.names import Instant, Seat
from upgrader.ports import Clock, Dropped, NoAnswer, Seats

SILENCE_MS = 5_000
"""How long we listen before we say that nobody answers. Our guess; SSH clients wait 5 to 30 s."""

_MS = timedelta(milliseconds=1)

ACTIVE = "active"
STANDBY = "standby"


class Keeper(Protocol):
    """Writes down what goes into a pair, so that it outlives this process."""

    def took(self, given: Input) -> None:
        """That input went in. Returns when it is written down; what came of it is not yet told."""
        ...

    def save(self, pair: EmulatedPair) -> None:
        """More will come; the pair is as given, so that what went in need not be kept longer."""
        ...

    def close(self, pair: EmulatedPair) -> None:
        """Nothing more will come; the pair is as given."""
        ...


class Forgetful:
    """Keeps nothing: forks and rehearsals end with the process."""

    def took(self, given: Input) -> None:
        """Forget it."""

    def save(self, pair: EmulatedPair) -> None:
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
        to = before + duration // _MS
        if to > before:
            self._pair.advance(to)
            if self._keeper is not FORGETFUL:
                self._keeper.took(Advanced(before, to))


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
        kept, answer = take(self._pair, Received(self._pair.now, self._number, line))
        self._keeper.took(kept)
        assert isinstance(answer, Answer)  # a line that was received is always answered
        return answer

    def close(self) -> None:
        """Hang up."""
        if self._open:
            self._open = False
            self._pair.hang_up(self._number)
            self._keeper.took(HungUp(self._pair.now, self._number))


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
        conversation = None if held is None else self._pair.open(held)
        if held is None or conversation is None:
            self._clock.sleep(timedelta(milliseconds=SILENCE_MS))
            raise NoAnswer(seat, None, "nobody answers")
        self._keeper.took(Opened(self._pair.now, held))
        return EmulatedConsole(self._pair, conversation, seat, self._clock, self._keeper)

    def _named(self, seat: Seat) -> str | None:
        return {self._seats.active: ACTIVE, self._seats.standby: STANDBY}.get(seat)


class EmulatedWorld:
    """A world in this process. With a keeper it persists; without one it is a fork."""

    def __init__(
        self, pair: EmulatedPair, keeper: Keeper | None = None, pace: Pace | None = None
    ) -> None:
        self._pair = pair
        if pair.outside is None and pair.scenario.repository:
            pair.outside = LocalFiles(pair.scenario.repository)
        self._keeper = FORGETFUL if keeper is None else keeper
        self._pace = pace
        own = EmulatedClock(pair, self._keeper)
        self._clock: Clock = (
            own if pace is None else PacedClock(own, pace.device_seconds, pace.wait)
        )
        self._seats = _seats_of(pair)
        self._access = EmulatedAccess(pair, self._seats, self._clock, self._keeper)

    @property
    def pair(self) -> EmulatedPair:
        """The pair itself: for who serves it, or tells the truth about it."""
        return self._pair

    @property
    def keeper(self) -> Keeper:
        """Where what goes into the pair must be told."""
        return self._keeper

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

    def give(self, make: Callable[[int], Input]) -> Gave:
        """Put in the input that is made of the present instant; what came out, once it is kept.

        Raises:
            WrongEvent: the pair refuses the event.
        """
        given, gave = take(self._pair, make(self._pair.now))
        self._keeper.took(given)
        return gave

    def skip(self, ms: int) -> None:
        """Let so much time pass at once, whatever the pace."""
        if ms:
            self.give(lambda at: Advanced(at, at + ms))

    def save(self) -> None:
        """Hand the pair to the keeper, and go on."""
        self._keeper.save(self._pair)

    def close(self) -> None:
        """Hand the pair to the keeper, and let go."""
        self._keeper.close(self._pair)


def _seats_of(pair: EmulatedPair) -> Seats:
    for unit in pair.units:
        port = unit.settings.management
        if port is not None and port.address is not None and port.standby is not None:
            return Seats(Seat(port.address), Seat(port.standby))
    return Seats(Seat(ACTIVE), Seat(STANDBY))
