"""A line being typed at a terminal: its characters, the cursor, and what the screen shows of it.

The keys are those of the ASA's command line (CLI configuration guide, "Command-Line Editing",
which refers to the IOS keys). A line that is longer than the screen is shown in part, with `$`
where it goes on: 76 characters and the `$` on a screen of 80 (real 9.2(2)4 → 9.5(2) transcript,
2016). That it scrolls while it is typed, and by how much, is inferred.
"""

from collections.abc import Callable, Mapping

LINE_LIMIT = 510
"""Characters of a line; more are refused with a beep. Inferred: the guides name no number that
we could find, and IOS has 254."""

MARGIN = 3
"""Columns of the screen that a line leaves free, as the transcript's 77 of 80 show."""

MORE = ord("$")


class TypingLine:
    """What has been typed since the prompt."""

    def __init__(self) -> None:
        self.typed = bytearray()
        self.cursor = 0
        self.start = 0
        """The first character that is shown."""
        self.hidden = False
        """Only asterisks are shown."""

    def begin(self, *, hidden: bool) -> None:
        """An empty line."""
        self.typed.clear()
        self.cursor = self.start = 0
        self.hidden = hidden

    def insert(self, run: bytes) -> bytes:
        """Put characters in at the cursor, as many as there is room for; those that went in."""
        taken = run[: max(0, LINE_LIMIT - len(self.typed))]
        self.typed[self.cursor : self.cursor] = taken
        self.cursor += len(taken)
        return taken

    @property
    def at_end(self) -> bool:
        """Whether the cursor stands behind the last character."""
        return self.cursor == len(self.typed)

    def shown(self, room: int) -> tuple[bytes, int]:
        """What the screen shows in that many columns, and in which of them the cursor stands."""
        if self.cursor < self.start + (self.start > 0):
            self.start = max(0, self.cursor - room // 2)
        elif self.cursor >= self.start + room:
            self.start = self.cursor - room // 2
        seen = self.typed[self.start : self.start + room]
        if self.hidden:
            return b"*" * len(seen), self.cursor - self.start
        if self.start:
            seen[0] = MORE
        if self.start + room < len(self.typed):
            seen[-1] = MORE
        return bytes(seen), self.cursor - self.start

    def head(self, room: int) -> bytes:
        """The line from its start, as it stays on the screen when it was sent."""
        if self.hidden:
            return b"*" * min(room, len(self.typed))
        if len(self.typed) <= room:
            return bytes(self.typed)
        return bytes(self.typed[: room - 1]) + bytes((MORE,))


def _rub_out(line: TypingLine) -> None:
    if line.cursor:
        line.cursor -= 1
        del line.typed[line.cursor]


def _delete(line: TypingLine) -> None:
    del line.typed[line.cursor : line.cursor + 1]


def _erase_line(line: TypingLine) -> None:
    line.typed.clear()
    line.cursor = line.start = 0


def _erase_to_end(line: TypingLine) -> None:
    del line.typed[line.cursor :]


def _erase_word(line: TypingLine) -> None:
    before = bytes(line.typed[: line.cursor]).rstrip(b" ")
    word = before.rfind(b" ") + 1
    del line.typed[word : line.cursor]
    line.cursor = word


def _to_start(line: TypingLine) -> None:
    line.cursor = 0


def _to_end(line: TypingLine) -> None:
    line.cursor = len(line.typed)


def _back(line: TypingLine) -> None:
    line.cursor = max(0, line.cursor - 1)


def _forward(line: TypingLine) -> None:
    line.cursor = min(len(line.typed), line.cursor + 1)


EDITS: Mapping[int, Callable[[TypingLine], None]] = {
    0x01: _to_start,
    0x02: _back,
    0x04: _delete,
    0x05: _to_end,
    0x06: _forward,
    0x08: _rub_out,
    0x0B: _erase_to_end,
    0x15: _erase_line,
    0x17: _erase_word,
    0x18: _erase_line,
    0x7F: _rub_out,
}
"""Control characters: ^A ^B ^D ^E ^F ^H ^K ^U ^W ^X DEL."""

ARROWS: Mapping[int, Callable[[TypingLine], None]] = {
    ord("C"): _forward,
    ord("D"): _back,
    ord("H"): _to_start,
    ord("F"): _to_end,
}
"""The last byte of `ESC [ x`: right, left, Home, End. All others (F1 …) do nothing."""

UP, DOWN = ord("A"), ord("B")
"""The last byte of `ESC [ x` that asks for a line typed before, or behind that."""
