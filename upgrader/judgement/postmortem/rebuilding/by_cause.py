"""What a cause says of a pair: facts that no record holds, and without which it could not be."""

from collections.abc import Iterator, Sequence

from upgrader.judgement.postmortem.rebuilding.setting import Handshake, Package
from upgrader.model.cause import Cause, CauseName
from upgrader.model.evidence import What
from upgrader.model.failover import Role
from upgrader.model.night import Absence, Event, Night, Switchover
from upgrader.model.script import Befalls

_PACKAGE = "disk0:/anyconnect-{}-4.10.07061-webdeploy-k9.pkg"
_BEFORE_MS = 1_000
_BOUNCED_MS = 30_000
"""In which time a unit that finds no active mate serves again: two hold times. Our guess."""
_CIPHER = "no shared cipher"
_CERTIFICATE = "sslv3 alert certificate unknown"

LOST_AT_SWITCH = frozenset(
    {
        *(CauseName.NO_FAILOVER_KEY, CauseName.STATE_LINK_DOWN, CauseName.PREMATURE_SWITCHOVER),
        *(CauseName.INCOMPATIBLE_VERSIONS, CauseName.CRASH, CauseName.SPLIT_BRAIN),
    }
)
"""Causes for which people log in anew after roles moved: they had a session before."""

KEEPS_OUT = frozenset(
    {
        *(CauseName.PACKAGE_MISSING, CauseName.FEATURE_REMOVED, CauseName.CERTIFICATE_DIFFERS),
        CauseName.AAA_DOWN,
    }
)
"""Causes for which people cannot come in, and try again and again."""


def names_of(causes: Sequence[Cause]) -> frozenset[CauseName]:
    """The causes by name."""
    return frozenset(cause.name for cause in causes)


def packages(causes: Sequence[Cause], active: Role) -> tuple[Package, ...]:
    """Alike on both units, but for a cause that says otherwise: the package for Windows."""
    ours: str | None = "package-win"
    theirs = ours
    names = names_of(causes)
    if CauseName.ANYCONNECT_DIFFERS in names:
        theirs = "package-win-of-other-bytes"
    elif CauseName.PACKAGE_MISSING in names:
        theirs = None
    primary, secondary = (ours, theirs) if active is Role.PRIMARY else (theirs, ours)
    alike = "package-macos"
    return (
        Package("win", _PACKAGE.format("win"), primary, secondary),
        Package("macos", _PACKAGE.format("macos"), alike, alike),
    )


def lacking(night: Night, causes: Sequence[Cause], after: str | None) -> tuple[Role, ...]:
    """On which flash the new image is not: a unit that came back with the old one."""
    if after is None or CauseName.BOOTED_OLD_IMAGE not in names_of(causes):
        return ()
    returned = [one for one in night.absences if one.back is not None]
    last = max(returned, key=lambda one: one.left, default=None)
    if last is None:
        return ()
    runs_old = _who_runs_old(night, after)
    if runs_old is None:
        return (last.unit,)
    # One that was never reloaded is on the old release for that alone.
    return (runs_old,) if any(one.unit is runs_old for one in returned) else ()


def _who_runs_old(night: Night, after: str) -> Role | None:
    """Who is not on the new release by the last word on it; None: nothing tells."""
    for event in reversed(night.events):
        ours, theirs = event.fields.get("ours"), event.fields.get("theirs")
        if event.what is What.VERSIONS_DIFFER and event.unit is not None and ours and theirs:
            return event.unit if theirs == after else event.unit.other
    return None


def incident(night: Night, causes: Sequence[Cause]) -> dict[str, str | bool]:
    """What nobody has documented, as this night has it."""
    found: dict[str, str | bool] = {}
    names = names_of(causes)
    early = [move for move in night.switchovers if move.command is not None and move.ready is False]
    if early or CauseName.PREMATURE_SWITCHOVER in names:
        taken = not early or any(not _bounced(night, move) for move in early)
        found |= {"early_switchover": "taken"} if taken else {}
    if CauseName.PACKAGE_MISSING in names:
        found["without_package"] = "refused"
    for cause in causes:
        if cause.name is CauseName.ANYCONNECT_DIFFERS and cause.harm_at is not None:
            found |= _when_leaning_died(night, cause.harm_at)
    return found


def _when_leaning_died(night: Night, at: int) -> dict[str, str | bool]:
    """As the mate left, which is the default, or as it came back."""
    left = min((abs(at - one.left) for one in night.absences), default=None)
    back = min((abs(at - b) for one in night.absences for b in _returns(one)), default=None)
    if back is None or (left is not None and left <= back):
        return {}
    return {"kill_at": "peer-rejoin"} if night.switchovers else {"mechanism": "verify-at-join"}


def _bounced(night: Night, early: Switchover) -> bool:
    """Whether nobody took over, so that the unit that gave way served again."""
    return any(
        later.to is not early.to and 0 < later.at - early.at <= _BOUNCED_MS
        for later in night.switchovers
    )


def _returns(absence: Absence) -> Iterator[int]:
    for at in (absence.back, absence.synced):
        if at is not None:
            yield at


def handshakes(night: Night, causes: Sequence[Cause], after: str | None) -> tuple[Handshake, ...]:
    """Whose handshakes failed: a class of clients on the new release, or all with one unit."""
    names = names_of(causes)
    refused = [event for event in night.events if event.what is What.TLS_REFUSED]
    reason = next((told for event in refused if (told := event.fields.get("reason"))), None)
    if CauseName.FEATURE_REMOVED in names and after is not None:
        return (Handshake(reason or _CIPHER, "macos", after, None),)
    if CauseName.CERTIFICATE_DIFFERS in names:
        return (Handshake(reason or _CERTIFICATE, "", "", _who_refused(night, refused)),)
    return ()


def _who_refused(night: Night, refused: Sequence[Event]) -> Role | None:
    for event in refused:
        unit = event.unit or (None if event.at is None else night.active_at(event.at))
        if unit is not None:
            return unit
    return None


def aaa_acts(night: Night) -> Iterator[Befalls]:
    """When the AAA server went, and when it was there again."""
    down = [event for event in night.events if event.what is What.AAA_DOWN]
    stamped = [event for event in down if event.at is not None]
    if not stamped:
        return
    first, last = stamped[0].at or 0, stamped[-1].at or 0
    server = next((told for event in stamped if (told := event.fields.get("server"))), None)
    yield Befalls(first - _BEFORE_MS, "stop-aaa", {} if server is None else {"server": server})
    later = [life.began for life in night.lives if life.began is not None and life.began > last]
    if later:
        yield Befalls(min(later) - _BEFORE_MS, "start-aaa")


def platforms(night: Night, causes: Sequence[Cause]) -> dict[str, str]:
    """Who is on which platform, so that a cause hits whom it hit; else everybody is on Windows."""
    for cause in causes:
        match cause.name:
            case CauseName.ANYCONNECT_DIFFERS | CauseName.PACKAGE_MISSING:
                hit, others = "win", "macos"
            case CauseName.FEATURE_REMOVED:
                hit, others = "macos", "win"
            case _:
                continue
        people = frozenset(cause.people)
        if people:
            users = {life.user for life in night.lives} | people
            return {user: hit if user in people else others for user in users}
    return {}
