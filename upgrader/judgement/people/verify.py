"""Who was cut off, and what is left: a night judged from its full looks.

Every session of the baseline met exactly one fate, so that they add up: see `fates`. AnyConnect
and IKEv2 clients are followed by the listing that every full look has; the portal's people by the
looks that asked for them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from upgrader.judgement.people.ledger import follow
from upgrader.judgement.people.residue import Events, grade
from upgrader.judgement.people.sights import clients, portal, sights_of
from upgrader.judgement.people.stages import Turns
from upgrader.model.aftermath import Aftermath
from upgrader.model.failover import FailoverState
from upgrader.model.names import Instant, Serial
from upgrader.model.unit import Snapshot

_START = Instant(0)
OUTAGE_LIMIT_SECONDS = 60  # Our guess: more is two clocks that differ, or no commanded switchover.


def verify(
    before: Snapshot, looks: Sequence[Snapshot], events: Events, origin: Instant = _START
) -> Aftermath:
    """Follow every session through the full looks of the night.

    Looks are those after the baseline, oldest first. Events are the departures and returns of the
    mate, on the looks' axis; what is told counts from `origin`. Without any session table in the
    baseline the ledger is empty.
    """
    # A run that was refused and begun anew has looks from before its baseline.
    night = (before, *(look for look in looks if look.at > before.at))
    residues = grade(_before_fail_back(night), events)
    sights = sights_of(night, clients)
    of_portal = sights_of(night, portal)
    turns = Turns(sights, of_portal, origin)
    people = follow(sights, residues, events, turns, origin)
    visitors = follow(of_portal, residues, events, turns, origin, of_portal=True)
    return Aftermath(
        before=len(people.baseline) + len(visitors.baseline),
        ledger=(*people.baseline, *visitors.baseline),
        residue=residues.residue,
        suspects=residues.suspects,
        outage_seconds=outage_seconds(before, night[1:]),
        newcomers=(*people.newcomers, *visitors.newcomers),
        stages=turns.stages,
    )


def _before_fail_back(night: Sequence[Snapshot]) -> Sequence[Snapshot]:
    """The looks in which residue can be proven: two of the unit that served, a minute apart.

    After a fail-back the same rows stand on the standby, and no second look at it is taken.
    """
    actives = [None if look.active is None else look.active.serial for look in night]
    away = [n for n, serial in enumerate(actives) if serial is not None and serial != actives[0]]
    both_back = all(serial == actives[0] for serial in actives[away[-1] + 1 :]) if away else False
    return night[: away[-1] + 1] if both_back else night


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
    active = FailoverState.ACTIVE
    for unit in look.units:
        history = None if unit.full is None else unit.full.history
        for entry in history or ():
            taken = entry.after is active
            if taken != (entry.before is active):
                turns.append(_Turn(unit.serial, entry.at.at, taken))
    return turns


def _changes(looks: Sequence[Snapshot]) -> int:
    """How often the active role was seen on the other chassis."""
    actives = [look.active.serial for look in looks if look.active is not None]
    return sum(1 for one, other in pairwise(actives) if one != other)
