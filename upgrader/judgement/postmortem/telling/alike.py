"""Sessions of one name from one address: what tells them apart, and where nothing does.

Two devices of one person, behind one router, leave the same words in the log; and of lines of one
second that are the same, all but one count as copies. What is closed so may have been both.
"""

from collections.abc import Iterable, Sequence

from upgrader.judgement.postmortem.telling.lives import GRACE_MS, Draft
from upgrader.judgement.postmortem.telling.merging import Happened
from upgrader.model.evidence import What

SHUFFLED_MS = 2_000
"""Lines of one happening may stand in any order within this."""
ONE_MS = 10_000
"""A client that returns says so in several lines within this."""
_RETURNS_MS = 600_000
_A_DAY_MS = 86_400_000
"""Further apart they are of two nights: the older has gone unseen."""


def shadow(draft: Draft, beside: Iterable[Draft], at: int) -> None:
    """Its tunnels are gone; what else has its name and address may have gone in those lines.

    A client that falls silent does so alone.
    """
    if draft.fell_silent:
        return
    for other in beside:
        is_open = other.closed_at is None and other.again is None
        has_tunnels = other.tunnels or other.row_only
        was_there = other.since < at - SHUFFLED_MS
        of_one_night = abs(other.since - draft.since) <= _A_DAY_MS
        if other is not draft and is_open and has_tunnels and was_there and of_one_night:
            other.alike_at = at


def had_two(lately: Sequence[Draft], at: int) -> None:
    """A login that no session that was seen to close stands for: the one beside it had, too."""
    waiting = [d for d in lately if d.again is None and not d.is_over]
    if any(d.closed_at is not None or d.closing_at is not None for d in waiting):
        return
    alike = [d for d in waiting if d.alike_at is not None and d.alike_at < at]
    if alike:
        alike[0].closed_at, alike[0].alike_at = alike[0].alike_at, None


def is_another(h: Happened, drafts: Sequence[Draft], move: int | None) -> bool:
    """Whether who returns is one beside those known: all of that name are back since the move.

    They have their tunnels, and this one says that it had no connection to take over.
    """
    if move is None or not drafts or h.placed - move > _RETURNS_MS:
        return False
    if h.event.what is not What.TUNNEL_AGAIN or "no existing" not in h.event.text.casefold():
        return False
    return all(
        draft.closed_at is None
        and draft.closing_at is None
        and "TCP" in draft.tunnels
        and bool(draft.resumed)
        and move <= draft.resumed[-1] < h.placed - ONE_MS
        for draft in drafts
    )


def that_ended(drafts: Sequence[Draft], at: int, lasted: int | None) -> Draft:
    """Which of the sessions ended: the one that began when the line says; else one that was over.

    `drafts` holds at least one. `lasted` is in seconds; None: the line names no duration.
    """
    if lasted is not None and len(drafts) > 1:
        began = at - lasted * 1_000
        with_beginning = [d for d in drafts if d.began is not None]
        near = min(with_beginning, key=lambda d: abs((d.began or 0) - began), default=None)
        if near is not None and abs((near.began or 0) - began) <= GRACE_MS:
            return near
        older = [d for d in drafts if d.began is None]
        if older:
            return older[0]
    freed = [d for d in drafts if d.freed]
    closed = [d for d in drafts if d.closed_at is not None]
    return (freed or closed or drafts)[0]
