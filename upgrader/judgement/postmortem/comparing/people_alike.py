"""Whether people fared alike on a night and when it was run again.

What happens to a person must come again in the person's own order, between the same moments of
the pair, or near its time. A person is a user name: addresses and indices are drawn anew.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from upgrader.model.night import Ending, Life, Night
from upgrader.model.postmortem import Unlike
from upgrader.model.words import time_of_day

_SLACK_MS = 180_000
"""By how much it may come at another time: people may notice late. Our guess."""
_ONE_MOMENT_MS = 30_000
"""Switchovers, departures and returns so near to one another are one moment of the pair."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """Something that became of a person."""

    word: str
    at: int
    between: int
    """After how many moments of the pair."""


def people_again(night: Night, again: Night, shift_ms: int) -> tuple[int, int, list[Unlike]]:
    """How many of the people's turns came again, how many there were, and what was otherwise.

    `shift_ms` is added to the instants of the night that was run.
    """
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
                unlike.append(Unlike(f"{user} {turn.word} at {time_of_day(turn.at)}", why))
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
        turn.between == other.between or abs(turn.at - other.at) <= _SLACK_MS
    )


def _why_not(turn: _Turn, left: Sequence[_Turn], all_of: Sequence[_Turn] | None) -> str:
    if not all_of:
        return "the person has no session there"
    later = next((one for one in left if one.word == turn.word), None)
    if later is not None:
        return f"there it is at {time_of_day(later.at)}"
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
        if last is None or at - last > _SLACK_MS:
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
