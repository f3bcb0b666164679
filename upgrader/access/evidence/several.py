"""Whether several pairs were given as one: what they say cannot be told apart afterwards."""

from collections.abc import Iterator, Sequence
from shlex import quote

from upgrader.access.evidence.part import Part
from upgrader.model.evidence import Record, SourceKind, What
from upgrader.model.failover import Role

_TURNS = 4
"""So many turns of the senders are chance."""
_SHARED = 0.5
"""Who has such a share of the other's lines about people and commands is the same pair, heard by
two collectors; our guess."""
_MOST_NAMED = 3


def pairs_told(parts: Sequence[Part]) -> Iterator[str]:
    """That the logs seem to hold several pairs: two senders speak by turns for the same unit.

    A unit's address goes over to its mate at a switchover, and its sender's name with it: two turns
    each are no sign.
    """
    logs = [part for part in parts if part.source.kind is SourceKind.SYSLOG]
    records = [record for part in logs for record in part.records if record.host]
    units: dict[str, set[Role]] = {}
    for record in records:
        if record.unit is not None:
            units.setdefault(record.host, set()).add(record.unit)
    pairs = [host for host, spoken in units.items() if len(spoken) > 1]
    if len(pairs) < len(Role) or _are_one(records, pairs):
        return
    turns, switches = _turns([record for record in records if record.host in pairs])
    if turns > _TURNS + 2 * switches:
        of_them = [part.source.name for part in logs if _has_any(part, pairs)]
        limits = " or ".join(f"--host {quote(_word(host, pairs))}" for host in pairs[:_MOST_NAMED])
        yield (
            f"{' and '.join(of_them)}: {' and '.join(pairs[:_MOST_NAMED])} speak by turns for the"
            f" same units. If they are different pairs, all of this mixes them: type {limits}"
        )


def _turns(records: Sequence[Record]) -> tuple[int, int]:
    """How often another sender speaks for a unit than before, and how often the roles move."""
    speaks: dict[Role, str] = {}
    turns, switches = 0, 0
    for record in sorted(records, key=lambda each: (each.at or 0, each.place.line)):
        if record.unit is None:
            continue
        switches += record.what is What.TO_ACTIVE
        turns += speaks.get(record.unit, record.host) != record.host
        speaks[record.unit] = record.host
    return turns, switches


def _are_one(records: Sequence[Record], hosts: Sequence[str]) -> bool:
    """Whether all say the same of people and commands, so that one pair is heard twice."""
    texts: dict[str, set[tuple[int | None, str]]] = {host: set() for host in hosts}
    for record in records:
        if record.unit is None and record.host in texts:
            texts[record.host].add((record.number, record.text))
    first, *others = texts.values()
    return all(len(first & other) > _SHARED * min(len(first), len(other)) for other in others)


def _has_any(part: Part, hosts: Sequence[str]) -> bool:
    return any(record.host in hosts for record in part.records)


def _word(host: str, hosts: Sequence[str]) -> str:
    """The part of a sender's name that no other has: `edge` of `10.20.0.1 edge`."""
    others = {word for other in hosts if other != host for word in other.split()}
    own = [word for word in host.split() if word not in others]
    return own[-1] if own else host
