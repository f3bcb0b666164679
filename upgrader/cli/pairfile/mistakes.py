"""How a mistake in a pair file is told: file, key, value, what is allowed, and what to type next.

A value that may be a secret is never repeated, wherever in the file somebody has put it.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from shlex import quote

from upgrader.ports import UsageFault

PAGE = "docs/reference/pair-file.md"

_SECRET_MARKS = ("pass", "pwd", "secret", "enable", "token", "key", "login", "credential")


def again(label: str) -> str:
    """What to do after a mistake in the pair file `label`, or in what `--option FILE` names."""
    if label.startswith("--"):
        return f"Correct it and type the same again; all keys: {PAGE}"
    return f"Correct it and type `upgrader check {quote(label)}`; all keys: {PAGE}"


def shown(key: str, value: object, *, at_most: int = 80) -> str:
    """`key = value`, or the key alone where the value may be a secret."""
    if any(mark in key.lower() for mark in _SECRET_MARKS):
        return f"`{key}`"
    return f"`{key} = {repr(value)[:at_most]}`"


def refuse_unknown(
    label: str, path: str, table: Mapping[str, object], known: Iterable[str]
) -> None:
    """Refuse keys that are none. `path`: what stands before them, `target.`.

    Raises:
        UsageFault: there is one.
    """
    allowed = tuple(known)
    for key, value in table.items():
        if key in allowed:
            continue
        near = get_close_matches(key, allowed, n=1)
        hint = f"; did you mean `{near[0]}`?" if near else ""
        # A key that nobody knows may be anything, also a misspelt password.
        named = f"`{path}{key}`" if path == "ssh." or near else shown(f"{path}{key}", value)
        raise UsageFault(
            f"{label}: {named}: there is no such key{hint}; "
            f"allowed: {', '.join(allowed)}. {again(label)}"
        )
