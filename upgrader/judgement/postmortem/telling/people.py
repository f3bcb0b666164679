"""What became of each session: read event by event, from login to end.

A session is named by its user and the public address; a household shares an address, and a user
may have several. Which of several a line is about is told by what fits: the address, the tunnels
that are up, the time it lasted.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar

from upgrader.judgement.postmortem.telling.alike import (
    ONE_MS,
    SHUFFLED_MS,
    had_two,
    is_another,
    shadow,
    that_ended,
)
from upgrader.judgement.postmortem.telling.hearing import Ears
from upgrader.judgement.postmortem.telling.holders import Holders
from upgrader.judgement.postmortem.telling.listed import first_sight, is_row_of
from upgrader.judgement.postmortem.telling.lives import Draft, life_of, seconds_of
from upgrader.judgement.postmortem.telling.merging import Happened
from upgrader.model.evidence import Screen, What
from upgrader.model.night import Event, Life, Switchover
from upgrader.model.vpn import Session

_ANEW_MS = 1_800_000

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
        self._holders = Holders()
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
        draft.since = draft.seen
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
        if draft.alike_at is not None and h.placed - draft.alike_at > SHUFFLED_MS:
            draft.alike_at = None
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
            self._holders.give(draft, address, h.placed)

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
        had_two(lately, h.placed)
        for draft in list(lately):
            if draft.again is not None or draft.began == h.placed:
                continue
            if draft.is_over:
                if draft.ended is not None and h.placed - draft.ended <= _ANEW_MS:
                    draft.again = h.placed
                continue
            at_home = draft.public == public
            closed = draft.closed_at if draft.closed_at is not None else draft.closing_at
            if closed is not None:
                if at_home or h.placed - closed <= _ANEW_MS:
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
            self._holders.give(draft, address, h.placed)

    def _address_assigned(self, h: Happened) -> None:
        address, handle = h.event.fields.get("address", ""), h.event.fields.get("handle", "")
        self._holders.take_out(address, handle, h.placed)

    def _address_freed(self, h: Happened) -> None:
        address = h.event.fields.get("address", "")
        draft = self._holders.last(address)
        if draft is None:
            # Of a session from before the records its address is learnt as it is given back.
            ended = [d for d in self._just_ended if h.placed - (d.ended or 0) <= 1_000]
            nameless = [d for d in ended if d.address is None]
            if len(nameless) != 1:
                self._holders.put_back(address, h.placed)
                return
            draft = nameless[0]
            self._holders.lease(draft, address)
        draft.freed = True
        draft.witness(h.event.places[0])

    # ── tunnels ──

    def _first_tunnel(self, h: Happened) -> None:
        """The first of a session: where its login is not told, for want of level 6, the login."""
        if h.event.fields.get("kind") == "TCP":
            drafts = [d for d in self._of(h) if not d.connected and not d.row_only]
            told = [d for d in drafts if d.began is not None]
            just = [d for d in drafts if h.placed - d.since <= SHUFFLED_MS]
            if not told and just:
                just[-1].began = just[-1].since
            elif not told:
                self._came_anew(h)
                self._begin(h, h.placed)
            draft = (told or just or self._of(h))[-1]
            draft.connected = draft.tunnels_known = True
        self._tunnel_up(h)

    def _tunnel_up(self, h: Happened) -> None:
        kind = h.event.fields.get("kind", "")
        draft = self._one(h, lambda d: kind not in d.tunnels and not (d.closed_at and d.again))
        draft.tunnels.add(kind)
        if draft.again is None:
            if draft.closed_at is not None:
                draft.closed_at, draft.closing = None, ""
            draft.closing_at = None
        self._see(draft, h, witness=False)

    def _came_back(self, h: Happened) -> None:
        move = self._last_move(h.placed)
        draft = (
            self._begin(h, None)
            if is_another(h, self._of(h), move)
            else self._one(
                h,
                lambda d: (
                    d.again is None
                    and (
                        d.closed_at is not None
                        or (move is not None and d.seen <= move)
                        or (bool(d.resumed) and h.placed - d.resumed[-1] <= ONE_MS)
                    )
                ),
                oldest=True,
            )
        )
        if not draft.resumed or h.placed - draft.resumed[-1] > ONE_MS:
            draft.resumed.append(h.placed)
            draft.tunnels.clear()
        if h.event.what is What.TUNNEL_AGAIN:
            draft.tunnels.add(h.event.fields.get("kind", ""))
        draft.closed_at, draft.closing_at, draft.closing = None, None, ""
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
        draft.closing_at = None
        if not draft.tunnels and was_open:
            draft.closed_at = h.placed
            shadow(draft, self._of(h), h.placed)
        self._see(draft, h, witness=True)

    def _closing(self, h: Happened) -> None:
        draft = self._one(h, lambda d: bool(d.tunnels) and d.closed_at is None, oldest=True)
        draft.closing = h.event.fields.get("reason", "") or draft.closing
        draft.closing_at = h.placed
        shadow(draft, self._of(h), h.placed)
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
        for other in self._of(h):
            other.alike_at = None  # Ends name how long a session lasted: they are told apart.
        draft.ended, draft.routine = h.placed, True
        draft.reason = h.event.fields.get("reason", "").rstrip(".") or draft.reason
        if h.event.what is What.EVICTED and not draft.reason:
            draft.reason = "session limit"
        if draft.began is None:
            lasted = seconds_of(h.event.fields.get("duration", ""))
            if lasted is not None and h.placed - lasted * 1_000 >= self._since:
                draft.began = h.placed - lasted * 1_000
        if draft.address is None:
            address = self._holders.just_put_back(h.placed)
            if address is not None:
                self._holders.lease(draft, address)
        if draft.address is not None:
            came_back = self._holders.came_back(draft.address, h.placed)
            draft.freed = draft.freed or came_back
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
        return that_ended(drafts, h.placed, seconds_of(h.event.fields.get("duration", "")))

    # Not a book's own methods: held by itself it would not go when it is read.
    _READERS: ClassVar[Mapping[What, Callable[["_Book", Happened], None]]] = {
        What.LOGGED_IN: _logged_in,
        What.ADDRESS_GIVEN: _address_given,
        What.ASSIGNED: _address_assigned,
        What.FREED: _address_freed,
        What.FIRST_TUNNEL: _first_tunnel,
        **dict.fromkeys((What.TUNNEL_UP, What.TUNNEL_REPLACED), _tunnel_up),
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
        for draft in reversed(unnamed + self._holders.all_of(address or "")):
            is_there = draft.ended is None or draft.ended >= placed
            if is_there and is_row_of(draft, row, address):
                draft.index = row.index
                if draft.address is None and address is not None:
                    self._holders.lease(draft, address)
                if row.has_tunnel:
                    draft.seen = max(draft.seen, placed)
                draft.witness(screen.place)
                return
        draft = self._enter(first_sight(row, screen, placed, self._since))
        if address is not None:
            self._holders.lease(draft, address)
