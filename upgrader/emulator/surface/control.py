"""The control surface: a request in, a response out, both JSON objects. No socket here.

    {"do": "cut-link", "link": "failover"}    {"ok": true}
    {"do": "advance", "seconds": 60}          {"ok": true, "now_ms": 60000}
    {"do": "truth", "of": ["sessions"]}       {"ok": true, "truth": {"sessions": {…}}}
    {"do": "cutlink"}                         {"ok": false, "error": {"what": …, …}}

The same object serves a socket beside a pair that lives in real time, and the command line on a
saved one: whoever hosts the pair says how inputs go in and how time passes.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.surface import inputs
from upgrader.emulator.surface.event_words import (
    Argument,
    Event,
    Told,
    Value,
    WrongEvent,
    nearest,
    read_all,
    whole,
)
from upgrader.emulator.surface.events import EVENTS, event_named
from upgrader.emulator.surface.truth import PARTS, truth

LONGEST_LINE = 65_536
"""Characters of a request at most. Our choice: the longest that means something has a few
hundred."""

MOST_MS = 366 * 86_400_000
"""How much time may be let pass at once: a year, and a day."""

SEE_EVENTS = '{"do": "events"} lists what may be done'


class Host(Protocol):
    """Whoever has the pair, keeps its inputs and moves its time."""

    @property
    def pair(self) -> EmulatedPair:
        """The pair, for looking only."""
        ...

    def give(self, make: Callable[[int], inputs.Input]) -> inputs.Gave:
        """Put in the input that is made of the present instant; what came out, once it is kept.

        Raises:
            WrongEvent: the pair refuses the event.
        """
        ...

    def skip(self, ms: int) -> None:
        """Let so much device time pass at once."""
        ...

    def save(self) -> None:
        """Write the pair down whole."""
        ...


@dataclass(frozen=True, slots=True)
class Verb:
    """Something that may be asked for and that is no event of the pair."""

    name: str
    meaning: str
    arguments: tuple[tuple[str, str, str], ...]
    """(name, what is allowed, meaning)."""


SECONDS = whole("seconds", 0, MOST_MS // 1_000, "device seconds", default=0)
MS = whole("ms", 0, MOST_MS, "device milliseconds, beside the seconds", default=0)
_ADVANCE = Event("advance", "", (SECONDS, MS), "", lambda _pair, _values: {})

VERBS = (
    Verb(
        "advance",
        "Time passes at once, and all happens that is due by then.",
        tuple((a.name, a.allowed, a.meaning) for a in (SECONDS, MS)),
    ),
    Verb(
        "truth",
        "Tells what is really so, of the parts that are named or of all.",
        (("of", "a list of parts", "which parts; see below"),),
    ),
    Verb("events", "Lists all that may be done, with arguments.", ()),
    Verb("save", "Writes the pair down whole, so that a later start need replay nothing.", ()),
)
"""What may be asked for beside events."""


class Control:
    """Answers requests about one pair."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def line(self, text: str | bytes) -> str:
        """The response to a line of JSON, as a line of JSON without its end.

        Raises:
            Exception: what keeping an input raised; nothing else, whatever the line holds.
        """
        return json.dumps(self.answer_text(text))

    def answer_text(self, text: str | bytes) -> Told:
        """The response to a request in JSON."""
        if len(text) > LONGEST_LINE:
            return refusal("the request is too long", "request", f"at most {LONGEST_LINE} bytes")
        try:
            request = json.loads(text)
        except (ValueError, RecursionError):
            return refusal("this is no JSON", "request", 'an object, like {"do": "truth"}')
        if not isinstance(request, dict):
            return refusal("this is no JSON object", "request", 'like {"do": "truth"}')
        return self.answer(request)

    def answer(self, request: Mapping[str, object]) -> Told:
        """The response to a request: `ok`, and what was asked for or what is wrong."""
        try:
            return {"ok": True, **self._done(request)}
        except WrongEvent as wrong:
            return refusal(wrong.what, wrong.where, wrong.expected)

    def _done(self, request: Mapping[str, object]) -> Told:
        verb = request.get("do")
        rest = {name: value for name, value in request.items() if name != "do"}
        match verb:
            case "advance":
                values = read_all(_ADVANCE, _plain("advance", rest))
                self._host.skip(int(values["seconds"]) * 1_000 + int(values["ms"]))
                return {"now_ms": self._host.pair.now}
            case "truth":
                return {"truth": truth(self._host.pair, _parts(rest))}
            case "events":
                _nothing_else("events", rest)
                return {"events": described(), "truth": {part.name: part.meaning for part in PARTS}}
            case "save":
                _nothing_else("save", rest)
                self._host.save()
                return {}
            case str():
                return self._happen(verb, rest)
            case _:
                known = ", ".join([v.name for v in VERBS] + [e.name for e in EVENTS])
                raise WrongEvent("the request does not say what to do", "do", f"one of {known}")

    def _happen(self, verb: str, rest: Mapping[str, object]) -> Told:
        names = [v.name for v in VERBS] + [e.name for e in EVENTS]
        if verb not in names:
            what = f"there is no {verb!r}{nearest(verb, names)}"
            raise WrongEvent(what, "do", f"one of {', '.join(names)}")
        # Read here first, so that what is kept is what was meant, whatever stood in the request.
        values = read_all(event_named(verb), _plain(verb, rest))
        told = self._host.give(lambda at: inputs.Happened(at, verb, values))
        return told if isinstance(told, Mapping) else {}


def described() -> list[Told]:
    """All that may be done, as JSON would have it: events, and what else may be asked for."""
    verbs = [
        {
            "do": verb.name,
            "meaning": verb.meaning,
            "arguments": [
                {"name": name, "allowed": allowed, "meaning": meaning}
                for name, allowed, meaning in verb.arguments
            ],
        }
        for verb in VERBS
    ]
    events = [
        {
            "do": event.name,
            "meaning": event.meaning,
            "source": event.source,
            "arguments": [_argument(argument) for argument in event.arguments],
        }
        for event in EVENTS
    ]
    return [*verbs, *events]


def refusal(what: str, where: str, expected: str, goes_on: str = SEE_EVENTS) -> Told:
    """A response that says what is wrong, where, what was expected, and what to ask next."""
    error = {"what": what, "where": where, "expected": expected, "next": goes_on}
    return {"ok": False, "error": error}


def _argument(argument: Argument) -> Told:
    told: dict[str, object] = {
        "name": argument.name,
        "allowed": argument.allowed,
        "meaning": argument.meaning,
        "required": argument.default is None and not argument.may_be_left_out,
    }
    if argument.default is not None:
        told["default"] = argument.default
    return told


def _plain(verb: str, rest: Mapping[str, object]) -> dict[str, Value]:
    """The arguments, none of which is a list, an object, a fraction or null."""
    values: dict[str, Value] = {}
    for name, value in rest.items():
        if not isinstance(value, str | int | bool):
            shown = json.dumps(value)
            where = f"{verb} {name}"
            raise WrongEvent(f"{shown} is not allowed", where, "a text or a whole number")
        values[name] = value
    return values


def _parts(rest: Mapping[str, object]) -> list[str]:
    _nothing_else("truth", {name: value for name, value in rest.items() if name != "of"})
    wanted = rest.get("of", [])
    names = wanted.split(",") if isinstance(wanted, str) else wanted
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        known = ", ".join(part.name for part in PARTS)
        raise WrongEvent(f"{json.dumps(wanted)} is no list of parts", "truth of", known)
    return names


def _nothing_else(verb: str, rest: Mapping[str, object]) -> None:
    if rest:
        raise WrongEvent(f"there is no argument {min(rest)!r}", verb, "no such arguments")
