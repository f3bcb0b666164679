"""The lines that a terminal has sent, to be typed again: up and down, as Ctrl-P and Ctrl-N.

ASA CLI configuration guide, "Command-Line Editing": all lines entered before are there. How many
are kept, and that the same line twice running is kept once, is inferred from IOS.
"""

_KEPT = 100


class Recall:
    """Lines of one terminal, oldest first, and which of them is on the screen."""

    def __init__(self) -> None:
        self._lines: list[bytes] = []
        self._at = 0
        """Index of the line that is shown; behind the last one: the line that is being typed."""

    def keep(self, line: bytes) -> None:
        """Remember a line that was sent; a blank one is not."""
        if line.strip() and line != (self._lines[-1] if self._lines else b""):
            self._lines.append(line)
            del self._lines[:-_KEPT]
        self._at = len(self._lines)

    def earlier(self) -> bytes | None:
        """The line before the one that is shown; None: there is none."""
        if not self._at:
            return None
        self._at -= 1
        return self._lines[self._at]

    def later(self) -> bytes | None:
        """The line behind it, an empty one behind the last; None: there is none."""
        if self._at >= len(self._lines):
            return None
        self._at += 1
        return self._lines[self._at] if self._at < len(self._lines) else b""
