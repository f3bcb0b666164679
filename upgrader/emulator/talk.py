"""What passes between a unit and the world outside it: consoles, questions, answers, datagrams."""

from dataclasses import dataclass, field
from enum import Enum

from msgspec import Struct

CONSOLE = "0.0.0.0"  # noqa: S104  the log's word for the serial console, nothing is bound
"""Where a conversation comes from that is not over SSH."""


INTERRUPT = "\x03"
"""What arrives as a reply when Ctrl-C is pressed at a question."""


class Expects(Enum):
    """What a console waits for, as the terminal must know it to echo and to end it."""

    LINE = "line"
    """A line, echoed; at a prompt or at a question."""
    KEY = "key"
    """One key and no Enter: `[confirm]`."""
    HIDDEN = "hidden"
    """A line of which only asterisks are shown."""


@dataclass(frozen=True, slots=True)
class Question:
    """Something that a command asks before it acts."""

    prompt: str
    """As printed, without a line's end behind it; a line's end may stand before it."""
    expects: Expects = Expects.LINE
    offered: str = ""
    """The answer that an empty line stands for: what the prompt shows in brackets."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A command that has asked, and what was answered so far."""

    deed: str
    """Which deed goes on with the answers: a name of the shell's table."""
    words: tuple[str, ...]
    """What the command was given when it was typed."""
    questions: tuple[Question, ...]
    """Those that are still open; the first is being asked."""
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Datagram:
    """A syslog message on its way to a collector."""

    unit: int
    interface: str
    """The interface (`nameif`) that it leaves by."""
    host: str
    port: int
    payload: str
    """`<166>Mar 14 2026 22:00:00 fw : %ASA-6-…`, without a line's end."""
    at: int = 0
    """When it was sent."""
    source: str = ""
    """The address that it is sent from: the interface's, of the unit's role then; empty: none."""


@dataclass(slots=True)
class Conversation:
    """An open console: bound to a chassis, opened at a seat."""

    number: int
    unit: int
    seat: str
    """The address it was opened at: `active` or `standby`, whose owners swap, or `primary` or
    `secondary`, which are a chassis' own."""
    mode: str
    """`exec`, `enable`, `config`, `config-webvpn`, …"""
    section: str = ""
    """The configuration section it is in: `webvpn`, `interface GigabitEthernet0/0`; a line of
    each level."""
    unasked: str = ""
    """What the unit has printed by itself since the last reply."""
    user: str = "enable_15"
    """Who logged in, as `show curpriv` and the log name him."""
    privilege: int = 15
    source: str = CONSOLE
    """The address he came from."""
    pager: int = 0
    """Lines a page; 0: no pager."""
    width: int = 80
    """Columns of his terminal."""
    monitors: bool = False
    """`terminal monitor`."""
    dialogue: Dialogue | None = None
    """The question that waits for an answer."""
    folder: str = "disk0:/"
    """Where names without a device are looked for (`cd`)."""
    remote: dict[str, str] = field(default_factory=dict)
    """By `active`, `standby`, `mate`: the configuration section that `failover exec` is in."""


class Answer(Struct, frozen=True, gc=False):
    """What a console gives back for a line."""

    text: str
    """Without echo and prompt; lines end with LF."""
    prompt: str
    due: int
    """The instant at which the answer is complete; the caller lets time pass until then."""
    dropped: bool = False
    """The conversation is over (the unit went away, or the address moved)."""
    silent: bool = False
    """Nothing came back."""
    expects: Expects = Expects.LINE
    """What the console waits for next."""
