"""What a night left behind: orphaned rows and stuck leases, by whom, and how sure that is.

A screen shows it; a log lets it be concluded: a session that was cut without its routine has left
its row and its address, unless somebody ended it later.
"""

from collections.abc import Iterable

from upgrader.judgement.postmortem.facts.standing import places
from upgrader.judgement.postmortem.facts.tables import Tables
from upgrader.judgement.postmortem.facts.told import Loss, Told
from upgrader.model.evidence import Screen
from upgrader.model.failover import Role
from upgrader.model.night import Ending, Life, Night
from upgrader.model.postmortem import LeftOver

ORPHAN = "orphaned-session"
LEASE = "stuck-lease"


def left_over(night: Night) -> tuple[LeftOver, ...]:
    """Everything that was left, orphans first, then addresses; those seen on a screen are sure."""
    tables = Tables(Told(night))
    shown = tuple(_on_screens(tables))
    known = {(one.kind, one.user) for one in shown}
    # What a screen shows of a person wins over what the log lets conclude.
    told = [one for one in _by_the_log(tables) if (one.kind, one.user) not in known]
    return tuple(
        sorted(
            (*shown, *told),
            key=lambda x: (x.kind != ORPHAN, x.user, x.address or "", x.index or 0),
        )
    )


def _on_screens(tables: Tables) -> Iterable[LeftOver]:
    for orphan in tables.orphans:
        row = orphan.row
        address = None if row.address is None else str(row.address)
        seen = _spelled(orphan.screen)
        yield LeftOver(
            ORPHAN,
            orphan.unit.value,
            row.user,
            address,
            row.index,
            orphan.since,
            sure=True,
            places=seen,
        )
        if address is None:
            continue
        pool = _in_use(tables, orphan.unit, address)
        yield LeftOver(
            LEASE,
            orphan.unit.value,
            row.user,
            address,
            row.index,
            orphan.since,
            sure=pool is not None,
            places=seen if pool is None else _spelled(pool),
        )
    for screen, unit, _, address in tables.unheld:
        life = _whose(tables.told.night, address)
        yield LeftOver(
            LEASE,
            unit.value,
            "" if life is None else life.user,
            address,
            None if life is None else life.index,
            None if life is None else life.cut_at or life.ended,
            sure=True,
            places=_spelled(screen),
        )


def _by_the_log(tables: Tables) -> Iterable[LeftOver]:
    """Sessions that were cut, and that nobody has ended since; unless a later table acquits.

    What becomes of a row is told at level 6: without such lines of then nothing is concluded.
    """
    for loss in tables.told.losses:
        life = loss.life
        if loss.how is not Ending.CUT or _is_acquitted(tables, loss):
            continue
        if not tables.told.informs(loss.at, unit=life.unit):
            continue
        unit = None if life.unit is None else life.unit.value
        seen = tuple(str(place) for place in life.places)
        found = (unit, life.user, life.address, life.index, loss.at)
        over = life.ended is not None and life.ended > loss.at
        if not over:
            yield LeftOver(ORPHAN, *found, sure=False, places=seen)
        # An end that is written has removed the row; the address is told by a line of its own.
        if life.freed is False or (not over and life.freed is None):
            yield LeftOver(LEASE, *found, sure=False, places=seen)


def _is_acquitted(tables: Tables, loss: Loss) -> bool:
    """Whether a later table of that unit has no silent row of that person any more."""
    for known in tables.listings:
        at = known.screen.at
        if at is None or at <= loss.at or known.unit is not tables.told.last_active:
            continue
        silent = {(r.user, r.public) for r in known.rows if not r.has_tunnel}
        if (loss.life.user, loss.life.public) not in silent:
            return True
    return False


def _in_use(tables: Tables, unit: Role, address: str) -> Screen | None:
    for screen, owner, pool in tables.last_pools:
        if owner is unit and address in {str(a) for a in pool.in_use}:
            return screen
    return None


def _whose(night: Night, address: str) -> Life | None:
    """Who had that address last."""
    had = [life for life in night.lives if life.address == address]
    return had[-1] if had else None


def _spelled(screen: Screen) -> tuple[str, ...]:
    return tuple(str(place) for place in places(screen))
