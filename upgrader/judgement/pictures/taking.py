"""A picture is taken from a look: pure, and nothing that was not seen is left out silently."""

import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache

from upgrader.dialect.secrets import masked
from upgrader.judgement.pictures import chassis, service
from upgrader.judgement.pictures.chassis import Told, told_of_chassis
from upgrader.judgement.pictures.service import address_of_chassis, told_of_service
from upgrader.model.picture import (
    ALL_OF_IT,
    SCHEMA,
    Area,
    AreaSeen,
    Item,
    LinesSeen,
    Picture,
    Tolerance,
    UnitPictured,
    Whose,
)
from upgrader.model.report import DARK
from upgrader.model.unit import Configuration, Dark, Snapshot, Unit
from upgrader.model.wide import ConfigText

SNAPSHOT = "snapshot"
"""The moment of a picture that belongs to no run."""

_NOT_COMPARED = (
    *(":", "!", "cryptochecksum:", "asa version ", "failover lan unit "),
    *("boot system ", "asdm image "),
)
"""How lines begin that units or releases do not share, or that stand among the units' items."""

_WORDS = {whose: whose.value for whose in Whose}

_NAT = ("nat (", "static (", "global (")
"""How a rule of translation begins; the latter two before 8.3."""


def picture_of(
    pair: str,
    seen: Snapshot,
    moment: str = SNAPSHOT,
    tolerances: tuple[Tolerance, ...] = (),
) -> Picture:
    """The picture of a wide look; of a narrower one much is unknown."""
    found = {area: dict[tuple[str, Whose], Item]() for area in Area}
    for area, item in _items(seen):
        found[area][item.key, item.whose] = item
    return Picture(
        schema=SCHEMA,
        pair=pair,
        at=seen.at,
        device_time=_device_time(seen),
        moment=moment,
        units=(_pictured(seen.primary), _pictured(seen.secondary)),
        areas=tuple(AreaSeen(area, _sorted(items.values())) for area, items in found.items()),
        configurations=tuple(_configurations(seen)),
        tolerances=tolerances,
    )


def _sorted(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(sorted(items, key=lambda item: (item.key, _WORDS[item.whose])))


def _items(seen: Snapshot) -> Iterator[tuple[Area, Item]]:
    for unit in (seen.primary, seen.secondary):
        yield from _of_chassis(unit)
    active, standby = seen.active, seen.standby
    yield from _of_role(Whose.ACTIVE, active)
    yield from _of_role(Whose.STANDBY, standby)
    where = None if active is None else active.role.value
    yield Area.FAILOVER, Item("active unit", Whose.PAIR, where)
    yield from _of_pair(active, standby)


def _of_chassis(unit: Unit | Dark) -> Iterator[tuple[Area, Item]]:
    whose = Whose.of(unit.role)
    match unit:
        case Dark():
            if unit.serial is not None:
                yield Area.UNITS, Item("serial", whose, unit.serial)
            yield from _unseen(chassis.AREAS, whose)
        case Unit():
            yield from _told(whose, told_of_chassis(unit))
            yield from _told(whose, address_of_chassis(unit))


def _of_role(whose: Whose, unit: Unit | Dark | None) -> Iterator[tuple[Area, Item]]:
    """None: there is no one active unit, so that nobody knows whose role it is."""
    match unit:
        case None:
            yield Area.FAILOVER, Item("state", whose, None)
            yield from _unseen(service.AREAS, whose)
        case Dark():
            yield Area.FAILOVER, Item("state", whose, DARK)
            yield from _unseen(service.AREAS, whose)
        case Unit():
            yield from _told(whose, told_of_service(unit))


def _told(whose: Whose, told: Iterable[Told]) -> Iterator[tuple[Area, Item]]:
    for area, key, value in told:
        yield area, Item(key, whose, value)


def _unseen(areas: Iterable[Area], whose: Whose) -> Iterator[tuple[Area, Item]]:
    for area in areas:
        yield area, Item(ALL_OF_IT, whose, None)


# ── the configuration, of which there is one ───────────────────────────────────────────


def _of_pair(active: Unit | None, standby: Unit | Dark | None) -> Iterator[tuple[Area, Item]]:
    lines = None if active is None else _lines(active)
    rules = None if lines is None else sum(1 for line in lines if line.lstrip().startswith(_NAT))
    yield Area.NAT, Item("rules", Whose.PAIR, rules)
    digest = None if lines is None else _digest(lines)
    yield Area.CONFIGURATION, Item("lines", Whose.PAIR, digest)
    yield Area.CONFIGURATION, Item("the same on both units", Whose.PAIR, _same(active, standby))


def _same(active: Unit | None, standby: Unit | Dark | None) -> str | None:
    """As the dialect's own digests have it: they stand in every full look."""
    if active is None or not isinstance(standby, Unit):
        return None
    one, other = _running(active), _running(standby)
    if one is None or other is None:
        return None
    return "yes" if one.digest == other.digest else "no"


def _configurations(seen: Snapshot) -> Iterator[LinesSeen]:
    active, standby = seen.active, seen.standby
    lines = None if active is None else _lines(active)
    if lines is not None:
        yield LinesSeen(Whose.ACTIVE, lines)
    if isinstance(standby, Unit):
        other = _lines(standby)
        if other is not None and other != lines:
            yield LinesSeen(Whose.STANDBY, other)


def _running(unit: Unit) -> Configuration | None:
    return None if unit.full is None else unit.full.running


def _lines(unit: Unit) -> tuple[str, ...] | None:
    """The lines that are compared; masked once more, for a file may go anywhere."""
    text: ConfigText | None = None
    if unit.full is not None and unit.full.wide is not None:
        text = unit.full.wide.text
    if text is None:
        return None
    return _compared(text)


@lru_cache(maxsize=16)  # Both units have one configuration, and most phases leave it as it was.
def _compared(text: ConfigText) -> tuple[str, ...]:
    kept = (line for line in text.lines if not line.lower().startswith(_NOT_COMPARED))
    return tuple(masked("\n".join(kept)).split("\n"))


def _digest(lines: tuple[str, ...]) -> str:
    text = "\n".join(lines)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


# ── who was seen, and when ─────────────────────────────────────────────────────────────


def _pictured(unit: Unit | Dark) -> UnitPictured:
    match unit:
        case Dark():
            return UnitPictured(unit.role, unit.serial, DARK, None)
        case Unit():
            return UnitPictured(unit.role, unit.serial, unit.state.value, str(unit.running))


def _device_time(seen: Snapshot) -> str:
    """The active unit's clock; without an active one, the first that tells its time."""
    units = seen.units if seen.active is None else (seen.active, *seen.units)
    looks = (unit.full.wide for unit in units if unit.full is not None)
    clocks = (wide.clock for wide in looks if wide is not None)
    return next((str(clock.at) for clock in clocks if clock is not None), "")
