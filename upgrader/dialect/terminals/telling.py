"""What a screen tells of a night, beside what it shows: states, releases, and when things were.

A screen tells of the moment at which it was shown, and some tell of the past: a history, a crash,
the last failover. What is told of the past is stamped by the unit's own clock, and stands apart:
its place in the file says nothing of its order.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, timedelta
from statistics import median_low
from typing import TypeVar

from upgrader.dialect.replies.screen import device_time
from upgrader.dialect.syslog.stamps import ZONES
from upgrader.model.evidence import CrashSeen, What
from upgrader.model.failover import (
    DeviceTime,
    Failover,
    FailoverState,
    FailoverStateView,
    HistoryRow,
    Host,
    Role,
)
from upgrader.model.unit import VersionReport
from upgrader.model.vpn import Session
from upgrader.model.wide import ClockSeen

_T = TypeVar("_T")

_SERVING = frozenset(
    {
        FailoverState.JUST_ACTIVE,
        FailoverState.ACTIVE_DRAIN,
        FailoverState.ACTIVE_APPLYING_CONFIG,
        FailoverState.ACTIVE_CONFIG_APPLIED,
        FailoverState.ACTIVE,
    }
)
_MOST_ROWS = 200
"""Rows of a listing by whose login times the unit's clock is reckoned. Our choice."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that a screen tells."""

    what: What
    text: str
    unit: Role | None
    fields: dict[str, str]
    at: DeviceTime | None = None
    """By the unit's own clock; None: at the moment of the screen."""
    past: bool = False
    """Whether it was before the screen was shown."""


def told_by(value: object, command: str, unit: Role | None) -> Iterator[Told]:
    """What a screen tells; `unit` is who showed it, None: not known."""
    match value:
        case Failover():
            yield from _failover(value, command)
        case FailoverStateView():
            for host, is_ours in ((value.this_host, True), (value.other_host, False)):
                fields = {"state": host.state.value, "told_by": command}
                if host.failure_reason not in ("", "None"):
                    fields["reason"] = host.failure_reason
                what = What.STATE if is_ours else What.PEER_STATE
                whose = value.this_host.role
                yield Told(what, f"{host.role.value}: {host.state.value}", whose, fields)
        case VersionReport():
            yield _version(value, command, unit)
        case ClockSeen(at=at):
            text = f"the unit's clock: {at}"
            yield Told(What.OPAQUE, text, unit, {"anchor": "now", "told_by": command}, at)
        case CrashSeen(saved=True):
            fields = {"told_by": command, "reason": value.thread or "show crashinfo"}
            if value.version is not None:
                fields["version"] = value.version
            text = f"a crash was saved: {value.thread or 'no thread is told'}"
            if value.at is not None:
                yield Told(What.CRASHED, text, unit, fields, value.at, past=True)
        case tuple() if value and (rows := _all_of(value, HistoryRow)):
            for row in rows:
                yield _moved(row, command, unit)
        case tuple() if value and (sessions := _all_of(value, Session)):
            yield from _reckoned(sessions, command, unit)
        case _:
            pass


def _all_of(value: tuple[object, ...], kind: type[_T]) -> tuple[_T, ...]:
    """The members, where all are of one kind; else none."""
    members = tuple(member for member in value if isinstance(member, kind))
    return members if len(members) == len(value) else ()


def _failover(seen: Failover, command: str) -> Iterator[Told]:
    this, other, unit = seen.this_host, seen.other_host, seen.unit
    if this is None or other is None:
        state = "Disabled" if not seen.enabled else ""
        if state:
            fields = {"state": state, "told_by": command}
            yield Told(What.STATE, "Failover Off", unit, fields)
        return
    common = {"told_by": command}
    if seen.state_link is not None:
        common["state_link"] = seen.state_link.condition
    if seen.lan_interface is not None:
        common["lan_link"] = seen.lan_interface.condition
    if not seen.enabled:
        common["failover"] = "off"
    for host, what in ((this, What.STATE), (other, What.PEER_STATE)):
        fields = common | {"state": host.state.value, "interfaces": _interfaces(host)}
        if seen.last_failover is not None:
            fields["last_failover"] = str(seen.last_failover)
        yield Told(what, f"{host.role.value} - {host.state.value}", this.role, fields)
    if seen.ours is not None:
        fields = {"version": str(seen.ours), "told_by": command}
        yield Told(What.RUNS, f"Version: Ours {seen.ours}", this.role, fields)
    fresh = FailoverState.STANDBY_READY in (this.state, other.state)
    if seen.mate is not None and fresh:
        # Of a mate that is away the last known version is printed.
        fields = {"version": str(seen.mate), "told_by": command}
        yield Told(What.RUNS, f"Version: Mate {seen.mate}", other.role, fields)
    if seen.last_failover is not None:
        text = f"Last Failover at: {seen.last_failover}"
        fields = {"told_by": command, "reason": ""}
        what = What.TO_ACTIVE if this.state is FailoverState.ACTIVE else What.OPAQUE
        yield Told(what, text, this.role, fields, seen.last_failover, past=True)


def _interfaces(host: Host) -> str:
    """`outside: Normal (Monitored); inside: No Link (Waiting)`."""
    return "; ".join(
        f"{port.name}: {port.condition}" + (f" ({port.monitoring})" if port.monitoring else "")
        for port in host.interfaces
    )


def _version(seen: VersionReport, command: str, unit: Role | None) -> Told:
    fields = {"version": str(seen.running), "told_by": command, "hardware": seen.hardware}
    if seen.uptime_seconds is not None:
        fields["uptime_seconds"] = str(seen.uptime_seconds)
    named = {"serial": seen.serial, "hostname": seen.hostname, "image": seen.image}
    fields |= {name: said for name, said in named.items() if said is not None}
    return Told(What.RUNS, f"runs {seen.running}", unit, fields)


def _moved(row: HistoryRow, command: str, unit: Role | None) -> Told:
    """A row of a history, as the event that it is."""
    text = f"{row.before.value} -> {row.after.value}: {row.reason}"
    fields = {
        "state": row.after.value,
        "from": row.before.value,
        "reason": row.reason,
        "told_by": command,
    }
    before, after = row.before in _SERVING, row.after in _SERVING
    if after and not before:
        what = What.TO_ACTIVE
    elif row.after is FailoverState.FAILED:
        what = What.TO_FAILED
    elif before and not after and row.after is not FailoverState.DISABLED:
        what = What.TO_STANDBY
    else:
        what = What.STATE
    return Told(what, text, unit, fields, row.at, past=True)


def _reckoned(sessions: tuple[Session, ...], command: str, unit: Role | None) -> Iterator[Told]:
    """The unit's clock at the moment of a listing: a row's login time and its duration."""
    found: list[DeviceTime] = []
    for session in sessions[:_MOST_ROWS]:
        login = device_time(session.login_time)
        if login is None or not 0 <= session.duration_seconds < 10**9:
            continue
        try:
            later = login.at + timedelta(seconds=session.duration_seconds)
        except OverflowError:
            continue
        found.append(DeviceTime(later, login.zone))
    if not found:
        return
    zone = found[0].zone
    ms = median_low([ms_of(at) for at in found if at.zone == zone])
    now = next(at for at in found if at.zone == zone and ms_of(at) == ms)
    text = f"the unit's clock, by login times and durations: {now}"
    yield Told(What.OPAQUE, text, unit, {"anchor": "now", "told_by": command}, now)


def ms_of(time: DeviceTime) -> int:
    """A unit's time in milliseconds since 1970; its digits are taken for UTC, unless `has_zone`."""
    printed = round(time.at.replace(tzinfo=UTC).timestamp()) * 1_000
    zone = ZONES.get(time.zone)
    return printed if zone is None or zone.also else printed - zone.minutes * 60_000


def has_zone(time: DeviceTime) -> bool:
    """Whether the zone's name stands for one zone, as far as zones are named as they should be."""
    zone = ZONES.get(time.zone)
    return zone is not None and not zone.also
