"""Which of the lines that somebody typed on the night are typed again, and how.

Only what changes a pair and can be typed without knowing more: looks change nothing, and a file
that is copied is taken to lie on flash already.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from upgrader.dialect.commands import LOGOFF, RELOAD_STANDBY, LineKind, classify, is_typeable
from upgrader.model.evidence import What
from upgrader.model.failover import Role
from upgrader.model.night import Ending, Event, Life, Switchover
from upgrader.model.script import Typed

_LOGOFF_INDEX = f"{LOGOFF} index"
_EXEC = (
    *("failover active", "no failover active", RELOAD_STANDBY, "failover reset"),
    *("reload", "write", "vpn-sessiondb", "clear", "failover exec"),
)
"""How lines begin that are typed in privileged EXEC, and do something to a pair."""
_LEFT_OUT = (
    *("copy", "delete", "dir", "debug", "undebug", "no debug", "capture", "no capture", "terminal"),
    *("changeto", "login", "perfmon", "crypto", "fsck", "format", "clock", "packet-tracer"),
    *("test", "traceroute", "session", "upgrade", "install", "rename", "mkdir", "disable"),
)
_SECTIONS = ("interface ", "group-policy ", "tunnel-group ", "webvpn", "aaa-server ", "username ")
"""Lines that lead into a section of the configuration."""
_SAVING = ("copy running-config startup-config", "copy run start", "wr", "write mem")
_SAME_LINE_MS = 2_000
"""Two messages tell of one line, 111008 and 111010. Our guess of how far apart they may be."""

_LOGGED_OFF_MS = 5_000
"""How near the end of a session must be to the line that ended it. Our guess."""
_MOVED_MS = 15_000
"""How near a switchover must be to the line that ordered it. Our guess."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the night, as it is typed again."""

    at: int | None
    unit: Role | None
    """On which it was typed; None: that is not known, or only concluded."""
    text: str
    in_configuration: bool
    section: str = ""
    """The line that leads to where it is typed; empty: it stands at the top."""

    @property
    def reloads(self) -> bool:
        """Whether a unit goes away for it."""
        return is_reload(self.text)

    @property
    def moves(self) -> bool:
        """Whether the roles move for it."""
        return is_switch(self.text)

    @property
    def where(self) -> str:
        """At which console it is typed: where it makes sense, unless its unit is known.

        Whom a line logs off is a matter of who serves, also on a night whose roles move otherwise.
        """
        if self.unit is not None and not self.logs_off:
            return self.unit.value.lower()
        return "standby" if self.text == "failover active" else "active"

    @property
    def logs_off(self) -> bool:
        """Whether people are logged off by it."""
        return logs_off(self.text)


def is_reload(text: str) -> bool:
    """Whether a line sends a unit away."""
    bare = text.removeprefix("failover exec mate ").removeprefix("failover exec standby ")
    return bare.startswith((RELOAD_STANDBY, "reload"))


def is_switch(text: str) -> bool:
    """Whether a line moves the active role."""
    return text.endswith("failover active")


def logs_off(text: str) -> bool:
    """Whether a line logs people off."""
    return text.startswith(LOGOFF)


def plain(text: str) -> str:
    """A line as two nights are compared by it: single blanks, no `noconfirm`."""
    words = [word for word in text.split() if word not in ("noconfirm", "/noconfirm")]
    return " ".join(words).casefold()


def lines_again(events: Iterable[Event]) -> tuple[tuple[Line, ...], tuple[str, ...]]:
    """The lines, in their order, and those that are left out, each as typed."""
    lines: list[Line] = []
    left: list[str] = []
    last: tuple[str, int | None] = ("", None)
    section = ""
    for event in events:
        if event.what is not What.COMMAND:
            continue
        text = " ".join(event.fields.get("command", "").split())
        if not is_typeable(text) or classify(text) is not LineKind.CHANGING:
            continue
        if text == last[0] and _near(event.at, last[1]):
            continue
        last = (text, event.at)
        unit = None if event.inferred else event.unit
        if text in _SAVING:
            text = "write memory"
        if "*" in text or text.startswith(_LEFT_OUT):
            left.append(text)
            continue
        if text.startswith(_EXEC):
            section = ""
            lines.append(Line(event.at, unit, _without_question(text), in_configuration=False))
            continue
        if text.startswith(_SECTIONS):
            section = text
        within = "" if text == section else section
        lines.append(Line(event.at, unit, text, in_configuration=True, section=within))
    return tuple(lines), tuple(dict.fromkeys(left))


def seated(lines: Sequence[Line], moves: Sequence[Switchover]) -> tuple[Line, ...]:
    """The lines that move the roles, each on the unit on which it does so.

    A line is written down in the second in which the roles move, and by then its sender's address
    may be the other unit's.
    """
    return tuple(_seated(line, moves) for line in lines)


def _seated(line: Line, moves: Sequence[Switchover]) -> Line:
    at = line.at
    if not line.moves or at is None:
        return line
    near = [one for one in moves if abs(one.at - at) <= _MOVED_MS]
    if not near:
        return line
    to = min(near, key=lambda one: abs(one.at - at)).to
    return replace(line, unit=to.other if line.text.startswith("no ") else to)


def named(
    lines: Sequence[Line], lives: Sequence[Life], rows: Mapping[int, str]
) -> tuple[Line, ...]:
    """The lines that log a row off, by its user's name: indices are drawn anew.

    `rows`: whose row each index was, where screens show it.
    """
    return tuple(_named(line, lives, rows) for line in lines)


def _named(line: Line, lives: Sequence[Life], rows: Mapping[int, str]) -> Line:
    if not line.text.startswith(_LOGOFF_INDEX):
        return line
    index, *_ = line.text.removeprefix(_LOGOFF_INDEX).split() or ("",)
    shown = rows.get(int(index)) if index.isdecimal() else None
    user = _ended_at(line.at, lives) or shown
    return line if user is None else replace(line, text=f"{LOGOFF} name {user} noconfirm")


def _ended_at(at: int | None, lives: Sequence[Life]) -> str | None:
    """Whose session ended in order then; None: nobody's, or the instant is not known."""
    if at is None:
        return None
    ended = [
        (abs(life.ended - at), life.user)
        for life in lives
        if life.ended is not None and life.ending is Ending.CLEAN and life.user
    ]
    near = min((one for one in ended if one[0] <= _LOGGED_OFF_MS), default=None)
    return None if near is None else near[1]


def typed(line: Line, at_ms: int) -> Iterator[Typed]:
    """What is typed for it at that instant of a script."""
    on = line.where
    if not line.in_configuration:
        yield Typed(at_ms, on, line.text)
        return
    wanted: Sequence[str] = ("configure terminal", line.section, line.text, "end")
    for text in wanted:
        if text:
            yield Typed(at_ms, on, text)


def _without_question(text: str) -> str:
    asks = text.startswith(("reload", LOGOFF)) or text.endswith(" reload")
    return text if "noconfirm" in text or not asks else f"{text} noconfirm"


def _near(one: int | None, other: int | None) -> bool:
    """Whether two sources may tell of one line; of two without a time each was typed."""
    if one is None and other is None:
        return False
    return one is None or other is None or abs(one - other) <= _SAME_LINE_MS
