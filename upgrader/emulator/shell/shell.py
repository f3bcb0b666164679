"""A unit's command line: a typed line in, what the device prints out.

Modes, prompts, abbreviations, `failover exec`, filters behind `|`, questions, and the device's
own errors for what it does not know. What the shows print is in `screens`; what the other lines
do is done by the modules that own the tables.
"""

from dataclasses import replace

from upgrader.emulator.screens.failover import holds_active
from upgrader.emulator.shell.acts import ACTS, REPLIES
from upgrader.emulator.shell.config import configured
from upgrader.emulator.shell.session import PRIVILEGED_SESSION, PROOFS, SESSION, TERMINAL, hang_up
from upgrader.emulator.shell.shows import SHOWS
from upgrader.emulator.shell.talk import (
    CONFIG,
    ENABLE,
    EXEC,
    NOT_PROVED,
    PROVED,
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
    Ambiguous,
    Grammar,
    Incomplete,
    Invalid,
    Understood,
    ambiguous,
    filtered,
    invalid,
)
from upgrader.emulator.state import State
from upgrader.emulator.syslog import operators
from upgrader.emulator.tables import Pair
from upgrader.emulator.talk import Answer, Conversation, Dialogue, Expects

__all__ = ["MODES", "answer", "next_words", "prompt"]

_STANDBY_WARNING = (
    "**** WARNING ****\n"
    "\tConfiguration Replication is NOT performed from Standby unit to Active unit.\n"
    "\tConfigurations are no longer synchronized.\n"
)
_CTRL_Z = "\x1a"
_YES = frozenset({"", "y"})


def answer(pair: Pair, conversation: Conversation, line: str) -> Answer:
    """Carry out a line that was typed into the conversation."""
    talk = Talk(pair, conversation, conversation.unit)
    unasked, conversation.unasked = conversation.unasked, ""
    if conversation.dialogue is not None:
        spoken = _answered(talk, line)
    elif conversation.mode.startswith(CONFIG):
        spoken = _in_config(talk, line)
    else:
        spoken = _in_exec(talk, line)
    due = pair.now if spoken.due is None else spoken.due
    return Answer(
        unasked + spoken.text,
        prompt(pair, conversation),
        due,
        dropped=spoken.hangs_up,
        expects=expects(conversation),
    )


def expects(conversation: Conversation) -> Expects:
    """What the console waits for: a line, unless it has asked something."""
    dialogue = conversation.dialogue
    return Expects.LINE if dialogue is None else dialogue.questions[0].expects


def _answered(talk: Talk, reply: str) -> Spoken:
    """Take the reply to the question that is open; when it was the last one, the command goes on.

    Whatever is no yes at a `[confirm]` ends the command, and nothing has happened.
    """
    conversation = talk.conversation
    dialogue = conversation.dialogue
    assert dialogue is not None, "asked only then"
    question, *rest = dialogue.questions
    conversation.dialogue = None
    if question.expects is Expects.KEY and reply.strip()[:1].lower() not in _YES:
        return Spoken("")
    if question.expects is Expects.HIDDEN:
        given = reply if reply in (PROVED, NOT_PROVED) else _verdict(talk, dialogue, reply)
    else:
        given = reply.strip() or question.offered
    answers = (*dialogue.answers, given)
    if rest:
        conversation.dialogue = replace(dialogue, questions=tuple(rest), answers=answers)
        return Spoken("")
    return REPLIES[dialogue.deed](talk, dialogue.words, answers)


def judged(pair: Pair, conversation: Conversation, line: str) -> str:
    """The line as it is to be kept: of an answer that nobody may see only whether it is right."""
    if expects(conversation) is not Expects.HIDDEN:
        return line
    assert conversation.dialogue is not None, "only a question hides its answer"
    return _verdict(Talk(pair, conversation, conversation.unit), conversation.dialogue, line)


def _verdict(talk: Talk, dialogue: Dialogue, reply: str) -> str:
    is_right = PROOFS[dialogue.deed](talk, dialogue.words, (*dialogue.answers, reply))
    return PROVED if is_right else NOT_PROVED


def _in_exec(talk: Talk, line: str) -> Spoken:
    if not line.strip() or line[0] in "!:" or line.endswith(_CTRL_Z):
        return Spoken("")
    grammar = _USER if talk.conversation.mode == EXEC else _PRIVILEGED
    return _carried_out(talk, grammar, line)


def _carried_out(talk: Talk, grammar: Grammar[Deed], line: str) -> Spoken:
    command, bar, pipe = line.partition("|")
    if bar and isinstance(_EXEC.read(command), Understood):
        # The filter is for the other unit to apply.
        command, bar = line, ""
    match grammar.read(command):
        case Understood(deed, arguments):
            if command.lstrip()[:2].lower() == "sh":
                operators.looked(talk.pair, talk.u, command)
            if not bar:
                return deed(talk, arguments)
            return _piped(talk, command, pipe, deed, arguments)
        case refused:
            return _refused(talk, refused)


def _piped(talk: Talk, command: str, pipe: str, deed: Deed, arguments: tuple[str, ...]) -> Spoken:
    """Only what `show` and `more` print can be filtered."""
    first = command.split(maxsplit=1)[0].lower()
    if not ("show".startswith(first) or "more".startswith(first)):
        return _refused(talk, Invalid(len(command)))
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
    if conversation.mode == EXEC:
        return _USER.next_words(line)
    if conversation.mode.startswith(CONFIG):
        return tuple(sorted({*_MODES.next_words(line), *_ANYWHERE.next_words(line)}))
    return _PRIVILEGED.next_words(line)
