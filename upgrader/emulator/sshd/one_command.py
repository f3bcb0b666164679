"""An exec request that is carried out: no ASA does it, but tests may want it (`exec = "run"`)."""

import asyncio
from collections.abc import Callable

from upgrader.emulator.sshd.hosting import LivePair
from upgrader.emulator.sshd.outlet import Outlet
from upgrader.emulator.talk import Answer, Conversation


class OneCommand:
    """One line in a conversation of its own; what it prints, without echo and prompt."""

    def __init__(
        self,
        live: LivePair,
        conversation: Conversation,
        outlet: Outlet,
        command: str,
        leave: Callable[[int], None],
        lost: Callable[[], None],
    ) -> None:
        """`leave` is called with the exit status; `lost` when the unit is gone."""
        self._live = live
        self._number = conversation.number
        self._outlet = outlet
        self._leave = leave
        self._on_lost = lost
        self._waiting: asyncio.TimerHandle | None = None
        live.consoles[self._number] = self
        conversation.unasked = ""
        answer = live.receive(self._number, command)
        self._waiting = live.at(answer.due, lambda: self._done(answer))

    def receive(self, data: bytes) -> None:
        """What a client types has no meaning here."""

    def at_end(self) -> None:
        """The command goes on."""

    def resized(self, columns: int) -> None:
        """Nothing is drawn."""

    def unasked(self, text: str) -> None:
        """Only the command's own text is wanted."""

    def lost(self) -> None:
        """The unit is gone."""
        self._stop()
        self._on_lost()

    def close(self) -> None:
        """The client has gone."""
        self._stop()
        self._live.hang_up(self._number)

    def _done(self, answer: Answer) -> None:
        self._waiting = None
        self._outlet.write(answer.text.encode(errors="replace"))
        self._outlet.at_end(lambda: self._leave(0))

    def _stop(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
