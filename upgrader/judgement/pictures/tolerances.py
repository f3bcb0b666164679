"""Which tolerance holds for an item, and what a change of it comes to.

A pattern is `AREA`, `AREA/KEY` or `AREA/KEY@WHOSE`; in KEY `*` stands for anything, `?` for one
character, `[ab]` for one of these. Who spoke later wins: the defaults first, then the site, the
pair, and the file that a person names. Of what one of them says, the most exact pattern counts:
the order of lines in a file never matters.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from itertools import groupby

from upgrader.model.difference import Bounds
from upgrader.model.picture import Area, Tolerance, Whose

EXACT = Tolerance("")
"""Where nobody said anything: equal, or beyond."""

DEFAULTS = (
    # What an upgrade is for, and what it sets.
    Tolerance("units/version", ignore=True, must_exist=True),
    Tolerance("units/image", ignore=True, must_exist=True),
    Tolerance("units/boot order*", ignore=True, must_exist=True),
    Tolerance("units/ASDM*", ignore=True, must_exist=True),
    # The roles may have moved: what is told of a role is compared with the same role.
    Tolerance("failover/active unit", ignore=True, must_exist=True),
    # Counters of Logical Updates begin anew with each reload, and only ever grow.
    Tolerance("failover/* sent", ignore=True),
    Tolerance("failover/* received", ignore=True),
    Tolerance("failover/* errors", ignore=True),
    Tolerance("routes", must_exist=True),
    # Routes are compared one by one; of those that are only counted some come with people.
    Tolerance("routes/counted *", absolute=5, percent=20),
    Tolerance("licences", must_exist=True),
    # Traffic moves by itself (our guess: by less than that within an hour).
    Tolerance("nat/translations", absolute=20, percent=20),
    Tolerance("connections", absolute=20, percent=20),
    # People come and go (our guess likewise).
    Tolerance("sessions", absolute=2, percent=5),
    Tolerance("pools/* in use", absolute=2, percent=5),
    # Held addresses wait out the reuse delay; what is free is what is neither held nor in use.
    Tolerance("pools/* held", ignore=True, must_exist=True),
    Tolerance("pools/* free", ignore=True, must_exist=True),
)
"""What makes sense for an upgrade. Whatever stands here, a person may say otherwise."""


@dataclass(frozen=True, slots=True)
class _Rule:
    key: str
    whose: str
    exactness: tuple[int, int]
    tolerance: Tolerance


class Tolerances:
    """What was said of tolerances, sorted so that the first that matches counts."""

    def __init__(self, said: Sequence[Tolerance]) -> None:
        """`said`: those of one source together, who spoke first comes first."""
        self._rules: dict[str, list[_Rule]] = {area.value: [] for area in Area}
        for _, group in groupby(said, key=lambda tolerance: tolerance.source):
            ranked: dict[str, list[_Rule]] = {}
            for tolerance in group:
                area, key, whose, exactness = _ranked(tolerance.pattern)
                ranked.setdefault(area, []).append(_Rule(key, whose, exactness, tolerance))
            for area in ranked.keys() & self._rules.keys():  # of no other area anything is seen
                rules = ranked[area]
                rules.sort(key=lambda rule: (rule.exactness, rule.key), reverse=True)
                self._rules[area] = [*rules, *self._rules[area]]

    def of(self, area: Area, key: str, whose: Whose) -> Tolerance:
        """What holds for that item."""
        fitting = (whose.value, "*")
        for rule in self._rules[area.value]:
            if rule.whose in fitting and fnmatchcase(key, rule.key):
                return rule.tolerance
        return EXACT


def parts_of(pattern: str) -> tuple[str, str, str]:
    """Area, key and whose of a pattern; `*` where it does not say."""
    area, _, rest = pattern.partition("/")
    key, at, whose = rest.rpartition("@")
    if not at or whose not in {w.value for w in Whose}:
        key, whose = rest, "*"
    return area, key or "*", whose


@lru_cache(maxsize=256)  # The defaults are read for every comparison.
def _ranked(pattern: str) -> tuple[str, str, str, tuple[int, int]]:
    """Its parts, and how much of key and whose is said."""
    area, key, whose = parts_of(pattern)
    return area, key, whose, (_letters(key), _letters(whose))


def _letters(pattern: str) -> int:
    """How much of a pattern is said, and not left open."""
    return sum(1 for character in pattern if character not in "*?[]")


def pattern_of(area: Area, key: str, whose: Whose) -> str:
    """The pattern that means this one item."""
    spelled = "".join(f"[{c}]" if c in "*?[" else c for c in key)
    return f"{area.value}/{spelled}@{whose.value}"


# ── what a change comes to ─────────────────────────────────────────────────────────────


def bounds_of(tolerance: Tolerance, before: int | str | None, after: int | str | None) -> Bounds:
    """What a difference comes to; None: the item was not there. It was looked for in both."""
    if after is None and tolerance.must_exist:
        return Bounds.BEYOND
    if tolerance.ignore:
        return Bounds.IGNORED
    if before is None and tolerance.must_exist:
        return Bounds.WITHIN
    one, other = 0 if before is None else before, 0 if after is None else after
    if isinstance(one, int) and isinstance(other, int) and _is_near(tolerance, one, other):
        return Bounds.WITHIN
    return Bounds.BEYOND


def bounds_of_unseen(tolerance: Tolerance) -> Bounds:
    """What it comes to that nobody could look."""
    is_free = tolerance.ignore and not tolerance.must_exist
    return Bounds.IGNORED if is_free else Bounds.UNKNOWN


def _is_near(tolerance: Tolerance, before: int, after: int) -> bool:
    apart = abs(after - before)
    if tolerance.percent is not None and apart * 100 <= tolerance.percent * abs(before):
        return True
    return apart <= (tolerance.absolute or 0)


def told_of(tolerance: Tolerance, values: Iterable[int | str | None]) -> str:
    """What would have passed, in a phrase; `values`: those that are compared."""
    if tolerance.ignore:
        return "any value, if it is there" if tolerance.must_exist else "any value"
    parts = []
    if any(isinstance(value, int) for value in values):
        if tolerance.percent is not None:
            parts.append(f"±{tolerance.percent} %")
        if tolerance.absolute is not None:
            parts.append(f"±{tolerance.absolute}")
    told = " or ".join(parts) or "equal"
    return f"{told}; new ones may come" if tolerance.must_exist else told
