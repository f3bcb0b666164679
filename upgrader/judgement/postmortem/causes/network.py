"""The network beside the pair: it did not follow the switchover at once."""

from upgrader.judgement.postmortem.causes.weighing import Scale, at_most
from upgrader.judgement.postmortem.facts.tables import Tables
from upgrader.judgement.postmortem.facts.told import MINUTE, SECOND, Parted, Told
from upgrader.model.cause import Cause, CauseName, Likelihood
from upgrader.model.evidence import Screen, What
from upgrader.model.failover import Failover
from upgrader.model.night import Ending, Event, Switchover

_LATE_MS = 20 * SECOND  # A resume takes 1 to 5 s after a reset, 30 s by dead-peer detection [K].


def network(tables: Tables) -> Cause:
    """Judge cause 12."""
    told = tables.told
    scale = Scale(CauseName.NETWORK)
    troubled = _interfaces(told)
    shown = _interfaces_on_screen(tables)
    if troubled:
        scale.speaks_for("data interfaces lost their mate, were tested, or went down", troubled)
        scale.harmed((), next((e.at for e in troubled if e.at is not None), None))
    if shown:
        scale.speaks_for("show failover prints an interface that is not Normal", shown)
    healed = told.of(What.MONITOR_NORMAL, What.INTERFACE_UP)
    if troubled and healed:
        scale.speaks_for("the interfaces were well again later", healed)
    late = _late(told)
    if late is not None:
        switchover, parted, seconds = late
        scale.speaks_for(
            f"{len(parted.resumed)} resumed, but only after {seconds} s", switchover, parted.resumed
        )
        scale.harmed(parted.resumed, switchover.at)
    lost = [loss for loss in told.losses if loss.how is not Ending.CLEAN]
    if len(lost) > sum(len(parted.resumed) for _, parted in told.partings):
        scale.speaks_against("most had to log in anew", lost)
    if not (troubled or shown):
        if late is not None:
            return scale.closed(Likelihood.POSSIBLE)
        known = told.has_log or tables.failovers
        return scale.closed(Likelihood.UNLIKELY if known else Likelihood.UNKNOWN)
    wide = bool(lost) and len(lost) > sum(len(p.resumed) for _, p in told.partings)
    near = [e for e in troubled if e.at is not None and _near_harm(told, e.at)]
    grade = Likelihood.POSSIBLE
    if (near and (late is not None or _came_back(told, near))) or (shown and not told.has_log):
        grade = Likelihood.LIKELY
    if shown and near and late is not None:
        grade = Likelihood.CERTAIN
    return scale.closed(at_most(grade, Likelihood.POSSIBLE) if wide else grade)


def _interfaces(told: Told) -> tuple[Event, ...]:
    """Trouble on interfaces that the mate's going or coming does not explain."""
    found = told.of(What.HELLOS_LOST, What.INTERFACE_DOWN, What.TESTING, What.TESTED)
    return tuple(
        event
        for event in found
        if event.at is None
        or told.mate_away(event.at, slack=MINUTE) is None
        or event.what is What.INTERFACE_DOWN
    )


def _interfaces_on_screen(tables: Tables) -> tuple[Screen, ...]:
    """`show failover` with the mate there and an interface not well that is well on another one.

    What is never well (a port without a cable) has nothing to do with the night.
    """
    seen = [(screen, _sick(failover)) for screen, failover in tables.failovers]
    known = [(screen, sick) for screen, sick in seen if sick is not None]
    always = frozenset.intersection(*(sick for _, sick in known)) if known else frozenset()
    return tuple(screen for screen, sick in known if sick - always)


def _sick(failover: Failover) -> frozenset[str] | None:
    """The interfaces that are not well; None: a unit is not there, and the screen says nothing."""
    this, other = failover.this_host, failover.other_host
    if this is None or other is None or other.state.value not in ("Standby Ready", "Active"):
        return None
    return frozenset(
        i.name
        for h in (this, other)
        for i in h.interfaces
        if i.condition not in ("Normal", "Unknown") or i.monitoring == "Waiting"
    )


def _late(told: Told) -> tuple[Switchover, Parted, int] | None:
    """A switchover after which most resumed, but late."""
    for switchover, parted in told.partings:
        firsts = sorted(
            min(r for r in life.resumed if r >= switchover.at - 2 * SECOND) - switchover.at
            for life in parted.resumed
        )
        if not firsts or len(parted.lost) > len(parted.resumed):
            continue
        middle = firsts[len(firsts) // 2]
        if middle >= _LATE_MS:
            return switchover, parted, middle // SECOND
    return None


def _near_harm(told: Told, at: int) -> bool:
    """Whether a switchover, or people's silence, was near."""
    if told.nearest_switchover(at, 2 * MINUTE) is not None:
        return True
    return any(abs(s - at) <= 2 * MINUTE for life in told.night.lives for s in life.suspended)


def _came_back(told: Told, near: list[Event]) -> bool:
    """Whether people resumed after that, in numbers."""
    first = min((e.at for e in near if e.at is not None), default=told.night.began)
    back = [
        life
        for life in told.night.lives
        if any(first <= r <= first + 5 * MINUTE for r in life.resumed)
    ]
    return len(back) > 1
