"""Where a secret comes from, as a pair file says it: never the secret itself."""

import shlex
from collections.abc import Callable
from typing import Any

from upgrader.model.reach import (
    FromCommand,
    FromEnvironment,
    FromKeyring,
    FromPrompt,
    SecretSource,
)

KEYRING_SERVICE = "upgrader"
"""The keyring's service where the pair file names none."""

SOURCE = '"env:NAME", "keyring", "keyring:SERVICE" or "prompt"'
COMMAND = "a command: text that is split as a shell would, or a list of its words"
"""What is allowed, as errors and the reference page say it."""


def read_source(said: object, keyring_user: Callable[[], str]) -> SecretSource:
    """Read `password` and its like. `keyring_user`: whom a keyring is asked for; it may raise.

    Raises:
        ValueError: it is none; the value, which may be a password, is not repeated.
    """
    kind, colon, rest = said.partition(":") if isinstance(said, str) else ("", "", "")
    if said == "prompt":
        return FromPrompt()
    if kind == "env" and rest.isascii() and rest.isidentifier():
        return FromEnvironment(rest)
    if kind == "keyring" and (rest.isprintable() and rest if colon else True):
        return FromKeyring(rest or KEYRING_SERVICE, keyring_user())
    raise ValueError("is no source; a password in clear is not taken, and not repeated here")


def read_command(said: object) -> FromCommand:
    """Read `password_command` and its like: a text, or a list of words.

    Raises:
        ValueError: it is none; the value is not repeated.
    """
    words: tuple[Any, ...] = ()
    if isinstance(said, list):
        words = tuple(said)
    elif isinstance(said, str):
        try:
            words = tuple(shlex.split(said))
        except ValueError:  # a quote that is not closed
            words = ()
    if not words or not all(isinstance(w, str) and w and "\0" not in w for w in words):
        raise ValueError("is no command")
    return FromCommand(words)
