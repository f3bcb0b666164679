"""What stands before a world or a console, and passes on all that it has no word in."""

from typing import Generic, TypeVar

from upgrader.dialect.commands import LineKind, classify
from upgrader.model.names import Seat
from upgrader.ports import Access, Clock, Console, Seats, World, foretell

A = TypeVar("A", bound=Access)


class WorldThrough(Generic[A]):
    """A world with another access before it; whoever stands there says what a twin is."""

    def __init__(self, inner: World, access: A) -> None:
        self._inner = inner
        self._access = access

    @property
    def access(self) -> A:
        """The way to the units, past whoever stands there."""
        return self._access

    @property
    def clock(self) -> Clock:
        """The world's clock."""
        return self._inner.clock

    @property
    def seats(self) -> Seats:
        """The pair's two addresses."""
        return self._inner.seats

    def close(self) -> None:
        """Close the world beneath."""
        self._inner.close()


class ConsoleThrough:
    """A console with somebody before it, who says what is asked."""

    def __init__(self, inner: Console) -> None:
        self._inner = inner

    @property
    def seat(self) -> Seat:
        """Where it was opened."""
        return self._inner.seat

    @property
    def prompt(self) -> str:
        """The prompt after the last reply."""
        return self._inner.prompt

    def expect(self, line: str) -> None:
        """Pass on what is asked next, if it only looks."""
        if classify(line) is LineKind.SHOW:
            foretell(self._inner, line)

    def close(self) -> None:
        """Hang up."""
        self._inner.close()
