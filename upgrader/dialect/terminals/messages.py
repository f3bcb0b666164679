"""The unit's own log in a terminal's: messages on the console, and the reply to `show logging`.

Both are read as a collector's file is; their lines are given back their places in the log, and
what they are silent about: whose they are, and when the terminal showed them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from upgrader.dialect.syslog.scan import Scanner
from upgrader.model.evidence import Coverage, Place, Record, Stamped, UnreadLines
from upgrader.model.failover import Role

Line: TypeAlias = tuple[int, int | None, str]
"""Number in the file, when the terminal showed it, and the text."""


@dataclass(frozen=True, slots=True)
class Messages:
    """What the messages of a log give to the evidence."""

    records: tuple[Record, ...] = ()
    clocks: tuple[Stamped, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    unread: tuple[UnreadLines, ...] = ()


def messages_of(
    name: str,
    where: str,
    groups: Mapping[Role | None, Sequence[Line]],
    terminal: str,
    modified: int | None,
) -> Messages:
    """Read the messages of each unit.

    `where` they stood names their clocks; `modified`: when the file was written, for stamps without
    a year; `terminal`: its clock.
    """
    whole = Messages()
    for unit, lines in groups.items():
        behind = f" {where} of {'a unit' if unit is None else unit.value}"
        found = _scanned(name, behind, unit, lines, terminal, modified)
        whole = Messages(
            whole.records + found.records,
            whole.clocks + found.clocks,
            whole.coverage + found.coverage,
            whole.unread + found.unread,
        )
    return whole


def _scanned(
    name: str,
    behind: str,
    unit: Role | None,
    lines: Sequence[Line],
    terminal: str,
    modified: int | None,
) -> Messages:
    scanner = Scanner(name, modified=modified)
    scanner.feed("".join(f"{text}\n" for _, _, text in lines).encode())
    harvest = scanner.close()

    def placed(record: Record) -> Record:
        number, shown, _ = lines[record.place.line - 1]
        found = replace(
            record,
            place=Place(name, number),
            clock=record.clock + behind,
            unit=record.unit or unit,
        )
        if record.at is None:
            return replace(found, clock=terminal, at=shown)
        if shown is not None and not record.received_by:
            return replace(found, received=shown, received_by=terminal)
        return found

    return Messages(
        tuple(placed(record) for record in harvest.records),
        tuple(replace(clock, name=clock.name + behind) for clock in harvest.clocks),
        tuple(replace(part, clock=part.clock + behind, unit=unit) for part in harvest.coverage),
        tuple(
            replace(part, first=lines[part.first - 1][0], last=lines[part.last - 1][0])
            for part in harvest.unread
        ),
    )
