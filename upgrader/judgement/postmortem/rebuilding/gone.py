"""Which units were gone in truth, and for how long: not only their link, or a port."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from upgrader.judgement.postmortem.rebuilding.typed_again import Line
from upgrader.model.evidence import What
from upgrader.model.failover import Role
from upgrader.model.night import Absence, Leaving, Night

HOLD_MS = 15_000
"""Until a mate that says nothing is missed: the default hold time."""
SHUTDOWN_MS = 4_000
"""From the order to reload until the mate sees the unit gone: as the emulator assumes."""
TOGETHER_MS = 45_000
"""How near an order, or an absence, must be to what came of it. Our guess."""
_UP = frozenset({What.STARTUP_END, What.STARTUP_BEGIN, What.TO_ACTIVE})


def boot_ms(night: Night, lines: Sequence[Line]) -> int | None:
    """How long a unit takes from dark until it hears its mate; None: no unit came back.

    Where two boots differ the shorter one: nothing then comes too early for what was typed next.
    """
    booted = [
        (back - went_dark(one, lines), one.why)
        for one in true_absences(night)
        if (back := _up_again(night, one)) is not None
    ]
    sure = [took for took, why in booted if why is not Leaving.UNANNOUNCED and took > 0]
    return min(sure or [took for took, _ in booted if took > 0], default=None)


def true_absences(night: Night) -> tuple[Absence, ...]:
    """The absences in which a unit was gone: it is not that only its link, or a port, was.

    What was ordered while it was gone, or could not be heard, never arrived.
    """
    ports = frozenset(at for at, _ in reported(night))
    found = []
    for one in night.absences:
        began = one.left if one.left not in ports else _missed(night, one)
        if began is None or _was_cut_off(night, one):
            continue
        if not any(
            other.unit is one.unit
            and other.left < began
            and (other.back is None or began < other.back)
            for other in night.absences
            if other is not one
        ):
            found.append(replace(one, left=began))
    return tuple(found)


def _was_cut_off(night: Night, absence: Absence) -> bool:
    """Whether only the link was gone: by its own mark, or that of its mate at the same time."""
    return absence.why is Leaving.LINK or any(
        other.why is Leaving.LINK
        and other.unit is not absence.unit
        and abs(other.left - absence.left) <= TOGETHER_MS
        and (other.back is None) == (absence.back is None)
        and abs((other.back or 0) - (absence.back or 0)) <= TOGETHER_MS
        for other in night.absences
    )


def _missed(night: Night, absence: Absence) -> int | None:
    """When a unit of which only a port had failed was gone in the end; None: it never was."""
    gone = (
        event.at
        for event in night.events
        if event.what is What.PEER_ABSENT
        and event.unit is absence.unit.other
        and event.at is not None
        and absence.left < event.at
        and (absence.back is None or event.at < absence.back)
    )
    return min(gone, default=None)


def reported(night: Night) -> Iterator[tuple[int, Role]]:
    """When a unit told its mate of a failed interface, and was there all the time; and who."""
    gone = [
        event.at
        for event in night.events
        if event.what in (What.PEER_ABSENT, What.NO_RESPONSE) and event.at is not None
    ]
    for event in night.events:
        at, by = event.at, event.unit
        if event.what is not What.REPORTED_FAILED or at is None or by is None:
            continue
        if not any(abs(at - other) <= TOGETHER_MS for other in gone):
            yield at, by.other


def _up_again(night: Night, absence: Absence) -> int | None:
    """When the unit was up: its own word, where its mate could not hear it; else its mate's."""
    own = [
        event.at
        for event in night.events
        if event.what in _UP
        and event.unit is absence.unit
        and event.at is not None
        and absence.left + TOGETHER_MS < event.at
        and (absence.back is None or event.at < absence.back)
    ]
    return min(own, default=absence.back)


def went_dark(absence: Absence, lines: Sequence[Line]) -> int:
    """When the unit was gone in truth: a silent one is missed after its hold time only."""
    orders = [line.at for line in lines if line.at is not None and sends(line, absence)]
    if orders:
        return min(orders, key=lambda at: abs(at - absence.left)) + SHUTDOWN_MS
    silent = absence.why in (Leaving.CRASH, Leaving.UNANNOUNCED)
    return absence.left - HOLD_MS if silent else absence.left


def was_away(
    gone: Sequence[Absence], role: Role | None, at: int, before_ms: int = TOGETHER_MS
) -> Absence | None:
    """The absence of a unit, or of either, that covers an instant; None: there is none.

    `gone`: the true absences. `before_ms`: how long before it is missed it may have gone.
    """
    return next(
        (
            one
            for one in gone
            if (role is None or one.unit is role)
            and one.left - before_ms <= at
            and (one.back is None or at <= one.back + TOGETHER_MS)
        ),
        None,
    )


def sends(line: Line, absence: Absence) -> bool:
    """Whether it is the line that sent the unit away."""
    return line.reloads and line.at is not None and abs(line.at - absence.left) <= TOGETHER_MS
