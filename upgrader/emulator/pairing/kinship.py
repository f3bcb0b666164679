"""Whether two units may form a pair: releases, context modes, service cards.

A release or a mode that is not compatible turns failover off on the unit that finds it out; a
different card is told and no more: a real pair of 2016 stands with a card in one unit only. Of
licences a scenario says nothing (ASA syslog guide, 103006, 105040, 105044 to 105048).
"""

from upgrader.emulator.pairing.states import are_compatible
from upgrader.emulator.scenario import Module
from upgrader.emulator.syslog import log
from upgrader.emulator.tables import Pair


def hindrance(pair: Pair) -> str | None:
    """Why the units cannot form a pair, as history says it (inferred); None: they can."""
    one, other = pair.units
    if not are_compatible(one.version, other.version):
        return "Mate version is not compatible"
    if _mode(pair, 0) != _mode(pair, 1):
        return "Mate operational mode is not compatible"
    return None


def tell_hindrance(pair: Pair, u: int) -> None:
    """What unit u logs before it turns failover off."""
    if are_compatible(pair.units[0].version, pair.units[1].version):
        log.tell(pair, u, 105_044, theirs=_mode(pair, 1 - u), ours=_mode(pair, u))
    else:
        log.tell(pair, u, 105_040)
    log.tell(pair, u, 105_001)


def tell_cards(pair: Pair) -> None:
    """Each unit logs in which slots its mate has another card or another application."""
    for u in (0, 1):
        ours, theirs = _cards(pair, u), _cards(pair, 1 - u)
        for slot in sorted(ours.keys() & theirs.keys()):
            card, other = ours[slot], theirs[slot]
            if card.card != other.card:
                log.tell(pair, u, 105_047, theirs=other.card, slot=slot, ours=card.card)
            elif card.service != other.service:
                log.tell(pair, u, 105_048, theirs=other.service, ours=card.service)


def _cards(pair: Pair, u: int) -> dict[int, Module]:
    return {module.slot: module for module in pair.scenario.units[u].modules}


def _mode(pair: Pair, u: int) -> str:
    return "Multiple" if "mode multiple" in pair.units[u].running else "Single"
