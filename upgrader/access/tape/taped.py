"""A world with a tape running: everything asked and slept is written down before it is believed.

Replies and typed lines are redacted first, and the *redacted* text goes upward. Time likewise: the
clock stands still between two frames of the tape and moves only with them. So the night and its
replay judge the same characters at the same instants.

The run's axis begins at 0 with its first entry. A resumed run stays on it, and never goes back.
"""

from datetime import timedelta

from upgrader.access.tape.redaction import Redactor
from upgrader.access.tape.transcript import Transcripts
from upgrader.access.through import ConsoleThrough
from upgrader.dialect.commands import SHOW_VERSION
from upgrader.dialect.replies.version import read_show_version
from upgrader.journal.entry import (
    VOCABULARY,
    Asked,
    Journal,
    LineTrouble,
    NotAnswered,
    Opened,
    Resumed,
    Slept,
    Started,
)
from upgrader.model.names import Digest, Instant, Seat, Serial
from upgrader.ports import (
    Access,
    Clock,
    Console,
    Dropped,
    LineFault,
    NoAnswer,
    NoEntry,
    Seats,
    Unparsed,
    World,
)


class TapedWorld:
    """A world whose conversation and sleep are recorded in a journal."""

    def __init__(
        self,
        inner: World,
        journal: Journal,
        redactor: Redactor,
        transcripts: Transcripts | None = None,
    ) -> None:
        """Take up the tape. A journal with entries gets a `Resumed`: another process goes on."""
        self._inner = inner
        self.clock = TapedClock(inner.clock, journal)
        self.access = TapedAccess(inner.access, journal, self.clock, redactor, transcripts)
        if journal.entries():
            journal.append(Resumed(VOCABULARY), at=self.clock.now())

    @property
    def seats(self) -> Seats:
        """The pair's two addresses."""
        return self._inner.seats

    def fork(self) -> World:
        """Twin the world without the tape: what happens to a twin is nobody's night."""
        return self._inner.fork()

    def close(self) -> None:
        """Close the world beneath."""
        self._inner.close()


class TapedClock:
    """The run's axis, laid over the world's clock."""

    def __init__(self, inner: Clock, journal: Journal) -> None:
        self._inner = inner
        self._journal = journal
        entries = journal.entries()
        first = entries[0].body if entries else None
        self.origin: int = first.origin if isinstance(first, Started) else inner.now()
        """The world's clock at the run's first entry; for `Started.origin`."""
        self._now = entries[-1].at if entries else Instant(0)
        self.tick()

    def now(self) -> Instant:
        """Say when the last frame ended, in ms since the run's first entry."""
        return self._now

    def tick(self) -> Instant:
        """Read the world's clock: a frame has ended."""
        self._now = Instant(max(self._now, self._inner.now() - self.origin))
        return self._now

    def sleep(self, duration: timedelta) -> None:
        """Sleep in the world, then say so."""
        self._inner.sleep(duration)
        self._journal.append(Slept(duration // timedelta(milliseconds=1)), at=self.tick())


class TapedAccess:
    """An access that records what is asked through it."""

    def __init__(
        self,
        inner: Access,
        journal: Journal,
        clock: TapedClock,
        redactor: Redactor,
        transcripts: Transcripts | None = None,
    ) -> None:
        self._inner = inner
        self._scribe = _Scribe(journal, clock, redactor, transcripts)

    def open(self, seat: Seat) -> Console:
        """Open a console and record its prompt, or that nobody answered."""
        try:
            inner = self._inner.open(seat)
        except LineFault as fault:
            raise self._scribe.failed(seat, fault) from None
        self._scribe.opened(seat, inner.prompt)
        return _TapedConsole(inner, self._scribe)


class _Scribe:
    """Writes the frames of the tape, and what a person would like to read of them."""

    def __init__(
        self,
        journal: Journal,
        clock: TapedClock,
        redactor: Redactor,
        transcripts: Transcripts | None,
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._transcripts = transcripts
        self.redact = redactor.redact

    def opened(self, seat: Seat, prompt: str) -> None:
        at = self._clock.tick()
        self._journal.append(Opened(seat, prompt), at=at)
        if self._transcripts is not None:
            self._transcripts.noted(seat, at, f"opened at {seat}: {prompt}")

    def asked(self, unit: Serial | Seat, before: str, frame: Asked, reply: str) -> None:
        """Record a frame; `before` is the prompt behind which the line was typed."""
        at = self._clock.tick()
        self._journal.append(frame, at=at)
        if self._transcripts is not None:
            self._transcripts.wrote(unit, at, before, frame, reply)

    def kept(self, reply: str) -> Digest:
        return self._journal.keep(reply.encode())

    def failed(self, unit: Serial | Seat, fault: LineFault) -> LineFault:
        """Record that a line failed us; the same fault, redacted, to be raised."""
        line = None if fault.line is None else self.redact(fault.line)
        why = self.redact(fault.why)
        kind = _kind_of(fault)
        at = self._clock.tick()
        self._journal.append(NotAnswered(fault.seat, line, kind, why), at=at)
        told = trouble(kind, fault.seat, line, why)
        if self._transcripts is not None:
            self._transcripts.noted(unit, at, str(told))
        return told


class _TapedConsole(ConsoleThrough):
    """A console whose conversation is recorded; called by its serial once it has said it."""

    def __init__(self, inner: Console, scribe: _Scribe) -> None:
        super().__init__(inner)
        self._scribe = scribe
        self._unit: Serial | Seat = inner.seat

    def ask(self, line: str) -> str:
        before = self._inner.prompt
        try:
            reply = self._scribe.redact(self._inner.ask(line))
        except LineFault as fault:
            raise self._scribe.failed(self._unit, fault) from None
        if line == SHOW_VERSION:
            self._unit = _serial_in(reply) or self._unit
        typed = self._scribe.redact(line)
        frame = Asked(self.seat, typed, self._scribe.kept(reply), self._inner.prompt)
        self._scribe.asked(self._unit, before, frame, reply)
        return reply


def _kind_of(fault: LineFault) -> LineTrouble:
    match fault:
        case Dropped():
            return LineTrouble.DROPPED
        case NoEntry():
            return LineTrouble.NO_ENTRY
        case _:
            return LineTrouble.NO_ANSWER


def trouble(kind: LineTrouble, seat: Seat, line: str | None, why: str) -> LineFault:
    """Make the exception of that kind of trouble again."""
    match kind:
        case LineTrouble.NO_ANSWER:
            return NoAnswer(seat, line, why)
        case LineTrouble.NO_ENTRY:
            return NoEntry(seat, line, why)
        case LineTrouble.DROPPED:
            return Dropped(seat, line, why)


def _serial_in(reply: str) -> Serial | None:
    try:
        return read_show_version(reply).serial
    except Unparsed:
        return None
