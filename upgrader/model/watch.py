"""What an observer of a run or a staging is told. It knows no loop, and the loop knows no view."""

from typing import Protocol

from upgrader.model.law import Phase
from upgrader.model.names import Instant
from upgrader.model.plan import Step
from upgrader.model.report import Report
from upgrader.model.unit import Depth, Snapshot


class Watcher(Protocol):
    """An observer. None of its methods may raise, and none changes what the run does."""

    def clock(self, at: Instant) -> None:
        """Hear what time it is; told before anything that has an instant of its own."""
        ...

    def phase(self, phase: Phase, why: str) -> None:
        """Hear that a phase was entered, on that evidence."""
        ...

    def looking(self, depth: Depth) -> None:
        """Hear that a pass over both units begins."""
        ...

    def seen(self, snapshot: Snapshot) -> None:
        """Hear what the pass saw."""
        ...

    def waiting(self, why: str, until: Instant | None) -> None:
        """Nothing to do yet; patience ends at `until`, None: no limit."""
        ...

    def acting(self, step: Step, lines: tuple[str, ...], where: str) -> None:
        """Hear that the intent is written down and the lines are about to be typed there."""
        ...

    def acted(self, outcome: str, why: str) -> None:
        """Hear the receipt: `done`, `found-done`, `never-arrived`."""
        ...

    def finished(self, report: Report) -> None:
        """Hear that the run is over, well or not."""
        ...


class Unwatched:
    """Nobody looks on."""

    def clock(self, at: Instant) -> None:
        """Pass it over."""

    def phase(self, phase: Phase, why: str) -> None:
        """Pass it over."""

    def looking(self, depth: Depth) -> None:
        """Pass it over."""

    def seen(self, snapshot: Snapshot) -> None:
        """Pass it over."""

    def waiting(self, why: str, until: Instant | None) -> None:
        """Pass it over."""

    def acting(self, step: Step, lines: tuple[str, ...], where: str) -> None:
        """Pass it over."""

    def acted(self, outcome: str, why: str) -> None:
        """Pass it over."""

    def finished(self, report: Report) -> None:
        """Pass it over."""


class StagingWatcher(Protocol):
    """An observer of a staging. None of its methods may raise."""

    def reading(self, name: str, size: int) -> None:
        """Hear that a local file is being read, to compute its digest."""
        ...

    def begins(self, where: str, path: str, size: int | None) -> None:
        """Hear that a file is being brought to a unit; None: nobody knows how large it is."""
        ...

    def moved(self, so_far: int) -> None:
        """Hear how many bytes have been read or sent."""
        ...

    def ended(self, did: str) -> None:
        """Hear what came of it."""
        ...

    def tells(self, text: str) -> None:
        """Hear anything else."""
        ...


class UnwatchedStaging:
    """Nobody looks on."""

    def reading(self, name: str, size: int) -> None:
        """Pass it over."""

    def begins(self, where: str, path: str, size: int | None) -> None:
        """Pass it over."""

    def moved(self, so_far: int) -> None:
        """Pass it over."""

    def ended(self, did: str) -> None:
        """Pass it over."""

    def tells(self, text: str) -> None:
        """Pass it over."""
