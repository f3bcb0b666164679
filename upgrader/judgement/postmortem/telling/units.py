"""The two units, as far as the records and screens name them; and the screens in their places."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC

from upgrader.judgement.postmortem.clocks.laying import Laid
from upgrader.judgement.postmortem.clocks.offsets import QUARTER_MS
from upgrader.judgement.postmortem.clocks.placing import Said
from upgrader.judgement.postmortem.clocks.stretches import Node
from upgrader.judgement.postmortem.telling.releases import Releases
from upgrader.model.evidence import Record, Screen
from upgrader.model.failover import Failover, FailoverStateView, Role
from upgrader.model.night import UnitKnown
from upgrader.model.unit import VersionReport
from upgrader.model.wide import ClockSeen


def owned(screens: Iterable[Screen]) -> tuple[Screen, ...]:
    """The screens, each with who answered, as far as one of them tells.

    A screen that names its unit names its file's: until another screen of that file and host
    says otherwise, they answer as one.
    """
    whole = tuple(screens)
    serials = _serials(whole)
    told = [_says(screen, serials) for screen in whole]
    voices: dict[tuple[str, str], list[tuple[int, Role]]] = {}
    for screen, unit in zip(whole, told, strict=True):
        if unit is not None:
            key = (screen.place.file, screen.host)
            voices.setdefault(key, []).append((screen.place.line, unit))
    found = []
    for screen, unit in zip(whole, told, strict=True):
        if unit is None:
            beside = voices.get((screen.place.file, screen.host), [])
            units = {who for _, who in beside}
            answered = units.pop() if len(units) == 1 else None
        else:
            answered = unit
        found.append(screen if answered is screen.unit else replace(screen, unit=answered))
    return tuple(found)


def _says(screen: Screen, serials: Mapping[str, Role]) -> Role | None:
    if screen.unit is not None:
        return screen.unit
    value = screen.value
    if isinstance(value, Failover):
        return value.this_host.role if value.this_host is not None else value.unit
    if isinstance(value, FailoverStateView):
        return value.this_host.role
    if isinstance(value, VersionReport) and value.serial is not None:
        return serials.get(str(value.serial))
    return None


def _serials(screens: Sequence[Screen]) -> dict[str, Role]:
    found: dict[str, Role] = {}
    for screen in screens:
        value = screen.value
        if isinstance(value, VersionReport) and value.serial and screen.unit is not None:
            found.setdefault(str(value.serial), screen.unit)
        elif isinstance(value, Failover):
            unit = value.this_host.role if value.this_host is not None else value.unit
            if unit is None:
                continue
            if value.our_serial:
                found.setdefault(str(value.our_serial), unit)
            if value.mate_serial:
                found.setdefault(str(value.mate_serial), unit.other)
    return found


def zones_of(screens: Iterable[Screen], records: Sequence[Record]) -> dict[Role, int]:
    """What is added to a unit's digits to get UTC, by a `show clock` of which both are known."""
    seen = {
        (screen.place.file, screen.place.line): (screen.unit, screen.value.at.at)
        for screen in screens
        if isinstance(screen.value, ClockSeen) and screen.unit is not None
    }
    zones: dict[Role, int] = {}
    if not seen:
        return zones
    for record in records:
        unit, shown = seen.get((record.place.file, record.place.line), (None, None))
        if unit is None or shown is None or record.at is None or record.unit is not unit:
            continue
        digits = shown.replace(tzinfo=UTC, microsecond=0).timestamp() * 1_000
        zone = record.at // 1_000 * 1_000 - int(digits)
        if zone % QUARTER_MS == 0:
            zones.setdefault(unit, zone)
    return zones


def in_place(
    screens: Iterable[Screen], laid: Laid, order: Sequence[Said], span: tuple[int, int]
) -> list[tuple[int, Screen]]:
    """The screens with their places in the night, in order, `at` on its clock."""
    screens = tuple(screens)
    if not screens:
        return []
    lines: dict[str, list[tuple[int, int]]] = {}
    for said in order:
        place = said.record.place
        lines.setdefault(place.file, []).append((place.line, said.placed))
    for known in lines.values():
        known.sort()
    found: list[tuple[int, int, Screen]] = []
    for n, screen in enumerate(screens):
        at = _instant(screen, laid)
        beside = lines.get(screen.place.file, [])
        placed = at if at is not None else _beside(screen, beside, span)
        found.append((placed, n, replace(screen, at=at)))
    found.sort(key=lambda one: one[:2])
    return [(placed, screen) for placed, _, screen in found]


def _instant(screen: Screen, laid: Laid) -> int | None:
    if screen.at is None:
        return None
    for writer in (None, screen.unit, Role.PRIMARY, Role.SECONDARY):
        instant = laid.instant(Node(screen.clock, writer), screen.at)
        if instant is not None:
            return instant[0]
    if laid.root is None or laid.root.clock == screen.clock:
        return screen.at
    return None


def _beside(screen: Screen, lines: Sequence[tuple[int, int]], span: tuple[int, int]) -> int:
    if screen.moment == "before":
        return span[0]
    if not lines or screen.moment == "after":
        return span[1]
    before = bisect_right(lines, (screen.place.line, 2**62)) - 1
    return lines[max(before, 0)][1]


def units_of(
    order: Sequence[Said], screens: Sequence[tuple[int, Screen]], releases: Releases
) -> tuple[UnitKnown, UnitKnown]:
    """Primary and secondary."""
    hosts: dict[Role, dict[str, None]] = {role: {} for role in Role}
    for said in order:
        if said.unit is not None and said.record.number is not None:
            hosts[said.unit].setdefault(said.record.host)
    serials = {role: serial for serial, role in _serials([s for _, s in screens]).items()}
    reports: dict[Role, VersionReport] = {}
    for _, screen in screens:
        if isinstance(screen.value, VersionReport) and screen.unit is not None:
            reports[screen.unit] = screen.value
    primary, secondary = (
        UnitKnown(
            role,
            serial=serials.get(role),
            hostname=reports[role].hostname if role in reports else None,
            model=reports[role].hardware if role in reports else None,
            version_first=releases.first(role),
            version_last=releases.last(role),
            hosts=tuple(sorted(hosts[role])),
        )
        for role in (Role.PRIMARY, Role.SECONDARY)
    )
    return primary, secondary
