"""In which state each unit was, and when: from its own words first, then from its mate's."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import pairwise

from upgrader.dialect.commands import RELOAD_STANDBY
from upgrader.judgement.postmortem.clocks.moments import command_of
from upgrader.judgement.postmortem.clocks.placing import Said
from upgrader.judgement.postmortem.clocks.voices import (
    ACTIVE_DOES,
    MEANWHILE,
    STANDBY_SAYS,
    TAKES_OVER_MS,
    TRANSIENT,
)
from upgrader.judgement.postmortem.telling.leavings import DEAD_STATES, Leave, lacks_hello
from upgrader.model.evidence import Place, Record, What
from upgrader.model.failover import Role
from upgrader.model.night import ACTIVE, AWAY, UNKNOWN, Band

READY = "Standby Ready"
STANDBY = "Standby"
_SYNCED = "Sync File System"
"""Its configuration is there; the bulk sync comes next."""

BULK = frozenset({What.BULK_STARTED, What.BULK_ENDED, What.BULK_RECEIVING, What.BULK_RECEIVED})
"""The bulk sync at a join, which is told at level 6 only."""

_ECHO_MS = 10_000
_SWITCHES_MS = 20_000

_OWN: dict[What, str] = {
    What.TO_ACTIVE: ACTIVE,
    What.CLIENT_TO_ACTIVE: ACTIVE,
    What.TO_STANDBY: READY,
    What.TO_FAILED: "Failed",
    What.TO_OK: READY,
    What.FAILOVER_OFF: "Disabled",
    What.SYNC_SENDING: ACTIVE,
    What.SYNC_SENT: ACTIVE,
    What.BULK_STARTED: ACTIVE,
    What.BULK_ENDED: ACTIVE,
    What.SYNC_RECEIVING: "Sync Config",
    What.SYNC_RECEIVED: _SYNCED,
    What.BULK_RECEIVING: "Bulk Sync",
    What.BULK_RECEIVED: READY,
}
"""What a unit says of itself. After its bulk sync a joiner is ready (ASA 5500 guide, states)."""

_OF_MATE: dict[What, str] = {
    What.SYNC_SENDING: "Sync Config",
    What.SYNC_SENT: _SYNCED,
    What.BULK_STARTED: "Bulk Sync",
    What.BULK_ENDED: READY,
    What.PEER_UP: "Negotiation",
}
"""What a unit says of its mate."""

_ACTIVE_SERVES = frozenset({What.LOGGED_IN, What.ASSIGNED, What.ADDRESS_GIVEN, What.TUNNEL_UP})
_ACTIVE_TYPES = frozenset({RELOAD_STANDBY, "no failover active", "write standby"})


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody says of a unit's state."""

    at: int
    unit: Role
    state: str
    place: Place
    own: bool = True
    """By the unit itself; else by its mate."""
    printed: bool = True
    """A message's or a screen's, and no prompt's."""
    until: int | None = None
    """Of a claim without an instant: before what it stands at the latest; None: it has one."""
    vague: bool = False
    """A prompt's `stby`, which a unit prints in every state but active."""
    relieved: bool = False
    """Concluded from its mate's having taken over: a unit that was not heard may serve on."""
    shown: bool = False
    """A screen's or a prompt's: the unit was in that state when it was looked at, and before."""


def _state(printed: str) -> str:
    return ACTIVE if printed in TRANSIENT else printed


def claims_of(order: Sequence[Said], leaves: Iterable[Leave]) -> list[Claim]:
    """All that is said of both units' states, in order."""
    claims: list[tuple[int, int, Claim]] = []
    missed = {(leave.unit, place) for leave in leaves if leave.link for place in leave.places}
    bulk = any(said.record.what in BULK for said in order)
    served_on = _served_on(order)
    for n, said in enumerate(order):
        if said.unit is not None:
            found = _claims(said, said.unit, missed, bulk)
            claims += [
                (claim.at, n, claim)
                for claim in found
                if not (claim.relieved and served_on(claim.unit, claim.at))
            ]
    for leave in leaves:
        if leave.link:
            continue
        away = Claim(leave.left, leave.unit, AWAY, leave.places[0])
        claims.append((leave.left, leave.left_n, away))
        if leave.back is not None:
            back = Claim(leave.back, leave.unit, "Negotiation", leave.places[-1], own=False)
            claims.append((leave.back, leave.back_n, back))
    claims.sort(key=lambda one: one[:2])
    return [claim for _, _, claim in claims]


def _claims(
    said: Said, unit: Role, missed: AbstractSet[tuple[Role, Place]], bulk: bool
) -> Iterator[Claim]:
    """What one record says; `missed`: where a unit is told to be gone that lived.

    `bulk`: whether bulk syncs are told at all. They are at level 6; that the configuration is over
    is told at level 1, and where that is the last word the unit has gone on, to whatever standby.
    """
    record = said.record
    what, place, at = record.what, record.place, said.placed
    state = record.fields.get("state", "")
    loose = said.until if said.at is None else None
    if what is What.STATE and state:
        shown = _is_shown(record)
        vague = record.number is None and state == STANDBY
        printed = _is_dated(record)
        yield Claim(
            at, unit, _state(state), place, printed=printed, until=loose, vague=vague, shown=shown
        )
        return
    if what is What.PEER_STATE and state:
        # A screen shows what a unit thinks of a mate that it does not hear, and no more.
        is_guess = record.number is None and state in DEAD_STATES
        if (unit.other, place) not in missed and not is_guess:
            shown = _is_shown(record)
            yield Claim(at, unit.other, _state(state), place, own=False, until=loose, shown=shown)
        return
    if (own := _OWN.get(what)) is not None:
        yield Claim(at, unit, _gone_on(own, bulk), place)
    if (of_mate := _OF_MATE.get(what)) is not None:
        yield Claim(at, unit.other, _gone_on(of_mate, bulk), place, own=False)
    if what is What.TO_STANDBY:
        yield Claim(at, unit.other, ACTIVE, place, own=False)
    elif what is What.TO_ACTIVE:
        reason = record.fields.get("reason", "")
        if _gives_way(reason):
            yield Claim(at, unit.other, READY, place, own=False)
        elif not reason and record.number is None:
            # A screen tells when it took over last, and not from whom: the mate has not served on.
            yield Claim(at, unit.other, STANDBY, place, own=False, vague=True, relieved=True)


def _served_on(order: Sequence[Said]) -> Callable[[Role, int], bool]:
    """Whether a unit is known to have served on when its mate took over at that instant.

    Its mate says elsewhere that it heard no active unit; or its own screens before and after show
    it active since one and the same failover.
    """
    unheard = [
        (said.unit.other, said.placed)
        for said in order
        if said.record.what is What.TO_ACTIVE
        and said.unit is not None
        and lacks_hello(said.record.fields.get("reason", ""))
    ]
    shown: dict[tuple[Role, str], tuple[int, int]] = {}
    for said in order:
        fields = said.record.fields
        since = fields.get("last_failover", "")
        if said.record.what is What.STATE and said.unit is not None and since:
            key = (said.unit, since)
            if fields.get("state") == ACTIVE:
                shown[key] = (shown.get(key, (said.placed, 0))[0], said.placed)
    return lambda unit, at: (
        any(who is unit and abs(at - told) <= _SWITCHES_MS for who, told in unheard)
        or any(who is unit and first <= at < last for (who, _), (first, last) in shown.items())
    )


def _gone_on(state: str, bulk: bool) -> str:
    return STANDBY if state == _SYNCED and not bulk else state


def _is_shown(record: Record) -> bool:
    """Whether a screen or a prompt shows the state; a message and a history tell when it began."""
    return record.number is None and "from" not in record.fields


def _is_dated(record: Record) -> bool:
    """Whether the device says when the state began; a prompt shows the one it had."""
    return record.number is not None or record.at is not None


def _gives_way(reason: str) -> bool:
    return bool(reason) and not lacks_hello(reason)


def bands_of(
    claims: Sequence[Claim], order: Sequence[Said], leaves: Sequence[Leave], *, quiet_standby: bool
) -> tuple[Band, ...]:
    """Both units' bands, by unit and then in order.

    `quiet_standby`: no standby's line reached the files, as far as is known.
    """
    bands: list[Band] = []
    kept: dict[Role, list[Claim]] = {}
    for unit in Role:
        own = [claim for claim in claims if claim.unit is unit]
        away = [(x.left, x.back) for x in leaves if x.unit is unit and not x.link]
        kept[unit] = [claim for claim in own if _counts(claim, own, away)]
    firsts = {
        unit: _at_first(unit, order, kept[unit][:1], quiet_standby=quiet_standby) for unit in Role
    }
    for unit in Role:
        first = firsts[unit]
        if first is not None and _came_later(first, firsts[unit.other], kept[unit.other]):
            # Its taking over is not in the records: since when it served is not known.
            kept[unit] = sorted([*kept[unit], first], key=lambda claim: claim.at)
            first = None
        bands += _fold(unit, kept[unit], first, order[0].placed if order else None)
    return tuple(bands)


def _came_later(first: Claim, mates: Claim | None, of_mate: Sequence[Claim]) -> bool:
    """Whether it is the second to have served: seen to, when the mate served no more that had."""
    if mates is None or (first.state, mates.state) != (ACTIVE, ACTIVE):
        return False
    return any(claim.state != ACTIVE and mates.at <= claim.at <= first.at for claim in of_mate)


def _counts(
    claim: Claim, all_of_unit: Sequence[Claim], away: Sequence[tuple[int, int | None]]
) -> bool:
    """Whether the claim is to be believed beside the others about that unit."""
    if claim.state != AWAY and any(
        left < claim.at and (back is None or claim.at < back) for left, back in away
    ):
        return False
    if claim.until is not None and claim.until > claim.at:
        # It was seen some time until then: what is dated in between tells it better.
        first = bisect_right(all_of_unit, claim.at, key=lambda other: other.at)
        last = bisect_right(all_of_unit, claim.until, key=lambda other: other.at)
        if any(other.until is None for other in all_of_unit[first:last]):
            return False
    if not claim.printed and claim.own:
        # A prompt shows the role it had when it was printed.
        return not any(
            other.printed and other.state != claim.state and abs(other.at - claim.at) < _SWITCHES_MS
            for other in _near(all_of_unit, claim.at, _SWITCHES_MS)
        )
    if claim.own:
        return True
    near = _near(all_of_unit, claim.at, _ECHO_MS)
    own = [other for other in near if other.own and other.printed and other.state != AWAY]
    # An echo of what it said itself, or of what it has passed already by its own words.
    return not any(other.state == claim.state for other in own) and not (
        claim.state == "Negotiation" and any(other.at <= claim.at for other in own)
    )


def _near(claims: Sequence[Claim], at: int, margin: int) -> Sequence[Claim]:
    first = bisect_left(claims, at - margin, key=lambda claim: claim.at)
    last = bisect_right(claims, at + margin, key=lambda claim: claim.at)
    return claims[first:last]


def _at_first(
    unit: Role, order: Sequence[Said], claimed: Sequence[Claim], *, quiet_standby: bool
) -> Claim | None:
    """How the unit stood before the first claim about it, and what shows it; None: nothing does.

    `claimed`: that claim, if there is one. What a unit does long after it tells of another time.
    """
    until = claimed[0].at + TAKES_OVER_MS if claimed else None
    for said in order:
        record, what = said.record, said.record.what
        if until is not None and said.placed > until:
            return None
        if said.unit is None:
            continue
        if what is What.TO_ACTIVE:
            reason = record.fields.get("reason", "")
            if lacks_hello(reason) and "hello" not in reason.lower():
                return None  # there was no active unit
            return _active(said, unit) if said.unit is unit.other else None
        if what is What.TO_STANDBY:
            return _active(said, unit) if said.unit is unit else None
        serves = what in ACTIVE_DOES or what in _ACTIVE_SERVES
        if said.unit is not unit:
            if what in STANDBY_SAYS:
                return _active(said, unit)
            if serves:
                return None
            continue
        if serves or (what is What.PEER_ABSENT and quiet_standby):
            return _active(said, unit)
        if what is What.COMMAND:
            line = command_of(record.fields.get("command", record.text))
            if line in _ACTIVE_TYPES:
                return _active(said, unit)
        if what is What.STATE and record.number is not None:
            # 721002 tells of another thing, and which state the unit is in meanwhile.
            state = _state(record.fields.get("state", ""))
            is_meanwhile = state and record.number == MEANWHILE
            return replace(_active(said, unit), state=state) if is_meanwhile else None
    return None


def _active(said: Said, unit: Role) -> Claim:
    return Claim(said.placed, unit, ACTIVE, said.record.place)


def _fold(
    unit: Role, claims: Sequence[Claim], at_first: Claim | None, since: int | None
) -> list[Band]:
    """The bands of one unit; `since`: when the records begin, where nothing lies before."""
    bands: list[Band] = []
    state, began, places = UNKNOWN, None, []
    if at_first is not None:
        state, places = at_first.state, [at_first.place]
    for claim in claims:
        if claim.state == state or (claim.vague and state not in (ACTIVE, UNKNOWN)):
            if len(places) < 12:
                places.append(claim.place)
            continue
        if began is None and state == UNKNOWN and claim.shown and claim.at == since:
            state, places = claim.state, [claim.place]
            continue
        if began is not None or places or bands or state == UNKNOWN:
            bands.append(Band(unit, state, began, claim.at, tuple(dict.fromkeys(places))))
        state, began, places = claim.state, claim.at, [claim.place]
    bands.append(Band(unit, state, began, None, tuple(dict.fromkeys(places))))
    joined: list[Band] = []
    for band in bands:
        if band.began is not None and band.began == band.ended:
            continue
        if joined and joined[-1].state == band.state:
            places = list(dict.fromkeys((*joined[-1].places, *band.places)))
            joined[-1] = replace(joined[-1], ended=band.ended, places=tuple(places))
        else:
            joined.append(band)
    return joined


class Reign:
    """Who was active when, for asking often."""

    __slots__ = ("_instants", "_who")

    def __init__(self, bands: Iterable[Band]) -> None:
        serving = [band for band in bands if band.state == ACTIVE]
        edges = {band.began for band in serving} | {band.ended for band in serving}
        self._instants = sorted(edge for edge in edges if edge is not None)
        self._who = [self._ask(serving, None)]
        self._who += [self._ask(serving, at) for at in self._instants]

    @staticmethod
    def _ask(serving: Sequence[Band], at: int | None) -> Role | None:
        found = {
            band.unit
            for band in serving
            if (band.began is None or (at is not None and band.began <= at))
            and (band.ended is None or at is None or at < band.ended)
        }
        return found.pop() if len(found) == 1 else None

    def at(self, instant: int) -> Role | None:
        """The unit that was active then; None: neither is known to have been, or both were."""
        return self._who[bisect_right(self._instants, instant)]

    def parts_of(self, unit: Role, began: int, ended: int) -> list[tuple[int, int]]:
        """The parts of a stretch in which that unit was the active one."""
        first = bisect_right(self._instants, began)
        last = bisect_left(self._instants, ended)
        edges = [began, *self._instants[first:last], ended]
        return [(a, z) for a, z in pairwise(edges) if a < z and self.at(a) is unit]
