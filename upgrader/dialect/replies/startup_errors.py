"""`show startup-config errors`: what failed when the configuration was executed at boot."""

from upgrader.dialect.commands import SHOW_STARTUP_ERRORS
from upgrader.dialect.refusals import refusal_in
from upgrader.dialect.replies.screen import lines_of
from upgrader.dialect.secrets import masked
from upgrader.ports import Unparsed

_NONE = "INFO: No configuration errors"


def read_startup_errors(text: str) -> tuple[str, ...]:
    """Read `show startup-config errors`: its lines, secrets masked; () where there are none.

    Lines that tell how far the file was read (`Reading from flash:`, `!`) are left out.

    Raises:
        Unparsed: it says nothing, or the device refused.

    Source: ASA command reference, `show startup-config errors`; no capture was found.
    """
    lines = lines_of(SHOW_STARTUP_ERRORS, masked(text))
    if not lines or _is_refused(text, lines):
        raise Unparsed(SHOW_STARTUP_ERRORS, text, "neither errors nor the word that there are none")
    return tuple(line for line in lines if line != _NONE and not _is_progress(line))


def _is_refused(text: str, lines: list[str]) -> bool:
    """Whether the line itself was refused: a caret points into it, and one sentence follows."""
    return refusal_in(text) is not None and len(lines) <= 3 and lines[0] == "^"


def _is_progress(line: str) -> bool:
    return line.startswith("Reading from ") or not line.strip("!.")
