"""A unit that went by itself: a crash, or a pulled plug, which looks the same from its mate.

Nobody had ordered it. That is believed only where an order would be seen: the records reach below
level 4, or are a terminal's, and have no hole right before. A crash file settles it if it is of
that night; an old one may lie there for years.
"""

from collections.abc import Sequence
from datetime import UTC
from enum import Enum

from upgrader.judgement.postmortem.causes.weighing import Scale
from upgrader.judgement.postmortem.facts.steps import RELOADS
from upgrader.judgement.postmortem.facts.tables import Tables
from upgrader.judgement.postmortem.facts.told import MINUTE, SECOND, Told
from upgrader.model.cause import Cause, CauseName, Likelihood
from upgrader.model.evidence import CrashSeen, Screen, What
from upgrader.model.night import Absence, Event, Leaving, Switchover

_ORDER_MS = 3 * MINUTE  # An order is carried out, and missed by the mate, within this; our guess.
_FOLLOWS_MS = 90 * SECOND  # Hold times run to 45 s, and two clocks may differ; our guess.
_A_DAY_MS = 24 * 60 * MINUTE
_NO_CRASH = ("no crash", "no stored", "not found", "does not exist", "no such")


class _Dated(Enum):
    """Of when a saved crash is."""

    TONIGHT = "tonight"
    BEFORE = "another day"
    UNKNOWN = "not told"


def crash(tables: Tables) -> Cause:
    """Judge cause 7."""
    told = tables.told
    scale = Scale(CauseName.CRASH)
    crashed = told.of(What.CRASHED)
    lone = [a for a in told.absences if a.why in (Leaving.CRASH, Leaving.UNANNOUNCED)]
    alone = [a for a in lone if not _ordered(told, a)]
    # Where no order would be seen, that a standby went without one says nothing; and where the
    # records have a hole it says nothing of anybody, for the roles may have moved in it as well.
    shows = _shows_orders(told)
    unordered = [
        a
        for a in alone
        if a.why is Leaving.CRASH or ((shows or a.was_active) and not _in_a_hole(told, a))
    ]
    unheard = [s for s in told.switchovers if "hello not heard" in s.reason.casefold()]
    saved = _crashinfo(told)
    dumps = [*saved[_Dated.TONIGHT], *saved[_Dated.UNKNOWN]]
    if crashed:
        scale.speaks_for("the device wrote of a crash", crashed)
        scale.harmed((), crashed[0].at)
    if dumps:
        scale.speaks_for("show crashinfo has something to show", dumps)
    if saved[_Dated.BEFORE]:
        scale.speaks_against("show crashinfo shows a crash of another day", saved[_Dated.BEFORE])
    for absence in unordered:
        served = "the active" if absence.was_active else "a"
        scale.speaks_for(f"{served} unit went, and nobody is seen to have ordered it", absence)
        scale.harmed((), absence.left)
    taken = [s for s in unheard if not s.gave_way and not _is_link(told, s)]
    if taken:
        scale.speaks_for("its mate took over, for it heard it no more", taken)
        scale.harmed((), taken[0].at)
    if not (crashed or unordered or dumps):
        return scale.closed(_none_seen(told, scale, alone, shows_orders=shows))
    if saved[_Dated.TONIGHT] and (unordered or taken):
        return scale.closed(Likelihood.CERTAIN)
    if crashed or any(a.why is Leaving.CRASH for a in unordered):
        return scale.closed(Likelihood.LIKELY)
    rebooted = [e for a in unordered for e in _booted_after(told, a)]
    if rebooted:
        scale.speaks_for("it booted, so that it had truly gone", rebooted)
    if taken or any(_was_followed(told, a) for a in unordered):
        return scale.closed(Likelihood.LIKELY)
    # One line is enough to make it an ordered one, and lines are lost.
    why = "it did not serve"
    if any(a.was_active for a in unordered):
        # Who served is concluded then from lines before it, and the roles may have moved unseen.
        why = "its mate is not seen to have taken over when it went"
    scale.speaks_against(
        f"{why}: a pulled plug, a link, or a reload whose order is missing from the records looks"
        " the same"
    )
    return scale.closed(Likelihood.POSSIBLE)


def _was_followed(told: Told, absence: Absence) -> bool:
    """Whether it served, and its mate took over as it went: the mark that an active unit leaves."""
    return bool(absence.was_active) and any(
        move.to is absence.unit.other
        and absence.left - _FOLLOWS_MS <= move.at <= absence.left + _FOLLOWS_MS
        for move in told.switchovers
    )


def _none_seen(
    told: Told, scale: Scale, alone: Sequence[Absence], *, shows_orders: bool
) -> Likelihood:
    """What to say where no mark of a crash is seen; `alone`: who went, and no order is seen."""
    if alone:
        why = "these records show no typed line: an order of level 5 (111008) would not be seen"
        if shows_orders:
            why = "the records have a hole before a unit went: an order may have been in it"
        scale.speaks_against(why, alone)
        return Likelihood.UNKNOWN
    ordered = [a for a in told.absences if a.why is Leaving.ORDERED]
    if ordered:
        scale.speaks_against("each unit that went was ordered to", ordered)
    return Likelihood.UNLIKELY if told.has_log or told.absences else Likelihood.UNKNOWN


def _ordered(told: Told, absence: Absence) -> bool:
    """Whether a reload was typed, or shown to begin, shortly before; or it did not truly go."""
    typed = told.typed(*RELOADS)
    near = [
        e
        for e in (*typed, *told.of(What.SHUTTING_DOWN, What.RELOADED_BY))
        if e.at is not None and absence.left - _ORDER_MS <= e.at <= absence.left + 30 * SECOND
    ]
    if absence.order is not None or near:
        return True
    backs = [a.back for a in told.absences if a.unit is absence.unit and a.back is not None]
    if any(0 <= absence.left - back <= 15 * SECOND for back in backs):
        return True  # A unit that had just come back had not yet joined: it was turned away.
    # A unit that turned failover off, or was refused for its release, lives on: only unheard.
    unfit = (What.VERSIONS_INCOMPATIBLE, What.FAILOVER_OFF)
    return bool(told.during(absence.left - 2 * MINUTE, absence.left + 30 * SECOND, *unfit))


def _shows_orders(told: Told) -> bool:
    """Whether an order to reload would be seen: the files reach below level 4, or a terminal's."""
    terminal = any(e.number is None for e in told.of(What.COMMAND))
    return terminal or told.informs_at_all or told.writes(111_008, 111_009, 111_010)


def _in_a_hole(told: Told, absence: Absence) -> bool:
    """Whether a silence lies before its going, in which it may have been ordered and relieved."""
    return any(
        silence.began <= absence.left and absence.left - _ORDER_MS <= silence.ended
        for silence in told.night.silences
    )


def _booted_after(told: Told, absence: Absence) -> tuple[Event, ...]:
    end = told.night.ended if absence.back is None else absence.back + 5 * MINUTE
    return told.during(absence.left, end, What.STARTUP_END, What.STARTUP_BEGIN, What.PEER_UP)


def _is_link(told: Told, switchover: Switchover) -> bool:
    return any(a.why is Leaving.LINK and a.left <= switchover.at for a in told.night.absences)


def _crashinfo(told: Told) -> dict[_Dated, list[Screen]]:
    """`show crashinfo` with something in it, by whether it is of this night: old files mislead."""
    found: dict[_Dated, list[Screen]] = {of: [] for of in _Dated}
    for screen in told.night.screens:
        value = screen.value
        if isinstance(value, CrashSeen):
            if value.saved:
                found[_dated(told, value)].append(screen)
        elif (
            screen.command.startswith("show crashinfo")
            and screen.text.strip()
            and not any(word in screen.text.casefold() for word in _NO_CRASH)
        ):
            found[_Dated.UNKNOWN].append(screen)
    return found


def _dated(told: Told, crash: CrashSeen) -> _Dated:
    if crash.at is None or not told.night.has_date:
        return _Dated.UNKNOWN
    # The digits of a unit's clock; that of the night may print another zone.
    at = crash.at.at.replace(tzinfo=UTC).timestamp() * 1_000
    near = told.night.began - _A_DAY_MS <= at <= told.night.ended + _A_DAY_MS
    return _Dated.TONIGHT if near else _Dated.BEFORE
