"""The prompt: who answers, in which state and mode."""

import re
from dataclasses import dataclass

from upgrader.model.failover import Role

NAME = r"[\w.:/@+~%$,=\[\]-]+"
"""Of a prompt, as a pattern: a host name's characters by the command reference, those of a context,
and what older releases and other clients' patterns let in besides."""
_PROMPT = re.compile(rf"(?P<name>{NAME})(?:\((?P<mode>[\w-]+)\))?(?P<mark>[#>])", re.ASCII)
_ECHO = re.compile(rf"\s*{_PROMPT.pattern}(?P<typed>.*)", re.ASCII)

_ROLES = {"pri": Role.PRIMARY, "sec": Role.SECONDARY}
_STATES = {
    # (active, failover is off); `stb` is what 9.1 printed.
    "act": (True, False),
    "stby": (False, False),
    "stb": (False, False),
    "actnofailover": (True, True),
    "stbynofailover": (False, True),
}


@dataclass(frozen=True, slots=True)
class Prompt:
    """`FW-HA/pri/act#`, taken apart. What the `prompt` command leaves out is None."""

    hostname: str | None
    """With the context, where the prompt shows one: `fw/admin`."""
    role: Role | None
    active: bool | None
    mode: str
    """`exec` (`>`), `enable` (`#`), or what stands in brackets: `config`, `config-webvpn`."""
    failover_off: bool
    """`actNoFailover`, `stbyNoFailover`."""


def read_prompt(text: str) -> Prompt | None:
    """Read a prompt whatever the order of `prompt hostname priority state`; None: it is none.

    A host that is called `act` or `pri` is taken for a state or a role: nothing tells them apart.
    """
    found = _PROMPT.fullmatch(text.strip())
    if found is None:
        return None
    role: Role | None = None
    active: bool | None = None
    failover_off = False
    names: list[str] = []
    for part in found["name"].split("/"):
        word = part.lower()
        if word in _ROLES and role is None:
            role = _ROLES[word]
        elif word in _STATES and active is None:
            active, failover_off = _STATES[word]
        else:
            names.append(part)
    mode = found["mode"] or ("exec" if found["mark"] == ">" else "enable")
    return Prompt("/".join(names) or None, role, active, mode, failover_off)


def steady_words(text: str) -> tuple[str, ...] | None:
    """The words of a prompt without those that a change of roles changes; None: it is no prompt.

    A host may be called `act`: then which of two words is the state cannot be told, but every word
    that is none stays, and so does their number.
    """
    found = _PROMPT.fullmatch(text.strip())
    if found is None:
        return None
    words = found["name"].split("/")
    return tuple("" if word.lower() in _STATES else word for word in words)


def typed_after_prompt(line: str) -> str | None:
    """What stands behind a prompt on an echoed line; None: the line begins with no prompt."""
    found = _ECHO.fullmatch(line.rstrip("\r\n"))
    return None if found is None else found["typed"].strip()
