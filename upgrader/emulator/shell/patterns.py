"""What a filter looks for: a regular expression that no line can make slow.

    compiled(PATTERN) ──► search(line) ──► found or not

The library's own engine tries one way after the other: a pattern like `(x+x+)+y` takes it years,
and all consoles of the process with it. One with more than one of `* + ? { |` is therefore
followed in all ways at once, as a set of places in the pattern, and a set that was seen is
remembered.
"""

import re
import warnings
from collections.abc import Callable, Iterable
from typing import Literal

Search = Callable[[str], bool]

_REMEMBERED = 2_000
_DEEPEST = 50
"""Brackets that may be open at once: whoever reads them calls himself for each."""
_CHOICES = "*+?{|"
"""Signs that leave a choice where to go on. Choices multiply: `re` is given one at most."""
_COUNTED = re.compile(r"[0-9]+\}|[0-9]*,[0-9]*\}")
"""What stands behind a `{` that repeats; any other is a letter, as `re` has it."""

_Step = tuple[Literal["split", "start", "end", "match"], int, int] | Callable[[str], bool]
"""`split`: go on at both places, counted from this one; `start`, `end`: only there; or a
character that fits."""
_Steps = list[_Step]

_START: _Step = ("start", 0, 0)
_END: _Step = ("end", 0, 0)
_MATCH: _Step = ("match", 0, 0)


def compiled(pattern: str) -> Search:
    """Whether a line holds what the pattern says; one that cannot be read, letter by letter."""
    try:
        choices = sum(pattern.count(sign) for sign in _CHOICES)
        if choices > 1 or pattern.count("(") > _DEEPEST:
            return _Follower(_Reader(pattern).steps()).search
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # What `[[` will mean one day is nobody's concern.
            matcher = re.compile(pattern)
    except (re.error, ValueError, OverflowError):
        return lambda line: pattern in line
    return lambda line: matcher.search(line) is not None


class _Reader:
    """Reads a pattern: `. [] () | * + ? ^ $` and a backslash. No counted repetitions."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._left = list(reversed(pattern))
        self._open = 0

    def steps(self) -> _Steps:
        """The steps of the whole pattern.

        Raises:
            ValueError: it cannot be read.
        """
        steps = self._either()
        if self._left:
            raise ValueError("a bracket that nothing opened")
        return [*steps, _MATCH]

    def _next(self) -> str:
        if not self._left:
            raise ValueError("the pattern ends too early")
        return self._left.pop()

    def _is_next(self, *signs: str) -> bool:
        return bool(self._left) and self._left[-1] in signs

    def _either(self) -> _Steps:
        steps = self._sequence()
        while self._is_next("|"):
            self._left.pop()
            other = self._sequence()
            leap = len(other) + 1
            steps = [("split", 1, len(steps) + 2), *steps, ("split", leap, leap), *other]
        return steps

    def _sequence(self) -> _Steps:
        steps: _Steps = []
        while self._left and not self._is_next("|", ")"):
            steps += self._repeated(self._one())
        return steps

    def _repeated(self, steps: _Steps) -> _Steps:
        """What was read, as often as the sign behind it says; a `?` behind that changes nothing."""
        if not self._is_next("*", "+", "?"):
            return steps
        match self._left.pop():
            case "*":
                back = -len(steps) - 1
                steps = [("split", 1, len(steps) + 2), *steps, ("split", back, back)]
            case "+":
                steps = [*steps, ("split", -len(steps), 1)]
            case _:
                steps = [("split", 1, len(steps) + 1), *steps]
        if self._is_next("?"):
            self._left.pop()
        return steps

    def _one(self) -> _Steps:
        sign = self._next()
        match sign:
            case "(":
                return self._bracket()
            case "*" | "+" | "?":
                raise ValueError("nothing is repeated")
            case "{" if self._is_counted():
                raise ValueError("repeated so many times")
            case "^":
                return [_START]
            case "$":
                return [_END]
            case ".":
                return [_anything]
            case "[":
                return [self._set()]
            case "\\":
                return [self._escaped()]
            case _:
                return [sign.__eq__]

    def _bracket(self) -> _Steps:
        if self._is_next("?"):
            raise ValueError("a kind of bracket that is not known")
        self._open += 1
        if self._open > _DEEPEST:
            raise ValueError("too many brackets in each other")
        steps = self._either()
        if self._next() != ")":
            raise ValueError("a bracket that nothing closes")
        self._open -= 1
        return steps

    def _is_counted(self) -> bool:
        behind = len(self._pattern) - len(self._left)
        return _COUNTED.match(self._pattern, behind) is not None

    def _escaped(self) -> Callable[[str], bool]:
        sign = self._next()
        if not sign.isalnum():
            return sign.__eq__
        kind = _CLASSES.get(sign.lower())
        if kind is None:
            raise ValueError("an escape that is not known")
        return kind if sign.islower() else lambda one: not kind(one)

    def _set(self) -> Callable[[str], bool]:
        inverted = self._is_next("^")
        if inverted:
            self._left.pop()
        fits: list[Callable[[str], bool]] = []
        first = True
        while (sign := self._next()) != "]" or first:
            first = False
            if sign == "\\":
                fits.append(self._escaped())
            elif self._is_next("-") and len(self._left) > 1 and self._left[-2] != "]":
                self._left.pop()
                fits.append(_between(sign, self._next()))
            else:
                fits.append(sign.__eq__)
        return lambda one: any(fit(one) for fit in fits) is not inverted


def _anything(one: str) -> bool:
    return len(one) == 1


def _is_of_a_word(one: str) -> bool:
    return one.isalnum() or one == "_"


def _between(low: str, high: str) -> Callable[[str], bool]:
    return lambda one: low <= one <= high


_CLASSES: dict[str, Callable[[str], bool]] = {
    "d": str.isdigit,
    "s": str.isspace,
    "w": _is_of_a_word,
}


class _Follower:
    """Follows a line through all places of a pattern at once."""

    def __init__(self, steps: _Steps) -> None:
        self._steps = steps
        self._known: dict[tuple[frozenset[int], str], frozenset[int]] = {}
        self._begin = self._closed({0}, at_start=True)
        self._last = len(steps) - 1

    def search(self, line: str) -> bool:
        """Whether the pattern fits somewhere in the line."""
        places = self._begin
        for one in line:
            if self._last in places:
                return True
            then = self._known.get((places, one))
            if then is None:
                if len(self._known) >= _REMEMBERED:
                    self._known.clear()
                then = self._known[places, one] = self._after(places, one)
            places = then
        at_start = not line
        return self._last in self._closed(places, at_start=at_start, at_end=True)

    def _after(self, places: frozenset[int], one: str) -> frozenset[int]:
        steps = self._steps
        gone = [at + 1 for at in places if callable(step := steps[at]) and step(one)]
        return self._closed((0, *gone))

    def _closed(
        self, places: Iterable[int], *, at_start: bool = False, at_end: bool = False
    ) -> frozenset[int]:
        """All places that are reached from these without another character."""
        seen: set[int] = set()
        ahead = list(places)
        while ahead:
            at = ahead.pop()
            if at in seen:
                continue
            seen.add(at)
            match self._steps[at]:
                case ("split", one, other):
                    ahead += (at + one, at + other)
                case ("start", _, _) if at_start:
                    ahead.append(at + 1)
                case ("end", _, _) if at_end:
                    ahead.append(at + 1)
                case _:
                    pass
        return frozenset(seen)
