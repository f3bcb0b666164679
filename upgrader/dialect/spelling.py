"""What was typed or is named, spelled out as the tool types it: `sh ver` is `show version`."""

import re
from functools import lru_cache

from upgrader.dialect import commands
from upgrader.dialect.looking import LOOKS
from upgrader.model.unit import path_key

SHOW_FLASH = "show flash:"

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


# ── the names of files ─────────────────────────────────────────────────────────────────


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
