"""Waiting: one `Retrying` drives the beats of a phase, on the world's clock.

`tenacity` reads the host's clock by itself; in virtual time its own limits never fire. So `stop`
and `sleep` are ours. What changes a firewall is never inside a retry: a beat that decides to act
returns its move, and the caller acts once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    retry_if_result,
    stop_after_attempt,
)

from upgrader.judgement.ways import MOST_MINUTES
from upgrader.model.law import Phase
from upgrader.model.move import Move, Wait
from upgrader.model.names import Instant
from upgrader.ports import Clock, Dropped

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a phase may take, and what is said when it has run out."""

    limit: timedelta
    when_it_ends: str


PATIENCE: dict[Phase, Patience] = {
    # 5-10 min is usual for hardware; Firepower takes up to 20. Twice that is our guess.
    Phase.STANDBY_RELOADING: Patience(
        timedelta(minutes=30), "the standby did not come back ready within 30 minutes"
    ),
    Phase.FORMER_RELOADING: Patience(
        timedelta(minutes=30), "the former active did not come back ready within 30 minutes"
    ),
    # A commanded switchover takes a second or two; hold time is at most 45 s.
    Phase.SWITCHING: Patience(timedelta(minutes=3), "the roles did not move within 3 minutes"),
    Phase.DRAINING: Patience(
        timedelta(minutes=MOST_MINUTES),
        f"the doomed sessions were not gone within {MOST_MINUTES // 60} hours",
    ),
    Phase.FAILING_BACK: Patience(
        timedelta(minutes=3), "the roles did not move back within 3 minutes"
    ),
    Phase.SWITCHING_BACK: Patience(
        timedelta(minutes=3), "the roles did not move back within 3 minutes"
    ),
    Phase.RETURNING: Patience(
        timedelta(minutes=30), "the reloaded unit did not come back ready within 30 minutes"
    ),
}
"""Phases that are not here do not wait for the pair, only for time of our own."""


def deadline_of(phase: Phase, since: Instant) -> Instant | None:
    """When patience ends in a phase; None: nothing is waited for there."""
    patience = PATIENCE.get(phase)
    return None if patience is None else Instant(since + patience.limit // _MS)


def beats(
    clock: Clock,
    deadline: Instant | None,
    pause: Callable[[], timedelta],
    beat: Callable[[], Move],
) -> Move | None:
    """Beat until there is something to do; None: the deadline has passed."""
    first = beat()
    if not isinstance(first, Wait):
        return first  # A `Retrying` costs as much as a short screen.
    waited: list[Move] = [first]

    def stop(_: RetryCallState) -> bool:
        return deadline is not None and clock.now() >= deadline

    def wait(_: RetryCallState) -> float:
        left = None if deadline is None else (deadline - clock.now()) * _MS
        rest = pause() if left is None else min(pause(), left)
        return rest.total_seconds()

    retrying = Retrying(
        retry=retry_if_result(lambda move: isinstance(move, Wait)),
        stop=stop,
        wait=wait,
        sleep=lambda seconds: clock.sleep(timedelta(seconds=seconds)),
        retry_error_callback=lambda _: None,
    )
    moved: Move | None = retrying(lambda: waited.pop() if waited else beat())
    return moved


def reading(look: Callable[[], T]) -> T:
    """Read again when a conversation was dropped under us: reading twice harms nobody.

    Raises:
        Dropped: three times in a row.
    """
    try:
        return look()
    except Dropped:
        # A `Retrying` costs as much as a short screen, and hardly any look needs one.
        return _READING_AGAIN(look)


_MS = timedelta(milliseconds=1)
_READING_AGAIN = Retrying(
    retry=retry_if_exception_type(Dropped), stop=stop_after_attempt(2), reraise=True
)
