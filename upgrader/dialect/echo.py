"""An echo: how one line is known again, on whatever screen, and how the first prompt is learned.

A device shows a typed line behind its prompt. A line that is wider than the screen is scrolled or
wrapped; what the unit prints by itself may stand between two halves of it.
"""

from enum import Enum

from upgrader.dialect.terminal import (
    Host,
    begun_by,
    drawn,
    greeted_at,
    host_of,
    is_unasked,
    last_line,
)

_NARROWEST = 20
"""Columns of a line below which a scrolled part of it proves nothing. Our guess."""
_FULL = 70
"""Columns of a row behind which a screen ends: there a long prompt leaves fewer. Our guess."""
_FEWEST = 4
"""Columns, with the mark, that prove a line on a full row. Our guess: fewer may be chance."""


class Echo(Enum):
    """What a line is, while the echo of ours is awaited."""

    OURS = "ours"
    PART = "part"
    """The beginning of ours: the rest comes on the next line."""
    PASSES = "passes"
    """Blank, a prompt that was shown again, or a line that units print by themselves."""
    OTHER = "other"
    """Somebody else's line, or a reply that we took for complete."""


class EchoWatch:
    """Reads line by line until the echo of one typed line has been seen."""

    def __init__(self, typed: str, host: Host) -> None:
        self._typed = typed
        self._host = host
        self._begun = ""
        """How much of it a terminal has shown that wraps its lines."""

    def reads(self, line: str) -> Echo:
        """What the next line is: as it came, without its line feed."""
        shown = drawn(line).rstrip()
        joined = self._begun + shown
        if self._is_ours(shown, line) or (self._begun and self._is_ours(joined, joined)):
            return Echo.OURS
        begun_by_host = begun_by(shown, self._host)
        after = shown.strip() if begun_by_host is None else begun_by_host[1]
        if not after or is_unasked(after):
            return Echo.PASSES
        begun = joined if begun_by_host is None else after
        if _squeezed(self._typed).startswith(_squeezed(begun)):
            self._begun = begun.lstrip()
            return Echo.PART
        return Echo.OTHER

    def _is_ours(self, shown: str, raw: str) -> bool:
        typed = self._behind_prompt(shown)
        if typed == self._typed.strip() or _is_cut(typed, self._typed, len(shown)):
            return True
        # A terminal that wraps writes ` \r`, and a blank more or less is no other line.
        return _squeezed(self._typed) == self._behind_prompt(_squeezed(raw))

    def _behind_prompt(self, shown: str) -> str:
        begun = begun_by(shown, self._host)
        return shown.strip() if begun is None else begun[1]


def _is_cut(shown: str, typed: str, columns: int) -> bool:
    """Whether that is what a screen shows of a line that is wider: `$` where it goes on.

    `columns`: of the row, with the prompt on it.

    76 characters and the `$` on a screen of 80 (real 9.2(2)4 → 9.5(2) transcript, 2016); `<` on
    the left is what other releases show (inferred).
    """
    if len(shown) < (_FEWEST if columns >= _FULL else _NARROWEST):
        return False
    head, tail = shown[0] in "$<", shown[-1] in "$>"
    if head and tail:
        return shown[1:-1] in typed
    if head:
        return typed.endswith(shown[1:])
    return tail and typed.startswith(shown[:-1])


def _squeezed(text: str) -> str:
    return "".join(text.split())


# ── the greeting ───────────────────────────────────────────────────────────────────────


class Greeting:
    """Reads what greets us, and learns the prompt from the line on which a probe is echoed."""

    def __init__(self, probe: str) -> None:
        self.is_echoed = False
        self._probe = probe
        self._named: Host | None = None
        """Whose prompt stood before the echo; None: nothing did, or nothing that is one."""
        self._text = ""
        self._above = ""
        """The row before."""
        self._read = 0

    def reads(self, text: str) -> None:
        """All that has come so far."""
        self._text = text
        while (end := text.find("\n", self._read)) >= 0:
            shown = drawn(text[self._read : end]).rstrip()
            self._read = end + 1
            if shown.endswith(self._probe):
                self.is_echoed = True
                self._named = host_of(shown[: -len(self._probe)].lstrip()) or self._named
            elif (named := self._drawn_over(shown)) is not None:
                self.is_echoed = True
                self._named = named
            self._above = shown

    def _drawn_over(self, shown: str) -> Host | None:
        """Whose prompt is so long that the probe behind it was wrapped, or cut; None: nobody's."""
        joined, probe = _squeezed(self._above + shown), _squeezed(self._probe)
        if joined.endswith(probe) and len(self._above) >= _FULL:
            return host_of(joined.removesuffix(probe))
        mark = max(shown.rfind("#"), shown.rfind(">", 0, -1)) + 1
        if len(shown) >= _FULL and _is_cut(shown[mark:].lstrip(), self._probe, len(shown)):
            return host_of(shown[:mark].lstrip())
        return None

    def prompt(self) -> tuple[Host, str, str] | None:
        """Host, prompt and cursor, where a reply to the probe ends with a prompt; else None."""
        shown = last_line(self._text)
        found = host_of(shown) if self.is_echoed else None
        return None if found is None or not self._fits(found) else (found, shown.strip(), shown)

    def quiet_prompt(self) -> tuple[Host, str, str] | None:
        """The same after a silence: unasked lines may stand behind the prompt, and no new one."""
        at = greeted_at(self._text) if self.is_echoed else None
        if at is None or not self._fits(at[0]):
            return None
        return *at, last_line(self._text)

    def _fits(self, host: Host) -> bool:
        return self._named is None or self._named.name == host.name
