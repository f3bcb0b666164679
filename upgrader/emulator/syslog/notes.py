"""Messages about sessions, kept as notes and written up when somebody looks at the log.

One session's end is half a dozen messages, and a buffer forgets most of them unread: what is
kept of them is the session's row, and their texts are made of it from the newest back, for as
many as the buffer holds. What is noted reads as if it had been written at once.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from upgrader.emulator.remembered import of_the_same
from upgrader.emulator.settings import Settings
from upgrader.emulator.state import LogLine, Note, Row, Sheet, Unit
from upgrader.emulator.syslog.catalogue import message_of
from upgrader.emulator.syslog.forms import device_id
from upgrader.emulator.syslog.routes import route
from upgrader.emulator.syslog.settings import LoggingSettings

FRAME_BYTES = 40
"""Time stamp, `%ASA-s-nnnnnn: ` and the line's end: what a message costs beside its text."""

_MORE_NOTES = 1_000
"""How many notes beyond what fits the buffer may wait before they are thrown away."""

# What 722037 says: the list of reasons in the syslog guide is open, these are inferred.
_CLOSED = {"User Requested": "User requested"}

# 716002 spells reasons its own way (captured lines; ASA syslog guide).
_AS_716 = {
    "Idle Timeout": "Idle timeout",
    "Max Time Exceeded": "Max time exceeded",
    "Administrator Reset": "Administrator reset",
    "Port Preempted": "Port preempted",
}

_KINDS = ("TCP", "UDP")

Fields = dict[str, object]

_Form = tuple[int, int, int, Callable[[Fields], str], Callable[[Note, int], Fields]]
"""How a kept message is written: (id, severity, how often before, its form, its fields)."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Where messages that are written together go, by a unit's settings."""

    counts: tuple[tuple[str, int], ...]
    """How many go where, but for collectors."""
    trapped: int
    """How many go to collectors."""
    kept: tuple[tuple[int, int, int], ...]
    """What goes into the buffer: (id, severity, how often that id stood before it)."""


@lru_cache(maxsize=64)
def release(version: str | None) -> tuple[int, ...]:
    """The numbers of a release, outermost first: `9.2(2)4` → (9, 2, 2, 4)."""
    plain = "".join(c if c.isdigit() else " " for c in version or "")
    return tuple(int(part) for part in plain.split())


@lru_cache(maxsize=4_096)
def dotted(address: int) -> str:
    """`10.1.8.12`."""
    return ".".join(str(byte) for byte in address.to_bytes(4, "big"))


def handle(index: int) -> str:
    """`Session=0x…` of 737xxx messages. Inferred from one captured line: the index, shifted."""
    return f"Session=0x{index << 12:08x}"


def who(row: Row) -> Fields:
    """How 722xxx and 716xxx messages name a session."""
    return {"group": row.group_policy, "user": row.user, "public": row.public}


def plan_of(settings: LoggingSettings, numbers: tuple[int, ...]) -> Plan:
    """Where messages of these ids go, written one after the other."""
    known = _plans_of(settings)
    plan = known.get(numbers)
    if plan is None:
        plan = known[numbers] = _planned(settings, numbers)
    return plan


def fields_of(note: Note, number: int, nth: int) -> Fields:
    """What fills the text of a note's message; `nth`: how often its id stood there before."""
    return _SAYS[number](note, nth)


def sheet_of(unit: Unit) -> Sheet:
    """The sheet on which messages for the buffer are noted now."""
    settings, serves = unit.settings, unit.active_since is not None
    sheet = unit.sheet
    if (
        sheet is None
        or sheet.settings is not settings
        or sheet.serves is not serves
        or sheet.version != unit.version
    ):
        write_up(unit)
        most = settings.logging.buffer_bytes // FRAME_BYTES + 1 + _MORE_NOTES
        sheet = unit.sheet = Sheet(settings, unit.version, serves, most)
    return sheet


def thin(sheet: Sheet) -> None:
    """Throw away the oldest notes, where there are so many that the buffer has no room for them."""
    if len(sheet.notes) > sheet.most:
        del sheet.notes[: _MORE_NOTES - sheet.most]


def lines_of(unit: Unit) -> list[LogLine]:
    """What stands in the buffer, oldest first."""
    write_up(unit)
    return unit.log


def write_up(unit: Unit) -> None:
    """Write into the buffer what is only noted."""
    sheet = unit.sheet
    if sheet is None:
        return
    unit.sheet = None
    most = sheet.settings.logging.buffer_bytes
    # What stands before each line counts too, as it was configured then.
    frame = FRAME_BYTES + len(device_id(sheet.settings, serves=sheet.serves))
    newest: list[LogLine] = []
    taken = 0
    for line in _from_the_newest(sheet, unit.role.value):
        taken += len(line.text) + frame
        if taken > most:
            newest.reverse()
            unit.log[:] = newest
            unit.log_bytes = taken - len(line.text) - frame - (frame - FRAME_BYTES) * len(newest)
            return
        newest.append(line)
    newest.reverse()
    append(unit, newest, sheet.settings, serves=sheet.serves)


def append(unit: Unit, lines: list[LogLine], settings: Settings, *, serves: bool) -> None:
    """Write lines into the buffer; what no longer fits goes at its other end."""
    unit.log += lines
    for line in lines:
        unit.log_bytes += len(line.text) + FRAME_BYTES
    name = len(device_id(settings, serves=serves))
    most = settings.logging.buffer_bytes
    first, left = 0, len(unit.log)
    while left and unit.log_bytes + left * name > most:
        unit.log_bytes -= len(unit.log[first].text) + FRAME_BYTES
        first, left = first + 1, left - 1
    if first:
        del unit.log[:first]


def _from_the_newest(sheet: Sheet, unit: str) -> Iterator[LogLine]:
    logging, version = sheet.settings.logging, release(sheet.version)
    forms: dict[tuple[int, ...], list[_Form]] = {}
    for note in reversed(sheet.notes):
        numbers = note.numbers
        known = forms.get(numbers)
        if known is None:
            kept = reversed(plan_of(logging, numbers).kept)
            known = forms[numbers] = [_form(*one, version, unit) for one in kept]
        at = note.at
        for number, severity, nth, write, says in known:
            yield LogLine(at, severity, number, write(says(note, nth)))


def _form(number: int, severity: int, nth: int, version: tuple[int, ...], unit: str) -> _Form:
    text = message_of(number).text_in(version).replace("{unit}", unit)
    return number, severity, nth, text.format_map, _SAYS[number]


@of_the_same
def _plans_of(settings: LoggingSettings) -> dict[tuple[int, ...], Plan]:
    """By ids: the plans of these settings, as far as somebody has asked."""
    del settings
    return {}


def _planned(settings: LoggingSettings, numbers: tuple[int, ...]) -> Plan:
    counts: dict[str, int] = {}
    kept: list[tuple[int, int, int]] = []
    for place, number in enumerate(numbers):
        to = route(settings, message_of(number))
        for destination in to.destinations:
            counts[destination] = counts.get(destination, 0) + 1
        if "buffered" in to.destinations:
            kept.append((number, to.severity, numbers[:place].count(number)))
    trapped = counts.pop("trap", 0)
    return Plan(tuple(counts.items()), trapped, tuple(kept))


def _name(note: Note, _: int) -> Fields:
    return who(note.row)


def _copied(note: Note, _: int) -> Fields:
    return {"user": note.row.user, "public": note.row.public}


def _tunnel(note: Note, nth: int) -> Fields:
    return {**who(note.row), "kind": _KINDS[nth]}


def _address(note: Note, _: int) -> Fields:
    return {"handle": handle(note.row.index), "address": dotted(note.row.address)}


def _pooled(note: Note, nth: int) -> Fields:
    return {**_address(note, nth), "pool": note.pool}


def _ended(note: Note, _: int) -> Fields:
    row = note.row
    seconds = max(0, note.at - row.login_ms) // 1_000
    days, rest = divmod(seconds, 86_400)
    clock = f"{rest // 3_600}h:{rest // 60 % 60:02d}m:{rest % 60:02d}s"
    moved = seconds * row.rate // 2
    return {
        "tunnel_group": row.tunnel_group,
        "user": row.user,
        "public": row.public,
        "duration": f"{days}d {clock}" if days else clock,
        "sent": moved,
        "received": moved,
        "reason": note.reason,
    }


_SAYS: Mapping[int, Callable[[Note, int], Fields]] = {
    113_019: _ended,
    113_039: _name,
    716_002: lambda n, _: {**who(n.row), "reason": _AS_716.get(n.reason, n.reason)},
    716_058: _name,
    716_059: lambda n, _: {**who(n.row), "again": n.row.public},
    721_016: _copied,
    721_018: _copied,
    722_022: _tunnel,
    722_023: _tunnel,
    722_033: _tunnel,
    722_034: _tunnel,
    722_037: lambda n, _: {**who(n.row), "reason": _CLOSED.get(n.reason, "Transport closing")},
    722_051: lambda n, _: {**who(n.row), "address": dotted(n.row.address)},
    737_016: _pooled,
    737_026: _pooled,
    737_028: _address,
    737_029: _address,
    737_030: _address,
    737_031: _address,
    737_032: _address,
}
"""What the fields of each message are that may be noted."""

NOTED = frozenset(_SAYS)
"""The ids of messages that may be noted."""
