"""The drain: doomed sessions end cleanly, and log in again, while the former active stands by.

In batches, with a pause after each, so that people come back under the images of the unit that
stays before the next ones are sent away. Each batch is chosen from a full look of that moment:
after a crash, too, nobody is logged off whom the tables do not show.

Or, with a number to wait for, nobody is logged off at all: people leave by themselves.

Source: ASA 5500 ASDM guide, p. 66-7, for what dies; that a drain saves people is inferred.
"""

from upgrader.dialect.commands import show_sessions_of
from upgrader.judgement.moves import advice
from upgrader.judgement.moves.gates import Verdict, final_reload, step_of
from upgrader.judgement.moves.progress import Progress
from upgrader.judgement.moves.waiting import is_over, usurper
from upgrader.judgement.people.doomed import doomed
from upgrader.model.drain import DoomedRow, Drain, HoldLogins, LogOffBatch, ReleaseLogins
from upgrader.model.failover import FailoverState
from upgrader.model.law import Signal
from upgrader.model.move import Arrive, Do, Halt, Look, Move, Wait
from upgrader.model.outcome import ExitCode
from upgrader.model.plan import Plan
from upgrader.model.unit import Snapshot, Unit
from upgrader.model.words import many

APART_MS = 60_000
"""From one batch to the next, and between looks. Our guess: who is logged off is back by then."""
HELD_IDLE_MS = 600_000
"""How long logins stay closed while the drain cannot go on. Our guess: a reload takes less."""
RETURN_MS = 180_000
"""How long is waited for the last batch to be back. Our guess; who sleeps does not come back."""


def decide_drain(plan: Plan, progress: Progress, seen: Snapshot, verdict: Verdict | None) -> Move:
    """The one next thing of a drain."""
    drain, reload = plan.drain, final_reload(plan)
    assert drain is not None, "only a plan that drains comes here"
    assert reload is not None, "a drain is for the sake of the final reload"
    usurped = usurper(seen, reload.serial, "while sessions were drained")
    if usurped is not None:
        return Halt(ExitCode.STOPPED, usurped, advice.roles_back())
    hold = step_of(plan, HoldLogins)
    if hold is not None and not progress.is_held:
        return Do(hold, None, "new logins stay closed until the former active is back")
    rests = _rests(drain, progress, seen)
    if verdict is None:
        return rests or Look(None, "who of before the switchover is still there")
    rows = doomed(verdict.before, progress.switched, seen, verdict.read_by)
    late = is_over(progress, seen)
    if drain.below is not None:
        return _awaited(drain.below, rows, late=late)
    if rows and late:
        return _too_late(f"{many(len(rows), 'doomed session')} left")
    return _log_off(drain, progress, seen, rows)


def open_again(progress: Progress, seen: Snapshot) -> Do | None:
    """Let people log in again; None: nobody holds them."""
    held, active = progress.held, seen.active
    if held is None or active is None:
        return None
    return Do(
        ReleaseLogins(active.serial, held.policies),
        None,
        "people may log in again: each group policy as it stood",
    )


def _rests(drain: Drain, progress: Progress, seen: Snapshot) -> Wait | None:
    """Why the tables are not read yet; None: they are."""
    if progress.last_full is None:
        return None
    if drain.below is None and drain.hold_logins:
        return None  # nobody can come back, so that nobody is waited for
    if seen.at - max(progress.last_full, progress.done_at or 0) >= APART_MS:
        return None
    if drain.below is not None:
        return Wait("people leave by themselves: the tables are read once a minute")
    return Wait("those who were logged off have time to come back")


def _awaited(below: int, rows: tuple[DoomedRow, ...], *, late: bool) -> Move:
    left = many(len(rows), "doomed session")
    if len(rows) < below:
        return Arrive(Signal.DRAIN_DONE, f"{left} left, fewer than {below}")
    if late:
        return _too_late(f"{left} left, and fewer than {below} were waited for")
    return Wait(f"{left} left: fewer than {below} are waited for")


def _log_off(drain: Drain, progress: Progress, seen: Snapshot, rows: tuple[DoomedRow, ...]) -> Move:
    active = seen.active
    assert active is not None, "one unit is active"
    if rows:
        stubborn = _stubborn(progress, rows)
        if stubborn is not None:
            return Halt(
                ExitCode.STOPPED,
                f"row {stubborn.index} of {stubborn.user} is still there after it was logged off",
                advice.mend_and_go_on(show_sessions_of(stubborn.user)),
            )
        standby = seen.mate_of(active)
        if not isinstance(standby, Unit) or standby.state is not FailoverState.STANDBY_READY:
            return _awaits_mate(drain, progress, seen)
        batch = rows[: drain.batch]
        return Do(
            LogOffBatch(active.serial, batch),
            None,
            f"{len(batch)} of {many(len(rows), 'session')} of before the switchover end cleanly, "
            "and log in again",
        )
    missing = _missing(progress, seen)
    since = progress.since if progress.done_at is None else progress.done_at
    if missing and not drain.hold_logins and seen.at - since < RETURN_MS:
        return Wait(f"{many(len(missing), 'person is', 'people are')} not back yet")
    told = "nobody of before the switchover is left"
    if missing:
        told += f"; {len(missing)} have not logged in again" + (
            ", for logins are closed" if drain.hold_logins else " yet"
        )
    return Arrive(Signal.DRAIN_DONE, told)


def _awaits_mate(drain: Drain, progress: Progress, seen: Snapshot) -> Wait | Halt:
    """The former active could not take over again: nobody is logged off, nor long kept out."""
    why = "the former active is not Standby Ready: nobody is logged off meanwhile"
    since = progress.since if progress.done_at is None else progress.done_at
    if not drain.hold_logins or seen.at - since < HELD_IDLE_MS:
        return Wait(why)
    return Halt(
        ExitCode.STOPPED,
        f"{why}, and logins have been closed for that long enough",
        advice.mend_and_go_on("on the active unit: show failover"),
    )


def _stubborn(progress: Progress, rows: tuple[DoomedRow, ...]) -> DoomedRow | None:
    """A row that was logged off in this phase, and stands there unchanged."""
    typed = {row for s in progress.done_here if isinstance(s, LogOffBatch) for row in s.rows}
    return next((row for row in rows if row in typed), None)


def _missing(progress: Progress, seen: Snapshot) -> list[str]:
    """Whom the drain has logged off, and who has no session now."""
    active = seen.active
    rows = () if active is None or active.full is None else active.full.sessions or ()
    there = {(row.user, row.public) for row in rows}
    gone = {
        (row.user, row.public)
        for step in progress.done
        if isinstance(step, LogOffBatch)
        for row in step.rows
    }
    return sorted(user for user, public in gone if (user, public) not in there)


def _too_late(left: str) -> Halt:
    return Halt(
        ExitCode.STOPPED,
        f"the drain did not end in its time: {left}; nothing is reloaded",
        advice.mend_and_go_on("on the active unit: show vpn-sessiondb anyconnect"),
    )
