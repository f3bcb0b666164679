"""A unit's command line: a typed line in, what the device prints out.

Modes, prompts, abbreviations, `failover exec`, filters behind `|`, questions, and the device's
own errors for what it does not know. What the shows print is in `screens`; what the other lines
do is done by the modules that own the tables.
"""

from functools import lru_cache

from msgspec import Struct

from upgrader.emulator.admission.levels import CONFIGURE, TOP, Levels, levels_of
from upgrader.emulator.admission.levels import EXEC as EXEC_LINES
from upgrader.emulator.config import main_word
from upgrader.emulator.screens.failover import holds_active
from upgrader.emulator.shell.acts import ACTS
from upgrader.emulator.shell.config import configured
from upgrader.emulator.shell.questions import answered, expects, judged
from upgrader.emulator.shell.session import PRIVILEGED_SESSION, SESSION, TERMINAL, hang_up
from upgrader.emulator.shell.shows import SHOWS
from upgrader.emulator.shell.talk import (
    CONFIG,
    ENABLE,
    EXEC,
    UNREACHABLE,
    Deed,
    Spoken,
    Talk,
    enter,
    prompt,
    section_of,
)
from upgrader.emulator.shell.words import (
    INCOMPLETE,
    UNAUTHORIZED,
    Ambiguous,
    Grammar,
    Incomplete,
    Invalid,
    Meaning,
    Understood,
    ambiguous,
    filtered,
    invalid,
    lacks_pattern,
)
from upgrader.emulator.state import State
from upgrader.emulator.syslog import operators
from upgrader.emulator.tables import Pair
from upgrader.emulator.talk import INTERRUPT, Answer, Conversation

__all__ = ["MODES", "answer", "grammar_of", "judged", "next_words", "prompt"]

_STANDBY_WARNING = (
    "**** WARNING ****\n"
    "\tConfiguration Replication is NOT performed from Standby unit to Active unit.\n"
    "\tConfigurations are no longer synchronized.\n"
)
_CTRL_Z = "\x1a"
_FORMS = ("show", "clear", "no")


def answer(pair: Pair, conversation: Conversation, line: str) -> Answer:
    """Carry out a line that was typed into the conversation."""
    talk = Talk(pair, conversation, conversation.unit)
    unasked, conversation.unasked = conversation.unasked, ""
    if conversation.dialogue is not None:
        spoken = answered(talk, line)
    elif line == INTERRUPT:  # The question that it was pressed at has ended meanwhile.
        spoken = Spoken("")
    elif conversation.privilege < TOP and (levels := levels_of(talk.unit.running)) is not None:
        spoken = _authorized(talk, levels, line)
    elif conversation.mode.startswith(CONFIG):
        spoken = _in_config(talk, line)
    else:
        grammar = _USER if conversation.mode == EXEC else _PRIVILEGED
        spoken = _carried_out(talk, grammar, line)
    due = pair.now if spoken.due is None else spoken.due
    return Answer(
        unasked + spoken.text,
        prompt(pair, conversation),
        due,
        dropped=spoken.hangs_up,
        expects=expects(conversation),
    )


class _Line(Struct, frozen=True, gc=False):
    """A typed line, taken apart."""

    command: str
    meaning: Meaning[Deed]
    looks: bool
    """It is a `show`."""
    pipe: str | None
    """What stands behind `|`; None: nothing is filtered."""


@lru_cache(maxsize=512)  # The same few lines are typed again and again.
def _taken_apart(grammar: Grammar[Deed], line: str) -> _Line | None:
    """None: the line says nothing."""
    if not line.strip() or line[0] in "!:" or line.endswith(_CTRL_Z):
        return None
    command, bar, pipe = line.partition("|")
    if bar and isinstance(_EXEC.read(command), Understood):
        # The filter is for the other unit to apply.
        command, bar = line, ""
    looks = command.lstrip()[:2].lower() == "sh"
    return _Line(command, grammar.read(command), looks, pipe if bar else None)


def _carried_out(talk: Talk, grammar: Grammar[Deed], line: str) -> Spoken:
    typed = _taken_apart(grammar, line)
    if typed is None:
        return Spoken("")
    meaning = typed.meaning
    if not isinstance(meaning, Understood):
        return _refused(talk, meaning)
    if typed.looks:
        operators.looked(talk.pair, talk.u, typed.command)
    if typed.pipe is None:
        return meaning.deed(talk, meaning.arguments)
    return _piped(talk, typed.command, typed.pipe, meaning.deed, meaning.arguments)


def _piped(talk: Talk, command: str, pipe: str, deed: Deed, arguments: tuple[str, ...]) -> Spoken:
    """Only what `show` and `more` print can be filtered."""
    first = command.split(maxsplit=1)[0].lower()
    if not ("show".startswith(first) or "more".startswith(first)):
        return _refused(talk, Invalid(len(command)))
    if lacks_pattern(pipe):
        return Spoken(INCOMPLETE)
    spoken = deed(talk, arguments)
    kept = filtered(spoken.text, pipe)
    return _refused(talk, Invalid(len(command))) if kept is None else Spoken(kept, spoken.due)


def _refused(talk: Talk, why: Invalid | Incomplete | Ambiguous) -> Spoken:
    match why:
        case Invalid(at):
            return Spoken(invalid(prompt(talk.pair, talk.conversation), at))
        case Incomplete():
            return Spoken(INCOMPLETE)
        case Ambiguous(text):
            return Spoken(ambiguous(text))


# ── command authorization ──────────


def _authorized(talk: Talk, levels: Levels, line: str) -> Spoken:
    """A line of somebody below level 15, where commands have levels.

    User EXEC knows the commands of levels 0 and 1 (ASA CLI configuration guide), whichever they
    are.
    """
    conversation = talk.conversation
    in_config = conversation.mode.startswith(CONFIG)
    level = _level_of(levels, line, section_of(conversation) if in_config else None, conversation)
    if level is not None and level > conversation.privilege:
        return _unauthorized(talk, line)
    if in_config:
        return _in_config(talk, line)
    user_knows = isinstance(_USER.read(line.partition("|")[0]), Understood)
    grammar = _USER if conversation.mode == EXEC and (user_knows or level is None) else _PRIVILEGED
    return _carried_out(talk, grammar, line)


def _level_of(
    levels: Levels, line: str, section: tuple[str, ...] | None, conversation: Conversation
) -> int | None:
    """The level that a line asks for; None: it is no command, which is told as to anybody.

    `section`: where a line of the configuration would be typed; None: not in configuration mode.
    For `failover exec` its own level and that of what it passes on must do: one must have
    sufficient privileges on the local unit (ASA CLI configuration guide, Remote Command
    Execution).
    """
    if section is not None:
        if line.endswith(_CTRL_Z):
            return None
        if isinstance(_MODES.read(line), Understood):
            words = _MODES.written_out(line)
            return levels.of_command(words, EXEC_LINES if words[0] == "configure" else CONFIGURE)
    grammar = _PRIVILEGED if section is None else _ANYWHERE
    typed = _taken_apart(grammar, line)
    if typed is None:
        return None
    if isinstance(typed.meaning, Understood):
        words = grammar.written_out(typed.command)
        level = levels.of_command(words, EXEC_LINES)
        if words[:2] == ("failover", "exec"):
            there = None if section is None else conversation.remote.get(words[2], "")
            inner = None if there is None else tuple(part for part in there.split("\n") if part)
            passed_on = _level_of(levels, typed.meaning.arguments[0], inner, conversation)
            level = max(level, passed_on or 0)
        return level
    word = None if section is None else main_word(section, line)
    if word is None:
        return None
    cleared = line.split()[2:3] if word == "clear" else [word]
    return levels.of_command(("clear", *cleared) if word == "clear" else (word,), CONFIGURE)


def _unauthorized(talk: Talk, line: str) -> Spoken:
    """Real 9.1(3) session. That the caret stands under the main word is inferred."""
    typed = line.lstrip()
    first, _, rest = typed.partition(" ")
    has_form = any(len(first) > 1 and form.startswith(first.lower()) for form in _FORMS)
    main = rest.lstrip() if has_form and rest.strip() else typed
    at = len(line) - len(main)
    return Spoken(invalid(prompt(talk.pair, talk.conversation), at) + UNAUTHORIZED)


# ── configuration mode ──────────


def _in_config(talk: Talk, line: str) -> Spoken:
    """A configuration line; shows and other EXEC lines work here too."""
    if line.endswith(_CTRL_Z):
        return _end(talk, ())
    words = line.split()
    if not words or words[0][0] in "!:":
        return Spoken("")
    if isinstance(_MODES.read(line), Understood):
        return _carried_out(talk, _MODES, line)
    if isinstance(_ANYWHERE.read(line.partition("|")[0]), Understood):
        return _carried_out(talk, _ANYWHERE, line)
    return _configured(talk, section_of(talk.conversation), line)


def _configured(talk: Talk, section: tuple[str, ...], line: str) -> Spoken:
    done = configured(talk, section, line)
    if done is None:
        # What stands wrong in an EXEC line is told as in EXEC mode.
        as_exec = _ANYWHERE.read(line)
        return _refused(talk, Invalid(0) if isinstance(as_exec, Understood) else as_exec)
    spoken, after = done
    if not talk.remote and after is not None:
        enter(talk.conversation, after)
    return spoken


def _configure(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    del arguments
    if talk.remote:
        return Spoken("")
    operators.acted(talk.pair, talk.u, "configure terminal")
    enter(talk.conversation, ())
    return Spoken("" if holds_active(talk.unit) else _STANDBY_WARNING)


def _end(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    del arguments
    operators.left_configuration(talk.pair, talk.u)
    talk.conversation.section = ""
    talk.conversation.mode = ENABLE
    return Spoken("")


def _exit_section(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    section = section_of(talk.conversation)
    if not section:
        return _end(talk, arguments)
    enter(talk.conversation, section[:-1])
    return Spoken("")


# ── the other unit ──────────


def _failover_exec(where: str, talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    """`failover exec mate|active|standby LINE`: plain output, nothing around it.

    In configuration mode each of the three has a section of its own, which lasts from line to
    line (ASA command reference); `changeto`, `debug` and itself are refused there.
    """
    line = arguments[0]
    if talk.remote or line.split()[0].lower() in {"changeto", "debug", "undebug"}:
        return _refused(talk, Invalid(len(f"failover exec {where} ")))
    ours = holds_active(talk.unit)
    here = (where == "active" and ours) or (where == "standby" and not ours)
    if not here and not _reaches_mate(talk):
        return Spoken(UNREACHABLE)
    there = Talk(talk.pair, talk.conversation, talk.u if here else 1 - talk.u, remote=True)
    in_config = talk.conversation.mode.startswith(CONFIG)
    if not in_config or isinstance(_ANYWHERE.read(line.partition("|")[0]), Understood):
        return _carried_out(there, _ANYWHERE, line)
    return _configured_there(where, there, line)


def _reaches_mate(talk: Talk) -> bool:
    """Whether `failover exec` gets through: not to a mate that is not heard, or has Failed.

    One whose service card has failed is reached (command reference).
    """
    peer, mate = talk.unit.peer, talk.pair.units[1 - talk.u]
    has_failed = peer.state is State.FAILED and not mate.failed_modules
    return peer.heard and talk.pair.answers(1 - talk.u) and not has_failed


def _configured_there(where: str, there: Talk, line: str) -> Spoken:
    remote = there.conversation.remote
    section = tuple(part for part in remote.get(where, "").split("\n") if part)
    match _MODES.read(line):
        case Understood(deed, _) if deed is _exit_section:
            remote[where] = "\n".join(section[:-1])
            return Spoken("")
        case Understood():
            remote.pop(where, None)
            return Spoken("")
        case _:
            pass
    done = configured(there, section, line)
    if done is None:
        return _refused(there, Invalid(len(f"failover exec {where} ")))
    spoken, after = done
    if after is not None:
        remote[where] = "\n".join(after)
    return spoken


def _exec_on(where: str) -> Deed:
    def deed(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
        return _failover_exec(where, talk, arguments)

    return deed


_SHOWN = dict(SHOWS)
_Table = tuple[tuple[str, Deed], ...]
_ON_THE_MATE: _Table = tuple(
    (f"failover exec {where} ...", _exec_on(where)) for where in ("mate", "active", "standby")
)
_BOTH: _Table = (*SHOWS, *ACTS, *TERMINAL, *_ON_THE_MATE)
_USER_LINES: _Table = (
    *SESSION,
    *((line, _SHOWN[line]) for line in ("show version", "show clock", "show checksum")),
)
_PRIVILEGED_LINES: _Table = (
    *_BOTH,
    *SESSION,
    *PRIVILEGED_SESSION,
    ("configure terminal", _configure),
)
_MODE_LINES: _Table = (
    ("end", _end),
    ("exit", _exit_section),
    ("quit", _exit_section),
    ("configure terminal", _configure),
)
_ANYWHERE_LINES: _Table = (*_BOTH, ("logout", hang_up))

_EXEC = Grammar(_ON_THE_MATE)
_ANYWHERE = Grammar(_ANYWHERE_LINES)
_PRIVILEGED = Grammar(_PRIVILEGED_LINES)
_USER = Grammar(_USER_LINES)
_MODES: Grammar[Deed] = Grammar(_MODE_LINES)

MODES: dict[str, tuple[str, ...]] = {
    "user": tuple(line for line, _ in _USER_LINES),
    "privileged": tuple(line for line, _ in _PRIVILEGED_LINES),
    "configuration": tuple(line for line, _ in (*_ANYWHERE_LINES, *_MODE_LINES)),
}
"""The patterns that each mode knows, but for the lines of the configuration itself."""


def next_words(conversation: Conversation, line: str) -> tuple[str, ...]:
    """What may follow behind the line, as `?` lists it, in order; `<name>`: a word of any kind.

    A line that ends in a blank asks for the next word, another one for its last word whole.
    Words of the configuration are not listed.
    """
    if conversation.mode.startswith(CONFIG):
        return tuple(sorted({*_MODES.next_words(line), *_ANYWHERE.next_words(line)}))
    return grammar_of(conversation).next_words(line)


def grammar_of(conversation: Conversation) -> Grammar[Deed]:
    """The lines that an EXEC mode knows."""
    return _USER if conversation.mode == EXEC else _PRIVILEGED
