"""Whether a reply is the device refusing the line."""

import re

_REFUSAL = re.compile(
    r"ERROR: |ERROR:$"
    r"|%\s?(?:Error|Invalid|Incomplete|Ambiguous)\b"
    r"|Command authorization failed"
    r"|Command not (?:allowed|valid)\b",
    re.IGNORECASE,
)
_UNAUTHORIZED = re.compile(r"(?:ERROR: |% ?)?Command authorization failed\b", re.IGNORECASE)

_MARKS = ("%", "error", "command")
"""One of them stands in every refusal, and in hardly any other reply."""

PERMITTING = "docs/how-to/read-only-account.md"
"""Where it is told which lines an account needs, and how they are permitted."""

_WINDOW = 3000
"""Characters at either end of a long reply. A refusal is short, or the last word of a copy; what
stands in the middle of a listing is somebody's log line."""


def refusal_in(reply: str) -> str | None:
    """The sentence with which the device refused, or None.

    Only whole lines that begin as a refusal does count: a user, a banner or a log line that has
    the word "error" in it is no refusal. `verify` of a missing file is one (`%Error opening …`),
    and `replies.digest` reads it.
    """
    short = len(reply) <= 2 * _WINDOW
    shown = (reply if short else reply[:_WINDOW] + reply[-_WINDOW:]).lower()
    if not any(mark in shown for mark in _MARKS):
        return None
    first: str | None = None
    for line in _ends_of(reply):
        bare = line.strip()
        if _REFUSAL.match(bare):
            if _UNAUTHORIZED.match(bare):
                return bare  # An ASA calls the line invalid first, which it is not.
            first = first or bare
    return first


def is_unauthorized(reply: str) -> bool:
    """Whether the device refused the line to this account, and would not to another.

    Source: real 9.1(3) session (local levels); Ansible's cisco.asa, tacacs+ clients.
    """
    if len(reply) > _WINDOW:
        return False
    return any(_UNAUTHORIZED.match(line.strip()) for line in reply.splitlines())


def unpermitted(line: str) -> str:
    """What to say of a line that the device refuses to this account."""
    return f"this account may not type `{line}`: see {PERMITTING}"


def _ends_of(reply: str) -> list[str]:
    """The lines of a short reply; the first and the last ones of a long one."""
    if len(reply) <= 2 * _WINDOW:
        return reply.splitlines()
    # The tail begins within a line: that half is dropped, so that no line starts by accident.
    return reply[:_WINDOW].splitlines() + reply[-_WINDOW:].splitlines()[1:]
