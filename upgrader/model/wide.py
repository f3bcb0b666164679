"""What only a wide look asks for: the surroundings of a unit that readiness and evidence need.

None stands where the reply was not understood (see `Unit.unread`), or where nobody asked because
the configuration has no use for it; which of the two, the configuration tells.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from upgrader.model.failover import DeviceTime
from upgrader.model.filling import filled_then_frozen
from upgrader.model.names import Instant
from upgrader.model.vpn import Session

_LETTERS = 4


@dataclass(frozen=True)
class ConfigText:
    """A configuration as lines, secrets masked, indentation kept; empty lines left out."""

    lines: tuple[str, ...]

    def starting(self, *beginnings: str) -> tuple[str, ...]:
        """The lines, at any depth, that begin so; without their indentation, in their order."""
        # Dozens of rules ask; a configuration may have tens of thousands of lines.
        numbers = sorted(
            {
                number
                for beginning in beginnings
                for number in self._near(beginning)
                if self._bare[number].startswith(beginning)
            }
        )
        return tuple(self._bare[number] for number in numbers)

    def has(self, *beginnings: str) -> bool:
        """Whether any line, at any depth, begins so."""
        return any(
            self._bare[number].startswith(beginning)
            for beginning in beginnings
            for number in self._near(beginning)
        )

    def under(self, *headers: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The sections whose header begins so: (header, its lines without indentation)."""
        return tuple(known for known in self._sections if known[0].startswith(headers))

    def _near(self, beginning: str) -> Iterable[int]:
        """The numbers of all lines that may begin so."""
        if len(beginning) < _LETTERS:
            return range(len(self._bare))
        return self._numbers.get(beginning[:_LETTERS], ())

    @cached_property
    def _bare(self) -> tuple[str, ...]:
        return tuple(line.strip() for line in self.lines)

    @cached_property
    def _numbers(self) -> Mapping[str, list[int]]:
        """The numbers of the lines, by their first letters."""
        found: dict[str, list[int]] = {}
        for number, line in enumerate(self._bare):
            found.setdefault(line[:_LETTERS], []).append(number)
        return found

    @cached_property
    def _sections(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Each line that is not indented, with the indented ones below it."""
        found: list[tuple[str, list[str]]] = []
        for line in self.lines:
            if not line[0].isspace():
                found.append((line, []))
            elif found:
                found[-1][1].append(line.strip())
        return tuple((header, tuple(lines)) for header, lines in found)


@dataclass(frozen=True, slots=True)
class InterfaceLine:
    """A row of `show interface ip brief`."""

    port: str
    """`GigabitEthernet1/1`."""
    address: str
    """`unassigned` where there is none."""
    method: str
    """`CONFIG`, `manual`, `unset`, `DHCP`."""
    status: str
    """`up`, `down`, `administratively down`."""
    protocol: str
    """`up`, `down`."""

    @property
    def is_up(self) -> bool:
        """Link and protocol are up."""
        return self.status == "up" and self.protocol == "up"


@dataclass(frozen=True, slots=True)
class RouteLine:
    """A route of `show route`."""

    code: str
    """`C`, `S`, `S*`, `O IA`, as printed."""
    prefix: str
    """`10.1.0.0 255.255.0.0`."""
    via: str
    """`10.1.1.254`, or `directly connected`, `connected by VPN`."""
    interface: str
    """Empty where none is printed: a route of BGP."""


@dataclass(frozen=True, slots=True)
class ModuleLine:
    """A card of `show module`: what is in the chassis, and whether it is up."""

    number: str
    """`0`, `1`, `sfr`, `ips`, `cxsc`."""
    card: str
    model: str
    serial: str
    software: str | None
    status: str | None
    """`Up Sys`, `Up`, `Init`, `Unresponsive`, `Not Applicable`."""


@dataclass(frozen=True, slots=True)
class LicensedFeature:
    """A row of the licence tables of `show version`."""

    table: str
    """`platform`, or `failover cluster`."""
    name: str
    """`AnyConnect Premium Peers`."""
    value: str
    """`100`, `Enabled`, `Unlimited`."""
    term: str
    """`perpetual`, `56 days`; empty where none is printed."""


@dataclass(frozen=True, slots=True)
class SmartLicence:
    """`show license all`, as far as an upgrade meets it."""

    registration: str
    """`REGISTERED`, `UNREGISTERED`, …"""
    authorization: str
    """`AUTHORIZED`, `EVAL MODE`, `OUT OF COMPLIANCE`, …; empty where none is printed."""


@dataclass(frozen=True, slots=True)
class ClockSeen:
    """`show clock`."""

    at: DeviceTime
    asked: Instant | None = None
    """When we asked, on the world's clock; None: not noted."""


@dataclass(frozen=True, slots=True)
class NtpStatus:
    """`show ntp status`."""

    synchronized: bool
    reference: str
    """The server that is followed; empty: none."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate of `show crypto ca certificates`."""

    kind: str
    """`Certificate` or `CA Certificate`."""
    serial: str
    subject: str
    """The `cn=…` of it where it has one, else the whole name."""
    ends: datetime | None
    """End of its validity as printed, without its zone; None: not read."""
    trustpoints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MasterKey:
    """`show password encryption`: the key under which stored passwords are encrypted."""

    enabled: bool
    fingerprint: str | None
    """The master key's hash as printed; None: no key is set."""


@dataclass(frozen=True, slots=True)
class HostScan:
    """`show webvpn hostscan`: what is enabled and which version is loaded."""

    enabled: bool
    version: str | None
    """`4.10.07061`; None: none is loaded."""


@dataclass(frozen=True, slots=True)
class LocalCa:
    """`show crypto ca server`: the unit's own certificate authority; it is not replicated."""

    enabled: bool
    """Its status: `enabled` or not."""


@dataclass(frozen=True, slots=True)
class MemoryUse:
    """`show memory`, in bytes."""

    free: int
    used: int
    total: int


@dataclass(frozen=True, slots=True)
class CpuUse:
    """`show cpu usage`, in per cent."""

    five_seconds: int
    one_minute: int
    five_minutes: int


@dataclass(frozen=True, slots=True)
class SessionKind:
    """A kind of `show vpn-sessiondb`, in its words: `AnyConnect Client`, `Site-to-Site VPN`."""

    name: str
    active: int
    inactive: int
    """0 where the row has no such column."""


@filled_then_frozen
@dataclass(frozen=True, slots=True)
class WideLook:
    """The surroundings of a unit, in one pass."""

    text: ConfigText | None
    """The running-config."""
    startup_errors: tuple[str, ...] | None
    """`show startup-config errors`, a line each; () where there are none."""
    interfaces: tuple[InterfaceLine, ...] | None
    routes: tuple[RouteLine, ...] | None
    translations: int | None
    """`show xlate count`: in use."""
    modules: tuple[ModuleLine, ...] | None
    licences: tuple[LicensedFeature, ...]
    """() on releases with smart licences only."""
    register: str | None
    """`0x1`: the configuration register of `show version`; None: none is printed."""
    clock: ClockSeen | None
    memory: MemoryUse | None
    cpu: CpuUse | None
    kinds: tuple[SessionKind, ...] | None
    """() where nobody is connected."""
    portal: tuple[Session, ...] | None = None
    """`show vpn-sessiondb webvpn`: asked where the summary counts clientless sessions."""
    smart: SmartLicence | None = None
    """Asked where `license smart` is configured."""
    ntp: NtpStatus | None = None
    """Asked where an NTP server is configured."""
    certificates: tuple[Certificate, ...] | None = None
    """Asked where a trustpoint is configured."""
    master_key: MasterKey | None = None
    """Asked where `password encryption aes` is configured."""
    hostscan: HostScan | None = None
    """Asked where a HostScan or CSD image is configured."""
    local_ca: LocalCa | None = None
    """Asked where `crypto ca server` is configured."""
