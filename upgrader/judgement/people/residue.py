"""What a night left behind: orphaned rows and stuck leases, told from sleeping laptops.

The idea: a row without a tunnel proves nothing, for that is how a sleeping laptop looks. But a
standby gets at each join what the active can still vouch for. A row that stands on one unit only,
after the sync and again a minute later, is one that nobody vouches for. That alone may still be a
replication that lags, so that a second mark is wanted: when it went silent, whether its person
has logged in anew since, or whether it is older than its own timer allows.

Not taken: any one mark alone. A clean-up that guesses cuts people off. What is not proven is a
suspect: it is reported, and left alone.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from upgrader.judgement.people.leases import stuck_leases
from upgrader.judgement.people.logins import LoginKey, idle_limit_seconds, is_newer, login_key
from upgrader.model.aftermath import OrphanedSession, Residue, Suspect
from upgrader.model.failover import FailoverState
from upgrader.model.names import Instant, Serial
from upgrader.model.unit import Snapshot, Unit
from upgrader.model.vpn import Session

APART_MS = 60_000  # Two looks a minute apart: a sync of 46 s was captured, and logins replicate.
TOGETHER_MS = 10_000  # "Within seconds" of one another; our guess.
TOGETHER_ROWS = 3  # A row and at least two others.
MASS_SHARE = 0.1  # Our guess: a tenth of all rows does not fall asleep in one minute.
BOOT_MASS_SHARE = 0.25  # Where only the mate's last boot is known, twenty minutes either way.
GRACE_SECONDS = 300  # After the idle timeout; our guess.
# How far from an event a row may have gone silent: ten seconds, and what the event itself is
# uncertain by. A departure is seen by a glance (30 s at most); before a return is seen as Standby
# Ready, the sync has run (46 s captured, and 30 s of a glance). Both are our guesses.
DEPARTURE_SLACK_MS = 40_000
RETURN_SLACK_MS = 90_000
# Outside a run only the mate's last boot is known; a reload takes 5 to 15 minutes.
BOOT_SLACK_MS = 20 * 60_000


@dataclass(frozen=True, slots=True)
class Events:
    """When the mate of the unit that stayed went away and came back, on the looks' own axis."""

    departures: tuple[Instant, ...] = ()
    returns: tuple[Instant, ...] = ()

    def near(self, instant: int) -> bool:
        """Whether something happened to the mate at about that instant."""
        return any(abs(instant - at) <= DEPARTURE_SLACK_MS for at in self.departures) or any(
            abs(instant - at) <= RETURN_SLACK_MS for at in self.returns
        )


@dataclass(frozen=True, slots=True)
class Residues:
    """What is left on both units, and what may be."""

    residue: tuple[Residue, ...]
    suspects: tuple[Suspect, ...]
    settled_in_seconds: int | None
    """When the last suspect that time decides is decided; None: time decides nothing here."""


def grade(looks: Sequence[Snapshot], events: Events) -> Residues:
    """Tell orphans, stuck leases and suspects in the last of these full looks.

    Looks are full and oldest first; events are those of the night, none outside a run.
    """
    if not looks:
        return Residues((), (), None)
    last = looks[-1]
    if is_settled(last):
        found = [
            _graded(unit, row, mark, evidence)
            for unit in last.units
            for row, mark, evidence in _one_sided(looks, unit, events)
        ]
    else:
        found = _alone(looks, events)
    orphans = [one.orphan for one in found if one.orphan is not None]
    suspects = [one.suspect for one in found if one.suspect is not None]
    suspects += _odd_on_both(last, events) if is_settled(last) else []
    waits = [one.wait for one in found if one.suspect is not None and one.wait is not None]
    return Residues(
        (*orphans, *stuck_leases(looks, orphans, APART_MS)),
        tuple(suspects),
        max(waits) if waits else None,
    )


# ── with both units' tables ────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Graded:
    orphan: OrphanedSession | None
    suspect: Suspect | None
    wait: int | None
    """Seconds until a suspect is decided; None: nothing decides it, or it is an orphan."""


def is_settled(look: Snapshot) -> bool:
    """Both answer with their tables, one Active, one Standby Ready, on equal versions."""
    if len(look.units) < 2 or any(_rows(unit) is None for unit in look.units):
        return False
    one, other = look.units
    states = {one.state, other.state}
    return states == {FailoverState.ACTIVE, FailoverState.STANDBY_READY} and (
        one.running == other.running
    )


def _rows(unit: Unit) -> tuple[Session, ...] | None:
    return None if unit.full is None else unit.full.sessions


def silent_here_only(look: Snapshot, serial: Serial) -> dict[tuple[int, LoginKey], Session]:
    """Rows without a tunnel that stand on that unit and not on its mate."""
    unit = look.unit(serial)
    assert unit is not None, "a settled look has both units"
    mate = look.mate_of(unit)
    assert isinstance(mate, Unit), "a settled look has both units"
    there = {login_key(row) for row in _rows(mate) or ()}
    return {
        (row.index, key): row
        for row in _rows(unit) or ()
        if not row.has_tunnel and (key := login_key(row)) not in there
    }


def _one_sided(
    looks: Sequence[Snapshot], unit: Unit, events: Events
) -> list[tuple[Session, int | None, str | None]]:
    """Each row of one unit only, with what it still lacks to be proven.

    (row, seconds until it is decided or None, the evidence that proves it or None).
    """
    last = looks[-1]
    now = silent_here_only(last, unit.serial)
    if not now:
        return []
    since = _since(looks, unit.serial, now)
    silent = {key: last.at - row.inactivity_seconds * 1_000 for key, row in now.items()}
    together = _together(looks, unit, events, silent)
    newer = _superseded(_rows(unit) or (), now.values())
    told: list[tuple[Session, int | None, str | None]] = []
    for key, row in now.items():
        held = since[key]
        second_look = max(0, APART_MS - held)
        mark, wait = _mark(unit, row, together=key in together, newer=newer.get(row.index))
        if mark is None:
            told.append((row, None if wait is None else max(wait, -(-second_look // 1_000)), None))
        elif second_look:
            told.append((row, -(-second_look // 1_000), None))
        else:
            evidence = f"on {unit.name} only, in looks {held // 1_000} s apart; {mark}"
            told.append((row, None, evidence))
    return told


def _since(
    looks: Sequence[Snapshot], serial: Serial, now: dict[tuple[int, LoginKey], Session]
) -> dict[tuple[int, LoginKey], int]:
    """For how many milliseconds each row has stood here only, look after look."""
    last = looks[-1]
    held = dict.fromkeys(now, 0)
    alive = set(now)
    for look in reversed(looks[:-1]):
        if not alive or not is_settled(look) or look.unit(serial) is None:
            break
        alive &= silent_here_only(look, serial).keys()
        for key in alive:
            held[key] = last.at - look.at
    return held


def _mark(
    unit: Unit, row: Session, *, together: bool, newer: Session | None
) -> tuple[str | None, int | None]:
    """The second mark of a row, or the seconds until its age will be one; (None, None): never."""
    if together:
        return "it went silent together with others when the other unit went or came", None
    if newer is not None:
        return f"{row.user} has logged in anew from {row.public} (index {newer.index})", None
    running = None if unit.full is None else unit.full.running
    limit = idle_limit_seconds(running, row.group_policy)
    if limit is None:
        return None, None
    left = limit + GRACE_SECONDS - row.inactivity_seconds
    if left < 0:
        return (
            f"silent for {row.inactivity_seconds // 60} min, its timer is {limit // 60} min",
            None,
        )
    return None, left + 1


def _together(
    looks: Sequence[Snapshot],
    unit: Unit,
    events: Events,
    silent: dict[tuple[int, LoginKey], int],
) -> set[tuple[int, LoginKey]]:
    """The rows that went silent at an event of the mate, and not alone."""
    return _clustered(_near_events(looks[-1], unit, events, silent))


def _near_events(
    look: Snapshot, unit: Unit, events: Events, silent: dict[tuple[int, LoginKey], int]
) -> dict[tuple[int, LoginKey], int]:
    """The rows that went silent at an event of the mate; outside a run, around its last boot."""
    if events.departures or events.returns:
        return {key: at for key, at in silent.items() if events.near(at)}
    window = _around_boot(look, unit)
    if window is None:
        return {}
    return {key: at for key, at in silent.items() if window[0] <= at <= window[1]}


def _clustered(starts: dict[tuple[int, LoginKey], int]) -> set[tuple[int, LoginKey]]:
    """The rows that went silent within seconds of at least two others."""
    ordered = sorted(starts.values())
    return {
        key
        for key, at in starts.items()
        if bisect_right(ordered, at + TOGETHER_MS) - bisect_left(ordered, at - TOGETHER_MS)
        >= TOGETHER_ROWS
    }


def _around_boot(look: Snapshot, unit: Unit) -> tuple[int, int] | None:
    """When the mate may have been away, by its uptime, which is as coarse as it is printed."""
    mate = look.mate_of(unit)
    if not isinstance(mate, Unit) or mate.version.uptime_seconds is None:
        return None
    uptime = mate.version.uptime_seconds
    grain = 1 if uptime < 3_600 else 60 if uptime < 86_400 else 3_600
    if uptime >= 31_536_000:
        grain = 86_400
    booted = look.at - uptime * 1_000
    return booted - grain * 1_000 - BOOT_SLACK_MS, booted + BOOT_SLACK_MS


def _superseded(rows: Iterable[Session], silent: Iterable[Session]) -> dict[int, Session]:
    """Index of a silent row → a newer row of the same user from the same public address."""
    newest: dict[tuple[str, str], Session] = {}
    for row in rows:
        place = (row.user, row.public)
        held = newest.get(place)
        if held is None or is_newer(row, held):
            newest[place] = row
    return {
        row.index: newer
        for row in silent
        if is_newer(newer := newest.get((row.user, row.public), row), row)
    }


def _graded(unit: Unit, row: Session, wait: int | None, evidence: str | None) -> _Graded:
    if evidence is not None:
        orphan = OrphanedSession(
            unit.serial,
            row.index,
            row.user,
            row.address,
            row.login_time,
            row.audit_id,
            evidence,
        )
        return _Graded(orphan, None, None)
    minutes = row.inactivity_seconds // 60
    why = f"on {unit.name} only, silent for {minutes} min, and nothing else speaks against it"
    return _Graded(None, _suspect(unit, row, why), wait)


def _suspect(unit: Unit, row: Session, why: str) -> Suspect:
    return Suspect(unit.serial, row.index, row.user, row.address, row.login_time, why, row.audit_id)


def _odd_on_both(look: Snapshot, events: Events) -> list[Suspect]:
    """On both units, and yet not like a sleeper: odd, and never proof.

    Silent for longer than its timer allows; or silent together with others since an event of the
    mate, and its person has logged in anew, or so many that they cannot all have gone to sleep.
    """
    active = look.active
    assert active is not None, "a settled look has one active unit"
    mate = look.mate_of(active)
    assert isinstance(mate, Unit), "a settled look has both units"
    there = {login_key(row) for row in _rows(mate) or ()}
    rows = _rows(active) or ()
    silent = [row for row in rows if not row.has_tunnel and login_key(row) in there]
    starts = {
        (row.index, login_key(row)): look.at - row.inactivity_seconds * 1_000 for row in silent
    }
    together = _clustered(_near_events(look, active, events, starts))
    share = MASS_SHARE if events.departures or events.returns else BOOT_MASS_SHARE
    is_mass = len(together) >= share * len(rows)
    newer = _superseded(rows, silent)
    suspects = []
    for row in silent:
        limit = idle_limit_seconds(
            None if active.full is None else active.full.running, row.group_policy
        )
        minutes = row.inactivity_seconds // 60
        if limit is not None and row.inactivity_seconds > limit + GRACE_SECONDS:
            why = f"on both units, silent for {minutes} min, though its timer is {limit // 60} min"
            suspects.append(_suspect(active, row, why))
        elif (row.index, login_key(row)) in together and (is_mass or row.index in newer):
            why = f"on both units, but silent since the other one went or came, {minutes} min ago"
            suspects.append(_suspect(active, row, f"{why}, and {len(together) - 1} others with it"))
    return suspects


# ── without the mate's tables ──────────────────────────────────────────────────────────


def _alone(looks: Sequence[Snapshot], events: Events) -> list[_Graded]:
    """One unit answers: a row that had a tunnel before the mate went, and none since."""
    last = looks[-1]
    readable = [unit for unit in last.units if _rows(unit) is not None]
    if len(last.units) != 1 or not readable or not events.departures:
        return []
    unit, departed = readable[0], max(events.departures)
    before = [look for look in looks if look.at <= departed]
    if not before:
        return []
    carried = _with_tunnel((before[-1],))
    since = _with_tunnel([look for look in looks if look.at > departed])
    rows = _rows(unit) or ()
    silent = [
        row
        for row in rows
        if not row.has_tunnel and (key := login_key(row)) in carried and key not in since
    ]
    newer = _superseded(rows, silent)
    told = []
    for row in silent:
        mark, wait = _mark(unit, row, together=False, newer=newer.get(row.index))
        evidence = None if mark is None else f"a tunnel before the reload, none since; {mark}"
        told.append(_graded(unit, row, wait, evidence))
    return told


def _with_tunnel(looks: Iterable[Snapshot]) -> set[LoginKey]:
    return {
        login_key(row)
        for look in looks
        for unit in look.units
        for row in (_rows(unit) or ())
        if row.has_tunnel
    }
