"""Syslog messages of what happens: into each unit's buffer, onto consoles, to collectors.

A message is written with `tell`: its id, and what fills its text. Those about a session are
noted (`Pen`), and their texts made when somebody looks (`notes`). Where a message goes is the
settings' (`routes`), how it is written is `forms`. The buffer is bounded in bytes and dies with
a reload. A standby sends nothing to collectors without `logging standby`.
"""

from collections.abc import Mapping, Sequence

from upgrader.emulator.state import LogLine, Note, Row, Sheet, State, Unit
from upgrader.emulator.syslog.catalogue import message_of
from upgrader.emulator.syslog.forms import sent, shown
from upgrader.emulator.syslog.message import Message
from upgrader.emulator.syslog.notes import (
    Plan,
    append,
    fields_of,
    plan_of,
    release,
    sheet_of,
    thin,
    write_up,
)
from upgrader.emulator.syslog.routes import Route, route
from upgrader.emulator.syslog.settings import Collector
from upgrader.emulator.tables import Pair
from upgrader.emulator.talk import Datagram
from upgrader.emulator.wall import wall_of

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

Fields = Mapping[str, object]


class Pen:
    """Writes about sessions on one unit, as long as nothing changes but sessions.

    Not while lines are typed or roles move: who reads along and where messages go is looked up
    once.
    """

    __slots__ = (
        *("_is_plain", "_logged", "_logging", "_pair", "_plans", "_sheet", "_u", "_unit"),
        *("back", "is_read"),
    )

    def __init__(self, pair: Pair, u: int) -> None:
        self._pair, self._u, self._unit = pair, u, pair.units[u]
        self._logging, self._logged = self._unit.settings.logging, self._unit.logged
        self._plans: dict[tuple[int, ...], Plan] = {}
        self._sheet: Sheet | None = None
        self.back = resumption(self._unit)
        """The messages about a client that is back."""
        self.is_read = _is_read(pair, u)
        """Whether somebody reads each message as it comes, so that their order between the units
        is seen too."""
        self._is_plain = not self.is_read and pair.resumed >= len(pair.resumes)

    def note(self, numbers: tuple[int, ...], row: Row, reason: str = "", pool: str = "") -> None:
        """Write the messages of these ids about a session at the present instant.

        The session is taken as the row is; `reason` and `pool` as in `Note`. Their texts are
        made when somebody looks, which is now where somebody reads along.
        """
        if not self._is_plain:
            settle(self._pair)
        plan = self._plans.get(numbers) or self._planned(numbers)
        for destination, messages in plan.counts:
            self._logged[destination] += messages
        note = Note(self._pair.now, numbers, row, reason, pool)
        if self.is_read:
            _count_sent(self._pair, self._u, plan.trapped)
            _write_all(self._pair, self._u, note)
        elif plan.kept:
            sheet = self._sheet
            if sheet is None or sheet is not self._unit.sheet:
                sheet = self._sheet = sheet_of(self._unit)
            sheet.notes.append(note)
            if len(sheet.notes) > sheet.most:
                thin(sheet)

    def _planned(self, numbers: tuple[int, ...]) -> Plan:
        """Where these messages go, which are about to be counted for the first time."""
        plan = self._plans[numbers] = plan_of(self._logging, numbers)
        for destination, _ in plan.counts:
            self._logged.setdefault(destination, 0)
        return plan


def tell(pair: Pair, u: int, number: int, **fields: object) -> None:
    """Write a message of the catalogue at the present instant.

    Raises:
        NotInCatalogue: there is no such message, or it has other fields.
    """
    settle(pair)
    message = message_of(number)
    to = route(pair.units[u].settings.logging, message)
    if to.destinations:
        _count(pair, u, to)
        _write(pair, u, to, _line(pair, u, message, to, pair.now, fields))


def note_each(pair: Pair, u: int, numbers: tuple[int, ...], rows: Sequence[Row]) -> None:
    """Write the same messages about each of many sessions, at the present instant."""
    settle(pair)
    _note_each(pair, u, numbers, [(pair.now, row) for row in rows])


def settle(pair: Pair) -> None:
    """Note who has resumed since the last look.

    Nobody schedules ten thousand returns: they are listed at the switchover and noted when
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
    unit = pair.units[u]
    back = [
        (at, row)
        for at, _, index in resumes[start:end]
        if (row := unit.rows.get(index)) is not None and row.up_from == at
    ]
    pair.returns += [(at, row.token) for at, row in back if row.token is not None]
    _note_each(pair, u, resumption(unit), back)


def settles_at(pair: Pair) -> int | None:
    """When the next line is due that somebody reads as it comes; None: nobody does, or none is.

    A collector and a console with `terminal monitor` read so.
    """
    if pair.resumed >= len(pair.resumes):
        return None
    at, u, _ = pair.resumes[pair.resumed]
    return at if _is_read(pair, u) else None


def resumption(unit: Unit) -> tuple[int, ...]:
    """What a unit of that release writes where a client is back with its ticket."""
    return _RESUMPTION if release(unit.version) >= _RESUMES_SINCE else _RESUMPTION_BEFORE


def operator(pair: Pair, u: int, line: str) -> None:
    """Somebody typed a line that changes something."""
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
    forget(pair.units[u])


def forget(unit: Unit) -> None:
    """Empty the buffer."""
    unit.log, unit.log_bytes, unit.sheet = [], 0, None


def _note_each(
    pair: Pair, u: int, numbers: tuple[int, ...], about: Sequence[tuple[int, Row]]
) -> None:
    if not about:
        return
    unit = pair.units[u]
    plan = plan_of(unit.settings.logging, numbers)
    for destination, messages in plan.counts:
        unit.logged[destination] = unit.logged.get(destination, 0) + messages * len(about)
    _count_sent(pair, u, plan.trapped * len(about))
    if _is_read(pair, u):
        for at, row in about:
            _write_all(pair, u, Note(at, numbers, row))
    elif plan.kept:
        sheet = sheet_of(unit)
        sheet.notes += [Note(at, numbers, row) for at, row in about]
        thin(sheet)


def _write_all(pair: Pair, u: int, note: Note) -> None:
    """Write a note's messages for those who read along."""
    settings = pair.units[u].settings.logging
    for place, number in enumerate(note.numbers):
        message = message_of(number)
        to = route(settings, message)
        if to.destinations:
            fields = fields_of(note, number, note.numbers[:place].count(number))
            _write(pair, u, to, _line(pair, u, message, to, note.at, fields))


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


def _count(pair: Pair, u: int, to: Route) -> None:
    logged = pair.units[u].logged
    for destination in to.destinations:
        if destination != "trap" or _sends(pair, u):
            logged[destination] = logged.get(destination, 0) + 1


def _count_sent(pair: Pair, u: int, messages: int) -> None:
    if messages and _sends(pair, u):
        logged = pair.units[u].logged
        logged["trap"] = logged.get("trap", 0) + messages


def _write(pair: Pair, u: int, to: Route, line: LogLine) -> None:
    if "buffered" in to.destinations:
        unit = pair.units[u]
        write_up(unit)
        append(unit, [line], unit.settings, serves=unit.active_since is not None)
    if "monitor" in to.destinations:
        _print(pair, u, line)
    if "trap" in to.destinations and _sends(pair, u):
        _send(pair, u, line)


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
        pair.outbox.append(Datagram(u, *to, payload, line.at, _source(unit, collector)))
        name = f"{collector.interface} {collector.address}"
        unit.logged[name] = unit.logged.get(name, 0) + 1
    if len(pair.outbox) > _OUTBOX:
        del pair.outbox[: _OUTBOX // 2]


def _source(unit: Unit, collector: Collector) -> str:
    """The address from which a unit sends: the active or the standby one of that interface."""
    interface = unit.settings.interface(collector.interface)
    if interface is None:
        return ""
    serves = unit.active_since is not None or unit.state in _ACTIVE
    return (interface.address if serves else interface.standby) or ""
