"""What goes into a pair, as values: whoever keeps a pair keeps these, and puts them in again.

A pair is a function of its scenario and its inputs. Each input carries the instant at which it
came in, and is refused by a pair at another instant: a replay that has lost its way says so.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from operator import attrgetter
from typing import get_args

from msgspec import ValidationError, convert, to_builtins

from upgrader.emulator.machine.repository import Overheard, Remembered, Repository, Supplied
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.shell import shell
from upgrader.emulator.state import File
from upgrader.emulator.surface import events
from upgrader.emulator.talk import Answer, Conversation
from upgrader.emulator.timers import count

_KIND = "kind"
_STANDS = attrgetter(*(known.name for known in fields(Conversation)))
"""How a conversation stands."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The tool asked for a console of its own, in privileged EXEC."""

    at: int
    seat: str
    """`active`, `standby`."""


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """Somebody who has proved who he is came in over SSH."""

    at: int
    seat: str
    """`active`, `standby`, `primary`, `secondary`."""
    user: str
    source: str
    """The address he came from."""


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """Somebody gave a wrong password. Which one is not kept."""

    at: int
    seat: str
    user: str
    source: str


@dataclass(frozen=True, slots=True)
class Received:
    """A line was typed into a conversation."""

    at: int
    number: int
    line: str
    pure: bool = False
    """It only showed something: whoever puts it in again may leave it out."""
    supplies: Mapping[str, Supplied | None] = field(default_factory=dict)
    """What stood outside the pair at the URLs that it asked for; empty: it asked for none."""


@dataclass(frozen=True, slots=True)
class HungUp:
    """A conversation was closed from outside."""

    at: int
    number: int


@dataclass(frozen=True, slots=True)
class Advanced:
    """Time passed."""

    at: int
    to: int


@dataclass(frozen=True, slots=True)
class FileArrived:
    """A file came by SCP, whole; its bytes lie with whoever keeps the pair."""

    at: int
    unit: int
    """0 the Primary, 1 the Secondary."""
    path: str
    file: File


@dataclass(frozen=True, slots=True)
class Happened:
    """Something befell the pair, or somebody did something: a name of the table of events."""

    at: int
    name: str
    arguments: Mapping[str, events.Value] = field(default_factory=dict)


Input = Opened | LoggedIn | TurnedAway | Received | HungUp | Advanced | FileArrived | Happened

Gave = Answer | Conversation | events.Told | str | None
"""What came out: the answer to a line; a conversation (None: nobody is there to talk to); why a
file was not taken (None: it was); what an event says of itself."""

_KINDS: Mapping[str, type[Input]] = {kind.__name__.lower(): kind for kind in get_args(Input)}


class NotAnInput(ValueError):
    """A record that is no input known here."""


class OutOfStep(ValueError):
    """An input of another instant than the pair's."""


def apply(pair: EmulatedPair, given: Input) -> Gave:
    """Put an input in; what came out.

    Raises:
        OutOfStep: it came in at another instant.
        WrongEvent: there is no such event, or its arguments are not allowed.
    """
    if given.at != pair.now:
        raise OutOfStep(f"an input of {given.at} ms, but the pair is at {pair.now} ms")
    match given:
        case Opened(seat=seat):
            return pair.open(seat)
        case LoggedIn(seat=seat, user=user, source=source):
            return pair.log_in(seat, user, source)
        case TurnedAway(seat=seat, user=user, source=source):
            pair.turn_away(seat, user, source)
            return None
        case Received(number=number, line=line, supplies=supplies):
            if supplies:
                return _supplied(pair, Remembered(supplies), number, line)
            return pair.receive(number, line)
        case HungUp(number=number):
            pair.hang_up(number)
            return None
        case Advanced(to=to):
            pair.advance(to)
            return None
        case FileArrived(unit=unit, path=path, file=file):
            return pair.arrive(unit, path, file)
        case Happened(name=name, arguments=arguments):
            return events.happen(pair, name, arguments)


def _supplied(pair: EmulatedPair, outside: Repository, number: int, line: str) -> Answer:
    """What a line gives where such files stand outside."""
    before, pair.outside = pair.outside, outside
    try:
        return pair.receive(number, line)
    finally:
        pair.outside = before


def take(pair: EmulatedPair, given: Input) -> tuple[Input, Gave]:
    """Put a new input in: the input as it is to be kept, and what came out.

    It is to be kept before what came out is handed on. A line that changed nothing is marked.

    Raises:
        OutOfStep, WrongEvent: as `apply`.
    """
    if not isinstance(given, Received):
        return given, apply(pair, given)
    talk = pair.conversations.get(given.number)
    if talk is not None:
        given = replace(given, line=shell.judged(pair, talk, given.line))
    if not _only_asks(given.line):
        if pair.outside is None:
            return given, apply(pair, given)
        ear = Overheard(pair.outside)
        answer = _supplied(pair, ear, given.number, given.line)
        return replace(given, supplies=ear.said), answer
    marks = _marks(pair, given.number)
    gave = apply(pair, given)
    return replace(given, pure=_marks(pair, given.number) == marks), gave


def to_record(given: Input) -> dict[str, object]:
    """The input as JSON would have it; what stands at its default is left out."""
    record: dict[str, object] = {"at": given.at, _KIND: type(given).__name__.lower()}
    for known in fields(given):
        value = getattr(given, known.name)
        blank = {} if known.default is MISSING else known.default
        if known.name != "at" and value != blank:
            record[known.name] = to_builtins(value)
    return record


def from_record(record: Mapping[str, object]) -> Input:
    """The input of a record.

    Raises:
        NotAnInput: its kind, or one of its fields, is not known here or is of another type.
    """
    kind = record.get(_KIND)
    known = _KINDS.get(kind) if isinstance(kind, str) else None
    if known is None:
        raise NotAnInput(f"{kind!r} is no kind of input; there are {', '.join(sorted(_KINDS))}")
    values = {name: value for name, value in record.items() if name != _KIND}
    strange = sorted(set(values) - {f.name for f in fields(known)})
    if strange:
        raise NotAnInput(f"an input {kind!r} has no {', '.join(strange)}")
    try:
        return convert(values, known)
    except ValidationError as fault:
        raise NotAnInput(f"input {kind!r}: {fault}") from fault


def _only_asks(line: str) -> bool:
    return line.split(maxsplit=1)[:1] in (["show"], ["dir"])


def _marks(pair: EmulatedPair, number: int) -> tuple[object, ...]:
    """What would differ if a line had done anything. Cheap: the whole pair is not compared."""
    talk = pair.conversations.get(number)
    written = tuple(tuple(unit.logged.values()) for unit in pair.units)
    return (
        pair.now,
        pair.changes,
        pair.sequence,
        pair.draws,
        pair.resumed,
        pair.link.sequence,
        count(pair),
        len(pair.outbox),
        written,
        None if talk is None else (_STANDS(talk), tuple(talk.remote.items())),
    )
