r"""One line typed, one reply heard; or the line is given up for good.

    drain ──► send ──► echo, line by line ──► reply, until its end ──► Heard
      │                  │                       │
      └ only what comes  └ ours, or never        └ a prompt, a question, a pager (paged on)
        by itself          believed

A reply belongs to the line whose echo stands before it, and to no other. Whatever does not fit
closes the line: a conversation that is out of step answers the next question with the last reply,
and nobody would see it. Every wait has a limit, in real seconds.
"""

from collections.abc import Callable
from dataclasses import dataclass

from upgrader.access.ssh.inbox import Inbox
from upgrader.access.ssh.line import Line, LineClosed
from upgrader.dialect import terminal
from upgrader.dialect.echo import Echo, EchoWatch, Greeting
from upgrader.dialect.questions import Question, is_question, question_in
from upgrader.dialect.terminal import AtPager, AtPrompt, Host
from upgrader.model.names import Seat
from upgrader.ports import Dropped, LineFault, NoAnswer, NoEntry

MEGABYTE = 1_048_576


@dataclass(frozen=True, slots=True)
class Manners:
    """How long we listen, in real seconds, and to how much. Where no source is named: our guess."""

    greeting: float = 60.0
    """For the first prompt, and for the end of a log-in's banners; AAA servers may be slow."""
    echo: float = 20.0
    """For the echo of a line: a unit that takes in a configuration is slow to read."""
    settled: float = 0.1
    """For more, where what has come may be cut short: a prompt in pieces, a banner's line."""
    asked: float = 0.5
    """Silence after which a question is believed to be one, and not a part of a line."""
    silence: float = 30.0
    """Silence in the middle of a reply. OpenSSH's and netmiko's habits are 10 to 30 s."""
    long_silence: float = 300.0
    """The same for a line that reads or writes files (netmiko gives `verify /md5` as much)."""
    whole: float = 900.0
    """A whole reply: 10,000 sessions are 7.4 MB."""
    long_whole: float = 7_200.0
    """The same for a line that reads or writes files: 82 MB by TFTP took 211 s."""
    most_bytes: int = 64 * MEGABYTE
    """Of a reply."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back for a line."""

    text: str
    """The reply; with the question where one was asked."""
    asks: str | None
    """The question that waits for an answer; None: a prompt stands there."""


_ECHO_BYTES = 65_536
"""Bytes that may come before an echo. Our choice: no broadcast is as long."""
_INSTANT = 0.001
"""Seconds. A wait that no time passes in would be waited for ever."""
_MOST_PAGES = 50_000
"""Pages of a reply: 10,000 sessions are 7,500 of them."""


class Exchange:
    """A line to a terminal, with what is known of the host at its other end."""

    def __init__(
        self,
        line: Line,
        seat: Seat,
        manners: Manners,
        monotonic: Callable[[], float],
        hides: Callable[[str], str],
    ) -> None:
        """`monotonic`: seconds on an axis that only runs forward, as `line.receive` waits.

        `hides` covers our own secrets in what is told of the screen when something fails.
        """
        self.seat = seat
        self.manners = manners
        self.prompt = ""
        """Without the blank behind it."""
        self.is_open = True
        self._line = line
        self._monotonic = monotonic
        self._hides = hides
        self._host: Host | None = None
        self._cursor = ""
        """What stands on the line on which the next echo begins."""
        self._begun: str | None = None
        """A line that was typed and is still to be heard."""
        self._is_secret = False
        """Whether the screen may show a secret: it was typed, and no line was answered since."""

    def close(self) -> None:
        """Hang up."""
        self.is_open = False
        self._line.close()

    # ── the first prompt ───────────────────────────────────────────────────────────────

    def greet(self, probe: str) -> None:
        """Read past banners to the prompt, and learn it: a harmless line is typed for that.

        A banner may hold lines that look like prompts. The line that our probe is echoed on
        begins with the real one, and the reply ends with the same.

        Raises:
            NoAnswer: no prompt came, or no echo.
            NoEntry: something is asked for: a new password, say.
            Dropped: the other side hung up.
        """
        ends = self._monotonic() + self.manners.greeting
        text = self._to_likely_prompt(ends)
        self._send(f"{probe}\n".encode(), None)
        greeting = Greeting(probe)
        greeting.reads(text)
        while True:
            at = greeting.prompt()
            wait = self.manners.settled if at else min(self.manners.asked, self._left(ends))
            more = self._listen(wait, text)
            if more:
                text = self._greeted(text, more)
                greeting.reads(text)
                continue
            at = at or greeting.quiet_prompt()
            if at is not None:
                self._host, self.prompt, self._cursor = at
                return
            if self._left(ends) <= 0:
                why = "no prompt came" if greeting.is_echoed else "what is typed is not echoed"
                raise self._lost(NoAnswer, None, f"{why}{self._said(text)}")

    def _to_likely_prompt(self, ends: float) -> str:
        """What greets us, up to where a prompt may stand."""
        text = ""
        while True:
            last = terminal.last_line(text)
            likely = terminal.host_of(last) is not None
            wait = self.manners.settled if likely else min(self.manners.asked, self._left(ends))
            more = self._listen(wait, text)
            if more:
                text = self._greeted(text, more)
            elif likely or terminal.greeted_at(text) is not None:
                return text
            elif (question := question_in(last)) is not None:
                raise self._lost(
                    NoEntry, None, f"it asks before it lets us in: {self.quoted(question)}"
                )
            elif terminal.is_pager(last):
                # A long banner is shown by pages, too.
                self._send(b" ", None)
                text += "\n"
            elif self._left(ends) <= 0:
                raise self._lost(NoAnswer, None, f"no prompt came{self._said(text)}")

    def _listen(self, seconds: float, text: str) -> bytes:
        """What comes before the first prompt.

        Raises:
            Dropped: the other side hung up; with what it had said, for that may say why.
        """
        try:
            return self._line.receive(seconds)
        except LineClosed as fault:
            why = str(fault) or "the line is closed"
            raise self._lost(Dropped, None, f"{why}{self._said(text)}") from None

    def _greeted(self, text: str, more: bytes) -> str:
        if len(text) + len(more) > MEGABYTE:
            raise self._lost(Dropped, None, "the greeting has no end")
        return text + more.decode(errors="replace")

    # ── a line and its reply ───────────────────────────────────────────────────────────

    def say(self, line: str, *, asks_for: Question | None = None) -> Heard:
        """Type a line, and hear its reply.

        `asks_for`: the question that is expected, and believed without a silence behind it.

        Raises:
            NoAnswer: nothing came back.
            Dropped: the conversation ended, or is out of step. It is closed in both cases.
        """
        begun, self._begun = self._begun, None
        if begun is None:
            self._type(line)
        elif begun != line:
            raise self._lost(Dropped, line, f"not typed: {begun!r} is still to be answered")
        heard = self._reply(line, self._echo(line, self._learned), asks_for)
        self._is_secret = False
        return heard

    def begin(self, line: str) -> None:
        """Type a line now that is said next, where none is begun; raises as `say`."""
        if self._begun is None:
            self._type(line)
            self._begun = line

    def _type(self, line: str) -> None:
        self._drain(line, self._learned)
        self._send(f"{line}\n".encode(), line)

    def press(
        self, line: str, keys: str, *, asks_for: Question | None = None, secret: bool = False
    ) -> Heard:
        """Answer the question that `line` brought up; what comes then.

        Of a secret nothing that the screen shows is told, up to the next line's reply: a device
        that was not listening shows the secret, and maybe late.
        """
        self._is_secret = self._is_secret or secret
        self._send(keys.encode(), line)
        return self._reply(line, b"", asks_for)

    @property
    def _learned(self) -> Host:
        assert self._host is not None, "greeted before"
        return self._host

    def _drain(self, line: str, host: Host) -> None:
        """Take in what came since the last prompt: nothing but what comes by itself may have.

        Anything else means that the last reply was longer than we believed, or that replies are
        shifted by one.
        """
        data = b""
        for wait in (0.0, self.manners.settled, self.manners.asked):
            more = self._receive(wait, line)
            while more:
                data += more
                if len(data) > MEGABYTE:
                    raise self._lost(Dropped, line, "text comes without end, unasked")
                more = self._receive(0.0, line)
            if not data:
                return
            at = terminal.passes(self._cursor + data.decode(errors="replace"), host)
            if at is not None:
                self._is_at(at)
                return
        told = self._told(data.decode(errors="replace"))
        raise self._lost(
            Dropped, line, f"not typed: the last reply went on behind its prompt{told}"
        )

    def _echo(self, line: str, host: Host) -> bytes:
        """Read until the echo has been seen; what stands behind it."""
        watch = EchoWatch(line, host)
        pending = self._cursor.encode()
        ends = self._monotonic() + self.manners.echo
        heard = 0
        while True:
            ended, newline, rest = pending.partition(b"\n")
            if newline:
                pending = rest
                match watch.reads(ended.decode(errors="replace")):
                    case Echo.OURS:
                        return pending
                    case Echo.PART | Echo.PASSES:
                        continue
                    case Echo.OTHER:
                        told = self._told(ended.decode(errors="replace"))
                        raise self._lost(Dropped, line, f"another line was echoed{told}")
            more = self._receive(self._left(ends), line)
            heard += len(more)
            pending += more
            if heard > _ECHO_BYTES:
                raise self._lost(Dropped, line, "no echo came, but text without end")
            if not more or self._left(ends) <= 0:
                kind, why = (Dropped, "not echoed") if heard else (NoAnswer, "no answer")
                raise self._lost(kind, line, why)

    def _reply(self, line: str, behind_echo: bytes, asks_for: Question | None) -> Heard:
        """Read to the reply's end."""
        manners, long = self.manners, terminal.takes_long(line)
        silence = manners.long_silence if long else manners.silence
        ends = self._monotonic() + (manners.long_whole if long else manners.whole)
        inbox, more, silent, pages = Inbox(), behind_echo, 0.0, 0
        while True:
            at: AtPrompt | AtPager | str | None = None
            if more:
                silent = 0.0
                inbox.add(more)
                at = self._ended(inbox, more, asks_for)
            elif silent:
                at = self._quiet(inbox)
            if isinstance(at, str):
                return self._heard(line, inbox, at)
            if isinstance(at, AtPrompt) and not more:
                return self._answered(line, inbox, at)
            # Endless text may well be made of prompts, or of pages.
            if inbox.size > manners.most_bytes or pages > _MOST_PAGES:
                raise self._lost(Dropped, line, f"the reply has no end: {inbox.size} bytes")
            if silent >= silence or self._left(ends) <= 0:
                raise self._broke_off(line, inbox)
            wait = min(silence - silent if silent else manners.asked, self._left(ends))
            match at:
                case AtPrompt():
                    # In a piece that is shorter than itself a prompt may be part of a line.
                    split = bool(more) and len(more) < len(at.cursor)
                    more = self._receive(manners.settled if split else 0.0, line)
                    if not more:
                        return self._answered(line, inbox, at)
                    continue
                case AtPager():
                    pages += 1
                    self._send(b" ", line)
                case None:
                    pass
            more = self._receive(wait, line)
            silent += 0.0 if more else wait

    def _ended(
        self, inbox: Inbox, more: bytes, asks_for: Question | None
    ) -> AtPrompt | AtPager | str | None:
        """What the last bytes say. Few of them can end a reply: the others cost nothing."""
        match more.rstrip()[-1:]:
            case b"#" | b">" | b"":
                return terminal.end_of(inbox.end, self._learned)
            case b":" if asks_for is not None:
                last = terminal.last_line(inbox.end)
                return last.strip() if is_question(asks_for, last) else None
            case _:
                return None

    def _quiet(self, inbox: Inbox) -> AtPrompt | str | None:
        """What a silence tells: unasked lines behind the prompt, or a question."""
        question = question_in(terminal.last_line(inbox.end))
        return question or terminal.quiet_end_of(inbox.end, self._learned)

    def _broke_off(self, line: str, inbox: Inbox) -> LineFault:
        if not inbox.size:
            return self._lost(NoAnswer, line, "echoed, and not answered")
        return self._lost(Dropped, line, f"the answer broke off{self._told(inbox.text)}")

    def _answered(self, line: str, inbox: Inbox, at: AtPrompt) -> Heard:
        self._is_at(at)
        return self._heard(line, inbox, None)

    def _heard(self, line: str, inbox: Inbox, asks: str | None) -> Heard:
        text = terminal.reply_of(line, inbox.text, self._learned)
        other = terminal.echo_within(text, self.prompt, self._learned)
        if other is not None:
            raise self._lost(Dropped, line, f"two replies came as one{self._told(other)}")
        return Heard(text, asks)

    def _is_at(self, at: AtPrompt) -> None:
        """A prompt stands there; `""`: the old one, with lines printed behind it."""
        self.prompt, self._cursor = at.prompt or self.prompt, at.cursor

    def _told(self, raw: str) -> str:
        """What the screen shows, for the end of a sentence; nothing, where it may be a secret."""
        return "" if self._is_secret else f": {terminal.told_of(raw, self._hides)!r}"

    def _said(self, text: str) -> str:
        """What was said before the first prompt, for the end of a sentence."""
        told = terminal.told_of(text, self._hides)
        return f": {told!r}" if told else ", and nothing was said"

    def quoted(self, shown: str) -> str:
        """The device's words in quotes, without our secrets: in quotes they may be escaped."""
        return f"{self._hides(shown)!r}"

    # ── the wire ───────────────────────────────────────────────────────────────────────

    def _left(self, ends: float) -> float:
        """Seconds until then; less than a line may be able to wait is none."""
        left = ends - self._monotonic()
        return left if left > _INSTANT else 0.0

    def _send(self, data: bytes, line: str | None) -> None:
        try:
            self._line.send(data)
        except LineClosed as fault:
            raise self._lost(Dropped, line, str(fault) or "the line is closed") from None

    def _receive(self, seconds: float, line: str | None) -> bytes:
        try:
            return self._line.receive(seconds)
        except LineClosed as fault:
            raise self._lost(Dropped, line, str(fault) or "the line is closed") from None

    def _lost(self, kind: type[LineFault], line: str | None, why: str) -> LineFault:
        self.close()
        return kind(self.seat, line, why)
