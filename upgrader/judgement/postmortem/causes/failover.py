"""What failover itself says at level 1: crashes, two actives, a switchover too early, versions."""

from upgrader.judgement.postmortem.causes.weighing import Scale, at_most
from upgrader.judgement.postmortem.facts.stretches_served import both_served
from upgrader.judgement.postmortem.facts.tables import Tables
from upgrader.judgement.postmortem.facts.told import MINUTE, SECOND, Told, spoken
from upgrader.model.cause import Cause, CauseName, Likelihood
from upgrader.model.evidence import Screen, What
from upgrader.model.failover import FailoverState, Role
from upgrader.model.night import Absence, Event, Leaving, Switchover

_UNPARSED = frozenset({720_036, 720_038, 720_044, 720_068})
_NOT_READY = frozenset(
    {
        *(FailoverState.NEGOTIATION, FailoverState.COLD_STANDBY, FailoverState.SYNC_CONFIG),
        *(FailoverState.SYNC_FILE_SYSTEM, FailoverState.BULK_SYNC, FailoverState.APP_SYNC),
    }
)
_TOLD_NOT_READY = frozenset(state.value for state in _NOT_READY)


# ── 7: a crash ─────────────────────────────────────────────────────────────────────────


def crash(tables: Tables) -> Cause:
    """Judge cause 7."""
    told = tables.told
    scale = Scale(CauseName.CRASH)
    crashed = told.of(What.CRASHED)
    lone = [a for a in told.absences if a.why in (Leaving.CRASH, Leaving.UNANNOUNCED)]
    alone = [a for a in lone if not _ordered(told, a)]
    # Where no order would be seen, that a standby went without one says nothing.
    shows = _shows_orders(told)
    unordered = [a for a in alone if shows or a.was_active or a.why is Leaving.CRASH]
    unheard = [s for s in told.switchovers if "hello not heard" in s.reason.casefold()]
    dumps = _crashinfo(tables)
    if crashed:
        scale.speaks_for("the device wrote of a crash", crashed)
        scale.harmed((), crashed[0].at)
    if dumps:
        scale.speaks_for("show crashinfo has something to show", dumps)
    for absence in unordered:
        served = "the active" if absence.was_active else "a"
        scale.speaks_for(f"{served} unit went, and nobody is seen to have ordered it", absence)
        scale.harmed((), absence.left)
    taken = [s for s in unheard if not s.gave_way and not _is_link(told, s)]
    if taken:
        scale.speaks_for("its mate took over, for it heard it no more", taken)
        scale.harmed((), taken[0].at)
    ordered = [a for a in told.absences if a.why is Leaving.ORDERED]
    if not (crashed or unordered or dumps):
        if alone:
            scale.speaks_against(
                "these records show no typed line: an order of level 5 (111008) would not be seen"
            )
            return scale.closed(Likelihood.UNKNOWN)
        if ordered:
            scale.speaks_against("each unit that went was ordered to", ordered)
        known = told.has_log or told.absences
        return scale.closed(Likelihood.UNLIKELY if known else Likelihood.UNKNOWN)
    tonight = [s for s in dumps if unordered or crashed]
    if tonight and (unordered or taken):
        return scale.closed(Likelihood.CERTAIN)
    if crashed or any(a.why is Leaving.CRASH for a in unordered):
        return scale.closed(Likelihood.LIKELY)
    rebooted = [e for a in unordered for e in _booted_after(told, a)]
    if rebooted:
        scale.speaks_for("it booted, so that it had truly gone", rebooted)
    served_alone = bool(taken) or any(a.was_active for a in unordered)
    if not served_alone:
        # One line is enough to make it an ordered one, and lines are lost.
        scale.speaks_against(
            "it did not serve: a pulled plug, a link, or a reload whose order is missing from the"
            " records looks the same"
        )
    return scale.closed(Likelihood.LIKELY if served_alone else Likelihood.POSSIBLE)


def _ordered(told: Told, absence: Absence) -> bool:
    """Whether a reload was typed, or shown to begin, shortly before; or it did not truly go."""
    typed = told.typed("reload", "failover reload-standby")
    near = [
        e
        for e in (*typed, *told.of(What.SHUTTING_DOWN, What.RELOADED_BY))
        if e.at is not None and absence.left - 3 * MINUTE <= e.at <= absence.left + 30 * SECOND
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


def _booted_after(told: Told, absence: Absence) -> tuple[Event, ...]:
    end = told.night.ended if absence.back is None else absence.back + 5 * MINUTE
    return told.during(absence.left, end, What.STARTUP_END, What.STARTUP_BEGIN, What.PEER_UP)


def _is_link(told: Told, switchover: Switchover) -> bool:
    return any(a.why is Leaving.LINK and a.left <= switchover.at for a in told.night.absences)


def _crashinfo(tables: Tables) -> tuple[Screen, ...]:
    """`show crashinfo` with something in it; what it says of its time is for a person."""
    return tuple(
        screen
        for screen in tables.told.night.screens
        if screen.command.startswith("show crashinfo")
        and screen.text.strip()
        and not any(
            word in screen.text.casefold()
            for word in ("no crash", "no stored", "not found", "does not exist", "no such")
        )
    )


# ── 8: two actives ─────────────────────────────────────────────────────────────────────


def split_brain(tables: Tables) -> Cause:
    """Judge cause 8."""
    told = tables.told
    scale = Scale(CauseName.SPLIT_BRAIN)
    both = both_served(told.night)
    links = told.of(What.LINK_DOWN)
    collided = told.of(What.ADDRESS_COLLISION)
    shown = _both_on_screen(tables)
    for began, ended, bands in both:
        scale.speaks_for(
            f"both units were active for {(ended - began) // SECOND} s",
            *(band.places for band in bands),
        )
        scale.harmed((), began)
    if links:
        scale.speaks_for("the failover link was lost", links)
    if collided:
        scale.speaks_for("another box answered for the same address (405001, 405003)", collided)
    if shown:
        scale.speaks_for("each unit calls itself Active and its peer Failed", shown)
    synced = [
        event
        for began, ended, _ in both
        for event in told.during(began, ended - SECOND, What.BULK_STARTED)
    ]
    if synced:
        scale.speaks_against("a bulk sync began meanwhile: they heard each other", synced)
        return scale.closed(Likelihood.POSSIBLE if links or collided else Likelihood.UNLIKELY)
    if shown and (both or links or not told.has_log):
        return scale.closed(Likelihood.CERTAIN)
    if both:
        return scale.closed(Likelihood.LIKELY)
    if shown or (links and collided):
        return scale.closed(Likelihood.LIKELY)
    if links or collided:
        return scale.closed(Likelihood.POSSIBLE)
    known = told.switchovers or told.has_log
    return scale.closed(Likelihood.UNLIKELY if known else Likelihood.UNKNOWN)


def _both_on_screen(tables: Tables) -> tuple[Screen, ...]:
    """Screens of both units that say `This host … Active`, `Other host … Failed`, near in time."""
    seen: dict[Role, list[Screen]] = {}
    for screen, failover in tables.failovers:
        this, other = failover.this_host, failover.other_host
        if this is None or other is None or this.state is not FailoverState.ACTIVE:
            continue
        if other.state in (FailoverState.FAILED, FailoverState.NOT_DETECTED):
            seen.setdefault(this.role, []).append(screen)
    for one in seen.get(Role.PRIMARY, []):
        for other_screen in seen.get(Role.SECONDARY, []):
            if one.at is None or other_screen.at is None:
                return (one, other_screen)
            if abs(one.at - other_screen.at) <= 3 * MINUTE and not _moved_between(
                tables.told, one.at, other_screen.at
            ):
                return (one, other_screen)
    return ()


def _moved_between(told: Told, one: int, other: int) -> bool:
    """Whether the roles moved between two instants: each may have been the active unit in turn."""
    first, last = sorted((one, other))
    return any(first <= move.at <= last for move in told.switchovers)


# ── 9: too early ───────────────────────────────────────────────────────────────────────


def premature_switchover(tables: Tables) -> Cause:
    """Judge cause 9."""
    told = tables.told
    scale = Scale(CauseName.PREMATURE_SWITCHOVER)
    early = [s for s in told.switchovers if s.command is not None and _was_early(told, s)]
    shown = _early_on_screen(tables, scale)
    if not early and not shown:
        ready = [s for s in told.switchovers if s.ready]
        if ready:
            scale.speaks_against("the standby was ready when the roles moved", ready)
        if told.switchovers and all(s.ready is not None or _joined(told, s) for s in ready):
            return scale.closed(Likelihood.UNLIKELY)
        return scale.closed(Likelihood.UNKNOWN if told.switchovers else Likelihood.UNLIKELY)
    grade = Likelihood.POSSIBLE
    unheard = [s for s in early if not _would_tell_sync(told, s)]
    for switchover in early:
        parted = told.parted(switchover)
        scale.speaks_for(
            "the roles were moved by command before the standby was ready",
            switchover,
            switchover.command,
        )
        if parted.gone:
            scale.speaks_for(
                f"{len(parted.gone)} had to log in anew, {len(parted.resumed)} resumed",
                parted.gone,
            )
            scale.harmed(parted.gone, switchover.at)
            grade = Likelihood.LIKELY
        elif parted.met and told.informs(switchover.at):
            scale.speaks_against("nobody is seen to have lost a session by it", switchover)
    if early and len(unheard) == len(early):
        scale.speaks_against(
            "no line is there from the midst of the join: that its end is missing proves nothing"
        )
        grade = at_most(grade, Likelihood.POSSIBLE)
    if shown and (grade is Likelihood.LIKELY or not told.has_log):
        grade = Likelihood.CERTAIN
    off = told.of(What.REPLICATION_OFF)
    unlike = told.of(What.VERSIONS_INCOMPATIBLE)
    if off or unlike:
        scale.speaks_against("state could not have been replicated at all", off, unlike)
        grade = at_most(grade, Likelihood.POSSIBLE)
    return scale.closed(grade)


def _would_tell_sync(told: Told, switchover: Switchover) -> bool:
    """Whether the bulk sync of the unit that took over would be in the log, or part of it is."""
    steps = (What.SYNC_SENDING, What.SYNC_SENT, What.BULK_STARTED, What.BULK_ENDED)
    seen = told.during(switchover.at - 10 * MINUTE, switchover.at, *steps)
    if seen:
        return seen[-1].what in (What.SYNC_SENDING, What.BULK_STARTED)
    joined = [a for a in told.absences if a.unit is switchover.to and a.left < switchover.at]
    back = joined[-1].back if joined else None
    at = switchover.at if back is None else back
    return told.informs(at, closely=True) and told.informs(switchover.at, closely=True)


def _was_early(told: Told, switchover: Switchover) -> bool:
    if switchover.ready is not None:
        return not switchover.ready
    return _joined(told, switchover)


def _joined(told: Told, switchover: Switchover) -> bool:
    """Whether a join of the unit that took over was going on, its bulk sync not completed."""
    for absence in told.absences:
        if absence.unit is not switchover.to or absence.left >= switchover.at:
            continue
        if absence.back is None or absence.back > switchover.at:
            return absence.back is not None
        if absence.synced is not None and absence.synced > switchover.at:
            return True
    return False


def _early_on_screen(tables: Tables, scale: Scale) -> bool:
    """What a history, or the last `show failover` before the command, shows."""
    for screen, rows in tables.histories:
        for row in rows:
            if row.before in _NOT_READY and row.after in (
                FailoverState.JUST_ACTIVE,
                FailoverState.ACTIVE,
            ):
                by_command = "config command" in row.reason or "wants me" in row.reason
                if by_command and row.before is not FailoverState.NEGOTIATION:
                    scale.speaks_for(
                        f"the history goes from {row.before.value} to {row.after.value}", screen
                    )
                    return True
    for event in tables.told.typed("no failover active", "failover active"):
        seen = _state_before(tables, event)
        if seen is not None and seen[1] in _TOLD_NOT_READY:
            scale.speaks_for(f"the standby was {seen[1]} when {spoken(event)!r} was typed", seen[0])
            scale.harmed((), event.at)
            return True
    return False


def _state_before(tables: Tables, event: Event) -> tuple[Screen, str] | None:
    """The standby's state on the last `show failover` before the line, as that screen has it."""
    last: tuple[Screen, str] | None = None
    for screen, failover in tables.failovers:
        if not _is_before(screen, event):
            continue
        hosts = [h for h in (failover.this_host, failover.other_host) if h is not None]
        mates = [h for h in hosts if h.state is not FailoverState.ACTIVE]
        if mates:
            last = (screen, mates[0].state.value)
    return last


def _is_before(screen: Screen, event: Event) -> bool:
    if screen.at is not None and event.at is not None:
        return screen.at <= event.at
    return any(
        place.file == screen.place.file and screen.place.line < place.line for place in event.places
    )


# ── 10: versions that do not fit ───────────────────────────────────────────────────────


def incompatible_versions(tables: Tables) -> Cause:
    """Judge cause 10."""
    told = tables.told
    scale = Scale(CauseName.INCOMPATIBLE_VERSIONS)
    refused = told.of(What.VERSIONS_INCOMPATIBLE)
    disabled = tuple(e for e in told.of(What.FAILOVER_OFF) if not _typed_off(told, e))
    garbled = [e for e in told.of(What.REPLICATION_TROUBLE) if e.number in _UNPARSED]
    differ = told.of(What.VERSIONS_DIFFER)
    shown = tuple(s for s, f in tables.failovers if _is_disabled(tables, enabled=f.enabled))
    if refused:
        scale.speaks_for("the units say that their releases are not compatible", refused)
        scale.harmed((), refused[0].at)
    if disabled:
        scale.speaks_for("a unit disabled failover by itself", disabled)
    if shown:
        scale.speaks_for("show failover says Off", shown)
    if garbled:
        scale.speaks_for("messages between the units were not understood", garbled)
        scale.harmed((), garbled[0].at)
    if refused:
        return scale.closed(Likelihood.CERTAIN if shown else Likelihood.LIKELY)
    lost = [parted.gone for _, parted in told.partings if parted.gone]
    if garbled and differ:
        scale.speaks_for("different releases run on the two units", differ)
        return scale.closed(Likelihood.LIKELY if lost else Likelihood.POSSIBLE)
    if shown and _apart(tables, scale):
        return scale.closed(Likelihood.LIKELY if not told.has_log else Likelihood.POSSIBLE)
    if disabled or garbled or shown:
        return scale.closed(Likelihood.POSSIBLE)
    known = told.has_log or tables.failovers
    return scale.closed(Likelihood.UNLIKELY if known else Likelihood.UNKNOWN)


def _typed_off(told: Told, event: Event) -> bool:
    """Whether somebody had turned failover off just then."""
    at = event.at
    return any(
        spoken(e) == "no failover" and (at is None or e.at is None or abs(e.at - at) <= MINUTE)
        for e in told.typed("no failover")
    )


def _is_disabled(tables: Tables, *, enabled: bool) -> bool:
    if enabled:
        return False
    return not any(spoken(e) == "no failover" for e in tables.told.typed("no failover"))


def _apart(tables: Tables, scale: Scale) -> bool:
    """Whether the units ran different releases."""
    by_unit = {screen.unit: report.running for screen, report in tables.versions}
    versions = {str(version) for version in by_unit.values()}
    if len(versions) > 1:
        scale.speaks_for(
            f"the units run {' and '.join(sorted(versions))}",
            tuple(screen for screen, _ in tables.versions),
        )
        return True
    return any(f.ours and f.mate and f.ours != f.mate for _, f in tables.failovers)
