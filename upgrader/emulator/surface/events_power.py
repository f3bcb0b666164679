"""Events of power and of the cables between the units."""

from collections.abc import Mapping

from upgrader.emulator.surface import faults
from upgrader.emulator.surface.event_words import UNIT, Event, Told, Value, choice, unit_of
from upgrader.emulator.tables import Pair

_LINK = choice("link", ("failover", "state", "both"), "which cable between the units", "failover")
_PHYSICAL = "our fault model: a cable is whole or cut"
_POWER = "our fault model: power is there or not"


def _cut_link(pair: Pair, values: Mapping[str, Value]) -> Told:
    lan, state = values["link"] != "state", values["link"] != "failover"
    faults.cut_link(pair, lan=lan, state=state)
    return {}


def _join_link(pair: Pair, values: Mapping[str, Value]) -> Told:
    lan, state = values["link"] != "state", values["link"] != "failover"
    faults.join_link(pair, lan=lan, state=state)
    return {}


def _pull_power(pair: Pair, values: Mapping[str, Value]) -> Told:
    faults.pull_power(pair, unit_of(values))
    return {}


def _give_power(pair: Pair, values: Mapping[str, Value]) -> Told:
    faults.give_power(pair, unit_of(values))
    return {}


POWER = (
    Event(
        "cut-link",
        "The cable of the failover link, of the state link, or both are cut.",
        (_LINK,),
        _PHYSICAL,
        _cut_link,
    ),
    Event(
        "join-link",
        "The cables are joined again; a gap shorter than the hold time is caught up silently.",
        (_LINK,),
        _PHYSICAL,
        _join_link,
    ),
    Event("pull-power", "A unit loses power at once.", (UNIT,), _POWER, _pull_power),
    Event(
        "give-power",
        "A unit without power gets it back, and boots.",
        (UNIT,),
        _POWER,
        _give_power,
    ),
)
"""In the order of the reference page."""
