"""A pair in real time: device time follows the loop's clock, and consoles live on it.

    console ──► LivePair.give(input) ──► the pair ──► kept, before anything is handed back
    loop's clock ──► tick at the next timer ──► the pair
    after each: lost consoles, text that nobody asked for, addresses that moved, datagrams

Nothing here opens a socket; several pairs share one loop. Time that only passed is kept with the
next input that matters, and when something was due, every few seconds at most: a pair that is
served for a week has few inputs, and one that is killed loses time in which nothing happened.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Protocol

from upgrader.emulator.admission.doors import MOST_SESSIONS
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.surface import inputs
from upgrader.emulator.surface.events import WrongEvent
from upgrader.emulator.talk import Answer, Conversation

SEATS = ("active", "standby", "primary", "secondary")
"""The addresses of a pair: two whose owners swap, and one for each chassis."""

KEEP_EVERY_S = 5.0
"""Real seconds after which what was due by itself is kept. Our choice: a kill costs so much."""


class Console(Protocol):
    """Somebody's open conversation, as the pair's time meets it."""

    def unasked(self, text: str) -> None:
        """The unit has printed this by itself."""
        ...

    def lost(self) -> None:
        """The unit, or the address, is no longer there: nobody will answer."""
        ...


class Visitor(Protocol):
    """A connection to a unit at a seat, with or without a conversation."""

    seat: str
    unit: int

    def lost(self) -> None:
        """The unit, or the address, is no longer there."""
        ...

    def leave(self) -> None:
        """The unit closes the connection."""
        ...


def _raise(fault: Exception) -> None:
    raise fault


class LivePair:
    """One pair, its clock, and those who talk with it."""

    def __init__(
        self,
        pair: EmulatedPair,
        keep: Callable[[inputs.Input], None],
        rate: float,
        broken: Callable[[Exception], None] = _raise,
    ) -> None:
        """`rate`: device seconds in a real one. `broken`: is told of a fault of ours.

        What went wrong in the pair is not in the inputs, so that whoever is told has to write
        the pair down whole. The others are served further.
        """
        assert rate > 0  # the command line refuses all else
        self.pair = pair
        self.consoles: dict[int, Console] = {}
        """By the number of the conversation."""
        self.visitors: set[Visitor] = set()
        """Everybody who is connected, and whose unit still knows him."""
        self._nobody = asyncio.Event()
        self._nobody.set()
        self.watchers: list[Callable[[], None]] = []
        """Called after anything may have changed, by whoever minds addresses or datagrams."""
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Ends with the fault when an input could not be kept: nothing further goes in."""
        self._keep = keep
        self._broken = broken
        self._rate = rate
        self._loop = asyncio.get_running_loop()
        self._zero_s = self._loop.time()
        self._zero_ms = pair.now
        self._kept_ms = pair.now
        self._kept_s = self._zero_s
        self._timer: asyncio.TimerHandle | None = None
        self._timer_ms: int | None = None
        self._settle()

    # ── time ───────────────────────────────────────────────────────────────────────────

    def device_ms(self) -> int:
        """The device's instant that is now."""
        return self._zero_ms + int((self._loop.time() - self._zero_s) * self._rate * 1_000)

    def loop_time(self, device_ms: int) -> float:
        """When, on the loop's clock, that instant of the device will be."""
        return self._zero_s + (device_ms - self._zero_ms + 1) / self._rate / 1_000

    def at(self, device_ms: int, do: Callable[[], None]) -> asyncio.TimerHandle:
        """Do it when that instant has come, the pair having lived up to it."""

        def then() -> None:
            self.catch_up()
            do()

        return self._loop.call_at(self.loop_time(device_ms), then)

    def catch_up(self) -> None:
        """Let the pair live up to now."""
        to = self.device_ms()
        if to <= self.pair.now:
            return
        due = self.pair.next_timer()
        try:
            self.pair.advance(to)
        except Exception as fault:  # noqa: BLE001  a fault in one event must not stop time
            self._is_broken(fault)
        if due is not None and due <= to:
            self._settle()

    def skip(self, ms: int) -> None:
        """Let that much device time pass at once."""
        self.catch_up()
        self._zero_ms += ms
        self._forget_timer()
        self.catch_up()
        self._set_timer()

    def keep_time(self) -> None:
        """Keep the time that has passed up to now, whoever may be killed next."""
        self.catch_up()
        self._keep_time(self.pair.now)

    # ── inputs ─────────────────────────────────────────────────────────────────────────

    def give(self, make: Callable[[int], inputs.Input]) -> inputs.Gave:
        """Put an input in at this instant; what came out, once the input is kept.

        Raises:
            WrongEvent: the pair refuses the event.
            Exception: a fault of ours, which `broken` has been told.
        """
        self.catch_up()
        try:
            given, gave = inputs.take(self.pair, make(self.pair.now))
        except (WrongEvent, inputs.OutOfStep):
            raise
        except Exception as fault:
            self._is_broken(fault)
            raise
        if isinstance(given, inputs.Received) and given.pure:
            return gave  # a line that only showed something: nothing follows, nothing is kept
        self._keep_time(given.at)
        self._write(given)
        self._kept_ms = self.pair.now
        self._settle()
        return gave

    def receive(self, number: int, line: str) -> Answer:
        """A line arrives in a conversation.

        Where the answer is a good-bye, its console is not told that the unit is lost.
        """
        self.catch_up()
        console = self.consoles.pop(number, None)
        if console is None:
            return Answer("", "", self.pair.now, silent=True)
        answer = self.give(lambda at: inputs.Received(at, number, line))
        assert isinstance(answer, Answer)  # what a line gives
        if number in self.pair.conversations:
            self.consoles[number] = console
        return answer

    def hang_up(self, number: int) -> None:
        """The client has gone."""
        self.consoles.pop(number, None)
        if number in self.pair.conversations:
            self.give(lambda at: inputs.HungUp(at, number))

    def conversation(self, number: int) -> Conversation | None:
        """The conversation of that number; None: it is over."""
        return self.pair.conversations.get(number)

    # ── connections ────────────────────────────────────────────────────────────────────

    def is_full(self, seat: str, unit: int) -> bool:
        """Whether the unit at that seat takes no further connection."""
        there = sum(visitor.unit == unit for visitor in self.visitors)
        return there >= MOST_SESSIONS or self.pair.sessions_full(seat)

    def arrives(self, visitor: Visitor) -> None:
        """Somebody is connected."""
        self.visitors.add(visitor)
        self._nobody.clear()

    def departs(self, visitor: Visitor) -> None:
        """He no longer is; content if he never was."""
        self.visitors.discard(visitor)
        if not self.visitors:
            self._nobody.set()

    async def dismiss(self, within_s: float) -> None:
        """Close all connections; whoever does not hear it in that time is left behind."""
        for visitor in list(self.visitors):
            visitor.leave()
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._nobody.wait()

    # ── what follows ───────────────────────────────────────────────────────────────────

    def close(self) -> None:
        """Stop the clock; what passed is kept."""
        self._forget_timer()
        self._keep_time(self.pair.now)

    def _keep_time(self, to: int) -> None:
        if to > self._kept_ms:
            self._write(inputs.Advanced(self._kept_ms, to))
            self._kept_ms = to
        self._kept_s = self._loop.time()

    def _is_broken(self, fault: Exception) -> None:
        """The pair is written down whole by whoever is told, up to this instant."""
        self._broken(fault)
        self._kept_ms = self.pair.now

    def _write(self, given: inputs.Input) -> None:
        """Hand an input to who keeps it.

        One that could not be kept must be the last: those behind it would mean something else.
        """
        if self.failed.done():
            return
        try:
            self._keep(given)
        except Exception as fault:
            self.failed.set_exception(fault)
            raise

    def _settle(self) -> None:
        """Tell everybody what has become of him, and set the clock to the next timer."""
        conversations = self.pair.conversations
        for number, console in list(self.consoles.items()):
            conversation = conversations.get(number)
            if conversation is None:
                del self.consoles[number]
                console.lost()
            elif conversation.unasked:
                # Shown text is gone from the pair. No input says so: it dies with the console.
                text, conversation.unasked = conversation.unasked, ""
                console.unasked(text)
        for watch in self.watchers:
            watch()
        self._set_timer()

    def _forget_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._timer_ms = None

    def _set_timer(self) -> None:
        due = self.pair.next_timer()
        if due == self._timer_ms:
            return
        self._forget_timer()
        self._timer_ms = due
        self._timer = None if due is None else self._loop.call_at(self.loop_time(due), self._tick)

    def _tick(self) -> None:
        self._timer = self._timer_ms = None
        self.catch_up()
        self._set_timer()
        if self._loop.time() - self._kept_s > KEEP_EVERY_S:
            self._keep_time(self.pair.now)


def owners(pair: EmulatedPair) -> Mapping[str, int | None]:
    """Who answers at each seat now."""
    return {seat: pair.owner_of(seat) for seat in SEATS}
