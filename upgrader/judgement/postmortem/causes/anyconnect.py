"""AnyConnect packages that differ: the guide's incident, by its signature.

Intuition: people who live on the unit that stays lose their tunnels at the very moment when the
*other* unit goes, or comes back, and nothing of an ordinary end is written for them. Nothing else
does that to a burst of people. A laptop that sleeps goes alone; a network that fails lets them
resume; a switchover comes with 104001; a missing package ends rows cleanly, and says so at every
attempt.

Not taken: silence as proof where the log would not show it. Without lines of level 6 in that very
minute nothing is claimed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from upgrader.judgement.postmortem.causes.packages import Compared, Comparison, compare
from upgrader.judgement.postmortem.causes.weighing import Scale, at_most
from upgrader.judgement.postmortem.facts.steps import RELOADS
from upgrader.judgement.postmortem.facts.stretches_served import both_served
from upgrader.judgement.postmortem.facts.tables import Orphan, Tables
from upgrader.judgement.postmortem.facts.told import MINUTE, RETURN_WAVE_MS, SECOND, Told
from upgrader.model.cause import Cause, CauseName, Likelihood
from upgrader.model.evidence import What
from upgrader.model.night import Absence, Ending, Event, Leaving, Life

_SWITCHOVER_NEAR_MS = 15 * SECOND  # Further away it is not "nearby"; our guess.
_CORRUPT = frozenset({720_038, 720_044, 720_068})


@dataclass(frozen=True, slots=True)
class _Burst:
    """People who were cut when the mate went, or came back."""

    lives: tuple[Life, ...]
    absence: Absence
    returning: bool

    @property
    def at(self) -> int:
        return self.lives[0].cut_at or 0


def anyconnect_differs(tables: Tables) -> Cause:
    """Judge cause 1."""
    told = tables.told
    scale = Scale(CauseName.ANYCONNECT_DIFFERS)
    burst = _burst(told)
    orphans = tables.orphans
    packages = compare(tables)
    match packages.result:
        case Compared.DIFFER:
            scale.speaks_for(packages.says, packages.screens)
        case Compared.EQUAL | Compared.EQUAL_NOW:
            scale.speaks_against(packages.says, packages.screens)
        case Compared.UNSEEN:
            pass
    if burst is None and not orphans:
        return scale.closed(_nobody(tables, scale, packages))
    grade = Likelihood.POSSIBLE
    if burst is not None:
        grade = _by_log(told, scale, burst)
    if orphans:
        grade = min(grade, _by_tables(tables, scale, orphans), key=list(Likelihood).index)
    return scale.closed(_with_packages(scale, grade, packages))


# ── by the log ─────────────────────────────────────────────────────────────────────────


def _burst(told: Told) -> _Burst | None:
    """The largest burst of cuts that falls on a unit's going or coming back."""
    found: list[_Burst] = []
    # For the unit that stays a mate that it cannot hear has departed as well.
    for absence in told.night.absences:
        for returning in (False, True):
            if absence.was_active is True and not returning:
                continue  # Who dies takes its own people's tunnels along; that is no mark.
            window = told.in_return if returning else told.in_departure
            for burst in told.bursts:
                lives = tuple(
                    life
                    for life in burst
                    if life.unit is not absence.unit and window(absence, life.cut_at or 0)
                )
                if lives:
                    found.append(_Burst(lives, absence, returning))
    return max(found, key=lambda b: (len(b.lives), -b.at, not b.returning), default=None)


def _by_log(told: Told, scale: Scale, burst: _Burst) -> Likelihood:
    """How likely it is by the log alone, the packages unknown."""
    count, mate = len(burst.lives), burst.absence.unit.value
    deed = "came back" if burst.returning else "went away"
    if burst.absence.why is Leaving.LINK and not burst.returning:
        deed = "was not heard any more"
    scale.speaks_for(
        f"{count} of the people on the unit that stayed were cut within seconds when the {mate}"
        f" {deed}, and no end of their sessions is written",
        burst.absence,
        burst.lives,
    )
    scale.harmed(burst.lives, burst.at)
    grade = Likelihood.LIKELY
    if not told.informs(burst.at, unit=burst.lives[0].unit):
        scale.speaks_against(
            "no line of level 6 of that unit is there for that minute: silence proves nothing"
        )
        return Likelihood.UNKNOWN
    again = _came_anew(told, scale, burst)
    if count == 1 and not again:
        scale.speaks_against("it is one session, which may have fallen asleep just then")
        grade = Likelihood.POSSIBLE
    if not again and not told.writes(113_019, 716_002, 737_016):
        scale.speaks_against(
            "no end of any session is written in these files: 113019, 716002 and 737016 may be held"
            " back"
        )
    limits = (
        _beside_two_actives(told, scale, burst),
        _beside_a_switchover(told, scale, burst),
        _beside_clean_ends(told, scale, burst),
        _beside_refusals(told, scale),
        _as_usual(told, scale, burst),
        _by_dead_peers(scale, burst, again=again),
    )
    for limit in limits:
        grade = at_most(grade, limit)
    return grade


def _came_anew(told: Told, scale: Scale, burst: _Burst) -> bool:
    """Whether they logged in anew, or met their own old address in use."""
    until = burst.at + RETURN_WAVE_MS
    again = [life for life in burst.lives if life.again is not None and life.again <= until]
    if again:
        seen = _logins_anew(told, again) or again
        scale.speaks_for(f"{len(again)} of them had to log in anew soon after", seen)
    addresses = {life.address for life in burst.lives if life.address is not None}
    taken = [
        event
        for event in told.during(burst.at, until, What.IN_USE_ALREADY)
        if event.fields.get("address") in addresses or not addresses
    ]
    if taken:
        scale.speaks_for("their old addresses were still in use (737024)", taken)
    refused = told.during(burst.at - MINUTE, burst.at + MINUTE, What.WEB_SESSION_REFUSED)
    if refused:
        scale.speaks_for("the joiner refused their web sessions (721017)", refused)
    return bool(again or taken or refused)


def _logins_anew(told: Told, again: Sequence[Life]) -> list[Event]:
    """The lines by which these people are seen to log in anew."""
    wanted = {(life.user, life.again) for life in again}
    return [
        event
        for event in told.of(What.LOGGED_IN)
        if (event.fields.get("user", ""), event.at) in wanted
    ]


def _beside_a_switchover(told: Told, scale: Scale, burst: _Burst) -> Likelihood:
    switchover = told.nearest_switchover(burst.at, _SWITCHOVER_NEAR_MS)
    if switchover is None:
        return Likelihood.CERTAIN
    scale.speaks_against("the roles moved at that moment", switchover)
    return Likelihood.POSSIBLE


def _beside_two_actives(told: Told, scale: Scale, burst: _Burst) -> Likelihood:
    both = [
        bands
        for began, ended, bands in both_served(told.night)
        if began - MINUTE <= burst.at <= ended + MINUTE
    ]
    if not both:
        return Likelihood.CERTAIN
    scale.speaks_against("both units were active then", *(band.places for band in both[0]))
    return Likelihood.POSSIBLE


def _beside_clean_ends(told: Told, scale: Scale, burst: _Burst) -> Likelihood:
    clean = [
        loss
        for loss in told.losses
        if loss.how is Ending.CLEAN and abs(loss.at - burst.at) <= MINUTE
    ]
    if not clean:
        return Likelihood.CERTAIN
    scale.speaks_against("sessions that ended cleanly (113019) at that moment", clean)
    return Likelihood.POSSIBLE if len(clean) < len(burst.lives) else Likelihood.UNLIKELY


def _beside_refusals(told: Told, scale: Scale) -> Likelihood:
    refused = told.of(What.IMAGE_REFUSED)
    if refused:
        scale.speaks_against("clients were refused for want of a package (113035, 722047)", refused)
        return Likelihood.POSSIBLE
    corrupt = [e for e in told.of(What.REPLICATION_TROUBLE) if e.number in _CORRUPT]
    if corrupt:
        scale.speaks_against("messages between the units were not understood", corrupt)
        return Likelihood.POSSIBLE
    return Likelihood.CERTAIN


def _as_usual(told: Told, scale: Scale, burst: _Burst) -> Likelihood:
    """Whether as many are cut at other times, which is then how people go here."""
    inside = {id(life) for life in burst.lives}
    elsewhere = [
        other
        for other in told.bursts
        if 2 * len(other) >= len(burst.lives) and not any(id(life) in inside for life in other)
    ]
    if len(elsewhere) < 2 and not (elsewhere and len(burst.lives) < 3):
        return Likelihood.CERTAIN
    scale.speaks_against("as many are cut at other times of this night", elsewhere[0])
    return Likelihood.POSSIBLE


def _by_dead_peers(scale: Scale, burst: _Burst, *, again: bool) -> Likelihood:
    dead = [life for life in burst.lives if "dpd" in life.reason.casefold()]
    if 2 * len(dead) <= len(burst.lives):
        return Likelihood.CERTAIN
    scale.speaks_against("most were closed because they did not answer (DPD)", dead)
    return Likelihood.LIKELY if again else Likelihood.POSSIBLE


# ── by the tables ──────────────────────────────────────────────────────────────────────


def _by_tables(tables: Tables, scale: Scale, orphans: tuple[Orphan, ...]) -> Likelihood:
    told = tables.told
    marks = sorted({mark for orphan in orphans for mark in orphan.marks})
    scale.speaks_for(
        f"{len(orphans)} rows without a tunnel that nobody vouches for: {'; '.join(marks)}",
        tuple(orphan.screen for orphan in orphans),
    )
    since = [orphan.since for orphan in orphans if orphan.since is not None]
    scale.harmed((orphan.row.user for orphan in orphans), min(since, default=None))
    taken = {str(o.row.address) for o in orphans if o.row.address is not None}
    used = tuple(
        screen
        for screen, unit, pool in tables.last_pools
        if unit is orphans[0].unit and taken & {str(a) for a in pool.in_use}
    )
    if used:
        scale.speaks_for("their addresses are in use still", used)
    reloads = told.absences or told.typed(*RELOADS)
    if not reloads:
        scale.speaks_against("no reload is seen in these records")
        return Likelihood.POSSIBLE
    refused = told.of(What.IMAGE_REFUSED)
    if refused:
        scale.speaks_against("clients were refused for want of a package", refused)
        return Likelihood.POSSIBLE
    if tables.startup_errors and _names_package(tables):
        scale.speaks_against(
            "a unit could not execute a package's line at its boot",
            tuple(screen for screen, _ in tables.startup_errors),
        )
        return Likelihood.POSSIBLE
    return Likelihood.LIKELY


def _names_package(tables: Tables) -> bool:
    return any(
        "anyconnect" in line.casefold() or ".pkg" in line.casefold()
        for _, lines in tables.startup_errors
        for line in lines
    )


# ── the packages ───────────────────────────────────────────────────────────────────────


def _with_packages(scale: Scale, grade: Likelihood, packages: Comparison) -> Likelihood:
    match packages.result:
        case Compared.DIFFER if packages.is_absence:
            scale.speaks_against("one unit merely lacks a package: it refuses newcomers, too")
            return grade
        case Compared.DIFFER:
            return Likelihood.CERTAIN if grade is Likelihood.LIKELY else grade
        case Compared.EQUAL:
            scale.speaks_against("with equal packages nobody is known to be lost then")
            return at_most(grade, Likelihood.UNLIKELY)
        case Compared.EQUAL_NOW | Compared.UNSEEN:
            return grade


def _nobody(tables: Tables, scale: Scale, packages: Comparison) -> Likelihood:
    """What to say where nobody is seen to have been cut or left behind."""
    told = tables.told
    departures = [a for a in told.absences if a.was_active is not True]
    if not told.absences:
        if told.informs_at_all or tables.listings:
            scale.speaks_against("no unit is seen to have left: there is no reload in its past")
            return Likelihood.EXCLUDED if told.informs_at_all else Likelihood.UNLIKELY
        return Likelihood.UNKNOWN
    closed = _closed(told)
    if closed:
        scale.speaks_for(
            f"{len(closed)} sessions were closed (722037) when a unit went away or came back, and"
            " no end of them is written",
            closed,
        )
        scale.speaks_against("lines that would tell what became of them are missing (722023)")
        return Likelihood.UNKNOWN
    dark = [a for a in departures if not told.informs(a.left, unit=a.unit.other, closely=True)]
    last = tables.last_serving
    shown = last is not None and (
        last.screen.at is None
        or (last.screen.at > told.absences[-1].left and told.absences[-1].back is not None)
    )
    if dark and not shown:
        scale.speaks_against(
            "no line of level 6 of the unit that stayed is there for the minute of a reload", dark
        )
        return Likelihood.UNKNOWN
    if dark and last is not None:
        scale.speaks_against("no row was left behind in the table afterwards", last.screen)
    else:
        scale.speaks_against("nobody was cut when a unit went away or came back", departures)
    differs = packages.result is Compared.DIFFER
    return Likelihood.POSSIBLE if differs and _lost_unseen(told) else Likelihood.UNLIKELY


def _closed(told: Told) -> tuple[Event, ...]:
    """Closings at a unit's going or coming, of people of whom nothing is heard after that.

    722037 is of level 4 or 5, and is written where lines of level 6 are not.
    """
    found: dict[str, Event] = {}
    for event in told.of(What.CLOSING):
        at, user = event.at, event.fields.get("user", "")
        if at is None or not any(_at_mate(told, a, at) for a in told.absences):
            continue
        heard = told.during(
            at - SECOND,
            at + 2 * MINUTE,
            *(What.ENDED, What.RESUMED, What.TUNNEL_AGAIN, What.TUNNEL_UP, What.SUSPENDED),
        )
        if user and not any(e.fields.get("user", "") == user for e in heard):
            found.setdefault(user, event)
    return tuple(found.values()) if len(found) > 1 else ()


def _at_mate(told: Told, absence: Absence, at: int) -> bool:
    leaving = absence.was_active is not True and told.in_departure(absence, at)
    return leaving or told.in_return(absence, at)


def _lost_unseen(told: Told) -> bool:
    """Whether the end of somebody's session is not known."""
    return any(life.ending is Ending.UNKNOWN for life in told.night.lives)
