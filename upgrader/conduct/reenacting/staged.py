"""A scripted night, staged: what its script says is typed and befalls the pair, each in its time.

What comes out is what a night leaves behind: a collector's file, and the log of the terminal from
which somebody worked. The same script on the same pair gives the same, to the byte.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from upgrader.dialect.scripts import instant_text
from upgrader.model.script import Befalls, Came, Expected, Script, Typed
from upgrader.ports import Console, Dropped, NoAnswer, Testbed, UsageFault

_PROMPT_ENDS = ("#", ">")
_PUTTY = "=~=~=~=~=~=~=~=~=~=~=~= PuTTY log {:%Y.%m.%d %H:%M:%S} =~=~=~=~=~=~=~=~=~=~=~="


@dataclass(frozen=True, slots=True)
class Staged:
    """What a night has left behind."""

    collected: str
    """A collector's file."""
    console: str
    """The terminal's log: prompts, typed lines, replies, notices; one session after the other."""
    untyped: tuple[tuple[int, str], ...] = ()
    """Lines that could not be typed, for nobody answered there, with their instants in ms."""


def stage_night(
    testbed: Testbed, script: Script, starts_ms: int = 0, *, stamped: bool = False
) -> Staged:
    """Stage the night from this instant on, to its end.

    `starts_ms`: what the clock's 0 is since 1970, for the terminal's own stamps. `stamped`: the
    terminal writes before each line when it was complete, as `ts` and SecureCRT do; else it
    writes the time only where a session begins, as PuTTY does.

    Raises:
        UsageFault: an event cannot happen when the script has it.
    """
    clock = testbed.clock
    began = clock.now()
    desk = Desk(testbed, starts_ms, stamped=stamped)
    for act in script.acts:
        wait_until(testbed, began + act.at_ms)
        match act:
            case Typed(on=on, line=line):
                desk.types(on, line)
            case Befalls():
                _befall(testbed, act)
    wait_until(testbed, began + script.lasts_ms)
    desk.leaves()
    untyped = tuple((at - began, line) for at, line in desk.untyped)
    return Staged(testbed.collected(), desk.log(), untyped)


def differences(expected: Expected, came: Came) -> tuple[str, ...]:
    """What came of a night otherwise than told; (): nothing."""
    return tuple(
        f"{what}: {has_come}, and the script says {told}"
        for what, has_come, told in (
            ("sessions lost", came.lost, expected.lost),
            ("rows orphaned", came.orphaned, expected.orphaned),
            ("addresses leaked", came.leaked, expected.leaked),
        )
        if has_come != told
    )


def _befall(testbed: Testbed, act: Befalls) -> None:
    """Let an event happen; who wrote its act is told which one cannot.

    Raises:
        UsageFault: as `stage_night`.
    """
    try:
        testbed.happen(act.event, act.arguments)
    except UsageFault as fault:
        named = f"`[[incident.act]]` {act.number}" if act.number else "an act"
        raise UsageFault(
            f"{named}, at {instant_text(act.at_ms)}, cannot happen: {fault}"
        ) from fault


def wait_until(testbed: Testbed, at: int) -> None:
    """Let time pass up to that instant of the testbed's clock; nothing, if it is past."""
    left = at - testbed.clock.now()
    if left > 0:
        testbed.clock.sleep(timedelta(milliseconds=left))


@dataclass(slots=True)
class Desk:
    """A person with one terminal, who logs in where the next line is to be typed."""

    testbed: Testbed
    starts_ms: int
    stamped: bool
    untyped: list[tuple[int, str]] = field(default_factory=list)
    """Lines for which nobody answered, and when, by the testbed's clock."""
    _on: str = ""
    _console: Console | None = None
    _lines: list[str] = field(default_factory=list)
    _open: str = ""
    """What stands on the last line: the prompt."""

    def types(self, on: str, line: str) -> None:
        """Type a line there: log in first, if need be, and see what the unit has printed since."""
        is_here = self._console is not None and self._on == on
        if not is_here or (self._at_prompt() and not self._looks_up()):
            self._sits_down(on)
        if self._console is None:
            self.untyped.append((self.testbed.clock.now(), line))
            return
        self._print(f"{line}\n")
        self._ask(line)

    def leaves(self) -> None:
        """Log out."""
        if self._console is not None:
            self._console.close()
            self._console = None

    def log(self) -> str:
        """The terminal's log."""
        return "".join(
            f"{line}\n" for line in [*self._lines, *([self._open] if self._open else [])]
        )

    def _sits_down(self, on: str) -> None:
        self.leaves()
        self._on = on
        if self._open:
            self._print("\n")
        self._print(_PUTTY.format(self._now()) + "\n", plain=True)
        try:
            self._console = self.testbed.console(on)
            greeting = self._console.ask("")
        except (NoAnswer, Dropped):
            self._console = None
            return
        self._print(greeting)
        self._print(f"{self._console.prompt.rstrip()} ")

    def _looks_up(self) -> bool:
        """See what the unit has printed by itself; False: the session is over."""
        assert self._console is not None  # asked of an open session only
        try:
            notices = self._console.ask("")
        except (Dropped, NoAnswer):
            self._console = None
            return False
        prompt = f"{self._console.prompt.rstrip()} "
        if notices or prompt != self._open:
            self._print(f"\n{notices}")
            self._print(prompt)
        return True

    def _ask(self, line: str) -> None:
        assert self._console is not None  # asked of an open session only
        try:
            reply = self._console.ask(line)
        except (Dropped, NoAnswer):
            self._console = None
            return
        self._print(reply)
        prompt = self._console.prompt
        self._print(f"{prompt.rstrip()} " if prompt.rstrip().endswith(_PROMPT_ENDS) else prompt)

    def _at_prompt(self) -> bool:
        """Whether the unit waits for a command, and has asked nothing."""
        return self._open.rstrip().endswith(_PROMPT_ENDS)

    def _print(self, text: str, *, plain: bool = False) -> None:
        whole = self._open + text
        *lines, self._open = whole.split("\n")
        stamp = f"[{self._now():%Y-%m-%d %H:%M:%S}] " if self.stamped and not plain else ""
        self._lines += [f"{stamp}{line}" for line in lines]

    def _now(self) -> datetime:
        seconds, ms = divmod(self.starts_ms + self.testbed.clock.now(), 1_000)
        return datetime.fromtimestamp(seconds, UTC) + timedelta(milliseconds=ms)
