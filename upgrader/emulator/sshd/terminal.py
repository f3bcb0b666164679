r"""A console's terminal, without sockets: bytes in, lines out; answers in, bytes out.

Terminal ──receive(bytes)──► next_event() ──► Typed | HelpWanted | EndWanted | …
         ◄─answer(text, prompt, expects)──     (then it takes in nothing until the answer)
         ──► data_to_send()

It echoes. What is typed while a command runs waits and is echoed when the command is done.
`\r`, `\n` and `\r\n` are one end of line. A prompt stands behind a `\r`, with a blank at its
end (real 9.12 session, oxidized).

Not chosen: the line editor of the SSH library. It redraws the whole line with ANSI sequences at
each key, and clients that compare the echo find another text.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from upgrader.emulator.sshd.characters import on_screen, plain_run, typed_text
from upgrader.emulator.sshd.recall import Recall
from upgrader.emulator.sshd.typing_line import (
    ARROWS,
    DOWN,
    EDITS,
    LINE_LIMIT,
    MARGIN,
    UP,
    TypingLine,
)
from upgrader.emulator.talk import INTERRUPT, Expects

CR, LF = 0x0D, 0x0A
BEEP = b"\a"
MORE = b"<--- More --->"
UNMORE = b"\r" + b" " * len(MORE) + b"\r"
"""How the word is taken from the screen again; inferred, and what expect scripts remove."""
HELD = 256
"""Pieces to be sent after which no more is read before they are: a key may draw a whole line, and
a client that sends a million of them must not fill this machine's memory. Our choice."""

NARROWEST = 20
"""Columns left for typing below which a line is not shown in part. Our choice."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A line, or the key that a question wanted. The terminal waits for its answer."""

    line: str


@dataclass(frozen=True, slots=True)
class HelpWanted:
    """`?` was pressed behind this text. The terminal waits for `help`."""

    typed: str


@dataclass(frozen=True, slots=True)
class LeftConfiguration:
    """Ctrl-Z. The terminal waits for an answer, as for a line."""


@dataclass(frozen=True, slots=True)
class EndWanted:
    """Tab was pressed behind this text. The terminal waits for `complete`."""

    typed: str


Event = Typed | HelpWanted | EndWanted | LeftConfiguration


class _Does(Enum):
    WAITS = "waits for an answer"
    READS = "reads what is typed"
    PAGES = "shows a page and waits for a key"


class Terminal:
    """One console's terminal."""

    def __init__(self, width: int = 80) -> None:
        self.width = width
        """Columns of the screen."""
        self._does = _Does.WAITS
        self._input = bytearray()
        self._out: list[bytes] = []
        self._line = TypingLine()
        self._recall = Recall()
        self._prompt = b""
        self._above = b""
        """What stands on the lines above the prompt's last."""
        self._expects = Expects.LINE
        self._asks = False
        self._after_cr = False
        self._escape = 0
        """Bytes of an escape sequence so far."""
        self._rest: list[bytes] = []
        """Lines of the answer that were not shown yet, last first."""
        self._page = 0
        self._late = ""
        """What the unit said by itself while a page was shown."""

    # ── from the wire ──────────────────────────────────────────────────────────────────

    def receive(self, data: bytes) -> None:
        """Take in what the client sent."""
        self._input += data

    @property
    def unread(self) -> int:
        """How many bytes of the client wait until a command is done."""
        return len(self._input)

    @property
    def is_held(self) -> bool:
        """Whether what was typed would be read on, once `data_to_send` has been taken."""
        return bool(self._input) and self._does is not _Does.WAITS

    def next_event(self) -> Event | None:
        """What the person wants; None: nothing yet, or an answer is awaited, or it `is_held`."""
        while self.is_held and len(self._out) < HELD:
            if self._does is _Does.PAGES:
                self._page_key(self._next_byte())
                continue
            event = self._read()
            if event is not None:
                return event
        return None

    def data_to_send(self) -> bytes:
        """What the client has to be sent, and is then forgotten here."""
        data = b"".join(self._out)
        self._out.clear()
        return data

    # ── from the pair ──────────────────────────────────────────────────────────────────

    def answer(
        self,
        text: str,
        prompt: str,
        expects: Expects = Expects.LINE,
        *,
        asks: bool = False,
        page: int = 0,
    ) -> None:
        r"""Show what a command printed, in pages of so many lines (0: at once); then the prompt.

        `asks`: the prompt is a command's question, which no `\r` stands before.
        """
        self._prompt_is(prompt, expects, asks=asks)
        shown = on_screen(text)
        if shown and not shown.endswith(b"\n"):
            shown += b"\r\n"
        if page and shown.count(b"\n") > page:
            self._rest = shown.splitlines(keepends=True)[::-1]
            self._page = page
            self._does = _Does.PAGES
            self._show_lines(page)
            return
        self._out.append(shown)
        self._ask()

    def unasked(self, text: str, prompt: str | None = None) -> None:
        """Show what the unit said by itself; a prompt and what is typed stand again behind it.

        `prompt`: what it is now; None: it stays (a question). A text that begins with a line's
        end ends the prompt's line itself (real 9.23(1) console: `Switching to Standby`).
        """
        if prompt is not None:
            self._prompt_is(prompt, self._expects, asks=self._asks)
        match self._does:
            case _Does.WAITS:
                self._out.append(on_screen(text))
            case _Does.PAGES:
                self._late += text
            case _Does.READS:
                self._out.append(on_screen(text if text.startswith("\n") else f"\n{text}"))
                self._refresh(0)

    def help(self, text: str) -> None:
        """Show what `?` found; the line goes on being typed."""
        self._out.append(on_screen(text))
        self._does = _Does.READS
        self._refresh(0)

    def complete(self, rest: str) -> None:
        """The rest of the word behind Tab; empty: the line stands again (real session, pasted)."""
        self._does = _Does.READS
        if rest:
            self._put(rest.encode())
        else:
            self._out.append(b"\r\n")
            self._refresh(0)

    # ── reading a line ─────────────────────────────────────────────────────────────────

    def _read(self) -> Event | None:
        """Take the next key, or as many characters as are plain text."""
        if self._expects is Expects.KEY:
            return self._key(self._next_byte())
        run = 0 if self._escape else plain_run(self._input, literal=self._takes_all)
        if run:
            self._put(bytes(self._input[:run]))
            del self._input[:run]
            return None
        return self._control(self._next_byte())

    def _next_byte(self) -> int:
        byte = self._input[0]
        del self._input[:1]
        return byte

    @property
    def _takes_all(self) -> bool:
        """Whether `?` is a character like others: in the answer to a question."""
        return self._asks or self._expects is Expects.HIDDEN

    def _put(self, run: bytes) -> None:
        self._after_cr = False
        line, before = self._line, len(self._line.typed)
        plain = line.at_end and not line.start
        taken = line.insert(run)
        if len(taken) < len(run):
            self._out.append(BEEP)
        if plain and len(line.typed) <= self._room:
            self._out.append(b"*" * len(taken) if line.hidden else taken)
        elif taken:
            self._refresh(before)

    def _control(self, byte: int) -> Event | None:
        after_cr, self._after_cr = self._after_cr, byte == CR
        if self._escape:
            self._escaped(byte)
            return None
        match byte:
            case 0x0A if after_cr:
                return None
            case 0x0A | 0x0D:
                return self._sent()
            case 0x1B:
                self._escape = 1
            case 0x3F:  # `?`, or it would have been plain text
                self._out.append(b"?\r\n")
                self._does = _Does.WAITS
                return HelpWanted(typed_text(self._line.typed))
            case 0x09 if not self._takes_all and self._line.at_end:
                self._does = _Does.WAITS
                return EndWanted(typed_text(self._line.typed))
            case 0x03:
                self._out.append(b"^C\r\n")
                if self._asks:
                    self._does = _Does.WAITS
                    return Typed(INTERRUPT)
                self._begin()
            case 0x1A if not self._takes_all:
                self._out.append(b"^Z\r\n")
                self._does = _Does.WAITS
                return LeftConfiguration()
            case 0x10 | 0x0E:
                self._recalled(self._recall.earlier if byte == 0x10 else self._recall.later)
            case 0x0C | 0x12:
                self._out.append(b"\r\n")
                self._refresh(0)
            case _:
                self._edit(byte)
        return None

    def _edit(self, byte: int) -> None:
        """Carry out an editing key; other control characters do nothing."""
        if byte not in EDITS:
            return
        line, before = self._line, len(self._line.typed)
        at_end = line.at_end and not line.start and before <= self._room
        EDITS[byte](line)
        if byte in (0x08, 0x7F) and at_end:
            self._out.append(b"\b \b" * (before - len(line.typed)))
        else:
            self._refresh(before)

    def _escaped(self, byte: int) -> None:
        """The rest of an escape sequence; only arrows, Home and End do anything."""
        first, self._escape = self._escape == 1, self._escape + 1
        if first and byte in b"[O":
            return
        if not first and 0x20 <= byte < 0x40 and self._escape < 16:
            return
        self._escape = 0
        if not first and byte in (UP, DOWN):
            self._recalled(self._recall.earlier if byte == UP else self._recall.later)
        if not first and byte in ARROWS:
            ARROWS[byte](self._line)
            self._refresh(len(self._line.typed))

    def _recalled(self, line: Callable[[], bytes | None]) -> None:
        """Put a line that was sent before in place of what is typed; a question has none."""
        found = None if self._takes_all else line()
        if found is not None:
            before = len(self._line.typed)
            EDITS[0x15](self._line)
            self._line.insert(found)
            self._refresh(before)

    def _sent(self) -> Typed:
        """The line is complete."""
        line = self._line
        if not self._takes_all:
            self._recall.keep(bytes(line.typed))
        if line.start or len(line.typed) > self._room:
            self._out.append(b"\r" + self._prompt + line.head(self._room))
        self._out.append(b"\r\n")
        self._does = _Does.WAITS
        return Typed(typed_text(line.typed))

    def _key(self, byte: int) -> Typed | None:
        """The one key that a `[confirm]` wants.

        A client that sends `y` and an end of line in one breath means one answer, so that the
        end of line is passed over. On its own, later, it is an empty line.
        """
        if byte == LF and self._after_cr:
            self._after_cr = False
            return None
        self._after_cr = byte == CR
        if byte in (CR, LF):
            self._out.append(b"\r\n")
            self._does = _Does.WAITS
            return Typed("")
        key = bytes((byte,))
        if self._input and self._input[0] in (CR, LF):
            self._after_cr = self._next_byte() == CR
        self._out.append((key if 0x20 <= byte < 0x7F else b"") + b"\r\n")
        self._does = _Does.WAITS
        return Typed(typed_text(key))

    # ── pages ──────────────────────────────────────────────────────────────────────────

    def _page_key(self, byte: int) -> None:
        """Space: a page; Enter: a line; `q` or Ctrl-C: no more. Nothing else does anything."""
        after_cr, self._after_cr = self._after_cr, byte == CR
        match byte:
            case 0x20:
                self._show_lines(self._page, again=True)
            case 0x0A if after_cr:
                pass
            case 0x0A | 0x0D:
                self._show_lines(1, again=True)
            case 0x71 | 0x51 | 0x03:
                self._rest.clear()
                self._show_lines(0, again=True)
            case _:
                pass

    def _show_lines(self, count: int, *, again: bool = False) -> None:
        if again:
            self._out.append(UNMORE)
        for _ in range(min(count, len(self._rest))):
            self._out.append(self._rest.pop())
        if self._rest:
            self._out.append(MORE)
            return
        late, self._late = self._late, ""
        self._out.append(on_screen(late))
        self._ask()

    # ── the screen ─────────────────────────────────────────────────────────────────────

    def _prompt_is(self, prompt: str, expects: Expects, *, asks: bool) -> None:
        self._expects, self._asks = expects, asks
        above, newline, last = prompt.rpartition("\n")
        self._above = on_screen(above + newline)
        self._prompt = last.encode(errors="replace")

    def _ask(self) -> None:
        self._out.append(self._above)
        self._begin()

    def _begin(self) -> None:
        """A prompt and an empty line."""
        self._line.begin(hidden=self._expects is Expects.HIDDEN)
        self._out.append(self._prompt if self._asks else b"\r" + self._prompt)
        self._does = _Does.READS

    @property
    def _room(self) -> int:
        """Columns for what is typed; a line is not shown in part where too few are left."""
        room = self.width - MARGIN - len(self._prompt)
        return room if room >= NARROWEST else LINE_LIMIT

    def _refresh(self, before: int) -> None:
        """Draw prompt and line anew, over what was `before` characters long."""
        room = self._room
        seen, column = self._line.shown(room)
        blank = max(0, min(before, room) - len(seen))
        back = len(seen) + blank - column
        self._out.append(b"\r" + self._prompt + seen + b" " * blank + b"\b" * back)
