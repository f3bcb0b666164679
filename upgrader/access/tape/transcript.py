"""Transcripts: what a person would have seen on the terminal, one file a unit, secrets redacted."""

from pathlib import Path

from upgrader.journal.disk import Disk
from upgrader.journal.entry import Asked
from upgrader.model.names import Digest, Instant, Seat, Serial

LINES_SHOWN = 200
"""Of a reply; the rest lies in the blob. Our choice: a listing of 10,000 sessions is 7 MB."""


class Transcripts:
    """Appends to the files under `transcript/` of a run's folder."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self._folder = folder
        self._disk = disk

    def wrote(
        self, unit: Serial | Seat, at: Instant, before: str, asked: Asked, reply: str
    ) -> None:
        """Add a line, typed behind the prompt `before`, and its reply. All is redacted already."""
        shown = _shortened(reply, asked.blob)
        self._append(unit, f"── {spell(at)}\n{before} {asked.line}\n{shown}")

    def noted(self, unit: Serial | Seat, at: Instant, what: str) -> None:
        """Add a remark: a console opened, or no answer."""
        self._append(unit, f"── {spell(at)} · {what}\n")

    def _append(self, unit: Serial | Seat, text: str) -> None:
        name = "".join(c if c.isalnum() or c in "._-" else "_" for c in unit).lstrip(".") or "_"
        self._disk.append(self._folder / f"{name}.txt", text.encode())


def spell(at: Instant) -> str:
    """Spell an instant of the run's axis: `1:02:03.450`."""
    seconds, ms = divmod(at, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}.{ms:03}"


def _shortened(reply: str, blob: Digest) -> str:
    lines = reply.splitlines()
    text = "".join(f"{line}\n" for line in lines[:LINES_SHOWN])
    left = len(lines) - LINES_SHOWN
    if left <= 0:
        return text
    return f"{text}… {left:,} more lines: tape/{blob.removeprefix('sha256:')}.z\n"
