"""Lines about the session itself: `enable`, `login`, `logout`, the terminal, who one is.

Prompts and `show curpriv`: ASA command reference; that a wrong enable password is asked for three
times: the same. Where the wording of a refusal has no source, it is marked.
"""

from collections.abc import Callable
from functools import partial

from upgrader.emulator.admission import accounts, doors
from upgrader.emulator.shell.talk import (
    CONFIG,
    ENABLE,
    EXEC,
    PROVED,
    Deed,
    Reply,
    Spoken,
    Talk,
    ask,
)
from upgrader.emulator.syslog import operators
from upgrader.emulator.talk import Expects, Question

_TRIES = 3
_PASSWORD = Question("Password: ", Expects.HIDDEN)
_USERNAME = Question("Username: ")
_DENIED = "Access denied.\n"
_MOST_LINES = 2_147_483_647
_WIDTHS = range(40, 512)
_NARROWEST = 0


def _enable(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    level = arguments[0] if arguments else "15"
    if not level.isdigit() or int(level) > 15:
        # The wording is inferred.
        return Spoken("ERROR: % Invalid privilege level\n")
    return ask(talk, "enable", (level, "1"), _PASSWORD)


def _try_enable(talk: Talk, words: tuple[str, ...], answers: tuple[str, ...]) -> Spoken:
    conversation = talk.conversation
    level, attempt = int(words[0]), int(words[1])
    if answers[0] != PROVED:
        operators.kept_out(talk.pair, talk.u, attempt)
        if attempt >= _TRIES:
            return Spoken("Invalid password\n" + _DENIED)
        ask(talk, "enable", (words[0], str(attempt + 1)), _PASSWORD)
        return Spoken("Invalid password\n")
    level = accounts.enabled_level(talk.pair, talk.u, conversation.user, level)
    if level <= 1:
        return Spoken(_DENIED)  # The wording is inferred.
    operators.acted(talk.pair, talk.u, "enable")
    operators.rose(talk.pair, talk.u, conversation.privilege, level)
    conversation.mode, conversation.privilege = ENABLE, level
    if not accounts.enable_is_personal(talk.unit.running):
        conversation.user = f"enable_{level}"
    return Spoken("")


def _enables(talk: Talk, words: tuple[str, ...], answers: tuple[str, ...]) -> bool:
    return accounts.enables(
        talk.pair, talk.u, talk.conversation.user, answers[0], level=int(words[0])
    )


def _log_in(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    """`login`: as another local user, and into privileged EXEC where he may."""
    del arguments
    return ask(talk, "login", (), _USERNAME, _PASSWORD)


def _try_login(talk: Talk, words: tuple[str, ...], answers: tuple[str, ...]) -> Spoken:
    del words
    user, verdict = answers
    if verdict != PROVED:
        # That it refuses at once, and the wording, are inferred.
        return Spoken(_DENIED)
    conversation = talk.conversation
    conversation.user = user
    privilege = accounts.privilege_of(talk.pair, talk.u, user)
    if accounts.service_of(talk.unit, user) == "nas-prompt":
        privilege = min(privilege, 1)
    operators.rose(talk.pair, talk.u, conversation.privilege, privilege)
    conversation.privilege = privilege
    conversation.mode = ENABLE if conversation.privilege > 1 else EXEC
    return Spoken("")


def _opens(talk: Talk, words: tuple[str, ...], answers: tuple[str, ...]) -> bool:
    del words
    user, password = answers
    return bool(user) and accounts.opens(talk.pair, talk.u, user, password)


def _disable(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    del arguments
    conversation = talk.conversation
    operators.rose(talk.pair, talk.u, conversation.privilege, 1)
    conversation.mode, conversation.privilege = EXEC, 1
    conversation.user = "enable_1"
    return Spoken("")


def hang_up(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    """`exit`, `quit`, `logout`: the session ends."""
    del arguments
    if talk.remote:
        return Spoken("")
    doors.leave(talk.pair, talk.conversation.number)
    return Spoken("\nLogoff\n\n", hangs_up=True)


def _pager(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    """`terminal pager [lines] N`: this session only; 0 pages nothing."""
    lines = arguments[0]
    if not lines.isdigit() or int(lines) > _MOST_LINES:
        return Spoken("ERROR: % Invalid page length\n")  # The wording is inferred.
    talk.conversation.pager = int(lines)
    operators.acted(talk.pair, talk.u, f"terminal pager {lines}")
    return Spoken("")


def _no_pager(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    del arguments
    talk.conversation.pager = 0
    return Spoken("")


def _monitor(on: bool, talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    del arguments
    talk.conversation.monitors = on
    return Spoken("")


def widen(talk: Talk, line: str) -> str | None:
    """`terminal width N`, a configuration line that acts at once; why not, or None.

    80 by default, 40 to 511 or 0 for no limit (ASA command reference).
    """
    width = line.rsplit(maxsplit=1)[-1]
    if not width.isdigit() or (int(width) != _NARROWEST and int(width) not in _WIDTHS):
        return "ERROR: % Invalid terminal width\n"  # The wording is inferred.
    talk.conversation.width = int(width)
    return None


def _curpriv(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    """ASA command reference, `show curpriv`."""
    del arguments
    conversation = talk.conversation
    user = conversation.user
    if conversation.mode == EXEC:
        modes = "P_UNPR"
    else:
        modes = "P_PRIV P_CONF" if conversation.mode.startswith(CONFIG) else "P_PRIV"
    return Spoken(
        f"Username : {user}\n"
        f"Current privilege level : {conversation.privilege}\n"
        f"Current Mode/s : {modes}\n"
    )


def _show_pager(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    del arguments
    lines = talk.conversation.pager
    return Spoken(f"pager lines {lines}\n" if lines else "no pager\n")


def _show_terminal(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    """The layout is inferred from `show running-config terminal` of the command reference."""
    del arguments
    monitor = "monitor" if talk.conversation.monitors else "no monitor"
    return Spoken(f"\nWidth = {talk.conversation.width}, {monitor}\nterminal interactive\n")


def _help(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    del talk, arguments
    # The wording is inferred.
    return Spoken("Type the beginning of a command and '?' for what may follow.\n")


SESSION: tuple[tuple[str, Deed], ...] = (
    ("login", _log_in),
    ("enable", _enable),
    ("enable <level>", _enable),
    ("help", _help),
    ("show curpriv", _curpriv),
    ("show pager", _show_pager),
    ("exit", hang_up),
    ("quit", hang_up),
    ("logout", hang_up),
)
"""What works without privilege, and with it."""

PRIVILEGED_SESSION: tuple[tuple[str, Deed], ...] = (
    ("disable", _disable),
    ("disable <level>", _disable),
)

TERMINAL: tuple[tuple[str, Deed], ...] = (
    ("show curpriv", _curpriv),
    ("show pager", _show_pager),
    ("show terminal", _show_terminal),
    ("terminal pager <lines>", _pager),
    ("terminal pager lines <lines>", _pager),
    ("no terminal pager", _no_pager),
    ("terminal no pager", _no_pager),
    ("terminal monitor", partial(_monitor, True)),  # noqa: FBT003
    ("terminal no monitor", partial(_monitor, False)),  # noqa: FBT003
    ("no terminal monitor", partial(_monitor, False)),  # noqa: FBT003
)
"""What works in privileged EXEC and in configuration mode."""

SESSION_REPLIES: dict[str, Reply] = {"enable": _try_enable, "login": _try_login}

PROOFS: dict[str, Callable[[Talk, tuple[str, ...], tuple[str, ...]], bool]] = {
    "enable": _enables,
    "login": _opens,
}
"""Whether the hidden answer, the last one, is right. Only that is told to the reply's deed, and
kept with a world: the answer itself is not."""
