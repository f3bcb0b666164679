"""WHAT IT NEEDS: what a world must offer, and the errors that an adapter may raise.

Adapters live in `access/` and `journal/`; `cli/worlds` chooses them, and nobody else does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol, cast

from upgrader.model.names import Instant, Seat
from upgrader.model.script import Argument, Came
from upgrader.model.staging import StockFile


class Clock(Protocol):
    """The world's time. In an emulated world, sleeping is what makes it live."""

    def now(self) -> Instant:
        """This instant, on the clock's own axis; never backwards."""
        ...

    def sleep(self, duration: timedelta) -> None:
        """Let time pass."""
        ...


class Console(Protocol):
    """An open conversation at a seat, in privileged EXEC. Text both ways."""

    @property
    def seat(self) -> Seat:
        """Where it was opened; who answers there may change under it."""
        ...

    @property
    def prompt(self) -> str:
        """The prompt that followed the last reply, without the trailing blank."""
        ...

    def ask(self, line: str) -> str:
        """Type a line; the reply without echo and without prompt.

        Raises:
            NoAnswer: nothing came back; whether the line arrived is not known.
            Dropped: the conversation ended; whether the line arrived is not known.
        """
        ...

    def close(self) -> None:
        """Hang up. Never raises."""
        ...


class Foretold(Protocol):
    """A console that can be told what it is asked next."""

    def expect(self, line: str) -> None:
        """Type that line now, which only looks and is asked next, so that the unit works meanwhile.

        Never raises: what ended the conversation is raised by the `ask` that follows.
        """
        ...


def foretell(console: Console, line: str) -> None:
    """Tell a console what it is asked next, if it can be told."""
    # Whether it is a Foretold, a Protocol's own check would ask through all of its members.
    if hasattr(console, "expect"):
        cast("Foretold", console).expect(line)


class Access(Protocol):
    """The way to the units."""

    def open(self, seat: Seat) -> Console:
        """Open a console.

        Raises:
            NoAnswer: nobody answers at that seat now.
        """
        ...


@dataclass(frozen=True, slots=True)
class Seats:
    """The two management addresses of a pair."""

    active: Seat
    standby: Seat


class Carrier(Protocol):
    """Brings files to a unit's flash."""

    def put(self, seat: Seat, source: Path, path: str, progress: Callable[[int], None]) -> None:
        """Copy a local file to `disk0:/…` of whoever answers at that seat.

        `progress` hears the bytes that have been sent so far. What it raises breaks the copy off,
        and comes out of here.

        Raises:
            NoAnswer: nobody answers there, or not with SCP.
            Dropped: the copy broke off; what arrived of it may lie there.
            Refused: the device would not take it.
        """
        ...


class Stock(Protocol):
    """The repository: files of this machine that are brought to the units."""

    @property
    def place(self) -> str:
        """Where it is, for people."""
        ...

    def files(self) -> tuple[StockFile, ...]:
        """All files, by name; none of them is read."""
        ...

    def sha512(self, file: StockFile, progress: Callable[[int], None]) -> str:
        """Read a file piece by piece: 128 hexadecimal digits, lowercase.

        `progress` hears the bytes so far. What it raises ends the reading, and comes out of here.

        Raises:
            UsageFault: it cannot be read.
        """
        ...


class World(Protocol):
    """Whatever stands behind the ports: an emulated pair, a pair over SSH, a tape."""

    @property
    def access(self) -> Access:
        """The way to the units."""
        ...

    @property
    def clock(self) -> Clock:
        """The world's time."""
        ...

    @property
    def seats(self) -> Seats:
        """The two management addresses."""
        ...

    def fork(self) -> "World":
        """A twin that shares nothing; what happens to it happens to nobody."""
        ...

    def close(self) -> None:
        """Save what must be saved and let go of the lock."""
        ...


class Testbed(World, Protocol):
    """A world in which a night can be staged: things befall it, and its log can be read."""

    def console(self, on: str) -> Console:
        """A console at `active`, `standby`, or of one chassis: `primary`, `secondary`.

        Raises:
            NoAnswer: nobody answers there now.
        """
        ...

    def happen(self, event: str, arguments: Mapping[str, Argument]) -> None:
        """Let something befall the pair; a name of the control surface, and what it takes.

        Raises:
            UsageFault: there is no such event, or it cannot happen now. Nothing has happened.
        """
        ...

    def collected(self) -> str:
        """What a collector has received so far from both units, a line each, as it would file it.

        The scenario's `logging host` says what is sent; its order is the order of arrival.
        """
        ...

    def came(self) -> Came:
        """What has come of the night by now, by the books of who stages it: never a judgement's."""
        ...

    def fork(self) -> "Testbed":
        """A twin that shares nothing."""
        ...


# ── errors, by owner ───────────────────────────────────────────────────────────────────


class UpgraderError(Exception):
    """Anything that we could not look at or could not do; carries what to ask next."""


class LineFault(UpgraderError):
    """The line is at fault: nobody knows whether what was typed arrived."""

    def __init__(self, seat: Seat, line: str | None, why: str) -> None:
        self.seat = seat
        self.line = line
        self.why = why
        typed = f" to {line!r}" if line is not None else ""
        super().__init__(f"{seat}: {why}{typed}")


class NoAnswer(LineFault):
    """Nothing came back within the limit, or nobody answers at the seat."""


class NoEntry(NoAnswer):
    """Somebody answers, and asking again does not help: credentials, host key, algorithms.

    The reason names what to change. No secret is ever part of it.
    """


class Dropped(LineFault):
    """The conversation ended under us."""


class NotReached(UpgraderError):
    """The first contact of a command failed: nothing was looked at, and nothing typed."""

    def __init__(self, fault: NoAnswer) -> None:
        self.seat = fault.seat
        self.why = fault.why
        super().__init__(f"{fault}; nothing was changed")


class Refused(UpgraderError):
    """The device refused a line."""

    def __init__(self, seat: Seat, line: str, reply: str) -> None:
        self.seat = seat
        self.line = line
        self.reply = reply
        super().__init__(f"{seat} refused {line!r}: {reply.strip() or '(no text)'}")


class Unparsed(UpgraderError):
    """A reply that our grammar does not understand."""

    def __init__(self, line: str, text: str, why: str) -> None:
        self.line = line
        self.text = text
        self.why = why
        super().__init__(f"the reply to {line!r} is not understood: {why}")


class Unlawful(UpgraderError):
    """An act or an edge that the law forbids. Nothing was typed."""


class StalePlan(UpgraderError):
    """The pair is no longer what the plan was drawn from."""


class ReplayDiverged(UpgraderError):
    """Today's code asks or decides otherwise than on the night."""


class NotAsked(UpgraderError):
    """The tape of an earlier release has no answer to this: it was not asked at that moment."""


class TapeEnded(UpgraderError):
    """The process of that night died here: nothing is known of what would have followed."""


class BrokenChain(UpgraderError):
    """A journal that was altered or truncated. Nothing was typed."""


class NotBelieved(UpgraderError):
    """A list of digests that is unsigned, altered or wrongly signed. Nothing was typed."""


class UsageFault(UpgraderError):
    """A person's mistake: what was wrong, where, what was expected, what to type next."""


class Declined(UpgraderError):
    """A person was asked before the first change, and did not agree. Nothing was changed."""


class OutsideWindow(UpgraderError):
    """It is no hour in which the pair may be touched. Nothing was changed."""


class NoTwin(UpgraderError):
    """No emulated pair can be made of what was seen; the message says what is missing."""


class Interrupted(UpgraderError):
    """A person did not wait for the next safe point of a run; whoever hears it says what is known.

    No `KeyboardInterrupt`: what reads command lines swallows those, and the run's name with them.
    """

    def __init__(self, run: Path) -> None:
        self.run = run
        super().__init__(f"the run in {run} was stopped at once")


class WorldHeld(UpgraderError):
    """Another process holds this pair; the message names it."""
