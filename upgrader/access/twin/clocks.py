"""Clocks of devices: what they show, and how long before it something was."""

from datetime import datetime, timedelta

from upgrader.dialect.commands import SHOW_CLOCK
from upgrader.dialect.replies.screen import device_time, lines_of
from upgrader.model.failover import DeviceTime
from upgrader.model.portrait import Portrait
from upgrader.model.unit import Unit


def clock_of(portrait: Portrait, unit: Unit) -> DeviceTime | None:
    """What the unit's clock showed; None: it was not asked."""
    told = portrait.text(unit, SHOW_CLOCK)
    times = [] if told is None else [device_time(row) for row in lines_of(SHOW_CLOCK, told)]
    return next((time for time in times if time is not None), None)


def seconds_ago(clock: DeviceTime, at: DeviceTime | None) -> int | None:
    """How many seconds before the clock that was; None: it was never, or later."""
    if at is None:
        return None
    seconds = (clock.at - at.at) // timedelta(seconds=1)
    return seconds if seconds >= 0 else None


def latest_time(unit: Unit) -> DeviceTime:
    """The latest instant that the unit tells of, where its clock was not asked."""
    full = unit.full
    rows = () if full is None else full.sessions or ()
    times = [device_time(row.login_time) for row in rows]
    times += [row.at for row in (() if full is None else full.history or ())]
    times.append(unit.failover.last_failover)
    known = [time for time in times if time is not None]
    # 2026-03-14 22:00 is where every pair file starts that says nothing.
    never = DeviceTime(datetime(2026, 3, 14, 22), "UTC")  # noqa: DTZ001  a device's wall clock
    return max(known, key=lambda time: time.at, default=never)
