"""Whether a line that was typed at a console has changed anything.

A witness, not a book-keeper: it compares the pair before and after, whatever the line is called
and whatever the code behind it says of itself. What comes of being logged in counts for nothing:
the conversation, its pager, who may do what in it, and the log's lines about it.
"""

from dataclasses import fields
from operator import attrgetter
from typing import get_args, get_origin

from upgrader.emulator.state import Unit
from upgrader.emulator.tables import Pair
from upgrader.emulator.timers import waiting

_BESIDE = frozenset({"log", "log_bytes", "sheet", "logged", "visits"})
"""What a unit writes down of any line, or of any login."""

_FIELDS = [f for f in fields(Unit) if f.name not in _BESIDE]
_TABLES = [f for f in _FIELDS if get_origin(f.type) is dict]
_NESTED = [f for f in _TABLES if get_origin(get_args(f.type)[1]) is dict]
_values_of = attrgetter(*(f.name for f in _FIELDS if f not in _TABLES))
_tables_of = attrgetter(*(f.name for f in _TABLES if f not in _NESTED))

_LOOKS = tuple(
    f"{where}{verb} " for where in ("", "failover exec mate ") for verb in ("show", "dir", "verify")
)
"""How lines begin that are taken for what they say: a pair is looked at thousands of times. That
they change nothing is a claim of the tests."""


_LOG_OFF = "vpn-sessiondb logoff index "
"""A line of which a drain types ten thousand. That it changes nothing without taking a row away is
a claim of the tests, too."""


def is_taken_for_a_look(line: str) -> bool:
    """Whether the line only looks, by its first word, spelled out."""
    return line.startswith(_LOOKS)


def sight_of(pair: Pair, line: str = "") -> tuple[object, ...]:
    """All that this console line may change: equal sights, and nothing was."""
    if line.startswith(_LOG_OFF):
        return tuple(len(unit.rows) for unit in pair.units)
    return (
        tuple(waiting(pair)),
        pair.clients.copy(),
        pair.ghosts.copy(),
        pair.uploads.copy(),
        pair.in_step,
        tuple(c.number for c in pair.conversations.values() if c.number != pair.typing),
        *(_sight_of_unit(unit) for unit in pair.units),
    )


def _sight_of_unit(unit: Unit) -> tuple[object, ...]:
    # The buffer itself, and not what is in it: a new line in it is no change, a new buffer is.
    # Rows of tables are never changed, only replaced.
    nested: list[dict[object, dict[object, object]]] = [getattr(unit, f.name) for f in _NESTED]
    return (
        _Same(unit.log),
        _values_of(unit),
        [table.copy() for table in _tables_of(unit)],
        [{key: table.copy() for key, table in tables.items()} for tables in nested],
    )


class _Same:
    """Equal to another if both are of one and the same thing."""

    __slots__ = ("_thing",)

    def __init__(self, thing: object) -> None:
        self._thing = thing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self._thing is other._thing

    def __hash__(self) -> int:
        return id(self._thing)
