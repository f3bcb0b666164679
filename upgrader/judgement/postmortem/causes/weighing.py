"""A cause while it is weighed: its marks are put on either side, and then it is closed."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from upgrader.judgement.postmortem.causes.texts import TEXTS
from upgrader.judgement.postmortem.facts.standing import places
from upgrader.judgement.postmortem.facts.told import Loss
from upgrader.model.cause import Cause, CauseName, Likelihood, Mark
from upgrader.model.night import Life

RANKS = tuple(Likelihood)

_WHY = {
    Likelihood.UNLIKELY: "not seen, where it would be: {}",
    Likelihood.UNKNOWN: "the records do not reach to where it would show: {}",
}
"""What is told of a cause without a mark on either side: what was looked for."""


def at_most(likelihood: Likelihood, limit: Likelihood) -> Likelihood:
    """The likelihood, but no more than the limit."""
    return max(likelihood, limit, key=RANKS.index)


@dataclass(slots=True)
class Scale:
    """Marks for a cause and against it."""

    name: CauseName
    harm_at: int | None = None
    _for: list[Mark] = field(default_factory=list)
    _against: list[Mark] = field(default_factory=list)
    _people: set[str] = field(default_factory=set)

    def speaks_for(self, text: str, *sources: object) -> None:
        """Put a mark on its side; the sources are events, screens, lives."""
        self._for.append(Mark(text, places(*sources)))

    def speaks_against(self, text: str, *sources: object) -> None:
        """Put a mark on the other side."""
        self._against.append(Mark(text, places(*sources)))

    def harmed(self, lives: Iterable[Life | Loss | str], at: int | None = None) -> None:
        """Whom it harmed, and from when; the earliest instant stays."""
        for life in lives:
            match life:
                case Loss(life=lost):
                    self._people.add(lost.user)
                case Life(user=user):
                    self._people.add(user)
                case str():
                    self._people.add(life)
        self._people.discard("")
        if at is not None:
            self.harm_at = at if self.harm_at is None else min(at, self.harm_at)

    def closed(self, likelihood: Likelihood) -> Cause:
        """The cause, judged."""
        text = TEXTS[self.name]
        against = self._against
        if not self._for and not against and likelihood in _WHY:
            against = [Mark(_WHY[likelihood].format(text.seen[0]))]
        return Cause(
            self.name,
            likelihood,
            text.says,
            tuple(self._for),
            tuple(against),
            text.settled_by,
            self.harm_at,
            tuple(sorted(self._people)),
        )
