"""Where things stand in the sources: the places of events, screens, lives and the like."""

from collections.abc import Iterable

from upgrader.judgement.postmortem.facts.told import Loss
from upgrader.model.evidence import Place, Screen
from upgrader.model.night import Absence, Event, Life, Switchover


def places(*sources: object, most: int = 8) -> tuple[Place, ...]:
    """Where events, screens, lives and the like stand; each place once, and only the first."""
    found: dict[Place, None] = {}
    for source in sources:
        for place in _places(source):
            found.setdefault(place, None)
    return tuple(found)[:most]


def _places(source: object) -> Iterable[Place]:
    if isinstance(source, Place):
        return (source,)
    if isinstance(source, Event | Life | Switchover | Absence):
        return source.places
    if isinstance(source, Screen):
        return (source.place,)
    if isinstance(source, Loss):
        return source.life.places
    if isinstance(source, tuple | list):
        return [place for one in source for place in _places(one)]
    return ()
