"""`show failover` of an Active/Standby unit."""

import re
from collections.abc import Sequence
from dataclasses import fields
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import Any

from upgrader.dialect.commands import SHOW_FAILOVER
from upgrader.dialect.replies.failover_parts import (
    HOSTS_BEGIN,
    STATISTICS,
    Odd,
    Statistics,
    read_header,
    read_host,
    read_statistics,
    split_active_time,
)
from upgrader.dialect.replies.screen import device_time, lines_of, plain
from upgrader.dialect.versions import read_version
from upgrader.model.failover import Failover, Host, LinkPort, Role
from upgrader.model.names import Serial
from upgrader.model.version import Version
from upgrader.ports import Unparsed

_ACTIVE_TIME = "Active time: "
_SECONDS = re.compile(r"\d{1,18}")
_LINK = re.compile(r"(\S+) (\S+) \((.*)\)")

_FIELDS = [field.name for field in fields(Failover)]
_HOSTS = _FIELDS.index("this_host")
_VALUES = attrgetter(*_FIELDS)

_MILLISECONDS = {"second": 1000, "seconds": 1000, "millisecond": 1, "milliseconds": 1}


@lru_cache(maxsize=8)  # In one moment it is asked more than once: the guard looks for itself.
def read_show_failover(text: str) -> Failover:
    """Read `show failover` of one unit of an Active/Standby pair.

    Indentation means nothing here: half of the captures have lost it.

    Raises:
        Unparsed: essentials are missing or contradict each other; a state that no ASA has;
            failover groups (Active/Active); another product.

    Source: 7.2 to 9.23 in captures; 9.12 prints the same lines.
    """
    # What moves at every look is numbered, so that the rest is the same text as the last time.
    parts = plain(text).split(_ACTIVE_TIME)
    times: list[str] = []
    for place, part in enumerate(parts[1:], start=1):
        seconds, unit, rest = part.partition(" (sec)")
        if unit and _SECONDS.fullmatch(seconds):
            parts[place] = f"{len(times)}{unit}{rest}"
            times.append(seconds)
    try:
        above, this, other, below = _numbered(_ACTIVE_TIME.join(parts))
    except Odd as odd:
        raise Unparsed(SHOW_FAILOVER, text, str(odd)) from odd
    values = (*above, _timed(this, times), _timed(other, times), *below)
    return Failover(*values)


def _timed(host: Host | None, times: Sequence[str]) -> Host | None:
    """The host with its active time, in the place of that time's number."""
    if host is None or host.active_seconds is None:
        return host
    seconds = int(times[host.active_seconds])
    return Host(host.role, host.state, seconds, host.slots, host.interfaces)


@lru_cache(maxsize=64)
def _numbered(
    screen: str,
) -> tuple[tuple[Any, ...], Host | None, Host | None, tuple[Any, ...]]:
    """A screen in which each active time is its own number, counted from 0.

    The fields before the hosts, this host, the other host, and the fields behind them.

    Raises:
        Odd: see `read_show_failover`.
    """
    lines = lines_of(SHOW_FAILOVER, screen)
    end = lines.index(STATISTICS) if STATISTICS in lines else len(lines)
    starts = [n for n, line in enumerate(lines[:end]) if line.startswith(HOSTS_BEGIN)]
    header = dict(read_header(tuple(lines[: starts[0] if starts else end])))
    hosts = _hosts([lines[start:stop] for start, stop in pairwise((*starts, end))])
    statistics = None if end == len(lines) else read_statistics(tuple(lines[end + 1 :]))
    told = _judged(header, hosts, statistics)
    values = _VALUES(told)
    return values[:_HOSTS], told.this_host, told.other_host, values[_HOSTS + 2 :]


def _hosts(blocks: list[list[str]]) -> dict[bool, Host]:
    """The hosts, ours under True."""
    hosts: dict[bool, Host] = {}
    for lines in blocks:
        active_seconds, others = split_active_time(lines)
        block = read_host(others)
        if block.is_ours in hosts:
            which = "this" if block.is_ours else "other"
            raise Odd(f"two blocks of {which} host: two screens in one")
        hosts[block.is_ours] = Host(
            block.role, block.state, active_seconds, block.slots, block.interfaces
        )
    return hosts


def _judged(
    header: dict[str, str], hosts: dict[bool, Host], statistics: Statistics | None
) -> Failover:
    """The screen as a value, if nothing essential is missing or at odds."""
    if "switch" not in header:
        raise Odd("neither `Failover On` nor `Failover Off`")
    enabled = header["switch"] == "On"
    missing = [name for name in ("unit", "lan", "ours") if name not in header]
    if enabled and missing:
        raise Odd(f"failover is on, but nothing is said of {', '.join(missing)}")
    this, other = hosts.get(True), hosts.get(False)
    if (this is None) != (other is None) or (enabled and this is None):
        raise Odd("the two hosts are not both told")
    unit = Role(header["unit"]) if "unit" in header else None
    if (
        this is not None
        and other is not None
        and (this.role is not unit or other.role is this.role)
    ):
        raise Odd("the roles of unit, this host and other host do not fit together")
    last = header.get("last")
    monitored, maximum = header.get("monitored"), header.get("maximum")
    link = "" if statistics is None else statistics.link
    return Failover(
        enabled=enabled,
        unit=unit,
        lan_interface=_port(header.get("lan", ""), absent="not Configured"),
        reconnect_timeout=header.get("reconnect"),
        poll_ms=_milliseconds(header.get("poll")),
        hold_ms=_milliseconds(header.get("hold")),
        interface_poll_ms=_milliseconds(header.get("port_poll")),
        interface_hold_ms=_milliseconds(header.get("port_hold")),
        interface_policy=header.get("policy"),
        monitored=None if monitored is None else int(monitored),
        monitored_maximum=None if maximum is None else int(maximum),
        mac_move_notification=header.get("mac_move"),
        replicates_http="http" in header,
        ours=_version(header.get("ours")),
        mate=None if header.get("mate") == "Unknown" else _version(header.get("mate")),
        our_serial=_serial(header.get("our_serial")),
        mate_serial=_serial(header.get("mate_serial")),
        last_failover=None if last is None else device_time(last),
        this_host=this,
        other_host=other,
        state_link=_port(link, absent="Unconfigured."),
        counters=() if statistics is None else statistics.counters,
        pseudo_standby="Standby" in header.get("pseudo", ""),
    )


def _port(printed: str, absent: str) -> LinkPort | None:
    """`FO GigabitEthernet0/7 (up)`; None: the device says that there is none."""
    if printed.rstrip(".").lower() in {"", absent.rstrip(".").lower()}:
        return None
    found = _LINK.fullmatch(printed)
    if found is None:
        raise Odd(f"no link is written {printed!r}")
    return LinkPort(found[1], found[2], found[3])


def _milliseconds(printed: str | None) -> int | None:
    """`15 seconds` or `500 milliseconds`; None: the release prints none."""
    if printed is None:
        return None
    number, unit = printed.split()
    if unit not in _MILLISECONDS:
        raise Odd(f"{printed!r} is no time")
    return int(number) * _MILLISECONDS[unit]


def _version(printed: str | None) -> Version | None:
    """A version; None: not printed."""
    if printed is None:
        return None
    try:
        return read_version(printed)
    except ValueError as fault:
        raise Odd(str(fault)) from fault


def _serial(printed: str | None) -> Serial | None:
    """A serial number; None: `Unknown`, or not printed."""
    return None if printed is None or printed == "Unknown" else Serial(printed)
