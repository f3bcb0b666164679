"""A scenario: what a pair file says of an emulated pair, checked. Frozen values only."""

from dataclasses import dataclass, field
from typing import Literal

from upgrader.emulator.remembered import of_the_same
from upgrader.emulator.scenario.handshakes import BadHandshake, Dropped
from upgrader.emulator.scenario.health import Health, HeldCertificate
from upgrader.emulator.scenario.standing import Standing


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """A file on a unit's flash."""

    path: str
    """`disk0:/asa9-16-4-lfbff-k8.SPA`."""
    bytes: int
    content: str
    """Stands for the bytes: equal content, equal digest."""
    version: str | None = None
    """The release that boots from it; None: read from the name; `unbootable`: none does."""
    loaded: str | None = None
    """The content that the unit loaded at its last boot, where the file was overwritten since."""
    built: str | None = None
    """The build time that a unit prints of it once loaded; None: drawn from its content."""


@dataclass(frozen=True, slots=True)
class Module:
    """A service card in a chassis: `slot 1: SFR5525 hw/sw rev (N/A/5.3.1-152) …`."""

    slot: int
    card: str
    """`SFR5525`."""
    version: str
    """`5.3.1-152`."""
    service: str
    """The application on it, as the failover screen calls it: `ASA FirePOWER`."""
    up_after_ms: int = 240_000
    """From the end of the unit's boot until the card is up; until then `Init/Up`. Inferred from
    the real 9.2(2)4 → 9.5(2) transcript: later than Standby Ready, up after 429 s."""
    responds: bool = True
    """False: it does not, from the start: `Unresponsive/Up`."""


@dataclass(frozen=True, slots=True)
class ScenarioUnit:
    """A chassis."""

    role: Literal["primary", "secondary"]
    serial: str
    files: tuple[ScenarioFile, ...]
    config: tuple[str, ...] | None = None
    """Its own startup-config's lines, where it differs from the pair's; None: the pair's."""
    up_days: float = 30.0
    """How long it has been up at the start."""
    modules: tuple[Module, ...] = ()
    no_link: tuple[str, ...] = ()
    """Names of interfaces without a cable: `No Link (Waiting)`."""
    flash_bytes: int | None = None
    """The size of its flash; None: the model's."""
    flash_free: int | None = None
    """What is free of it; None: all that the files leave."""
    now: Standing | None = None
    """None: as its last boot left it."""
    health: Health = field(default_factory=Health)


@dataclass(frozen=True, slots=True)
class ClientsSpec:
    """`[emulated.clients]`: the people behind the pair."""

    count: int = 0
    sleeping: int = 0
    """How many of them are asleep (parent only) at the start."""
    slept_min: int = 5
    """How long the longest sleeper has been asleep at the start, in minutes."""
    tunnel_group: str = ""
    """Empty: the first remote-access tunnel group of the configuration."""
    platforms: tuple[tuple[str, float], ...] = (("win", 1.0),)
    """Shares of `win`, `macos`, `linux64`."""
    user_prefix: str = "user"
    wakes_per_hour: float = 0.0
    """How many sleepers wake in an hour, in all."""
    sleeps_per_hour: float = 0.0
    logins_per_hour: float = 0.0
    logoffs_per_hour: float = 0.0
    returns: bool = True
    """Whether a client that lost its ticket logs in again by itself (Always-On)."""
    tcp: int = 400
    """Connections through the pair, by kind; counts only."""
    udp: int = 200
    http: int = 100


@dataclass(frozen=True, slots=True)
class Timings:
    """`[emulated.timings]`, milliseconds here; defaults and their sources: reference page."""

    boot_ms: int = 300_000
    shutdown_ms: int = 4_000
    """From the order to reload until the unit goes dark."""
    negotiation_ms: int = 1_000
    cold_standby_ms: int = 2_000
    sync_config_ms: int = 24_000
    sync_file_system_ms: int = 0
    bulk_sync_ms: int = 16_000
    switchover_ms: int = 900
    """From the returned prompt until the roles have moved."""
    write_memory_ms: int = 670
    copy_bytes_per_s: int = 430_000
    local_copy_bytes_per_s: int = 20_000_000
    verify_bytes_per_s: int = 30_000_000
    notice_fast_ms: tuple[int, int] = (1_000, 5_000)
    """A client that gets a reset notices in this range (first, last)."""
    notice_slow_ms: tuple[int, int] = (30_000, 60_000)
    """One that does not: dead-peer detection."""
    fast_share: float = 0.8
    """Share of clients that get a reset."""
    login_ms: tuple[int, int] = (8_000, 45_000)
    """From noticing that the ticket is gone until logged in anew."""


@dataclass(frozen=True, slots=True)
class IncidentRules:
    """`[emulated.incident]`: what nobody has documented, as parameters (names: reference)."""

    mechanism: Literal["anchor", "verify-at-join"] = "anchor"
    kill_at: Literal["peer-departure", "peer-rejoin"] = "peer-departure"
    scope: Literal["leaning", "all-ssl"] = "leaning"
    mismatch_key: Literal["bytes", "version", "name", "set"] = "bytes"
    orphan_unit: Literal["active", "rejoined", "both"] = "active"
    orphans_replicate: bool = False
    orphan_timer: Literal["never", "idle"] = "never"
    logoff_releases_lease: bool = True
    orphan_evicted_by_login: bool = True
    client_requests_old_address: bool = True
    newer_to_older_state: Literal["full", "none"] = "full"
    row_after_switch: Literal["kept", "restarted"] = "kept"
    index_allocator: Literal["shared", "per-unit"] = "shared"
    without_package: Literal["resumes", "refused"] = "resumes"
    early_switchover: Literal["waits", "taken"] = "waits"


@dataclass(frozen=True, slots=True)
class LoginSpec:
    """`[emulated.login]`: an administrator who can always log in, whatever is configured."""

    user: str = "admin"
    password: str = "cisco"  # noqa: S105  the documented default of an emulated pair
    enable: str = "cisco"


@dataclass(frozen=True, slots=True)
class SshSpec:
    """`[emulated.ssh]`: what differs from ASA to ASA, or is not documented, of its SSH server."""

    session_fate: Literal["hang", "reset"] = "hang"
    """What becomes of a connection whose unit, or whose address, is gone."""
    algorithms: Literal["modern", "legacy"] = "modern"
    exec: Literal["login", "hang", "run"] = "login"
    """What a request to run one command gives."""
    prompt_flip: Literal["later", "at-once"] = "later"
    """Whether the prompt behind a line that moves the roles shows the old role or the new one."""
    console_lines: bool = True
    """Whether what a unit prints by itself is seen over SSH without `terminal monitor`."""


@dataclass(frozen=True, slots=True)
class Supply:
    """`[[emulated.repository]]`: what stands at a URL, for `copy` to fetch."""

    url: str
    """The URL of a file; with `file`, one that ends in `/` stands for a folder."""
    file: str | None = None
    """A file, or a folder, of the host; None: `content` stands for the bytes."""
    bytes: int = 0
    content: str = ""
    version: str | None = None
    """The release that boots from it; None: read from the name; `unbootable`: none does."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything an emulated pair starts from."""

    name: str
    model: str
    """`ASA5516`, `ASAv`, …: as `Hardware:` in `show version` prints it."""
    ram_mb: int
    starts_at: int
    """The device clock at the start: seconds since 1970, UTC."""
    seed: int
    config: tuple[str, ...]
    """The startup-config's lines, in ASA syntax."""
    units: tuple[ScenarioUnit, ScenarioUnit]
    """Primary, secondary."""
    active: Literal["primary", "secondary"] = "primary"
    clients: ClientsSpec = field(default_factory=ClientsSpec)
    timings: Timings = field(default_factory=Timings)
    incident: IncidentRules = field(default_factory=IncidentRules)
    login: LoginSpec = field(default_factory=LoginSpec)
    repository: tuple[Supply, ...] = ()
    certificates: tuple[HeldCertificate, ...] = ()
    handshakes: tuple[BadHandshake, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    ssh: SshSpec = field(default_factory=SshSpec)
    failover_link: Literal["up", "down"] = "up"
    state_link: Literal["up", "down"] = "up"

    def built(self, content: str) -> str | None:
        """The build time that is told of a package of that content; None: none is."""
        return _built_of(self).get(content)


@of_the_same
def _built_of(scenario: Scenario) -> dict[str, str]:
    """The build times that are told, by content; of two for one content the first."""
    told: dict[str, str] = {}
    for unit in scenario.units:
        loaded = () if unit.now is None or unit.now.loaded is None else unit.now.loaded
        contents = [(known.content, known.built) for known in loaded]
        contents += [(known.content, known.built) for known in unit.files]
        for content, built in contents:
            if built is not None:
                told.setdefault(content, built)
    return told
