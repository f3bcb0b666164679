"""`show interface ip brief`: ports, the addresses that they hold now, and their links."""

import re

from upgrader.dialect.commands import SHOW_INTERFACES
from upgrader.dialect.replies.screen import lines_of
from upgrader.model.wide import InterfaceLine
from upgrader.ports import Unparsed

_HEADING = re.compile(r"Interface\s+IP-Address\s+OK\?\s+Method\s+Status\s+Protocol")
_ROW = re.compile(
    r"(?P<port>\S+)\s+(?P<address>\S+)\s+(?:YES|NO)\s+(?P<method>\S+)\s+"
    r"(?P<status>\S+(?: \S+)*)\s+(?P<protocol>up|down)"
)
_LIKE_A_ROW = re.compile(r"\S+\s+(?:unassigned|\d+\.\d+\.\d+\.\d+)\s.*|.*\s(?:YES|NO)\s.*")
_SHUT = ("admin down", "administratively down")


def read_interfaces(text: str) -> tuple[InterfaceLine, ...]:
    """Read `show interface ip brief`, in the device's order.

    Raises:
        Unparsed: no heading, a row below it that is not as it should be, or a port that stands
            twice.

    Source: two captures; one of them says `admin down` for `administratively down`.
    """
    lines = lines_of(SHOW_INTERFACES, text)
    headings = [n for n, line in enumerate(lines) if _HEADING.fullmatch(line)]
    if not headings:
        raise Unparsed(SHOW_INTERFACES, text, "no heading of the table of interfaces")
    below = lines[headings[0] + 1 :]
    rows = tuple(_row(text, line) for line in below if _LIKE_A_ROW.fullmatch(line))
    if len({row.port for row in rows}) != len(rows):
        raise Unparsed(SHOW_INTERFACES, text, "a port stands twice")
    return rows


def _row(text: str, line: str) -> InterfaceLine:
    found = _ROW.fullmatch(line)
    if found is None:
        raise Unparsed(SHOW_INTERFACES, text, f"{line[:60]!r} is no row of it")
    status = _SHUT[1] if found["status"] in _SHUT else found["status"]
    return InterfaceLine(
        found["port"], found["address"], found["method"], status, found["protocol"]
    )
