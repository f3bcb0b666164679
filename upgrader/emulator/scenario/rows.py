"""Rows of sessions and of pools, as tables of comma-separated values beside a pair file."""

import csv
from collections.abc import Callable, Iterator, Sequence
from typing import cast

from upgrader.emulator.scenario.standing import SeenLease, SeenSession, Tunnel
from upgrader.emulator.scenario.values import ScenarioFault

SESSIONS = (
    *("index", "user", "address", "public", "group_policy", "tunnel_group", "logged_in"),
    *("tunnel", "idle", "audit", "bytes", "platform", "admitted", "orphan"),
)
"""The columns of a table of sessions; `logged_in` and `idle` in seconds before the start."""

ADDRESSES = ("pool", "address", "index", "held")
"""The columns of a table of addresses; `held` in seconds from the start."""

_TUNNELS = ("up", "down", "soon")
_MOST = 200_000
"""Rows of a table, at most."""


def read_sessions(text: str, key: str) -> tuple[SeenSession, ...]:
    """A table of sessions.

    Raises:
        ScenarioFault: its columns are others, a value cannot be, or an index stands twice.
    """
    rows = tuple(_session(row) for row in _rows(text, key, SESSIONS))
    if len({row.index for row in rows}) != len(rows):
        raise ScenarioFault(key, "an index stands twice")
    return rows


def read_addresses(text: str, key: str) -> tuple[SeenLease, ...]:
    """A table of the addresses that are not free.

    Raises:
        ScenarioFault: as `read_sessions`.
    """
    return tuple(_lease(row) for row in _rows(text, key, ADDRESSES))


class _Row:
    """A row, whose values are read by their columns."""

    def __init__(self, key: str, number: int, values: dict[str, str]) -> None:
        self._where = f"{key}, row {number}"
        self._values = values

    def text(self, column: str) -> str:
        value = self._values[column]
        if not value.isprintable():
            raise self._no(column, "holds a character that does not print")
        return value

    def word(self, column: str) -> str:
        if not self._values[column]:
            raise self._no(column, "is empty")
        return self.text(column)

    def whole(self, column: str) -> int:
        value = self._values[column]
        if not (value.isascii() and value.isdecimal() and len(value) <= 18):
            raise self._no(column, "must be a whole number")
        return int(value)

    def seconds(self, column: str) -> int:
        """Milliseconds of a number of seconds."""
        return self.whole(column) * 1_000

    def address(self, column: str) -> int:
        parts = self._values[column].split(".")
        if len(parts) != 4 or any(not p.isdecimal() or int(p) > 255 for p in parts):
            raise self._no(column, "is no IPv4 address")
        return int.from_bytes(bytes(map(int, parts)), "big")

    def one_of(self, column: str, choices: Sequence[str]) -> str:
        value = self._values[column]
        if value not in choices:
            raise self._no(column, "is not allowed", ", ".join(choices))
        return value

    def maybe(self, column: str, read: Callable[[str], int]) -> int | None:
        return read(column) if self._values[column] else None

    def _no(self, column: str, problem: str, allowed: str = "") -> ScenarioFault:
        where = f"{self._where}, {column}"
        return ScenarioFault(where, problem, value=self._values[column], allowed=allowed)


def _rows(text: str, key: str, columns: tuple[str, ...]) -> Iterator[_Row]:
    reader = csv.reader(text.splitlines())
    try:
        head = next(reader, None)
        if head is None or tuple(head) != columns:
            allowed = ",".join(columns)
            raise ScenarioFault(key, "has not the columns that it should have", allowed=allowed)
        for number, values in enumerate(reader, start=2):
            if number > _MOST:
                raise ScenarioFault(key, f"has more than {_MOST} rows")
            if len(values) != len(columns):
                problem = f"row {number} has {len(values)} values"
                raise ScenarioFault(key, problem, allowed=str(len(columns)))
            yield _Row(key, number, dict(zip(columns, values, strict=True)))
    except csv.Error as error:
        raise ScenarioFault(key, f"is no table of comma-separated values ({error})") from error


def _session(row: _Row) -> SeenSession:
    return SeenSession(
        index=row.whole("index"),
        user=row.word("user"),
        address=row.maybe("address", row.address) or 0,
        public=row.word("public"),
        group_policy=row.word("group_policy"),
        tunnel_group=row.word("tunnel_group"),
        login=row.seconds("logged_in"),
        tunnel=cast("Tunnel", row.one_of("tunnel", _TUNNELS)),
        idle=row.seconds("idle"),
        audit=row.text("audit"),
        bytes=row.whole("bytes"),
        platform=row.one_of("platform", ("win", "macos", "linux64")),
        admitted=row.text("admitted"),
        is_orphan=row.one_of("orphan", ("no", "yes")) == "yes",
    )


def _lease(row: _Row) -> SeenLease:
    return SeenLease(
        pool=row.word("pool"),
        address=row.address("address"),
        index=row.maybe("index", row.whole),
        held=row.maybe("held", row.seconds),
    )
