"""Nothing was replicated: no failover key, a state link that was down, HTTP left out.

All three are felt at the switchover, and at once. Without a key the VPN's state alone is missing;
without a state link everything is; without HTTP replication only connections of that kind are.
"""

from itertools import pairwise

from upgrader.judgement.postmortem.causes.weighing import Scale, at_most
from upgrader.judgement.postmortem.facts.stretches_served import both_served
from upgrader.judgement.postmortem.facts.tables import Tables
from upgrader.judgement.postmortem.facts.told import MINUTE, SECOND, Parted, Told
from upgrader.model.cause import Cause, CauseName, Likelihood
from upgrader.model.evidence import Screen, What
from upgrader.model.failover import Failover
from upgrader.model.night import Event, Switchover

_UNSENT = frozenset({720_043, 210_001, 210_002, 210_003, 210_005, 210_006, 210_007, 210_008})
_SHARE_GONE = 0.2  # Fewer connections than this share of before is "near 0"; our guess.
_WEB_PORTS = frozenset({"80", "http", "www", "8080"})


def no_failover_key(tables: Tables) -> Cause:
    """Judge cause 2."""
    told = tables.told
    scale = Scale(CauseName.NO_FAILOVER_KEY)
    off = told.of(What.REPLICATION_OFF)
    unkeyed = _unkeyed(tables)
    if off:
        scale.speaks_for("VPN failover is disabled for want of a failover key", off)
    if unkeyed:
        scale.speaks_for("the configuration has no failover key", unkeyed)
    swept = _swept(told, scale)
    emptied = _emptied(tables, scale)
    copied = _replicated(told)
    if copied:
        scale.speaks_against("VPN state was replicated to the standby", copied)
    keyed = tuple(s for s, c in tables.configurations if c.failover.enabled and c.failover.keyed)
    if keyed:
        scale.speaks_against("the configuration has a failover key", keyed)
        return scale.closed(Likelihood.EXCLUDED)
    marks = bool(off or unkeyed)
    link = _link_trouble(told)
    if link:
        scale.speaks_against("the state link was in trouble", link)
    if copied:
        return scale.closed(Likelihood.UNLIKELY if marks and not unkeyed else Likelihood.EXCLUDED)
    if swept or emptied:
        if unkeyed:
            return scale.closed(Likelihood.CERTAIN)
        if off:
            return scale.closed(Likelihood.LIKELY)
        if swept and not link and _joined_unsynced(told, scale):
            return scale.closed(Likelihood.LIKELY)
        return scale.closed(Likelihood.POSSIBLE if swept and not link else Likelihood.UNLIKELY)
    if marks:
        return scale.closed(Likelihood.POSSIBLE)
    return scale.closed(_absent(told))


def state_link_down(tables: Tables) -> Cause:
    """Judge cause 4."""
    told = tables.told
    scale = Scale(CauseName.STATE_LINK_DOWN)
    link = _link_trouble(told)
    screens = _link_down_on_screen(tables)
    if link:
        scale.speaks_for("the state link was down, or what was sent over it did not arrive", link)
    if screens:
        scale.speaks_for("show failover prints the state link as not up", screens)
    swept = _swept(told, scale)
    gone = _connections_gone(tables, scale)
    emptied = _emptied(tables, scale)
    resumed = _resumed(told)
    if resumed and not swept:
        scale.speaks_against("people resumed their sessions after the switchover", resumed)
    synced = _synced_after(told, link)
    if synced:
        scale.speaks_against("a bulk sync was completed after that", synced)
    off = told.of(What.REPLICATION_OFF)
    if off:
        scale.speaks_against("VPN failover is disabled for want of a key", off)
    unfit = told.of(What.VERSIONS_INCOMPATIBLE)
    if unfit:
        scale.speaks_against("the units refused one another for their releases", unfit)
    if not (link or screens):
        return scale.closed(_absent(told))
    grade = Likelihood.POSSIBLE
    if swept or gone or emptied:
        grade = Likelihood.CERTAIN if screens else Likelihood.LIKELY
    if synced or (resumed and not swept):
        grade = at_most(grade, Likelihood.UNLIKELY)
    both = both_served(told.night)
    if both:
        scale.speaks_against(
            "both units were active meanwhile",
            *(band.places for _, _, pair in both for band in pair),
        )
    if off or unfit or both:
        grade = at_most(grade, Likelihood.POSSIBLE)
    return scale.closed(grade)


def no_http_replication(tables: Tables) -> Cause:
    """Judge cause 15."""
    told = tables.told
    scale = Scale(CauseName.NO_HTTP_REPLICATION)
    off = tuple(s for s, f in tables.failovers if not f.replicates_http) + tuple(
        s for s, c in tables.configurations if c.failover.enabled and not c.failover.replicates_http
    )
    on = tuple(s for s, f in tables.failovers if f.replicates_http)
    if on:
        scale.speaks_against("HTTP replication is on", on)
        return scale.closed(Likelihood.EXCLUDED)
    if off:
        scale.speaks_for("HTTP connections are not replicated", off)
    web, other = _cut_connections(told)
    if web:
        scale.speaks_for("packets of HTTP connections that nobody knew after the switchover", web)
        scale.harmed((), web[0].at)
    if other:
        scale.speaks_against("connections of other kinds were cut, too", other)
    fewer = _fewer_connections(tables, scale)
    whole = not any(parted.gone for _, parted in told.partings)
    if not whole:
        lost = [parted.gone for _, parted in told.partings]
        scale.speaks_against("VPN sessions were lost as well", lost)
    if not told.switchovers:
        return scale.closed(Likelihood.UNLIKELY if told.has_log else Likelihood.UNKNOWN)
    if (web or fewer) and whole and not other:
        grade = Likelihood.CERTAIN if off else Likelihood.LIKELY
        return scale.closed(grade if web or off else Likelihood.POSSIBLE)
    if off or web:
        return scale.closed(Likelihood.POSSIBLE if whole else Likelihood.UNLIKELY)
    return scale.closed(Likelihood.UNKNOWN)


# ── what the log shows ─────────────────────────────────────────────────────────────────


def _swept(told: Told, scale: Scale) -> tuple[Switchover, Parted] | None:
    """A switchover at which everybody lost a session, and nobody resumed."""
    for switchover, parted in told.partings:
        known = len(parted.gone) + len(parted.resumed)
        # One person is not everybody, unless nobody else was there.
        if known < 2 <= len(told.night.lives):
            continue
        if parted.all_lost and 2 * known >= min(len(parted.met), 4):
            count = len(parted.gone)
            scale.speaks_for(
                f"all {count} of whom anything is known had to log in anew after the switchover,"
                " and none resumed",
                switchover,
                parted.gone,
            )
            scale.harmed(parted.gone, switchover.at)
            return switchover, parted
    return None


def _resumed(told: Told) -> tuple[object, ...]:
    return tuple(life for _, parted in told.partings for life in parted.resumed)


def _replicated(told: Told) -> tuple[Event, ...]:
    """Proof that VPN state reached the standby before the roles moved."""
    until = told.switchovers[0].at if told.switchovers else told.night.ended
    return told.during(
        told.night.began,
        until - SECOND,
        *(What.BULK_ENDED, What.BULK_RECEIVED, What.WEB_SESSION_COPIED, What.COPIED_TO_STANDBY),
    )


def _joined_unsynced(told: Told, scale: Scale) -> bool:
    """Whether a unit joined where the log would show its bulk sync, and shows none."""
    until = told.switchovers[0].at if told.switchovers else told.night.ended
    joined = [a for a in told.absences if a.back is not None and a.back < until]
    silent = [
        a for a in joined if a.synced is None and a.back and told.informs(a.back, unit=a.unit.other)
    ]
    if not silent or told.of(What.BULK_STARTED):
        return False
    scale.speaks_for("a unit joined, and no bulk sync of VPN state is written", silent)
    return True


def _link_trouble(told: Told) -> tuple[Event, ...]:
    """The state link's own lines, and updates that did not arrive while the mate was there."""
    down = told.of(What.DATA_DOWN)
    unsent = tuple(
        event
        for event in told.of(What.REPLICATION_TROUBLE, What.STANDBY_UNREACHED)
        if (event.what is What.STANDBY_UNREACHED or event.number in _UNSENT)
        and event.at is not None
        and told.mate_away(event.at, slack=MINUTE) is None
    )
    # A mate that reboots takes the data channel along: that is no mark of a link.
    lone = tuple(
        event
        for event in down
        if event.at is None or told.mate_away(event.at, slack=MINUTE) is None
    )
    restored = [e.at for e in told.of(What.DATA_UP) if e.at is not None]
    until = told.switchovers[0].at if told.switchovers else told.night.ended
    open_at_the_switchover = tuple(
        event
        for event in lone
        if event.at is None or not any(event.at < up < until for up in restored)
    )
    return (*open_at_the_switchover, *unsent)


def _synced_after(told: Told, link: tuple[Event, ...]) -> tuple[Event, ...]:
    began = next((e.at for e in link if e.at is not None), None)
    until = told.switchovers[0].at if told.switchovers else told.night.ended
    return () if began is None else told.during(began, until - SECOND, What.BULK_ENDED)


def _cut_connections(told: Told) -> tuple[tuple[Event, ...], tuple[Event, ...]]:
    """Packets of connections that nobody knew, soon after a switchover: HTTP, and others.

    A busy firewall writes of such packets all day, so that as many before it are no mark.
    """
    web: list[Event] = []
    other: list[Event] = []
    for switchover in told.switchovers:
        at = switchover.at
        after = told.during(at - SECOND, at + MINUTE, What.NO_CONNECTION)
        before = told.during(at - MINUTE, at - 2 * SECOND, What.NO_CONNECTION)
        for found, wanted in ((web, True), (other, False)):
            burst = [e for e in after if _is_web(e) is wanted]
            usual = [e for e in before if _is_web(e) is wanted]
            if len(burst) > 2 * len(usual):
                found.extend(burst)
    return tuple(web), tuple(other)


def _is_web(event: Event) -> bool:
    return bool({event.fields.get("port"), event.fields.get("source_port")} & _WEB_PORTS)


def _absent(told: Told) -> Likelihood:
    """What to say where no mark is seen."""
    return Likelihood.UNLIKELY if told.informs_at_all else Likelihood.UNKNOWN


# ── what the screens show ──────────────────────────────────────────────────────────────


def _unkeyed(tables: Tables) -> tuple[Screen, ...]:
    read = tuple(
        screen
        for screen, configuration in tables.configurations
        if configuration.failover.enabled
        and configuration.failover.lan_interface is not None
        and not configuration.failover.keyed
    )
    return read + tuple(
        screen
        for screen in tables.told.night.screens
        if screen.command.startswith("show running-config failover")
        and "failover lan interface" in screen.text
        and "failover key" not in screen.text
        and "failover ipsec" not in screen.text
    )


def _link_down_on_screen(tables: Tables) -> tuple[Screen, ...]:
    """`show failover` before the roles moved, with a state link that is not up or has none."""
    until = tables.told.switchovers[0].at if tables.told.switchovers else None
    return tuple(
        screen
        for screen, failover in tables.failovers
        if failover.enabled
        and failover.this_host is not None
        and _has_no_state_link(screen, failover)
        and (screen.at is None or until is None or screen.at <= until)
    )


def _has_no_state_link(screen: Screen, failover: Failover) -> bool:
    """Whether its link is printed, and not as up; a screen that is cut short says nothing."""
    if failover.state_link is not None:
        return not failover.state_link.is_up
    return bool(failover.counters) or "Link :" in screen.text


def _emptied(tables: Tables, scale: Scale) -> bool:
    """Whether the standby had no row while the active unit had people."""
    first = tables.first_serving
    if first is None:
        return False
    for known in tables.standby_listings:
        near = [
            k
            for k in tables.listings
            if k.serves and k.unit is not known.unit and k.number < known.number
        ]
        if near and len(near[-1].rows) > 1 and not known.rows:
            scale.speaks_for(
                f"the standby had no row while the active unit had {len(near[-1].rows)}",
                near[-1].screen,
                known.screen,
            )
            return _anew_on_the_other(tables, scale)
    return _anew_on_the_other(tables, scale)


def _anew_on_the_other(tables: Tables, scale: Scale) -> bool:
    """Whether the unit that took over has none of the logins that the other had."""
    serving = [known for known in tables.listings if known.serves]
    for before, after in pairwise(serving):
        if before.unit is after.unit or len(before.rows) < 2:
            continue
        kept = {row.login for row in before.rows} & {row.login for row in after.rows}
        if not kept:
            scale.speaks_for(
                f"none of the {len(before.rows)} logins stood on the unit that took over",
                before.screen,
                after.screen,
            )
            scale.harmed((row.user for row in before.rows), after.screen.at)
            return True
    return False


def _connections_gone(tables: Tables, scale: Scale) -> bool:
    return _connections_fell(tables, scale, 0.0, _SHARE_GONE)


def _fewer_connections(tables: Tables, scale: Scale) -> bool:
    return _connections_fell(tables, scale, _SHARE_GONE, 0.9)


def _connections_fell(tables: Tables, scale: Scale, least: float, most: float) -> bool:
    """Whether connections fell to such a share from one unit's count to the next one's."""
    counts = tables.connections
    for (one, before), (other, after) in pairwise(counts):
        if one.unit is other.unit or before < 20:
            continue
        if least <= after / before < most:
            scale.speaks_for(f"{before} connections on one unit, {after} on the other", one, other)
            return True
    return False
