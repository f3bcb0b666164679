"""Whether a night that was run again is the night: the same events in the same order.

What happens to the pair must come again in the same order, each within two minutes of its time.
What happens to a person must come again in the person's own order, between the same moments of
the pair, or near its time. A person is a user name: addresses and indices are drawn anew.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from upgrader.dialect.commands import LineKind, classify
from upgrader.judgement.postmortem.rebuilding.typed_again import plain
from upgrader.model.evidence import What
from upgrader.model.night import Ending, Event, Kind, Life, Night
from upgrader.model.postmortem import Unlike
from upgrader.model.script import StoryLine

PAIR_SLACK_MS = 120_000
"""By how much an event of the pair may come at another time. Our guess: most of a boot's spread."""
PERSON_SLACK_MS = 180_000
"""The same of a person's, who may notice late."""
_SWAPPED_MS = 5_000
"""Events so near to one another may change places."""
_MOST = 40
"""How many differences are listed; the others are counted."""
_LONGEST = 2_000
"""Events of the pair that are compared, from the beginning: no night has as many."""
_ONE_MOMENT_MS = 30_000
"""Switchovers, departures and returns so near to one another are one moment of the pair."""

_LOGOFF = "vpn-sessiondb logoff"

_TELLING = frozenset({Kind.ROLE, Kind.RELOAD, Kind.SYNC, Kind.LINK, Kind.VERSION, Kind.COMMAND})
_NOISE = frozenset(
    {
        *(What.STATE, What.PEER_STATE, What.SAVED, What.ADMIN_IN, What.ADMIN_OUT),
        *(What.CLIENT_TO_ACTIVE, What.CLIENT_TO_STANDBY, What.RUNS, What.OPAQUE),
    }
)
"""What only says again, in other words, what another event says; and looks."""
_OF_PEOPLE = frozenset({What.WEB_SESSION_COPIED, What.WEB_SESSION_DELETED})
_NOT_MODELLED = frozenset(
    {
        *(What.TO_OK, What.FLAPPING, What.MATE_UNLIKE, What.REPLICATION_TROUBLE, What.LOG_LOST),
        *(What.CLOCK_SET, What.EVICTED, What.QUARANTINED, What.CRASHED, What.SHUTTING_DOWN),
        *(What.ADDRESS_COLLISION, What.NOT_REPLICATED, What.REFUSED_COMMAND),
    }
)
"""What the emulator writes no line about, or not in the same words."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How one night is like another."""

    same: int
    of: int
    unlike: tuple[Unlike, ...]


@dataclass(frozen=True, slots=True)
class _Beat:
    """An event as two nights are compared by it."""

    key: tuple[str, ...]
    at: int | None
    """None: only its place in the order is known."""
    says: str
    unlikely: str = ""
    """Why it cannot come again; empty: it should."""


def compare(night: Night, again: Night, shift_ms: int = 0) -> Likeness:
    """Hold the night that was run again against the night.

    `shift_ms` is added to the instants of the night that was run, so that both have one clock.
    """
    wanted, came = _pair(night, 0)[:_LONGEST], _pair(again, shift_ms)[:_LONGEST]
    matched, left, extra = _aligned(wanted, came)
    covers = _covered(night)
    unlike = [_missing(beat) for beat in left]
    unlike += [
        Unlike(f"{beat.says} at {_clock(beat.at)}, which the night has not", "the records lack it")
        for beat in extra
        if beat.at is not None and covers(beat.at)
    ]
    people_same, people_of, people_unlike = _people(night, again, shift_ms)
    unlike += people_unlike
    if len(unlike) > _MOST:
        more = len(unlike) - _MOST
        unlike = [*unlike[:_MOST], Unlike(f"{more} more differences", "not listed")]
    return Likeness(len(matched) + people_same, len(wanted) + people_of, tuple(unlike))


def story_of(night: Night, starts_ms: int) -> tuple[StoryLine, ...]:
    """What happened to the pair, in order; what was typed is in the script already.

    `starts_ms`: what is 0 in the story, on the night's clock.
    """
    return tuple(
        StoryLine(max(0, beat.at - starts_ms), beat.key[1], beat.key[0])
        for beat in _pair(night, 0)
        if beat.key[0] != What.COMMAND.value and beat.at is not None
    )


def untold(
    wanted: Sequence[StoryLine], came: Sequence[StoryLine], lasts_ms: int
) -> tuple[str, ...]:
    """What of a story did not come again, in its order and near its time; (): all did.

    Of what else came only those are told that are of the story's kinds: who tells one move of the
    roles tells all of them.
    """
    kinds = {line.what for line in wanted}
    ours, theirs = _beats(wanted), _beats([line for line in came if line.what in kinds])
    _, left, extra = _aligned(ours, theirs)
    told = [f"{beat.says} did not come again" for beat in left]
    told += [f"{beat.says} came, and is no part of the story" for beat in extra]
    if any(line.at_ms > lasts_ms for line in wanted):
        told.append("the story goes on after the night's end")
    return tuple(told)


def _beats(story: Sequence[StoryLine]) -> list[_Beat]:
    return [
        _Beat(
            (line.what, line.unit),
            line.at_ms,
            f"{line.what} of {line.unit or 'the pair'} at {_clock(line.at_ms)}",
        )
        for line in story
        if not line.who
    ]


# ── the pair ───────────────────────────────────────────────────────────────────────────


def _pair(night: Night, shift_ms: int) -> list[_Beat]:
    """What happens to the pair, once each, in order."""
    beats: list[_Beat] = []
    last: dict[tuple[str, ...], int] = {}
    for event in night.events:
        if event.kind not in _TELLING or event.what in _NOISE | _OF_PEOPLE:
            continue
        key = _key(event)
        if key is None:
            continue
        at = None if event.at is None else event.at + shift_ms
        if at is not None:
            if at - last.get(key, at - _SWAPPED_MS - 1) <= _SWAPPED_MS:
                continue
            last[key] = at
        why = "not modelled" if event.what in _NOT_MODELLED else ""
        beats.append(_Beat(key, at, event.text[:120], why))
    return [beat for beat in beats if not _said_better(beat, beats)]


def _said_better(beat: _Beat, beats: Sequence[_Beat]) -> bool:
    """Whether a notice that names no unit stands beside one of the same that does."""
    what, unit, *_ = beat.key
    if unit or what == What.COMMAND.value:
        return False
    return any(
        other.key[0] == what and other.key[1] and _near(beat, other, PAIR_SLACK_MS)
        for other in beats
    )


def _covered(night: Night) -> Callable[[int], bool]:
    """Whether the night's log would show what happened at an instant: where it has lines at all."""
    minutes = {minute for one in night.coverage for minute in one.minutes}

    def covers(at: int) -> bool:
        minute = at // 60_000
        return any(near in minutes for near in (minute - 1, minute, minute + 1))

    return covers


def _key(event: Event) -> tuple[str, ...] | None:
    """By what two events are the same; None: it is not compared.

    Lines count by their text, for on which unit one was typed is often inferred.
    """
    unit = "" if event.unit is None else event.unit.value
    if event.what is What.COMMAND:
        line = plain(event.fields.get("command", ""))
        if line.startswith(_LOGOFF):
            line = _LOGOFF  # Indices are drawn anew; whom it hit, people's own turns tell.
        return (event.what.value, "", line) if _tells(line) else None
    return (event.what.value, unit)


def _tells(line: str) -> bool:
    """Whether a line is one that does something to the pair."""
    return classify(line) is LineKind.CHANGING and line.startswith(
        (
            *("failover", "no failover", "reload", "write mem", "boot system", "no boot system"),
            _LOGOFF,
        )
    )


def _aligned(
    wanted: Sequence[_Beat], came: Sequence[_Beat]
) -> tuple[list[_Beat], list[_Beat], list[_Beat]]:
    """What came again, as it came; what did not; and what came beside it."""
    found = _in_order(wanted, came)
    used = set(found.values())
    for n, beat in enumerate(wanted):
        if n in found:
            continue
        near = [
            k
            for k, other in enumerate(came)
            if k not in used and _same_key(beat, other) and _near(beat, other, _SWAPPED_MS)
        ]
        if near:
            found[n] = near[0]
            used.add(near[0])
    matched = [came[k] for k in sorted(found.values())]
    left = [beat for n, beat in enumerate(wanted) if n not in found]
    extra = [beat for k, beat in enumerate(came) if k not in used]
    return matched, left, extra


def _in_order(wanted: Sequence[_Beat], came: Sequence[_Beat]) -> dict[int, int]:
    """The longest common sequence of events that are near in time; by positions."""
    width = len(came)
    rows = [[0] * (width + 1)]
    for beat in wanted:
        above, row = rows[-1], [0]
        for k, other in enumerate(came):
            if _alike(beat, other):
                row.append(above[k] + 1)
            else:
                row.append(max(row[k], above[k + 1]))
        rows.append(row)
    found: dict[int, int] = {}
    n, k = len(wanted), width
    while n and k:
        if _alike(wanted[n - 1], came[k - 1]) and rows[n][k] == rows[n - 1][k - 1] + 1:
            n, k = n - 1, k - 1
            found[n] = k
        elif rows[n - 1][k] >= rows[n][k - 1]:
            n -= 1
        else:
            k -= 1
    return found


def _alike(beat: _Beat, other: _Beat) -> bool:
    return _same_key(beat, other) and _near(beat, other, PAIR_SLACK_MS)


def _near(beat: _Beat, other: _Beat, slack_ms: int) -> bool:
    """Whether two events are as near in time; where one has none, the order alone counts."""
    return beat.at is None or other.at is None or abs(beat.at - other.at) <= slack_ms


def _same_key(beat: _Beat, other: _Beat) -> bool:
    """The same thing, on the same unit where both name one."""
    (what, unit, *rest), (other_what, other_unit, *other_rest) = beat.key, other.key
    return what == other_what and rest == other_rest and (unit == other_unit or not unit)


def _missing(beat: _Beat) -> Unlike:
    why = beat.unlikely or "the rebuilt night does not have it, or at another time"
    return Unlike(f"{beat.says} at {_clock(beat.at)}", why)


# ── people ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Turn:
    """Something that became of a person."""

    word: str
    at: int
    between: int
    """After how many moments of the pair."""


def _people(night: Night, again: Night, shift_ms: int) -> tuple[int, int, list[Unlike]]:
    ours, theirs = _turns(night, 0), _turns(again, shift_ms)
    same, of = 0, 0
    unlike: list[Unlike] = []
    for user in sorted(ours):
        wanted, came = ours[user], list(theirs.get(user, ()))
        of += len(wanted)
        for turn in wanted:
            match = next((one for one in came if _same(turn, one)), None)
            if match is None:
                why = _why_not(turn, came, theirs.get(user))
                unlike.append(Unlike(f"{user} {turn.word} at {_clock(turn.at)}", why))
            else:
                same += 1
                came = came[came.index(match) + 1 :]
    unlike += [
        Unlike(f"{user}, whom the night does not know", "the records lack it")
        for user in sorted(set(theirs) - set(ours))
    ]
    return same, of, unlike


def _same(turn: _Turn, other: _Turn) -> bool:
    return turn.word == other.word and (
        turn.between == other.between or abs(turn.at - other.at) <= PERSON_SLACK_MS
    )


def _why_not(turn: _Turn, left: Sequence[_Turn], all_of: Sequence[_Turn] | None) -> str:
    if not all_of:
        return "the person has no session there"
    later = next((one for one in left if one.word == turn.word), None)
    if later is not None:
        return f"there it is at {_clock(later.at)}"
    return f"there the person {all_of[-1].word}" if left else "not there, or in another order"


def _turns(night: Night, shift_ms: int) -> Mapping[str, tuple[_Turn, ...]]:
    moments = _moments(night)
    by_user: dict[str, list[_Turn]] = {}
    for life in night.lives:
        if not life.user:
            continue
        turns = by_user.setdefault(life.user, [])
        for at, word in _facts(life):
            between = sum(moment <= at for moment in moments)
            turns.append(_Turn(word, at + shift_ms, between))
    return {user: tuple(sorted(turns, key=lambda turn: turn.at)) for user, turns in by_user.items()}


def _facts(life: Life) -> Iterator[tuple[int, str]]:
    if life.began is not None:
        yield life.began, "logged in"
    last = None
    for at in life.resumed:
        if last is None or at - last > PERSON_SLACK_MS:
            yield at, "was back"
        last = at
    for at in life.suspended:
        yield at, "fell asleep"
    if life.cut_at is not None:
        yield life.cut_at, "was cut off"
    elif life.ended is not None and life.ending is Ending.CLEAN:
        yield life.ended, "ended"


def _moments(night: Night) -> tuple[int, ...]:
    """When the pair changed, near ones together."""
    at = [one.at for one in night.switchovers]
    at += [one.left for one in night.absences]
    at += [one.back for one in night.absences if one.back is not None]
    kept: list[int] = []
    for moment in sorted(at):
        if not kept or moment - kept[-1] > _ONE_MOMENT_MS:
            kept.append(moment)
    return tuple(kept)


def _clock(at: int | None) -> str:
    if at is None:
        return "a time that is not known"
    seconds = at // 1_000 % 86_400
    return f"{seconds // 3_600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
