"""When a unit was away: from its own last words, and from its mate's not hearing it."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from upgrader.judgement.postmortem.clocks.moments import command_of
from upgrader.judgement.postmortem.clocks.placing import Said
from upgrader.judgement.postmortem.clocks.voices import ACTIVE_DOES
from upgrader.judgement.postmortem.telling.lines_typed import reloads
from upgrader.model.evidence import Place, What
from upgrader.model.failover import UNHEARD, Role

OWN_END = frozenset({What.RELOADED_BY, What.SHUTTING_DOWN, What.CRASHED})
_OWN_START = frozenset({What.STARTUP_BEGIN, What.STARTUP_END, What.SYNC_RECEIVING, What.TO_ACTIVE})
_STANDS_ALONE = frozenset({What.FAILOVER_OFF, What.VERSIONS_INCOMPATIBLE})
_JOINING = frozenset({"Disabled", "Negotiation", "Cold Standby", "Sync Config"})
_MATE_HEARS = frozenset(
    {What.PEER_PRESENT, What.PEER_UP, What.VERSIONS_DIFFER, What.VERSIONS_INCOMPATIBLE}
)
LINK_MARKS = frozenset({What.LINK_DOWN, What.CONTROL_DOWN})
DEAD_STATES = frozenset(state.value for state in UNHEARD)
"""As records have them."""

# Reason codes of 103001 that say that the whole unit is not heard (ASA syslog guide).
_GONE_CODES = frozenset({"", "1", "3", "4"})

# A unit that answers its mate has booted; its own lines about that come up to this much later.
BOOT_TELLS_MS = 180_000
# The mate may find out a hold time after it went (15 s by default), and clocks differ.
HEARS_LATE_MS = 90_000
_LINK_MS = 30_000
_GOES_MS = 3_600_000


def lacks_hello(reason: str) -> bool:
    """Whether a reason of 104001 says that the mate was not heard, and not that it gave way."""
    spoken = reason.lower()
    return "hello" in spoken or "no active" in spoken or "not heard" in spoken


@dataclass(slots=True)
class Leave:
    """A stretch in which a unit was away, for its mate or in truth, before it is explained."""

    unit: Role
    left: int
    back: int | None = None
    synced: int | None = None
    link: bool = False
    """It was heard itself while its mate missed it."""
    crashed: bool = False
    ordered: bool = False
    """It says itself that it was told to."""
    places: list[Place] = field(default_factory=list)
    missed: bool = False
    """A screen of its mate shows that it is not heard."""
    is_left_known: bool = True
    """Whether `left` is an instant of the records, and no bound: an unstamped line's, or the last
    word of a unit that went unseen."""
    is_back_known: bool = True
    left_n: int = 0
    """The place in the order of the record that tells that it left; so for `back`."""
    back_n: int = 0


@dataclass(slots=True)
class Voice:
    """When one unit itself was heard."""

    instants: list[int]

    def between(self, after: int, before: int) -> bool:
        """Whether it said something strictly between the two."""
        n = bisect_left(self.instants, after + 1)
        return n < len(self.instants) and self.instants[n] < before

    def last_before(self, at: int) -> int | None:
        """Its last word before that; None: there was none."""
        n = bisect_left(self.instants, at)
        return self.instants[n - 1] if n else None


def voice_of(order: Sequence[Said], unit: Role, *, logged: bool = False) -> Voice:
    """When the unit was heard, by lines that name it; `logged`: by messages of its log only.

    Its mate's screen names it, too, with the release it runs; and of a line without an instant it
    is not known when it was said.
    """
    return Voice(
        [
            said.placed
            for said in order
            if said.unit is unit
            and not said.inferred
            and said.record.what is not What.RUNS
            and (said.record.number is not None or (said.at is not None and not logged))
        ]
    )


def leaves_of(order: Sequence[Said], unit: Role) -> list[Leave]:
    """The stretches in which that unit was away, in order; `order` as placed."""
    voice = voice_of(order, unit)
    starts = [s.placed for s in order if s.unit is unit and s.record.what in _OWN_START]
    returns = [s.placed for s in order if s.at is not None and _returns(s, unit, None)]
    alone = [s.placed for s in order if s.record.what in _STANDS_ALONE]
    links = sorted([*alone, *(s.placed for s in order if s.record.what in LINK_MARKS)])
    told_to: Said | None = None
    shown_only = not any(said.record.number is not None for said in order)
    leaves: list[Leave] = []
    for n, said in enumerate(order):
        now = leaves[-1] if leaves and leaves[-1].back is None else None
        if said.unit is None:
            continue
        if said.record.what is What.COMMAND and _is_told_to(said, unit):
            told_to = said
        elif (
            now is None
            and told_to is not None
            and (_joins(said, unit) or (shown_only and _is_missed(said, unit)))
        ):
            if said.placed - told_to.placed <= _GOES_MS:
                leaves.append(_ordered(told_to, said, n, unit))
            told_to = None
        elif _leaves(said, unit):
            told_to = None
            if now is None:
                if leaves and _is_echo(said, unit, leaves[-1]):
                    leaves[-1].places.append(said.record.place)
                    continue
                now = Leave(unit, said.placed, left_n=n, is_left_known=said.at is not None)
                now.link = said.unit is not unit and _lives(voice, starts, links, said.placed)
                leaves.append(now)
            _mark(now, said)
        elif now is None and leaves and _synced(said, unit):
            last = leaves[-1]
            last.places += [said.record.place] if last.synced is None else []
            last.synced = said.placed if last.synced is None else last.synced
        elif _returns(said, unit, now) and not _is_told_better(said, returns):
            if now is not None:
                now.back, now.back_n = said.placed, n
                now.is_back_known = said.at is not None
                now.places.append(said.record.place)
            elif said.record.what in (What.STARTUP_BEGIN, What.STARTUP_END):
                _missed(leaves, voice, unit, said)
    if shown_only and told_to is not None and order[-1] is told_to:
        # The last line of a transcript: nothing behind it could tell that the unit went.
        leaves.append(_ordered(told_to, None, len(order) - 1, unit))
    return leaves


def _ordered(told_to: Said, seen: Said | None, n: int, unit: Role) -> Leave:
    """An absence of which nobody told that it began: what the unit was told does.

    `seen`: what shows it, its joining or its mate's missing it; None: nothing could.
    """
    leave = Leave(unit, told_to.placed, ordered=True, left_n=n, back_n=n)
    leave.is_left_known = told_to.at is not None
    leave.places.append(told_to.record.place)
    if seen is not None:
        leave.places.append(seen.record.place)
        leave.is_back_known = seen.at is not None
        leave.missed = not _joins(seen, unit)
        leave.back = None if leave.missed else seen.placed
    return leave


def _is_told_to(said: Said, unit: Role) -> bool:
    line = command_of(said.record.fields.get("command", said.record.text))
    is_reload, target = reloads(line, said.unit)
    return is_reload and target is unit


def _is_missed(said: Said, unit: Role) -> bool:
    """Whether a screen of its mate shows that it is not heard."""
    is_mates = said.unit is unit.other and said.record.what is What.PEER_STATE
    return is_mates and said.record.fields.get("state") in DEAD_STATES


def _joins(said: Said, unit: Role) -> bool:
    what, state = said.record.what, said.record.fields.get("state")
    if said.unit is unit:
        return what in (What.STARTUP_BEGIN, What.STARTUP_END, What.SYNC_RECEIVING) or (
            what is What.STATE and state in _JOINING
        )
    return what in (What.PEER_UP, What.VERSIONS_DIFFER, What.SYNC_SENDING) or (
        what is What.PEER_STATE and state in _JOINING
    )


def _leaves(said: Said, unit: Role) -> bool:
    what, fields = said.record.what, said.record.fields
    if said.unit is unit:
        return what in OWN_END
    if what is What.NO_RESPONSE:
        return fields.get("code", "") in _GONE_CODES
    if what is What.TO_ACTIVE:
        reason = fields.get("reason", "").lower()
        return "hello" in reason or "not heard" in reason
    if what is What.PEER_STATE:
        # A screen shows how the mate was when it was asked, and no more.
        return fields.get("state") in DEAD_STATES and said.record.number is not None
    return what is What.PEER_ABSENT


def _returns(said: Said, unit: Role, now: Leave | None) -> bool:
    what = said.record.what
    if said.unit is unit:
        return what in _OWN_START
    if what is What.PEER_STATE:
        state = said.record.fields.get("state", "")
        # A unit that is shutting down is still spoken of as it was, until it is missed.
        late = now is not None and not now.missed and said.placed - now.left < 5_000
        return state not in DEAD_STATES and state != "" and not late
    return what in _MATE_HEARS or what in ACTIVE_DOES


def _is_told_better(said: Said, instants: Sequence[int]) -> bool:
    """Whether a line without an instant may be of after one of these, which has one."""
    if said.at is not None or said.until is None:
        return False
    n = bisect_right(instants, said.placed)
    return n < len(instants) and instants[n] <= said.until


def _synced(said: Said, unit: Role) -> bool:
    own = said.unit is unit
    return said.record.what is (What.BULK_RECEIVED if own else What.BULK_ENDED)


def _is_echo(said: Said, unit: Role, last: Leave) -> bool:
    """Whether it tells late of an absence that is over: its own word for how it ended."""
    if said.unit is not unit or said.record.what is What.SHUTTING_DOWN:
        return False
    back = last.back if last.back is not None else last.left
    if said.record.what is What.CRASHED:
        last.crashed = last.crashed or said.placed - back <= BOOT_TELLS_MS
        return said.placed - back <= BOOT_TELLS_MS
    return said.placed - back <= 1_000 and said.placed >= back


def _mark(now: Leave, said: Said) -> None:
    what = said.record.what
    now.crashed = now.crashed or what is What.CRASHED
    now.ordered = now.ordered or what in (What.RELOADED_BY, What.SHUTTING_DOWN)
    now.places.append(said.record.place)


def _lives(voice: Voice, starts: Sequence[int], links: Sequence[int], at: int) -> bool:
    """Whether the unit goes on speaking while its mate misses it, without having booted."""
    n = bisect_left(starts, at)
    boots = starts[n] if n < len(starts) else None
    soon = at + HEARS_LATE_MS * 2
    if voice.between(at + HEARS_LATE_MS // 3, min(soon, boots) if boots is not None else soon):
        return True
    n = bisect_left(links, at - _LINK_MS)
    return n < len(links) and links[n] <= at + _LINK_MS and (boots is None or boots > soon)


def _missed(leaves: list[Leave], voice: Voice, unit: Role, said: Said) -> None:
    """A unit that begins operation was away before, though nobody told when it went.

    Its last word is the earliest that it may have gone.
    """
    if leaves and leaves[-1].back is not None and said.placed - leaves[-1].back <= BOOT_TELLS_MS:
        return
    left = voice.last_before(said.placed)
    leaves.append(
        Leave(
            unit,
            said.placed if left is None else left,
            said.placed,
            places=[said.record.place],
            is_left_known=False,
            is_back_known=said.at is not None,
        )
    )
