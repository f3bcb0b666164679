"""Lines as search tools and viewers export them, put back into the order in which logs have them.

    {"message":"%ASA-1-104001: …","@timestamp":"2026-11-21T01:10:05Z","host":"fw1"}
    "%ASA-1-104001: …","2026-11-21T02:10:05.000+0100",fw1           below a line of names
    1|Nov 21 2026|02:10:05|104001||||(Secondary) Switching to ACTIVE

In a log the instant and the host stand before the message; here they may stand behind it, with
quotes, and with escapes. Names of fields: the defaults of Elastic, Splunk, Graylog, journald and
Loki exports (their manuals). The last shape is that of ASDM's log viewer (practitioners' text).
"""

import csv
import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from upgrader.dialect.syslog.shapes import TAG

Reshape: TypeAlias = Callable[[str], str]
"""Makes a line of a log of a line of an export; what is none stays as it is."""

_HEAD = re.compile(TAG)
_VIEWED = re.compile(
    r"([0-7])\|([A-Z][a-z]{2} [ \d]\d \d{4})\|(\d\d:\d\d:\d\d)\|(\d{6})\|"
    r"(?:[^|]*\|){0,4}?([^|]*)\r?$"
)
_MESSAGES = (
    *("_raw", "message", "event.original", "full_message", "raw", "raw_message", "rawmessage"),
    *("msg", "syslog_message", "syslogmessage", "log", "line", "text", "event", "payload"),
)
_TIMES = (
    *("@timestamp", "_time", "timestamp", "time", "__realtime_timestamp", "_source.@timestamp"),
    *("receive_time", "received", "received_at", "eventtime", "event_time", "date", "datetime"),
    *("timereported", "timegenerated", "ts", "_timestamp"),
)
_HOSTS = (
    *("host.name", "host.hostname", "hostname", "host", "device", "device_name", "fromhost-ip"),
    *("fromhost", "log.source.address", "source", "sender", "source_ip", "gl2_remote_ip"),
    *("syslog_identifier", "_hostname", "computer"),
)
_SEPARATORS = "\t,;|"
_DEEPEST = 6
_PORT = re.compile(r"^(\d+\.\d+\.\d+\.\d+|[^:]+):\d+$")


def reshape_of(first: str) -> Reshape | None:
    """How the lines of a file are to be put in order that begins with this line; None: not at all.

    Of a file with a line of names, that line is none of a message, and is passed over by others.
    """
    bare = first.strip().lstrip("\ufeff")
    if bare.startswith(("{", "[{")) and '"' in bare:
        return _from_json
    if _VIEWED.match(bare):
        return _from_viewer
    if _HEAD.search(bare):
        return None
    for separator in _SEPARATORS:
        names = [name.strip().lower() for name in _cells(bare, separator)]
        if len(names) > 1 and any(name in _MESSAGES for name in names):
            return _Table(separator, names)
    return None


def _from_viewer(line: str) -> str:
    found = _VIEWED.match(line)
    if found is None:
        return line
    severity, day, time, number, text = found.groups()
    return f"{day} {time}: %ASA-{severity}-{number}: {text}"


def _from_json(line: str) -> str:
    if _HEAD.search(line) is None:
        return line
    try:
        value = json.loads(line.strip().lstrip("\ufeff[").rstrip(",]"))
    except (ValueError, RecursionError):
        return line
    cells = dict(_leaves(value, "", 0))
    for name in tuple(cells):
        # `result._raw` and `_source.message` are also known by their last words.
        if "." in name:
            cells.setdefault(name.partition(".")[2], cells[name])
            cells.setdefault(name.rpartition(".")[2], cells[name])
    return _line(line, cells)


def _leaves(value: object, above: str, depth: int) -> Iterator[tuple[str, str]]:
    """Each text and number with the names that lead to it, `host.name`, in lower case."""
    name = above.removesuffix(".")
    match value:
        case dict() if depth < _DEEPEST:
            for key, inner in value.items():
                if isinstance(inner, str):
                    yield above + str(key).lower(), inner
                else:
                    yield from _leaves(inner, f"{above}{str(key).lower()}.", depth + 1)
        case list() if value and depth < _DEEPEST:
            yield from _leaves(value[0], above, depth + 1)
        case str():
            yield name, value
        case int() | float():
            yield name, str(value)
        case _:
            pass


class _Table:
    """Columns with names."""

    def __init__(self, separator: str, names: Sequence[str]) -> None:
        self._separator = separator
        self._names = names

    def __call__(self, line: str) -> str:
        if _HEAD.search(line) is None:
            return line
        cells: dict[str, str] = {}
        for name, cell in zip(self._names, _cells(line, self._separator), strict=False):
            cells.setdefault(name, cell)
        return _line(line, cells)


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line.rstrip("\r\n")], delimiter=separator), [])
    except csv.Error:
        return []


def _line(line: str, cells: dict[str, str]) -> str:
    """Instant, host, message; the line itself where no cell holds the message."""
    named = (cells[name] for name in _MESSAGES if name in cells)
    message = next((text for text in (*named, *cells.values()) if _HEAD.search(text)), None)
    if message is None:
        return line
    at = next((cells[name] for name in _TIMES if cells.get(name)), "")
    host = next((cells[name] for name in _HOSTS if cells.get(name)), "")
    if _HEAD.search(host):
        host = ""  # A message's id, taken for the name of a program.
    host = _PORT.sub(r"\1", host.strip()).replace(" ", "_")
    return " ".join(f"{at} {host} {message}".split("\n"))
