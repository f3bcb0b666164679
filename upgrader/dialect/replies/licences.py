"""The licence tables and the configuration register of `show version`."""

import re

from upgrader.dialect.commands import SHOW_VERSION
from upgrader.dialect.replies.screen import screen_of
from upgrader.model.wide import LicensedFeature
from upgrader.ports import Unparsed

_HEAD = re.compile(r"(?P<cluster>Failover cluster )?licensed features for this .*:", re.IGNORECASE)
_FEATURE = re.compile(
    r"(?P<name>\S.*?)\s+: (?P<value>\S.*?)(?:(?:\s{2,}|\s+(?=perpetual|\d+ days?$))(?P<term>\S.*))?"
)
_REGISTER_LINE = "Configuration register "
_REGISTER = re.compile(
    r"Configuration register (?:is|=) (?P<now>0x[0-9a-f]+)(?:.*will be (?P<next>0x[0-9a-f]+).*)?",
    re.IGNORECASE,
)


def read_licences(text: str) -> tuple[LicensedFeature, ...]:
    """The features that `show version` lists, table by table; () where it has no such table.

    A table ends with the first line that is no row of it.

    Raises:
        Unparsed: a table without rows.

    Source: real 9.5, 9.8, 9.9 and 9.16 screens.
    """
    found: list[LicensedFeature] = []
    table: str | None = None
    count = 0
    for line in map(str.strip, screen_of(SHOW_VERSION, text).split("\n")):
        head = _HEAD.fullmatch(line)
        if head is not None:
            table, count = "failover cluster" if head["cluster"] else "platform", len(found)
        elif table is None:
            continue
        elif (feature := _FEATURE.fullmatch(line)) is not None:
            term = (feature["term"] or "").strip()
            found.append(LicensedFeature(table, feature["name"], feature["value"], term))
        elif len(found) == count:
            raise Unparsed(SHOW_VERSION, text, f"{line[:60]!r} is no licensed feature")
        else:
            table = None
    return tuple(found)


def read_register(text: str) -> str | None:
    """The configuration register that holds at the next reload; None: none is printed (ASAv).

    Source: real 9.9 and 9.16 screens; that it says `will be` where it was changed: ASA command
    reference, `config-register`.
    """
    start = text.find(
        _REGISTER_LINE
    )  # It stands below two tables, and is the only one of its kind.
    if start < 0:
        return None
    found = _REGISTER.match(text, start)
    return None if found is None else str(found["next"] or found["now"]).lower()
