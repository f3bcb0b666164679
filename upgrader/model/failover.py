"""Failover as a unit tells it: `show failover`, its states, its history."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from upgrader.model.filling import filled_then_frozen
from upgrader.model.names import Serial
from upgrader.model.version import Version


class Role(Enum):
    """Configured once; never moves. What `failover lan unit` says."""

    __hash__ = object.__hash__  # One object each: an Enum's own hash is its name's, in Python.

    PRIMARY = "Primary"
    SECONDARY = "Secondary"

    @property
    def other(self) -> "Role":
        """The role of the mate."""
        return Role.SECONDARY if self is Role.PRIMARY else Role.PRIMARY


class FailoverState(Enum):
    """Operational; moves. Values are the device's own words in `show failover history`."""

    __hash__ = object.__hash__  # One object each: an Enum's own hash is its name's, in Python.

    NOT_DETECTED = "Not Detected"
    DISABLED = "Disabled"
    NEGOTIATION = "Negotiation"
    COLD_STANDBY = "Cold Standby"
    APP_SYNC = "App Sync"
    SYNC_CONFIG = "Sync Config"
    SYNC_FILE_SYSTEM = "Sync File System"
    BULK_SYNC = "Bulk Sync"
    STANDBY_READY = "Standby Ready"
    JUST_ACTIVE = "Just Active"
    ACTIVE_DRAIN = "Active Drain"
    ACTIVE_APPLYING_CONFIG = "Active Applying Config"
    ACTIVE_CONFIG_APPLIED = "Active Config Applied"
    ACTIVE = "Active"
    FAILED = "Failed"


UNHEARD = frozenset({FailoverState.FAILED, FailoverState.NOT_DETECTED})
"""What a unit says of a mate that it does not hear."""
JOINING = frozenset(
    {
        *(FailoverState.NEGOTIATION, FailoverState.COLD_STANDBY, FailoverState.SYNC_CONFIG),
        *(FailoverState.SYNC_FILE_SYSTEM, FailoverState.BULK_SYNC, FailoverState.APP_SYNC),
    }
)
"""What a unit goes through before it is Standby Ready."""
THERE = frozenset({FailoverState.STANDBY_READY, FailoverState.ACTIVE})
"""States of a mate that answers, and is not on its way."""


@dataclass(frozen=True, slots=True)
class DeviceTime:
    """A time as a device printed it: its wall clock and the zone's abbreviation. Evidence only."""

    at: datetime
    """Naive: two devices' clocks are two clocks."""
    zone: str

    def __str__(self) -> str:
        """Spell it as `show failover` does."""
        return f"{self.at:%H:%M:%S} {self.zone} {self.at:%b} {self.at.day} {self.at.year}"


@dataclass(frozen=True, slots=True)
class MonitoredInterface:
    """`Interface Inside (10.1.1.1): Normal (Monitored)`."""

    name: str
    address: str
    condition: str
    """`Normal`, `No Link`, `Unknown`, `Failed`, `Testing`, `No Traffic`, `Link Down`."""
    monitoring: str | None
    """`Monitored`, `Waiting`, `Not-Monitored`; None on releases that print none."""
    context: str | None = None
    """The security context, in multiple context mode."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A card of a chassis: `slot 0: ASA5525 hw/sw rev (1.0/9.5(2)) status (Up Sys)`."""

    number: int
    card: str
    """`ASA5525`; `empty` for a slot without a card."""
    revision: str | None
    """`1.0/9.5(2)`; None for an empty slot."""
    status: str | None
    """`Up Sys`, `Up/Up`, `Init/Up`, `Unresponsive/Up`."""
    services: tuple[str, ...] = ()
    """`ASA FirePOWER, 5.3.1-152, Up, (Monitored)`, as printed."""


_BROKEN = frozenset({"Failed", "No Link", "Link Down"})


@filled_then_frozen
@dataclass(frozen=True, slots=True)
class Host:
    """One of the two host blocks of `show failover`: the witness's opinion of that unit."""

    role: Role
    state: FailoverState
    active_seconds: int | None
    slots: tuple[Slot, ...]
    interfaces: tuple[MonitoredInterface, ...]

    @property
    def state_told(self) -> str:
        """The state; of a unit that is Failed, with the interfaces that are broken."""
        broken = [i for i in self.interfaces if i.condition in _BROKEN]
        if self.state is not FailoverState.FAILED or not broken:
            return self.state.value
        named = ", ".join(f"{i.name} {i.condition}" for i in broken)
        return f"{self.state.value} (interface {named})"


@dataclass(frozen=True, slots=True)
class LinkPort:
    """A failover or state link: logical name, physical port and its condition."""

    name: str
    port: str
    condition: str
    """`up`, `down`, `administratively down`, …"""

    @property
    def is_up(self) -> bool:
        """Whether the port is up; every other condition is not."""
        return self.condition == "up"


@dataclass(frozen=True, slots=True)
class UpdateCounter:
    """A row of the Logical Update Statistics."""

    name: str
    sent: int
    send_errors: int
    received: int
    receive_errors: int


@filled_then_frozen
@dataclass(frozen=True, slots=True)
class Failover:
    """`show failover` of an Active/Standby unit, whole.

    None stands where the release prints no such line, or the device has nothing to say.
    """

    enabled: bool
    unit: Role | None
    lan_interface: LinkPort | None
    """None: `not Configured`."""
    reconnect_timeout: str | None
    poll_ms: int | None
    hold_ms: int | None
    interface_poll_ms: int | None
    interface_hold_ms: int | None
    interface_policy: str | None
    """`1` or `50%`."""
    monitored: int | None
    monitored_maximum: int | None
    mac_move_notification: str | None
    replicates_http: bool
    ours: Version | None
    mate: Version | None
    """None: `Mate Unknown`. Stale while the mate is away: proof of nothing by itself."""
    our_serial: Serial | None
    """None on releases that print no serial numbers here (9.2)."""
    mate_serial: Serial | None
    last_failover: DeviceTime | None
    this_host: Host | None
    """None when failover is off and no host block is printed."""
    other_host: Host | None
    state_link: LinkPort | None
    """None: no state link configured, or nothing printed."""
    counters: tuple[UpdateCounter, ...] = ()
    pseudo_standby: bool = False
    """`Failover Off (pseudo-Standby)`."""


@dataclass(frozen=True, slots=True)
class PeerView:
    """One host of `show failover state`."""

    role: Role
    state: FailoverState
    failure_reason: str
    """`None`, `Ifc Failure`, `Comm Failure`: sticky, never gated on."""
    failed_at: DeviceTime | None
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FailoverStateView:
    """`show failover state`."""

    this_host: PeerView
    other_host: PeerView
    configuration: tuple[str, ...]
    """`Sync Done`, `Sync Done - STANDBY`, `Sync Skipped`; empty when alone."""
    communication: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A row of `show failover history`: lost at each reload of that unit."""

    at: DeviceTime
    before: FailoverState
    after: FailoverState
    reason: str
