"""The aftermath foretold: who will be cut off, when, and why, by rules and from evidence.

The idea: at the switchover every row that was replicated lives on, and its SSL tunnel is rebuilt
under the same login. In the final reload a session ends if its ticket still leans on the unit that
goes: if it was admitted under an AnyConnect image that the survivor has not loaded (ASA 5500 ASDM
guide, p. 66-7; that the bytes of the loaded image decide is inferred).

What can be seen of a load is its version and build time, never its digest. So:

- The standby reloads in the night and loads what lies on its flash: its digest is known.
- The active's load is taken for what lies on its own flash, as long as nothing speaks against it:
  other files and other loads on both units agree with that, equal files and equal loads too.
- Equal files but different loads: one of the two loaded an older file of the same name, and
  nothing tells which. If it is the active, its sessions lean; if it is the standby, its own reload
  cures it. Likewise different files but equal loads. Then the worse is foretold, as a bound.

A row does not say which of the images its client was admitted under: where some lean and others
do not, the foretold loss is a bound too. A bound is marked `exact=False`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from upgrader.judgement.aim import Aim
from upgrader.judgement.logins import idle_limit_seconds, is_alone, login_key
from upgrader.judgement.residue import TOGETHER_ROWS
from upgrader.model.plan import Failback, Foretold, Prediction
from upgrader.model.unit import Configuration, FullLook, Snapshot, Unit, path_key
from upgrader.model.vpn import Session, Tunnel

_SSL = frozenset({Tunnel.SSL, Tunnel.DTLS})
_GRACE_SECONDS = 300  # As the residue is judged: our guess.

# ── how long a night takes ─────────────────────────────────────────────────────────────

# (hardware, minutes from the order to reload until the unit boots into failover).
# Sources: 429 s at most for a 5525-X in the real 9.2(2)4 → 9.5(2) transcript, 2016; 4 to 5 min a
# device in an operator's public FAQ; the vendor's test library waits 420 s for a Firepower 2100
# and 300 s to connect to an ASAv, whose 2 min are inferred.
_BOOT_MINUTES: tuple[tuple[tuple[str, ...], int, str], ...] = (
    (("ASAv",), 2, "an ASAv"),
    (("FPR",), 8, "a Firepower"),
)
_BOOT_HARDWARE = (5, "an ASA 5500-X")
_SYNC_MINUTES = 1  # 46 s from Cold Standby to Standby Ready were captured.
_PREPARE_MINUTES = 1  # Backup, boot order, `write memory`: seconds each in the transcript.
_SOAK_MINUTES = 2  # Our choice: the soak after the switchover, and the gate.
_VERIFY_MINUTES = 2  # Two looks a minute apart, and `write memory`.
_FAILBACK_MINUTES = 1
_DOUBT = (0.5, 1.5)  # How far a night may be from the table; our guess.


def predict(
    seen: Snapshot, aim: Aim, failback: Failback, at_home: frozenset[str] = frozenset()
) -> Prediction | None:
    """Foretell what an upgrade in spite of everything would do to the sessions of now.

    `at_home`: logins that the unit which takes over has let in itself, as on the way back from a
    switchover; they lean on nobody there. None where sessions, the failover key or a flash were
    not seen: nothing is guessed.
    """
    active = seen.active
    standby = None if active is None else seen.mate_of(active)
    if active is None or active.full is None or active.full.sessions is None:
        return None
    if not isinstance(standby, Unit) or standby.full is None:
        return None
    if active.full.running is None or standby.full.running is None:
        return None
    clock = _clock(active, standby, aim, failback)
    broken = _why_not_replicated(active, standby)
    if active.running == aim.target.version:
        foretold = _nobody(active.full.sessions, clock)
    elif broken:
        foretold = _all_lost(active.full, clock, broken)
    else:
        leaning = _leaning(active, standby, aim)
        if leaning is None or standby.full.sessions is None:
            return None
        foretold = _by_groups(active.full, standby.full.sessions, leaning, clock, at_home)
    return replace(foretold, connections=_connections(active, aim))


# ── time ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Clock:
    """When, in minutes from now, the night's turning points come, and in how many it is over."""

    switchover: int
    final_reload: int
    verified: int
    minutes: int
    why: str


def _clock(active: Unit, standby: Unit, aim: Aim, failback: Failback) -> _Clock:
    boot, what = _boot_of(active.version.hardware)
    target = aim.target.version
    reload = boot + _SYNC_MINUTES
    first = _PREPARE_MINUTES + (0 if standby.running == target else reload)
    final = first + _SOAK_MINUTES
    verified = final + reload + _VERIFY_MINUTES
    if active.running == target:
        final = _PREPARE_MINUTES
        verified = final if standby.running == target else final + reload + _VERIFY_MINUTES
    back = _FAILBACK_MINUTES if failback is Failback.ALWAYS else 0
    reloads = (standby.running != target) + (active.running != target)
    why = (
        f"{reloads} reloads of {what} at {boot} min and {_SYNC_MINUTES} min of sync each, "
        f"{_PREPARE_MINUTES} min before, {_SOAK_MINUTES} min of soak, {_VERIFY_MINUTES} min after"
    )
    return _Clock(first, final, verified, verified + back if reloads else 0, why)


def _boot_of(hardware: str) -> tuple[int, str]:
    for prefixes, minutes, what in _BOOT_MINUTES:
        if any(hardware.lower().startswith(prefix.lower()) for prefix in prefixes):
            return minutes, what
    return _BOOT_HARDWARE


# ── is anything carried over ───────────────────────────────────────────────────────────


def _why_not_replicated(active: Unit, standby: Unit) -> str:
    """Why no VPN session will stand on the standby; empty: they will."""
    for unit in (active, standby):
        running = None if unit.full is None else unit.full.running
        assert running is not None, "what was not seen is not foretold"
        if not running.failover.keyed:
            return f"{unit.name} has no failover key, so that VPN sessions are not replicated"
        link = unit.failover.state_link
        if running.failover.link_interface is None:
            return f"{unit.name} has no state link, so that nothing is replicated"
        if link is not None and not link.is_up:
            return f"the state link of {unit.name} is {link.condition}: nothing is replicated"
    return ""


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


# ── who leans on the unit that goes ────────────────────────────────────────────────────


class _Lean(Enum):
    NO = "no"
    YES = "yes"
    PERHAPS = "perhaps"


@dataclass(frozen=True, slots=True)
class _Leaning:
    """Of the images under which the active admits clients."""

    images: tuple[tuple[str, _Lean], ...]

    @property
    def leaning(self) -> tuple[str, ...]:
        return tuple(path for path, lean in self.images if lean is not _Lean.NO)

    @property
    def is_certain(self) -> bool:
        """Whether all images are alike, so that it does not matter who came in under which."""
        return len({lean for _, lean in self.images}) <= 1 and not any(
            lean is _Lean.PERHAPS for _, lean in self.images
        )


def _leaning(active: Unit, standby: Unit, aim: Aim) -> _Leaning | None:
    """None: a flash, a digest or a load that matters was not seen."""
    ours, theirs = active.full, standby.full
    assert ours is not None, "looked at fully"
    assert theirs is not None, "looked at fully"
    if ours.loaded is None or theirs.loaded is None:
        return None
    reloads = standby.running != aim.target.version
    images = []
    for package in ours.loaded:
        lean = _lean(package.path, ours, theirs, reloads=reloads)
        if lean is None:
            return None
        images.append((package.path, lean))
    return _Leaning(tuple(images))


def _lean(path: str, ours: FullLook, theirs: FullLook, *, reloads: bool) -> _Lean | None:
    """Whether sessions admitted under that image lean on this unit at the final reload."""
    alike = _stamp(ours, path) == _stamp(theirs, path)
    if not reloads:
        # The standby goes on with what it has loaded now.
        return _Lean.NO if alike else _Lean.YES
    if theirs.running is None or ours.flash is None or theirs.flash is None:
        return None
    configured = [package.path for package in theirs.running.packages]
    future = [path_key(p) for p in configured if not theirs.is_without(p)]
    digests = {_digest(theirs, p) for p in future}
    if None in digests:
        return None
    here = path_key(path) in future
    if ours.is_without(path):
        # Deleted since it was loaded: its content is known by its load alone.
        return _Lean.PERHAPS if here and alike else _Lean.YES
    own = _digest(ours, path)
    if own is None:
        return None
    if own in digests:
        loaded_there = _stamp(theirs, path) is not None
        return _Lean.PERHAPS if loaded_there and not alike else _Lean.NO
    return _Lean.PERHAPS if here and alike else _Lean.YES


def _stamp(full: FullLook, path: str) -> str | None:
    wanted = path_key(path)
    return next((p.stamp for p in full.loaded or () if path_key(p.path) == wanted), None)


def _digest(full: FullLook, path: str) -> str | None:
    asked = full.digest_of(path)
    return None if asked is None else asked.digest


# ── the groups ─────────────────────────────────────────────────────────────────────────


def _nobody(rows: Sequence[Session], clock: _Clock) -> Prediction:
    why = "the active unit runs the target version already: no role moves"
    return _prediction(rows, clock, [Foretold("kept", len(rows), why)])


def _all_lost(full: FullLook, clock: _Clock, why: str) -> Prediction:
    rows = full.sessions or ()
    ended, at_most = _ending(rows, full.running, clock.switchover)
    lost = len(rows) - ended
    groups = [
        Foretold("lost", lost, f"{why}: they end at the switchover, with row and address"),
        Foretold("kept", ended, "asleep: their own idle time runs out before the switchover"),
    ]
    return _prediction(rows, clock, groups, exact=ended == at_most)


def _by_groups(
    full: FullLook,
    theirs: Sequence[Session],
    leaning: _Leaning,
    clock: _Clock,
    at_home: frozenset[str],
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
        return _prediction(rows, clock, groups)
    back = [row for row in ssl if login_key(row) in at_home]
    dozing = [row for row in asleep if login_key(row) in at_home]
    groups += [
        Foretold("reconnected", len(back), "let in by the unit that takes over again"),
        Foretold("kept", len(dozing), "asleep, and let in by the unit that takes over again"),
    ]
    ssl = [row for row in ssl if login_key(row) not in at_home]
    asleep = [row for row in asleep if login_key(row) not in at_home]
    return _mismatched(full, ssl, asleep, leaning=leaning, clock=clock, groups=groups)


def _mismatched(
    full: FullLook,
    ssl: Sequence[Session],
    asleep: Sequence[Session],
    *,
    leaning: _Leaning,
    clock: _Clock,
    groups: list[Foretold],
) -> Prediction:
    ended, at_most = _ending(asleep, full.running, clock.final_reload)
    fewest, overdue = _ending(asleep, full.running, clock.verified, _GRACE_SECONDS)
    stale = max(0, overdue - ended)
    images = ", ".join(leaning.leaning)
    # Fewer than go silent together prove nothing: an orphan may stay a suspect (see `residue`).
    certain = leaning.is_certain and len(ssl) >= TOGETHER_ROWS
    bound = "" if certain else "up to this many: "
    healing = sum(1 for row in ssl if is_alone(full.running, row.group_policy))
    alone = f" ({healing} only until the next login, the one allowed)" if healing else ""
    groups += [
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
        clock,
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
    clock: _Clock,
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
        minutes=clock.minutes,
        minutes_why=clock.why,
        exact=exact,
    )
    total = prediction.reconnected + prediction.kept + prediction.lost
    assert total == len(rows), "every session has one fate"
    return prediction
