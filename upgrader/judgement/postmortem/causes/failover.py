"""What failover itself says at level 1: two active units, and versions that do not fit."""

from upgrader.judgement.postmortem.causes.weighing import Scale
from upgrader.judgement.postmortem.facts.stretches_served import both_served
from upgrader.judgement.postmortem.facts.tables import Tables
from upgrader.judgement.postmortem.facts.told import MINUTE, SECOND, Told, spoken
from upgrader.model.cause import Cause, CauseName, Likelihood
from upgrader.model.evidence import Screen, What
from upgrader.model.failover import UNHEARD, FailoverState, Role
from upgrader.model.night import Event

_UNPARSED = frozenset({720_036, 720_038, 720_044, 720_068})


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
        if other.state in UNHEARD:
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
