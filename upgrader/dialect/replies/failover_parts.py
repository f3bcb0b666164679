"""The parts of `show failover`: what stands above the hosts, a host's block, the statistics.

A unit is asked for this screen at every look, and little of it moves but the active time: each
part is read from its own lines, and the answer to the same lines is remembered.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from upgrader.dialect.replies.screen import leading_state
from upgrader.model.failover import FailoverState, MonitoredInterface, Role, Slot, UpdateCounter

HOSTS_BEGIN = ("This host:", "Other host:")
STATISTICS = "Stateful Failover Logical Update Statistics"

_REMEMBERED = 64  # Parts of a few screens of both units; each is some hundred bytes.

_SWITCH = r"Failover (?P<switch>On|Off)(?P<pseudo> \(pseudo-(?:Standby|Active)\))?"
_HEADER_LINES = (
    _SWITCH,
    r"Failover unit (?P<unit>Primary|Secondary)",
    r"Failover LAN Interface: (?P<lan>.+)",
    r"Reconnect timeout (?P<reconnect>\S+)",
    r"Unit Poll frequency (?P<poll>\d+ \w+), holdtime (?P<hold>\d+ \w+)",
    r"Interface Poll frequency (?P<port_poll>\d+ \w+)(?:, holdtime (?P<port_hold>\d+ \w+))?",
    r"Interface Policy (?P<policy>\S+)",
    r"Monitored Interfaces (?P<monitored>\d{1,18}) of (?P<maximum>\d{1,18}) maximum",
    r"MAC Address Move Notification Interval (?P<mac_move>.+)",
    r"(?P<http>failover replication http)",
    r"Version: Ours (?P<ours>\S+), Mate (?P<mate>\S+)",
    r"Serial Number: Ours (?P<our_serial>\S+), Mate (?P<mate_serial>\S+)",
    r"Last Failover at: (?P<last>.+)",
)
_HEADER = re.compile("|".join(_HEADER_LINES))
_KNOWN_BEGINNINGS = ("Failover ", "Version:", "Serial Number:", "Last Failover at:")
"""A header line that begins so and fits no pattern is not new but misread."""

_ANOTHER_SCREEN = re.compile(rf"{_SWITCH}|(?:This|Other) host: +(?:Primary|Secondary) - +.*")
_HOST = re.compile(r"(This|Other) host: +(Primary|Secondary) - +(.*)")
_ACTIVE_TIME = re.compile(r"Active time: (\d{1,18}) \(sec\)")
_SLOT = re.compile(
    r"slot (\d{1,18}): (?:(empty)|(\S+) hw/sw rev \((.*)\) status \(([^()]*)\)|(\S.*))"
)
_INTERFACE = re.compile(
    r"(?:(?P<context>\S+) )?Interface (?P<name>\S+) \((?P<address>[^()]*)\): "
    r"(?P<condition>[^()]+?)(?: \((?P<monitoring>[^()]+)\))?"
)
_SERVICE = re.compile(r"\S[^,:]*, [^,]*, [^,]+(?:, \([^()]*\))?")
_STATE_LINK = re.compile(r"Link : (.*)")
_COUNTER = re.compile(r"(\S.*?)\s+(\d{1,18})\s+(\d{1,18})\s+(\d{1,18})\s+(\d{1,18})")
_COUNTERS_BEGIN = re.compile(r"Stateful Obj\s+xmit\s+xerr\s+rcv\s+rerr")
_QUEUES = "Logical Update Queue Information"
_GROUP = re.compile(r"Group \d+\s", re.IGNORECASE)


class Odd(Exception):
    """What is wrong with a part; `read_show_failover` raises it as `Unparsed`."""


@dataclass(frozen=True, slots=True)
class HostBlock:
    """A host's block without its active time: the one line of it that always moves."""

    is_ours: bool
    """`This host`, not `Other host`."""
    role: Role
    state: FailoverState
    slots: tuple[Slot, ...]
    interfaces: tuple[MonitoredInterface, ...]


@dataclass(frozen=True, slots=True)
class Statistics:
    """What stands below the hosts."""

    link: str
    """As printed: `FO GigabitEthernet0/7 (up)`, `Unconfigured.`."""
    counters: tuple[UpdateCounter, ...]


@lru_cache(maxsize=_REMEMBERED)
def read_header(lines: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """What the lines above the hosts say, as (name, text); a new line is passed over.

    Raises:
        Odd: two lines that differ say the same, a known line is misread, or failover groups.
    """
    told: dict[str, str] = {}
    for line in lines:
        _refuse_groups(line)
        found = _HEADER.fullmatch(line)
        if found is None:
            if line.startswith(_KNOWN_BEGINNINGS):
                raise Odd(f"a line that is not as it should be: {line!r}")
            continue
        for name, value in found.groupdict().items():
            if value is not None and told.setdefault(name, value) != value:
                raise Odd(f"said twice, and differently: {line!r}")
    return tuple(told.items())


def split_active_time(lines: Sequence[str]) -> tuple[int | None, tuple[str, ...]]:
    """The active time of a host's block, and the block without that line."""
    seconds: int | None = None
    others = []
    for line in lines:
        found = _ACTIVE_TIME.fullmatch(line) if line.startswith("Active time: ") else None
        if found is None:
            others.append(line)
        else:
            seconds = int(found[1])
    return seconds, tuple(others)


@dataclass(slots=True)
class _Cards:
    """A host's cards and interfaces as they are collected, line by line."""

    slots: list[Slot] = field(default_factory=list)
    interfaces: list[MonitoredInterface] = field(default_factory=list)

    def read(self, line: str) -> None:
        """A line of the block; one that we do not know is passed over."""
        _refuse_groups(line)
        if (found := _SLOT.fullmatch(line)) is not None:
            self.slots.append(_slot(found))
        elif (found := _INTERFACE.fullmatch(line)) is not None:
            self.interfaces.append(
                MonitoredInterface(
                    found["name"],
                    found["address"],
                    found["condition"],
                    found["monitoring"],
                    found["context"],
                )
            )
        elif line.startswith("Interface "):
            raise Odd(f"an interface that is not as it should be: {line!r}")
        elif self.slots and _SERVICE.fullmatch(line):
            last = self.slots[-1]
            self.slots[-1] = Slot(
                last.number, last.card, last.revision, last.status, (*last.services, line)
            )


@lru_cache(maxsize=_REMEMBERED)
def read_host(lines: tuple[str, ...]) -> HostBlock:
    """A host's block, from its `This host:` or `Other host:` line on.

    Raises:
        Odd: no state that an ASA has, a misread interface, another product, failover groups.
    """
    first, *others = lines
    found = _HOST.fullmatch(first)
    if found is None:
        raise Odd(f"a host of which no state is told: {first!r}")
    which, role, state = found.groups()
    told = leading_state(state)
    if told is None or told[1]:
        raise Odd(f"no state of failover is called {state!r}")
    if told[0] is FailoverState.APP_SYNC:
        raise Odd("App Sync is a state of another product (FTD)")
    cards = _Cards()
    for line in others:
        cards.read(line)
    return HostBlock(
        which == "This", Role(role), told[0], tuple(cards.slots), tuple(cards.interfaces)
    )


def _slot(found: re.Match[str]) -> Slot:
    """A card, or an empty slot."""
    number, empty, card, revision, status, other = found.groups()
    if card == "FTD" or (other is not None and other.startswith(("snort", "diskstatus"))):
        raise Odd("another product (FTD)")
    if empty is not None:
        return Slot(int(number), "empty", None, None)
    if other is not None:
        return Slot(int(number), other, None, None)
    return Slot(int(number), card, revision, status)


@lru_cache(maxsize=_REMEMBERED)
def read_statistics(lines: tuple[str, ...]) -> Statistics:
    """The state link and its counters; the queues are of no use to us.

    Raises:
        Odd: no state link, a second screen, failover groups.
    """
    link: str | None = None
    counters: list[UpdateCounter] = []
    in_counters = False
    for line in lines:
        _refuse_groups(line)
        if in_counters and (row := _COUNTER.fullmatch(line)) is not None:
            name, *numbers = row.groups()
            counters.append(UpdateCounter(name, *map(int, numbers)))
        elif line == _QUEUES:
            in_counters = False
        elif _COUNTERS_BEGIN.fullmatch(line):
            in_counters = True
        elif (found := _STATE_LINK.fullmatch(line)) is not None:
            link = found[1]
        elif _ANOTHER_SCREEN.fullmatch(line):
            raise Odd("another screen begins behind the statistics")
    if link is None:
        raise Odd("update statistics without a state link")
    return Statistics(link, tuple(counters))


def _refuse_groups(line: str) -> None:
    if _GROUP.match(line):
        raise Odd("failover groups: this unit runs Active/Active")
