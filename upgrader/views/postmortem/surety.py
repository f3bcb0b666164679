"""Which instants of a night are stamped, and which are only where a line without a stamp stands."""

from collections.abc import Sequence

from upgrader.model.evidence import Place
from upgrader.model.night import Absence, Event, Life, Night
from upgrader.model.postmortem import Postmortem

Reach = tuple[int, int]
"""From when until when something may have happened."""


class Stamps:
    """What the lines of a night say of their instants.

    A terminal's log without stamps has an order only: what it tells is laid between two stamped
    lines, and the instant that it has there is a bound, not a time.
    """

    def __init__(self, night: Night) -> None:
        self._loose: dict[Place, Event] = {}
        for event in night.events:
            if event.at is None:
                for place in event.places:
                    self._loose.setdefault(place, event)
        self._stamped: frozenset[tuple[Place, int]] = frozenset()
        if self._loose:  # Of a log all lines are stamped, and nobody needs to know which.
            self._stamped = frozenset(
                (place, event.at)
                for event in night.events
                if event.at is not None
                for place in event.places
            )

    def is_exact(self, at: int, places: Sequence[Place]) -> bool:
        """Whether one of the places says this instant, or none of them lacks a stamp."""
        if all(place not in self._loose for place in places):
            return True
        return any((place, at) in self._stamped for place in places)

    def reach(self, places: Sequence[Place]) -> Reach | None:
        """When what stands there may have happened; None: its place in the order is all."""
        for place in places:
            event = self._loose.get(place)
            if event is not None and event.between is not None:
                return event.between
        return None

    def says_when(self, places: Sequence[Place]) -> bool:
        """Whether any of these lines has a stamp."""
        return not places or any(place not in self._loose for place in places)

    def knows_life(self, life: Life) -> bool:
        """Whether the instants of a session are stamped, as far as it has any."""
        instants = (life.began, life.ended, life.cut_at, life.again)
        return all(at is None or self.is_exact(at, life.places) for at in instants)


def knows_harm(postmortem: Postmortem, stamps: Stamps) -> bool:
    """Whether the instants of the sessions of those who were harmed are stamped."""
    harmed = frozenset(postmortem.impact.users)
    return all(stamps.knows_life(life) for life in postmortem.night.lives if life.user in harmed)


def left_within(away: Absence, stamps: Stamps) -> Reach:
    """From when until when a unit may have gone; twice the same where that is known."""
    if away.is_left_known:
        return away.left, away.left
    reach = stamps.reach(away.places)
    until = away.left if reach is None else reach[1]
    return away.left, until if away.back is None else max(away.left, min(until, away.back))
