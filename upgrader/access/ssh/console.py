"""A console over a line: the manners of logging in, and text out for text in.

    enter(line, seat, enable=secret, login=Login(user, secret), manners=Manners())
        -> TerminalConsole, which is a `ports.Console`

`enable` and `Login.password` are called only when the device asks, and typed once. Nothing that is
typed at log-in changes a configuration: no `terminal width`, which netmiko and scrapli set, and
which on a standby makes the units differ.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeAlias

from upgrader.access.clock import WallClock
from upgrader.access.ssh.exchange import Exchange, Heard, Manners
from upgrader.access.ssh.line import Line
from upgrader.dialect.commands import LineKind, classify, is_typeable
from upgrader.dialect.questions import Question, answer_to, is_question
from upgrader.dialect.refusals import refusal_in
from upgrader.dialect.terminal import is_privileged
from upgrader.model.names import Seat
from upgrader.ports import Dropped, LineFault, NoEntry, Refused, Unlawful

__all__ = ["Login", "Manners", "Secret", "TerminalConsole", "enter"]

Secret: TypeAlias = Callable[[], str]
"""Finds a secret out; called when a device asks for it, and not before."""

PROBE = "show curpriv"
"""It works without privilege, is short, and is what netmiko begins with."""
_PAGER_OFF = ("terminal pager 0", "no terminal pager")
"""The second where the first is refused. Settings of the session, and of nothing else."""
_MOST_ANSWERS = 3
"""Questions of one line that we answer. Our guess: a line brings up one."""


@dataclass(frozen=True, slots=True)
class Login:
    """Who goes into privileged EXEC by `login`, where `enable` has no secret."""

    user: str
    password: Secret


class TerminalConsole:
    """A conversation with whoever answers at a seat, in privileged EXEC."""

    def __init__(self, exchange: Exchange, hides: Callable[[str], str] = str) -> None:
        """Take over a conversation that has been entered; `hides` covers our own secrets."""
        self._exchange = exchange
        self._hides = hides

    @property
    def seat(self) -> Seat:
        """Where it was opened; who answers there may change under it."""
        return self._exchange.seat

    @property
    def prompt(self) -> str:
        """The prompt that followed the last reply, without the trailing blank."""
        return self._exchange.prompt

    def ask(self, line: str) -> str:
        """Type a line; the reply without echo and without prompt.

        A question that the table has no answer to is not answered: the conversation is closed.

        Raises:
            NoAnswer: nothing came back; whether the line arrived is not known.
            Dropped: the conversation ended or is out of step, or a line that only looks was
                asked back; whether the line arrived is not known.
            Refused: a changing line was asked back; the question is its reply.
            Unlawful: the line holds what a terminal takes for a key. Nothing was typed.
        """
        exchange = self._exchange
        if not is_typeable(line):
            raise Unlawful(f"not typed at {self.seat}: {line!r}: it is no single plain line")
        if not exchange.is_open:
            raise Dropped(self.seat, line, "the console is closed")
        try:
            return self._hides(self._answered(line, exchange.say(line)))
        except LineFault as fault:
            exchange.close()
            raise type(fault)(fault.seat, fault.line, self._hides(fault.why)) from None
        except BaseException:
            # Interrupted or failed, it is out of step: what comes next would answer this line.
            exchange.close()
            raise

    def expect(self, line: str) -> None:
        """Type a line that only looks and is asked next. Never raises."""
        if classify(line) is LineKind.SHOW and is_typeable(line) and self._exchange.is_open:
            with suppress(LineFault):
                self._exchange.begin(line)

    def close(self) -> None:
        """Hang up. Never raises."""
        self._exchange.close()

    def _answered(self, line: str, heard: Heard) -> str:
        text = heard.text
        for _ in range(_MOST_ANSWERS):
            if heard.asks is None:
                return text
            keys = answer_to(line, heard.asks)
            if keys is None:
                break
            heard = self._exchange.press(line, keys)
            text += heard.text
        assert heard.asks is not None, "or it had returned"
        if classify(line) is LineKind.SHOW:
            raise Dropped(self.seat, line, f"asked back: {self._exchange.quoted(heard.asks)}")
        raise Refused(self.seat, line, self._hides(heard.asks))


# ── logging in ─────────────────────────────────────────────────────────────────────────


def enter(
    line: Line,
    seat: Seat,
    *,
    enable: Secret | None = None,
    login: Login | None = None,
    manners: Manners | None = None,
    monotonic: Callable[[], float] | None = None,
    hides: Callable[[str], str] = str,
) -> TerminalConsole:
    """Go through the greeting into privileged EXEC, on a shell that has just been opened.

    `enable`: the enable secret; None: there is none, and `login` is tried. `monotonic`: seconds
    that pass as `line.receive` waits; None: this machine's. `hides` covers our own secrets in what
    is answered. When it fails, the line is closed.

    Raises:
        NoEntry: the device does not let us become privileged; names what to change.
        NoAnswer: no prompt came, or it does not echo.
        Dropped: the other side hung up.
    """
    clock = WallClock().monotonic if monotonic is None else monotonic
    exchange = Exchange(line, seat, manners or Manners(), clock, hides)
    try:
        exchange.greet(PROBE)
        if not is_privileged(exchange.prompt):
            _rise(exchange, enable, login)
        for off in _PAGER_OFF:
            heard = exchange.say(off)
            if heard.asks is None and refusal_in(heard.text) is None:
                break
    except BaseException:
        exchange.close()
        raise
    return TerminalConsole(exchange, hides)


def _rise(exchange: Exchange, enable: Secret | None, login: Login | None) -> None:
    """From user EXEC into privileged EXEC."""
    if enable is None and login is not None:
        _log_in(exchange, login)
        return
    heard = exchange.say("enable", asks_for=Question.PASSWORD)
    if heard.asks is not None:
        if not is_question(Question.PASSWORD, heard.asks):
            asked = exchange.quoted(heard.asks)
            raise _barred(exchange, f"`enable` is answered with a question: {asked}")
        if enable is None:
            raise _barred(exchange, "it asks for an enable password: name its source, `enable`")
        # Asked again, it is believed after a silence only: a log line makes the screen ask twice.
        heard = exchange.press("enable", f"{_plain(exchange, enable())}\n", secret=True)
    if heard.asks is not None or not is_privileged(exchange.prompt):
        raise _barred(
            exchange,
            "it does not let us into privileged EXEC: the enable password, or the user's "
            "privilege, is another (`enable` in the pair file's [ssh])",
        )


def _log_in(exchange: Exchange, login: Login) -> None:
    heard = exchange.say("login", asks_for=Question.USERNAME)
    if heard.asks is None or not is_question(Question.USERNAME, heard.asks):
        raise _barred(exchange, "`login` asks for no user: name the enable password, `enable`")
    heard = exchange.press("login", f"{_plain(exchange, login.user)}\n", asks_for=Question.PASSWORD)
    if heard.asks is None or not is_question(Question.PASSWORD, heard.asks):
        raise _barred(exchange, "`login` asks for no password: name the enable password, `enable`")
    heard = exchange.press("login", f"{_plain(exchange, login.password())}\n", secret=True)
    if heard.asks is not None or not is_privileged(exchange.prompt):
        raise _barred(
            exchange,
            f"`login` as {login.user} does not lead into privileged EXEC: the password, or the "
            "user's privilege, is another (`user` and `password` in the pair file's [ssh])",
        )


def _plain(exchange: Exchange, typed: str) -> str:
    """What may be typed at a question.

    Raises:
        NoEntry: a control character would end it, or edit it.
    """
    if typed.isprintable():
        return typed
    raise _barred(exchange, "a secret or user name holds a control character")


def _barred(exchange: Exchange, why: str) -> NoEntry:
    exchange.close()
    return NoEntry(exchange.seat, None, why)
