"""Syslog messages of what happens, in each unit's own buffer.

Ids and texts: ASA syslog guide. A message is kept when logging is on and the buffer's level
allows it; the buffer is bounded in bytes and dies with a reload.
"""

from collections.abc import Iterable

from upgrader.emulator.state import LogLine, Row
from upgrader.emulator.tables import Pair

# Time stamp, `%ASA-s-nnnnnn: ` and the line's end: what a message costs beside its text.
_FRAME_BYTES = 40

_SHORTEST_MESSAGE_BYTES = 64

# What the messages of one client's return take of the buffer, at least: one, or three and more.
_RETURN_BYTES = 128
_RETURN_BYTES_AT_LEVEL_6 = 384

# Resumption has its own message "on newer releases"; where it begins is inferred.
_RESUMES_SINCE = (9, 8)


def release(version: str | None) -> tuple[int, ...]:
    """The numbers of a release, outermost first: `9.2(2)4` → (9, 2, 2, 4)."""
    plain = "".join(c if c.isdigit() else " " for c in version or "")
    return tuple(int(part) for part in plain.split())


def admits(pair: Pair, u: int, severity: int) -> bool:
    """Whether the unit's buffer takes messages of that severity."""
    logging = pair.units[u].settings.logging
    return logging.enabled and logging.buffered is not None and severity <= logging.buffered


def room(pair: Pair, u: int, severity: int) -> int:
    """How many messages of that severity the unit's buffer could take at most."""
    if not admits(pair, u, severity):
        return 0
    return pair.units[u].settings.logging.buffer_bytes // _SHORTEST_MESSAGE_BYTES + 1


def emit(pair: Pair, u: int, number: int, severity: int, text: str) -> None:
    """Write a message at the present instant."""
    emit_all(pair, u, ((number, severity, text),))


def emit_all(pair: Pair, u: int, messages: Iterable[tuple[int, int, str]]) -> None:
    """Write several messages, (number, severity, text) each, at the present instant."""
    logging = pair.units[u].settings.logging
    if not logging.enabled or logging.buffered is None:
        return
    settle(pair)
    now, level = pair.now, logging.buffered
    _append(pair, u, [LogLine(now, s, n, text) for n, s, text in messages if s <= level])


def operator(pair: Pair, u: int, line: str) -> None:
    """Somebody typed a line that changes something."""
    pair.changes += 1
    emit(pair, u, 111_008, 5, f"User 'enable_15' executed the '{line}' command.")
    emit(
        pair,
        u,
        111_010,
        5,
        f"User 'enable_15', running 'CLI' from IP 0.0.0.0, executed '{line}'",
    )


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
    unit = pair.units[u]
    lines: list[LogLine] = []
    each = _RETURN_BYTES_AT_LEVEL_6 if admits(pair, u, 6) else _RETURN_BYTES
    most = unit.settings.logging.buffer_bytes // each + 1 if admits(pair, u, 5) else 0
    for at, _, index in resumes[max(start, end - most) : end]:
        row = unit.rows.get(index)
        if row is not None and row.up_from == at:
            lines += _resumption(row, at, release(unit.version), unit.settings.logging.buffered)
    _append(pair, u, lines)


def resumption(pair: Pair, u: int, row: Row) -> None:
    """A client is back with its ticket, now."""
    unit = pair.units[u]
    settle(pair)
    if unit.settings.logging.enabled:
        level = unit.settings.logging.buffered
        _append(pair, u, list(_resumption(row, pair.now, release(unit.version), level)))


def who(row: Row) -> str:
    """How 722xxx and 716xxx messages name a session."""
    return f"Group <{row.group_policy}> User <{row.user}> IP <{row.public}>"


def handle(index: int) -> str:
    """`Session=0x…` of 737xxx messages. Inferred from one captured line: the index, shifted."""
    return f"Session=0x{index << 12:08x}"


def _resumption(
    row: Row, at: int, version: tuple[int, ...], level: int | None
) -> Iterable[LogLine]:
    name = who(row)
    texts = [
        (722_034, 5, f"{name} New TCP SVC connection, no existing connection."),
        (722_022, 6, f"{name} TCP SVC connection established without compression"),
        (722_022, 6, f"{name} UDP SVC connection established without compression"),
    ]
    if version >= _RESUMES_SINCE:
        resumed = f"{name} AnyConnect session resumed connection from IP <{row.public}>."
        texts.append((716_059, 6, resumed))
    return (LogLine(at, s, n, t) for n, s, t in texts if level is not None and s <= level)


def _append(pair: Pair, u: int, lines: list[LogLine]) -> None:
    if not lines:
        return
    unit = pair.units[u]
    most = unit.settings.logging.buffer_bytes
    lines = lines[-(most // _SHORTEST_MESSAGE_BYTES + 1) :]
    unit.log += lines
    unit.log_bytes += sum(len(line.text) + _FRAME_BYTES for line in lines)
    first = 0
    while unit.log_bytes > most and first < len(unit.log):
        unit.log_bytes -= len(unit.log[first].text) + _FRAME_BYTES
        first += 1
    del unit.log[:first]
