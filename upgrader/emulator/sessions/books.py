"""The books of a pair: what became of every login, as no unit could tell it.

A login is known by its token for as long as the world lasts, whatever happens to its row. An entry
is written where something begins or ends; who came back is a list that only grows.
"""

from collections.abc import Container

from msgspec.structs import replace

from upgrader.emulator.state import Login, Row
from upgrader.emulator.tables import Pair

NOT_CARRIED = "not on the unit that took over"
ORPHANED = "its ticket was dropped, and its row left"


def begins(pair: Pair, row: Row) -> None:
    """Somebody has logged in: that row stands for it."""
    assert row.token is not None  # a new session has a ticket
    pair.logins[row.token] = Login(row.client, row.index, row.audit, row.login_ms)


def ends(pair: Pair, token: int, why: str, *, orphaned: bool = False) -> None:
    """The session of a ticket is over; `orphaned`: its row is left."""
    login = pair.logins.get(token)  # none in a world that an older release has saved
    if login is not None:
        pair.logins[token] = replace(login, ended_ms=pair.now, why=why, orphaned=orphaned)


def not_carried(pair: Pair, carried: Container[int]) -> None:
    """A unit took over; who has no ticket there is lost."""
    lost = [t for t, one in pair.logins.items() if one.ended_ms is None and t not in carried]
    for token in lost:
        ends(pair, token, NOT_CARRIED)


def returns_of(pair: Pair) -> list[tuple[int, int]]:
    """Who has had a tunnel again without a login: (instant, token), whether or not it is logged."""
    noted = list(pair.returns)
    for at, u, index in pair.resumes[pair.resumed :]:
        row = pair.units[u].rows.get(index)
        if at <= pair.now and row is not None and row.token is not None and row.up_from == at:
            noted.append((at, row.token))
    return noted
