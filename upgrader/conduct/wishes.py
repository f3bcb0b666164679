"""What people want of a process that conducts a run, beyond the plan.

Asked at every safe point, answered by somebody outside: a key that was pressed, a request of
another terminal, the hours that a change board allowed. A wish can stop a run; it never makes it
do anything.
"""

from collections.abc import Callable
from dataclasses import dataclass

from upgrader.model.drain import HoldLogins, LogOffBatch
from upgrader.model.plan import FailBack, ReloadStandby, Step, SwitchOver, step_name

AT_YOUR_WORD = "stopped at your word, at a safe point"


def nobody() -> None:
    """Nobody asks to stop."""


def always() -> None:
    """It may be done at any hour."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When a unit may be reloaded, the roles may move, and people may be logged off."""

    said: tuple[str, ...] = ()
    """As a person said it, window by window; (): at any hour."""
    closed: Callable[[], str | None] = always
    """Why it is no time for it now; None: it is."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """Who may stop a run, and where."""

    stop_before: str | None = None
    """A name of `STEP_NAMES`."""
    should_stop: Callable[[], str | None] = nobody
    """Asked at every safe point: why to stop there; None: go on."""
    hours: Hours = Hours()
    """Asked before each reload and each move of roles, and before people are logged off."""

    def against_looking(self) -> str | None:
        """Why this process shall not even look again; None: it shall."""
        return self.should_stop()

    def against(self, step: Step) -> str | None:
        """Why this step shall not be begun now; None: it may."""
        name = step_name(step)
        if self.stop_before == name:
            return f"stopped before {name}, as asked"
        why = self.should_stop()
        if why is not None:
            return why
        if isinstance(step, ReloadStandby | SwitchOver | FailBack | HoldLogins | LogOffBatch):
            closed = self.hours.closed()
            if closed is not None:
                return f"stopped before {name}: {closed}"
        return None
