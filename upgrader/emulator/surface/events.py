"""What a test may let happen to a pair: a table of names, and what each does.

An event is an input like a typed line: it is kept, and replayed. What may not happen is refused
before anything has happened.
"""

from collections.abc import Mapping

from upgrader.emulator.surface.event_words import Event, Told, Value, WrongEvent, nearest, read_all
from upgrader.emulator.surface.events_address import ADDRESS
from upgrader.emulator.surface.events_faults import CHASSIS, INTERFACES, SYNCS
from upgrader.emulator.surface.events_flash import FLASH
from upgrader.emulator.surface.events_people import PEOPLE
from upgrader.emulator.surface.events_power import POWER
from upgrader.emulator.tables import Pair

__all__ = ["EVENTS", "Event", "Told", "Value", "WrongEvent", "event_named", "happen"]

EVENTS: tuple[Event, ...] = (
    *PEOPLE,
    *POWER,
    *CHASSIS,
    *INTERFACES,
    *SYNCS,
    *FLASH,
    *ADDRESS,
)
"""All that may be let happen, in the order of the reference page."""

_NAMED = {event.name: event for event in EVENTS}


def event_named(name: str) -> Event:
    """The event of that name.

    Raises:
        WrongEvent: there is none.
    """
    event = _NAMED.get(name)
    if event is None:
        what = f"there is no event {name!r}{nearest(name, list(_NAMED))}"
        raise WrongEvent(what, "event", ", ".join(_NAMED))
    return event


def happen(pair: Pair, name: str, arguments: Mapping[str, Value]) -> Told:
    """Let it happen now; what it says of what it did.

    Raises:
        WrongEvent: there is no such event, its arguments are not allowed, or it cannot happen to
            this pair now. Nothing has happened.
    """
    event = event_named(name)
    return event.does(pair, read_all(event, arguments))
