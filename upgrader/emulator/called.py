"""Who is called what: an index of the people behind a pair, made when it is first asked."""

from collections.abc import Mapping, Sequence

from upgrader.emulator.state import Client


class Called:
    """Clients' numbers by the names of their users. Whoever comes, comes with the next number."""

    __slots__ = ("_numbers", "_seen")

    def __init__(self) -> None:
        self._numbers: dict[str, list[int]] = {}
        self._seen = 0

    def numbers(self, user: str, clients: Mapping[int, Client]) -> Sequence[int]:
        """The numbers of those with that name, in the order in which they came."""
        while self._seen < len(clients):
            self._seen += 1
            self._numbers.setdefault(clients[self._seen].user, []).append(self._seen)
        return self._numbers.get(user, ())
