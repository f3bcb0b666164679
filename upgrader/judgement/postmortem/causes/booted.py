"""A unit that came back on its old release."""

from upgrader.judgement.postmortem.causes.weighing import Scale
from upgrader.judgement.postmortem.facts.tables import Tables
from upgrader.judgement.postmortem.facts.told import MINUTE, Told
from upgrader.model.cause import Cause, CauseName, Likelihood
from upgrader.model.evidence import Screen, What
from upgrader.model.failover import THERE, Failover, Role
from upgrader.model.night import Absence, Event, Leaving


def booted_old_image(tables: Tables) -> Cause:
    """Judge cause 16."""
    told = tables.told
    scale = Scale(CauseName.BOOTED_OLD_IMAGE)
    reloaded = [a for a in told.absences if a.back is not None and a.why is Leaving.ORDERED]
    again = [a for a in reloaded if told.came_back_old(a)]
    for absence in again:
        scale.speaks_for(
            f"the {absence.unit.value} ran {absence.version_before} before its reload and after it",
            absence,
        )
        scale.harmed((), absence.back)
    apart = _still_apart(told, reloaded)
    if apart:
        scale.speaks_for("both units had been reloaded, and their releases differ still", apart)
        scale.harmed((), apart[0].at)
    shown = _apart_at_the_end(tables, reloaded)
    if shown:
        scale.speaks_for("the last screens show two releases, with both units there", shown)
    unfit = told.of(What.VERSIONS_INCOMPATIBLE)
    if unfit and (again or apart):
        scale.speaks_against("the units refused one another for their releases", unfit)
        return scale.closed(Likelihood.POSSIBLE)
    if (again or apart) and shown:
        return scale.closed(Likelihood.CERTAIN)
    if again or apart:
        return scale.closed(Likelihood.LIKELY)
    if shown and _all_reloaded(told, reloaded):
        return scale.closed(Likelihood.CERTAIN)
    if shown:
        scale.speaks_against("not both units are seen to have been reloaded")
        return scale.closed(Likelihood.POSSIBLE)
    equal = _equal_at_the_end(tables)
    if equal:
        scale.speaks_against("both units ran one release at the end", equal)
        return scale.closed(Likelihood.EXCLUDED)
    known = told.has_log or told.absences
    return scale.closed(Likelihood.UNLIKELY if known else Likelihood.UNKNOWN)


def _still_apart(told: Told, reloaded: list[Absence]) -> tuple[Event, ...]:
    """103007 after the last unit is back, where both have been reloaded."""
    if not _all_reloaded(told, reloaded):
        return ()
    last = reloaded[-1]
    if _left_since(told, last) or _is_doubtful(told, reloaded):
        return ()
    return tuple(
        event
        for event in told.of(What.VERSIONS_DIFFER)
        if event.at is not None and last.back is not None and event.at >= last.back - MINUTE
    )


def _is_doubtful(told: Told, reloaded: list[Absence]) -> bool:
    """Whether both were away together as far as is known, and a clock could not be laid.

    Then which reload was the last is not known, nor by which of them the releases differed.
    """
    together = any(
        one.unit is not other.unit and one.left <= other.left < (one.back or one.left)
        for one in reloaded
        for other in reloaded
    )
    return together and any(not clock.known for clock in told.night.clocks)


def _left_since(told: Told, last: Absence) -> bool:
    return any(a.left > last.left for a in told.absences)


def _all_reloaded(told: Told, reloaded: list[Absence]) -> bool:
    return {a.unit for a in reloaded} >= {Role.PRIMARY, Role.SECONDARY} and bool(told.absences)


def _apart_at_the_end(tables: Tables, reloaded: list[Absence]) -> tuple[Screen, ...]:
    """The last `show failover` with both units there, if it names two releases."""
    back = max((a.back for a in reloaded if a.back is not None), default=None)
    last = _last_with_both(tables)
    if last is None or last[1].ours is None or last[1].mate is None:
        return ()
    screen, failover = last
    if screen.at is not None and back is not None and screen.at < back:
        return ()
    return () if failover.ours == failover.mate else (screen,)


def _equal_at_the_end(tables: Tables) -> tuple[Screen, ...]:
    last = _last_with_both(tables)
    if last is None or last[1].ours is None or last[1].ours != last[1].mate:
        return ()
    return (last[0],)


def _last_with_both(tables: Tables) -> tuple[Screen, Failover] | None:
    for screen, failover in reversed(tables.failovers):
        other = failover.other_host
        if other is not None and other.state in THERE:
            return screen, failover
    return None
