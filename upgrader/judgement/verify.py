"""Who was cut off, and what is left: a night judged from its full looks.

Every session of the baseline met exactly one fate, so that they add up:

- kept: it is there, and nothing cut its tunnel on the way;
- reconnected: its tunnel was up before the roles moved and was up on the other chassis afterwards.
  SSL tunnels never move between chassis, and a standby shows its rows without any: so it was once
  without a tunnel, and then had one again, under the same login;
- ended: its own timer ran out, or row and address were both released while its unit served;
- lost: a graded orphan, or gone from the new active unit though the old one held it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from upgrader.judgement.logins import LoginKey, idle_limit_seconds, is_newer, login_key
from upgrader.judgement.residue import DEPARTURE_SLACK_MS, Events, Residues, grade
from upgrader.model.aftermath import Aftermath, Fate, LedgerLine, OrphanedSession
from upgrader.model.failover import FailoverState
from upgrader.model.names import Serial
from upgrader.model.unit import Snapshot, Unit, path_key
from upgrader.model.vpn import Session, Tunnel

RELOGIN_MS = 180_000  # Our guess: notices after 60 s at most, logs in within a minute.
OUTAGE_LIMIT_SECONDS = 60  # Our guess: more is two clocks that differ, or no commanded switchover.

_SSL = frozenset({Tunnel.SSL, Tunnel.DTLS})


def verify(before: Snapshot, looks: Sequence[Snapshot], events: Events) -> Aftermath:
    """Follow every session of the baseline through the full looks of the night.

    Looks are those after the baseline, oldest first. Events are the departures and returns of the
    mate, on the looks' axis. Without any session table in the baseline the ledger is empty.
    """
    night = (before, *(look for look in looks if look is not before))
    residues = grade(night, events)
    ledger = _ledger(_sights(night), residues, events)
    return Aftermath(
        before=len(ledger),
        ledger=ledger,
        residue=residues.residue,
        suspects=residues.suspects,
        outage_seconds=outage_seconds(before, night[1:]),
    )


# ── the ledger ─────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Sight:
    """One look, as the ledger needs it: the active unit's rows, and the mate's."""

    at: int
    active: Unit
    rows: dict[LoginKey, Session]
    mate: dict[LoginKey, Session] | None
    """None: the mate did not show its rows."""
    matched: bool
    """Whether both units are seen to have loaded the same AnyConnect images."""


def _sights(looks: Sequence[Snapshot]) -> list[_Sight]:
    sights = []
    for look in looks:
        active = look.active
        if active is None or active.full is None or active.full.sessions is None:
            continue
        other = look.mate_of(active)
        theirs = None
        if isinstance(other, Unit) and other.full is not None:
            theirs = other.full.sessions
        sights.append(
            _Sight(
                look.at,
                active,
                {login_key(row): row for row in active.full.sessions},
                None if theirs is None else {login_key(row): row for row in theirs},
                _is_matched(look),
            )
        )
    return sights


def _is_matched(look: Snapshot) -> bool:
    loads = {
        None
        if unit.full is None or unit.full.loaded is None
        else tuple(sorted((path_key(package.path), package.stamp) for package in unit.full.loaded))
        for unit in look.units
    }
    return len(look.units) == 2 and len(loads) == 1 and None not in loads


def _ledger(sights: list[_Sight], residues: Residues, events: Events) -> tuple[LedgerLine, ...]:
    if not sights:
        return ()
    orphans = {
        login_key(left): left.evidence
        for left in residues.residue
        if isinstance(left, OrphanedSession)
    }
    doubts = {login_key(suspect): suspect.why for suspect in residues.suspects}
    last = dict.fromkeys(sights[0].rows, 0)
    for number, sight in enumerate(sights):
        last |= dict.fromkeys(last.keys() & sight.rows.keys(), number)
    gone = {number for number in last.values() if number < len(sights) - 1}
    newest = {number: _newest(sights[number + 1]) for number in sorted(gone)}
    at_last = _newest(sights[-1])
    lines = []
    for key, row in sights[0].rows.items():
        if _was_left_before(key, row, sights):
            fate, why = Fate.ENDED, "without a tunnel and on one unit only before the night began"
        elif key in orphans:
            fate, why = Fate.LOST, f"orphaned: {orphans[key]}"
        else:
            number = last[key]
            fate, why = (
                _gone(key, sights[number], sights[number + 1], newest[number], events)
                if number in newest
                else _there(key, sights, at_last, events)
            )
        if fate is Fate.KEPT and key in doubts:
            why = f"not proven lost: {doubts[key]}"
        lines.append(LedgerLine(row.index, row.user, row.address, row.audit_id, fate, why))
    return tuple(lines)


def _was_left_before(key: LoginKey, row: Session, sights: list[_Sight]) -> bool:
    """Whether the row was residue already: replication works, and yet the mate has not got it."""
    mate = sights[0].mate
    if row.has_tunnel or not mate or key in mate:
        return False
    return not any(key in s.rows and s.rows[key].has_tunnel for s in sights[1:])


_Place = tuple[str, str]


def _newest(sight: _Sight) -> dict[_Place, Session]:
    """The newest row of each user at each public address."""
    newest: dict[_Place, Session] = {}
    for row in sight.rows.values():
        held = newest.get((row.user, row.public))
        if held is None or is_newer(row, held):
            newest[row.user, row.public] = row
    return newest


def _there(
    key: LoginKey, sights: list[_Sight], newest: dict[_Place, Session], events: Events
) -> tuple[Fate, str]:
    row = sights[-1].rows[key]
    again = newest.get((row.user, row.public))
    if again is not None and not row.has_tunnel and is_newer(again, row):
        silent_since = sights[-1].at - row.inactivity_seconds * 1_000
        if events.near(silent_since) and _was_forced(again, sights[-1].at, events):
            return Fate.LOST, (
                f"silent since the reload, after which {row.user} had to log in anew "
                f"(index {again.index}); the row is left"
            )
    if _came_back(key, [sight for sight in sights if key in sight.rows]):
        return Fate.RECONNECTED, "the tunnel was rebuilt under the same login"
    if row.has_tunnel:
        return Fate.KEPT, "there, with its tunnel"
    return Fate.KEPT, "there, without a tunnel: it can come back under the same login"


def _came_back(key: LoginKey, sights: list[_Sight]) -> bool:
    """Whether an SSL tunnel of the baseline broke and was up again: on another chassis, or here."""
    if sights[0].rows[key].tunnels.isdisjoint(_SSL):
        return False
    carrier: Serial | None = None
    broke = False
    for sight in sights:
        if sight.rows[key].tunnels.isdisjoint(_SSL):
            broke = carrier is not None
        elif carrier is not None and (broke or carrier != sight.active.serial):
            return True
        else:
            carrier = sight.active.serial
    return False


def _gone(
    key: LoginKey,
    last: _Sight,
    after: _Sight,
    newest: dict[_Place, Session],
    events: Events,
) -> tuple[Fate, str]:
    row = last.rows[key]
    running = None if last.active.full is None else last.active.full.running
    limit = idle_limit_seconds(running, row.group_policy)
    silent = row.inactivity_seconds + (after.at - last.at) // 1_000
    if not row.has_tunnel and limit is not None and silent >= limit:
        return Fate.ENDED, f"its idle time of {limit // 60} min ran out"
    if last.active.serial != after.active.serial:
        carried = last.mate is not None and key in last.mate
        if carried and after.mate is not None and key not in after.mate:
            return Fate.ENDED, "it had been replicated, and both units released it"
        return Fate.LOST, (
            f"{last.active.name} held it before the switchover, {after.active.name} not after it"
        )
    again = newest.get((row.user, row.public))
    # Between units with the same images nobody is forced (ASDM guide, p. 66-7): there a new login
    # soon after the reload is a person who came back by themselves.
    is_new = again is not None and login_key(again) not in last.rows and is_newer(again, row)
    forced = is_new and not last.matched
    if again is not None and forced and _was_forced(again, after.at, events):
        return Fate.LOST, f"{row.user} had to log in anew (index {again.index}) after the reload"
    if _is_stuck(row, after):
        return Fate.LOST, f"the row is gone, and {row.address} is still in use by nobody"
    return Fate.ENDED, f"{after.active.name} released row and address while it served"


def _was_forced(login: Session, seen_at: int, events: Events) -> bool:
    """Whether somebody logged in within minutes of an event of the mate."""
    began = seen_at - login.duration_seconds * 1_000
    return any(
        -DEPARTURE_SLACK_MS <= began - at <= RELOGIN_MS
        for at in (*events.departures, *events.returns)
    )


def _is_stuck(row: Session, sight: _Sight) -> bool:
    pools = None if sight.active.full is None else sight.active.full.pools
    if row.address is None or not any(row.address in pool.in_use for pool in pools or ()):
        return False
    return not any(other.address == row.address for other in sight.rows.values())


# ── the outage ─────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Turn:
    """A unit took or gave up the active role, by its own clock."""

    serial: Serial
    at: datetime
    taken: bool


def outage_seconds(before: Snapshot, looks: Sequence[Snapshot]) -> float | None:
    """How long nobody was active around the night's switchovers, by both units' own history.

    To the second, as the device prints it, and by two clocks; None where a switchover that the
    looks show stands in no history, or where the clocks contradict each other.
    """
    old = set(_turns(before))
    turns = sorted({turn for look in looks for turn in _turns(look)} - old, key=lambda t: t.at)
    gaps = []
    for left in (turn for turn in turns if not turn.taken):
        taken = [
            (turn.at - left.at).total_seconds()
            for turn in turns
            if turn.taken and turn.serial != left.serial
        ]
        near = [gap for gap in taken if abs(gap) <= OUTAGE_LIMIT_SECONDS]
        if not near:
            return None
        gaps.append(min(near, key=abs))
    changes = _changes((before, *looks))
    if changes == 0 or len(gaps) < changes or min(gaps) < 0:
        return None
    return sum(gaps)


def _turns(look: Snapshot) -> list[_Turn]:
    turns = []
    for unit in look.units:
        history = None if unit.full is None else unit.full.history
        for entry in history or ():
            taken = entry.after is FailoverState.ACTIVE
            if taken != (entry.before is FailoverState.ACTIVE):
                turns.append(_Turn(unit.serial, entry.at.at, taken))
    return turns


def _changes(looks: Sequence[Snapshot]) -> int:
    """How often the active role was seen on the other chassis."""
    actives = [look.active.serial for look in looks if look.active is not None]
    return sum(1 for one, other in pairwise(actives) if one != other)
