"""What each way with a mismatch costs people: staged, drained, drained with logins held, waived.

All from the same rules and the same table of minutes. That a drain saves people is probable: if
the returning unit checks each session against what it has itself loaded, those who logged in again
die with the rest, unless logins stayed closed until it was back. Nothing shows which holds.

Source: ASA 5500 ASDM guide, p. 66-7, for the loss; both readings of it are inferred.
"""

from dataclasses import replace

from upgrader.judgement.timing import NightTimes
from upgrader.model.drain import Drain
from upgrader.model.prediction import Way

_BATCH_MINUTES = 1
"""From one batch to the next; our choice."""
MOST_MINUTES = 480
"""How long a drain may take; our choice: a night's work. What patience is for it."""
_RETURN_MINUTES = 1
"""Until the last ones are back; our guess: half a minute to notice and log in, at most three."""


def without_drain(told: tuple[Way, ...]) -> tuple[Way, ...]:
    """The ways where people could not log in again: nobody may be sent away."""
    return tuple(way for way in told if not way.name.startswith("drain"))


def with_drain(times: NightTimes, drain: Drain | None, doomed: int) -> NightTimes:
    """The night's turning points with a drain in it; how long people take to leave is not known."""
    more = 0 if drain is None else drain_minutes(drain, doomed)
    if not more:
        return times
    return replace(
        times,
        final_reload=times.final_reload + more,
        verified=times.verified + more,
        minutes=times.minutes + more,
        why=f"{times.why}, {more} min of drain",
    )


def drain_minutes(drain: Drain, doomed: int) -> int:
    """How long so many sessions take; 0 where people are waited for to leave by themselves."""
    if drain.below is not None or not doomed:
        return 0
    if drain.hold_logins:
        return _BATCH_MINUTES  # One after another: nobody is waited for who cannot come back.
    return -(-doomed // drain.batch) * _BATCH_MINUTES + _RETURN_MINUTES


def ways(times: NightTimes, drain: Drain | None, *, doomed: int, orphaned: int) -> tuple[Way, ...]:
    """Each way, from the one that harms nobody to the one that harms most.

    `times`: of a night without a drain; `doomed`: who has to log in again if all are logged off;
    `orphaned`: rows that stay behind if nothing is done.
    """
    open_, held = Drain(), Drain(hold_logins=True)
    if drain is not None:
        open_ = replace(open_, batch=drain.batch)
        held = replace(held, batch=drain.batch)
    away = times.away
    told = [
        Way(
            "stage",
            *(0, 0, 0, times.minutes),
            sure=True,
            why="the same packages on both units, and loaded, before the first reload; the staging "
            "itself comes before the night",
        ),
        Way(
            "drain",
            *(doomed, 0, 0, times.minutes + drain_minutes(open_, doomed)),
            sure=False,
            why="probable: they are logged off and come back at once; if the returning unit checks "
            "sessions against its own packages, they end once more, and leave orphans",
        ),
        Way(
            "drain-hold",
            *(doomed, 0, drain_minutes(held, doomed) + away),
            times.minutes + drain_minutes(held, doomed),
            sure=True,
            why="logged off, and nobody logs in until the former active is back: no session is "
            "there that could end",
        ),
    ]
    if drain is not None and drain.below is not None:
        left = min(doomed, max(0, drain.below - 1))
        told.append(
            Way(
                "drain-below",
                *(left, left, 0, times.minutes),
                sure=False,
                why=f"nobody is logged off; once fewer than {drain.below} are left, those end in "
                "the final reload. How long people take to leave is not known",
            )
        )
    told.append(
        Way(
            "waive",
            *(doomed, orphaned, 0, times.minutes),
            sure=True,
            why="they end in the final reload, rows and addresses stay behind until a clean-up",
        )
    )
    return tuple(told)
