"""A small language for looks at a pair: what both units say, in words of the people who look."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from ipaddress import IPv4Address

from upgrader.judgement.aim import Aim, aim_at
from upgrader.model.failover import (
    DeviceTime,
    Failover,
    FailoverState,
    FailoverStateView,
    HistoryRow,
    Host,
    LinkPort,
    MonitoredInterface,
    PeerView,
    Role,
)
from upgrader.model.names import Digest, Instant, Seat, Serial
from upgrader.model.plan import Target
from upgrader.model.unit import (
    Configuration,
    Dark,
    Depth,
    FailoverLines,
    Flash,
    FlashFile,
    FullLook,
    PoolLine,
    Snapshot,
    Unit,
    VersionReport,
)
from upgrader.model.version import Version
from upgrader.model.vpn import (
    AddressPool,
    ConfiguredPackage,
    FileDigest,
    LoadedPackage,
    Session,
    SessionSummary,
    Tunnel,
)
from upgrader.model.wide import (
    ClockSeen,
    ConfigText,
    CpuUse,
    InterfaceLine,
    LicensedFeature,
    MemoryUse,
    RouteLine,
    WideLook,
)

OLD, NEW = Version(9, 12, 4), Version(9, 16, 4)
OLD_IMAGE = "disk0:/asa9-12-4-lfbff-k8.SPA"
NEW_IMAGE = "disk0:/asa9-16-4-lfbff-k8.SPA"
ASDM = "disk0:/asdm-7181-152.bin"
WIN = "disk0:/anyconnect-win-4.10.08029-webdeploy-k9.pkg"
MAC = "disk0:/anyconnect-macos-4.10.08029-webdeploy-k9.pkg"
PRI, SEC = Serial("JAD1"), Serial("JAD2")
ACTIVE, STANDBY = FailoverState.ACTIVE, FailoverState.STANDBY_READY
UP = frozenset({Tunnel.PARENT, Tunnel.SSL, Tunnel.DTLS})
PARENT = frozenset({Tunnel.PARENT})
MINUTE = 60_000
DAWN = datetime(2023, 6, 3, 1, 0, 0)  # noqa: DTZ001  a device's own clock is naive


def address(number: int) -> IPv4Address:
    return IPv4Address(f"10.1.{8 + number // 250}.{1 + number % 250}")


def session(
    number: int,
    *,
    up: bool = True,
    silent: int = 0,
    age: int = 3_600,
    user: str | None = None,
    public: str | None = None,
    policy: str = "GP",
    address_number: int | None = None,
    audit: str | None = None,
) -> Session:
    """A row: a person with a tunnel, or one that has been silent for so many seconds."""
    login = 1_685_750_000 - age
    return Session(
        index=number,
        user=f"user{number}" if user is None else user,
        address=address(number if address_number is None else address_number),
        public=f"198.51.100.{number % 250}:{number}" if public is None else public,
        tunnels=UP if up else PARENT,
        group_policy=policy,
        tunnel_group="TG",
        login_time=f"login {number} {age}",
        duration_seconds=age,
        inactivity_seconds=silent,
        bytes_tx=0,
        bytes_rx=0,
        audit_id=f"0a010101{number << 12:08x}{login:08x}" if audit is None else audit,
    )


def sleeper(number: int, silent: int = 300) -> Session:
    return session(number, up=False, silent=silent)


def standby_rows(rows: Iterable[Session]) -> tuple[Session, ...]:
    """As a standby shows the same logins: without any tunnel."""
    return tuple(replace(row, tunnels=PARENT) for row in rows)


def pool(in_use: Iterable[IPv4Address], name: str = "VPN", size: int = 20_000) -> AddressPool:
    used = tuple(sorted(set(in_use)))
    first = IPv4Address("10.1.8.1")
    return AddressPool(
        name, first, first + size - 1, "255.255.0.0", free=size - len(used), held=0, in_use=used
    )


def digest_of(content: str) -> Digest:
    return Digest("sha512:" + content.encode().hex().ljust(128, "0")[:128])


def package(path: str = WIN, order: int = 1) -> ConfiguredPackage:
    return ConfiguredPackage(path, order, None)


def loaded(path: str = WIN, order: int = 1, content: str = "win") -> LoadedPackage:
    return LoadedPackage(
        path, order, None, "CISCO STC win2k+", "4,10,08029", f"Mon 10/15/2012 14:00:{content}"
    )


def configuration(
    *,
    packages: Iterable[ConfiguredPackage] = (package(),),
    boot: Iterable[str] = (OLD_IMAGE,),
    keyed: bool = True,
    link: str | None = "STATE",
    digest: str = "sha256:same",
    asdm: str | None = ASDM,
    register: str | None = None,
    idle: tuple[tuple[str, int | None], ...] = (),
) -> Configuration:
    failover = FailoverLines(True, None, "FOLINK", link, keyed, True, ())
    return Configuration(
        boot=tuple(boot),
        asdm_image=asdm,
        packages=tuple(packages),
        webvpn_lines=(),
        anyconnect_enabled=True,
        failover=failover,
        pools=(PoolLine("VPN", "10.1.8.1", "10.1.255.254", None),),
        reuse_delay_minutes=0,
        idle_timeout_minutes=idle,
        config_register=register,
        digest=Digest(digest),
    )


def wide(lines: Iterable[str] = ("hostname asa",), **words: object) -> WideLook:
    """The surroundings of a healthy unit; `words` are fields of a `WideLook` that are otherwise."""
    well = WideLook(
        text=ConfigText(tuple(lines)),
        startup_errors=(),
        interfaces=(
            InterfaceLine("GigabitEthernet1/1", "10.1.1.1", "CONFIG", "up", "up"),
            InterfaceLine("GigabitEthernet1/7", "172.16.0.1", "unset", "up", "up"),
        ),
        routes=(RouteLine("S*", "0.0.0.0 0.0.0.0", "192.0.2.254", "outside"),),
        translations=5,
        modules=(),
        licences=(LicensedFeature("platform", "AnyConnect Premium Peers", "100", "perpetual"),),
        register="0x1",
        clock=ClockSeen(DeviceTime(DAWN, "UTC")),
        memory=MemoryUse(6_000_000_000, 2_000_000_000, 8_000_000_000),
        cpu=CpuUse(3, 4, 4),
        kinds=(),
    )
    return replace(well, **words)  # type: ignore[arg-type]


def unit(
    role: Role = Role.PRIMARY,
    state: FailoverState = ACTIVE,
    *,
    runs: Version = OLD,
    sessions: Iterable[Session] | None = (),
    leaks: Iterable[IPv4Address] = (),
    files: dict[str, str] | None = None,
    loads: Iterable[LoadedPackage] | None = (loaded(),),
    running: Configuration | None = None,
    saved: Configuration | None = None,
    peer: FailoverState | None = None,
    uptime: int | None = 30 * 86_400,
    history: tuple[HistoryRow, ...] | None = (),
    hardware: str = "ASA5516",
    http: bool = True,
    others: int = 0,
    free_bytes: int = 3_000_000_000,
    around: WideLook | None = None,
) -> Unit:
    """A chassis that answers, well in every respect that is not said otherwise.

    `files` are the flash: path → content; `sessions=None` is a listing that was not understood.
    """
    serial = PRI if role is Role.PRIMARY else SEC
    other = peer or (STANDBY if state is ACTIVE else ACTIVE)
    if files is None:
        files = {OLD_IMAGE: "old", NEW_IMAGE: "new", ASDM: "asdm", WIN: "win"}
    rows = None if sessions is None else tuple(sessions)
    used = [r.address for r in rows or () if r.address is not None]
    running = configuration() if running is None else running
    interfaces = (MonitoredInterface("inside", "10.1.1.1", "Normal", "Monitored"),)
    return Unit(
        serial=serial,
        role=role,
        seat=Seat("active" if state is ACTIVE else "standby"),
        version=VersionReport(runs, "asa", hardware, 8_192, serial, uptime, None, None),
        failover=Failover(
            enabled=True,
            unit=role,
            lan_interface=LinkPort("FOLINK", "GigabitEthernet1/7", "up"),
            reconnect_timeout=None,
            poll_ms=1_000,
            hold_ms=15_000,
            interface_poll_ms=5_000,
            interface_hold_ms=25_000,
            interface_policy="1",
            monitored=1,
            monitored_maximum=60,
            mac_move_notification=None,
            replicates_http=http,
            ours=runs,
            mate=runs,
            our_serial=serial,
            mate_serial=None,
            last_failover=None,
            this_host=Host(role, state, 0, (), interfaces),
            other_host=Host(role.other, other, 0, (), interfaces),
            state_link=LinkPort("STATE", "GigabitEthernet1/8", "up"),
        ),
        states=FailoverStateView(
            PeerView(role, state, "None", None),
            PeerView(role.other, other, "None", None),
            ("Sync Done",),
            ("Mac set",),
        ),
        summary=None if rows is None else SessionSummary(len(rows) + others, 0, 300),
        full=FullLook(
            sessions=rows,
            pools=None if rows is None else (pool([*used, *leaks]),),
            flash=Flash(tuple(FlashFile(path, 100_000_000) for path in files), None, free_bytes),
            digests=tuple(FileDigest(path, digest_of(what)) for path, what in files.items()),
            running=running,
            saved=running if saved is None else saved,
            loaded=None if loads is None else tuple(loads),
            history=history,
            reload_scheduled=None,
            connections=700,
            administrators=(),
            wide=wide() if around is None else around,
        ),
    )


def secondary(state: FailoverState = STANDBY, **words: object) -> Unit:
    return unit(Role.SECONDARY, state, **words)  # type: ignore[arg-type]


def dark(role: Role = Role.SECONDARY) -> Dark:
    serial = PRI if role is Role.PRIMARY else SEC
    return Dark(role, serial, Seat("standby"), "no answer")


def full(of: Unit, **words: object) -> Unit:
    """The same chassis, whose full look saw something else."""
    assert of.full is not None
    return replace(of, full=replace(of.full, **words))  # type: ignore[arg-type]


def snapshot(primary: Unit | Dark, other: Unit | Dark, at: int = 0) -> Snapshot:
    return Snapshot(Instant(at), primary, other, Depth.FULL)


def pair(rows: Iterable[Session] = (), at: int = 0, **words: object) -> Snapshot:
    """A healthy pair at rest, Primary active, every session replicated."""
    held = tuple(rows)
    return snapshot(
        unit(sessions=held, **words),  # type: ignore[arg-type]
        secondary(sessions=standby_rows(held), **words),
        at,
    )


def aim(seen: Snapshot, sha512: str | None = None) -> Aim:
    return aim_at(seen, Target(NEW, sha512=sha512))


def turned(seconds: float, before: FailoverState, after: FailoverState) -> HistoryRow:
    """A row of `show failover history`, so many seconds after dawn by that unit's clock."""
    at = DeviceTime(DAWN + timedelta(seconds=seconds), "UTC")
    return HistoryRow(at, before, after, "Set by the config command")
