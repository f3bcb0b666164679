"""A picture is taken from a look: pure, and nothing that was not seen is left out silently."""

import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain

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
    for whose, told in _tellings(seen):
        for area, key, value in told:
            found[area][key, whose] = Item(key, whose, value)
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


def _tellings(seen: Snapshot) -> Iterator[tuple[Whose, Iterable[Told]]]:
    """Who tells of what: each chassis, each role, and the pair."""
    for unit in (seen.primary, seen.secondary):
        yield Whose.of(unit.role), _of_chassis(unit)
    active, standby = seen.active, seen.standby
    yield Whose.ACTIVE, _of_role(active)
    yield Whose.STANDBY, _of_role(standby)
    yield Whose.PAIR, _of_pair(active, standby)


def _of_chassis(unit: Unit | Dark) -> Iterable[Told]:
    match unit:
        case Dark():
            serial = () if unit.serial is None else ((Area.UNITS, "serial", unit.serial),)
            return (*serial, *_unseen(chassis.AREAS))
        case Unit():
            return chain(told_of_chassis(unit), address_of_chassis(unit))


def _of_role(unit: Unit | Dark | None) -> Iterable[Told]:
    """None: there is no one active unit, so that nobody knows whose role it is."""
    match unit:
        case None:
            return ((Area.FAILOVER, "state", None), *_unseen(service.AREAS))
        case Dark():
            return ((Area.FAILOVER, "state", DARK), *_unseen(service.AREAS))
        case Unit():
            return told_of_service(unit)


def _unseen(areas: Iterable[Area]) -> Iterator[Told]:
    for area in areas:
        yield area, ALL_OF_IT, None


# ── the configuration, of which there is one ───────────────────────────────────────────


def _of_pair(active: Unit | None, standby: Unit | Dark | None) -> Iterator[Told]:
    yield Area.FAILOVER, "active unit", None if active is None else active.role.value
    lines = None if active is None else _lines(active)
    rules, digest = (None, None) if lines is None else _summed(lines)
    yield Area.NAT, "rules", rules
    yield Area.CONFIGURATION, "lines", digest
    yield Area.CONFIGURATION, "the same on both units", _same(active, standby)


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


@lru_cache(maxsize=16)
def _summed(lines: tuple[str, ...]) -> tuple[int, str]:
    """How many rules of translation there are, and the digest of all lines."""
    rules = sum(1 for line in lines if line.lstrip().startswith(_NAT))
    text = "\n".join(lines)
    return rules, f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


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
