"""Syslog messages of what happens: into each unit's buffer, onto consoles, to collectors.

A message is written with `tell`: its id, and what fills its text. Where it goes is the settings'
(`log_routes`), how it is written is `log_forms`. The buffer is bounded in bytes and dies with a
reload. A standby sends nothing to collectors without `logging standby`.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

from upgrader.emulator.state import LogLine, Row, State
from upgrader.emulator.syslog.catalogue import message_of
from upgrader.emulator.syslog.forms import device_id, sent, shown
from upgrader.emulator.syslog.message import Message
from upgrader.emulator.syslog.routes import Route, route
from upgrader.emulator.tables import Pair
from upgrader.emulator.talk import Datagram
from upgrader.emulator.wall import wall_of

# Time stamp, `%ASA-s-nnnnnn: ` and the line's end: what a message costs beside its text.
_FRAME_BYTES = 40

# What waits for a collector when nobody sends it: some whole nights of ten thousand sessions.
_OUTBOX = 400_000

_ACTIVE = frozenset(
    {
        State.JUST_ACTIVE,
        State.ACTIVE_DRAIN,
        State.ACTIVE_APPLYING_CONFIG,
        State.ACTIVE_CONFIG_APPLIED,
        State.ACTIVE,
    }
)

# Resumption has its own message "on newer releases"; where it begins is inferred.
_RESUMES_SINCE = (9, 8)

_RESUMPTION_BEFORE = (722_034, 722_022, 722_022)
_RESUMPTION = (*_RESUMPTION_BEFORE, 716_059)

T = TypeVar("T")

Fields = Mapping[str, object]


@lru_cache(maxsize=64)
def release(version: str | None) -> tuple[int, ...]:
    """The numbers of a release, outermost first: `9.2(2)4` → (9, 2, 2, 4)."""
    plain = "".join(c if c.isdigit() else " " for c in version or "")
    return tuple(int(part) for part in plain.split())


def tell(pair: Pair, u: int, number: int, **fields: object) -> None:
    """Write a message of the catalogue at the present instant.

    Raises:
        NotInCatalogue: there is no such message, or it has other fields.
    """
    settle(pair)
    message = message_of(number)
    to = route(pair.units[u].settings.logging, message)
    if to.destinations:
        _count(pair, u, to, 1)
        _write(pair, u, to, _line(pair, u, message, to, pair.now, fields))


def tell_each(
    pair: Pair,
    u: int,
    numbers: Sequence[int],
    about: Sequence[T],
    says: Callable[[T], Sequence[Fields]],
) -> None:
    """Write the same messages about each of many, in turn, at the present instant.

    `says` gives the fields of each of the messages. What no buffer can hold and nobody reads is
    counted, not written.
    """
    settle(pair)
    _tell_each(pair, u, numbers, about, says, lambda _: pair.now)


def settle(pair: Pair) -> None:
    """Write down who has resumed since the last look.

    Nobody schedules ten thousand returns: they are listed at the switchover and written when
    somebody looks, or when the next message is due.
    """
    resumes, start = pair.resumes, pair.resumed
    if start >= len(resumes) or resumes[start][0] > pair.now:
        return
    end = start
    while end < len(resumes) and resumes[end][0] <= pair.now:
        end += 1
    pair.resumed = end
    u = resumes[start][1]
    rows = pair.units[u].rows
    back = [
        (at, rows[index])
        for at, _, index in resumes[start:end]
        if index in rows and rows[index].up_from == at
    ]
    numbers = _resumption_numbers(pair, u)
    _tell_each(pair, u, numbers, back, lambda one: _resumption(one[1]), lambda one: one[0])


def settles_at(pair: Pair) -> int | None:
    """When the next line is due that somebody reads as it comes; None: nobody does, or none is.

    A collector and a console with `terminal monitor` read so.
    """
    if pair.resumed >= len(pair.resumes):
        return None
    at, u, _ = pair.resumes[pair.resumed]
    return at if _is_read(pair, u) else None


def resumption(pair: Pair, u: int, row: Row) -> None:
    """A client is back with its ticket, now."""
    tell_each(pair, u, _resumption_numbers(pair, u), [row], _resumption)


def operator(pair: Pair, u: int, line: str) -> None:
    """Somebody typed a line that changes something."""
    pair.changes += 1
    user, source = typist(pair)
    tell(pair, u, 111_008, user=user, command=line)
    tell(pair, u, 111_010, user=user, source=source, command=line)


def typist(pair: Pair) -> tuple[str, str]:
    """Who types the line that is being carried out, and from where."""
    conversation = None if pair.typing is None else pair.conversations.get(pair.typing)
    if conversation is None:
        return "enable_15", "0.0.0.0"  # noqa: S104  the log's word for the serial console
    return conversation.user, conversation.source


def clear_buffer(pair: Pair, u: int) -> None:
    """`clear logging buffer`."""
    settle(pair)
    pair.units[u].log, pair.units[u].log_bytes = [], 0


def who(row: Row) -> dict[str, object]:
    """How 722xxx and 716xxx messages name a session."""
    return {"group": row.group_policy, "user": row.user, "public": row.public}


def handle(index: int) -> str:
    """`Session=0x…` of 737xxx messages. Inferred from one captured line: the index, shifted."""
    return f"Session=0x{index << 12:08x}"


def _resumption_numbers(pair: Pair, u: int) -> tuple[int, ...]:
    resumes = release(pair.units[u].version) >= _RESUMES_SINCE
    return _RESUMPTION if resumes else _RESUMPTION_BEFORE


def _resumption(row: Row) -> Sequence[Fields]:
    name = who(row)
    tcp, udp = {**name, "kind": "TCP"}, {**name, "kind": "UDP"}
    return tcp, tcp, udp, {**name, "again": row.public}


def _tell_each(
    pair: Pair,
    u: int,
    numbers: Sequence[int],
    about: Sequence[T],
    says: Callable[[T], Sequence[Fields]],
    when: Callable[[T], int],
) -> None:
    settings = pair.units[u].settings.logging
    messages = [message_of(number) for number in numbers]
    told = [(message, route(settings, message)) for message in messages]
    for _, to in told:
        _count(pair, u, to, len(about))
    if _is_read(pair, u):
        for one in about:
            at = when(one)
            for (message, to), fields in zip(told, says(one), strict=False):
                if to.destinations:
                    _write(pair, u, to, _line(pair, u, message, to, at, fields))
        return
    each = sum(_FRAME_BYTES + message.least for message, to in told if _is_kept(to))
    room = settings.buffer_bytes // each + 1 if each else 0
    kept = [
        _line(pair, u, message, to, when(one), fields)
        for one in about[max(0, len(about) - room) :]
        for (message, to), fields in zip(told, says(one), strict=False)
        if _is_kept(to)
    ]
    _append(pair, u, kept)


def _is_kept(to: Route) -> bool:
    return "buffered" in to.destinations


def _line(pair: Pair, u: int, message: Message, to: Route, at: int, fields: Fields) -> LogLine:
    unit = pair.units[u]
    text = message.written(release(unit.version), unit.role.value, fields)
    return LogLine(at, to.severity, message.number, text)


def _sends(pair: Pair, u: int) -> bool:
    """Whether the unit sends to its collectors now; one that becomes active already does."""
    unit = pair.units[u]
    logging = unit.settings.logging
    if not logging.collectors:
        return False
    return logging.standby or unit.active_since is not None or unit.state in _ACTIVE


def _is_read(pair: Pair, u: int) -> bool:
    """Whether somebody reads each line of that unit as it comes."""
    return _sends(pair, u) or any(c.monitors and c.unit == u for c in pair.conversations.values())


def _count(pair: Pair, u: int, to: Route, times: int) -> None:
    logged = pair.units[u].logged
    for destination in to.destinations:
        if destination != "trap" or _sends(pair, u):
            logged[destination] = logged.get(destination, 0) + times


def _write(pair: Pair, u: int, to: Route, line: LogLine) -> None:
    if _is_kept(to):
        _append(pair, u, [line])
    if "monitor" in to.destinations:
        _print(pair, u, line)
    if "trap" in to.destinations and _sends(pair, u):
        _send(pair, u, line)


def _append(pair: Pair, u: int, lines: list[LogLine]) -> None:
    unit = pair.units[u]
    unit.log += lines
    for line in lines:
        unit.log_bytes += len(line.text) + _FRAME_BYTES
    # What stands before each line counts too, as it is configured now.
    name = len(device_id(unit))
    most = unit.settings.logging.buffer_bytes
    first, left = 0, len(unit.log)
    while left and unit.log_bytes + left * name > most:
        unit.log_bytes -= len(unit.log[first].text) + _FRAME_BYTES
        first, left = first + 1, left - 1
    if first:
        del unit.log[:first]


def _print(pair: Pair, u: int, line: LogLine) -> None:
    text = ""
    for conversation in pair.conversations.values():
        if conversation.unit == u and conversation.monitors:
            text = text or f"{shown(pair.units[u], wall_of(pair, u), line)}\n"
            conversation.unasked += text


def _send(pair: Pair, u: int, line: LogLine) -> None:
    unit, wall = pair.units[u], wall_of(pair, u)
    for collector in unit.settings.logging.collectors:
        if collector.is_tcp:
            continue
        payload = sent(unit, wall, line, collector)
        to = (collector.interface, collector.address, collector.port)
        pair.outbox.append(Datagram(u, *to, payload))
        name = f"{collector.interface} {collector.address}"
        unit.logged[name] = unit.logged.get(name, 0) + 1
    if len(pair.outbox) > _OUTBOX:
        del pair.outbox[: _OUTBOX // 2]
