"""How long until the next look: rarely while a unit boots, often when something is about to happen.

When that is, the night itself tells: the second unit of a pair boots and syncs as long as the
first one did. Where nothing is known yet, the pause grows with the time that has passed, so that
a boot of seconds is not slept through, and one of minutes is not asked about every second.
"""

from datetime import timedelta

from upgrader.judgement.moves.drain import APART_MS
from upgrader.judgement.moves.gates import LOOKS_APART_MS, SOAK_MS
from upgrader.judgement.moves.progress import Progress, SentReload
from upgrader.judgement.moves.waiting import READY_LOOKS, READY_MS, SETTLED_MS, SETTLED_SINCE
from upgrader.model.law import Phase
from upgrader.model.names import Instant

QUICKEST_MS = 1_000
"""A hello takes as long: asked more often, a pair says the same again."""

UNKNOWN_MS = 2_000
"""The same, while nobody knows how long it takes: most of such looks see nothing."""

ROLES_MOVE = frozenset(
    {
        *(Phase.SWITCHING, Phase.FAILING_BACK, Phase.SWITCHING_BACK),
        *(Phase.SWITCH_LATE, Phase.FAILBACK_LATE, Phase.SWITCH_BACK_LATE),
    }
)
SOAKS = frozenset({Phase.SWITCHED, Phase.RESTORED})
DRAINS = frozenset({Phase.DRAINING, Phase.DRAIN_LATE})
SETTLES = frozenset({Phase.BOTH_UPGRADED, Phase.BOTH_OLD})
"""Nothing moves in these: time of our own is waited out."""

_OWN_MS = 30_000
"""How often we look while it is: an unforeseen change of roles must not wait for a minute."""
_OTHERWISE_MS = 10_000

# Slowest, by what is awaited. Our guesses, from what a late look costs against what a look does.
_SETTLING_MS = 20_000
_MOVING_MS = 5_000
_BOOTING_MS = 30_000
_SYNCING_MS = 5_000
"""Up to so late costs nothing: an interface is Waiting for longer, and is waited for."""
_LATE_MS = 3_000
"""As late may the second unit be seen ready whose interfaces take longer to be heard."""
_HEARD_MS = 2_000
"""So long before its interfaces were heard the first time a unit is looked at closely."""


def pause(progress: Progress, now: Instant) -> timedelta:
    """How long to wait before the pair is looked at again, in its own time."""
    return timedelta(milliseconds=_pause_ms(progress, now))


def _pause_ms(progress: Progress, now: Instant) -> int:
    phase, intent = progress.phase, progress.open_intent
    if intent is not None:
        return _growing(now - intent.at, _SETTLING_MS)
    if phase in ROLES_MOVE:
        return _growing(now - progress.since, _MOVING_MS)
    if phase in SOAKS:
        return _until(progress.since + SOAK_MS, now, _OWN_MS)
    if phase in DRAINS:
        return _until(max(progress.last_full or 0, progress.done_at or 0) + APART_MS, now, _OWN_MS)
    if phase in SETTLES and progress.last_full is not None:
        return _until(progress.last_full + LOOKS_APART_MS, now, _OWN_MS)
    if phase is Phase.EVICTED:
        return _OWN_MS
    if not progress.reloads:
        return _OTHERWISE_MS
    return _awaiting(progress, progress.reloads[-1], now)


def _awaiting(progress: Progress, reload: SentReload, now: Instant) -> int:
    """A unit goes down, boots, syncs, and stays ready for a while."""
    past = next((past for past in progress.reloads if past.ready is not None), None)
    if progress.ready_since is not None:
        return _confirming(progress, progress.ready_since, reload, past, now)
    if past is not None and past.ready is not None:
        return _expecting(reload, past, past.ready, now)
    if reload.back is None:
        return _growing(now - reload.at, _BOOTING_MS, UNKNOWN_MS)
    return _SYNCING_MS


def _expecting(reload: SentReload, past: SentReload, ready: Instant, now: Instant) -> int:
    """Slow up to shortly before the moment at which the first unit was ready, and quick around it.

    Counted from the order: when the first one came back was seen late, when it was ready hardly.
    """
    slowest = _BOOTING_MS if reload.back is None else _SYNCING_MS
    expected, elapsed = ready - past.at, now - reload.at
    early = max(expected // 50, 2 * QUICKEST_MS)
    if elapsed >= expected + early:
        return _growing(elapsed - expected, slowest)
    if elapsed >= expected - early:
        heard_after = _heard_after(past)
        if heard_after is None:
            return max(QUICKEST_MS, min(expected // 200, UNKNOWN_MS))
        return max(QUICKEST_MS, min((heard_after - SETTLED_MS) // 2, _LATE_MS))
    if reload.back is not None and past.back is not None:
        # It may have booted sooner than the first one, or that one was looked at too late. When
        # the first one came back was seen late, too, and so its sync looks shorter than it was.
        sooner = reload.back - reload.at + ready - past.back + _BOOTING_MS
        slowest = _SYNCING_MS if elapsed >= sooner - early else min(_BOOTING_MS, sooner - elapsed)
    return max(QUICKEST_MS, min(expected - early - elapsed, slowest))


def _heard_after(past: SentReload) -> int | None:
    """How long after a unit was ready its interfaces were heard; None: nobody was there to see."""
    if past.ready is None or past.settled is None:
        return None
    return min(past.settled - past.ready, READY_MS)


def _confirming(
    progress: Progress, ready: Instant, reload: SentReload, past: SentReload | None, now: Instant
) -> int:
    """Ready for good is who says of every interface that it is heard.

    What outlasts that costs the night: it is looked at every second, once it may be so.
    """
    end = Instant(ready + READY_MS)
    if progress.vocabulary < SETTLED_SINCE:
        return _until(end, now, READY_MS // (READY_LOOKS - 1))
    enough = progress.ready_looks >= READY_LOOKS and now - ready >= SETTLED_MS
    quick = QUICKEST_MS if enough else SETTLED_MS // (READY_LOOKS - 1)
    heard_after = None if past is None else _heard_after(past)
    if past is None or past.ready is None or heard_after is None:
        return _until(end, now, quick)
    # As long after the order, and as long after it was ready, as the first one's.
    heard = min(reload.at + past.ready - past.at, ready) + heard_after
    return _until(end, now, min(max(quick, heard - _HEARD_MS - now), _SYNCING_MS))


def _growing(elapsed: int, slowest: int, quickest: int = QUICKEST_MS) -> int:
    """A third of what has passed: whatever happens is seen at most a third late."""
    return max(quickest, min(elapsed // 3, slowest))


def _until(moment: int, now: Instant, most: int) -> int:
    """Up to that moment, and not beyond it; where it has passed, something else is awaited."""
    left = moment - now
    return min(left, most) if left > 0 else min(_OTHERWISE_MS, most)
