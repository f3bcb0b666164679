"""The books of a pair: what became of every login, as no unit could tell it.

A login is known by its token for as long as the world lasts, whatever happens to its row. An entry
is written once, where something begins or ends; who came back is a list that only grows.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass

from upgrader.emulator.state import Ending, Login, Row
from upgrader.emulator.tables import Pair

NOT_CARRIED = "not on the unit that took over"
ORPHANED = "its ticket was dropped, and its row left"


@dataclass(frozen=True, slots=True)
class Booked:
    """A login, from its beginning to its end."""

    token: int
    login: Login
    ending: Ending | None
    """None: its session goes on."""
    returns: tuple[int, ...]
    """When it had a tunnel again without a login, in order."""


def begins(pair: Pair, row: Row) -> None:
    """Somebody has logged in: that row stands for it."""
    assert row.token is not None  # a new session has a ticket
    pair.logins[row.token] = Login(row.client, row.index, row.audit, row.login_ms)


def ends(pair: Pair, token: int, why: str, *, orphaned: bool = False) -> None:
    """The session of a ticket is over; `orphaned`: its row is left."""
    pair.endings[token] = Ending(pair.now, why, orphaned)


def not_carried(pair: Pair, carried: Container[int]) -> None:
    """A unit took over; who has no ticket there is lost."""
    endings = pair.endings
    for token in pair.logins:
        if token not in endings and token not in carried:
            ends(pair, token, NOT_CARRIED)


def booked(pair: Pair) -> Iterator[Booked]:
    """Every login that there ever was, in the order of their tokens."""
    returns: dict[int, list[int]] = {}
    for at, token in (*pair.returns, *_not_yet_noted(pair)):
        returns.setdefault(token, []).append(at)
    for token, login in sorted(pair.logins.items()):
        yield Booked(token, login, pair.endings.get(token), tuple(returns.get(token, ())))


def _not_yet_noted(pair: Pair) -> Iterator[tuple[int, int]]:
    """Who is back since the last role change, and stands in no log yet."""
    for at, u, index in pair.resumes[pair.resumed :]:
        row = pair.units[u].rows.get(index)
        if at <= pair.now and row is not None and row.token is not None and row.up_from == at:
            yield at, row.token
