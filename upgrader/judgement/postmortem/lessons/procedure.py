"""Where a night left the procedure, and which invariants it broke; the first is the first.

What was *not* typed is told only where everything typed would be seen: in a transcript or in a
run of ours. A syslog shows what changed something, and of the rest nothing.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from upgrader.dialect.commands import LOGOFF
from upgrader.judgement.postmortem.facts.standing import places
from upgrader.judgement.postmortem.facts.steps import Steps
from upgrader.judgement.postmortem.facts.stretches_served import both_served, nobody_served
from upgrader.judgement.postmortem.facts.tables import Tables
from upgrader.judgement.postmortem.facts.told import (
    RETURN_WAVE_MS,
    SECOND,
    Told,
    spoken,
)
from upgrader.judgement.postmortem.lessons.deviations import DEVIATIONS
from upgrader.model.cause import Breach
from upgrader.model.night import Absence, Leaving, Life, Night, Switchover

_OUTAGE_MS = 30 * SECOND  # A unit that dies is missed after 15 s; a switchover takes 2 s.


def breaches(night: Night) -> tuple[Breach, ...]:
    """Every deviation and broken invariant, in the order of the night."""
    steps = Steps(Tables(Told(night)))
    found = [breach for part in _PARTS for breach in part(steps)]
    unique = {(breach.name, breach.at, breach.says): breach for breach in found}
    order = list(DEVIATIONS)
    return tuple(
        sorted(
            unique.values(),
            key=lambda b: (night.ended + 1 if b.at is None else b.at, order.index(b.name), b.says),
        )
    )


def _breach(name: str, seen: str, at: int | None, *sources: object) -> Breach:
    deviation = DEVIATIONS[name]
    return Breach(
        at,
        name,
        f"{seen}; expected: {deviation.expected}",
        places(*sources),
        deviation.invariant,
    )


# ── before the first act ───────────────────────────────────────────────────────────────


def _before(steps: Steps) -> Iterator[Breach]:
    first = steps.first_act
    if first is None:
        return
    at = first.at
    if steps.saw_typed(first):
        early = steps.until(first)
        if not any(line.startswith("show vpn-sessiondb") for line in early):
            yield _breach("sessions-not-counted", "no session table was looked at", at, first)
        if not any(line.startswith("verify ") for line in early):
            seen = "no file was verified before the first act"
            yield _breach("files-not-verified", seen, at, first)
        if steps.has_people and not any(
            line.startswith("show webvpn anyconnect") or ("verify " in line and ".pkg" in line)
            for line in early
        ):
            yield _breach("packages-not-compared", "no AnyConnect package was looked at", at, first)
    # On the way back the roles move first, for the unit that is to serve runs the old release.
    reload = next((act for act in steps.acts if steps.is_reload(act)), first)
    boot = [e for e in steps.boot_lines if steps.is_before(e, reload)]
    knows = steps.sees_commands and steps.is_known_before(first)
    if knows and not boot and steps.changes_release:
        yield _breach("boot-order-not-set", "no boot system line was typed", at, first)
    if boot and steps.is_reload(first) and not steps.saved_between(boot[-1], first):
        yield _breach(
            "not-saved-before-the-reload",
            f"{spoken(first)!r} followed {spoken(boot[-1])!r} without a save",
            at,
            boot[-1],
            first,
        )


# ── reloads ────────────────────────────────────────────────────────────────────────────


def _reloads(steps: Steps) -> Iterator[Breach]:
    told = steps.told
    for absence in told.absences:
        ordered = absence.why is Leaving.ORDERED
        if ordered and absence.was_active is True and not _standbys(absence):
            yield _breach(
                "reloaded-the-active-unit",
                f"the {absence.unit.value} was reloaded while it served",
                absence.left_at,
                absence,
                absence.order,
            )
        mate = _mate_away(told, absence)
        if mate is not None:
            yield _breach(
                "both-units-away",
                f"the {absence.unit.value} went while the {mate.unit.value} was away",
                absence.left_at,
                absence,
                mate,
            )
        elif ordered:
            yield from _too_soon(told, absence)
        if ordered and steps.failover_off_at(absence.left):
            yield _breach(
                "reloaded-with-failover-off",
                f"the {absence.unit.value} was reloaded with failover off",
                absence.left_at,
                absence,
            )
        if ordered and steps.came_back_old(absence):
            yield _breach(
                "boot-order-without-effect",
                f"the {absence.unit.value} came back on {absence.version_after}",
                absence.back,
                absence,
            )


def _standbys(absence: Absence) -> bool:
    """Whether the line that was typed reloads a standby only, whoever is one."""
    return absence.order is not None and "reload-standby" in spoken(absence.order)


def _mate_away(told: Told, absence: Absence) -> Absence | None:
    for other in told.absences:
        if other.unit is absence.unit or other.left > absence.left or _is_later(other, absence):
            continue
        back = told.night.ended + 1 if other.back is None else other.back
        if other.left <= absence.left < back:
            return other
    return None


def _is_later(one: Absence, other: Absence) -> bool:
    """Whether it was ordered behind the other, where no instant tells: by its line."""
    if one.left != other.left or one.order is None or other.order is None:
        return False
    mine, its = one.order.places[0], other.order.places[0]
    return mine.file == its.file and mine.line > its.line


def _too_soon(told: Told, absence: Absence) -> Iterator[Breach]:
    """A mate that was heard again, and not synced yet."""
    for other in told.absences:
        if other.unit is absence.unit or other.back is None or other.synced is None:
            continue
        if other.back <= absence.left < other.synced - SECOND:
            yield _breach(
                "reloaded-before-the-mate-was-ready",
                f"the {absence.unit.value} was reloaded before the {other.unit.value} was synced",
                absence.left_at,
                absence,
                other,
            )


def _people_coming_back(steps: Steps) -> Iterator[Breach]:
    """People whom the switchover met, and who were seen again only after the last reload.

    No guide has a number of minutes for it: who is not back cannot be counted before the reload
    that costs sessions, if one does (inferred).
    """
    told = steps.told
    for absence in told.absences:
        moved = [s for s in told.switchovers if s.at <= absence.left and s.to is not absence.unit]
        if absence.why is not Leaving.ORDERED or not moved or absence.was_active is True:
            continue
        last = moved[-1]
        firsts = [(life, _first_seen(life, last)) for life in told.parted(last).met]
        back = [life for life, at in firsts if at is not None and at <= absence.left]
        late = [
            (life, at)
            for life, at in firsts
            if at is not None and absence.left < at <= absence.left + RETURN_WAVE_MS
        ]
        if late:
            slowest = max(at for _, at in late) - last.at
            yield _breach(
                "reloaded-while-people-came-back",
                f"the {absence.unit.value} was reloaded {(absence.left - last.at) // SECOND} s"
                f" after the switchover, when {len(back)} of {len(back) + len(late)} people were"
                f" back; the last of them came after {slowest // SECOND} s",
                absence.left_at,
                absence,
                last,
                [life for life, _ in late],
            )


def _first_seen(life: Life, moved: Switchover) -> int | None:
    """When its person was first seen again after a switchover; None: not, or it slept by then."""
    again = (*life.resumed, *(() if life.again is None else (life.again,)))
    if any(at <= moved.at and not any(at < r <= moved.at for r in again) for at in life.suspended):
        return None
    return min((at for at in again if at >= moved.at - SECOND), default=None)


# ── roles ──────────────────────────────────────────────────────────────────────────────


def _roles(steps: Steps) -> Iterator[Breach]:
    told = steps.told
    for switchover in told.switchovers:
        if switchover.command is None:
            continue
        if switchover.ready is False:
            yield _breach(
                "switched-before-ready",
                f"the roles moved to the {switchover.to.value} before it was ready",
                switchover.at,
                switchover,
                switchover.command,
            )
        old = _old_still(steps, switchover)
        if old is not None:
            yield _breach(
                "switched-to-the-old-release",
                f"the roles moved to the {switchover.to.value}, which ran {old.version_after}"
                " still",
                switchover.at,
                switchover,
                old,
            )
    judged = {id(s.command) for s in told.switchovers if s.ready is not None}
    for act in steps.acts:
        seen = steps.mate_unready_at(act)
        if steps.is_switch(act) and seen is not None and id(act) not in judged:
            screen, mate = seen
            yield _breach(
                "switched-before-ready",
                f"{spoken(act)!r} was typed when the {mate.role.value} was last seen"
                f" {mate.state.value}",
                act.at,
                act,
                screen,
            )
    for began, ended, bands in both_served(told.night):
        yield _breach(
            "two-active-units",
            f"both units were active for {(ended - began) // SECOND} s",
            began,
            *(place for band in bands for place in band.places),
        )
    for began, ended in nobody_served(told.night):
        if ended - began >= _OUTAGE_MS:
            yield _breach(
                "nobody-active", f"nobody served for {(ended - began) // SECOND} s", began
            )


def _old_still(steps: Steps, switchover: Switchover) -> Absence | None:
    for absence in reversed(steps.told.absences):
        if absence.unit is switchover.to and absence.left < switchover.at:
            return absence if steps.came_back_old(absence) else None
    return None


# ── lines that were typed ──────────────────────────────────────────────────────────────


def _typed(steps: Steps) -> Iterator[Breach]:
    told = steps.told
    for event in steps.during_the_work(("delete ", "erase ")):
        if not steps.is_for_the_mate(event):
            yield _breach("deleted-on-both", f"{spoken(event)!r} was typed", event.at, event)
    for event in steps.during_the_work(("write standby",)):
        yield _breach("wrote-to-the-standby", f"{spoken(event)!r} was typed", event.at, event)
    for event in told.typed(LOGOFF):
        if not spoken(event).startswith(f"{LOGOFF} index"):
            yield _breach("logged-off-by-name", f"{spoken(event)!r} was typed", event.at, event)
    for event in steps.configuring:
        unit = steps.standby_that_typed(event)
        if unit is not None:
            yield _breach(
                "configured-the-standby",
                f"{spoken(event)!r} was typed on the {unit.value}, a standby",
                event.at,
                event,
            )
        elif steps.in_mixed_releases(event):
            yield _breach(
                "configured-in-mixed-releases",
                f"{spoken(event)!r} was typed while the releases differed",
                event.at,
                event,
            )
    for event in steps.saves:
        if event.at is not None and steps.failover_off_at(event.at):
            yield _breach("saved-with-failover-off", "it was saved", event.at, event)


# ── looks between the steps, and the end ───────────────────────────────────────────────


def _looks(steps: Steps) -> Iterator[Breach]:
    if not steps.sees_everything:
        return
    acts = steps.acts
    for one, other in pairwise(acts):
        if steps.looked_between(one, other):
            continue
        if steps.is_reload(one) and steps.is_switch(other):
            yield _breach("no-look-before-the-switchover", "nobody looked", other.at, one, other)
        elif steps.is_switch(one) and steps.is_reload(other):
            yield _breach("no-look-before-the-last-reload", "nobody looked", other.at, one, other)


def _end(steps: Steps) -> Iterator[Breach]:
    told = steps.told
    for absence in told.absences:
        # Records whose last line orders it end before it could be back.
        ends_with_it = (
            not absence.is_left_known
            and absence.order is not None
            and absence.order is told.night.events[-1]
        )
        if absence.back is None and absence is told.absences[-1] and not ends_with_it:
            yield _breach(
                "a-unit-stayed-away",
                f"the {absence.unit.value} is not seen to have come back",
                None,
                absence,
            )
    apart = steps.releases_at_the_end()
    if apart is not None:
        yield _breach("two-releases-at-the-end", apart[0], None, apart[1])
    last = steps.last_act
    if last is None or not steps.sees_commands or not steps.changes_release:
        return
    if steps.boot_lines and not any(steps.is_before(last, save) for save in steps.saves):
        yield _breach("not-saved-at-the-end", "nothing was saved after the last act", None, last)


_PARTS: tuple[Callable[[Steps], Iterable[Breach]], ...] = (
    *(_before, _reloads, _people_coming_back, _roles, _typed, _looks, _end),
)
