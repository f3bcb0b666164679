"""The manner in which a night is conducted: today's own, or one that an earlier night fits into."""

from collections.abc import Callable
from dataclasses import dataclass

from upgrader.model.finding import Finding, Moment
from upgrader.model.law import Signal


def _all(_moment: Moment, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return findings


@dataclass(frozen=True, slots=True)
class Manner:
    """How the pair is looked at, and what of the rules is heeded."""

    thrifty: bool = True
    """What hardly changes, or costs a log-in, is not asked on every look."""
    heeded: Callable[[Moment, tuple[Finding, ...]], tuple[Finding, ...]] = _all
    """Which of the findings of a moment count."""
    same_words: bool = True
    """Whether a halt of today must be told as on the night, to be the same."""
    sooner: frozenset[Signal] = frozenset()
    """Signals on which such a night ended at once, where today it is looked at once more."""


TODAY = Manner()
"""A night of today: frugal with log-ins, and every finding counts."""
