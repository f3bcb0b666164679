"""An access that cannot change anything: its vocabulary is a list of lines that only look.

Whoever checks, plans, lists sessions or rehearses sees a pair through it, emulated or live. There
is no way around it from above, and nothing above is asked whether it means well.
"""

from upgrader.access.through import ConsoleThrough, WorldThrough
from upgrader.dialect.looking import only_looks
from upgrader.model.names import Seat
from upgrader.ports import Access, Unlawful, World


class ReadOnlyWorld(WorldThrough["ReadOnlyAccess"]):
    """A world that is looked at; its twins are nobody's, and may be changed."""

    def __init__(self, inner: World) -> None:
        super().__init__(inner, ReadOnlyAccess(inner.access))

    def fork(self) -> World:
        """A twin. What is done to it changes nothing here."""
        return self._inner.fork()


class ReadOnlyAccess:
    """An access whose consoles pass on nothing but lines that only look."""

    def __init__(self, inner: Access) -> None:
        self._inner = inner

    def open(self, seat: Seat) -> "ReadOnlyConsole":
        """Open a console that only looks.

        Raises:
            NoAnswer: nobody answers at that seat now.
        """
        return ReadOnlyConsole(self._inner.open(seat))


class ReadOnlyConsole(ConsoleThrough):
    """A console that refuses every line which is not on the list, before a byte is sent."""

    def ask(self, line: str) -> str:
        """Type a line that only looks.

        Raises:
            Unlawful: it is not on the list; not a byte of it was sent.
            NoAnswer, Dropped: as any console.
        """
        if not only_looks(line):
            raise Unlawful(
                f"not typed at {self.seat}: {line!r}: this command only looks, and that line is "
                "not on the list of lines that do"
            )
        return self._inner.ask(line)

    def expect(self, line: str) -> None:
        """Pass on what is asked next, if it is on the list."""
        if only_looks(line):
            super().expect(line)
