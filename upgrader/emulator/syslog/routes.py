"""Which messages go where, by a unit's settings."""

from dataclasses import dataclass
from functools import lru_cache

from upgrader.emulator.remembered import of_the_same
from upgrader.emulator.syslog.message import Message
from upgrader.emulator.syslog.settings import DESTINATIONS, Filter, LoggingSettings

CLASSES: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("auth", (109, 113)),
    ("bridge", (110, 220)),
    ("ca", (717,)),
    ("config", (111, 112, 208, 308)),
    ("ha", (101, 102, 103, 104, 105, 210, 311, 709)),
    ("ip", (209, 215, 313, 317, 408)),
    ("session", (106, 108, 201, 202, 204, 302, 303, 304, 305, 314, 405, 406, 407, 500, 502, 607)),
    ("sys", (199, 211, 214, 216, 306, 307, 315, 414, 604, 605, 606, 610, 612, 614, 615, 701, 711)),
    ("svc", (722,)),
    ("vpn", (316, 320, 402, 404, 501, 602, 702, 713, 714, 715)),
    ("vpnc", (611,)),
    ("vpnfo", (720,)),
    ("vpnlb", (718,)),
    ("webvpn", (716,)),
    ("webfo", (721,)),
    ("ssl", (725,)),
    ("dap", (734,)),
    ("ipaa", (737,)),
)
"""Message classes, by the first three digits of their ids (ASA configuration guide)."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a message goes, and with which severity."""

    severity: int
    destinations: tuple[str, ...]
    """Words of `DESTINATIONS`."""


_NOWHERE = Route(0, ())


@lru_cache(maxsize=64)
def class_of(number: int) -> str:
    """The class of a message; one that is in none counts as `sys`. Inferred."""
    head = number // 1_000
    return next((name for name, heads in CLASSES if head in heads), "sys")


def route(settings: LoggingSettings, message: Message) -> Route:
    """Where a message goes by these settings."""
    known = _routes_of(settings)
    to = known.get(message.number)
    if to is None:
        to = known[message.number] = _routed(settings, message)
    return to


@of_the_same
def _routes_of(settings: LoggingSettings) -> dict[int, Route]:
    """By id: where messages go by these settings, as far as somebody has asked."""
    del settings
    return {}


def _routed(settings: LoggingSettings, message: Message) -> Route:
    number = message.number
    if not settings.enabled or (message.can_be_disabled and number in settings.disabled):
        return _NOWHERE
    severity = dict(settings.levels).get(number, message.severity)
    where = (
        destination
        for destination in DESTINATIONS
        if _admits(settings, settings.filter_of(destination), number, severity)
    )
    return Route(severity, tuple(where))


def _admits(settings: LoggingSettings, wanted: Filter | None, number: int, severity: int) -> bool:
    if wanted is None:
        return False
    if isinstance(wanted, int):
        return severity <= wanted
    for entry in dict(settings.lists).get(wanted, ()):
        if entry.first is not None:
            if entry.first <= number <= (entry.last or entry.first):
                return True
        elif entry.kind in (None, class_of(number)) and severity <= (
            7 if entry.level is None else entry.level
        ):
            return True
    return False
