"""A world made of a tape: it answers what was answered on the night, in that order.

It knows nothing of firewalls. Whoever asks something else than on the night is told where the two
nights part; whoever asks on after the end of an unfinished run learns that the tape ended there.
"""

from collections.abc import Callable
from datetime import timedelta

from upgrader.access.tape.redaction import same_but_for_secrets
from upgrader.access.tape.taped import trouble
from upgrader.dialect.secrets import masked
from upgrader.journal.entry import Asked, NotAnswered, Opened, Recollection, Slept, TapeBody
from upgrader.journal.tape import Frame, Sitting, sittings
from upgrader.model.names import Digest, Instant, Seat
from upgrader.ports import Access, Clock, Console, ReplayDiverged, Seats, TapeEnded, World


class RecordedWorld:
    """One sitting of a run, to be asked again."""

    def __init__(self, journal: Recollection, seats: Seats, sitting: int = 0) -> None:
        """Put the tape in.

        `sitting` counts the processes that conducted the run, from 0; there is one more for each
        `Resumed` in the journal.
        """
        reel = _Reel(sittings(journal.entries())[sitting], journal.blob)
        self._seats = seats
        self._reel = reel
        self.access: Access = _RecordedAccess(reel)
        self.clock: Clock = _RecordedClock(reel)

    @property
    def seats(self) -> Seats:
        """The pair's two addresses on the night, from its plan."""
        return self._seats

    @property
    def is_over(self) -> bool:
        """Whether all of the tape was asked for again."""
        return self._reel.peek() is None

    def fork(self) -> World:
        """A tape has no twin: what would have happened otherwise is not on it.

        Raises:
            ReplayDiverged: always.
        """
        raise ReplayDiverged("today a twin of the pair is wanted; on the night there was none")

    def close(self) -> None:
        """Nothing to save."""


class _Reel:
    """The tape of a sitting and how far it has been played."""

    def __init__(self, sitting: Sitting, blob: Callable[[Digest], bytes]) -> None:
        self._sitting = sitting
        self._blob = blob
        self._played = 0
        self.now = sitting.starts_at

    def peek(self) -> Frame | None:
        frames = self._sitting.frames
        return frames[self._played] if self._played < len(frames) else None

    def play(self, today: Callable[[], str], fits: Callable[[TapeBody], bool]) -> TapeBody:
        """Give the next frame if it fits what is asked today; `today` tells it, where it does not.

        Raises:
            ReplayDiverged: it does not, or a finished run has no more frames.
            TapeEnded: an unfinished sitting has no more frames.
        """
        frame = self.peek()
        if frame is None:
            if not self._sitting.complete:
                raise TapeEnded(f"the tape ends here; today: {today()}")
            raise ReplayDiverged(f"after the last entry: on the night nothing, today: {today()}")
        if not fits(frame.body):
            raise ReplayDiverged(
                f"entry {frame.number}: on the night: {describe(frame.body)}; today: {today()}"
            )
        self._played += 1
        self.now = frame.at
        return frame.body

    def reply(self, digest: Digest) -> str:
        return self._blob(digest).decode()


class _RecordedClock:
    """The instants of the tape."""

    def __init__(self, reel: _Reel) -> None:
        self._reel = reel

    def now(self) -> Instant:
        return self._reel.now

    def sleep(self, duration: timedelta) -> None:
        ms = duration // timedelta(milliseconds=1)
        self._reel.play(lambda: describe(Slept(ms)), lambda body: body == Slept(ms))


class _RecordedAccess:
    """Opens what was opened."""

    def __init__(self, reel: _Reel) -> None:
        self._reel = reel

    def open(self, seat: Seat) -> Console:
        def fits(body: TapeBody) -> bool:
            match body:
                case Opened():
                    return body.seat == seat
                case NotAnswered():
                    return body.seat == seat and body.line is None
                case Asked() | Slept():
                    return False

        match self._reel.play(lambda: f"opening a console at {seat}", fits):
            case Opened(prompt=prompt):
                return _RecordedConsole(self._reel, seat, prompt)
            case NotAnswered(fault=fault, why=why):
                raise trouble(fault, seat, None, why)
            case Asked() | Slept() as other:
                raise AssertionError(other)  # `fits` let neither pass


class _RecordedConsole:
    """Answers what was answered."""

    def __init__(self, reel: _Reel, seat: Seat, prompt: str) -> None:
        self._reel = reel
        self._seat = seat
        self._prompt = prompt

    @property
    def seat(self) -> Seat:
        return self._seat

    @property
    def prompt(self) -> str:
        return self._prompt

    def ask(self, line: str) -> str:
        def fits(body: TapeBody) -> bool:
            match body:
                case Asked() | NotAnswered():
                    taped = body.line
                    if taped is None or body.seat != self._seat:
                        return False
                    return same_but_for_secrets(taped, line)
                case Opened() | Slept():
                    return False

        match self._reel.play(lambda: f"{masked(line)!r} at {self._seat}", fits):
            case Asked(blob=blob, prompt=prompt):
                self._prompt = prompt
                return self._reel.reply(blob)
            case NotAnswered(line=taped, fault=fault, why=why):
                raise trouble(fault, self._seat, taped, why)
            case Opened() | Slept() as other:
                raise AssertionError(other)  # `fits` let neither pass

    def close(self) -> None:
        """Nothing to hang up."""


def describe(body: TapeBody) -> str:
    """Say in a phrase what was asked."""
    match body:
        case Opened():
            return f"opening a console at {body.seat}"
        case Asked():
            return f"{body.line!r} at {body.seat}"
        case NotAnswered():
            typed = "opening a console" if body.line is None else repr(body.line)
            return f"{typed} at {body.seat}"
        case Slept():
            return f"sleeping {body.ms} ms"
