"""What is known of one session while the night is read, and how its life is summed up."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from upgrader.judgement.postmortem.telling.hearing import Ears, Hearing
from upgrader.model.evidence import Place
from upgrader.model.failover import Role
from upgrader.model.night import Ending, Life, Switchover

GRACE_MS = 120_000
"""An end of session is written within this after its tunnels were closed, if it is."""
_ENDINGS = (113_019, 716_002)
_FREEINGS = (737_016, 737_014, 737_015)
_DOWNS = (722_023,)
_RETURNS = (722_034, 716_059, 722_022)
_SHORT_HANDLE = 10
_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}

CLOSED_BY_SILENCE = ("dpd", "dead peer", "keepalive", "idle")
"""What a closing says of a client that fell silent: its session waits for it."""

ALIKE = "not to be told apart from another session of that name and address"
"""Why it is not known of a session whether it was closed."""

_OWN_TIME = ("idle", "max time", "user req", "exceeded")


@dataclass(slots=True)
class Draft:
    """A session as far as it was read."""

    user: str
    public: str
    unit: Role | None
    began: int | None
    seen: int
    """When anything was last said of it."""
    places: list[Place]
    address: str | None = None
    group: str = ""
    handle: str = ""
    index: int | None = None
    tunnels: set[str] = field(default_factory=set)
    tunnels_known: bool = False
    """Whether all its tunnels are: it logged in within the records."""
    closing: str = ""
    closed_at: int | None = None
    """When its last tunnel was closed; None: it has one, or was never seen to lose one."""
    closing_at: int | None = None
    """When it was said to close; None: that was not said, or its tunnels tell better."""
    since: int = 0
    """When anything was first said of it."""
    alike_at: int | None = None
    """When another session of its name and address was closed, which took its tunnels if the lines
    of one second that are the same were of both; None: never, or it was heard since."""
    connected: bool = False
    """Whether its first tunnel is told."""
    resumed: list[int] = field(default_factory=list)
    suspended: list[int] = field(default_factory=list)
    ended: int | None = None
    reason: str = ""
    routine: bool = False
    """Whether the end-of-session routine is written."""
    freed: bool = False
    again: int | None = None
    moved_at: int | None = None
    """The switchover after which its person logged in anew without it."""
    row_only: bool = False
    """Only screens show it."""

    def witness(self, place: Place) -> None:
        """Keep where it is said; the first ones and those that decide are few."""
        if place not in self.places:
            self.places.append(place)

    @property
    def is_over(self) -> bool:
        """Whether nothing more can come of it."""
        return self.ended is not None or self.moved_at is not None

    @property
    def fell_silent(self) -> bool:
        """Whether its tunnels were closed because its client was not heard any more."""
        spoken = self.closing.lower()
        return any(word in spoken for word in CLOSED_BY_SILENCE)


def seconds_of(duration: str) -> int | None:
    """How long `0h:39m:20s` or `1d 19h:41m:14s` is; None: it is not written so."""
    total = 0
    for part in duration.replace(":", " ").split():
        number, unit = part[:-1], part[-1].lower()
        if not number.isdecimal() or unit not in _UNITS:
            return None
        total += int(number) * _UNITS[unit]
    return total if duration.strip() else None


def index_of(handle: str) -> int | None:
    """The row that a short `Session=0x…` of 737xxx names (inferred); None: a long one, or none."""
    if not handle.lower().startswith("0x") or len(handle) > _SHORT_HANDLE:
        return None
    try:
        index = int(handle, 16) >> 12
    except ValueError:
        return None
    return index or None


def life_of(draft: Draft, ears: Ears, moves: Sequence[Switchover], ended: int) -> Life:
    """The life that the draft comes to; `ended`: the night's last instant."""
    ending, at, cut_at = _ending(draft, ears, moves, ended)
    return Life(
        user=draft.user,
        public=draft.public,
        address=draft.address,
        began=draft.began,
        ended=at,
        ending=ending,
        reason=ALIKE
        if ending is Ending.UNKNOWN and at is not None and at == draft.alike_at
        else draft.reason or draft.closing,
        places=tuple(draft.places),
        cut_at=cut_at,
        resumed=tuple(draft.resumed),
        suspended=tuple(draft.suspended),
        freed=_freed(draft, ending, at, ears),
        again=draft.again,
        unit=draft.unit,
        group=draft.group,
        handle=draft.handle,
        index=draft.index if draft.index is not None else index_of(draft.handle),
    )


def _ending(
    draft: Draft, ears: Ears, moves: Sequence[Switchover], ended: int
) -> tuple[Ending, int | None, int | None]:
    closed = draft.closed_at
    if closed is None and draft.closing_at is not None:
        # That each tunnel went is told at level 6, that the session closes at level 5 or 4.
        heard = ears.hears(draft.unit, draft.closing_at, _DOWNS)
        closed = None if heard is Hearing.WOULD else draft.closing_at
    if draft.routine and draft.ended is not None:
        if closed is not None and _was_left(draft, closed, ears):
            return Ending.CUT, draft.ended, closed
        return Ending.CLEAN, draft.ended, None
    if draft.moved_at is not None:
        return Ending.MOVED, draft.moved_at, None
    if closed is not None:
        slept = any(at >= closed - GRACE_MS for at in draft.suspended) or draft.fell_silent
        if slept and draft.again is None:
            return Ending.OPEN, None, None
        # Whoever has logged in anew has lost it: its end was written by then, if it was at all.
        anew = draft.again is not None and closed < draft.again <= closed + GRACE_MS
        until = draft.again if anew and draft.again is not None else closed + GRACE_MS
        if ended < until or (draft.closed_at is None and draft.again is None):
            return Ending.UNKNOWN, closed, None
        if _would_tell(draft, closed, ears, until):
            return Ending.CUT, closed, closed
        return Ending.UNKNOWN, closed, None
    if draft.alike_at is not None:
        return Ending.UNKNOWN, draft.alike_at, None
    if draft.row_only:
        return Ending.OPEN, None, None
    switched = [move.at for move in moves if move.at > draft.seen]
    served = switched[-1] if switched else draft.seen
    if ears.hears(None, ended, (*_ENDINGS, *_RETURNS)) is Hearing.NO_LOG and (
        ended - served > GRACE_MS
    ):
        return Ending.UNKNOWN, None, None
    return Ending.OPEN, None, None


def _was_left(draft: Draft, closed: int, ears: Ears) -> bool:
    """Whether a session that was ended in the end had been left without its routine before.

    An operator, or a later login of its person, ends what was left; its own timers end what slept.
    """
    if draft.ended is None or draft.ended - closed <= GRACE_MS or draft.fell_silent:
        return False
    spoken = draft.reason.lower()
    if any(word in spoken for word in _OWN_TIME) or draft.suspended:
        return False
    return draft.again is not None and _would_tell(draft, closed, ears)


def _would_tell(draft: Draft, closed: int, ears: Ears, until: int | None = None) -> bool:
    """Whether an end of session would have been written to the files then, had there been one.

    `until`: when it would be there at the latest; without it, after the usual grace.
    """
    until = closed + GRACE_MS if until is None else until
    ends = ears.hears(draft.unit, closed, _ENDINGS, severity=4, until=until)
    frees = ears.hears(draft.unit, closed, _FREEINGS, until=until)
    return Hearing.WOULD in (ends, frees) or (
        # Neither ever came in the whole night: then level-6 lines of sessions must be there.
        ends is Hearing.ID
        and frees is Hearing.ID
        and ears.hears(draft.unit, closed, (722_023, 113_039, 737_026), until=until)
        is Hearing.WOULD
    )


def _freed(draft: Draft, ending: Ending, at: int | None, ears: Ears) -> bool | None:
    if draft.freed:
        return True
    if at is None or draft.address is None or ending in (Ending.OPEN, Ending.UNKNOWN):
        return None
    heard = ears.hears(draft.unit, at, _FREEINGS)
    if heard is Hearing.WOULD or (ending is Ending.CUT and heard is Hearing.ID):
        return False
    return None
