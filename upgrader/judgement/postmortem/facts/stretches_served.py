"""When both units served, and when nobody did, from the bands of their roles."""

from upgrader.judgement.postmortem.clocks.moments import command_of
from upgrader.model.evidence import What
from upgrader.model.failover import Role
from upgrader.model.night import ACTIVE, Absence, Band, Leaving, Night

_TAKES = ("no failover active", "reload noconfirm")
BOTH_MS = 5_000  # Two clocks may be some seconds apart; our guess.

Together = tuple[int, int, tuple[Band, Band]]


def both_served(night: Night) -> tuple[Together, ...]:
    """The stretches in which the bands of both units say Active, beyond what clocks may err."""
    slack = 2 * max((c.uncertainty_ms for c in night.clocks if c.known), default=0)
    found: list[Together] = []
    for one in _active(night, Role.PRIMARY):
        for other in _active(night, Role.SECONDARY):
            began = max(_of(one.began, night.began), _of(other.began, night.began))
            ended = min(_of(one.ended, night.ended), _of(other.ended, night.ended))
            handed = any(
                s.command is not None
                and s.gave_way is not False
                and began - BOTH_MS <= s.at <= ended + BOTH_MS
                for s in night.switchovers
            )
            # Where one unit was told to hand over, and did, only the clocks are not exact.
            if ended - began > max(BOTH_MS, slack) and not handed:
                found.append((began, ended, (one, other)))
    return tuple(sorted(found, key=lambda known: known[:2]))


def nobody_served(night: Night) -> tuple[tuple[int, int], ...]:
    """The stretches between two Active bands in which neither unit was; () where none is known."""
    spans = sorted(
        (_of(band.began, night.began), _of(band.ended, night.ended))
        for role in Role
        for band in _active(night, role)
    )
    found: list[tuple[int, int]] = []
    until: int | None = None
    for began, ended in spans:
        if until is not None and began > until:
            found.append((until, began))
        until = ended if until is None else max(until, ended)
    return tuple(found)


def outage_ms(night: Night) -> int | None:
    """How long nobody served; None: no role is known, or when the active unit went is not.

    A unit that dies says nothing of it; its mate takes over when it has not heard it for a hold
    time, which no message names.
    """
    if not any(_active(night, role) for role in Role):
        return None
    if any(_died_unheard(night, absence) for absence in night.absences) or _is_cut_short(night):
        return None
    return sum(ended - began for began, ended in nobody_served(night))


def _died_unheard(night: Night, absence: Absence) -> bool:
    """Whether nothing tells that the active unit had gone but that its mate took over."""
    if not absence.was_active or absence.why in (Leaving.ORDERED, Leaving.LINK):
        return False
    return any(s.to is not absence.unit and s.at == absence.left for s in night.switchovers)


def _is_cut_short(night: Night) -> bool:
    """Whether an unstamped line that takes a unit from service has no effect in the records.

    They end before it, or nobody looked.
    """
    told = {id(move.command) for move in night.switchovers}
    told |= {id(absence.order) for absence in night.absences}
    return any(
        event.at is None
        and event.what is What.COMMAND
        and id(event) not in told
        and command_of(event.fields.get("command", event.text)).startswith(_TAKES)
        for event in night.events
    )


def _active(night: Night, role: Role) -> list[Band]:
    return [band for band in night.bands if band.unit is role and band.state == ACTIVE]


def _of(at: int | None, otherwise: int) -> int:
    return otherwise if at is None else at
