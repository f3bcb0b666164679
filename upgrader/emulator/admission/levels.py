"""Local command authorization: from which privilege level on a command may be typed.

`aaa authorization command LOCAL` turns it on, and it then concerns everybody below level 15. A
command is its main word in one of three forms (`show X`, `clear X`, and `X` or `no X`) and one of
two modes; words below the main one have no level of their own. Source: ASA CLI configuration
guide, Configuring Command Authorization.
"""

from dataclasses import dataclass

from upgrader.emulator.remembered import of_the_same

Lines = tuple[str, ...]

TOP = 15
"""The level of whoever may type everything, and of every command that nobody has moved."""

EXEC, CONFIGURE = "exec", "configure"

_FORMS: tuple[str, ...] = ("show", "clear", "cmd")
_MODES: dict[str, tuple[str, ...]] = {
    "exec": (EXEC,),
    "enable": (EXEC,),
    "configure": (CONFIGURE,),
    "cmd": (CONFIGURE,),
}
"""`enable` and `cmd` are the words of older releases."""

_LOWEST = {
    "show": frozenset({"checksum", "curpriv", "history", "pager", "version"}),
    "clear": frozenset({"pager"}),
    "cmd": frozenset({"enable", "help", "login", "logout", "pager", "quit", "exit"}),
}
"""At level 0 unless moved. `exit` is not in the guide's list; that it always works is told by
users of such accounts."""

_LEAVE = frozenset({"end", "exit", "quit"})
"""What leaves configuration mode. That whoever got in may leave is inferred."""


@dataclass(frozen=True, slots=True)
class Levels:
    """The levels of commands, as far as `privilege` lines have moved them."""

    moved: dict[tuple[str, str, str], int]
    """By form, mode and main word."""

    def of_command(self, words: tuple[str, ...], mode: str) -> int:
        """The level of a command, given by its words written out.

        `show running-config X` is also the `show` form of X in configuration mode, as the guide
        has it; that both must be permitted is inferred.
        """
        form = words[0] if words[0] in ("show", "clear") else "cmd"
        main = words[1:2] if words[0] in ("show", "clear", "no") else words[:1]
        word = main[0].lower() if main else ""
        if mode == CONFIGURE and word in _LEAVE:
            return 0
        level = self._level(form, mode, word)
        if words[:2] == ("show", "running-config"):
            section = [part for part in words[2:] if part != "all"]
            if section:
                level = max(level, self._level("show", CONFIGURE, section[0].lower()))
        return level

    def _level(self, form: str, mode: str, word: str) -> int:
        moved = self.moved.get((form, mode, word))
        if moved is not None:
            return moved
        return 0 if mode == EXEC and word in _LOWEST[form] else TOP


@of_the_same
def levels_of(running: Lines) -> Levels | None:
    """What the unit's configuration says; None: no command is authorized by its level."""
    if "aaa authorization command LOCAL" not in running:
        return None
    moved = {}
    for line in running:
        if line.startswith("privilege "):
            moved.update(_moved(line.split()[1:]))
    return Levels(moved)


def _moved(words: list[str]) -> dict[tuple[str, str, str], int]:
    """`[show|clear|cmd] level N [mode exec|configure] command WORD`; what is no such line, {}."""
    forms = tuple(form for form in _FORMS if words[:1] == [form]) or _FORMS
    modes: tuple[str, ...] = (EXEC, CONFIGURE)
    match words if forms == _FORMS else words[1:]:
        case ["level", level, "mode", mode, "command", word] if mode in _MODES:
            modes = _MODES[mode]
        case ["level", level, "command", word]:
            pass
        case _:
            return {}
    if not level.isdigit() or int(level) > TOP:
        return {}
    return {(form, mode, word.lower()): int(level) for form in forms for mode in modes}
