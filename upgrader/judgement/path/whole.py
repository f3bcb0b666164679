"""A journey as a whole: what became of the sessions from before its first hop to its end."""

from collections.abc import Sequence

from upgrader.model.aftermath import Aftermath, Fate, LedgerLine
from upgrader.model.report import SessionCounts

_Key = tuple[str, object, str]


def sessions_of(hops: Sequence[Aftermath]) -> SessionCounts:
    """The sessions of the first baseline, followed through the hops one after the other.

    A session that is in no baseline of the next hop has ended by itself between the two: nothing
    was typed then.
    """
    first, last = hops[0], hops[-1]
    later = [{_key(line): line for line in hop.ledger} for hop in hops[1:]]
    fates = [_fate(line, later) for line in first.ledger]
    known = {_key(line) for line in first.ledger}
    return SessionCounts(
        before=first.before,
        kept=fates.count(Fate.KEPT),
        reconnected=fates.count(Fate.RECONNECTED),
        ended=fates.count(Fate.ENDED),
        lost=fates.count(Fate.LOST),
        orphaned=len(last.orphans),
        suspect=len(last.suspects),
        orphaned_newcomers=sum((o.user, o.address, o.audit_id) not in known for o in last.orphans),
        newcomers=len(_newcomers(hops) - known),
    )


def lost_newcomers(hops: Sequence[Aftermath]) -> int:
    """How many were lost of those who logged in after the first hop had begun."""
    known = {_key(line) for line in hops[0].ledger}
    lines = [line for hop in hops for line in (*hop.ledger, *hop.newcomers)]
    lost = {_key(line) for line in lines if line.fate is Fate.LOST}
    return len(lost - known)


def _newcomers(hops: Sequence[Aftermath]) -> set[_Key]:
    return {_key(line) for hop in hops for line in (*hop.ledger, *hop.newcomers)}


def _key(line: LedgerLine) -> _Key:
    return (line.user, line.address, line.audit_id)


def _fate(line: LedgerLine, later: Sequence[dict[_Key, LedgerLine]]) -> Fate:
    fate = line.fate
    for hop in later:
        if fate in {Fate.ENDED, Fate.LOST}:
            return fate
        there = hop.get(_key(line))
        if there is None:
            return Fate.ENDED
        if there.fate is not Fate.KEPT:
            fate = there.fate
    return fate
