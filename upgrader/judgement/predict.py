"""The aftermath foretold: who will be cut off, when, and why, by rules and from evidence.

The idea: at the switchover every row that was replicated lives on, and its SSL tunnel is rebuilt
under the same login. In the final reload a session ends if its ticket still leans on the unit that
goes: if it was admitted under an AnyConnect image that the survivor has not loaded (ASA 5500 ASDM
guide, p. 66-7; that the bytes of the loaded image decide is inferred).

Which images those are, `leaning` answers; when the turning points come, `timing` says.

A row does not say which of the images its client was admitted under: where some lean and others
do not, the foretold loss is a bound too. A bound is marked `exact=False`.
"""

from collections.abc import Sequence
from dataclasses import replace

from upgrader.judgement.aim import Aim
from upgrader.judgement.draining import shut_out
from upgrader.judgement.people.leaning import Leaning, leaning_of, why_not_replicated
from upgrader.judgement.people.logins import idle_limit_seconds, is_alone, login_key
from upgrader.judgement.people.residue import TOGETHER_ROWS
from upgrader.judgement.people.visitors import with_visitors
from upgrader.judgement.timing import NightTimes, night_times
from upgrader.judgement.ways import ways, with_drain, without_drain
from upgrader.model.drain import Drain
from upgrader.model.plan import Failback
from upgrader.model.prediction import Foretold, Prediction
from upgrader.model.unit import Configuration, FullLook, Snapshot, Unit
from upgrader.model.vpn import Session, Tunnel

_SSL = frozenset({Tunnel.SSL, Tunnel.DTLS})
_GRACE_SECONDS = 300  # As the residue is judged: our guess.
_DOUBT = (0.5, 1.5)  # How far a night may be from the table of `timing`; our guess.


def predict(
    seen: Snapshot,
    aim: Aim,
    failback: Failback,
    at_home: frozenset[str] = frozenset(),
    drain: Drain | None = None,
) -> Prediction | None:
    """Foretell what an upgrade in spite of everything would do to the sessions of now.

    `drain`: how those are drained that would die; None: they are not. `at_home`: logins that the
    unit which takes over has let in itself, as on the way back from a switchover; they lean on
    nobody there. None where sessions, the failover key or a flash were not seen: nothing is
    guessed.
    """
    active = seen.active
    standby = None if active is None else seen.mate_of(active)
    if active is None or active.full is None or active.full.sessions is None:
        return None
    if not isinstance(standby, Unit) or standby.full is None:
        return None
    if active.full.running is None or standby.full.running is None:
        return None
    times = night_times(active, standby, aim, failback)
    broken = why_not_replicated(active, standby)
    leans = False
    if active.running == aim.target.version:
        foretold = _nobody(active.full.sessions, times)
    elif broken:
        foretold = _all_lost(active.full, times, broken)
    else:
        leaning = leaning_of(active, standby, aim)
        if leaning is None or standby.full.sessions is None:
            return None
        theirs, leans = standby.full.sessions, bool(leaning.leaning)
        foretold = _by_groups(active.full, theirs, leaning, times, at_home, drain)
        if shut_out(active, standby, aim, leaning) is not None:
            foretold = replace(foretold, ways=without_drain(foretold.ways))
    foretold = with_visitors(
        foretold, active, aim.target.version, replicated=not broken, leans=leans
    )
    return replace(foretold, connections=_connections(active, aim))


# ── is anything carried over ───────────────────────────────────────────────────────────


def _connections(active: Unit, aim: Aim) -> str:
    """What happens to plain connections."""
    number = None if active.full is None else active.full.connections
    whys = [f" (not counted: {r.why})" for r in active.unread if r.line == "show conn count"]
    those = f"Connections{''.join(whys)}" if number is None else f"Connections ({number} now)"
    link = active.failover.state_link
    if active.running == aim.target.version:
        return f"{those} go on: no role moves."
    if link is None or not link.is_up:
        return f"{those} are all reset at the switchover: no state link is up."
    if not active.failover.replicates_http:
        return f"{those} are replicated, but for HTTP, which is reset at the switchover."
    return f"{those} are replicated, HTTP included, and go on."


# ── the groups ─────────────────────────────────────────────────────────────────────────


def _nobody(rows: Sequence[Session], times: NightTimes) -> Prediction:
    why = "the active unit runs the target version already: no role moves"
    return _prediction(rows, times, [Foretold("kept", len(rows), why)])


def _all_lost(full: FullLook, times: NightTimes, why: str) -> Prediction:
    rows = full.sessions or ()
    ended, at_most = _ending(rows, full.running, times.switchover)
    lost = len(rows) - ended
    groups = [
        Foretold("lost", lost, f"{why}: they end at the switchover, with row and address"),
        Foretold("kept", ended, "asleep: their own idle time runs out before the switchover"),
    ]
    return _prediction(rows, times, groups, exact=ended == at_most)


def _by_groups(
    full: FullLook,
    theirs: Sequence[Session],
    leaning: Leaning,
    times: NightTimes,
    at_home: frozenset[str],
    drain: Drain | None,
) -> Prediction:
    rows = full.sessions or ()
    there = {login_key(row) for row in theirs}
    ssl = [row for row in rows if not row.tunnels.isdisjoint(_SSL)]
    other = [row for row in rows if row.has_tunnel and row.tunnels.isdisjoint(_SSL)]
    silent = [row for row in rows if not row.has_tunnel]
    # Without a tunnel and on this unit only: residue of an earlier night, and no person.
    left = [row for row in silent if there and login_key(row) not in there]
    asleep = [row for row in silent if not there or login_key(row) in there]
    groups = [
        Foretold("kept", len(other), "IPsec tunnels are replicated whole and go on"),
        Foretold("kept", len(left), "rows of an earlier night that nobody uses"),
    ]
    if not leaning.leaning:
        groups += [
            Foretold(
                "reconnected",
                len(ssl),
                "SSL tunnels never move between units: each client rebuilds its own at the "
                "switchover, under the same login",
            ),
            Foretold("kept", len(asleep), "asleep: their rows are replicated"),
        ]
        return _prediction(rows, times, groups)
    back = [row for row in ssl if login_key(row) in at_home]
    dozing = [row for row in asleep if login_key(row) in at_home]
    groups += [
        Foretold("reconnected", len(back), "let in by the unit that takes over again"),
        Foretold("kept", len(dozing), "asleep, and let in by the unit that takes over again"),
    ]
    ssl = [row for row in ssl if login_key(row) not in at_home]
    asleep = [row for row in asleep if login_key(row) not in at_home]
    waived = _mismatched(full, ssl, asleep, leaning=leaning, times=times, groups=groups)
    doomed = len(ssl) + len(asleep)
    costs = ways(times, drain, doomed=doomed, orphaned=waived.orphaned)
    if drain is None or not doomed:
        return replace(waived, ways=costs)
    drained = _drained(full, ssl, asleep, leaning=leaning, times=times, groups=groups, drain=drain)
    return replace(drained, ways=costs)


def _mismatched(
    full: FullLook,
    ssl: Sequence[Session],
    asleep: Sequence[Session],
    *,
    leaning: Leaning,
    times: NightTimes,
    groups: Sequence[Foretold],
) -> Prediction:
    ended, at_most = _ending(asleep, full.running, times.final_reload)
    fewest, overdue = _ending(asleep, full.running, times.verified, _GRACE_SECONDS)
    stale = max(0, overdue - ended)
    images = ", ".join(leaning.leaning)
    # Fewer than go silent together prove nothing: an orphan may stay a suspect (see `residue`).
    certain = leaning.is_certain and len(ssl) >= TOGETHER_ROWS
    bound = "" if certain else "up to this many: "
    healing = sum(1 for row in ssl if is_alone(full.running, row.group_policy))
    alone = f" ({healing} only until the next login, the one allowed)" if healing else ""
    groups = [
        *groups,
        Foretold(
            "lost",
            len(ssl),
            f"{bound}they survive the switchover and end in the final reload, for the other unit "
            f"has not loaded {images} as it was when they logged in; their rows stay orphaned, "
            f"their addresses in use{alone}",
        ),
        Foretold("lost", stale, "asleep beyond their idle time, with a row that nothing ends"),
        Foretold("kept", ended, "asleep: their own idle time runs out before the final reload"),
        Foretold(
            "kept",
            len(asleep) - ended - stale,
            "asleep: their rows stay on one unit and look suspicious until they wake or time out",
        ),
    ]
    rows = full.sessions or ()
    pooled = _pooled(full)
    stuck = [row for row in ssl if row.address is not None and int(row.address) in pooled]
    return _prediction(
        rows,
        times,
        groups,
        orphaned=len(ssl) + stale,
        stuck=len(stuck) + stale,
        suspects=len(asleep) - ended - stale,
        exact=leaning.is_certain
        and not 0 < len(ssl) < TOGETHER_ROWS
        and ended == at_most
        and fewest == overdue
        and not healing,
    )


def _drained(
    full: FullLook,
    ssl: Sequence[Session],
    asleep: Sequence[Session],
    *,
    leaning: Leaning,
    times: NightTimes,
    groups: Sequence[Foretold],
    drain: Drain,
) -> Prediction:
    """Who is logged off; or, where people are waited for, how many may be left at most."""
    rows, doomed = full.sessions or (), len(ssl) + len(asleep)
    late = with_drain(times, drain, doomed)
    if drain.below is not None:
        left = min(doomed, max(0, drain.below - 1))
        told = [
            *groups,
            Foretold("lost", left, "up to this many: fewer than waited for, when it is reloaded"),
            Foretold("kept", doomed - left, "they leave by themselves before the final reload"),
        ]
        pooled = min(left, len(_pooled(full)))
        return _prediction(
            rows, late, told, orphaned=left, stuck=pooled, suspects=left, exact=left == 0
        )
    ended, at_most = _ending(asleep, full.running, times.switchover)
    images = ", ".join(leaning.leaning)
    which = "" if leaning.is_certain else "as many as may lean, for no row tells its image: "
    then = "once the former active is back" if drain.hold_logins else "at once"
    told = [
        *groups,
        Foretold(
            "lost",
            doomed - ended,
            f"{which}logged off before the final reload, for they came in under {images}; row and "
            f"address are released, and they log in again {then}. That this helps is probable",
        ),
        Foretold("kept", ended, "asleep: their own idle time runs out before the drain"),
    ]
    return _prediction(rows, late, told, exact=ended == at_most)


def _pooled(full: FullLook) -> set[int]:
    """Addresses of local pools that are in use now."""
    return {int(address) for pool in full.pools or () for address in pool.in_use}


def _ending(
    asleep: Sequence[Session], running: Configuration | None, minutes: int, grace: int = 0
) -> tuple[int, int]:
    """How many sleepers' idle time has run out by then: in a fast night, and in a slow one."""
    counts = []
    for factor in _DOUBT:
        count = 0
        for row in asleep:
            limit = idle_limit_seconds(running, row.group_policy)
            past = row.inactivity_seconds + minutes * 60 * factor
            count += limit is not None and not row.has_tunnel and past >= limit + grace
        counts.append(count)
    return counts[0], counts[1]


def _prediction(
    rows: Sequence[Session],
    times: NightTimes,
    groups: Sequence[Foretold],
    *,
    orphaned: int = 0,
    stuck: int = 0,
    suspects: int = 0,
    exact: bool = True,
) -> Prediction:
    def count(fate: str) -> int:
        return sum(group.count for group in groups if group.fate == fate)

    prediction = Prediction(
        before=len(rows),
        reconnected=count("reconnected"),
        kept=count("kept"),
        lost=count("lost"),
        orphaned=orphaned,
        stuck_leases=stuck,
        suspects=suspects,
        reasons=tuple(group for group in groups if group.count),
        connections="",
        minutes=times.minutes,
        minutes_why=times.why,
        exact=exact,
    )
    total = prediction.reconnected + prediction.kept + prediction.lost
    assert total == len(rows), "every session has one fate"
    return prediction
