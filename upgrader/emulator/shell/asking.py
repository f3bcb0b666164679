"""What `?` prints at a unit's command line."""

from upgrader.emulator.shell.shell import grammar_of, next_words
from upgrader.emulator.shell.talk import CONFIG
from upgrader.emulator.shell.words import UNRECOGNIZED, Invalid, Understood, filters
from upgrader.emulator.talk import Conversation


def help_on(conversation: Conversation, line: str) -> str:
    """What `?` prints behind the line: the words that may follow, `<cr>` where nothing need.

    Order and error are inferred: of the session that shows them (`show ip ?`) no release is known.
    What each word means is not printed. What configuration mode does not list may be a line of the
    configuration.
    """
    words = next_words(conversation, line)
    if conversation.mode.startswith(CONFIG):
        return "".join(f"  {word}\n" for word in words)
    if "|" in line:
        return "".join(f"  {word}\n" for word in filters(line.rpartition("|")[2]))
    grammar = grammar_of(conversation)
    if line and not line.endswith(" "):
        if words:
            return f"  {'  '.join(words)}\n"
        return UNRECOGNIZED if isinstance(grammar.read(line), Invalid) else ""
    if isinstance(grammar.read(line), Understood):
        shows = grammar.written_out(line)[0] == "show"
        words = (*words, *(("|",) if shows else ()), "<cr>")
    if not words and isinstance(grammar.read(f"{line}x"), Invalid):
        return UNRECOGNIZED
    return "".join(f"  {word}\n" for word in words)
