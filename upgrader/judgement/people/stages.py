"""The turning points of a night, read from its looks: who reloaded, who took over.

A chassis is known by its serial. Which half of the night it is, nobody has to say: the one that
served at the beginning is the former active unit as soon as it serves no more.
"""

from collections.abc import Callable, Mapping, Sequence

from upgrader.judgement.people.logins import LoginKey
from upgrader.judgement.people.sights import Sight
from upgrader.model.aftermath import Stage, Trace
from upgrader.model.failover import Role
from upgrader.model.names import Instant, Serial
from upgrader.model.unit import Unit
from upgrader.model.vpn import Session

Both = tuple[Trace, Trace]
"""What the primary's table shows, and the secondary's."""
FORMER_ACTIVE, STANDBY = "former active reloaded", "standby reloaded"


class Turns:
    """The stages of a night, and what stands in whose table at each."""

    def __init__(
        self, sights: Sequence[Sight], of_portal: Sequence[Sight], origin: Instant
    ) -> None:
        """`of_portal`: those of the looks that listed the portal's people."""
        self._chosen = _turning_points(sights)
        self._portals = {sight.asked: sight for sight in of_portal}
        self.stages = tuple(
            Stage(name, Instant(sight.asked - origin), sight.active.role)
            for name, sight in self._chosen
        )

    def traces(self, *, of_portal: bool) -> Callable[[LoginKey], tuple[Both, ...]]:
        """What tells of a login, at each stage: in the primary's table, and in the secondary's."""
        tables = [
            _both(self._portals.get(sight.asked) if of_portal else sight)
            for _, sight in self._chosen
        ]
        known: dict[tuple[Both, ...], tuple[Both, ...]] = {}

        def of(key: LoginKey) -> tuple[Both, ...]:
            told = tuple([both.get(key, absent) for both, absent in tables])
            return known.setdefault(told, told)

        return of


def _turning_points(sights: Sequence[Sight]) -> list[tuple[str, Sight]]:
    if not sights:
        return []
    first = serving = sights[0].active.serial
    chosen = [("before", sights[0])]
    known: dict[Serial, Unit] = {}
    for sight in sights:
        turns = []
        for unit in (sight.active, sight.standby):
            if unit is not None:
                if _has_reloaded(known.get(unit.serial), unit):
                    turns.append(FORMER_ACTIVE if unit.serial == first else STANDBY)
                known[unit.serial] = unit
        if sight.active.serial != serving:
            turns.append("failed back" if sight.active.serial == first else "switched over")
            serving = sight.active.serial
        if turns:
            chosen.append((" and ".join(turns), sight))
    if chosen[-1][1] is not sights[-1]:
        chosen.append(("end", sights[-1]))
    return chosen


def _has_reloaded(before: Unit | None, now: Unit) -> bool:
    """Whether a unit's uptime fell, or it runs another release."""
    if before is None:
        return False
    then, since = before.version.uptime_seconds, now.version.uptime_seconds
    fell = then is not None and since is not None and since < then
    return fell or before.running != now.running


def _both(sight: Sight | None) -> tuple[dict[LoginKey, Both], Both]:
    """What one look shows of every login that stands in either table, and of one in none."""
    if sight is None:
        return {}, (Trace.UNSEEN, Trace.UNSEEN)
    ours, theirs = _shown(sight.rows), _shown(sight.mate or {})
    absent = Trace.GONE if sight.mate is not None else Trace.UNSEEN
    is_primary = sight.active.role is Role.PRIMARY

    def placed(here: Trace, there: Trace) -> Both:
        return (here, there) if is_primary else (there, here)

    both = {key: placed(here, theirs.get(key, absent)) for key, here in ours.items()}
    for key in theirs.keys() - ours.keys():
        both[key] = placed(Trace.GONE, theirs[key])
    return both, placed(Trace.GONE, absent)


def _shown(rows: Mapping[LoginKey, Session]) -> dict[LoginKey, Trace]:
    tunnel, bare = Trace.TUNNEL, Trace.ROW
    return {key: tunnel if row.has_tunnel else bare for key, row in rows.items()}
