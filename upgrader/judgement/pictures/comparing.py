"""Two pictures compared, area by area, under tolerances."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from itertools import islice

from upgrader.judgement.pictures.tolerances import (
    DEFAULTS,
    Tolerances,
    bounds_of,
    bounds_of_unseen,
    told_of,
)
from upgrader.model.difference import AreaDiff, Compared, Diff, Difference, How, LinesDiff
from upgrader.model.picture import ALL_OF_IT, Area, AreaSeen, Item, Picture, Tolerance, Whose

CONTEXT = 2
"""Lines of a configuration that are shown around a difference."""

Place = tuple[str, Whose]


def diff(before: Picture, after: Picture, tolerances: Sequence[Tolerance] = ()) -> Diff:
    """How two pictures differ. The defaults and what the later picture brings come first.

    `tolerances`: what a person says besides; it stands over both.
    """
    said = Tolerances((*DEFAULTS, *after.tolerances, *tolerances))
    return Diff(
        before=Compared(before.moment, before.at, before.device_time),
        after=Compared(after.moment, after.at, after.device_time),
        areas=tuple(_compared(before.area(area), after.area(area), said) for area in Area),
        configuration=tuple(_lines(before, after)),
        cautions=tuple(_cautions(before, after)),
    )


@dataclass(frozen=True, slots=True)
class Side:
    """An area of one picture, to be looked things up in."""

    items: Mapping[Place, Item]
    blanks: tuple[Item, ...]
    """The items that stand for all of their kind: nobody could look."""

    def may_have(self, place: Place) -> bool:
        """Whether something may be there that this picture could not see."""
        key, whose = place
        return any(
            blank.whose is whose and key.startswith(blank.key.removesuffix(ALL_OF_IT))
            for blank in self.blanks
        )


def side_of(seen: AreaSeen) -> Side:
    """An area, made ready to be looked things up in."""
    items = {(item.key, item.whose): item for item in seen.items}
    blanks = (i for i in seen.items if i.value is None and i.key.endswith(ALL_OF_IT))
    return Side(items, tuple(blanks))


def _compared(before: AreaSeen, after: AreaSeen, said: Tolerances) -> AreaDiff:
    one, other = side_of(before), side_of(after)
    equal, differences = 0, []
    # Most of it is equal, and only what is not is put in order.
    odd = [place for place in other.items if place not in one.items]
    for place, item in one.items.items():
        now = other.items.get(place)
        if now is not None and item.value is not None and item.value == now.value:
            equal += 1
        else:
            odd.append(place)
    for place in sorted(odd, key=lambda p: (p[0], p[1].value)):
        found = _difference(before.area, place, one, other, said)
        if found is not None:
            differences.append(found)
        elif place in one.items and place in other.items:
            equal += 1
    return AreaDiff(before.area, equal, tuple(differences))


def _difference(
    area: Area, place: Place, one: Side, other: Side, said: Tolerances
) -> Difference | None:
    """None: the item is the same in both, or one picture could not have it."""
    key, whose = place
    before, after = one.items.get(place), other.items.get(place)
    there = [item for item in (before, after) if item is not None]
    is_unseen = any(item.value is None for item in there)
    if not is_unseen and len(there) == 1 and (one if before is None else other).may_have(place):
        return None  # the item that stands for all of them says that nobody could look
    was = None if before is None else before.value
    now = None if after is None else after.value
    if not is_unseen and was == now:
        return None
    tolerance = said.of(area, key, whose)
    bounds = bounds_of_unseen(tolerance) if is_unseen else bounds_of(tolerance, was, now)
    how = How.CHANGED
    if is_unseen:
        how = How.UNSEEN
    elif len(there) == 1:
        how = How.NEW if before is None else How.GONE
    allowed = told_of(tolerance, (was, now))
    return Difference(area, key, whose, how, was, now, bounds, allowed, tolerance.source)


# ── configurations and cautions ────────────────────────────────────────────────────────


def _lines(before: Picture, after: Picture) -> Iterator[LinesDiff]:
    for whose in (Whose.ACTIVE, Whose.STANDBY):
        one, other = before.lines(whose), after.lines(whose)
        if one is None or other is None or one == other:
            continue
        shown = unified_diff(one, other, lineterm="", n=CONTEXT)
        yield LinesDiff(whose, tuple(islice(shown, 2, None)))


def _cautions(before: Picture, after: Picture) -> Iterator[str]:
    if before.pair != after.pair:
        yield f"these are two pairs: {before.pair} and {after.pair}"
    for one, other in zip(before.units, after.units, strict=True):
        if one.serial is not None and other.serial is not None and one.serial != other.serial:
            yield f"the {one.role.value} is another chassis: {one.serial}, then {other.serial}"
    if before.at > after.at and before.pair == after.pair:
        yield "the first picture was taken after the second"
