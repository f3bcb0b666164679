"""The people of a night: who sits at the start, and who comes, sleeps, wakes and goes when.

People are known by their user names. Public addresses are the pair's own to draw, and what a
client does by itself (notice, resume) is left to it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from upgrader.dialect.dotted import dotted, is_dotted, number_of
from upgrader.judgement.postmortem.rebuilding.addresses import neighbours, pool_of
from upgrader.judgement.postmortem.rebuilding.by_cause import KEEPS_OUT, LOST_AT_SWITCH, names_of
from upgrader.judgement.postmortem.rebuilding.by_cause import platforms as platforms_of
from upgrader.judgement.postmortem.rebuilding.setting import Seated
from upgrader.model.cause import Cause, CauseName
from upgrader.model.evidence import What
from upgrader.model.night import Ending, Life, Night
from upgrader.model.script import Befalls
from upgrader.model.words import many

ATTEMPTS = frozenset(
    {
        *(What.IMAGE_REFUSED, What.NO_ADDRESS, What.LIMIT_REFUSED, What.TLS_REFUSED),
        *(What.CLIENT_REFUSED, What.AAA_REJECTED, What.AAA_DOWN, What.CLIENTLESS_REFUSED),
    }
)
"""What tells of a log-in that came to nothing."""

_ONE_ATTEMPT_MS = 3_000
"""Messages of one user so near to one another are of one attempt. Our guess."""
_BY_ITSELF_MS = 180_000
"""A client that comes back so soon after roles moved does so by itself: dead-peer detection takes
60 s at most, and a unit that died is noticed after its hold time."""
_ANEW_MS = 60_000
_LOGGED_IN_BEFORE_S = 3_600
_IDLE_GUESS_MIN = 30
_ASKED = ("user req", "user-req")


@dataclass(frozen=True, slots=True)
class Crowd:
    """Everybody, as far as the records name them."""

    seated: tuple[Seated, ...]
    acts: tuple[Befalls, ...]
    """By their instants, which are the night's clock's: the caller moves them."""
    pool: tuple[str, int]
    idle_min: int | None
    most: int
    """How many had a session at once, at most."""
    assumed: tuple[str, ...]


@dataclass(slots=True)
class _Notes:
    """What is assumed, each thing once."""

    told: dict[str, None] = field(default_factory=dict)

    def add(self, text: str) -> None:
        self.told.setdefault(text)


def crowd_of(night: Night, causes: Sequence[Cause], logoffs: Sequence[int]) -> Crowd:
    """The people; `logoffs`: when lines that log people off are typed, in the night's time."""
    notes = _Notes()
    lives = _dated(night, [life for life in night.lives if life.user], notes)
    if len(lives) < len(night.lives):
        notes.add(f"{len(night.lives) - len(lives)} sessions without a name are left out")
    platforms = platforms_of(night, causes)
    hidden = _hidden(night, causes, lives)
    seated = _seated(night, lives, hidden, platforms, notes)
    acts = sorted(
        _acts(night, lives, hidden, causes, platforms, logoffs, notes),
        key=lambda act: (act.at_ms, act.event),
    )
    return Crowd(
        seated,
        tuple(acts),
        pool_of(night, seated, lives, causes, notes.add),
        _idle(lives),
        _most(lives),
        tuple(notes.told),
    )


def _dated(night: Night, lives: Sequence[Life], notes: _Notes) -> list[Life]:
    """The lives, of each person one at most from before the records.

    Of several the first counts; the others were begun when the pair had turned for the last time,
    for that is when people log in anew.
    """
    turns = [one.left for one in night.absences] + [one.at for one in night.switchovers]
    later = min(max(turns, default=night.began) + _ANEW_MS, night.ended)
    seen: set[tuple[str, str]] = set()
    dated: list[Life] = []
    for life in lives:
        who = (life.user, life.public)
        if life.began is None and who in seen:
            notes.add("who has two sessions without a time logged in anew after the last turn")
            dated.append(replace(life, began=later))
            continue
        if life.began is None:
            seen.add(who)
        dated.append(life)
    return dated


# ── who sits at the start ──────────────────────────────────────────────────────────────


def _hidden(night: Night, causes: Sequence[Cause], lives: Sequence[Life]) -> tuple[Life, ...]:
    """Who is first heard of when logging in anew, where a cause says that sessions were lost."""
    if not names_of(causes) & LOST_AT_SWITCH:
        return ()
    back = [at for life in lives for at in life.resumed]
    some = CauseName.PREMATURE_SWITCHOVER in names_of(causes)
    moves = [
        move.at
        for move in night.switchovers
        # Where tickets were known to the unit that took over, who logged in anew had none.
        if some or not any(0 <= at - move.at <= _BY_ITSELF_MS for at in back)
    ]
    firsts: dict[str, Life] = {}
    for life in lives:
        firsts.setdefault(life.user, life)
    for life in lives:
        if life.began is None:
            firsts[life.user] = life
    return tuple(
        life
        for life in firsts.values()
        if life.began is not None and any(0 <= life.began - at <= _BY_ITSELF_MS for at in moves)
    )


def _seated(
    night: Night,
    lives: Sequence[Life],
    hidden: Sequence[Life],
    platforms: dict[str, str],
    notes: _Notes,
) -> tuple[Seated, ...]:
    early = [life for life in lives if life.began is None]
    early.sort(key=lambda life: not life.resumed)  # A sync that is cut short begins at the top.
    early += hidden
    if hidden:
        notes.add(
            f"{many(len(hidden), 'person', 'people')} who logged in after roles moved had a "
            "session before"
        )
    taken = {life.address for life in early if life.address is not None}
    indices = {life.index for life in early if life.index is not None}
    first, last = neighbours(lives)
    free = (address for n in count() if (address := dotted(first + n)) not in taken)
    fresh = (n for n in count(1) if n not in indices)
    seen: set[str] = set()
    used: set[int] = set()
    found = []
    for life in early:
        address = life.address or ""
        is_near = is_dotted(address) and first <= number_of(address) <= last
        if not is_near or address in seen:
            address = next(free)
            notes.add("addresses that the records do not name are taken from the beginning")
        seen.add(address)
        known = life.began is None and life.index is not None and life.index not in used
        index = next(fresh) if not known or life.index is None else life.index
        used.add(index)
        asleep = None if life.began is not None else _asleep_at_start(night, life)
        if asleep is not None:
            notes.add("who wakes first, or runs out of idle time, slept at the beginning")
        found.append(
            Seated(
                life.user,
                life.public or f"198.51.100.{index % 254 + 1}",
                address,
                index,
                platforms.get(life.user, "win"),
                _LOGGED_IN_BEFORE_S + (asleep or 0),
                asleep,
            )
        )
    if found:
        notes.add("sessions from before the records began an hour before them")
    return tuple(found)


def _asleep_at_start(night: Night, life: Life) -> int | None:
    """For how long a session of the start has been without a tunnel; None: it has one."""
    first = min((*life.suspended, *life.resumed), default=None)
    if first is not None and first in life.suspended:
        return None
    if first is not None and not _by_itself(night, first):
        return 600
    if life.ending is Ending.CLEAN and _ran_out(life) and life.ended is not None and first is None:
        return max(0, _IDLE_GUESS_MIN * 60 - (life.ended - night.began) // 1_000)
    return None


# ── who does what when ─────────────────────────────────────────────────────────────────


def _acts(
    night: Night,
    lives: Sequence[Life],
    hidden: Sequence[Life],
    causes: Sequence[Cause],
    platforms: dict[str, str],
    logoffs: Sequence[int],
    notes: _Notes,
) -> Iterator[Befalls]:
    known: set[tuple[str, str]] = {(life.user, life.public) for life in lives if life.began is None}
    known |= {(life.user, life.public) for life in hidden}
    arrivals: list[tuple[int, str, str]] = [
        (life.began, life.user, life.public) for life in lives if life.began is not None
    ]
    names = {one for one, _ in known}
    by_user: dict[str, list[Life]] = {}
    for life in lives:
        by_user.setdefault(life.user, []).append(life)
    arrivals += _attempts(night, by_user)
    for at, user, public in sorted(arrivals):
        if _sleeps(by_user.get(user, ()), at):
            yield Befalls(at, "wake", {"user": user})
        elif (user, public) in known or (not public and user in names):
            yield Befalls(at, "log-in", {"user": user})
        else:
            known.add((user, public))
            names.add(user)
            yield Befalls(
                at, "connect-clients", {"user": user, "platform": platforms.get(user, "win")}
            )
    kept_out = {user for cause in causes if cause.name in KEEPS_OUT for user in cause.people}
    for life in lives:
        yield from _of_life(night, life, logoffs, kept_out, notes)


def _sleeps(lives: Sequence[Life], at: int) -> bool:
    """Whether somebody's only session is without a tunnel then: he wakes, and is refused."""
    return any(
        any(slept < at for slept in life.suspended)
        and not any(life.suspended[0] < back <= at for back in life.resumed)
        and (life.began is None or life.began < at)
        # Who sleeps does not notice that the session is gone with a move of the roles.
        and (life.ended is None or life.ended >= at or life.ending is Ending.MOVED)
        for life in lives
    )


def _attempts(
    night: Night, by_user: Mapping[str, Sequence[Life]]
) -> Iterator[tuple[int, str, str]]:
    """Log-ins that came to nothing, each once."""
    last: dict[str, int] = {}
    for event in night.events:
        user, at = event.fields.get("user", ""), event.at
        if event.what not in ATTEMPTS or not user or at is None:
            continue
        if at - last.get(user, at - _ONE_ATTEMPT_MS - 1) <= _ONE_ATTEMPT_MS:
            continue
        last[user] = at
        came_in = (life.began for life in by_user.get(user, ()) if life.began is not None)
        if not any(abs(at - when) <= _ONE_ATTEMPT_MS for when in came_in):
            yield at, user, event.fields.get("public", "")


def _of_life(
    night: Night, life: Life, logoffs: Sequence[int], kept_out: set[str], notes: _Notes
) -> Iterator[Befalls]:
    sleeps = life.began is None and _asleep_at_start(night, life) is not None
    turns = sorted([(at, False) for at in life.suspended] + [(at, True) for at in life.resumed])
    for at, is_back in turns:
        if not is_back and not sleeps:
            sleeps = True
            yield Befalls(at, "sleep", {"user": life.user})
        elif is_back and sleeps:
            sleeps = False
            yield Befalls(at, "wake", {"user": life.user})
    if life.ended is None or life.ending is not Ending.CLEAN or _ran_out(life):
        return
    reason = life.reason.casefold()
    if any(word in reason for word in _ASKED):
        yield Befalls(life.ended, "log-off", {"user": life.user})
    elif any(abs(life.ended - at) <= _BY_ITSELF_MS for at in logoffs):
        return
    elif life.user in kept_out:
        return  # Who cannot come back with his ticket is ended by the pair's own rule.
    elif "preempted" in reason:
        notes.add("who was ended by a later log-in is ended by the pair's own rule")
    else:
        told = life.reason or "no reason"
        notes.add(f"who ended with {told!r} logs off by himself: nothing else is known of it")
        yield Befalls(life.ended, "log-off", {"user": life.user})


def _by_itself(night: Night, at: int) -> bool:
    """Whether a client came back because roles had moved, or a unit had gone."""
    moments = [one.at for one in night.switchovers] + [one.left for one in night.absences]
    return any(0 <= at - moment <= _BY_ITSELF_MS for moment in moments)


# ── what they need ─────────────────────────────────────────────────────────────────────


def _idle(lives: Sequence[Life]) -> int | None:
    """The idle timeout in minutes, by whom it ended; None: it ended nobody."""
    ran_out = [life for life in lives if life.ending is Ending.CLEAN and _ran_out(life)]
    if not ran_out:
        return None
    waited = sorted(
        life.ended - life.suspended[-1]
        for life in ran_out
        if life.ended is not None and life.suspended
    )
    if not waited:
        return _IDLE_GUESS_MIN
    return max(1, round(waited[len(waited) // 2] / 60_000))


def _ran_out(life: Life) -> bool:
    return "idle" in life.reason.casefold()


def _most(lives: Sequence[Life]) -> int:
    """How many sessions there were at once, at most."""
    changes: list[tuple[int, int]] = []
    for life in lives:
        changes.append((life.began or 0, 1))
        if life.ended is not None:
            changes.append((life.ended, -1))
    present = most = 0
    for _, step in sorted(changes):
        present += step
        most = max(most, present)
    return most
