"""A unit's command line: a typed line in, what the device prints out.

Modes, prompts, abbreviations, `failover exec`, filters behind `|`, questions, and the device's
own errors for what it does not know. What the shows print is in `screens`; what the other lines
do is done by the modules that own the tables.
"""

from upgrader.emulator import replication
from upgrader.emulator.config import ConfigFault, InvalidInput, path_of
from upgrader.emulator.screens.failover import holds_active
from upgrader.emulator.shell_acts import ACTS
from upgrader.emulator.shell_shows import SHOWS, Deed
from upgrader.emulator.shell_talk import (
    CONFIG,
    ENABLE,
    EXEC,
    UNREACHABLE,
    Spoken,
    Talk,
    enter,
    prompt,
    section_of,
)
from upgrader.emulator.shell_words import (
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
from upgrader.emulator.state import Answer, Conversation
from upgrader.emulator.tables import Pair

__all__ = ["answer", "prompt"]

_STANDBY_WARNING = (
    "**** WARNING ****\n"
    "\tConfiguration Replication is NOT performed from Standby unit to Active unit.\n"
    "\tConfigurations are no longer synchronized.\n"
)


def answer(pair: Pair, conversation: Conversation, line: str) -> Answer:
    """Carry out a line that was typed into the conversation."""
    talk = Talk(pair, conversation, conversation.unit)
    unasked, conversation.unasked = conversation.unasked, ""
    if conversation.pending:
        spoken = _answered(talk, line.strip())
    elif conversation.mode.startswith(CONFIG):
        spoken = _in_config(talk, line)
    else:
        spoken = _in_exec(talk, line)
    due = pair.now if spoken.due is None else spoken.due
    text = unasked + spoken.text
    return Answer(text, prompt(pair, conversation), due, dropped=spoken.hangs_up)


def _answered(talk: Talk, reply: str) -> Spoken:
    """Take the reply to an open question.

    A name is taken as offered, whatever is typed. `[confirm]` wants an empty line or yes, else
    nothing happens at all; `[Y]es/[N]o` may be denied and the next question follows.
    """
    (question, line), *rest = talk.conversation.pending
    agreed = reply[:1].lower() in {"", "y"}
    talk.conversation.pending = ()
    if "[confirm]" in question and not agreed:
        return Spoken("")
    may_skip = "[Y]es/[N]o" in question
    spoken = _in_exec(talk, line) if agreed or not may_skip else Spoken("")
    talk.conversation.pending = tuple(rest)
    return spoken


def _in_exec(talk: Talk, line: str) -> Spoken:
    if not line.strip():
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


def _in_config(talk: Talk, line: str) -> Spoken:
    """A configuration line; shows and other EXEC lines work here too."""
    words = line.split()
    if not words or words[0].startswith("!"):
        return Spoken("")
    if isinstance(_MODES.read(line), Understood):
        return _carried_out(talk, _MODES, line)
    if isinstance(_ANYWHERE.read(line.partition("|")[0]), Understood):
        return _carried_out(talk, _ANYWHERE, line)
    return _configured(talk, section_of(talk.conversation), line)


def _configured(talk: Talk, section: tuple[str, ...], line: str) -> Spoken:
    pair, conversation = talk.pair, talk.conversation
    typed = " ".join(line.split())
    try:
        after = replication.configure(pair, talk.u, section, typed)
    except InvalidInput:
        # What stands wrong in an EXEC line is told as in EXEC mode.
        as_exec = _ANYWHERE.read(line)
        return _refused(talk, Invalid(0) if isinstance(as_exec, Understood) else as_exec)
    except ConfigFault as fault:
        return Spoken(f"{fault.problem}\n")
    if not talk.remote:
        enter(conversation, after)
    return Spoken(_remark(talk, typed))


def _remark(talk: Talk, typed: str) -> str:
    """What the device says of an accepted line."""
    words = typed.split()
    if words[:2] == ["anyconnect", "image"] and len(words) > 2:
        path = path_of(words[2])
        if all(package.path != path for package in talk.unit.loaded):
            # That the line stands and loads nothing is inferred, and so is the text.
            return f"ERROR: Unable to load AnyConnect image {path}: no such file\n"
    if words[:3] == ["failover", "lan", "interface"] and len(words) == 5:
        return (
            f"INFO: Non-failover interface config is cleared on {words[4]} and its sub-interfaces\n"
        )
    return ""


def _failover_exec(where: str, talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    """`failover exec mate|active|standby LINE`: plain output, nothing around it."""
    line = arguments[0]
    if talk.remote or line.split()[0].lower() in {"changeto", "debug", "undebug"}:
        return _refused(talk, Invalid(len(f"failover exec {where} ")))
    ours = holds_active(talk.unit)
    here = (where == "active" and ours) or (where == "standby" and not ours)
    if not here and not (talk.unit.peer.heard and talk.pair.answers(1 - talk.u)):
        return Spoken(UNREACHABLE)
    there = Talk(talk.pair, talk.conversation, talk.u if here else 1 - talk.u, remote=True)
    in_config = talk.conversation.mode.startswith(CONFIG)
    if in_config and not isinstance(_ANYWHERE.read(line.partition("|")[0]), Understood):
        return _configured(there, (), line)
    return _carried_out(there, _ANYWHERE, line)


def _enable(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    del arguments
    talk.conversation.mode = ENABLE
    return Spoken("")


def _disable(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    del arguments
    talk.conversation.mode = EXEC
    return Spoken("")


def _configure(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    del arguments
    if talk.remote:
        return Spoken("")
    enter(talk.conversation, ())
    return Spoken("" if holds_active(talk.unit) else _STANDBY_WARNING)


def _hang_up(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    del arguments
    return Spoken("\nLogoff\n\n", hangs_up=not talk.remote)


def _end(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    del arguments
    talk.conversation.section = ""
    talk.conversation.mode = ENABLE
    return Spoken("")


def _exit_section(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
    section = section_of(talk.conversation)
    if not section:
        return _end(talk, arguments)
    enter(talk.conversation, section[:-1])
    return Spoken("")


def _exec_on(where: str) -> Deed:
    def deed(talk: Talk, arguments: tuple[str, ...]) -> Spoken:
        return _failover_exec(where, talk, arguments)

    return deed


_SHOWN = dict(SHOWS)
_ON_THE_MATE: tuple[tuple[str, Deed], ...] = tuple(
    (f"failover exec {where} ...", _exec_on(where)) for where in ("mate", "active", "standby")
)
_LEAVE: tuple[tuple[str, Deed], ...] = (
    ("exit", _hang_up),
    ("quit", _hang_up),
    ("logout", _hang_up),
)
_EXEC = Grammar(_ON_THE_MATE)
_ANYWHERE = Grammar((*SHOWS, *ACTS, *_ON_THE_MATE))
_PRIVILEGED = Grammar(
    (
        *SHOWS,
        *ACTS,
        *_ON_THE_MATE,
        *_LEAVE,
        ("enable", _enable),
        ("disable", _disable),
        ("configure terminal", _configure),
    )
)
_USER = Grammar(
    (
        ("enable", _enable),
        ("show version", _SHOWN["show version"]),
        ("show clock", _SHOWN["show clock"]),
        *_LEAVE,
    )
)
_MODES: Grammar[Deed] = Grammar(
    (
        ("end", _end),
        ("exit", _exit_section),
        ("quit", _exit_section),
        ("configure terminal", _configure),
    )
)
