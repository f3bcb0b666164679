"""A console over SSH: a terminal at one end of a channel, a conversation with a unit behind it."""

import asyncio
from collections.abc import Callable

from upgrader.emulator.shell import shell
from upgrader.emulator.shell.asking import help_on
from upgrader.emulator.sshd.hosting import LivePair
from upgrader.emulator.sshd.outlet import Outlet
from upgrader.emulator.sshd.terminal import (
    EndWanted,
    HelpWanted,
    LeftConfiguration,
    Terminal,
    Typed,
)
from upgrader.emulator.talk import Answer, Conversation

LINES_A_TURN = 16
"""Lines, or packets without a line's end, of one client before others have their turn."""

TYPE_AHEAD = 65_536
"""Bytes that may wait for a command to end; then the client has to wait too."""

UNHEARD = 1_048_576
"""Bytes that may wait for a client that reads nothing; what the unit says by itself beyond them
he never hears. Our choice."""


class SshConsole:
    """One person at one unit."""

    def __init__(
        self,
        live: LivePair,
        conversation: Conversation,
        outlet: Outlet,
        *,
        columns: int,
        leave: Callable[[], None],
        lost: Callable[[], None],
        pause_reading: Callable[[bool], None],
    ) -> None:
        """`columns`: of the client's window; 0: it has none.

        `leave` is called when the unit has said good-bye; `lost` when it is gone without a word;
        `pause_reading` with whether the client shall wait before it sends more.
        """
        self._live = live
        self._number = conversation.number
        self._columns = columns
        self._outlet = outlet
        self._leave = leave
        self._on_lost = lost
        self._pause_reading = pause_reading
        self._terminal = Terminal()
        self._waiting: asyncio.TimerHandle | None = None
        self._gone = False
        self._ended = False
        self._lines_left = LINES_A_TURN
        outlet.when_clear = self._go_on
        live.consoles[self._number] = self
        self._resize()
        text, conversation.unasked = conversation.unasked, ""
        self._terminal.answer(text, shell.prompt(live.pair, conversation))
        self._flush()

    # ── the client ─────────────────────────────────────────────────────────────────────

    def receive(self, data: bytes) -> None:
        """Take in what the client sent."""
        if self._gone:
            return
        self._terminal.receive(data)
        self._go_on()

    def at_end(self) -> None:
        """The client sends no more: when all that it typed is done, it has gone."""
        self._ended = True
        self._go_on()

    def resized(self, columns: int) -> None:
        """The client's window has another width."""
        self._columns = columns
        self._resize()

    def close(self) -> None:
        """The client has gone."""
        if not self._gone:
            self._end()
            self._live.hang_up(self._number)

    # ── the unit ───────────────────────────────────────────────────────────────────────

    def unasked(self, text: str) -> None:
        """Show what the unit printed by itself, where its lines shall be seen over SSH."""
        conversation = self._live.conversation(self._number)
        wanted = self._live.pair.scenario.ssh.console_lines
        heard = self._outlet.waiting < UNHEARD
        if conversation is not None and heard and (wanted or conversation.monitors):
            asks = conversation.dialogue is not None
            prompt = None if asks else shell.prompt(self._live.pair, conversation)
            self._terminal.unasked(text, prompt)
            self._flush()

    def lost(self) -> None:
        """The unit is gone without a word."""
        self._end()
        self._outlet.drop()
        self._on_lost()

    # ── lines ──────────────────────────────────────────────────────────────────────────

    def _go_on(self) -> None:
        """Carry out what the client has typed, as far as no answer is awaited and he reads them.

        Packets share one turn, whatever is in them: a client may send thousands at once.
        """
        while self._lines_left and self._outlet.is_clear and not self._gone:
            event = self._terminal.next_event()
            self._lines_left -= 1
            if not self._lines_left:
                asyncio.get_running_loop().call_soon(self._have_turn)
            match event:
                case None if not self._terminal.is_held:
                    break
                case None:
                    pass
                case Typed(line=line):
                    self._carry_out(line)
                case LeftConfiguration():
                    self._leave_configuration()
                case HelpWanted(typed=typed):
                    self._terminal.help(self._help(typed))
                case EndWanted(typed=typed):
                    self._terminal.complete(_end_of(typed, self._next(typed)))
            self._flush()
        self._flush()
        self._pause_reading(self._terminal.unread > TYPE_AHEAD)
        if self._ended and not (self._gone or self._waiting or self._terminal.unread):
            self._say_good_bye("")

    def _have_turn(self) -> None:
        self._lines_left = LINES_A_TURN
        self._go_on()

    def _carry_out(self, line: str) -> None:
        answer = self._live.receive(self._number, line)
        if self._gone or answer.silent:
            return
        if answer.due > self._live.pair.now:
            self._flush()  # the echo is seen at once
            self._waiting = self._live.at(answer.due, lambda: self._later(answer))
        else:
            self._show(answer)

    def _later(self, answer: Answer) -> None:
        self._waiting = None
        if not self._gone:
            self._show(answer)
            self._go_on()

    def _show(self, answer: Answer) -> None:
        """Show an answer that is complete now."""
        conversation = self._live.conversation(self._number)
        if answer.dropped or conversation is None:
            self._say_good_bye(answer.text)
            return
        asks = conversation.dialogue is not None
        # The prompt of this moment: the roles may have moved while the answer was made.
        prompt = answer.prompt if asks else shell.prompt(self._live.pair, conversation)
        self._resize()
        self._terminal.answer(
            answer.text, prompt, answer.expects, asks=asks, page=conversation.pager
        )

    def _say_good_bye(self, text: str) -> None:
        self._terminal.answer(text, "", asks=True)
        self._flush()
        self._end()
        self._live.hang_up(self._number)
        self._outlet.at_end(self._leave)

    def _leave_configuration(self) -> None:
        conversation = self._live.conversation(self._number)
        in_config = conversation is not None and conversation.mode.startswith("config")
        self._carry_out("end" if in_config else "")

    def _help(self, typed: str) -> str:
        conversation = self._live.conversation(self._number)
        return "" if conversation is None else help_on(conversation, typed)

    def _next(self, typed: str) -> tuple[str, ...]:
        """The words that may stand there."""
        conversation = self._live.conversation(self._number)
        return () if conversation is None else shell.next_words(conversation, typed)

    # ── the screen ─────────────────────────────────────────────────────────────────────

    def _resize(self) -> None:
        """As wide as the client's window or `terminal width` says, whichever is more."""
        conversation = self._live.conversation(self._number)
        configured = 80 if conversation is None else conversation.width
        self._terminal.width = max(self._columns, configured)

    def _flush(self) -> None:
        self._outlet.write(self._terminal.data_to_send())

    def _end(self) -> None:
        self._gone = True
        self._live.consoles.pop(self._number, None)
        if self._waiting is not None:
            self._waiting.cancel()


def _end_of(typed: str, words: tuple[str, ...]) -> str:
    """What completes the last word, and a blank; empty: none does, or more than one."""
    last = typed.rpartition(" ")[2].lower()
    fitting = [word for word in words if last and word.startswith(last)]
    return f"{fitting[0][len(last) :]} " if len(fitting) == 1 else ""
