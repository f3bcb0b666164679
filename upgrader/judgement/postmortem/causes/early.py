"""A switchover to a unit that was not ready: it has a part of the sessions, and the rest is lost.

It is confused with a missing key and with versions that do not fit. There, everybody is lost; here
it is those whose sessions the bulk sync had not yet brought over when the line was typed.
"""

from upgrader.judgement.postmortem.causes.weighing import Scale, at_most
from upgrader.judgement.postmortem.facts.steps import SWITCHES, is_earlier
from upgrader.judgement.postmortem.facts.tables import Tables
from upgrader.judgement.postmortem.facts.told import MINUTE, Told, spoken
from upgrader.model.cause import Cause, CauseName, Likelihood
from upgrader.model.evidence import Screen, What
from upgrader.model.failover import JOINING, UNHEARD, FailoverState
from upgrader.model.night import Event, Switchover

_STALE_MS = 2 * MINUTE  # A unit that was not heard may be back so soon; our guess.


def premature_switchover(tables: Tables) -> Cause:
    """Judge cause 9."""
    told = tables.told
    scale = Scale(CauseName.PREMATURE_SWITCHOVER)
    early = [s for s in told.switchovers if s.command is not None and _was_early(told, s)]
    shown = _early_on_screen(tables, scale)
    if not early and shown is None:
        ready = [s for s in told.switchovers if s.ready]
        if ready:
            scale.speaks_against("the standby was ready when the roles moved", ready)
        return scale.closed(Likelihood.UNLIKELY)
    grade = Likelihood.POSSIBLE
    unheard = [s for s in early if not _would_tell_sync(told, s)]
    for switchover in early:
        parted = told.parted(switchover)
        scale.speaks_for(
            "the roles were moved by command before the standby was ready",
            switchover,
            switchover.command,
        )
        if parted.gone:
            scale.speaks_for(
                f"{len(parted.gone)} had to log in anew, {len(parted.resumed)} resumed",
                parted.gone,
            )
            scale.harmed(parted.gone, switchover.at)
            grade = Likelihood.LIKELY
        elif parted.met and told.informs(switchover.at):
            scale.speaks_against("nobody is seen to have lost a session by it", switchover)
    if early and len(unheard) == len(early):
        scale.speaks_against(
            "no line is there from the midst of the join: that its end is missing proves nothing"
        )
        grade = at_most(grade, Likelihood.POSSIBLE)
    if shown is not None and (grade is Likelihood.LIKELY or not told.has_log):
        grade = shown
    off = told.of(What.REPLICATION_OFF)
    unlike = told.of(What.VERSIONS_INCOMPATIBLE)
    if off or unlike:
        scale.speaks_against("state could not have been replicated at all", off, unlike)
        grade = at_most(grade, Likelihood.POSSIBLE)
    return scale.closed(grade)


def _would_tell_sync(told: Told, switchover: Switchover) -> bool:
    """Whether the bulk sync of the unit that took over would be in the log, or part of it is."""
    steps = (What.SYNC_SENDING, What.SYNC_SENT, What.BULK_STARTED, What.BULK_ENDED)
    seen = told.during(switchover.at - 10 * MINUTE, switchover.at, *steps)
    if seen:
        return seen[-1].what in (What.SYNC_SENDING, What.BULK_STARTED)
    joined = [a for a in told.absences if a.unit is switchover.to and a.left < switchover.at]
    back = joined[-1].back if joined else None
    at = switchover.at if back is None else back
    return told.informs(at, closely=True) and told.informs(switchover.at, closely=True)


def _was_early(told: Told, switchover: Switchover) -> bool:
    if switchover.ready is not None:
        return not switchover.ready
    return _joined(told, switchover)


def _joined(told: Told, switchover: Switchover) -> bool:
    """Whether a join of the unit that took over was going on, its bulk sync not completed."""
    for absence in told.absences:
        if absence.unit is not switchover.to or absence.left >= switchover.at:
            continue
        if absence.back is None or absence.back > switchover.at:
            return absence.back is not None
        if absence.synced is not None and absence.synced > switchover.at:
            return True
    return False


def _early_on_screen(tables: Tables, scale: Scale) -> Likelihood | None:
    """What a history, or the last `show failover` before the command, shows; None: nothing.

    A history has the very moment. A unit that was not heard when somebody last looked may have
    come back meanwhile, so that this alone is no more than likely.
    """
    for screen, rows in tables.histories:
        for row in rows:
            if row.before in JOINING and row.after in (
                FailoverState.JUST_ACTIVE,
                FailoverState.ACTIVE,
            ):
                by_command = "config command" in row.reason or "wants me" in row.reason
                if by_command and row.before is not FailoverState.NEGOTIATION:
                    scale.speaks_for(
                        f"the history goes from {row.before.value} to {row.after.value}", screen
                    )
                    return Likelihood.CERTAIN
    ready = {id(s.command) for s in tables.told.switchovers if s.ready}
    for event in tables.told.typed(*SWITCHES):
        seen = None if id(event) in ready else _state_before(tables, event)
        if seen is None:
            continue
        screen, state = seen
        if state in JOINING:
            scale.speaks_for(
                f"the standby was {state.value} when {spoken(event)!r} was typed", screen
            )
        elif state in UNHEARD and not _is_stale(screen, event):
            scale.speaks_for(
                f"the standby was last seen {state.value} before {spoken(event)!r} was typed",
                screen,
            )
        else:
            continue
        scale.harmed((), event.at)
        return Likelihood.CERTAIN if state in JOINING else Likelihood.LIKELY
    return None


def _is_stale(screen: Screen, event: Event) -> bool:
    """Whether so much time lies between the look and the line that the unit may be back."""
    return screen.at is not None and event.at is not None and event.at - screen.at > _STALE_MS


def _state_before(tables: Tables, event: Event) -> tuple[Screen, FailoverState] | None:
    """The standby's state on the last `show failover` before the line, as that screen has it."""
    last: tuple[Screen, FailoverState] | None = None
    for screen, failover in tables.failovers:
        if not is_earlier(screen, event):
            continue
        hosts = [h for h in (failover.this_host, failover.other_host) if h is not None]
        mates = [h for h in hosts if h.state is not FailoverState.ACTIVE]
        if mates:
            last = (screen, mates[0].state)
    return last
