"""Saved replies as evidence: a file a screen, several in one, or a whole `show tech-support`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from upgrader.access.evidence.part import Part, part_of
from upgrader.dialect.spelling import without_line
from upgrader.dialect.terminals.moments import moment_in
from upgrader.dialect.terminals.reading import read_saved
from upgrader.model.evidence import Record, Screen, SourceKind
from upgrader.model.failover import Failover, Role
from upgrader.model.unit import VersionReport


def read_screens(
    name: str,
    text: str,
    modified: int | None = None,
    *,
    moment: Literal["", "before", "after"] = "",
) -> Part:
    """Read what was saved of a unit's replies.

    Which line a reply answers is told by a prompt, a heading, the file's name, or its own words;
    which unit by the screens, or by the name. `moment`: whether it was saved before or after the
    night; else folder and file name tell (`before/fw1.txt`). Nothing is raised.
    """
    part = part_of(name, SourceKind.SCREENS, read_saved(name, text, modified))
    when = moment or moment_in(name)
    return replace(part, screens=tuple(replace(screen, moment=when) for screen in part.screens))


# ── files of one folder ────────────────────────────────────────────────────────────────


def tell_units(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The same, with the unit of what nobody signed, where a neighbour tells.

    Files are of one unit whose names differ in the command alone (`fw1_show_version.txt`,
    `fw1_show_failover.txt`), and so are replies with one serial number.
    """
    serials = _serials(parts)
    groups: dict[str, set[Role]] = {}
    for part in parts:
        if part.source.kind is SourceKind.SCREENS:
            groups.setdefault(_group(part.source.name), set()).update(_units(part, serials))
    told = []
    for part in parts:
        own = _units(part, serials)
        group = _group(part.source.name)
        known = own or groups.get(group) or _akin(group, groups)
        is_screens = part.source.kind is SourceKind.SCREENS
        told.append(_signed(part, next(iter(known))) if is_screens and len(known) == 1 else part)
    return tuple(told)


def _signed(part: Part, unit: Role) -> Part:
    records: tuple[Record, ...] = tuple(
        replace(record, unit=record.unit or unit) for record in part.records
    )
    screens: tuple[Screen, ...] = tuple(
        replace(screen, unit=screen.unit or unit) for screen in part.screens
    )
    coverage = tuple(replace(each, unit=each.unit or unit) for each in part.coverage)
    return replace(part, records=records, screens=screens, coverage=coverage)


def _group(name: str) -> str:
    """What the names of one unit's files have in common: the folder, and all but the command."""
    folder, _, file = name.rpartition("/")
    return f"{folder}/{without_line(file.rpartition('.')[0] or file)}"


def _akin(group: str, groups: Mapping[str, set[Role]]) -> set[Role]:
    """The units of those groups of the same folder whose words all stand in that name."""
    folder, _, name = group.rpartition("/")
    words = set(name.split())
    found: set[Role] = set()
    for other, units in groups.items():
        theirs, _, own = other.rpartition("/")
        if theirs == folder and own and set(own.split()) <= words:
            found |= units
    return found


def _units(part: Part, serials: dict[str, Role]) -> set[Role]:
    found = {screen.unit for screen in part.screens if screen.unit is not None}
    for screen in part.screens:
        if isinstance(screen.value, VersionReport) and screen.value.serial in serials:
            found.add(serials[screen.value.serial])
    return found


def _serials(parts: Sequence[Part]) -> dict[str, Role]:
    """Serial numbers with their roles, by the screens that tell both."""
    found: dict[str, Role] = {}
    for part in parts:
        for screen in part.screens:
            seen = screen.value
            if isinstance(seen, Failover) and seen.unit is not None:
                if seen.our_serial is not None:
                    found[seen.our_serial] = seen.unit
                if seen.mate_serial is not None:
                    found[seen.mate_serial] = seen.unit.other
    return found
