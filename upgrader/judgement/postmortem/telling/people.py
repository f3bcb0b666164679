"""What became of each session: read event by event, from login to end.

A session is named by its user and the public address; a household shares an address, and a user
may have several. Which of several a line is about is told by what fits: the address, the tunnels
that are up, the time it lasted.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar

from upgrader.judgement.postmortem.telling.hearing import Ears
from upgrader.judgement.postmortem.telling.lives import GRACE_MS, Draft, life_of, seconds_of
from upgrader.judgement.postmortem.telling.merging import Happened
from upgrader.model.evidence import Screen, What
from upgrader.model.night import Event, Life, Switchover
from upgrader.model.vpn import Session, Tunnel

_ONE_MS = 10_000
_JOINED_MS = 10_000
_ANEW_MS = 1_800_000
_CARRIES = {Tunnel.SSL: "TCP", Tunnel.DTLS: "UDP"}

Key = tuple[str, str]


def lives_of(
    happened: Sequence[Happened],
    screens: Iterable[tuple[int, Screen]],
    moves: Sequence[Switchover],
    ears: Ears,
    span: tuple[int, int],
) -> tuple[Life, ...]:
    """The lives of all sessions, by their beginnings; `screens` with their places.

    `span` is the night's: what began before it has no beginning.
    """
    book = _Book(moves, span[0])
    rows = sorted(screens, key=lambda one: one[0])
    n = 0
    for h in happened:
        while n < len(rows) and rows[n][0] < h.placed:
            book.look(*rows[n])
            n += 1
        book.read(h)
    for placed, screen in rows[n:]:
        book.look(placed, screen)
    lives = [life_of(draft, ears, moves, span[1]) for draft in book.drafts]
    lives.sort(key=lambda life: (life.began is not None, life.began or 0))
    return tuple(lives)


class _Book:
    """The sessions as far as they were read."""

    def __init__(self, moves: Sequence[Switchover], since: int) -> None:
        self._since = since
        self.drafts: list[Draft] = []
        self._moves = [move.at for move in moves]
        self._open: dict[Key, list[Draft]] = {}
        self._of_user: dict[str, list[Draft]] = {}
        self._holder: dict[str, Draft] = {}
        self._of_address: dict[str, list[Draft]] = {}
        self._assigned: dict[str, tuple[int, str]] = {}
        self._given: dict[str, Draft] = {}
        self._freed: dict[str, int] = {}
        self._just_ended: list[Draft] = []

    def read(self, h: Happened) -> None:
        """Take one event into account."""
        reader = self._READERS.get(h.event.what)
        if reader is not None:
            reader(self, h)

    # ── finding ──

    @staticmethod
    def _key(event: Event) -> Key:
        return event.fields.get("user", ""), event.fields.get("public", "")

    def _of(self, h: Happened) -> list[Draft]:
        """The sessions of that user and address that are not over."""
        found = self._open.get(self._key(h.event))
        if not found:
            return []
        if any([draft.is_over for draft in found]):  # noqa: C419  few, and asked for each line
            found[:] = [draft for draft in found if not draft.is_over]
        return found

    def _begin(self, h: Happened, began: int | None) -> Draft:
        user, public = self._key(h.event)
        return self._enter(
            Draft(
                user,
                public,
                h.event.unit,
                began,
                h.placed,
                [h.event.places[0]],
                group=h.event.fields.get("group", ""),
            )
        )

    def _enter(self, draft: Draft) -> Draft:
        self.drafts.append(draft)
        self._open.setdefault((draft.user, draft.public), []).append(draft)
        self._of_user.setdefault(draft.user, []).append(draft)
        return draft

    def _one(self, h: Happened, fits: Callable[[Draft], bool], *, oldest: bool = False) -> Draft:
        """The session that a line is about: one that fits, else any, else one from before."""
        drafts = self._of(h)
        if not drafts:
            return self._begin(h, None)
        fitting = [draft for draft in drafts if fits(draft)]
        if not fitting:
            # What was cut, and followed by a new login of its person, has lost its ticket for good.
            living = [draft for draft in drafts if draft.closed_at is None or draft.again is None]
            fitting = living or drafts
        return fitting[0] if oldest else fitting[-1]

    def _see(self, draft: Draft, h: Happened, *, witness: bool) -> None:
        draft.seen = h.placed
        draft.unit = h.event.unit or draft.unit
        draft.row_only = False
        if not draft.group:
            draft.group = h.event.fields.get("group", "")
        if witness:
            for place in h.event.places[:2]:
                draft.witness(place)

    # ── beginnings ──

    def _logged_in(self, h: Happened) -> None:
        for draft in self._of(h):
            if draft.began is not None and h.placed - draft.began <= 1_000 and not draft.address:
                given = h.event.fields.get("address")
                if h.event.number is None or not given:
                    return  # told twice: 113039 and 716001
        self._came_anew(h)
        draft = self._begin(h, h.placed)
        draft.tunnels_known = True
        for place in h.event.places[1:3]:
            draft.witness(place)
        address = h.event.fields.get("address")
        if address:
            self._hold(draft, address, h.placed)

    def _came_anew(self, h: Happened) -> None:
        """Whoever logs in had lost what he had: it was cut, or did not come over."""
        user, public = self._key(h.event)
        move = self._last_move(h.placed)
        # Of a masked name nothing but the address tells whose it is.
        masked = not user.strip("*")
        lately = self._open.get((user, public), []) if masked else self._of_user.get(user, [])
        lately[:] = [draft for draft in lately if draft.again is None or not draft.is_over]
        if not masked:
            lately[:] = [draft for draft in lately if draft.again is None]
        for draft in list(lately):
            if draft.again is not None or draft.began == h.placed:
                continue
            if draft.is_over:
                if draft.ended is not None and h.placed - draft.ended <= _ANEW_MS:
                    draft.again = h.placed
                continue
            at_home = draft.public == public
            if draft.closed_at is not None:
                if at_home or h.placed - draft.closed_at <= _ANEW_MS:
                    draft.again = h.placed
                    draft.witness(h.event.places[0])
            elif (
                move is not None
                and draft.seen < move
                and h.placed - move <= _ANEW_MS
                and (at_home or draft.tunnels)
            ):
                draft.again, draft.moved_at = h.placed, move
                draft.witness(h.event.places[0])

    def _last_move(self, at: int) -> int | None:
        before = [move for move in self._moves if move <= at + 1_000]
        return before[-1] if before else None

    def _hold(self, draft: Draft, address: str, at: int) -> None:
        self._lease(draft, address)
        assigned = self._assigned.pop(address, None)
        if assigned is not None and abs(at - assigned[0]) <= _JOINED_MS:
            draft.handle = assigned[1]
        else:
            self._given[address] = draft

    def _lease(self, draft: Draft, address: str) -> None:
        draft.address = address
        self._holder[address] = draft
        self._of_address.setdefault(address, []).append(draft)

    def _address_given(self, h: Happened) -> None:
        address = h.event.fields.get("address", "")
        drafts = [d for d in self._of(h) if d.address is None and d.began is not None]
        if drafts:
            draft = drafts[-1]
        else:
            known = [d for d in self._of(h) if d.address == address]
            draft = known[-1] if known else self._begin(h, h.placed)
        self._see(draft, h, witness=True)
        if address:
            self._hold(draft, address, h.placed)

    def _address_assigned(self, h: Happened) -> None:
        address, handle = h.event.fields.get("address", ""), h.event.fields.get("handle", "")
        waiting = self._given.pop(address, None)
        if waiting is not None and abs(h.placed - waiting.seen) <= _JOINED_MS:
            waiting.handle = handle
            return
        self._assigned[address] = (h.placed, handle)

    def _address_freed(self, h: Happened) -> None:
        address = h.event.fields.get("address", "")
        draft = self._holder.get(address)
        if draft is None:
            # Of a session from before the records its address is learnt as it is given back.
            ended = [d for d in self._just_ended if h.placed - (d.ended or 0) <= 1_000]
            nameless = [d for d in ended if d.address is None]
            if len(nameless) != 1:
                self._freed[address] = h.placed
                return
            draft = nameless[0]
            self._lease(draft, address)
        draft.freed = True
        draft.witness(h.event.places[0])

    # ── tunnels ──

    def _tunnel_up(self, h: Happened) -> None:
        kind = h.event.fields.get("kind", "")
        draft = self._one(h, lambda d: kind not in d.tunnels and not (d.closed_at and d.again))
        draft.tunnels.add(kind)
        if draft.closed_at is not None and draft.again is None:
            draft.closed_at, draft.closing = None, ""
        self._see(draft, h, witness=False)

    def _came_back(self, h: Happened) -> None:
        move = self._last_move(h.placed)
        draft = self._one(
            h,
            lambda d: (
                d.again is None
                and (
                    d.closed_at is not None
                    or (move is not None and d.seen <= move)
                    or (bool(d.resumed) and h.placed - d.resumed[-1] <= _ONE_MS)
                )
            ),
            oldest=True,
        )
        if not draft.resumed or h.placed - draft.resumed[-1] > _ONE_MS:
            draft.resumed.append(h.placed)
            draft.tunnels.clear()
        if h.event.what is What.TUNNEL_AGAIN:
            draft.tunnels.add(h.event.fields.get("kind", ""))
        draft.closed_at, draft.closing = None, ""
        self._see(draft, h, witness=len(draft.resumed) <= 3)

    def _tunnel_down(self, h: Happened) -> None:
        kind = h.event.fields.get("kind", "")
        draft = self._one(
            h,
            lambda d: kind in d.tunnels or (not d.tunnels_known and d.closed_at is None),
            oldest=True,
        )
        was_open = draft.closed_at is None
        draft.tunnels.discard(kind)
        if not draft.tunnels and was_open:
            draft.closed_at = h.placed
        self._see(draft, h, witness=True)

    def _closing(self, h: Happened) -> None:
        draft = self._one(h, lambda d: bool(d.tunnels) and d.closed_at is None, oldest=True)
        draft.closing = h.event.fields.get("reason", "") or draft.closing
        self._see(draft, h, witness=True)

    def _suspended(self, h: Happened) -> None:
        draft = self._one(h, lambda d: d.closed_at is not None or not d.suspended)
        draft.suspended.append(h.placed)
        self._see(draft, h, witness=len(draft.suspended) <= 3)

    # ── ends ──

    def _session_ended(self, h: Happened) -> None:
        if self._is_told_again(h):
            return
        draft = self._that_ended(h)
        draft.ended, draft.routine = h.placed, True
        draft.reason = h.event.fields.get("reason", "").rstrip(".") or draft.reason
        if h.event.what is What.EVICTED and not draft.reason:
            draft.reason = "session limit"
        if draft.began is None:
            lasted = seconds_of(h.event.fields.get("duration", ""))
            if lasted is not None and h.placed - lasted * 1_000 >= self._since:
                draft.began = h.placed - lasted * 1_000
        if draft.address is None:
            late = [a for a, at in self._freed.items() if h.placed - at <= 1_000]
            if len(late) == 1:
                self._lease(draft, late[0])
        if draft.address is not None:
            freed = self._freed.pop(draft.address, None)
            draft.freed = draft.freed or (freed is not None and h.placed - freed <= _JOINED_MS)
        self._just_ended = [d for d in self._just_ended if h.placed - (d.ended or 0) <= 1_000]
        self._just_ended.append(draft)
        self._see(draft, h, witness=True)

    def _is_told_again(self, h: Happened) -> bool:
        """Whether it is the other message of an end that was told: 716002 beside 113019."""
        if self._of(h):
            return False
        for draft in self._open.get(self._key(h.event), ()):
            if draft.ended is not None and h.placed - draft.ended <= 2_000 and draft.routine:
                for place in h.event.places[:2]:
                    draft.witness(place)
                return True
        return False

    def _that_ended(self, h: Happened) -> Draft:
        drafts = self._of(h)
        if not drafts:
            drafts = [
                draft for draft in self._of_user.get(self._key(h.event)[0], ()) if not draft.is_over
            ]
            if len(drafts) != 1:
                return self._begin(h, None)
        lasted = seconds_of(h.event.fields.get("duration", ""))
        if lasted is not None and len(drafts) > 1:
            began = h.placed - lasted * 1_000
            with_beginning = [d for d in drafts if d.began is not None]
            near = min(with_beginning, key=lambda d: abs((d.began or 0) - began), default=None)
            if near is not None and abs((near.began or 0) - began) <= GRACE_MS:
                return near
            older = [d for d in drafts if d.began is None]
            if older:
                return older[0]
        freed = [d for d in drafts if d.freed]
        closed = [d for d in drafts if d.closed_at is not None]
        return (freed or closed or drafts)[0]

    # Not a book's own methods: held by itself it would not go when it is read.
    _READERS: ClassVar[Mapping[What, Callable[["_Book", Happened], None]]] = {
        What.LOGGED_IN: _logged_in,
        What.ADDRESS_GIVEN: _address_given,
        What.ASSIGNED: _address_assigned,
        What.FREED: _address_freed,
        **dict.fromkeys((What.FIRST_TUNNEL, What.TUNNEL_UP, What.TUNNEL_REPLACED), _tunnel_up),
        **dict.fromkeys((What.TUNNEL_AGAIN, What.RESUMED), _came_back),
        What.TUNNEL_DOWN: _tunnel_down,
        What.CLOSING: _closing,
        What.SUSPENDED: _suspended,
        **dict.fromkeys((What.ENDED, What.EVICTED), _session_ended),
    }

    # ── screens ──

    def look(self, placed: int, screen: Screen) -> None:
        """Take the rows of a screen into account, if it is one of sessions."""
        if not isinstance(screen.value, tuple):
            return
        for row in screen.value:
            if isinstance(row, Session):
                self._row(placed, screen, row)

    def _row(self, placed: int, screen: Screen, row: Session) -> None:
        address = None if row.address is None else str(row.address)
        unnamed = [d for d in self._of_user.get(row.user, ()) if d.address is None]
        for draft in reversed(unnamed + self._of_address.get(address or "", [])):
            if draft.user != row.user and draft.user.strip("*"):
                continue
            is_there = draft.ended is None or draft.ended >= placed
            same = draft.index in (None, row.index) or draft.address == address
            if is_there and same and (draft.public == row.public or draft.address == address):
                draft.index = row.index
                if draft.address is None and address is not None:
                    self._lease(draft, address)
                if row.has_tunnel:
                    draft.seen = max(draft.seen, placed)
                draft.witness(screen.place)
                return
        began = placed - row.duration_seconds * 1_000
        draft = self._enter(
            Draft(
                row.user,
                row.public,
                screen.unit,
                began if screen.at is not None and began >= self._since else None,
                placed,
                [screen.place],
                group=row.group_policy,
                index=row.index,
                tunnels={_CARRIES[t] for t in row.tunnels if t in _CARRIES},
                row_only=True,
            )
        )
        if address is not None:
            self._lease(draft, address)
