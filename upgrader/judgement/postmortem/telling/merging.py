"""Each thing once: what several lines and several sources tell of one happening is one event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from upgrader.judgement.postmortem.clocks.moments import command_of, same_line
from upgrader.judgement.postmortem.clocks.placing import Said
from upgrader.model.evidence import Place, Record, What
from upgrader.model.failover import Role
from upgrader.model.night import Event, Kind

_NEAR_MS = 2_000
_TYPED_NEAR_MS = 5_000
_MOST_RECENT = 5_000
"""So many events are looked at for more lines before those that are long over are forgotten."""

KIND: Mapping[What, Kind] = {
    **dict.fromkeys(
        (
            *(What.TO_ACTIVE, What.TO_STANDBY, What.TO_FAILED, What.TO_OK, What.STATE),
            *(What.PEER_STATE, What.CLIENT_TO_ACTIVE, What.CLIENT_TO_STANDBY, What.FLAPPING),
            *(What.FAILOVER_OFF, What.FAILOVER_ON),
        ),
        Kind.ROLE,
    ),
    **dict.fromkeys(
        (
            *(What.PEER_ABSENT, What.PEER_PRESENT, What.NO_RESPONSE, What.REPORTED_FAILED),
            *(What.PEER_UP, What.RELOADED_BY, What.STARTUP_BEGIN, What.STARTUP_END),
            *(What.CRASHED, What.SHUTTING_DOWN),
        ),
        Kind.RELOAD,
    ),
    **dict.fromkeys(
        (
            *(What.SYNC_SENDING, What.SYNC_SENT, What.SYNC_RECEIVING, What.SYNC_RECEIVED),
            *(What.SYNC_SKIPPED, What.SYNC_FAILED, What.NOT_REPLICATED, What.BULK_STARTED),
            *(What.BULK_ENDED, What.BULK_RECEIVING, What.BULK_RECEIVED, What.REPLICATION_OFF),
            *(What.REPLICATION_ON, What.REPLICATION_TROUBLE, What.WEB_SESSION_COPIED),
            *(What.WEB_SESSION_REFUSED, What.WEB_SESSION_DELETED, What.WEB_SESSION_NOT_DELETED),
        ),
        Kind.SYNC,
    ),
    **dict.fromkeys(
        (
            *(What.LINK_DOWN, What.LINK_UP, What.CONTROL_DOWN, What.CONTROL_UP),
            *(What.DATA_DOWN, What.DATA_UP),
        ),
        Kind.LINK,
    ),
    **dict.fromkeys(
        (
            *(What.HELLOS_LOST, What.TESTING, What.TESTED, What.INTERFACE_DOWN),
            *(What.INTERFACE_UP, What.MONITOR_WAITING, What.MONITOR_NORMAL),
            What.ADDRESS_COLLISION,
        ),
        Kind.INTERFACE,
    ),
    **dict.fromkeys(
        (What.VERSIONS_DIFFER, What.VERSIONS_INCOMPATIBLE, What.MATE_UNLIKE, What.RUNS),
        Kind.VERSION,
    ),
    **dict.fromkeys(
        (
            *(What.LOGGED_IN, What.FIRST_TUNNEL, What.TUNNEL_UP, What.TUNNEL_DOWN),
            *(What.TUNNEL_AGAIN, What.TUNNEL_REPLACED, What.STALE_CLOSED, What.CLOSING),
            *(What.SUSPENDED, What.RESUMED, What.ENDED, What.EVICTED, What.IMAGE_REFUSED),
            *(What.LIMIT_REFUSED, What.RELOAD_REFUSED, What.TOO_MANY_LOGINS, What.CLIENT_REFUSED),
            *(What.AAA_ACCEPTED, What.AAA_REJECTED, What.AAA_DOWN, What.TLS_REFUSED),
            What.CLIENTLESS_REFUSED,
        ),
        Kind.SESSION,
    ),
    **dict.fromkeys(
        (
            *(What.ADDRESS_GIVEN, What.NO_ADDRESS, What.ASSIGNED, What.FREED, What.NOT_FREED),
            *(What.POOL_EMPTY, What.IN_USE_ALREADY, What.QUARANTINED, What.COPIED_TO_STANDBY),
            *(What.STANDBY_UNREACHED, What.STANDBY_HAS_IT, What.TAKEN_FROM_STANDBY),
            What.STANDBY_LACKS_IT,
        ),
        Kind.ADDRESS,
    ),
    **dict.fromkeys((What.COMMAND, What.REFUSED_COMMAND, What.SAVED), Kind.COMMAND),
    What.LOG_LOST: Kind.GAP,
}
"""The row of a picture that an event belongs to; what is not here is `Kind.OTHER`."""

_SEVERAL_LINES = frozenset(
    {
        *(What.COMMAND, What.SAVED, What.STATE, What.PEER_STATE, What.BULK_STARTED),
        *(What.BULK_ENDED, What.REPLICATION_ON, What.REPLICATION_OFF, What.LOGGED_IN),
        *(What.ENDED, What.TO_ACTIVE, What.TO_STANDBY, What.CRASHED, What.ADMIN_IN),
        *(What.ADMIN_OUT, What.SYNC_SENDING, What.SYNC_SENT, What.SYNC_RECEIVING),
        *(What.SYNC_RECEIVED, What.VERSIONS_DIFFER, What.VERSIONS_INCOMPATIBLE, What.RUNS),
    }
)
"""What devices tell in more than one message (111008 and 111010), or consoles in other words."""

_SUBJECT = ("user", "public", "address", "interface", "kind", "state", "handle", "version")


@dataclass(slots=True)
class _Open:
    """An event to which more lines may come."""

    first: Said
    """The best witness."""
    placed: int
    last: int
    at: int | None
    unit: Role | None
    inferred: bool
    more: list[Said] | None = None

    @property
    def all(self) -> list[Said]:
        return [self.first, *(self.more or ())]


@dataclass(frozen=True, slots=True)
class Happened:
    """An event, and its place in the night also where its instant is not known."""

    placed: int
    event: Event


def merge(order: Sequence[Said]) -> list[Happened]:
    """The events, in order; opaque messages are left out, for the coverage counts them."""
    made: list[_Open] = []
    recent: dict[tuple[object, ...], list[_Open]] = {}
    widest = 2 * (_TYPED_NEAR_MS + 2 * max((said.slack_ms for said in order), default=0))
    most = _MOST_RECENT
    for said in order:
        what = said.record.what
        if what is What.OPAQUE:
            continue
        if len(recent) > most:
            since = said.placed - widest
            recent = {
                key: near
                for key, near in recent.items()
                if any(one.last >= since for one in reversed(near))
            }
            most = max(_MOST_RECENT, 2 * len(recent))
        key = _key(said)
        near = recent.get(key)
        if near is None:  # Most are told once.
            begun = _begin(said)
            made.append(begun)
            recent[key] = [begun]
            continue
        reach = _reach(said)
        if said.placed - near[0].last > 2 * reach:
            near[:] = [one for one in near if said.placed - one.last <= reach]
        found = next((one for one in reversed(near) if _is_same(one, said)), None)
        if found is None:
            begun = _begin(said)
            made.append(begun)
            near.append(begun)
        else:
            _add(found, said)
    # Each is let go as soon as its event is made: there may be a hundred thousand.
    recent.clear()
    made.reverse()
    events: list[Happened] = []
    while made:
        one = made.pop()
        events.append(Happened(one.placed, _event(one)))
    return events


def _key(said: Said) -> tuple[object, ...]:
    record = said.record
    what, fields = record.what, record.fields
    if what is What.COMMAND:
        return (what, command_of(fields.get("command", record.text))[:1])
    if what is What.ENDED or what is What.LOGGED_IN:
        return (what, fields.get("user"), fields.get("public"))
    if what in _SEVERAL_LINES:
        return (what, *(fields.get(name) for name in _SUBJECT))
    return (record.number or what, record.text)


def _reach(said: Said) -> int:
    near = _TYPED_NEAR_MS if said.record.number is None else _NEAR_MS
    return near + 2 * said.slack_ms


def _is_same(one: _Open, said: Said) -> bool:
    record = said.record
    if one.unit is not None and said.unit is not None and one.unit is not said.unit:
        return False
    if abs(said.placed - one.last) > max(_reach(said), _reach(one.first)):
        return False
    if record.what is What.COMMAND:
        line, other = _typed(said), _typed(one.first)
        if not (same_line(line, other) or same_line(other, line)):
            return False
    told = one.all
    has_text = any(other.record.text == record.text for other in told)
    if any(_is_one_source(other.record, record) for other in told):
        # The same message of the same source: one only if it is the same line again.
        return has_text and said.at is not None and said.at == one.at
    # Another message or another source: one happening, if the words are the same or it is known
    # to be told in several ways.
    return has_text or record.what in _SEVERAL_LINES


def _is_one_source(one: Record, other: Record) -> bool:
    return (
        one.number == other.number
        and one.place.file == other.place.file
        and one.clock == other.clock
    )


def _typed(said: Said) -> str:
    return command_of(said.record.fields.get("command", said.record.text))


def _begin(said: Said) -> _Open:
    return _Open(said, said.placed, said.placed, said.at, said.unit, said.inferred)


def _add(one: _Open, said: Said) -> None:
    one.last = max(one.last, said.placed)
    if one.unit is None or (one.inferred and not said.inferred and said.unit is not None):
        one.unit, one.inferred = said.unit, said.inferred
    if one.at is None:
        one.at = said.at
    if one.more is None:
        one.more = []
    if one.first.record.number is None and said.record.number is not None:
        one.first, said = said, one.first
        one.more.insert(0, said)
    else:
        one.more.append(said)


def _event(one: _Open) -> Event:
    record = one.first.record
    fields: Mapping[str, str] = record.fields
    places: tuple[Place, ...] = (record.place,)
    if one.more:
        merged = dict(fields)
        for said in one.more:
            for name, value in said.record.fields.items():
                merged[name] = merged.get(name) or value
        fields = merged
        places = tuple(dict.fromkeys(said.record.place for said in one.all))
    until = one.first.until
    between = None if one.at is not None or until is None else (one.placed, until)
    return Event(
        one.at, one.unit, KIND.get(record.what, Kind.OTHER), record.what, record.text, places,
        fields, record.number, one.first.slack_ms, one.inferred, between,
    )  # fmt: skip
