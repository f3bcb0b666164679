"""The questions of one pass to one unit, and the replies that nobody understood."""

from collections.abc import Callable
from typing import TypeVar

from upgrader.dialect import commands
from upgrader.dialect.asked import understood
from upgrader.dialect.refusals import is_unauthorized, unpermitted
from upgrader.model.unit import Unread
from upgrader.ports import Console, NotAsked, Unparsed

T = TypeVar("T")

EVIDENCE_CHARACTERS = 400

_READ_AGAIN = frozenset(
    {commands.SHOW_VERSION, commands.SHOW_RUNNING, commands.SHOW_SESSION_SUMMARY}
)
"""The lines whose reply is kept, for it is read for more than one thing."""


class Questions:
    """Lines asked on one console: once each, or twice where nobody understands the reply."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._kept: dict[str, str] = {}
        self._unread: dict[str, Unread] = {}

    @property
    def unread(self) -> tuple[Unread, ...]:
        """The replies that were not understood, each once, in the order of the lines."""
        return tuple(self._unread.values())

    def _ask(self, line: str) -> str:
        text = self._console.ask(line)
        if line in _READ_AGAIN:
            self._kept[line] = text
        return text

    def read(self, line: str, reader: Callable[[str], T]) -> T | None:
        """What the unit answers to that line; None: not understood, which is noted.

        None as well on the tape of an earlier release that did not ask it: nobody knows.
        """
        try:
            return self.understood(line, reader)
        except NotAsked:
            return None
        except Unparsed as fault:
            self._note(line, fault)
            return None

    def understood(self, line: str, reader: Callable[[str], T]) -> T:
        """What the unit answers to that line, asked twice if need be.

        Raises:
            Unparsed: not understood twice, or refused.
            Dropped, NoAnswer: the conversation ended.
            NotAsked: the release that looked did not ask it.
        """
        return understood(self._ask, line, reader)

    def read_again(self, line: str, reader: Callable[[str], T]) -> T | None:
        """What another reader understands of a reply that was kept; None: it does not.

        None as well where no reply was kept, as in `read`.
        """
        text = self._kept.get(line)
        if text is None:
            return None
        try:
            return reader(text)
        except Unparsed as fault:
            self._note(line, fault)
            return None

    def _note(self, line: str, fault: Unparsed) -> None:
        why = unpermitted(line) if is_unauthorized(fault.text) else fault.why
        self._unread.setdefault(line, Unread(line, shortened(fault.text), why))


def shortened(text: str) -> str:
    """The beginning of a reply, as evidence."""
    return text if len(text) <= EVIDENCE_CHARACTERS else f"{text[:EVIDENCE_CHARACTERS]}…"
