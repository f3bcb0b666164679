"""Progress of a staging: a bar with bytes, rate and what remains; lines where nobody draws."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO

from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from upgrader.model.staging import name_of
from upgrader.views.escape import plain
from upgrader.views.telling import tell, while_anybody_reads
from upgrader.views.text.page import console_on

TOLD_EVERY_PERCENT = 10
"""How often a line is written of a file on its way, where no bar can be drawn."""


class StagingLines:
    """A line at the beginning and the end of each file, and a few between."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._what = ""
        self._size: int | None = None
        self._told = 0

    def reading(self, name: str, size: int) -> None:
        """Tell it."""
        self._begin(f"reading {name}", size)

    def begins(self, where: str, path: str, size: int | None) -> None:
        """Tell it."""
        self._begin(f"{where}: {path}", size)

    def moved(self, so_far: int) -> None:
        """Tell every tenth of a file whose size is known."""
        if not self._size:
            return
        percent = so_far * 100 // self._size
        if percent >= self._told + TOLD_EVERY_PERCENT and percent < 100:
            self._told = percent - percent % TOLD_EVERY_PERCENT
            self._write(f"{self._what}: {self._told} % ({so_far:,} bytes)")

    def ended(self, did: str) -> None:
        """Tell it."""
        self._write(f"{self._what}: {did}")

    def tells(self, text: str) -> None:
        """Tell it."""
        self._write(text)

    def _begin(self, what: str, size: int | None) -> None:
        self._what, self._size, self._told = what, size, 0
        self._write(what if size is None else f"{what} ({size:,} bytes)")

    def _write(self, text: str) -> None:
        tell(self._stream, plain(text))


class StagingBars:
    """One bar a file: bytes, rate, what remains."""

    def __init__(self, stream: TextIO, environment: Mapping[str, str]) -> None:
        self._stream = stream
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=console_on(stream, environment),
        )
        self._task: TaskID | None = None

    def reading(self, name: str, size: int) -> None:
        """Draw a bar for it."""
        self._begin(f"reading {name}", size)

    def begins(self, where: str, path: str, size: int | None) -> None:
        """Draw a bar for it."""
        self._begin(f"{where}: {name_of(path)}", size)

    def moved(self, so_far: int) -> None:
        """Move the bar."""
        if self._task is not None:
            self._progress.update(self._task, completed=so_far)

    def ended(self, did: str) -> None:
        """Leave the bar as it is, with what came of it."""
        if self._task is not None:
            task = self._progress.tasks[self._task]
            self._progress.update(self._task, description=f"{task.description}: {plain(did)}")
            self._progress.stop_task(self._task)
            self._task = None

    def tells(self, text: str) -> None:
        """Write it above the bars."""
        with while_anybody_reads(self._stream):
            self._progress.console.print(plain(text), style="dim")

    def stop(self) -> None:
        """Give the terminal back."""
        with while_anybody_reads(self._stream):
            self._progress.stop()

    def _begin(self, what: str, size: int | None) -> None:
        with while_anybody_reads(self._stream):
            self._progress.start()
        self._task = self._progress.add_task(plain(what), total=size)


@contextmanager
def staging_progress_on(
    stream: TextIO, environment: Mapping[str, str] = os.environ
) -> Iterator[StagingBars | StagingLines]:
    """What suits the stream: bars only on a terminal that wants them."""
    animated = stream.isatty() and not environment.get("NO_COLOR")
    if not animated or environment.get("TERM") == "dumb":
        yield StagingLines(stream)
        return
    shown = StagingBars(stream, environment)
    try:
        yield shown
    finally:
        shown.stop()
