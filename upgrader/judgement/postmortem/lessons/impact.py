"""Whom a night harmed, and for how long."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from upgrader.judgement.postmortem.facts.stretches_served import outage_ms
from upgrader.judgement.postmortem.facts.tables import Tables
from upgrader.judgement.postmortem.facts.told import MINUTE, OWN_WISH, SECOND, Loss, Told
from upgrader.judgement.postmortem.lessons.left import LEASE, ORPHAN, left_over
from upgrader.model.cause import Cause, CauseName, Likelihood
from upgrader.model.evidence import SourceKind
from upgrader.model.night import Ending, Life, Night
from upgrader.model.postmortem import Impact

_BLINK_MS = 10 * SECOND  # A resume takes 1 to 5 s after a reset: nobody calls that harm.
_UNTOLD = (Ending.OPEN, Ending.UNKNOWN)
_LONGEST_MS = 15 * MINUTE  # Whoever resumes later slept, or had gone; our guess.


@dataclass(frozen=True, slots=True)
class _Spell:
    """A stretch in which one person had no service."""

    user: str
    began: int
    ended: int


def impact(night: Night, causes: Sequence[Cause] = ()) -> Impact:
    """Count people, minutes and seconds.

    Each session is one of kept, lost, ended, unknown; they add up. A login that follows a loss
    stands for the lost session, and is counted apart. A person's minutes run from the loss to the
    next login of theirs, or to the records' end where none is seen. `causes` widens `users` by
    those whom the likeliest cause refused.
    """
    told = Told(night)
    tables = Tables(told)
    losses = _losses(told)
    by_log = {id(loss.life) for loss in losses}
    shown = _lost_on_screens(tables, _refused(causes), by_log)
    lost = by_log | {id(life) for life, _ in shown}
    again = _replacements(night, lost) | _newer_rows(tables, lost)
    others = lost | again | _removed(tables)
    # Whoever logged in anew after what nobody saw the end of has one session, too.
    unsure = {id(x) for x in night.lives if x.ending is Ending.UNKNOWN and x.again is not None}
    others |= _replacements(night, unsure - others)
    rest = [life for life in night.lives if id(life) not in others]
    ended = [life for life in rest if _ended(life)]
    unknown = [life for life in rest if life.ending is Ending.UNKNOWN or _is_lone(life)]
    left_alone = (Loss(life, at, Ending.UNKNOWN) for life, at in shown if at is not None)
    spells = _spells(told, (*losses, *left_alone))
    left = left_over(night)
    outage = outage_ms(night)
    users = {life.user for life in night.lives if id(life) in lost} - {""}
    return Impact(
        sessions=len(lost) + len(rest),
        kept=len(rest) - len(ended) - len(unknown),
        lost=len(lost),
        ended=len(ended),
        unknown=len(unknown),
        orphaned=sum(1 for one in left if one.kind == ORPHAN),
        leaked=sum(1 for one in left if one.kind == LEASE),
        users=tuple(sorted(users | _refused(causes))),
        user_minutes=_minutes(tables, spells, any_lost=bool(lost)),
        outage_seconds=None if outage is None else outage / SECOND,
        harmed_from=min((s.began for s in spells), default=None),
        harmed_until=max((s.ended for s in spells), default=None),
        came_anew=len(again) + sum(len(parted.anew) for _, parted in told.partings),
    )


def _replacements(night: Night, lost: AbstractSet[int]) -> set[int]:
    """The logins by which people came back after a loss; one that is lost too counts for itself."""
    gone = sorted(
        (life for life in night.lives if id(life) in lost),
        key=lambda life: life.cut_at or life.ended or night.began,
    )
    found: set[int] = set()
    by_user: dict[str, list[Life]] = {}
    for life in night.lives:
        by_user.setdefault(life.user, []).append(life)
    for life in gone:
        at = life.cut_at or life.ended or life.began
        later = [
            other
            for other in by_user[life.user]
            if id(other) not in lost
            and id(other) not in found
            and other.began is not None
            and other.began >= (night.began if at is None else at)
        ]
        if later:
            found.add(id(min(later, key=lambda other: other.began or 0)))
    return found


def _newer_rows(tables: Tables, lost: AbstractSet[int]) -> set[int]:
    """The lives by which people came back, as the tables show them: without a clock, too."""
    gone = {
        (life.user, life.public, life.index) for life in tables.told.night.lives if id(life) in lost
    }
    newer = {
        (other.user, other.public, other.index)
        for row, anew in tables.gone
        if (row.user, row.public, row.index) in gone
        for other in anew[:1]
    }
    return {
        id(life)
        for life in tables.told.night.lives
        if id(life) not in lost and (life.user, life.public, life.index) in newer
    }


def _losses(told: Told) -> tuple[Loss, ...]:
    """Every session that was lost, once; a wave of new logins stands for what it had before."""
    found = list(told.losses)
    seen = {id(loss.life) for loss in found}
    for switchover, parted in told.partings:
        found.extend(
            Loss(life, switchover.at, Ending.MOVED) for life in parted.anew if id(life) not in seen
        )
    return tuple(found)


def _lost_on_screens(
    tables: Tables, harmed: set[str], by_log: set[int]
) -> list[tuple[Life, int | None]]:
    """Lives that the tables show as lost, where no log tells of their ends; with since when.

    Their row is gone, or left without a tunnel; and their person has a newer one, or is of those
    whom the cause harmed. Since when is known of rows that were left alone. Whose loss the log
    tells (`by_log`) has his row for it: his other lives are later ones.
    """
    has_log = tables.told.has_log
    sources = tables.told.night.sources
    is_collected = has_log and any(one.kind is SourceKind.SYSLOG for one in sources)
    silent = {orphan.row.login: orphan.since for orphan in tables.orphans}
    told = {(life.user, life.public) for life in tables.told.night.lives if id(life) in by_log}
    lives: dict[tuple[str, str], list[Life]] = {}
    for life in tables.told.night.lives:
        if (life.user, life.public) in told:
            continue
        # What a log told the end of was read from there; of the others it knows nothing.
        if not has_log or life.ending in _UNTOLD:
            lives.setdefault((life.user, life.public), []).append(life)
    found: list[tuple[Life, int | None]] = []
    for row, anew in tables.gone:
        if is_collected and row.login not in silent:
            continue  # Of whoever was refused, or came anew, the collector's file tells.
        mine = lives.get((row.user, row.public))
        if mine and (anew or row.user in harmed):
            found.append((mine.pop(0), silent.get(row.login)))
    return found


def _removed(tables: Tables) -> set[int]:
    """Lives of rows that had no tunnel in any table, and were taken away: residue, no session.

    Their person has another row with a tunnel, for all the time.
    """
    listings = tables.listings
    first, last = tables.first_serving, tables.last_serving
    if first is None or last is None or first is last:
        return set()
    seen = {row.login for known in listings for row in known.rows if row.has_tunnel}
    left = {row.login for row in last.rows}
    living = {(row.user, row.public) for row in first.rows if row.has_tunnel}
    gone = {
        (row.user, row.public, row.index)
        for row in first.rows
        if row.login not in seen | left and (row.user, row.public) in living
    }
    return {
        id(life)
        for life in tables.told.night.lives
        if (life.user, life.public, life.index) in gone and life.ending in _UNTOLD
    }


def _ended(life: Life) -> bool:
    return life.ending is Ending.CLEAN and (not life.reason or life.reason.casefold() in OWN_WISH)


def _is_lone(life: Life) -> bool:
    """A session that was cut alone, which may have fallen asleep."""
    return life.ending is Ending.CUT


def _spells(told: Told, losses: Sequence[Loss]) -> tuple[_Spell, ...]:
    """The stretches without service: after a loss, and between a switchover and a late resume."""
    found = [_Spell(loss.life.user, loss.at, max(_back_at(told, loss), loss.at)) for loss in losses]
    for switchover, parted in told.partings:
        for life in parted.resumed:
            back = min(r for r in life.resumed if r >= switchover.at - 2 * SECOND)
            if _BLINK_MS < back - switchover.at < _LONGEST_MS and not life.suspended:
                found.append(_Spell(life.user, switchover.at, back))
    return tuple(found)


def _back_at(told: Told, loss: Loss) -> int:
    """When that person had service again; the records' end where that is not seen."""
    life = loss.life
    if life.began is not None and life.began >= loss.at:
        return life.began  # Of the lost session nothing is known but that this one followed it.
    if life.again is not None and life.again >= loss.at:
        return life.again
    later = [
        other.began
        for other in told.night.lives
        if other.user == life.user and other.began is not None and other.began >= loss.at
    ]
    return min(later, default=told.night.ended)


def _minutes(tables: Tables, spells: Sequence[_Spell], *, any_lost: bool) -> float | None:
    if spells:
        return round(sum(s.ended - s.began for s in spells) / MINUTE, 1)
    if not any_lost and tables.told.informs_at_all and tables.told.night.lives:
        return 0.0
    return None


def _refused(causes: Sequence[Cause]) -> set[str]:
    """Whom the likeliest cause harmed, if it is more than possible."""
    if not causes or causes[0].likelihood not in (Likelihood.CERTAIN, Likelihood.LIKELY):
        return set()
    if causes[0].name is CauseName.SLEEPING_CLIENTS:
        return set()  # Whoever closed a laptop was harmed by nobody.
    return set(causes[0].people)
