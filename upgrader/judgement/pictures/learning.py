"""Tolerances learnt from pictures between which nothing was wrong.

What is proposed is the least under which all of them would have passed, whichever is compared
with whichever. Whoever takes it over says with it that all of this is no trouble.
"""

from collections.abc import Iterator, Sequence
from itertools import permutations

from upgrader.judgement.pictures.comparing import diff, side_of
from upgrader.judgement.pictures.tolerances import pattern_of
from upgrader.model.difference import Learned
from upgrader.model.picture import Area, Item, Picture, Tolerance, Whose

LEARNED = "what was learnt"
"""The source of a tolerance that nobody has taken over yet."""

SHOWN = 40
"""Letters of a text that are shown as what a tolerance was learnt from."""

Place = tuple[Area, str, Whose]


def learn(
    pictures: Sequence[tuple[str, Picture]], tolerances: Sequence[Tolerance] = ()
) -> tuple[Learned, ...]:
    """What must be said besides the defaults and `tolerances`; each picture with its name."""
    wanted: set[Place] = set()
    for (_, one), (_, other) in permutations(pictures, 2):
        for area in diff(one, other, tolerances).areas:
            wanted |= {
                (d.area, d.key, d.whose) for d in area.differences if d.bounds.wants_a_person
            }
    places = sorted(wanted, key=lambda p: (list(Area).index(p[0]), p[1], p[2].value))
    return tuple(_learned(place, list(_seen(place, pictures))) for place in places)


def _seen(
    place: Place, pictures: Sequence[tuple[str, Picture]]
) -> Iterator[tuple[str, Item | None]]:
    """The item in each picture that could have it; None: it is not there."""
    area, key, whose = place
    for name, picture in pictures:
        side = side_of(picture.area(area))
        item = side.items.get((key, whose))
        if item is not None or not side.may_have((key, whose)):
            yield name, item


def _learned(place: Place, seen: list[tuple[str, Item | None]]) -> Learned:
    pattern = pattern_of(*place)
    unseen = [name for name, item in seen if item is not None and item.value is None]
    if unseen:
        return Learned(
            Tolerance(pattern, ignore=True, source=LEARNED), f"not seen in {', '.join(unseen)}"
        )
    values = [(name, None if item is None else item.value) for name, item in seen]
    numbers = [(name, value or 0) for name, value in values if not isinstance(value, str)]
    if len(numbers) == len(values) and any(value is not None for _, value in values):
        least, most = (pick(numbers, key=lambda n: n[1]) for pick in (min, max))
        why = f"{least[1]:,} in {least[0]}, {most[1]:,} in {most[0]}"
        return Learned(Tolerance(pattern, absolute=most[1] - least[1], source=LEARNED), why)
    absent = [name for name, value in values if value is None]
    if absent:
        return Learned(
            Tolerance(pattern, ignore=True, source=LEARNED), f"not there in {', '.join(absent)}"
        )
    first, others = values[0], [v for v in values if v[1] != values[0][1]]
    told = (f"{str(value)[:SHOWN]} in {name}" for name, value in (first, others[0]))
    why = ", ".join(told)
    return Learned(Tolerance(pattern, ignore=True, must_exist=True, source=LEARNED), why)
