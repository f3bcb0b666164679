"""The network beside the pair: it did not follow the switchover at once."""

from upgrader.judgement.postmortem.causes.weighing import Scale, at_most
from upgrader.judgement.postmortem.facts.tables import Tables
from upgrader.judgement.postmortem.facts.told import MINUTE, SECOND, Parted, Told
from upgrader.model.cause import Cause, CauseName, Likelihood
from upgrader.model.evidence import Screen, What
from upgrader.model.failover import THERE, Failover
from upgrader.model.night import Ending, Event, Life, Switchover

_LATE_MS = 20 * SECOND  # A resume takes 1 to 5 s after a reset, 30 s by dead-peer detection [K].

_SEVERAL = 3  # So many at once are not laptops that fall asleep; our guess.


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
    near = [e for e in troubled if e.at is not None and _near_switchover(told, e.at)]
    silenced = _silenced(told, troubled)
    if silenced:
        scale.speaks_for(
            f"{len(silenced)} people fell silent then, and came back by themselves", silenced
        )
        scale.harmed(silenced)
    grade = Likelihood.POSSIBLE
    if (near and late is not None) or silenced or (shown and not told.has_log):
        grade = Likelihood.LIKELY
    if shown and near and late is not None:
        grade = Likelihood.CERTAIN
    return scale.closed(at_most(grade, Likelihood.POSSIBLE) if wide else grade)


def _interfaces(told: Told) -> tuple[Event, ...]:
    """Trouble on interfaces that the mate's going or coming does not explain."""
    found = told.of(What.HELLOS_LOST, What.INTERFACE_DOWN, What.TESTING, What.TESTED)
    kept = tuple(
        event
        for event in found
        if event.at is None
        or told.mate_away(event.at, slack=MINUTE) is None
        or event.what is What.INTERFACE_DOWN
    )
    # A test that was passed is what tests are for.
    tests = (What.TESTING, What.TESTED)
    passed = all(
        e.what in tests and e.fields.get("outcome", "passed").casefold() == "passed" for e in kept
    )
    return () if passed and len({e.fields.get("interface") for e in kept}) < 2 else kept


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
    if this is None or other is None or other.state not in THERE:
        return None
    return frozenset(
        i.name
        for h in (this, other)
        for i in h.interfaces
        # Of a mate that has not told of its interfaces yet, `Unknown (Waiting)` is printed.
        if i.condition not in ("Normal", "Unknown")
        or (i.monitoring == "Waiting" and i.condition != "Unknown")
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
        # Who is not reset notices after half a minute, so that the first ones tell.
        if firsts[len(firsts) // 10] >= _LATE_MS:
            return switchover, parted, firsts[len(firsts) // 2] // SECOND
    return None


def _near_switchover(told: Told, at: int) -> bool:
    return told.nearest_switchover(at, 2 * MINUTE) is not None


def _silenced(told: Told, troubled: tuple[Event, ...]) -> tuple[Life, ...]:
    """Several people whom their unit heard no more when interfaces were in trouble, and then again.

    Beside a switchover that is no mark: everybody resumes then. Nor is one laptop.
    """
    found: dict[int, Life] = {}
    for event in troubled:
        at = event.at
        if at is None or _near_switchover(told, at):
            continue
        for life in told.night.lives:
            if any(abs(s - at) <= MINUTE for s in life.suspended) and any(
                at <= r <= at + 5 * MINUTE for r in life.resumed
            ):
                found[id(life)] = life
    return tuple(found.values()) if len(found) >= _SEVERAL else ()
