"""What befell people, in waves: who was cut off, who came back, and who had to log in anew."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from upgrader.model.evidence import Place, What
from upgrader.model.failover import Role
from upgrader.model.night import Ending, Kind, Life, Night
from upgrader.model.postmortem import Postmortem
from upgrader.model.words import many

QUIET_MS = 120_000
"""So long without another, and a wave is over: a client tries again within a minute or two. Our
guess."""


@dataclass(frozen=True, slots=True)
class Wave:
    """The same thing, befalling several people one after the other."""

    began: int
    ended: int
    unit: Role | None
    what: What
    text: str
    who: str
    count: int
    places: tuple[Place, ...]
    is_harm: bool


@dataclass(frozen=True, slots=True)
class _Turn:
    """A turn in one session's life."""

    at: int
    kind: str
    life: Life
    is_harm: bool = False


_WORDS = {
    "cut": (What.CLOSING, "{} cut off, and no end is written", "session", "sessions"),
    "moved": (What.CLOSING, "{} gone with the switchover", "session", "sessions"),
    "resumed": (What.TUNNEL_AGAIN, "{} back with the session they had", "person", "people"),
    "asleep": (What.SUSPENDED, "{} asleep, waiting to resume", "client", "clients"),
    "again": (What.LOGGED_IN, "{} logged in anew", "person", "people"),
    "login": (What.LOGGED_IN, "{}", "login", "logins"),
}
_ENDED = "ended "


def waves_of(postmortem: Postmortem) -> Iterator[Wave]:
    """The waves, each kind for itself."""
    night = postmortem.night
    turns: dict[str, list[_Turn]] = {}
    harmed = frozenset(postmortem.impact.users)
    anew = {(life.user, life.again) for life in night.lives if life.again is not None}
    for life in night.lives:
        for turn in _turns(life, anew, is_harmed=life.user in harmed):
            turns.setdefault(turn.kind, []).append(turn)
    written = _written(night)
    for kind, found in turns.items():
        found.sort(key=lambda turn: turn.at)
        wave: list[_Turn] = []
        for turn in found:
            if wave and turn.at - wave[-1].at > QUIET_MS:
                yield _wave(kind, wave, night, written)
                wave = []
            wave.append(turn)
        yield _wave(kind, wave, night, written)


_Written = Mapping[tuple[str, int], tuple[Place, ...]]


def _written(night: Night) -> _Written:
    """Where it is written what befell a person at an instant."""
    return {
        (event.fields["user"], event.at): event.places
        for event in reversed(night.events)
        if event.kind is Kind.SESSION and event.at is not None and event.fields.get("user")
    }


def _turns(life: Life, anew: set[tuple[str, int]], *, is_harmed: bool) -> Iterator[_Turn]:
    if life.began is not None and (life.user, life.began) not in anew:
        yield _Turn(life.began, "login", life)
    for at in life.suspended:
        yield _Turn(at, "asleep", life)
    for at in life.resumed:
        yield _Turn(at, "resumed", life)
    match life.ending:
        case Ending.CUT if life.cut_at is not None:
            yield _Turn(life.cut_at, "cut", life, is_harmed)
        case Ending.MOVED if life.ended is not None:
            yield _Turn(life.ended, "moved", life, is_harmed)
        case Ending.CLEAN if life.ended is not None:
            yield _Turn(life.ended, f"{_ENDED}{life.reason}", life, is_harmed)
        case _:
            pass
    if life.again is not None:
        yield _Turn(life.again, "again", life, is_harmed)


def _wave(kind: str, turns: Sequence[_Turn], night: Night, written: _Written) -> Wave:
    users = [*dict.fromkeys(turn.life.user for turn in turns)]
    first = turns[0]
    what, text = What.ENDED, ""
    if kind in _WORDS:
        what, words, one, more = _WORDS[kind]
        text = words.format(many(len(users) if one == "person" else len(turns), one, more))
    else:
        reason = kind.removeprefix(_ENDED) or "for no reason that is written"
        text = f"{many(len(turns), 'session')} ended: {reason}"
    places = (written.get((turn.life.user, turn.at), ()) for turn in turns)
    return Wave(
        began=first.at,
        ended=turns[-1].at,
        unit=None if what is What.CLOSING and kind == "moved" else night.active_at(first.at),
        what=what,
        text=text,
        who=named(users),
        count=len(turns),
        places=next(filter(None, places), first.life.places[-1:]),
        is_harm=any(turn.is_harm for turn in turns),
    )


def named(users: Iterable[str]) -> str:
    """The first of some people: `: alice, bob and 3 more`; empty without one."""
    names = [*dict.fromkeys(users)]
    if not names:
        return ""
    shown = names if len(names) == 3 else names[:2]
    hidden = len(names) - len(shown)
    return f": {', '.join(shown)}" + (f" and {hidden:,} more" if hidden > 0 else "")
