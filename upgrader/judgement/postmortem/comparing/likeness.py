"""Whether a night that was run again is the night: the same events in the same order.

What happens to the pair must come again in the same order, each within two minutes of its time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from upgrader.dialect.commands import LOGOFF, LineKind, classify
from upgrader.dialect.scripts import instant_text
from upgrader.judgement.postmortem.comparing.people_alike import people_again
from upgrader.judgement.postmortem.rebuilding.typed_again import logs_off, plain
from upgrader.model.evidence import What
from upgrader.model.night import Event, Kind, Night
from upgrader.model.postmortem import Unlike
from upgrader.model.script import StoryLine
from upgrader.model.words import time_of_day

PAIR_SLACK_MS = 120_000
"""By how much an event of the pair may come at another time. Our guess: most of a boot's spread."""
_SWAPPED_MS = 5_000
"""Events so near to one another may change places."""
_UNLOOKED_MS = 600_000
"""For how long nobody may look at a terminal that has printed something. Our guess."""
_MOST = 40
"""How many differences are listed; the others are counted."""
_LONGEST = 2_000
"""Events of the pair that are compared, from the beginning: no night has as many."""

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
    printed: bool = False
    """Whether its instant is that of a terminal, which prints a notice when somebody looks."""


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
    people_same, people_of, people_unlike = people_again(night, again, shift_ms)
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
            f"{line.what} of {line.unit or 'the pair'} at {instant_text(line.at_ms)}",
        )
        for line in story
        if not line.who
    ]


# ── the pair ───────────────────────────────────────────────────────────────────────────


def _pair(night: Night, shift_ms: int) -> list[_Beat]:
    """What happens to the pair, once each, in order."""
    beats: list[_Beat] = []
    last: dict[tuple[tuple[str, ...], str], int] = {}
    for event in night.events:
        if event.kind not in _TELLING or event.what in _NOISE | _OF_PEOPLE:
            continue
        key = _key(event)
        if key is None:
            continue
        at = None if event.at is None else event.at + shift_ms
        if at is not None:
            said = key, event.fields.get("command", "")
            if at - last.get(said, at - _SWAPPED_MS - 1) <= _SWAPPED_MS:
                continue
            last[said] = at
        why = "not modelled" if event.what in _NOT_MODELLED else ""
        beats.append(_Beat(key, at, event.text[:120], why, _is_printed(event)))
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
        if logs_off(line):
            line = LOGOFF  # Indices are drawn anew; whom it hit, people's own turns tell.
        return (event.what.value, "", line) if _tells(line) else None
    return (event.what.value, unit)


def _tells(line: str) -> bool:
    """Whether a line is one that does something to the pair."""
    return classify(line) is LineKind.CHANGING and line.startswith(
        (
            *("failover", "no failover", "reload", "write mem", "boot system", "no boot system"),
            LOGOFF,
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
    if beat.at is None or other.at is None:
        return True
    early_ms = _UNLOOKED_MS if beat.printed else slack_ms
    return -early_ms <= other.at - beat.at <= slack_ms


def _is_printed(event: Event) -> bool:
    """Whether it is a notice in a terminal's log, and no line of a collector's or a history's."""
    is_said = event.number is not None or "told_by" in event.fields
    return not is_said and event.what is not What.COMMAND


def _same_key(beat: _Beat, other: _Beat) -> bool:
    """The same thing, on the same unit where both name one."""
    (what, unit, *rest), (other_what, other_unit, *other_rest) = beat.key, other.key
    return what == other_what and rest == other_rest and (unit == other_unit or not unit)


def _missing(beat: _Beat) -> Unlike:
    why = beat.unlikely or "the rebuilt night does not have it, or at another time"
    return Unlike(f"{beat.says} at {_clock(beat.at)}", why)


def _clock(at: int | None) -> str:
    return "a time that is not known" if at is None else time_of_day(at)
