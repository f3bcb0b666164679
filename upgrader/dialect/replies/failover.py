"""`show failover` of an Active/Standby unit."""

import re
from dataclasses import dataclass, field

from upgrader.dialect.commands import SHOW_FAILOVER
from upgrader.dialect.replies.screen import device_time, leading_state, lines_of
from upgrader.dialect.versions import read_version
from upgrader.model.failover import (
    Failover,
    FailoverState,
    Host,
    LinkPort,
    MonitoredInterface,
    Role,
    Slot,
    UpdateCounter,
)
from upgrader.model.names import Serial
from upgrader.model.version import Version
from upgrader.ports import Unparsed

_HEADER = tuple(
    re.compile(pattern)
    for pattern in (
        r"Failover (?P<switch>On|Off)(?P<pseudo> \(pseudo-Standby\))?",
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
)
_KNOWN_BEGINNINGS = ("Failover ", "Version:", "Serial Number:", "Last Failover at:")
"""A header line that begins so and fits no pattern is not new but misread."""

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
_LINK = re.compile(r"(\S+) (\S+) \((.*)\)")
_STATE_LINK = re.compile(r"Link : (.*)")
_COUNTER = re.compile(r"(\S.*?)\s+(\d{1,18})\s+(\d{1,18})\s+(\d{1,18})\s+(\d{1,18})")
_COUNTERS_BEGIN = re.compile(r"Stateful Obj\s+xmit\s+xerr\s+rcv\s+rerr")
_STATISTICS = "Stateful Failover Logical Update Statistics"
_QUEUES = "Logical Update Queue Information"
_GROUP = re.compile(r"Group \d+\s", re.IGNORECASE)
_MILLISECONDS = {"second": 1000, "seconds": 1000, "millisecond": 1, "milliseconds": 1}


@dataclass(slots=True)
class _HostLines:
    """A host block as it is collected, line by line."""

    role: Role
    state: FailoverState
    active_seconds: int | None = None
    slots: list[Slot] = field(default_factory=list)
    interfaces: list[MonitoredInterface] = field(default_factory=list)

    def frozen(self) -> Host:
        """The block as a value."""
        return Host(
            self.role,
            self.state,
            self.active_seconds,
            tuple(self.slots),
            tuple(self.interfaces),
        )


def read_show_failover(text: str) -> Failover:
    """Read `show failover` of one unit of an Active/Standby pair.

    Indentation means nothing here: half of the captures have lost it.

    Raises:
        Unparsed: essentials are missing or contradict each other; a state that no ASA has;
            failover groups (Active/Active); another product.

    Source: 7.2 to 9.23 in captures; 9.12 prints the same lines.
    """
    return _Screen(text).read()


class _Screen:
    """One reading of one screen: what was seen so far."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.header: dict[str, str] = {}
        self.hosts: dict[str, _HostLines] = {}
        self.host: _HostLines | None = None
        self.in_statistics = False
        self.in_counters = False
        self.link: str | None = None
        self.counters: list[UpdateCounter] = []

    def read(self) -> Failover:
        """Read line by line, then judge the whole."""
        for line in lines_of(SHOW_FAILOVER, self.text):
            if _GROUP.match(line):
                raise self._unparsed("failover groups: this unit runs Active/Active")
            if line == _STATISTICS:
                self.in_statistics, self.host = True, None
            elif self.in_statistics:
                if _HEADER[0].fullmatch(line) or _HOST.fullmatch(line):
                    raise self._unparsed("another screen begins behind the statistics")
                self._read_statistics(line)
            elif (found := _HOST.fullmatch(line)) is not None:
                self._begin_host(found)
            elif line.startswith(("This host:", "Other host:")):
                raise self._unparsed(f"a host of which no state is told: {line!r}")
            elif self.host is not None:
                self._read_host_line(self.host, line)
            else:
                self._read_header(line)
        return self._judged()

    def _read_header(self, line: str) -> None:
        """A line above the hosts; one that we do not know is passed over."""
        for pattern in _HEADER:
            found = pattern.fullmatch(line)
            if found is None:
                continue
            for name, value in found.groupdict().items():
                if value is not None and self.header.setdefault(name, value) != value:
                    raise self._unparsed(f"said twice, and differently: {line!r}")
            return
        if line.startswith(_KNOWN_BEGINNINGS):
            raise self._unparsed(f"a line that is not as it should be: {line!r}")

    def _begin_host(self, found: re.Match[str]) -> None:
        """`This host: Primary - Active`."""
        which, role, state = found.groups()
        if which in self.hosts:
            raise self._unparsed(f"two blocks of {which.lower()} host: two screens in one")
        told = leading_state(state)
        if told is None or told[1]:
            raise self._unparsed(f"no state of failover is called {state!r}")
        if told[0] is FailoverState.APP_SYNC:
            raise self._unparsed("App Sync is a state of another product (FTD)")
        self.host = self.hosts[which] = _HostLines(Role(role), told[0])

    def _read_host_line(self, host: _HostLines, line: str) -> None:
        """A line of a host block; one that we do not know is passed over."""
        if (found := _ACTIVE_TIME.fullmatch(line)) is not None:
            host.active_seconds = int(found[1])
        elif (found := _SLOT.fullmatch(line)) is not None:
            host.slots.append(self._slot(found))
        elif (found := _INTERFACE.fullmatch(line)) is not None:
            host.interfaces.append(
                MonitoredInterface(
                    found["name"],
                    found["address"],
                    found["condition"],
                    found["monitoring"],
                    found["context"],
                )
            )
        elif line.startswith("Interface "):
            raise self._unparsed(f"an interface that is not as it should be: {line!r}")
        elif host.slots and _SERVICE.fullmatch(line):
            last = host.slots[-1]
            host.slots[-1] = Slot(
                last.number, last.card, last.revision, last.status, (*last.services, line)
            )

    def _slot(self, found: re.Match[str]) -> Slot:
        """A card, or an empty slot."""
        number, empty, card, revision, status, other = found.groups()
        if card == "FTD" or (other is not None and other.startswith(("snort", "diskstatus"))):
            raise self._unparsed("another product (FTD)")
        if empty is not None:
            return Slot(int(number), "empty", None, None)
        if other is not None:
            return Slot(int(number), other, None, None)
        return Slot(int(number), card, revision, status)

    def _read_statistics(self, line: str) -> None:
        """The state link and its counters; the queues are of no use to us."""
        if line == _QUEUES:
            self.in_counters = False
        elif _COUNTERS_BEGIN.fullmatch(line):
            self.in_counters = True
        elif (link := _STATE_LINK.fullmatch(line)) is not None:
            self.link = link[1]
        elif self.in_counters and (found := _COUNTER.fullmatch(line)) is not None:
            name, *numbers = found.groups()
            self.counters.append(UpdateCounter(name, *(int(number) for number in numbers)))

    def _judged(self) -> Failover:
        """The screen as a value, if nothing essential is missing or at odds."""
        header = self.header
        if "switch" not in header:
            raise self._unparsed("neither `Failover On` nor `Failover Off`")
        enabled = header["switch"] == "On"
        missing = [name for name in ("unit", "lan", "ours") if name not in header]
        if enabled and missing:
            raise self._unparsed(f"failover is on, but nothing is said of {', '.join(missing)}")
        this, other = self.hosts.get("This"), self.hosts.get("Other")
        if (this is None) != (other is None) or (enabled and this is None):
            raise self._unparsed("the two hosts are not both told")
        unit = Role(header["unit"]) if "unit" in header else None
        if (
            this is not None
            and other is not None
            and (this.role is not unit or other.role is this.role)
        ):
            raise self._unparsed("the roles of unit, this host and other host do not fit together")
        if self.in_statistics and self.link is None:
            raise self._unparsed("update statistics without a state link")
        last = header.get("last")
        monitored, maximum = header.get("monitored"), header.get("maximum")
        return Failover(
            enabled=enabled,
            unit=unit,
            lan_interface=self._port(header.get("lan", ""), absent="not Configured"),
            reconnect_timeout=header.get("reconnect"),
            poll_ms=self._milliseconds("poll"),
            hold_ms=self._milliseconds("hold"),
            interface_poll_ms=self._milliseconds("port_poll"),
            interface_hold_ms=self._milliseconds("port_hold"),
            interface_policy=header.get("policy"),
            monitored=None if monitored is None else int(monitored),
            monitored_maximum=None if maximum is None else int(maximum),
            mac_move_notification=header.get("mac_move"),
            replicates_http="http" in header,
            ours=self._version("ours"),
            mate=self._version("mate"),
            our_serial=self._serial("our_serial"),
            mate_serial=self._serial("mate_serial"),
            last_failover=None if last is None else device_time(last),
            this_host=None if this is None else this.frozen(),
            other_host=None if other is None else other.frozen(),
            state_link=self._port(self.link or "", absent="Unconfigured."),
            counters=tuple(self.counters),
            pseudo_standby="pseudo" in header,
        )

    def _port(self, printed: str, absent: str) -> LinkPort | None:
        """`FO GigabitEthernet0/7 (up)`; None: the device says that there is none."""
        if printed.rstrip(".").lower() in {"", absent.rstrip(".").lower()}:
            return None
        found = _LINK.fullmatch(printed)
        if found is None:
            raise self._unparsed(f"no link is written {printed!r}")
        return LinkPort(found[1], found[2], found[3])

    def _milliseconds(self, name: str) -> int | None:
        """`15 seconds` or `500 milliseconds`; None: the release prints none."""
        printed = self.header.get(name)
        if printed is None:
            return None
        number, unit = printed.split()
        if unit not in _MILLISECONDS:
            raise self._unparsed(f"{printed!r} is no time")
        return int(number) * _MILLISECONDS[unit]

    def _version(self, name: str) -> Version | None:
        """A version; None: `Unknown`, or not printed."""
        printed = self.header.get(name)
        if printed is None or (printed == "Unknown" and name == "mate"):
            return None
        try:
            return read_version(printed)
        except ValueError as fault:
            raise self._unparsed(str(fault)) from fault

    def _serial(self, name: str) -> Serial | None:
        """A serial number; None: `Unknown`, or not printed."""
        printed = self.header.get(name)
        return None if printed is None or printed == "Unknown" else Serial(printed)

    def _unparsed(self, why: str) -> Unparsed:
        return Unparsed(SHOW_FAILOVER, self.text, why)
