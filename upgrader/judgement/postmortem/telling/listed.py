"""Rows of a table of sessions: whose they are, and what the first sight of somebody tells."""

from upgrader.judgement.postmortem.telling.lives import Draft
from upgrader.model.evidence import Screen
from upgrader.model.vpn import Session, Tunnel

_CARRIES = {Tunnel.SSL: "TCP", Tunnel.DTLS: "UDP"}


def is_row_of(draft: Draft, row: Session, address: str | None) -> bool:
    """Whether a row of a table is that session's, as far as name, address and index tell.

    `address`: the row's, as text; None: it shows none.
    """
    if draft.user != row.user and draft.user.strip("*"):
        return False
    same = draft.index in (None, row.index) or draft.address == address
    return same and (draft.public == row.public or draft.address == address)


def first_sight(row: Session, screen: Screen, placed: int, since: int) -> Draft:
    """A session that nothing but this row tells of; `since`: the records begin then."""
    began = placed - row.duration_seconds * 1_000
    return Draft(
        row.user,
        row.public,
        screen.unit,
        began if screen.at is not None and began >= since else None,
        placed,
        [screen.place],
        group=row.group_policy,
        index=row.index,
        tunnels={_CARRIES[t] for t in row.tunnels if t in _CARRIES},
        row_only=True,
    )
