r"""A terminal's text, judged: the prompt, an echo, the end of a reply, and what nobody asked for.

    \rFW/pri/act# show clock\r\n12:40:33.800 UTC …\r\n\rFW/pri/act# ░
    └─ prompt ──┘└─ echo ──┘    └─ reply ──────┘     └─ prompt ──┘ └ the cursor

A prompt is believed when its host words are those that were learned at log-in. Its role, state
and mode may change under us: a switchover flips `act` into `stby` in a live session. An echo is
believed when the screen shows our line, however it was drawn: a line wider than the screen is
drawn again and again, and stays there in part.

Not chosen: one fixed prompt for a session, as clients have it that were made for single boxes;
they wait for `act#` until their time is up while `stby#` stands there.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from upgrader.dialect.commands import LineKind, classify
from upgrader.dialect.prompts import NAME, read_prompt, steady_words
from upgrader.dialect.replies.screen import without_unasked

PAGER = "<--- More --->"
TAIL = 4_096
"""Characters at the end of a reply in which its end is looked for. Our choice: many prompts."""

_PROMPT = re.compile(rf"{NAME}(?:\([\w-]+\))?[#>]", re.ASCII)
_LONGEST = 1_000
"""Characters of a last line that may be a prompt or a question, redrawn some times. Our choice."""

_ESCAPE = re.compile(r"\x1b(?:\[([0-9;?]*)[ -/]*([@-~])|\][^\x07\x1b]*\x07?|[()*+].|.?)", re.DOTALL)
_DRAWS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_DROPPED = dict.fromkeys((*range(9), *range(11, 32), 127))
_FARTHEST = 1_000
"""Columns that a single sequence may move the cursor."""
_MOST_DRAWN = 65_536
"""Characters of one line that are drawn key by key; of more only the text is kept."""

_PAGED = re.compile(rf"{PAGER}(?:\r *\r|\x08+ *\x08+)?")
_REDRAWN = re.compile(r"^[^\n]*\r(?=[^\r\n])", re.MULTILINE)
_MONITORED = re.compile(
    r"^(?:[^\n%]{0,100}: ?)?%(?:ASA|PIX|FTD)-(?:[a-z]+-)?[0-7]-\d{6}: [^\n]*(?:\n|\Z)",
    re.ASCII | re.MULTILINE,
)
_BROADCAST = re.compile(
    r"^\*\*\*(?: --- [^\n]* ---| Message to all terminals:| {2,}[^\n]*)?[ \t]*(?:\n|\Z)"
    r"|^Shutting down [\w -]+\n|^Process shutdown finished\n|^Rebooting\.[^\n]*\n",
    re.ASCII | re.MULTILINE,
)
"""Real consoles of an ASA5506 and a Firepower 2120 that are reloaded, and of a standby that its
active unit reloads."""


# ── the prompt ─────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Host:
    """What the prompts of one host have in common."""

    name: str | None
    """Its words, with the context: `fw/admin`. None: the prompt shows role and state only."""
    blank: bool
    """Whether a blank stands behind the mark."""
    words: tuple[str, ...] | None = None
    """The words of its prompt that stay; None: they are not known."""

    def prompt_in(self, shown: str) -> str | None:
        """The prompt that a line consists of; None: it is no prompt, or another host's."""
        bare = shown.strip()
        if self.blank and not shown.endswith(" "):
            return None
        read = read_prompt(bare)
        if read is None:
            return None
        is_ours = read.hostname == self.name or steady_words(bare) == self.words
        return bare if is_ours else None


def last_line(text: str) -> str:
    """What the last line shows, which has not ended yet.

    Empty where it is far too long for a prompt or a question.
    """
    last = text[text.rfind("\n") + 1 :]
    return "" if len(last) > _LONGEST else drawn(last)


def host_of(shown: str) -> Host | None:
    """The host whose prompt a line consists of; None: it is no prompt."""
    read = read_prompt(shown)
    if read is None:
        return None
    return Host(read.hostname, shown.endswith(" "), steady_words(shown))


def begun_by(shown: str, host: Host) -> tuple[str, str] | None:
    """The host's prompt with which a line begins, and what stands behind it; None: with none."""
    bare = shown.strip()
    found = _PROMPT.match(bare)
    prompt = None if found is None else host.prompt_in(f"{found[0]} ")
    return None if found is None or prompt is None else (prompt, bare[found.end() :].lstrip())


def is_privileged(prompt: str) -> bool:
    """Whether the prompt is one of privileged EXEC, or of configuration mode."""
    return prompt.rstrip().endswith("#")


# ── what a screen shows ────────────────────────────────────────────────────────────────


def drawn(line: str) -> str:
    r"""What a line shows once all has been drawn: `\r`, `\b` and escape sequences are obeyed."""
    line = line.strip("\r")  # at either end it moves nothing: most lines end so
    if line.isprintable() or _DRAWS.search(line) is None:
        return line
    if len(line) > _MOST_DRAWN:
        return line.translate(_DROPPED)
    cells: list[str] = []
    column = at = 0
    while at < len(line):
        char = line[at]
        at += 1
        if char == "\r":
            column = 0
        elif char == "\b":
            column = max(0, column - 1)
        elif char == "\x1b":
            found = _ESCAPE.match(line, at - 1)
            assert found is not None, "the last alternative takes any character, or none"
            at = found.end()
            column = _moved(cells, column, found[1] or "", found[2] or "")
        elif char >= " " and char != "\x7f":
            cells.extend(" " * (column - len(cells)))
            cells[column : column + 1] = char
            column += 1
        elif char == "\t":
            column += 8 - column % 8
    return "".join(cells)


def _moved(cells: list[str], column: int, number: str, final: str) -> int:
    """Obey a sequence that clears or moves; all others only colour what is shown."""
    count = min(int(number), _FARTHEST) if number.isdecimal() and number.isascii() else 0
    match final:
        case "K" if count == 0:
            del cells[column:]
        case "K" if count == 2:
            cells.clear()
        case "C":
            return column + max(1, count)
        case "D":
            return max(0, column - max(1, count))
        case "G":
            return max(0, count - 1)
        case _:
            pass
    return column


def is_pager(shown: str) -> bool:
    """Whether a line waits for a key before more is shown."""
    return shown.rstrip().endswith(PAGER)


def is_unasked(shown: str) -> bool:
    """Whether a unit prints such a line by itself, whoever reads it."""
    line = f"{shown.strip()}\n"
    return not (without_unasked(line) and _MONITORED.sub("", line) and _BROADCAST.sub("", line))


# ── the end of a reply ─────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class AtPrompt:
    """The unit has answered, and waits for a line."""

    prompt: str
    cursor: str
    """What stands on the cursor's line."""


@dataclass(frozen=True, slots=True)
class AtPager:
    """It waits for a key before it shows more."""


def end_of(tail: str, host: Host) -> AtPrompt | AtPager | None:
    """What the last line of all that has come says; None: more is to come, or a silence."""
    last = last_line(_unglued(tail, host))
    if not last.rstrip().endswith((">", "#")):
        return None
    if is_pager(last):
        return AtPager()
    prompt = host.prompt_in(last)
    return None if prompt is None else AtPrompt(prompt, last)


def quiet_end_of(tail: str, host: Host) -> AtPrompt | None:
    """The same after a silence: unasked lines may stand behind the prompt, and no new one.

    Nor does the prompt have to be drawn as it was at log-in: the blank behind it may be missing,
    or a colour be switched off there.

    Source: the real 9.2(2)4 → 9.5(2) transcript, 2016, in which `ciscoasa# Beginning configuration
    replication: Sending to mate.` is a line.
    """
    lines = tail.split("\n")
    cursor = last_line(tail)
    if cursor.strip():
        prompt = host.prompt_in(f"{cursor.strip()} ")
        return None if prompt is None else AtPrompt(prompt, cursor)
    end = _prompt_of_rest(lines, host)
    return None if end is None else AtPrompt(end[1], cursor)


def greeted_at(text: str) -> tuple[Host, str] | None:
    """The host and the prompt of a greeting behind which only unasked lines stand; else None."""
    is_behind = False
    for line in reversed(text[-TAIL:].split("\n")):
        shown = drawn(line).strip()
        if not shown:
            continue
        found = _PROMPT.match(shown)
        after = "" if found is None else shown[found.end() :]
        if found is not None and ((is_behind and not after) or (after and is_unasked(after))):
            host = host_of(f"{found[0]} ")
            return None if host is None else (host, found[0])
        if not is_unasked(shown):
            return None
        is_behind = True
    return None


def _unglued(text: str, host: Host) -> str:
    """The text with a line's end before its last prompt, where a reply has none of its own."""
    at = text.rfind("\r")
    begun = text[text.rfind("\n", 0, max(0, at)) + 1 : max(0, at)]
    if not begun.strip() or PAGER in begun or host.prompt_in(text[at + 1 :]) is None:
        return text
    return f"{text[:at]}\n{text[at:]}"


def _prompt_of_rest(lines: list[str], host: Host) -> tuple[int, str] | None:
    """Where the reply ends: at the first prompt with nothing but unasked lines behind it.

    The number of its line, and the text of the last such prompt.
    """
    found: tuple[int, str] | None = None
    last: str | None = None
    for at in reversed(range(len(lines))):
        shown = drawn(lines[at])
        begun = begun_by(shown, host)
        if begun is not None and (not begun[1] or is_unasked(begun[1])):
            last = last or begun[0]
            found = (at, last)
        elif shown.strip() and not is_unasked(shown):
            break
    return found


def passes(text: str, host: Host) -> AtPrompt | None:
    """The prompt, where all that came since the last reply is what comes by itself; else None.

    The prompt may be `""`: the old one stands, and lines were printed behind it.
    """
    lines = [drawn(line) for line in text.split("\n")]
    prompt = ""
    for shown in lines:
        bare = shown.strip()
        if not bare or is_unasked(bare):
            continue
        begun = begun_by(bare, host)
        if begun is None or (begun[1] and not is_unasked(begun[1])):
            return None
        prompt = begun[0]
    return AtPrompt(prompt, lines[-1])


# ── the reply ──────────────────────────────────────────────────────────────────────────


def reply_of(line: str, raw: str, host: Host) -> str:
    """What a line was answered: all that came behind its echo, up to the prompt.

    Lines end in a line feed. Nothing else is changed, but what a pager left and what the unit
    printed by itself go.
    """
    raw = _behind_redrawn(line, raw, host)
    head, tail = raw[:-TAIL], _unglued(raw[-TAIL:], host)
    rows = tail.split("\n")
    if head:
        head, rows[0] = head + rows[0], "(the rest of a line is no line)"
    end = _prompt_of_rest(rows, host)
    if end is not None:
        rows = [*rows[: end[0]], ""]
    rest = "\n".join(rows[1:] if head else rows)
    return _tidied(line, f"{head}\n{rest}" if head else rest)


def _behind_redrawn(line: str, raw: str, host: Host) -> str:
    """What stands behind the echo, where it was shown again below what the unit said by itself."""
    begin, was_interrupted = 0, False
    while (end := raw.find("\n", begin)) >= 0 and end - begin <= _LONGEST:
        shown = drawn(raw[begin:end])
        begin = end + 1
        if not shown.strip():
            continue
        if is_unasked(shown):
            was_interrupted = True
            continue
        begun = begun_by(shown, host)
        return raw[begin:] if was_interrupted and begun is not None and begun[1] == line else raw
    return raw


def echo_within(reply: str, prompt: str, host: Host) -> str | None:
    """What was echoed in the middle of a reply: then two replies are taken for one; else None."""
    at = reply.find(prompt)
    while at >= 0:
        start, end = reply.rfind("\n", 0, at) + 1, reply.find("\n", at)
        end = len(reply) if end < 0 else end
        if end - start <= _LONGEST:
            begun = begun_by(drawn(reply[start:end]), host)
            if begun is not None and begun[1] and not is_unasked(begun[1]):
                return begun[1]
        at = reply.find(prompt, end)
    return None


def told_of(raw: str, hides: Callable[[str], str]) -> str:
    """What stands there, for a person: no control characters, and little of it.

    `hides` covers secrets: before anything is cut, for half a secret is not known again, and once
    more when it is drawn, for on the way it may hold control characters.
    """
    rows = [drawn(row).strip() for row in hides(raw)[-TAIL:].split("\n")]
    return hides(" / ".join(row for row in rows if row))[-200:]


def _tidied(line: str, text: str) -> str:
    if PAGER in text:
        text = _PAGED.sub("", text)
    if "\0" in text:
        text = text.replace("\0", "")  # a console server pads with them, behind returns above all
    text = text.replace("\r\n", "\n")
    if "\r" in text:
        text = _REDRAWN.sub("", text.replace("\n\r", "\n"))
    if "\x1b" in text or "\b" in text or "\r" in text or "\x07" in text:
        text = _ESCAPE.sub("", text).translate(_DROPPED)
    if classify(line) is LineKind.SHOW:
        text = without_unasked(text)
        if "%ASA-" in text and not _shows_a_log(line):
            text = _MONITORED.sub("", text)
        if "***" in text:
            text = _BROADCAST.sub("", text)
    return text


def _shows_a_log(line: str) -> bool:
    return " log" in line or line.startswith("more")


# ── how long a line may take ───────────────────────────────────────────────────────────

_LONG = re.compile(
    r"(?:failover exec \w+ )?(?:verify|copy|write|delete|boot system|reload|failover reload)\b"
)


def takes_long(line: str) -> bool:
    """Whether a line may be silent for minutes: it reads or writes whole files.

    A copy of 82 MB took 211 s (real 9.2(2)4 → 9.5(2) transcript, 2016), and says nothing while it
    writes; `boot system` unpacks a bundle on Firepower models.
    """
    return _LONG.match(line) is not None
