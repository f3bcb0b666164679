"""Moves: what to do this beat. Every move has a why, and the why is what the operator reads."""

from dataclasses import dataclass
from typing import TypeAlias

from upgrader.model.finding import Moment
from upgrader.model.law import Signal
from upgrader.model.outcome import ExitCode, Next
from upgrader.model.plan import Step


@dataclass(frozen=True, slots=True)
class Do:
    """Carry out a step, journaled before and after; then, if given, arrive at `then`."""

    step: Step
    then: Signal | None
    why: str


@dataclass(frozen=True, slots=True)
class Look:
    """Look fully and ask the rules of that moment; then decide again."""

    moment: Moment | None
    """None: for the evidence only; no rule is asked."""
    why: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do yet, because …"""

    why: str


@dataclass(frozen=True, slots=True)
class Arrive:
    """The evidence says that this has happened."""

    signal: Signal
    why: str


@dataclass(frozen=True, slots=True)
class FoundDone:
    """An open intent turns out to be done: write its receipt, then arrive at `then`."""

    then: Signal | None
    why: str


@dataclass(frozen=True, slots=True)
class NeverArrived:
    """An open intent turns out not to have been carried out: it may be intended again."""

    why: str


@dataclass(frozen=True, slots=True)
class Halt:
    """Go no further. The pair stays as it is."""

    exit_code: ExitCode
    why: str
    next: Next
    wished: bool = False
    """A person wanted it, or the hour: nothing of the pair did."""


Move: TypeAlias = Do | Look | Wait | Arrive | FoundDone | NeverArrived | Halt
