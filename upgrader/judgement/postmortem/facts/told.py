"""A night, indexed for whoever judges it: what happened when, who lost a session, what is proven.

Rough model: a session is lost when its person did not wish it. It may have been cut (its tunnels
closed, and nothing of the end-of-session routine written), gone after a switchover (its person had
to log in anew), or ended by the routine for a reason that nobody chose. A single session that is
cut proves nothing, for that is how a laptop falls asleep; cuts count together, or with a login
that follows.
"""

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from upgrader.judgement.postmortem.facts.waves import wave
from upgrader.model.evidence import Coverage, Screen, What
from upgrader.model.failover import Role
from upgrader.model.night import Absence, Ending, Event, Leaving, Life, Night, Switchover

SECOND = 1_000
MINUTE = 60 * SECOND

TOGETHER_MS = 20 * SECOND  # A burst: tunnels of one cause close within seconds; our guess.
BEFORE_MS = 5 * SECOND  # Two lines of one second may stand in either order.
GOING_MS = 20 * SECOND  # Before: a departure may be told only by its hold time of 15 s.
DEPARTING_MS = MINUTE  # After a departure: hold times run to 45 s (ASA failover guide).
JOINING_MS = 4 * MINUTE  # A join whose end is not seen: 46 s were captured; our guess.
RETURN_WAVE_MS = 10 * MINUTE  # How long people take to come back after a switchover; our guess.

_TRIES = 3  # A client tries again every minute; a scanner goes on. Our guess.

OWN_WISH = frozenset(
    {
        *("user requested", "idle timeout", "max time exceeded", "session timeout"),
        *("maximum time exceeded", "connection preempted", "port preempted", "preempted"),
    }
)
"""Reasons of an end that its person chose, or that the session's own timer did. A session that is
preempted gives way to a newer login of the same person."""

RESET_BY_ADMINISTRATOR = frozenset({"administrator reset", "admin reset"})


@dataclass(frozen=True, slots=True)
class Loss:
    """A session that its person lost without wishing it."""

    life: Life
    at: int
    how: Ending
    """`CUT`, `MOVED`, or `CLEAN`."""


@dataclass(frozen=True, slots=True)
class Parted:
    """What became of the people whom a switchover met."""

    met: tuple[Life, ...]
    lost: tuple[Life, ...]
    resumed: tuple[Life, ...]
    anew: tuple[Life, ...] = ()
    """Logins in a wave right after it, of people who are seen for the first time: they had begun
    before the records, and lost what they had. Empty where no more come than usual."""

    @property
    def gone(self) -> tuple[Life, ...]:
        """Whom it cost a session, seen or concluded."""
        return (*self.lost, *self.anew)

    @property
    def all_lost(self) -> bool:
        """Whether everybody of whom anything is known was lost."""
        return bool(self.gone) and not self.resumed


@dataclass(frozen=True)
class Told:
    """A night, indexed; no slots, for what is found is kept."""

    night: Night

    # ── events ─────────────────────────────────────────────────────────────────────────

    def of(self, *whats: What) -> tuple[Event, ...]:
        """The events of these kinds, in their order."""
        events = self.night.events
        found = [self._by_what[what] for what in {*whats} if what in self._by_what]
        numbers = found[0] if len(found) == 1 else sorted([n for one in found for n in one])
        return tuple([events[number] for number in numbers])

    @cached_property
    def _by_what(self) -> Mapping[What, Sequence[int]]:
        """The numbers of the events of each kind; packed, for there may be a hundred thousand."""
        found: dict[What, array[int]] = {}
        for number, event in enumerate(self.night.events):
            numbers = found.get(event.what)
            if numbers is None:
                numbers = found[event.what] = array("L")
            numbers.append(number)
        return found

    def typed(self, *beginnings: str) -> tuple[Event, ...]:
        """The lines that were typed and not refused, and begin so; `failover exec` is cut off."""
        return tuple(e for e in self.of(What.COMMAND) if spoken(e).startswith(beginnings))

    def during(self, began: int, ended: int, *whats: What) -> tuple[Event, ...]:
        """The events of these kinds whose instant lies within."""
        return tuple(e for e in self.of(*whats) if e.at is not None and began <= e.at <= ended)

    # ── roles ──────────────────────────────────────────────────────────────────────────

    @cached_property
    def switchovers(self) -> tuple[Switchover, ...]:
        """By their instants; who served when the records begin did not take over then."""
        moved = [
            s
            for s in self.night.switchovers
            if s.command is not None or s.reason or s.at > self.night.began
        ]
        return tuple(sorted(moved, key=lambda s: (s.at, s.to.value)))

    @cached_property
    def absences(self) -> tuple[Absence, ...]:
        """The stretches in which a unit was truly away, by their beginnings."""
        away = [a for a in self.night.absences if a.why is not Leaving.LINK]
        return tuple(sorted(away, key=lambda a: (a.left, a.unit.value)))

    @cached_property
    def last_active(self) -> Role | None:
        """Who served at the end, as far as the records tell."""
        if self.switchovers:
            return self.switchovers[-1].to
        return self.night.active_at(self.night.ended)

    def mate_away(self, at: int, slack: int = 0) -> Absence | None:
        """The absence in which that instant falls; `slack` milliseconds before and after."""
        for absence in self.absences:
            back = self.night.ended if absence.back is None else absence.back
            if absence.left - slack <= at <= back + slack:
                return absence
        return None

    def came_back_old(self, absence: Absence) -> bool:
        """Whether it ran the same release before and after, on a night that was to change it.

        103007 must say so, too: it is written at a join if the two releases differ.
        """
        before, after = absence.version_before, absence.version_after
        if before is None or before != after or absence.back is None:
            return False
        if not self._changes_release(before):
            return False
        earlier = [a for a in self.absences if a.unit is absence.unit and a.left < absence.left]
        first = self.night.unit(absence.unit).version_first
        if not earlier and first is not None and first != before:
            return False  # It ran another one in the beginning, and has not been away since.
        mates = [a for a in self.absences if a.unit is not absence.unit and a.left < absence.left]
        mate_moved = any(a.version_before != a.version_after for a in mates)
        if self.has_log and not mate_moved and absence.version_inferred:
            return False  # That 103007 is missing is no proof of a release.
        if not self.has_log:
            # Without a clock: who is back on the old release first is no other than its mate.
            return mate_moved or not self.of(What.VERSIONS_DIFFER)
        end = (absence.synced or absence.back) + MINUTE
        return bool(self.during(absence.back - MINUTE, end, What.VERSIONS_DIFFER)) is mate_moved

    def _changes_release(self, running: str) -> bool:
        """Whether another release is seen, or the boot order was changed."""
        units = self.night.units
        seen = {v for u in units for v in (u.version_first, u.version_last) if v is not None}
        return len(seen | {running}) > 1 or bool(self.typed("boot system", "no boot system"))

    def nearest_switchover(self, at: int, within: int) -> Switchover | None:
        """The switchover nearest to that instant, if it is that near."""
        near = [s for s in self.switchovers if abs(s.at - at) <= within]
        return min(near, key=lambda s: (abs(s.at - at), s.at), default=None)

    def in_departure(self, absence: Absence, at: int) -> bool:
        """Whether that instant belongs to the unit's going."""
        end = absence.left + DEPARTING_MS
        if absence.back is not None:
            end = min(end, absence.back)
        return absence.left - GOING_MS <= at <= end

    def in_return(self, absence: Absence, at: int) -> bool:
        """Whether that instant belongs to the unit's coming back and its bulk sync."""
        if absence.back is None:
            return False
        synced = absence.back + JOINING_MS if absence.synced is None else absence.synced
        return absence.back - BEFORE_MS <= at <= max(synced, absence.back) + MINUTE

    # ── people ─────────────────────────────────────────────────────────────────────────

    @cached_property
    def cuts(self) -> tuple[Life, ...]:
        """Sessions whose tunnels closed with nothing following, and whose client never resumed."""
        found = [life for life in self.night.lives if _is_cut(life)]
        return tuple(sorted(found, key=lambda x: (x.cut_at or 0, x.user, x.public)))

    @cached_property
    def bursts(self) -> tuple[tuple[Life, ...], ...]:
        """The cuts that fell together, burst by burst; a lone one is a burst of one."""
        found: list[list[Life]] = []
        for life in self.cuts:
            at = life.cut_at or 0
            if found and at - (found[-1][-1].cut_at or 0) <= TOGETHER_MS:
                found[-1].append(life)
            else:
                found.append([life])
        return tuple(tuple(burst) for burst in found)

    @cached_property
    def losses(self) -> tuple[Loss, ...]:
        """Everybody who lost a session, by instants."""
        burst_of = {id(life): burst for burst in self.bursts for life in burst}
        found = []
        for life in self.night.lives:
            loss = self._loss(life, burst_of.get(id(life), ()))
            if loss is not None:
                found.append(loss)
        return tuple(sorted(found, key=lambda x: (x.at, x.life.user, x.life.public)))

    def _loss(self, life: Life, burst: tuple[Life, ...]) -> Loss | None:
        if burst:
            at = life.cut_at or 0
            is_loss = len(burst) > 1 or life.again is not None or self._at_an_event(at)
            return Loss(life, at, Ending.CUT) if is_loss else None
        if life.ending is Ending.MOVED:
            return Loss(life, self._moved_at(life), Ending.MOVED)
        if life.ending is Ending.CLEAN and life.ended is not None:
            reason = life.reason.casefold()
            if reason and reason not in OWN_WISH:
                return Loss(life, life.ended, Ending.CLEAN)
        return None

    def _at_an_event(self, at: int) -> bool:
        return any(self.in_departure(a, at) or self.in_return(a, at) for a in self.absences)

    def _moved_at(self, life: Life) -> int:
        """When a session was gone that its person missed only later: at the switchover."""
        known = life.ended if life.ended is not None else life.again
        seen = self.night.ended if known is None else known
        before = [s.at for s in self.switchovers if s.at <= seen + BEFORE_MS]
        return before[-1] if before else seen

    def parted(self, switchover: Switchover) -> Parted:
        """What became of those who had a session when the roles moved."""
        at = switchover.at
        met = tuple(life for life in self.night.lives if _is_there(life, at))
        lost = {
            id(x.life)
            for x in self.losses
            if at - 2 * SECOND <= x.at <= at + RETURN_WAVE_MS / 2
            and x.life.reason.casefold() not in RESET_BY_ADMINISTRATOR
        }
        later = [s.at for s in self.switchovers if s.at > at]
        until = min(later, default=self.night.ended) + BEFORE_MS
        resumed = tuple(
            life for life in met if any(at - 2 * SECOND <= r <= until for r in life.resumed)
        )
        kept = {id(life) for life in resumed}
        gone = tuple(life for life in met if id(life) in lost and id(life) not in kept)
        return Parted(met, gone, resumed, wave(self.night, switchover, len(resumed)))

    @cached_property
    def partings(self) -> tuple[tuple[Switchover, Parted], ...]:
        """Each switchover, with what became of the people."""
        return tuple((s, self.parted(s)) for s in self.switchovers)

    @cached_property
    def publics(self) -> frozenset[str]:
        """From where people came."""
        return frozenset(life.public for life in self.night.lives if life.public)

    @cached_property
    def handshakes(self) -> tuple[Event, ...]:
        """Handshakes that failed with people of ours: a stranger's prove nothing.

        Ours are those who have sessions here, and who try again and again since the roles moved.
        """
        failed = self.of(What.TLS_REFUSED)
        first = self.switchovers[0].at - SECOND if self.switchovers else self.night.ended
        tries: dict[str, int] = {}
        for event in failed:
            public = event.fields.get("public", "")
            early = event.at is not None and event.at < first
            tries[public] = tries.get(public, 0) + (-1_000 if early else 1)
        ours = {public for public, count in tries.items() if count >= _TRIES} | self.publics
        return tuple(e for e in failed if e.fields.get("public", "") in ours - {""})

    def got_through(self, began: int, ended: int) -> frozenset[str]:
        """From where a session was begun or resumed in that stretch."""
        return frozenset(
            life.public
            for life in self.night.lives
            if any(began <= r <= ended for r in life.resumed)
            or (life.began is not None and began <= life.began <= ended)
        )

    def serving(self, switchover: Switchover) -> tuple[int, int]:
        """From when to when the unit served that took over then, as far as the roles tell."""
        later = [s.at for s in self.switchovers if s.at > switchover.at]
        return switchover.at, min(later, default=self.night.ended)

    # ── screens ────────────────────────────────────────────────────────────────────────

    def screens(self, accepts: Callable[[Screen], bool]) -> tuple[Screen, ...]:
        """The screens that are accepted, in their order."""
        return tuple(screen for screen in self.night.screens if accepts(screen))

    # ── absence ────────────────────────────────────────────────────────────────────────

    def informs(self, at: int, *, unit: Role | None = None, closely: bool = False) -> bool:
        """Whether lines of level 6 reached the files around that minute, or in it.

        `unit`: of that unit, as far as it is known whose a file is; None: of either.
        """
        near = (0, SECOND * 30) if closely else (-MINUTE, 0, MINUTE)
        minutes = {(at + shift) // MINUTE for shift in near}
        return any(
            known is not None and known.informational > 0
            for coverage, owners in self._owned
            if unit is None or unit in owners
            for minute in minutes
            for known in (coverage.minutes.get(minute),)
        )

    @cached_property
    def _owned(self) -> tuple[tuple[Coverage, frozenset[Role]], ...]:
        """What reached each file, and whose it may be: of either unit, where that is not known."""
        hosts = {one.role: one.hosts for one in self.night.units}
        return tuple((one, one.owners(hosts) or frozenset(Role)) for one in self.night.coverage)

    @cached_property
    def has_log(self) -> bool:
        """Whether any syslog was given."""
        return any(coverage.lines for coverage in self.night.coverage)

    @cached_property
    def informs_at_all(self) -> bool:
        """Whether any line of level 6 is there."""
        return any(
            minute.informational > 0
            for coverage in self.night.coverage
            for minute in coverage.minutes.values()
        )

    def writes(self, *numbers: int) -> bool:
        """Whether one of these ids stands anywhere in the files: none is held back."""
        return any(number in c.ids for c in self.night.coverage for number in numbers)


def spoken(event: Event) -> str:
    """The line of a command, in lower case, without `failover exec mate` before it."""
    line = " ".join((event.fields.get("command") or event.text).casefold().split())
    for head in ("failover exec mate ", "failover exec standby ", "failover exec active "):
        line = line.removeprefix(head)
    return line.removeprefix("do ")


def _is_cut(life: Life) -> bool:
    at = life.cut_at
    if at is None or any(r >= at for r in life.resumed):
        return False
    # It was heard to fall asleep: 716058 is written for laptops, and not for orphans.
    if any(abs(s - at) <= MINUTE for s in life.suspended):
        return False
    match life.ending:
        case Ending.CUT:
            return True
        case Ending.CLEAN:
            # An orphan that somebody cleaned up later has an end, and was cut all the same.
            reset = life.reason.casefold() in RESET_BY_ADMINISTRATOR
            return reset and life.ended is not None and life.ended - at > MINUTE
        case Ending.MOVED | Ending.OPEN | Ending.UNKNOWN:
            return False


def _is_there(life: Life, at: int) -> bool:
    if life.began is not None and life.began > at - SECOND:
        return False
    if life.cut_at is not None and life.cut_at < at - 5 * SECOND and not life.resumed:
        return False
    # A session that a switchover swept away ends with it, or when its person is seen again.
    return life.ended is None or life.ended >= at - 2 * SECOND
