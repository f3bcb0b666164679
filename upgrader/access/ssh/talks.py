"""Conversations with the addresses of a pair, shared by all who look there.

Few log-ins: there is one conversation with an address, however many look at its unit, and it is
kept for a while when the last of them lets go. Never across a line that moves roles: a session to
an address that changed hands hangs, or is reset. For a minute after such a line, and after a
reload, whoever does not answer a short question at once is given up.
"""

from datetime import timedelta

from upgrader.access.ssh.logins import Entered, Logins
from upgrader.dialect import commands
from upgrader.dialect.commands import LineKind, Verb, classify, verb_of
from upgrader.dialect.prompts import read_prompt
from upgrader.model.names import Instant, Seat
from upgrader.model.reach import Address
from upgrader.ports import Clock, Dropped, LineFault, NoAnswer, Unlawful, foretell

LINGER_MS = 60_000
"""How long a conversation that nobody uses is kept; `ssh timeout` is five minutes by default."""

MOVES_MS = 1_500
"""How long nobody is dialled after a line that moves roles: who logs in before they have moved
talks to the old owner of the address, and has to begin again. It takes a second or two."""
HASTY_MS = 60_000
HASTE_SECONDS = 3.0
"""Device seconds of silence after which a session is taken for dead, where many die. Our guess."""
LEAST_HASTE_SECONDS = 0.5
"""The same, of ours: the network between us is no faster where device time is."""
SHORT = frozenset(
    {commands.SHOW_VERSION, commands.SHOW_FAILOVER, commands.SHOW_SESSION_SUMMARY}
    | {commands.on_mate(commands.SHOW_VERSION), commands.on_mate(commands.SHOW_FAILOVER)}
)
"""What a unit that is there answers at once."""


class Talks:
    """The open conversations, one with an address."""

    def __init__(self, logins: Logins, clock: Clock, rate: float) -> None:
        """`rate`: device seconds in a second of ours, in which a line's silence is counted."""
        self._logins = logins
        self._clock = clock
        self._haste = max(LEAST_HASTE_SECONDS, HASTE_SECONDS / rate)
        self._talks: dict[Address, Talk] = {}
        self._hasty_until = Instant(0)
        self._quiet_until = Instant(0)
        self.has_acted = False
        """Whether a unit was told to reload, or the roles to move."""

    def is_open(self, address: Address) -> bool:
        """Whether there is a conversation with that address that may be shared."""
        talk = self._talks.get(address)
        return talk is not None and talk.is_usable(self._clock.now())

    def lease(self, address: Address, seat: Seat) -> "Lease":
        """A share in the conversation with that address; a new one where there is none.

        Raises:
            NoAnswer: nobody answers there.
            NoEntry: we are not let in.
        """
        talk = self._talks.get(address)
        if talk is None or not talk.is_usable(self._clock.now()):
            if talk is not None and not talk.shares:
                talk.hang_up()
            rest = self._quiet_until - self._clock.now()
            if rest > 0:
                self._clock.sleep(timedelta(milliseconds=rest))
            talk = Talk(self._logins.at(address, seat, self._patience()))
            self._talks[address] = talk
        talk.shares += 1
        return Lease(self, talk, seat)

    def about_to_type(self, talk: "Talk", line: str) -> None:
        """Listen to the answer with the patience that it deserves."""
        talk.line.most_silence = self._patience() if line in SHORT else None

    def typed(self, line: str) -> None:
        """That line was typed, or may have been: what it does to the conversations."""
        self._logins.tally.commands += 1
        verb = verb_of(line)
        if verb not in (Verb.GIVE_UP_ACTIVE, Verb.RELOAD_STANDBY):
            return
        self.has_acted = True
        now = self._clock.now()
        self._hasty_until = Instant(now + HASTY_MS)
        if verb is Verb.GIVE_UP_ACTIVE:
            self._quiet_until = Instant(now + MOVES_MS)
            for talk in self._talks.values():
                talk.is_spent = True
                if not talk.shares:
                    talk.hang_up()

    def _patience(self) -> float | None:
        return self._haste if self._clock.now() < self._hasty_until else None

    def returned(self, talk: "Talk") -> None:
        """A share was given back."""
        talk.shares -= 1
        if not talk.shares:
            talk.rest(self._clock.now())

    def close(self) -> None:
        """Hang up everywhere."""
        for talk in self._talks.values():
            talk.hang_up()
        self._talks.clear()


class Talk:
    """A conversation with an address, and how many share it."""

    def __init__(self, entered: Entered) -> None:
        self.console = entered.console
        self.line = entered.line
        self.shares = 0
        self.is_spent = False
        """It may still be read from, and nobody new is let into it."""
        self._idle_since: Instant | None = None

    def is_usable(self, now: Instant) -> bool:
        """Whether somebody new may share it."""
        fresh = self._idle_since is None or now - self._idle_since < LINGER_MS
        return not self.is_spent and (fresh or self.shares > 0)

    def rest(self, now: Instant) -> None:
        """Nobody uses it: it waits a while, unless it is left in some mode or worse."""
        prompt = read_prompt(self.console.prompt)
        if self.is_spent or prompt is None or prompt.mode != "enable":
            self.hang_up()
        else:
            self._idle_since = now

    def hang_up(self) -> None:
        """It is over."""
        self.is_spent = True
        self.console.close()


class Lease:
    """A console at a seat, as one of those who share a conversation holds it."""

    def __init__(self, talks: Talks, talk: Talk, seat: Seat) -> None:
        self._talks = talks
        self._talk: Talk | None = talk
        self._seat = seat
        self._prompt = talk.console.prompt

    @property
    def seat(self) -> Seat:
        """The seat it was opened for."""
        return self._seat

    @property
    def prompt(self) -> str:
        """The prompt after the last reply."""
        return self._prompt if self._talk is None else self._talk.console.prompt

    def ask(self, line: str) -> str:
        """Type a line; its reply.

        Raises:
            NoAnswer: nothing came back; whether the line arrived is not known.
            Dropped: the conversation ended; whether the line arrived is not known.
            Refused: the device asked something back.
        """
        talk = self._talk
        if talk is None:
            raise Dropped(self._seat, line, "the console is closed")
        self._talks.about_to_type(talk, line)
        try:
            reply = talk.console.ask(line)
        except Unlawful:
            raise  # Nothing was typed.
        except BaseException as fault:
            self._talks.typed(line)
            talk.hang_up()
            is_passed_on = line.startswith(commands.on_mate(""))
            looks = classify(line) is LineKind.SHOW and not is_passed_on
            if isinstance(fault, NoAnswer) and looks:
                # Who let us in is there: it is the session that is silent, so ask again by another.
                raise Dropped(self._seat, line, fault.why) from fault
            if isinstance(fault, LineFault):
                raise type(fault)(self._seat, line, fault.why) from fault
            raise
        self._talks.typed(line)
        return reply

    def expect(self, line: str) -> None:
        """Have a line typed that only looks and is asked next. Never raises.

        Not where another shares the conversation, for he may ask before: both units may be asked
        through one.
        """
        if self._talk is not None and self._talk.shares == 1:
            foretell(self._talk.console, line)

    def close(self) -> None:
        """Let go; the last one to do so leaves the conversation waiting for a while."""
        talk, self._talk = self._talk, None
        if talk is not None:
            self._prompt = talk.console.prompt
            self._talks.returned(talk)
