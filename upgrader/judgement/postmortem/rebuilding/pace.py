"""How long things took on a night: boots, stages of a join, clients that notice."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from upgrader.judgement.postmortem.facts.tables import Tables
from upgrader.judgement.postmortem.facts.told import Told
from upgrader.judgement.postmortem.rebuilding.gone import boot_ms
from upgrader.judgement.postmortem.rebuilding.setting import Timings
from upgrader.judgement.postmortem.rebuilding.typed_again import Line
from upgrader.model.evidence import What
from upgrader.model.failover import FailoverState, Role
from upgrader.model.night import Ending, Night, Switchover

_STAGES = (
    ("sync_config", What.SYNC_SENDING, What.SYNC_SENT),
    ("bulk_sync", What.BULK_STARTED, What.BULK_ENDED),
)
_STATES = (
    ("cold_standby", FailoverState.COLD_STANDBY, FailoverState.SYNC_CONFIG),
    ("sync_config", FailoverState.SYNC_CONFIG, FailoverState.BULK_SYNC),
    ("bulk_sync", FailoverState.BULK_SYNC, FailoverState.STANDBY_READY),
)
_LONGEST_SYNC_MS = 1_800_000
_FAST_S = 15
"""A client that is back within so long got a reset; others found out by dead-peer detection."""


def timings_of(night: Night, lines: Sequence[Line]) -> Timings:
    """As the night shows them; what it does not show is left to the emulator."""
    boot = boot_ms(night, lines)
    timings = Timings(boot=None if boot is None else round(boot / 1_000, 3))
    stages = _sync(night)
    timings = replace(
        timings,
        cold_standby=stages.get("cold_standby"),
        sync_config=stages.get("sync_config"),
        bulk_sync=stages.get("bulk_sync"),
    )
    delays = sorted(_delays(night))
    fast = [one for one in delays if one < _FAST_S]
    slow = [one for one in delays if one >= _FAST_S]
    if fast:
        timings = replace(timings, notice_fast=(fast[0], fast[-1]))
    if slow:
        timings = replace(timings, notice_slow=(slow[0], slow[-1]))
    if delays:
        return replace(timings, fast_share=round(len(fast) / len(delays), 3))
    if any(life.ending is Ending.MOVED for life in night.lives):
        return replace(timings, notice_fast=(1.0, 2.0), fast_share=1.0)
    return timings


def _delays(night: Night) -> Iterator[float]:
    """How many seconds after a switchover each client was back with its ticket."""
    for life in night.lives:
        for at in life.resumed:
            moved = max((one.at for one in night.switchovers if one.at <= at), default=None)
            if moved is not None and at - moved <= 120_000:
                yield (at - moved) / 1_000


def _sync(night: Night) -> dict[str, float]:
    """The stages of a join, by what both units say of it; of two joins the first that tells."""
    found: dict[str, float] = {}
    for absence in night.absences:
        if absence.back is None:
            continue
        ends = _next_turn(night, absence.unit, absence.back)
        marks = {
            event.what: event.at
            for event in reversed(night.events)
            if event.at is not None and absence.back <= event.at <= ends
        }
        for name, seconds in _by_history(night, absence.unit, absence.back, ends):
            found.setdefault(name, seconds)
        for name, first, last in _STAGES:
            one, other = marks.get(first), marks.get(last)
            if one is not None and other is not None and other >= one:
                found.setdefault(name, (other - one) / 1_000)
        sending = marks.get(What.SYNC_SENDING)
        if sending is not None:
            # A second of it is the negotiation.
            found.setdefault("cold_standby", max(0.0, (sending - absence.back) / 1_000 - 1))
    if "bulk_sync" not in found:
        found |= _cut_short(night)
    return found


def _by_history(night: Night, unit: Role, back: int, ends: int) -> Iterator[tuple[str, float]]:
    """The stages by the history that the unit showed: what a terminal prints may come later."""
    entered = {
        event.fields.get("state"): event.at
        for event in reversed(night.events)
        if event.what is What.STATE and "from" in event.fields and event.unit is unit
        if event.at is not None and back <= event.at <= ends
    }
    for name, state, following in _STATES:
        began, ended = entered.get(state.value), entered.get(following.value)
        if began is not None and ended is not None and ended >= began:
            yield name, (ended - began) / 1_000


def _next_turn(night: Night, unit: Role, back: int) -> int:
    """When the pair changed next: what comes then is of another join.

    A unit that becomes active as it is back has joined nobody.
    """
    turns = [one.left for one in night.absences if one.left > back]
    turns += [
        one.at for one in night.switchovers if one.at > back or (one.at == back and one.to is unit)
    ]
    return min(turns, default=back + _LONGEST_SYNC_MS)


def _cut_short(night: Night) -> dict[str, float]:
    """How long a bulk sync would have taken that a switchover ended: by who came over with it."""
    for move in night.switchovers:
        if move.ready is not False:
            continue
        began = _bulk_began(night, move)
        if began is None:
            continue
        came = sum(any(at >= move.at for at in life.resumed) for life in night.lives)
        anew = sum(life.began is not None and life.began > move.at for life in night.lives)
        if not came and not anew:
            came, anew = _by_screens(night)
        if came:
            return {"bulk_sync": (move.at - began) / 1_000 * (came + anew) / came}
    return {}


def _bulk_began(night: Night, move: Switchover) -> int | None:
    """When the bulk sync began that a switchover ended: by the log, else by the unit's history."""
    told: int | None = None
    entered: int | None = None
    for event in night.events:
        if event.at is None or event.at > move.at:
            continue
        if event.what in (What.BULK_STARTED, What.BULK_RECEIVING):
            told = event.at
        elif event.what is What.STATE and event.unit is move.to and event.at < move.at:
            is_bulk = event.fields.get("state") == FailoverState.BULK_SYNC.value
            entered = event.at if is_bulk else None
    return entered if told is None else told


def _by_screens(night: Night) -> tuple[int, int]:
    """How many came over with a sync that was cut short, and how many did not: by the tables."""
    anew = {row.user for row, is_anew in Tables(Told(night)).gone if is_anew}
    return len({life.user for life in night.lives} - anew), len(anew)
