"""How the active role moved: by whose command, for which reason, and whether it was time."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from upgrader.judgement.postmortem.clocks.moments import command_of
from upgrader.judgement.postmortem.telling.bands import BULK, Claim
from upgrader.judgement.postmortem.telling.leavings import Leave, Voice, lacks_hello
from upgrader.judgement.postmortem.telling.lines_typed import to_unit
from upgrader.judgement.postmortem.telling.merging import Happened
from upgrader.model.evidence import What
from upgrader.model.failover import Role
from upgrader.model.night import ACTIVE, Band, Switchover

_ONE_MOVE_MS = 15_000
_TYPED_BEFORE_MS = 60_000
_UNSTAMPED_BEFORE_MS = 900_000
_TYPED_AFTER_MS = 5_000
_GIVES_WAY_MS = 30_000

_CLIENTS = frozenset({What.CLIENT_TO_ACTIVE, What.CLIENT_TO_STANDBY})
_UNREADY = frozenset({"Cold Standby", "Sync Config", "Sync File System", "Bulk Sync"})
_JOINS = frozenset({*_UNREADY, "Negotiation", "Not Detected", "Failed", "Disabled", "App Sync"})
_BEGUN = frozenset({What.SYNC_RECEIVING, What.BULK_RECEIVING})
_BEGUN_BY_MATE = frozenset({What.SYNC_SENDING, What.BULK_STARTED})
_JOINS_BY_LEVEL_1 = frozenset({What.SYNC_SENDING, What.SYNC_RECEIVING, What.PEER_UP})
"""Steps of a join that level 1 tells: the bulk sync behind them is told at level 6 only."""


@dataclass(slots=True)
class _Move:
    to: Role
    taken: list[Happened]
    """By the unit that became active."""
    given: list[Happened]
    """By the one that let go."""

    @property
    def all(self) -> list[Happened]:
        return sorted(self.taken + self.given, key=lambda h: h.placed)

    @property
    def at(self) -> int:
        first = self.taken or self.given
        return min(h.placed for h in first)


def switchovers_of(
    happened: Sequence[Happened],
    bands: Sequence[Band],
    claims: Sequence[Claim],
    leaves: Sequence[Leave],
    voices: dict[Role, Voice],
) -> tuple[Switchover, ...]:
    """The moves of the active role, in order."""
    moves = _moves(happened, bands)
    typed = [h for h in happened if h.event.what is What.COMMAND]
    found: list[Switchover] = []
    for move in moves:
        reasons = [h.event.fields.get("reason", "") for h in move.taken + move.given]
        reason = next((text.rstrip(".") for text in reasons if text), "")
        command = _command(move, typed)
        places = tuple(dict.fromkeys(p for h in move.all for p in h.event.places))
        found.append(
            Switchover(
                at=move.at,
                to=move.to,
                command=None if command is None else command.event,
                reason=reason,
                places=places,
                ready=_ready(move, happened),
                gave_way=True
                if command is not None and command.event.unit is move.to.other
                else _gave_way(move, reasons, claims, leaves, voices),
            )
        )
    return tuple(found)


def _moves(happened: Sequence[Happened], bands: Sequence[Band]) -> list[_Move]:
    moves: list[_Move] = []
    takes = (What.TO_ACTIVE, What.CLIENT_TO_ACTIVE)
    gives = (What.TO_STANDBY, What.CLIENT_TO_STANDBY)
    for h in happened:
        what, unit = h.event.what, h.event.unit
        if unit is None or what not in (*takes, *gives):
            continue
        is_taken = what in takes
        to = unit if is_taken else unit.other
        last = moves[-1] if moves else None
        if last is None or last.to is not to or h.placed - last.all[-1].placed > _ONE_MOVE_MS:
            if what in _CLIENTS and (_was(bands, unit, h.placed) == ACTIVE) is is_taken:
                continue  # the VPN client of a unit that is so already, or begins
            if not is_taken and _long(bands, to, h.placed):
                continue  # the end of a split brain: the other was active all the time
            last = _Move(to, [], [])
            moves.append(last)
        (last.taken if is_taken else last.given).append(h)
    moves += _silent_moves(moves, bands, happened)
    moves.sort(key=lambda move: move.at)
    return moves


def _silent_moves(
    moves: Sequence[_Move], bands: Sequence[Band], happened: Sequence[Happened]
) -> list[_Move]:
    """Moves that no message tells of: prompts and screens show another unit active than before."""
    serving = sorted(
        (band for band in bands if band.state == ACTIVE),
        key=lambda band: (band.began is not None, band.began or 0),
    )
    told = {place for move in moves for h in move.all for place in h.event.places}
    found: list[_Move] = []
    for before, after in pairwise(serving):
        if after.unit is before.unit or after.began is None or told & set(after.places):
            continue
        if any(
            abs(move.at - after.began) <= _ONE_MOVE_MS and move.to is after.unit for move in moves
        ):
            continue
        shown = next((h for h in reversed(happened) if after.places[0] in h.event.places), None)
        if shown is not None:
            found.append(_Move(after.unit, [shown], []))
    return found


def _was(bands: Sequence[Band], unit: Role, at: int) -> str | None:
    """The state in which a unit was right before; None: it is not known."""
    for band in bands:
        if (
            band.unit is unit
            and (band.began is None or band.began < at)
            and (band.ended is None or at <= band.ended)
        ):
            return band.state
    return None


def _long(bands: Sequence[Band], unit: Role, at: int) -> bool:
    return any(
        band.unit is unit
        and band.state == ACTIVE
        and (band.began is None or band.began < at - _GIVES_WAY_MS)
        and (band.ended is None or band.ended >= at)
        for band in bands
    )


def _command(move: _Move, typed: Sequence[Happened]) -> Happened | None:
    near: list[Happened] = []
    first = bisect_left(typed, move.at - _UNSTAMPED_BEFORE_MS, key=lambda h: h.placed)
    for h in typed[first:]:
        if h.placed > move.at + _TYPED_AFTER_MS + h.event.slack_ms:
            break
        if h.placed < move.at - _TYPED_BEFORE_MS and h.event.at is not None:
            continue
        line = command_of(h.event.fields.get("command", h.event.text))
        moves, to = to_unit(line, h.event.unit)
        if moves and (to is None or to is move.to or h.event.inferred):
            near.append(h)
    # The line next to it, before one that came a little after by another clock.
    return min(near, key=lambda h: (abs(h.placed - move.at), h.placed), default=None)


def _gave_way(
    move: _Move,
    reasons: Sequence[str],
    claims: Sequence[Claim],
    leaves: Sequence[Leave],
    voices: dict[Role, Voice],
) -> bool | None:
    other = move.to.other
    if move.given or any(_is_asked_to(reason) for reason in reasons):
        return True
    if any(
        leave.unit is other
        and leave.left - _GIVES_WAY_MS <= move.at
        and (leave.back is None or move.at < leave.back)
        for leave in leaves
    ) or any(lacks_hello(reason) for reason in reasons):
        return False
    first = bisect_left(claims, move.at - 1_000, key=lambda c: c.at)
    for claim in claims[first:]:
        if claim.at > move.at + _GIVES_WAY_MS:
            break
        if claim.unit is other and claim.own and claim.printed:
            return claim.state != ACTIVE
    # It was heard, and said nothing of letting go.
    if voices[other].between(move.at, move.at + _GIVES_WAY_MS):
        return False
    return None


def _is_asked_to(reason: str) -> bool:
    """`mate want me Active`, `Other unit wants me Active`: it lets go."""
    return " want" in reason and reason.rstrip(".").lower().endswith("me active")


def _ready(move: _Move, happened: Sequence[Happened]) -> bool | None:
    """Whether the unit that took over had completed its bulk sync, by the last word on that."""
    ready: bool | None = None
    last: What | None = None
    first = move.all[0]
    for h in happened:
        if h.placed > move.at + 2 * h.event.slack_ms:
            break
        is_after = h.placed > first.placed or (h.placed == first.placed and h in move.all)
        told = _tells_ready(h, move.to)
        between = h.event.between
        if told is None or (between is not None and between[1] > move.at + 2 * h.event.slack_ms):
            continue  # Or it may have been said after the move.
        if is_after or h.placed > move.at:
            if told and ready is False and h.event.places[0].file != first.event.places[0].file:
                return None  # by which of two clocks it was before is not to be told
            break
        ready, last = told, h.event.what
    # Where no end of a bulk sync is written anywhere, that this one's is missing is no proof.
    if last in _JOINS_BY_LEVEL_1 and not any(h.event.what in BULK for h in happened):
        return None
    return ready


def _tells_ready(h: Happened, unit: Role) -> bool | None:
    what, own = h.event.what, h.event.unit is unit
    if h.event.unit is None:
        return None
    if what in (_BEGUN if own else _BEGUN_BY_MATE):
        return False
    if what is (What.BULK_RECEIVED if own else What.BULK_ENDED):
        return True
    if what is (What.STATE if own else What.PEER_STATE):
        state = h.event.fields.get("state", "")
        if state == "Standby Ready":
            return True
        return False if state in _JOINS else None
    mate_misses = (What.PEER_ABSENT, What.NO_RESPONSE, What.PEER_UP)
    if (not own and what in mate_misses) or (own and what is What.STARTUP_END):
        return False
    return None
