"""What a command has at hand when it runs, what it gives back, and how it asks."""

from collections.abc import Callable

from msgspec import Struct

from upgrader.emulator.config import prompt_of
from upgrader.emulator.remembered import of_the_same
from upgrader.emulator.screens.failover import holds_active
from upgrader.emulator.settings import Settings
from upgrader.emulator.state import Role, State, Unit
from upgrader.emulator.tables import Pair
from upgrader.emulator.talk import Conversation, Dialogue, Expects, Question

EXEC, ENABLE, CONFIG = "exec", "enable", "config"

PROVED, NOT_PROVED = "\0right", "\0wrong"
"""What stands for a hidden answer once it has been judged. Nobody can type it: what comes from
outside is judged first, whatever it says."""

_DISABLED, _PRIMARY = State.DISABLED, Role.PRIMARY
"""Asked for behind every line; a member costs as much by its class as the rest of the prompt."""

UNREACHABLE = "ERROR: Unable to reach the mate over the failover link\n"
"""Synthetic: the device's text for a mate that cannot be reached is not known."""


class Talk(Struct, frozen=True, gc=False):
    """A line being carried out on unit `u` for a conversation.

    One is made for each line that is typed: a struct is made in a tenth of the time.

    For `failover exec` the unit is not the one that the conversation is open on, and nothing
    there can be asked back.
    """

    pair: Pair
    conversation: Conversation
    u: int
    remote: bool = False

    @property
    def unit(self) -> Unit:
        """The unit that carries the line out."""
        return self.pair.units[self.u]


class Spoken(Struct, frozen=True, gc=False):
    """What a line printed."""

    text: str
    due: int | None = None
    """When it is complete; None: at once."""
    hangs_up: bool = False


Deed = Callable[[Talk, tuple[str, ...]], Spoken]
"""What a line does: the words that stood for `<name>` and `...` in, what it prints out."""

Reply = Callable[[Talk, tuple[str, ...], tuple[str, ...]], Spoken]
"""How a command goes on: the words it was given, and the answers to its questions."""


def ask(talk: Talk, deed: str, words: tuple[str, ...], *questions: Question) -> Spoken:
    """Ask before acting; `deed` is the name of the Reply that takes the answers.

    Through `failover exec` nothing can be answered: the first question is printed, and that is
    all that happens.
    """
    if talk.remote:
        return Spoken(f"{questions[0].prompt}\n")
    talk.conversation.dialogue = Dialogue(deed, words, questions)
    return Spoken("")


def confirm(prompt: str) -> Question:
    """`… [confirm]`: Enter or y means yes, and no Enter is needed."""
    return Question(prompt, Expects.KEY)


def section_of(conversation: Conversation) -> tuple[str, ...]:
    """The configuration section that the console is in, outermost first."""
    return tuple(conversation.section.split("\n")) if conversation.section else ()


def enter(conversation: Conversation, section: tuple[str, ...]) -> None:
    """Put the console into that section of configuration mode."""
    conversation.section = "\n".join(section)
    name = prompt_of(section)
    # Two modes have prompts of another kind: `(cfg-call-home)#`.
    conversation.mode = name if name.startswith(CONFIG) else f"{CONFIG}:{name}"


def prompt(pair: Pair, conversation: Conversation) -> str:
    """`fw/pri/act# `, `fw/pri/act(config)# `, `fw/pri/actNoFailover# `; or an open question."""
    if conversation.dialogue is not None:
        return conversation.dialogue.questions[0].prompt
    unit = pair.units[conversation.unit]
    is_in = unit.state is not _DISABLED
    place = 4 * holds_active(unit) + 2 * is_in + (unit.role is _PRIMARY)
    name = _names(unit.settings)[place]
    if conversation.mode == ENABLE:
        return f"{name}# "
    if conversation.mode == EXEC:
        return f"{name}> "
    return f"{name}({conversation.mode.rpartition(':')[2]})# "


@of_the_same
def _names(settings: Settings) -> tuple[str, ...]:
    """By 4 for the active unit, plus 2 where it was not taken out, plus 1 for the Primary."""
    states = ("stbyNoFailover", "stby", "actNoFailover", "act")
    if not settings.failover.enabled or settings.failover.lan_port is None:
        states = ("stbyNoFailover", "stbyNoFailover", "actNoFailover", "actNoFailover")
    return tuple(
        _name(settings.prompt, settings.hostname, priority, state)
        for state in states
        for priority in ("sec", "pri")
    )


def _name(words: tuple[str, ...], hostname: str, priority: str, state: str) -> str:
    """What stands before the mode, in the order of the `prompt` command."""
    parts = {"hostname": hostname, "priority": priority, "state": state}
    return "/".join(parts[word] for word in words if parts.get(word)) or hostname
