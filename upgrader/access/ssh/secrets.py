"""A pair's secrets: fetched from where the pair file says, when first needed, once a process.

They live in one object that shows nothing of them, and leave it only to be typed. An error names
the source, and what to do about it; never the value, and nothing that a source's own words might
hold of it: what a command writes to its standard error is not repeated.
"""

import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from upgrader.dialect.secrets import without_known
from upgrader.model.reach import (
    FromCommand,
    FromEnvironment,
    FromKeyring,
    FromPrompt,
    Reach,
    SecretSource,
    Unsaid,
)
from upgrader.ports import UpgraderError

VARIABLE = "UPGRADER_PASSWORD"
"""The environment variable that is taken where the pair file does not say another."""

COMMAND_LIMIT_S = 30.0
"""How long a command may take to tell a secret. Our guess: a person may have to touch a token."""

Ask = Callable[[str], str]
"""Shows a person these words and hears what is typed, without an echo."""

WAYS = (
    f"set the environment variable {VARIABLE}, or say in [ssh] of the pair file where it comes "
    'from: `password = "env:NAME"`, `password = "keyring"`, `password_command = "…"`, '
    '`password = "prompt"`, or `key = "FILE"`'
)
"""All the ways to say a password, for who said none."""


class NoSecret(UpgraderError):
    """A secret could not be fetched; says from where, why, and what to do."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What secrets are fetched from, besides the pair file's own words."""

    environment: Mapping[str, str]
    ask: Ask | None = None
    """None: nobody is at a terminal."""


def of_this_process(ask: Ask | None) -> Surroundings:
    """The environment of this process, and whoever sits before it."""
    return Surroundings(os.environ, ask)


LEAST_MASKED = 4
"""Characters of a secret below which it cannot be told from a part of a word."""


class Secrets:
    """What a pair is entered with. Each is fetched at its first use and kept in memory."""

    def __init__(self, reach: Reach, label: str, around: Surroundings) -> None:
        """`label`: how people call the pair, for a question to them."""
        self._reach = reach
        self._label = label
        self._around = around
        self._known: dict[SecretSource, str] = {}

    def __repr__(self) -> str:
        """Nothing of a secret, and not even how many are known."""
        return f"<Secrets of {self._label}>"

    @property
    def has_password(self) -> bool:
        """Whether a password can be had without asking anybody what the pair file left open."""
        match self._reach.password:
            case Unsaid():
                return bool(self._around.environment.get(VARIABLE))
            case FromEnvironment() | FromKeyring() | FromCommand() | FromPrompt():
                return True

    def password(self) -> str:
        """What to log in with; the passphrase of the key, where there is a key.

        Raises:
            NoSecret: it cannot be had.
        """
        what = "password" if self._reach.key is None else f"passphrase of {self._reach.key}"
        return self._from(self._reach.password, what, "password")

    def enable(self) -> str:
        """What leads to privileged EXEC: the password, unless the pair file says another source.

        Raises:
            NoSecret: it cannot be had.
        """
        if self._reach.enable is None:
            return self._from(self._reach.password, "enable password", "enable")
        return self._from(self._reach.enable, "enable password", "enable")

    def jump_password(self) -> str | None:
        """What to log in to the jump host with; None: the pair file says none.

        Raises:
            NoSecret: it cannot be had.
        """
        source = self._reach.jump_password
        if source is None:
            return None
        return self._from(source, f"password of {self._reach.jump}", "jump_password")

    def told_from(self) -> str:
        """Where the password comes from, for a sentence: `the password from …`."""
        return told_from(self._reach.password, self._around.environment)

    def masked(self, text: str) -> str:
        """The text without what was typed as a secret: a stranger's words may repeat it."""
        for known in sorted(self._known.values(), key=len, reverse=True):
            if len(known) >= LEAST_MASKED:
                text = text.replace(known, "***")
        return text

    def hidden(self, text: str) -> str:
        """A device's words, in which what was typed as a secret stands as a word of its own."""
        return without_known(text, self._known.values())

    def _from(self, source: SecretSource, what: str, key: str) -> str:
        known = self._known.get(source)
        if known is None:
            known = self._fetch(source, what, key)
            if any("\ud800" <= character <= "\udfff" for character in known):
                raise NoSecret(
                    f"the {what} {told_from(source, self._around.environment)} is no UTF-8, and "
                    "cannot be typed"
                )
            if any(character < " " or character == "\x7f" for character in known):
                # A line end in it would be a line that is typed.
                raise NoSecret(
                    f"the {what} {told_from(source, self._around.environment)} holds a control "
                    "character, and cannot be typed"
                )
            self._known[source] = known
        return known

    def _fetch(self, source: SecretSource, what: str, key: str) -> str:
        match source:
            case FromEnvironment(variable=variable):
                return self._environment(variable, what)
            case FromKeyring(service=service, user=user):
                return _keyring(service, user, what)
            case FromCommand(words=words):
                return _command(words, what, key, self._around.environment)
            case FromPrompt():
                return self._asked(what)
            case Unsaid():
                said = self._around.environment.get(VARIABLE)
                if said:
                    return said
                if self._around.ask is not None:
                    return self._asked(what)
                raise NoSecret(f"no {what} is known, and nobody is at a terminal: {WAYS}")

    def _environment(self, variable: str, what: str) -> str:
        said = self._around.environment.get(variable)
        if said:
            return said
        is_so = "is not set" if said is None else "is empty"
        raise NoSecret(
            f"the {what} is to come from the environment variable {variable}, which {is_so}: "
            f"type `read -rs {variable} && export {variable}` first"
        )

    def _asked(self, what: str) -> str:
        if self._around.ask is None:
            raise NoSecret(f"the {what} is to be asked for, and nobody is at a terminal: {WAYS}")
        try:
            typed = self._around.ask(
                f"{what} of {self._reach.user or 'the user'} on {self._label}: "
            )
        except (EOFError, OSError) as fault:
            raise NoSecret(f"the {what} was asked for, and nothing was typed: {WAYS}") from fault
        if not typed:
            raise NoSecret(f"the {what} was asked for, and nothing was typed: {WAYS}")
        return typed


def told_from(source: SecretSource, environment: Mapping[str, str]) -> str:
    """Where a secret comes from, for a sentence."""
    match source:
        case FromEnvironment(variable=variable):
            return f"from the environment variable {variable}"
        case FromKeyring(service=service, user=user):
            return f"from the keyring (service {service!r}, user {user!r})"
        case FromCommand(words=words):
            return f"from the command `{words[0]}`"
        case FromPrompt():
            return "that was typed"
        case Unsaid():
            if environment.get(VARIABLE):
                return f"from the environment variable {VARIABLE}"
            return "that was typed"


# ── keyring and command ────────────────────────────────────────────────────────────────


def _keyring(service: str, user: str, what: str) -> str:
    """A word of the system's keyring.

    Whatever its back ends raise is told by its kind only: they are many, and their texts not ours.
    """
    # Imported here, for it asks around for back ends, and most commands need none.
    import keyring  # noqa: PLC0415  see above

    how = f"type `keyring set {service} {user}`"
    where = f"the {what} is to come from the keyring (service {service!r}, user {user!r})"
    try:
        said = keyring.get_password(service, user)
    except Exception as fault:  # noqa: BLE001  back ends raise what they like; see above
        kind = type(fault).__name__
        raise NoSecret(
            f"{where}, which cannot be read ({kind}): unlock it, or name another source; "
            "`keyring --list-backends` shows what this machine has"
        ) from None
    if not said:
        raise NoSecret(f"{where}, which has none: {how}")
    return said


def _command(words: tuple[str, ...], what: str, key: str, environment: Mapping[str, str]) -> str:
    """The first line that a command writes."""
    said_as = f"{key}_command" if key != "jump_password" else "jump_password_command"
    where = f"the {what} is to come from `{words[0]}` ({said_as} of the pair file)"
    try:
        done = subprocess.run(  # noqa: S603  the person's own words, and no shell
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=COMMAND_LIMIT_S,
            check=False,
            env=dict(environment),
        )
    except subprocess.TimeoutExpired:
        raise NoSecret(
            f"{where}, which did not end within {COMMAND_LIMIT_S:g} s: run it by hand to see why"
        ) from None
    except (OSError, ValueError) as fault:
        why = fault.strerror if isinstance(fault, OSError) and fault.strerror else "cannot be run"
        raise NoSecret(f"{where}: {why}. Its first word must be a program's name") from None
    if done.returncode:
        raise NoSecret(f"{where}, which ended with {done.returncode}: run it by hand to see why")
    # As it is: what is no UTF-8 is refused above, and not typed as something else.
    first = done.stdout.partition(b"\n")[0].removesuffix(b"\r").decode(errors="surrogateescape")
    if not first:
        raise NoSecret(f"{where}, which wrote no first line to its standard output")
    return first
