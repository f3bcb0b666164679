"""Lines of a story before they are put in order: where each stands, and how much it matters."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from upgrader.model.evidence import Place, What
from upgrader.model.failover import Role
from upgrader.model.night import Absence, Event, Kind, Night
from upgrader.views.postmortem.folding import Line

Key = tuple[int, int]
"""An instant, and the number of an event there: lines are put in order by it."""


@dataclass(frozen=True, slots=True)
class Told:
    """A line, where it stands among the others, and how soon it may be left out."""

    weight: int
    """The lightest stay longest."""
    key: Key
    line: Line


class Order:
    """Where things stand: by their instants, and by their places where there is none."""

    def __init__(self, night: Night) -> None:
        self._began = night.began
        self._places = {
            place: number
            for number, event in reversed([*enumerate(night.events)])
            for place in event.places
        }
        self._before: list[int] = []
        at = night.began
        known = self._anchors(night)
        for number, event in enumerate(night.events):
            stamped = known.get(number) if event.at is None else event.at
            at = at if stamped is None else max(at, stamped)
            self._before.append(at)

    def _anchors(self, night: Night) -> dict[int, int]:
        """Events without a stamp of which a departure or a switchover tells the instant."""
        told = [(away.left, away.places) for away in night.absences]
        told += [(move.at, move.places) for move in night.switchovers]
        return {
            self._places[places[0]]: at
            for at, places in told
            if places and places[0] in self._places
        }

    def of_event(self, event: Event, number: int) -> Key:
        """Of the event with that number."""
        return (self._before[number] if event.at is None else event.at, number)

    def of_return(self, away: Absence) -> Key:
        """Where a unit's return stands: by its instant, else by the line that shows it."""
        left = self.of(away.left, away.places[:1])
        if away.is_back_known or away.back is None:
            return self.of(away.back, ())
        shown = (self._places[one] for one in away.places[1:] if one in self._places)
        number = min((n for n in shown if n > left[1]), default=None)
        return self.of(away.back, ()) if number is None else (self._before[number], number)

    def of(self, at: int | None, places: Sequence[Place]) -> Key:
        """Of anything that has an instant, or places that an event has too."""
        number = next((self._places[one] for one in places if one in self._places), None)
        if number is None:
            instant = self._began if at is None else at
            return instant, bisect_right(self._before, instant)
        return (self._before[number] if at is None else at), number


def line_of(
    at: int | None,
    unit: Role | None,
    kind: Kind,
    what: What,
    text: str,
    places: Sequence[Place] = (),
    *,
    until: int | None = None,
    count: int = 1,
    inferred: bool = False,
) -> Line:
    """A line that says the same in every view; `text` is plain words already."""
    end = at if until is None else until
    return Line(at, end, unit, kind, what, text, count, tuple(places[:2]), inferred, said=text)
