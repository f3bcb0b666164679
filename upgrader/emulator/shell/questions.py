"""What a command asks back, and how it goes on with the answers."""

from dataclasses import replace

from upgrader.emulator.shell.acts import REPLIES
from upgrader.emulator.shell.session import PROOFS
from upgrader.emulator.shell.talk import NOT_PROVED, PROVED, Spoken, Talk
from upgrader.emulator.tables import Pair
from upgrader.emulator.talk import INTERRUPT, Conversation, Dialogue, Expects

_YES = frozenset({"", "y"})
_LINE = Expects.LINE
"""Asked for behind every line; a member costs more by its class."""


def expects(conversation: Conversation) -> Expects:
    """What the console waits for: a line, unless it has asked something."""
    dialogue = conversation.dialogue
    return _LINE if dialogue is None else dialogue.questions[0].expects


def answered(talk: Talk, reply: str) -> Spoken:
    """Take the reply to the question that is open; when it was the last one, the command goes on.

    Whatever is no yes at a `[confirm]` ends the command, and nothing has happened. So does Ctrl-C
    at any question: NSO's driver for the ASA leaves a question by it and looks for a prompt.
    """
    conversation = talk.conversation
    dialogue = conversation.dialogue
    assert dialogue is not None, "asked only then"
    question, *rest = dialogue.questions
    conversation.dialogue = None
    if reply == INTERRUPT:
        return Spoken("")
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
    if expects(conversation) is not Expects.HIDDEN or line == INTERRUPT:
        return line
    assert conversation.dialogue is not None, "only a question hides its answer"
    return _verdict(Talk(pair, conversation, conversation.unit), conversation.dialogue, line)


def _verdict(talk: Talk, dialogue: Dialogue, reply: str) -> str:
    is_right = PROOFS[dialogue.deed](talk, dialogue.words, (*dialogue.answers, reply))
    return PROVED if is_right else NOT_PROVED
