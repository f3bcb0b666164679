"""Saved output of a device: terminal logs, `show tech-support`, and replies on their own.

A log is taken apart at its prompts, a `show tech-support` at its headings. What was typed is
spelled out as the tool types it, so that `sh ver` answers `show version`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from upgrader.dialect import commands
from upgrader.dialect.looking import LOOKS
from upgrader.dialect.prompts import Prompt, read_prompt
from upgrader.dialect.refusals import refusal_in
from upgrader.dialect.replies.screen import plain
from upgrader.model.unit import path_key

SHOW_FLASH = "show flash:"

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_STAMP = re.compile(r"^\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?Z?\]?:? ", re.MULTILINE)
_BEHIND = re.compile(
    r"(?P<prompt>[\w.:/@-]{1,80}(?:\([\w-]{1,40}\))?[#>]) ?(?P<typed>[^\n]{0,300})", re.ASCII
)
_HEADING = re.compile(r"-{6,}\s{0,9}(?P<typed>[A-Za-z][^\n]{0,200}?)\s{0,9}-{6,}", re.ASCII)
_MATE = re.compile(r"fail(?:o|ov|ove|over)?\s+ex(?:e|ec)?\s+mate\s+(?P<line>\S.*)", re.IGNORECASE)

_MOST_MARKS = 5_000

_ALIASES = {
    "show vpn-sessiondb summary": commands.SHOW_SESSION_SUMMARY,
    commands.SHOW_SESSIONS_IN_DETAIL: commands.SHOW_CLIENT_SYSTEMS,
    "show clock detail": commands.SHOW_CLOCK,
    "show cpu": commands.SHOW_CPU,
    "show cpu usage detailed": commands.SHOW_CPU,
    "show xlate": commands.SHOW_XLATE_COUNT,
    "show configuration": commands.SHOW_STARTUP,
    "show webvpn svc": commands.SHOW_PACKAGES,
    "more system:running-config": commands.SHOW_RUNNING,
    "show flash": SHOW_FLASH,
    "show flash:": SHOW_FLASH,
    "show disk0": SHOW_FLASH,
    "show disk0:": SHOW_FLASH,
}
"""Other words for the same reply, or for one that serves as well."""
_FORMS = {line: line for line in sorted(LOOKS)} | _ALIASES
_FLASH_ROOTS = ("", "disk0:", "disk0:/", "flash:", "flash:/", "/")
_POOL = ("show", "ip", "local", "pool")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A line that somebody typed, and what came back."""

    line: str
    """As the tool types it."""
    reply: str
    prompt: Prompt | None
    """None: there was none (`show tech-support`, or a reply on its own)."""
    for_mate: bool = False
    """Whether the other unit answered it."""


def cleaned(text: str) -> str:
    """The text without escape sequences, the marks of a pager, and what loggers add."""
    text = text.removeprefix("\ufeff").replace("\x00", "")
    if "\x1b" in text:
        text = _ESCAPES.sub("", text)
    return _STAMP.sub("", plain(text))


def read_log(text: str) -> Iterator[Exchange]:
    """The exchanges of a cleaned log, as far as the tool has a use for them.

    What the device refused is left out, and what a filter has cut; of an endless log the end is
    read, for the later reply counts.
    """
    marks = list(_marks(text))[-_MOST_MARKS:]
    for number, (prompt, typed, begins, _) in enumerate(marks):
        ends = marks[number + 1][3] if number + 1 < len(marks) else len(text)
        passed_on = _MATE.fullmatch(typed.strip())
        line = spelled_out(passed_on["line"] if passed_on else typed)
        if line is None:
            continue
        reply = text[begins:ends]
        # A unit that has no such file says so, and one tells of errors: those are answers too.
        answers = line.startswith(("verify", commands.SHOW_STARTUP_ERRORS))
        refused = not answers and refusal_in(reply[:2_000]) is not None
        if reply.strip() and not refused:
            yield Exchange(line, reply, prompt, for_mate=passed_on is not None)


_Mark = tuple[Prompt | None, str, int, int]
"""Prompt, what was typed, where the reply begins, where the line itself begins."""


def _marks(text: str) -> Iterator[_Mark]:
    """Prompts and headings. A prompt is one whose host was asked something that is known."""
    found: list[tuple[Prompt | None, str, int, int]] = []
    hosts: set[str | None] = set()
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        line = text[start : min(end, start + 500)].strip()
        if line.startswith("------"):
            heading = _HEADING.fullmatch(line)
            if heading is not None:
                found.append((None, heading["typed"], end + 1, start))
        elif "#" in line[:130] or ">" in line[:130]:
            behind = _BEHIND.fullmatch(line)
            prompt = None if behind is None else read_prompt(behind["prompt"])
            if behind is not None and prompt is not None:
                found.append((prompt, behind["typed"], end + 1, start))
                bare = _MATE.fullmatch(behind["typed"].strip())
                if spelled_out(bare["line"] if bare else behind["typed"]) is not None:
                    hosts.add(prompt.hostname)
        start = end + 1
    for mark in found:
        if mark[0] is None or mark[0].hostname in hosts:
            yield mark


# ── what was typed ─────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=1_024)
def spelled_out(typed: str) -> str | None:
    """The line as the tool types it; None: nothing that it has a use for.

    Words may be shortened to two letters.
    """
    if typed.strip() == commands.SHOW_CLIENT_SYSTEMS:
        return commands.SHOW_CLIENT_SYSTEMS
    words = typed.split()
    if not words or len(words) > 8 or "|" in typed:
        return None
    match [word.lower() for word in words]:
        case ["dir", *rest] if "".join(rest) in _FLASH_ROOTS:
            return commands.DIR
        case [verb, algorithm, path] if _is_short(verb, "verify") and algorithm == "/sha-512":
            return commands.verify(path_key(path))
        case [*head, _] if len(head) == 4 and all(map(_is_short, head, _POOL)):
            return commands.show_pool(words[-1])
        case lowered:
            forms = (
                form
                for form in _FORMS
                if len(form.split()) == len(lowered) and all(map(_is_short, lowered, form.split()))
            )
            # `show failover s` means one thing; a form that is typed whole wins.
            chosen = sorted(forms, key=lambda form: (form != " ".join(lowered), form))
            return _FORMS[chosen[0]] if chosen else None


def _is_short(typed: str, word: str) -> bool:
    return len(typed) >= 2 and word.startswith(typed)


# ── replies on their own ───────────────────────────────────────────────────────────────


def line_in_name(stem: str) -> str | None:
    """The line that a file's name speaks of: `fw1_show-running-config` is `show running-config`.

    The longest of those that fit; the `show` may be missing.
    """
    name = f" {_spaced(stem)} "
    best: tuple[int, str] | None = None
    for form, line in (*_FORMS.items(), ("dir", commands.DIR)):
        for words in (_spaced(form), _spaced(form).removeprefix("show ")):
            if f" {words} " in name and (best is None or len(words) > best[0]):
                best = (len(words), line)
    return None if best is None else best[1]


def without_line(stem: str) -> str:
    """What a file's name says beside the line: `fw1` of `fw1_show-running-config`."""
    name = f" {_spaced(stem)} "
    forms = sorted((_spaced(form) for form in (*_FORMS, "dir", "verify")), key=len, reverse=True)
    for words in (word for form in forms for word in (form, form.removeprefix("show "))):
        if f" {words} " in name:
            name = name.replace(f" {words} ", " ", 1)
            break
    return " ".join(name.split())


def _spaced(text: str) -> str:
    """Letters and digits, in small letters, with one blank for whatever is between."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text.lower()).split())


_DIGEST = re.compile(
    r"verify /SHA-512 \((?P<path>[^()\s]{1,200})\) = [0-9a-fA-F]{128}", re.IGNORECASE
)


def digests_in(text: str) -> Iterator[Exchange]:
    """The digests that stand in a text, whatever stands around them: each names its file."""
    for found in _DIGEST.finditer(text):
        yield Exchange(commands.verify(path_key(found["path"])), found[0], None)
