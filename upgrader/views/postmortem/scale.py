"""Instants to columns of the picture, and round instants for its axis."""

from dataclasses import dataclass

WIDTH = 960
LEFT = 78
RIGHT = 8
PLOT = WIDTH - LEFT - RIGHT
LETTER = 6.2
"""About the width of a letter at 11 px."""

_SECOND, _MINUTE, _HOUR, _DAY = 1_000, 60_000, 3_600_000, 86_400_000
STEPS = (
    *(n * _SECOND for n in (1, 2, 5, 10, 15, 30)),
    *(n * _MINUTE for n in (1, 2, 5, 10, 15, 30)),
    *(n * _HOUR for n in (1, 2, 3, 6, 12)),
    *(n * _DAY for n in (1, 2, 7, 30, 90, 365)),
)
"""How far apart the instants of an axis may be."""
TICKS = 8
"""So many of them at most."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A night laid onto the picture."""

    began: int
    ended: int

    def x(self, at: int) -> float:
        """Where an instant stands; what lies outside stands at the edge."""
        share = (at - self.began) / (self.ended - self.began)
        return round(LEFT + min(max(share, 0.0), 1.0) * PLOT, 2)

    def inside(self, x: float, words: str) -> float:
        """Where words that are to stand there can stand without being cut off."""
        return round(min(x, WIDTH - len(words) * LETTER / 2), 2)

    def ticks(self) -> list[int]:
        """Round instants, so few that they can be told apart."""
        length = self.ended - self.began
        step = next((s for s in STEPS if length <= s * TICKS), -(-length // TICKS))
        first = -(-self.began // step) * step
        return [*range(first, self.ended + 1, step)]
