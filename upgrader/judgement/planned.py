"""What every plan says alike: a step with the lines that it means, and a boot order that fits."""

from collections.abc import Sequence

from upgrader.dialect.commands import changing_lines, harvest_lines
from upgrader.model.plan import Harvest, PlannedStep, Step, TypedLines
from upgrader.model.unit import path_key

_MOST_BOOT_LINES = 4
_SINGLE_BOOT_LINE = ("FPR-1", "FPR-2", "FPR1", "FPR2")
"""Firepower 1000/2100: one `boot system` line only, so that there is no fallback entry."""


def planned(step: Step, where: str, why: str) -> PlannedStep:
    """A step, the lines that are typed for it, where, and why it is taken."""
    lines = harvest_lines(step) if isinstance(step, Harvest) else changing_lines(step)
    return PlannedStep(step, TypedLines(where, lines), why)


def boot_order(hardware: str, first: str, others: Sequence[str]) -> tuple[str, ...]:
    """That image first and the others behind it, without it, as many as the hardware takes."""
    if hardware.upper().startswith(_SINGLE_BOOT_LINE):
        return (first,)
    rest = [path for path in others if path_key(path) != path_key(first)]
    return (first, *rest)[:_MOST_BOOT_LINES]
