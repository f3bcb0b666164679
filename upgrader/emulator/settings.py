"""What a configuration sets on a unit, as far as it is modelled (`config` reads it from lines)."""

from dataclasses import dataclass, field

from upgrader.emulator.remembered import of_the_same
from upgrader.emulator.syslog.settings import LoggingSettings


@dataclass(frozen=True, slots=True)
class Interface:
    """An interface section: `interface GigabitEthernet0/0`."""

    port: str
    name: str | None = None
    """`nameif`; None: `no nameif`."""
    address: str | None = None
    mask: str | None = None
    standby: str | None = None
    shutdown: bool = False
    management_only: bool = False
    is_subinterface: bool = False


@dataclass(frozen=True, slots=True)
class FailoverSettings:
    """The failover section."""

    enabled: bool = False
    unit: str | None = None
    """`primary` or `secondary`."""
    lan_name: str | None = None
    lan_port: str | None = None
    link_name: str | None = None
    """None: no Stateful Failover."""
    link_port: str | None = None
    key: str | None = None
    """The shared secret in clear; None: none."""
    key_is_hex: bool = False
    ipsec_key: str | None = None
    addresses: tuple[tuple[str, str, str, str], ...] = ()
    """(logical name, active address, mask, standby address)."""
    replicates_http: bool = False
    reconnect: str = "0:00:00"
    """`failover timeout`: `Reconnect timeout` as it is shown."""
    macs: tuple[tuple[str, str, str], ...] = ()
    """`failover mac address`: (port, active, standby)."""
    poll_ms: int = 1_000
    hold_ms: int = 15_000
    interface_poll_ms: int = 5_000
    interface_hold_ms: int = 25_000
    interface_policy: str = "1"
    not_monitored: tuple[str, ...] = ()
    """`no monitor-interface NAME`."""
    monitored: tuple[str, ...] = ()
    """`monitor-interface NAME`, for subinterfaces, which are not monitored by default."""


@dataclass(frozen=True, slots=True)
class Pool:
    """`ip local pool NAME first-last mask M`; addresses as integers."""

    name: str
    first: int
    last: int
    mask: str | None


@dataclass(frozen=True, slots=True)
class GroupPolicy:
    """`group-policy NAME attributes`; None: inherited."""

    name: str
    idle_timeout_min: int | None = None
    """0 stands for `none`."""
    session_timeout_min: int | None = None
    simultaneous_logins: int | None = None
    pools: tuple[str, ...] = ()
    protocols: tuple[str, ...] = ()
    """`vpn-tunnel-protocol`."""


@dataclass(frozen=True, slots=True)
class TunnelGroup:
    """`tunnel-group NAME`, remote access."""

    name: str
    group_policy: str | None = None
    pools: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PackageLine:
    """`anyconnect image PATH N [regex "R"]`."""

    path: str
    order: int
    regex: str | None = None


@dataclass(frozen=True, slots=True)
class Webvpn:
    """The webvpn section."""

    enabled_on: tuple[str, ...] = ()
    packages: tuple[PackageLine, ...] = ()
    anyconnect_enabled: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """All that the emulator understands of a configuration."""

    hostname: str = "ciscoasa"
    prompt: tuple[str, ...] = ("hostname",)
    """`prompt hostname priority state`."""
    zone: str = "UTC"
    zone_offset_min: int = 0
    interfaces: tuple[Interface, ...] = ()
    boot: tuple[str, ...] = ()
    asdm: str | None = None
    failover: FailoverSettings = field(default_factory=FailoverSettings)
    pools: tuple[Pool, ...] = ()
    group_policies: tuple[GroupPolicy, ...] = ()
    tunnel_groups: tuple[TunnelGroup, ...] = ()
    webvpn: Webvpn = field(default_factory=Webvpn)
    reuse_delay_min: int = 0
    logging: LoggingSettings = field(default_factory=LoggingSettings)
    config_register: str = "0x1"

    def interface(self, name: str) -> Interface | None:
        """The interface of that `nameif`."""
        return next((i for i in self.interfaces if i.name == name), None)

    def is_shut(self, port: str | None) -> bool:
        """Whether that port is configured `shutdown`."""
        return port in _shut(self.interfaces)

    @property
    def management(self) -> Interface | None:
        """Where the unit is managed: management-only with two addresses, or the first such."""
        both = [i for i in self.interfaces if i.name and i.address and i.standby]
        return next((i for i in both if i.management_only), both[0] if both else None)


@of_the_same
def _shut(interfaces: tuple[Interface, ...]) -> frozenset[str | None]:
    """The ports that are shut: it is asked of each port at every look, and hardly ever changes."""
    return frozenset(interface.port for interface in interfaces if interface.shutdown)
