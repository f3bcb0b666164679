"""Whose voice a line is: which of the two chassis wrote it.

A message that names its unit, `(Primary)`, is that unit's. The others are their sender's, and a
sender is a chassis, a seat, or a name that both units share (`logging device-id hostname`, a
relay). Which it is, its tagged lines tell: a chassis has one unit's, a seat has one unit's for a
while and then the other's, a shared name has both at a time.
"""

from collections.abc import Iterable, Sequence
from enum import Enum

from upgrader.model.evidence import Coverage, Record, What
from upgrader.model.failover import Role

Stream = tuple[str, str, str]
"""File, clock and host: what one sender wrote into one file."""


class Sender(Enum):
    """What a sender's name stands for."""

    CHASSIS = "chassis"
    SEAT = "seat"
    """An address that goes over to the other unit with the role."""
    SHARED = "shared"
    """Both units send under it."""
    UNNAMED = "unnamed"
    """Nothing it wrote names a unit."""


ACTIVE_DOES = frozenset({What.SYNC_SENDING, What.SYNC_SENT, What.BULK_STARTED, What.BULK_ENDED})
"""Only an active unit does these; the device words them so."""

STANDBY_SAYS = frozenset(
    {
        *(What.WEB_SESSION_COPIED, What.WEB_SESSION_DELETED, What.WEB_SESSION_REFUSED),
        *(What.WEB_SESSION_NOT_DELETED, What.SYNC_RECEIVING, What.SYNC_RECEIVED),
        *(What.BULK_RECEIVING, What.BULK_RECEIVED),
    }
)
"""Only a standby does these."""

PEOPLE = frozenset(
    {
        *(What.LOGGED_IN, What.ADDRESS_GIVEN, What.FIRST_TUNNEL, What.TUNNEL_UP),
        *(What.TUNNEL_DOWN, What.TUNNEL_AGAIN, What.TUNNEL_REPLACED, What.STALE_CLOSED),
        *(What.CLOSING, What.SUSPENDED, What.RESUMED, What.ENDED, What.EVICTED),
        *(What.IMAGE_REFUSED, What.LIMIT_REFUSED, What.RELOAD_REFUSED, What.TOO_MANY_LOGINS),
        *(What.NO_ADDRESS, What.CLIENT_REFUSED, What.AAA_ACCEPTED, What.AAA_REJECTED),
        *(What.AAA_DOWN, What.TLS_REFUSED, What.CLIENTLESS_REFUSED, What.ASSIGNED),
        *(What.FREED, What.NOT_FREED, What.POOL_EMPTY, What.IN_USE_ALREADY),
        *(What.QUARANTINED, What.COPIED_TO_STANDBY, What.STANDBY_UNREACHED),
        *(What.STANDBY_HAS_IT, What.TAKEN_FROM_STANDBY, What.STANDBY_LACKS_IT, What.OPAQUE),
    }
)
"""What is about people and addresses, or nothing, and tells nothing of the pair."""

PEOPLE_SERVED = frozenset(
    {
        *(What.LOGGED_IN, What.ADDRESS_GIVEN, What.ASSIGNED, What.TUNNEL_UP, What.TUNNEL_DOWN),
        *(What.ENDED, What.FREED, What.FIRST_TUNNEL, What.TUNNEL_AGAIN),
    }
)
"""Only the unit that serves writes these."""

TRANSIENT = frozenset(
    {"Just Active", "Active Drain", "Active Applying Config", "Active Config Applied"}
)
"""States on the way to Active that last no second (a captured history)."""

_MOVES = frozenset({What.TO_ACTIVE, What.TO_STANDBY, What.CLIENT_TO_ACTIVE, What.STATE})
MEANWHILE = 721_002
"""It tells of another thing, and in which state the unit is meanwhile."""

_ENDS = frozenset({What.RELOADED_BY, What.CRASHED})
_OF_ITSELF = _ENDS | {What.STARTUP_BEGIN, What.STARTUP_END}
_FIRST_STATES = frozenset({"Disabled", "Negotiation", "Cold Standby"})
_OF_ITS_MATE = frozenset(
    {
        *(What.PEER_ABSENT, What.PEER_PRESENT, What.NO_RESPONSE, What.HELLOS_LOST),
        *(What.VERSIONS_DIFFER, What.VERSIONS_INCOMPATIBLE),
    }
)
TAKES_OVER_MS = 90_000
"""A mate takes over within a few hold times (15 s by default), and a boot takes longer; our guess.

What a unit says of its mate long before it takes over it says as the active one."""
_SHUFFLED_MS = 10_000
_FOLLOWS = 60
"""Records of that sender in which the mate's hearing of it is looked for."""

# A switchover makes one change of a seat's voice; lines that come out of order make some more.
_CHANGES_A_SWITCHOVER = 3
_CHANGES_BESIDE = 2


def stream_of(record: Record) -> Stream:
    """Which stream it belongs to."""
    return (record.place.file, record.clock, record.host)


def by_stream(records: Sequence[Record]) -> dict[Stream, list[int]]:
    """The positions of each stream's records, in their order."""
    streams: dict[Stream, list[int]] = {}
    for at, record in enumerate(records):
        streams.setdefault(stream_of(record), []).append(at)
    return streams


def told_active(record: Record) -> Role | None:
    """Who is active from here on, as far as this one record tells; None: it does not."""
    unit = record.unit
    if unit is None:
        return None
    what = record.what
    if what is What.TO_ACTIVE or what is What.CLIENT_TO_ACTIVE or what in ACTIVE_DOES:
        return unit
    if what is What.TO_STANDBY:
        return unit.other
    state = record.fields.get("state", "")
    if state == "Active" or state in TRANSIENT:
        if what is What.STATE:
            return unit
        if what is What.PEER_STATE:
            return unit.other
    return None


def writers(
    records: Sequence[Record],
    coverage: Iterable[Coverage],
    streams: dict[Stream, list[int]],
) -> tuple[list[Role | None], dict[Stream, Sender]]:
    """The chassis that wrote each record, and what each sender is.

    A writer is None where nothing in its stream tells. `streams` is that of `by_stream`.
    """
    said = {(c.file, c.clock, c.host): c.unit for c in coverage if c.unit is not None}
    switchovers = sum(record.what is What.TO_ACTIVE for record in records)
    found: list[Role | None] = [record.unit for record in records]
    senders: dict[Stream, Sender] = {}
    for stream, positions in streams.items():
        owner = said.get(stream)
        if owner is not None:
            senders[stream] = Sender.CHASSIS
            for at in positions:
                found[at] = records[at].unit or owner
            continue
        senders[stream] = sender = _sender(records, positions, switchovers)
        if sender is Sender.UNNAMED:
            continue
        if sender is Sender.CHASSIS:
            _fill_with_neighbours(positions, found)
            continue
        if sender is Sender.SHARED:
            _fill_with_what_follows(records, positions, found)
            _fill_with_active(records, positions, found)
        else:
            _fill_with_next(records, positions, found)
        _fill_with_neighbours(positions, found)
    return found, senders


def _sender(records: Sequence[Record], positions: Sequence[int], switchovers: int) -> Sender:
    before: Role | None = None
    changes = 0
    for at in positions:
        unit = records[at].unit
        if unit is None:
            continue
        changes += before is not None and unit is not before
        before = unit
    if before is None:
        return Sender.UNNAMED
    if changes == 0:
        # Who served before a unit took over was the other, and wrote under this name, too.
        return Sender.SHARED if _took_over_here(records, positions) else Sender.CHASSIS
    allowed = _CHANGES_BESIDE + _CHANGES_A_SWITCHOVER * switchovers
    return Sender.SEAT if changes <= allowed else Sender.SHARED


def _took_over_here(records: Sequence[Record], positions: Sequence[int]) -> bool:
    served: int | None = None
    went: int | None = None
    spoke: int | None = None
    for at in positions:
        record = records[at]
        now = record.at or 0
        if record.unit is not None and told_active(record) is record.unit:
            is_move = record.what in _MOVES and record.number != MEANWHILE
            if not is_move or (spoke is not None and now - spoke > TAKES_OVER_MS):
                return False
            # Lines of a second or two come in any order.
            early = served is not None and now - served > _SHUFFLED_MS
            return early or (went is not None and now - went <= TAKES_OVER_MS)
        if record.unit is None:
            served = now if served is None and record.what in PEOPLE_SERVED else served
            went = now if record.what in _ENDS else went
        elif record.what in _OF_ITS_MATE and spoke is None:
            spoke = now
    return False


def _fill_with_what_follows(
    records: Sequence[Record], positions: Sequence[int], found: list[Role | None]
) -> None:
    """Give what a unit says of its own end and beginning to the one that then goes, or begins."""
    for n, at in enumerate(positions):
        what = records[at].what
        if found[at] is not None or what not in _OF_ITSELF:
            continue
        for later in positions[n + 1 : n + _FOLLOWS]:
            unit = _goes(records[later]) if what in _ENDS else _begins(records[later])
            if unit is not None:
                found[at] = unit
                break


def _goes(record: Record) -> Role | None:
    gone = record.what is What.PEER_ABSENT or record.what is What.NO_RESPONSE
    gone = gone or (
        record.what is What.TO_ACTIVE and "hello not" in record.fields.get("reason", "").lower()
    )
    return record.unit.other if gone and record.unit is not None else None


def _begins(record: Record) -> Role | None:
    unit, what = record.unit, record.what
    if unit is None:
        return None
    if what is What.STATE and record.fields.get("state") in _FIRST_STATES:
        return unit
    if what is What.REPLICATION_OFF or what is What.REPLICATION_ON:
        return unit
    told = what is What.PEER_STATE and record.fields.get("state") in _FIRST_STATES
    return unit.other if told else None


def _fill_with_next(
    records: Sequence[Record], positions: Sequence[int], found: list[Role | None]
) -> None:
    """Give a beginning at a seat to the unit that goes on speaking there."""
    voice: Role | None = None
    for at in reversed(positions):
        if found[at] is not None:
            voice = found[at]
        elif records[at].what in _OF_ITSELF and records[at].what not in _ENDS:
            found[at] = voice


def _fill_with_active(
    records: Sequence[Record], positions: Sequence[int], found: list[Role | None]
) -> None:
    """Give what names no unit to whoever is active at that place of the file."""
    active: Role | None = None
    waiting: list[int] = []
    for at in positions:
        record = records[at]
        told = told_active(record)
        if told is not None:
            if active is None:
                moves = record.what in _MOVES and record.number != MEANWHILE
                for earlier in waiting:
                    found[earlier] = told.other if moves else told
                waiting.clear()
            active = told
        if found[at] is None:
            found[at] = active
            if active is None:
                waiting.append(at)


def _fill_with_neighbours(positions: Sequence[int], found: list[Role | None]) -> None:
    """Give what is left to the voice before it, and what has none before to the first voice."""
    voice = next((found[at] for at in positions if found[at] is not None), None)
    for at in positions:
        if found[at] is None:
            found[at] = voice
        else:
            voice = found[at]
