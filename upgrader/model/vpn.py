"""Remote-access VPN as a unit tells it: sessions, pools, AnyConnect packages."""

from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Address

from upgrader.model.filling import filled_then_frozen
from upgrader.model.names import Digest


class Tunnel(Enum):
    """A protocol of a session's row; values are the device's own words."""

    PARENT = "AnyConnect-Parent"
    SSL = "SSL-Tunnel"
    DTLS = "DTLS-Tunnel"
    CLIENTLESS = "Clientless"
    IKEV2 = "IKEv2"
    IPSEC = "IPsec"
    IPSEC_NAT = "IPsecOverNatT"


CARRIERS = frozenset({Tunnel.SSL, Tunnel.DTLS, Tunnel.IKEV2, Tunnel.IPSEC, Tunnel.IPSEC_NAT})
"""The tunnels that carry a person's traffic; a parent alone is a token in a table."""


@filled_then_frozen
@dataclass(frozen=True, slots=True)
class Session:
    """A row of the VPN session database. (A login to a firewall is a Console.)

    No `is_orphan`: a row without a tunnel may be a sleeping laptop. See `verify`.
    """

    index: int
    """Reused by the device: an index alone identifies nobody."""
    user: str
    address: IPv4Address | None
    """None: no address assigned (clientless, or not yet)."""
    public: str
    tunnels: frozenset[Tunnel]
    group_policy: str
    tunnel_group: str
    login_time: str
    """As printed: `02:21:42 GMT/BST Thu Dec 29 2022`."""
    duration_seconds: int
    inactivity_seconds: int
    bytes_tx: int
    bytes_rx: int
    audit_id: str
    """`Audt Sess ID`; names one login on both units. Empty where the release prints none."""

    @property
    def has_tunnel(self) -> bool:
        """Whether anything carries this person's traffic now."""
        return not self.tunnels.isdisjoint(CARRIERS)

    @property
    def login(self) -> tuple[str, str, str]:
        """What names one login, whatever its index: user, login time, audit id."""
        return (self.user, self.login_time, self.audit_id)


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """`show vpn-sessiondb`: counts only."""

    active: int
    """AnyConnect sessions that are not inactive, and every other kind."""
    inactive: int
    """AnyConnect rows without a tunnel: normal sleepers among them."""
    capacity: int | None

    @property
    def total(self) -> int:
        """Rows in the session database."""
        return self.active + self.inactive


@dataclass(frozen=True, slots=True)
class AddressPool:
    """`show ip local pool NAME`. Free + held + in use equals the pool's size, always."""

    name: str
    first: IPv4Address
    last: IPv4Address
    mask: str
    free: int
    held: int
    in_use: tuple[IPv4Address, ...]
    """The addresses, sorted; `held` ones wait out the reuse delay and are not stuck."""

    @property
    def size(self) -> int:
        """How many addresses the pool has."""
        return int(self.last) - int(self.first) + 1


@dataclass(frozen=True, slots=True)
class ConfiguredPackage:
    """`anyconnect image disk0:/x.pkg 1 regex "…"`: a line; it replicates, the file does not."""

    path: str
    order: int
    regex: str | None


@dataclass(frozen=True, slots=True)
class LoadedPackage:
    """An entry of `show webvpn anyconnect`: what the unit has in RAM, whatever lies on flash."""

    path: str
    order: int
    regex: str | None
    platform: str
    """`CISCO STC win2k+`."""
    version: str
    """`4,10,07061`, as printed."""
    built: str
    """`Mon 10/15/2012 14:00:43.28`, as printed."""

    @property
    def stamp(self) -> str:
        """What tells two loaded packages of one name apart: version and build time."""
        return f"{self.version} built {self.built}"


@dataclass(frozen=True, slots=True)
class FileDigest:
    """A file's SHA-512 as the unit itself computed it."""

    path: str
    digest: Digest | None
    """None: no such file there."""
