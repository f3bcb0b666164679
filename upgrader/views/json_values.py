"""What all JSON of the tool has in common: schema, spelling, what comes next, and sessions."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from upgrader.model.outcome import Next
from upgrader.model.report import SessionCounts

SCHEMA = 1

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"


def dumps(value: Json) -> str:
    """Spell JSON: one object, readable, ends with a newline."""
    # ASCII only: whatever a device printed cannot steer the terminal that shows it.
    return json.dumps(value, indent=2, ensure_ascii=True) + "\n"


def spelt_in_pieces(
    head: Mapping[str, Json], long: Iterable[tuple[str, Iterable[Json]]]
) -> Iterator[str]:
    """One object whose last values are long lists, each row of them on a line of its own.

    Piece by piece: the rows are never held at once.
    """
    encode = json.JSONEncoder(ensure_ascii=True).encode
    yield dumps(dict(head)).removesuffix("\n}\n")
    for name, rows in long:
        yield f',\n  "{name}": ['
        end = "]"
        for row in rows:
            yield f"{'' if end == ']' else ','}\n    {encode(row)}"
            end = "\n  ]"
        yield end
    yield "\n}\n"


def next_object(following: Next) -> Json:
    """What to type next: commands of ours, and lines for the units."""
    return {"commands": list(following.commands), "lines": list(following.lines)}


def counts_object(counts: SessionCounts) -> Json:
    """What became of the sessions of a night, or of a whole journey."""
    return {
        "before": counts.before,
        "kept": counts.kept,
        "reconnected": counts.reconnected,
        "ended": counts.ended,
        "lost": counts.lost,
        "orphaned": counts.orphaned,
        "suspect": counts.suspect,
        "again": counts.again,
        "newcomers": counts.newcomers,
    }
