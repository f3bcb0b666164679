"""What a postmortem is being made of, for whoever waits: on a terminal, when it takes a while."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol, TextIO

from rich.live import Live
from rich.text import Text

from upgrader.views.escape import plain
from upgrader.views.telling import tell, while_anybody_reads
from upgrader.views.text.page import console_on

PATIENCE_SECONDS = 2.0
"""Whatever is done before that needs no word."""
_REDRAWN_SECONDS = 0.2
_A_LINE_SECONDS = 5.0
_MB = 1 << 20


class Along(Protocol):
    """Hears what is being done."""

    def doing(self, what: str) -> None:
        """It goes on with that."""

    def reading(self, name: str, done: int, size: int) -> None:
        """So many bytes of so many of a file are read; `size` 0: it is not known."""


class Unheard:
    """Nobody waits at a terminal."""

    def doing(self, what: str) -> None:
        """Nothing to tell."""

    def reading(self, name: str, done: int, size: int) -> None:
        """Nothing to tell."""


class Waiting:
    """Tells it from the third second on: one line that is drawn anew, or a plain one now and then.

    `now` is in seconds since whenever.
    """

    def __init__(
        self,
        stream: TextIO,
        now: Callable[[], float],
        environment: Mapping[str, str] = os.environ,
        *,
        animated: bool,
    ) -> None:
        self._stream, self._now = stream, now
        self._due = now() + PATIENCE_SECONDS
        self._line = ""
        self._live = (
            Live(
                console=console_on(stream, environment),
                auto_refresh=False,
                transient=True,
                get_renderable=self._draw,
            )
            if animated
            else None
        )

    def doing(self, what: str) -> None:
        """Tell it."""
        self._hear(what, at_once=True)

    def reading(self, name: str, done: int, size: int) -> None:
        """Tell the file, and how far it is read."""
        far = f": {done // _MB:,} of {size // _MB:,} MB" if size >= _MB else ""
        self._hear(f"reading {name}{far}", at_once=False)

    def stop(self) -> None:
        """Take the line away."""
        if self._live is not None:
            with while_anybody_reads(self._stream):
                self._live.stop()

    def _hear(self, what: str, *, at_once: bool) -> None:
        self._line = f"{plain(what)} …"
        now = self._now()
        if self._live is None:
            if now >= self._due:
                self._due = now + _A_LINE_SECONDS
                tell(self._stream, self._line)
            return
        if now >= self._due or (at_once and self._live.is_started):
            self._due = now + _REDRAWN_SECONDS
            with while_anybody_reads(self._stream):
                if not self._live.is_started:
                    self._live.start()
                self._live.refresh()

    def _draw(self) -> Text:
        return Text(self._line, style="dim", overflow="ellipsis", no_wrap=True)


@contextmanager
def along_on(
    stream: TextIO, now: Callable[[], float], environment: Mapping[str, str] = os.environ
) -> Iterator[Along]:
    """What suits the stream, taken away at the end: nothing where nobody waits at a terminal."""
    if not stream.isatty():
        yield Unheard()
        return
    animated = not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"
    waiting = Waiting(stream, now, environment, animated=animated)
    try:
        yield waiting
    finally:
        waiting.stop()
