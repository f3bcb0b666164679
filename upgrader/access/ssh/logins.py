"""Logging in, sparingly: every attempt is counted, and a refused one is not made again at will.

A unit that does not answer costs nobody anything. One that answers and says no counts against the
user: AAA servers lock accounts after three to five refusals, and an account that is locked in the
middle of a night locks everybody out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from zlib import crc32

from tenacity import RetryCallState, Retrying, retry_if_exception

from upgrader.access.ssh.line import Dialler, Line, LineClosed
from upgrader.model.names import Instant, Seat
from upgrader.model.reach import Address
from upgrader.ports import Clock, Console, Dropped, NoAnswer, NoEntry

Converse = Callable[[Line, Seat], Console]
"""Goes through the greeting into privileged EXEC: what `console.enter` does, given its secrets.

It raises NoEntry, NoAnswer or Dropped, and has closed the line then.
"""

MOST_REFUSALS = 2
REFUSALS_WITHIN_MS = 900_000
REFUSALS_APART_MS = 60_000
"""Two refusals in a quarter of an hour, a minute or more apart: our guess, below any lock-out."""

MOST_DIALS = 3
DIALS_WITHIN_MS = 5_000
"""A refused connection is tried again at once; one that timed out has cost enough."""
_PAUSE_MS = 500
_JITTER_MS = 1_000


@dataclass(slots=True)
class Tally:
    """What a pair has cost so far: for benchmarks, and for whoever asks what was done to it."""

    dials: int = 0
    """Attempts to connect, whatever came of them."""
    logins: int = 0
    """Those that let us in."""
    refusals: int = 0
    """Those that somebody answered, and did not let us in."""
    commands: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0


class WatchedLine:
    """A line whose bytes are counted, and which may be listened to with less patience."""

    def __init__(self, inner: Line, tally: Tally, most_silence: float | None) -> None:
        """`most_silence`: seconds of it after which the line is given up; None: no such limit."""
        self.most_silence = most_silence
        self._inner = inner
        self._tally = tally
        self._silent = 0.0
        """Seconds since anything was sent or came."""

    def send(self, data: bytes) -> None:
        """Send all of it.

        Raises:
            LineClosed: whether anything of it arrived is not known.
        """
        self._tally.bytes_sent += len(data)
        self._silent = 0.0
        self._inner.send(data)

    def receive(self, seconds: float) -> bytes:
        """What has come; `b""`: nothing did within so many seconds.

        Raises:
            LineClosed: the other side hung up, or was silent for longer than is waited now.
        """
        wait = seconds
        if self.most_silence is not None:
            wait = max(0.0, min(seconds, self.most_silence - self._silent))
        data = self._inner.receive(wait)
        self._tally.bytes_received += len(data)
        self._silent = 0.0 if data else self._silent + wait
        if self.most_silence is not None and self._silent >= self.most_silence:
            raise LineClosed(f"silent for {self._silent:.1f} s, while units or roles change")
        return data

    def close(self) -> None:
        """Hang up."""
        self._inner.close()


@dataclass(frozen=True, slots=True)
class Entered:
    """A conversation that was entered, and the line beneath it."""

    console: Console
    line: WatchedLine


@dataclass(frozen=True, slots=True)
class Refusal:
    """Somebody answered, and did not let us in."""

    address: Address
    at: Instant
    why: str


class Logins:
    """Logs one user in to the units of a pair, and remembers where he was refused."""

    def __init__(
        self, dialler: Dialler, converse: Converse, clock: Clock, rate: float = 1.0
    ) -> None:
        """`rate`: device seconds in a second of ours, in which a blip of the network passes."""
        self.tally = Tally()
        self._blip_ms = DIALS_WITHIN_MS * max(1.0, rate)
        self._dialler = dialler
        self._converse = converse
        self._clock = clock
        self._refusals: list[Refusal] = []
        self._let_in: set[Address] = set()
        self._silent: set[Address] = set()
        """Addresses where nobody answered the last time."""

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Where nobody let us in, and why, oldest first."""
        return tuple(self._refusals)

    def at(self, address: Address, seat: Seat, most_silence: float | None) -> Entered:
        """Log in there, for whoever looks at that seat; `most_silence` as in `WatchedLine`.

        Raises:
            NoAnswer: nobody answers there; it was tried a few times where it answered before.
            NoEntry: we were not let in; or we were not let in lately, and do not try again yet.
        """
        self._keep_off(address, seat)
        try:
            entered: Entered = self._retrying(address)(
                lambda: self._once(address, seat, most_silence)
            )
        except NoEntry as fault:
            self.tally.refusals += 1
            self._refusals.append(Refusal(address, self._clock.now(), fault.why))
            raise
        except NoAnswer:
            self._silent.add(address)
            raise
        self._silent.discard(address)
        self._let_in.add(address)
        return entered

    def _once(self, address: Address, seat: Seat, most_silence: float | None) -> Entered:
        self.tally.dials += 1
        try:
            line = WatchedLine(self._dialler.dial(address), self.tally, most_silence)
            entered = Entered(self._converse(line, seat), line)
        except NoEntry as fault:
            raise NoEntry(seat, None, fault.why) from fault
        except (NoAnswer, Dropped) as fault:
            raise NoAnswer(seat, None, fault.why) from fault
        self.tally.logins += 1
        return entered

    def _keep_off(self, address: Address, seat: Seat) -> None:
        """Not even try, where trying again would count against the user.

        Until some unit has let him in, a refusal anywhere is the user's: the same password would
        be refused at the next address, too.
        """
        now = self._clock.now()
        recent = [
            refusal
            for refusal in self._refusals
            if now - refusal.at < REFUSALS_WITHIN_MS
            and (not self._let_in or refusal.address == address)
        ]
        if not recent:
            return
        if len(recent) >= MOST_REFUSALS or now - recent[-1].at < REFUSALS_APART_MS:
            last = recent[-1]
            ago = (now - last.at) // 1_000
            where = "" if last.address == address else f" at {last.address}"
            raise NoEntry(seat, None, f"{last.why} (said{where} {ago} s ago; not tried again yet)")

    def _retrying(self, address: Address) -> Retrying:
        """Again after a blip; where nobody answered the last time, once is enough."""
        began = self._clock.now()
        most = 1 if address in self._silent else MOST_DIALS

        def stop(state: RetryCallState) -> bool:
            return state.attempt_number >= most or self._clock.now() - began >= self._blip_ms

        def wait(state: RetryCallState) -> float:
            # Chance without chance: many pairs behind one jump host do not knock in step.
            spread = crc32(f"{address} {state.attempt_number} {began}".encode()) % _JITTER_MS
            return (_PAUSE_MS + spread) / 1_000

        return Retrying(
            retry=retry_if_exception(_may_pass),
            stop=stop,
            wait=wait,
            sleep=lambda seconds: self._clock.sleep(timedelta(seconds=seconds)),
            reraise=True,
        )


def _may_pass(fault: BaseException) -> bool:
    """Whether trying again may help: nobody answered, and nobody refused us."""
    return isinstance(fault, NoAnswer) and not isinstance(fault, NoEntry)
