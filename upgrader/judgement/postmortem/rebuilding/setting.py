"""A pair on which a night can be run again, as few facts as it takes: the text is made of it.

What-ifs change one fact here, and never a text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from upgrader.model.failover import Role
from upgrader.model.script import Script


@dataclass(frozen=True, slots=True)
class Seated:
    """Somebody who had a session before the records begin."""

    user: str
    public: str
    address: str
    index: int
    platform: str
    """`win`, `macos`, `linux64`."""
    logged_in_s: int
    """How long before the start."""
    asleep_s: int | None = None
    """For how long there has been no tunnel; None: there is one."""


@dataclass(frozen=True, slots=True)
class Package:
    """An AnyConnect package as both configurations name it, and what lies under that name."""

    platform: str
    path: str
    primary: str | None
    """A word that stands for its bytes; None: there is no such file."""
    secondary: str | None


@dataclass(frozen=True, slots=True)
class Image:
    """An ASA image on flash."""

    path: str
    version: str
    lacks: tuple[Role, ...] = ()
    """On whose flash it is not."""


@dataclass(frozen=True, slots=True)
class Handshake:
    """Clients whose TLS handshakes fail."""

    reason: str
    """As the log says it."""
    platform: str
    """Whose; empty: everybody's."""
    since: str
    """With units of that release or a later one; empty: with any."""
    on: Role | None
    """With which unit; None: with both."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One chassis."""

    role: Role
    serial: str
    version: str
    """What it runs at the start."""
    image: str
    """From which file."""


@dataclass(frozen=True, slots=True)
class Logging:
    """What reaches the collector."""

    trap: str = "informational"
    standby: bool = True
    device_id: str = ""
    """Of `logging device-id`; empty: none."""


@dataclass(frozen=True, slots=True)
class Timings:
    """How long things take, in seconds; None: as the emulator assumes."""

    boot: float | None = None
    cold_standby: float | None = None
    sync_config: float | None = None
    bulk_sync: float | None = None
    notice_fast: tuple[float, float] | None = None
    notice_slow: tuple[float, float] | None = None
    fast_share: float | None = None
    login: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """The pair at the night's beginning."""

    name: str
    model: str
    hostname: str
    units: tuple[Unit, Unit]
    images: tuple[Image, ...]
    boots: tuple[str, ...]
    """The `boot system` lines, in their order."""
    active: Role
    starts_at_s: int
    """In seconds since 1970."""
    packages: tuple[Package, ...]
    pool: tuple[str, int]
    """Its first address, and how many there are."""
    interfaces: tuple[str, ...] = ("outside", "inside")
    """Names of the data interfaces, the first one the Internet's."""
    group_policy: str = "GP-STAFF"
    tunnel_group: str = "STAFF"
    failover_key: bool = True
    http_replication: bool = True
    failover_link: bool = True
    state_link: bool = True
    idle_min: int | None = None
    """`vpn-idle-timeout`; None: none."""
    returns: bool = False
    """Whether people who lost their session come back by themselves; else the script says when."""
    seated: tuple[Seated, ...] = ()
    logging: Logging = field(default_factory=Logging)
    timings: Timings = field(default_factory=Timings)
    incident: Mapping[str, str | bool] = field(default_factory=dict)
    """`[emulated.incident]`, where it is not the emulator's default."""
    handshakes: tuple[Handshake, ...] = ()
    certificates_differ: bool = False
    """Whether each unit holds another certificate for what it serves."""

    def unit(self, role: Role) -> Unit:
        """One of the two."""
        return next(unit for unit in self.units if unit.role is role)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A night that can be run again."""

    setting: Setting
    script: Script
    assumed: tuple[str, ...]
    """What the records do not say, and how it was taken."""
    target: str | None
    """The release that the night went to; None: none is known of."""
    began: int
    """The instant of the night's clock at which the script is at its beginning."""
    names_releases: bool = True
    """Whether the records name the releases."""


@dataclass(frozen=True, slots=True)
class NotRebuilt:
    """Why a night cannot be run again."""

    missing: tuple[str, ...]
    """What the records would have to say, each a phrase."""
