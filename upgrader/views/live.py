"""Progress while a run goes on: on standard error, drawn on a terminal, plain lines elsewhere."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO

from rich.console import Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from upgrader.model.law import Phase
from upgrader.model.names import Instant
from upgrader.model.plan import Step
from upgrader.model.report import DARK, Report
from upgrader.model.unit import Dark, Depth, Snapshot, Unit
from upgrader.views.escape import plain
from upgrader.views.telling import tell, while_anybody_reads
from upgrader.views.text.page import console_on
from upgrader.views.wording import clock, title

KEPT_LINES = 6
"""How many acts and phases stay in sight above the present."""


class _Elapsed:
    """Device time since the first instant, over clocks that may begin anew (a run has its own)."""

    def __init__(self) -> None:
        self._began: int | None = None
        self._last = 0

    def hear(self, at: Instant) -> None:
        """It is that instant now."""
        if self._began is None:
            self._began = at
        elif at < self._last:
            self._began -= self._last - at
        self._last = at

    @property
    def now(self) -> str:
        """Since the first instant until the last: `0:04:33`."""
        return self.at(Instant(self._last))

    def at(self, instant: Instant) -> str:
        """Since the first instant until then."""
        return clock(Instant(instant - (self._began or 0)))


class PlainProgress:
    """A line a fact, as it becomes known: for logs, pipes and `NO_COLOR`."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._elapsed = _Elapsed()
        self._last_why = ""
        self._states: dict[str, str] = {}

    def clock(self, at: Instant) -> None:
        """Hear what time it is."""
        self._elapsed.hear(at)

    def phase(self, phase: Phase, why: str) -> None:
        """Tell the phase."""
        self._tell(f"{phase.value}: {why}")
        self._last_why = ""

    def looking(self, depth: Depth) -> None:
        """Nothing to tell."""

    def seen(self, snapshot: Snapshot) -> None:
        """Tell a unit's line where it differs from the last."""
        for unit in (snapshot.primary, snapshot.secondary):
            now = unit_words(unit)
            if self._states.get(unit.role.value) != now:
                self._states[unit.role.value] = now
                self._tell(f"{unit.role.value} {now} {session_words(unit)}".rstrip())

    def waiting(self, why: str, until: Instant | None) -> None:
        """Tell what is waited for, once."""
        if why != self._last_why:
            self._last_why = why
            limit = "" if until is None else f" (until {self._elapsed.at(until)} at most)"
            self._tell(f"waiting: {why}{limit}")

    def acting(self, step: Step, lines: tuple[str, ...], where: str) -> None:
        """Tell the step and its lines."""
        self._tell(title(step) + (f", on {where}:" if lines else ""))
        for line in lines:
            self._tell(f"    {line}")

    def acted(self, outcome: str, why: str) -> None:
        """Tell a receipt that is not simply `done`."""
        if outcome != "done":
            self._tell(f"{outcome}: {why}")

    def finished(self, report: Report) -> None:
        """Nothing to tell: the report follows."""

    def stop(self) -> None:
        """Nothing is drawn that would have to be taken away."""

    def _tell(self, text: str) -> None:
        indent = text[: len(text) - len(text.lstrip())]
        tell(self._stream, f"[{self._elapsed.now}] {indent}{plain(text.lstrip())}")


class LiveProgress:
    """The present, redrawn in place: phase, what is waited for, both units, elapsed device time."""

    def __init__(self, stream: TextIO, environment: Mapping[str, str]) -> None:
        self._stream = stream
        self._phase = Phase.PLANNED.value
        self._now = ""
        self._until: Instant | None = None
        self._snapshot: Snapshot | None = None
        self._elapsed = _Elapsed()
        self._past: tuple[str, ...] = ()
        self._live = Live(
            console=console_on(stream, environment),
            auto_refresh=False,
            transient=True,
            get_renderable=self._draw,
        )

    def clock(self, at: Instant) -> None:
        """Hear what time it is."""
        self._elapsed.hear(at)

    def phase(self, phase: Phase, why: str) -> None:
        """Show the phase."""
        self._phase = phase.value
        self._now, self._until = why, None
        self._remember(f"{phase.value}: {why}")

    def looking(self, depth: Depth) -> None:
        """Show that a full look is under way; glances are too many to tell."""
        if depth.is_full:
            self._now = "looking closely at both units"
            self._refresh()

    def seen(self, snapshot: Snapshot) -> None:
        """Show both units."""
        self._snapshot = snapshot
        self._refresh()

    def waiting(self, why: str, until: Instant | None) -> None:
        """Show what is waited for, and until when."""
        self._now, self._until = f"waiting: {why}", until
        self._refresh()

    def acting(self, step: Step, lines: tuple[str, ...], where: str) -> None:
        """Show the step that is being done."""
        self._now, self._until = f"{title(step)}, on {where}", None
        typed = f": {'; '.join(lines)}" if lines else ""
        self._remember(f"{title(step)}{typed}")

    def acted(self, outcome: str, why: str) -> None:
        """Show a receipt that is not simply `done`."""
        if outcome != "done":
            self._remember(f"{outcome}: {why}")

    def finished(self, report: Report) -> None:  # noqa: ARG002  another view shows the report
        """Take the picture away; the report follows."""
        self.stop()

    def stop(self) -> None:
        """Give the terminal back; content if it was given back already."""
        with while_anybody_reads(self._stream):
            self._live.stop()

    def _remember(self, text: str) -> None:
        self._past = (*self._past, f"{self._elapsed.now}  {plain(text)}")[-KEPT_LINES:]
        self._refresh()

    def _refresh(self) -> None:
        with while_anybody_reads(self._stream):
            if not self._live.is_started:
                self._live.start()
            self._live.refresh()

    def _draw(self) -> Group:
        limit = "" if self._until is None else f" (until {self._elapsed.at(self._until)} at most)"
        units = Table.grid(padding=(0, 2))
        if self._snapshot is not None:
            for unit in (self._snapshot.primary, self._snapshot.secondary):
                units.add_row(
                    Text(unit.role.value, style="dim"),
                    Text(plain(unit_words(unit))),
                    Text(session_words(unit)),
                )
        return Group(
            *(Text(line, style="dim", overflow="ellipsis", no_wrap=True) for line in self._past),
            Text(f"{self._elapsed.now}  {self._phase}", style="bold"),
            Text(plain(self._now) + limit),
            units,
        )


@contextmanager
def progress_on(
    stream: TextIO, environment: Mapping[str, str] = os.environ
) -> Iterator[LiveProgress | PlainProgress]:
    """What suits the stream, taken away at the end: animation only on a terminal that wants it."""
    animated = stream.isatty() and not environment.get("NO_COLOR")
    if not animated or environment.get("TERM") == "dumb":
        yield PlainProgress(stream)
        return
    shown = LiveProgress(stream, environment)
    try:
        yield shown
    finally:
        shown.stop()


def unit_words(unit: Unit | Dark) -> str:
    """Serial, state and version of a unit in a few words."""
    match unit:
        case Unit():
            return f"{unit.serial} {unit.state.value} {unit.running}"
        case Dark():
            return f"{unit.serial or 'serial not known'} {DARK}"


def session_words(unit: Unit | Dark) -> str:
    """How many sessions a unit shows; empty where nobody asked."""
    match unit:
        case Unit(summary=summary) if summary is not None:
            return f"{summary.total:,} sessions"
        case Unit() | Dark():
            return ""
