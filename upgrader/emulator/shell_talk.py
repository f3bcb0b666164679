"""What a command has at hand when it runs, and what it gives back."""

from dataclasses import dataclass
from functools import lru_cache

from upgrader.emulator.screens.failover import failover_is_on, holds_active
from upgrader.emulator.state import Conversation, Role, Unit
from upgrader.emulator.tables import Pair

EXEC, ENABLE, CONFIG = "exec", "enable", "config"

UNREACHABLE = "ERROR: Unable to reach the mate over the failover link\n"
"""Synthetic: the device's text for a mate that cannot be reached is not known."""

_SUBMODES = {
    "interface": "if",
    "webvpn": "webvpn",
    "group-policy": "group-policy",
    "tunnel-group": "tunnel-general",
    "class-map": "cmap",
    "policy-map": "pmap",
    "object": "network-object",
    "aaa-server": "aaa-server-group",
    "username": "username",
    "router": "router",
}


@dataclass(frozen=True, slots=True)
class Talk:
    """A line being carried out on unit `u` for a conversation.

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


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a line printed."""

    text: str
    due: int | None = None
    """When it is complete; None: at once."""
    hangs_up: bool = False


def section_of(conversation: Conversation) -> tuple[str, ...]:
    """The configuration section that the console is in, outermost first."""
    return tuple(conversation.section.split("\n")) if conversation.section else ()


def enter(conversation: Conversation, section: tuple[str, ...]) -> None:
    """Put the console into that section of configuration mode."""
    conversation.section = "\n".join(section)
    submode = _SUBMODES.get(section[-1].split()[0], "") if section else ""
    if len(section) > 1 and section[-1] == "webvpn":
        submode = f"{_SUBMODES.get(section[0].split()[0], 'config')}-webvpn"
    conversation.mode = f"{CONFIG}-{submode}" if submode else CONFIG


def prompt(pair: Pair, conversation: Conversation) -> str:
    """`fw/pri/act# `, `fw/pri/act(config)# `, `fw/pri/actNoFailover# `; or an open question."""
    if conversation.pending:
        return conversation.pending[0][0]
    unit = pair.units[conversation.unit]
    name = _name(
        unit.settings.prompt,
        unit.settings.hostname,
        "pri" if unit.role is Role.PRIMARY else "sec",
        ("act" if holds_active(unit) else "stby") + ("" if failover_is_on(unit) else "NoFailover"),
    )
    if conversation.mode == EXEC:
        return f"{name}> "
    if conversation.mode == ENABLE:
        return f"{name}# "
    return f"{name}({conversation.mode})# "


@lru_cache(maxsize=64)
def _name(words: tuple[str, ...], hostname: str, priority: str, state: str) -> str:
    """What stands before the mode, in the order of the `prompt` command."""
    parts = {"hostname": hostname, "priority": priority, "state": state}
    return "/".join(parts[word] for word in words if parts.get(word)) or hostname
