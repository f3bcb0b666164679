"""A pair on paper: saved output in a folder, behind the same face as a pair that answers.

Files may be called as one likes: a terminal log of a unit, a `show tech-support`, or one file a
reply. What was saved is answered, and what was not is silence; nothing is guessed.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from upgrader.dialect import commands
from upgrader.dialect.replies.flash_table import as_dir
from upgrader.dialect.speakers import Source, Told, tell_apart
from upgrader.dialect.spelling import SHOW_FLASH, without_line
from upgrader.dialect.terminals.alone import alone
from upgrader.dialect.transcripts import cleaned, read_log
from upgrader.model.failover import Role
from upgrader.model.names import Instant, Seat
from upgrader.model.unit import path_key
from upgrader.ports import Dropped, NoAnswer, NoTwin, Seats, UsageFault, World

MOST_BYTES = 64_000_000
"""Of one file: a listing of ten thousand sessions has 7 million."""
MOST_FILES = 500

_VERIFY = commands.verify("")


@dataclass(frozen=True, slots=True)
class Captures:
    """What a folder holds."""

    told: Told
    left_out: tuple[str, ...]
    """Files and replies that say nothing to us, in a sentence each."""
    name: str
    """The folder, as it was named."""

    def world(self) -> World:
        """The pair, as far as it was saved.

        Raises:
            NoTwin: too little was; the message says what to type, and on which unit.
        """
        known = [role for role in Role if self.told.replies[role]]
        first = self.told.active or (known[0] if known else Role.PRIMARY)
        lacking = []
        for role in (first, first.other):
            lines = self._lacking(role, is_active=role is first)
            serial = next((s for s, its in self.told.serials.items() if its is role), "")
            if lines:
                lacking.append(f"on the {role.value} {serial}".rstrip() + f": {', '.join(lines)}")
        if lacking:
            raise NoTwin(
                f"{self.name}: too little was saved for a twin, which needs to know of each unit "
                "who it is, what it runs and what lies on its flash. Type, after `terminal pager "
                "0`, and save with the prompts:\n" + "\n".join(lacking)
            )
        return _PaperWorld(
            {
                Seat(f"{self.name}: {role.value}"): self.told.replies[role]
                for role in (first, first.other)
            }
        )

    def _lacking(self, role: Role, *, is_active: bool) -> list[str]:
        """The lines without which there is no twin, as far as they were not saved."""
        saved = self.told.replies[role]
        wanted = [commands.SHOW_VERSION, commands.SHOW_FAILOVER]
        if is_active:
            wanted.append(commands.SHOW_RUNNING)
        if SHOW_FLASH not in saved:
            wanted.append(commands.DIR)
        return [line for line in wanted if line not in saved]


def read_captures(folder: Path) -> Captures:
    """Read whatever was saved in a folder.

    Raises:
        UsageFault: there is no such folder, or nothing in it.
    """
    if not folder.is_dir():
        raise UsageFault(f"--from-captures {folder}: there is no such folder")
    files = sorted(path for path in folder.rglob("*") if path.is_file())[: MOST_FILES + 1]
    if not files:
        raise UsageFault(f"--from-captures {folder}: the folder is empty")
    if len(files) > MOST_FILES:
        raise UsageFault(f"--from-captures {folder}: more than {MOST_FILES} files")
    sources: list[Source] = []
    left_out: list[str] = []
    for path in files:
        name = str(path.relative_to(folder))
        text = _text_of(path)
        if text is None:
            left_out.append(f"{name}: not read: no text of at most {MOST_BYTES:,} bytes")
            continue
        exchanges = tuple(read_log(text))
        group = name
        if not exchanges:
            exchanges = tuple(alone(path.stem, text))
            group = f"{path.parent.relative_to(folder)}/{without_line(path.stem)}"
        if exchanges:
            sources.append(Source(name, group, exchanges))
        else:
            left_out.append(f"{name}: holds no reply that is of use here")
    told = tell_apart(sources)
    left_out += [f"{unclear}: not told" for unclear in told.unclear]
    return Captures(told, tuple(left_out), str(folder))


def _text_of(path: Path) -> str | None:
    """A file's text; None: it is too large, cannot be read, or is no text."""
    try:
        if path.stat().st_size > MOST_BYTES:
            return None
        data = path.read_bytes()
    except OSError:
        return None
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return cleaned(data.decode("utf-16", errors="replace"))
    if b"\x00" in data[:4_096]:
        return None
    try:
        return cleaned(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return cleaned(data.decode("latin-1"))


# ── the world on paper ─────────────────────────────────────────────────────────────────


class _PaperWorld:
    """A pair that answers what was saved, and stands still."""

    def __init__(self, replies: dict[Seat, dict[str, str]]) -> None:
        self._replies = replies
        active, standby = replies
        self._seats = Seats(active, standby)

    @property
    def access(self) -> "_PaperAccess":
        return _PaperAccess(self._replies)

    @property
    def clock(self) -> "_StillClock":
        return _StillClock()

    @property
    def seats(self) -> Seats:
        return self._seats

    def fork(self) -> World:
        return self

    def close(self) -> None:
        """Nothing is open."""


class _StillClock:
    def now(self) -> Instant:
        return Instant(0)

    def sleep(self, duration: timedelta) -> None:
        """Nothing moves on paper."""


class _PaperAccess:
    def __init__(self, replies: dict[Seat, dict[str, str]]) -> None:
        self._replies = replies

    def open(self, seat: Seat) -> "_PaperConsole":
        """The saved replies of a unit.

        Raises:
            NoAnswer: nothing of that unit was saved.
        """
        saved = self._replies[seat]
        if not saved:
            raise NoAnswer(seat, None, "nothing was saved of that unit")
        return _PaperConsole(seat, saved)


class _PaperConsole:
    def __init__(self, seat: Seat, saved: dict[str, str]) -> None:
        self._seat = seat
        self._saved = saved
        self._open = True

    @property
    def seat(self) -> Seat:
        return self._seat

    @property
    def prompt(self) -> str:
        return "paper#"

    def ask(self, line: str) -> str:
        """What was saved of it; empty: nothing was."""
        if not self._open:
            raise Dropped(self._seat, line, "the console is closed")
        if line.startswith(_VERIFY):
            line = _VERIFY + path_key(line.removeprefix(_VERIFY))
        if line == commands.DIR and line not in self._saved and SHOW_FLASH in self._saved:
            return as_dir(self._saved[SHOW_FLASH])
        return self._saved.get(line, "")

    def close(self) -> None:
        self._open = False
